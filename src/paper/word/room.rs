//! How much room the tables of a Word part take, estimated from how many letters their cells hold.
//!
//! Good enough to tell a row that holds more than its height from one that does not, and a table wider than its page.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::paper::ooxml::xml::attribute;

/// Points that a letter takes across and a line down, in the print most papers have.
const LETTER: f64 = 5.2;
const LINE: f64 = 13.5;

/// Points across of a cell that does not say, and of a page between its margins.
const CELL: f64 = 200.0;
const PAGE: f64 = 450.0;

/// English metric units in a point.
const POINT: f64 = 12_700.0;

/// Points down from which a row is divided, whatever it says: the better part of a page.
const TALL: f64 = 380.0;

/// The rows and tables of a part, in the order in which they begin.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    /// How tall each row is by what it holds, in points.
    rows: Vec<f64>,
    /// How tall all of it is, in points.
    pub tall: f64,
    /// How wide each table is, and the page between its margins, in twentieths of a point.
    tables: Vec<(f64, f64)>,
}

#[derive(Debug, Default)]
struct Cell {
    wide: f64,
    tall: f64,
    /// Letters of the paragraph that is open.
    letters: usize,
}

impl Rooms {
    /// Looks through a part; none where it is no XML.
    pub fn of(part: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_reader(part);
        reader.config_mut().allow_dangling_amp = true;
        let mut rooms = Rooms::default();
        let mut open_rows: Vec<usize> = Vec::new();
        let mut open_tables: Vec<usize> = Vec::new();
        // What stands in no table counts as a cell as wide as the page.
        let mut cells: Vec<Cell> = vec![Cell { wide: PAGE, ..Cell::default() }];
        let mut page = Page::default();
        let mut of_section = 0;
        let (mut in_text, mut in_line) = (false, false);
        loop {
            match reader.read_event().ok()? {
                Event::Eof => break,
                Event::Start(start) => match start.name().as_ref() {
                    b"w:tr" => {
                        open_rows.push(rooms.rows.len());
                        rooms.rows.push(0.0);
                    }
                    b"w:tbl" => {
                        open_tables.push(rooms.tables.len());
                        rooms.tables.push((0.0, PAGE * 20.0));
                    }
                    b"w:tc" => cells.push(Cell { wide: CELL, ..Cell::default() }),
                    b"w:t" => in_text = true,
                    b"wp:inline" => in_line = true,
                    b"wp:anchor" => in_line = false,
                    _ => {}
                },
                Event::Empty(element) => match element.name().as_ref() {
                    b"w:gridCol" => {
                        if let Some(table) = open_tables.last() {
                            rooms.tables[*table].0 += number(&element, b"w:w");
                        }
                    }
                    b"w:tcW" => {
                        if let Some(cell) = cells.last_mut() {
                            cell.wide = width(&element);
                        }
                    }
                    b"wp:extent" => {
                        if let Some(cell) = cells.last_mut().filter(|_| in_line) {
                            cell.tall += number(&element, b"cy") / POINT;
                        }
                    }
                    b"w:p" | b"w:br" => {
                        if let Some(cell) = cells.last_mut() {
                            cell.end_line();
                        }
                    }
                    _ => page.take(&element),
                },
                Event::Text(text) if in_text => {
                    if let Some(cell) = cells.last_mut() {
                        cell.letters += text.len();
                    }
                }
                Event::End(end) => match end.name().as_ref() {
                    b"w:t" => in_text = false,
                    b"w:p" => {
                        if let Some(cell) = cells.last_mut() {
                            cell.end_line();
                        }
                    }
                    b"w:tc" => {
                        if let (Some(cell), Some(row)) = (cells.pop(), open_rows.last()) {
                            rooms.rows[*row] = rooms.rows[*row].max(cell.tall);
                        }
                    }
                    b"w:tr" => {
                        if let (Some(row), Some(outer)) = (open_rows.pop(), cells.last_mut()) {
                            outer.tall += rooms.rows[row];
                        }
                    }
                    b"w:tbl" => {
                        open_tables.pop();
                    }
                    b"w:sectPr" => {
                        for table in &mut rooms.tables[of_section..] {
                            table.1 = page.across();
                        }
                        of_section = rooms.tables.len();
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        rooms.tall = cells.first().map_or(0.0, |all| all.tall);
        Some(rooms)
    }

    /// Whether a row holds more than the height it has, or, where it only may not be divided, more than stands well on a page.
    pub fn outgrows(&self, row: usize, height: Option<f64>) -> bool {
        let holds = self.rows.get(row).copied().unwrap_or(0.0);
        height.map_or(TALL < holds, |height| height < holds || TALL * 1.6 < height)
    }

    /// By how much a table must be made narrower to stand between the margins.
    pub fn scale(&self, table: usize) -> f64 {
        self.tables.get(table).map_or(1.0, |(wide, page)| (page / wide.max(1.0)).min(1.0))
    }

    /// Twentieths of a point between the margins where this table would stand.
    pub fn across_at(&self, table: usize) -> u32 {
        let table = self.tables.get(table).or(self.tables.last());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept within a page")]
        table.map_or(9000, |(_, page)| page.clamp(1000.0, 30_000.0) as u32)
    }
}

impl Cell {
    fn end_line(&mut self) {
        #[expect(clippy::cast_precision_loss, reason = "letters of a paragraph")]
        let across = std::mem::take(&mut self.letters) as f64 * LETTER;
        self.tall += (across / self.wide.max(20.0)).ceil().max(1.0) * LINE;
    }
}

/// A section's page, in twentieths of a point.
#[derive(Debug, Default)]
struct Page {
    wide: f64,
    margins: f64,
}

impl Page {
    fn take(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            b"w:pgSz" => self.wide = number(element, b"w:w"),
            b"w:pgMar" => self.margins = number(element, b"w:left") + number(element, b"w:right"),
            _ => {}
        }
    }

    fn across(&self) -> f64 {
        let across = self.wide - self.margins;
        if across < 1000.0 { PAGE * 20.0 } else { across }
    }
}

/// A cell's width in points.
fn width(element: &BytesStart<'_>) -> f64 {
    let wide = number(element, b"w:w");
    match attribute(element, b"w:type").as_deref() {
        Some("pct") => wide / 5000.0 * PAGE,
        Some("auto" | "nil") => CELL,
        _ if wide <= 0.0 => CELL,
        _ => wide / 20.0,
    }
}

fn number(element: &BytesStart<'_>, name: &[u8]) -> f64 {
    attribute(element, name).and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

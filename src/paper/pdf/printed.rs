//! What a person sees on pages that were printed from a document: tables by their lines or by the gaps between columns, and paragraphs.
//!
//! A form that comes as a print has no fields and no tables, only words in places. From these the same tables are made that the document
//! had, so that its labels and answers are found as they are in the document itself.

use crate::panel::seen::{Block, Cell, Line, Mark, Reading, Table};
use crate::paper::pdf::phrases::Place;
use crate::paper::pdf::ruled::{self, Grid};
use crate::paper::said::glyphs;
use crate::paper::said::wording;
use crate::pdf::text::{PageWords, PlacedWord};

/// A gap between words, in letter heights, from which they stand in two columns.
const COLUMN: f64 = 2.2;
/// How far words of one line may be off it, in letter heights.
const DRIFT: f64 = 0.45;
/// How far the starts of a column's lines may be off.
const ALIGNED: f64 = 6.0;
/// Lines of one paragraph are nearer than this, in letter heights.
const LINES: f64 = 2.1;
/// Pages that are looked at: a form is short.
const MOST_PAGES: usize = 40;

/// Fields from which a PDF is a form to be filled in by them.
const FEWEST_FIELDS: usize = 4;

/// Gives a reading the body that a person sees on its pages. A form with fields of its own says in them what was answered; of any other,
/// what stands where is all there is.
pub(crate) fn take(reading: &mut Reading, pages: &[PageWords]) {
    if reading.fields.len() < FEWEST_FIELDS {
        reading.body = body(pages);
        reading.opening = wording::opening_of(&wording::text_of(&reading.body));
    }
}

/// The body of pages as a person sees it.
pub(crate) fn body(pages: &[PageWords]) -> Vec<Block> {
    let mut body = Vec::new();
    for page in pages.iter().take(MOST_PAGES) {
        body.extend(page_body(page));
    }
    for page in pages.iter().skip(MOST_PAGES) {
        body.push(line_of(&page.text()));
    }
    body
}

fn page_body(page: &PageWords) -> Vec<Block> {
    let grids = ruled::grids(&page.drawn, page.width, page.height);
    let mut words: Vec<Option<&PlacedWord>> = page.words.iter().map(Some).collect();
    let mut made: Vec<Option<(Place, Block)>> = Vec::new();
    for grid in &grids {
        let table = table_of(grid, &mut words, &mut made);
        made.push(table.map(|table| (grid.place, Block::Table(table))));
    }
    let tables = made.into_iter().flatten();
    let free: Vec<&PlacedWord> = words.into_iter().flatten().collect();
    let mut placed: Vec<(f64, Block)> = tables.map(|(place, block)| (place[3], block)).collect();
    placed.extend(unruled(&rows(&free)));
    placed.sort_by(|one, other| other.0.total_cmp(&one.0));
    placed.into_iter().map(|(_, block)| block).collect()
}

/// A grid with the words in its cells, which are taken; none where it holds none.
fn table_of(
    grid: &Grid,
    words: &mut [Option<&PlacedWord>],
    made: &mut [Option<(Place, Block)>],
) -> Option<Table> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut any = false;
    for (at, row) in grid.rows.iter().enumerate() {
        let mut cells = Vec::new();
        for square in row {
            let mut blocks = Vec::new();
            if !square.continued {
                // What nothing parts from the cell below is one cell with it.
                let mut place = square.place;
                for below in &grid.rows[at + 1..] {
                    let same = below
                        .iter()
                        .find(|other| other.column == square.column && other.across == square.across);
                    match same.filter(|other| other.continued) {
                        Some(other) => place[1] = other.place[1],
                        None => break,
                    }
                }
                blocks = contents(place, words, made);
                any |= !blocks.is_empty();
            }
            cells.push(Cell {
                column: square.column,
                across: square.across,
                continued: square.continued,
                blocks,
            });
        }
        rows.push(cells);
    }
    any.then_some(Table { name: None, rows })
}

/// What stands in a cell: its lines, and tables inside it.
fn contents(
    place: Place,
    words: &mut [Option<&PlacedWord>],
    made: &mut [Option<(Place, Block)>],
) -> Vec<Block> {
    let mut inside: Vec<&PlacedWord> = Vec::new();
    for word in words {
        if word.is_some_and(|word| is_in(word.place, place)) {
            inside.extend(word.take());
        }
    }
    let mut blocks: Vec<(f64, Block)> = paragraphs(&rows(&inside));
    for table in made {
        if table.as_ref().is_some_and(|(inner, _)| is_in(*inner, place)) {
            blocks.extend(table.take().map(|(inner, block)| (inner[3], block)));
        }
    }
    blocks.sort_by(|one, other| other.0.total_cmp(&one.0));
    blocks.into_iter().map(|(_, block)| block).collect()
}

/// One line of words, parted where the gap is as wide as between columns.
#[derive(Debug)]
struct Row {
    foot: f64,
    tall: f64,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    from: f64,
    to: f64,
    text: String,
}

/// Words in lines, from the top.
fn rows(words: &[&PlacedWord]) -> Vec<Row> {
    let mut words: Vec<&PlacedWord> = words.to_vec();
    words.sort_by(|one, other| other.place[1].total_cmp(&one.place[1]));
    let mut lines: Vec<Vec<&PlacedWord>> = Vec::new();
    for word in words {
        let tall = word.place[3] - word.place[1];
        match lines.last_mut() {
            Some(line) if (line[0].place[1] - word.place[1]).abs() < DRIFT * tall.max(1.0) => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    lines.into_iter().map(row).collect()
}

fn row(mut line: Vec<&PlacedWord>) -> Row {
    line.sort_by(|one, other| one.place[0].total_cmp(&other.place[0]));
    let tall = line.iter().map(|word| word.place[3] - word.place[1]).fold(1.0, f64::max);
    let foot = line.iter().map(|word| word.place[1]).fold(f64::INFINITY, f64::min);
    let mut parts: Vec<Part> = Vec::new();
    for word in line {
        match parts.last_mut() {
            Some(part) if word.place[0] - part.to < COLUMN * tall => {
                part.text.push(' ');
                part.text.push_str(&word.text);
                part.to = word.place[2];
            }
            _ => parts.push(Part { from: word.place[0], to: word.place[2], text: word.text.clone() }),
        }
    }
    Row { foot, tall, parts }
}

/// Lines of a cell, those of one paragraph together.
fn paragraphs(rows: &[Row]) -> Vec<(f64, Block)> {
    let mut found: Vec<(f64, f64, String)> = Vec::new();
    for row in rows {
        let text = row.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("  ");
        let boxed = text.chars().any(|letter| glyphs::tick(letter).is_some());
        match found.last_mut() {
            Some((foot, _, said)) if !boxed && !ends(said) && *foot - row.foot < LINES * row.tall => {
                said.push(' ');
                said.push_str(&text);
                *foot = row.foot;
            }
            _ => found.push((row.foot, row.foot + row.tall, text)),
        }
    }
    found.into_iter().map(|(_, top, text)| (top, line_of(&text))).collect()
}

/// Whether a line ends what it says: the next is another one.
fn ends(text: &str) -> bool {
    text.ends_with([':', '.', '?', '!']) || text.chars().any(|letter| glyphs::tick(letter).is_some())
}

/// Lines outside any drawn table: those with gaps as of columns make tables, the others stay lines.
fn unruled(rows: &[Row]) -> Vec<(f64, Block)> {
    let mut blocks: Vec<(f64, Block)> = Vec::new();
    let mut table: Vec<(f64, f64, Vec<Part>)> = Vec::new();
    for row in rows {
        let top = row.foot + row.tall;
        let copy =
            || row.parts.iter().map(|part| Part { from: part.from, to: part.to, text: part.text.clone() });
        match (row.parts.as_slice(), table.last_mut()) {
            ([only], Some((foot, tall, above)))
                if *foot - row.foot < LINES * tall.max(row.tall)
                    && above.iter().skip(1).any(|part| (part.from - only.from).abs() < ALIGNED) =>
            {
                // The rest of an answer that did not fit on its line.
                if let Some(part) = above.iter_mut().find(|part| (part.from - only.from).abs() < ALIGNED) {
                    part.text.push(' ');
                    part.text.push_str(&only.text);
                    *foot = row.foot;
                }
            }
            ([only], _) => {
                blocks.extend(finished(&mut table));
                blocks.push((top, line_of(&only.text)));
            }
            (_, _) => table.push((row.foot, row.tall, copy().collect())),
        }
    }
    blocks.extend(finished(&mut table));
    blocks
}

/// Rows of parts as a table, each part in the column it begins in.
fn finished(rows: &mut Vec<(f64, f64, Vec<Part>)>) -> Option<(f64, Block)> {
    let (foot, tall, _) = rows.first()?;
    let top = foot + tall;
    let mut columns: Vec<f64> =
        rows.iter().flat_map(|(_, _, parts)| parts.iter().map(|part| part.from)).collect();
    columns.sort_by(f64::total_cmp);
    columns.dedup_by(|next, before| *next - *before < ALIGNED);
    let column =
        |from: f64| columns.iter().filter(|column| **column <= from + 0.01).count().saturating_sub(1);
    let made = rows.drain(..).map(|(_, _, parts)| {
        let cells = parts.into_iter().map(|part| Cell {
            column: u32::try_from(column(part.from)).unwrap_or(0),
            across: 1,
            continued: false,
            blocks: vec![line_of(&part.text)],
        });
        cells.collect()
    });
    let rows = made.collect();
    Some((top, Block::Table(Table { name: None, rows })))
}

/// Text as a line, its boxes as boxes.
fn line_of(text: &str) -> Block {
    let mut line = Line::default();
    let mut words = String::new();
    for letter in text.chars() {
        match glyphs::tick(letter) {
            Some(mark) => {
                if !words.is_empty() {
                    line.put(&std::mem::take(&mut words), Mark::Plain);
                }
                line.put(letter.encode_utf8(&mut [0; 4]), mark);
            }
            None => words.push(letter),
        }
    }
    if !words.is_empty() {
        line.put(&words, Mark::Plain);
    }
    Block::Line(line)
}

/// Whether the middle of something is in a place.
fn is_in(inner: Place, place: Place) -> bool {
    let (across, up) = (f64::midpoint(inner[0], inner[2]), f64::midpoint(inner[1], inner[3]));
    (place[0]..place[2]).contains(&across) && (place[1]..place[3]).contains(&up)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: &[(&str, f64, f64)], drawn: Vec<Place>) -> PageWords {
        let words = words.iter().map(|(text, x, y)| PlacedWord {
            text: (*text).to_owned(),
            place: [*x, *y, x + 5.0 * f64::from(u8::try_from(text.len()).unwrap()), y + 8.0],
        });
        PageWords {
            width: 600.0,
            height: 800.0,
            words: words.collect(),
            drawn,
            runs: [100, 0, 0, 0],
            boxed: 0,
            unseen: crate::pdf::cover::Unseen::default(),
            uninked: Vec::new(),
            piled: 0,
            cut: 0,
            pictures: 0,
            off: 0,
            tiny: 0,
        }
    }

    fn said(body: &[Block]) -> Vec<String> {
        let text = |blocks: &[Block]| wording::text_of(blocks).trim().replace('\n', "/");
        let block = |block: &Block| match block {
            Block::Line(line) => line.text(),
            Block::Table(table) => {
                let row = |row: &Vec<Cell>| {
                    row.iter().map(|cell| format!("[{}]", text(&cell.blocks))).collect::<String>()
                };
                table.rows.iter().map(row).collect::<Vec<_>>().join(" ")
            }
        };
        body.iter().map(block).collect()
    }

    #[test]
    fn words_stand_in_the_cells_that_lines_part() {
        let lines = vec![
            [50.0, 699.5, 350.0, 700.5],
            [50.0, 669.5, 350.0, 670.5],
            [50.0, 639.5, 350.0, 640.5],
            [49.5, 640.0, 50.5, 700.0],
            [149.5, 640.0, 150.5, 700.0],
            [349.5, 640.0, 350.5, 700.0],
        ];
        let words = [
            ("Referral", 50.0, 720.0),
            ("form", 95.0, 720.0),
            ("Date", 52.0, 688.0),
            ("of", 75.0, 688.0),
            ("permission", 52.0, 676.0),
            ("13/11/2026", 155.0, 688.0),
            ("Provider", 52.0, 655.0),
        ];
        let body = body(&[page(&words, lines)]);
        assert_eq!(said(&body), ["Referral form", "[Date of permission][13/11/2026] [Provider][]"]);
    }

    #[test]
    fn columns_without_lines_are_told_by_their_gaps() {
        let words = [
            ("Name", 50.0, 700.0),
            ("Imogen", 200.0, 700.0),
            ("Tarrant", 233.0, 700.0),
            ("Reason", 50.0, 685.0),
            ("Notice", 200.0, 685.0),
            ("given", 200.0, 672.0),
            ("Thank", 50.0, 640.0),
            ("you", 78.0, 640.0),
        ];
        let body = body(&[page(&words, Vec::new())]);
        assert_eq!(said(&body), ["[Name][Imogen Tarrant] [Reason][Notice given]", "Thank you"]);
    }
}

//! Reading workbooks: xlsx, xlsm, xlsb, xls and ods; each visible sheet becomes a table of the cells that hold something.
//!
//! Runs in the worker process only. Cells are taken one by one, never as a rectangle: a workbook of one kilobyte may
//! claim a cell in the last row of the last column. Formulas give the value they had when the file was saved.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, SheetVisible, Xls, Xlsb, Xlsx};

use crate::finding::Finding;
use crate::panel::seen::{Block, Cell, Facts, Line, Mark, Reading, Sort, Table};
use crate::paper::glyphs;
use crate::paper::package::{Package, ReadError};
use crate::paper::remarks;
use crate::paper::wording;

/// Cells read from one workbook; a paper a person can read holds far fewer.
const MOST_CELLS: usize = 300_000;
/// Empty rows kept between two filled ones; a wider gap means nothing more than "further down".
const WIDEST_GAP: u32 = 50;
/// What an old or open-document sheet may cover, which its reader takes as a rectangle.
const LARGEST_AREA: u64 = 20_000_000;

type Bytes<'b> = Cursor<&'b [u8]>;

/// Text by row and column.
type Grid = BTreeMap<u32, BTreeMap<u32, String>>;

/// Reads a workbook that sniffing took for `sort`.
pub fn read(bytes: &[u8], sort: Sort) -> Result<Reading, ReadError> {
    let mut book = Book::default();
    match sort {
        Sort::ExcelOld => book.read_old(bytes)?,
        Sort::ExcelBinary => book.read_binary(bytes)?,
        Sort::OpenSheet => book.read_open(bytes)?,
        _ => book.read_current(bytes)?,
    }
    Ok(book.into_reading(sort))
}

/// What is gathered over all sheets.
#[derive(Debug, Default)]
struct Book {
    sheets: Vec<Table>,
    facts: Facts,
    cells: usize,
    findings: Vec<Finding>,
}

impl Book {
    fn read_current(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.look_round(bytes)?;
        let mut workbook: Xlsx<Bytes<'_>> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
            calamine::XlsxError::Password => ReadError::Protected,
            _ => ReadError::Broken,
        })?;
        for name in self.visible(&workbook.sheets_metadata().to_vec()) {
            let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
            let mut grid = Grid::new();
            let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else {
                self.unreadable(&name);
                continue;
            };
            loop {
                match cells.next_cell() {
                    Ok(Some(cell)) if self.has_room() => {
                        self.keep(&mut grid, cell.get_position(), &Data::from(cell.get_value().clone()));
                    }
                    Ok(_) => break,
                    Err(_) => {
                        self.unreadable(&name);
                        break;
                    }
                }
            }
            self.sheets.push(table(name, &grid, &merged));
        }
        Ok(())
    }

    fn read_binary(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.look_round(bytes)?;
        let mut workbook: Xlsb<Bytes<'_>> = Xlsb::new(Cursor::new(bytes)).map_err(|_| ReadError::Broken)?;
        for name in self.visible(&workbook.sheets_metadata().to_vec()) {
            let mut grid = Grid::new();
            let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else {
                self.unreadable(&name);
                continue;
            };
            while let Ok(Some(cell)) = cells.next_cell() {
                if !self.has_room() {
                    break;
                }
                let value: DataRef<'_> = cell.get_value().clone();
                self.keep(&mut grid, cell.get_position(), &Data::from(value));
            }
            self.sheets.push(table(name, &grid, &[]));
        }
        Ok(())
    }

    fn read_old(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let mut workbook: Xls<Bytes<'_>> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
            calamine::XlsError::Password => ReadError::Protected,
            _ => ReadError::Broken,
        })?;
        self.facts.macros = matches!(workbook.vba_project(), Ok(Some(_)));
        for name in self.visible(&workbook.sheets_metadata().to_vec()) {
            let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
            match workbook.worksheet_range(&name) {
                Ok(range) => self.take_range(name, &range, &merged)?,
                Err(_) => self.unreadable(&name),
            }
        }
        Ok(())
    }

    fn read_open(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.look_round(bytes)?;
        let mut workbook: Ods<Bytes<'_>> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
            calamine::OdsError::Password => ReadError::Protected,
            _ => ReadError::Broken,
        })?;
        for name in self.visible(&workbook.sheets_metadata().to_vec()) {
            match workbook.worksheet_range(&name) {
                Ok(range) => self.take_range(name, &range, &[])?,
                Err(_) => self.unreadable(&name),
            }
        }
        Ok(())
    }

    fn take_range(
        &mut self,
        name: String,
        range: &calamine::Range<Data>,
        merged: &[Dimensions],
    ) -> Result<(), ReadError> {
        let (from_row, from_column) = range.start().unwrap_or_default();
        let (to_row, to_column) = range.end().unwrap_or_default();
        let (rows, columns) = (to_row - from_row + 1, to_column - from_column + 1);
        if u64::from(rows) * u64::from(columns) > LARGEST_AREA {
            return Err(ReadError::TooWide { sheet: name, rows, columns });
        }
        let mut grid = Grid::new();
        for (row, column, value) in range.used_cells() {
            if !self.has_room() {
                break;
            }
            let at =
                |offset: u32, place: usize| offset.saturating_add(u32::try_from(place).unwrap_or(u32::MAX));
            self.keep(&mut grid, (at(from_row, row), at(from_column, column)), value);
        }
        self.sheets.push(table(name, &grid, merged));
        Ok(())
    }

    /// Sheets a reader sees, in order; the hidden ones are noted.
    fn visible(&mut self, sheets: &[calamine::Sheet]) -> Vec<String> {
        let mut visible = Vec::new();
        for sheet in sheets {
            match sheet.visible {
                SheetVisible::Visible => visible.push(sheet.name.clone()),
                SheetVisible::Hidden | SheetVisible::VeryHidden => {
                    self.facts.hidden_sheets.push(sheet.name.clone());
                }
            }
        }
        visible
    }

    fn has_room(&self) -> bool {
        self.cells < MOST_CELLS
    }

    fn keep(&mut self, grid: &mut Grid, (row, column): (u32, u32), value: &Data) {
        let text = shown(value);
        if !text.trim().is_empty() {
            self.cells += 1;
            grid.entry(row).or_default().insert(column, text);
        }
    }

    fn unreadable(&mut self, name: &str) {
        let finding = Finding::warning("sheet-unreadable", format!("the sheet `{name}` could not be read"));
        self.findings.push(finding.hint("open the workbook in Excel, save it again and drop it anew"));
    }

    /// What the package holds besides cells; refuses one that unpacks too far.
    fn look_round(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let mut package = Package::open(bytes)?;
        package.refuse_bombs()?;
        for relation in package.outside()? {
            if !self.facts.external.contains(&relation.target) && self.facts.external.len() < 200 {
                self.facts.external.push(relation.target);
            }
        }
        for name in package.names() {
            let file = name.rsplit('/').next().unwrap_or(name);
            if name.contains("/embeddings/") {
                self.facts.embedded.push(file.to_owned());
            } else if file.starts_with("vbaproject") {
                self.facts.macros = true;
            } else if name.starts_with("_xmlsignatures/") && file.ends_with(".xml") {
                self.facts.signatures += 1;
            }
        }
        Ok(())
    }

    fn into_reading(mut self, sort: Sort) -> Reading {
        if !self.has_room() {
            let message = format!("the workbook holds more than {MOST_CELLS} cells; the rest was not read");
            self.findings.push(Finding::warning("too-many-cells", message));
        }
        let body: Vec<Block> =
            self.sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()).map(Block::Table).collect();
        let text = wording::text_of(&body);
        self.facts.words = wording::count(&text);
        self.findings.extend(remarks::remarks(&self.facts));
        Reading {
            sort,
            title: None,
            opening: wording::opening_of(&text),
            text,
            body,
            fields: Vec::new(),
            facts: self.facts,
            findings: self.findings,
        }
    }
}

/// A sheet's cells as a table: rows that hold nothing stand empty, so that "the row below" is the row below.
fn table(name: String, grid: &Grid, merged: &[Dimensions]) -> Table {
    let across: BTreeMap<(u32, u32), u32> =
        merged.iter().map(|area| (area.start, area.end.1.saturating_sub(area.start.1) + 1)).collect();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut last = None;
    for (&row, cells) in grid {
        if let Some(last) = last {
            let gap: u32 = row - last - 1;
            rows.extend((0..gap.min(WIDEST_GAP)).map(|_| Vec::new()));
        }
        last = Some(row);
        let cells = cells.iter().map(|(&column, text)| Cell {
            column,
            across: across.get(&(row, column)).copied().unwrap_or(1),
            continued: false,
            blocks: lines(text),
        });
        rows.push(cells.collect());
    }
    Table { name: Some(name), rows }
}

fn lines(text: &str) -> Vec<Block> {
    let lines = text.lines().map(|text| {
        let mut line = Line::default();
        let mut plain = String::new();
        for letter in text.chars() {
            match glyphs::tick(letter) {
                Some(tick) => {
                    if !plain.is_empty() {
                        line.put(&std::mem::take(&mut plain), Mark::Plain);
                    }
                    line.put(letter.encode_utf8(&mut [0; 4]), tick);
                }
                None => plain.push(letter),
            }
        }
        if !plain.is_empty() {
            line.put(&plain, Mark::Plain);
        }
        Block::Line(line)
    });
    lines.collect()
}

/// A value as Excel would show it to an Englishman.
fn shown(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_shown(*number),
        Data::String(text) => text.clone(),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(moment) => moment_shown(moment),
        Data::DateTimeIso(text) => iso_shown(text),
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

/// Without the tail that binary fractions leave: `4250.1`, not `4250.100000000001`.
fn number_shown(number: f64) -> String {
    let short = format!("{number:.6}");
    short.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn moment_shown(moment: &ExcelDateTime) -> String {
    let serial = moment.as_f64();
    // Beyond the year 9999 a serial is no date.
    let when = (0.0..2_958_466.0).contains(&serial).then(|| moment.as_datetime()).flatten();
    match when {
        Some(when) if moment.is_duration() || serial < 1.0 => when.format("%H:%M").to_string(),
        Some(when) if serial.fract() > 0.0 => when.format("%d/%m/%Y %H:%M").to_string(),
        Some(when) => when.format("%d/%m/%Y").to_string(),
        None => number_shown(serial),
    }
}

fn iso_shown(text: &str) -> String {
    match text.get(..10).and_then(|day| day.parse::<chrono::NaiveDate>().ok()) {
        Some(day) => day.format("%d/%m/%Y").to_string(),
        None => text.to_owned(),
    }
}

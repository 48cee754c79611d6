//! Reading workbooks: xlsx, xlsm, xlsb, xls and ods; each visible sheet becomes a table of the cells that hold something.
//!
//! Runs in the worker process only. Cells are taken one by one, never as a rectangle: a workbook of one kilobyte may
//! claim a cell in the last row of the last column. Formulas give the value they had when the file was saved.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Dimensions, Ods, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use crate::finding::Finding;
use crate::panel::seen::{Block, FileFormat, PaperFacts, Reading, Table};
use crate::paper::ooxml::package::{Package, ReadError};
use crate::paper::said::remarks;
use crate::paper::said::sentences;
use crate::paper::said::wording;
use crate::paper::sheet::book;
use crate::paper::sheet::cells::{Grid, shown, table};
use crate::paper::sheet::formats::{self, Formats};
use crate::paper::sheet::hidden::{self, Hidden};
use crate::paper::sheet::hidden_old;
use crate::paper::sheet::struck;

/// Cells read from one workbook; a paper a person can read holds far fewer.
const MOST_CELLS: usize = 300_000;
/// What an old or open-document sheet may cover, which its reader takes as a rectangle.
const LARGEST_AREA: u64 = 20_000_000;

type Bytes<'b> = Cursor<&'b [u8]>;

/// Reads a workbook that sniffing took for `format`.
pub fn read(bytes: &[u8], format: FileFormat) -> Result<Reading, ReadError> {
    Ok(open(bytes, format)?.0)
}

/// Reads a workbook, and the words of cells that do not come on paper when it is printed.
pub(crate) fn open(bytes: &[u8], format: FileFormat) -> Result<(Reading, String), ReadError> {
    let mut book = Book::default();
    let reading = || match format {
        FileFormat::ExcelOld => book.read_old(bytes),
        FileFormat::ExcelBinary => book.read_binary(bytes),
        FileFormat::OpenSheet => book.read_open(bytes),
        _ => book.read_current(bytes),
    };
    // The workbook reader takes a few damaged files for its own mistake and panics; for us they are damaged files.
    catch_unwind(AssertUnwindSafe(reading)).unwrap_or(Err(ReadError::Broken))?;
    let unprinted = std::mem::take(&mut book.unprinted);
    Ok((book.into_reading(format), unprinted))
}

/// What is gathered over all sheets.
#[derive(Debug, Default)]
struct Book {
    sheets: Vec<Table>,
    facts: PaperFacts,
    cells: usize,
    findings: Vec<Finding>,
    /// The words of cells outside the areas that are printed.
    unprinted: String,
    uncalculated: usize,
}

impl Book {
    fn read_current(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let mut package = self.look_round(bytes)?;
        let hidden = hidden::of_workbook(&mut package)?;
        let book = book::read(&mut package)?;
        for sheet in book.sheets.iter().filter(|sheet| !sheet.hidden) {
            self.facts.comments += book::notes(&mut package, sheet)?;
            if let Some(part) = package.part(&sheet.part)? {
                self.uncalculated += book::uncalculated(&part);
            }
        }
        let bytes = struck::marked(bytes, &mut package)?;
        let mut workbook: Xlsx<Bytes<'_>> = Xlsx::new(Cursor::new(&*bytes)).map_err(|error| match error {
            calamine::XlsxError::Password => ReadError::Protected,
            _ => ReadError::Broken,
        })?;
        for name in self.visible(workbook.sheets_metadata()) {
            let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
            let mut grid = Grid::new();
            let mut formats = Formats::default();
            let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else {
                self.unreadable(&name);
                continue;
            };
            let hidden = hidden.get(&name);
            let printed = book.sheets.iter().find(|sheet| sheet.name == name && !sheet.printed.is_empty());
            let looks: Vec<Look> = cells.styles().iter().map(Look::of).collect();
            loop {
                match cells.next_cell_with_style_id() {
                    Ok(Some((cell, style))) if self.has_room() => {
                        let look = looks.get(style).unwrap_or(&Look::PLAIN);
                        let value = Data::from(cell.get_value().clone());
                        let own = look.code.as_ref().zip(number(&value));
                        let mut text = own
                            .and_then(|((id, code), number)| formats.shown(*id, code, number))
                            .unwrap_or_else(|| shown(&value, look.percent));
                        if look.shows_nothing_of(&value) {
                            self.facts.hidden_words += wording::count(&shown(&value, look.percent));
                            continue;
                        }
                        if look.struck && !text.trim().is_empty() {
                            text = format!("{}{text}{}", struck::BEGINS, struck::ENDS);
                        }
                        let place = cell.get_position();
                        if printed.is_some_and(|sheet| !sheet.prints(place))
                            && !hidden.is_some_and(|hidden| hidden.holds(place))
                            && !text.trim().is_empty()
                        {
                            self.unprinted.push_str(&text);
                            self.unprinted.push('\n');
                        }
                        self.keep(&mut grid, hidden, place, text);
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
        let hidden = hidden_old::of_binary(&mut self.look_round(bytes)?)?;
        let mut workbook: Xlsb<Bytes<'_>> = Xlsb::new(Cursor::new(bytes)).map_err(|_| ReadError::Broken)?;
        for name in self.visible(workbook.sheets_metadata()) {
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
                let text = shown(&Data::from(value), false);
                self.keep(&mut grid, hidden.get(&name), cell.get_position(), text);
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
        let hidden = hidden_old::of_old(bytes);
        for name in self.visible(workbook.sheets_metadata()) {
            let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
            match workbook.worksheet_range(&name) {
                Ok(range) => self.take_range(hidden.get(&name), name, &range, &merged)?,
                Err(_) => self.unreadable(&name),
            }
        }
        Ok(())
    }

    fn read_open(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let hidden = hidden_old::of_open(&mut self.look_round(bytes)?)?;
        let mut workbook: Ods<Bytes<'_>> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
            calamine::OdsError::Password => ReadError::Protected,
            _ => ReadError::Broken,
        })?;
        for name in self.visible(workbook.sheets_metadata()) {
            match workbook.worksheet_range(&name) {
                Ok(range) => self.take_range(hidden.get(&name), name, &range, &[])?,
                Err(_) => self.unreadable(&name),
            }
        }
        Ok(())
    }

    fn take_range(
        &mut self,
        hidden: Option<&Hidden>,
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
            let place = (at(from_row, row), at(from_column, column));
            self.keep(&mut grid, hidden, place, shown(value, false));
        }
        self.sheets.push(table(name, &grid, merged));
        Ok(())
    }

    /// Sheets a reader sees, in order; the hidden ones are noted.
    fn visible(&mut self, sheets: &[calamine::Sheet]) -> Vec<String> {
        let mut visible = Vec::new();
        for sheet in sheets {
            match sheet.visible {
                // A chart sheet is drawn, and a dialog sheet is no page at all: neither has cells.
                SheetVisible::Visible
                    if matches!(sheet.typ, SheetType::ChartSheet | SheetType::DialogSheet) => {}
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

    /// A cell's text; that of hidden cells is only counted.
    fn keep(&mut self, grid: &mut Grid, hidden: Option<&Hidden>, place: (u32, u32), text: String) {
        let (row, column) = place;
        if hidden.is_some_and(|hidden| hidden.holds(place)) {
            self.facts.hidden_words += wording::count(&text);
        } else if !text.trim().is_empty() {
            self.cells += 1;
            grid.entry(row).or_default().insert(column, text);
        }
    }

    fn unreadable(&mut self, name: &str) {
        let finding = Finding::warning("sheet-unreadable", format!("the sheet `{name}` could not be read"));
        self.findings.push(finding.hint("open the workbook in Excel, save it again and drop it anew"));
    }

    /// What the package holds besides cells; refuses one that unpacks too far.
    fn look_round<'b>(&mut self, bytes: &'b [u8]) -> Result<Package<'b>, ReadError> {
        let mut package = Package::open(bytes)?;
        package.refuse_bombs()?;
        for relation in package.outside()? {
            if !self.facts.external.contains(&relation.target) && self.facts.external.len() < 200 {
                self.facts.external.push(relation.target);
            }
        }
        let of_charts = package.data_of_charts()?;
        for name in package.names() {
            let file = name.rsplit('/').next().unwrap_or(name);
            if name.contains("/embeddings/") && !of_charts.iter().any(|data| data == name) {
                self.facts.embedded.push(file.to_owned());
            } else if file.starts_with("vbaproject") {
                self.facts.macros = true;
            } else if name.starts_with("_xmlsignatures/") && file.ends_with(".xml") {
                self.facts.signatures += 1;
            }
        }
        Ok(package)
    }

    fn into_reading(mut self, format: FileFormat) -> Reading {
        if !self.has_room() {
            let message = format!("the workbook holds more than {MOST_CELLS} cells; the rest was not read");
            self.findings.push(Finding::warning("too-many-cells", message));
        }
        self.findings.extend(sentences::not_calculated(self.uncalculated));
        let body: Vec<Block> =
            self.sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()).map(Block::Table).collect();
        let text = wording::text_of(&body);
        self.facts.words = wording::count(&text);
        self.findings.extend(remarks::remarks(&self.facts));
        Reading {
            format,
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

/// What a cell's style does to what is read of it.
#[derive(Debug)]
struct Look {
    percent: bool,
    struck: bool,
    /// Nothing is shown of a number, and nothing of a text.
    blank: (bool, bool),
    /// Number and code of a format whose own words say more than the value does.
    code: Option<(Option<u32>, String)>,
}

impl Look {
    const PLAIN: Look = Look { percent: false, struck: false, blank: (false, false), code: None };

    fn of(style: &calamine::Style) -> Self {
        let format = style.number_format.as_ref();
        let written = format.map(|format| format.format_code.as_str()).unwrap_or_default();
        let code = format.map(|format| (format.format_id, format.format_code.clone()));
        Look {
            percent: written.contains('%'),
            struck: style.font.as_ref().is_some_and(calamine::Font::has_strikethrough),
            blank: hidden::shows_nothing(written),
            code: code.filter(|(id, code)| formats::says_more(*id, code)),
        }
    }

    fn shows_nothing_of(&self, value: &Data) -> bool {
        match value {
            Data::String(_) => self.blank.1,
            Data::Bool(_) | Data::Error(_) | Data::Empty => false,
            _ => self.blank.0,
        }
    }
}

/// The number in a cell, or the serial of its date.
fn number(value: &Data) -> Option<f64> {
    match value {
        Data::Float(number) => Some(*number),
        Data::Int(number) => number.to_string().parse().ok(),
        Data::DateTime(moment) => Some(moment.as_f64()),
        _ => None,
    }
}

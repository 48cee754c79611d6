//! Excel workbooks in: the cells of each sheet, whatever program saved them. Runs in a worker.
//!
//! A small file may claim a cell at the far end of a sheet or unpack to gigabytes: cells are taken one by one, and only
//! those within limits.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, DataType, Reader, Xlsx};
use chrono::{NaiveDate, NaiveDateTime};
use zip::ZipArchive;

use crate::stationery::encrypted;
use crate::stationery::excel::Value;

/// No workbook of ours is wider, longer or larger.
const LAST_ROW: u32 = 20_000;
const LAST_COLUMN: u32 = 200;
const MOST_CELLS: usize = 200_000;
const LARGEST: u64 = 64 << 20;

/// A sheet's filled cells by row and column, both from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetIn {
    pub name: String,
    pub cells: BTreeMap<(u32, u32), Value>,
}

/// The sheets of a workbook, hidden ones too, or why it cannot be read.
///
/// Fails when it is no workbook or is larger than one of ours can be, in words for the administrator.
pub fn read(bytes: &[u8]) -> Result<Vec<SheetIn>, String> {
    if let Some(why) = encrypted::why(bytes) {
        return Err(why.to_owned());
    }
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|_| "it is not an Excel workbook (.xlsx)".to_owned())?;
    let unpacked: u64 =
        (0..archive.len()).filter_map(|at| archive.by_index(at).ok().map(|entry| entry.size())).sum();
    if unpacked > LARGEST {
        return Err("it is too large to be one of ours".to_owned());
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))
        .map_err(|error| format!("it cannot be read as an Excel workbook ({error})"))?;
    let names = book.sheet_names();
    names.iter().map(|name| read_sheet(&mut book, name)).collect()
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<SheetIn, String> {
    let wrong = |error: calamine::XlsxError| format!("the sheet `{name}` cannot be read ({error})");
    let mut cells = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(name).map_err(wrong)?;
    let mut seen = 0;
    while let Some(cell) = reader.next_cell().map_err(wrong)? {
        seen += 1;
        if seen > MOST_CELLS {
            return Err(format!("the sheet `{name}` has too many cells to be one of ours"));
        }
        let (row, column) = cell.get_position();
        if row <= LAST_ROW
            && column <= LAST_COLUMN
            && let Some(value) = value_of(cell.get_value())
        {
            cells.insert((row, column), value);
        }
    }
    Ok(SheetIn { name: name.to_owned(), cells })
}

fn value_of(value: &DataRef<'_>) -> Option<Value> {
    let text = |text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| Value::Text(text.to_owned()))
    };
    match value {
        DataRef::Empty => None,
        DataRef::Int(number) => Some(Value::Number(number.to_string().parse().unwrap_or(f64::NAN))),
        DataRef::Float(number) => Some(Value::Number(*number)),
        DataRef::String(words) | DataRef::DurationIso(words) => text(words),
        DataRef::SharedString(words) => text(words),
        DataRef::Bool(yes) => Some(Value::YesNo(*yes)),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) => value.as_datetime().map(moment_value),
        DataRef::Error(error) => Some(Value::Broken(error.to_string())),
    }
}

/// A date, or below the first day of Excel's calendar a time of day.
fn moment_value(moment: NaiveDateTime) -> Value {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).expect("the first of January is a day");
    if moment.date() < first { Value::Time(moment.time()) } else { Value::Date(moment.date()) }
}

/// A cell's name as Excel shows it: `D7`.
pub fn cell_name(row: u32, column: u32) -> String {
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    format!("{}{}", rust_xlsxwriter::column_number_to_name(column), row + 1)
}

//! Somebody who types into a meeting workbook and saves it, as another program would.

use std::path::PathBuf;

use panelclerk::stationery::excel::Value;
use panelclerk::stationery::excel_in::{self, SheetIn};

use crate::harness::Week;

/// The workbook of the first meeting that has one in the office.
pub fn workbook(week: &Week) -> PathBuf {
    let files = week.tree("office");
    let file = files
        .iter()
        .find(|file| file.ends_with("workbook.xlsx") && !file.contains("/.") && !file.contains("~$"));
    week.root().join("office").join(file.expect("a workbook in the office"))
}

/// Types `(sheet, row, column, value)` into the workbook and saves it under its name.
#[track_caller]
pub fn type_into(week: &Week, cells: &[(&str, &str, &str, &str)]) {
    let path = workbook(week);
    let bytes = with_typed(&std::fs::read(&path).unwrap(), cells);
    std::fs::write(&path, bytes).unwrap();
}

/// The workbook of the meeting on `day`.
#[track_caller]
pub fn workbook_of(week: &Week, day: &str) -> PathBuf {
    let files = week.tree(&format!("office/{day}"));
    let file = files.iter().find(|file| file.ends_with("workbook.xlsx") && !file.starts_with(['.', '~']));
    week.root().join("office").join(day).join(file.unwrap_or_else(|| panic!("no workbook of {day}")))
}

/// Types into the workbook of the meeting on `day`, and saves it.
#[track_caller]
pub fn type_at(week: &Week, day: &str, cells: &[(&str, &str, &str, &str)]) {
    let path = workbook_of(week, day);
    let bytes = with_typed(&std::fs::read(&path).unwrap(), cells);
    std::fs::write(&path, bytes).unwrap();
}

/// The keys of a sheet's rows, in order.
#[track_caller]
pub fn keys(bytes: &[u8], sheet: &str, column: &str) -> Vec<String> {
    let sheets = excel_in::read(bytes).unwrap();
    let sheet = sheets.iter().find(|it| it.name == sheet).unwrap();
    let header = sheet.cells.iter().find(|(_, value)| plain(value) == column).map(|(at, _)| *at);
    let (header, column) = header.unwrap_or_else(|| panic!("no column `{column}`"));
    let below = sheet.cells.iter().filter(|((row, at), _)| *row > header && *at == column);
    below.map(|(_, value)| plain(value)).filter(|text| !text.is_empty()).collect()
}

/// The workbook with these cells typed: every other cell as it was.
#[track_caller]
pub fn with_typed(bytes: &[u8], cells: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let mut sheets = excel_in::read(bytes).unwrap();
    for (sheet, key, column, value) in cells {
        let sheet =
            sheets.iter_mut().find(|it| it.name == *sheet).unwrap_or_else(|| panic!("no sheet `{sheet}`"));
        let at = place(sheet, key, column);
        sheet.cells.insert(at, Value::Text((*value).to_owned()));
    }
    saved(&sheets)
}

/// What stands in a cell.
#[track_caller]
pub fn shown(bytes: &[u8], sheet: &str, key: &str, column: &str) -> String {
    let sheets = excel_in::read(bytes).unwrap();
    let sheet = sheets.iter().find(|it| it.name == sheet).unwrap();
    sheet.cells.get(&place(sheet, key, column)).map(plain).unwrap_or_default()
}

pub fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

#[track_caller]
pub fn place(sheet: &SheetIn, key: &str, column: &str) -> (u32, u32) {
    let header = sheet.cells.iter().find(|(_, value)| plain(value) == column);
    let (header, column) = header.map_or_else(|| panic!("no column `{column}`"), |(at, _)| *at);
    let row = sheet.cells.iter().find(|((row, _), value)| *row > header && plain(value) == key);
    (row.unwrap_or_else(|| panic!("no row `{key}` on `{}`", sheet.name)).0.0, column)
}

/// The workbook with one of its sheets called otherwise.
#[track_caller]
pub fn renamed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut sheets = excel_in::read(bytes).unwrap();
    let sheet = sheets.iter_mut().find(|it| it.name == from);
    to.clone_into(&mut sheet.unwrap_or_else(|| panic!("no sheet `{from}`")).name);
    saved(&sheets)
}

fn saved(sheets: &[SheetIn]) -> Vec<u8> {
    let mut out = rust_xlsxwriter::Workbook::new();
    for sheet in sheets {
        let worksheet = out.add_worksheet().set_name(&sheet.name).unwrap();
        for ((row, column), value) in &sheet.cells {
            let column = u16::try_from(*column).unwrap();
            match value {
                Value::Number(number) => worksheet.write_number(*row, column, *number).unwrap(),
                Value::Date(date) => {
                    worksheet.write_string(*row, column, date.format("%d/%m/%Y").to_string()).unwrap()
                }
                Value::Time(time) => {
                    worksheet.write_string(*row, column, time.format("%H:%M").to_string()).unwrap()
                }
                other => worksheet.write_string(*row, column, plain(other)).unwrap(),
            };
        }
    }
    out.save_to_buffer().unwrap()
}

/// The workbook with `to` in place of a text on one of its sheets.
#[track_caller]
pub fn changed(bytes: &[u8], sheet: &str, from: &str, to: &Value) -> Vec<u8> {
    let mut sheets = excel_in::read(bytes).unwrap();
    let sheet = sheets.iter_mut().find(|it| it.name == sheet).unwrap();
    let cell = sheet.cells.values_mut().find(|value| plain(value) == from);
    *cell.unwrap_or_else(|| panic!("no `{from}`")) = to.clone();
    saved(&sheets)
}

/// The workbook with a row that somebody adds below the last, named in `column`.
#[track_caller]
pub fn with_row(bytes: &[u8], sheet: &str, column: &str, name: &str) -> Vec<u8> {
    let mut sheets = excel_in::read(bytes).unwrap();
    let sheet = sheets.iter_mut().find(|it| it.name == sheet).unwrap();
    let column = sheet.cells.iter().find(|(_, value)| plain(value) == column).unwrap().0.1;
    let last = sheet.cells.keys().map(|(row, _)| *row).max().unwrap();
    sheet.cells.insert((last + 1, column), Value::Text(name.to_owned()));
    saved(&sheets)
}

//! What she typed into a meeting workbook, as typed. Runs in a worker: it opens a file that anybody may have changed.
//!
//! Nothing is judged here but the shape of the workbook. What was typed is kept as it is, so that a new edition can carry
//! it forward word for word.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::desk::entries::{OrderWord, Place};
use crate::desk::layout::{COLUMNS_BEFORE, ORDERS, SHEETS, SHEETS_BEFORE, SheetPlan, Whose, folded};
use crate::desk::mistake::Mistake;
use crate::stationery::excel::{IDENTITY, Value};
use crate::stationery::excel_in::{self, SheetIn, cell_name};

/// Headers are looked for in this many rows from the top.
const HEADER_WITHIN: u32 = 12;

/// Everything typed into one workbook.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Typed {
    /// The meeting the workbook was made for.
    pub meeting: Option<NaiveDate>,
    /// Which edition of the workbook it is.
    pub edition: u32,
    /// In the order of the sheets and rows as saved.
    pub rows: Vec<TypedRow>,
}

/// A row with at least one cell of hers filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypedRow {
    pub sheet: String,
    /// What the key column says; `row 7` where it says nothing.
    pub key: String,
    /// In the order of the plan.
    pub cells: Vec<TypedCell>,
    /// Where she could have typed and did not: column and cell.
    pub empty: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypedCell {
    /// The column's header, as the plan has it.
    pub column: String,
    /// Where it stood: `F7`.
    pub cell: String,
    pub value: Value,
}

/// Why a workbook cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum UnreadableWorkbook {
    #[error("the workbook cannot be read: {0}")]
    NotAWorkbook(String),
    #[error(
        "this is not a meeting workbook of ours; hint: type into the workbook in the meeting's own folder"
    )]
    NotOurs,
}

impl Typed {
    pub fn row(&self, sheet: &str, key: &str) -> Option<&TypedRow> {
        self.rows.iter().find(|row| row.sheet == sheet && row.key == key)
    }

    pub fn on<'a>(&'a self, sheet: &'a str) -> impl Iterator<Item = &'a TypedRow> {
        self.rows.iter().filter(move |row| row.sheet == sheet)
    }
}

impl TypedRow {
    /// Where an entry of this row stands.
    pub fn place(&self) -> Place {
        Place { sheet: self.sheet.clone(), key: self.key.clone() }
    }

    pub fn cell(&self, column: &str) -> Option<&TypedCell> {
        self.cells.iter().find(|cell| cell.column == column)
    }

    /// A mistake in `column`, or in the row's first cell where there is no such column.
    pub fn mistake(&self, column: &str, message: impl Into<String>, hint: impl Into<String>) -> Mistake {
        let empty = self.empty.iter().find(|(header, _)| header == column).map(|(_, cell)| cell);
        let cell = self.cell(column).map(|cell| &cell.cell).or(empty);
        let cell = cell.or_else(|| self.cells.first().map(|cell| &cell.cell));
        Mistake {
            sheet: self.sheet.clone(),
            key: self.key.clone(),
            cell: cell.cloned().unwrap_or_default(),
            column: column.to_owned(),
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// Reads a saved workbook. What is wrong with its shape is told beside what could still be read.
pub fn read(bytes: &[u8]) -> Result<(Typed, Vec<Mistake>), UnreadableWorkbook> {
    let sheets = excel_in::read(bytes).map_err(UnreadableWorkbook::NotAWorkbook)?;
    let identity = identity(&sheets).ok_or(UnreadableWorkbook::NotOurs)?;
    let mut typed = Typed {
        meeting: identity.get("meeting").and_then(|date| date.parse().ok()),
        edition: identity.get("edition").and_then(|edition| edition.parse().ok()).unwrap_or(0),
        rows: Vec::new(),
    };
    let mut mistakes = Vec::new();
    for plan in SHEETS {
        let named = |name: &str| sheets.iter().find(|sheet| folded(&sheet.name) == folded(name));
        let before = || named(SHEETS_BEFORE.iter().find(|(now, _)| *now == plan.name)?.1);
        match named(plan.name).or_else(before) {
            Some(sheet) => read_sheet(plan, sheet, &mut typed, &mut mistakes),
            None => mistakes.push(of_sheet(
                plan,
                "the sheet is gone, or has another name",
                "the next edition brings it back; nothing typed on it was done",
            )),
        }
    }
    Ok((typed, mistakes))
}

fn identity(sheets: &[SheetIn]) -> Option<BTreeMap<String, String>> {
    let hidden = sheets.iter().find(|sheet| sheet.name == IDENTITY)?;
    let pairs = hidden.cells.iter().filter_map(|(&(row, column), value)| match (column, value) {
        (0, Value::Text(name)) => Some((name.clone(), text_of(hidden.cells.get(&(row, 1))?))),
        _ => None,
    });
    Some(pairs.collect())
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Broken(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::YesNo(yes) => yes.to_string(),
        Value::Empty => String::new(),
    }
}

fn of_sheet(plan: &SheetPlan, message: &str, hint: &str) -> Mistake {
    Mistake {
        sheet: plan.name.to_owned(),
        key: String::new(),
        cell: String::new(),
        column: String::new(),
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

fn read_sheet(plan: &SheetPlan, sheet: &SheetIn, typed: &mut Typed, mistakes: &mut Vec<Mistake>) {
    let Some((header_row, columns)) = headers(plan, sheet) else {
        let message = format!("the column `{}` that names the rows is gone", plan.key);
        mistakes.push(of_sheet(
            plan,
            &message,
            "the next edition brings it back; nothing typed on it was done",
        ));
        return;
    };
    for column in plan.columns {
        if column.whose == Whose::Hers && !columns.contains_key(column.header) {
            let message = format!("the column `{}` is gone, or has another header", column.header);
            mistakes.push(of_sheet(plan, &message, "the next edition brings it back"));
        }
    }
    let mut numbers: Vec<u32> =
        sheet.cells.keys().map(|(row, _)| *row).filter(|row| *row > header_row).collect();
    numbers.dedup();
    let first = typed.rows.len();
    for number in numbers {
        let row = typed_row(plan, sheet, &columns, number);
        if row.cells.is_empty() {
            continue;
        }
        if typed.rows[first..].iter().any(|other| other.key == row.key) {
            let message = format!("`{}` stands on this sheet twice", row.key);
            mistakes.push(row.mistake(plan.key, message, "clear one of the two rows"));
        }
        typed.rows.push(row);
    }
}

/// The row of headers, and where each of the plan's columns is.
fn headers(plan: &SheetPlan, sheet: &SheetIn) -> Option<(u32, BTreeMap<&'static str, u32>)> {
    let key = folded(plan.key);
    (0..HEADER_WITHIN).find_map(|row| {
        let mut columns = BTreeMap::new();
        for ((_, column), value) in sheet.cells.range((row, 0)..(row + 1, 0)) {
            let Value::Text(text) = value else { continue };
            let before =
                COLUMNS_BEFORE.iter().find(|(sheet, _, before)| *sheet == plan.name && before == text);
            let text = folded(before.map_or(text.as_str(), |(_, now, _)| now));
            if let Some(plan) = plan.columns.iter().find(|plan| folded(plan.header) == text) {
                columns.entry(plan.header).or_insert(*column);
            }
        }
        let found = columns.keys().any(|header| folded(header) == key) && columns.len() > 1;
        found.then_some((row, columns))
    })
}

fn typed_row(plan: &SheetPlan, sheet: &SheetIn, columns: &BTreeMap<&'static str, u32>, row: u32) -> TypedRow {
    let value = |header: &str| sheet.cells.get(&(row, *columns.get(header)?));
    let key = value(plan.key).map(text_of).filter(|key| !key.is_empty());
    let task = key.as_deref().filter(|_| plan.name == ORDERS.name).and_then(OrderWord::named);
    let key = task.map(|task| task.words().to_owned()).or(key);
    let keyed = key.is_some();
    let mut cells = Vec::new();
    let mut empty = Vec::new();
    for column in plan.columns {
        let named_by_her = plan.free && keyed && matches!(column.header, "Name" | "Role" | "Agency");
        let Some(at) = columns.get(column.header).filter(|_| column.whose == Whose::Hers || named_by_her)
        else {
            continue;
        };
        let (column, cell) = (column.header.to_owned(), cell_name(row, *at));
        match sheet.cells.get(&(row, *at)) {
            Some(value) => cells.push(TypedCell { column, cell, value: value.clone() }),
            None => empty.push((column, cell)),
        }
    }
    TypedRow {
        sheet: plan.name.to_owned(),
        key: key.unwrap_or_else(|| format!("row {}", row + 1)),
        cells,
        empty,
    }
}

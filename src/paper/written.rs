//! Pages for papers that have words but no pages: a mail, plain text, the cells of an old workbook.

use std::collections::BTreeMap;

use serde_json::json;

use crate::panel::seen::{Block, Reading, Table};
use crate::paper::mail::Letter;
use crate::stationery::typst::typeset;

const TEMPLATE: &str = include_str!("../../templates/paper.typ");

/// Most rows of one sheet that are set, and most columns.
const MOST_ROWS: usize = 1500;
const MOST_COLUMNS: usize = 40;

/// Most characters of running text that are set: some three hundred pages.
const MOST_TEXT: usize = 1_000_000;

/// Columns from which a sheet is set across the page.
const WIDE: usize = 7;

/// A mail as a page: its head, then what it says.
pub(crate) fn letter(letter: &Letter) -> Result<Vec<u8>, String> {
    let head: Vec<[String; 2]> =
        letter.head().into_iter().map(|(label, value)| [label.to_owned(), clean(&value)]).collect();
    set(
        &json!({ "title": letter.subject, "wide": false, "head": head, "paragraphs": lines(&letter.body), "tables": [] }),
    )
}

/// Plain text as pages.
pub(crate) fn text(text: &str) -> Result<Vec<u8>, String> {
    set(&json!({ "title": "", "wide": false, "head": [], "paragraphs": lines(text), "tables": [] }))
}

/// The cells of a workbook as tables, and what was left out for want of room.
pub(crate) fn sheets(reading: &Reading) -> Result<(Vec<u8>, Vec<String>), String> {
    let tables: Vec<&Table> = reading
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Line(_) => None,
        })
        .collect();
    let wide = tables.iter().any(|table| WIDE <= columns(table));
    let mut left_out = Vec::new();
    let set_tables: Vec<serde_json::Value> = tables.iter().map(|table| sheet(table, &mut left_out)).collect();
    let pdf = set(&json!({ "title": "", "wide": wide, "head": [], "paragraphs": [], "tables": set_tables }))?;
    Ok((pdf, left_out))
}

fn sheet(table: &Table, left_out: &mut Vec<String>) -> serde_json::Value {
    let across = columns(table).min(MOST_COLUMNS);
    let mut widest = vec![1_usize; across];
    let mut rows = Vec::new();
    for row in table.rows.iter().take(MOST_ROWS) {
        let mut cells = vec![String::new(); across];
        for cell in row {
            let at = usize::try_from(cell.column).unwrap_or(usize::MAX);
            if let Some(place) = cells.get_mut(at) {
                *place = clean(&cell.text());
                widest[at] = widest[at].max(place.chars().count().min(60));
            }
        }
        rows.push(cells);
    }
    let name = table.name.clone().unwrap_or_default();
    let mut note = None;
    if MOST_ROWS < table.rows.len() || MOST_COLUMNS < columns(table) {
        let more = table.rows.len().saturating_sub(MOST_ROWS);
        let beside = columns(table).saturating_sub(MOST_COLUMNS);
        let what = format!("{more} more rows and {beside} more columns of sheet `{name}` are not printed");
        left_out.push(what.clone());
        note = Some(what);
    }
    let shares: Vec<usize> = widest.iter().map(|letters| (*letters).max(4)).collect();
    json!({ "name": table.name, "columns": shares, "rows": rows, "note": note })
}

fn columns(table: &Table) -> usize {
    let ends = table.rows.iter().flatten().map(|cell| u64::from(cell.column) + u64::from(cell.across.max(1)));
    usize::try_from(ends.max().unwrap_or(0)).unwrap_or(usize::MAX)
}

fn lines(text: &str) -> Vec<String> {
    let end = text.char_indices().nth(MOST_TEXT).map_or(text.len(), |(at, _)| at);
    text[..end].lines().map(|line| clean(line.trim_end())).collect()
}

/// Text without characters that cannot be set.
fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || *letter == '\n' || *letter == '\t').collect()
}

fn set(data: &serde_json::Value) -> Result<Vec<u8>, String> {
    let pages = typeset(TEMPLATE, data, &BTreeMap::new()).map_err(|error| error.to_string())?;
    pages.pdf().map_err(|error| error.to_string())
}

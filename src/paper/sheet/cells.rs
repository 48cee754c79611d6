//! A sheet's cells as a table, each value as Excel shows it.

use std::collections::BTreeMap;

use calamine::{Data, Dimensions, ExcelDateTime};

use crate::panel::seen::{Block, Cell, Line, Mark, Reading, Table};
use crate::paper::said::apart::Value;
use crate::paper::said::glyphs;
use crate::paper::said::wording;
use crate::paper::sheet::struck;

/// Empty rows kept between two filled ones; a wider gap means nothing more than "further down".
const WIDEST_GAP: u32 = 50;

/// Filled cells from which a workbook is set plainly, and the column from which it is.
const MOST_CELLS_FOR_ENGINE: usize = 5000;
const FARTHEST_COLUMN_FOR_ENGINE: u32 = 255;

/// Text by row and column.
pub type Grid = BTreeMap<u32, BTreeMap<u32, String>>;

/// A sheet's cells as a table: rows that hold nothing stand empty, so that "the row below" is the row below.
pub fn table(name: String, grid: &Grid, merged: &[Dimensions]) -> Table {
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
    let mut mark = Mark::Plain;
    let lines = text.lines().map(|text| {
        let mut line = Line::default();
        let mut words = String::new();
        for letter in text.chars() {
            let (next, tick) = match letter {
                struck::BEGINS => (Mark::Struck, None),
                struck::ENDS => (Mark::Plain, None),
                _ => (mark, glyphs::tick(letter)),
            };
            if (next != mark || tick.is_some()) && !words.is_empty() {
                line.put(&std::mem::take(&mut words), mark);
            }
            match tick {
                // A tick box that is crossed out counts as not ticked.
                Some(_) if mark == Mark::Struck => line.put(letter.encode_utf8(&mut [0; 4]), Mark::Unticked),
                Some(tick) => line.put(letter.encode_utf8(&mut [0; 4]), tick),
                None if matches!(letter, struck::BEGINS | struck::ENDS) => {}
                None => words.push(letter),
            }
            mark = next;
        }
        if !words.is_empty() {
            line.put(&words, mark);
        }
        Block::Line(line)
    });
    lines.collect()
}

/// A value as Excel would show it to an English reader.
pub fn shown(value: &Data, percent: bool) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) if percent => format!("{}%", number_shown(number * 100.0)),
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
        _ if moment.is_duration() && 0.0 <= serial => elapsed_shown(serial),
        Some(when) if serial < 1.0 => when.format("%H:%M").to_string(),
        Some(when) if serial.fract() > 0.0 => when.format("%d/%m/%Y %H:%M").to_string(),
        Some(when) => when.format("%d/%m/%Y").to_string(),
        None => number_shown(serial),
    }
}

/// Hours that go on past the day: `37:30` for a day and a half and an hour and a half.
fn elapsed_shown(serial: f64) -> String {
    let minutes = (serial * 1440.0).round();
    format!("{}:{:02}", (minutes / 60.0).floor(), minutes % 60.0)
}

fn iso_shown(text: &str) -> String {
    let moment = text.trim_end_matches('Z').parse::<chrono::NaiveDateTime>().ok();
    if let Some(moment) = moment.filter(|moment| moment.time() != chrono::NaiveTime::MIN) {
        return moment.format("%d/%m/%Y %H:%M").to_string();
    }
    match text.get(..10).and_then(|day| day.parse::<chrono::NaiveDate>().ok()) {
        Some(day) => day.format("%d/%m/%Y").to_string(),
        None => text.to_owned(),
    }
}

/// Whether a workbook has so many cells, or one so far out, that setting it as Excel would takes minutes.
pub fn is_large(reading: &Reading) -> bool {
    let sheets = || {
        reading.body.iter().filter_map(|block| match block {
            Block::Table(table) if table.name.is_some() => Some(table),
            _ => None,
        })
    };
    let cells = sheets().flat_map(|sheet| &sheet.rows).map(Vec::len).sum::<usize>();
    let farthest = sheets().flat_map(|sheet| sheet.rows.iter().flatten()).map(|cell| cell.column).max();
    MOST_CELLS_FOR_ENGINE < cells || farthest.is_some_and(|column| FARTHEST_COLUMN_FOR_ENGINE < column)
}

/// The numbers and dates among what was read of a workbook's cells.
pub fn numbers(body: &[Block]) -> Vec<Value> {
    /// Letters that a date, an amount or an hour may hold.
    const MOST_LETTERS: usize = 4;
    let sheets = body.iter().filter_map(|block| match block {
        Block::Table(table) => table.name.as_ref().map(|name| (name, table)),
        Block::Line(_) => None,
    });
    let cells = sheets.flat_map(|(name, table)| table.rows.iter().flatten().map(move |cell| (name, cell)));
    let texts = cells.map(|(name, cell)| (name, wording::text_of(&cell.blocks).trim().to_owned()));
    let number = |text: &str| {
        text.chars().any(|letter| letter.is_ascii_digit())
            && text.chars().filter(|letter| letter.is_alphabetic()).count() <= MOST_LETTERS
    };
    texts.filter(|(_, text)| number(text)).map(|(name, text)| Value { place: name.clone(), text }).collect()
}

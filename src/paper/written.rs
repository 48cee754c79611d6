//! Pages for papers that have words but no pages: a mail, plain text, the cells of an old workbook.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Range;

use serde_json::{Value, json};

use crate::panel::seen::{Block, Cell, Line, Mark, Reading, Span, Table};
use crate::paper::mail::letter::Letter;
use crate::paper::said::apart::Numbered;
use crate::stationery::typst::typeset;

const TEMPLATE: &str = include_str!("../../templates/paper.typ");

/// Most rows of one table that are set, and most columns.
const MOST_ROWS: usize = 1500;
const MOST_COLUMNS: usize = 40;

/// Most characters of running text that are set: some three hundred pages.
const MOST_TEXT: usize = 1_000_000;

/// Letters of a table's print that stand beside each other on an upright page, and on one that lies on its side.
const LETTERS_ACROSS: usize = 84;
const LETTERS_ACROSS_WIDE: usize = 128;

/// Letters from which a word may be divided.
const LONGEST_WORD: usize = 24;

/// Columns from which a sheet is set across the page.
const WIDE: usize = 7;

/// A mail as a page: its head, then what it says.
pub(crate) fn letter(letter: &Letter) -> Result<Vec<u8>, String> {
    let head: Vec<[String; 2]> =
        letter.head().into_iter().map(|(label, value)| [label.to_owned(), clean(&value)]).collect();
    set(
        &json!({ "title": clean(&letter.subject), "wide": false, "head": head, "blocks": lines(&letter.body) }),
    )
}

/// Plain text as pages.
pub(crate) fn text(text: &str) -> Result<Vec<u8>, String> {
    set(&json!({ "title": "", "wide": false, "head": [], "blocks": lines(text) }))
}

/// What was read in a document or workbook, and what was left out for want of room. `numbered` are the paragraphs of its
/// lists, in order.
pub(crate) fn blocks(reading: &Reading, numbered: &[Numbered]) -> Result<(Vec<u8>, Vec<String>), String> {
    let mut body = reading.body.clone();
    number(&mut body, &mut numbered.iter().peekable());
    let sheet = |block: &Block| matches!(block, Block::Table(table) if table.name.is_some() && WIDE <= columns(table));
    let wide = body.iter().any(sheet);
    let mut left_out = Vec::new();
    let mut room = MOST_TEXT;
    let mut blocks = Vec::new();
    for block in &body {
        match block {
            Block::Line(line) => {
                let text = clean(&shown(line));
                room = room.saturating_sub(text.len());
                blocks.push(json!({ "level": line.heading, "text": text }));
            }
            Block::Table(table) => blocks.extend(laid_out(table, wide, &mut left_out)),
        }
        if room == 0 {
            left_out.push("the rest of a very long text is not printed".to_owned());
            break;
        }
    }
    let title = clean(reading.title.as_deref().unwrap_or_default());
    let pdf = set(&json!({ "title": title, "wide": wide, "head": [], "blocks": blocks }))?;
    Ok((pdf, left_out))
}

/// Writes the numbers of lists before their paragraphs.
fn number<'n>(blocks: &mut [Block], numbered: &mut Peekable<impl Iterator<Item = &'n Numbered>>) {
    for block in blocks {
        match block {
            Block::Line(line) => {
                let said: String = line.spans.iter().map(|span| span.text.as_str()).collect();
                if let Some(next) = numbered.next_if(|next| next.beside == said) {
                    line.spans.insert(0, Span { text: format!("{} ", next.number), mark: Mark::Plain });
                }
            }
            Block::Table(table) => {
                table.rows.iter_mut().flatten().for_each(|cell| number(&mut cell.blocks, numbered));
            }
        }
    }
}

/// A table's cells in rows of equal width; columns that do not fit beside each other come in a table below.
fn laid_out(table: &Table, wide: bool, left_out: &mut Vec<String>) -> Vec<Value> {
    let across = columns(table).min(MOST_COLUMNS);
    let rows: Vec<Vec<(usize, usize, String)>> =
        table.rows.iter().take(MOST_ROWS).map(|row| placed(row, across)).collect();
    let shares = shares(&rows, across);
    let line = if wide { LETTERS_ACROSS_WIDE } else { LETTERS_ACROSS };
    let bands = bands(&shares, line);
    let rows_more = table.rows.len().saturating_sub(MOST_ROWS);
    let columns_more = columns(table).saturating_sub(MOST_COLUMNS);
    let mut note = None;
    if 0 < rows_more + columns_more {
        let name = table.name.as_deref().unwrap_or("table");
        let parts = [(rows_more, "row"), (columns_more, "column")];
        let counted = parts.iter().filter(|(count, _)| 0 < *count);
        let more: Vec<String> = counted
            .map(|(count, what)| format!("{count} more {what}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        let what = format!("{} of `{name}` not printed", more.join(" and "));
        left_out.push(what.clone());
        note = Some(what);
    }
    let last = bands.len().saturating_sub(1);
    let laid = bands.iter().enumerate().map(|(at, band)| {
        let widths = &shares[band.clone()];
        let room = |span: &Range<usize>| {
            let all: usize = widths.iter().sum::<usize>().max(1);
            let own: usize = shares[span.clone()].iter().sum();
            (line * own / all).saturating_sub(2).max(2)
        };
        let rows: Vec<Vec<Value>> = rows.iter().map(|row| banded(row, band, &room)).collect();
        let name = if at == 0 { table.name.clone() } else { None };
        let note = if at == last { note.clone() } else { None };
        json!({ "name": name, "columns": widths, "rows": rows, "note": note })
    });
    laid.collect()
}

/// One row: each cell where its column is, as column, columns it takes, and text; nothing twice.
fn placed(row: &[Cell], across: usize) -> Vec<(usize, usize, String)> {
    let mut cells = Vec::new();
    let mut at = 0;
    for cell in row {
        let column = usize::try_from(cell.column).unwrap_or(usize::MAX);
        if column < at || across <= column {
            continue;
        }
        let span = usize::try_from(cell.across.max(1)).unwrap_or(1).min(across - column);
        cells.push((column, span, clean(&shown_in(&cell.blocks))));
        at = column + span;
    }
    cells
}

/// How wide each column is to be, in letters: its longest word has room, and a long text some.
fn shares(rows: &[Vec<(usize, usize, String)>], across: usize) -> Vec<usize> {
    let mut shares = vec![4_usize; across];
    for (column, _, text) in rows.iter().flatten().filter(|(_, span, _)| *span == 1) {
        let word = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
        let line = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        shares[*column] = shares[*column].max(word.min(LONGEST_WORD) + 1).max(line.min(60) / 2);
    }
    shares
}

/// Columns that stand beside each other.
fn bands(shares: &[usize], line: usize) -> Vec<Range<usize>> {
    let mut bands: Vec<Range<usize>> = Vec::new();
    let mut used = 0;
    for (column, share) in shares.iter().enumerate() {
        match bands.last_mut() {
            Some(band) if used + share <= line => {
                band.end = column + 1;
                used += share;
            }
            _ => {
                bands.push(column..column + 1);
                used = *share;
            }
        }
    }
    bands
}

/// The cells of a row that begin in these columns, gaps filled, words longer than their cell divided.
fn banded(
    row: &[(usize, usize, String)],
    band: &Range<usize>,
    room: &dyn Fn(&Range<usize>) -> usize,
) -> Vec<Value> {
    let empty = |count: usize| (0..count).map(|_| json!({ "text": "", "across": 1 }));
    let mut cells = Vec::new();
    let mut at = band.start;
    for (column, span, text) in row.iter().filter(|(column, ..)| band.contains(column)) {
        cells.extend(empty(column - at));
        let ends = (column + span).min(band.end);
        cells.push(json!({ "text": divided(text, room(&(*column..ends))), "across": ends - column }));
        at = ends;
    }
    cells.extend(empty(band.end - at));
    cells
}

/// Lets words longer than a line be divided.
fn divided(text: &str, room: usize) -> String {
    let mut divided = String::with_capacity(text.len());
    let mut run = 0;
    for letter in text.chars() {
        run = if letter.is_whitespace() { 0 } else { run + 1 };
        if room < run {
            divided.push('\u{200b}');
            run = 1;
        }
        divided.push(letter);
    }
    divided
}

fn columns(table: &Table) -> usize {
    let ends = table.rows.iter().flatten().map(|cell| u64::from(cell.column) + u64::from(cell.across.max(1)));
    usize::try_from(ends.max().unwrap_or(0)).unwrap_or(usize::MAX)
}

/// A paragraph as it is seen: ticks as boxes, what is crossed out in brackets.
fn shown(line: &Line) -> String {
    let spans = line.spans.iter().map(|span| match span.mark {
        Mark::Ticked => "\u{2612} ".to_owned(),
        Mark::Unticked => "\u{2610} ".to_owned(),
        Mark::Struck => format!("[crossed out: {}]", span.text),
        Mark::Stored => String::new(),
        Mark::Plain | Mark::Answer | Mark::Placeholder => span.text.clone(),
    });
    spans.collect()
}

fn shown_in(blocks: &[Block]) -> String {
    let lines = blocks.iter().map(|block| match block {
        Block::Line(line) => shown(line),
        Block::Table(table) => {
            let row = |row: &Vec<Cell>| {
                row.iter().map(|cell| shown_in(&cell.blocks)).collect::<Vec<_>>().join("  ")
            };
            table.rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn lines(text: &str) -> Vec<Value> {
    let end = text.char_indices().nth(MOST_TEXT).map_or(text.len(), |(at, _)| at);
    text[..end].lines().map(|line| json!({ "level": null, "text": clean(line.trim_end()) })).collect()
}

/// Text without characters that cannot be set.
fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || *letter == '\n' || *letter == '\t').collect()
}

fn set(data: &Value) -> Result<Vec<u8>, String> {
    let pages = typeset(TEMPLATE, data, &BTreeMap::new()).map_err(|error| error.to_string())?;
    pages.pdf().map_err(|error| error.to_string())
}

//! The words of a paper as one text, and how many there are.

use crate::panel::seen::{Block, Line, Mark, Table};

/// Words of the text that stand for its first page.
const OPENING_WORDS: usize = 400;

/// How many words `text` has: runs of letters or digits between spaces.
pub fn count(text: &str) -> u32 {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    u32::try_from(words).unwrap_or(u32::MAX)
}

/// All words in reading order, a line per paragraph or cell. What is crossed out is there, for it is on the page.
pub fn text_of(blocks: &[Block]) -> String {
    let mut text = String::new();
    write_blocks(blocks, &mut text);
    text
}

/// The words of the first page or so.
pub fn opening_of(text: &str) -> String {
    let mut opening = String::new();
    let mut left = OPENING_WORDS;
    for line in text.lines() {
        if left == 0 {
            break;
        }
        let words: Vec<&str> = line.split_whitespace().take(left).collect();
        left -= words.len();
        if !words.is_empty() {
            opening.push_str(&words.join(" "));
            opening.push('\n');
        }
    }
    opening
}

/// The first heading's words.
pub fn first_heading(blocks: &[Block]) -> Option<String> {
    blocks.iter().find_map(|block| match block {
        Block::Line(line) if line.heading.is_some() => {
            let words = line.text().split_whitespace().collect::<Vec<_>>().join(" ");
            (!words.is_empty()).then_some(words)
        }
        _ => None,
    })
}

fn write_blocks(blocks: &[Block], text: &mut String) {
    for block in blocks {
        match block {
            Block::Line(line) => write_line(line, text),
            Block::Table(table) => write_table(table, text),
        }
    }
}

fn write_table(table: &Table, text: &mut String) {
    for cell in table.rows.iter().flatten() {
        write_blocks(&cell.blocks, text);
    }
}

fn write_line(line: &Line, text: &mut String) {
    let before = text.len();
    for span in &line.spans {
        match span.mark {
            Mark::Ticked | Mark::Unticked => text.push(' '),
            Mark::Stored => {}
            Mark::Plain | Mark::Struck | Mark::Answer | Mark::Placeholder => text.push_str(&span.text),
        }
    }
    if text[before..].trim().is_empty() {
        text.truncate(before);
    } else {
        text.push('\n');
    }
}

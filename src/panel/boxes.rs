//! Which box belongs to which option.
//!
//! A form puts its boxes before its options or after them; a line that begins with a box and ends with words shows which.

use crate::panel::pieces::Piece;
use crate::panel::seen::Mark;

/// Where a form puts its boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `☒ Yes ☐ No`
    Before,
    /// `Yes ☒ No ☐`
    After,
}

/// One option with its box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub text: String,
    pub on: bool,
}

/// A box or the words of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Box(bool),
    Option(String),
}

impl Item {
    pub fn alone(&self) -> Option<Choice> {
        match self {
            Item::Box(on) => Some(Choice { text: String::new(), on: *on }),
            Item::Option(_) => None,
        }
    }
}

/// On which side of its options a line of boxes puts them, where the line itself shows it.
pub fn side_shown(line: &[Piece]) -> Option<Side> {
    let items = items(line);
    let boxes = items.iter().filter(|item| matches!(item, Item::Box(_))).count();
    if boxes < 2 { None } else { side_of(&items) }
}

pub fn side_of(items: &[Item]) -> Option<Side> {
    match (items.first()?, items.last()?) {
        (Item::Box(_), Item::Option(_)) => Some(Side::Before),
        (Item::Option(_), Item::Box(_)) => Some(Side::After),
        _ => None,
    }
}

pub fn paired(items: &[Item], side: Side) -> Vec<Choice> {
    let mut choices = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let Item::Box(on) = item else { continue };
        let beside = match side {
            Side::Before => items.get(at + 1),
            Side::After => at.checked_sub(1).and_then(|at| items.get(at)),
        };
        let text = match beside {
            Some(Item::Option(text)) => text.clone(),
            _ => String::new(),
        };
        choices.push(Choice { text, on: *on });
    }
    choices
}

/// Boxes and the words between them, instructions and separators left out.
pub fn items(line: &[Piece]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut words = String::new();
    let flush = |words: &mut String, items: &mut Vec<Item>| {
        let text = option_words(&std::mem::take(words));
        if !text.is_empty() {
            items.push(Item::Option(text));
        }
    };
    for piece in line {
        match piece {
            Piece::Text(text, Mark::Plain | Mark::Answer) => words.push_str(text),
            Piece::Text(..) => {}
            Piece::Break | Piece::Edge => words.push(' '),
            Piece::Tick(on) => {
                flush(&mut words, &mut items);
                items.push(Item::Box(*on));
            }
        }
    }
    flush(&mut words, &mut items);
    items
}

fn option_words(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_matches(|c: char| c.is_whitespace() || "/|,;:-–.•".contains(c));
    let text = text.strip_prefix("or ").unwrap_or(text);
    let text = text.strip_suffix(" or").unwrap_or(text).trim();
    let small = text.to_lowercase();
    let instructs =
        ["please tick", "tick ", "delete as", "please delete", "please select", "(please", "(tick"];
    let is_instruction = text == "or" || instructs.iter().any(|start| small.starts_with(start));
    if is_instruction { String::new() } else { text.to_owned() }
}

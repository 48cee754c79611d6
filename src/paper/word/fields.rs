//! Word's fields: codes that are not shown, results that are, and the form fields of older Word.

use crate::panel::seen::Mark;
use crate::paper::ooxml::xml::{Element, Ns};

/// Codes that make Word fetch something from elsewhere.
const FETCHING: [&str; 7] = ["INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "LINK", "DDE", "DDEAUTO", "RD"];
/// As much of a field's code as is kept.
const LONGEST_CODE: usize = 4_000;

/// The fields that are open, innermost last.
#[derive(Debug, Default)]
pub struct FieldStack {
    open: Vec<Field>,
    /// What the codes point at.
    pub external: Vec<String>,
}

/// One field.
#[derive(Debug, Clone, Default)]
pub struct Field {
    code: String,
    showing_result: bool,
    sort: Sort,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Sort {
    #[default]
    Plain,
    Text,
    CheckBox {
        usual: bool,
        checked: Option<bool>,
    },
    DropDown {
        usual: usize,
        chosen: Option<usize>,
        entries: Vec<String>,
    },
}

impl FieldStack {
    pub fn begin(&mut self) {
        self.open.push(Field::default());
    }

    /// `w:fldSimple`: its content is the result.
    pub fn open_simple(&mut self, code: &str) {
        self.open.push(Field { code: code.to_owned(), showing_result: true, sort: Sort::Plain });
    }

    pub fn instruct(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut()
            && field.code.len() < LONGEST_CODE
        {
            field.code.push_str(text);
        }
    }

    pub fn separate(&mut self) {
        if let Some(field) = self.open.last_mut() {
            field.showing_result = true;
        }
    }

    pub fn end(&mut self) {
        if let Some(address) = self.open.pop().and_then(|field| field.fetches()) {
            self.external.push(address);
        }
    }

    pub fn last(&mut self) -> Option<&mut Field> {
        self.open.last_mut()
    }

    /// Whether text standing here is not shown: inside a field's code, or the result of a box or drop-down.
    pub fn is_silent(&self) -> bool {
        self.open.iter().any(|field| match field.sort {
            Sort::CheckBox { .. } | Sort::DropDown { .. } => true,
            Sort::Plain | Sort::Text => !field.showing_result && !field.code.trim().is_empty(),
        })
    }

    /// How a form field marks its result; none outside of one.
    pub fn mark(&self, text: &str) -> Option<Mark> {
        let field = self.open.last()?;
        let asks = field.sort == Sort::Text || field.code.trim_start().starts_with("FORMTEXT");
        // An empty text field shows five en spaces.
        let empty = text.chars().all(char::is_whitespace);
        asks.then_some(if empty { Mark::Placeholder } else { Mark::Answer })
    }
}

impl Field {
    /// Takes in one element of `w:ffData`.
    pub fn take(&mut self, element: &Element<'_>) {
        if element.ns != Ns::Word {
            return;
        }
        match (element.name(), &mut self.sort) {
            (b"textInput", _) => self.sort = Sort::Text,
            (b"checkBox", _) => self.sort = Sort::CheckBox { usual: false, checked: None },
            (b"ddList", _) => {
                self.sort = Sort::DropDown { usual: 0, chosen: None, entries: Vec::new() };
            }
            (b"default", Sort::CheckBox { usual, .. }) => *usual = element.on(),
            (b"checked", Sort::CheckBox { checked, .. }) => *checked = Some(element.on()),
            (b"default", Sort::DropDown { usual, .. }) => *usual = index(element).unwrap_or(0),
            (b"result", Sort::DropDown { chosen, .. }) => *chosen = index(element),
            (b"listEntry", Sort::DropDown { entries, .. }) => {
                entries.push(element.attribute("val").unwrap_or_default());
            }
            _ => {}
        }
    }

    /// What a box or drop-down shows; text fields show their result instead.
    pub fn shown(&self) -> Option<(String, Mark)> {
        match &self.sort {
            Sort::Plain | Sort::Text => None,
            Sort::CheckBox { usual, checked } => {
                let ticked = checked.unwrap_or(*usual);
                let (shown, mark) = if ticked { ("☒", Mark::Ticked) } else { ("☐", Mark::Unticked) };
                Some((shown.to_owned(), mark))
            }
            Sort::DropDown { usual, chosen, entries } => {
                let entry = entries.get(chosen.unwrap_or(*usual)).cloned().unwrap_or_default();
                let mark = if entry.trim().is_empty() { Mark::Placeholder } else { Mark::Answer };
                Some((entry, mark))
            }
        }
    }

    fn fetches(&self) -> Option<String> {
        let mut words = self.code.split_whitespace();
        let name = words.next()?.to_uppercase();
        if !FETCHING.contains(&name.as_str()) {
            return None;
        }
        let rest = words.collect::<Vec<_>>().join(" ");
        let quoted = rest.split('"').nth(1).unwrap_or(&rest);
        Some(quoted.chars().take(300).collect())
    }
}

fn index(element: &Element<'_>) -> Option<usize> {
    element.number("val").and_then(|number| usize::try_from(number).ok())
}

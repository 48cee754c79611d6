//! Word's content controls: what kind of answer each holds and whether it has one.

use chrono::NaiveDate;

use crate::panel::seen::Mark;
use crate::paper::ooxml::xml::{Element, Ns};

/// A control (`w:sdt`) we are inside of.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four things a control says of itself, each on its own")]
pub struct Control {
    /// Stands in a line of text or round a cell: what is in it is its answer, whatever its kind.
    in_line: bool,
    /// Text, date, drop-down: a kind that is there to be filled in.
    asks: bool,
    /// A table of contents, a group, a repeated section: a wrapper that holds no answer of its own.
    wraps: bool,
    /// "Click or tap to enter text."
    pub placeholder: bool,
    /// A check box and its state.
    pub checked: Option<bool>,
    /// The day a date control holds, and the format it shows it in.
    day: Option<NaiveDate>,
    format: String,
    /// Stands round a cell: what it shows must wait for the cell.
    pub round_cell: bool,
}

impl Control {
    pub fn new(in_line: bool, round_cell: bool) -> Self {
        Control { in_line: in_line || round_cell, round_cell, ..Control::default() }
    }

    /// Takes in one property; true where the properties inside it matter too.
    pub fn take(&mut self, property: &Element<'_>) -> bool {
        match (property.ns, property.name()) {
            (Ns::Word, b"showingPlcHdr") => self.placeholder = property.on(),
            (Ns::Word, b"date") => {
                self.asks = true;
                let day = property.attribute("fullDate");
                self.day = day.and_then(|day| day.get(..10)?.parse().ok());
                return true;
            }
            (Ns::Word, b"dateFormat") => self.format = property.attribute("val").unwrap_or_default(),
            (Ns::Word, b"text" | b"dropDownList" | b"comboBox") => self.asks = true,
            (
                Ns::Word,
                b"docPartObj" | b"docPartList" | b"group" | b"picture" | b"citation" | b"bibliography"
                | b"equation",
            ) => self.wraps = true,
            (Ns::Word2010, b"checkbox") => {
                self.checked = Some(self.checked.unwrap_or(false));
                return true;
            }
            (Ns::Word2010, b"checked") => self.checked = Some(property.on()),
            _ => {}
        }
        false
    }

    /// Whether its text is an answer rather than part of the form.
    pub fn holds_answer(&self) -> bool {
        self.asks || (self.in_line && !self.wraps)
    }

    /// The day it holds, said once.
    pub fn stored(&mut self) -> Option<String> {
        let day = self.day.take().filter(|_| !self.placeholder)?;
        Some(format!("{day} {}", self.format))
    }

    /// How its box is shown.
    pub fn shown(&self) -> Option<(&'static str, Mark)> {
        self.checked.map(|checked| if checked { ("☒", Mark::Ticked) } else { ("☐", Mark::Unticked) })
    }
}

//! Word's content controls: what sort of answer each holds and whether it has one.

use crate::panel::seen::Mark;
use crate::paper::xml::{Element, Ns};

/// A control (`w:sdt`) we are inside of.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four things a control says of itself, each on its own")]
pub struct Control {
    /// Stands in a line of text or round a cell: what is in it is its answer, whatever its sort.
    in_line: bool,
    /// Text, date, drop-down: a sort that is there to be filled in.
    asks: bool,
    /// A table of contents, a group, a repeated section: a wrapper that holds no answer of its own.
    wraps: bool,
    /// "Click or tap to enter text."
    pub placeholder: bool,
    /// A check box and its state.
    pub checked: Option<bool>,
}

impl Control {
    pub fn new(in_line: bool) -> Self {
        Control { in_line, ..Control::default() }
    }

    /// Takes in one property; true where the properties inside it matter too.
    pub fn take(&mut self, property: &Element<'_>) -> bool {
        match (property.ns, property.name()) {
            (Ns::Word, b"showingPlcHdr") => self.placeholder = property.on(),
            (Ns::Word, b"text" | b"date" | b"dropDownList" | b"comboBox") => self.asks = true,
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

    /// How its box is shown.
    pub fn shown(&self) -> Option<(&'static str, Mark)> {
        self.checked.map(|checked| if checked { ("☒", Mark::Ticked) } else { ("☐", Mark::Unticked) })
    }
}

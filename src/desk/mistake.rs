//! What is wrong with something typed into a workbook: said beside the cell, in words.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One entry that could not be done as typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mistake {
    pub sheet: String,
    /// The row's key, under which the mistake is shown again in the next edition.
    pub key: String,
    /// `F7`; empty where a whole sheet is meant.
    pub cell: String,
    /// The header of the column.
    pub column: String,
    pub message: String,
    pub hint: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "sheet `{}`", self.sheet)?;
        if !self.cell.is_empty() {
            write!(out, ", cell {}", self.cell)?;
        }
        write!(out, ": {}", self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(out, "; hint: {}", self.hint) }
    }
}

impl Mistake {
    /// As it stands in the column beside the row.
    pub fn beside(&self) -> String {
        let column = if self.column.is_empty() { String::new() } else { format!("{}: ", self.column) };
        let hint = if self.hint.is_empty() { String::new() } else { format!(" – {}", self.hint) };
        format!("{column}{}{hint}", self.message)
    }
}

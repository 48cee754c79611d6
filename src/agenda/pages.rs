//! Where cases and papers stand in the pack, once it is pressed.

use std::collections::BTreeMap;

use crate::panel::ids::{CaseId, PaperNumber};

/// First and last page, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub first: u32,
    pub last: u32,
}

/// The pack's pages; empty before there is a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pages {
    pub cases: BTreeMap<CaseId, Span>,
    pub papers: BTreeMap<PaperNumber, Span>,
}

impl Span {
    /// `12–15`, or `12` for a single page.
    pub fn shown(self) -> String {
        if self.first == self.last {
            self.first.to_string()
        } else {
            format!("{}–{}", self.first, self.last)
        }
    }
}

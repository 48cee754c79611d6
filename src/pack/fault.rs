//! What is wrong with a pack, and what is to blame for it.

use crate::finding::Finding;
use crate::pack::manifest::Entry;
use crate::panel::ids::CaseId;

/// Something about a pack that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub whose: Whose,
    pub finding: Finding,
}

/// What is to blame for a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The pack itself.
    Pack,
    /// One of the manifest's entries.
    Entry(usize),
    /// A page is not about the child that it should be about, or that it says.
    Case(CaseId),
}

/// The code of a fault about whose child a page is: no pack with one can be accepted.
pub const WHOSE: &str = "pack-whose";

/// All that is wrong, in the order in which it was found.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub fn pack(&mut self, code: &str, said: impl Into<String>) {
        self.0.push(Fault { whose: Whose::Pack, finding: Finding::blocks(&format!("pack-{code}"), said) });
    }

    pub fn entry(&mut self, at: usize, entry: &Entry, code: &str, said: impl Into<String>) {
        let finding = Finding::blocks(&format!("pack-{code}"), said).about(entry.number.to_string());
        self.0.push(Fault { whose: Whose::Entry(at), finding });
    }

    /// A fault that nobody may wave through.
    pub fn case(&mut self, id: &CaseId, said: impl Into<String>) {
        let finding = Finding::blocks(WHOSE, said).about(id.to_string());
        self.0.push(Fault { whose: Whose::Case(id.clone()), finding });
    }
}

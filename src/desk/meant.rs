//! What the sheets about a meeting are read against: the panel's words, the agenda it had before it, the cases there are.

use std::collections::BTreeSet;

use crate::panel::agenda::{Agenda, CaseLine, Item};
use crate::panel::ids::CaseId;
use crate::panel::words::Words;

/// What the sheets are read against.
#[derive(Debug, Clone, Copy)]
pub struct Meant<'a> {
    pub words: &'a Words,
    /// The agenda that the panel had before it.
    pub agenda: &'a Agenda,
    /// Every case that anybody ever heard of.
    pub known: &'a BTreeSet<CaseId>,
}

impl Meant<'_> {
    pub fn is_known(&self, case: &CaseId) -> bool {
        let listed = self.agenda.cases().any(|(_, line)| line.case == *case);
        listed || self.agenda.not_slotted.contains(case) || self.known.contains(case)
    }

    /// Numbers of cases that nobody has heard of are mistakes, and no interests.
    pub fn those_known(&self, mut cases: Vec<CaseId>) -> Vec<CaseId> {
        cases.retain(|case| self.is_known(case));
        cases
    }

    pub fn planned(&self, case: &CaseId) -> Option<(&Item, &CaseLine)> {
        self.agenda.cases().find(|(_, line)| line.case == *case)
    }
}

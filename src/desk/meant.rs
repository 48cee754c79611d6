//! What the sheets about a meeting are read against: the panel's words, the agenda it had before it, the cases there are.

use std::collections::BTreeSet;

use chrono::NaiveTime;

use crate::panel::agenda::{Agenda, Item, What};
use crate::panel::case::Casebook;
use crate::panel::funding::Requested;
use crate::panel::heard;
use crate::panel::ids::CaseId;
use crate::panel::words::Words;

/// What the sheets are read against.
#[derive(Debug, Clone, Copy)]
pub struct Meant<'a> {
    pub words: &'a Words,
    /// The agenda that the panel had before it.
    pub agenda: &'a Agenda,
    pub casebook: &'a Casebook,
}

impl<'a> Meant<'a> {
    /// Every case that anybody ever heard of.
    pub fn known(&self) -> &'a BTreeSet<CaseId> {
        &self.casebook.known
    }

    pub fn is_known(&self, case: &CaseId) -> bool {
        self.agenda.has(case) || self.known().contains(case)
    }

    /// Numbers of cases that nobody has heard of are mistakes, and no interests.
    pub fn those_known(&self, mut cases: Vec<CaseId>) -> Vec<CaseId> {
        cases.retain(|case| self.is_known(case));
        cases
    }

    /// When the agenda has the case; none of one without a time.
    pub fn planned(&self, case: &CaseId) -> Option<NaiveTime> {
        let is_it = |item: &Item| matches!(&item.what, What::Case(line) if line.case == *case);
        self.agenda.items.iter().find(|item| is_it(item)).map(|item| item.starts)
    }

    /// What its form asks for.
    pub fn requested(&self, case: &CaseId) -> Requested {
        self.casebook.case(case).map(Requested::of).unwrap_or_default()
    }

    /// Who is to present it, as the agenda says; of a case without a time, as its form or booking does.
    pub fn presenters(&self, case: &CaseId) -> Vec<String> {
        let on_agenda = self.agenda.cases().find(|(_, line)| line.case == *case);
        let on_agenda = on_agenda.map(|(_, line)| line.presenters.clone());
        on_agenda.or_else(|| self.casebook.case(case).map(heard::presenters)).unwrap_or_default()
    }
}

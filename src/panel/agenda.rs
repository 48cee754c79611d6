//! The timed agenda: what is heard when. Made by [`crate::panel::slots`].

use std::collections::BTreeSet;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    pub meeting: Meeting,
    pub next_meeting: Option<Meeting>,
    /// In order of time.
    pub items: Vec<Item>,
    /// Cases that do not fit before the end; never squeezed.
    pub not_slotted: Vec<CaseId>,
}

/// One line of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Printed number, such as `4` or `4.2`; empty for a break.
    pub number: String,
    pub starts: NaiveTime,
    pub minutes: u32,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Welcome, last minutes, any other business.
    Standing {
        title: String,
        note: String,
    },
    Break,
    Case(CaseLine),
}

/// A case as the agenda shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    pub case: CaseId,
    /// "New placement requests", "Emergency placements for ratification" ...
    pub section: String,
    /// Initials or name, as the panel's configuration says.
    pub child: String,
    pub age: Option<u32>,
    pub request: String,
    /// Social worker and manager, in the order they were given.
    pub presenters: Vec<String>,
    /// `EMERGENCY`, `RETROSPECTIVE`, `INCOMPLETE: care plan`, `LATE`.
    pub flags: Vec<String>,
    pub note: String,
    /// "Permission: Kim Dale (Assistant Director), 16 November 2026, through Jan Wroe"; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub permission: String,
    /// Kept in sight: no decision is waited for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_noting: bool,
}

/// What stands on a line in place of a case that its reader may hear nothing of.
pub const WITHHELD: &str = "A case that is not for you";

impl CaseLine {
    /// A case of which nothing is known but its number.
    pub const fn of(case: CaseId) -> Self {
        CaseLine {
            case,
            section: String::new(),
            child: String::new(),
            age: None,
            request: String::new(),
            presenters: Vec::new(),
            flags: Vec::new(),
            note: String::new(),
            permission: String::new(),
            for_noting: false,
        }
    }

    /// What stands below the case: what the panel is told of it, and whose permission it has.
    pub fn notes(&self) -> String {
        let both = [self.note.as_str(), self.permission.as_str()];
        both.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

impl Agenda {
    /// The same for somebody who may hear nothing of these cases: their time shows, and nothing else.
    #[must_use]
    pub fn without(&self, cases: &BTreeSet<CaseId>) -> Self {
        let mut agenda = self.clone();
        agenda.not_slotted.retain(|case| !cases.contains(case));
        for item in &mut agenda.items {
            if matches!(&item.what, What::Case(line) if cases.contains(&line.case)) {
                item.what = What::Standing { title: WITHHELD.to_owned(), note: String::new() };
            }
        }
        agenda
    }

    /// The same for an observer: times and kinds of request, and nothing of any child. Of cases they may hear nothing of, the time alone.
    #[must_use]
    pub fn times_only(&self, withheld: &BTreeSet<CaseId>) -> Self {
        let mut agenda = self.without(withheld);
        agenda.not_slotted.clear();
        for item in &mut agenda.items {
            match &mut item.what {
                What::Case(line) => {
                    let title = std::mem::take(&mut line.request);
                    item.what = What::Standing { title, note: String::new() };
                }
                // What was told of the last meeting may be about a child.
                What::Standing { note, .. } => note.clear(),
                What::Break => {}
            }
        }
        agenda
    }

    /// Whether the case is on it, with a time or without.
    pub fn has(&self, case: &CaseId) -> bool {
        self.not_slotted.contains(case) || self.cases().any(|(_, line)| line.case == *case)
    }

    /// The cases that have a slot, in the order heard.
    pub fn cases(&self) -> impl Iterator<Item = (&Item, &CaseLine)> {
        self.items.iter().filter_map(|item| match &item.what {
            What::Case(line) => Some((item, line)),
            What::Standing { .. } | What::Break => None,
        })
    }
}

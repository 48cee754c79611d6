//! What letters that may be written again said last: only a real change makes another, and it says what changed.
//!
//! Without it a letter is at worst written once more than needed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::panel::agenda::Agenda;
use crate::panel::agenda_changes;
use crate::panel::ids::{CaseId, Sha256};
use crate::panel::people::Capacity;
use crate::panel::{london, when};
use crate::post::kind::LetterKind;
use crate::post::plan::Enclosed;
use crate::register::Register;
use crate::register::remembered::Topic;

/// The letters of one meeting, by the name the first of each has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Told {
    letters: BTreeMap<String, Last>,
    /// The agenda as it was last sent.
    pub agenda: Option<Agenda>,
    /// What each letter holds, by the name of its draft.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holds: BTreeMap<String, Holds>,
    /// When the files were removed that letters led to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links_ended: Option<NaiveDate>,
}

/// What a letter is besides its words: when one of these changes, it is another letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    /// Whom it is to, by name; the address is the letter's own.
    pub name: String,
    pub capacity: Capacity,
    pub what: Enclosed,
    pub case: Option<CaseId>,
    /// Every case that an invitation names.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub cases: BTreeSet<CaseId>,
    pub withheld: BTreeSet<CaseId>,
    pub protected: bool,
    /// Files that it leads to instead of holding them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<PathBuf>,
    /// Of the pack it belongs to; 0 where it belongs to none.
    pub version: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Last {
    version: u32,
    /// Hash of the letter without its date and what it says of changes; of one that belongs to a version of the pack, of what it holds.
    says: Sha256,
}

impl Told {
    /// Fails when what was told is there and cannot be read.
    pub fn of(register: &Register, day: NaiveDate) -> Result<Self> {
        Ok(register.remembered(Topic::Told, day)?.unwrap_or_default())
    }

    /// Fails when it cannot be kept in the register.
    pub fn keep(&self, register: &Register, day: NaiveDate, now: DateTime<Utc>) -> Result<()> {
        Ok(register.remember(Topic::Told, day, self, now)?)
    }

    /// The version of the letter called `name` that says this, and whether it has yet to be written. `known` is how many
    /// versions of it were ever written.
    pub fn version(&self, name: &str, says: &Sha256, known: u32) -> (u32, bool) {
        match self.letters.get(name) {
            Some(last) if last.says == *says => (last.version, false),
            Some(last) => (last.version.max(known) + 1, true),
            None => (known + 1, true),
        }
    }

    pub fn remember(&mut self, name: &str, version: u32, says: Sha256) {
        self.letters.insert(name.to_owned(), Last { version, says });
    }

    /// Files of earlier versions of the pack that letters lead to.
    pub fn links_before(&self, version: u32) -> impl Iterator<Item = &PathBuf> {
        self.holds.values().filter(move |holds| holds.version < version).flat_map(|holds| &holds.links)
    }

    /// What has changed on the agenda since it was last sent, for somebody who may hear nothing of these cases.
    pub fn changed(&self, now: &Agenda, withheld: &BTreeSet<CaseId>) -> String {
        let now = now.without(withheld);
        let before = self.agenda.as_ref().map(|before| before.without(withheld));
        let changes = before.map(|before| agenda_changes::changes(&before, &now));
        match changes {
            None => String::new(),
            Some(changes) if changes.is_empty() => "The times are as they were.".to_owned(),
            Some(changes) => changes.join(" "),
        }
    }
}

/// When a letter is written, and which of its kind it is.
#[derive(Debug, Clone, Copy)]
pub struct When<'a> {
    pub written: DateTime<Utc>,
    /// 1, unless another went before it.
    pub version: u32,
    /// What has changed on the agenda since it was last sent.
    pub changed: &'a str,
    /// When the letter was written that it takes the place of, where that was never sent.
    pub replaced: Option<DateTime<Utc>>,
}

impl When<'_> {
    pub const fn first(written: DateTime<Utc>) -> Self {
        When { written, version: 1, changed: "", replaced: None }
    }

    /// What a letter says that takes the place of an earlier one.
    pub fn instead_of_the_last(&self, kind: LetterKind) -> String {
        let replaced = self.replaced.map(|made| {
            let when = when::moment(london::wall(made));
            format!("This email takes the place of the one written at {when}. If you have that one, please delete it.")
        });
        match kind {
            _ if self.version == 1 || kind.is_of_a_version() => replaced.unwrap_or_default(),
            LetterKind::Agenda => {
                format!("This agenda takes the place of the one you had before. {}", self.changed)
            }
            _ => "This takes the place of the email you had before.".to_owned(),
        }
    }
}

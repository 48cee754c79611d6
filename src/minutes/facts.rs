//! What the records of a meeting are made of, and what comes out.

use std::collections::BTreeMap;

use crate::agenda::pages::Pages;
use crate::minutes::item::NOT_RECORDED;
use crate::panel::agenda::Agenda;
use crate::panel::case::Casebook;
use crate::panel::decisions;
use crate::panel::ids::CaseId;
use crate::panel::outcome::Outcome;
use crate::panel::rules::Rules;
use crate::panel::words::{Heading, Words};

/// What the records are made of.
#[derive(Debug, Clone, Copy)]
pub struct MinutesFacts<'a> {
    pub heading: &'a Heading,
    pub words: &'a Words,
    pub casebook: &'a Casebook,
    pub agenda: &'a Agenda,
    pub outcome: &'a Outcome,
    pub pages: &'a Pages,
    /// What providers promised when a case was last decided, and when that was.
    pub promised: &'a BTreeMap<CaseId, String>,
    /// "Draft" or "Confirmed"; may be empty.
    pub status: &'a str,
    /// Whether the panel was quorate, in words; empty where it has no such rule.
    pub quorum: &'a str,
    /// The panel's roles for which nobody was there; may be empty.
    pub unrepresented: &'a str,
}

/// The council's own Word templates.
#[derive(Debug, Clone, Copy)]
pub struct Templates<'a> {
    pub minutes: &'a [u8],
    pub decision_note: &'a [u8],
}

/// A file to be put into the meeting's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// What a document is, as far as where it is filed goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Of the whole meeting: for the panel's own file.
    Minutes,
    /// One child's part of the confirmed minutes.
    Extract,
    Note,
    /// The text to paste as a case note.
    CaseNote,
}

/// A document with where it is filed. An extract is listed before it is made: it is cut when the minutes are confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    pub case: Option<CaseId>,
    pub sort: Sort,
    pub document: Document,
}

impl Filed {
    pub fn new(case: Option<&CaseId>, sort: Sort, file_name: String, bytes: Vec<u8>) -> Self {
        Filed { case: case.cloned(), sort, document: Document { file_name, bytes } }
    }
}

/// What an extract is called in its file's name.
pub fn extract(case: &CaseId) -> String {
    format!("minutes extract {case}")
}

/// Whether the panel was quorate, in words; empty where it has no such rule.
pub fn quorum(rules: &Rules, outcome: &Outcome, agenda: &Agenda) -> String {
    if rules.decisions.quorum.is_empty() {
        return String::new();
    }
    let findings = decisions::check_all(rules, outcome, agenda);
    if outcome.attendance.is_empty() {
        return NOT_RECORDED.to_owned();
    }
    let missed = findings.into_iter().find(|finding| finding.code == "no-quorum");
    missed.map_or_else(|| "Quorate".to_owned(), |finding| format!("Not quorate: {}", finding.message))
}

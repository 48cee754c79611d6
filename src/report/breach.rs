//! The breach list: who was sent a case's pages, when, by which road, what was asked back and who answered; for the report that is due
//! within 72 hours (UK GDPR, article 33).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::panel::when;
use crate::panel::words::Heading;
use crate::stationery::word::{self, WordError};

/// So long after a breach was noticed the report is due.
pub const REPORT_WITHIN: TimeDelta = TimeDelta::hours(72);

/// One reader of the list, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachRow {
    pub name: String,
    pub email: String,
    /// `pack of 23 November 2026, version 1, pages 12–18, opens with a password`.
    pub what: String,
    /// By which road, when, and what came of it.
    pub sent: String,
    /// Whether it was asked back, when, and whether it was answered.
    pub recall: String,
}

/// What the list is made of.
#[derive(Debug)]
pub struct BreachFacts<'a> {
    pub heading: &'a Heading,
    pub case: &'a CaseId,
    pub noticed: DateTime<Utc>,
    pub written: DateTime<Utc>,
    pub rows: &'a [BreachRow],
    /// How many of them have it or may have it, were asked to delete it, and have answered that they did.
    pub counts: [usize; 3],
}

/// The list as a Word document, from the council's template.
pub fn document(facts: &BreachFacts<'_>, template: &[u8]) -> Result<Vec<u8>, WordError> {
    word::fill(template, "breach.docx", &fields(facts))
}

/// A moment in words, local time.
fn said(moment: DateTime<Utc>) -> String {
    when::moment(london::wall(moment))
}

/// The fields a template may use.
fn fields(facts: &BreachFacts<'_>) -> Value {
    let [held, asked, answered] = facts.counts;
    let row = |row: &BreachRow| json!({ "name": row.name, "email": row.email, "what": row.what, "sent": row.sent, "recall": row.recall });
    facts.heading.beside(json!({
        "ref": facts.case,
        "noticed": said(facts.noticed),
        "report_by": said(facts.noticed + REPORT_WITHIN),
        "written": said(facts.written),
        "date": when::day(london::wall(facts.written).date_naive()),
        "status": "",
        "held": held.to_string(),
        "asked_back": asked.to_string(),
        "answered": answered.to_string(),
        "readers": facts.rows.iter().map(row).collect::<Vec<_>>(),
    }))
}

//! What each kind of request must bring: papers, fields, and how much a gap weighs.
//!
//! Only the shape; the panel's configuration fills it and [`crate::panel::completeness`] applies it.

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::panel::ids::{DocumentType, FieldKey};
use crate::panel::request::Request;

/// One kind of request in this panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRule {
    pub request: Request,
    /// "New placement".
    pub label: String,
    /// Any one of these forms stands for the case.
    pub forms: Vec<DocumentType>,
    /// Names of [`PaperNeed`]s.
    pub needs: Vec<String>,
    /// Welcome, never missed.
    pub may: Vec<DocumentType>,
    /// Rules that even an emergency must meet before it is heard; everything else may follow.
    pub at_once: Vec<String>,
    /// Section of the agenda it is heard in.
    pub section: String,
    /// Length of its slot.
    pub minutes: u32,
}

/// A paper that must be there; any one of several kinds will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperNeed {
    /// Such as `plan`; missing it is the rule `missing-plan`.
    pub name: String,
    /// "care plan, CIN plan or CP plan".
    pub label: String,
    pub any_of: Vec<DocumentType>,
    /// Further kinds that will do from an age on (a pathway plan at 16).
    pub or_from_age: Option<(u32, Vec<DocumentType>)>,
    /// Asked for only from this age.
    pub from_age: Option<u32>,
    /// Older than this on the day of the meeting is the rule `old-` and its name.
    pub months: Option<u32>,
    /// Not asked for where the case comes with one of these forms: an update form brings back what the panel has seen.
    pub not_with: Vec<DocumentType>,
}

/// A field the panel's form asks for, and when an answer is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNeed {
    pub field: FieldKey,
    /// All must hold; none: always expected.
    pub when: Vec<Condition>,
    /// An answer shorter than this says too little.
    pub least_words: Option<u32>,
    /// A paper of one of these kinds will do instead.
    pub or_paper: Vec<DocumentType>,
    /// The panel wants evidence: "None" and "n/a" are no answer.
    pub evidence: bool,
}

/// Something that can be true of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Not(Box<Condition>),
    Emergency,
    /// The legal status is one of a looked-after child.
    LookedAfter,
    /// Years, both included.
    Age {
        from: u32,
        to: u32,
    },
    /// Any of these fields has an answer.
    Given(Vec<FieldKey>),
    Yes(FieldKey),
    /// An amount, share or number above nothing.
    Positive(FieldKey),
    Is(FieldKey, Vec<String>),
    /// The code of this field's list that is answered belongs to a group, such as `not_family`.
    InGroup(FieldKey, String),
    Request(Vec<Request>),
}

/// What every rule weighs in this panel, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weights(BTreeMap<String, Weight>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// None: switched off.
    pub severity: Option<Severity>,
    /// One line for the administrator's guide.
    pub about: String,
    /// Where the rule comes from: "SSDA903 check 378".
    pub source: Option<String>,
}

impl PaperNeed {
    /// The rule that is broken while nothing meets the need.
    pub fn rule(&self) -> String {
        format!("missing-{}", self.name.replace('_', "-"))
    }

    /// The rule that is broken when what meets it is old.
    pub fn old_rule(&self) -> String {
        format!("old-{}", self.name.replace('_', "-"))
    }
}

impl FieldNeed {
    /// The rule that is broken while the question is not answered.
    pub fn rule(&self) -> String {
        format!("missing-{}", self.field.as_str().replace('_', "-"))
    }
}

impl Weights {
    pub fn set(&mut self, rule: &str, severity: Option<Severity>, about: &str) {
        self.0.insert(rule.to_owned(), Weight { severity, about: about.to_owned(), source: None });
    }

    /// Says where a rule that is set comes from.
    pub fn set_source(&mut self, rule: &str, source: Option<String>) {
        if let Some(weight) = self.0.get_mut(rule) {
            weight.source = source;
        }
    }

    pub fn source(&self, rule: &str) -> Option<&str> {
        self.0.get(rule)?.source.as_deref()
    }

    /// Changes what a rule weighs; false if there is no such rule.
    pub fn change(&mut self, rule: &str, severity: Option<Severity>) -> bool {
        match self.0.get_mut(rule) {
            Some(weight) => {
                weight.severity = severity;
                true
            }
            None => false,
        }
    }

    /// None for a rule that is switched off or unknown.
    pub fn of(&self, rule: &str) -> Option<Severity> {
        self.0.get(rule)?.severity
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Weight)> {
        self.0.iter().map(|(name, weight)| (name.as_str(), weight))
    }
}

/// Who may give permission before a child is accommodated, and by which road it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permission {
    /// Titles, the first as people say it: "Assistant Director", "AD".
    pub titles: Vec<String>,
    /// Who holds one of the titles, by name: then the name alone is enough.
    pub people: Vec<String>,
    /// Who may give it in their place, by name.
    pub deputies: Vec<String>,
    /// "Head of Service".
    pub through: Option<String>,
}

/// Limits that the checks compare with; each can be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// A referral dated longer before the meeting is old; none: no limit, and so of the two below.
    pub referral_days: Option<u32>,
    /// A retainer longer than this is unusual.
    pub retainer_weeks: Option<u32>,
    /// Another ratio of staff to child longer than this is questioned.
    pub staffing_ratio_days: Option<u32>,
    /// Weekly costs outside these are probably slips, in pence.
    pub weekly_least: i64,
    pub weekly_most: i64,
}

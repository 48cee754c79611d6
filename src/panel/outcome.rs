//! What a meeting came to: who was there, what was decided, what must be done.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::panel::ids::CaseId;
use crate::panel::money::Pence;

/// The meeting as the administrator typed it into the workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    pub started: Option<NaiveTime>,
    pub ended: Option<NaiveTime>,
    pub attendance: Vec<Attendee>,
    /// In the order heard.
    pub decisions: Vec<Decision>,
    /// In the order typed.
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    pub name: String,
    pub role: String,
    pub agency: String,
    pub presence: Presence,
    /// Whom a substitute stands in for.
    pub standing_for: Option<String>,
    /// Cases in which an interest was declared.
    pub interests: Vec<CaseId>,
    /// Cases that the chair keeps this person out of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_out: Vec<CaseId>,
}

impl Attendee {
    /// Whether this person takes no part in the case: by their own word, or the chair's.
    pub fn is_out_of(&self, case: &CaseId) -> bool {
        self.interests.contains(case) || self.kept_out.contains(case)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Present,
    Apologies,
    Substitute,
    Observer,
}

/// One case's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub case: CaseId,
    pub word: DecisionWord,
    pub reason: String,
    pub decided_by: DecidedBy,
    pub weekly: Option<Pence>,
    /// Who pays how much a week, in the order of the form.
    pub split: Vec<(Funder, Pence)>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub review: Option<NaiveDate>,
    pub conditions: String,
    pub discussion: String,
    /// Who disagreed, and where it was taken.
    #[serde(default)]
    pub dissent: String,
    /// Whether the provider survey (NELC: White Rose) was done; none where nobody said.
    #[serde(default)]
    pub survey_done: Option<bool>,
}

/// The vocabulary of docs/domain.md, Decisions; a panel may switch words off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionWord {
    Agreed,
    AgreedWithConditions,
    AgreedInPrinciple,
    Ratified,
    Extended,
    Deferred,
    NotAgreed,
    Noted,
    Withdrawn,
    Escalated,
}

impl DecisionWord {
    pub const ALL: [DecisionWord; 10] = [
        DecisionWord::Agreed,
        DecisionWord::AgreedWithConditions,
        DecisionWord::AgreedInPrinciple,
        DecisionWord::Ratified,
        DecisionWord::Extended,
        DecisionWord::Deferred,
        DecisionWord::NotAgreed,
        DecisionWord::Noted,
        DecisionWord::Withdrawn,
        DecisionWord::Escalated,
    ];

    /// What it is called where the panel has no word of its own.
    pub const fn plain(self) -> &'static str {
        match self {
            DecisionWord::Agreed => "Agreed",
            DecisionWord::AgreedWithConditions => "Agreed with conditions",
            DecisionWord::AgreedInPrinciple => "Agreed in principle",
            DecisionWord::Ratified => "Ratified",
            DecisionWord::Extended => "Extended",
            DecisionWord::Deferred => "Deferred",
            DecisionWord::NotAgreed => "Not agreed",
            DecisionWord::Noted => "Noted",
            DecisionWord::Withdrawn => "Withdrawn",
            DecisionWord::Escalated => "Escalated",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    Consensus,
    Chair,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funder {
    SocialCare,
    Health,
    Education,
    Other,
}

impl Funder {
    pub const ALL: [Funder; 4] = [Funder::SocialCare, Funder::Health, Funder::Education, Funder::Other];

    pub const fn plain(self) -> &'static str {
        match self {
            Funder::SocialCare => "Social care",
            Funder::Health => "Health",
            Funder::Education => "Education",
            Funder::Other => "Other",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// None: an action of the panel itself.
    pub case: Option<CaseId>,
    pub what: String,
    pub owner: String,
    pub due: Option<NaiveDate>,
}

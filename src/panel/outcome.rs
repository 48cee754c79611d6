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
}

/// The vocabulary of DOMAIN 2.1; a panel may switch words off.
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// None: an action of the panel itself.
    pub case: Option<CaseId>,
    pub what: String,
    pub owner: String,
    pub due: Option<NaiveDate>,
}

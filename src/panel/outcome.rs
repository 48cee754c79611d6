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
    /// Who was in the chair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chair: Option<String>,
    /// Somebody said that nobody declared an interest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_interests: bool,
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

/// One case's decision. What nobody typed is not there: nothing is filled in from the agenda, a form or a usual value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub case: CaseId,
    pub word: DecisionWord,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub decided_by: Option<DecidedBy>,
    /// Who presented the case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub presented_by: String,
    /// When it was considered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<NaiveTime>,
    /// The placement agreed, where it is another than was asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub placement: String,
    #[serde(default)]
    pub weekly: Option<Pence>,
    /// Who pays how much a week, in the order of the form.
    #[serde(default)]
    pub split: Vec<(Funder, Pence)>,
    /// What is paid once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Pence>,
    /// What the parents, or adults with parental responsibility, contribute a week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parents: Option<Pence>,
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub to: Option<NaiveDate>,
    #[serde(default)]
    pub review: Option<NaiveDate>,
    #[serde(default)]
    pub conditions: String,
    #[serde(default)]
    pub discussion: String,
    /// What the panel said of the child's needs.
    #[serde(default, skip_serializing_if = "PanelOn::is_empty")]
    pub panel_on: PanelOn,
    /// Whether what the provider promised was achieved.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub achieved: String,
    /// Who disagreed, and where it was taken.
    #[serde(default)]
    pub dissent: String,
    /// Whether the provider survey (NELC: White Rose) was done; none where nobody said.
    #[serde(default)]
    pub survey_done: Option<bool>,
    /// A brother or sister may be named in this child's record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub names_siblings: bool,
}

/// What the panel said of each kind of need.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelOn {
    pub health: String,
    pub education: String,
    pub other: String,
}

impl PanelOn {
    pub fn is_empty(&self) -> bool {
        [&self.health, &self.education, &self.other].into_iter().all(String::is_empty)
    }
}

impl Decision {
    /// Whether something goes on after it that can be reviewed.
    pub const fn goes_on(&self) -> bool {
        matches!(
            self.word,
            DecisionWord::Agreed
                | DecisionWord::AgreedWithConditions
                | DecisionWord::AgreedInPrinciple
                | DecisionWord::Ratified
                | DecisionWord::Extended
                | DecisionWord::Noted
        )
    }

    /// Only what was decided of which case, and nothing else recorded.
    pub fn of(case: CaseId, word: DecisionWord) -> Self {
        Decision {
            case,
            word,
            reason: String::new(),
            decided_by: None,
            presented_by: String::new(),
            heard: None,
            placement: String::new(),
            weekly: None,
            split: Vec::new(),
            once: None,
            parents: None,
            from: None,
            to: None,
            review: None,
            conditions: String::new(),
            discussion: String::new(),
            panel_on: PanelOn::default(),
            achieved: String::new(),
            dissent: String::new(),
            survey_done: None,
            names_siblings: false,
        }
    }
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

impl DecidedBy {
    /// As a record says it; what nobody typed is not recorded.
    pub const fn plain(self) -> &'static str {
        match self {
            DecidedBy::Consensus => "Consensus of the panel",
            DecidedBy::Chair => "The chair, the panel having reached no consensus",
        }
    }
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

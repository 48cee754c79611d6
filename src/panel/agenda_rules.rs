//! How the panel's meetings run: sections, slots, standing items, the words of its decisions, who gets what.
//!
//! Only the shape; [`crate::panel::slots`], [`crate::panel::decisions`] and [`crate::panel::audience`] apply it.

use chrono::NaiveTime;
use indexmap::IndexMap;

use crate::panel::ids::DocumentType;
use crate::panel::money::Pence;
use crate::panel::outcome::{DecisionWord, Funder};
use crate::panel::request::Request;
use crate::panel::roles::PanelRole;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRules {
    pub opening: Vec<StandingItem>,
    /// In the order heard; each request's rule names its section.
    pub sections: Vec<AgendaSection>,
    /// Where emergencies are heard, whatever they ask for.
    pub emergency_section: Option<String>,
    pub emergency_minutes: u32,
    pub pause: Option<Pause>,
    pub closing: Vec<StandingItem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingItem {
    pub title: String,
    pub note: String,
    pub minutes: u32,
    /// The last meeting's minutes and what is still to be done since are told here.
    pub last_meeting: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaSection {
    pub key: String,
    pub title: String,
}

/// A break, taken after the case during which `not_before` passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub not_before: NaiveTime,
    pub minutes: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRules {
    /// The words this panel uses, with what it calls them, in the order of the drop-down.
    pub words: IndexMap<DecisionWord, String>,
    pub review_needed: Vec<DecisionWord>,
    pub reason_needed: Vec<DecisionWord>,
    /// The roles of which the panel consists, in the procedure's order.
    pub roles: Vec<PanelRole>,
    /// Roles without which the panel cannot decide; empty: no quorum rule.
    pub quorum: Vec<String>,
}

/// Which cases a member who is only consulted gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualRule {
    /// A word of the role in `People.xlsx`, such as `housing`.
    pub role: String,
    pub requests: Vec<Request>,
    pub from_age: Option<u32>,
}

/// What must come back to the panel, and how long before it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObligationRules {
    /// Reviews and endings are proposed this many days ahead.
    pub notice_days: u32,
    /// A placement paid for by several partners is reviewed at least this often.
    pub joint_review_months: Option<u32>,
    /// A child reaching this age must have been seen by the panel.
    pub care_leaver_age: Option<u32>,
    /// What is said of a placement that had to be presented to a meeting and was not.
    pub not_presented: String,
    /// What the survey of placement providers is called; none: this panel fills in none.
    pub survey: Option<String>,
    /// Weeks before a contract's end.
    pub contract_weeks: u32,
    /// How decisions and actions name a permanence plan.
    pub permanence_words: Vec<String>,
    /// Papers that bring one.
    pub permanence_papers: Vec<DocumentType>,
}

/// What one partner may spend in the financial year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    pub funder: Funder,
    pub year: Pence,
}

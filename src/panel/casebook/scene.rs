//! What all cases of a casebook are looked at against.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::panel::casebook::hands::Hands;
use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;
use crate::panel::outcome::Outcome;
use crate::panel::rules::Rules;

/// What all cases of a casebook share.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'s> {
    pub rules: &'s Rules,
    pub meeting: &'s Meeting,
    pub now: DateTime<Utc>,
    pub hands: &'s Hands,
    /// What earlier meetings came to, by day.
    pub outcomes: &'s [(NaiveDate, Outcome)],
    /// Why files in a case's folder cannot be read.
    pub closed: &'s BTreeMap<CaseId, Vec<String>>,
}

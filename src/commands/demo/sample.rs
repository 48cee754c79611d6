//! The sample week as it is shipped: what arrives when, who sits on the panel, what was decided. All of it fictional.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::panel::outcome::Outcome;
use crate::panel::people::Person;

/// The week, step by step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Week {
    pub meeting: NaiveDate,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// A moment at which the inbox is looked at, and what has come since the last.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub what: String,
    /// Below the sample inbox.
    pub files: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    person: Vec<Person>,
}

pub fn week() -> Result<Week> {
    toml::from_str(include_str!("../../../sample/week.toml")).context("the sample week")
}

pub fn people() -> Result<Vec<Person>> {
    let people: People =
        toml::from_str(include_str!("../../../sample/people.toml")).context("the sample people")?;
    Ok(people.person)
}

pub fn outcome() -> Result<Outcome> {
    toml::from_str(include_str!("../../../sample/outcome.toml")).context("the sample outcome")
}

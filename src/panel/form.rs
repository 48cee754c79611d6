//! A filled form: fields by name, with what was written and what it comes to.
//!
//! Made from a [`crate::panel::seen::Reading`] and the panel's labels; values keep the words they came from, so that a
//! message can quote them.

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::panel::ids::FieldKey;
use crate::panel::money::{Pence, Period};

/// The fields of one paper, in the order of the configuration.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Form {
    pub fields: IndexMap<FieldKey, Filled>,
    /// Impossible dates, two ticks where one is asked, labels not found ... each about a field.
    pub findings: Vec<Finding>,
    /// It came as pages only: what was not found beside a label may still stand on them.
    #[serde(default)]
    pub as_print: bool,
}

/// One field that was found on the paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filled {
    /// As written; empty when the label stands there with nothing beside it.
    pub raw: String,
    /// The label as it stands on the paper.
    pub label: String,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// The label is there, the answer is not.
    Empty,
    /// Something was written that does not fit the field's type; a finding says so.
    Unclear,
    /// `tbc`: present but unknown.
    ToBeConfirmed,
    Text(String),
    Date(NaiveDate),
    Money {
        pence: Pence,
        period: Option<Period>,
    },
    Percent(u32),
    Whole(i64),
    YesNo(bool),
    /// A code of a dated list, such as legal status `C2`.
    Code(String),
    /// Several ticks where several are allowed.
    Codes(Vec<String>),
    /// People, where several may be named.
    Names(Vec<String>),
}

impl Form {
    pub fn get(&self, key: &str) -> Option<&Filled> {
        self.fields.iter().find_map(|(name, filled)| (name.as_str() == key).then_some(filled))
    }

    /// The answer as written, where there is one.
    pub fn text(&self, key: &str) -> Option<&str> {
        let filled = self.get(key)?;
        let answered = !matches!(filled.value, Value::Empty);
        answered.then_some(filled.raw.as_str())
    }

    pub fn date(&self, key: &str) -> Option<NaiveDate> {
        match self.get(key)?.value {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }

    pub fn money(&self, key: &str) -> Option<Pence> {
        match self.get(key)?.value {
            Value::Money { pence, .. } => Some(pence),
            _ => None,
        }
    }

    pub fn code(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Code(code) => Some(code),
            _ => None,
        }
    }

    pub fn yes(&self, key: &str) -> Option<bool> {
        match self.get(key)?.value {
            Value::YesNo(yes) => Some(yes),
            _ => None,
        }
    }
}

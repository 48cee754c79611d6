//! The labels a form's fields go by, and recognising one on a paper.
//!
//! Tolerant of case, punctuation, spacing, remarks in brackets and a one-letter slip; a slip is only believed where it
//! fits one field and no label fits exactly. What stands beside a label is [`crate::panel::filling`]'s business.

use serde::{Deserialize, Serialize};

use crate::panel::ids::FieldKey;

/// One form of a panel: what it is called and the fields it asks for, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FormRule {
    /// Its name in the configuration, such as `referral`.
    pub key: String,
    /// What people call it: "referral form".
    pub label: String,
    pub fields: Vec<FieldRule>,
    /// Labels that stand on the form but are nobody's field ("For office use only"): never taken for an answer.
    pub other_labels: Vec<Alias>,
}

/// One field a form asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRule {
    pub key: FieldKey,
    /// The main label, as messages show it.
    pub label: String,
    /// Every wording it goes by besides `label`.
    pub aliases: Vec<Alias>,
    pub field_type: FieldType,
    /// The code list of a choice; none takes the option as written.
    pub vocabulary: Option<String>,
    /// Several ticks or names may be given.
    pub allows_many: bool,
    /// The form must have the label; not finding it is a finding.
    pub required: bool,
}

/// What sort of answer a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// A few words on one line.
    Text,
    /// As many lines as it takes; may be a table.
    Long,
    /// A date of any year near the meeting's.
    Date,
    /// A date that has passed: a two-digit year is never in the future.
    DateOfBirth,
    Whole,
    Money,
    /// Money or a percentage.
    Share,
    YesNo,
    /// One option (or several, where `allows_many`) of a vocabulary.
    Choice,
    /// A person's name; telephone and address beside it are left in the raw answer.
    Person,
    /// A number in the council's system, spaces taken out.
    CaseNumber,
}

/// One wording of a label.
///
/// Written `Start date`, or `current placement > Start date` where it counts only below a heading with those words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Alias {
    pub text: String,
    /// Words of the heading it must stand under.
    pub under: Option<String>,
}

impl From<String> for Alias {
    fn from(written: String) -> Self {
        match written.split_once('>') {
            Some((under, text)) => {
                Alias { text: text.trim().to_owned(), under: Some(under.trim().to_owned()) }
            }
            None => Alias { text: written.trim().to_owned(), under: None },
        }
    }
}

impl From<&str> for Alias {
    fn from(written: &str) -> Self {
        Alias::from(written.to_owned())
    }
}

impl From<Alias> for String {
    fn from(alias: Alias) -> String {
        match alias.under {
            Some(under) => format!("{under} > {}", alias.text),
            None => alias.text,
        }
    }
}

//! The names of things: cases, papers, contents. Parsed once and then trusted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A case's number in the council's system (`LCS ID`, `Protocol ID` ...), as the folder is named.
///
/// Letters, digits and hyphens only, at most 24 of them, so that it can stand in file names and mail
/// subjects. Whether it fits the council's own pattern is the configuration's business.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId(String);

/// A paper's short number, shown as `P12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaperNumber(u32);

/// The SHA-256 of some content, as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256(String);

/// A kind of paper the configuration knows, such as `referral` or `care_plan`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentType(String);

/// A field's name in the rules, such as `child_name` or `cost_total` (docs/domain.md: Fields).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldKey(String);

/// Why some text is not a name of the wanted sort.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not {wanted}")]
pub struct NotAName {
    text: String,
    wanted: &'static str,
}

impl CaseId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DocumentType {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FieldKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Sha256 {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve digits, for a person to compare by eye.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }

    pub fn from_digest(digest: [u8; 32]) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in digest {
            for nibble in [byte >> 4, byte & 15] {
                hex.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
        Sha256(hex)
    }
}

impl PaperNumber {
    pub const fn new(number: u32) -> Self {
        PaperNumber(number)
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

impl FromStr for CaseId {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let fits = (1..=24).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && text.chars().any(|c| c.is_ascii_digit());
        if fits { Ok(CaseId(text.to_owned())) } else { Err(not(text, "a case number")) }
    }
}

impl FromStr for PaperNumber {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let digits = text.strip_prefix(['P', 'p']).unwrap_or(text);
        digits.parse().map(PaperNumber).map_err(|_| not(text, "a document number such as `P12`"))
    }
}

impl FromStr for Sha256 {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let fits = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if fits { Ok(Sha256(text.to_owned())) } else { Err(not(text, "a SHA-256 in lower-case hexadecimal")) }
    }
}

impl FromStr for DocumentType {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        if is_snake(text) {
            Ok(DocumentType(text.to_owned()))
        } else {
            Err(not(text, "a kind of document such as `care_plan`"))
        }
    }
}

impl FromStr for FieldKey {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        if is_snake(text) {
            Ok(FieldKey(text.to_owned()))
        } else {
            Err(not(text, "a field such as `cost_total`"))
        }
    }
}

macro_rules! text_form {
    ($($name:ty),*) => {$(
        impl TryFrom<String> for $name {
            type Error = NotAName;

            fn try_from(text: String) -> Result<Self, NotAName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.to_string()
            }
        }
    )*};
}

text_form!(CaseId, PaperNumber, Sha256, DocumentType, FieldKey);

macro_rules! shown_as_text {
    ($($name:ty),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    )*};
}

shown_as_text!(CaseId, Sha256, DocumentType, FieldKey);

impl fmt::Display for PaperNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "P{}", self.0)
    }
}

fn is_snake(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn not(text: &str, wanted: &'static str) -> NotAName {
    NotAName { text: text.chars().take(60).collect(), wanted }
}

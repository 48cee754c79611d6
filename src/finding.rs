//! What a person is told about a paper or a case.
//!
//! A bad paper is a finding, never an error: an error means that the program could not do its own job.

use serde::{Deserialize, Serialize};

/// How much a finding weighs. `Blocks` sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The panel's own procedure demands it; the case is incomplete until it is mended.
    Blocks,
    /// Worth putting right before the meeting; the case stands.
    Warning,
    /// Good to know.
    Note,
}

/// One sentence a social worker or the administrator can act on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// Stable name in kebab case, such as `missing-paper`; panels raise and lower rules by it.
    pub code: String,
    /// What it is about: a paper number, a case, a field or a sheet and cell. Never a child's name.
    pub subject: String,
    /// The sentence, lower case and without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Finding {
    /// A finding without a subject; see [`Finding::about`].
    pub fn new(severity: Severity, code: &str, message: impl Into<String>) -> Self {
        Finding {
            severity,
            code: code.to_owned(),
            subject: String::new(),
            message: message.into(),
            hint: None,
        }
    }

    pub fn blocks(code: &str, message: impl Into<String>) -> Self {
        Finding::new(Severity::Blocks, code, message)
    }

    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Finding::new(Severity::Warning, code, message)
    }

    pub fn note(code: &str, message: impl Into<String>) -> Self {
        Finding::new(Severity::Note, code, message)
    }

    /// The same finding, said of `subject`.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// The same finding with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

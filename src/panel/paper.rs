//! One dropped paper as the rules see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::panel::form::Form;
use crate::panel::ids::{CaseId, DocumentType, PaperNumber, Sha256};

/// How deep mails within mails are followed.
pub const DEEPEST_MAIL: usize = 5;

/// A paper in the register, read and filed as far as that is possible.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    pub number: PaperNumber,
    /// Path below the inbox, with `/` between its parts; an attachment's is `MAIL/attachment name`.
    pub file: String,
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// The case it is filed under; none while nobody can tell.
    pub case: Option<CaseId>,
    pub child_confirmed: Confirmed,
    /// None while it could not be recognised.
    pub kind: Option<DocumentType>,
    /// What the pack calls it: the kind's label, or the paper's own title.
    pub title: String,
    /// The date the paper gives itself (of the assessment, of the plan).
    pub dated: Option<NaiveDate>,
    pub state: PaperState,
    /// 1 for the first content seen under this name, and so on.
    pub version: u32,
    /// The mail or archive it came in.
    pub part_of: Option<PaperNumber>,
    /// Why it is in the state it is in, where that needs saying.
    pub reason: Option<String>,
    pub received: Received,
    /// The version the panel would get: accepted, not replaced by a newer one that is used.
    pub in_use: bool,
    /// The fields read out of it, where it is a form.
    pub form: Option<Form>,
    pub rendition: Option<Rendition>,
    pub findings: Vec<Finding>,
}

/// Who says that the paper is about the child whose folder it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    ByPaper,
    ByPerson,
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// Still being copied.
    Arriving,
    Accepted,
    /// A newer content of the same paper is used.
    Superseded,
    /// Taken out by a person.
    Excluded,
    /// No longer in the inbox.
    Removed,
    /// A person must look: unreadable, held, or its child cannot be told.
    NeedsAttention,
}

/// When the content came, as far as it was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Start of the last healthy scan that did not hold this content; none if there was none.
    pub absent_at: Option<DateTime<Utc>>,
    /// End of the first full read whose hash is the content finally accepted.
    pub present_at: DateTime<Utc>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    InTime,
    Late,
    CannotTell,
}

/// The normalised PDF made of a paper when it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    pub sha256: Sha256,
    pub pages: u32,
    /// Its pages (from 1) that show something but hold no words: scans and photographs, which no search finds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_text: Vec<u32>,
}

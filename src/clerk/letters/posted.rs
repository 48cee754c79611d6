//! What came of a go at the post.

use chrono::{DateTime, Utc};

use crate::post::advice::Advice;
use crate::register::letters::LetterRow;

/// What came of one go at the post.
#[derive(Debug, Default)]
pub struct Posted {
    /// Letters that were taken, by number.
    pub accepted: Vec<String>,
    /// Letters that lie among the drafts of the panel's mailbox, for a person to send.
    pub in_drafts: Vec<String>,
    /// Letters that were not taken, or may have been: the number, the reader's address, and what to do.
    pub not_taken: Vec<(String, String, Advice)>,
    /// Somebody else is posting, and takes these along.
    pub by_another: bool,
    /// Why nothing was sent at all.
    pub stopped: Option<Advice>,
    /// When the next letter is due, where one waits.
    pub next: Option<DateTime<Utc>>,
}

/// By which a letter is found in a mailbox.
pub fn mark(letter: &LetterRow) -> &str {
    letter.message_id.as_deref().unwrap_or_else(|| letter.sha.as_str())
}

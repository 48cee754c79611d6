//! The kinds of letter, as `send KIND` names them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

macro_rules! templates {
    ($kind:literal) => {
        [
            include_str!(concat!("../../templates/letter_", $kind, ".txt.hbs")),
            include_str!(concat!("../../templates/letter_", $kind, ".html.hbs")),
        ]
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// Their time to those who present a case, with an invitation for the diary.
    #[serde(rename = "invitations")]
    Invitation,
    Agenda,
    Pack,
    /// Late papers after the pack was issued.
    Supplement,
    /// A paper was taken out of an issued pack.
    Recall,
    /// What a reader was sent is asked back as a whole: it went to the wrong person, or was the wrong pack.
    #[serde(rename = "recall-email")]
    RecallEmail,
    /// What protected copies open with, never in the letter that holds one.
    Password,
    /// A case's decision to its social worker and manager.
    Decisions,
    /// The first to an address that is to be proved: nothing of any child.
    #[serde(rename = "first-contact")]
    FirstContact,
    /// What a case still lacks, to its social worker and manager.
    Chaser,
}

/// What was typed is no kind of letter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no kind of email; there are {1}")]
pub struct NoSuchLetter(String, String);

impl LetterKind {
    pub const ALL: [LetterKind; 10] = [
        LetterKind::Invitation,
        LetterKind::Agenda,
        LetterKind::Pack,
        LetterKind::Supplement,
        LetterKind::Recall,
        LetterKind::RecallEmail,
        LetterKind::Password,
        LetterKind::Decisions,
        LetterKind::Chaser,
        LetterKind::FirstContact,
    ];

    /// As `send` names it.
    pub const fn key(self) -> &'static str {
        match self {
            LetterKind::Invitation => "invitations",
            LetterKind::Agenda => "agenda",
            LetterKind::Pack => "pack",
            LetterKind::Supplement => "supplement",
            LetterKind::Recall => "recall",
            LetterKind::RecallEmail => "recall-email",
            LetterKind::Password => "password",
            LetterKind::Decisions => "decisions",
            LetterKind::Chaser => "chaser",
            LetterKind::FirstContact => "first-contact",
        }
    }

    /// One letter of the kind, in the register and in the names of templates.
    pub const fn word(self) -> &'static str {
        match self {
            LetterKind::Invitation => "invitation",
            LetterKind::FirstContact => "first_contact",
            LetterKind::RecallEmail => "recall_email",
            _ => self.key(),
        }
    }

    /// What it brings, in a word or two.
    pub const fn brings(self) -> &'static str {
        match self {
            LetterKind::Invitation => "invitation",
            LetterKind::Agenda => "agenda",
            LetterKind::Pack => "papers",
            LetterKind::Supplement => "further papers",
            LetterKind::Recall | LetterKind::RecallEmail => "recall",
            LetterKind::Password => "password",
            LetterKind::Decisions => "decision",
            LetterKind::Chaser => "documents outstanding",
            LetterKind::FirstContact => "first message",
        }
    }

    /// What is said of somebody who should get one and cannot be written to.
    pub const fn not_reached(self) -> &'static str {
        match self {
            LetterKind::Invitation => "could not be invited",
            _ => "could not be written to",
        }
    }

    /// Goes only to addresses that are proved, where addresses are. A reminder holds a case's number and what is missing; who holds a paper
    /// that was taken out is asked for it wherever they are.
    pub const fn needs_a_proved_address(self) -> bool {
        !matches!(self, LetterKind::FirstContact | LetterKind::Chaser) && !self.asks_back()
    }

    /// Asks its reader to delete what they hold, and waits for an answer.
    pub const fn asks_back(self) -> bool {
        matches!(self, LetterKind::Recall | LetterKind::RecallEmail)
    }

    /// What it says rests on the agenda, the decisions or the documents as they are by then. Of the pack its version says so, of an invitation its
    /// slots do.
    pub const fn says_what_may_change(self) -> bool {
        matches!(self, LetterKind::Agenda | LetterKind::Decisions | LetterKind::Chaser | LetterKind::Recall)
    }

    /// Goes to the officers of single cases.
    pub const fn is_to_officers(self) -> bool {
        matches!(self, LetterKind::Invitation | LetterKind::Decisions | LetterKind::Chaser)
    }

    /// Goes to the people of single cases, not to the panel.
    pub const fn is_per_case(self) -> bool {
        matches!(self, LetterKind::Decisions | LetterKind::Chaser)
    }

    /// The pack, or the reader's own copy of it, comes with it.
    pub const fn encloses_pack(self) -> bool {
        matches!(self, LetterKind::Pack | LetterKind::Supplement)
    }

    /// Belongs to one version of the pack, which never changes.
    pub const fn is_of_a_version(self) -> bool {
        matches!(self, LetterKind::Pack | LetterKind::Supplement | LetterKind::Recall)
    }

    /// The shipped wording: plain text, then HTML.
    pub const fn templates(self) -> [&'static str; 2] {
        match self {
            LetterKind::Invitation => templates!("invitation"),
            LetterKind::Agenda => templates!("agenda"),
            LetterKind::Pack => templates!("pack"),
            LetterKind::Supplement => templates!("supplement"),
            LetterKind::Recall => templates!("recall"),
            LetterKind::RecallEmail => templates!("recall_email"),
            LetterKind::Password => templates!("password"),
            LetterKind::Decisions => templates!("decisions"),
            LetterKind::Chaser => templates!("chaser"),
            LetterKind::FirstContact => templates!("first_contact"),
        }
    }

    /// The names the two have in the templates folder.
    pub fn template_names(self) -> [String; 2] {
        ["txt", "html"].map(|sort| format!("letter_{}.{sort}.hbs", self.word()))
    }
}

impl FromStr for LetterKind {
    type Err = NoSuchLetter;

    fn from_str(text: &str) -> Result<Self, NoSuchLetter> {
        let found = LetterKind::ALL.into_iter().find(|kind| kind.key() == text);
        found.ok_or_else(|| {
            let known: Vec<String> = LetterKind::ALL.iter().map(|kind| format!("`{kind}`")).collect();
            NoSuchLetter(text.chars().take(40).collect(), known.join(", "))
        })
    }
}

impl fmt::Display for LetterKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.key())
    }
}

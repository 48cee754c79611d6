//! Who sits on the panel, who brings cases, and where letters to them go.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A row of `office/People.xlsx`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    /// Assistant Director (chair), education, commissioning ...
    pub role: String,
    pub agency: String,
    /// None: nothing can be posted to this person.
    pub email: Option<String>,
    pub capacity: Capacity,
    #[serde(default, skip_serializing_if = "Terms::are_usual")]
    pub terms: Terms,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    Chair,
    /// Chairs when the chair cannot; has a member's copy.
    ViceChair,
    Member,
    /// Has a member's copy, of the meetings they stand in at.
    Substitute,
    /// Runs the meeting without deciding.
    Facilitator,
    /// Consulted on their own cases without sitting (NELC: Housing, Adults).
    Virtual,
    /// Listens at one meeting: times and kinds of request, once it is agreed.
    Observer,
    Administrator,
    /// Social worker, manager: the officers list.
    Officer,
}

/// What is said of a person besides; nothing of it is usual.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// None: as their capacity has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receives: Option<Receives>,
    /// What their mailbox takes, in megabytes of the letter as it travels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter_mb: Option<u32>,
    /// Whether they get a link instead of a file, or never one; none: as their domain has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_link: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Of a substitute: a name on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_in_for: Option<String>,
    /// The only meetings they come to; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meetings: Vec<NaiveDate>,
    /// Who agreed that they observe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Agreed>,
    /// What was typed of the check of their address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<Tick>,
}

/// What somebody is to receive, where it is not what their capacity has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receives {
    Pack,
    OwnCases,
    AgendaOnly,
}

/// The word of whoever must agree to an observer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Agreed {
    pub by: String,
    pub on: NaiveDate,
}

/// What the administrator typed beside an address once it was checked. It counts for the address it was typed for
/// (`docs/post.md`: Proven addresses).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tick {
    pub by: String,
    pub on: NaiveDate,
    pub how: How,
    /// Whether the protected page opened; none where none was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<bool>,
}

/// How it was made sure of that an address is a person's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// They answered the first letter, and said so on a telephone number known before.
    Telephone,
    /// They answered the first letter, and the address stands in their organisation's directory.
    Directory,
    /// Nobody checked: a substitute who is needed at once, for this reason.
    Urgent(String),
}

impl Capacity {
    /// Gets the whole pack.
    pub const fn sits(self) -> bool {
        matches!(
            self,
            Capacity::Chair
                | Capacity::ViceChair
                | Capacity::Member
                | Capacity::Substitute
                | Capacity::Facilitator
        )
    }
}

impl Terms {
    /// Whether nothing is said.
    pub fn are_usual(&self) -> bool {
        *self == Terms::default()
    }
}

impl How {
    pub const fn plain(&self) -> &'static str {
        match self {
            How::Telephone => "reply and telephone",
            How::Directory => "reply and directory",
            How::Urgent(_) => "urgent",
        }
    }
}

//! Who sits on the panel, who brings cases, and where letters to them go.

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    Chair,
    Member,
    /// Consulted on their own cases without sitting (NELC: Housing, Adults).
    Virtual,
    /// Gets the agenda without papers.
    Observer,
    Administrator,
    /// Social worker, manager: the officers list.
    Officer,
}

impl Capacity {
    /// Gets the whole pack.
    pub const fn sits(self) -> bool {
        matches!(self, Capacity::Chair | Capacity::Member)
    }
}

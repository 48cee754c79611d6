//! Which kind of paper one is: from its file name, its title, its first page and the form labels on it.

use serde::{Deserialize, Serialize};

use crate::panel::ids::Kind;

/// How one kind of paper is recognised, and where it stands in the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindRule {
    pub key: Kind,
    /// What people call it: "care plan".
    pub label: String,
    /// Words or phrases that say so in a file name.
    pub in_name: Vec<String>,
    /// Words or phrases that say so in a title or heading.
    pub in_title: Vec<String>,
    /// Words or phrases that say so on the first page.
    pub in_opening: Vec<String>,
    /// Place within a case, smallest first.
    pub order: u32,
    /// The form it carries, by [`crate::panel::labels::FormRule::key`].
    pub form: Option<String>,
}

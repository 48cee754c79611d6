//! What a pack prints besides the cases: whose it is, which version, and the words the panel uses.
//!
//! Filled by the caller from the configuration and the register; nothing in here is worked out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::panel::ids::{CaseId, FieldKey, Sha256};
use crate::panel::words::{Heading, Words};

/// The panel's words and the moment the pack is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFacts {
    pub heading: Heading,
    pub words: Words,
    /// A rehearsal says so on the cover.
    pub rehearsal: bool,
    /// 1 for the pack first issued.
    pub version: u32,
    /// Head of the evidence chain when the pack was planned.
    pub evidence_head: Sha256,
    /// The fields a divider shows, in order.
    pub glance: Vec<Glance>,
    /// Earlier decisions, one line each.
    pub earlier: BTreeMap<CaseId, Vec<String>>,
}

impl PackFacts {
    /// The facts of a first issue with nothing carried over from earlier meetings.
    pub fn new(heading: Heading, words: Words, evidence_head: Sha256) -> Self {
        PackFacts {
            heading,
            words,
            rehearsal: false,
            version: 1,
            evidence_head,
            glance: SHIPPED.line.clone(),
            earlier: BTreeMap::new(),
        }
    }
}

/// The shipped list of what a divider shows.
static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    let text = include_str!("../../data/divider.toml");
    toml::from_str(text).expect("a test reads the shipped list")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    line: Vec<Glance>,
}

/// A field of the form that the divider shows, where it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    pub field: FieldKey,
    pub label: String,
    pub group: Group,
}

/// Where on the divider a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Key,
    Cost,
    Split,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_divider_shows_no_address() {
        assert!(SHIPPED.line.len() > 20);
        let addresses = ["address", "postcode"];
        assert!(
            !SHIPPED.line.iter().any(|line| addresses.iter().any(|word| line.field.as_str().contains(word)))
        );
    }
}

//! What is said to a person where a letter does not go.

use serde::Serialize;

/// A sentence for a person, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    pub says: String,
    pub hint: String,
}

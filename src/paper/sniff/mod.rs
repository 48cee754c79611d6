//! What a file is, by its content and not by its name.

pub(crate) mod office;
pub mod content;

//! Who is heard when, as a document.

pub mod pages;
pub mod document;
pub mod invitation;

//! What a paper says, whatever its format: words, ticks, remarks, and our sentences about them.

pub mod wording;
pub(crate) mod html;
pub mod apart;
pub mod words;
pub mod remarks;
pub(crate) mod glyphs;
pub(crate) mod ticks;
pub(crate) mod sentences;
pub(crate) mod pages;
pub(crate) mod looks;
pub(crate) mod over;
pub(crate) mod unseen;

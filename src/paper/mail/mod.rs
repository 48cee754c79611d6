//! A mail as it was saved: its letter and what is attached to it.

pub(crate) mod code_page;
pub(crate) mod tnef;
pub(crate) mod bodies;
pub(crate) mod letter;
pub(crate) mod outlook;

//! A mail as it was saved: its letter and what is attached to it.

pub(crate) mod letter;
pub(crate) mod outlook;

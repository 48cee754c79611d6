//! From decisions to records.

pub mod item;
pub mod facts;
mod record;
mod lists;
mod case_note;
pub mod write;

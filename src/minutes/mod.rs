//! From decisions to records.

pub mod item;
pub mod facts;
mod record;
mod lists;
pub mod write;

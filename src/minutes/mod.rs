//! From decisions to records.

mod record;
mod lists;
pub mod write;

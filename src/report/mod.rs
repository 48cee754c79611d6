//! What people look at: receipts, the board, the status table, the same as JSON.
//!
//! Pages are static: no script, nothing fetched from anywhere, one file each. Names of children are shown as the panel's
//! configuration says.

pub mod said;
mod view;
pub mod receipt;
pub mod board;
pub mod table;
pub mod json;
pub mod breach;
#[cfg(test)]
pub mod sample;

//! One dropped file: what it is, what it says, and the PDF made of it.
//!
//! Only [`ask`] runs in the main process; everything else here opens dropped files and runs inside a worker.

mod format;
pub mod ooxml;
pub mod said;
mod plain;
pub mod word;
pub mod sheet;
pub mod sniff;
pub mod pdf;
pub(crate) mod picture;
mod office;
mod edges;
pub(crate) mod mail;
mod written;
mod by_format;
pub(crate) mod compare;
mod tries;
pub mod job;
pub mod second_engine;
pub mod ask;

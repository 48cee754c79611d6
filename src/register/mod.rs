//! What we know and can prove: one SQLite file, a store of contents by hash, and a chain of facts.
//!
//! # A paper's states
//!
//! A file lies in the inbox (`files`), a paper is what became of it (`papers`), a version is one content seen under that
//! name (`versions`). Nothing is ever overwritten: a changed file is a new version, a moved file keeps its paper.
//!
//! ```text
//!            seen              quiet, complete, read
//!   (absent) ----> arriving -------------------------> accepted --> [casebook] in use | superseded | excluded | held
//!                    |  ^                                |   ^
//!                    |  | content changed                |   | the same content comes back, or a newer one
//!                    v  |                                v   |
//!                 (next read)                          removed
//! ```
//!
//! What the person who looks at a paper is told (in use, superseded, excluded, held) is not stored: [`casebook`] works it
//! out from the versions, their arrival and the administrator's acts, so that it can never disagree with them.
//!
//! # Locking
//!
//! Only `scan` and `watch` hold the instance lock ([`lock`]). Every other command opens the register beside them and
//! works in short `BEGIN IMMEDIATE` transactions; SQLite makes them wait for each other for ten seconds.
//!
//! # Order of writing
//!
//! Content first ([`store`]: temporary file, fsync, rename, fsync of the folder), then one transaction, then tell anybody.
//! A program that dies between two steps leaves contents nobody refers to, never rows without their content.
//!
//! # Compatibility
//!
//! `migrations` only ever grows. A register written by a newer program is refused, not guessed at.

pub mod failure;
pub mod moment;
pub mod place;
pub mod store;
pub mod pieces;
pub mod lock;
mod canonical;
pub mod keys;
pub mod evidence;
mod reached;
mod message_id;
mod seals;
mod migrations;
pub mod hold;
pub mod scans;
pub mod inbox;
pub mod papers;
pub mod readings;
pub mod versions;
pub mod acts;
pub mod tasks;
pub mod meetings;
pub mod packs;
pub mod letters;
mod once_more;
pub mod copies;
pub mod remembered;
pub mod pressings;
mod adopt;
mod arrivals;
mod marks;
mod purge;
pub mod troubles;
pub mod made;
pub mod integrity;
pub mod backup;
pub mod views;
pub mod casebook;

pub use crate::register::failure::RegisterError;
pub use crate::register::hold::Register;

//! Letters: who gets what, the copies made for each reader, the drafts written, who holds which version.

pub mod passwords;
pub mod holders;
pub mod copies;
pub mod joining;
pub mod invitations;
pub mod told;
pub mod proofs;
pub mod ticks;
pub mod recalls;
pub mod holdings;
pub mod kept_from;
pub mod postings;
pub mod enclosed;
pub mod material;
pub mod past;
pub mod lines;
pub mod delivery;
pub mod checked;
pub mod taken_back;
pub mod marked;
pub mod writing;
pub mod secret;
pub mod poster;
pub mod showing;
pub mod send;
pub mod sweep;

//! The one door to shared folders, and the one way a file of ours is made.
//!
//! A shared folder is a server somebody else looks after: it may hang for minutes, and whoever is in a call to it then cannot be
//! stopped, not even killed. So the program itself never opens a path of one. Each has a helper process ([`serve`]): this same
//! program, started again as a hidden command, that is asked over a line and given up on when it says nothing for too long
//! ([`call`], `keep`). What is to be looked into by a worker is copied in first.
//!
//! Every file is made by one writer ([`put`]), whoever calls it: beside its place, synced, renamed.

pub mod put;
pub(crate) mod open;
pub mod wire;
mod walk;
mod helper;
pub mod listen;
mod deeds;
pub mod serve;
pub mod fault;
mod keep;
pub mod call;

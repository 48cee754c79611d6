//! The clerical week of a children's placement panel.
//!
//! A paper dropped into the shared folder is seen and copied by [`intake`], opened only inside a [`worker`] process, where
//! [`paper`] reads it and makes a PDF of it, and kept in the [`register`]. The rules of [`panel`], filled from the
//! [`config`]uration, say what each case lacks and who is heard when. The administrator works in a workbook ([`desk`]);
//! from it and the register come the [`agenda`], the [`pack`], the [`minutes`], the pages people look at ([`report`]) and
//! the letters ([`post`]). The deeds of [`clerk`] do all of this: [`watch`] asks for them by the clock, [`commands`] by hand.
//! [`share`] is the one door to shared folders, [`stationery`] prints, [`pdf`] knows what a PDF is.
//!
//! The rooms stand in order: each may use only those declared before it. `tests/tidy.rs` holds them to it.

pub mod finding;
pub mod clock;
pub mod panel;
pub mod config;
pub mod worker;
pub mod share;
pub mod stationery;
pub mod pdf;
pub mod paper;
pub mod register;
pub mod intake;
pub mod desk;
pub mod agenda;
pub mod pack;
pub mod minutes;
pub mod report;
pub mod post;
pub mod clerk;
pub mod watch;
pub mod commands;

//! One file per command: doors only. What was typed goes in, a deed of [`crate::clerk`] is done, and what came of it is said.

pub mod screen;
pub mod actions;
pub mod worker;
pub mod shared_folder;
pub mod forms;
pub mod init;
pub mod status;
pub mod agenda;
pub mod pack;
pub mod verify;
pub mod audit;
pub mod backup;
pub mod send;
pub mod minutes;
pub mod reviews;
pub mod scan;
pub mod keeper;
pub mod acts;
pub mod expect;
pub mod slot;
pub mod check;
pub mod watch;
pub mod rounds;
pub mod demo;

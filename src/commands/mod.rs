//! One file per command: glue only, each reads like a table of contents.

pub mod screen;
pub mod house;
pub mod worker;
pub mod init;
pub mod check;
pub mod scan;
pub mod status;
pub mod acts;
pub mod agenda;
pub mod pack;
pub mod verify;
pub mod send;
pub mod minutes;
pub mod watch;
pub mod demo;

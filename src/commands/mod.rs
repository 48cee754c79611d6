//! One file per command: glue only, each reads like a table of contents.

pub mod screen;
pub mod house;
pub mod shipped;
pub mod templates;
pub mod history;
pub mod sitting;
pub mod pressed;
pub mod workbook;
pub mod worker;
pub mod init;
pub mod status;
pub mod agenda;
pub mod pack;
pub mod verify;
pub mod audit;
pub mod backup;
pub mod copies;
pub mod send;
pub mod minutes;
pub mod orders;
pub mod scan;
pub mod acts;
pub mod check;
pub mod watch;
pub mod demo;

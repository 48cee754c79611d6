//! The administrator's workbook, out and back in.

pub mod layout;
pub mod mistake;
pub mod entries;
pub mod typed;
pub mod beyond;
mod answers;
mod bookings;
mod whom;
mod wishes;
mod coming;
pub mod posted;
pub mod acts;
pub mod apply;
pub mod outcome;
pub mod carry;
pub mod view;
mod known;
mod tables;
pub mod workbook;
mod lookalike;
mod addresses;
mod people_sheet;
pub mod people;
pub mod directory;
pub mod guard;
pub mod job;

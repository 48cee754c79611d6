//! The administrator's workbook, out and back in.

pub mod layout;
pub mod mistake;
pub mod typed;
mod answers;
mod bookings;
mod whom;
pub mod entries;
mod wishes;
mod coming;
mod ticks;
pub mod posted;
pub mod acts;
pub mod apply;
pub mod outcome;
pub mod carry;
pub mod view;
mod roles;
mod known;
mod tables;
pub mod workbook;
mod addresses;
pub mod people;
pub mod guard;
pub mod job;

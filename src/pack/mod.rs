//! The agenda and the renditions, pressed into one PDF that proves itself.
//!
//! [`facts`] and the casebook make a [`plan`]; [`paging`] gives every piece of it its pages; [`sheets`] says what the typeset
//! sheets show, [`beside`] what is left out, and [`front`] sets them until the numbers stand still. [`geometry`], [`source`] and [`stamp`] make an A4 page of
//! a rendition's page, and [`assemble`] copies all of it into one file. [`verify`] opens the file with another reader than made it
//! and holds what [`book`] finds in it, and each paper's words, against its [`manifest`]; [`versions`] says what may become of an
//! issued one, [`thin`], [`protect`] and [`split`] make the copies that travel. [`press`] goes round until it is right, and [`job`]
//! is how a worker is asked for it.

pub mod facts;
mod reasons;
pub mod plan;
pub mod versions;
pub mod paging;
pub mod fit;
pub mod sheets;
pub mod front;
pub mod geometry;
pub mod source;
pub mod stamp;
pub mod meant;
pub mod outline;
pub mod catalog;
pub mod assemble;
pub mod manifest;
pub mod beside;
pub mod fault;
mod printed;
mod page_labels;
pub mod book;
pub mod table;
pub mod verify;
pub mod blame;
pub mod press;
pub mod thin;
pub mod protect;
pub mod split;
pub mod job;
#[cfg(test)]
pub(crate) mod sample;

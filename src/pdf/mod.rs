//! What a PDF is: its objects, its outline, the steps of its pages, the words on them with their places; and the one way in
//! which a PDF is written.
//!
//! `paper` makes renditions with it and `pack` joins them; neither knows the other.

pub mod objects;
pub mod content;
pub mod open_words;
pub mod spell;
pub mod packing;
pub mod writer;
pub mod save;
pub mod notice;
pub mod outline;
mod area;
pub mod cover;
mod look;
pub mod text;
pub(crate) mod cost;
pub mod search;

//! One dropped file: what it is, what it says, and the PDF made of it.

pub mod wording;
pub mod remarks;
mod xml;
pub mod package;
mod glyphs;
mod word_styles;
mod word_controls;
mod word_fields;
mod word_frames;
mod word_walk;
pub mod word;
pub mod sheet;
pub mod pdf_form;

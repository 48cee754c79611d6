//! One dropped file: what it is, what it says, and the PDF made of it.
//!
//! Only [`ask`] runs in the main process; everything else here opens dropped files and runs inside a worker.

pub mod wording;
pub mod remarks;
mod xml;
pub mod package;
mod glyphs;
mod word_styles;
mod word_controls;
mod word_fields;
mod word_frames;
mod word_margins;
mod word_pen;
mod word_walk;
mod word_signs;
mod ticks;
pub mod word;
mod sheet_cells;
mod sheet_hidden;
pub mod sheet;
pub mod pdf_form;
pub mod words;
mod sentences;
mod sniff_office;
pub mod sniff;
pub mod pdf_text;
mod pdf_open;
pub(crate) mod pdf_outline;
mod pdf_copy;
mod pdf_field;
mod pdf_flatten;
mod pdf;
mod pdf_raster;
mod tiff_pages;
mod image;
mod office;
mod office_words;
mod plain;
mod mail;
mod mail_outlook;
mod written;
mod by_sort;
pub mod job;
pub mod second_engine;
pub mod ask;

//! Word files: paragraphs, tables, frames and fields as they are read, and the file made ready for the page.

pub(crate) mod numbering;
pub(crate) mod insets;
pub(crate) mod styles;
pub(crate) mod controls;
pub(crate) mod fields;
pub(crate) mod frames;
pub(crate) mod margins;
pub(crate) mod pen;
pub(crate) mod roles;
pub(crate) mod walked;
pub(crate) mod walk;
pub(crate) mod shapes;
pub(crate) mod room;
pub(crate) mod layout;
pub(crate) mod ready;
pub mod read;

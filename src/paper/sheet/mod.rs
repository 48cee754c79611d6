//! Workbooks: cells as they are shown, what is hidden or struck out, and the file made ready for the page.

pub(crate) mod struck;
pub(crate) mod book;
pub(crate) mod formats;
pub(crate) mod styles;
pub(crate) mod values;
pub(crate) mod controls;
pub(crate) mod cells;
pub(crate) mod hidden;
pub(crate) mod hidden_old;
pub(crate) mod drawn;
pub mod read;
pub(crate) mod ready;

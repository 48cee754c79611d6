//! Photographs and scans: one page for each picture.

pub(crate) mod tiff;
pub(crate) mod render;

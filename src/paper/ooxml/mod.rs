//! What Word and Excel files are made of: a zip of parts, each of them XML.

pub(crate) mod xml;
pub mod package;
pub(crate) mod strict;
pub(crate) mod pictures;

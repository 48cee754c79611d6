//! A dropped PDF: opened by two readers, read, and made into pages that hold nothing but pages.

pub(crate) mod open;
pub(crate) mod phrases;
pub(crate) mod ruled;
pub(crate) mod printed;
pub(crate) mod turn;
pub mod form;
pub(crate) mod seen_values;
pub(crate) mod layers;
pub(crate) mod marks;
pub(crate) mod mend;
pub(crate) mod copy;
pub(crate) mod labels;
pub(crate) mod answers;
pub(crate) mod field;
pub(crate) mod flatten;
pub(crate) mod used;
pub(crate) mod normalise;
pub(crate) mod doubt;
pub(crate) mod raster;
pub(crate) mod blackened;

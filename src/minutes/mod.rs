//! From decisions to records.

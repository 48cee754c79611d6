//! One file per command: glue only.

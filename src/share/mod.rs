//! The way to shared folders, and the one writer of every file that others read.

pub mod put;

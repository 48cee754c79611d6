//! What a PDF is: its objects, its outline, the steps of its pages, and the words on them with their places.
//!
//! `paper` makes renditions with it and `pack` joins them; neither knows the other.

pub mod objects;
pub mod content;
pub mod outline;
pub mod text;

//! The agenda and the renditions, pressed into one PDF that proves itself.
//!
//! [`facts`] and the casebook make a [`plan`]; [`paging`] gives every piece of it its pages; [`sheets`] says what the typeset
//! sheets show and [`front`] sets them until the numbers stand still.

pub mod facts;
pub mod plan;
pub mod paging;
pub mod sheets;
pub mod front;
#[cfg(test)]
mod sample;

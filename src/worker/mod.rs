//! The limited process in which dropped files are opened: a pool of workers, what they may do, and how they are ended.
//!
//! Nothing here knows what a paper is; a job is whatever implements [`work::Work`].

pub mod error;
pub mod terms;
pub mod frame;
pub mod platform;
pub mod work;
pub mod serve;
mod hire;
pub mod pool;

//! The limited process in which dropped files are opened: a pool of workers, what they may do, and how they are ended.
//!
//! Nothing here knows what a paper is; a job is whatever implements [`work::Work`].

pub mod error;
pub mod terms;
pub mod frame;
#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod walls;
pub mod platform;
pub mod line;
mod folder;
pub mod work;
pub mod yard;
pub mod files;
pub mod given;
#[cfg(all(debug_assertions, target_os = "linux"))]
pub mod attempts;
pub mod serve;
mod hire;
pub mod pool;

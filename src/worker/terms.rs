//! What a worker may use and how long it may take.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The limits of one worker, told to it before its first job and enforced from both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Memory one worker may hold.
    pub memory_mb: u64,
    /// Time one job may take, by the clock on the wall.
    pub seconds: u64,
    /// Size of any one file a job may write, and of its answer.
    pub output_mb: u64,
    /// Jobs after which a worker is replaced by a fresh one: caches grow.
    pub jobs: u32,
    /// Threads for work that can be shared out within a job.
    pub threads: usize,
    /// Folders that may be read. Everything else is out of sight, where the system can enforce that.
    pub readable: Vec<PathBuf>,
    /// Folders whose programs may be run: only for a second engine, none for the readers.
    pub runnable: Vec<PathBuf>,
}

impl Terms {
    /// Limits for reading and rendering one paper at a time.
    pub fn reading(memory_mb: u64, seconds: u64, readable: Vec<PathBuf>) -> Self {
        Terms { memory_mb, seconds, output_mb: 400, jobs: 60, threads: 1, readable, runnable: Vec::new() }
    }

    /// The same limits, spread over `threads` threads within a job.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }
}

//! How a job can go wrong without an answer.

/// Why there is no answer. The first four are the paper's doing as far as anyone can tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkerError {
    #[error("took longer than {seconds} seconds and was stopped")]
    TooSlow { seconds: u64 },
    #[error("needed more than {megabytes} MB of memory and was stopped")]
    OutOfMemory { megabytes: u64 },
    #[error("is nested too deeply to be read")]
    TooDeep,
    #[error("produced more than {megabytes} MB and was stopped")]
    TooMuch { megabytes: u64 },
    #[error("made the reader stop ({how})")]
    Died { how: String },
    /// The job ran and said that it could not be done.
    #[error("{0}")]
    Refused(String),
    /// No worker could be started: our own trouble, not the paper's.
    #[error("no worker process could be started: {0}")]
    Unavailable(String),
}

impl WorkerError {
    /// Whether another worker might do better. A deadline missed once would be missed again, and so would a limit that a
    /// fresh worker has met.
    pub fn worth_another_try(&self, was_fresh: bool) -> bool {
        match self {
            WorkerError::Died { .. } => true,
            WorkerError::OutOfMemory { .. }
            | WorkerError::TooDeep
            | WorkerError::TooMuch { .. }
            | WorkerError::Unavailable(_) => !was_fresh,
            WorkerError::TooSlow { .. } | WorkerError::Refused(_) => false,
        }
    }
}

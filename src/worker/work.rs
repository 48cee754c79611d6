//! What a worker can be asked to do.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A job that is carried out in a worker process: reading a paper, pressing a pack, reading a workbook.
///
/// Job and answer cross the process boundary as JSON. Files go into `out`, named by number from `1` on; the caller is given
/// them with the answer ([`crate::worker::files::Files`]).
pub trait Work: Serialize + DeserializeOwned {
    /// Tells the jobs of one program apart.
    const NAME: &'static str;
    type Answer: Serialize + DeserializeOwned;

    /// How much of the time one job may take this one may, in hundredths.
    fn share(&self) -> u64 {
        100
    }

    /// The files it may read, by [`crate::worker::given`]; the main process opens them for it.
    fn given(&self) -> Vec<PathBuf>;

    /// Does the job. An error is for "could not be done at all"; a bad paper is part of the answer.
    fn carry_out(&self, out: &Path) -> Result<Self::Answer, String>;
}

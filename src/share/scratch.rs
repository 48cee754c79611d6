//! A folder for one process alone: gone with it, and swept by the next one where it was killed.
//!
//! While the process lives it holds a lock on a file in it; the system gives the lock back however the process ends. So whoever sweeps can
//! tell what is nobody's any more, at once and whatever the clock says.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The file that says that somebody is at work.
const LOCK: &str = ".at-work";

/// Such a folder. It is removed when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// Makes one in `place`, called `prefix` and something random.
    ///
    /// Fails when `place` cannot be written to.
    pub fn begin(place: &Path, prefix: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir_in(place)?;
        let lock = open(folder.path())?;
        lock.try_lock().map_err(io::Error::from)?;
        Ok(Scratch { folder, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes those in `place` whose process is gone.
///
/// Fails when `place` cannot be read or one of them not be removed.
pub fn sweep(place: &Path, prefix: &str) -> io::Result<()> {
    let list = match fs::read_dir(place) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        list => list?,
    };
    for entry in list {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) && is_nobodys(&entry.path())? {
            match fs::remove_dir_all(entry.path()) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// One without a lock is being made at this moment, or was made by a process killed just then: it is empty, and left alone.
fn is_nobodys(folder: &Path) -> io::Result<bool> {
    let lock: PathBuf = folder.join(LOCK);
    if !lock.exists() {
        return Ok(false);
    }
    match open(folder).map(|lock| lock.try_lock()) {
        Ok(Ok(())) => Ok(true),
        Ok(Err(TryLockError::WouldBlock)) => Ok(false),
        Ok(Err(TryLockError::Error(error))) => Err(error),
        // It went away meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn open(folder: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_swept_and_what_is_in_use_is_not() {
        let place = TempDir::new().unwrap();
        let mine = Scratch::begin(place.path(), "handed-").unwrap();
        let left = place.path().join("handed-left");
        fs::create_dir(&left).unwrap();
        for name in [LOCK, "pack.pdf"] {
            File::create(left.join(name)).unwrap();
        }
        fs::create_dir(place.path().join("other")).unwrap();
        sweep(place.path(), "handed-").unwrap();
        assert!(mine.path().is_dir() && !left.exists() && place.path().join("other").is_dir());
        let path = mine.path().to_owned();
        drop(mine);
        assert!(!path.exists(), "it is gone with its process");
        sweep(&place.path().join("not there"), "handed-").unwrap();
    }
}

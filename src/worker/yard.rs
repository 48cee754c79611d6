//! The folder in which workers and their files have their places: what lies in it belongs to a process that is running, or is
//! swept away.
//!
//! Locking: whoever uses something in it holds a lock on that, which ends with the process however that ends. Making and locking are
//! one step to a sweeper: both take the yard's own lock, `.lock`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use crate::worker::folder::{self, Folder};

/// The lock of the yard itself.
const LOCK: &str = ".lock";

/// A folder for a worker, and the same held open.
pub(crate) fn settle(yard: &Path) -> io::Result<(TempDir, Folder)> {
    let lock = lock(yard)?;
    lock.lock_shared()?;
    let place = tempfile::Builder::new().prefix("worker-").tempdir_in(yard)?;
    let held = Folder::open_own(place.path())?;
    held.claim()?;
    Ok((place, held))
}

/// A file that a job is given and that lies nowhere else; removed when dropped.
///
/// Fails when the folder cannot be written to.
pub fn file(yard: &Path) -> io::Result<NamedTempFile> {
    let lock = lock(yard)?;
    lock.lock_shared()?;
    let file = tempfile::Builder::new().prefix("copy-").tempfile_in(yard)?;
    file.as_file().lock()?;
    Ok(file)
}

/// Removes what processes left behind that were ended before they could: papers and copies must not lie about.
///
/// Says how much could not be removed; a folder that is not there has nothing in it.
pub fn sweep(yard: &Path) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(yard) else { return Vec::new() };
    let Ok(lock) = lock(yard) else { return Vec::new() };
    if lock.lock().is_err() {
        return Vec::new();
    }
    let all = found.filter_map(Result::ok).filter(|entry| entry.file_name() != LOCK);
    let left = all.map(|entry| entry.path()).filter(|path| folder::is_abandoned(path));
    left.filter(|path| remove(path).is_err()).collect()
}

fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

fn lock(yard: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(yard.join(LOCK))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_uses_is_swept_and_what_is_used_stays() {
        let yard = tempfile::tempdir().unwrap();
        let (used, held) = settle(yard.path()).unwrap();
        let copy = file(yard.path()).unwrap();
        let answer = held.make("answer-1").unwrap();
        answer.claim().unwrap();
        fs::rename(used.path().join("answer-1"), yard.path().join("answer")).unwrap();
        for name in ["worker-old", "handed", "copied-in/inside"] {
            fs::create_dir_all(yard.path().join(name)).unwrap();
        }
        File::create(yard.path().join("handed").join("pack.pdf")).unwrap();
        std::os::unix::fs::symlink(used.path(), yard.path().join("worker-link")).unwrap();
        assert!(sweep(yard.path()).is_empty());
        let mut left: Vec<_> =
            fs::read_dir(yard.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        left.sort();
        let mut kept = [
            yard.path().join(LOCK),
            yard.path().join("answer"),
            copy.path().to_owned(),
            used.path().to_owned(),
        ];
        kept.sort();
        assert_eq!(left, kept);
        drop((held, answer, copy));
        sweep(yard.path());
        assert_eq!(fs::read_dir(yard.path()).unwrap().count(), 1, "all but the lock has gone");
    }
}

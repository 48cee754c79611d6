//! One file's content, read twice in full and kept if both readings agree.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::intake::walk;
use crate::panel::ids::Sha256;
use crate::register::RegisterError;
use crate::register::store::{self, CopyError, Store};

/// How a file answered to being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Both readings gave this; it is in the store.
    Steady { sha: Sha256, stamp: String, size: u64, first_read: DateTime<Utc> },
    /// It changed while it was read.
    Moving,
    /// It cannot be read, and why.
    Closed(String),
}

/// Reads `path` twice. Errors are ours; the file's own are part of the answer.
pub fn take(path: &Path, store: &Store, clock: &Clock) -> Result<Taken, RegisterError> {
    let answer = || -> Result<Taken, CopyError> {
        let mut file = open(path).map_err(CopyError::Source)?;
        let before = file.metadata().map_err(CopyError::Source)?;
        if !before.is_file() {
            return Ok(Taken::Moving);
        }
        let sha = store::hash(&mut file).map_err(CopyError::Source)?;
        let first_read = clock.now();
        file.seek(SeekFrom::Start(0)).map_err(CopyError::Source)?;
        let agreed = store.copy(&mut file, &sha)?;
        let after = file.metadata().map_err(CopyError::Source)?;
        let stamp = walk::stamp(&after);
        if !agreed || stamp != walk::stamp(&before) {
            return Ok(Taken::Moving);
        }
        Ok(Taken::Steady { sha, stamp, size: after.len(), first_read })
    };
    match answer() {
        Ok(taken) => Ok(taken),
        Err(CopyError::Ours(error)) => Err(error),
        Err(CopyError::Source(error)) => Ok(refusal(&error)),
    }
}

fn refusal(error: &io::Error) -> Taken {
    match error.kind() {
        // Gone or locked since it was listed: the next scan will see.
        io::ErrorKind::NotFound | io::ErrorKind::ResourceBusy => Taken::Moving,
        io::ErrorKind::PermissionDenied => Taken::Closed(closed()),
        _ => Taken::Closed(format!("could not be read: {error}; hint: copy it into the folder again")),
    }
}

/// What is said of a file the service has no right to read.
pub fn closed() -> String {
    "may not be opened by the service; hint: give everyone in the folder the right to read it, or copy it in again".to_owned()
}

/// Opens without following a link and without waiting on a pipe that took the file's place since it was listed.
pub(in crate::intake) fn open(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::{Mode, OFlags};
        let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::open(path, how, Mode::empty())?))
    }
    #[cfg(not(unix))]
    File::open(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_steady_file_is_kept_with_the_moment_of_its_first_reading() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("store")).unwrap();
        let path = place.path().join("plan.docx");
        File::create(&path).unwrap().write_all(b"plan").unwrap();
        let clock = Clock::standing_at("2026-11-18T10:00:00Z".parse().unwrap());
        let Taken::Steady { sha, first_read, size, .. } = take(&path, &store, &clock).unwrap() else {
            panic!("not steady")
        };
        assert_eq!((first_read, size), (clock.now(), 4));
        assert!(store.holds(&sha));
    }

    #[cfg(unix)]
    #[test]
    fn what_took_the_files_place_is_not_opened() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("store")).unwrap();
        let clock = Clock::system();
        let pipe = place.path().join("pipe.docx");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(take(&pipe, &store, &clock).unwrap(), Taken::Moving);
        let link = place.path().join("link.docx");
        std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
        assert!(matches!(take(&link, &store, &clock).unwrap(), Taken::Closed(_)));
        assert!(store.list().unwrap().is_empty());
    }
}

//! One file's content, read twice in full and kept if both readings agree.

use std::io::ErrorKind;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::intake::walk;
use crate::panel::ids::Sha256;
use crate::register::RegisterError;
use crate::register::store::{CopyError, Store};
use crate::share::call::Shares;
use crate::share::fault::ShareError;

/// How a file answered to being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Both readings gave this; it is in the store.
    Steady { sha: Sha256, stamp: String, size: u64, first_read: DateTime<Utc> },
    /// It changed while it was read.
    Moving,
    /// It cannot be read, and why.
    Closed(String),
    /// The inbox does not answer, and why.
    Unanswered(String),
}

/// Reads `path` twice. Errors are ours; the file's own are part of the answer.
pub fn take(shares: &Shares, path: &Path, store: &Store, clock: &Clock) -> Result<Taken, RegisterError> {
    let answer = || -> Result<Taken, CopyError<ShareError>> {
        let first = shares.hash(path).map_err(CopyError::Source)?;
        if !first.before.is_file() {
            return Ok(Taken::Moving);
        }
        let first_read = clock.now();
        let mut stamp = None;
        let agreed = store.take_in(&first.sha, |into| {
            let second = shares.copy(path, into)?;
            stamp = Some(second.after.stamp());
            Ok(second.sha)
        })?;
        let before = first.before.stamp();
        if !agreed || stamp.as_ref() != Some(&before) {
            return Ok(Taken::Moving);
        }
        Ok(Taken::Steady { sha: first.sha, stamp: before, size: first.before.size, first_read })
    };
    match answer() {
        Ok(taken) => Ok(taken),
        Err(CopyError::Ours(error)) => Err(error),
        Err(CopyError::Source(error)) => refusal(error, store),
    }
}

fn refusal(error: ShareError, store: &Store) -> Result<Taken, RegisterError> {
    if error.is_of_the_folder() {
        return Ok(Taken::Unanswered(walk::why(&error)));
    }
    Ok(match (error.kind(), error) {
        // It is the copy that cannot be kept; the paper's own name may be a child's, and this goes into a log.
        (_, ShareError::Refused { fault, .. }) if fault.ours => {
            return Err(RegisterError::io("keep a copy of a document in", store.folder())(fault.into()));
        }
        // Gone or locked since it was listed: the next scan will see.
        (ErrorKind::NotFound | ErrorKind::ResourceBusy, _) => Taken::Moving,
        (ErrorKind::PermissionDenied, _) => Taken::Closed(closed()),
        (_, ShareError::Refused { fault, .. }) => {
            Taken::Closed(format!("could not be read: {fault}; hint: copy it into the folder again"))
        }
        (_, error) => Taken::Unanswered(walk::why(&error)),
    })
}

/// What is said of a file the service has no right to read.
pub fn closed() -> String {
    "may not be opened by the service; hint: give everyone in the folder the right to read it, or copy it in again".to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use super::*;
    use crate::share::wire::Fault;

    #[test]
    fn a_steady_file_is_kept_with_the_moment_of_its_first_reading() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("store")).unwrap();
        let path = place.path().join("plan.docx");
        File::create(&path).unwrap().write_all(b"plan").unwrap();
        let clock = Clock::standing_at("2026-11-18T10:00:00Z".parse().unwrap());
        let Taken::Steady { sha, first_read, size, .. } =
            take(&Shares::none(), &path, &store, &clock).unwrap()
        else {
            panic!("not steady")
        };
        assert_eq!((first_read, size), (clock.now(), 4));
        assert!(store.holds(&sha));
    }

    #[test]
    fn a_full_disk_is_said_of_the_store_and_not_of_the_paper() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("store")).unwrap();
        let full = std::io::Error::from(ErrorKind::StorageFull);
        let error = ShareError::Refused {
            doing: "copy",
            path: "inbox/1000001 Olive Stone/plan.docx".into(),
            fault: Fault::of_ours(&full),
        };
        let said = refusal(error, &store).unwrap_err().to_string();
        assert!(said.contains("store") && !said.contains("Olive"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn what_took_the_files_place_is_not_opened() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("store")).unwrap();
        let clock = Clock::system();
        let pipe = place.path().join("pipe.docx");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(take(&Shares::none(), &pipe, &store, &clock).unwrap(), Taken::Moving);
        let link = place.path().join("link.docx");
        std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
        assert!(matches!(take(&Shares::none(), &link, &store, &clock).unwrap(), Taken::Closed(_)));
        assert!(store.list().unwrap().is_empty());
    }
}

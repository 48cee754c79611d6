//! The files that come with an answer: numbered, in a folder made for that job, and read beneath it.
//!
//! A worker may have been taken over by what it opened, so nothing it says names a file: its files have the numbers 1, 2, 3 ... in
//! the folder the main process made and holds open. Whatever the worker puts in the folder's place, no link is followed, no
//! pipe waited for, and no more is read than the limits of the job allow.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::worker::folder::Folder;

/// Highest number a file of an answer can have.
pub const MOST_FILES: u32 = 5000;

/// How often the size one file may have all files of an answer may have together.
const MOST_TOGETHER: u64 = 2;

/// A folder of files made by a worker; removed when dropped.
#[derive(Debug)]
pub struct Files {
    folder: Folder,
    path: PathBuf,
    /// Bytes one file may have.
    most: u64,
    taken: AtomicU64,
}

impl Files {
    pub(crate) fn new(folder: Folder, path: PathBuf, most: u64) -> Self {
        Files { folder, path, most, taken: AtomicU64::new(0) }
    }

    /// All bytes of file `number`, which is counted from 1.
    ///
    /// Fails when there is no such file, it is no plain file, or it is larger than a job may make it.
    pub fn read(&self, number: u32) -> io::Result<Vec<u8>> {
        let trouble = |error: io::Error| {
            let path = self.path.join(number.to_string());
            io::Error::new(
                error.kind(),
                format!("cannot read the worker's answer `{}`: {error}", path.display()),
            )
        };
        self.bytes(number).map_err(trouble)
    }

    fn bytes(&self, number: u32) -> io::Result<Vec<u8>> {
        let not = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        if !(1..=MOST_FILES).contains(&number) {
            return Err(not("no answer has so many files"));
        }
        let file = self.folder.open(&number.to_string())?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(not("it is no plain file"));
        }
        let left =
            (self.most * MOST_TOGETHER).saturating_sub(self.taken.load(Ordering::Relaxed)).min(self.most);
        let mut bytes = Vec::new();
        // It may grow while it is read.
        file.take(left + 1).read_to_end(&mut bytes)?;
        if left < bytes.len() as u64 {
            return Err(not("it is larger than a worker may make it"));
        }
        self.taken.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What cannot be removed goes with the worker's whole folder.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::*;

    fn files(own: &Path, most: u64) -> Files {
        Files::new(Folder::open_own(own).unwrap().make("answer-1").unwrap(), own.join("answer-1"), most)
    }

    #[test]
    fn nothing_a_worker_leaves_leads_out_of_its_folder() {
        let place = tempfile::tempdir().unwrap();
        let (own, secret) = (place.path().join("worker"), place.path().join("secret"));
        fs::create_dir(&own).unwrap();
        fs::create_dir(&secret).unwrap();
        for name in ["1", "2", "3"] {
            fs::File::create(secret.join(name))
                .and_then(|mut file| io::Write::write_all(&mut file, b"secret"))
                .unwrap();
        }
        let files = files(&own, 100);
        let out = own.join("answer-1");
        symlink(secret.join("1"), out.join("1")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, out.join("2"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        fs::create_dir(out.join("3")).unwrap();
        for number in 0..5 {
            assert!(files.read(number).is_err(), "file {number}");
        }
        assert!(files.read(MOST_FILES + 1).is_err());
        // The folder itself is taken away, and another put in its place.
        fs::rename(&out, own.join("gone")).unwrap();
        symlink(&secret, &out).unwrap();
        assert!(files.read(3).is_err());
        drop(files);
        assert_eq!(fs::read_dir(&secret).unwrap().count(), 3, "nothing outside is removed");
    }

    #[test]
    fn a_folder_that_a_worker_made_first_is_not_taken_for_the_answer() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("real")).unwrap();
        symlink(place.path().join("real"), place.path().join("answer-1")).unwrap();
        assert!(Folder::open_own(place.path()).unwrap().make("answer-1").is_err());
        assert!(Folder::open_own(&place.path().join("answer-1")).is_err());
    }

    #[test]
    fn no_more_is_read_than_a_job_may_make() {
        let place = tempfile::tempdir().unwrap();
        let files = files(place.path(), 10);
        let make = |name: &str, bytes: &[u8]| {
            let mut file = fs::File::create(place.path().join("answer-1").join(name)).unwrap();
            io::Write::write_all(&mut file, bytes).unwrap();
        };
        make("1", &[0; 11]);
        make("2", &[0; 10]);
        make("3", &[0; 10]);
        make("4", &[0; 1]);
        assert!(files.read(1).is_err());
        assert_eq!(files.read(2).unwrap().len(), 10);
        assert_eq!(files.read(3).unwrap().len(), 10);
        assert!(files.read(4).is_err(), "all of them together are too much");
    }
}

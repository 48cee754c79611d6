//! Contents by their SHA-256, each kept once, read-only, for the service alone.
//!
//! `store/ab/abcdef...`. A content is written beside its place, synced, renamed, and its folder synced; what a crash leaves
//! is a `.part` file, which a later scan sweeps away ([`crate::share::put`]).

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Row;
use sha2::Digest;

use crate::panel::ids::Sha256;
use crate::register::failure::RegisterError;
use crate::register::place;
use crate::share::put::{self, Fresh, Readers};

const PART: &str = ".part";
const CHUNK: usize = 256 * 1024;

/// The folder of contents.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    pub fn open(root: &Path) -> Result<Store, RegisterError> {
        place::make_private_folder(root)?;
        Ok(Store { root: root.to_owned() })
    }

    /// The same where it should be there already: nothing is made.
    pub fn at(root: &Path) -> Store {
        Store { root: root.to_owned() }
    }

    /// Whether its folder is there. A new one in its place would hide that everything held is gone.
    pub fn is_there(&self) -> Result<(), RegisterError> {
        if self.root.is_dir() { Ok(()) } else { Err(RegisterError::StoreGone { path: self.root.clone() }) }
    }

    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Where a content lies, or would.
    pub fn path(&self, sha: &Sha256) -> PathBuf {
        self.root.join(&sha.as_str()[..2]).join(sha.as_str())
    }

    pub fn holds(&self, sha: &Sha256) -> bool {
        self.path(sha).is_file()
    }

    pub fn read(&self, sha: &Sha256) -> Result<Vec<u8>, RegisterError> {
        let path = self.path(sha);
        fs::read(&path).map_err(RegisterError::io("read the kept content", &path))
    }

    /// Keeps `bytes`; says their name.
    pub fn put(&self, bytes: &[u8]) -> Result<Sha256, RegisterError> {
        let sha = hash_bytes(bytes);
        if !self.holds(&sha) {
            let mut part = self.begin(&sha)?;
            part.write_all(bytes).map_err(RegisterError::io("write", part.path()))?;
            self.finish(part, &sha)?;
        }
        Ok(sha)
    }

    /// Reads all of `from` and keeps it if it is `expected`. `Ok(false)`: it was not.
    pub fn copy(&self, from: &mut impl Read, expected: &Sha256) -> Result<bool, CopyError<io::Error>> {
        self.take_in(expected, |into| match into {
            None => hash(from),
            Some(into) => {
                let mut into = fs::OpenOptions::new().write(true).open(into)?;
                hash(&mut Both { from, into: &mut into })
            }
        })
    }

    /// Keeps a content if it is `expected`. `read` reads it, into the file it is given unless the content is held already, and
    /// gives its hash. `Ok(false)`: it was another.
    pub fn take_in<E>(
        &self,
        expected: &Sha256,
        read: impl FnOnce(Option<&Path>) -> Result<Sha256, E>,
    ) -> Result<bool, CopyError<E>> {
        if self.holds(expected) {
            return Ok(read(None).map_err(CopyError::Source)? == *expected);
        }
        let part = self.begin(expected)?;
        if read(Some(part.path())).map_err(CopyError::Source)? != *expected {
            return Ok(false);
        }
        self.finish(part, expected)?;
        Ok(true)
    }

    /// Puts `bytes` in the place of what lies there under this name, if they are what the name says. False where they are not.
    ///
    /// Fails when the store cannot be written.
    pub fn replace(&self, sha: &Sha256, bytes: &[u8]) -> Result<bool, RegisterError> {
        if hash_bytes(bytes) != *sha {
            return Ok(false);
        }
        let mut part = self.begin(sha)?;
        part.write_all(bytes).map_err(RegisterError::io("write", part.path()))?;
        self.finish(part, sha)?;
        Ok(true)
    }

    /// Removes a content that nothing names any more.
    pub fn remove(&self, sha: &Sha256) -> Result<(), RegisterError> {
        let path = self.path(sha);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(RegisterError::io("remove the kept content", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Every content held, in order of name; for the integrity check.
    pub fn list(&self) -> Result<Vec<Sha256>, RegisterError> {
        let mut found = Vec::new();
        for folder in folders(&self.root)? {
            for entry in entries(&folder)? {
                if let Some(sha) = entry.file_name().and_then(|name| name.to_str()?.parse().ok()) {
                    found.push(sha);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Whether there is any content.
    pub fn holds_anything(&self) -> bool {
        let folders = folders(&self.root).unwrap_or_default();
        folders.iter().any(|folder| entries(folder).is_ok_and(|inside| !inside.is_empty()))
    }

    /// Removes what interrupted copies left behind, once it is older than any copy takes.
    pub fn sweep(&self, older_than: Duration) -> Result<(), RegisterError> {
        for folder in folders(&self.root)? {
            for path in entries(&folder)? {
                let part = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(PART));
                if part && age(&path).is_some_and(|age| age >= older_than) {
                    fs::remove_file(&path).map_err(RegisterError::io("remove", &path))?;
                }
            }
        }
        Ok(())
    }

    fn begin(&self, sha: &Sha256) -> Result<Fresh, RegisterError> {
        let path = self.path(sha);
        let folder = path.parent().unwrap_or(&self.root);
        if !folder.is_dir() {
            place::make_private_folder(folder)?;
            put::sync_folder_of(folder).map_err(RegisterError::io("sync the folder", &self.root))?;
        }
        Fresh::called(folder, "", PART).map_err(RegisterError::io("make a file in", folder))
    }

    fn finish(&self, part: Fresh, sha: &Sha256) -> Result<(), RegisterError> {
        let path = self.path(sha);
        part.finish(&path, Readers::UsUnchanged).map_err(RegisterError::io("keep", &path))
    }
}

/// Whose fault a failed copy is: the dropped file's (a finding) or ours (an error).
#[derive(Debug, thiserror::Error)]
pub enum CopyError<E> {
    #[error(transparent)]
    Ours(#[from] RegisterError),
    #[error(transparent)]
    Source(E),
}

/// Reads on while what was read is written.
struct Both<'a, R> {
    from: &'a mut R,
    into: &'a mut fs::File,
}

impl<R: Read> Read for Both<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(bytes)?;
        self.into.write_all(&bytes[..length])?;
        Ok(length)
    }
}

pub fn hash_bytes(bytes: &[u8]) -> Sha256 {
    Sha256::from_digest(sha2::Sha256::digest(bytes).into())
}

/// The hash of everything `from` still has to give.
///
/// Fails when `from` cannot be read to its end.
pub fn hash(from: &mut impl Read) -> io::Result<Sha256> {
    let mut digest = sha2::Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match from.read(&mut chunk)? {
            0 => return Ok(Sha256::from_digest(digest.finalize().into())),
            length => digest.update(&chunk[..length]),
        }
    }
}

/// A hash column; one that is no hash is the register's damage, not the reader's.
///
/// Fails when the column holds no hash.
pub fn sha_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Sha256> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn folders(root: &Path) -> Result<Vec<PathBuf>, RegisterError> {
    Ok(entries(root)?.into_iter().filter(|path| path.is_dir()).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, RegisterError> {
    let list = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>();
    list().map_err(RegisterError::io("list", folder))
}

/// How long ago a file was last written.
fn age(path: &Path) -> Option<Duration> {
    fs::metadata(path).and_then(|found| found.modified()).ok()?.elapsed().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("store")).unwrap();
        (place, store)
    }

    #[test]
    fn a_content_is_kept_once_under_its_hash_and_cannot_be_written() {
        let (_place, store) = store();
        let sha = store.put(b"a care plan").unwrap();
        assert_eq!(store.put(b"a care plan").unwrap(), sha);
        assert_eq!(store.list().unwrap(), std::slice::from_ref(&sha));
        assert_eq!(store.read(&sha).unwrap(), b"a care plan");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(store.path(&sha)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o400);
        }
    }

    #[test]
    fn a_file_that_changed_between_the_two_reads_is_not_kept() {
        let (_place, store) = store();
        let first = hash_bytes(b"half a plan");
        assert!(!store.copy(&mut b"half a plan and the rest".as_slice(), &first).unwrap());
        assert!(store.list().unwrap().is_empty());
        assert!(store.copy(&mut b"half a plan".as_slice(), &first).unwrap());
        assert!(store.holds(&first));
        assert_eq!(store.read(&first).unwrap(), b"half a plan");
    }

    #[test]
    fn what_a_crash_left_is_swept() {
        let (_place, store) = store();
        let sha = store.put(b"kept").unwrap();
        let left = store.path(&sha).with_file_name("abc.part");
        fs::copy(store.path(&sha), &left).unwrap();
        store.sweep(Duration::from_hours(1)).unwrap();
        assert!(left.exists(), "another command may be writing it");
        store.sweep(Duration::ZERO).unwrap();
        assert!(!left.exists());
        assert!(store.holds(&sha));
    }
}

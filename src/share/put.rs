//! The one way a file of ours is made: written beside its place, synced, renamed, its folder synced.
//!
//! Nobody sees half a file, and what was made lasts through a power cut. Used for local files by the program itself, and for
//! shared folders by their helpers. After a failed sync nothing is retried in place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// What files that are being written are called.
pub const WRITING: &str = ".writing-";

/// Who may open a file, as far as its folder lets them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Readers {
    /// The service alone, and nobody may write.
    UsUnchanged,
    /// The service alone.
    Us,
    /// Everybody.
    Everybody,
    /// Everybody, and the folder's group may save it too.
    EverybodyAndEditors,
}

impl Readers {
    const fn mode(self) -> u32 {
        match self {
            Readers::UsUnchanged => 0o400,
            Readers::Us => 0o600,
            Readers::Everybody => 0o644,
            Readers::EverybodyAndEditors => 0o664,
        }
    }
}

/// A file that has not got its name yet; dropped, it is gone.
#[derive(Debug)]
pub struct Fresh(NamedTempFile);

impl Fresh {
    /// Begins a file that will lie in `folder`.
    ///
    /// Fails when the folder cannot be written to.
    pub fn within(folder: &Path) -> io::Result<Self> {
        Fresh::called(folder, WRITING, "")
    }

    /// The same, called `prefix`, something random, `suffix` until it is finished.
    ///
    /// Fails when the folder cannot be written to.
    pub fn called(folder: &Path, prefix: &str, suffix: &str) -> io::Result<Self> {
        tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile_in(folder).map(Fresh)
    }

    /// Where it lies until then.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self) -> &File {
        self.0.as_file()
    }

    /// Gives it its name; what had the name is replaced.
    ///
    /// Fails when it cannot be written to the end or renamed; what was there before then stays.
    pub fn finish(self, path: &Path, readers: Readers) -> io::Result<()> {
        self.settle(readers)?;
        self.0.persist(path).map_err(|error| error.error)?;
        sync_folder_of(path)
    }

    fn settle(&self, readers: Readers) -> io::Result<()> {
        open_to(self.file(), readers)?;
        self.file().sync_all()
    }
}

impl Write for Fresh {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Makes or replaces a local file that everybody may read whom its folder lets in; folders are made where needed.
///
/// Fails when the folder cannot be made or written to; what was there before then stays.
pub fn put(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().with_context(|| format!("`{}` has no folder", path.display()))?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let written = || {
        let mut fresh = Fresh::within(folder)?;
        fresh.write_all(content)?;
        fresh.finish(path, Readers::Everybody)
    };
    written().with_context(|| format!("cannot write `{}`", path.display()))
}

/// A temporary file is private; what is made of it is read by others, as its folder allows.
#[cfg(unix)]
fn open_to(file: &File, readers: Readers) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(readers.mode()))
}

#[cfg(not(unix))]
fn open_to(file: &File, readers: Readers) -> io::Result<()> {
    let mut now = file.metadata()?.permissions();
    now.set_readonly(readers == Readers::UsUnchanged);
    file.set_permissions(now)
}

/// Makes the new name of a file last through a power cut. Some servers cannot promise that of a folder.
///
/// Fails when the folder cannot be synced where its server promises it.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|_| cfg!(unix)) else { return Ok(()) };
    match OpenOptions::new().read(true).open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_lying_about() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("a/b/board.html");
        put(&file, b"one").unwrap();
        put(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
        let taken = file.join("below a file");
        let said = put(&taken, b"three").unwrap_err();
        assert!(format!("{said:#}").contains("board.html"), "{said:#}");
    }

    #[cfg(unix)]
    #[test]
    fn it_is_open_to_whom_it_should_be() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        for (readers, mode) in [
            (Readers::UsUnchanged, 0o400),
            (Readers::Us, 0o600),
            (Readers::Everybody, 0o644),
            (Readers::EverybodyAndEditors, 0o664),
        ] {
            let file = place.path().join("file");
            Fresh::within(place.path()).unwrap().finish(&file, readers).unwrap();
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, mode);
        }
    }
}

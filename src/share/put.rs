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
    /// The mode of such a file: for others as `access` says, or as far as the umask lets them.
    fn mode(self, access: Access) -> u32 {
        let (mode, editors) = match self {
            Readers::UsUnchanged => return 0o400,
            Readers::Us => return 0o600,
            Readers::Everybody => (0o644, 0),
            Readers::EverybodyAndEditors => (0o644, 0o020),
        };
        match access.mode {
            // Whose group may not read does not let it write either.
            Some(mode) => mode | (editors & ((mode & 0o040) >> 1)),
            None => (mode | editors) & !umask(),
        }
    }
}

/// Who may open what is made in shared folders, where the panel's settings say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// Of files; folders are entered by whoever may read. None: what the umask leaves of 0644.
    pub mode: Option<u32>,
    /// The number of the group they belong to. None: the folder's, where it hands its group on, or the service's.
    pub group: Option<u32>,
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
        self.finish_for(path, readers, Access::default())
    }

    /// The same for a file in a shared folder.
    ///
    /// Fails as well when it cannot be given to the group that is set.
    pub fn finish_for(self, path: &Path, readers: Readers, access: Access) -> io::Result<()> {
        self.settle(readers, access)?;
        self.0.persist(path).map_err(|error| error.error)?;
        sync_folder_of(path)
    }

    fn settle(&self, readers: Readers, access: Access) -> io::Result<()> {
        open_to(self.file(), readers, access)?;
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
fn open_to(file: &File, readers: Readers, access: Access) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if let Some(group) = access.group {
        rustix::fs::fchown(file, None, Some(rustix::fs::Gid::from_raw(group)))?;
    }
    file.set_permissions(fs::Permissions::from_mode(readers.mode(access)))
}

/// Makes a folder, and those above it that are not there.
///
/// Fails when one of them cannot be made, or not be given to the group that is set.
pub fn make_folders(folder: &Path, access: Access) -> io::Result<()> {
    let new: Vec<&Path> =
        folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    for folder in new.into_iter().rev() {
        use std::os::unix::fs::PermissionsExt;
        if let Some(group) = access.group {
            rustix::fs::chown(folder, None, Some(rustix::fs::Gid::from_raw(group)))?;
        }
        if let Some(mode) = access.mode {
            // What is made in it belongs to its group as well.
            let handed_on = if access.group.is_some() { 0o2000 } else { 0 };
            let mode = 0o700 | (mode & 0o066) | ((mode & 0o044) >> 2) | handed_on;
            fs::set_permissions(folder, fs::Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (new, access);
    Ok(())
}

/// What this process takes from everybody's rights to its files.
#[cfg(unix)]
fn umask() -> u32 {
    static UMASK: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *UMASK.get_or_init(|| {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let told =
            status.lines().find_map(|line| u32::from_str_radix(line.strip_prefix("Umask:")?.trim(), 8).ok());
        // Elsewhere it can only be asked by setting it.
        told.unwrap_or_else(|| {
            let before = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
            rustix::process::umask(before);
            #[cfg_attr(
                target_os = "linux",
                expect(clippy::useless_conversion, reason = "narrower on other systems")
            )]
            before.as_raw_mode().into()
        })
    })
}

#[cfg(not(unix))]
fn umask() -> u32 {
    0
}

#[cfg(not(unix))]
fn open_to(file: &File, readers: Readers, _: Access) -> io::Result<()> {
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
        let lets = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o7777;
        let set = |mode: u32| Access { mode: Some(mode), group: None };
        for (readers, access, mode) in [
            (Readers::UsUnchanged, set(0o666), 0o400),
            (Readers::Us, set(0o666), 0o600),
            (Readers::Everybody, Access::default(), 0o644 & !umask()),
            (Readers::EverybodyAndEditors, Access::default(), 0o664 & !umask()),
            (Readers::Everybody, set(0o640), 0o640),
            (Readers::EverybodyAndEditors, set(0o640), 0o660),
            (Readers::EverybodyAndEditors, set(0o600), 0o600),
        ] {
            let file = place.path().join("file");
            Fresh::within(place.path()).unwrap().finish_for(&file, readers, access).unwrap();
            assert_eq!(lets(&file), mode, "{readers:?} {access:?}");
        }
        for (access, mode) in [(set(0o640), 0o750), (set(0o600), 0o700), (set(0o664), 0o775)] {
            let folder = place.path().join("a/b");
            make_folders(&folder, access).unwrap();
            assert_eq!((lets(&folder), lets(folder.parent().unwrap())), (mode, mode), "{access:?}");
            fs::remove_dir_all(place.path().join("a")).unwrap();
        }
    }
}

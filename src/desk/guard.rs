//! Putting a new edition where the old one lies, without ever losing what somebody typed.
//!
//! Locking: Excel and LibreOffice leave a lock file beside a workbook that is open, and Windows refuses to move one. Then
//! nothing is written. The old edition is moved aside first and looked at again: if it is not the one the new edition was
//! made from, it goes back. A crash in between leaves it aside; `recover` puts it back.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

/// What became of a new edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It lies there, under this stamp.
    Written(String),
    /// It is exactly what lies there already.
    Same,
    /// Somebody has the workbook open; who, where the lock file says it.
    Open(Option<String>),
    /// It was saved since the new edition was made: read it again first.
    ChangedMeanwhile,
}

/// How the file at `path` lies there: equal stamps mean that nobody has saved it since. None where there is none.
///
/// Renaming leaves the stamp as it is, so that it can be taken of a file before it gets its name; a save by anybody else
/// makes another file or another time. An edition that a crash left aside is none of ours to be sure of.
pub fn stamp(path: &Path) -> Result<Option<String>> {
    let found = match fs::metadata(path) {
        Ok(found) => stamp_of(&found),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(aside(path)?.exists().then(|| "aside".to_owned()));
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    };
    Ok(Some(found))
}

/// Size, time and, where there is one, the file's number.
fn stamp_of(found: &fs::Metadata) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        format!("{}.{}.{}.{}", found.len(), found.mtime(), found.mtime_nsec(), found.ino())
    }
    #[cfg(not(unix))]
    format!("{}.{:?}", found.len(), found.modified().ok())
}

/// The workbook as it lies there, if it does.
pub fn current(path: &Path) -> Result<Option<Vec<u8>>> {
    recover(path)?;
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Puts `edition` at `path`, if what lies there is still `made_from`.
pub fn save(path: &Path, edition: &[u8], made_from: Option<&[u8]>) -> Result<Saved> {
    if let Some(who) = open_by(path)? {
        return Ok(Saved::Open(who));
    }
    let lying = current(path)?;
    if lying.as_deref() != made_from {
        return Ok(Saved::ChangedMeanwhile);
    }
    if made_from == Some(edition) {
        return Ok(Saved::Same);
    }
    let folder = path.parent().context("a workbook lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let mut fresh = NamedTempFile::with_prefix_in(".edition-", folder)
        .with_context(|| format!("cannot write into `{}`", folder.display()))?;
    fresh
        .write_all(edition)
        .and_then(|()| open_to_readers(fresh.as_file()))
        .and_then(|()| fresh.as_file().sync_all())
        .with_context(|| format!("cannot write `{}`", fresh.path().display()))?;
    if made_from.is_none() {
        return finish(fresh, path, None);
    }
    let aside = aside(path)?;
    match fs::rename(path, &aside) {
        Ok(()) => {}
        Err(error) if is_held(&error) => return Ok(Saved::Open(None)),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Saved::ChangedMeanwhile),
        Err(error) => return Err(error).with_context(|| format!("cannot move `{}`", path.display())),
    }
    let moved = fs::read(&aside).with_context(|| format!("cannot read `{}`", aside.display()))?;
    if Some(moved.as_slice()) != made_from {
        recover(path)?;
        return Ok(Saved::ChangedMeanwhile);
    }
    finish(fresh, path, Some(&aside))
}

/// A temporary file is private; the workbook is for everyone the folder lets in.
#[cfg(unix)]
fn open_to_readers(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    file.set_permissions(fs::Permissions::from_mode(0o664))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn open_to_readers(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}

/// Gives the new edition its name, unless somebody has saved under that name just now.
fn finish(fresh: NamedTempFile, path: &Path, aside: Option<&Path>) -> Result<Saved> {
    let written = || format!("cannot write `{}`", path.display());
    let stamp = stamp_of(&fresh.as_file().metadata().with_context(written)?);
    let saved = match fresh.persist_noclobber(path) {
        Ok(_) => Saved::Written(stamp),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Saved::ChangedMeanwhile,
        Err(error) => return Err(error.error).with_context(written),
    };
    if let Some(aside) = aside {
        fs::remove_file(aside).with_context(|| format!("cannot remove `{}`", aside.display()))?;
    }
    Ok(saved)
}

/// Puts back an edition that a crash left aside.
fn recover(path: &Path) -> Result<()> {
    let aside = aside(path)?;
    if !aside.exists() {
        return Ok(());
    }
    if path.exists() {
        return fs::remove_file(&aside).with_context(|| format!("cannot remove `{}`", aside.display()));
    }
    fs::rename(&aside, path).with_context(|| format!("cannot put `{}` back", path.display()))
}

fn aside(path: &Path) -> Result<PathBuf> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        bail!("`{}` has no name a workbook can have", path.display());
    };
    Ok(path.with_file_name(format!(".{name}.before")))
}

/// Windows: the file is in use by another process, or a part of it is locked.
fn is_held(error: &std::io::Error) -> bool {
    matches!(error.raw_os_error(), Some(32 | 33)) && cfg!(windows)
}

/// Whether a lock file lies beside the workbook, and whose it is as far as it says.
pub fn open_by(path: &Path) -> Result<Option<Option<String>>> {
    let name = path.file_name().and_then(|name| name.to_str()).context("a workbook has a name")?;
    let shortened: String = name.chars().skip(2).collect();
    let locks =
        [(format!("~${name}"), true), (format!("~${shortened}"), true), (format!(".~lock.{name}#"), false)];
    for (lock, excel) in locks {
        let lock = path.with_file_name(lock);
        match fs::read(&lock) {
            Ok(bytes) => return Ok(Some(owner(&bytes, excel))),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(_) => return Ok(Some(None)),
        }
    }
    Ok(None)
}

/// The name in a lock file: Excel's begins with its length, LibreOffice's is a list with commas.
fn owner(lock: &[u8], excel: bool) -> Option<String> {
    let name = if excel {
        let (length, rest) = lock.split_first()?;
        String::from_utf8_lossy(rest.get(..usize::from(*length))?).into_owned()
    } else {
        String::from_utf8_lossy(lock).split(',').find(|part| !part.trim().is_empty())?.to_owned()
    };
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("NELC 2026-11-23 workbook.xlsx");
        (folder, path)
    }

    fn put(path: &Path, bytes: &[u8]) {
        fs::File::create(path).unwrap().write_all(bytes).unwrap();
    }

    #[test]
    fn an_edition_replaces_the_one_it_was_made_from_and_no_other() {
        let (folder, path) = folder();
        assert_eq!(stamp(&path).unwrap(), None);
        assert!(matches!(save(&path, b"one", None).unwrap(), Saved::Written(_)));
        let Saved::Written(ours) = save(&path, b"two", Some(b"one")).unwrap() else { panic!("not written") };
        assert_eq!(stamp(&path).unwrap().as_ref(), Some(&ours), "it lies there as it was left");
        assert_eq!(save(&path, b"two", Some(b"two")).unwrap(), Saved::Same);
        put(&path, b"typed by her");
        assert_ne!(stamp(&path).unwrap(), Some(ours), "and no longer");
        assert_eq!(save(&path, b"three", Some(b"two")).unwrap(), Saved::ChangedMeanwhile);
        assert_eq!(save(&path, b"three", None).unwrap(), Saved::ChangedMeanwhile);
        assert_eq!(current(&path).unwrap().unwrap(), b"typed by her");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left lying about");
    }

    #[test]
    fn nothing_is_written_while_it_is_open() {
        for (lock, bytes, who) in [
            ("~$NELC 2026-11-23 workbook.xlsx", &b"\x0eJoan Whitfield      "[..], Some("Joan Whitfield")),
            ("~$LC 2026-11-23 workbook.xlsx", b"", None),
            (
                ".~lock.NELC 2026-11-23 workbook.xlsx#",
                b",joan,PC-114,23.11.2026 09:12,file:///home/joan/.config;",
                Some("joan"),
            ),
        ] {
            let (folder, path) = folder();
            save(&path, b"one", None).unwrap();
            put(&folder.path().join(lock), bytes);
            assert_eq!(
                save(&path, b"two", Some(b"one")).unwrap(),
                Saved::Open(who.map(str::to_owned)),
                "{lock}"
            );
            assert_eq!(current(&path).unwrap().unwrap(), b"one");
        }
    }

    #[test]
    fn an_edition_left_aside_by_a_crash_is_put_back() {
        let (_folder, path) = folder();
        put(&aside(&path).unwrap(), b"typed by her");
        assert_eq!(current(&path).unwrap().unwrap(), b"typed by her");
    }
}

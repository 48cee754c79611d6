//! Putting a new edition where the old one lies, without ever losing what somebody typed.
//!
//! Locking: Excel and LibreOffice leave a lock file beside a workbook that is open, and Windows refuses to move one. Then
//! nothing is written. The old edition is moved aside first and looked at again: if it is not the one the new edition was
//! made from, it goes back. A crash in between leaves it aside; `recover` puts it back.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::share::call::Shares;
use crate::share::fault::ShareError;
use crate::share::put::Readers;

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
///
/// Fails when the share is away.
pub fn stamp(shares: &Shares, path: &Path) -> Result<Option<String>> {
    if let Some(found) = shares.stat(path)? {
        return Ok(Some(found.stamp_under_any_name()));
    }
    let left = shares.stat(&beside(path, "before")?)?;
    Ok(left.map(|_| "aside".to_owned()))
}

/// Files asked after at once.
const AT_ONCE: usize = 200;

/// Whether each of these files lies there under its stamp, in their order. A file that cannot be asked after does not.
pub fn as_left(shares: &Shares, files: &[(PathBuf, &str)]) -> Vec<bool> {
    let mut all = Vec::with_capacity(files.len());
    for some in files.chunks(AT_ONCE) {
        let paths: Vec<&Path> = some.iter().map(|(path, _)| path.as_path()).collect();
        let mut lying = shares.stat_all(&paths).unwrap_or_default().into_iter();
        all.extend(some.iter().map(|(_, stamp)| {
            let found = lying.next().and_then(Result::ok).flatten();
            found.is_some_and(|found| found.stamp_under_any_name() == *stamp)
        }));
    }
    all
}

/// The workbook as it lies there, if it does.
///
/// Fails when the folder lets nobody read, or a save that was broken off cannot be put right.
pub fn current(shares: &Shares, path: &Path) -> Result<Option<Vec<u8>>> {
    recover(shares, path)?;
    Ok(shares.read(path)?)
}

/// Whether a crash left an edition of each of these files aside, in their order. Where that cannot be asked, none is taken to
/// have been left.
pub fn left_aside(shares: &Shares, files: &[PathBuf]) -> Vec<bool> {
    let mut all = Vec::with_capacity(files.len());
    for some in files.chunks(AT_ONCE) {
        let asides: Vec<PathBuf> = some.iter().filter_map(|path| beside(path, "before").ok()).collect();
        let paths: Vec<&Path> = asides.iter().map(PathBuf::as_path).collect();
        let mut lying = shares.stat_all(&paths).unwrap_or_default().into_iter();
        all.extend(some.iter().map(|_| lying.next().and_then(Result::ok).flatten().is_some()));
    }
    all
}

/// Puts `edition` at `path`, if what lies there is still `made_from`.
///
/// Fails when the folder cannot be written to, or what lies there cannot be read.
pub fn save(shares: &Shares, path: &Path, edition: &[u8], made_from: Option<&[u8]>) -> Result<Saved> {
    let lying = current(shares, path)?;
    if let Some(who) = open_by(shares, path)? {
        return Ok(Saved::Open(who));
    }
    if lying.as_deref() != made_from {
        return Ok(Saved::ChangedMeanwhile);
    }
    if made_from == Some(edition) {
        return Ok(Saved::Same);
    }
    let next = beside(path, "next")?;
    shares.put_for(Readers::EverybodyAndEditors, &next, edition)?;
    let saved = replace(shares, path, &next, made_from);
    if !matches!(saved, Ok(Saved::Written(_))) {
        // What went wrong is told; a next edition left lying is overwritten by the next attempt.
        let _ = shares.remove(&next);
    }
    saved
}

/// Gives `next` the name of the workbook, moving what lies there aside first and looking at it once more.
fn replace(shares: &Shares, path: &Path, next: &Path, made_from: Option<&[u8]>) -> Result<Saved> {
    let Some(made_from) = made_from else { return finish(shares, next, path) };
    let aside = beside(path, "before")?;
    match shares.rename(path, &aside) {
        Ok(()) => {}
        Err(error) if is_held(&error) => return Ok(Saved::Open(None)),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Saved::ChangedMeanwhile),
        Err(error) => return Err(error.into()),
    }
    if shares.read(&aside)?.as_deref() != Some(made_from) {
        recover(shares, path)?;
        return Ok(Saved::ChangedMeanwhile);
    }
    let saved = finish(shares, next, path)?;
    shares.remove(&aside)?;
    Ok(saved)
}

/// Gives the new edition its name, unless somebody has saved under that name just now.
fn finish(shares: &Shares, next: &Path, path: &Path) -> Result<Saved> {
    let stamp = shares.stat(next)?.map(|found| found.stamp_under_any_name()).unwrap_or_default();
    let named = shares.rename_to_free(next, path)?;
    Ok(if named { Saved::Written(stamp) } else { Saved::ChangedMeanwhile })
}

/// Puts back an edition that a crash left aside.
///
/// Fails when the folder cannot be written to.
pub fn recover(shares: &Shares, path: &Path) -> Result<()> {
    let aside = beside(path, "before")?;
    let mut there = shares.stat_all(&[&aside, path])?.into_iter();
    let (left, lying) = (there.next().transpose()?.flatten(), there.next().transpose()?.flatten());
    match (left, lying) {
        (None, _) => {}
        (Some(_), Some(_)) => shares.remove(&aside)?,
        (Some(_), None) => shares.rename(&aside, path)?,
    }
    Ok(())
}

/// Where the edition before or the next one lies for a moment.
fn beside(path: &Path, which: &str) -> Result<PathBuf> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        bail!("`{}` has no name a workbook can have", path.display());
    };
    Ok(path.with_file_name(format!(".{name}.{which}")))
}

/// Windows: the file is in use by another process, or a part of it is locked.
fn is_held(error: &ShareError) -> bool {
    cfg!(windows)
        && matches!(error, ShareError::Refused { fault, .. } if matches!(fault.code(), Some(32 | 33)))
}

/// Whether a lock file lies beside the workbook, and whose it is as far as it says.
///
/// Fails only for a path without a file name.
pub fn open_by(shares: &Shares, path: &Path) -> Result<Option<Option<String>>> {
    let name = path.file_name().and_then(|name| name.to_str()).context("a workbook has a name")?;
    let shortened: String = name.chars().skip(2).collect();
    let locks =
        [(format!("~${name}"), true), (format!("~${shortened}"), true), (format!(".~lock.{name}#"), false)];
    for (lock, excel) in locks {
        match shares.read(&path.with_file_name(lock)) {
            Ok(None) => {}
            Ok(Some(bytes)) => return Ok(Some(owner(&bytes, excel))),
            Err(error) if error.is_of_the_folder() => return Err(error.into()),
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
    use std::fs;
    use std::io::Write;

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
        let stamp = |path| stamp(&Shares::none(), path);
        assert_eq!(stamp(&path).unwrap(), None);
        assert!(matches!(save(&Shares::none(), &path, b"one", None).unwrap(), Saved::Written(_)));
        let Saved::Written(ours) = save(&Shares::none(), &path, b"two", Some(b"one")).unwrap() else {
            panic!("not written")
        };
        assert_eq!(stamp(&path).unwrap().as_ref(), Some(&ours), "it lies there as it was left");
        assert_eq!(save(&Shares::none(), &path, b"two", Some(b"two")).unwrap(), Saved::Same);
        put(&path, b"typed by her");
        assert_ne!(stamp(&path).unwrap(), Some(ours), "and no longer");
        assert_eq!(save(&Shares::none(), &path, b"three", Some(b"two")).unwrap(), Saved::ChangedMeanwhile);
        assert_eq!(save(&Shares::none(), &path, b"three", None).unwrap(), Saved::ChangedMeanwhile);
        assert_eq!(current(&Shares::none(), &path).unwrap().unwrap(), b"typed by her");
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
            save(&Shares::none(), &path, b"one", None).unwrap();
            put(&folder.path().join(lock), bytes);
            assert_eq!(
                save(&Shares::none(), &path, b"two", Some(b"one")).unwrap(),
                Saved::Open(who.map(str::to_owned)),
                "{lock}"
            );
            assert_eq!(current(&Shares::none(), &path).unwrap().unwrap(), b"one");
        }
    }

    #[test]
    fn an_edition_left_aside_by_a_crash_is_put_back() {
        let (_folder, path) = folder();
        put(&beside(&path, "before").unwrap(), b"typed by her");
        assert_eq!(current(&Shares::none(), &path).unwrap().unwrap(), b"typed by her");
    }
}

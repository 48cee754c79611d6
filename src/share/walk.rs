//! Looking through a folder, in the helper: every entry below it, and each folder that could not be looked into.
//!
//! Follows no link and opens no file.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use crate::share::wire::{Fault, FileFacts, Found, Kind, Name};

/// Tells of everything below `folder`, folders before what is in them. An error is about `folder` itself.
pub(crate) fn below(folder: &Path, tell: &mut dyn FnMut(Found) -> io::Result<()>) -> io::Result<()> {
    let mut to_enter = vec![folder.to_owned()];
    while let Some(place) = to_enter.pop() {
        let entries = match fs::read_dir(&place) {
            Ok(entries) => entries,
            Err(error) if place == folder => return Err(error),
            Err(error) => {
                tell(blind(folder, &place, &error))?;
                continue;
            }
        };
        for entry in entries {
            match entry {
                Ok(entry) => tell(seen(folder, &entry, &mut to_enter))?,
                Err(error) if place == folder => return Err(error),
                // What the folder held up to here has been told; what follows cannot be known.
                Err(error) => {
                    tell(blind(folder, &place, &error))?;
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Tells of what lies in `folder` itself.
pub(crate) fn within(folder: &Path, tell: &mut dyn FnMut(Found) -> io::Result<()>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        tell(seen(folder, &entry?, &mut Vec::new()))?;
    }
    Ok(())
}

fn seen(folder: &Path, entry: &DirEntry, to_enter: &mut Vec<PathBuf>) -> Found {
    let path = entry.path();
    let name = under(folder, &path);
    let facts = entry.metadata();
    // Most systems tell what an entry is without being asked about it.
    let kind = entry.file_type().or_else(|_| facts.as_ref().map(fs::Metadata::file_type).map_err(copy_of));
    let kind = match kind {
        Ok(kind) => Kind::of(kind),
        Err(error) => return Found::Blind(name, error.into()),
    };
    if kind == Kind::Folder {
        to_enter.push(path);
    }
    Found::Entry(name, kind, facts.map(|found| FileFacts::of(&found)).map_err(Fault::from))
}

fn copy_of(error: &io::Error) -> io::Error {
    io::Error::from(Fault::from(error))
}

fn blind(folder: &Path, place: &Path, error: &io::Error) -> Found {
    Found::Blind(under(folder, place), error.into())
}

fn under(folder: &Path, path: &Path) -> Name {
    Name::from(path.strip_prefix(folder).unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_and_links_are_not_followed() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir_all(place.path().join("a/b")).unwrap();
        fs::File::create(place.path().join("a/b/plan.docx")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.path(), place.path().join("circle")).unwrap();
        let mut found = Vec::new();
        below(place.path(), &mut |one| {
            found.push(one);
            Ok(())
        })
        .unwrap();
        let mut names: Vec<String> = found
            .iter()
            .map(|one| match one {
                Found::Entry(name, kind, facts) => {
                    assert_eq!(facts.as_ref().unwrap().kind, *kind);
                    format!("{kind:?} {}", name.0.display())
                }
                Found::Blind(name, fault) => format!("blind {} {fault}", name.0.display()),
            })
            .collect();
        names.sort();
        let expected = ["File a/b/plan.docx", "Folder a", "Folder a/b", "Link circle"];
        assert_eq!(names, expected[..if cfg!(unix) { 4 } else { 3 }]);
        assert!(below(&place.path().join("gone"), &mut |_| Ok(())).is_err());
    }
}

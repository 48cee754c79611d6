//! One look at the inbox: every entry below it, or why it could not be seen. Opens nothing and follows no link.

use std::fs::{FileType, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::intake::names;
use crate::register::scans::{Blind, Health};

/// Everything that was there, in order of path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub entries: Vec<Entry>,
    pub health: Health,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As the register keeps it.
    pub key: Vec<u8>,
    pub path: PathBuf,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A file that may be read; equal stamps mean unchanged.
    File { stamp: String, size: u64 },
    /// No paper, and why: by its name, or a link, pipe or device, which is never opened.
    NoPaper(&'static str),
    /// It is there but may not be looked at.
    Closed,
}

/// Looks at everything below `inbox`. `held` says that there was something in it before.
pub fn look(inbox: &Path, held: bool) -> Look {
    let mut look = Look { entries: Vec::new(), health: Health::Seen { blind: Vec::new() } };
    let mut empty = true;
    for entry in WalkDir::new(inbox).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.depth() == 0 && !entry.file_type().is_dir() => {
                return outage("the inbox is not a folder".to_owned());
            }
            Ok(entry) if entry.depth() == 0 => {}
            Ok(entry) => {
                empty = false;
                if !entry.file_type().is_dir() {
                    look.enter(inbox, entry.path(), entry.file_type(), entry.metadata());
                }
            }
            Err(error) if error.depth() == 0 => return outage(away(&error)),
            Err(error) => {
                empty = false;
                look.note(inbox, &error);
            }
        }
    }
    if empty && held {
        let why = "the inbox is empty, although it held papers; hint: if that is right, put any file or folder into it";
        return outage(why.to_owned());
    }
    look.entries.sort_by(|one, other| one.key.cmp(&other.key));
    look
}

impl Look {
    fn enter(&mut self, inbox: &Path, path: &Path, kind: FileType, found: walkdir::Result<Metadata>) {
        let key = names::key(path.strip_prefix(inbox).unwrap_or(path));
        let what = match (special(kind), names::no_paper(&key), found) {
            (Some(reason), _, _) | (None, Some(reason), _) => What::NoPaper(reason),
            (None, None, Ok(found)) => What::File { stamp: stamp(&found), size: found.len() },
            (None, None, Err(error)) if is(&error, ErrorKind::NotFound) => return,
            (None, None, Err(_)) => What::Closed,
        };
        self.entries.push(Entry { key, path: path.to_owned(), what });
    }

    /// What an error below the root means: gone since, a closed folder, or a share in trouble.
    fn note(&mut self, inbox: &Path, error: &walkdir::Error) {
        if is(error, ErrorKind::NotFound) {
            return;
        }
        let below = error.path().and_then(|path| path.strip_prefix(inbox).ok());
        match (&mut self.health, below) {
            (Health::Seen { blind }, Some(below)) if is(error, ErrorKind::PermissionDenied) => {
                let key = names::key(below);
                let why = format!("the folder `{}` may not be opened by the service", names::shown(&key));
                blind.push(Blind { path: key, why });
            }
            (Health::Seen { .. }, _) => self.health = Health::Outage { why: away(error) },
            (Health::Outage { .. }, _) => {}
        }
    }
}

fn outage(why: String) -> Look {
    Look { entries: Vec::new(), health: Health::Outage { why } }
}

fn is(error: &walkdir::Error, kind: ErrorKind) -> bool {
    error.io_error().is_some_and(|error| error.kind() == kind)
}

fn away(error: &walkdir::Error) -> String {
    let how = error.io_error().map_or_else(|| "it goes in circles".to_owned(), ToString::to_string);
    format!("the inbox cannot be read: {how}")
}

/// Why an entry of this type is never opened.
fn special(kind: FileType) -> Option<&'static str> {
    if kind.is_file() {
        return None;
    }
    Some(if kind.is_symlink() {
        "a link to somewhere else: links are never followed; hint: copy the paper itself here"
    } else {
        "a pipe, socket or device, not a paper: never opened"
    })
}

/// Size and times, and on Unix the file's number and change time, which a user of the share cannot set.
pub fn stamp(found: &Metadata) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let times = [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()];
        let times = times.map(|time| time.to_string()).join(".");
        format!("{}.{times}.{}", found.len(), found.ino())
    }
    #[cfg(not(unix))]
    format!("{}.{:?}.{:?}", found.len(), found.modified().ok(), found.created().ok())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn inbox() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("1234567 A")).unwrap();
        fs::File::create(place.path().join("1234567 A/plan.docx")).unwrap();
        place
    }

    #[test]
    fn a_missing_or_bare_share_is_an_outage() {
        let place = inbox();
        let missing = look(&place.path().join("not there"), false);
        assert!(matches!(missing.health, Health::Outage { .. }));
        fs::remove_dir_all(place.path().join("1234567 A")).unwrap();
        assert!(matches!(look(place.path(), true).health, Health::Outage { .. }));
        assert_eq!(look(place.path(), false).health, Health::Seen { blind: Vec::new() });
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_named_and_never_opened() {
        let place = inbox();
        std::os::unix::fs::symlink("/etc/passwd", place.path().join("link.docx")).unwrap();
        std::os::unix::fs::symlink(place.path(), place.path().join("circle")).unwrap();
        let pipe = place.path().join("pipe.docx");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let look = look(place.path(), false);
        let papers: Vec<_> = look
            .entries
            .iter()
            .filter(|entry| matches!(entry.what, What::File { .. }))
            .map(|entry| names::shown(&entry.key))
            .collect();
        assert_eq!(papers, ["1234567 A/plan.docx"]);
        assert_eq!(look.entries.len(), 4);
    }
}

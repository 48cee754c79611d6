//! One look at the inbox: every entry below it, or why it could not be seen. Opens nothing and follows no link.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::intake::marker;
use crate::intake::names;
use crate::register::scans::{Blind, Health};
use crate::share::call::Shares;
use crate::share::fault::ShareError;
use crate::share::wire::{Fault, FileFacts, Found, Kind};

/// Everything that was there, in order of path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxLook {
    pub entries: Vec<Entry>,
    /// The file by which the inbox is known, where it lies there; it is no entry.
    pub marker: Option<PathBuf>,
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
pub fn look(shares: &Shares, inbox: &Path, held: bool) -> InboxLook {
    let found = match shares.walk(inbox) {
        Ok(found) => found,
        Err(error) => return outage(why(&error)),
    };
    if found.is_empty() && held {
        let why = "the inbox is empty, although it held documents; hint: if that is right, put any file or folder into it";
        return outage(why.to_owned());
    }
    let mut look =
        InboxLook { entries: Vec::new(), marker: None, health: Health::Seen { blind: Vec::new() } };
    for one in found {
        match one {
            Found::Entry(_, Kind::Folder, _) => {}
            Found::Entry(name, kind, facts) => look.enter(inbox, &name.0, kind, facts),
            Found::Blind(name, fault) => look.note(&name.0, &fault),
        }
    }
    look.entries.sort_by(|one, other| one.key.cmp(&other.key));
    look
}

impl InboxLook {
    /// From here on the inbox did not answer: what was not read is not there for this scan, and nothing is concluded from that.
    pub fn break_off(&mut self, why: &str, unread: impl Fn(&Entry) -> bool) {
        self.entries.retain(|entry| !unread(entry));
        self.health = Health::Outage { why: why.to_owned() };
    }

    fn enter(&mut self, inbox: &Path, below: &Path, kind: Kind, found: Result<FileFacts, Fault>) {
        let key = names::key(below);
        if key == marker::NAME.as_bytes() && kind == Kind::File {
            self.marker = Some(inbox.join(below));
            return;
        }
        let what = match (special(kind), names::no_paper(&key), found) {
            (Some(reason), _, _) | (None, Some(reason), _) => What::NoPaper(reason),
            (None, None, Ok(facts)) => What::File { stamp: facts.stamp(), size: facts.size },
            (None, None, Err(fault)) if fault.kind() == ErrorKind::NotFound => return,
            (None, None, Err(_)) => What::Closed,
        };
        self.entries.push(Entry { key, path: inbox.join(below), what });
    }

    /// What a fault of one folder means: gone since, blind, or a share in trouble.
    fn note(&mut self, below: &Path, fault: &Fault) {
        let key = names::key(below);
        let folder = names::shown(&key);
        match &mut self.health {
            Health::Seen { .. } if fault.kind() == ErrorKind::NotFound => {}
            Health::Seen { .. } if fault.is_of_the_line() => {
                self.health = Health::Outage { why: format!("the inbox cannot be read: {fault}") };
            }
            Health::Seen { blind } => {
                let why = if fault.kind() == ErrorKind::PermissionDenied {
                    format!("the folder `{folder}` may not be opened by the service")
                } else {
                    format!("the folder `{folder}` cannot be read: {fault}")
                };
                blind.push(Blind { path: key, why });
            }
            Health::Outage { .. } => {}
        }
    }
}

/// A look of which nothing is believed.
pub fn outage(why: String) -> InboxLook {
    InboxLook { entries: Vec::new(), marker: None, health: Health::Outage { why } }
}

/// Why the inbox as a whole could not be looked at.
pub fn why(error: &ShareError) -> String {
    match error {
        ShareError::Refused { fault, .. } if fault.kind() == ErrorKind::NotADirectory => {
            "the inbox is not a folder".to_owned()
        }
        ShareError::Refused { fault, .. } if fault.kind() == ErrorKind::NotConnected => {
            "the inbox cannot be read: it is not there".to_owned()
        }
        ShareError::Refused { fault, .. } => format!("the inbox cannot be read: {fault}"),
        ShareError::Away { since, .. } => format!("the shared folder does not answer since {since}"),
        ShareError::NoHelper { .. } => error.to_string(),
    }
}

/// Why an entry of this type is never opened.
const fn special(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::File | Kind::Folder => None,
        Kind::Link => {
            Some("a link to somewhere else: links are never followed; hint: copy the document itself here")
        }
        Kind::Other => Some("a pipe, socket or device, not a document: never opened"),
    }
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
        let missing = look(&Shares::none(), &place.path().join("not there"), false);
        assert!(matches!(missing.health, Health::Outage { .. }));
        fs::remove_dir_all(place.path().join("1234567 A")).unwrap();
        assert!(matches!(look(&Shares::none(), place.path(), true).health, Health::Outage { .. }));
        assert_eq!(look(&Shares::none(), place.path(), false).health, Health::Seen { blind: Vec::new() });
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_named_and_never_opened() {
        let place = inbox();
        std::os::unix::fs::symlink("/etc/passwd", place.path().join("link.docx")).unwrap();
        std::os::unix::fs::symlink(place.path(), place.path().join("circle")).unwrap();
        let pipe = place.path().join("pipe.docx");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let look = look(&Shares::none(), place.path(), false);
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

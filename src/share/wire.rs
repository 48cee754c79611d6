//! What is said between the program and the helper of a shared folder: one request, then answers until it is done.
//!
//! Each message is a frame ([`crate::worker::frame`]). A request is JSON. An answer begins with a tag: progress, entries of a
//! listing, bytes of a file, a fault, or the end. Long answers come in pieces, so that neither side holds more than one.

use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::panel::ids::Sha256;
use crate::share::put::Readers;

/// Longest frame either side accepts.
pub(crate) const LONGEST: usize = 16 << 20;

/// Bytes of a file in one frame.
pub(crate) const CHUNK: usize = 256 << 10;

/// Entries of a listing in one frame.
pub(crate) const ENTRIES: usize = 500;

/// First byte of an answer: nothing new, but the folder answers.
pub(crate) const PROGRESS: u8 = b'.';
/// Some entries of a listing, as JSON.
pub(crate) const LISTED: u8 = b'e';
/// Some bytes of a file.
pub(crate) const BYTES: u8 = b'b';
/// Paths that changed, as JSON; none where that is not known.
pub(crate) const HINT: u8 = b'h';
/// It could not be done; a [`Fault`] as JSON.
pub(crate) const FAULT: u8 = b'!';
/// It is done; an [`Answer`] as JSON.
pub(crate) const DONE: u8 = b'=';

/// A path as it crosses the line: text where it is text, its bytes where it is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub PathBuf);

impl From<&Path> for Name {
    fn from(path: &Path) -> Self {
        Name(path.to_owned())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => to.serialize_str(text),
            None => to.collect_seq(self.0.as_os_str().as_encoded_bytes()),
        }
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Name;

            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("a path")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
                Ok(Name(PathBuf::from(text)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<Name, A::Error> {
                let mut all = Vec::new();
                while let Some(byte) = bytes.next_element()? {
                    all.push(byte);
                }
                Ok(Name(PathBuf::from(from_bytes(all))))
            }
        }

        from.deserialize_any(Either)
    }
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// Other systems' names are text, or the file is named by its nearest text.
#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// What the helper is asked. Every path lies below its shared folder, but for `into`, which is a file of the program's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Everything below a folder.
    Walk { folder: Name },
    /// What lies in a folder.
    List { folder: Name },
    /// What each of these is.
    Stat { paths: Vec<Name> },
    /// All bytes of a file.
    Read { file: Name },
    /// The hash of a file, read in full.
    Hash { file: Name },
    /// A file copied into a local one that is there already, hashed on the way; without `into`, only hashed.
    Copy { file: Name, into: Option<Name> },
    /// A file made or replaced; its bytes follow in frames, the last one empty.
    Put { file: Name, readers: Readers },
    /// Another name for a file; `replacing` what has it, or only where nothing has.
    Rename { from: Name, to: Name, replacing: bool },
    /// A file taken away; one that is not there is as good.
    Remove { file: Name },
    /// A folder, and those above it.
    MakeFolder { folder: Name },
    /// Whether files can be made in the folder.
    TryWriting { folder: Name },
    /// Changes below a folder, for as long as the line is open.
    Listen { folder: Name },
}

impl Request {
    /// Whether a second helper may do it again when the first one ended in the middle of it.
    pub const fn can_be_repeated(&self) -> bool {
        !matches!(self, Request::Rename { .. })
    }
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Answer {
    Done,
    /// One for each path, in their order; none where nothing is.
    FileFacts(Vec<Result<Option<FileFacts>, Fault>>),
    Hashed(Hashed),
}

/// A file's content as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashed {
    /// Before and after reading; no file if something else has its name.
    pub before: FileFacts,
    pub after: FileFacts,
    pub sha: Sha256,
}

/// What something in a shared folder is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// When it was last written, in seconds and nanoseconds; anybody who may write to the share can set it.
    modified: Moment,
    /// When anything about it last changed, its name too; nobody can set it. Where the system keeps none, when it was made.
    changed: Moment,
    /// Its number in the file system; 0 where it has none.
    number: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    File,
    Folder,
    Link,
    /// A pipe, socket or device.
    Other,
}

impl FileFacts {
    pub(crate) fn of(found: &Metadata) -> Self {
        let (modified, changed, number) = times(found);
        FileFacts { kind: Kind::of(found.file_type()), size: found.len(), modified, changed, number }
    }

    /// Equal stamps mean unchanged, as far as a user of the share can change anything.
    pub fn stamp(&self) -> String {
        let FileFacts { size, modified, changed, number, .. } = self;
        format!("{size}.{}.{}.{}.{}.{number}", modified.0, modified.1, changed.0, changed.1)
    }

    /// The same but for its name: a file that is only moved keeps it.
    pub fn stamp_under_any_name(&self) -> String {
        let FileFacts { size, modified, number, .. } = self;
        format!("{size}.{}.{}.{number}", modified.0, modified.1)
    }

    pub fn is_file(&self) -> bool {
        self.kind == Kind::File
    }
}

impl Kind {
    pub(crate) fn of(found: std::fs::FileType) -> Self {
        if found.is_file() {
            Kind::File
        } else if found.is_dir() {
            Kind::Folder
        } else if found.is_symlink() {
            Kind::Link
        } else {
            Kind::Other
        }
    }
}

type Moment = (i64, i64);

#[cfg(unix)]
fn times(found: &Metadata) -> (Moment, Moment, u64) {
    use std::os::unix::fs::MetadataExt;
    ((found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec()), found.ino())
}

#[cfg(not(unix))]
fn times(found: &Metadata) -> (Moment, Moment, u64) {
    let since = |time: io::Result<std::time::SystemTime>| {
        let passed = time.ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some((i64::try_from(passed.as_secs()).ok()?, i64::from(passed.subsec_nanos())))
    };
    (since(found.modified()).unwrap_or_default(), since(found.created()).unwrap_or_default(), 0)
}

/// One thing a listing came upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// An entry, and what it is; a fault where that could not be asked.
    Entry(Name, Kind, Result<FileFacts, Fault>),
    /// A folder that could not be looked into, or not to its end.
    Blind(Name, Fault),
}

/// What the system said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The system's number for it, where it has one.
    code: Option<i32>,
    /// What it is, where no number says it.
    known: Option<KnownFault>,
    /// It is the program's own disk that failed, not the shared folder.
    pub ours: bool,
    text: String,
}

/// The kinds of fault that somebody decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum KnownFault {
    NotFound,
    PermissionDenied,
    AlreadyExists,
    NotADirectory,
    NotConnected,
}

const KNOWN: [(io::ErrorKind, KnownFault); 5] = [
    (io::ErrorKind::NotFound, KnownFault::NotFound),
    (io::ErrorKind::PermissionDenied, KnownFault::PermissionDenied),
    (io::ErrorKind::AlreadyExists, KnownFault::AlreadyExists),
    (io::ErrorKind::NotADirectory, KnownFault::NotADirectory),
    (io::ErrorKind::NotConnected, KnownFault::NotConnected),
];

impl Fault {
    pub fn kind(&self) -> io::ErrorKind {
        if let Some(code) = self.code {
            return io::Error::from_raw_os_error(code).kind();
        }
        let meant = KNOWN.iter().find(|(_, known)| Some(*known) == self.known);
        meant.map_or(io::ErrorKind::Other, |(kind, _)| *kind)
    }

    /// The system's number for it, where it has one.
    pub const fn code(&self) -> Option<i32> {
        self.code
    }

    /// The shared folder itself is not there.
    pub(crate) fn folder_gone() -> Self {
        let text = "the shared folder is not there".to_owned();
        Fault { code: None, known: Some(KnownFault::NotConnected), ours: false, text }
    }

    /// The same as a fault of the program's own disk.
    pub(crate) fn of_ours(error: &io::Error) -> Self {
        Fault { ours: true, ..Fault::from(error) }
    }

    /// The connection to the folder's server has gone, so that nothing in it can be believed.
    pub fn is_of_the_line(&self) -> bool {
        use io::ErrorKind as Is;
        matches!(
            self.kind(),
            Is::NotConnected
                | Is::StaleNetworkFileHandle
                | Is::TimedOut
                | Is::HostUnreachable
                | Is::NetworkUnreachable
                | Is::NetworkDown
                | Is::ConnectionReset
                | Is::ConnectionRefused
                | Is::ConnectionAborted
                | Is::BrokenPipe
        )
    }
}

impl From<&io::Error> for Fault {
    fn from(error: &io::Error) -> Self {
        let text = error.to_string();
        // The number is for us, the words are for a person.
        let words = text.split(" (os error").next().unwrap_or_default().to_lowercase();
        let known = KNOWN.iter().find(|(kind, _)| *kind == error.kind());
        Fault { code: error.raw_os_error(), known: known.map(|(_, known)| *known), ours: false, text: words }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::from(&error)
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        match fault.code {
            Some(code) => io::Error::from_raw_os_error(code),
            None => io::Error::new(fault.kind(), fault.text),
        }
    }
}

impl std::error::Error for Fault {}

impl std::fmt::Display for Fault {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_arrives_as_it_is() {
        use std::os::unix::ffi::OsStringExt;
        for bytes in [&b"plan \xC5\xB4.docx"[..], b"plan\xFF.docx", b""] {
            let name = Name(PathBuf::from(OsString::from_vec(bytes.to_vec())));
            let line = serde_json::to_vec(&name).unwrap();
            assert_eq!(serde_json::from_slice::<Name>(&line).unwrap(), name);
        }
    }

    #[test]
    fn a_fault_keeps_what_the_system_said() {
        let fault = Fault::from(io::Error::from(io::ErrorKind::AlreadyExists));
        assert_eq!(fault.kind(), io::ErrorKind::AlreadyExists);
        #[cfg(target_os = "linux")]
        {
            let fault = Fault::from(io::Error::from_raw_os_error(libc::ESTALE));
            assert!(fault.is_of_the_line());
            assert_eq!(fault.to_string(), "stale file handle");
            assert_eq!(io::Error::from(fault).raw_os_error(), Some(libc::ESTALE));
            assert!(!Fault::from(io::Error::from_raw_os_error(libc::EIO)).is_of_the_line());
        }
    }
}

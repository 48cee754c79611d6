//! A call to a shared folder while it is made, and what it is called when it fails.

use std::io;
use std::path::{Path, PathBuf};

use crate::share::wire::{BYTES, Fault, Found, LISTED, Request};

/// Why a call to a shared folder came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Nobody answers there.
    #[error("the shared folder `{}` does not answer since {since}", folder.display())]
    Away { folder: PathBuf, since: String },
    /// It answered that it cannot be done.
    #[error("cannot {doing} `{}`: {fault}", path.display())]
    Refused {
        doing: &'static str,
        path: PathBuf,
        #[source]
        fault: Fault,
    },
    /// The helper could not be started, or ended twice in the middle of it.
    #[error("the shared folder `{}` cannot be spoken to: {why}", folder.display())]
    NoHelper { folder: PathBuf, why: String },
}

impl ShareError {
    /// Nothing in the folder can be believed or reached now; it is not about one file.
    pub fn is_of_the_folder(&self) -> bool {
        match self {
            ShareError::Refused { fault, .. } => fault.is_of_the_line(),
            ShareError::Away { .. } | ShareError::NoHelper { .. } => true,
        }
    }

    /// What the system called it.
    pub fn kind(&self) -> io::ErrorKind {
        match self {
            ShareError::Refused { fault, .. } => fault.kind(),
            ShareError::Away { .. } => io::ErrorKind::TimedOut,
            ShareError::NoHelper { .. } => io::ErrorKind::Other,
        }
    }
}

/// One call: the request, the bytes that go with it, and what to call it if it fails.
pub(crate) struct Call<'a> {
    pub request: Request,
    pub content: Option<&'a [u8]>,
    pub doing: &'static str,
    pub path: &'a Path,
}

/// What becomes of the pieces of an answer.
pub(crate) enum Piece<'a> {
    /// They come from the beginning, perhaps a second time.
    Begin,
    Listed(Vec<Found>),
    Bytes(&'a [u8]),
}

impl Call<'_> {
    pub fn refused(&self, fault: Fault) -> ShareError {
        ShareError::Refused { doing: self.doing, path: self.path.to_owned(), fault }
    }
}

impl Piece<'_> {
    /// Gives a piece as it came over the line to `each`.
    ///
    /// Fails when the piece is no list of entries.
    pub fn hand_on(tag: u8, piece: &[u8], each: &mut dyn FnMut(Piece<'_>)) -> io::Result<()> {
        match tag {
            LISTED => each(Piece::Listed(serde_json::from_slice(piece)?)),
            BYTES => each(Piece::Bytes(piece)),
            _ => {}
        }
        Ok(())
    }
}

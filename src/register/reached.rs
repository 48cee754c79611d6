//! How far the register had come when it was last let go of, in a small file beside it: `data/register.reached`.
//!
//! An earlier copy of the register, another panel's, or one whose journal (`register.sqlite-wal`) was lost is sound in itself. That
//! something is missing can only be told by what lies outside of it. The file is written after the facts it speaks of, so that a program
//! that is killed in between leaves one that says too little and never one that says too much.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::register::evidence;
use crate::register::failure::RegisterError;
use crate::register::keys::{self, Owner};
use crate::register::store::hash_bytes;
use crate::share::put::{Fresh, Readers};

const NAME: &str = "register.reached";

/// A point that a register has come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::register) struct Reached {
    /// Which register: a hash of its key.
    register: String,
    /// The head of the chain.
    head: String,
    /// The count that moves on with everything that becomes known.
    beat: i64,
    /// The last look at the inbox.
    scan: i64,
}

pub(in crate::register) fn path(data: &Path) -> PathBuf {
    data.join(NAME)
}

impl Reached {
    /// As the register stands now.
    pub fn now(db: &Connection) -> Result<Self, RegisterError> {
        let key = keys::of(db, Owner::Register)?.map(|(_, key)| key).unwrap_or_default();
        Ok(Reached {
            register: hash_bytes(&[b"register ".as_slice(), &key].concat()).to_string(),
            head: evidence::head(db)?,
            beat: db.query_row("SELECT count FROM beat", [], |row| row.get(0))?,
            scan: db.query_row("SELECT coalesce(max(id), 0) FROM scans", [], |row| row.get(0))?,
        })
    }

    /// As it was left. A file that cannot be read says nothing: a power cut may have emptied it.
    pub fn left(data: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path(data)).ok()?).ok()
    }

    /// Whether there had been any fact.
    pub fn is_something(&self) -> bool {
        self.head != evidence::BEGINNING
    }

    /// Whether a register that is at `self` can be the one that was left at `left`.
    pub fn follows(&self, left: &Self, db: &Connection) -> Result<bool, RegisterError> {
        let same = self.register == left.register && left.beat <= self.beat && left.scan <= self.scan;
        Ok(same && (!left.is_something() || evidence::had_head(db, &left.head)?))
    }

    pub fn write(&self, data: &Path) -> Result<(), RegisterError> {
        let path = path(data);
        let written = || {
            let mut fresh = Fresh::within(data)?;
            fresh.write_all(serde_json::to_string(self).map_err(std::io::Error::other)?.as_bytes())?;
            fresh.finish(&path, Readers::Us)
        };
        written().map_err(RegisterError::io("write", &path))
    }
}

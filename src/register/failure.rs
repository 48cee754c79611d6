//! Why the register could not do what was asked. Bad papers are findings and never end up here.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::panel::ids::PaperNumber;

#[derive(Debug, Error)]
pub enum RegisterError {
    #[error("cannot {doing} `{}`: {source}", path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },

    #[error("the register cannot be read or written: {0}")]
    Sql(#[from] rusqlite::Error),

    #[error("the register's own `{what}` cannot be read back: {source}")]
    Row { what: &'static str, source: serde_json::Error },

    #[error("the data folder `{}` is on a network drive ({kind}); hint: give `folders.data` a folder on a local disk", path.display())]
    NetworkFolder { path: PathBuf, kind: String },

    #[error("another `scan` or `watch` is at work on `{}`; hint: let it finish, or stop it first", path.display())]
    Busy { path: PathBuf },

    #[error("the register `{}` was written by a newer panelclerk (edition {found}, this one knows {known}); hint: use the newer program", path.display())]
    Newer { path: PathBuf, found: usize, known: usize },

    #[error("the register `{}` is damaged: {what}; hint: move it away and run `panelclerk restore BACKUP`", path.display())]
    Damaged { path: PathBuf, what: String },

    #[error("the register `{}` is no longer where it was, and nothing is done without it; hint: put it back; or stop `watch`, move what is left of it away, and run `panelclerk restore BACKUP`", path.display())]
    Gone { path: PathBuf },

    #[error("the register `{}` is not as far as it had come: an earlier copy or another panel's was put in its place, or its journal `register.sqlite-wal` is lost; nothing is done with it; hint: put the right one back; or move it away and run `panelclerk restore BACKUP`; or, if nothing newer is left, remove `register.reached` and run `panelclerk verify`", path.display())]
    Older { path: PathBuf },

    #[error("the contents in `{}` are gone; hint: put them back; or stop `watch`, move the register away, and run `panelclerk restore BACKUP`", path.display())]
    StoreGone { path: PathBuf },

    #[error("there is no document `{paper}`{}", near.as_ref().map_or(String::new(), |near| format!("; hint: {near}")))]
    NoPaper {
        paper: PaperNumber,
        /// What is said of the papers whose numbers are nearest.
        near: Option<String>,
    },

    #[error("{0}")]
    Refused(String),
}

impl RegisterError {
    /// An I/O error with what was being done to which file; made for `map_err`.
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RegisterError {
        let path = path.to_owned();
        move |source| RegisterError::Io { doing, path, source }
    }

    /// A row that does not parse; made for `map_err`.
    pub fn row(what: &'static str) -> impl FnOnce(serde_json::Error) -> RegisterError {
        move |source| RegisterError::Row { what, source }
    }
}

//! Files in the inbox, the papers they became, and each paper's versions.
//!
//! A file's path is kept byte for byte; what people are shown is a text in which nothing hides. A paper's number is given
//! once, in order of arrival, and never again.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::panel::ids::{PaperNumber, Sha256};
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::moment::Moment;
use crate::register::store::sha_of;

/// A path in the inbox, now or once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub id: i64,
    pub path: Vec<u8>,
    pub shown: String,
    pub present: bool,
    /// Size, times and number of the file when it was last read; equal means unchanged.
    pub stamp: Option<String>,
    /// Reads in a row that gave the same stamp and content; from two on the stamp is believed.
    pub reads: u32,
    pub read_at: Option<Moment>,
    pub size: i64,
    /// What the last full read gave.
    pub sha: Option<Sha256>,
    /// Start of the last healthy scan that did not hold this content.
    pub absent_at: Option<Moment>,
    /// End of the first full read that gave this content.
    pub present_at: Option<Moment>,
    /// Since when nothing about it has changed.
    pub steady_since: Option<Moment>,
    /// First scan of a run in which its content could not be told.
    pub unsure_since: Option<i64>,
    /// Why it is no paper.
    pub ignored: Option<String>,
    /// What kept us from reading it this time.
    pub trouble: Option<String>,
}

/// A paper: a file's, a mail's attachment, or one entered by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRow {
    pub number: PaperNumber,
    pub file: Option<i64>,
    pub part_of: Option<PaperNumber>,
    pub part_index: Option<u32>,
    /// Of an attachment or of a paper entered by hand.
    pub name: Option<String>,
    pub present: bool,
}

/// One content a paper had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub paper: PaperNumber,
    pub version: u32,
    pub sha: Sha256,
    pub size: i64,
    pub absent_at: Option<Moment>,
    pub present_at: Moment,
}

const FILE: &str = "id, path, shown, present, stamp, reads, read_at, size, sha, absent_at, present_at, steady_since, \
                    unsure_since, ignored, trouble";
const PAPER: &str = "number, file, part_of, part_index, name, present";
const VERSION: &str = "paper, version, sha, size, absent_at, present_at";

impl Register {
    pub fn files(&self) -> Result<Vec<File>, RegisterError> {
        files(&self.db)
    }

    pub fn papers(&self) -> Result<Vec<PaperRow>, RegisterError> {
        papers(&self.db)
    }

    /// All versions of all papers, in order of paper and version.
    pub fn versions(&self) -> Result<Vec<Version>, RegisterError> {
        versions(&self.db)
    }
}

pub fn files(db: &Connection) -> Result<Vec<File>, RegisterError> {
    all(db, &format!("SELECT {FILE} FROM files ORDER BY path"), file_of)
}

pub fn papers(db: &Connection) -> Result<Vec<PaperRow>, RegisterError> {
    all(db, &format!("SELECT {PAPER} FROM papers ORDER BY number"), paper_of)
}

pub fn versions(db: &Connection) -> Result<Vec<Version>, RegisterError> {
    all(db, &format!("SELECT {VERSION} FROM versions ORDER BY paper, version"), version_of)
}

/// The papers that came inside another, now or once.
pub fn inside(db: &Connection, whole: PaperNumber) -> Result<Vec<PaperRow>, RegisterError> {
    let mut rows =
        db.prepare_cached(&format!("SELECT {PAPER} FROM papers WHERE part_of = ?1 ORDER BY number"))?;
    Ok(rows.query_map([whole.get()], paper_of)?.collect::<rusqlite::Result<_>>()?)
}

/// Enters a path seen for the first time; gives its row back.
pub fn add_file(work: &Transaction<'_>, path: &[u8], shown: &str) -> Result<File, RegisterError> {
    work.prepare_cached("INSERT INTO files (path, shown, present, reads, size) VALUES (?1, ?2, 1, 0, 0)")?
        .execute((path, shown))?;
    Ok(File {
        id: work.last_insert_rowid(),
        path: path.to_owned(),
        shown: shown.to_owned(),
        present: true,
        stamp: None,
        reads: 0,
        read_at: None,
        size: 0,
        sha: None,
        absent_at: None,
        present_at: None,
        steady_since: None,
        unsure_since: None,
        ignored: None,
        trouble: None,
    })
}

/// Writes everything about a file but its path.
pub fn save_file(work: &Transaction<'_>, file: &File) -> Result<(), RegisterError> {
    work.prepare_cached(
        "UPDATE files SET present = ?2, stamp = ?3, reads = ?4, read_at = ?5, size = ?6, sha = ?7, absent_at = ?8,
         present_at = ?9, steady_since = ?10, unsure_since = ?11, ignored = ?12, trouble = ?13 WHERE id = ?1",
    )?
    .execute((
        file.id,
        file.present,
        &file.stamp,
        file.reads,
        file.read_at,
        file.size,
        file.sha.as_ref().map(Sha256::as_str),
        file.absent_at,
        file.present_at,
        file.steady_since,
        file.unsure_since,
        &file.ignored,
        &file.trouble,
    ))?;
    Ok(())
}

/// Gives the next number to what `paper` describes (its own number is not looked at).
pub fn add_paper(work: &Transaction<'_>, paper: &PaperRow) -> Result<PaperNumber, RegisterError> {
    let last: u32 = work.query_row("SELECT coalesce(max(number), 0) FROM papers", [], |row| row.get(0))?;
    let number = PaperNumber::new(last + 1);
    work.prepare_cached(
        "INSERT INTO papers (number, file, part_of, part_index, name, present) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        number.get(),
        paper.file,
        paper.part_of.map(PaperNumber::get),
        paper.part_index,
        &paper.name,
        paper.present,
    ))?;
    Ok(number)
}

/// Where a paper lies and whether it is there.
pub fn place_paper(
    work: &Transaction<'_>,
    number: PaperNumber,
    file: Option<i64>,
    present: bool,
) -> Result<(), RegisterError> {
    work.prepare_cached("UPDATE papers SET file = ?2, present = ?3 WHERE number = ?1")?.execute((
        number.get(),
        file,
        present,
    ))?;
    Ok(())
}

/// The newest version of a paper.
pub fn newest(db: &Connection, paper: PaperNumber) -> Result<Option<Version>, RegisterError> {
    let sql = format!("SELECT {VERSION} FROM versions WHERE paper = ?1 ORDER BY version DESC LIMIT 1");
    Ok(db.prepare_cached(&sql)?.query_row([paper.get()], version_of).optional()?)
}

fn all<T>(
    db: &Connection,
    sql: &str,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, RegisterError> {
    Ok(db.prepare_cached(sql)?.query_map([], row)?.collect::<rusqlite::Result<_>>()?)
}

fn file_of(row: &Row<'_>) -> rusqlite::Result<File> {
    Ok(File {
        id: row.get(0)?,
        path: row.get(1)?,
        shown: row.get(2)?,
        present: row.get(3)?,
        stamp: row.get(4)?,
        reads: row.get(5)?,
        read_at: row.get(6)?,
        size: row.get(7)?,
        sha: row.get::<_, Option<String>>(8)?.and_then(|sha| sha.parse().ok()),
        absent_at: row.get(9)?,
        present_at: row.get(10)?,
        steady_since: row.get(11)?,
        unsure_since: row.get(12)?,
        ignored: row.get(13)?,
        trouble: row.get(14)?,
    })
}

fn paper_of(row: &Row<'_>) -> rusqlite::Result<PaperRow> {
    Ok(PaperRow {
        number: PaperNumber::new(row.get(0)?),
        file: row.get(1)?,
        part_of: row.get::<_, Option<u32>>(2)?.map(PaperNumber::new),
        part_index: row.get(3)?,
        name: row.get(4)?,
        present: row.get(5)?,
    })
}

pub(in crate::register) fn version_of(row: &Row<'_>) -> rusqlite::Result<Version> {
    Ok(Version {
        paper: PaperNumber::new(row.get(0)?),
        version: row.get(1)?,
        sha: sha_of(row, 2)?,
        size: row.get(3)?,
        absent_at: row.get(4)?,
        present_at: row.get(5)?,
    })
}

//! A content becomes a version of its paper: the row, and the fact with a mark of the row and of what was read by then.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction};
use serde::Serialize;

use crate::panel::ids::{PaperNumber, Sha256};
use crate::register::canonical::canonical;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::keys::{self, Owner, Secrets};
use crate::register::moment::Moment;
use crate::register::papers::{Version, version_of};
use crate::register::readings;

/// What the evidence chain's mark of a version is made of.
#[derive(Debug, Serialize)]
struct Recorded<'a> {
    paper: PaperNumber,
    version: u32,
    sha256: &'a Sha256,
    size: i64,
    absent_at: Option<Moment>,
    present_at: Moment,
    accepted_at: Moment,
    /// Of an attachment: what it came in, at which place.
    part_of: Option<u32>,
    part_index: Option<u32>,
    name: Option<String>,
}

/// A version as it is held against the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::register) struct Marked {
    pub paper: PaperNumber,
    pub version: u32,
    pub sha: Sha256,
    pub accepted_at: Moment,
    pub bytes: String,
}

/// Enters a version; its content must be in the store and in the books.
///
/// Fails when the register cannot be written.
pub fn enter(
    work: &Transaction<'_>,
    secrets: Secrets,
    version: &Version,
    now: DateTime<Utc>,
) -> Result<(), RegisterError> {
    let paper = version.paper;
    work.prepare_cached(
        "INSERT INTO versions (paper, version, sha, size, absent_at, present_at, accepted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        paper.get(),
        version.version,
        version.sha.as_str(),
        version.size,
        version.absent_at,
        version.present_at,
        Moment::of(now),
    ))?;
    let sql = format!("{MARKED} WHERE versions.paper = ?1 AND version = ?2");
    let row = work.prepare_cached(&sql)?.query_row((paper.get(), version.version), held)?;
    let owner = Owner::Paper(paper);
    let row = keys::mark(work, secrets, owner, row.recorded()?.as_bytes(), now)?;
    let reading = match readings::recorded(work, &version.sha)? {
        None => None,
        Some(reading) => Some(keys::mark(work, secrets, owner, reading.as_bytes(), now)?),
    };
    let fact = Fact::Accepted {
        paper,
        version: version.version,
        sha256: version.sha.clone(),
        row: Some(row),
        reading,
    };
    evidence::append(work, now, &fact)
}

/// Every version, in order of paper and version.
pub(in crate::register) fn marked(db: &Connection) -> Result<Vec<Marked>, RegisterError> {
    let mut rows = db.prepare(&format!("{MARKED} ORDER BY versions.paper, version"))?;
    let held = rows.query_map([], held)?.collect::<rusqlite::Result<Vec<Held>>>()?;
    held.into_iter()
        .map(|held| {
            let bytes = held.recorded()?;
            let Version { paper, version, sha, .. } = held.version;
            Ok(Marked { paper, version, sha, accepted_at: held.accepted_at, bytes })
        })
        .collect()
}

const MARKED: &str = "SELECT paper, version, sha, size, absent_at, present_at, accepted_at, part_of, part_index, name \
                      FROM versions JOIN papers ON number = paper";

struct Held {
    version: Version,
    accepted_at: Moment,
    part_of: Option<u32>,
    part_index: Option<u32>,
    name: Option<String>,
}

impl Held {
    fn recorded(&self) -> Result<String, RegisterError> {
        let Version { paper, version, sha, size, absent_at, present_at } = &self.version;
        canonical(&Recorded {
            paper: *paper,
            version: *version,
            sha256: sha,
            size: *size,
            absent_at: *absent_at,
            present_at: *present_at,
            accepted_at: self.accepted_at,
            part_of: self.part_of,
            part_index: self.part_index,
            name: self.name.clone(),
        })
    }
}

fn held(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        version: version_of(row)?,
        accepted_at: row.get(6)?,
        part_of: row.get(7)?,
        part_index: row.get(8)?,
        name: row.get(9)?,
    })
}

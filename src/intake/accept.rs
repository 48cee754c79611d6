//! Taking in what is complete: quiet for long enough, read, and ended as its file format ends.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, Transaction};

use crate::panel::ids::{PaperNumber, Sha256};
use crate::panel::paper::DEEPEST_MAIL;
use crate::register::RegisterError;
use crate::register::evidence::{self, Fact};
use crate::register::keys::Secrets;
use crate::register::moment::Moment;
use crate::register::papers::{self, File, PaperRow, Version};
use crate::register::readings;
use crate::register::versions;

/// How often the quiet period must pass over a file that does not end as it should: a copy that stands still looks just
/// like a document that was cut short, and only time tells them apart.
const PATIENCE: i32 = 10;

/// When a file that stays unchanged will have been so for long enough.
pub fn quiet_ends(file: &File, whole: bool, quiet: TimeDelta) -> Option<DateTime<Utc>> {
    Some(file.steady_since?.get() + needed(whole, quiet))
}

fn needed(whole: bool, quiet: TimeDelta) -> TimeDelta {
    if whole { quiet } else { quiet * PATIENCE }
}

/// Whether a file has been unchanged for long enough. `whole`: it ends as it should, as far as that is known.
pub fn is_quiet(file: &File, whole: bool, quiet: TimeDelta, now: DateTime<Utc>) -> bool {
    let needed = needed(whole, quiet);
    // Where nobody waits, a clock that was put back must not make anybody wait either.
    file.steady_since.is_some_and(|since| needed.is_zero() || now - since.get() >= needed)
}

/// A file whose content waits to become a version of its paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub file: File,
    pub paper: PaperNumber,
    pub sha: Sha256,
}

/// Every present paper whose file holds something else than its newest version, in order of path.
pub fn waiting(db: &Connection) -> Result<Vec<Waiting>, RegisterError> {
    let mut rows = db.prepare_cached(
        "SELECT papers.number, files.path FROM papers JOIN files ON files.id = papers.file
         WHERE papers.present = 1 AND files.present = 1 AND files.ignored IS NULL AND files.sha IS NOT NULL
         AND files.sha IS NOT (SELECT sha FROM versions WHERE paper = papers.number ORDER BY version DESC LIMIT 1)",
    )?;
    let pairs: Vec<(u32, Vec<u8>)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: BTreeMap<Vec<u8>, u32> = pairs.into_iter().map(|(number, path)| (path, number)).collect();
    let found = papers::files(db)?.into_iter().filter_map(|file| {
        let paper = PaperNumber::new(*numbers.get(&file.path)?);
        let sha = file.sha.clone()?;
        Some(Waiting { file, paper, sha })
    });
    Ok(found.collect())
}

/// Makes the waiting content the paper's newest version, and what came inside it papers of their own.
pub fn accept(
    work: &Transaction<'_>,
    secrets: Secrets,
    waiting: &Waiting,
    now: DateTime<Utc>,
) -> Result<(), RegisterError> {
    let Some(present_at) = waiting.file.present_at else { return Ok(()) };
    let arrival = Arrival { absent_at: waiting.file.absent_at, present_at, now, secrets };
    let size = waiting.file.size;
    add_version(work, waiting.paper, &waiting.sha, size, arrival)?;
    take_parts(work, waiting.paper, &waiting.sha, arrival, DEEPEST_MAIL)
}

/// When a content came; its parts came with it.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    absent_at: Option<Moment>,
    present_at: Moment,
    now: DateTime<Utc>,
    secrets: Secrets,
}

fn add_version(
    work: &Transaction<'_>,
    paper: PaperNumber,
    sha: &Sha256,
    size: i64,
    arrival: Arrival,
) -> Result<(), RegisterError> {
    let version = papers::newest(work, paper)?.map_or(1, |newest| newest.version + 1);
    let Arrival { absent_at, present_at, now, secrets } = arrival;
    let row = Version { paper, version, sha: sha.clone(), size, absent_at, present_at };
    versions::enter(work, secrets, &row, now)
}

/// The papers inside a mail. An attachment keeps its number while a new version of the mail has one in the same place
/// under the same name; one that is no longer there is removed.
fn take_parts(
    work: &Transaction<'_>,
    whole: PaperNumber,
    sha: &Sha256,
    arrival: Arrival,
    depth: usize,
) -> Result<(), RegisterError> {
    let parts = if depth == 0 { Vec::new() } else { readings::parts(work, sha)? };
    let mut known: Vec<PaperRow> = papers::inside(work, whole)?;
    for part in parts {
        let place =
            |row: &PaperRow| row.part_index == Some(part.index) && row.name.as_ref() == Some(&part.name);
        let number = if let Some(at) = known.iter().position(place) {
            let row = known.swap_remove(at);
            papers::place_paper(work, row.number, None, true)?;
            row.number
        } else {
            let row = PaperRow {
                number: whole,
                file: None,
                part_of: Some(whole),
                part_index: Some(part.index),
                name: Some(part.name.clone()),
                present: true,
            };
            papers::add_paper(work, &row)?
        };
        if papers::newest(work, number)?.is_none_or(|newest| newest.sha != part.sha) {
            let Arrival { absent_at, present_at, now, .. } = arrival;
            let fact = Fact::Seen { paper: number, sha256: part.sha.clone(), absent_at, present_at };
            evidence::append(work, now, &fact)?;
            add_version(work, number, &part.sha, part.size, arrival)?;
        }
        take_parts(work, number, &part.sha, arrival, depth - 1)?;
    }
    for gone in known.into_iter().filter(|row| row.present) {
        papers::place_paper(work, gone.number, None, false)?;
        evidence::append(work, arrival.now, &Fact::Removed { paper: gone.number })?;
    }
    Ok(())
}

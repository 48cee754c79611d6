//! What was read out of a content and the PDF made of it: kept by content and engine, made once.
//!
//! After an upgrade a rendition could not be made again byte for byte, so what was made first stays in use. Only a reading
//! that failed is tried again, and only by another engine.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::panel::paper::Rendition;
use crate::panel::seen::{FileFormat, PaperFacts, Reading};
use crate::register::canonical::canonical;
use crate::register::failure::RegisterError;
use crate::register::hold::{Register, note_content};
use crate::register::moment::Moment;
use crate::register::store::hash_bytes;
use crate::register::store::sha_of;

/// What a worker made of one content.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub reading: Reading,
    /// The worker gave no answer: the reading only says so.
    pub failed: bool,
    /// The normalised PDF and its page count.
    pub rendition: Option<(Vec<u8>, u32)>,
    /// Files out of the mail or archive, in order: name and content.
    pub parts: Vec<(String, Vec<u8>)>,
}

/// What is kept of it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptReading {
    pub reading: Reading,
    pub rendition: Option<Rendition>,
}

/// A file that came inside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub index: u32,
    pub name: String,
    pub sha: Sha256,
    pub size: i64,
}

impl Register {
    /// Keeps what was made of `sha`: contents into the store first, then all rows at once.
    pub fn keep_reading(
        &mut self,
        sha: &Sha256,
        engine: &str,
        made: &Made,
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        let mut contents: Vec<&[u8]> = made.parts.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        contents.extend(made.rendition.as_ref().map(|(bytes, _)| bytes.as_slice()));
        for bytes in &contents {
            self.store().put(bytes)?;
        }
        let reading = serde_json::to_string(&made.reading).map_err(RegisterError::row("reading"))?;
        let rendition = made.rendition.as_ref().map(|(bytes, pages)| (hash_bytes(bytes), *pages));
        let work = self.begin()?;
        for bytes in contents {
            note_content(&work, &hash_bytes(bytes), i64::try_from(bytes.len()).unwrap_or(i64::MAX), now)?;
        }
        work.execute(
            "INSERT OR REPLACE INTO readings (sha, engine, at, reading, failed, rendition, pages)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                sha.as_str(),
                engine,
                Moment::of(now),
                reading,
                made.failed,
                rendition.as_ref().map(|(sha, _)| sha.as_str()),
                rendition.as_ref().map(|(_, pages)| *pages),
            ),
        )?;
        for (index, (name, bytes)) in made.parts.iter().enumerate() {
            work.execute(
                "INSERT OR REPLACE INTO parts (whole, part_index, name, sha) VALUES (?1, ?2, ?3, ?4)",
                (sha.as_str(), u32::try_from(index).unwrap_or(u32::MAX), name, hash_bytes(bytes).as_str()),
            )?;
        }
        Ok(work.commit()?)
    }

    /// The reading in use: the first that did not fail, else the last.
    pub fn reading(&self, sha: &Sha256) -> Result<Option<KeptReading>, RegisterError> {
        reading(&self.db, sha)
    }

    /// The same without what is on its pages and in its fields: enough for whoever knows what it was seen as.
    ///
    /// Fails when the register cannot be read.
    pub fn outline(&self, sha: &Sha256) -> Result<Option<KeptReading>, RegisterError> {
        kept(&self.db, sha, outline)
    }

    /// Contents of papers that `engine` still has to look at, each with what it was dropped as.
    pub fn unread(&self, engine: &str) -> Result<Vec<(Sha256, String)>, RegisterError> {
        let mut rows = self.db.prepare_cached(
            "SELECT versions.sha, coalesce(files.shown, papers.name, '') FROM versions
             JOIN papers ON papers.number = versions.paper LEFT JOIN files ON files.id = papers.file
             JOIN contents ON contents.sha = versions.sha
             WHERE contents.purged_at IS NULL AND NOT EXISTS (SELECT 1 FROM readings
             WHERE readings.sha = versions.sha AND (readings.failed = 0 OR readings.engine = ?1))
             GROUP BY versions.sha ORDER BY versions.paper, versions.version",
        )?;
        let unread = |row: &Row<'_>| Ok((sha_of(row, 0)?, row.get(1)?));
        Ok(rows.query_map([engine], unread)?.collect::<rusqlite::Result<_>>()?)
    }
}

pub fn reading(db: &Connection, sha: &Sha256) -> Result<Option<KeptReading>, RegisterError> {
    kept(db, sha, |text| serde_json::from_str(text))
}

/// A reading as it is stored, but for what is on its pages and in its fields: that is passed over, and most of it is there.
#[derive(Debug, Deserialize)]
struct Outline {
    #[serde(rename = "sort")]
    format: FileFormat,
    title: Option<String>,
    text: String,
    opening: String,
    facts: PaperFacts,
    findings: Vec<Finding>,
}

fn outline(text: &str) -> serde_json::Result<Reading> {
    let Outline { format, title, text, opening, facts, findings } = serde_json::from_str(text)?;
    Ok(Reading { title, text, opening, facts, findings, ..Reading::empty(format) })
}

/// The first that did not fail, else the last.
const IN_USE: &str = "FROM readings WHERE sha = ?1 ORDER BY failed, CASE failed WHEN 0 THEN at END, at DESC";

fn kept(
    db: &Connection,
    sha: &Sha256,
    parse: impl Fn(&str) -> serde_json::Result<Reading>,
) -> Result<Option<KeptReading>, RegisterError> {
    let found: Option<(String, Option<String>, Option<u32>)> = db
        .prepare_cached(&format!("SELECT reading, rendition, pages {IN_USE} LIMIT 1"))?
        .query_row([sha.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((reading, rendition, pages)) = found else { return Ok(None) };
    let reading = parse(&reading).map_err(RegisterError::row("reading"))?;
    let without_text = reading.facts.pages_without_text.clone();
    let rendition =
        rendition.and_then(|sha| Some(Rendition { sha256: sha.parse().ok()?, pages: pages?, without_text }));
    Ok(Some(KeptReading { reading, rendition }))
}

/// A reading with what came inside: what the evidence chain's mark of it is made of. Which engine made it, and when, is not in it.
#[derive(Serialize)]
struct Recorded<'a> {
    sha256: &'a Sha256,
    reading: String,
    failed: bool,
    rendition: Option<String>,
    pages: Option<u32>,
    parts: Vec<(u32, String, String)>,
}

/// The reading in use as it is marked; none where there is none yet.
pub(in crate::register) fn recorded(db: &Connection, sha: &Sha256) -> Result<Option<String>, RegisterError> {
    Ok(all_recorded(db, sha)?.into_iter().next().map(|(recorded, _)| recorded))
}

/// Every reading of a content as it is marked and whether it failed, the one in use first.
pub(in crate::register) fn all_recorded(
    db: &Connection,
    sha: &Sha256,
) -> Result<Vec<(String, bool)>, RegisterError> {
    let inside = parts(db, sha)?;
    let mut rows = db.prepare_cached(&format!("SELECT reading, failed, rendition, pages {IN_USE}"))?;
    let mut rows = rows.query([sha.as_str()])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let parts = inside.iter().map(|part| (part.index, part.name.clone(), part.sha.to_string())).collect();
        let failed = row.get(1)?;
        let recorded = canonical(&Recorded {
            sha256: sha,
            reading: row.get(0)?,
            failed,
            rendition: row.get(2)?,
            pages: row.get(3)?,
            parts,
        })?;
        all.push((recorded, failed));
    }
    Ok(all)
}

/// Whether `engine` still has to look at `sha`.
pub fn needs_reading(db: &Connection, sha: &Sha256, engine: &str) -> Result<bool, RegisterError> {
    let settled: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM readings WHERE sha = ?1 AND (failed = 0 OR engine = ?2))",
        )?
        .query_row((sha.as_str(), engine), |row| row.get(0))?;
    Ok(!settled)
}

/// What came inside the content, in order.
pub fn parts(db: &Connection, whole: &Sha256) -> Result<Vec<Part>, RegisterError> {
    let mut rows = db.prepare_cached(
        "SELECT part_index, name, parts.sha, size FROM parts JOIN contents ON contents.sha = parts.sha
         WHERE whole = ?1 ORDER BY part_index",
    )?;
    let part = |row: &Row<'_>| {
        Ok(Part { index: row.get(0)?, name: row.get(1)?, sha: sha_of(row, 2)?, size: row.get(3)? })
    };
    Ok(rows.query_map([whole.as_str()], part)?.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::seen::{Block, Line};

    #[test]
    fn an_outline_is_the_reading_but_for_what_is_on_its_pages() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-18T09:00:00Z".parse().unwrap();
        let sha = register.keep(b"plan", now).unwrap();
        let whole = Reading {
            title: Some("Care plan".to_owned()),
            body: vec![Block::Line(Line { heading: Some(1), spans: Vec::new() })],
            text: "the plan".to_owned(),
            findings: vec![Finding::note("hidden-text", "hidden text was left out")],
            ..Reading::empty(FileFormat::Word)
        };
        let made = Made { reading: whole.clone(), failed: false, rendition: None, parts: Vec::new() };
        register.keep_reading(&sha, "test reader", &made, now).unwrap();
        assert_eq!(register.reading(&sha).unwrap().unwrap().reading, whole);
        let outline = register.outline(&sha).unwrap().unwrap().reading;
        assert_eq!(outline, Reading { body: Vec::new(), ..whole });
    }
}

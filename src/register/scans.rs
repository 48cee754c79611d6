//! When the inbox was looked at, and whether what was seen can be believed.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::panel::case::Share;
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::moment::Moment;

/// How a look at the inbox went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Everything below the inbox was seen, but for these folders.
    Seen { blind: Vec<Blind> },
    /// The share was away or answered with errors: nothing may be concluded from what was not seen.
    Outage { why: String },
}

/// A folder that could not be looked into: nothing is concluded about what lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    pub path: Vec<u8>,
    pub why: String,
}

impl Blind {
    /// What is wrong with it without its name, which may be a child's: `cannot be read: input/output error`.
    pub fn wrong(&self) -> &str {
        self.why.rsplit_once("` ").map_or(self.why.as_str(), |(_, wrong)| wrong)
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        if self.wrong().starts_with("may not") {
            "give everyone in the team's folder the right to read it"
        } else {
            "ask whoever looks after the file server"
        }
    }

    pub fn covers(&self, path: &[u8]) -> bool {
        path.strip_prefix(self.path.as_slice()).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }
}

impl Register {
    /// Enters the start of a scan; it counts for nothing until it is finished.
    pub fn begin_scan(&mut self, now: DateTime<Utc>) -> Result<i64, RegisterError> {
        self.db.execute("INSERT INTO scans (started_at) VALUES (?1)", [Moment::of(now)])?;
        Ok(self.db.last_insert_rowid())
    }

    /// How the share was when it was last looked at, and since when it has been so.
    pub fn share(&self) -> Result<Share, RegisterError> {
        let last: Option<(bool, Moment)> = self
            .db
            .query_row(
                "SELECT healthy, finished_at FROM scans WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((healthy, finished)) = last else {
            return Ok(Share { healthy: true, last_scan: None, since: None });
        };
        let since: Option<Moment> = self.db.query_row(
            "SELECT min(started_at) FROM scans WHERE finished_at IS NOT NULL AND id >
             (SELECT coalesce(max(id), 0) FROM scans WHERE finished_at IS NOT NULL AND healthy <> ?1)",
            [healthy],
            |row| row.get(0),
        )?;
        Ok(Share { healthy, last_scan: Some(finished.get()), since: since.map(Moment::get) })
    }

    /// Folders the last scan was not let into.
    pub fn blind_folders(&self) -> Result<Vec<Blind>, RegisterError> {
        let mut rows = self.db.prepare_cached(
            "SELECT path, why FROM blind WHERE scan = (SELECT max(id) FROM scans WHERE finished_at IS NOT NULL)",
        )?;
        let blind = |row: &Row<'_>| Ok(Blind { path: row.get(0)?, why: row.get(1)? });
        Ok(rows.query_map([], blind)?.collect::<rusqlite::Result<_>>()?)
    }
}

/// Enters the end of a scan, in the transaction that holds what it found.
pub fn finish(
    work: &Transaction<'_>,
    scan: i64,
    at: DateTime<Utc>,
    health: &Health,
) -> Result<(), RegisterError> {
    let (healthy, why, blind): (bool, Option<&str>, &[Blind]) = match health {
        Health::Seen { blind } => (true, None, blind),
        Health::Outage { why } => (false, Some(why), &[]),
    };
    work.execute(
        "UPDATE scans SET finished_at = ?2, healthy = ?3, why = ?4 WHERE id = ?1",
        (scan, Moment::of(at), healthy, why),
    )?;
    for folder in blind {
        work.execute(
            "INSERT INTO blind (scan, path, why) VALUES (?1, ?2, ?3)",
            (scan, &folder.path, &folder.why),
        )?;
    }
    forget_old(work, scan)
}

/// Start of the last healthy scan before `scan` that saw the place `path`: if the content is new, it was not there then.
pub fn last_sure_look(db: &Connection, path: &[u8], scan: i64) -> Result<Option<Moment>, RegisterError> {
    let mut rows = db.prepare_cached(
        "SELECT id, started_at FROM scans WHERE healthy = 1 AND finished_at IS NOT NULL AND id < ?1 ORDER BY id DESC",
    )?;
    let mut rows = rows.query([scan])?;
    while let Some(row) = rows.next()? {
        if !was_blind(db, row.get(0)?, path)? {
            return Ok(Some(row.get(1)?));
        }
    }
    Ok(None)
}

fn was_blind(db: &Connection, scan: i64, path: &[u8]) -> Result<bool, RegisterError> {
    let mut rows = db.prepare_cached("SELECT path FROM blind WHERE scan = ?1")?;
    let mut rows = rows.query([scan])?;
    while let Some(row) = rows.next()? {
        let blind = Blind { path: row.get(0)?, why: String::new() };
        if blind.covers(path) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A scan every minute for years is no use to anybody: the last two thousand are kept, and those a file still waits on.
fn forget_old(work: &Transaction<'_>, scan: i64) -> Result<(), RegisterError> {
    let oldest = scan - 2000;
    work.execute("DELETE FROM blind WHERE scan < ?1", [oldest])?;
    work.execute(
        "DELETE FROM scans WHERE id < ?1 AND id NOT IN (SELECT unsure_since FROM files WHERE unsure_since IS NOT NULL)",
        [oldest],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blind_folder_covers_what_is_in_it_and_no_neighbour() {
        let blind = Blind { path: b"team a/1234567".to_vec(), why: String::new() };
        assert!(blind.covers(b"team a/1234567/plan.docx"));
        assert!(blind.covers(b"team a/1234567"));
        assert!(!blind.covers(b"team a/12345678/plan.docx"));
    }

    #[test]
    fn the_last_sure_look_passes_over_outages_blindness_and_unfinished_scans() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let at = |hour: u32| format!("2026-11-18T{hour:02}:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let seen = Health::Seen { blind: Vec::new() };
        let partly = Health::Seen { blind: vec![Blind { path: b"a".to_vec(), why: "no".to_owned() }] };
        let outage = Health::Outage { why: "away".to_owned() };
        for (hour, health) in [(8, Some(&seen)), (9, Some(&partly)), (10, Some(&outage)), (11, None)] {
            let scan = register.begin_scan(at(hour)).unwrap();
            let work = register.begin().unwrap();
            if let Some(health) = health {
                finish(&work, scan, at(hour), health).unwrap();
            }
            work.commit().unwrap();
        }
        let look = |path: &[u8]| last_sure_look(&register.db, path, 9).unwrap().map(Moment::get);
        assert_eq!(look(b"a/x"), Some(at(8)));
        assert_eq!(look(b"b/x"), Some(at(9)));
        let share = register.share().unwrap();
        assert_eq!((share.healthy, share.last_scan, share.since), (false, Some(at(10)), Some(at(10))));
    }
}

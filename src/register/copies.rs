//! Who was given which file of which pack: a row for each file, never changed, its mark in the chain.
//!
//! A file that nobody can tell from its name is found by its hash, with the manifest it is held against. A protected copy could
//! not be made again byte for byte, so the row is also what keeps it from being made twice.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::panel::ids::{CaseId, Sha256};
use crate::register::canonical::canonical;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::keys::{self, Owner};
use crate::register::moment::Moment;

/// One file for one reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    pub meeting: NaiveDate,
    pub version: u32,
    /// The pack it is a copy of.
    pub master: Sha256,
    /// `pack`, `supplement` or `agenda`.
    pub what: String,
    /// The address it goes to.
    pub recipient: String,
    /// The letter it goes with, by the name of its draft.
    pub letter: String,
    /// Nothing is withheld, the chair's totals included.
    pub whole: bool,
    pub withheld: BTreeSet<CaseId>,
    /// Opens with a password only.
    pub protected: bool,
    /// Which of how many files it is.
    pub part: u32,
    pub parts: u32,
    pub first_page: u32,
    pub last_page: u32,
    /// The cases on those pages.
    pub cases: Vec<CaseId>,
    /// First and last page of what was too large for any letter.
    pub held_back: Vec<(u32, u32)>,
    /// Of the file as it goes out, in the store.
    pub sha256: Sha256,
    pub bytes: u64,
    /// What the file is held against, as JSON.
    pub manifest: String,
}

impl Register {
    /// Enters copies whose content is kept already. The same file with the same letter again is nothing new.
    pub fn enter_copies(&mut self, copies: &[Copy], now: DateTime<Utc>) -> Result<(), RegisterError> {
        let secrets = self.secrets;
        let work = self.begin()?;
        for copy in copies {
            let record = canonical(copy)?;
            let known = work
                .prepare_cached("SELECT 1 FROM copies WHERE sha = ?1 AND record = ?2")?
                .exists((copy.sha256.as_str(), &record))?;
            if known {
                continue;
            }
            work.execute(
                "INSERT INTO copies (meeting, sha, record, at) VALUES (?1, ?2, ?3, ?4)",
                (copy.meeting.to_string(), copy.sha256.as_str(), &record, Moment::of(now)),
            )?;
            let number = work.last_insert_rowid();
            let owner = Owner::Person(&copy.recipient);
            let record = keys::mark(&work, secrets, owner, record.as_bytes(), now)?;
            let fact = Fact::CopyMade { copy: number, sha256: copy.sha256.clone(), record };
            evidence::append(&work, now, &fact)?;
        }
        Ok(work.commit()?)
    }

    /// The copies made for a meeting, in the order in which they were made.
    pub fn copies(&self, meeting: NaiveDate) -> Result<Vec<Copy>, RegisterError> {
        let mut rows = self.db.prepare_cached("SELECT record FROM copies WHERE meeting = ?1 ORDER BY id")?;
        let records: Vec<String> = rows
            .query_map([meeting.to_string()], |row: &Row<'_>| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        records.iter().map(|record| copy_of(record)).collect()
    }

    /// The copy that this very file is.
    pub fn copy_with(&self, sha256: &Sha256) -> Result<Option<Copy>, RegisterError> {
        let mut row =
            self.db.prepare_cached("SELECT record FROM copies WHERE sha = ?1 ORDER BY id LIMIT 1")?;
        let record: Option<String> = row.query_row([sha256.as_str()], |row| row.get(0)).optional()?;
        record.map(|record| copy_of(&record)).transpose()
    }

    /// The manifest of the pack, issued or only pressed, that this very file is.
    pub fn pack_with(&self, sha256: &Sha256) -> Result<Option<String>, RegisterError> {
        let mut row = self.db.prepare_cached(
            "SELECT manifest FROM packs WHERE sha = ?1 UNION ALL SELECT manifest FROM pressings WHERE sha = ?1 LIMIT 1",
        )?;
        Ok(row.query_row([sha256.as_str()], |row| row.get(0)).optional()?)
    }
}

fn copy_of(record: &str) -> Result<Copy, RegisterError> {
    serde_json::from_str(record).map_err(RegisterError::row("copy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_found_by_its_hash_and_a_changed_record_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-19T09:00:00Z".parse().unwrap();
        let sha256 = register.keep(b"%PDF of her own", now).unwrap();
        let copy = Copy {
            meeting: "2026-11-23".parse().unwrap(),
            version: 1,
            master: sha256.clone(),
            what: "pack".to_owned(),
            recipient: "chair@panel.example.org".to_owned(),
            letter: "email 1".to_owned(),
            whole: true,
            withheld: BTreeSet::new(),
            protected: false,
            part: 1,
            parts: 1,
            first_page: 1,
            last_page: 9,
            cases: Vec::new(),
            held_back: Vec::new(),
            sha256: sha256.clone(),
            bytes: 15,
            manifest: "{}".to_owned(),
        };
        register.enter_copies(&[copy.clone(), copy.clone()], now).unwrap();
        assert_eq!(register.copies(copy.meeting).unwrap(), std::slice::from_ref(&copy));
        assert_eq!(register.copy_with(&sha256).unwrap(), Some(copy));
        assert!(register.check_everything(&mut || {}).unwrap().findings.is_empty());
        register.db.execute("UPDATE copies SET record = replace(record, 'chair@', 'other@')", []).unwrap();
        let findings = register.check_everything(&mut || {}).unwrap().findings;
        assert_eq!(findings[0].code, "copy-changed");
    }
}

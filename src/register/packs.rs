//! Packs that went out: frozen, with their manifest and the head of the evidence they were made from.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Row;

use crate::panel::ids::Sha256;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::hold::{Register, note_content};
use crate::register::keys::{self, Owner};
use crate::register::moment::Moment;
use crate::register::store::sha_of;

/// An issued pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub meeting: NaiveDate,
    pub version: u32,
    /// The unprotected master, in the store.
    pub sha: Sha256,
    /// The manifest as written beside it (JSON).
    pub manifest: String,
    pub evidence_head: String,
    pub at: DateTime<Utc>,
}

/// A pack about to be issued.
#[derive(Debug, Clone, Copy)]
pub struct Issue<'pack> {
    pub meeting: NaiveDate,
    pub version: u32,
    pub master: &'pack [u8],
    pub manifest: &'pack str,
    /// As it was when the pack was planned.
    pub evidence_head: &'pack str,
}

impl Register {
    /// Freezes a pack. The same bytes under the same version again are nothing new; other bytes are refused.
    pub fn issue_pack(&mut self, pack: &Issue<'_>, now: DateTime<Utc>) -> Result<Sha256, RegisterError> {
        let sha = self.store().put(pack.master)?;
        let same = |issued: &Issued| issued.version == pack.version;
        if let Some(issued) = self.packs(pack.meeting)?.into_iter().find(same) {
            if issued.sha == sha {
                return Ok(sha);
            }
            let message = format!(
                "version {} of the pack for {} is issued and stays as it is; hint: issue version {}",
                pack.version,
                pack.meeting,
                pack.version + 1
            );
            return Err(RegisterError::Refused(message));
        }
        let secrets = self.secrets;
        let work = self.begin()?;
        note_content(&work, &sha, i64::try_from(pack.master.len()).unwrap_or(i64::MAX), now)?;
        work.execute(
            "INSERT INTO packs (meeting, version, sha, manifest, evidence_head, issued_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                pack.meeting.to_string(),
                pack.version,
                sha.as_str(),
                pack.manifest,
                pack.evidence_head,
                Moment::of(now),
            ),
        )?;
        let owner = Owner::Meeting(pack.meeting);
        let manifest = keys::mark(&work, secrets, owner, pack.manifest.as_bytes(), now)?;
        let fact =
            Fact::PackIssued { meeting: pack.meeting, version: pack.version, sha256: sha.clone(), manifest };
        evidence::append(&work, now, &fact)?;
        work.commit()?;
        Ok(sha)
    }

    /// The packs issued for a meeting, by version.
    pub fn packs(&self, meeting: NaiveDate) -> Result<Vec<Issued>, RegisterError> {
        let mut rows = self.db.prepare_cached(
            "SELECT version, sha, manifest, evidence_head, issued_at FROM packs WHERE meeting = ?1 ORDER BY version",
        )?;
        let issued = |row: &Row<'_>| {
            let at: Moment = row.get(4)?;
            Ok(Issued {
                meeting,
                version: row.get(0)?,
                sha: sha_of(row, 1)?,
                manifest: row.get(2)?,
                evidence_head: row.get(3)?,
                at: at.get(),
            })
        };
        Ok(rows.query_map([meeting.to_string()], issued)?.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issued_pack_is_frozen() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-19T09:00:00Z".parse().unwrap();
        let meeting = "2026-11-23".parse().unwrap();
        let pack = Issue { meeting, version: 1, master: b"%PDF", manifest: "{}", evidence_head: "abc" };
        register.issue_pack(&pack, now).unwrap();
        register.issue_pack(&pack, now).unwrap();
        assert_eq!(register.packs(meeting).unwrap().len(), 1);
        let other = Issue { master: b"%PDF other", ..pack };
        assert!(register.issue_pack(&other, now).unwrap_err().to_string().contains("version 2"));
        register.issue_pack(&Issue { version: 2, ..other }, now).unwrap();
        assert_eq!(register.packs(meeting).unwrap().len(), 2);
    }
}

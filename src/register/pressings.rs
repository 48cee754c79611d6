//! Packs that were pressed: each a content of the store, with its manifest and the plan it can be pressed again from.
//!
//! A version may be pressed again until it is issued; the newest row of a version counts. A pack that another has taken the place of
//! stays for a day, for whoever is reading it or backing it up, and is then removed, content and all ([`Register::sweep_pressings`]).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusqlite::{ErrorCode, OptionalExtension, Row, Transaction};

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::register::failure::RegisterError;
use crate::register::hold::{Register, note_content};
use crate::register::moment::Moment;
use crate::register::store::sha_of;

/// How long a pack is kept after another has taken its place.
const REPLACED: TimeDelta = TimeDelta::days(1);

/// A pack as it was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressed {
    pub meeting: NaiveDate,
    pub version: u32,
    /// The unprotected master, in the store.
    pub sha: Sha256,
    /// JSON, as the pack room writes them.
    pub plan: String,
    pub manifest: String,
}

impl Register {
    /// Keeps what was pressed; it takes the place of what was pressed under the same version.
    pub fn keep_pressing(
        &mut self,
        pressed: &Pressed,
        pack: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        if self.store().put(pack)? != pressed.sha {
            let message =
                format!("the pack created for {} is not the one that was verified", pressed.meeting);
            return Err(RegisterError::Refused(message));
        }
        let size = i64::try_from(pack.len()).unwrap_or(i64::MAX);
        let work = self.begin()?;
        note_content(&work, &pressed.sha, size, now)?;
        add(&work, pressed, now)?;
        Ok(work.commit()?)
    }

    /// What was pressed last under this version.
    pub fn pressing(&self, meeting: NaiveDate, version: u32) -> Result<Option<Pressed>, RegisterError> {
        let sql = format!("{PRESSED} WHERE meeting = ?1 AND version = ?2 ORDER BY id DESC LIMIT 1");
        let mut row = self.db.prepare_cached(&sql)?;
        Ok(row.query_row((meeting.to_string(), version), pressed_of).optional()?)
    }

    /// The newest version, issued or not.
    pub fn newest_pressing(&self, meeting: NaiveDate) -> Result<Option<Pressed>, RegisterError> {
        let sql = format!("{PRESSED} WHERE meeting = ?1 ORDER BY version DESC, id DESC LIMIT 1");
        Ok(self.db.prepare_cached(&sql)?.query_row([meeting.to_string()], pressed_of).optional()?)
    }

    /// The manifest with the copies now listed in it.
    ///
    /// Fails when a manifest cannot be written.
    pub fn list_copies(&self, meeting: NaiveDate, version: u32, manifest: &str) -> Result<(), RegisterError> {
        self.db.execute(
            "UPDATE pressings SET manifest = ?3 WHERE id =
             (SELECT max(id) FROM pressings WHERE meeting = ?1 AND version = ?2)",
            (meeting.to_string(), version, manifest),
        )?;
        Ok(())
    }

    /// Removes packs that another took the place of more than a day ago, and their contents where nothing else names them.
    pub fn sweep_pressings(&mut self, now: DateTime<Utc>) -> Result<(), RegisterError> {
        let old = self.replaced_before(now - REPLACED)?;
        if old.is_empty() {
            return Ok(());
        }
        let work = self.begin()?;
        let mut unnamed = Vec::new();
        for (id, sha) in old {
            work.execute("DELETE FROM pressings WHERE id = ?1", [id])?;
            if forget_content(&work, &sha)? {
                unnamed.push(sha);
            }
        }
        work.commit()?;
        unnamed.iter().try_for_each(|sha| self.store().remove(sha))
    }

    fn replaced_before(&self, moment: DateTime<Utc>) -> Result<Vec<(i64, Sha256)>, RegisterError> {
        let replaced = "SELECT id, sha FROM pressings AS earlier WHERE EXISTS (SELECT 1 FROM pressings AS later
             WHERE later.meeting = earlier.meeting AND later.version = earlier.version AND later.id > earlier.id
             AND later.at < ?1)";
        let mut rows = self.db.prepare_cached(replaced)?;
        let rows = rows.query_map([Moment::of(moment)], |row| Ok((row.get(0)?, sha_of(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Each pressed pack is the one its manifest speaks of.
    pub(in crate::register) fn check_pressings(&self) -> Result<Vec<Finding>, RegisterError> {
        let mut rows = self.db.prepare(&format!("{PRESSED} ORDER BY id"))?;
        let pressed: Vec<Pressed> = rows.query_map([], pressed_of)?.collect::<rusqlite::Result<_>>()?;
        let speaks_of_it = |pressed: &&Pressed| {
            let manifest: Option<serde_json::Value> = serde_json::from_str(&pressed.manifest).ok();
            let is = |key: &str, value: &str| {
                manifest.as_ref().is_some_and(|manifest| {
                    manifest[key].as_str().map_or_else(|| manifest[key].to_string(), str::to_owned) == value
                })
            };
            is("sha256", pressed.sha.as_str())
                && is("version", &pressed.version.to_string())
                && is("meeting", &pressed.meeting.to_string())
        };
        let wrong = |pressed: &Pressed| {
            Finding::blocks(
                "pressing-changed",
                "a pack that was created is not the one its manifest speaks of",
            )
            .about(format!("pack of {}, version {}", pressed.meeting, pressed.version))
            .hint("create it again with `panelclerk pack`")
        };
        Ok(pressed.iter().filter(|pressed| !speaks_of_it(pressed)).map(wrong).collect())
    }
}

const PRESSED: &str = "SELECT meeting, version, sha, plan, manifest FROM pressings";

/// Enters a pressing whose content is in the store and in the books; the very same pack again only has its plan and manifest renewed.
pub(in crate::register) fn add(
    work: &Transaction<'_>,
    pressed: &Pressed,
    now: DateTime<Utc>,
) -> Result<(), RegisterError> {
    let Pressed { meeting, version, sha, plan, manifest } = pressed;
    let renewed = work.execute(
        "UPDATE pressings SET plan = ?4, manifest = ?5 WHERE sha = ?3 AND id =
         (SELECT max(id) FROM pressings WHERE meeting = ?1 AND version = ?2)",
        (meeting.to_string(), version, sha.as_str(), plan, manifest),
    )?;
    if renewed == 0 {
        work.execute(
            "INSERT INTO pressings (meeting, version, sha, plan, manifest, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (meeting.to_string(), version, sha.as_str(), plan, manifest, Moment::of(now)),
        )?;
    }
    Ok(())
}

/// Takes a content out of the books, unless a row still names it.
fn forget_content(work: &Transaction<'_>, sha: &Sha256) -> Result<bool, RegisterError> {
    match work.execute("DELETE FROM contents WHERE sha = ?1", [sha.as_str()]) {
        Ok(gone) => Ok(gone > 0),
        Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == ErrorCode::ConstraintViolation => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

fn pressed_of(row: &Row<'_>) -> rusqlite::Result<Pressed> {
    let meeting: String = row.get(0)?;
    Ok(Pressed {
        meeting: meeting.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
        })?,
        version: row.get(1)?,
        sha: sha_of(row, 2)?,
        plan: row.get(3)?,
        manifest: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::packs::Issue;
    use crate::register::store::hash_bytes;

    fn pressed(version: u32, pack: &[u8]) -> Pressed {
        let sha = hash_bytes(pack);
        let manifest = format!(r#"{{"meeting":"2026-11-23","version":{version},"sha256":"{sha}"}}"#);
        Pressed { meeting: "2026-11-23".parse().unwrap(), version, sha, plan: "{}".to_owned(), manifest }
    }

    #[test]
    fn a_pack_pressed_again_takes_the_others_place_and_the_other_goes_a_day_later() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now: DateTime<Utc> = "2026-11-18T16:00:00Z".parse().unwrap();
        let (one, two, out) = (b"%PDF one", b"%PDF two", b"%PDF out");
        register.keep_pressing(&pressed(1, out), out, now).unwrap();
        let day = pressed(1, out).meeting;
        let head = register.evidence_head().unwrap();
        let issue = Issue { meeting: day, version: 1, master: out, manifest: "{}", evidence_head: &head };
        register.issue_pack(&issue, now).unwrap();
        for pack in [one.as_slice(), two, two] {
            register.keep_pressing(&pressed(1, pack), pack, now).unwrap();
        }
        assert_eq!(register.newest_pressing(day).unwrap(), Some(pressed(1, two)));
        register.sweep_pressings(now + TimeDelta::hours(23)).unwrap();
        assert!(register.store().holds(&hash_bytes(one)));
        register.sweep_pressings(now + TimeDelta::hours(25)).unwrap();
        assert!(!register.store().holds(&hash_bytes(one)), "nobody names it");
        assert!(register.store().holds(&hash_bytes(out)), "it was issued");
        assert_eq!(register.pressing(day, 1).unwrap(), Some(pressed(1, two)));
        assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
        register.keep_pressing(&pressed(2, two), one, now).unwrap_err();
    }

    #[test]
    fn a_pressed_pack_is_checked_like_everything_held() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        register.keep_pressing(&pressed(1, b"%PDF"), b"%PDF", now).unwrap();
        register.list_copies(pressed(1, b"").meeting, 1, &pressed(1, b"%PDF other").manifest).unwrap();
        let findings = register.check_everything(&mut || ()).unwrap().findings;
        assert_eq!(
            findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(),
            ["pressing-changed"]
        );
    }
}

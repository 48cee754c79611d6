//! What purging does to the evidence: keys destroyed and sealed links removed, each said in the chain, which goes on holding.

use chrono::{DateTime, Utc};

use crate::panel::ids::Sha256;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::keys::{self, Owner};
use crate::register::moment::Moment;

impl Register {
    /// Destroys the key of a case, a paper, a meeting or a person: what was marked with it can no longer be proved, nor can names be
    /// tried against its marks. False where there is no key. A backup made before still has it.
    pub fn destroy_key(&mut self, owner: Owner<'_>, now: DateTime<Utc>) -> Result<bool, RegisterError> {
        let work = self.begin()?;
        let Some(key) = keys::destroy(&work, owner)? else { return Ok(false) };
        evidence::append(&work, now, &Fact::KeyDestroyed { key })?;
        work.commit()?;
        self.overwrite_log()?;
        Ok(true)
    }

    /// Removes the links of the chain that was sealed; its head and length stay. False where none are left.
    pub fn purge_sealed_links(&mut self, now: DateTime<Utc>) -> Result<bool, RegisterError> {
        let work = self.begin()?;
        if work.execute("DELETE FROM sealed", [])? == 0 {
            return Ok(false);
        }
        evidence::append(&work, now, &Fact::SealedPurged)?;
        work.commit()?;
        self.overwrite_log()?;
        Ok(true)
    }

    /// Removes a content for good and says so in the chain: what it was stays known by its hash. False where it is not kept.
    ///
    /// Fails when the register cannot be written, or the file cannot be removed; it can be done again then.
    pub fn purge_content(&mut self, sha: &Sha256, now: DateTime<Utc>) -> Result<bool, RegisterError> {
        let work = self.begin()?;
        let sql = "UPDATE contents SET purged_at = ?2 WHERE sha = ?1 AND purged_at IS NULL";
        let kept = work.execute(sql, (sha.as_str(), Moment::of(now)))? > 0;
        if kept {
            evidence::append(&work, now, &Fact::ContentPurged { sha256: sha.clone() })?;
        }
        work.commit()?;
        self.store().remove(sha)?;
        Ok(kept)
    }

    /// What was deleted lies in SQLite's write-ahead log until that is emptied. Another command that is reading keeps it a little longer.
    fn overwrite_log(&self) -> Result<(), RegisterError> {
        Ok(self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::acts::{Act, Hand};
    use crate::panel::ids::CaseId;

    fn codes(register: &Register) -> Vec<String> {
        let audit = register.check_everything(&mut || ()).unwrap();
        audit.findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_purged_case_leaves_a_chain_that_holds_and_a_key_taken_away_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let hand = Hand { by: "Ann".to_owned(), login: "ann".to_owned(), reason: "Olive's aunt".to_owned() };
        let meeting = "2026-11-23".parse().unwrap();
        let [one, two]: [CaseId; 2] = ["1234567", "1234568"].map(|case| case.parse().unwrap());
        for case in [&one, &two] {
            register.act(&Act::Withdraw { case: case.clone(), meeting }, &hand, now).unwrap();
        }
        let head = register.evidence_head().unwrap();
        assert!(register.destroy_key(Owner::Case(&one), now).unwrap());
        assert!(!register.destroy_key(Owner::Case(&one), now).unwrap());
        assert!(codes(&register).is_empty(), "while its rows are still there");
        register.db.execute("DELETE FROM acts WHERE id = 1", []).unwrap();
        assert!(codes(&register).is_empty());
        assert!(register.had_head(&head).unwrap());
        register.db.execute("UPDATE acts SET reason = 'another' WHERE id = 2", []).unwrap();
        assert_eq!(codes(&register), ["act-changed"], "the other case is as well proved as before");
        register.db.execute("UPDATE keys SET key = NULL WHERE owner IS NOT 'register'", []).unwrap();
        assert_eq!(codes(&register), ["key-missing"]);
    }
}

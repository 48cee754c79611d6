//! Does everything held still hold: each content its name, each row its content, each fact the one before it.

use std::collections::BTreeMap;
use std::fs::File;

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::register::evidence;
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::store;

/// What was checked and what was found wanting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    pub contents: usize,
    pub facts: usize,
    /// The head the chain really comes to, where it holds.
    pub head: Option<String>,
    /// Empty when everything is as it was left.
    pub findings: Vec<Finding>,
}

impl Register {
    /// Reads everything held once and compares. `each` is called after each content, for progress.
    pub fn check_everything(&self, each: &mut dyn FnMut()) -> Result<Audit, RegisterError> {
        let mut findings = Vec::new();
        let known = self.contents()?;
        for (sha, purged) in &known {
            if !purged {
                findings.extend(self.check_content(sha));
            }
            each();
        }
        for sha in self.store().list()? {
            if !known.contains_key(&sha) {
                findings.push(
                    Finding::note(
                        "content-unknown",
                        "a kept content is in no row; a scan was interrupted before it was entered",
                    )
                    .about(sha.short()),
                );
            }
        }
        let (head, facts) = self.check_chain(&mut findings)?;
        findings.extend(self.check_pressings()?);
        self.check_rows(&mut findings)?;
        Ok(Audit { contents: known.len(), facts, head, findings })
    }

    /// Every link, those of a sealed chain included, and every row they mark. Gives the head and the number of links where all hold.
    pub fn check_chain(&self, findings: &mut Vec<Finding>) -> Result<(Option<String>, usize), RegisterError> {
        let head = evidence::verify(&self.db)?;
        let sealed = evidence::verify_sealed(&self.db)?;
        let broken = |seq: i64, which: &str| {
            let broken = format!("fact {seq} of the {which} is missing or was changed");
            Finding::blocks("evidence-broken", broken)
                .hint("compare with the head printed in the last pack, and restore a backup")
        };
        findings.extend(head.as_ref().err().map(|seq| broken(*seq, "evidence chain")));
        findings.extend(sealed.err().map(|seq| broken(seq, "sealed part of the evidence chain")));
        let (Ok(head), Ok(())) = (head, sealed) else { return Ok((None, 0)) };
        findings.extend(self.check_marks()?);
        let facts = evidence::all(&self.db)?.len() + evidence::sealed(&self.db)?.len();
        Ok((Some(head), facts))
    }

    /// Every content in the books and whether it was purged.
    fn contents(&self) -> Result<BTreeMap<Sha256, bool>, RegisterError> {
        let mut rows = self.db.prepare("SELECT sha, purged_at IS NOT NULL FROM contents")?;
        let content = |row: &rusqlite::Row<'_>| Ok((store::sha_of(row, 0)?, row.get(1)?));
        Ok(rows.query_map([], content)?.collect::<rusqlite::Result<_>>()?)
    }

    fn check_content(&self, sha: &Sha256) -> Option<Finding> {
        let path = self.store().path(sha);
        let wrong = match File::open(&path).and_then(|mut file| store::hash(&mut file)) {
            Ok(found) if found == *sha => return None,
            Ok(_) => Finding::blocks("content-changed", "a kept content is no longer what was taken in"),
            Err(error) => {
                Finding::blocks("content-missing", format!("a kept content cannot be read: {error}"))
            }
        };
        Some(wrong.about(sha.short()).hint("restore it from a backup: its name is its SHA-256"))
    }

    /// What SQLite itself can check, and that each file is exactly one thing.
    fn check_rows(&self, findings: &mut Vec<Finding>) -> Result<(), RegisterError> {
        let sound: String = self.db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            findings.push(Finding::blocks("register-damaged", sound).hint("restore the last backup"));
        }
        let mut rows = self.db.prepare("PRAGMA foreign_key_check")?;
        if rows.exists([])? {
            findings.push(Finding::blocks("register-damaged", "a row refers to one that is not there"));
        }
        let mut rows = self.db.prepare(
            "SELECT count(*) FROM files WHERE present = 1 AND
             (ignored IS NOT NULL) + (SELECT count(*) FROM papers WHERE papers.file = files.id AND papers.present = 1) <> 1",
        )?;
        let astray: u32 = rows.query_row([], |row| row.get(0))?;
        if astray > 0 {
            let message = format!("{astray} files of the inbox are not accounted for exactly once");
            findings.push(Finding::blocks("files-astray", message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;
    use crate::panel::acts::{Act, Hand};
    use crate::register::acts::Receipt;

    fn filled() -> (tempfile::TempDir, Register) {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let hand = Hand { by: "Ann".to_owned(), login: "ann".to_owned(), reason: "because".to_owned() };
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let case = "1234567".parse().unwrap();
        let receipt = Receipt { name: "plan.docx", bytes: b"plan", case: &case, at: now, evidence: None };
        let paper = register.receive(&receipt, &hand, now).unwrap();
        register.act(&Act::Exclude { paper }, &hand, now).unwrap();
        (place, register)
    }

    fn codes(register: &Register) -> Vec<String> {
        let audit = register.check_everything(&mut || ()).unwrap();
        audit.findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn what_was_left_alone_holds() {
        let (_place, register) = filled();
        let audit = register.check_everything(&mut || ()).unwrap();
        assert_eq!(audit.findings, []);
        assert_eq!((audit.contents, audit.facts), (1, 4));
        assert_eq!(audit.head, Some(register.evidence_head().unwrap()));
    }

    #[test]
    fn tampering_is_found_wherever_it_is() {
        let (_place, register) = filled();
        let sha = register.store().list().unwrap().remove(0);
        let path = register.store().path(&sha);
        let mut part = tempfile::NamedTempFile::new_in(path.parent().unwrap()).unwrap();
        part.write_all(b"another plan").unwrap();
        part.persist(&path).unwrap();
        assert_eq!(codes(&register), ["content-changed"]);
        fs::remove_file(&path).unwrap();
        assert_eq!(codes(&register), ["content-missing"]);

        let (_place, register) = filled();
        register.db.execute("UPDATE acts SET reason = 'another' WHERE id = 2", []).unwrap();
        assert_eq!(codes(&register), ["act-changed"]);
        register.db.execute("DELETE FROM acts WHERE id = 2", []).unwrap();
        assert_eq!(codes(&register), ["act-missing"]);
        register.db.execute("DELETE FROM evidence WHERE seq = 3", []).unwrap();
        assert_eq!(codes(&register), ["evidence-broken"]);
    }

    #[test]
    fn a_content_left_by_a_crash_is_only_a_note() {
        let (_place, register) = filled();
        register.store().put(b"copied, then the power went").unwrap();
        assert_eq!(codes(&register), ["content-unknown"]);
    }
}

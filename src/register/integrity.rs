//! Does everything held still hold: each content its name, each row its content, each fact the one before it.

use std::collections::BTreeMap;
use std::fs::File;

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::register::arrivals;
use crate::register::evidence;
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::migrations;
use crate::register::seals;
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
    ///
    /// Fails when the register cannot be read at all, or the store not be listed.
    pub fn check_everything(&self, each: &mut dyn FnMut()) -> Result<Audit, RegisterError> {
        let (contents, mut findings) = self.check_contents(each)?;
        let (head, facts) = self.check_register(&mut findings)?;
        Ok(Audit { contents, facts, head, findings })
    }

    /// Every content against its name and the books; gives how many there are, and what is wrong.
    ///
    /// Fails when the register cannot be read, or the store not be listed.
    pub fn check_contents(&self, each: &mut dyn FnMut()) -> Result<(usize, Vec<Finding>), RegisterError> {
        let mut findings = Vec::new();
        let known = self.contents()?;
        for (sha, content) in &known {
            if !content.purged {
                findings.extend(self.check_content(sha, Some(content.size)));
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
        Ok((known.len(), findings))
    }

    /// The chain, every row against its fact and its seal, and the file itself; no contents. Gives the head and the number of links
    /// where all hold.
    ///
    /// Fails when the chain cannot be read.
    pub fn check_register(
        &self,
        findings: &mut Vec<Finding>,
    ) -> Result<(Option<String>, usize), RegisterError> {
        let chain = self.check_chain(findings)?;
        for checked in [
            seals::check(&self.db),
            self.check_pressings(),
            self.check_schema(),
            self.check_file(),
            self.check_columns(),
        ] {
            findings.extend(checked.unwrap_or_else(|error| vec![unreadable(&error)]));
        }
        Ok(chain)
    }

    /// Every link, those of a sealed chain included, and every row they are about.
    fn check_chain(&self, findings: &mut Vec<Finding>) -> Result<(Option<String>, usize), RegisterError> {
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
        let mut links = evidence::sealed(&self.db)?;
        links.extend(evidence::all(&self.db)?);
        for held in [self.check_marks(&links), arrivals::check(&self.db, &links)] {
            findings.extend(held.unwrap_or_else(|error| vec![unreadable(&error)]));
        }
        Ok((Some(head), links.len()))
    }

    /// Every content in the books.
    fn contents(&self) -> Result<BTreeMap<Sha256, Content>, RegisterError> {
        let mut rows = self.db.prepare("SELECT sha, size, purged_at IS NOT NULL FROM contents")?;
        let content = |row: &rusqlite::Row<'_>| {
            Ok((store::sha_of(row, 0)?, Content { size: row.get(1)?, purged: row.get(2)? }))
        };
        Ok(rows.query_map([], content)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether a content is what its name says.
    pub(in crate::register) fn check_kept(&self, sha: &Sha256) -> Option<Finding> {
        self.check_content(sha, None)
    }

    fn check_content(&self, sha: &Sha256, size: Option<i64>) -> Option<Finding> {
        let path = self.store().path(sha);
        let read = || {
            let mut file = File::open(&path)?;
            let long = file.metadata()?.len();
            Ok::<_, std::io::Error>((store::hash(&mut file)?, i64::try_from(long).unwrap_or(i64::MAX)))
        };
        let wrong = match read() {
            Ok((found, long)) if found == *sha && size.is_none_or(|size| size == long) => return None,
            Ok((found, _)) if found == *sha => {
                Finding::blocks("content-size", "the books have another size for a kept content than it has")
            }
            Ok(_) => Finding::blocks(CHANGED, "a kept content is no longer what was taken in"),
            Err(error) => Finding::blocks(MISSING, format!("a kept content cannot be read: {error}")),
        };
        Some(wrong.about(sha.short()).hint("restore it from a backup: its name is its SHA-256"))
    }

    /// Nothing was added to the tables, or taken from them, that this program does not know.
    fn check_schema(&self) -> Result<Vec<Finding>, RegisterError> {
        let (found, expected) = (migrations::schema(&self.db)?, migrations::schema_expected()?);
        let other = found.symmetric_difference(&expected).map(|(sort, name, _)| format!("{sort} {name}"));
        let other: Vec<String> = other.collect();
        let message = || format!("its tables are not this program's: {}", other.join(", "));
        let hint = "restore the last backup";
        Ok((!other.is_empty())
            .then(|| Finding::blocks("register-schema", message()).hint(hint))
            .into_iter()
            .collect())
    }

    /// What SQLite itself can check, and that each file is exactly one thing.
    fn check_file(&self) -> Result<Vec<Finding>, RegisterError> {
        let mut findings = Vec::new();
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
        Ok(findings)
    }

    /// Columns that say again what a marked one says.
    fn check_columns(&self) -> Result<Vec<Finding>, RegisterError> {
        let mut findings = Vec::new();
        for (code, message, sql) in SAID_TWICE {
            let mut rows = self.db.prepare(sql)?;
            let subjects =
                rows.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
            let finding =
                |subject| Finding::blocks(code, message).about(subject).hint("restore it from a backup");
            findings.extend(subjects.into_iter().map(finding));
        }
        let mut packs =
            self.db.prepare("SELECT meeting, version, evidence_head FROM packs ORDER BY meeting, version")?;
        let mut packs = packs.query([])?;
        while let Some(row) = packs.next()? {
            let (meeting, version, head): (String, u32, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if head != evidence::BEGINNING && !evidence::had_head(&self.db, &head)? {
                let message = "the record of evidence that an issued pack names is not in the chain";
                let subject = format!("pack of {meeting}, version {version}");
                let hint = "the chain was rewritten or cut; restore the last backup";
                findings.push(Finding::blocks("evidence-cut", message).about(subject).hint(hint));
            }
        }
        Ok(findings)
    }
}

/// Codes of what can be mended from the inbox.
pub const CHANGED: &str = "content-changed";
pub const MISSING: &str = "content-missing";

/// Code, message, and what gives the names of what is wrong.
const SAID_TWICE: [(&str, &str, &str); 3] = [
    (
        "letter-changed",
        "how far an email has got is not what was recorded last",
        // Until November 2026 a letter that was only written had no state of its own yet.
        "SELECT 'letter L' || number FROM letters WHERE EXISTS (SELECT 1 FROM letter_states WHERE letter = number)
         AND ((state, at) IS NOT (SELECT state, at FROM letter_states WHERE letter = number ORDER BY rowid DESC LIMIT 1)
         OR made_at > (SELECT at FROM letter_states WHERE letter = number ORDER BY rowid LIMIT 1)) ORDER BY number",
    ),
    (
        "copy-changed",
        "a record of who was given a copy is not as it was recorded",
        "SELECT 'copy ' || id FROM copies WHERE json_extract(record, '$.meeting') IS NOT meeting ORDER BY id",
    ),
    (
        "pack-changed",
        "the evidence that an issued pack was made from is not what its manifest says",
        "SELECT 'pack of ' || meeting || ', version ' || version FROM packs
         WHERE json_extract(manifest, '$.evidence_head') <> evidence_head ORDER BY meeting, version",
    ),
];

/// A content in the books.
#[derive(Debug, Clone, Copy)]
struct Content {
    size: i64,
    purged: bool,
}

/// What cannot be read back was changed: a check that stops there would say nothing of the rest.
fn unreadable(error: &RegisterError) -> Finding {
    Finding::blocks("register-unreadable", error.to_string()).hint("restore the last backup")
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

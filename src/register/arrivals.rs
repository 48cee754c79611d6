//! Holds what came against the chain: each version of a paper, what was read of it, and each content that a fact names.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use crate::finding::Finding;
use crate::panel::ids::{PaperNumber, Sha256};
use crate::register::evidence::{Fact, Link};
use crate::register::failure::RegisterError;
use crate::register::keys::{self, Mark, Proof};
use crate::register::moment::Moment;
use crate::register::readings;
use crate::register::store::sha_of;
use crate::register::versions;

/// What the chain says came.
#[derive(Debug, Default)]
struct Came {
    versions: BTreeMap<(PaperNumber, u32), Accepted>,
    /// Contents that some fact names.
    named: BTreeSet<Sha256>,
    purged: BTreeSet<Sha256>,
    destroyed: BTreeSet<i64>,
}

#[derive(Debug)]
struct Accepted {
    sha: Sha256,
    at: Moment,
    row: Option<Mark>,
    reading: Option<Mark>,
}

/// Versions, readings and contents that are not as the chain says, or of which it says nothing. For a chain that holds; `links` are
/// all of it, the sealed part first.
pub(in crate::register) fn check(db: &Connection, links: &[Link]) -> Result<Vec<Finding>, RegisterError> {
    let mut came = Came::default();
    for Link { at, fact, .. } in links {
        came.read(fact, Moment::of(*at));
    }
    let mut findings = came.check_contents(db)?;
    for held in versions::marked(db)? {
        let subject = format!("{} version {}", held.paper, held.version);
        let Some(said) = came.versions.remove(&(held.paper, held.version)) else {
            findings.push(wrong(
                "version",
                "changed",
                "a version of a document is not in the chain",
                &subject,
            ));
            continue;
        };
        let same = said.sha == held.sha && said.at == held.accepted_at;
        let proof = match &said.row {
            Some(mark) if same => keys::prove(db, mark, held.bytes.as_bytes())?,
            _ if same => Proof::Same,
            _ => Proof::Changed,
        };
        let message = "when a version of a document came, or what it is, is not as it was recorded";
        match proof {
            Proof::Same => {}
            Proof::Changed => findings.push(wrong("version", "changed", message, &subject)),
            Proof::NoKey => findings.extend(came.keyless(said.row.as_ref(), &subject)),
        }
        if let Some(mark) = &said.reading
            && !is_read_so(db, &held.sha, mark)?
        {
            let message = "what was read of a document is not as it was recorded";
            findings.push(wrong("reading", "changed", message, &subject));
        }
    }
    for ((paper, version), said) in &came.versions {
        let subject = format!("{paper} version {version}");
        match &said.row {
            Some(mark) if !keys::is_kept(db, mark)? => findings.extend(came.keyless(Some(mark), &subject)),
            _ => findings.push(wrong("version", "missing", "a version of a document is missing", &subject)),
        }
    }
    Ok(findings)
}

impl Came {
    fn read(&mut self, fact: &Fact, at: Moment) {
        self.named.extend(fact.content().cloned());
        match fact {
            Fact::Accepted { paper, version, sha256, row, reading } => {
                let (sha, row, reading) = (sha256.clone(), row.clone(), reading.clone());
                self.versions.insert((*paper, *version), Accepted { sha, at, row, reading });
            }
            Fact::ContentPurged { sha256 } => {
                self.purged.insert(sha256.clone());
            }
            Fact::KeyDestroyed { key } => {
                self.destroyed.insert(*key);
            }
            _ => {}
        }
    }

    /// Every content that a fact names is in the books, and none is said to be purged that no fact says so of.
    fn check_contents(&self, db: &Connection) -> Result<Vec<Finding>, RegisterError> {
        let mut rows = db.prepare("SELECT sha, purged_at IS NOT NULL FROM contents")?;
        let rows = rows.query_map([], |row| Ok((sha_of(row, 0)?, row.get(1)?)))?;
        let held: BTreeMap<Sha256, bool> = rows.collect::<rusqlite::Result<_>>()?;
        let mut findings = Vec::new();
        for (sha, purged) in &held {
            if *purged && !self.purged.contains(sha) {
                let message = "a content is marked as purged, and no purge is recorded";
                findings.push(wrong("content", "purged", message, sha.short()));
            }
        }
        for sha in self.named.iter().filter(|sha| !held.contains_key(sha)) {
            let message = "a content that the chain names is not in the books";
            findings.push(wrong("content", "unlisted", message, sha.short()));
        }
        Ok(findings)
    }

    /// A key may be gone, but not without a fact that says so.
    fn keyless(&self, mark: Option<&Mark>, subject: &str) -> Option<Finding> {
        let purged = matches!(mark, Some(Mark::Keyed { key, .. }) if self.destroyed.contains(key));
        let message = "the key that proves it is gone, and no purge is recorded";
        (!purged).then(|| wrong("key", "missing", message, subject))
    }
}

/// Whether the reading in use is the marked one. A marked one that had failed may have been read again since.
fn is_read_so(db: &Connection, sha: &Sha256, mark: &Mark) -> Result<bool, RegisterError> {
    for (at, (reading, failed)) in readings::all_recorded(db, sha)?.iter().enumerate() {
        match keys::prove(db, mark, reading.as_bytes())? {
            Proof::Same => return Ok(at == 0 || *failed),
            Proof::NoKey => return Ok(true),
            Proof::Changed => {}
        }
    }
    Ok(false)
}

fn wrong(what: &str, how: &str, message: &str, subject: &str) -> Finding {
    Finding::blocks(&format!("{what}-{how}"), message).about(subject).hint("restore it from a backup")
}

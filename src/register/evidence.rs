//! The evidence chain: facts, each hashed together with the one before, so that none can be changed, left out or put in.
//!
//! A fact names papers, letters, meetings and contents by number and hash, and rows by a mark ([`crate::register::keys`]); never a
//! path, a person, an address or a word that somebody wrote. The head is printed in the pack and in its letters: whoever holds
//! one of those can hold the register to it.
//!
//! # Compatibility
//!
//! Chains of before November 2026 held names of drafts, and so addresses. Such a chain lies sealed in a table of its own: the first
//! fact of the chain that goes on is the sealed one's length and head. Its links are verified until they are purged.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

use crate::panel::ids::{PaperNumber, Sha256};
use crate::register::canonical::canonical;
use crate::register::failure::RegisterError;
use crate::register::keys::Mark;
use crate::register::moment::Moment;
use crate::register::store;

/// Something that happened, in ids and hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// An older chain ends here: how many links it had, and the hash of its last.
    Sealed {
        links: i64,
        head: String,
    },
    /// The links of the older chain are no longer kept.
    SealedPurged,
    /// What was marked with this key can no longer be proved.
    KeyDestroyed {
        key: i64,
    },
    /// A content was read in full for the first time.
    Seen {
        paper: PaperNumber,
        sha256: Sha256,
        absent_at: Option<Moment>,
        present_at: Moment,
    },
    /// It became a version of the paper.
    Accepted {
        paper: PaperNumber,
        version: u32,
        sha256: Sha256,
        /// Of when it came and what it came as; none in chains of before December 2026.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        row: Option<Mark>,
        /// Of what had been read out of it by then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reading: Option<Mark>,
    },
    /// The content itself was removed from the store on purpose.
    ContentPurged {
        sha256: Sha256,
    },
    /// The paper now lies under another name in the inbox.
    Moved {
        paper: PaperNumber,
    },
    Removed {
        paper: PaperNumber,
    },
    Returned {
        paper: PaperNumber,
    },
    /// The administrator did something.
    Ordered {
        act: i64,
        /// Of the act as recorded.
        #[serde(alias = "sha256")]
        row: Mark,
    },
    AgendaSet {
        meeting: NaiveDate,
        #[serde(alias = "sha256")]
        row: Mark,
    },
    PackIssued {
        meeting: NaiveDate,
        version: u32,
        sha256: Sha256,
        manifest: Mark,
    },
    /// A file of a pack was made for one reader; `record` is the row that says for whom.
    CopyMade {
        copy: i64,
        sha256: Sha256,
        record: Mark,
    },
    /// A letter was written, or got so far.
    Letter {
        letter: String,
        state: String,
        sha256: Sha256,
        /// To whom it goes, and what the post said; none in sealed chains.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        row: Option<Mark>,
    },
    Decided {
        meeting: NaiveDate,
        #[serde(alias = "sha256")]
        row: Mark,
    },
    MinutesConfirmed {
        meeting: NaiveDate,
        sha256: Sha256,
        /// By whom; none in sealed chains.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        row: Option<Mark>,
    },
}

/// One link, as `audit` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub fact: Fact,
    pub hash: String,
}

impl Fact {
    /// The mark of the row it is about.
    pub const fn mark(&self) -> Option<&Mark> {
        match self {
            Fact::Ordered { row, .. } | Fact::AgendaSet { row, .. } | Fact::Decided { row, .. } => Some(row),
            Fact::PackIssued { manifest: row, .. } | Fact::CopyMade { record: row, .. } => Some(row),
            Fact::Letter { row, .. } | Fact::MinutesConfirmed { row, .. } | Fact::Accepted { row, .. } => {
                row.as_ref()
            }
            _ => None,
        }
    }
}

impl Fact {
    /// The content it names.
    pub const fn content(&self) -> Option<&Sha256> {
        match self {
            Fact::Seen { sha256, .. }
            | Fact::Accepted { sha256, .. }
            | Fact::ContentPurged { sha256 }
            | Fact::PackIssued { sha256, .. }
            | Fact::CopyMade { sha256, .. }
            | Fact::Letter { sha256, .. }
            | Fact::MinutesConfirmed { sha256, .. } => Some(sha256),
            _ => None,
        }
    }
}

/// The hash that stands for everything before the first fact.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const CHAIN: &str = "evidence";
const SEALED: &str = "sealed";

/// Adds a fact at the end, inside the transaction that makes it true.
pub fn append(work: &Transaction<'_>, at: DateTime<Utc>, fact: &Fact) -> Result<(), RegisterError> {
    let (seq, before) = last(work, CHAIN)?;
    let at = Moment::of(at);
    let body = canonical(fact)?;
    let hash = link(&before, seq + 1, at, &body);
    work.prepare_cached("INSERT INTO evidence (seq, at, body, hash) VALUES (?1, ?2, ?3, ?4)")?.execute((
        seq + 1,
        at,
        body,
        hash,
    ))?;
    Ok(())
}

/// Puts every link there is aside and begins a chain with their number and head; its moment is that of the last of them.
pub fn seal(work: &Transaction<'_>) -> Result<(), RegisterError> {
    let (links, head) = last(work, CHAIN)?;
    if links == 0 {
        return Ok(());
    }
    let at: String = work.query_row("SELECT at FROM evidence WHERE seq = ?1", [links], |row| row.get(0))?;
    work.execute_batch("INSERT INTO sealed SELECT seq, at, body, hash FROM evidence; DELETE FROM evidence;")?;
    append(work, at.parse().unwrap_or(DateTime::UNIX_EPOCH), &Fact::Sealed { links, head })
}

/// The hash of the last fact: it stands for all of them.
pub fn head(db: &Connection) -> Result<String, RegisterError> {
    Ok(last(db, CHAIN)?.1)
}

/// Whether the chain, or the one sealed in it, ever had this head.
pub fn had_head(db: &Connection, head: &str) -> Result<bool, RegisterError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM evidence WHERE hash = ?1 UNION ALL SELECT 1 FROM sealed WHERE hash = ?1)";
    let linked: bool = db.query_row(sql, [head], |row| row.get(0))?;
    Ok(linked || matches!(first(db)?, Some(Fact::Sealed { head: sealed, .. }) if sealed == head))
}

/// Works the whole chain out again. The first link that does not hold is named by its number.
pub fn verify(db: &Connection) -> Result<Result<String, i64>, RegisterError> {
    Ok(worked_out(db, CHAIN)?.map(|(_, head)| head))
}

/// Works the sealed links out again and holds them against the first fact after them.
pub fn verify_sealed(db: &Connection) -> Result<Result<(), i64>, RegisterError> {
    let (links, head) = match worked_out(db, SEALED)? {
        Ok(end) => end,
        Err(seq) => return Ok(Err(seq)),
    };
    let sealed = match first(db)? {
        Some(Fact::Sealed { links, head }) => (links, head),
        _ => (0, BEGINNING.to_owned()),
    };
    let purged = links == 0 && all(db)?.iter().any(|link| matches!(link.fact, Fact::SealedPurged));
    if purged || sealed == (links, head) {
        return Ok(Ok(()));
    }
    Ok(Err(links.min(sealed.0) + i64::from(links != sealed.0)))
}

/// All facts in order.
pub fn all(db: &Connection) -> Result<Vec<Link>, RegisterError> {
    links(db, CHAIN)
}

/// The links of the sealed chain, while they are kept.
pub fn sealed(db: &Connection) -> Result<Vec<Link>, RegisterError> {
    links(db, SEALED)
}

/// Number of the last good link and its hash, or of the first that does not hold.
fn worked_out(db: &Connection, chain: &str) -> Result<Result<(i64, String), i64>, RegisterError> {
    let mut before = (0, BEGINNING.to_owned());
    let mut rows = db.prepare(&format!("SELECT seq, at, body, hash FROM {chain} ORDER BY seq"))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, body, hash): (i64, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
        let holds = row.get(1).is_ok_and(|at: Moment| link(&before.1, seq, at, &body) == hash);
        if seq != before.0 + 1 || !holds {
            return Ok(Err(before.0 + 1));
        }
        before = (seq, hash);
    }
    Ok(Ok(before))
}

fn links(db: &Connection, chain: &str) -> Result<Vec<Link>, RegisterError> {
    let mut rows = db.prepare(&format!("SELECT seq, at, body, hash FROM {chain} ORDER BY seq"))?;
    let mut rows = rows.query([])?;
    let mut links = Vec::new();
    while let Some(row) = rows.next()? {
        let at: Moment = row.get(1)?;
        let body: String = row.get(2)?;
        let fact = serde_json::from_str(&body).map_err(RegisterError::row("fact"))?;
        links.push(Link { seq: row.get(0)?, at: at.get(), fact, hash: row.get(3)? });
    }
    Ok(links)
}

fn first(db: &Connection) -> Result<Option<Fact>, RegisterError> {
    let body: Option<String> =
        db.query_row("SELECT body FROM evidence WHERE seq = 1", [], |row| row.get(0)).optional()?;
    body.map(|body| serde_json::from_str(&body).map_err(RegisterError::row("fact"))).transpose()
}

fn last(db: &Connection, chain: &str) -> Result<(i64, String), RegisterError> {
    let found = db
        .prepare_cached(&format!("SELECT seq, hash FROM {chain} ORDER BY seq DESC LIMIT 1"))?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.unwrap_or_else(|| (0, BEGINNING.to_owned())))
}

fn link(before: &str, seq: i64, at: Moment, body: &str) -> String {
    store::hash_bytes(format!("{before}\n{seq}\n{}\n{body}", at.text()).as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(facts: u32) -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        let place = tempfile::tempdir().unwrap();
        let store = store::Store::open(place.path()).unwrap();
        crate::register::migrations::bring_up(
            &mut db,
            std::path::Path::new("x"),
            &store,
            crate::register::keys::Secrets::Random,
        )
        .unwrap();
        let work = db.transaction().unwrap();
        let at = "2026-11-16T09:00:00Z".parse().unwrap();
        for paper in 1..=facts {
            append(&work, at, &Fact::Moved { paper: PaperNumber::new(paper) }).unwrap();
        }
        work.commit().unwrap();
        db
    }

    #[test]
    fn a_sound_chain_ends_in_its_head() {
        let db = chain(3);
        assert_eq!(verify(&db).unwrap(), Ok(head(&db).unwrap()));
        assert_eq!(all(&db).unwrap().len(), 3);
        assert_eq!(verify(&chain(0)).unwrap(), Ok(BEGINNING.to_owned()));
    }

    #[test]
    fn changing_leaving_out_and_swapping_are_noticed_where_they_are() {
        let spoil = |sql: &str| {
            let db = chain(4);
            db.execute_batch(sql).unwrap();
            verify(&db).unwrap()
        };
        assert_eq!(spoil("UPDATE evidence SET body = replace(body, 'P2', 'P9') WHERE seq = 2"), Err(2));
        assert_eq!(spoil("UPDATE evidence SET at = '2026-11-16T09:00:01.000000Z' WHERE seq = 3"), Err(3));
        assert_eq!(spoil("DELETE FROM evidence WHERE seq = 2"), Err(2));
        assert_eq!(spoil("DELETE FROM evidence WHERE seq = 1"), Err(1));
        assert_eq!(
            spoil(
                "UPDATE evidence SET seq = 9 WHERE seq = 2; UPDATE evidence SET seq = 2 WHERE seq = 3;
                   UPDATE evidence SET seq = 3 WHERE seq = 9"
            ),
            Err(2)
        );
    }

    #[test]
    fn a_sealed_chain_is_held_to_its_head_and_length() {
        let sealed = || {
            let mut db = chain(4);
            let work = db.transaction().unwrap();
            seal(&work).unwrap();
            append(
                &work,
                "2026-11-17T09:00:00Z".parse().unwrap(),
                &Fact::Moved { paper: PaperNumber::new(9) },
            )
            .unwrap();
            work.commit().unwrap();
            db
        };
        let before = head(&chain(4)).unwrap();
        let db = sealed();
        let facts = all(&db).unwrap();
        assert_eq!(facts[0].fact, Fact::Sealed { links: 4, head: before.clone() });
        assert_eq!((facts.len(), super::sealed(&db).unwrap().len()), (2, 4));
        assert_eq!((verify(&db).unwrap().is_ok(), verify_sealed(&db).unwrap()), (true, Ok(())));
        assert!(had_head(&db, &before).unwrap() && had_head(&db, &head(&db).unwrap()).unwrap());
        assert!(!had_head(&db, BEGINNING).unwrap());
        let spoil = |sql: &str| {
            let db = sealed();
            db.execute_batch(sql).unwrap();
            verify_sealed(&db).unwrap()
        };
        assert_eq!(spoil("UPDATE sealed SET body = replace(body, 'P2', 'P9') WHERE seq = 2"), Err(2));
        assert_eq!(spoil("DELETE FROM sealed WHERE seq = 4"), Err(4));
        assert_eq!(spoil("DELETE FROM sealed"), Err(1));
        assert_eq!(
            spoil("DELETE FROM evidence WHERE seq = 1"),
            Err(1),
            "links that no fact speaks of are not taken for sealed"
        );
    }
}

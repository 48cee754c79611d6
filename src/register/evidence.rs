//! The evidence chain: facts, each hashed together with the one before, so that none can be changed, left out or put in.
//!
//! A fact names papers, cases, meetings and hashes; never a path, a person or a word of a document. The head is printed in
//! the pack and in its letters: whoever holds one of those can hold the register to it.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::panel::ids::{PaperNumber, Sha256};
use crate::register::failure::RegisterError;
use crate::register::moment::Moment;
use crate::register::store;

/// Something that happened, in ids and hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
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
    /// The administrator did something; the hash is of the act as recorded.
    Ordered {
        act: i64,
        sha256: Sha256,
    },
    AgendaSet {
        meeting: NaiveDate,
        sha256: Sha256,
    },
    PackIssued {
        meeting: NaiveDate,
        version: u32,
        sha256: Sha256,
        manifest: Sha256,
    },
    /// A file of a pack was made for one reader; `record` is the hash of the row that says for whom.
    CopyMade {
        copy: i64,
        sha256: Sha256,
        record: Sha256,
    },
    Letter {
        letter: String,
        state: String,
        sha256: Sha256,
    },
    Decided {
        meeting: NaiveDate,
        sha256: Sha256,
    },
    MinutesConfirmed {
        meeting: NaiveDate,
        sha256: Sha256,
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

/// The hash that stands for everything before the first fact.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Adds a fact at the end, inside the transaction that makes it true.
pub fn append(work: &Transaction<'_>, at: DateTime<Utc>, fact: &Fact) -> Result<(), RegisterError> {
    let (seq, before) = last(work)?;
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

/// The hash of the last fact: it stands for all of them.
pub fn head(db: &Connection) -> Result<String, RegisterError> {
    Ok(last(db)?.1)
}

/// Works the whole chain out again. The first link that does not hold is named by its number.
pub fn verify(db: &Connection) -> Result<Result<String, i64>, RegisterError> {
    let mut before = (0, BEGINNING.to_owned());
    let mut rows = db.prepare("SELECT seq, at, body, hash FROM evidence ORDER BY seq")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, body, hash): (i64, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
        let holds = row.get(1).is_ok_and(|at: Moment| link(&before.1, seq, at, &body) == hash);
        if seq != before.0 + 1 || !holds {
            return Ok(Err(before.0 + 1));
        }
        before = (seq, hash);
    }
    Ok(Ok(before.1))
}

/// All facts in order.
pub fn all(db: &Connection) -> Result<Vec<Link>, RegisterError> {
    let mut rows = db.prepare("SELECT seq, at, body, hash FROM evidence ORDER BY seq")?;
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

fn last(db: &Connection) -> Result<(i64, String), RegisterError> {
    let found = db
        .prepare_cached("SELECT seq, hash FROM evidence ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.unwrap_or_else(|| (0, BEGINNING.to_owned())))
}

fn link(before: &str, seq: i64, at: Moment, body: &str) -> String {
    store::hash_bytes(format!("{before}\n{seq}\n{}\n{body}", at.text()).as_bytes()).to_string()
}

/// JSON with its keys in order and no spaces, so that the same thing always has the same hash.
pub fn canonical(thing: &impl Serialize) -> Result<String, RegisterError> {
    let value = serde_json::to_value(thing).map_err(RegisterError::row("fact"))?;
    Ok(sorted(value).to_string())
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(facts: u32) -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        crate::register::migrations::bring_up(&mut db, std::path::Path::new("x")).unwrap();
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
    fn canonical_json_does_not_depend_on_the_order_it_was_built_in() {
        let one = serde_json::json!({ "b": [{ "y": 1, "x": 2 }], "a": null });
        let other = serde_json::json!({ "a": null, "b": [{ "x": 2, "y": 1 }] });
        assert_eq!(canonical(&one).unwrap(), canonical(&other).unwrap());
        assert_eq!(canonical(&one).unwrap(), r#"{"a":null,"b":[{"x":2,"y":1}]}"#);
    }
}

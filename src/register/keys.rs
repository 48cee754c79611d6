//! Keys of cases, papers, meetings and people, and the marks made with them.
//!
//! The evidence chain stays for ever, the rows it speaks of do not. So a fact holds no hash of a row with names in it, which
//! anybody could try names against, but an HMAC-SHA-256 under a key of the row's owner. While the key is there the mark proves
//! the row; once the key is destroyed the mark says nothing to anybody, and the chain still holds.
//!
//! A key lies in the table `keys` alone: never in the chain, a log, or anything made for people. Backups hold it.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

use crate::panel::ids::{CaseId, PaperNumber, Sha256};
use crate::register::failure::RegisterError;
use crate::register::moment::Moment;
use crate::register::store::hash_bytes;

/// Where new keys come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Secrets {
    /// The system's random numbers.
    #[default]
    Random,
    /// The owner's name: a rehearsal makes the same bytes again, and protects nobody.
    FromOwner,
}

/// Whose row it is; with whose data the key is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    Case(&'a CaseId),
    /// Whatever case it is filed under.
    Paper(PaperNumber),
    /// Agenda, decisions, minutes and packs are about many cases at once.
    Meeting(NaiveDate),
    /// By address.
    Person(&'a str),
    /// The seals of all rows (`register/seals.rs`); never destroyed.
    Register,
    /// The panel itself: never destroyed.
    Panel,
}

/// A row as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Mark {
    /// HMAC-SHA-256 of the row under the key with this number.
    Keyed { key: i64, hmac: Sha256 },
    /// SHA-256 of the row: in chains that were sealed when there were no keys yet.
    Plain(Sha256),
}

/// What a mark says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Same,
    Changed,
    /// The key is gone: nothing can be said.
    NoKey,
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Case(case) => write!(out, "case {case}"),
            Owner::Paper(paper) => write!(out, "paper {paper}"),
            Owner::Meeting(day) => write!(out, "meeting {day}"),
            Owner::Panel => write!(out, "panel"),
            Owner::Person(address) => write!(out, "person {}", address.to_lowercase()),
            Owner::Register => out.write_str("register"),
        }
    }
}

/// Marks a row with its owner's key, which is made if there is none.
pub fn mark(
    work: &Transaction<'_>,
    secrets: Secrets,
    owner: Owner<'_>,
    row: &[u8],
    now: DateTime<Utc>,
) -> Result<Mark, RegisterError> {
    let (key, secret) = match of(work, owner)? {
        Some(known) => known,
        None => make(work, secrets, owner, now)?,
    };
    Ok(Mark::Keyed { key, hmac: hmac(&secret, row) })
}

/// An owner's key with its number.
pub fn of(db: &Connection, owner: Owner<'_>) -> Result<Option<(i64, Vec<u8>)>, RegisterError> {
    let mut row = db.prepare_cached("SELECT id, key FROM keys WHERE owner = ?1 AND key IS NOT NULL")?;
    Ok(row.query_row([owner.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Makes an owner's key.
pub fn make(
    work: &Transaction<'_>,
    secrets: Secrets,
    owner: Owner<'_>,
    now: DateTime<Utc>,
) -> Result<(i64, Vec<u8>), RegisterError> {
    let owner = owner.to_string();
    let secret = made(secrets, &owner)?;
    work.execute(
        "INSERT INTO keys (owner, key, made_at) VALUES (?1, ?2, ?3)",
        (&owner, &secret, Moment::of(now)),
    )?;
    Ok((work.last_insert_rowid(), secret))
}

/// Holds a row against its mark.
pub fn prove(db: &Connection, mark: &Mark, row: &[u8]) -> Result<Proof, RegisterError> {
    let found = match mark {
        Mark::Plain(sha256) => hash_bytes(row) == *sha256,
        Mark::Keyed { key, hmac: marked } => {
            let Some(secret) = secret(db, *key)? else { return Ok(Proof::NoKey) };
            hmac(&secret, row) == *marked
        }
    };
    Ok(if found { Proof::Same } else { Proof::Changed })
}

/// Destroys an owner's key for good and forgets whose it was; gives its number, none where the owner never had one.
pub fn destroy(work: &Transaction<'_>, owner: Owner<'_>) -> Result<Option<i64>, RegisterError> {
    let key = work
        .query_row("SELECT id FROM keys WHERE owner = ?1", [owner.to_string()], |row| row.get(0))
        .optional()?;
    work.execute("UPDATE keys SET owner = NULL, key = NULL WHERE id = ?1", [key])?;
    Ok(key)
}

/// Whether the key is still there.
pub fn is_kept(db: &Connection, mark: &Mark) -> Result<bool, RegisterError> {
    match mark {
        Mark::Plain(_) => Ok(true),
        Mark::Keyed { key, .. } => Ok(secret(db, *key)?.is_some()),
    }
}

fn secret(db: &Connection, key: i64) -> Result<Option<Vec<u8>>, RegisterError> {
    let mut rows = db.prepare_cached("SELECT key FROM keys WHERE id = ?1")?;
    Ok(rows.query_row([key], |row| row.get(0)).optional()?.flatten())
}

fn made(secrets: Secrets, owner: &str) -> Result<Vec<u8>, RegisterError> {
    match secrets {
        Secrets::Random => {
            let mut secret = vec![0; 32];
            getrandom::fill(&mut secret).map_err(|error| {
                RegisterError::Refused(format!("the system gives no random numbers for a key: {error}"))
            })?;
            Ok(secret)
        }
        Secrets::FromOwner => Ok(hash_bytes(format!("rehearsal {owner}").as_bytes()).as_str().into()),
    }
}

fn hmac(secret: &[u8], row: &[u8]) -> Sha256 {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(row);
    Sha256::from_digest(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        let place = tempfile::tempdir().unwrap();
        let store = crate::register::store::Store::open(place.path()).unwrap();
        crate::register::migrations::bring_up(&mut db, std::path::Path::new("x"), &store, Secrets::Random)
            .unwrap();
        db
    }

    fn marked(db: &mut Connection, secrets: Secrets, owner: Owner<'_>, row: &[u8]) -> Mark {
        let work = db.transaction().unwrap();
        let mark = mark(&work, secrets, owner, row, "2026-11-16T09:00:00Z".parse().unwrap()).unwrap();
        work.commit().unwrap();
        mark
    }

    #[test]
    fn the_mark_is_the_hmac_of_rfc_4231() {
        // Test case 2.
        assert_eq!(
            hmac(b"Jefe", b"what do ya want for nothing?").as_str(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_mark_proves_its_row_until_the_key_is_destroyed() {
        let mut db = db();
        let case = "1234567".parse().unwrap();
        let mark = marked(&mut db, Secrets::Random, Owner::Case(&case), b"Olive Stone");
        assert_eq!(prove(&db, &mark, b"Olive Stone").unwrap(), Proof::Same);
        assert_eq!(prove(&db, &mark, b"Olive Stein").unwrap(), Proof::Changed);
        let work = db.transaction().unwrap();
        let Mark::Keyed { key, .. } = mark else { panic!("{mark:?}") };
        assert_eq!(destroy(&work, Owner::Case(&case)).unwrap(), Some(key));
        assert_eq!(destroy(&work, Owner::Case(&case)).unwrap(), None);
        work.commit().unwrap();
        assert_eq!(prove(&db, &mark, b"Olive Stone").unwrap(), Proof::NoKey);
        assert!(!is_kept(&db, &mark).unwrap());
        // What comes later has a key of its own.
        let later = marked(&mut db, Secrets::Random, Owner::Case(&case), b"Olive Stone");
        assert_ne!(later, mark);
        assert_eq!(prove(&db, &later, b"Olive Stone").unwrap(), Proof::Same);
    }

    #[test]
    fn real_keys_differ_from_folder_to_folder_and_a_rehearsals_do_not() {
        let owner = Owner::Person("Chair@example.invalid");
        let of = |secrets| marked(&mut db(), secrets, owner, b"a row");
        assert_ne!(of(Secrets::Random), of(Secrets::Random));
        assert_eq!(of(Secrets::FromOwner), of(Secrets::FromOwner));
    }
}

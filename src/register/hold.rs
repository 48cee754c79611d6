//! The register opened: the database, the store and how both are worked with.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::panel::acts::Done;
use crate::panel::ids::Sha256;
use crate::register::evidence;
use crate::register::failure::RegisterError;
use crate::register::keys::Secrets;
use crate::register::migrations;
use crate::register::moment::Moment;
use crate::register::place;
use crate::register::reached::Reached;
use crate::register::seals;
use crate::register::store::Store;

/// How long a command waits for another one's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open register. Each process opens its own.
#[derive(Debug)]
pub struct Register {
    pub(in crate::register) db: Connection,
    pub(in crate::register) secrets: Secrets,
    store: Store,
    data: PathBuf,
    /// The file's number; another one, or none, means that what is written now would be lost.
    number: Option<u64>,
    /// How far it had come when that was last noted.
    noted: RefCell<Option<Reached>>,
    /// What was done by hand, as it was last read.
    pub(in crate::register) acts: RefCell<ReadActs>,
}

/// What was done by hand, with what tells whether it is still all of it.
#[derive(Debug, Default)]
pub(in crate::register) struct ReadActs {
    /// How many rows there were, the number of the last, and SQLite's own count of what other connections wrote.
    pub(in crate::register) mark: Option<(i64, Option<i64>, i64)>,
    pub(in crate::register) acts: Vec<Done>,
}

impl Drop for Register {
    /// What cannot be noted now is noted by the next who opens it.
    fn drop(&mut self) {
        drop(self.note_reached());
    }
}

impl Register {
    /// Opens the register in the data folder, making it where there is none.
    pub fn open(data: &Path) -> Result<Register, RegisterError> {
        Register::open_with(data, Secrets::Random)
    }

    /// The same; new keys come from `secrets`.
    pub fn open_with(data: &Path, secrets: Secrets) -> Result<Register, RegisterError> {
        place::prepare(data)?;
        let path = data.join("register.sqlite");
        // An empty register beside contents would take every paper for new.
        let store = Store::at(&data.join("store"));
        let left = Reached::left(data);
        let begun = store.holds_anything() || left.as_ref().is_some_and(Reached::is_something);
        if !path.exists() {
            if begun {
                return Err(RegisterError::Gone { path });
            }
            place::make_private_folder(&data.join("store"))?;
        }
        let mut db = Connection::open(&path)?;
        place::restrict(&path, 0o600)?;
        db.busy_timeout(PATIENCE)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        // What is deleted, a key above all, is overwritten.
        db.pragma_update(None, "secure_delete", true)?;
        // What a row that replaces another takes out is taken out by the same rules; what this connection alone has needs no file.
        db.pragma_update(None, "recursive_triggers", true)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        let sound: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            return Err(RegisterError::Damaged { path, what: sound });
        }
        // An emptied file is no new register either.
        if begun && migrations::edition(&db)? == 0 {
            return Err(RegisterError::Gone { path });
        }
        migrations::bring_up(&mut db, &path, &store, secrets)?;
        seals::watch_over(&db)?;
        let reached = Reached::now(&db)?;
        if let Some(left) = &left
            && !reached.follows(left, &db)?
        {
            return Err(RegisterError::Older { path });
        }
        let noted = RefCell::new(left);
        let register = Register {
            db,
            secrets,
            store,
            data: data.to_owned(),
            number: number(&path),
            noted,
            acts: RefCell::default(),
        };
        register.note_reached()?;
        Ok(register)
    }

    /// Notes beside the register how far it has come. Also done when it is let go of.
    ///
    /// Fails when the register cannot be read or the data folder not be written to.
    pub fn note_reached(&self) -> Result<(), RegisterError> {
        let reached = Reached::now(&self.db)?;
        let mut noted = self.noted.borrow_mut();
        if noted.as_ref() != Some(&reached) && self.is_in_place().is_ok() {
            reached.write(&self.data)?;
            *noted = Some(reached);
        }
        Ok(())
    }

    /// Whether the file that was opened still lies where it was: what is written into one that was moved away is lost.
    pub fn is_in_place(&self) -> Result<(), RegisterError> {
        let path = self.data.join("register.sqlite");
        if self.number == number(&path) { Ok(()) } else { Err(RegisterError::Gone { path }) }
    }

    /// Whether a file lies there now, this one or another that was put in its place.
    pub fn lies_again(&self) -> bool {
        self.data.join("register.sqlite").is_file()
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where its keys come from.
    pub const fn secrets(&self) -> Secrets {
        self.secrets
    }

    /// The data folder, for what must lie beside the register.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The head of the evidence chain as it stands now.
    pub fn evidence_head(&self) -> Result<String, RegisterError> {
        evidence::head(&self.db)
    }

    /// Whether the chain ever ended in `head`; for the head that a pack or a letter names.
    pub fn had_head(&self, head: &str) -> Result<bool, RegisterError> {
        evidence::had_head(&self.db, head)
    }

    /// Every fact, for `audit`.
    pub fn evidence(&self) -> Result<Vec<evidence::Link>, RegisterError> {
        evidence::all(&self.db)
    }

    /// The facts of the chain that was sealed, while they are kept.
    pub fn sealed_evidence(&self) -> Result<Vec<evidence::Link>, RegisterError> {
        evidence::sealed(&self.db)
    }

    /// Keeps `bytes` in the store and in the books.
    pub fn keep(&mut self, bytes: &[u8], now: DateTime<Utc>) -> Result<Sha256, RegisterError> {
        let sha = self.store.put(bytes)?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let work = self.begin()?;
        note_content(&work, &sha, size, now)?;
        work.commit()?;
        Ok(sha)
    }

    /// A note in the operations log: ids and hashes only.
    pub fn log(&mut self, what: &str, detail: &str, now: DateTime<Utc>) -> Result<(), RegisterError> {
        self.db
            .prepare_cached("INSERT INTO operations (at, what, detail) VALUES (?1, ?2, ?3)")?
            .execute((Moment::of(now), what, detail))?;
        Ok(())
    }

    /// A transaction that holds the pen from its first line. Keep it short: other commands wait for it.
    pub fn begin(&mut self) -> Result<Transaction<'_>, RegisterError> {
        Ok(self.db.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

/// The number of the file at `path`, where the system numbers files.
fn number(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        path.metadata().ok().map(|found| found.ino())
    }
    #[cfg(not(unix))]
    path.is_file().then_some(0)
}

/// Enters a content that already lies in the store.
pub fn note_content(
    work: &Transaction<'_>,
    sha: &Sha256,
    size: i64,
    now: DateTime<Utc>,
) -> Result<(), RegisterError> {
    work.prepare_cached(
        "INSERT INTO contents (sha, size, kept_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (sha) DO UPDATE SET purged_at = NULL",
    )?
    .execute((sha.as_str(), size, Moment::of(now)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_twice_at_once_and_again() {
        let place = tempfile::tempdir().unwrap();
        let mut watch = Register::open(place.path()).unwrap();
        let mut command = Register::open(place.path()).unwrap();
        let now = "2026-11-16T09:00:00Z".parse().unwrap();
        let sha = watch.keep(b"one", now).unwrap();
        command.keep(b"two", now).unwrap();
        assert!(command.store().holds(&sha));
        drop((watch, command));
        Register::open(place.path()).unwrap();
    }

    #[test]
    fn a_damaged_file_is_refused_with_what_to_do() {
        let place = tempfile::tempdir().unwrap();
        drop(Register::open(place.path()).unwrap());
        let path = place.path().join("register.sqlite");
        let mut bytes = std::fs::read(&path).unwrap();
        let end = bytes.len();
        bytes[4096..end].fill(0x5A);
        tempfile::NamedTempFile::new_in(place.path())
            .and_then(|mut part| {
                std::io::Write::write_all(&mut part, &bytes)?;
                Ok(part.persist(&path)?)
            })
            .unwrap();
        let refused = Register::open(place.path()).unwrap_err();
        assert!(matches!(refused, RegisterError::Damaged { .. } | RegisterError::Sql(_)), "{refused}");
    }
}

//! The register's tables, edition by edition. Each edition runs once, in its own transaction; none is ever edited.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::register::evidence;
use crate::register::failure::RegisterError;
use crate::register::keys::Secrets;
use crate::register::message_id;
use crate::register::seals;
use crate::register::store::Store;

/// What one edition adds.
#[derive(Debug, Clone, Copy)]
enum Edition {
    Tables(&'static str),
    /// The chain written so far is put aside ([`evidence::seal`]).
    SealedChain,
    /// Letters written so far get the Message-ID that stands in them.
    MessageIds,
}

/// Appended to, never changed: files in councils' data folders were made by these very lines.
const EDITIONS: &[Edition] = &[
    Edition::Tables(CONTENTS),
    Edition::Tables(INTAKE),
    Edition::Tables(HANDS),
    Edition::Tables(MEETINGS),
    Edition::Tables(VIEWS),
    Edition::Tables(UPTO),
    Edition::Tables(COPIES),
    Edition::Tables(ROUNDS),
    Edition::Tables(KEYS),
    Edition::SealedChain,
    Edition::MessageIds,
    Edition::Tables(STATE),
    Edition::Tables(INBOX),
    Edition::Tables(SEALS),
];

/// Contents, the chain of facts, and what the program did.
const CONTENTS: &str = "
    CREATE TABLE contents (
        sha TEXT PRIMARY KEY, size INTEGER NOT NULL, kept_at TEXT NOT NULL, purged_at TEXT
    ) STRICT;
    CREATE TABLE evidence (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE operations (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL
    ) STRICT;
";

/// Scans, files, papers, versions, readings.
const INTAKE: &str = "
    CREATE TABLE scans (
        id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, healthy INTEGER, why TEXT
    ) STRICT;
    CREATE TABLE blind (
        scan INTEGER NOT NULL REFERENCES scans(id), path BLOB NOT NULL, why TEXT NOT NULL
    ) STRICT;
    CREATE TABLE files (
        id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, shown TEXT NOT NULL,
        present INTEGER NOT NULL,
        stamp TEXT, reads INTEGER NOT NULL, read_at TEXT, size INTEGER NOT NULL,
        sha TEXT, absent_at TEXT, present_at TEXT, steady_since TEXT,
        unsure_since INTEGER REFERENCES scans(id),
        ignored TEXT, trouble TEXT
    ) STRICT;
    CREATE TABLE papers (
        number INTEGER PRIMARY KEY, file INTEGER REFERENCES files(id),
        part_of INTEGER REFERENCES papers(number), part_index INTEGER, name TEXT,
        present INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX papers_by_file ON papers(file);
    CREATE INDEX papers_by_whole ON papers(part_of);
    CREATE TABLE versions (
        paper INTEGER NOT NULL REFERENCES papers(number), version INTEGER NOT NULL,
        sha TEXT NOT NULL REFERENCES contents(sha), size INTEGER NOT NULL,
        absent_at TEXT, present_at TEXT NOT NULL, accepted_at TEXT NOT NULL,
        PRIMARY KEY (paper, version)
    ) STRICT;
    CREATE INDEX versions_by_content ON versions(sha);
    CREATE TABLE readings (
        sha TEXT NOT NULL REFERENCES contents(sha), engine TEXT NOT NULL, at TEXT NOT NULL,
        reading TEXT NOT NULL, failed INTEGER NOT NULL,
        rendition TEXT REFERENCES contents(sha), pages INTEGER,
        PRIMARY KEY (sha, engine)
    ) STRICT;
    CREATE TABLE parts (
        whole TEXT NOT NULL REFERENCES contents(sha), part_index INTEGER NOT NULL,
        name TEXT NOT NULL, sha TEXT NOT NULL REFERENCES contents(sha),
        PRIMARY KEY (whole, part_index)
    ) STRICT;
";

/// What the administrator did by hand.
const HANDS: &str = "
    CREATE TABLE acts (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, login TEXT NOT NULL,
        reason TEXT NOT NULL, act TEXT NOT NULL
    ) STRICT;
";

/// Meetings, packs and letters.
const MEETINGS: &str = "
    CREATE TABLE agendas (
        meeting TEXT PRIMARY KEY, agenda TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE outcomes (
        meeting TEXT PRIMARY KEY, outcome TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE minutes (
        meeting TEXT PRIMARY KEY, sha TEXT NOT NULL REFERENCES contents(sha),
        confirmed_at TEXT NOT NULL, by TEXT NOT NULL
    ) STRICT;
    CREATE TABLE packs (
        meeting TEXT NOT NULL, version INTEGER NOT NULL, sha TEXT NOT NULL REFERENCES contents(sha),
        manifest TEXT NOT NULL, evidence_head TEXT NOT NULL, issued_at TEXT NOT NULL,
        PRIMARY KEY (meeting, version)
    ) STRICT;
    CREATE TABLE letters (
        id TEXT PRIMARY KEY, meeting TEXT NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL,
        sha TEXT NOT NULL REFERENCES contents(sha), state TEXT NOT NULL, at TEXT NOT NULL, made_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE letter_states (
        letter TEXT NOT NULL REFERENCES letters(id), state TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
";

/// A cache: what contents were seen as.
const VIEWS: &str = "
    CREATE TABLE views (
        eye TEXT NOT NULL, key TEXT NOT NULL, view TEXT NOT NULL, PRIMARY KEY (eye, key)
    ) STRICT;
";

/// The administrator's last act when an agenda was set: what she asked for later is not in it yet.
const UPTO: &str = "
    ALTER TABLE agendas ADD COLUMN upto INTEGER NOT NULL DEFAULT 0;
";

/// Which file of a pack was made for whom; `record` is hashed into the chain.
const COPIES: &str = "
    CREATE TABLE copies (
        id INTEGER PRIMARY KEY, meeting TEXT NOT NULL, sha TEXT NOT NULL REFERENCES contents(sha),
        record TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX copies_by_content ON copies(sha);
";

/// What is amiss, what was made from what, and a count that moves on with everything that becomes known.
///
/// What a file's re-reading leaves as it was does not move the count, and neither do scans: an idle round must be told from
/// one that has something to show.
const ROUNDS: &str = "
    CREATE TABLE troubles (
        step TEXT PRIMARY KEY, path TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL, since TEXT NOT NULL
    ) STRICT;
    CREATE TABLE made (
        name TEXT PRIMARY KEY, basis TEXT NOT NULL, stamp TEXT NOT NULL
    ) STRICT;
    CREATE TABLE known_people (
        one INTEGER PRIMARY KEY CHECK (one = 1), stamp TEXT NOT NULL, people TEXT NOT NULL, mistakes INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE held_books (meeting TEXT PRIMARY KEY, basis TEXT NOT NULL, book TEXT NOT NULL) STRICT;
    CREATE TABLE beat (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL) STRICT;
    INSERT INTO beat VALUES (1, 1);
    CREATE TRIGGER beat_files_new AFTER INSERT ON files BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_files AFTER UPDATE ON files
        WHEN NEW.present IS NOT OLD.present OR NEW.sha IS NOT OLD.sha OR NEW.size IS NOT OLD.size
        OR NEW.absent_at IS NOT OLD.absent_at OR NEW.present_at IS NOT OLD.present_at
        OR NEW.ignored IS NOT OLD.ignored OR NEW.trouble IS NOT OLD.trouble OR NEW.shown IS NOT OLD.shown
        BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_files_gone AFTER DELETE ON files BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_papers_new AFTER INSERT ON papers BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_papers AFTER UPDATE ON papers
        WHEN NEW.file IS NOT OLD.file OR NEW.present IS NOT OLD.present OR NEW.name IS NOT OLD.name
        BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_papers_gone AFTER DELETE ON papers BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_versions_new AFTER INSERT ON versions BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_versions_gone AFTER DELETE ON versions BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_readings_new AFTER INSERT ON readings BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_readings AFTER UPDATE ON readings BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_readings_gone AFTER DELETE ON readings BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_acts_new AFTER INSERT ON acts BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_agendas_new AFTER INSERT ON agendas BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_agendas AFTER UPDATE ON agendas BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_outcomes_new AFTER INSERT ON outcomes BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_outcomes AFTER UPDATE ON outcomes BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_minutes_new AFTER INSERT ON minutes BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_minutes AFTER UPDATE ON minutes BEGIN UPDATE beat SET count = count + 1; END;
";

/// Keys for the chain's marks, a place for the chain of before, and letters with numbers of their own: their drafts' names hold
/// addresses, and were their ids (an invitation's with a piece of its hash behind it).
const KEYS: &str = "
    CREATE TABLE keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT UNIQUE, key BLOB, made_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE sealed (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE numbered_letters (
        number INTEGER PRIMARY KEY AUTOINCREMENT, meeting TEXT NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL,
        draft TEXT NOT NULL, message_id TEXT, sha TEXT NOT NULL REFERENCES contents(sha),
        state TEXT NOT NULL, at TEXT NOT NULL, made_at TEXT NOT NULL
    ) STRICT;
    INSERT INTO numbered_letters (meeting, kind, recipient, draft, sha, state, at, made_at)
        SELECT meeting, kind, recipient, id, sha, state, at, made_at FROM letters ORDER BY made_at, rowid;
    CREATE TABLE numbered_states (
        letter INTEGER NOT NULL REFERENCES numbered_letters(number), state TEXT NOT NULL, answer TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT;
    INSERT INTO numbered_states (letter, state, answer, at)
        SELECT numbered_letters.number, letter_states.state, letter_states.answer, letter_states.at
        FROM letter_states JOIN numbered_letters ON numbered_letters.draft = letter_states.letter
        ORDER BY letter_states.rowid;
    UPDATE numbered_letters SET draft = substr(draft, 1, instr(draft, '.eml ') + 3) WHERE instr(draft, '.eml ') > 0;
    DROP TABLE letter_states;
    DROP TABLE letters;
    ALTER TABLE numbered_letters RENAME TO letters;
    ALTER TABLE numbered_states RENAME TO letter_states;
    CREATE INDEX letters_by_meeting ON letters(meeting);
    CREATE INDEX letter_states_by_letter ON letter_states(letter);
";

/// What lay in folders beside the register: what is remembered of a meeting, and packs as pressed.
const STATE: &str = "
    CREATE TABLE remembered (
        topic TEXT NOT NULL, meeting TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (topic, meeting)
    ) STRICT;
    CREATE TABLE pressings (
        id INTEGER PRIMARY KEY AUTOINCREMENT, meeting TEXT NOT NULL, version INTEGER NOT NULL,
        sha TEXT NOT NULL REFERENCES contents(sha), plan TEXT NOT NULL, manifest TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX pressings_by_meeting ON pressings(meeting, version);
";

/// What became of each task of a workbook, what is remembered of the inbox itself, and when an agenda was last made by somebody's word.
const INBOX: &str = "
    CREATE TABLE inbox (
        one INTEGER PRIMARY KEY CHECK (one = 1), sign TEXT, held_since_act INTEGER, gone TEXT
    ) STRICT;
    INSERT INTO inbox (one) VALUES (1);
    CREATE TABLE tasks (
        act INTEGER PRIMARY KEY REFERENCES acts(id), meeting TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL,
        result TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX tasks_by_meeting ON tasks(meeting);
    CREATE TRIGGER beat_tasks_new AFTER INSERT ON tasks BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TRIGGER beat_tasks AFTER UPDATE ON tasks BEGIN UPDATE beat SET count = count + 1; END;
    CREATE TABLE agendas_made (meeting TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
";

/// A seal for every row ([`seals`]).
const SEALS: &str = "
    CREATE TABLE seals (tbl TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (tbl, seal)) STRICT, WITHOUT ROWID;
";

/// Brings the file up to this program's edition; refuses one from a newer program.
pub fn bring_up(
    db: &mut Connection,
    path: &Path,
    store: &Store,
    secrets: Secrets,
) -> Result<(), RegisterError> {
    let known = EDITIONS.len();
    if edition(db)? == known {
        return Ok(());
    }
    let work = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = edition(&work)?;
    if found > known {
        return Err(RegisterError::Newer { path: path.to_owned(), found, known });
    }
    seals::lift(&work)?;
    for edition in &EDITIONS[found..] {
        edition.add(&work, store)?;
    }
    seals::set(&work, secrets)?;
    set_edition(&work, known)?;
    Ok(work.commit()?)
}

impl Edition {
    fn add(self, work: &Transaction<'_>, store: &Store) -> Result<(), RegisterError> {
        match self {
            Edition::Tables(sql) => Ok(work.execute_batch(sql)?),
            Edition::SealedChain => evidence::seal(work),
            Edition::MessageIds => message_id::enter_all(work, store),
        }
    }
}

/// What the schema of this edition looks like: sort, name and text of everything in it.
pub fn schema(db: &Connection) -> Result<BTreeSet<(String, String, Option<String>)>, RegisterError> {
    let mut rows = db.prepare("SELECT type, name, sql FROM main.sqlite_schema")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The same of a new register.
pub fn schema_expected() -> Result<BTreeSet<(String, String, Option<String>)>, RegisterError> {
    let mut db = Connection::open_in_memory()?;
    let nowhere = Path::new("");
    bring_up(&mut db, nowhere, &Store::at(nowhere), Secrets::FromOwner)?;
    schema(&db)
}

/// How many editions the file has seen; none means that nothing was ever written into it.
pub fn edition(db: &Connection) -> Result<usize, RegisterError> {
    let found: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(found).unwrap_or(usize::MAX))
}

fn set_edition(db: &Connection, edition: usize) -> Result<(), RegisterError> {
    Ok(db.pragma_update(None, "user_version", u32::try_from(edition).unwrap_or(u32::MAX))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(place.path()).unwrap();
        (place, store)
    }

    /// A file as the program of that edition left it.
    fn old(edition: usize) -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        let work = db.transaction().unwrap();
        EDITIONS[..edition].iter().for_each(|edition| edition.add(&work, &store().1).unwrap());
        set_edition(&work, edition).unwrap();
        work.commit().unwrap();
        db
    }

    #[test]
    fn every_older_file_opens_and_keeps_what_it_held() {
        for from in 0..=EDITIONS.len() {
            let mut db = old(from);
            let fact = "INSERT INTO evidence VALUES (1, '2026-11-16T09:00:00.000000Z', '{}', 'abc')";
            if from > 0 {
                db.execute(fact, []).unwrap();
            }
            bring_up(&mut db, Path::new("register.sqlite"), &store().1, Secrets::Random).unwrap();
            bring_up(&mut db, Path::new("register.sqlite"), &store().1, Secrets::Random).unwrap();
            assert_eq!(edition(&db).unwrap(), EDITIONS.len());
            let held = |sql: &str| -> u32 { db.query_row(sql, [], |row| row.get(0)).unwrap() };
            let facts = "SELECT count(*) FROM evidence WHERE body = '{}'";
            let sealed = "SELECT count(*) FROM sealed WHERE body = '{}'";
            assert_eq!(held(facts) + held(sealed), u32::from(from > 0));
            db.prepare("SELECT state FROM letter_states").unwrap();
        }
    }

    #[test]
    fn a_file_from_a_newer_program_is_refused() {
        let mut db = old(EDITIONS.len());
        set_edition(&db, 99).unwrap();
        let refused =
            bring_up(&mut db, Path::new("register.sqlite"), &store().1, Secrets::Random).unwrap_err();
        assert!(refused.to_string().contains("edition 99"), "{refused}");
    }
}

//! What each thing we make was made from, and how its file lay there: so that nothing is made twice.
//!
//! A thing is named by what it is (`board`, `receipt 1204417`, `workbook 2026-11-23`). Its basis is a hash of everything
//! that goes into it; while that and the file's stamp are the same, there is nothing to do. A count that every change of
//! the register moves on ([`Register::beat`]) stands in a basis for all that is known. Nothing is lost with these rows but
//! time.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::panel::people::Person;
use crate::register::failure::RegisterError;
use crate::register::hold::Register;

/// How one thing was last made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Made {
    /// A hash of what it was made from.
    pub basis: String,
    /// Its file's stamp as it was left; empty where it has no file.
    pub stamp: String,
}

/// The people of `People.xlsx` as they were last read.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPeople {
    /// The file's stamp when it was read.
    pub stamp: String,
    pub people: Vec<Person>,
    /// Lines that need correcting.
    pub mistakes: usize,
}

impl Register {
    /// A count that moves on with every change of what is known: files, papers, readings, acts, meetings.
    pub fn beat(&self) -> Result<i64, RegisterError> {
        Ok(self.db.prepare_cached("SELECT count FROM beat")?.query_row([], |row| row.get(0))?)
    }

    /// How everything was last made, by name.
    pub fn made(&self) -> Result<BTreeMap<String, Made>, RegisterError> {
        let mut rows = self.db.prepare_cached("SELECT name, basis, stamp FROM made")?;
        let made = |row: &Row<'_>| Ok((row.get(0)?, Made { basis: row.get(1)?, stamp: row.get(2)? }));
        Ok(rows.query_map([], made)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Enters how things were made, all in one transaction.
    pub fn note_made(&mut self, made: &BTreeMap<String, Made>) -> Result<(), RegisterError> {
        if made.is_empty() {
            return Ok(());
        }
        let work = self.begin()?;
        for (name, Made { basis, stamp }) in made {
            work.prepare_cached("INSERT OR REPLACE INTO made (name, basis, stamp) VALUES (?1, ?2, ?3)")?
                .execute((name, basis, stamp))?;
        }
        Ok(work.commit()?)
    }

    /// Forgets a thing: it is made again.
    pub fn forget_made(&mut self, name: &str) -> Result<(), RegisterError> {
        self.db.prepare_cached("DELETE FROM made WHERE name = ?1")?.execute([name])?;
        Ok(())
    }

    /// The kept book of a meeting held, with what it was drawn up from. One that does not parse is none.
    pub fn held_book<B: DeserializeOwned>(
        &self,
        held: NaiveDate,
    ) -> Result<Option<(String, B)>, RegisterError> {
        let mut rows = self.db.prepare_cached("SELECT basis, book FROM held_books WHERE meeting = ?1")?;
        let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let Some((basis, book)) = rows.query_row([held.to_string()], row).optional()? else {
            return Ok(None);
        };
        Ok(serde_json::from_str(&book).ok().map(|book| (basis, book)))
    }

    pub fn keep_held_book<B: Serialize>(
        &self,
        held: NaiveDate,
        basis: &str,
        book: &B,
    ) -> Result<(), RegisterError> {
        let book = serde_json::to_string(book).map_err(RegisterError::row("book"))?;
        self.db
            .prepare_cached("INSERT OR REPLACE INTO held_books (meeting, basis, book) VALUES (?1, ?2, ?3)")?
            .execute((held.to_string(), basis, book))?;
        Ok(())
    }

    /// The people as last read; none before the first reading.
    pub fn known_people(&self) -> Result<Option<KnownPeople>, RegisterError> {
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?));
        let mut rows = self.db.prepare_cached("SELECT stamp, people, mistakes FROM known_people")?;
        let Some((stamp, people, mistakes)) = rows.query_row([], row).optional()? else { return Ok(None) };
        let people = serde_json::from_str(&people).map_err(RegisterError::row("people"))?;
        let mistakes: u32 = mistakes;
        Ok(Some(KnownPeople { stamp, people, mistakes: usize::try_from(mistakes).unwrap_or(usize::MAX) }))
    }

    /// Takes the place of what was read before.
    pub fn know_people(&mut self, known: &KnownPeople) -> Result<(), RegisterError> {
        let people = serde_json::to_string(&known.people).map_err(RegisterError::row("people"))?;
        let mistakes = u32::try_from(known.mistakes).unwrap_or(u32::MAX);
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO known_people (one, stamp, people, mistakes) VALUES (1, ?1, ?2, ?3)",
            )?
            .execute((&known.stamp, people, mistakes))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::panel::acts::{Act, Hand};
    use crate::register::papers;

    #[test]
    fn the_beat_moves_on_when_something_becomes_known_and_only_then() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now: DateTime<Utc> = "2026-11-18T09:00:00Z".parse().unwrap();
        let mut beat = register.beat().unwrap();
        let mut moved = |register: &Register, what: &str, expected: bool| {
            let next = register.beat().unwrap();
            assert_eq!(next != beat, expected, "{what}");
            beat = next;
        };
        let work = register.begin().unwrap();
        let mut file = papers::add_file(&work, b"1234567/plan.docx", "1234567/plan.docx").unwrap();
        work.commit().unwrap();
        moved(&register, "a file was found", true);
        file.reads = 2;
        file.stamp = Some("1.2.3".to_owned());
        let work = register.begin().unwrap();
        papers::save_file(&work, &file).unwrap();
        work.commit().unwrap();
        moved(&register, "a file was read once more", false);
        file.present = false;
        let work = register.begin().unwrap();
        papers::save_file(&work, &file).unwrap();
        work.commit().unwrap();
        moved(&register, "a file is gone", true);
        register.begin_scan(now).unwrap();
        register.log("scan", "new 0", now).unwrap();
        moved(&register, "a scan and a note", false);
        let hand = Hand { by: "Ann".to_owned(), login: "ann".to_owned(), reason: "no need".to_owned() };
        let case = "1234567".parse().unwrap();
        let meeting = "2026-11-23".parse().unwrap();
        register.act(&Act::Withdraw { case, meeting }, &hand, now).unwrap();
        moved(&register, "an act", true);
    }

    #[test]
    fn what_was_made_and_who_was_known_come_back() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let made = Made { basis: "a".to_owned(), stamp: "1".to_owned() };
        register.note_made(&BTreeMap::from([("board".to_owned(), made.clone())])).unwrap();
        assert_eq!(register.made().unwrap()["board"], made);
        register.forget_made("board").unwrap();
        assert!(register.made().unwrap().is_empty());
        assert_eq!(register.known_people().unwrap(), None);
        let known = KnownPeople { stamp: "1".to_owned(), people: Vec::new(), mistakes: 2 };
        register.know_people(&known).unwrap();
        assert_eq!(register.known_people().unwrap(), Some(known));
    }
}

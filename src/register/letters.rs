//! The journal of letters: the exact bytes of each, and every state it went through.
//!
//! A state is committed before what it announces is done (`data_begun` before the first byte), so that after a crash the
//! journal errs towards "perhaps sent" and never towards sending twice.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::panel::ids::Sha256;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::hold::{Register, note_content};
use crate::register::moment::Moment;
use crate::register::papers::sha_of;

/// A letter and how far it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// Its Message-ID without the brackets.
    pub id: String,
    pub meeting: NaiveDate,
    /// `pack`, `supplement`, `agenda`, `decisions` ...
    pub kind: String,
    /// The address it goes to.
    pub recipient: String,
    /// The message as it goes out, in the store.
    pub sha: Sha256,
    /// `drafted`, `ready`, `trying`, `data_begun`, `accepted` ...: the words of the post room.
    pub state: String,
    pub at: DateTime<Utc>,
}

/// A letter about to be entered.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'letter> {
    pub id: &'letter str,
    pub meeting: NaiveDate,
    pub kind: &'letter str,
    pub recipient: &'letter str,
    pub message: &'letter [u8],
    pub state: &'letter str,
}

impl Register {
    /// Enters a letter with its bytes. The same letter again is nothing new; other bytes under its name are refused.
    pub fn enter_letter(
        &mut self,
        letter: &NewLetter<'_>,
        now: DateTime<Utc>,
    ) -> Result<Sha256, RegisterError> {
        let sha = self.store().put(letter.message)?;
        let work = self.begin()?;
        if let Some(known) = letter_by_id(&work, letter.id)? {
            return if known.sha == sha {
                Ok(sha)
            } else {
                Err(RegisterError::Refused(format!("the letter `{}` is already written", letter.id)))
            };
        }
        note_content(&work, &sha, i64::try_from(letter.message.len()).unwrap_or(i64::MAX), now)?;
        let at = Moment::of(now);
        work.execute(
            "INSERT INTO letters (id, meeting, kind, recipient, sha, state, at, made_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            (
                letter.id,
                letter.meeting.to_string(),
                letter.kind,
                letter.recipient,
                sha.as_str(),
                letter.state,
                at,
            ),
        )?;
        let fact = Fact::Letter {
            letter: letter.id.to_owned(),
            state: letter.state.to_owned(),
            sha256: sha.clone(),
        };
        evidence::append(&work, now, &fact)?;
        work.commit()?;
        Ok(sha)
    }

    /// Moves a letter on, with the server's answer where there is one.
    pub fn letter_state(
        &mut self,
        id: &str,
        state: &str,
        answer: &str,
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        let work = self.begin()?;
        let letter = letter_by_id(&work, id)?
            .ok_or_else(|| RegisterError::Refused(format!("there is no letter `{id}`")))?;
        let at = Moment::of(now);
        work.execute("UPDATE letters SET state = ?2, at = ?3 WHERE id = ?1", (id, state, at))?;
        work.execute(
            "INSERT INTO letter_states (letter, state, answer, at) VALUES (?1, ?2, ?3, ?4)",
            (id, state, answer, at),
        )?;
        let fact = Fact::Letter { letter: id.to_owned(), state: state.to_owned(), sha256: letter.sha };
        evidence::append(&work, now, &fact)?;
        Ok(work.commit()?)
    }

    /// The letters of a meeting, by kind and recipient.
    pub fn letters(&self, meeting: NaiveDate) -> Result<Vec<LetterRow>, RegisterError> {
        let mut rows = self.db.prepare_cached(&format!(
            "SELECT {LETTER} FROM letters WHERE meeting = ?1 ORDER BY kind, recipient, made_at, id"
        ))?;
        Ok(rows.query_map([meeting.to_string()], letter_of)?.collect::<rusqlite::Result<_>>()?)
    }
}

const LETTER: &str = "id, meeting, kind, recipient, sha, state, at";

fn letter_by_id(db: &Connection, id: &str) -> Result<Option<LetterRow>, RegisterError> {
    let mut row = db.prepare_cached(&format!("SELECT {LETTER} FROM letters WHERE id = ?1"))?;
    Ok(row.query_row([id], letter_of).optional()?)
}

fn letter_of(row: &Row<'_>) -> rusqlite::Result<LetterRow> {
    let meeting: String = row.get(1)?;
    let at: Moment = row.get(6)?;
    Ok(LetterRow {
        id: row.get(0)?,
        meeting: meeting.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
        })?,
        kind: row.get(2)?,
        recipient: row.get(3)?,
        sha: sha_of(row, 4)?,
        state: row.get(5)?,
        at: at.get(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_entered_once_and_its_states_are_kept() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-19T09:00:00Z".parse().unwrap();
        let meeting = "2026-11-23".parse().unwrap();
        let letter = NewLetter {
            id: "pack-1@nelc",
            meeting,
            kind: "pack",
            recipient: "chair@example.invalid",
            message: b"Subject: pack",
            state: "ready",
        };
        register.enter_letter(&letter, now).unwrap();
        register.enter_letter(&letter, now).unwrap();
        register.enter_letter(&NewLetter { message: b"other", ..letter }, now).unwrap_err();
        register.letter_state("pack-1@nelc", "data_begun", "", now).unwrap();
        register.letter_state("pack-1@nelc", "accepted", "250 ok", now).unwrap();
        let letters = register.letters(meeting).unwrap();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].state, "accepted");
        assert_eq!(register.evidence().unwrap().len(), 3);
        register.letter_state("nobody", "accepted", "", now).unwrap_err();
    }
}

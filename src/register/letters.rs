//! The journal of letters: the exact bytes of each, and every state it went through.
//!
//! A state is committed before what it announces is done (`data_begun` before the first byte), so that after a crash the
//! journal errs towards "perhaps sent" and never towards sending twice.
//!
//! A letter is known by its number (`L12`), which is in the chain. The name of its draft has an address in it and stays in its row;
//! people may call a letter by either.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::Serialize;

use crate::panel::acts::{Act, Hand};
use crate::panel::ids::Sha256;
use crate::panel::letter_state::{LetterState, Was};
use crate::panel::post_times::{self, Next};
use crate::register::acts;
use crate::register::canonical::canonical;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::hold::{Register, note_content};
use crate::register::keys::{self, Owner, Secrets};
use crate::register::message_id;
use crate::register::moment::Moment;
use crate::register::store::sha_of;

/// A letter and how far it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// `L12`: given once, in the order in which letters are written.
    pub id: String,
    pub meeting: NaiveDate,
    /// `pack`, `supplement`, `agenda`, `decisions` ...
    pub kind: String,
    /// The address it goes to.
    pub recipient: String,
    /// File name of its draft.
    pub draft: String,
    /// Its Message-ID without the brackets.
    pub message_id: Option<String>,
    /// The message as it goes out, in the store.
    pub sha: Sha256,
    pub state: LetterState,
    pub at: DateTime<Utc>,
    /// When it was written.
    pub made: DateTime<Utc>,
}

/// A letter about to be entered.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'letter> {
    /// File name of its draft; no two letters of a meeting share one.
    pub draft: &'letter str,
    pub meeting: NaiveDate,
    pub kind: &'letter str,
    pub recipient: &'letter str,
    pub message: &'letter [u8],
    /// What is said of its first state: which letters it takes the place of.
    pub said: &'letter str,
}

/// One state of a letter, with the letter: what the evidence chain's mark of it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::register) struct Recorded {
    pub letter: String,
    pub meeting: NaiveDate,
    pub kind: String,
    pub recipient: String,
    pub draft: String,
    pub message_id: Option<String>,
    pub sha256: Sha256,
    pub state: LetterState,
    /// What the mail server said.
    pub answer: String,
    pub at: Moment,
}

impl Register {
    /// Enters a letter with its bytes; gives its number. The same letter again is nothing new; other bytes under its draft's name are
    /// refused.
    pub fn enter_letter(
        &mut self,
        letter: &NewLetter<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, RegisterError> {
        let sha = self.store().put(letter.message)?;
        let secrets = self.secrets;
        let work = self.begin()?;
        let sql = format!("SELECT {LETTER} FROM letters WHERE meeting = ?1 AND draft = ?2");
        let key = (letter.meeting.to_string(), letter.draft);
        let known = work.prepare_cached(&sql)?.query_row(key, letter_of).optional()?;
        if let Some(known) = known {
            return if known.sha == sha {
                Ok(known.id)
            } else {
                Err(RegisterError::Refused(format!("the letter `{}` is already written", letter.draft)))
            };
        }
        note_content(&work, &sha, i64::try_from(letter.message.len()).unwrap_or(i64::MAX), now)?;
        work.execute(
            "INSERT INTO letters (meeting, kind, recipient, draft, message_id, sha, state, at, made_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
            (
                letter.meeting.to_string(),
                letter.kind,
                letter.recipient,
                letter.draft,
                message_id::of(letter.message),
                sha.as_str(),
                LetterState::Ready.key(),
                Moment::of(now),
            ),
        )?;
        let number = work.last_insert_rowid();
        note_state(&work, secrets, number, LetterState::Ready, letter.said, now)?;
        work.commit()?;
        Ok(format!("L{number}"))
    }

    /// Moves a letter on, with the server's answer where there is one. `letter` is its number or the name of its draft. It cannot
    /// come to a state that does not follow from the one it is in ([`LetterState::may_become`]).
    pub fn letter_state(
        &mut self,
        letter: &str,
        state: LetterState,
        answer: &str,
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        let secrets = self.secrets;
        let work = self.begin()?;
        let known: Option<(i64, LetterState)> = work
            .query_row(
                "SELECT number, state FROM letters WHERE 'L' || number = upper(?1) OR draft = ?1 ORDER BY number DESC LIMIT 1",
                [letter],
                |row| Ok((row.get(0)?, state_of(row, 1)?)),
            )
            .optional()?;
        let (number, before) =
            known.ok_or_else(|| RegisterError::Refused(format!("there is no letter `{letter}`")))?;
        if !before.may_become(state) {
            let message = format!("letter L{number} is {before} and cannot become {state}");
            return Err(RegisterError::Refused(message));
        }
        let at = Moment::of(now);
        work.execute("UPDATE letters SET state = ?2, at = ?3 WHERE number = ?1", (number, state.key(), at))?;
        note_state(&work, secrets, number, state, answer, now)?;
        Ok(work.commit()?)
    }

    /// Somebody opened the draft of a letter and sent it: who says so is on record, and the letter is as sent. `letter` is its number.
    ///
    /// Fails with [`RegisterError::Refused`] when it has been sent, taken back or is on its way.
    pub fn sent_by_hand(
        &mut self,
        letter: &str,
        hand: &Hand,
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        acts::check_hand(hand)?;
        let secrets = self.secrets;
        let work = self.begin()?;
        let sql = format!("SELECT {LETTER} FROM letters WHERE 'L' || number = ?1");
        let row = work.query_row(&sql, [letter], letter_of).optional()?;
        let row = row.ok_or_else(|| RegisterError::Refused(format!("there is no letter `{letter}`")))?;
        if !row.state.may_become(LetterState::SentByHand) {
            return Err(RegisterError::Refused(format!(
                "letter {letter} is {} and cannot be marked as sent by hand",
                row.state
            )));
        }
        let number: i64 = work.query_row(
            "UPDATE letters SET state = ?2, at = ?3 WHERE 'L' || number = ?1 RETURNING number",
            (letter, LetterState::SentByHand.key(), Moment::of(now)),
            |row| row.get(0),
        )?;
        let act = Act::SentByHand { meeting: row.meeting, letter: letter.to_owned() };
        acts::record(&work, secrets, &act, hand, now)?;
        note_state(&work, secrets, number, LetterState::SentByHand, &format!("by {}", hand.by), now)?;
        Ok(work.commit()?)
    }

    /// A person has said that a letter goes. One that was tried as often as it may be is tried once more; one that is on its way, was taken or
    /// was refused stays as it is.
    pub fn queue_letter(&mut self, letter: &str, now: DateTime<Utc>) -> Result<(), RegisterError> {
        let sql = format!("SELECT {LETTER} FROM letters WHERE 'L' || number = ?1");
        let row = self.db.query_row(&sql, [letter], letter_of)?;
        let goes = match row.state {
            LetterState::Ready => true,
            LetterState::RefusedForNow => post_times::next(&self.history_of(&row)?) == Next::Person,
            _ => false,
        };
        if goes { self.letter_state(letter, LetterState::Queued, "", now) } else { Ok(()) }
    }

    /// The letters that were asked to go and have not arrived or came back, each with everything on record of it, oldest first.
    pub fn letters_on_the_way(&self) -> Result<Vec<(LetterRow, Vec<Was>)>, RegisterError> {
        let mut rows = self.db.prepare_cached(&format!(
            "SELECT {LETTER} FROM letters WHERE state IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ORDER BY number"
        ))?;
        let states = [
            LetterState::Queued,
            LetterState::Trying,
            LetterState::DataBegun,
            LetterState::RefusedForNow,
            LetterState::Refused,
            LetterState::Unknown,
            LetterState::InDrafts,
            LetterState::ToTakeBack,
            LetterState::Delayed,
            LetterState::Returned,
        ];
        let found = rows.query_map(states.map(LetterState::key), letter_of)?;
        let found: Vec<LetterRow> = found.collect::<rusqlite::Result<_>>()?;
        found.into_iter().map(|row| Ok((row.clone(), self.history_of(&row)?))).collect()
    }

    /// What was last said of each letter, by its number: the mail server's answer, or which letter it takes the place of.
    pub fn answers(&self) -> Result<BTreeMap<String, String>, RegisterError> {
        let mut rows =
            self.db.prepare_cached("SELECT 'L' || letter, answer FROM letter_states ORDER BY rowid")?;
        let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut answers = BTreeMap::new();
        for row in rows {
            let (letter, answer) = row?;
            if !answer.is_empty() {
                answers.insert(letter, answer);
            }
        }
        Ok(answers)
    }

    /// Everything on record of a letter, oldest first.
    pub fn history_of(&self, letter: &LetterRow) -> Result<Vec<Was>, RegisterError> {
        let mut rows = self.db.prepare_cached(
            "SELECT state, at, answer FROM letter_states WHERE 'L' || letter = ?1 ORDER BY rowid",
        )?;
        let was = |row: &Row<'_>| {
            let at: Moment = row.get(1)?;
            Ok(Was { state: state_of(row, 0)?, at: at.get(), said: row.get(2)? })
        };
        Ok(rows.query_map([&letter.id], was)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The letter with this Message-ID, without brackets.
    pub fn letter_with_message_id(&self, id: &str) -> Result<Option<LetterRow>, RegisterError> {
        let sql = format!("SELECT {LETTER} FROM letters WHERE message_id = ?1 ORDER BY number DESC LIMIT 1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], letter_of).optional()?)
    }

    /// The letter of this number: `L12`.
    pub fn letter_numbered(&self, id: &str) -> Result<Option<LetterRow>, RegisterError> {
        let sql = format!("SELECT {LETTER} FROM letters WHERE 'L' || number = upper(?1)");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], letter_of).optional()?)
    }

    /// Whether any letter has left, so that one may come back.
    pub fn has_a_letter_that_left(&self) -> Result<bool, RegisterError> {
        let mut rows = self.db.prepare_cached("SELECT DISTINCT state FROM letters")?;
        let states: Vec<LetterState> =
            rows.query_map([], |row| state_of(row, 0))?.collect::<rusqlite::Result<_>>()?;
        Ok(states.into_iter().any(LetterState::may_have_arrived))
    }

    /// The letters of a meeting, by kind and recipient.
    pub fn letters(&self, meeting: NaiveDate) -> Result<Vec<LetterRow>, RegisterError> {
        let mut rows = self.db.prepare_cached(&format!(
            "SELECT {LETTER} FROM letters WHERE meeting = ?1 ORDER BY kind, recipient, made_at, number"
        ))?;
        Ok(rows.query_map([meeting.to_string()], letter_of)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The meetings of which a letter may still go.
    pub fn meetings_with_unsent_letters(&self) -> Result<BTreeSet<NaiveDate>, RegisterError> {
        self.meetings_with_letters(|state, _| state.may_go())
    }

    /// The same, and the meetings since then of which one was sent by hand.
    pub fn meetings_with_letters_in_an_outbox(
        &self,
        since: NaiveDate,
    ) -> Result<BTreeSet<NaiveDate>, RegisterError> {
        self.meetings_with_letters(|state, meeting| {
            state.may_go() || (state == LetterState::SentByHand && since <= meeting)
        })
    }

    fn meetings_with_letters(
        &self,
        wanted: impl Fn(LetterState, NaiveDate) -> bool,
    ) -> Result<BTreeSet<NaiveDate>, RegisterError> {
        let mut rows = self.db.prepare_cached("SELECT DISTINCT meeting, state FROM letters")?;
        let rows = rows.query_map([], |row| Ok((day_of(row, 0)?, state_of(row, 1)?)))?;
        let mut meetings = BTreeSet::new();
        for row in rows {
            let (meeting, state) = row?;
            if wanted(state, meeting) {
                meetings.insert(meeting);
            }
        }
        Ok(meetings)
    }

    /// Every letter, in order of number; for `audit`.
    pub fn all_letters(&self) -> Result<Vec<LetterRow>, RegisterError> {
        let mut rows = self.db.prepare_cached(&format!("SELECT {LETTER} FROM letters ORDER BY number"))?;
        Ok(rows.query_map([], letter_of)?.collect::<rusqlite::Result<_>>()?)
    }
}

const LETTER: &str = "'L' || number, meeting, kind, recipient, draft, message_id, sha, state, at, made_at";

/// Every state of every letter, in order.
pub(in crate::register) fn recorded(db: &Connection) -> Result<Vec<Recorded>, RegisterError> {
    let mut rows = db.prepare(&format!("{RECORDED} ORDER BY letter_states.rowid"))?;
    Ok(rows.query_map([], recorded_of)?.collect::<rusqlite::Result<_>>()?)
}

const RECORDED: &str = "SELECT 'L' || number, meeting, kind, recipient, draft, message_id, sha, letter_states.state, \
                        answer, letter_states.at FROM letter_states JOIN letters ON number = letter";

/// Enters the state that a letter has come to, and the fact.
fn note_state(
    work: &Transaction<'_>,
    secrets: Secrets,
    number: i64,
    state: LetterState,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<(), RegisterError> {
    work.execute(
        "INSERT INTO letter_states (letter, state, answer, at) VALUES (?1, ?2, ?3, ?4)",
        (number, state.key(), answer, Moment::of(now)),
    )?;
    let this = work.last_insert_rowid();
    let recorded: Recorded = work
        .prepare_cached(&format!("{RECORDED} WHERE letter_states.rowid = ?1"))?
        .query_row([this], recorded_of)?;
    let owner = Owner::Person(&recorded.recipient);
    let row = keys::mark(work, secrets, owner, canonical(&recorded)?.as_bytes(), now)?;
    let fact = Fact::Letter {
        letter: recorded.letter,
        state: state.key().to_owned(),
        sha256: recorded.sha256,
        row: Some(row),
    };
    evidence::append(work, now, &fact)
}

fn recorded_of(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    Ok(Recorded {
        letter: row.get(0)?,
        meeting: day_of(row, 1)?,
        kind: row.get(2)?,
        recipient: row.get(3)?,
        draft: row.get(4)?,
        message_id: row.get(5)?,
        sha256: sha_of(row, 6)?,
        state: state_of(row, 7)?,
        answer: row.get(8)?,
        at: row.get(9)?,
    })
}

fn letter_of(row: &Row<'_>) -> rusqlite::Result<LetterRow> {
    let (at, made): (Moment, Moment) = (row.get(8)?, row.get(9)?);
    Ok(LetterRow {
        id: row.get(0)?,
        meeting: day_of(row, 1)?,
        kind: row.get(2)?,
        recipient: row.get(3)?,
        draft: row.get(4)?,
        message_id: row.get(5)?,
        sha: sha_of(row, 6)?,
        state: state_of(row, 7)?,
        at: at.get(),
        made: made.get(),
    })
}

fn day_of(row: &Row<'_>, column: usize) -> rusqlite::Result<NaiveDate> {
    let day: String = row.get(column)?;
    day.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn state_of(row: &Row<'_>, column: usize) -> rusqlite::Result<LetterState> {
    let state: String = row.get(column)?;
    state.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
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
        let draft = "2026-11-23 pack chair@example.invalid.eml";
        let letter = NewLetter {
            draft,
            meeting,
            kind: "pack",
            recipient: "chair@example.invalid",
            message: b"Message-ID: <a1@example.invalid>\r\nSubject: pack\r\n\r\nGood morning",
            said: "",
        };
        assert_eq!(register.enter_letter(&letter, now).unwrap(), "L1");
        assert_eq!(register.enter_letter(&letter, now).unwrap(), "L1");
        register.enter_letter(&NewLetter { message: b"other", ..letter }, now).unwrap_err();
        register.letter_state("L1", LetterState::Trying, "", now).unwrap_err();
        assert!(register.letters_on_the_way().unwrap().is_empty(), "nobody has said that it goes");
        register.queue_letter("L1", now).unwrap();
        register.letter_state("L1", LetterState::DataBegun, "", now).unwrap_err();
        register.letter_state("L1", LetterState::Trying, "", now).unwrap();
        register.letter_state("L1", LetterState::DataBegun, "", now).unwrap();
        let on_the_way = register.letters_on_the_way().unwrap();
        let states: Vec<LetterState> = on_the_way[0].1.iter().map(|was| was.state).collect();
        let so_far = [LetterState::Ready, LetterState::Queued, LetterState::Trying, LetterState::DataBegun];
        assert_eq!(states, so_far);
        register.letter_state(draft, LetterState::Accepted, "250 ok", now).unwrap();
        assert!(register.letters_on_the_way().unwrap().is_empty());
        register.queue_letter("L1", now).unwrap();
        let again = register.letter_state("L1", LetterState::Trying, "", now).unwrap_err().to_string();
        assert_eq!(again, "letter L1 is accepted and cannot become trying");
        let letters = register.letters(meeting).unwrap();
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].state, letters[0].draft.as_str()), (LetterState::Accepted, draft));
        assert_eq!(letters[0].message_id.as_deref(), Some("a1@example.invalid"));
        assert_eq!(
            register.evidence().unwrap().len(),
            5,
            "asked again, a letter that was taken stays as it is"
        );
        register.letter_state("nobody", LetterState::Trying, "", now).unwrap_err();
    }

    #[test]
    fn the_chain_has_a_number_and_no_address_and_a_changed_letter_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-19T09:00:00Z".parse().unwrap();
        let letter = NewLetter {
            draft: "2026-11-23 pack chair@example.invalid.eml",
            meeting: "2026-11-23".parse().unwrap(),
            kind: "pack",
            recipient: "chair@example.invalid",
            message: b"Subject: pack",
            said: "",
        };
        register.enter_letter(&letter, now).unwrap();
        register.queue_letter("L1", now).unwrap();
        register.letter_state("L1", LetterState::Trying, "", now).unwrap();
        register.letter_state("L1", LetterState::Refused, "550 no chair@example.invalid here", now).unwrap();
        let facts = serde_json::to_string(
            &register.evidence().unwrap().iter().map(|link| &link.fact).collect::<Vec<_>>(),
        );
        assert!(!facts.unwrap().contains("example.invalid"));
        assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
        for (spoil, code) in [
            ("UPDATE letters SET recipient = 'other@example.invalid'", "letter-changed"),
            (
                "UPDATE letters SET recipient = 'chair@example.invalid'; DELETE FROM letter_states",
                "letter-missing",
            ),
        ] {
            register.db.execute_batch(spoil).unwrap();
            let findings = register.check_everything(&mut || ()).unwrap().findings;
            assert!(
                findings.iter().all(|finding| finding.code == code) && findings.len() == 4,
                "{findings:?}"
            );
        }
    }
}

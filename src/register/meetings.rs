//! What a meeting left: its agenda as frozen, what it came to, its confirmed minutes.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::panel::acts::Act;
use crate::panel::agenda::Agenda;
use crate::panel::ids::{PaperNumber, Sha256};
use crate::panel::outcome::Outcome;
use crate::register::canonical::canonical;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::hold::{Register, note_content};
use crate::register::keys::{self, Mark, Owner};
use crate::register::moment::Moment;
use crate::register::papers;
use crate::register::store::sha_of;

/// Minutes that can no longer change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    pub sha: Sha256,
    pub at: DateTime<Utc>,
    pub by: String,
}

/// What the evidence chain's mark of confirmed minutes is made of.
#[derive(Serialize)]
struct Recorded<'a> {
    sha256: &'a Sha256,
    at: Moment,
    by: &'a str,
}

impl Confirmed {
    pub(in crate::register) fn recorded(&self) -> Result<String, RegisterError> {
        canonical(&Recorded { sha256: &self.sha, at: Moment::of(self.at), by: &self.by })
    }
}

impl Register {
    /// Freezes the agenda of a meeting; a later one takes its place. The same again is no new fact.
    pub fn freeze_agenda(&mut self, agenda: &Agenda, now: DateTime<Utc>) -> Result<(), RegisterError> {
        let meeting = agenda.meeting.date;
        self.replace("agendas", "agenda", meeting, agenda, now, |row| Fact::AgendaSet { meeting, row })?;
        self.db.execute(
            "UPDATE agendas SET upto = (SELECT coalesce(max(id), 0) FROM acts) WHERE meeting = ?1",
            [meeting.to_string()],
        )?;
        Ok(())
    }

    /// Remembers that somebody made the agenda now: what is gone from the inbox by then is known to be.
    pub fn agenda_is_made(&self, meeting: NaiveDate, now: DateTime<Utc>) -> Result<(), RegisterError> {
        let sql = "INSERT OR REPLACE INTO agendas_made (meeting, at) VALUES (?1, ?2)";
        self.db.prepare_cached(sql)?.execute((meeting.to_string(), Moment::of(now)))?;
        Ok(())
    }

    /// Papers that went from the inbox since the agenda was made, and have not come back.
    pub fn gone_since_agenda(&self, meeting: NaiveDate) -> Result<BTreeSet<PaperNumber>, RegisterError> {
        let sql = "SELECT coalesce((SELECT at FROM agendas_made WHERE meeting = ?1), (SELECT at FROM agendas WHERE meeting = ?1))";
        let made: Option<Moment> = self.db.query_row(sql, [meeting.to_string()], |row| row.get(0))?;
        let Some(made) = made else { return Ok(BTreeSet::new()) };
        let here: BTreeSet<PaperNumber> = papers::papers(&self.db)?
            .into_iter()
            .filter(|paper| paper.present)
            .map(|paper| paper.number)
            .collect();
        let gone = evidence::all(&self.db)?.into_iter().filter_map(|link| match link.fact {
            Fact::Removed { paper } if made.get() < link.at && !here.contains(&paper) => Some(paper),
            _ => None,
        });
        Ok(gone.collect())
    }

    /// Whether the administrator gave cases an order after the agenda was set: it is then to be made afresh.
    pub fn is_reordered(&self, meeting: NaiveDate) -> Result<bool, RegisterError> {
        let upto: Option<i64> = self
            .db
            .query_row("SELECT upto FROM agendas WHERE meeting = ?1", [meeting.to_string()], |row| row.get(0))
            .optional()?;
        let Some(upto) = upto else { return Ok(false) };
        let asks = |act: &Act| matches!(act, Act::Slot { meeting: day, wish } if *day == meeting && wish.order.is_some());
        Ok(self.acts()?.iter().any(|done| done.id > upto && asks(&done.act)))
    }

    pub fn agenda(&self, meeting: NaiveDate) -> Result<Option<Agenda>, RegisterError> {
        self.frozen("agendas", "agenda", meeting)
    }

    /// Records what the administrator's workbook says about a meeting. Nothing happens if it is the same.
    pub fn record_outcome(
        &mut self,
        meeting: NaiveDate,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        self.replace("outcomes", "outcome", meeting, outcome, now, |row| Fact::Decided { meeting, row })
    }

    pub fn outcome(&self, meeting: NaiveDate) -> Result<Option<Outcome>, RegisterError> {
        self.frozen("outcomes", "outcome", meeting)
    }

    /// Every meeting something was recorded of, oldest first.
    pub fn outcomes(&self) -> Result<Vec<(NaiveDate, Outcome)>, RegisterError> {
        let mut rows = self.db.prepare_cached("SELECT meeting, outcome FROM outcomes ORDER BY meeting")?;
        let mut rows = rows.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (meeting, outcome): (String, String) = (row.get(0)?, row.get(1)?);
            let outcome = serde_json::from_str(&outcome).map_err(RegisterError::row("outcome"))?;
            found.extend(meeting.parse().ok().map(|meeting| (meeting, outcome)));
        }
        Ok(found)
    }

    /// Freezes the minutes as they now stand. Once confirmed they stay.
    pub fn confirm_minutes(
        &mut self,
        meeting: NaiveDate,
        document: &[u8],
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Sha256, RegisterError> {
        if self.confirmed_minutes(meeting)?.is_some() {
            return Err(RegisterError::Refused(format!("the minutes of {meeting} are confirmed already")));
        }
        let sha = self.store().put(document)?;
        let secrets = self.secrets;
        let work = self.begin()?;
        note_content(&work, &sha, i64::try_from(document.len()).unwrap_or(i64::MAX), now)?;
        work.execute(
            "INSERT INTO minutes (meeting, sha, confirmed_at, by) VALUES (?1, ?2, ?3, ?4)",
            (meeting.to_string(), sha.as_str(), Moment::of(now), by),
        )?;
        let row = Confirmed { sha: sha.clone(), at: now, by: by.to_owned() }.recorded()?;
        let row = keys::mark(&work, secrets, Owner::Meeting(meeting), row.as_bytes(), now)?;
        let fact = Fact::MinutesConfirmed { meeting, sha256: sha.clone(), row: Some(row) };
        evidence::append(&work, now, &fact)?;
        work.commit()?;
        Ok(sha)
    }

    pub fn confirmed_minutes(&self, meeting: NaiveDate) -> Result<Option<Confirmed>, RegisterError> {
        let mut row =
            self.db.prepare_cached("SELECT sha, confirmed_at, by FROM minutes WHERE meeting = ?1")?;
        let confirmed = row.query_row([meeting.to_string()], |row| {
            let at: Moment = row.get(1)?;
            Ok(Confirmed { sha: sha_of(row, 0)?, at: at.get(), by: row.get(2)? })
        });
        Ok(confirmed.optional()?)
    }

    fn replace(
        &mut self,
        table: &str,
        column: &'static str,
        meeting: NaiveDate,
        thing: &impl Serialize,
        now: DateTime<Utc>,
        fact: impl FnOnce(Mark) -> Fact,
    ) -> Result<(), RegisterError> {
        let text = serde_json::to_string(thing).map_err(RegisterError::row(column))?;
        let key = meeting.to_string();
        let secrets = self.secrets;
        let work = self.begin()?;
        let before: Option<String> = work
            .query_row(&format!("SELECT {column} FROM {table} WHERE meeting = ?1"), [&key], |row| row.get(0))
            .optional()?;
        if before.as_ref() == Some(&text) {
            return Ok(());
        }
        work.execute(
            &format!("INSERT OR REPLACE INTO {table} (meeting, {column}, at) VALUES (?1, ?2, ?3)"),
            (&key, &text, Moment::of(now)),
        )?;
        let row = keys::mark(&work, secrets, Owner::Meeting(meeting), text.as_bytes(), now)?;
        evidence::append(&work, now, &fact(row))?;
        Ok(work.commit()?)
    }

    fn frozen<T: DeserializeOwned>(
        &self,
        table: &str,
        column: &'static str,
        meeting: NaiveDate,
    ) -> Result<Option<T>, RegisterError> {
        let text: Option<String> = self
            .db
            .query_row(
                &format!("SELECT {column} FROM {table} WHERE meeting = ?1"),
                [meeting.to_string()],
                |row| row.get(0),
            )
            .optional()?;
        text.map(|text| serde_json::from_str(&text).map_err(RegisterError::row(column))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_outcome_twice_is_one_fact_and_confirmed_minutes_stay() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-23T17:00:00Z".parse().unwrap();
        let meeting = "2026-11-23".parse().unwrap();
        let outcome = Outcome::default();
        register.record_outcome(meeting, &outcome, now).unwrap();
        register.record_outcome(meeting, &outcome, now).unwrap();
        assert_eq!(register.evidence().unwrap().len(), 1);
        assert_eq!(register.outcome(meeting).unwrap(), Some(outcome));
        let sha = register.confirm_minutes(meeting, b"minutes", "Ann Clerk", now).unwrap();
        assert_eq!(register.confirmed_minutes(meeting).unwrap().map(|minutes| minutes.sha), Some(sha));
        register.confirm_minutes(meeting, b"other minutes", "Ann Clerk", now).unwrap_err();
    }
}

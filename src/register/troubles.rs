//! What cannot be done now, and since when: kept here so that every process, and the board, says the same.
//!
//! A round enters all that is amiss at its end. What is amiss already keeps the moment it began; what is amiss no longer is
//! taken out and given back, so that its mending can be said once. Paths may name a case by its number, nothing names a child.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::Row;
use serde::Serialize;

use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::moment::Moment;

/// Something that cannot be done, while everything else goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The step it stopped: `workbook 2026-11-23`, `receipt 1204417`, `People.xlsx`. One step has one trouble at a time.
    pub step: String,
    /// The file or folder it is about.
    pub path: String,
    /// One plain sentence without a capital or a full stop; it does not repeat the path.
    pub message: String,
    pub hint: String,
}

/// A trouble and since when it has been there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenTrouble {
    pub step: String,
    pub path: String,
    pub message: String,
    pub hint: String,
    pub since: DateTime<Utc>,
}

/// How a round changed what is amiss.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turn {
    /// Not there before, or about something else than before.
    pub begun: Vec<OpenTrouble>,
    pub mended: Vec<OpenTrouble>,
    /// Everything amiss now, in order of step.
    pub open: Vec<OpenTrouble>,
}

impl std::fmt::Display for OpenTrouble {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "`{}` {}", self.path, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(out, "; hint: {}", self.hint) }
    }
}

impl Register {
    /// Everything amiss now, in order of step.
    pub fn troubles(&self) -> Result<Vec<OpenTrouble>, RegisterError> {
        let mut rows =
            self.db.prepare_cached("SELECT step, path, message, hint, since FROM troubles ORDER BY step")?;
        let open = |row: &Row<'_>| {
            let since: Moment = row.get(4)?;
            Ok(OpenTrouble {
                step: row.get(0)?,
                path: row.get(1)?,
                message: row.get(2)?,
                hint: row.get(3)?,
                since: since.get(),
            })
        };
        Ok(rows.query_map([], open)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Enters what is amiss at the end of a round: all of it, so that what is not named here is mended.
    pub fn turn_troubles(
        &mut self,
        now_amiss: &[Trouble],
        now: DateTime<Utc>,
    ) -> Result<Turn, RegisterError> {
        let before: BTreeMap<String, OpenTrouble> =
            self.troubles()?.into_iter().map(|open| (open.step.clone(), open)).collect();
        let mut turn = Turn::default();
        let mut open: BTreeMap<String, OpenTrouble> = BTreeMap::new();
        for trouble in now_amiss {
            let Trouble { step, path, message, hint } = trouble.clone();
            let known = before.get(&step);
            let since = known.map_or_else(|| Moment::of(now).get(), |known| known.since);
            let one = OpenTrouble { step, path, message, hint, since };
            if known != Some(&one) {
                turn.begun.push(one.clone());
            }
            open.insert(one.step.clone(), one);
        }
        turn.mended = before.into_values().filter(|was| !open.contains_key(&was.step)).collect();
        if !turn.begun.is_empty() || !turn.mended.is_empty() {
            self.write_turn(&turn, now)?;
        }
        turn.open = open.into_values().collect();
        Ok(turn)
    }

    fn write_turn(&mut self, turn: &Turn, now: DateTime<Utc>) -> Result<(), RegisterError> {
        let work = self.begin()?;
        for one in &turn.begun {
            work.execute(
                "INSERT OR REPLACE INTO troubles (step, path, message, hint, since) VALUES (?1, ?2, ?3, ?4, ?5)",
                (&one.step, &one.path, &one.message, &one.hint, Moment::of(one.since)),
            )?;
        }
        for one in &turn.mended {
            work.execute("DELETE FROM troubles WHERE step = ?1", [&one.step])?;
        }
        let note = |what: &str, step: &str| {
            work.execute(
                "INSERT INTO operations (at, what, detail) VALUES (?1, ?2, ?3)",
                (Moment::of(now), what, step),
            )
        };
        for one in &turn.begun {
            note("trouble", &one.step)?;
        }
        for one in &turn.mended {
            note("mended", &one.step)?;
        }
        Ok(work.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-11-18T{hour:02}:00:00Z").parse().unwrap()
    }

    fn trouble(step: &str, message: &str) -> Trouble {
        let (step, message) = (step.to_owned(), message.to_owned());
        Trouble { path: format!("office/{step}"), step, message, hint: String::new() }
    }

    #[test]
    fn a_trouble_begins_once_keeps_its_hour_and_is_mended_once() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let amiss = [trouble("board", "cannot be written"), trouble("workbook 2026-11-23", "is cut short")];
        let turn = register.turn_troubles(&amiss, at(9)).unwrap();
        assert_eq!((turn.begun.len(), turn.mended.len(), turn.open.len()), (2, 0, 2));
        let turn = register.turn_troubles(&amiss, at(10)).unwrap();
        assert_eq!((turn.begun.len(), turn.mended.len(), turn.open.len()), (0, 0, 2));
        let other = [trouble("board", "cannot be written"), trouble("workbook 2026-11-23", "is no workbook")];
        let turn = register.turn_troubles(&other, at(11)).unwrap();
        assert_eq!(turn.begun.len(), 1, "another message is said");
        assert_eq!(turn.begun[0].since, at(9), "and it has been amiss since then");
        let turn = register.turn_troubles(&other[..1], at(12)).unwrap();
        let mended: Vec<_> = turn.mended.iter().map(|one| one.step.as_str()).collect();
        assert_eq!(mended, ["workbook 2026-11-23"]);
        let seen = Register::open(place.path()).unwrap().troubles().unwrap();
        assert_eq!(seen, turn.open, "another process sees the same");
        assert_eq!(seen[0].to_string(), "`office/board` cannot be written");
    }
}

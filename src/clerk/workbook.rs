//! The meeting workbook in its folder: read when she has saved it, written anew when she has closed it.
//!
//! What she typed is never overwritten: nothing is written while the workbook is open, and a new edition is put in place
//! only if the file is still the one that was read.

use anyhow::{Context, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::clerk::history;
use crate::clerk::house::House;
use crate::clerk::reviews;
use crate::clerk::sitting::Sitting;
use crate::desk::guard::{self, Saved};
use crate::desk::job::ReadWorkbook;
use crate::desk::mistake::Mistake;
use crate::desk::typed::Typed;
use crate::desk::view::{DeskView, Done};
use crate::desk::workbook;
use crate::panel::calendar;
use crate::panel::follow_up::FollowUp;
use crate::panel::london;
use crate::panel::obligations::Obligation;
use crate::panel::people::Person;
use crate::register::Register;
use crate::register::remembered::Topic;
use crate::register::store::hash_bytes;

/// Meetings a case can be moved to from the workbook.
const MEETINGS_AHEAD: usize = 8;

/// What is remembered of a workbook between two looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Memory {
    pub edition: u32,
    /// Hash of the edition as we wrote it.
    pub written: String,
    pub done: Vec<Done>,
}

/// What the meeting must have before it from earlier ones.
#[derive(Debug, Default)]
pub struct Ahead {
    pub due: Vec<Obligation>,
    pub follow_ups: Vec<FollowUp>,
}

impl Ahead {
    /// Of a meeting to come; one that has been held looks ahead no longer.
    pub fn of(house: &House, register: &Register, sitting: &Sitting) -> Result<Self> {
        let today = london::wall(house.now()).date_naive();
        if sitting.day() < today {
            return Ok(Ahead::default());
        }
        let history = history::before(register, sitting.day())?;
        Ok(Ahead {
            due: reviews::owed(house, register, &sitting.casebook, today)?,
            follow_ups: history::follow_ups(register, &history)?,
        })
    }
}

/// A workbook as it was read.
#[derive(Debug)]
pub struct Read {
    pub typed: Typed,
    pub mistakes: Vec<Mistake>,
    /// The file itself.
    pub as_read: Vec<u8>,
}

impl Memory {
    pub fn of(register: &Register, day: NaiveDate) -> Result<Self> {
        Ok(register.remembered(Topic::Desk, day)?.unwrap_or_default())
    }
}

/// Reads the workbook; none where there is none yet.
pub fn read(house: &House, sitting: &Sitting) -> Result<Option<Read>> {
    let file = sitting.workbook();
    let Some(as_read) = guard::current(&file)? else { return Ok(None) };
    let clerk = house.clerk()?;
    let answered = clerk.ask(&ReadWorkbook { file: file.clone() });
    let (typed, mistakes) = answered.with_context(|| format!("`{}`", file.display()))?.answer;
    Ok(Some(Read { typed, mistakes, as_read }))
}

/// Writes the next edition, if anything in it is new. False while the workbook is open or was saved meanwhile.
pub fn write(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    people: &[Person],
    read: Option<&Read>,
    memory: &mut Memory,
) -> Result<bool> {
    let file = sitting.workbook();
    let nothing = Typed::default();
    let typed = read.map_or(&nothing, |read| &read.typed);
    let edition = memory.edition.max(typed.edition);
    let made_from = read.map(|read| read.as_read.as_slice());
    let ahead = Ahead::of(house, register, sitting)?;
    let made = |edition| {
        let made = Making { house, sitting, people, typed, read, memory, ahead: &ahead, edition };
        bytes(&made)
    };
    if made_from == Some(made(edition)?.as_slice()) {
        return Ok(true);
    }
    let next = made(edition + 1)?;
    if !matches!(guard::save(&file, &next, made_from)?, Saved::Written | Saved::Same) {
        return Ok(false);
    }
    memory.edition = edition + 1;
    memory.written = hash_bytes(&next).to_string();
    register.remember(Topic::Desk, sitting.day(), memory, house.now())?;
    Ok(true)
}

/// What an edition is made of.
struct Making<'a> {
    house: &'a House,
    sitting: &'a Sitting,
    people: &'a [Person],
    typed: &'a Typed,
    read: Option<&'a Read>,
    memory: &'a Memory,
    ahead: &'a Ahead,
    edition: u32,
}

fn bytes(made: &Making<'_>) -> Result<Vec<u8>> {
    let Making { house, sitting, people, typed, read, memory, ahead, edition } = *made;
    let rules = house.rules();
    let mut meetings = Vec::new();
    let mut day = sitting.day();
    while meetings.len() < MEETINGS_AHEAD
        && let Some(next) = calendar::meeting_after(rules, day)
    {
        day = next.date;
        meetings.push(day);
    }
    let view = DeskView {
        heading: &sitting.heading,
        words: &sitting.words,
        casebook: &sitting.casebook,
        agenda: &sitting.agenda,
        people,
        due: &ahead.due,
        follow_ups: &ahead.follow_ups,
        meetings: &meetings,
        typed,
        mistakes: read.map_or(&[], |read| read.mistakes.as_slice()),
        done: &memory.done,
        edition,
    };
    workbook::workbook(&view).with_context(|| format!("the workbook of {}", sitting.day()))
}

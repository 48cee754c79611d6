//! The meeting workbook in its folder: read when she has saved it, written anew when she has closed it.
//!
//! What she typed is never overwritten: nothing is written while the workbook is open, and a new edition is put in place
//! only if the file is still the one that was read.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::clerk::deadlines;
use crate::clerk::held::Held;
use crate::clerk::history;
use crate::clerk::house::House;
use crate::clerk::promised;
use crate::clerk::reviews;
use crate::clerk::sitting::Sitting;
use crate::desk::attendance;
use crate::desk::carry;
use crate::desk::entries::OrderWord;
use crate::desk::guard::{self, Saved};
use crate::desk::job::ReadWorkbook;
use crate::desk::mistake::Mistake;
use crate::desk::posted::LetterLine;
use crate::desk::typed::{Typed, TypedRow};
use crate::desk::view::{DeskView, Done};
use crate::desk::workbook;
use crate::panel::acts::Act;
use crate::panel::calendar;
use crate::panel::casebook::hands;
use crate::panel::deadlines::Deadline;
use crate::panel::follow_up::FollowUp;
use crate::panel::ids::CaseId;
use crate::panel::kept::{self, KeptFrom};
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::panel::obligations::Obligation;
use crate::panel::people::Person;
use crate::panel::when;
use crate::panel::words::Heading;
use crate::register::Register;
use crate::register::letters::LetterRow;
use crate::register::remembered::Topic;
use crate::register::store::hash_bytes;
use crate::register::tasks::TaskState;
use crate::worker::pool::Pool;

/// Meetings a case can be moved to from the workbook.
const MEETINGS_AHEAD: usize = 8;

/// What is remembered of a workbook between two looks at it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Memory {
    pub edition: u32,
    /// Hash of the edition as we wrote it.
    pub written: String,
    pub done: Vec<Done>,
    /// Who takes no part in what, as that edition shows it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kept: BTreeSet<KeptFrom>,
    /// What stands typed in that edition: where the workbook is lost, the next one has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<Typed>,
}

/// What the meeting must have before it from earlier ones.
#[derive(Debug, Default)]
pub struct Ahead {
    pub due: Vec<Obligation>,
    pub follow_ups: Vec<FollowUp>,
    /// What must be seen to by when.
    pub deadlines: Vec<Deadline>,
    /// What its cases were to achieve when they were last decided.
    pub promised: BTreeMap<CaseId, String>,
}

impl Ahead {
    /// Of a meeting to come; one that has been held looks ahead to nothing but what it left to be seen to.
    ///
    /// Fails when what is remembered of the meeting cannot be read.
    pub fn of(house: &House, register: &Register, sitting: &Sitting) -> Result<Self> {
        let today = london::wall(house.now()).date_naive();
        let deadlines = deadlines::of(house, register, sitting)?;
        let heard = register.outcomes()?;
        let books = Held::of(house, register, &sitting.casebook, &heard)?;
        let promised = promised::of(&books, &heard, sitting)?;
        if sitting.day() < today {
            return Ok(Ahead { deadlines, promised, ..Ahead::default() });
        }
        let due = reviews::owed_of(&books, &sitting.casebook, &heard, today)?;
        let before = heard.into_iter().filter(|(held, _)| *held < sitting.day()).collect();
        Ok(Ahead { due, follow_ups: history::follow_ups(register, &before)?, deadlines, promised })
    }
}

/// A workbook as it was read.
#[derive(Debug)]
pub struct Read {
    pub typed: Typed,
    pub mistakes: Vec<Mistake>,
    /// The file itself.
    pub as_read: Vec<u8>,
    /// How it lay there when it was read.
    pub stamp: String,
}

impl Memory {
    /// Fails when what is remembered of the meeting cannot be read.
    pub fn of(register: &Register, day: NaiveDate) -> Result<Self> {
        let mut memory: Memory = register.remembered(Topic::Desk, day)?.unwrap_or_default();
        for task in register.tasks_of(day)? {
            let Some(order) = OrderWord::named(&task.order) else {
                continue;
            };
            let result = match task.state {
                TaskState::TakenOn => "not done yet: it is taken up again at the next look".to_owned(),
                TaskState::Done | TaskState::Failed => task.result,
            };
            let when = format!("{}, {}", when::this_year(london::wall(task.at)), task.by);
            memory.done.retain(|earlier| earlier.order != order);
            memory.done.push(Done { order, when, result });
        }
        Ok(memory)
    }
}

/// Reads the meeting's workbook; none where there is none yet.
///
/// Fails when it is there and cannot be read as one of ours.
pub fn read(house: &House, sitting: &Sitting) -> Result<Option<Read>> {
    read_at(&sitting.workbook(), &Clerk::new(house))
}

/// Reads the workbook at `file`.
///
/// Fails when it is there and cannot be read as one of ours.
pub fn read_at(file: &Path, clerk: &Clerk<'_>) -> Result<Option<Read>> {
    // The stamp is taken first: what is saved while the file is read leaves another one.
    let house = clerk.house;
    let Some(stamp) = guard::stamp(&house.shares, file)? else { return Ok(None) };
    let Some(as_read) = guard::current(&house.shares, file)? else { return Ok(None) };
    let copy = house.copied_in(&as_read)?;
    let answered = clerk.pool()?.ask(&ReadWorkbook { file: copy.path().to_owned() });
    let (typed, mistakes) = answered.with_context(|| format!("`{}`", file.display()))?.answer;
    Ok(Some(Read { typed, mistakes, as_read, stamp }))
}

/// The worker that opens workbooks, started when there is one to open.
#[derive(Debug)]
pub struct Clerk<'h> {
    house: &'h House,
    pool: OnceCell<Pool>,
}

impl<'h> Clerk<'h> {
    pub fn new(house: &'h House) -> Self {
        Clerk { house, pool: OnceCell::new() }
    }

    /// Fails when the data folder cannot be written to.
    pub fn pool(&self) -> Result<&Pool> {
        if self.pool.get().is_none() {
            // Nobody else can have put one in: a cell belongs to one thread.
            let _ = self.pool.set(self.house.clerk()?);
        }
        self.pool.get().context("no worker for the workbooks")
    }
}

/// Where a meeting's workbook lies, worked out without drawing the meeting up.
pub fn workbook_path(house: &House, day: NaiveDate) -> PathBuf {
    let heading = Heading::of(house.rules(), day);
    let folder = house.config.folders.office.join(day.to_string());
    folder.join(format!("{}.xlsx", heading.file_name("workbook")))
}

/// What is said in the workbook besides what is known of its meeting.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    pub people: &'a [Person],
    /// What cannot be done now, one sentence each.
    pub amiss: &'a [String],
}

/// Whether the workbook at `file` is the edition that was written last, as nobody has saved it since.
///
/// Fails when it is there and cannot be read.
pub fn is_untouched(house: &House, file: &Path, memory: &Memory) -> Result<bool> {
    let lying = guard::current(&house.shares, file)?;
    Ok(lying.is_some_and(|bytes| hash_bytes(&bytes).as_str() == memory.written))
}

/// Writes the next edition, if anything in it is new, and gives the stamp under which the workbook lies there now. None
/// while it is open or was saved meanwhile.
///
/// Fails when the edition cannot be made, or its folder cannot be written to.
pub fn write(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    beside: Beside<'_>,
    read: Option<&Read>,
    memory: &mut Memory,
) -> Result<Option<String>> {
    let file = sitting.workbook();
    let kept = || memory.typed.clone().unwrap_or_default();
    let mut typed = read.map_or_else(kept, |read| read.typed.clone());
    let comes: Vec<TypedRow> = register.remembered(Topic::Along, sitting.day())?.unwrap_or_default();
    carry::joined(&mut typed, &comes);
    let standing = kept::by_acts(&register.acts()?);
    let here = |kept: &KeptFrom| sitting.casebook.case(&kept.case).is_some();
    let standing: Vec<KeptFrom> = standing.into_iter().filter(here).collect();
    let typed = carry::with_kept(typed, &standing, beside.people);
    let hands = hands::fold(&register.acts()?);
    // A child whose case has come is no early alert any more.
    let alerts = hands.alerts().filter(|(case, ..)| sitting.casebook.case(case).is_none());
    let typed = &carry::with_alerts(typed, alerts);
    let edition = memory.edition.max(typed.edition);
    let made_from = read.map(|read| read.as_read.as_slice());
    let ahead = Ahead::of(house, register, sitting)?;
    let letters = letters(register, sitting.day(), beside.people)?;
    let made = |edition| {
        let ahead = &ahead;
        let letters = &letters;
        let made = Making { house, sitting, beside, typed, read, memory, ahead, letters, edition };
        bytes(&made)
    };
    let forget = || match comes.as_slice() {
        [] => Ok(()),
        _ => register.remember(Topic::Along, sitting.day(), &Vec::<TypedRow>::new(), house.now()),
    };
    if let Some(read) = read
        && read.as_read == made(edition)?
    {
        forget()?;
        return Ok(Some(read.stamp.clone()));
    }
    let next = made(edition + 1)?;
    let stamp = match guard::save(&house.shares, &file, &next, made_from)? {
        Saved::Written(stamp) => stamp,
        Saved::Same => read.map(|read| read.stamp.clone()).unwrap_or_default(),
        Saved::Open(_) | Saved::ChangedMeanwhile => return Ok(None),
    };
    memory.edition = edition + 1;
    memory.written = hash_bytes(&next).to_string();
    memory.typed = Some(typed.clone());
    memory.kept = attendance::kept_from(typed, sitting.day(), beside.people, &sitting.casebook.known).0;
    register.remember(Topic::Desk, sitting.day(), memory, house.now())?;
    forget()?;
    Ok(Some(stamp))
}

/// The letters of a meeting as the workbook shows them, those that were taken back left out; `people` have their names.
///
/// Fails when the register cannot be read.
pub fn letters(register: &Register, day: NaiveDate, people: &[Person]) -> Result<Vec<LetterLine>> {
    let acts = register.acts()?;
    let answered = |id: &str| {
        let about = acts.iter().rev().find_map(|done| match &done.act {
            Act::RecallAnswered { letter, on, .. } if letter == id => Some((*on, done.hand.by.clone())),
            _ => None,
        });
        about.and_then(|(on, by)| Some((on?, by)))
    };
    let name = |email: &str| {
        let person = people.iter().find(|person| person.email.as_deref() == Some(email));
        person.map_or_else(|| email.to_owned(), |person| person.name.clone())
    };
    let letters = register.letters(day)?.into_iter().filter(|row| row.state != LetterState::Superseded);
    let line = |row: LetterRow| LetterLine {
        reader: name(&row.recipient),
        state: row.state,
        since: when::this_year(london::wall(row.at)),
        is_recall: RECALLS.contains(&row.kind.as_str()),
        answered: answered(&row.id),
        letter: row.id,
        kind: row.kind.replace('_', " "),
    };
    Ok(letters.map(line).collect())
}

/// The kinds of letter that ask for what was sent to be deleted.
const RECALLS: [&str; 2] = ["recall", "recall_email"];

/// What an edition is made of.
struct Making<'a> {
    house: &'a House,
    sitting: &'a Sitting,
    beside: Beside<'a>,
    typed: &'a Typed,
    read: Option<&'a Read>,
    memory: &'a Memory,
    ahead: &'a Ahead,
    letters: &'a [LetterLine],
    edition: u32,
}

fn bytes(made: &Making<'_>) -> Result<Vec<u8>> {
    let Making { house, sitting, beside, typed, read, memory, ahead, letters, edition } = *made;
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
        people: beside.people,
        amiss: beside.amiss,
        due: &ahead.due,
        follow_ups: &ahead.follow_ups,
        roles: &rules.decisions.roles,
        deadlines: &ahead.deadlines,
        promised: &ahead.promised,
        letters,
        meetings: &meetings,
        typed,
        mistakes: read.map_or(&[], |read| read.mistakes.as_slice()),
        done: &memory.done,
        edition,
    };
    workbook::workbook(&view).with_context(|| format!("the workbook of {}", sitting.day()))
}

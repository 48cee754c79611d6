//! What the steps of one round share: the house, the register, what was drawn, how things were made, who sits on the panel.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};

use crate::clerk::drawn::Drawn;
use crate::clerk::house::House;
use crate::clerk::lying;
use crate::clerk::sitting::{self, PEOPLE};
use crate::clerk::steps::Steps;
use crate::clerk::workbook::{Clerk, workbook_path};
use crate::desk::guard;
use crate::desk::mistake::Mistake;
use crate::panel::people::Person;
use crate::register::Register;
use crate::register::made::{KnownPeople, Made};
use crate::register::store::hash_bytes;
use crate::register::views;
use crate::share::wire::Kind;

/// The last moments at which something changed by the clock alone.
#[derive(Debug, Clone, Copy)]
pub struct Turns {
    /// A day began, a cutoff passed, a meeting started or ended.
    pub turn: DateTime<Utc>,
    /// The same, and the full hours.
    pub hourly: DateTime<Utc>,
}

/// What came of a look at the desk.
#[derive(Debug, Default)]
pub struct Carried {
    /// One line for each thing done.
    pub done: Vec<String>,
    /// The same for a log: no names, and nothing that was typed.
    pub log: Vec<String>,
    pub mistakes: Vec<Mistake>,
    /// Workbooks that are open, and left alone until they are closed; who has them open is said.
    pub waiting: Vec<String>,
    /// The same for a log.
    pub waiting_log: Vec<String>,
}

/// One round at work.
#[derive(Debug)]
pub struct Work<'r> {
    pub house: &'r House,
    pub register: &'r mut Register,
    pub clerk: Clerk<'r>,
    pub drawn: Drawn,
    pub carried: Carried,
    /// What is wrong in the workbooks that were read in this round.
    pub wrong: BTreeMap<NaiveDate, Vec<Mistake>>,
    /// How things were made before this round.
    made: BTreeMap<String, Made>,
    /// What this round made.
    fresh: BTreeMap<String, Made>,
    /// Meetings whose workbooks are to be written, as there are none.
    pub unwritten: BTreeSet<NaiveDate>,
    pub people: Option<KnownPeople>,
    pub turns: Turns,
    /// Everything about the program and its settings that a thing made depends on.
    settings: String,
}

impl<'r> Work<'r> {
    /// Fails when the register cannot be read.
    pub fn begin(house: &'r House, register: &'r mut Register, turns: Turns) -> Result<Self> {
        let made = register.made()?;
        let people = register.known_people()?;
        Ok(Work {
            settings: views::eye(house.rules()),
            clerk: Clerk::new(house),
            drawn: Drawn::default(),
            carried: Carried::default(),
            wrong: BTreeMap::new(),
            unwritten: BTreeSet::new(),
            fresh: BTreeMap::new(),
            house,
            register,
            made,
            people,
            turns,
        })
    }

    /// How a thing was last made.
    pub fn made(&self, name: &str) -> Option<&Made> {
        self.fresh.get(name).or_else(|| self.made.get(name))
    }

    /// All things made whose names begin so.
    pub fn made_of<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = (&'a str, &'a Made)> {
        let all = self.made.keys().chain(self.fresh.keys().filter(|name| !self.made.contains_key(*name)));
        all.filter(move |name| name.starts_with(beginning))
            .filter_map(|name| Some((name.as_str(), self.made(name)?)))
    }

    /// Notes how a thing was made just now.
    pub fn note(&mut self, name: &str, basis: &str, stamp: &str) {
        let made = Made { basis: basis.to_owned(), stamp: stamp.to_owned() };
        if self.made(name) != Some(&made) {
            self.fresh.insert(name.to_owned(), made);
        }
    }

    /// Forgets a thing, so that it is made again.
    ///
    /// Fails when the register cannot be written.
    pub fn forget(&mut self, name: &str) -> Result<()> {
        self.fresh.remove(name);
        if self.made.remove(name).is_some() {
            self.register.forget_made(name)?;
        }
        Ok(())
    }

    /// Keeps what was noted, and gives everything made with its file's stamp.
    ///
    /// Fails when the register cannot be written.
    pub fn keep(mut self) -> Result<BTreeMap<String, Made>> {
        self.register.note_made(&self.fresh)?;
        self.made.append(&mut self.fresh);
        Ok(self.made)
    }

    /// Keeps what is wrong in a workbook that was read, for the rounds in which nobody touches it.
    ///
    /// Fails when the register cannot be written.
    pub fn note_wrong(&mut self, day: NaiveDate) -> Result<()> {
        match self.wrong.get(&day).filter(|wrong| !wrong.is_empty()) {
            Some(wrong) => {
                let wrong = serde_json::to_string(wrong)?;
                self.note(&wrong_name(day), &wrong, "");
                Ok(())
            }
            None => self.forget(&wrong_name(day)),
        }
    }

    /// Everything wrong in the workbooks, read in this round or before, in order of meeting.
    pub fn all_wrong(&self) -> Vec<Mistake> {
        let kept = self.made_of("mistakes ").filter_map(|(name, made)| {
            let day: NaiveDate = name.strip_prefix("mistakes ")?.parse().ok()?;
            Some((day, serde_json::from_str(&made.basis).ok()?))
        });
        let mut all: BTreeMap<NaiveDate, Vec<Mistake>> = kept.collect();
        all.extend(self.wrong.clone());
        all.into_values().flatten().collect()
    }

    /// A hash of everything that is known and set, of the clock's last turn, and of `more`.
    ///
    /// Fails when the register cannot be read.
    pub fn basis(&self, hourly: bool, more: &str) -> Result<String> {
        let beat = self.register.beat()?;
        let turn = if hourly { self.turns.hourly } else { self.turns.turn };
        let blind = self.register.blind_folders()?;
        let text = format!("{} {beat} {turn} {blind:?} {more}", self.settings);
        Ok(hash_bytes(text.as_bytes()).to_string())
    }

    /// The same of what does not change with what becomes known.
    pub fn lasting_basis(&self, more: &str) -> String {
        hash_bytes(format!("{} {more}", self.settings).as_bytes()).to_string()
    }
}

/// Whether the office can be reached: everything in it is left as it was while it cannot.
pub fn reach_office(work: &Work<'_>, steps: &mut Steps) {
    let office = &work.house.config.folders.office;
    if steps.take(OFFICE, office, "cannot be used", || is_there(work.house, office)).is_none() {
        steps.leave(|step| step == PEOPLE || step == "board" || step.starts_with("workbook "));
    }
}

/// The folder in the office into which returned mail is dropped; also its step.
pub const BOUNCES: &str = "bounces";

/// The step of the office as a whole.
pub const OFFICE: &str = "office";

/// A share that is away must not be made anew on the disk below it.
///
/// Fails when the share is away, or there is no such folder on it.
pub fn is_there(house: &House, folder: &Path) -> Result<()> {
    let found = house.shares.stat(folder)?;
    let found = found.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))?;
    anyhow::ensure!(
        found.kind == Kind::Folder,
        "a file is where the folder should be; hint: move the file away"
    );
    Ok(())
}

/// Reads `People.xlsx` if it was saved since it was last read. While it cannot be read, the people are those it held before.
pub fn know_people(work: &mut Work<'_>, steps: &mut Steps) {
    if steps.is_amiss(OFFICE) {
        return;
    }
    let path = work.house.config.folders.office.join(PEOPLE);
    let again = steps.was_amiss(PEOPLE);
    let read = steps.take(PEOPLE, &path, "cannot be read", || {
        let gone = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let stamp = guard::stamp(&work.house.shares, &path)?.ok_or_else(gone)?;
        if !again && work.people.as_ref().is_some_and(|known| known.stamp == stamp) {
            return Ok(None);
        }
        let copy = work.house.copied_in(&work.house.shares.read(&path)?.ok_or_else(gone)?)?;
        let answered = work.clerk.pool()?.ask(&sitting::read_people(work.house, &copy))?;
        let (people, mistakes) = answered.answer;
        Ok(Some(KnownPeople { stamp, people, mistakes: mistakes.len() }))
    });
    steps.advise(PEOPLE, "put back a copy; until then the people are those it held when it was last read");
    if let Some(Some(known)) = read {
        let kept =
            steps.take(PEOPLE, &path, "cannot be remembered", || Ok(work.register.know_people(&known)?));
        if kept.is_some() {
            work.people = Some(known);
        }
    }
}

impl Work<'_> {
    /// The people as last read; none before the first reading.
    pub fn seats(&self) -> Option<&[Person]> {
        self.people.as_ref().map(|known| known.people.as_slice())
    }
}

/// The name under which a meeting's workbook is noted; also its step.
pub fn workbook_name(day: NaiveDate) -> String {
    format!("workbook {day}")
}

/// The name under which it is noted which tasks' results a meeting's workbook shows.
pub fn tasks_name(day: NaiveDate) -> String {
    format!("tasks {day}")
}

fn wrong_name(day: NaiveDate) -> String {
    format!("mistakes {day}")
}

/// Whether a change at `path` is worth a round: anything in the inbox; in the office a workbook that is not as it was left,
/// or the lock file of one that was opened or closed.
pub fn matters(house: &House, made: &BTreeMap<String, Made>, people: &str, path: &Path) -> bool {
    let folders = &house.config.folders;
    let below = path.strip_prefix(&folders.office).ok().filter(|_| !path.starts_with(&folders.inbox));
    let Some(below) = below else { return true };
    let differs =
        |known: &str| guard::stamp(&house.shares, path).map_or(true, |stamp| stamp.as_deref() != Some(known));
    let parts: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    match parts.as_slice() {
        [] => true,
        [name] if name == PEOPLE => differs(people),
        [name] => name.parse::<NaiveDate>().is_ok(),
        [folder, name] if folder == BOUNCES => !name.starts_with(['.', '~']),
        [folder, name] => {
            let Ok(day) = folder.parse::<NaiveDate>() else { return false };
            let lock = name.starts_with("~$") || name.starts_with(".~lock.");
            let workbook = || path == workbook_path(house, day);
            lock || lying::may_be_a_stray(house, day, name)
                || (workbook() && made.get(&workbook_name(day)).is_none_or(|made| differs(&made.stamp)))
        }
        _ => false,
    }
}

//! What the administrator's workbooks say, carried out: her acts into the register, her orders done, the outcome beside them.
//!
//! Each workbook is a step of its own. First every workbook that was saved since it was last looked at is read and what it
//! says is done; then every workbook that shows something which has changed is written anew, once. One that nobody has
//! touched costs a look at its stamp, and one of a meeting that has been held is not drawn up again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::{Days, NaiveDate};

use crate::clerk::agenda;
use crate::clerk::along;
use crate::clerk::astray;
use crate::clerk::house::House;
use crate::clerk::interests;
use crate::clerk::steps::Steps;
use crate::clerk::tasks;
use crate::clerk::work::{OFFICE, Work, tasks_name, workbook_name};
use crate::clerk::workbook::{self, Ahead, Beside, Memory, Read, workbook_path};
use crate::desk::acts::{self, DeskKnown};
use crate::desk::layout::{DEADLINES, DUE, OPEN_ACTIONS};
use crate::desk::meant::Meant;
use crate::desk::{apply, carry, guard, outcome};
use crate::panel::acts::Act;
use crate::panel::calendar;
use crate::panel::ids::PaperNumber;
use crate::panel::london;
use crate::register::Register;

/// After so long a meeting is history, whether its minutes were confirmed or not: eight weeks.
const LONG_PAST: Days = Days::new(56);

/// A workbook that was saved, read, and done as far as it could be.
#[derive(Debug)]
pub struct Opened {
    read: Read,
    memory: Memory,
}

/// Where a meeting stands, as far as its workbook is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Today or to come: everything that becomes known shows in it.
    Open,
    /// Held: who may have been there still shows in it.
    Held,
    /// Its minutes are confirmed, or it is long past: only what is typed changes it.
    Closed,
}

/// Does what the saved workbooks say. Gives the meetings whose workbooks are there, with what was read.
pub fn carry_out(work: &mut Work<'_>, steps: &mut Steps) -> BTreeMap<NaiveDate, Option<Opened>> {
    let office = &work.house.config.folders.office;
    let mut found = BTreeMap::new();
    if steps.is_amiss(OFFICE) {
        return found;
    }
    let Some(mut days) = steps.take(OFFICE, office, "cannot be read", || meetings(work.house)) else {
        steps.leave(|step| step.starts_with("workbook "));
        return found;
    };
    days.extend(coming(work.house));
    put_back(work, steps, &days);
    tasks::take_up(work, steps);
    let left = as_left(work, steps, &days);
    let in_calendar = in_calendar(work.house, &days);
    for day in days {
        let name = workbook_name(day);
        if in_calendar.contains(&day) && looked_into(work, steps, day) {
            work.unwritten.insert(day);
        }
        if left.contains(&day) && in_calendar.contains(&day) {
            found.insert(day, None);
            continue;
        }
        if !in_calendar.contains(&day) {
            steps.take(&name, &office.join(day.to_string()), "is not looked into", || no_meeting(work, day));
            continue;
        }
        let again = steps.was_amiss(&name);
        let path = workbook_path(work.house, day);
        let opened = steps.take(&name, &path, "cannot be used", || open(work, day, &path, again));
        let hint =
            format!("put back a copy, or move it away and have a new one written: `panelclerk agenda {day}`");
        steps.advise(&name, &hint);
        if let Some(opened) = opened {
            found.insert(day, opened);
        }
    }
    found
}

/// Meetings with a folder in the office, oldest first.
fn meetings(house: &House) -> Result<BTreeSet<NaiveDate>> {
    let inside = house.shares.list(&house.config.folders.office)?;
    Ok(inside.iter().filter_map(|one| one.name.to_str()?.parse().ok()).collect())
}

/// This meeting and the next: their workbooks are there before anybody asks for them.
fn coming(house: &House) -> impl Iterator<Item = NaiveDate> + use<> {
    let this = calendar::next_meeting(house.rules(), house.now()).map(|meeting| meeting.date);
    let next = this.and_then(|this| calendar::meeting_after(house.rules(), this)).map(|meeting| meeting.date);
    this.into_iter().chain(next)
}

/// Looks into the folder of a meeting that is not history. Gives whether a workbook is to be written where there is none.
fn looked_into(work: &mut Work<'_>, steps: &mut Steps, day: NaiveDate) -> bool {
    let name = workbook_name(day);
    let path = workbook_path(work.house, day);
    let is_history = || Ok(stage(work, day)? == Stage::Closed);
    let is_history = steps.take(&name, &path, "cannot be looked for", is_history);
    is_history == Some(false) && astray::enter(work, steps, day)
}

/// Puts back every edition that a crash left aside, before anything else is looked at.
fn put_back(work: &Work<'_>, steps: &mut Steps, days: &BTreeSet<NaiveDate>) {
    let books: Vec<PathBuf> = days.iter().map(|day| workbook_path(work.house, *day)).collect();
    let left = guard::left_aside(&work.house.shares, &books);
    for (day, book) in days.iter().zip(&books).zip(left).filter_map(|(one, left)| left.then_some(one)) {
        let step = workbook_name(*day);
        steps.take(&step, book, "cannot be put back", || guard::recover(&work.house.shares, book));
    }
}

/// The days on which a meeting is held.
fn in_calendar(house: &House, days: &BTreeSet<NaiveDate>) -> BTreeSet<NaiveDate> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return BTreeSet::new() };
    calendar::meetings(house.rules(), *first, *last).into_iter().map(|meeting| meeting.date).collect()
}

/// The meetings whose workbooks nobody has touched since they were last looked at, asked after all at once.
fn as_left(work: &Work<'_>, steps: &Steps, days: &BTreeSet<NaiveDate>) -> BTreeSet<NaiveDate> {
    let mut known = Vec::new();
    let mut files = Vec::new();
    for day in days {
        let name = workbook_name(*day);
        if let Some(made) = work.made(&name).filter(|_| !steps.was_amiss(&name)) {
            known.push(*day);
            files.push((workbook_path(work.house, *day), made.stamp.as_str()));
        }
    }
    let left = guard::as_left(&work.house.shares, &files);
    known.into_iter().zip(left).filter_map(|(day, left)| left.then_some(day)).collect()
}

/// A folder of a day on which the calendar has no meeting. One of the past is left in peace.
fn no_meeting(work: &Work<'_>, day: NaiveDate) -> Result<()> {
    let rules = work.house.rules();
    if day < london::wall(work.house.now()).date_naive() {
        return Ok(());
    }
    let moved = calendar::meeting_meant(rules, day).map(|meeting| meeting.date);
    let hint = match moved.or_else(|| calendar::meeting_after(rules, day).map(|meeting| meeting.date)) {
        Some(date) if moved.is_some() => {
            format!("its meeting is on {date} now: what is typed here is not read")
        }
        Some(date) => format!("move what is in it away; the next meeting after it is {date}"),
        None => "move what is in it away".to_owned(),
    };
    anyhow::bail!("there is no meeting on {day}; hint: {hint}")
}

/// Reads the workbook if somebody has saved it, or could not be helped the last time, and does what it says.
fn open(work: &mut Work<'_>, day: NaiveDate, path: &Path, again: bool) -> Result<Option<Opened>> {
    let name = workbook_name(day);
    let Some(stamp) = guard::stamp(&work.house.shares, path)? else {
        work.forget(&name)?;
        return Ok(None);
    };
    let known = work.made(&name);
    if !again && known.is_some_and(|made| made.stamp == stamp) {
        return Ok(None);
    }
    let stage = stage(work, day)?;
    if !again && (known.is_some() || stage != Stage::Open) {
        let memory = Memory::of(work.register, day)?;
        if workbook::is_untouched(work.house, path, &memory)? {
            // It was copied or put back with another stamp: what it was made from is as it was.
            let basis = known.map_or_else(|| basis(work, stage, &[]), |made| Ok(made.basis.clone()))?;
            work.note(&name, &basis, &stamp);
            return Ok(None);
        }
    }
    if is_in_use(work, day, path)? {
        return Ok(None);
    }
    let Some(read) = workbook::read_at(path, &work.clerk)? else { return Ok(None) };
    obey_all(work, day, read).map(Some)
}

/// Whether somebody has the workbook open: then it is left alone.
fn is_in_use(work: &mut Work<'_>, day: NaiveDate, path: &Path) -> Result<bool> {
    let Some(who) = guard::open_by(&work.house.shares, path)? else { return Ok(false) };
    astray::waits(work, day, who);
    Ok(true)
}

/// Her acts and orders, done; what remains of what she typed.
fn obey_all(work: &mut Work<'_>, day: NaiveDate, mut read: Read) -> Result<Opened> {
    let house = work.house;
    let mut memory = Memory::of(work.register, day)?;
    let sitting = work.drawn.sitting(house, work.register, Some(day))?;
    let newest = newest(work.register)?;
    let looks_ahead = [DUE.name, OPEN_ACTIONS.name, DEADLINES.name]
        .iter()
        .any(|sheet| read.typed.on(sheet).next().is_some());
    let ahead = if looks_ahead { Ahead::of(house, work.register, &sitting)? } else { Ahead::default() };
    let seats = work.people.as_ref().map_or(&[][..], |known| known.people.as_slice());
    let letters = workbook::letters(work.register, day, seats)?;
    let known = DeskKnown {
        words: &sitting.words,
        casebook: &sitting.casebook,
        newest: &newest,
        due: &ahead.due,
        follow_ups: &ahead.follow_ups,
        deadlines: &ahead.deadlines,
        letters: &letters,
        people: seats,
    };
    let (entries, mistakes) = acts::entries(&read.typed, &known);
    read.mistakes.extend(mistakes);
    if let Some(people) = &work.people {
        let unclear = interests::enter(house, work.register, &sitting, &read, &people.people)?;
        read.mistakes.extend(unclear);
    }
    let login = house.hand("", "").login;
    let applied = apply::apply(work.register, &read.typed, &entries, &login, house.now())?;
    for entry in entries.acts.iter().filter(|entry| applied.done.contains(&entry.place)) {
        let new = entry.act.new_case(&sitting.casebook.known);
        let new = new.map_or(String::new(), |case| format!("; {case} is a new case"));
        let said = format!("{} {}: done for {}{new}", entry.place.sheet, entry.place.key, entry.by);
        work.carried.log.push(format!("{} of {day}: {} done", entry.place.sheet, entry.place.key));
        work.carried.done.push(said);
    }
    if entries.acts.iter().any(|entry| matches!(entry.act, Act::Slot { .. } | Act::Restrict { .. }))
        && let Err(error) = agenda::settle(house, work.register, day)
    {
        work.carried.done.push(format!("the agenda could not be written again: {error:#}"));
    }
    read.mistakes.extend(applied.mistakes);
    for (task, order) in &applied.orders {
        tasks::carry_out(work, day, *task, order)?;
    }
    memory.done = Memory::of(work.register, day)?.done;
    let sitting = work.drawn.sitting(house, work.register, Some(day))?;
    // Before the meeting there is nothing to decide yet, whatever was tried out.
    let written = stage(work, day)? != Stage::Open && work.register.outcome(day)?.is_some();
    let agenda = work.register.agenda(day)?.unwrap_or_else(|| sitting.agenda.clone());
    let meant = Meant { words: &sitting.words, agenda: &agenda, casebook: &sitting.casebook };
    let (_, wrong) = outcome::checked(&read.typed, &meant, house.rules(), written);
    read.mistakes.extend(wrong);
    work.wrong.insert(day, read.mistakes.clone());
    read.typed = carry::undone(&read.typed, &applied.done);
    Ok(Opened { read, memory })
}

/// Writes every workbook anew that shows something which has changed.
pub fn bring_up(work: &mut Work<'_>, steps: &mut Steps, found: BTreeMap<NaiveDate, Option<Opened>>) {
    for (day, opened) in found {
        let name = workbook_name(day);
        let path = workbook_path(work.house, day);
        let amiss: Vec<String> = steps.said_but_of(&name);
        steps.take(&name, &path, "cannot be brought up to date", || write(work, day, &path, opened, &amiss));
    }
    work.carried.mistakes = work.all_wrong();
}

fn write(
    work: &mut Work<'_>,
    day: NaiveDate,
    path: &Path,
    opened: Option<Opened>,
    amiss: &[String],
) -> Result<()> {
    let name = workbook_name(day);
    let stage = stage(work, day)?;
    let now = basis(work, stage, amiss)?;
    if opened.is_none() && work.unwritten.contains(&day) {
        return write_first(work, day, &now, amiss);
    }
    let ended = tasks::ended(work.register, day)?;
    let shows_tasks = ended.is_empty() || work.made(&tasks_name(day)).is_some_and(|made| made.basis == ended);
    let awaits = along::awaits(work.register, day)?;
    let as_it_was = || {
        shows_tasks
            && !awaits
            && (stage == Stage::Closed || work.made(&name).is_none_or(|made| made.basis == now))
    };
    if opened.is_none() && as_it_was() {
        return Ok(());
    }
    // Attendance typed beside a name must not lose the name.
    let Some(people) = work.seats().map(<[_]>::to_vec) else { return Ok(()) };
    let mut opened = match opened {
        Some(opened) => opened,
        // What waits to be corrected may be right by now.
        None => {
            if is_in_use(work, day, path)? {
                return Ok(());
            }
            let Some(read) = workbook::read_at(path, &work.clerk)? else { return Ok(()) };
            if work.made(&name).is_some_and(|made| made.stamp != read.stamp) {
                // Saved since this round looked: the next one reads it and does what it says.
                return Ok(());
            }
            obey_all(work, day, read)?
        }
    };
    let sitting = work.drawn.sitting(work.house, work.register, Some(day))?;
    along::leave(work, &sitting, &mut opened.read)?;
    let beside = Beside { people: &people, amiss };
    let written =
        workbook::write(work.house, work.register, &sitting, beside, Some(&opened.read), &mut opened.memory)?;
    if let Some(stamp) = written {
        work.note(&name, &now, &stamp);
        let shown = tasks::ended(work.register, day)?;
        if !shown.is_empty() {
            work.note(&tasks_name(day), &shown, "");
        }
        work.note_wrong(day)?;
    }
    Ok(())
}

/// Writes a workbook where there is none: with nothing typed in it, or, where it was lost, with everything that was read.
fn write_first(work: &mut Work<'_>, day: NaiveDate, now: &str, amiss: &[String]) -> Result<()> {
    let Some(people) = work.seats().map(<[_]>::to_vec) else { return Ok(()) };
    let mut memory = Memory::of(work.register, day)?;
    let was_lost = !memory.written.is_empty();
    let sitting = work.drawn.sitting(work.house, work.register, Some(day))?;
    let beside = Beside { people: &people, amiss };
    let written = workbook::write(work.house, work.register, &sitting, beside, None, &mut memory)?;
    let Some(stamp) = written else { return Ok(()) };
    work.note(&workbook_name(day), now, &stamp);
    if was_lost {
        let said = format!(
            "the workbook of {day} was gone: it is written again with everything that was typed and read until then"
        );
        work.carried.done.push(said.clone());
        work.carried.log.push(said);
    }
    Ok(())
}

fn stage(work: &Work<'_>, day: NaiveDate) -> Result<Stage> {
    let today = london::wall(work.house.now()).date_naive();
    Ok(match () {
        () if today <= day => Stage::Open,
        () if day + LONG_PAST < today || work.register.confirmed_minutes(day)?.is_some() => Stage::Closed,
        () => Stage::Held,
    })
}

/// Everything a workbook at this stage is made from but what is typed in it.
fn basis(work: &Work<'_>, stage: Stage, amiss: &[String]) -> Result<String> {
    let people = work.people.as_ref().map_or("", |known| known.stamp.as_str());
    Ok(match stage {
        Stage::Open => work.basis(false, &format!("{people} {amiss:?}"))?,
        Stage::Held => work.lasting_basis(&format!("held {people}")),
        Stage::Closed => "closed".to_owned(),
    })
}

/// The newest version of each paper.
///
/// Fails when the register cannot be read.
pub fn newest(register: &Register) -> Result<BTreeMap<PaperNumber, u32>> {
    let mut newest = BTreeMap::new();
    for version in register.versions()? {
        let known = newest.entry(version.paper).or_insert(version.version);
        *known = version.version.max(*known);
    }
    Ok(newest)
}

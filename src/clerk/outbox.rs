//! The step of a round that looks into the outboxes: a draft that its reader may no longer have leaves it at once, not when somebody sends
//! again.

use anyhow::Result;
use chrono::{Days, NaiveDate};

use crate::clerk::letters::{marked, sweep, taken_back};
use crate::clerk::sitting::{self, PEOPLE, Sitting};
use crate::clerk::steps::Steps;
use crate::clerk::work::{OFFICE, Work};
use crate::desk::guard;
use crate::panel::calendar;
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::panel::people::Person;
use crate::post::kind::LetterKind;
use crate::register::letters::LetterRow;
use crate::register::made::KnownPeople;
use crate::report::said;

/// For so long after its meeting a draft that was marked as sent is looked for in the outbox: a crash may have left it there.
const LOOKED_FOR: Days = Days::new(14);

/// Takes back what must not go out any more, of every meeting with unsent letters.
pub fn look_through(work: &mut Work<'_>, steps: &mut Steps) {
    if steps.is_amiss(OFFICE) {
        return;
    }
    let office = work.house.config.folders.office.clone();
    let days = steps.take("outbox", &office, "cannot be looked through", || {
        let since = london::wall(work.house.now()).date_naive() - LOOKED_FOR;
        Ok(work.register.meetings_with_letters_in_an_outbox(since)?)
    });
    for day in days.unwrap_or_default() {
        let step = format!("outbox {day}");
        let folder = office.join(day.to_string()).join("outbox");
        steps.take(&step, &folder, "cannot be looked through", || of_meeting(work, day));
    }
}

fn of_meeting(work: &mut Work<'_>, day: NaiveDate) -> Result<()> {
    if calendar::meeting_meant(work.house.rules(), day).is_none() {
        return Ok(());
    }
    let Some(known) = work.people.clone() else { return Ok(()) };
    let name = format!("outbox {day}");
    let basis = work.basis(false, &known.stamp)?;
    if work.made(&name).is_some_and(|made| made.basis == basis) {
        return Ok(());
    }
    let letters = work.register.letters(day)?;
    let by_hand: Vec<LetterRow> =
        letters.into_iter().filter(|row| row.state == LetterState::SentByHand).collect();
    marked::remove_drafts(work.house, day, &by_hand)?;
    let sitting = work.drawn.sitting(work.house, work.register, Some(day))?;
    if day < london::wall(work.house.now()).date_naive() {
        over(work, &sitting)?;
    }
    let people = as_now(work, &known)?;
    let gone = sweep::sweep(work.house, work.register, &sitting, &people)?.len();
    if gone > 0 {
        let drafts = if gone == 1 { "1 draft was".to_owned() } else { format!("{gone} drafts were") };
        let said = format!(
            "{drafts} taken out of the outbox of {day}: their readers may no longer have what is in them; send again"
        );
        work.carried.log.push(said.clone());
        work.carried.done.push(said);
    }
    // What was taken back is new in the register.
    let basis = work.basis(false, &known.stamp)?;
    work.note(&name, &basis, "");
    Ok(())
}

/// The people as `People.xlsx` has them by now: a task of this round may have written to an address that was not in it when the round began.
fn as_now(work: &Work<'_>, known: &KnownPeople) -> Result<Vec<Person>> {
    let now = guard::stamp(&work.house.shares, &work.house.config.folders.office.join(PEOPLE))?;
    let is_as_known = now.is_none_or(|stamp| stamp == known.stamp);
    let read = if is_as_known { None } else { sitting::people(work.house).ok() };
    Ok(read.map_or_else(|| known.people.clone(), |(people, _)| people))
}

/// The meeting is over: packs that were not sent by then do not go any more, and no draft of one is left lying about.
fn over(work: &mut Work<'_>, sitting: &Sitting) -> Result<()> {
    let day = sitting.day();
    let mut packs = work.register.letters(day)?;
    let holds_pack =
        |row: &LetterRow| LetterKind::ALL.iter().any(|kind| kind.word() == row.kind && kind.encloses_pack());
    packs.retain(|row| row.state.may_go() && holds_pack(row));
    if packs.is_empty() {
        return Ok(());
    }
    let why = "the meeting is over, and nobody said that it was sent";
    let gone = taken_back::take_back(work.house, work.register, sitting, packs, why)?.len();
    if gone > 0 {
        let said = format!(
            "{} with the pack of {day} left the outbox, for the meeting is over; what you have sent yourself, mark as sent: `panelclerk send pack {day} --mark-sent NAME --by NAME`",
            said::count(gone, "email")
        );
        work.carried.log.push(said.clone());
        work.carried.done.push(said);
    }
    Ok(())
}

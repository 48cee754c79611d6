//! What a reader was sent, asked back as a whole: it went to the wrong person, or was the wrong pack.
//!
//! Which emails are asked back is on record before the letter that asks is written: after a crash the same letter is written when
//! `send recall-email` is typed again. What its reader has not been sent yet is taken back, and a file to which only their emails lead is
//! removed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::letters::holders;
use crate::clerk::letters::taken_back;
use crate::clerk::letters::told::Told;
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::panel::acts::{Act, Hand};
use crate::panel::audience::same_name;
use crate::panel::letter_state::{LetterState, Was};
use crate::panel::people::Person;
use crate::panel::{london, when};
use crate::post::kind::LetterKind;
use crate::post::plan::{self, Enclosed, Plan};
use crate::register::Register;
use crate::register::letters::LetterRow;
use crate::report::said;

/// The letters that a reader's name, address or letter's number stands for.
struct Meant {
    /// Those that may have arrived.
    asked: Vec<LetterRow>,
    /// Those that have not left yet.
    waiting: Vec<LetterRow>,
}

/// One letter to each reader of whom something is asked back: what is on record, and what these readers (by name, address or a letter's
/// number) were sent.
///
/// Fails when nothing of a reader's has left, nothing is asked back at all, or the register cannot be read.
pub fn plan(register: &Register, day: NaiveDate, people: &[Person], readers: &[String]) -> Result<Plan> {
    let mut asked = on_record(register, day)?;
    for reader in readers {
        asked.extend(meant(register, day, reader)?.asked.into_iter().map(|row| row.id));
    }
    if asked.is_empty() {
        return Err(Usage::new(format!("nothing that anybody was sent for {day} is asked back"))
            .hint("say whose it is: `--of READER`, a name, an address or the number of an email")
            .into());
    }
    let mut by_reader: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in register.letters(day)?.into_iter().filter(|row| asked.contains(&row.id)) {
        by_reader.entry(row.recipient).or_default().push(row.id);
    }
    let holders = by_reader.iter().map(|(email, ids)| (email.as_str(), Enclosed::AsksBack(ids.clone())));
    Ok(plan::to_holders(LetterKind::RecallEmail, people, holders))
}

/// Puts on record that what these readers were sent is asked back, takes back what they have not been sent yet, and removes the files to which
/// only their emails lead. Gives the files that stay, because others' emails lead to them as well.
///
/// Fails when nobody says so, a file cannot be removed, or the register cannot be written.
pub fn put_on_record(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    readers: &[String],
    hand: Option<&Hand>,
) -> Result<Vec<PathBuf>> {
    let day = sitting.day();
    let before = on_record(register, day)?;
    let mut waiting: BTreeMap<String, LetterRow> = BTreeMap::new();
    for reader in readers {
        let meant = meant(register, day, reader)?;
        for row in meant.asked.iter().filter(|row| !before.contains(&row.id)) {
            let Some(hand) = hand else {
                return Err(Usage::new("nobody's name stands beside the recall")
                    .hint("`--by NAME --reason TEXT`: what went wrong, for the audit trail")
                    .into());
            };
            register.act(&Act::AskBack { meeting: day, letter: row.id.clone() }, hand, house.now())?;
        }
        let may_go = meant.asked.into_iter().filter(|row| row.state.may_go());
        waiting.extend(meant.waiting.into_iter().chain(may_go).map(|row| (row.id.clone(), row)));
    }
    taken_back::take_back(house, register, sitting, waiting.into_values().collect(), "it is asked back")?;
    close(house, register, sitting)
}

/// Removes what emails that are asked back lead to, where no other email leads there.
fn close(house: &House, register: &Register, sitting: &Sitting) -> Result<Vec<PathBuf>> {
    let day = sitting.day();
    let asked = on_record(register, day)?;
    let told = Told::of(register, day)?;
    let mut theirs: BTreeSet<&PathBuf> = BTreeSet::new();
    let mut others: BTreeSet<&PathBuf> = BTreeSet::new();
    for row in register.letters(day)? {
        let Some(holds) = told.holds.get(&row.draft) else { continue };
        if asked.contains(&row.id) {
            theirs.extend(&holds.links);
        } else if row.state != LetterState::Superseded {
            others.extend(&holds.links);
        }
    }
    for file in theirs.difference(&others) {
        house.shares.remove(file)?;
    }
    Ok(theirs.intersection(&others).map(|file| (*file).clone()).collect())
}

/// The letters of a meeting that are on record as asked back: `L12`.
fn on_record(register: &Register, day: NaiveDate) -> Result<BTreeSet<String>> {
    let asked = register.acts()?.into_iter().filter_map(|done| match done.act {
        Act::AskBack { meeting, letter } if meeting == day => Some(letter),
        _ => None,
    });
    Ok(asked.collect())
}

fn meant(register: &Register, day: NaiveDate, reader: &str) -> Result<Meant> {
    let told = Told::of(register, day)?;
    let by_number = |row: &LetterRow| row.id.eq_ignore_ascii_case(reader);
    let is_theirs = |row: &LetterRow| {
        let name = told.holds.get(&row.draft).map(|holds| holds.name.as_str());
        by_number(row)
            || row.recipient.eq_ignore_ascii_case(reader)
            || name.is_some_and(|name| same_name(name, reader))
    };
    let brings = |row: &LetterRow| {
        let kind = kind_of(row);
        kind.is_some_and(|kind| {
            !kind.asks_back() && !matches!(kind, LetterKind::FirstContact | LetterKind::Password)
        })
    };
    let mut theirs = register.letters(day)?;
    theirs.retain(|row| is_theirs(row) && brings(row));
    if theirs.is_empty() {
        return Err(Usage::new(format!("no email with anything in it was written to `{reader}` for {day}"))
            .hint("name the reader as in `People.xlsx`, by address, or the email by its number")
            .into());
    }
    // A draft may have been sent by somebody who has not said so; one that was taken back is meant only where it is named itself.
    let may_be_there = |row: &LetterRow| {
        row.state.may_have_arrived()
            || row.state == LetterState::Ready
            || (by_number(row) && row.state == LetterState::Superseded)
    };
    let (asked, rest): (Vec<LetterRow>, Vec<LetterRow>) = theirs.into_iter().partition(may_be_there);
    if asked.is_empty() {
        let last = rest.last().map_or("not written", |row| row.state.said());
        return Err(Usage::new(format!(
            "nothing that `{reader}` was to be sent for {day} has left: it is {last}"
        ))
        .hint("what waits is taken back once `People.xlsx` is right")
        .into());
    }
    Ok(Meant { asked, waiting: rest.into_iter().filter(|row| row.state.may_go()).collect() })
}

fn kind_of(row: &LetterRow) -> Option<LetterKind> {
    LetterKind::ALL.into_iter().find(|kind| kind.word() == row.kind)
}

/// What is said of each letter of a meeting to whoever is to delete it: when it left and what it brought, without a word about any case.
///
/// Fails when the register cannot be read.
pub fn lines(register: &Register, day: NaiveDate) -> Result<BTreeMap<String, (String, String)>> {
    let held = holders::held(register, day)?;
    let told = Told::of(register, day)?;
    let mut lines = BTreeMap::new();
    for row in register.letters(day)? {
        let history = register.history_of(&row)?;
        let last = |state: LetterState| history.iter().rfind(|was: &&Was| was.state == state);
        let left = last(LetterState::SentByHand)
            .or_else(|| last(LetterState::Accepted))
            .or_else(|| last(LetterState::DataBegun));
        let label = match left {
            Some(was) => format!("Email sent at {}", when::moment(london::wall(was.at))),
            None => format!("Email written at {}", when::moment(london::wall(row.made))),
        };
        let mut brought = kind_of(&row).map_or("email", LetterKind::brings).to_owned();
        let files = held.iter().filter(|held| held.copy.letter == row.draft).count();
        if files > 0 {
            let linked = told.holds.get(&row.draft).is_some_and(|holds| !holds.links.is_empty());
            let how = if linked { "by a link to" } else { "with" };
            brought.push_str(&format!(", {how} {}", said::count(files, "PDF file")));
        }
        lines.insert(row.id, (label, brought));
    }
    Ok(lines)
}

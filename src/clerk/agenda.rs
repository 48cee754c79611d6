//! The timed agenda: in the meeting workbook to edit, as a Word document to read.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::agenda::document::{self, AgendaFacts, Before};
use crate::agenda::pages::Pages;
use crate::clerk::history;
use crate::clerk::house::House;
use crate::clerk::pressings::Pressing;
use crate::clerk::reviews;
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::templates;
use crate::clerk::workbook::{self, Beside, Memory};
use crate::panel::case::{Case, Casebook};
use crate::panel::follow_up::FollowUp;
use crate::panel::ids::CaseId;
use crate::panel::kept;
use crate::panel::people::{Capacity, Person};
use crate::register::Register;

/// The agenda with what is the chair's alone: funding, actions, what must come back.
pub const FOR_THE_CHAIR: &str = "agenda for the chair";

/// Sets the agenda and writes it as two Word documents, one for everybody and one for the chair. From then on those who have
/// a time keep it.
///
/// Fails when a template cannot be filled, or a document cannot be put into the meeting's folder.
pub fn write(house: &House, register: &mut Register, sitting: &Sitting) -> Result<PathBuf> {
    set(house, register, sitting)?;
    register.agenda_is_made(sitting.day(), house.now())?;
    documents(house, register, sitting)
}

/// Freezes the agenda, once there is a case on it.
///
/// Fails when the register cannot be written.
pub fn set(house: &House, register: &mut Register, sitting: &Sitting) -> Result<()> {
    if sitting.agenda.cases().next().is_some() {
        register.freeze_agenda(&sitting.agenda, house.now())?;
    }
    Ok(())
}

/// An agenda that is set takes in what the administrator has just asked of it.
///
/// Fails like [`write()`].
pub fn settle(house: &House, register: &mut Register, day: NaiveDate) -> Result<()> {
    if register.agenda(day)?.is_none() {
        return Ok(());
    }
    let sitting = Sitting::draw(house, register, Some(&day.to_string()))?;
    write(house, register, &sitting)?;
    Ok(())
}

fn documents(house: &House, register: &Register, sitting: &Sitting) -> Result<PathBuf> {
    let people = sitting::people_or_known(house, register)?.people;
    let pages = Pressing::latest(register, sitting.day())?
        .map_or_else(Pages::default, |pressing| sitting::pages(&pressing.manifest));
    let chair = people.iter().find(|person| person.capacity == Capacity::Chair);
    let (plain, chairs) = for_the_folder(&sitting.casebook, chair);
    let made = |chairs: bool, withheld: &BTreeSet<CaseId>| {
        document(house, register, sitting, Readers { people: &people, pages: &pages, chairs, withheld })
    };
    let file = sitting.file("agenda", "docx");
    house.shares.put(&file, &made(false, &plain)?)?;
    house.shares.put(&sitting.file(FOR_THE_CHAIR, "docx"), &made(true, &chairs)?)?;
    Ok(file)
}

/// The restricted cases, of which nothing is to be in the documents of the meeting's folder: in the one for everybody none of them, in the
/// chair's those that do not name the chair.
fn for_the_folder(casebook: &Casebook, chair: Option<&Person>) -> (BTreeSet<CaseId>, BTreeSet<CaseId>) {
    let hidden = |case: &&Case| !chair.is_some_and(|chair| kept::may_hear_of(case, &chair.name));
    let restricted = || casebook.cases.iter().filter(|case| case.is_restricted());
    let ids = |case: &Case| case.id.clone();
    (restricted().map(ids).collect(), restricted().filter(hidden).map(ids).collect())
}

/// The agenda for somebody who may hear nothing of these cases, or the same for the chair.
///
/// Fails when a template cannot be filled.
pub fn without(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    chairs: bool,
    withheld: &BTreeSet<CaseId>,
) -> Result<Vec<u8>> {
    let people = sitting::people_or_known(house, register)?.people;
    let pages = Pressing::latest(register, sitting.day())?
        .map_or_else(Pages::default, |pressing| sitting::pages(&pressing.manifest));
    document(house, register, sitting, Readers { people: &people, pages: &pages, chairs, withheld })
}

/// The agenda for an observer: times and kinds of request, and nothing of any child.
///
/// Fails when a template cannot be filled.
pub fn times_only(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    withheld: &BTreeSet<CaseId>,
) -> Result<Vec<u8>> {
    let people = sitting::people_or_known(house, register)?.people;
    let template = templates::word(house, "agenda.docx")?;
    let facts = AgendaFacts {
        heading: &sitting.heading,
        words: &sitting.words,
        agenda: &sitting.agenda.times_only(withheld),
        case_count: sitting.agenda.cases().count(),
        casebook: &sitting.casebook,
        people: &people,
        pages: &Pages::default(),
        status: "For an observer",
        before: &Before::default(),
    };
    document::document(&facts, &template).context("the agenda for an observer")
}

/// For whom an agenda is set.
#[derive(Clone, Copy)]
struct Readers<'a> {
    people: &'a [Person],
    pages: &'a Pages,
    chairs: bool,
    withheld: &'a BTreeSet<CaseId>,
}

fn document(house: &House, register: &Register, sitting: &Sitting, readers: Readers<'_>) -> Result<Vec<u8>> {
    let Readers { people, pages, chairs, withheld } = readers;
    let template = templates::word(house, "agenda.docx")?;
    let before = if chairs { before(house, register, sitting, withheld)? } else { Before::default() };
    let facts = AgendaFacts {
        heading: &sitting.heading,
        words: &sitting.words,
        agenda: &sitting.agenda.without(withheld),
        case_count: sitting.agenda.cases().count(),
        casebook: &sitting.casebook,
        people,
        pages,
        status: if chairs { "For the chair" } else { "" },
        before: &before,
    };
    document::document(&facts, &template).context("the agenda")
}

/// What earlier meetings left, what the cases ask for, what must come back.
fn before(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    withheld: &BTreeSet<CaseId>,
) -> Result<Before> {
    let history = history::before(register, sitting.day())?;
    let mut actions = history::follow_ups(register, &history)?;
    actions.retain(FollowUp::is_open);
    actions.retain(|one| one.action.case.as_ref().is_none_or(|case| !withheld.contains(case)));
    let mut due_back = reviews::proposed(house, register, sitting)?;
    due_back.retain(|owed| !withheld.contains(&owed.case));
    // A total would tell of the cases withheld.
    let told = withheld.is_empty();
    let funding = told.then(|| history::funding(house.rules(), &sitting.casebook, &history));
    Ok(Before { actions, funding: funding.unwrap_or_default(), due_back })
}

/// Brings the workbook up to date; false where it is in use.
///
/// Fails when the workbook or the people's cannot be read, or its folder cannot be written to.
pub fn write_workbook(house: &House, register: &Register, sitting: &Sitting) -> Result<bool> {
    let people = sitting::people_or_known(house, register)?.people;
    let read = workbook::read(house, sitting)?;
    let mut memory = Memory::of(register, sitting.day())?;
    let beside = Beside { people: &people, amiss: &[] };
    Ok(workbook::write(house, register, sitting, beside, read.as_ref(), &mut memory)?.is_some())
}

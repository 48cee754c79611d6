//! The timed agenda: in the meeting workbook to edit, as a Word document to read.

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
use crate::panel::follow_up::FollowUp;
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
    let template = templates::word(house, "agenda.docx")?;
    let made = |status: &str, before: &Before| {
        let facts = AgendaFacts {
            heading: &sitting.heading,
            words: &sitting.words,
            agenda: &sitting.agenda,
            casebook: &sitting.casebook,
            people: &people,
            pages: &pages,
            status,
            before,
        };
        document::document(&facts, &template).context("the agenda")
    };
    let file = sitting.file("agenda", "docx");
    house.shares.put(&file, &made("", &Before::default())?)?;
    let chairs = made("For the chair", &before(house, register, sitting)?)?;
    house.shares.put(&sitting.file(FOR_THE_CHAIR, "docx"), &chairs)?;
    Ok(file)
}

/// What earlier meetings left, what the cases ask for, what must come back.
fn before(house: &House, register: &Register, sitting: &Sitting) -> Result<Before> {
    let history = history::before(register, sitting.day())?;
    let mut actions = history::follow_ups(register, &history)?;
    actions.retain(FollowUp::is_open);
    Ok(Before {
        actions,
        funding: history::funding(house.rules(), &sitting.casebook, &history),
        due_back: reviews::proposed(house, register, sitting)?,
    })
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

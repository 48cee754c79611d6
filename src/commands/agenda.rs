//! The timed agenda: in the meeting workbook to edit, as a Word document to read.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::agenda::document::{self, Before, Facts};
use crate::agenda::pages::Pages;
use crate::commands::house::{House, Settings, shown};
use crate::commands::pressed::Pressing;
use crate::commands::screen::{self, Exit};
use crate::commands::sitting::{self, Sitting};
use crate::commands::workbook::{self, Memory};
use crate::commands::{history, reviews, shipped, templates};
use crate::panel::agenda::What;
use crate::register::Register;

#[derive(Debug, Args)]
pub struct Agenda {
    /// The meeting's date; left out, the next meeting
    meeting: Option<String>,
}

pub fn run(settings: &Settings, args: &Agenda) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let sitting = Sitting::draw(&house, &register, args.meeting.as_deref())?;
    let file = write(&house, &register, &sitting)?;
    let kept = write_workbook(&house, &sitting)?;
    if house.json {
        let workbook = sitting.workbook();
        screen::json(
            &serde_json::json!({ "agenda": sitting.agenda, "document": file, "workbook": workbook }),
        )?;
    } else {
        for item in &sitting.agenda.items {
            screen::line(line(item));
        }
        for case in &sitting.agenda.not_slotted {
            screen::line(format!("       {case}  does not fit before the end"));
        }
        screen::line(format!("written: {}", shown(&file, &house.config)));
        screen::line(format!("workbook: {}", shown(&sitting.workbook(), &house.config)));
    }
    if !kept {
        screen::aside("the workbook is open or was just saved, so it stays as it is");
    }
    let all = kept && sitting.agenda.not_slotted.is_empty();
    Ok(if all { Exit::Done } else { Exit::Look })
}

/// Writes the Word document.
pub fn write(house: &House, register: &Register, sitting: &Sitting) -> Result<PathBuf> {
    let (people, _) = sitting::people(house)?;
    let pages = Pressing::latest(house, register, sitting.day())?
        .map_or_else(Pages::default, |pressing| sitting::pages(&pressing.manifest));
    let facts = Facts {
        heading: &sitting.heading,
        words: &sitting.words,
        agenda: &sitting.agenda,
        casebook: &sitting.casebook,
        people: &people,
        pages: &pages,
        status: "",
        before: &before(house, register, sitting)?,
    };
    let template = templates::word(house, "agenda.docx")?;
    let bytes = document::document(&facts, &template).context("the agenda")?;
    let file = sitting.file("agenda", "docx");
    shipped::put(&file, &bytes)?;
    Ok(file)
}

/// What earlier meetings left, what the cases ask for, what must come back.
fn before(house: &House, register: &Register, sitting: &Sitting) -> Result<Before> {
    let history = history::before(register, sitting.day())?;
    Ok(Before {
        actions: history::last_actions(&history),
        funding: history::funding(house.rules(), &sitting.casebook, &history),
        due_back: reviews::proposed(house, register, sitting)?,
    })
}

/// Brings the workbook up to date; false where it is in use.
pub fn write_workbook(house: &House, sitting: &Sitting) -> Result<bool> {
    let (people, _) = sitting::people(house)?;
    let read = workbook::read(house, sitting)?;
    let mut memory = Memory::of(house, sitting)?;
    workbook::write(house, sitting, &people, read.as_ref(), &mut memory)
}

fn line(item: &crate::panel::agenda::Item) -> String {
    let time = item.starts.format("%H:%M");
    match &item.what {
        What::Standing { title, .. } => format!("{time}  {:<4} {title}", item.number),
        What::Break => format!("{time}       break"),
        What::Case(case) => {
            let flags = case.flags.join(", ");
            format!("{time}  {:<4} {} {}  {}  {flags}", item.number, case.case, case.child, case.request)
        }
    }
}

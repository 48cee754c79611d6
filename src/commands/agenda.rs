//! The timed agenda: in the meeting workbook to edit, as a Word document to read.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
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
use crate::panel::follow_up::FollowUp;
use crate::register::Register;

#[derive(Debug, Args)]
pub struct Agenda {
    /// The meeting's date; left out, the next meeting
    meeting: Option<String>,
    /// Plan it anew, as if none had been set: everybody's time may change
    #[arg(long)]
    afresh: bool,
}

pub fn run(settings: &Settings, args: &Agenda) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let meeting = args.meeting.as_deref();
    let sitting = if args.afresh {
        Sitting::draw_afresh(&house, &register, meeting)?
    } else {
        Sitting::draw(&house, &register, meeting)?
    };
    let file = write(&house, &mut register, &sitting)?;
    let kept = write_workbook(&house, &register, &sitting)?;
    if house.json {
        let workbook = sitting.workbook();
        screen::json(&serde_json::json!({
            "agenda": sitting.agenda, "document": file, "for_the_chair": sitting.file(FOR_THE_CHAIR, "docx"),
            "workbook": workbook,
        }))?;
    } else {
        for item in &sitting.agenda.items {
            screen::line(line(item));
        }
        for case in &sitting.agenda.not_slotted {
            screen::line(format!("       {case}  does not fit before the end"));
        }
        screen::line(format!("written: {}", shown(&file, &house.config)));
        screen::line(format!(
            "for the chair: {}",
            shown(&sitting.file(FOR_THE_CHAIR, "docx"), &house.config)
        ));
        screen::line(format!("workbook: {}", shown(&sitting.workbook(), &house.config)));
    }
    if !kept {
        screen::aside("the workbook is open or was just saved, so it stays as it is");
    }
    let all = kept && sitting.agenda.not_slotted.is_empty();
    Ok(if all { Exit::Done } else { Exit::Look })
}

/// The agenda with what is the chair's alone: funding, actions, what must come back.
pub const FOR_THE_CHAIR: &str = "agenda for the chair";

/// Sets the agenda and writes it as two Word documents, one for everybody and one for the chair. From then on those who have
/// a time keep it.
pub fn write(house: &House, register: &mut Register, sitting: &Sitting) -> Result<PathBuf> {
    set(house, register, sitting)?;
    documents(house, register, sitting)
}

/// Freezes the agenda, once there is a case on it.
pub fn set(house: &House, register: &mut Register, sitting: &Sitting) -> Result<()> {
    if sitting.agenda.cases().next().is_some() {
        register.freeze_agenda(&sitting.agenda, house.now())?;
    }
    Ok(())
}

/// An agenda that is set takes in what the administrator has just asked of it.
pub fn settle(house: &House, register: &mut Register, day: NaiveDate) -> Result<()> {
    if register.agenda(day)?.is_none() {
        return Ok(());
    }
    let sitting = Sitting::draw(house, register, Some(&day.to_string()))?;
    write(house, register, &sitting)?;
    Ok(())
}

fn documents(house: &House, register: &Register, sitting: &Sitting) -> Result<PathBuf> {
    let (people, _) = sitting::people(house)?;
    let pages = Pressing::latest(register, sitting.day())?
        .map_or_else(Pages::default, |pressing| sitting::pages(&pressing.manifest));
    let template = templates::word(house, "agenda.docx")?;
    let made = |status: &str, before: &Before| {
        let facts = Facts {
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
    shipped::put(&file, &made("", &Before::default())?)?;
    let chairs = made("For the chair", &before(house, register, sitting)?)?;
    shipped::put(&sitting.file(FOR_THE_CHAIR, "docx"), &chairs)?;
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
pub fn write_workbook(house: &House, register: &Register, sitting: &Sitting) -> Result<bool> {
    let (people, _) = sitting::people(house)?;
    let read = workbook::read(house, sitting)?;
    let mut memory = Memory::of(register, sitting.day())?;
    workbook::write(house, register, sitting, &people, read.as_ref(), &mut memory)
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

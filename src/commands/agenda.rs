//! `agenda`: sets the timed agenda and says where it is.

use anyhow::Result;
use clap::Args;

use crate::clerk::agenda::{self, FOR_THE_CHAIR};
use crate::clerk::house::{Settings, shown};
use crate::clerk::sitting::{self, Sitting};
use crate::commands::screen::{self, Exit};
use crate::panel::agenda::What;
use crate::panel::when;

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
    let file = agenda::write(&house, &mut register, &sitting)?;
    // A damaged workbook costs the workbook, not the agenda.
    let kept = agenda::write_workbook(&house, &register, &sitting).unwrap_or_else(|error| {
        screen::aside(format!("panelclerk: {error:#}"));
        false
    });
    let people = sitting::people_or_known(&house, &register)?;
    if let Some(said) = &people.said {
        screen::aside(format!("panelclerk: {said}"));
    }
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
    let all = kept && people.said.is_none() && sitting.agenda.not_slotted.is_empty();
    Ok(if all { Exit::Done } else { Exit::Look })
}

fn line(item: &crate::panel::agenda::Item) -> String {
    let time = when::hour(item.starts);
    match &item.what {
        What::Standing { title, .. } => format!("{time:<8}  {:<4} {title}", item.number),
        What::Break => format!("{time:<8}       break"),
        What::Case(case) => {
            let flags = case.flags.join(", ");
            format!("{time:<8}  {:<4} {} {}  {}  {flags}", item.number, case.case, case.child, case.request)
        }
    }
}

//! Every case: what it has, what it lacks, when it came; every file accounted for.

use anyhow::Result;
use clap::Args;

use crate::clerk::deadlines;
use crate::clerk::house::Settings;
use crate::clerk::inbox;
use crate::clerk::lying;
use crate::clerk::sitting::Sitting;
use crate::commands::screen::{self, Exit};
use crate::finding::Finding;
use crate::panel::calendar;
use crate::panel::case::{Casebook, Standing};
use crate::panel::london;
use crate::panel::when;
use crate::report::board::PageLook;
use crate::report::{json, table};

#[derive(Debug, Args)]
pub struct Status {
    /// The meeting's date; left out, the next meeting
    meeting: Option<String>,
}

pub fn run(settings: &Settings, args: &Status) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let sitting = Sitting::draw(&house, &register, args.meeting.as_deref())?;
    let troubles = register.troubles()?;
    let troubles: Vec<_> = troubles.into_iter().map(|open| lying::with_who(&house, open)).collect();
    let due = deadlines::of(&house, &register, &sitting)?;
    let mut notices = calendar::notices(house.rules(), &sitting.casebook.meeting);
    notices.extend(inbox::notice(&register)?);
    if house.json {
        let mut status = json::status(&sitting.casebook);
        status["deadlines"] = json::deadlines(&due);
        status["notices"] = serde_json::json!(notices);
        status["troubles"] = serde_json::json!(troubles);
        screen::json(&status)?;
    } else {
        let look = PageLook { heading: &sitting.heading, words: &sitting.words };
        screen::line(table::status(&sitting.casebook, look, screen::width()).trim_end());
        let shown = table::deadlines(&due, screen::width());
        if !shown.is_empty() {
            screen::line(shown.trim_end());
        }
        for trouble in &troubles {
            screen::line(format!("since {}: {trouble}", when::short_said(london::wall(trouble.since))));
        }
        for notice in &notices {
            screen::line(note(notice));
        }
    }
    let overdue = due.iter().any(|one| one.overdue);
    let fine = troubles.iter().all(|trouble| lying::is_open(trouble).is_some())
        && !overdue
        && !needs_eyes(&sitting.casebook);
    Ok(if fine { Exit::Done } else { Exit::Look })
}

fn note(notice: &Finding) -> String {
    let hint = notice.hint.as_ref().map_or(String::new(), |hint| format!("; hint: {hint}"));
    format!("note: {}{hint}", notice.message)
}

fn needs_eyes(book: &Casebook) -> bool {
    let incomplete = book.listed().any(|case| case.standing() == Standing::Incomplete);
    incomplete || !book.unfiled.is_empty() || !book.share.healthy
}

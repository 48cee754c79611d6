//! Every case: what it has, what it lacks, when it came; every file accounted for.

use anyhow::Result;
use clap::Args;

use crate::clerk::house::Settings;
use crate::clerk::sitting::Sitting;
use crate::commands::screen::{self, Exit};
use crate::finding::Finding;
use crate::panel::calendar;
use crate::panel::case::{Casebook, Standing};
use crate::report::board::Look;
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
    let notices = calendar::notices(house.rules(), &sitting.casebook.meeting);
    if house.json {
        let mut status = json::status(&sitting.casebook);
        status["notices"] = serde_json::json!(notices);
        screen::json(&status)?;
    } else {
        let look = Look { heading: &sitting.heading, words: &sitting.words };
        screen::line(table::status(&sitting.casebook, look, screen::width()).trim_end());
        for notice in &notices {
            screen::line(note(notice));
        }
    }
    Ok(if needs_eyes(&sitting.casebook) { Exit::Look } else { Exit::Done })
}

fn note(notice: &Finding) -> String {
    let hint = notice.hint.as_ref().map_or(String::new(), |hint| format!("; hint: {hint}"));
    format!("note: {}{hint}", notice.message)
}

fn needs_eyes(book: &Casebook) -> bool {
    let incomplete = book.listed().any(|case| case.standing() == Standing::Incomplete);
    incomplete || !book.unfiled.is_empty() || !book.share.healthy
}

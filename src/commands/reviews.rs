//! `reviews`: what must come back to the panel, and when.

use anyhow::Result;
use serde_json::{Value, json};

use crate::clerk::house::Settings;
use crate::clerk::reviews;
use crate::clerk::sitting::Sitting;
use crate::commands::screen::{self, Exit};
use crate::panel::case::Casebook;
use crate::panel::london;
use crate::panel::obligations::Obligation;
use crate::panel::when;

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let sitting = Sitting::draw(&house, &register, None)?;
    let today = london::wall(house.now()).date_naive();
    let owed = reviews::owed(&house, &register, &sitting.casebook, today)?;
    if house.json {
        let owed: Vec<Value> = owed.iter().map(|one| told(one, &sitting.casebook)).collect();
        screen::json(&json!({
            "panel": house.rules().name, "today": today, "next_meeting": sitting.day(), "obligations": owed,
        }))?;
    } else {
        for one in &owed {
            screen::line(line(one, &sitting.casebook));
        }
        if owed.is_empty() {
            let days = house.rules().obligations.notice_days;
            screen::line(format!("nothing has to come back to the panel in the next {days} days"));
        }
    }
    Ok(if owed.iter().any(|one| one.overdue) { Exit::Look } else { Exit::Done })
}

fn told(owed: &Obligation, book: &Casebook) -> Value {
    json!({
        "case_id": owed.case,
        "what": owed.what,
        "due": owed.due,
        "overdue": owed.overdue,
        "message": owed.message,
        "listed_for": reviews::is_listed(book, &owed.case).then_some(book.meeting.date),
    })
}

fn line(owed: &Obligation, book: &Casebook) -> String {
    let overdue = if owed.overdue { "overdue" } else { "" };
    let listed = if reviews::is_listed(book, &owed.case) {
        format!("; it is on the agenda of {}", when::day(book.meeting.date))
    } else {
        String::new()
    };
    format!("{}  {overdue:<7}  {:<10} {}{listed}", owed.due, owed.case.as_str(), owed.message)
}

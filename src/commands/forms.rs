//! Blank forms and the page *How to submit*, made from what the configuration asks.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::Weekday;
use clap::Args;
use serde_json::json;

use crate::clerk::house::{self, Settings, shown};
use crate::commands::screen::{self, Exit};
use crate::panel::calendar_rules::DayBefore;
use crate::panel::demands::RequestRule;
use crate::panel::labels::{FieldRule, FieldType, FormRule};
use crate::panel::rules::Rules;
use crate::panel::when;
use crate::panel::words::capitalised;
use crate::stationery::blanks::{self, Question};

#[derive(Debug, Args)]
pub struct Forms {
    /// The folder; left out, `forms` beside the configuration
    folder: Option<PathBuf>,
}

const HOW_TO_SUBMIT: &str = "How to submit";

pub fn run(settings: &Settings, args: &Forms) -> Result<Exit> {
    let house = settings.open()?;
    let home = house.config.path.parent().unwrap_or(Path::new(""));
    let folder = house::absolute(&args.folder.clone().unwrap_or_else(|| home.join("forms")))?;
    let rules = house.rules();
    let mut pages = Vec::new();
    for form in &rules.forms {
        pages.push((
            capitalised(&form.label),
            blanks::form(&title(rules, form), &rules.marking, &questions(rules, form))?,
        ));
    }
    let heading = format!("{HOW_TO_SUBMIT} documents to the {}", rules.name);
    pages.push((HOW_TO_SUBMIT.to_owned(), blanks::page(&heading, &rules.marking, &how_to_submit(rules))?));
    let (mut made, mut there) = (Vec::new(), Vec::new());
    for (name, page) in pages {
        let file = folder.join(format!("{name}.docx"));
        if house.shares.stat(&file)?.is_some() {
            there.push(shown(&file, &house.config));
        } else {
            house.shares.put(&file, &page)?;
            made.push(shown(&file, &house.config));
        }
    }
    if house.json {
        screen::json(&json!({ "made": made, "there": there }))?;
    } else {
        for file in &made {
            screen::line(format!("written: {file}"));
        }
        for file in &there {
            screen::line(format!("left as it is: {file}"));
        }
    }
    Ok(Exit::Done)
}

fn title(rules: &Rules, form: &FormRule) -> String {
    format!("{}: {}", rules.name, form.label)
}

/// The questions in the panel's order and wording, with boxes where there is something to tick.
fn questions(rules: &Rules, form: &FormRule) -> Vec<Question> {
    let question =
        |field: &FieldRule| Question { label: field.label.clone(), options: options(rules, field) };
    form.fields.iter().map(question).collect()
}

/// A choice of more is written, not ticked.
const MOST_BOXES: usize = 6;

fn options(rules: &Rules, field: &FieldRule) -> Vec<String> {
    match field.field_type {
        FieldType::YesNo => vec!["Yes".to_owned(), "No".to_owned()],
        FieldType::Choice => {
            let list = field.vocabulary.as_deref().and_then(|name| rules.codes.list(name));
            let labels: Vec<String> = list
                .map(|list| list.codes.iter().map(|code| code.label.clone()).collect())
                .unwrap_or_default();
            if labels.len() > MOST_BOXES { Vec::new() } else { labels }
        }
        _ => Vec::new(),
    }
}

fn how_to_submit(rules: &Rules) -> Vec<(String, Vec<String>)> {
    let calendar = &rules.calendar;
    let cutoff = format!("{} on {}", when::hour(calendar.cutoff.time), before(calendar.cutoff.day));
    let label = &rules.case_ids.label;
    let section = |heading: &str, text: Vec<String>| (heading.to_owned(), text);
    vec![
        section(
            "When",
            vec![format!(
                "The panel meets on {}s at {}. Documents by {cutoff} the meeting.",
                named(calendar.weekday),
                when::hour(calendar.starts)
            )],
        ),
        section(
            "One folder for each child",
            vec![format!(
                "In the shared folder, make a folder whose name begins with the child's {label}; anything may follow it. It may stand \
                 inside your team's own folder. Brothers and sisters have a folder each."
            )],
        ),
        section("What to put in it", rules.requests.iter().map(|request| brings(rules, request)).collect()),
        section(
            "What happens then",
            vec![
                "A few minutes after you save a document, a receipt for your case says what came, when, and what is still missing. \
                 To put something right, save the new file in the same folder. Word, Excel, PDF and pictures can be read; please do \
                 not use a password."
                    .to_owned(),
                "Nothing is refused automatically. What comes late is marked as late, and a case that is not an emergency goes to the next \
                 panel. In an emergency telephone the administrator, who can enter the case before there is any document."
                    .to_owned(),
            ],
        ),
    ]
}

/// `Review: update form; a care plan ... Welcome too: chronology.`
fn brings(rules: &Rules, request: &RequestRule) -> String {
    let forms: Vec<&str> = request.forms.iter().map(|kind| rules.kind_label(kind)).collect();
    let needs = request.needs.iter().filter_map(|name| rules.need(name)).map(|need| need.label.clone());
    let all: Vec<String> = std::iter::once(forms.join(" or ")).chain(needs).collect();
    let may: Vec<&str> = request.may.iter().map(|kind| rules.kind_label(kind)).collect();
    let may = if may.is_empty() { String::new() } else { format!(" Welcome too: {}.", may.join(", ")) };
    format!("{}: {}.{may}", request.label, all.join("; "))
}

const fn named(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn before(day: DayBefore) -> String {
    match day {
        DayBefore::Weekday(weekday) => format!("the {} before", named(weekday)),
        DayBefore::WeekdayOfWeekBefore(weekday) => format!("the {} of the week before", named(weekday)),
        DayBefore::WorkingDays(1) => "the working day before".to_owned(),
        DayBefore::WorkingDays(days) => format!("the day {days} working days before"),
        DayBefore::Days(1) => "the day before".to_owned(),
        DayBefore::Days(days) => format!("the day {days} days before"),
    }
}

//! `minutes`: writes the records of a meeting, or confirms its minutes.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::clerk::confirm;
use crate::clerk::house::{House, Settings, shown};
use crate::clerk::minutes::{self, Written};
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::commands::screen::{self, Exit};

#[derive(Debug, Args)]
pub struct Minutes {
    /// The meeting's date; left out, the latest meeting held and not confirmed
    meeting: Option<String>,
    /// The Chair has confirmed the minutes: freeze them as the Word file now stands, and cut an extract for each child
    #[arg(long, requires = "by")]
    confirm: bool,
    /// Correct confirmed minutes by a numbered amendment; begin with the case number where it is about one case
    #[arg(long, value_name = "TEXT", requires = "by", conflicts_with = "confirm", value_parser = screen::said)]
    amend: Option<String>,
    /// Your name, with `--confirm` and `--amend`
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    by: Option<String>,
}

pub fn run(settings: &Settings, args: &Minutes) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let day = match &args.meeting {
        Some(day) => day.clone(),
        None if args.amend.is_some() => {
            return Err(Usage::new("say of which meeting the minutes are amended")
                .hint("name it by its date")
                .into());
        }
        None => minutes::latest(&house, &register)?,
    };
    let sitting = Sitting::draw(&house, &register, Some(&day))?;
    if args.confirm {
        let by = args.by.as_deref().unwrap_or_default();
        let files = confirm::confirm(&house, &mut register, &sitting, by)?;
        return told(&house, &sitting, "confirmed", &files);
    }
    if let Some(text) = &args.amend {
        let hand = house.hand(args.by.as_deref().unwrap_or_default(), "correction of confirmed minutes");
        let (_, file) = confirm::amend(&house, &mut register, &sitting, text, &hand)?;
        return told(&house, &sitting, "amended", &[file]);
    }
    let Written { filed, mistakes } = minutes::records(&house, &mut register, &sitting)?;
    let shown_all = |files: &[PathBuf]| files.iter().map(|file| shown(file, &house.config)).collect();
    let (files, aside): (Vec<String>, Vec<String>) = (shown_all(&filed.files), shown_all(&filed.aside));
    if house.json {
        screen::json(
            &json!({ "meeting": sitting.day(), "files": files, "aside": aside, "mistakes": mistakes }),
        )?;
    } else {
        for file in &files {
            screen::line(format!("written: {file}"));
        }
        for file in &aside {
            screen::line(format!("changed by hand, and kept: {file}"));
        }
        for mistake in &mistakes {
            screen::line(mistake.to_string());
        }
    }
    Ok(if mistakes.is_empty() { Exit::Done } else { Exit::Look })
}

/// Says which files a confirmation or an amendment wrote.
fn told(house: &House, sitting: &Sitting, done: &str, files: &[PathBuf]) -> Result<Exit> {
    let files: Vec<String> = files.iter().map(|file| shown(file, &house.config)).collect();
    if house.json {
        screen::json(&json!({ "meeting": sitting.day(), "done": done, "files": files }))?;
    } else {
        for file in &files {
            screen::line(format!("{done}: {file}"));
        }
    }
    Ok(Exit::Done)
}

//! `minutes`: writes the records of a meeting, or confirms its minutes.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::clerk::house::{Settings, shown};
use crate::clerk::minutes;
use crate::clerk::sitting::Sitting;
use crate::commands::screen::{self, Exit};

#[derive(Debug, Args)]
pub struct Minutes {
    /// The meeting's date; left out, the latest meeting held and not confirmed
    meeting: Option<String>,
    /// Freeze the minutes as the Word file now stands
    #[arg(long, requires = "by")]
    confirm: bool,
    /// Your name, with `--confirm`
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    by: Option<String>,
}

pub fn run(settings: &Settings, args: &Minutes) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let day = match &args.meeting {
        Some(day) => day.clone(),
        None => minutes::latest(&house, &register)?,
    };
    let sitting = Sitting::draw(&house, &register, Some(&day))?;
    if args.confirm {
        let by = args.by.as_deref().unwrap_or_default();
        let file = minutes::confirm(&house, &mut register, &sitting, by)?;
        screen::line(format!("confirmed: {}", shown(&file, &house.config)));
        return Ok(Exit::Done);
    }
    let (files, mistakes) = minutes::records(&house, &mut register, &sitting)?;
    if house.json {
        let files: Vec<String> = files.iter().map(|file| shown(file, &house.config)).collect();
        screen::json(&json!({ "meeting": sitting.day(), "files": files, "mistakes": mistakes }))?;
    } else {
        for file in &files {
            screen::line(format!("written: {}", shown(file, &house.config)));
        }
        for mistake in &mistakes {
            screen::line(mistake.to_string());
        }
    }
    Ok(if mistakes.is_empty() { Exit::Done } else { Exit::Look })
}

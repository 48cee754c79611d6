//! A panel's working folder, opened: what every command starts from.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::London;

use crate::clock::Clock;
use crate::commands::screen::Usage;
use crate::config::Config;
use crate::panel::calendar;
use crate::panel::meeting::Meeting;
use crate::panel::rules::Rules;
use crate::register::Register;
use crate::worker::pool::{Pool, Program};
use crate::worker::terms::Terms;

/// What was typed before the command.
#[derive(Debug, Clone)]
pub struct Settings {
    pub config: PathBuf,
    pub now: Option<String>,
    pub json: bool,
}

/// The configuration read, the clock set.
#[derive(Debug)]
pub struct House {
    pub config: Config,
    pub clock: Clock,
    pub json: bool,
}

impl Settings {
    /// Reads the configuration; `--now` is for rehearsals only.
    pub fn open(&self) -> Result<House> {
        let config = crate::config::load(&self.config)?;
        let clock = match &self.now {
            None => Clock::system(),
            Some(_) if !config.rehearsal => {
                return Err(Usage::new("`--now` is refused: this is no rehearsal")
                    .hint("`init --rehearsal` makes a folder to rehearse in")
                    .into());
            }
            Some(text) => Clock::running_from(moment(text)?),
        };
        Ok(House { config, clock, json: self.json })
    }
}

impl House {
    pub fn rules(&self) -> &Rules {
        &self.config.rules
    }

    pub fn register(&self) -> Result<Register> {
        Register::open(&self.config.folders.data)
            .with_context(|| format!("the register in `{}`", self.config.folders.data.display()))
    }
}

/// A moment as a person types it: `2026-11-18T14:30`, Europe/London; an offset may follow.
pub fn moment(text: &str) -> Result<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let wall = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    wall.and_then(|wall| London.from_local_datetime(&wall).earliest()).map(|moment| moment.to_utc()).ok_or_else(|| {
        Usage::new(format!("`{text}` is not a moment")).hint("write it as 2026-11-18T14:30").into()
    })
}

/// A day as a person types it: `2026-11-23` or `23/11/2026`.
pub fn day(text: &str) -> Result<NaiveDate> {
    let forms = ["%Y-%m-%d", "%d/%m/%Y"];
    forms.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok()).ok_or_else(|| {
        Usage::new(format!("`{text}` is not a date")).hint("write it as 2026-11-23").into()
    })
}

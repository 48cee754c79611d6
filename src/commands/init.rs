//! A new working folder: configuration, templates, blank forms, folders.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::NaiveDate;
use clap::Args;

use crate::clerk::house::{self, Settings};
use crate::clerk::shipped::{self, Panel};
use crate::clerk::sitting::PEOPLE;
use crate::clerk::usage::Usage;
use crate::clock::Clock;
use crate::commands::screen::{self, Exit};
use crate::config::Config;
use crate::desk::people;
use crate::intake::marker;
use crate::panel::people::Person;
use crate::register::place;
use crate::share::put;

#[derive(Debug, Args)]
pub struct Init {
    /// The folder to make
    dir: PathBuf,
    /// Whose rules to begin with
    #[arg(long, value_enum, default_value_t = Panel::Nelc)]
    panel: Panel,
    /// A folder to practise in: the clock can be set, every email says REHEARSAL
    #[arg(long)]
    rehearsal: bool,
}

pub fn run(settings: &Settings, args: &Init) -> Result<Exit> {
    let today = Clock::system().now().date_naive();
    let config = make(&args.dir, args.panel, args.rehearsal, today, &[])?;
    if settings.json {
        screen::json(&serde_json::json!({ "config": config.path, "rehearsal": config.rehearsal }))?;
        return Ok(Exit::Done);
    }
    screen::line(format!("made `{}` for the {}", args.dir.display(), config.rules.name));
    screen::line(
        "next: set the folders in config.toml, fill in office/People.xlsx, then run `panelclerk check`",
    );
    Ok(Exit::Done)
}

/// Makes the folder and gives its configuration, read back.
pub fn make(
    dir: &Path,
    panel: Panel,
    rehearsal: bool,
    dated: NaiveDate,
    people: &[Person],
) -> Result<Config> {
    let file = dir.join("config.toml");
    if file.exists() {
        return Err(Usage::new(format!("`{}` is there already", file.display()))
            .hint("choose another folder; nothing was changed")
            .into());
    }
    let text = panel.configuration();
    let text =
        if rehearsal { text.replacen("rehearsal = false", "rehearsal = true", 1) } else { text.to_owned() };
    shipped::templates(&dir.join("templates"))?;
    shipped::forms(panel, &dir.join("forms"))?;
    put::put(&file, text.as_bytes())?;
    let config = crate::config::load(&file)?;
    let folders = &config.folders;
    let shares = house::shares(&config, &Clock::system())?;
    for folder in [&folders.inbox, &folders.receipts, &folders.office] {
        shares.make_folder(folder)?;
    }
    let sign = marker::new_sign(rehearsal)?;
    shares.put(&folders.inbox.join(marker::NAME), marker::text(&config.rules.name, &sign).as_bytes())?;
    place::prepare(&folders.data)?;
    let rules = &config.rules;
    let workbook = people::people_workbook(&rules.name, &rules.marking, dated, people)?;
    shares.put(&folders.office.join(PEOPLE), &workbook)?;
    Ok(config)
}

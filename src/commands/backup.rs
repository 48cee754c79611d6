//! Everything held into one file, and back from it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::clerk::house::Settings;
use crate::commands::screen::{self, Exit};
use crate::register::backup::{self, BackedUp};
use crate::register::integrity::MISSING;
use crate::register::lock;

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; it holds every document, so put it where only the service's keepers can read
    file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// A file written by `backup`
    file: PathBuf,
    /// Leave out a content that is damaged or missing in the backup, by its hash as it is listed; may be given more than once
    #[arg(long, value_name = "HASH")]
    without: Vec<String>,
}

pub fn backup(settings: &Settings, args: &Backup) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let stage = house.progress.stage("backing up", register.store().list()?.len() * 2);
    let BackedUp { contents, findings } = register.back_up(&args.file, &mut || stage.step())?;
    drop(stage);
    if house.json {
        screen::json(&json!({ "file": args.file, "contents": contents, "findings": findings }))?;
    } else {
        screen::line(format!("{contents} contents and the register are in `{}`", args.file.display()));
        if !findings.is_empty() {
            screen::line("not everything held is sound; damaged contents are not in the backup:");
        }
        screen::findings(&findings);
    }
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Look })
}

pub fn restore(settings: &Settings, args: &Restore) -> Result<Exit> {
    let house = settings.open()?;
    let data = &house.config.folders.data;
    // Nobody may be at work on what is being put in place.
    let _lock = lock::take(data)?;
    let audit = backup::restore(&args.file, data, &args.without)?;
    if house.json {
        screen::json(&json!({ "restored": audit.findings.is_empty(), "findings": audit.findings }))?;
    } else if audit.findings.is_empty() {
        screen::line(format!(
            "restored: {} contents and {} facts, all as they were",
            audit.contents, audit.facts
        ));
    } else {
        screen::line("nothing was restored, because the backup is not sound:");
        screen::findings(&audit.findings);
        if audit.findings.iter().all(|finding| finding.code == MISSING) {
            let named: String =
                audit.findings.iter().map(|finding| format!(" --without {}", finding.subject)).collect();
            screen::line(format!(
                "to restore everything else: `panelclerk restore {}{named}`",
                args.file.display()
            ));
        }
    }
    Ok(if audit.findings.is_empty() { Exit::Done } else { Exit::Failed })
}

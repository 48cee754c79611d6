//! Everything held into one file, and back from it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::clerk::house::Settings;
use crate::commands::screen::{self, Exit};
use crate::register::backup;

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; it holds every paper, so put it where only the service's keepers can read
    file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// A file written by `backup`
    file: PathBuf,
}

pub fn backup(settings: &Settings, args: &Backup) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let stage = house.progress.stage("backing up", register.store().list()?.len());
    let contents = register.back_up(&args.file, &mut || stage.step())?;
    drop(stage);
    if house.json {
        screen::json(&json!({ "file": args.file, "contents": contents }))?;
    } else {
        screen::line(format!("{contents} contents and the register are in `{}`", args.file.display()));
    }
    Ok(Exit::Done)
}

pub fn restore(settings: &Settings, args: &Restore) -> Result<Exit> {
    let house = settings.open()?;
    let audit = backup::restore(&args.file, &house.config.folders.data)?;
    if house.json {
        screen::json(&json!({ "restored": audit.findings.is_empty(), "findings": audit.findings }))?;
    } else if audit.findings.is_empty() {
        screen::line(format!(
            "restored: {} contents and {} facts, all as they were",
            audit.contents, audit.facts
        ));
    } else {
        screen::line("nothing was restored, because the backup is not sound:");
        for finding in &audit.findings {
            screen::line(format!("{}: {}", finding.subject, finding.message));
        }
    }
    Ok(if audit.findings.is_empty() { Exit::Done } else { Exit::Failed })
}

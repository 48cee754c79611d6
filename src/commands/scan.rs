//! `scan`: one round, and what it saw.

use anyhow::Result;

use crate::clerk::house::Settings;
use crate::clerk::orders::Carried;
use crate::commands::screen::{self, Exit};
use crate::intake::books::Changes;
use crate::intake::scan::ScanReport;
use crate::register::lock::{self, InstanceLock};
use crate::register::scans::Health;
use crate::watch::round;

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let _lock: InstanceLock = lock::take(&house.config.folders.data)?;
    let mut register = house.register()?;
    let readers = house.readers()?;
    let (report, carried) = round::round(&house, &mut register, &readers)?;
    if house.json {
        screen::json(&serde_json::json!({
            "healthy": matches!(report.health, Health::Seen { .. }),
            "accepted": report.accepted,
            "arriving": report.arriving,
            "read": report.read,
            "done": carried.done,
            "waiting": carried.waiting,
            "mistakes": carried.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }))?;
    } else {
        say(&report, &carried);
    }
    let healthy = matches!(report.health, Health::Seen { .. });
    Ok(if healthy && carried.mistakes.is_empty() { Exit::Done } else { Exit::Look })
}

pub fn say(report: &ScanReport, carried: &Carried) {
    let Changes { new, changed, moved, removed, returned } = report.changes;
    screen::line(format!(
        "inbox: {new} new, {changed} changed, {moved} moved, {removed} removed, {returned} returned; {} read, {} still arriving",
        report.read, report.arriving
    ));
    match &report.health {
        Health::Outage { why } => screen::line(format!("the shared folder cannot be read: {why}")),
        Health::Seen { blind } => blind.iter().for_each(|folder| screen::line(&folder.why)),
    }
    for done in &carried.done {
        screen::line(format!("desk: {done}"));
    }
    for waiting in &carried.waiting {
        screen::line(format!("desk: {waiting}"));
    }
    for mistake in &carried.mistakes {
        screen::line(format!("desk: {mistake}"));
    }
}

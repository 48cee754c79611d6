//! One round: look at the inbox, do what the workbook says, tell everybody how things stand.

use anyhow::{Context, Result};

use crate::commands::house::{House, Settings};
use crate::commands::orders::{self, Carried};
use crate::commands::screen::{self, Exit};
use crate::commands::shipped;
use crate::commands::sitting::Sitting;
use crate::intake;
use crate::intake::books::Changes;
use crate::intake::scan::ScanReport;
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::register::lock::{self, InstanceLock};
use crate::register::scans::Health;
use crate::report::{board, receipt};

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let _lock: InstanceLock = lock::take(&house.config.folders.data)?;
    let mut register = house.register()?;
    let readers = house.readers()?;
    let (report, carried) = round(&house, &mut register, &readers)?;
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

/// Scan, orders, receipts and board.
pub fn round(house: &House, register: &mut Register, readers: &Readers) -> Result<(ScanReport, Carried)> {
    let report = scan(house, register, readers)?;
    let carried = orders::carry_out(house, register)?;
    tell(house, register)?;
    Ok((report, carried))
}

/// One pass over the inbox.
pub fn scan(house: &House, register: &mut Register, readers: &Readers) -> Result<ScanReport> {
    intake::scan(&house.config, register, readers, &house.clock, &house.progress)
}

/// Writes the receipts and the board as things now stand.
pub fn tell(house: &House, register: &Register) -> Result<Sitting> {
    let sitting = Sitting::draw(house, register, None)?;
    let folder = &house.config.folders.receipts;
    let template = |name: &str, shipped: &str| crate::commands::templates::text(house, name, shipped);
    let receipts = template("receipt.hbs", receipt::TEMPLATE)?;
    let look = receipt::Look { heading: &sitting.heading, words: &sitting.words };
    for case in &sitting.casebook.cases {
        let page = receipt::page(&receipts, &sitting.casebook, case, look)
            .with_context(|| format!("the receipt of {}", case.id))?;
        shipped::put(&folder.join(receipt::file_name(&case.id)), page.as_bytes())?;
    }
    let page = board::page(&template("board.hbs", board::TEMPLATE)?, &sitting.casebook, look)
        .context("the board")?;
    shipped::put(&house.config.folders.office.join("board.html"), page.as_bytes())?;
    Ok(sitting)
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

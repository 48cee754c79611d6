//! One round by hand: look at the inbox, do what the workbooks say, tell everybody how things stand.

use anyhow::Result;

use crate::clerk::faults;
use crate::clerk::house::Settings;
use crate::clerk::lying;
use crate::commands::screen::{self, Exit};
use crate::desk::mistake::Mistake;
use crate::intake::books::Changes;
use crate::intake::scan::ScanReport;
use crate::register::lock::{self, InstanceLock};
use crate::register::scans::Health;
use crate::watch::round::{self, Round};

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let _lock: InstanceLock = lock::take(&house.config.folders.data)?;
    let mut register = house.register()?;
    let readers = house.readers()?;
    faults::keep_panics_quiet(|said| screen::aside(said));
    let round = round::round(&house, &mut register, &readers)?;
    if house.json {
        let report = round.report.as_ref();
        screen::json(&serde_json::json!({
            "healthy": report.is_some_and(|report| matches!(report.health, Health::Seen { .. })),
            "accepted": report.map_or(0, |report| report.accepted),
            "arriving": report.map_or(0, |report| report.arriving),
            "read": report.map_or(0, |report| report.read),
            "done": round.carried.done,
            "waiting": round.carried.waiting,
            "mistakes": round.carried.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "troubles": round.turn.open,
            "mended": round.turn.mended,
        }))?;
    } else if screen::is_watched() {
        say(&round);
    } else {
        log(&round);
    }
    // A workbook that is open is somebody at work, and nothing to look after.
    let fine = round.carried.mistakes.is_empty()
        && round.turn.open.iter().all(|trouble| lying::is_open(trouble).is_some());
    Ok(if fine { Exit::Done } else { Exit::Look })
}

/// To the person who typed it.
fn say(round: &Round) {
    if let Some(report) = &round.report {
        screen::line(in_numbers(report));
        if let Health::Seen { blind } = &report.health {
            for folder in blind {
                screen::line(&folder.why);
            }
        }
    }
    let desk = round.carried.done.iter().chain(&round.carried.waiting);
    desk.for_each(|line| screen::line(format!("desk: {line}")));
    for mistake in &round.carried.mistakes {
        screen::line(format!("desk: {mistake}"));
    }
    say_troubles(round);
}

/// The same for a file or a service's log: no names, and nothing that was typed.
fn log(round: &Round) {
    if let Some(report) = &round.report {
        screen::line(in_numbers(report));
    }
    let desk = round.carried.log.iter().chain(&round.carried.waiting_log);
    desk.for_each(|line| screen::line(format!("desk: {line}")));
    for Mistake { sheet, cell, .. } in &round.carried.mistakes {
        screen::line(format!("desk: sheet `{sheet}`, cell {cell}: what is wrong stands beside it"));
    }
    say_troubles(round);
}

fn say_troubles(round: &Round) {
    // That a workbook is open has been said above.
    for trouble in round.turn.open.iter().filter(|trouble| lying::is_open(trouble).is_none()) {
        screen::line(trouble.to_string());
    }
    for mended in round.turn.mended.iter().filter(|trouble| lying::is_open(trouble).is_none()) {
        screen::line(format!("`{}` is all right again", mended.path));
    }
}

/// What came of the look at the inbox, in numbers.
pub fn in_numbers(report: &ScanReport) -> String {
    let Changes { new, changed, moved, removed, returned } = report.changes;
    format!(
        "inbox: {new} new, {changed} changed, {moved} moved, {removed} removed, {returned} returned; {} read, {} still arriving",
        report.read, report.arriving
    )
}

//! The steps of one round: look at the inbox, do what the workbooks say, tell everybody how things stand.

use std::path::Path;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::steps::Steps;
use crate::clerk::telling;
use crate::clerk::work::{Turns, Work};
use crate::intake;
use crate::intake::scan::ScanReport;
use crate::panel::whose;
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::register::scans::{Blind, Health};
use crate::register::store::hash_bytes;
use crate::register::troubles::Trouble;

/// One pass over the inbox.
///
/// Fails like [`crate::intake::scan()`].
pub fn scan(house: &House, register: &mut Register, readers: &Readers) -> Result<ScanReport> {
    intake::scan(&house.config, &house.shares, register, readers, &house.clock, &house.progress)
}

/// The same as a step. An inbox that is away is amiss, and nothing is concluded from it.
pub fn take_in(
    house: &House,
    register: &mut Register,
    readers: &Readers,
    steps: &mut Steps,
) -> Option<ScanReport> {
    let inbox = &house.config.folders.inbox;
    // Papers taken into an empty store would hide that all the others are gone.
    let store = house.config.folders.data.join("store");
    let is_there = || Ok(register.store().is_there()?);
    if steps.take("store", &store, "cannot be used, so that no document is taken in", is_there).is_none() {
        steps.leave(|step| step.starts_with("inbox"));
        return None;
    }
    let report = steps.take("inbox", inbox, "cannot be taken in", || scan(house, register, readers))?;
    if let Health::Outage { why } = &report.health {
        let (why, hint) = why.split_once("; hint: ").unwrap_or((why, "see whether the share is connected"));
        steps.leave(|step| step.starts_with("inbox folder "));
        steps.amiss("inbox", inbox, why.trim_start_matches("the inbox "), hint);
    }
    if let Health::Seen { blind } = &report.health {
        for folder in blind {
            say_blind(house, steps, folder);
        }
    }
    Some(report)
}

/// A folder that could not be looked into, by the case it belongs to: its name may be a child's.
fn say_blind(house: &House, steps: &mut Steps, folder: &Blind) {
    let path = format!("{}/", String::from_utf8_lossy(&folder.path));
    let case = whose::folder_case(&path, |case| house.rules().case_ids.fits(case));
    let which = case.map_or("a folder of no case".to_owned(), |case| format!("the folder of case {case}"));
    let step = format!("inbox folder {}", hash_bytes(&folder.path).short());
    let message = format!("{which} {}; nothing is concluded from it, and the rest was read", folder.wrong());
    steps.amiss(&step, &house.config.folders.inbox, &message, folder.hint());
}

/// Writes the receipts and the board as things now stand; gives what could not be done.
///
/// Fails when a template cannot be filled, or a receipt or the board cannot be written.
pub fn tell(house: &House, register: &mut Register, turns: Turns) -> Result<Vec<Trouble>> {
    let mut steps = Steps::begin(home(house), register.troubles()?);
    let mut work = Work::begin(house, register, turns)?;
    telling::receipts(&mut work, &mut steps);
    telling::board(&mut work, &mut steps);
    work.keep()?;
    Ok(steps.end())
}

/// The working folder, below which paths are shown.
pub fn home(house: &House) -> &Path {
    house.config.path.parent().unwrap_or(Path::new(""))
}

/// Says that the configuration is no longer the one in use. It is read when the program starts.
pub fn settings(house: &House, steps: &mut Steps) {
    let path = &house.config.path;
    let step = "config.toml";
    let text = steps.take(step, path, "cannot be read, and stays in use as it was read before", || {
        Ok(std::fs::read_to_string(path)?)
    });
    if text.is_none_or(|text| text == house.settings) {
        return;
    }
    match crate::config::load(path) {
        Ok(_) => steps.amiss(
            step,
            path,
            "was changed after the program started, and is not in use yet",
            "stop `watch` and start it again",
        ),
        Err(mistakes) => {
            let message = "has mistakes, and stays in use as it was read before";
            let first = mistakes.to_string();
            let first = first.lines().next().unwrap_or_default();
            steps.amiss(step, path, &format!("{message}: {first}"), "`panelclerk check` says what is wrong");
        }
    }
}

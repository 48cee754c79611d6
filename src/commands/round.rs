//! One round, step by step: the inbox, the people, what the workbooks say, the receipts, the workbooks anew, the board.
//!
//! What a step cannot do is entered with its path, and the others go on ([`crate::commands::steps`]). A round that finds
//! nothing changed, nothing saved and no moment passed draws no casebook and starts no worker.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use chrono::TimeDelta;

use crate::commands::house::House;
use crate::commands::orders::{self, Carried};
use crate::commands::steps::Steps;
use crate::commands::telling;
use crate::commands::template_check;
use crate::commands::work::{self, Work};
use crate::intake;
use crate::intake::scan::ScanReport;
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::register::made::Made;
use crate::register::scans::Health;
use crate::register::troubles::{Trouble, Turn};
use crate::watch::timetable;

/// What a round came to.
#[derive(Debug)]
pub struct Round {
    /// None where the inbox could not be taken in; the troubles say why.
    pub report: Option<ScanReport>,
    pub carried: Carried,
    pub turn: Turn,
    /// How everything made lies now.
    pub made: BTreeMap<String, Made>,
    /// The stamp of `People.xlsx` as it was last read.
    pub people: String,
    /// Casebooks drawn up.
    pub drawn: usize,
    /// Until the next moment at which something changes by the clock alone.
    pub rest: TimeDelta,
}

/// Does one round. An error means that the register itself cannot be used.
pub fn round(house: &House, register: &mut Register, readers: &Readers) -> Result<Round> {
    register.is_in_place()?;
    let folders = &house.config.folders;
    let mut steps = Steps::begin(home(house), register.troubles()?);
    settings(house, &mut steps);
    let report = steps.take("inbox", &folders.inbox, "cannot be taken in", || scan(house, register, readers));
    if let Some(ScanReport { health: Health::Outage { why }, .. }) = &report {
        let (why, hint) = why.split_once("; hint: ").unwrap_or((why, "see whether the share is connected"));
        steps.amiss("inbox", &folders.inbox, why, hint);
    }
    let mut work = Work::begin(house, register)?;
    work::know_people(&mut work, &mut steps);
    template_check::look_at(&mut work, &mut steps);
    let found = orders::carry_out(&mut work, &mut steps);
    telling::receipts(&mut work, &mut steps);
    orders::bring_up(&mut work, &mut steps, found);
    telling::board(&mut work, &mut steps);
    let drawn = work.drawn.times();
    let carried = std::mem::take(&mut work.carried);
    let people = work.people.as_ref().map_or_else(String::new, |known| known.stamp.clone());
    let made = work.keep()?;
    let turn = register.turn_troubles(&steps.end(), house.now())?;
    let now = house.now();
    let quiet = report.as_ref().and_then(|report| report.quiet_ends);
    let rest = timetable::next(house.rules(), now, quiet.as_slice()) - now;
    Ok(Round { report, carried, turn, made, people, drawn, rest })
}

/// One pass over the inbox.
pub fn scan(house: &House, register: &mut Register, readers: &Readers) -> Result<ScanReport> {
    intake::scan(&house.config, register, readers, &house.clock, &house.progress)
}

/// Writes the receipts and the board as things now stand; gives what could not be done.
pub fn tell(house: &House, register: &mut Register) -> Result<Vec<Trouble>> {
    let mut steps = Steps::begin(home(house), register.troubles()?);
    let mut work = Work::begin(house, register)?;
    telling::receipts(&mut work, &mut steps);
    telling::board(&mut work, &mut steps);
    work.keep()?;
    Ok(steps.end())
}

fn home(house: &House) -> &Path {
    house.config.path.parent().unwrap_or(Path::new(""))
}

/// Says that the configuration is no longer the one in use. It is read when the program starts.
fn settings(house: &House, steps: &mut Steps) {
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

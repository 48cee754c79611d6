//! One round, step by step: the inbox, the people, what the workbooks say, the receipts, the workbooks anew, the board.
//!
//! What a step cannot do is entered with its path, and the others go on ([`crate::clerk::steps`]). A round that finds
//! nothing changed, nothing saved and no moment passed draws no casebook and starts no worker.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::TimeDelta;

use crate::clerk::addresses;
use crate::clerk::bounces;
use crate::clerk::house::House;
use crate::clerk::links;
use crate::clerk::orders;
use crate::clerk::outbox;
use crate::clerk::round;
use crate::clerk::steps::Steps;
use crate::clerk::telling;
use crate::clerk::template_check;
use crate::clerk::work::{self, Carried, Turns, Work};
use crate::intake::scan::ScanReport;
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::register::made::Made;
use crate::register::troubles::Turn;
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
///
/// Fails when the inbox cannot be booked, the office folder cannot be read, or somebody cannot be told how things stand.
pub fn round(house: &House, register: &mut Register, readers: &Readers) -> Result<Round> {
    register.is_in_place()?;
    house.shares.begin_turn();
    let mut steps = Steps::begin(round::home(house), register.troubles()?);
    round::settings(house, &mut steps);
    let data = &house.config.folders.data;
    steps.take("data", data, "cannot be tidied up", || {
        register.sweep_pressings(house.now())?;
        match register.adopt_folders(house.now())?.first() {
            Some(left) => anyhow::bail!("{}", left.message),
            None => Ok(()),
        }
    });
    let report = round::take_in(house, register, readers, &mut steps);
    let mut work = Work::begin(house, register, turns(house))?;
    work::reach_office(&work, &mut steps);
    work::know_people(&mut work, &mut steps);
    addresses::look_at(&mut work, &mut steps);
    template_check::look_at(&mut work, &mut steps);
    let found = orders::carry_out(&mut work, &mut steps);
    outbox::look_through(&mut work, &mut steps);
    bounces::look_through(&mut work, &mut steps);
    links::end(&mut work, &mut steps);
    telling::receipts(&mut work, &mut steps);
    orders::bring_up(&mut work, &mut steps, found);
    telling::evidence(&mut work, &mut steps);
    telling::post(&work, &mut steps);
    telling::recalls(&work, &mut steps);
    telling::board(&mut work, &mut steps);
    let drawn = work.drawn.times();
    let carried = std::mem::take(&mut work.carried);
    let people = work.people.as_ref().map_or_else(String::new, |known| known.stamp.clone());
    let made = work.keep()?;
    let turn = register.turn_troubles(&steps.end(), house.now())?;
    register.note_reached()?;
    let now = house.now();
    let quiet = report.as_ref().and_then(|report| report.quiet_ends);
    let rest = timetable::next(house.rules(), now, quiet.as_slice()) - now;
    Ok(Round { report, carried, turn, made, people, drawn, rest })
}

/// The last turns of the clock by the timetable.
pub fn turns(house: &House) -> Turns {
    let last = |hourly| timetable::last_turn(house.rules(), house.now(), hourly);
    Turns { turn: last(false), hourly: last(true) }
}

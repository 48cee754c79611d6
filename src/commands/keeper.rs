//! Rounds one after the other, and what is said of them.
//!
//! What is said ends in a service's log: numbers, paths of our own files, case numbers. No child's name, no file name out of
//! the inbox, nothing that was typed. What is amiss is said when it begins and when it is mended, not in between.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::{faults, lying, work};
use crate::commands::scan;
use crate::commands::screen;
use crate::intake::books::Changes;
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::register::made::Made;
use crate::share::call::Shares;
use crate::watch::round::{self, Round};

/// Everything rounds are done with, and what the last one left.
#[derive(Debug)]
pub struct Keeper {
    pub house: House,
    register: Register,
    readers: Readers,
    made: BTreeMap<String, Made>,
    people: String,
    waiting: Vec<String>,
    /// Casebooks drawn up so far.
    pub drawn: usize,
    /// What stopped the last rounds altogether, once said.
    failing: Option<String>,
}

impl Keeper {
    /// Opens everything; the caller holds the instance lock.
    pub fn begin(house: House) -> Result<Self> {
        faults::keep_panics_quiet(|said| screen::aside(said));
        let (register, readers) = (house.register()?, house.readers()?);
        Ok(Keeper {
            house,
            register,
            readers,
            made: BTreeMap::new(),
            people: String::new(),
            waiting: Vec::new(),
            drawn: 0,
            failing: None,
        })
    }

    /// One round, and what is to be said of it. Gives how long nothing is due.
    pub fn round(&mut self) -> Result<Duration> {
        if self.failing.is_some() && self.register.is_in_place().is_err() && self.register.lies_again() {
            self.register = self.house.register()?;
        }
        let mut round = round::round(&self.house, &mut self.register, &self.readers)?;
        if self.failing.take().is_some() {
            screen::aside("panelclerk: the register can be used again");
        }
        self.say(&round);
        self.made = std::mem::take(&mut round.made);
        self.people = std::mem::take(&mut round.people);
        self.drawn += round.drawn;
        // What is due is due from that moment on, not a moment before.
        Ok(round.rest.to_std().unwrap_or_default() + Duration::from_millis(20))
    }

    /// The way to the shared folders.
    pub fn shares(&self) -> &Shares {
        &self.house.shares
    }

    /// Whether a change at `path` is worth a round.
    pub fn matters(&self, path: &Path) -> bool {
        work::matters(&self.house, &self.made, &self.people, path)
    }

    /// Says that a round failed as a whole; a failure of the same sort once.
    pub fn complain(&mut self, error: &anyhow::Error) {
        let said = format!("{error:#}");
        if self.failing.as_ref() != Some(&said) {
            screen::aside(format!("panelclerk: {said}"));
        }
        self.failing = Some(said);
    }

    fn say(&mut self, round: &Round) {
        if let Some(report) = &round.report
            && report.changes != Changes::default()
        {
            screen::line(scan::in_numbers(report));
        }
        for line in &round.carried.log {
            screen::line(format!("desk: {line}"));
        }
        for waiting in round.carried.waiting_log.iter().filter(|waiting| !self.waiting.contains(waiting)) {
            screen::line(format!("desk: {waiting}"));
        }
        self.waiting.clone_from(&round.carried.waiting_log);
        // That a workbook is open has been said above.
        for trouble in round.turn.begun.iter().filter(|trouble| lying::is_open(trouble).is_none()) {
            screen::aside(format!("panelclerk: {trouble}"));
        }
        for mended in round.turn.mended.iter().filter(|trouble| lying::is_open(trouble).is_none()) {
            screen::aside(format!("panelclerk: `{}` is all right again", mended.path));
        }
    }
}

//! Does rounds for ever, woken by changes, by the timetable and by a timer.
//!
//! What it says ends in a service's log: numbers, paths of our own files, case numbers. No child's name, no file name out of
//! the inbox, nothing that was typed.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::commands::house::{House, Settings};
use crate::commands::round::{self, Round};
use crate::commands::screen::{self, Exit};
use crate::commands::{scan, steps, work};
use crate::intake::books::Changes;
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::register::lock;
use crate::register::made::Made;
use crate::register::scans::Health;
use crate::watch::stop::Stop;
use crate::watch::{self, Rhythm, Work};

#[derive(Debug, Args)]
pub struct Watch {
    /// Look at least this often
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
}

/// Everything the rounds are done with, and what the last one left.
struct Keeper {
    house: House,
    register: Register,
    readers: Readers,
    made: BTreeMap<String, Made>,
    people: String,
    waiting: Vec<String>,
    blind: usize,
    /// What stopped the last rounds altogether, once said.
    failing: Option<String>,
}

pub fn run(settings: &Settings, args: &Watch) -> Result<Exit> {
    let house = settings.open()?;
    let folders = house.config.folders.clone();
    let _lock = lock::take(&folders.data)?;
    let (register, readers) = (house.register()?, house.readers()?);
    let stop = Stop::on_signals()?;
    let rhythm = Rhythm {
        every: Duration::from_secs(args.every),
        settle: Duration::from_secs(2).min(Duration::from_secs(args.every)),
        folders: vec![folders.inbox, folders.office],
    };
    steps::keep_panics_quiet(|said| screen::aside(said));
    screen::aside("watching; Ctrl-C stops");
    let mut keeper = Keeper {
        house,
        register,
        readers,
        made: BTreeMap::new(),
        people: String::new(),
        waiting: Vec::new(),
        blind: 0,
        failing: None,
    };
    let work = Work { round: Keeper::round, matters: Keeper::matters, complain: Keeper::complain };
    watch::run(&rhythm, &stop, &mut keeper, &work)?;
    screen::aside("stopped");
    Ok(Exit::Done)
}

impl Keeper {
    fn round(&mut self) -> Result<Duration> {
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
        // What is due is due from that moment on, not a moment before.
        Ok(round.rest.to_std().unwrap_or_default() + Duration::from_millis(20))
    }

    fn matters(&self, path: &Path) -> bool {
        work::matters(&self.house, &self.made, &self.people, path)
    }

    /// A failure of the same sort is said once.
    fn complain(&mut self, error: &anyhow::Error) {
        let said = format!("{error:#}");
        if self.failing.as_ref() != Some(&said) {
            screen::aside(format!("panelclerk: {said}"));
        }
        self.failing = Some(said);
    }

    fn say(&mut self, round: &Round) {
        if let Some(report) = &round.report {
            if report.changes != Changes::default() {
                screen::line(scan::in_numbers(report));
            }
            let blind = if let Health::Seen { blind } = &report.health { blind.len() } else { self.blind };
            if blind != self.blind {
                screen::line(format!("inbox: {blind} folders may not be opened; the board says whose"));
            }
            self.blind = blind;
        }
        for line in &round.carried.log {
            screen::line(format!("desk: {line}"));
        }
        for waiting in round.carried.waiting.iter().filter(|waiting| !self.waiting.contains(waiting)) {
            screen::line(format!("desk: {waiting}"));
        }
        self.waiting.clone_from(&round.carried.waiting);
        for trouble in &round.turn.begun {
            screen::aside(format!("panelclerk: {trouble}"));
        }
        for mended in &round.turn.mended {
            screen::aside(format!("panelclerk: `{}` is all right again", mended.path));
        }
    }
}

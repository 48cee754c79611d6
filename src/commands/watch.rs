//! Scans and does what the workbook says for ever, woken by changes and by a timer.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::clerk::house::Settings;
use crate::commands::scan;
use crate::commands::screen::{self, Exit};
use crate::intake::books::Changes;
use crate::register::lock;
use crate::watch::round;
use crate::watch::stop::Stop;
use crate::watch::{self, Rhythm};

#[derive(Debug, Args)]
pub struct Watch {
    /// Look at least this often
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
}

pub fn run(settings: &Settings, args: &Watch) -> Result<Exit> {
    let house = settings.open()?;
    let folders = &house.config.folders;
    let _lock = lock::take(&folders.data)?;
    let mut register = house.register()?;
    let readers = house.readers()?;
    let stop = Stop::on_signals()?;
    let rhythm = Rhythm {
        every: Duration::from_secs(args.every),
        settle: Duration::from_secs(2).min(Duration::from_secs(args.every)),
        folders: vec![folders.inbox.clone(), folders.office.clone()],
    };
    screen::aside("watching; Ctrl-C stops");
    let round = || {
        let (report, carried) = round::round(&house, &mut register, &readers)?;
        if report.changes != Changes::default() || !carried.done.is_empty() {
            scan::say(&report, &carried);
        }
        Ok(())
    };
    watch::run(&rhythm, &stop, round, |error| screen::aside(format!("panelclerk: {error:#}")))?;
    screen::aside("stopped");
    Ok(Exit::Done)
}

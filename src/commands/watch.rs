//! Does rounds for ever, woken by changes, by the timetable and by a timer.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::clerk::house::Settings;
use crate::clerk::letters::poster::Poster;
use crate::commands::keeper::Keeper;
use crate::commands::screen::{self, Exit};
use crate::register::lock;
use crate::watch::stop::Stop;
use crate::watch::{self, Rhythm, Work};

#[derive(Debug, Args)]
pub struct Watch {
    /// Look at least this often
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
}

/// Fails when the first round does.
pub fn run(settings: &Settings, args: &Watch) -> Result<Exit> {
    let mut house = settings.open()?;
    let stop = Stop::on_signals()?;
    house.shares.stop_with(stop.flag());
    let folders = house.config.folders.clone();
    let _lock = lock::take(&folders.data)?;
    let mut posting = settings.open()?;
    posting.post = house.post.clone();
    let mut keeper = Keeper::begin(house)?;
    let poster = Poster::start(posting, stop.flag(), |error| screen::aside(format!("the post: {error:#}")));
    let rhythm = Rhythm {
        every: Duration::from_secs(args.every),
        settle: Duration::from_secs(2).min(Duration::from_secs(args.every)),
        folders: vec![folders.inbox, folders.office],
    };
    screen::aside("watching; Ctrl-C stops");
    let work = Work {
        round: Keeper::round,
        matters: Keeper::matters,
        shares: Keeper::shares,
        complain: Keeper::complain,
    };
    let watched = watch::run(&rhythm, &stop, &mut keeper, &work);
    stop.say();
    if let Some(poster) = poster {
        poster.end();
    }
    watched?;
    screen::aside("stopped");
    Ok(Exit::Done)
}

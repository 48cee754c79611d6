//! The rounds of `watch` back to back, with a clock that is stepped from one to the next: a rehearsal of days in minutes.
//!
//! Each line of standard input asks for so many rounds so many seconds apart (`60 60` is an hour of `watch`); when they are
//! done, one line says how many casebooks were drawn for them.

use std::io::BufRead;

use anyhow::{Context, Result};
use chrono::TimeDelta;

use crate::clerk::house::Settings;
use crate::clerk::usage::Usage;
use crate::clock::Clock;
use crate::commands::keeper::Keeper;
use crate::commands::screen::{self, Exit};
use crate::register::lock;

pub fn run(settings: &Settings) -> Result<Exit> {
    let mut house = settings.open()?;
    if !house.config.rehearsal {
        return Err(Usage::new("`rounds` is refused: this is no rehearsal")
            .hint("`init --rehearsal` makes a folder to rehearse in")
            .into());
    }
    house.clock = Clock::standing_at(house.now());
    let _lock = lock::take(&house.config.folders.data)?;
    let mut keeper = Keeper::begin(house)?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (rounds, seconds) = line.split_once(' ').context("rounds and seconds between them")?;
        let (rounds, seconds): (u32, i64) = (rounds.parse()?, seconds.trim().parse()?);
        let before = keeper.drawn;
        for _ in 0..rounds {
            let now = keeper.house.now() + TimeDelta::seconds(seconds);
            keeper.house.clock.step_to(now);
            if let Err(error) = keeper.round() {
                keeper.complain(&error);
            }
        }
        screen::line(format!("{rounds} rounds, {} casebooks", keeper.drawn - before));
    }
    Ok(Exit::Done)
}

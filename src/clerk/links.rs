//! The step of a round that looks after what letters lead to: a copy that lies where a link opens it is a circulated copy, and is not kept
//! longer than the panel says.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::{Days, NaiveDate};

use crate::clerk::letters::told::Told;
use crate::clerk::steps::Steps;
use crate::clerk::work::Work;
use crate::panel::london;
use crate::report::said;

const STEP: &str = "links";

/// Removes what lies where links lead, of every meeting whose time is over. Once a day is enough.
pub fn end(work: &mut Work<'_>, steps: &mut Steps) {
    let Some(link) = work.house.config.post.link.clone() else { return };
    let today = london::wall(work.house.now()).date_naive();
    let basis = format!("{today} {}", link.days);
    if work.made(STEP).is_some_and(|made| made.basis == basis) {
        return;
    }
    let ended = steps.take(STEP, &link.folder, "cannot be cleared of copies whose time is over", || {
        end_all(work, today, Days::new(link.days.into()))
    });
    let Some(ended) = ended else { return };
    for (day, files) in ended {
        let said = format!(
            "{} to which emails of {day} led removed from the folder of links: {} days are over",
            said::count(files, "file"),
            link.days
        );
        work.carried.log.push(said.clone());
        work.carried.done.push(said);
    }
    work.note(STEP, &basis, "");
}

/// The meetings, and how many files of each were removed.
fn end_all(work: &Work<'_>, today: NaiveDate, kept: Days) -> Result<Vec<(NaiveDate, usize)>> {
    let (house, register) = (work.house, &work.register);
    let meetings: BTreeSet<NaiveDate> = register.all_letters()?.iter().map(|row| row.meeting).collect();
    let mut ended = Vec::new();
    for day in meetings.into_iter().filter(|day| *day + kept <= today) {
        let mut told = Told::of(register, day)?;
        let files: BTreeSet<_> = told.holds.values().flat_map(|holds| holds.links.clone()).collect();
        if files.is_empty() || told.links_ended.is_some() {
            continue;
        }
        let confirmed = register.confirmed_minutes(day)?;
        let from = confirmed.map_or(day, |minutes| london::wall(minutes.at).date_naive());
        if today < from + kept {
            continue;
        }
        for file in &files {
            house.shares.remove(file)?;
        }
        told.links_ended = Some(today);
        told.keep(register, day, house.now())?;
        ended.push((day, files.len()));
    }
    Ok(ended)
}

//! Whose time is new or has changed since they were last told, and what they know once they have been told again.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::agenda::invitation::{self, Facts, Slot};
use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::people::Person;
use crate::post::plan::{self, Plan};
use crate::share::put;

/// Who is to hear of a time.
pub fn plan(house: &House, sitting: &Sitting, people: &[Person]) -> Result<Plan> {
    let facts = Facts {
        heading: &sitting.heading,
        agenda: &sitting.agenda,
        casebook: &sitting.casebook,
        people,
        organiser: &house.sender()?.answers_to(),
        made: house.now(),
    };
    Ok(plan::to_presenters(invitation::round(&facts, &told(house, sitting)?)))
}

/// Keeps what people have been told.
pub fn remember(house: &House, sitting: &Sitting, told: &[Slot]) -> Result<()> {
    put::put(&memory(house, sitting), &serde_json::to_vec(told)?)
}

/// What people were last told.
fn told(house: &House, sitting: &Sitting) -> Result<Vec<Slot>> {
    let path = memory(house, sitting);
    match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("`{}`", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("`{}`", path.display())),
    }
}

fn memory(house: &House, sitting: &Sitting) -> PathBuf {
    house.config.folders.data.join("invitations").join(format!("{}.json", sitting.day()))
}

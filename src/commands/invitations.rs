//! `send invitations`: who is to hear of a time, and with `--go` the drafts that tell them.

use anyhow::Result;
use chrono_tz::Europe::London;
use serde_json::json;

use crate::agenda::document::hour;
use crate::agenda::invitation::{Invitation, Round};
use crate::clerk::house::{Settings, shown};
use crate::clerk::letters::invitations::{self, KIND};
use crate::clerk::sitting::Sitting;
use crate::commands::screen::{self, Exit};

pub fn run(settings: &Settings, meeting: &str, go: bool) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let sitting = Sitting::draw(&house, &register, Some(meeting))?;
    let (round, drafts) = invitations::invite(&house, &mut register, &sitting, go)?;
    if house.json {
        let letters: Vec<_> = round.invitations.iter().map(listed).collect();
        let unreachable: Vec<_> = round
            .unreachable
            .iter()
            .map(|one| json!({ "name": one.name, "reason": one.reason, "case": one.case }))
            .collect();
        let drafts: Vec<String> = drafts.iter().map(|file| shown(file, &house.config)).collect();
        screen::json(&json!({
            "kind": KIND, "meeting": sitting.day(), "letters": letters, "unreachable": unreachable,
            "sent": go, "drafts": drafts,
        }))?;
    } else {
        show(&round, go);
        if let Some(folder) = drafts.first().and_then(|file| file.parent()) {
            screen::line(format!("drafts: {}", shown(folder, &house.config)));
        }
    }
    Ok(if round.unreachable.is_empty() { Exit::Done } else { Exit::Look })
}

fn listed(invitation: &Invitation) -> serde_json::Value {
    let slot = &invitation.slot;
    json!({
        "name": slot.name, "email": slot.email, "case": slot.case, "what": invitations::what(slot), "starts": slot.starts,
        "minutes": slot.minutes, "sequence": slot.sequence,
    })
}

fn show(round: &Round, gone: bool) {
    for invitation in &round.invitations {
        let slot = &invitation.slot;
        let starts = hour(slot.starts.with_timezone(&London).time());
        let what = invitations::what(slot);
        screen::line(format!("{:<28} {:<42} {what}: case {}, {starts}", slot.name, slot.email, slot.case));
    }
    for one in &round.unreachable {
        screen::line(format!("{:<28} is not invited for case {}: {}", one.name, one.case, one.reason));
    }
    if round.invitations.is_empty() {
        screen::line("nobody's time has changed since they were last told");
    } else if !gone {
        screen::line("nothing was written; `--go` writes these letters into the outbox");
    }
}

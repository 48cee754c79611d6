//! Invitations to those who present cases: new ones, new times and cancellations, each a draft in the meeting's outbox.
//!
//! What each person was last told of a slot is remembered, so that only those hear again whose slot changed.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use chrono_tz::Europe::London;
use serde_json::json;

use crate::agenda::document::hour;
use crate::agenda::invitation::{self, Facts, Invitation, Round, Slot};
use crate::clerk::agenda;
use crate::clerk::house::House;
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::templates;
use crate::panel::words::long_date;
use crate::post::compose::{self, Enclosure, Letter, Sender};
use crate::post::outbox;
use crate::post::wording::Wording;
use crate::register::Register;
use crate::register::letters::NewLetter;
use crate::register::remembered::Topic;
use crate::register::store::hash_bytes;
use crate::stationery::html;

/// What `send` calls them.
pub const KIND: &str = "invitations";

const TEMPLATES: [(&str, &str); 2] = [
    ("letter_invitation.txt.hbs", include_str!("../../../templates/letter_invitation.txt.hbs")),
    ("letter_invitation.html.hbs", include_str!("../../../templates/letter_invitation.html.hbs")),
];

/// Who is to hear of a time, and with `go` the drafts that tell them; the times told are kept from then on.
pub fn invite(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    go: bool,
) -> Result<(Round, Vec<PathBuf>)> {
    let (people, _) = sitting::people(house)?;
    let sender = house.sender()?;
    let facts = Facts {
        heading: &sitting.heading,
        agenda: &sitting.agenda,
        casebook: &sitting.casebook,
        people: &people,
        organiser: &sender.answers_to(),
        made: house.now(),
    };
    let told: Vec<Slot> = register.remembered(Topic::Invitations, sitting.day())?.unwrap_or_default();
    let round = invitation::round(&facts, &told);
    let mut drafts = Vec::new();
    if go {
        agenda::set(house, register, sitting)?;
        let signed = sitting::signed(house, &people);
        for invitation in &round.invitations {
            drafts.push(write(house, register, sitting, &sender, invitation, &signed)?);
        }
        register.remember(Topic::Invitations, sitting.day(), &round.slots, house.now())?;
    }
    Ok((round, drafts))
}

/// `invitation`, `new time`, `cancellation`.
pub fn what(slot: &Slot) -> &'static str {
    match (slot.cancelled, slot.sequence) {
        (true, _) => "cancellation",
        (false, 0) => "invitation",
        (false, _) => "new time",
    }
}

/// One draft: kept in the register, put into the outbox.
fn write(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    sender: &Sender,
    invitation: &Invitation,
    signed: &str,
) -> Result<PathBuf> {
    let slot = &invitation.slot;
    let wording = wording(house, sitting, &sender.subject(&invitation.subject), slot, signed)?;
    let enclosure = Enclosure {
        file_name: invitation.file_name.clone(),
        media_type: format!("text/calendar; charset=utf-8; method={}", invitation.method),
        content: invitation.calendar.clone().into_bytes(),
    };
    let letter = Letter {
        name: &slot.name,
        email: &slot.email,
        subject: &invitation.subject,
        wording: &wording,
        enclosures: &[enclosure],
        written: house.now(),
    };
    let message =
        compose::draft(sender, &letter).with_context(|| format!("the invitation to `{}`", slot.email))?;
    let round = if slot.sequence == 0 { String::new() } else { format!(" {}", slot.sequence + 1) };
    let what = format!("{}{round}", what(slot));
    let name = outbox::file_name(&what, sitting.day(), Some(&slot.case), &slot.name, &slot.email);
    let letter = NewLetter {
        draft: &format!("{name} {}", hash_bytes(&message).short()),
        meeting: sitting.day(),
        kind: "invitation",
        recipient: &slot.email,
        message: &message,
        state: "ready",
    };
    register.enter_letter(&letter, house.now())?;
    Ok(outbox::put(&sitting.folder.join("outbox"), &name, &message)?.0)
}

fn wording(house: &House, sitting: &Sitting, subject: &str, slot: &Slot, signed: &str) -> Result<Wording> {
    let heading = &sitting.heading;
    let starts = slot.starts.with_timezone(&London);
    let facts = json!({
        "subject": subject,
        "name": slot.name,
        "case": slot.case,
        "cancelled": slot.cancelled,
        "moved": slot.sequence > 0,
        "meeting": long_date(sitting.day()),
        "from": hour(starts.time()),
        "until": hour((starts + TimeDelta::minutes(i64::from(slot.minutes))).time()),
        "venue": heading.venue,
        "panel": heading.panel,
        "council": heading.council,
        "marking": heading.marking,
        "signed": signed,
    });
    let [(text, text_shipped), (page, page_shipped)] = TEMPLATES;
    Ok(Wording {
        text: html::text(&templates::text(house, text, text_shipped)?, text, &facts)?,
        html: html::page(&templates::text(house, page, page_shipped)?, page, &facts)?,
    })
}

//! Minutes, decision notes, actions and the filing list, from the meeting workbook.

use anyhow::Result;
use chrono::TimeDelta;

use crate::agenda::pages::Pages;
use crate::clerk::house::House;
use crate::clerk::lying;
use crate::clerk::pressings::Pressing;
use crate::clerk::promised;
use crate::clerk::records::{self, Filed};
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::templates;
use crate::clerk::usage::Usage;
use crate::clerk::workbook;
use crate::desk::meant::Meant;
use crate::desk::mistake::Mistake;
use crate::desk::outcome;
use crate::minutes::facts::{self, MinutesFacts, Templates};
use crate::minutes::write;
use crate::panel::agenda::Agenda;
use crate::panel::calendar;
use crate::panel::decisions;
use crate::panel::outcome::Outcome;
use crate::panel::slots;
use crate::panel::standing;
use crate::register::Register;

/// The latest meeting that has been held and whose minutes are not confirmed.
///
/// Fails when no meeting was held, or all of them are confirmed.
pub fn latest(house: &House, register: &Register) -> Result<String> {
    let now = house.now();
    let mut day = now.date_naive() + chrono::Days::new(1);
    for _ in 0..60 {
        let Some(meeting) = calendar::meeting_before(house.rules(), day) else { break };
        day = meeting.date;
        if meeting.starts <= now && register.confirmed_minutes(day)?.is_none() {
            return Ok(day.to_string());
        }
    }
    Err(Usage::new("no meeting is waiting for its minutes").hint("name the meeting by its date").into())
}

/// What came of writing the records.
#[derive(Debug)]
pub struct Written {
    pub filed: Filed,
    /// What in the workbook needs correcting.
    pub mistakes: Vec<Mistake>,
}

/// Writes the records of the meeting as its workbook now says. A document that somebody has changed by hand is put aside first.
///
/// Fails when the workbook or a template cannot be read, or a document cannot be written; mistakes in the workbook are data.
pub fn records(house: &House, register: &mut Register, sitting: &Sitting) -> Result<Written> {
    if register.confirmed_minutes(sitting.day())?.is_some() {
        return Err(Usage::new(format!(
            "the minutes of {} are confirmed and stay as they are",
            sitting.day()
        ))
        .into());
    }
    let agenda = heard(register, sitting)?;
    let (outcome, mistakes) = typed(house, register, sitting, &agenda)?;
    register.record_outcome(sitting.day(), &outcome, house.now())?;
    let agenda = slots::as_considered(house.rules(), &sitting.casebook, &agenda, &outcome);
    let pages = Pressing::latest(register, sitting.day())?
        .map_or_else(Pages::default, |pressing| sitting::pages(&pressing.manifest));
    let quorum = facts::quorum(house.rules(), &outcome, &agenda);
    let people = sitting::people_or_known(house, register)?.people;
    let unrepresented =
        decisions::unrepresented(&house.rules().decisions.roles, &outcome, &people).join(", ");
    let promised = promised::promised(house, register, sitting)?;
    let until = sitting.casebook.meeting.ends.unwrap_or(sitting.casebook.meeting.starts + LONGEST);
    let casebook = standing::as_known(house.rules(), &sitting.casebook, until.to_utc());
    let facts = MinutesFacts {
        heading: &sitting.heading,
        words: &sitting.words,
        casebook: &casebook,
        agenda: &agenda,
        outcome: &outcome,
        pages: &pages,
        promised: &promised,
        status: DRAFT,
        quorum: &quorum,
        unrepresented: &unrepresented,
    };
    let minutes = templates::word(house, "minutes.docx")?;
    let decision_note = templates::word(house, "decision_note.docx")?;
    let templates = Templates { minutes: &minutes, decision_note: &decision_note };
    let documents = write::write(&facts, templates, &register.evidence_head()?)?;
    let folder = sitting.folder.join("minutes");
    let filed = records::put(house, register, sitting.day(), &folder, documents)?;
    Ok(Written { filed, mistakes })
}

/// A meeting whose end is not set is over by then.
const LONGEST: TimeDelta = TimeDelta::hours(8);

/// How far the records are until the Chair has confirmed them.
pub const DRAFT: &str = "Draft";

/// The agenda the panel had before it.
///
/// Fails when the register cannot be read.
pub fn heard(register: &Register, sitting: &Sitting) -> Result<Agenda> {
    Ok(register.agenda(sitting.day())?.unwrap_or_else(|| sitting.agenda.clone()))
}

/// The same as the meeting went: with what was decided although it had no time.
///
/// Fails when the register cannot be read.
pub fn considered(house: &House, register: &Register, sitting: &Sitting) -> Result<Agenda> {
    let outcome = register.outcome(sitting.day())?.unwrap_or_default();
    Ok(slots::as_considered(house.rules(), &sitting.casebook, &heard(register, sitting)?, &outcome))
}

fn typed(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    agenda: &Agenda,
) -> Result<(Outcome, Vec<Mistake>)> {
    let read = workbook::read(house, sitting)?;
    if read.is_none()
        && let Some((message, hint)) = lying::missing(house, register, sitting.day())?
    {
        return Err(Usage::new(message).hint(hint).into());
    }
    let read = read.ok_or_else(|| {
        Usage::new(format!("there is no workbook for {}", sitting.day()))
            .hint("`panelclerk agenda` writes it; fill in attendance and decisions there")
    })?;
    let meant = Meant { words: &sitting.words, agenda, casebook: &sitting.casebook };
    let (outcome, more) = outcome::checked(&read.typed, &meant, house.rules(), true);
    let mut mistakes = read.mistakes;
    mistakes.extend(more);
    Ok((outcome, mistakes))
}

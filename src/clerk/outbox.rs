//! The step of a round that looks into the outboxes: a draft that its reader may no longer have leaves it at once, not when somebody sends
//! again.

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::letters::sweep;
use crate::clerk::steps::Steps;
use crate::clerk::work::{OFFICE, Work};
use crate::panel::calendar;

/// Takes back what must not go out any more, of every meeting with unsent letters.
pub fn look_through(work: &mut Work<'_>, steps: &mut Steps) {
    if steps.is_amiss(OFFICE) {
        return;
    }
    let office = work.house.config.folders.office.clone();
    let days = steps.take("outbox", &office, "cannot be looked through", || {
        Ok(work.register.meetings_with_unsent_letters()?)
    });
    for day in days.unwrap_or_default() {
        let step = format!("outbox {day}");
        let folder = office.join(day.to_string()).join("outbox");
        steps.take(&step, &folder, "cannot be looked through", || of_meeting(work, day));
    }
}

fn of_meeting(work: &mut Work<'_>, day: NaiveDate) -> Result<()> {
    if calendar::meeting_meant(work.house.rules(), day).is_none() {
        return Ok(());
    }
    let Some(known) = work.people.clone() else { return Ok(()) };
    let name = format!("outbox {day}");
    let basis = work.basis(false, &known.stamp)?;
    if work.made(&name).is_some_and(|made| made.basis == basis) {
        return Ok(());
    }
    let sitting = work.drawn.sitting(work.house, work.register, Some(day))?;
    let gone = sweep::sweep(work.house, work.register, &sitting, &known.people)?.len();
    if gone > 0 {
        let drafts = if gone == 1 { "1 draft was".to_owned() } else { format!("{gone} drafts were") };
        let said = format!(
            "{drafts} taken out of the outbox of {day}: their readers may no longer have what is in them; send again"
        );
        work.carried.log.push(said.clone());
        work.carried.done.push(said);
    }
    // What was taken back is new in the register.
    let basis = work.basis(false, &known.stamp)?;
    work.note(&name, &basis, "");
    Ok(())
}

//! A case that goes to another meeting takes along what was typed for it: out of this meeting's workbook into that one's next edition.

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::sitting::Sitting;
use crate::clerk::work::Work;
use crate::clerk::workbook::Read;
use crate::desk::carry;
use crate::desk::layout::ACTIONS;
use crate::desk::typed::TypedRow;
use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::register::Register;
use crate::register::remembered::Topic;

/// Whether something is to go into the next edition of the workbook of `day`.
///
/// Fails when the register cannot be read.
pub fn awaits(register: &Register, day: NaiveDate) -> Result<bool> {
    let rows: Option<Vec<TypedRow>> = register.remembered(Topic::Along, day)?;
    Ok(rows.is_some_and(|rows| !rows.is_empty()))
}

/// Takes what was typed for cases that another meeting hears out of `read`, and keeps it for that meeting's workbook. Once the meeting has
/// begun its record stays where it is.
///
/// Fails when the register cannot be written.
pub fn leave(work: &Work<'_>, sitting: &Sitting, read: &mut Read) -> Result<()> {
    let (day, now) = (sitting.day(), work.house.now());
    if sitting.casebook.meeting.starts <= now || work.register.outcome(day)?.is_some() {
        return Ok(());
    }
    // A meeting that was held has its record; a case that waits or was decided stays in this workbook.
    let today = london::wall(now).date_naive();
    let elsewhere = |case: &CaseId| {
        let meeting = sitting.casebook.case(case)?.meeting;
        (meeting != day && today <= meeting).then_some(meeting)
    };
    for (meeting, row) in carry::leaving(&mut read.typed, elsewhere) {
        let mut rows: Vec<TypedRow> = work.register.remembered(Topic::Along, meeting)?.unwrap_or_default();
        // An action's number is of its own workbook: what it says tells it from another.
        rows.retain(|other| {
            let same =
                if row.sheet == ACTIONS.name { other.cells == row.cells } else { other.key == row.key };
            other.sheet != row.sheet || !same
        });
        rows.push(row);
        work.register.remember(Topic::Along, meeting, &rows, now)?;
    }
    Ok(())
}

//! Who must not get which case: interests declared, and the chair's word, as far as they are known now.

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::clerk::workbook;
use crate::desk::layout::ATTENDANCE;
use crate::desk::mistake::Mistake;
use crate::desk::outcome::{self, INTERESTS, KEPT_OUT};
use crate::panel::audience::Withheld;
use crate::panel::outcome::Attendee;
use crate::register::Register;

/// What the workbook's attendance sheet says, and an outcome recorded already. What cannot be read stops the letters: whoever
/// is kept from a case must not get it.
///
/// Fails when the workbook is there and cannot be read.
pub fn withheld(house: &House, register: &Register, sitting: &Sitting) -> Result<Vec<Withheld>> {
    let recorded = register.outcome(sitting.day())?.map(|outcome| outcome.attendance).unwrap_or_default();
    let mut withheld: Vec<Withheld> = recorded.into_iter().flat_map(of_attendee).collect();
    if let Some(read) = workbook::read(house, sitting)? {
        let (typed, mistakes) = outcome::kept_from(&read.typed, sitting.day());
        let doubtful = |mistake: &&Mistake| {
            let columns = [INTERESTS, KEPT_OUT].contains(&mistake.column.as_str());
            mistake.sheet == ATTENDANCE.name && (columns || mistake.key.is_empty())
        };
        if let Some(mistake) = mistakes.first().or_else(|| read.mistakes.iter().find(doubtful)) {
            return Err(Usage::new(format!("who may see which case is not clear: {mistake}"))
                .hint("correct it in the workbook, save and close it")
                .into());
        }
        withheld.extend(typed.into_iter().map(|(person, case)| Withheld { person, case }));
    }
    Ok(withheld)
}

fn of_attendee(attendee: Attendee) -> impl Iterator<Item = Withheld> {
    let Attendee { name, interests, kept_out, .. } = attendee;
    let cases = interests.into_iter().chain(kept_out);
    cases.map(move |case| Withheld { person: name.clone(), case })
}

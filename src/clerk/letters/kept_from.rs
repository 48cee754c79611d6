//! Who must not get which case: interests declared, the chair's word, and cases restricted to others, as far as they are known now.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::interests;
use crate::clerk::pressings::Pressing;
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::clerk::workbook::{self, Memory};
use crate::desk::attendance::{INTERESTS, KEPT_OUT};
use crate::desk::layout::ATTENDANCE;
use crate::desk::mistake::Mistake;
use crate::panel::audience::{Withheld, same_name};
use crate::panel::ids::CaseId;
use crate::panel::kept::{self, KeptFrom};
use crate::panel::outcome::Attendee;
use crate::panel::people::Person;
use crate::register::Register;

/// What the register holds, once what the workbook says of it has been entered. What is not clear stops the letters: whoever is kept from
/// a case must not get it.
///
/// Fails when the workbook is missing or cannot be read, when what it says is not clear, and when nobody has the name of somebody who is
/// kept from a case.
pub fn withheld(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    people: &[Person],
) -> Result<Vec<Withheld>> {
    match workbook::read(house, sitting)? {
        Some(read) => {
            let mistakes = interests::enter(house, register, sitting, &read, people)?;
            let doubtful = |mistake: &&Mistake| {
                let columns = [INTERESTS, KEPT_OUT].contains(&mistake.column.as_str());
                mistake.sheet == ATTENDANCE.name && (columns || mistake.key.is_empty())
            };
            if let Some(mistake) = mistakes.first().or_else(|| read.mistakes.iter().find(doubtful)) {
                return Err(Usage::new(format!("who may see which case is not clear: {mistake}"))
                    .hint("correct it in the workbook, save and close it")
                    .into());
            }
        }
        None => is_not_missing(register, sitting)?,
    }
    let withheld = as_entered(register, sitting, people)?;
    named(register, sitting, people)?;
    Ok(withheld)
}

/// The same as the register now holds it.
///
/// Fails when the register cannot be read.
pub fn as_entered(register: &Register, sitting: &Sitting, people: &[Person]) -> Result<Vec<Withheld>> {
    let mut all = kept::by_acts(&register.acts()?);
    let recorded = register.outcome(sitting.day())?.map(|outcome| outcome.attendance).unwrap_or_default();
    all.extend(recorded.into_iter().flat_map(of_attendee));
    Ok(kept::withheld(people, &sitting.casebook, &in_pack(register, sitting)?, &all))
}

/// A workbook that was there and is gone takes with it what nobody has read yet.
fn is_not_missing(register: &Register, sitting: &Sitting) -> Result<()> {
    if Memory::of(register, sitting.day())?.edition == 0 {
        return Ok(());
    }
    let file = sitting.workbook();
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Err(Usage::new(format!(
        "the workbook `{name}` is missing, so that nobody knows what was typed into it: who has an interest, who is kept out"
    ))
    .hint(format!(
        "put it back; or have a new one written with `panelclerk agenda {}`, and type again what is not in it",
        sitting.day()
    ))
    .into())
}

/// Whoever has an interest in a case of this meeting must be somebody letters could go to; a name that was changed would let them in.
fn named(register: &Register, sitting: &Sitting, people: &[Person]) -> Result<()> {
    let shown = in_pack(register, sitting)?;
    let concerns = |one: &&KeptFrom| {
        shown.contains(&one.case) || sitting.casebook.listed().any(|case| case.id == one.case)
    };
    let is_listed = |name: &str| people.iter().any(|person| same_name(&person.name, name));
    let standing = kept::by_acts(&register.acts()?);
    let nobody = |near: &str| {
        let hint = kept::names_near(near, people).unwrap_or_else(|| "nobody is in `People.xlsx`".to_owned());
        format!("{hint}; put the name right there, or clear the case from the sheet `Attendance`")
    };
    if let Some(one) = standing.iter().filter(concerns).find(|one| !is_listed(&one.person)) {
        let said = format!(
            "`{}` takes no part in case {}, and nobody in `People.xlsx` is called so",
            one.person, one.case
        );
        return Err(Usage::new(said).hint(nobody(&one.person)).into());
    }
    for case in sitting.casebook.listed() {
        let named = case.by_hand.restricted_to.iter().flatten();
        if let Some(name) = named.into_iter().find(|name| !is_listed(name)) {
            let said = format!(
                "case {} is restricted to `{name}` among others, and nobody in `People.xlsx` is called so",
                case.id
            );
            return Err(Usage::new(said).hint(nobody(name)).into());
        }
    }
    Ok(())
}

/// The cases of the newest pack: one may have left the agenda since.
fn in_pack(register: &Register, sitting: &Sitting) -> Result<BTreeSet<CaseId>> {
    let Some(pressing) = Pressing::latest(register, sitting.day())? else { return Ok(BTreeSet::new()) };
    let mut cases: BTreeSet<CaseId> =
        pressing.manifest.entries.iter().map(|entry| entry.case_id.clone()).collect();
    if let Ok(plan) = pressing.plan() {
        cases.extend(plan.all_cases().map(|case| case.id.clone()));
        cases.extend(plan.left_out.iter().map(|line| line.case.clone()));
    }
    Ok(cases)
}

fn of_attendee(attendee: Attendee) -> impl Iterator<Item = KeptFrom> {
    let Attendee { name, interests, kept_out, .. } = attendee;
    let own = interests.into_iter().map(|case| (case, false));
    let cases = own.chain(kept_out.into_iter().map(|case| (case, true)));
    cases.map(move |(case, by_chair)| KeptFrom { person: name.clone(), case, by_chair })
}

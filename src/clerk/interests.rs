//! Interests and the chair's word: what is typed into the workbook becomes an act of the register when it is read, and holds until it is
//! taken back, whatever becomes of the workbook.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::clerk::workbook::{Memory, Read};
use crate::desk::attendance;
use crate::desk::mistake::Mistake;
use crate::panel::acts::Act;
use crate::panel::audience::same_name;
use crate::panel::kept::{self, KeptFrom};
use crate::panel::people::Person;
use crate::register::Register;

/// Who says so, where it is typed beside a member's name.
const BY: &str = "sheet Attendance";

/// Enters what the sheet *Attendance* says and the register does not, and takes back what has been cleared from the very edition that
/// showed it; an older edition takes nothing back. Gives what is wrong, of which nothing is entered.
///
/// Fails when the register cannot be read or written.
pub fn enter(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    read: &Read,
    people: &[Person],
) -> Result<Vec<Mistake>> {
    let (typed, mistakes) =
        attendance::kept_from(&read.typed, sitting.day(), people, &sitting.casebook.known);
    let standing = kept::by_acts(&register.acts()?);
    let memory = Memory::of(register, sitting.day())?;
    let reason = format!("typed into the workbook of {}", sitting.day());
    let hand = house.hand(BY, &reason);
    let act = |kept: &KeptFrom, holds| Act::KeepFrom {
        meeting: sitting.day(),
        person: kept.person.clone(),
        case: kept.case.clone(),
        by_chair: kept.by_chair,
        holds,
    };
    let is_known = |kept: &&KeptFrom| {
        sitting.casebook.known.contains(&kept.case)
            && people.iter().any(|person| same_name(&person.name, &kept.person))
    };
    for new in typed.iter().filter(is_known).filter(|kept| !stands(&standing, kept)) {
        register.act(&act(new, true), &hand, house.now())?;
    }
    // Where something is unclear, nobody is let in.
    if mistakes.is_empty() && read.typed.edition == memory.edition {
        for cleared in standing.iter().filter(|kept| stands(&memory.kept, kept) && !stands(&typed, kept)) {
            register.act(&act(cleared, false), &hand, house.now())?;
        }
    }
    Ok(mistakes)
}

/// Whether it is among them, by whatever spelling of the name.
fn stands(all: &BTreeSet<KeptFrom>, one: &KeptFrom) -> bool {
    let same = |other: &&KeptFrom| {
        (&other.case, other.by_chair) == (&one.case, one.by_chair) && same_name(&other.person, &one.person)
    };
    all.iter().any(|other| same(&other))
}

//! Every unsent letter held against what its reader may have now: an interest declared, somebody who sits as something else, an address or a
//! password that changed, a case restricted. What no longer fits is taken back, whichever kind it is.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::letters::kept_from;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::letters::proofs::Proofs;
use crate::clerk::letters::send;
use crate::clerk::letters::taken_back;
use crate::clerk::letters::told::{Holds, Told};
use crate::clerk::sitting::Sitting;
use crate::panel::audience::same_name;
use crate::panel::kept;
use crate::panel::people::Person;
use crate::post::kind::LetterKind;
use crate::post::plan::{Addressed, Plan};
use crate::register::Register;
use crate::register::letters::LetterRow;

/// Takes back what must not go out any more; gives it.
///
/// Fails when the register cannot be read or written, or the outbox cannot be written.
pub fn sweep(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    people: &[Person],
) -> Result<Vec<LetterRow>> {
    let mut ready = register.letters(sitting.day())?;
    ready.retain(|row| row.state.may_go());
    if ready.is_empty() {
        return Ok(ready);
    }
    let withheld = kept_from::as_entered(register, sitting, people)?;
    let told = Told::of(register, sitting.day())?;
    let proofs = Proofs::of(register)?;
    // Secret files that cannot be read stop the next letters; nothing is known of how these should be protected.
    let passwords = Passwords::read(house, None).ok();
    let mut plans: BTreeMap<LetterKind, Option<Plan>> = BTreeMap::new();
    let mut stale = Vec::new();
    for row in ready {
        let Some(kind) = LetterKind::ALL.into_iter().find(|kind| kind.word() == row.kind) else { continue };
        let Some(holds) = told.holds.get(&row.draft) else { continue };
        let person = |person: &&Person| {
            person.email.as_ref() == Some(&row.recipient) && same_name(&person.name, &holds.name)
        };
        let of_person = || people.iter().find(person);
        let fits = if kind != LetterKind::Recall
            && proofs.is_doubted(&holds.name, &row.recipient, sitting.day())
        {
            false
        } else if kind.is_to_officers() {
            let hidden = kept::from(&withheld, &holds.name);
            of_person().is_some() && !holds.case.iter().chain(&holds.cases).any(|case| hidden.contains(case))
        } else {
            let plan = plans.entry(kind).or_insert_with(|| {
                // Where nothing of this kind can be sent now, what was written is held against the people alone.
                send::planned(house, register, sitting, (kind, &[]), people, &withheld).ok()
            });
            let letter = |plan: &Plan| {
                let same = |to: &&Addressed| to.email == row.recipient && to.name == holds.name;
                plan.letters.iter().find(same).cloned()
            };
            match (plan.as_ref().map(letter), kind) {
                // It is asked back from whoever holds it, under whatever address; but it names no case that is withheld by now.
                (_, LetterKind::Recall) => holds.withheld == kept::from(&withheld, &holds.name),
                // It names no case, and is asked of whoever was written to.
                (_, LetterKind::RecallEmail) => true,
                (_, LetterKind::FirstContact) => of_person().is_some(),
                (None, _) => {
                    of_person().is_some() && kept::from(&withheld, &holds.name).is_subset(&holds.withheld)
                }
                (Some(None), _) => false,
                (Some(Some(to)), _) => same(holds, &to, kind, passwords.as_ref()),
            }
        };
        if !fits {
            stale.push(row);
        }
    }
    taken_back::take_back(house, register, sitting, stale, "its reader may no longer have what it holds")
}

fn same(holds: &Holds, to: &Addressed, kind: LetterKind, passwords: Option<&Passwords>) -> bool {
    // Somebody without a password gets nothing where members have them; what was written without one goes.
    let protected =
        passwords.map(|passwords| passwords.of(&to.email).map_or(true, |password| password.is_some()));
    let as_protected = protected.is_none_or(|now| !kind.encloses_pack() || now == holds.protected);
    let capacity = holds.capacity == to.capacity;
    let supplement = kind == LetterKind::Supplement;
    capacity && (supplement || holds.what == to.what) && holds.withheld == to.withheld && as_protected
}

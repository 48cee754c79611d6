//! Checks of addresses, as they are typed into `People.xlsx` or said with `addresses check`: taken into the register, or refused in words.

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::letters::proofs::{Proofs, Why};
use crate::clerk::usage::Usage;
use crate::panel::acts::Act;
use crate::panel::audience::same_name;
use crate::panel::kept;
use crate::panel::london;
use crate::panel::people::{How, Person, Tick};
use crate::panel::proofs;
use crate::register::Register;

/// Enters what `People.xlsx` says of checks and the register does not know yet. Gives whose could not be taken, and why.
///
/// Fails when the register cannot be read or written.
pub fn enter(house: &House, register: &mut Register, people: &[Person]) -> Result<Vec<Why>> {
    let mut untaken = Vec::new();
    if people.iter().all(|person| person.terms.checked.is_none()) {
        return Ok(untaken);
    }
    let acts = register.acts()?;
    let proofs = Proofs::of(register)?;
    let today = london::wall(house.now()).date_naive();
    for person in people {
        let (Some(tick), Some(address)) = (&person.terms.checked, &person.email) else { continue };
        if proofs::is_entered(&acts, person, tick) {
            continue;
        }
        if proofs::is_of_another(&acts, person, tick) {
            let why = "what stands in `Checked by` was said of another address: clear it, and check this one";
            untaken.push((person.name.clone(), why.to_owned()));
            continue;
        }
        if let How::Urgent(reason) = &tick.how {
            if person.terms.meetings.is_empty() {
                let why = "it is not said for which meeting it is urgent: type its date in `Meetings`";
                untaken.push((person.name.clone(), why.to_owned()));
            }
            for meeting in &person.terms.meetings {
                let act = Act::AllowAddress {
                    person: person.name.clone(),
                    address: address.clone(),
                    meeting: *meeting,
                };
                if !acts.iter().any(|done| done.act == act && done.hand.reason == *reason) {
                    register.act(&act, &house.hand(&tick.by, reason), house.now())?;
                }
            }
            continue;
        }
        match proofs.not_checkable(person, tick.on, tick.opened, today) {
            Some(why) => untaken.push((person.name.clone(), why)),
            None => record(house, register, person, tick, "typed into `People.xlsx`")?,
        }
    }
    Ok(untaken)
}

/// Records a check.
///
/// Fails in words for the administrator where it cannot be taken, and when the register cannot be written.
pub fn check(
    house: &House,
    register: &mut Register,
    person: &Person,
    tick: &Tick,
    reason: &str,
) -> Result<()> {
    let today = london::wall(house.now()).date_naive();
    if let Some(why) = Proofs::of(register)?.not_checkable(person, tick.on, tick.opened, today) {
        return Err(Usage::new(format!("the address of {} is not taken as checked", person.name))
            .hint(why)
            .into());
    }
    record(house, register, person, tick, reason)
}

fn record(house: &House, register: &mut Register, person: &Person, tick: &Tick, reason: &str) -> Result<()> {
    let act = Act::ProveAddress {
        person: person.name.clone(),
        address: person.email.clone().unwrap_or_default(),
        on: tick.on,
        how: tick.how.clone(),
        opened: tick.opened,
    };
    register.act(&act, &house.hand(&tick.by, reason), house.now())?;
    Ok(())
}

/// The one of this name who has an address.
///
/// Fails in words for the administrator when nobody is called so, several are, or they have no address.
pub fn named<'p>(people: &'p [Person], name: &str) -> Result<(&'p Person, &'p str)> {
    let found: Vec<&Person> = people.iter().filter(|person| same_name(&person.name, name)).collect();
    let Some(first) = found.first() else {
        let near = kept::names_near(name, people).unwrap_or_else(|| "nobody is in it".to_owned());
        return Err(Usage::new(format!("nobody in `People.xlsx` is called `{name}`")).hint(near).into());
    };
    let addressed = found.iter().find_map(|person| Some((*person, person.email.as_deref()?)));
    addressed.ok_or_else(|| {
        let said = format!("{} has no address in `People.xlsx` that emails can go to", first.name);
        Usage::new(said).hint("`panelclerk check` says what is wrong with it").into()
    })
}

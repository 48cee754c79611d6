//! The step of a round that enters what `People.xlsx` says of checked addresses, and says how many still wait.

use anyhow::Result;

use crate::clerk::letters::proofs::Proofs;
use crate::clerk::letters::ticks;
use crate::clerk::sitting::PEOPLE;
use crate::clerk::steps::Steps;
use crate::clerk::work::{OFFICE, Work};
use crate::panel::audience::{self, Days, Due};
use crate::panel::calendar;
use crate::panel::london;
use crate::panel::people::{Capacity, Person};
use crate::report::said;

const ADDRESSES: &str = "addresses";

/// Enters what was typed. Whose check could not be taken, and how many addresses wait, is said without a name: it may end in a log.
pub fn look_at(work: &mut Work<'_>, steps: &mut Steps) {
    if steps.is_amiss(OFFICE) || steps.is_amiss(PEOPLE) {
        return;
    }
    let Some(people) = work.people.as_ref().map(|known| known.people.clone()) else { return };
    let path = work.house.config.folders.office.join(PEOPLE);
    let entered = steps.take(ADDRESSES, &path, "cannot be looked at", || {
        let untaken = ticks::enter(work.house, work.register, &people)?.len();
        Ok((untaken, waiting(work, &people)?))
    });
    let Some((untaken, waiting)) = entered else { return };
    let mut amiss = Vec::new();
    if 0 < waiting {
        amiss.push(format!(
            "{} to be checked: no pack, agenda or minutes go there",
            if waiting == 1 { "1 address waits".to_owned() } else { format!("{waiting} addresses wait") }
        ));
    }
    if 0 < untaken {
        amiss.push(format!("{} of an address cannot be taken as typed", said::count(untaken, "check")));
    }
    if !amiss.is_empty() {
        steps.amiss(ADDRESSES, &path, &amiss.join("; "), "`panelclerk addresses` says whose, and why");
    }
}

/// How many of those who get papers, agenda or minutes of the next meeting have an address that is not proved.
fn waiting(work: &Work<'_>, people: &[Person]) -> Result<usize> {
    let house = work.house;
    let next = calendar::next_meeting(house.rules(), house.now());
    let Some(meeting) = next.filter(|_| house.config.post.proves_addresses()) else { return Ok(0) };
    let days = Days { meeting: meeting.date, today: london::wall(house.now()).date_naive() };
    let proofs = Proofs::of(work.register)?;
    let waits = people.iter().filter(|person| person.capacity != Capacity::Officer).filter(|person| {
        let due = audience::due(house.rules(), person, people, days);
        let is_due = !matches!(due, Due::NotNow(_) | Due::Held(_));
        let standing = proofs.standing(house, person, due, meeting.date);
        is_due && standing.is_some_and(|standing| !standing.state.may_go())
    });
    Ok(waits.count())
}

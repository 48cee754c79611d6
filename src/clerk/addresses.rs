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
use crate::panel::proofs::State;
use crate::report::said;

const ADDRESSES: &str = "addresses";

/// Enters what was typed. Whose check could not be taken, and how many addresses wait, is said without a name: it may end in a log.
pub fn look_at(work: &mut Work<'_>, steps: &mut Steps) {
    if steps.is_amiss(OFFICE) || steps.is_amiss(PEOPLE) {
        return;
    }
    let Some(people) = work.people.as_ref().map(|known| known.people.clone()) else { return };
    meetings(work, steps, &people);
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

/// Says of how many members no meeting to come is named: what was typed for one meeting keeps them from every later one.
fn meetings(work: &Work<'_>, steps: &mut Steps, people: &[Person]) {
    const STEP: &str = "members' meetings";
    let today = london::wall(work.house.now()).date_naive();
    let gone = people.iter().filter(|person| audience::comes_no_more(person, today)).count();
    if 0 < gone {
        let path = work.house.config.folders.office.join(PEOPLE);
        let are = if gone == 1 { "is" } else { "are" };
        let members = said::count(gone, "member");
        let message =
            format!("{members} {are} named for past meetings only: nothing of the next goes to them");
        let hint = "clear `Meetings` in the rows of those who sit at every meeting, or type `Until` for who does not sit any more";
        steps.amiss(STEP, &path, &message, hint);
    }
}

/// How many of those who get papers, agenda or minutes of the next meeting have an address that is not proved.
fn waiting(work: &Work<'_>, people: &[Person]) -> Result<usize> {
    let house = work.house;
    let next = calendar::next_meeting(house.rules(), house.now());
    let Some(meeting) = next else { return Ok(0) };
    let proves = house.config.post.proves_addresses();
    let days = Days { meeting: meeting.date, today: london::wall(house.now()).date_naive() };
    let proofs = Proofs::of(work.register)?;
    let waits = people.iter().filter(|person| person.capacity != Capacity::Officer).filter(|person| {
        let due = audience::due(house.rules(), person, people, days);
        let is_due = !matches!(due, Due::NotNow(_) | Due::Held(_));
        let standing = proofs.standing(house, person, due, meeting.date);
        is_due
            && standing.is_some_and(|standing| match standing.state {
                State::Doubted { .. } => true,
                state => proves && !state.may_go(),
            })
    });
    Ok(waits.count())
}

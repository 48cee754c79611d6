//! Whose time is new or has changed since they were last told, and what they know once they have been told again.

use anyhow::Result;

use crate::agenda::invitation::{self, InvitationFacts, Slot};
use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::audience::Withheld;
use crate::panel::kept;
use crate::panel::people::Person;
use crate::post::plan::{self, Plan};
use crate::register::Register;
use crate::register::remembered::Topic;

/// Who is to hear of a time.
///
/// Fails when what was told before cannot be read, or the configured address is none.
pub fn plan(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    people: &[Person],
    withheld: &[Withheld],
) -> Result<Plan> {
    let facts = InvitationFacts {
        heading: &sitting.heading,
        agenda: &sitting.agenda,
        casebook: &sitting.casebook,
        people,
        withheld,
        organiser: &house.sender()?.answers_to(),
        made: house.now(),
    };
    let mut told: Vec<Slot> = register.remembered(Topic::Invitations, sitting.day())?.unwrap_or_default();
    // Nobody is told, by a cancellation, of a case they may hear nothing of; nor is an address written to that nobody has any more.
    told.retain(|slot| {
        people.iter().any(|person| {
            person.email.as_deref() == Some(&slot.email)
                && !kept::from(withheld, &person.name).contains(&slot.case)
        })
    });
    Ok(plan::to_presenters(invitation::round(&facts, &told)))
}

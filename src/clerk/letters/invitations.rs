//! Whose slots are new or have changed since they were last told, and what they know once they have been told again.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::agenda::invitation::{self, InvitationFacts, Told};
use crate::clerk::house::House;
use crate::clerk::letters::joining;
use crate::clerk::sitting::Sitting;
use crate::panel::audience::{Withheld, same_name};
use crate::panel::letter_state::LetterState;
use crate::panel::people::Person;
use crate::post::plan::{self, Plan};
use crate::register::Register;
use crate::register::remembered::Topic;

/// Who is to hear of their slots.
///
/// Fails when what was told before cannot be read, what is typed as the meeting's link is none, or the configured address is none.
pub fn plan(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    people: &[Person],
    withheld: &[Withheld],
) -> Result<Plan> {
    let link = joining::link(house, sitting)?;
    let fields = &house.rules().presented_by;
    let facts = InvitationFacts {
        heading: &sitting.heading,
        agenda: &sitting.agenda,
        casebook: &sitting.casebook,
        people,
        withheld,
        organiser: &house.sender()?.answers_to(),
        link: link.as_deref(),
        with_manager: fields.iter().any(|field| field.as_str() == "team_manager") && fields.len() > 1,
        made: house.now(),
    };
    let mut told: Vec<Told> = register.remembered(Topic::Invitations, sitting.day())?.unwrap_or_default();
    // An address that nobody has any more is not written to.
    let is_theirs = |told: &Told, person: &Person| {
        person.email.as_ref() == Some(&told.email) && same_name(&person.name, &told.name)
    };
    told.retain(|told| people.iter().any(|person| is_theirs(told, person)));
    Ok(plan::to_presenters(invitation::round(&facts, &told, &untold(register, sitting, &told)?)))
}

/// Those whose last letter was taken back before it went, or never got through.
fn untold(register: &Register, sitting: &Sitting, told: &[Told]) -> Result<BTreeSet<String>> {
    let letters = register.letters(sitting.day())?;
    let lost = |told: &&Told| {
        let letter = letters.iter().find(|letter| letter.draft == told.draft);
        letter.is_some_and(|letter| matches!(letter.state, LetterState::Superseded | LetterState::Refused))
    };
    Ok(told.iter().filter(lost).map(|told| told.uid.clone()).collect())
}

//! Whose slots are new or have changed since they were last told, and what they know once they have been told again.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::agenda::invitation::{self, Change, InvitationFacts, Told};
use crate::clerk::house::House;
use crate::clerk::letters::joining;
use crate::clerk::letters::{again, told};
use crate::clerk::sitting::Sitting;
use crate::panel::audience::{Withheld, same_name};
use crate::panel::letter_state::LetterState;
use crate::panel::people::Person;
use crate::post::plan::{self, Addressed, Again, Enclosed, Plan};
use crate::register::Register;
use crate::register::remembered::Topic;

/// Who is to hear of their slots; the readers named, what they were told last, where that did not arrive.
///
/// Fails when what was told before cannot be read, what is typed as the meeting's link is none, or the configured address is none.
pub fn plan(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    people: &[Person],
    withheld: &[Withheld],
    readers: &[String],
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
    let told: Vec<Told> = register.remembered(Topic::Invitations, sitting.day())?.unwrap_or_default();
    // An address that nobody has any more, or that is held for now, is not written to. What it was told is kept: a number in a diary never
    // falls, should it be written to again.
    let is_theirs = |told: &Told, person: &Person| {
        person.email.as_ref() == Some(&told.email) && same_name(&person.name, &told.name)
    };
    let (told, unseen): (Vec<Told>, Vec<Told>) =
        told.into_iter().partition(|told| people.iter().any(|person| is_theirs(told, person)));
    let again = last_of(register, sitting, &told, readers)?;
    let mut untold = untold(register, sitting, &told)?;
    untold.retain(|uid| !again.iter().any(|(told, ..)| *uid == told.uid));
    let mut round = invitation::round(&facts, &told, &untold);
    for (told, change, _) in &again {
        round.once_more(&facts, &told.uid, *change);
    }
    round.told.extend(unseen);
    let mut plan = plan::to_presenters(round);
    let is_the_same = |told: &Told| {
        let same = |to: &Addressed| to.appointment.as_ref().is_some_and(|one| one.invitation.told == *told);
        plan.letters.iter().any(same)
    };
    plan.again =
        again.iter().filter(|(told, ..)| is_the_same(told)).map(|(.., again)| again.clone()).collect();
    Ok(plan)
}

/// Of the readers named, what they were told last by a letter that did not arrive, or may not have: it goes once more.
fn last_of<'t>(
    register: &Register,
    sitting: &Sitting,
    told: &'t [Told],
    readers: &[String],
) -> Result<Vec<(&'t Told, Change, Again)>> {
    let letters = register.letters(sitting.day())?;
    let remembered = told::Told::of(register, sitting.day())?;
    let mut all = Vec::new();
    for told in told {
        let Some(letter) = letters.iter().find(|letter| letter.draft == told.draft) else { continue };
        let Some(again) = again::named(register, letter, &told.name, readers)? else { continue };
        let change = match remembered.holds.get(&told.draft).map(|holds| &holds.what) {
            Some(Enclosed::Cancellation) => Change::Cancelled,
            Some(Enclosed::NewTime) => Change::Changed,
            _ => Change::Again,
        };
        all.push((told, change, again));
    }
    Ok(all)
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

//! The sheet *Attendance*: who was there, and who takes no part in which case.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::desk::answers::Answers;
use crate::desk::layout::ATTENDANCE;
use crate::desk::meant::Meant;
use crate::desk::mistake::Mistake;
use crate::desk::typed::{Typed, TypedRow};
use crate::panel::audience::same_name;
use crate::panel::ids::CaseId;
use crate::panel::kept::{KeptFrom, names_near};
use crate::panel::known::cases_near;
use crate::panel::outcome::{Attendee, Presence};
use crate::panel::people::Person;

pub const PRESENCE: [(&str, Presence); 4] = [
    ("Present", Presence::Present),
    ("Apologies", Presence::Apologies),
    ("Substitute", Presence::Substitute),
    ("Observer", Presence::Observer),
];

/// The column of the attendance sheet in which interests are declared.
pub const INTERESTS: &str = "Interest in cases";

/// The column in which the chair keeps somebody out of cases.
pub const KEPT_OUT: &str = "Kept out of by the chair";

/// Who was there, as far as a row says it.
pub fn attendee(answers: &mut Answers<'_>, meant: &Meant<'_>) -> Option<Attendee> {
    let presence = answers.choice("Presence", &PRESENCE);
    let standing_for = answers.text("Standing in for");
    let interests = cases(answers, INTERESTS);
    let kept_out = cases(answers, KEPT_OUT);
    let name = answers.text("Name");
    // An interest is declared days before anybody can be present.
    let told = presence.is_some() || !standing_for.is_empty();
    if name.is_empty() {
        if (told || !interests.is_empty() || !kept_out.is_empty()) && answers.mistakes.is_empty() {
            answers.wrong("", "the row has no name", "type the person's name in `Name`");
        }
        return None;
    }
    if presence.is_none() && told && answers.mistakes.is_empty() {
        let hint = "choose `Present`, `Apologies`, `Substitute` or `Observer`";
        answers.wrong("Presence", "it is not said whether the person was there", hint);
    }
    let presence = presence?;
    if presence == Presence::Substitute && standing_for.is_empty() {
        answers.wrong(
            "Standing in for",
            "it is not said for whom",
            "type the member's name in `Standing in for`",
        );
    }
    Some(Attendee {
        name,
        role: answers.text("Role"),
        agency: answers.text("Agency"),
        presence,
        standing_for: (!standing_for.is_empty()).then_some(standing_for),
        interests: meant.those_known(interests),
        kept_out: meant.those_known(kept_out),
    })
}

/// Who takes no part in which case, by their own word or the chair's, whether or not it is known yet who will be there. A name that is not
/// among `people` and a number that is not among the `known` cases are mistakes: whoever was meant would not be kept from the case.
pub fn kept_from(
    typed: &Typed,
    on: NaiveDate,
    people: &[Person],
    known: &BTreeSet<CaseId>,
) -> (BTreeSet<KeptFrom>, Vec<Mistake>) {
    let mut found = BTreeSet::new();
    let mut mistakes = Vec::new();
    for row in typed.on(ATTENDANCE.name) {
        let mut answers = Answers::of(row, on);
        let person = answers.text("Name");
        let mut named = false;
        for (column, by_chair) in [(INTERESTS, false), (KEPT_OUT, true)] {
            for case in cases(&mut answers, column) {
                named = true;
                if !known.contains(&case) {
                    let near = cases_near(&case, known).unwrap_or_else(|| "no case is known yet".to_owned());
                    answers.wrong(column, format!("there is no case `{case}`"), near);
                }
                found.insert(KeptFrom { person: person.clone(), case, by_chair });
            }
        }
        if named {
            named_person(&mut answers, &person, people);
        }
        mistakes.append(&mut answers.mistakes);
    }
    (found, mistakes)
}

/// Whether whoever is kept from a case is on the list of people. One who sits in for somebody gets no letters and need not be.
fn named_person(answers: &mut Answers<'_>, person: &str, people: &[Person]) {
    if person.is_empty() {
        answers.wrong("", "the row has no name", "type the person's name in `Name`");
        return;
    }
    let listed = |name: &str| people.iter().any(|one| same_name(&one.name, name));
    if listed(person) || listed(&answers.text("Standing in for")) {
        return;
    }
    let near = names_near(person, people).unwrap_or_else(|| "nobody is in `People.xlsx`".to_owned());
    answers.wrong("", format!("nobody in `People.xlsx` is called `{person}`"), near);
}

fn cases(answers: &mut Answers<'_>, column: &str) -> Vec<CaseId> {
    let text = answers.text(column);
    let words =
        text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut cases = Vec::new();
    for word in words {
        match word.parse() {
            Ok(case) => cases.push(case),
            Err(_) => answers.wrong(
                column,
                format!("`{word}` is not a case number"),
                "type case numbers with commas between",
            ),
        }
    }
    cases
}

/// Whether a row on the attendance sheet says more than who somebody is.
pub fn says_presence(row: &TypedRow) -> bool {
    row.cells
        .iter()
        .any(|cell| ["Presence", "Standing in for", INTERESTS, KEPT_OUT].contains(&cell.column.as_str()))
}

//! Who gets which letter: a list, made without sending or writing anything. `send` without `--go` shows it.

use serde::Serialize;

use crate::panel::case::Case;
use crate::panel::ids::CaseId;
use crate::panel::people::{Capacity, Person};
use crate::post::kind::LetterKind;

/// One letter to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Addressed {
    pub kind: LetterKind,
    pub name: String,
    pub email: String,
    pub capacity: Capacity,
    pub what: Enclosed,
    /// The case a decision or reminder is about.
    pub case: Option<CaseId>,
}

/// What a reader may hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Enclosed {
    /// The whole pack, or the whole supplement.
    Pack,
    /// A copy of it with other cases' pages withheld.
    PackOf(Vec<CaseId>),
    Agenda,
    Nothing,
}

/// Somebody who should get a letter and cannot be written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreachable {
    pub name: String,
    pub reason: String,
    pub case: Option<CaseId>,
}

/// The letters of one `send`, in the order of the people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Plan {
    pub letters: Vec<Addressed>,
    pub unreachable: Vec<Unreachable>,
}

/// Letters to the panel. `may_see` are the cases a virtual member is consulted on; a member with none of them gets no letter.
pub fn to_panel(kind: LetterKind, people: &[Person], may_see: impl Fn(&Person) -> Vec<CaseId>) -> Plan {
    let mut plan = Plan::default();
    for person in people {
        let what = match (person.capacity, kind) {
            (Capacity::Officer, _) => continue,
            // Observers get the agenda, with the agenda's own letter.
            (Capacity::Observer, LetterKind::Agenda) => Enclosed::Agenda,
            (Capacity::Observer, _) => continue,
            (_, LetterKind::Agenda) => Enclosed::Agenda,
            (_, LetterKind::Recall) => Enclosed::Nothing,
            (Capacity::Virtual, _) => match may_see(person) {
                cases if cases.is_empty() => continue,
                cases => Enclosed::PackOf(cases),
            },
            (Capacity::Chair | Capacity::Member | Capacity::Administrator, _) => Enclosed::Pack,
        };
        plan.address(kind, person, what, None);
    }
    plan
}

/// Letters about single cases to their social worker and manager, who must stand in the officers list by name.
pub fn to_officers<'c>(kind: LetterKind, people: &[Person], cases: impl Iterator<Item = &'c Case>) -> Plan {
    let mut plan = Plan::default();
    for case in cases {
        for field in ["social_worker", "team_manager"] {
            let Some(name) = case.form.text(field) else { continue };
            let officer = people.iter().find(|p| p.capacity == Capacity::Officer && same_name(&p.name, name));
            match officer {
                Some(officer) => plan.address(kind, officer, Enclosed::Nothing, Some(&case.id)),
                None => plan.unreachable.push(Unreachable {
                    name: name.to_owned(),
                    reason: "not in the officers list of `People.xlsx`".to_owned(),
                    case: Some(case.id.clone()),
                }),
            }
        }
    }
    plan
}

impl Plan {
    fn address(&mut self, kind: LetterKind, person: &Person, what: Enclosed, case: Option<&CaseId>) {
        match &person.email {
            Some(email) => self.letters.push(Addressed {
                kind,
                name: person.name.clone(),
                email: email.clone(),
                capacity: person.capacity,
                what,
                case: case.cloned(),
            }),
            None => self.unreachable.push(Unreachable {
                name: person.name.clone(),
                reason: "has no address in `People.xlsx`".to_owned(),
                case: case.cloned(),
            }),
        }
    }
}

/// Names as people type them: case and spaces do not count.
fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use crate::panel::people::{Capacity, Person};
    use crate::post::kind::LetterKind;
    use crate::post::plan::{Enclosed, to_panel};

    fn person(name: &str, capacity: Capacity, email: Option<&str>) -> Person {
        let email = email.map(str::to_owned);
        Person { name: name.to_owned(), role: String::new(), agency: String::new(), email, capacity }
    }

    #[test]
    fn the_pack_goes_whole_to_those_who_sit_and_never_to_observers_or_officers() {
        let people = [
            person("Chair", Capacity::Chair, Some("chair@panel.example.org")),
            person("Member without address", Capacity::Member, None),
            person("Housing", Capacity::Virtual, Some("housing@panel.example.org")),
            person("Adults", Capacity::Virtual, Some("adults@panel.example.org")),
            person("Student", Capacity::Observer, Some("student@panel.example.org")),
            person("Worker", Capacity::Officer, Some("worker@panel.example.org")),
        ];
        let housing = vec!["1150678".parse().unwrap()];
        let plan = to_panel(LetterKind::Pack, &people, |person| {
            if person.name == "Housing" { housing.clone() } else { Vec::new() }
        });
        let got: Vec<_> =
            plan.letters.iter().map(|letter| (letter.name.as_str(), letter.what.clone())).collect();
        let expected = [("Chair", Enclosed::Pack), ("Housing", Enclosed::PackOf(housing))];
        assert_eq!(got, expected);
        assert_eq!(plan.unreachable[0].name, "Member without address");
    }
}

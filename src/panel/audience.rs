//! Who gets what: the whole pack, their own cases, the agenda alone, or nothing.
//!
//! Where doubt is possible the smaller copy is given; a person can always send more.

use std::collections::BTreeSet;

use crate::panel::case::{Case, Casebook};
use crate::panel::ids::CaseId;
use crate::panel::people::{Capacity, Person};
use crate::panel::rules::Rules;
use crate::panel::slots;
use crate::panel::standing;

/// One person's copy of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackCopy {
    Whole,
    /// The whole pack with these cases' pages withheld: the same page numbers.
    Without(BTreeSet<CaseId>),
    /// These cases and the agenda only: everything else is withheld.
    Only(BTreeSet<CaseId>),
    AgendaOnly,
    Nothing,
}

/// A case that a person must not see: a declared interest, or the chair's word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Withheld {
    /// As in `People.xlsx`.
    pub person: String,
    pub case: CaseId,
}

/// What `person` gets of this meeting's pack.
pub fn pack_copy(rules: &Rules, person: &Person, book: &Casebook, withheld: &[Withheld]) -> PackCopy {
    let kept: BTreeSet<CaseId> = withheld
        .iter()
        .filter(|one| same_name(&one.person, &person.name))
        .map(|one| one.case.clone())
        .filter(|case| book.listed().any(|listed| &listed.id == case))
        .collect();
    match person.capacity {
        Capacity::Chair | Capacity::Member | Capacity::Administrator if kept.is_empty() => PackCopy::Whole,
        Capacity::Chair | Capacity::Member | Capacity::Administrator => PackCopy::Without(kept),
        Capacity::Virtual => {
            let own = book
                .listed()
                .filter(|case| is_consulted(rules, person, case, book))
                .map(|case| case.id.clone());
            let own: BTreeSet<CaseId> = own.filter(|case| !kept.contains(case)).collect();
            if own.is_empty() { PackCopy::Nothing } else { PackCopy::Only(own) }
        }
        Capacity::Observer => PackCopy::AgendaOnly,
        Capacity::Officer => PackCopy::Nothing,
    }
}

/// Whether a member who is consulted without sitting is consulted on this case.
fn is_consulted(rules: &Rules, person: &Person, case: &Case, book: &Casebook) -> bool {
    let age = case.child.born.and_then(|born| standing::age_on(born, book.meeting.date));
    let role = person.role.to_lowercase();
    rules.audience.iter().filter(|rule| role.contains(&rule.role.to_lowercase())).any(|rule| {
        let by_request = case.request.is_some_and(|request| rule.requests.contains(&request));
        let by_age = rule.from_age.is_some_and(|from| age.is_some_and(|age| age >= from));
        by_request || by_age
    })
}

/// The officers who bring a case, as far as they stand in the officers list: an address on a form is not enough.
pub fn officers_of<'p>(case: &Case, people: &'p [Person]) -> Vec<&'p Person> {
    let mut named = slots::presenters(case);
    let fields = ["social_worker", "team_manager"];
    named.extend(
        fields
            .iter()
            .filter_map(|key| case.form.text(key))
            .filter_map(|text| text.lines().next())
            .map(str::to_owned),
    );
    let officers = people.iter().filter(|person| person.capacity == Capacity::Officer);
    officers.filter(|person| named.iter().any(|name| same_name(name, &person.name))).collect()
}

/// `SMITH, Jane`, `Jane Smith (team manager)` and `jane  smith` are one person.
fn same_name(one: &str, other: &str) -> bool {
    name_words(one) == name_words(other)
}

fn name_words(name: &str) -> BTreeSet<String> {
    let bare = name.split(['(', '–', '-', '/']).next().unwrap_or(name);
    let bare = if bare.trim().is_empty() { name } else { bare };
    bare.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, told};

    fn person(name: &str, role: &str, capacity: Capacity) -> Person {
        Person { name: name.to_owned(), role: role.to_owned(), agency: String::new(), email: None, capacity }
    }

    #[test]
    fn each_capacity_gets_its_copy() {
        let rules = sample::nelc();
        let leaving = told(&rules, "referral")
            .id("1000001")
            .say("request_type", "Leaving care / 16+")
            .say("dob", "14/03/2010")
            .case();
        let young = told(&rules, "referral").id("1000002").case();
        let book = sample::book(&rules, vec![leaving, young]);
        let copy = |role: &str, capacity, withheld: &[Withheld]| {
            pack_copy(&rules, &person("Pat Panel", role, capacity), &book, withheld)
        };
        let one = |id: &str| BTreeSet::from([id.parse::<CaseId>().unwrap()]);
        assert_eq!(copy("Assistant Director", Capacity::Chair, &[]), PackCopy::Whole);
        assert_eq!(copy("Education", Capacity::Member, &[]), PackCopy::Whole);
        assert_eq!(copy("Housing options manager", Capacity::Virtual, &[]), PackCopy::Only(one("1000001")));
        assert_eq!(copy("Adults", Capacity::Virtual, &[]), PackCopy::Only(one("1000001")));
        assert_eq!(copy("Police", Capacity::Virtual, &[]), PackCopy::Nothing);
        assert_eq!(copy("Student", Capacity::Observer, &[]), PackCopy::AgendaOnly);
        assert_eq!(copy("Social worker", Capacity::Officer, &[]), PackCopy::Nothing);
        let interest = [Withheld { person: "PANEL, Pat".to_owned(), case: "1000002".parse().unwrap() }];
        assert_eq!(copy("Education", Capacity::Member, &interest), PackCopy::Without(one("1000002")));
        let gone = [Withheld { person: "Pat Panel".to_owned(), case: "9999999".parse().unwrap() }];
        assert_eq!(copy("Education", Capacity::Member, &gone), PackCopy::Whole);
    }

    #[test]
    fn only_officers_on_the_list_are_written_to() {
        let rules = sample::nelc();
        let case = told(&rules, "referral").case();
        let people = [
            person("Worker, Alex", "Social worker", Capacity::Officer),
            person("Morgan Manager", "Education", Capacity::Member),
            person("Somebody Else", "Social worker", Capacity::Officer),
        ];
        let names: Vec<&str> =
            officers_of(&case, &people).iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["Worker, Alex"]);
    }

    #[test]
    fn names_are_compared_as_people_write_them() {
        assert!(same_name("Jane Smith", "SMITH, Jane"));
        assert!(same_name("Jane Smith (team manager)", "jane  smith"));
        assert!(!same_name("Jane Smith", "John Smith"));
        assert!(!same_name("Jane Smith", "Jane Smithson"));
    }
}

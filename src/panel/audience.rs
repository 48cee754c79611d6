//! Who gets what: the whole pack, their own cases, the agenda alone, or nothing.
//!
//! Where doubt is possible the smaller copy is given; a person can always send more.

use std::collections::BTreeSet;

use crate::panel::case::{Case, Casebook};
use crate::panel::heard;
use crate::panel::ids::CaseId;
use crate::panel::people::{Capacity, Person};
use crate::panel::rules::Rules;
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

/// What `person` gets of this meeting's pack, in which these cases are `shown`.
pub fn pack_copy(
    rules: &Rules,
    person: &Person,
    book: &Casebook,
    shown: &BTreeSet<CaseId>,
    withheld: &[Withheld],
) -> PackCopy {
    let kept: BTreeSet<CaseId> = withheld
        .iter()
        .filter(|one| same_name(&one.person, &person.name))
        .map(|one| one.case.clone())
        .filter(|case| shown.contains(case))
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

/// One who is named as bringing a case, and who on the list that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'p> {
    /// As the form or the booking has it.
    pub name: String,
    pub officer: Result<&'p Person, NotAnOfficer>,
}

/// Why somebody who is named cannot be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnOfficer {
    NotListed,
    /// Two of one name are nobody, so that no case goes to the wrong one.
    TwoOfThisName,
}

impl NotAnOfficer {
    pub const fn plain(self) -> &'static str {
        match self {
            NotAnOfficer::NotListed => "not in the officers list of `People.xlsx`",
            NotAnOfficer::TwoOfThisName => "two officers have this name",
        }
    }
}

/// Those who bring a case and its social worker and manager, each once: an address on a form is not enough, they must stand in
/// the officers list.
pub fn officers_of<'p>(case: &Case, people: &'p [Person]) -> Vec<Named<'p>> {
    let mut names = heard::presenters(case);
    let first_line = |key: &&str| case.form.text(key).and_then(|text| text.lines().next());
    names.extend(["social_worker", "team_manager"].iter().filter_map(first_line).map(str::to_owned));
    named(names.into_iter(), people)
}

/// Who on the list these are, each once.
pub fn named(names: impl Iterator<Item = String>, people: &[Person]) -> Vec<Named<'_>> {
    let mut named: Vec<Named<'_>> = Vec::new();
    for name in names.filter(|name| !name_words(name).is_empty()) {
        if !named.iter().any(|other| same_name(&other.name, &name)) {
            named.push(Named { officer: officer(&name, people), name });
        }
    }
    named
}

/// The officer of this name.
fn officer<'p>(name: &str, people: &'p [Person]) -> Result<&'p Person, NotAnOfficer> {
    let mut officers =
        people.iter().filter(|person| person.capacity == Capacity::Officer && same_name(name, &person.name));
    match (officers.next(), officers.next()) {
        (None, _) => Err(NotAnOfficer::NotListed),
        (Some(_), Some(_)) => Err(NotAnOfficer::TwoOfThisName),
        (Some(person), None) => Ok(person),
    }
}

/// `SMITH, Jane`, `Jane Smith (team manager)`, `Jane Smith, team manager` and `jane  smith` are one person; `Jane Smith-Jones`
/// is another.
pub fn same_name(one: &str, other: &str) -> bool {
    let (one, other) = (readings(one), readings(other));
    one.iter().any(|words| !words.is_empty() && other.contains(words))
}

/// What a name may mean: all its words, or those before a comma, where they are more than a surname.
fn readings(name: &str) -> Vec<BTreeSet<String>> {
    let first = name.split([',', ';', ':']).next().unwrap_or_default();
    let first = name_words(first);
    let mut readings = vec![name_words(name)];
    if first.len() > 1 {
        readings.push(first);
    }
    readings
}

/// The words of a name, in small letters, without what is said of the person in brackets or after a dash.
pub fn name_words(name: &str) -> BTreeSet<String> {
    let bare = name.split(['(', '–', '/']).next().unwrap_or(name).split(" - ").next().unwrap_or(name);
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
        let shown: BTreeSet<CaseId> = book.listed().map(|case| case.id.clone()).collect();
        let copy = |role: &str, capacity, withheld: &[Withheld]| {
            pack_copy(&rules, &person("Pat Panel", role, capacity), &book, &shown, withheld)
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
        let shown = |people: &[Person]| -> Vec<String> {
            let one = |named: Named<'_>| match named.officer {
                Ok(person) => person.name.clone(),
                Err(why) => format!("{}: {}", named.name, why.plain()),
            };
            officers_of(&case, people).into_iter().map(one).collect()
        };
        assert_eq!(
            shown(&people),
            ["Worker, Alex", "Morgan Manager: not in the officers list of `People.xlsx`"],
            "each once, whoever presents"
        );
        let twins = [people[0].clone(), person("Alex Worker", "Another team", Capacity::Officer)];
        assert_eq!(shown(&twins)[0], "Alex Worker: two officers have this name");
    }

    #[test]
    fn names_are_compared_as_people_write_them() {
        assert!(same_name("Jane Smith", "SMITH, Jane"));
        assert!(same_name("Jane Smith (team manager)", "jane  smith"));
        assert!(!same_name("Jane Smith", "John Smith"));
        assert!(!same_name("Jane Smith", "Jane Smithson"));
        assert!(same_name("Jane Smith, team manager", "Jane Smith"));
        assert!(same_name("Jane Smith - team manager", "SMITH, Jane"));
        assert!(!same_name("Jane Smith-Jones", "Jane Smith"), "a double-barrelled name is another person's");
        assert!(!same_name("Smith, Jane", "Smith, John"));
    }
}

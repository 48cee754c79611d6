//! Who is kept from which case: by an interest, by the chair's word, or because the case is restricted to others.
//!
//! Where a name may be somebody's, it is taken to be theirs: whoever shares a name or an address with one who is kept from a case is
//! kept from it too.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::panel::acts::{Act, Done};
use crate::panel::audience::{Withheld, same_name};
use crate::panel::case::{Case, Casebook};
use crate::panel::ids::CaseId;
use crate::panel::people::Person;

/// One who takes no part in a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KeptFrom {
    /// As in `People.xlsx`, or as it was typed.
    pub person: String,
    pub case: CaseId,
    /// By the chair's word, not by an interest declared.
    pub by_chair: bool,
}

/// Who takes no part in what, as the acts now say: of two about the same person, case and ground the later one.
pub fn by_acts(acts: &[Done]) -> BTreeSet<KeptFrom> {
    let mut last: BTreeMap<KeptFrom, bool> = BTreeMap::new();
    for done in acts {
        if let Act::KeepFrom { person, case, by_chair, holds, .. } = &done.act {
            let kept = KeptFrom { person: person.clone(), case: case.clone(), by_chair: *by_chair };
            last.insert(kept, *holds);
        }
    }
    last.into_iter().filter_map(|(kept, holds)| holds.then_some(kept)).collect()
}

/// Whether two of these people are the same as far as letters go: by name, or by address.
fn is_one_person(one: &Person, other: &Person) -> bool {
    let address = |person: &Person| person.email.as_deref().map(str::to_lowercase);
    same_name(&one.name, &other.name) || (one.email.is_some() && address(one) == address(other))
}

/// Everything each of these people must not see of the meeting: a line for each person and case, of the meeting's cases and of those
/// that its pack `shows` besides.
pub fn withheld(
    people: &[Person],
    book: &Casebook,
    shows: &BTreeSet<CaseId>,
    kept: &BTreeSet<KeptFrom>,
) -> Vec<Withheld> {
    let mut withheld = Vec::new();
    for person in people {
        let is_this_one = |name: &str| {
            same_name(name, &person.name)
                || people.iter().any(|other| same_name(name, &other.name) && is_one_person(person, other))
        };
        let of_this_one: BTreeSet<&CaseId> =
            kept.iter().filter(|one| is_this_one(&one.person)).map(|one| &one.case).collect();
        let restricted =
            book.cases.iter().filter(|case| !may_hear_of(case, &person.name)).map(|case| &case.id);
        let of_the_meeting = |case: &&CaseId| book.case(case).is_some() || shows.contains(*case);
        let own = of_this_one.into_iter().filter(of_the_meeting);
        let all: BTreeSet<CaseId> = own.chain(restricted).cloned().collect();
        withheld.extend(all.into_iter().map(|case| Withheld { person: person.name.clone(), case }));
    }
    withheld
}

/// Whether a restricted case names this person; a case that is not restricted is anybody's.
pub fn may_hear_of(case: &Case, person: &str) -> bool {
    let named = case.by_hand.restricted_to.as_ref();
    named.is_none_or(|named| named.iter().any(|name| same_name(name, person)))
}

/// The cases withheld from one person, of those of the meeting.
pub fn from(withheld: &[Withheld], person: &str) -> BTreeSet<CaseId> {
    withheld.iter().filter(|one| same_name(&one.person, person)).map(|one| one.case.clone()).collect()
}

/// The people whose names are nearest to one that nobody has, as a person is told; none where there is nobody.
pub fn names_near(asked: &str, people: &[Person]) -> Option<String> {
    let far = |name: &&str| strsim::osa_distance(&asked.to_lowercase(), &name.to_lowercase());
    let mut names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    names.sort_by_cached_key(far);
    names.dedup();
    names.truncate(3);
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("the nearest name in `People.xlsx` is {one}")),
        several => Some(format!("the nearest names in `People.xlsx` are {}", several.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, told};
    use crate::panel::acts::Hand;
    use crate::panel::people::{Capacity, Terms};

    fn person(name: &str, email: &str) -> Person {
        Person {
            name: name.to_owned(),
            role: String::new(),
            agency: String::new(),
            email: Some(email.to_owned()),
            capacity: Capacity::Member,
            terms: Terms::default(),
        }
    }

    #[test]
    fn an_interest_holds_until_it_is_taken_back_and_follows_the_address() {
        let case: CaseId = "1000001".parse().unwrap();
        let act = |holds| Act::KeepFrom {
            meeting: "2026-11-23".parse().unwrap(),
            person: "PANEL, Pat".to_owned(),
            case: case.clone(),
            by_chair: false,
            holds,
        };
        let done = |acts: Vec<Act>| -> Vec<Done> {
            let hand = Hand { by: "Ann".to_owned(), login: "ann".to_owned(), reason: "typed".to_owned() };
            let at = "2026-11-18T16:00:00Z".parse().unwrap();
            (1..).zip(acts).map(|(id, act)| Done { id, at, hand: hand.clone(), act }).collect()
        };
        assert!(by_acts(&done(vec![act(true), act(false)])).is_empty());
        let kept = by_acts(&done(vec![act(true), act(false), act(true)]));
        let rules = sample::nelc();
        let book = sample::book(&rules, vec![told(&rules, "referral").id("1000001").case()]);
        let people = [
            person("Pat Panel", "pat@x.example"),
            person("P. Officer", "Pat@x.example"),
            person("Sam", "sam@x.example"),
        ];
        let withheld = withheld(&people, &book, &BTreeSet::new(), &kept);
        let who: Vec<&str> = withheld.iter().map(|one| one.person.as_str()).collect();
        assert_eq!(who, ["Pat Panel", "P. Officer"], "the same mailbox, under another name");
    }

    #[test]
    fn a_restricted_case_is_withheld_from_all_but_those_it_names() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").id("1000001").case();
        case.by_hand.restricted_to = Some(vec!["SMITH, Jane".to_owned()]);
        let book = sample::book(&rules, vec![case]);
        let people = [person("Jane Smith", "jane@x.example"), person("John Smith", "john@x.example")];
        let withheld = withheld(&people, &book, &BTreeSet::new(), &BTreeSet::new());
        assert_eq!(withheld.len(), 1);
        assert_eq!(withheld[0].person, "John Smith");
        assert_eq!(
            names_near("Jane Smyth", &people).unwrap(),
            "the nearest names in `People.xlsx` are Jane Smith, John Smith"
        );
    }
}

//! Who gets what: the whole pack, their own cases, the agenda alone, or nothing.
//!
//! Where doubt is possible the smaller copy is given; a person can always send more.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::panel::case::{Case, Casebook};
use crate::panel::heard;
use crate::panel::ids::CaseId;
use crate::panel::people::{Capacity, Person, Receives, Terms};
use crate::panel::rules::Rules;
use crate::panel::standing;
use crate::panel::when;

/// What somebody is due of a meeting, before any case is withheld from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The whole pack, and the agenda.
    Pack,
    /// The pages of the cases they are consulted on, and the agenda.
    OwnCases,
    /// The agenda without papers.
    Agenda,
    /// Times and kinds of request: no child, no number, no name, no mark.
    Times,
    /// Letters about the cases they bring.
    Officer,
    /// Nothing, and nothing needs doing: they do not come to this meeting.
    NotNow(String),
    /// Nothing, until something has been entered.
    Held(String),
}

/// The meeting it is asked for, and the day on which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub meeting: NaiveDate,
    pub today: NaiveDate,
}

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

/// What `person`, one of `people`, is due of a meeting: by capacity, by what is said they receive, by their dates.
pub fn due(rules: &Rules, person: &Person, people: &[Person], days: Days) -> Due {
    let terms = &person.terms;
    if let Some(why) = not_now(terms, days) {
        return Due::NotNow(why);
    }
    match person.capacity {
        Capacity::Officer => return Due::Officer,
        Capacity::Substitute => match &terms.stands_in_for {
            None => {
                return Due::Held(
                    "it is not said for whom they stand in: type it in `Stands in for`".to_owned(),
                );
            }
            Some(name) if !people.iter().any(|other| other != person && same_name(&other.name, name)) => {
                return Due::Held(format!(
                    "they stand in for `{name}`, and nobody in `People.xlsx` is called so"
                ));
            }
            Some(_) if terms.meetings.is_empty() => {
                return Due::Held(
                    "it is not said at which meeting they stand in: type its date in `Meetings`".to_owned(),
                );
            }
            Some(_) => {}
        },
        Capacity::Observer => return observes(rules, terms, people, days),
        _ => {}
    }
    match (terms.receives, person.capacity) {
        (Some(Receives::Pack), _) => Due::Pack,
        (Some(Receives::OwnCases), _) | (None, Capacity::Virtual) => Due::OwnCases,
        (Some(Receives::AgendaOnly), _) => Due::Agenda,
        (None, _) => Due::Pack,
    }
}

/// An observer has nothing before whoever must agree has, and then times and kinds of request.
fn observes(rules: &Rules, terms: &Terms, people: &[Person], days: Days) -> Due {
    let office = &rules.observers_agreed_by;
    if terms.meetings.is_empty() {
        return Due::Held(
            "it is not said which meeting they observe: type its date in `Meetings`".to_owned(),
        );
    }
    let Some(agreed) = &terms.agreed else {
        return Due::Held(format!(
            "an observer gets nothing until the {office} has agreed: type who agreed in `Agreed by`, and the day in `Agreed on`"
        ));
    };
    if !people.iter().any(|person| same_name(&person.name, &agreed.by) && holds(person, office)) {
        return Due::Held(format!(
            "the {office} must agree to an observer, and `{}` is not that in `People.xlsx`",
            agreed.by
        ));
    }
    if days.today < agreed.on {
        return Due::Held(format!("the day of the agreement, {}, is still to come", when::day(agreed.on)));
    }
    Due::Times
}

/// Whether somebody holds an office, by what they sit as or by their role: `Chair`, `Head of Service`. A deputy does not.
pub fn holds(person: &Person, office: &str) -> bool {
    let office = office.to_lowercase();
    let role = person.role.to_lowercase();
    let is_deputy =
        role.split(|c: char| !c.is_alphabetic()).any(|word| ["vice", "deputy", "former"].contains(&word));
    (office == "chair" && person.capacity == Capacity::Chair)
        || (role.contains(&office) && !is_deputy && person.capacity != Capacity::ViceChair)
}

/// Why somebody is not of this meeting, by their dates; none where they are.
fn not_now(terms: &Terms, days: Days) -> Option<String> {
    let last = days.meeting.max(days.today);
    if let Some(from) = terms.from.filter(|from| days.meeting < *from) {
        return Some(format!("begins on {}", when::day(from)));
    }
    if let Some(until) = terms.until.filter(|until| *until < last) {
        return Some(format!("ended on {}", when::day(until)));
    }
    if terms.meetings.is_empty() || terms.meetings.contains(&days.meeting) {
        return None;
    }
    let days: Vec<String> = terms.meetings.iter().map(|day| when::day(*day)).collect();
    Some(format!("comes to another meeting: {} (`Meetings` in `People.xlsx`)", days.join(", ")))
}

/// Whether somebody who sits at every meeting is said to come to some only, none of which is still to come: they hear of no other.
pub fn comes_no_more(person: &Person, today: NaiveDate) -> bool {
    let by_the_meeting =
        matches!(person.capacity, Capacity::Substitute | Capacity::Observer | Capacity::Officer);
    let Terms { meetings, until, .. } = &person.terms;
    let is_over = until.is_some_and(|until| until < today);
    !by_the_meeting && !is_over && !meetings.is_empty() && meetings.iter().all(|day| *day < today)
}

/// What somebody who is `due` something gets of this meeting's pack, in which these cases are `shown`.
pub fn pack_copy(
    rules: &Rules,
    due: &Due,
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
    match due {
        Due::Pack if kept.is_empty() => PackCopy::Whole,
        Due::Pack => PackCopy::Without(kept),
        Due::OwnCases => {
            let own = book
                .listed()
                .filter(|case| is_consulted(rules, person, case, book))
                .map(|case| case.id.clone());
            let own: BTreeSet<CaseId> = own.filter(|case| !kept.contains(case)).collect();
            if own.is_empty() { PackCopy::Nothing } else { PackCopy::Only(own) }
        }
        Due::Agenda => PackCopy::AgendaOnly,
        Due::Times | Due::Officer | Due::NotNow(_) | Due::Held(_) => PackCopy::Nothing,
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
    /// By `From` and `Until`.
    NotOnThisDay,
}

impl NotAnOfficer {
    pub const fn plain(self) -> &'static str {
        match self {
            NotAnOfficer::NotListed => "not in the officers list of `People.xlsx`",
            NotAnOfficer::TwoOfThisName => "two officers have this name",
            NotAnOfficer::NotOnThisDay => {
                "not an officer on this day, by `From` and `Until` in `People.xlsx`"
            }
        }
    }
}

/// Those who bring a case and its social worker and manager, each once: an address on a form is not enough, they must stand in
/// the officers list, on this day.
pub fn officers_of<'p>(case: &Case, people: &'p [Person], on: NaiveDate) -> Vec<Named<'p>> {
    let mut names = heard::presenters(case);
    let first_line = |key: &&str| case.form.text(key).and_then(|text| text.lines().next());
    names.extend(["social_worker", "team_manager"].iter().filter_map(first_line).map(str::to_owned));
    named(names.into_iter(), people, on)
}

/// Who on the list these are on this day, each once.
pub fn named(names: impl Iterator<Item = String>, people: &[Person], on: NaiveDate) -> Vec<Named<'_>> {
    let mut named: Vec<Named<'_>> = Vec::new();
    for name in names.filter(|name| !name_words(name).is_empty()) {
        if !named.iter().any(|other| same_name(&other.name, &name)) {
            named.push(Named { officer: officer(&name, people, on), name });
        }
    }
    named
}

/// The officer of this name.
fn officer<'p>(name: &str, people: &'p [Person], on: NaiveDate) -> Result<&'p Person, NotAnOfficer> {
    let days = Days { meeting: on, today: on };
    let (now, others): (Vec<&Person>, Vec<&Person>) = people
        .iter()
        .filter(|person| person.capacity == Capacity::Officer && same_name(name, &person.name))
        .partition(|person| not_now(&person.terms, days).is_none());
    match (now.as_slice(), others.is_empty()) {
        ([], true) => Err(NotAnOfficer::NotListed),
        ([], false) => Err(NotAnOfficer::NotOnThisDay),
        ([person], _) => Ok(person),
        _ => Err(NotAnOfficer::TwoOfThisName),
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
    use crate::panel::people::Agreed;

    fn person(name: &str, role: &str, capacity: Capacity) -> Person {
        Person {
            name: name.to_owned(),
            role: role.to_owned(),
            agency: String::new(),
            email: None,
            capacity,
            terms: Terms::default(),
        }
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
            let person = person("Pat Panel", role, capacity);
            let days = Days { meeting: book.meeting.date, today: book.meeting.date };
            let due = due(&rules, &person, std::slice::from_ref(&person), days);
            pack_copy(&rules, &due, &person, &book, &shown, withheld)
        };
        let one = |id: &str| BTreeSet::from([id.parse::<CaseId>().unwrap()]);
        assert_eq!(copy("Assistant Director", Capacity::Chair, &[]), PackCopy::Whole);
        assert_eq!(copy("Head of Service", Capacity::ViceChair, &[]), PackCopy::Whole);
        assert_eq!(copy("Education", Capacity::Member, &[]), PackCopy::Whole);
        assert_eq!(copy("Business support", Capacity::Facilitator, &[]), PackCopy::Whole);
        assert_eq!(copy("Housing options manager", Capacity::Virtual, &[]), PackCopy::Only(one("1000001")));
        assert_eq!(copy("Adults", Capacity::Virtual, &[]), PackCopy::Only(one("1000001")));
        assert_eq!(copy("Police", Capacity::Virtual, &[]), PackCopy::Nothing);
        assert_eq!(copy("Student", Capacity::Observer, &[]), PackCopy::Nothing);
        assert_eq!(copy("Education", Capacity::Substitute, &[]), PackCopy::Nothing, "nobody said for whom");
        assert_eq!(copy("Social worker", Capacity::Officer, &[]), PackCopy::Nothing);
        let interest =
            |case: &str| [Withheld { person: "PANEL, Pat".to_owned(), case: case.parse().unwrap() }];
        for capacity in
            [Capacity::Member, Capacity::ViceChair, Capacity::Facilitator, Capacity::Administrator]
        {
            let without = PackCopy::Without(one("1000002"));
            assert_eq!(copy("Education", capacity, &interest("1000002")), without, "{capacity:?}");
        }
        assert_eq!(copy("Housing", Capacity::Virtual, &interest("1000001")), PackCopy::Nothing);
        assert_eq!(copy("Education", Capacity::Member, &interest("9999999")), PackCopy::Whole);
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table, read as one")]
    fn who_is_due_what_on_which_day() {
        let rules = sample::nelc();
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let (meeting, before, after) = (day("2026-11-23"), day("2026-11-19"), day("2026-12-04"));
        let agreed = |by: &str, on| Some(Agreed { by: by.to_owned(), on });
        let list = [
            person("Cato Chair", "Assistant Director (chair)", Capacity::Chair),
            person("Vera Vice", "Head of Service (vice chair)", Capacity::ViceChair),
            person("Mia Member", "Education", Capacity::Member),
        ];
        let usual = Terms::default;
        let meetings = vec![meeting];
        let stands_in = |name: &str, meetings: Vec<NaiveDate>| Terms {
            stands_in_for: Some(name.to_owned()),
            meetings,
            ..Terms::default()
        };
        let observes = |agreed| Terms { meetings: vec![meeting], agreed, ..Terms::default() };
        let receives = |what| Terms { receives: Some(what), ..Terms::default() };
        let rows: Vec<(&str, Capacity, Terms, NaiveDate, &str)> = vec![
            ("chair", Capacity::Chair, usual(), before, "Pack"),
            ("vice chair", Capacity::ViceChair, usual(), before, "Pack"),
            ("facilitator", Capacity::Facilitator, usual(), before, "Pack"),
            ("administrator", Capacity::Administrator, usual(), before, "Pack"),
            ("member", Capacity::Member, usual(), before, "Pack"),
            ("virtual", Capacity::Virtual, usual(), before, "OwnCases"),
            ("officer", Capacity::Officer, usual(), before, "Officer"),
            ("member, agenda only", Capacity::Member, receives(Receives::AgendaOnly), before, "Agenda"),
            ("member, own cases", Capacity::Member, receives(Receives::OwnCases), before, "OwnCases"),
            ("virtual, pack", Capacity::Virtual, receives(Receives::Pack), before, "Pack"),
            ("from that day", Capacity::Member, Terms { from: Some(meeting), ..usual() }, before, "Pack"),
            (
                "from the day after",
                Capacity::Member,
                Terms { from: meeting.succ_opt(), ..usual() },
                before,
                "NotNow",
            ),
            ("until that day", Capacity::Member, Terms { until: Some(meeting), ..usual() }, before, "Pack"),
            (
                "until the day before",
                Capacity::Member,
                Terms { until: meeting.pred_opt(), ..usual() },
                before,
                "NotNow",
            ),
            (
                "gone since the meeting",
                Capacity::Member,
                Terms { until: Some(meeting), ..usual() },
                after,
                "NotNow",
            ),
            (
                "officer who has left",
                Capacity::Officer,
                Terms { until: Some(before), ..usual() },
                after,
                "NotNow",
            ),
            ("substitute", Capacity::Substitute, stands_in("Mia Member", meetings.clone()), before, "Pack"),
            (
                "substitute of another day",
                Capacity::Substitute,
                stands_in("Mia Member", vec![after]),
                before,
                "NotNow",
            ),
            ("substitute of no day", Capacity::Substitute, stands_in("Mia Member", vec![]), before, "Held"),
            ("substitute of nobody", Capacity::Substitute, Terms { meetings, ..usual() }, before, "Held"),
            (
                "substitute of a stranger",
                Capacity::Substitute,
                stands_in("Max Nobody", vec![meeting]),
                before,
                "Held",
            ),
            ("observer, nobody asked", Capacity::Observer, observes(None), before, "Held"),
            (
                "observer, the chair agreed",
                Capacity::Observer,
                observes(agreed("CHAIR, Cato", before)),
                before,
                "Times",
            ),
            (
                "observer, tomorrow",
                Capacity::Observer,
                observes(agreed("Cato Chair", meeting)),
                before,
                "Held",
            ),
            (
                "observer, a member agreed",
                Capacity::Observer,
                observes(agreed("Mia Member", before)),
                before,
                "Held",
            ),
            (
                "observer, the vice chair agreed",
                Capacity::Observer,
                observes(agreed("Vera Vice", before)),
                before,
                "Held",
            ),
            ("observer of no meeting", Capacity::Observer, usual(), before, "Held"),
            (
                "observer who is to have the pack",
                Capacity::Observer,
                Terms { receives: Some(Receives::Pack), ..observes(agreed("Cato Chair", before)) },
                before,
                "Times",
            ),
        ];
        for (what, capacity, terms, today, expected) in rows {
            let one = Person { terms, ..person("Pat Panel", "Education", capacity) };
            let mut people = list.to_vec();
            people.push(one.clone());
            let due = due(&rules, &one, &people, Days { meeting, today });
            let said = format!("{due:?}");
            assert_eq!(said.split('(').next().unwrap(), expected, "{what}: {said}");
        }
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
            officers_of(&case, people, "2026-11-23".parse().unwrap()).into_iter().map(one).collect()
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

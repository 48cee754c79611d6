//! Who gets which letter: a list, made without sending or writing anything. `send` without `--go` shows it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::agenda::invitation::{Change, Invitation, Round, Slot, Told};
use crate::desk::mistake::Mistake;
use crate::desk::people::is_of_officers;
use crate::panel::audience::{self, Due, PackCopy};
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
    /// The case a decision, a reminder or the cancellation of a single slot is about.
    pub case: Option<CaseId>,
    /// Cases of the meeting of which nothing may be in it.
    #[serde(skip)]
    pub withheld: BTreeSet<CaseId>,
    /// What their mailbox takes, in megabytes, where it is said beside their name.
    #[serde(skip)]
    pub letter_mb: Option<u32>,
    /// Whether they get a link instead of a file, where that is said beside their name.
    #[serde(skip)]
    pub by_link: Option<bool>,
    /// Of an invitation.
    #[serde(flatten)]
    pub appointment: Option<Appointment>,
}

/// When somebody presents cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Appointment {
    /// In the order of the meeting; of a cancellation, those that are gone.
    pub slots: Vec<Slot>,
    /// 0 for the first that a person is told; each change is the next.
    pub sequence: u32,
    /// What goes into the diary.
    #[serde(skip)]
    pub invitation: Invitation,
}

/// What a reader may hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enclosed {
    /// The whole pack, or the whole supplement.
    Pack,
    /// A copy of it with all other cases' pages withheld.
    PackOf(Vec<CaseId>),
    /// A copy of it with these cases' pages withheld.
    PackWithout(Vec<CaseId>),
    /// The pack's cover and agenda.
    AgendaPages,
    /// The agenda as a document.
    Agenda,
    /// The same with times and kinds of request alone, for an observer.
    Times,
    Invitation,
    #[serde(rename = "new time")]
    NewTime,
    Cancellation,
    /// A page that opens with a password and says nothing, to find out whether one that does can be opened.
    #[serde(rename = "test page")]
    TestPage,
    /// Everything that these emails brought is asked back: `L12`.
    #[serde(rename = "asks back")]
    AsksBack(Vec<String>),
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
    /// Who gets nothing of this meeting, and nothing needs doing.
    pub not_now: Vec<Unreachable>,
    /// What everybody knows of their time once these letters have gone.
    #[serde(skip)]
    pub told: Vec<Told>,
    /// Which of these are letters that were written before, and go once more as they are, though their kind is written once.
    #[serde(skip)]
    pub again: Vec<Again>,
}

/// A letter that was written before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    pub name: String,
    pub email: String,
    /// File name of its draft.
    pub draft: String,
}

/// Letters to the panel. `due` is what a person is due of the meeting, `copy` what they may hold of the pack; somebody who may hold nothing of
/// it gets no letter with it.
pub fn to_panel(
    kind: LetterKind,
    people: &[Person],
    due: impl Fn(&Person) -> Due,
    copy: impl Fn(&Person, &Due) -> PackCopy,
) -> Plan {
    let mut plan = Plan::default();
    for person in people {
        let due = due(person);
        let nothing =
            |reason: &str| Unreachable { name: person.name.clone(), reason: reason.to_owned(), case: None };
        let what = match (&due, kind) {
            (Due::Officer, _) => continue,
            (Due::NotNow(_), _) if person.capacity == Capacity::Officer => continue,
            (Due::NotNow(why), _) => {
                plan.not_now.push(nothing(why));
                continue;
            }
            (Due::Held(why), _) => {
                plan.unreachable.push(nothing(why));
                continue;
            }
            (Due::Times, LetterKind::Agenda) => Enclosed::Times,
            (_, LetterKind::Agenda) => Enclosed::Agenda,
            _ => match copy(person, &due) {
                PackCopy::Whole => Enclosed::Pack,
                PackCopy::Without(cases) => Enclosed::PackWithout(cases.into_iter().collect()),
                PackCopy::Only(cases) => Enclosed::PackOf(cases.into_iter().collect()),
                PackCopy::AgendaOnly if kind == LetterKind::Pack => Enclosed::AgendaPages,
                PackCopy::AgendaOnly | PackCopy::Nothing => continue,
            },
        };
        plan.address(kind, person, what, None);
    }
    plan
}

/// Letters of one kind to these people, with these enclosures.
pub fn to_each<'p>(kind: LetterKind, people: impl Iterator<Item = (&'p Person, Enclosed)>) -> Plan {
    let mut plan = Plan::default();
    for (person, what) in people {
        plan.address(kind, person, what, None);
    }
    plan
}

/// Letters to people by the address they were written to before; who is not among `people` any more goes by it.
pub fn to_holders<'a>(
    kind: LetterKind,
    people: &[Person],
    holders: impl Iterator<Item = (&'a str, Enclosed)>,
) -> Plan {
    let letter = |(email, what): (&'a str, Enclosed)| {
        let person = people.iter().find(|person| person.email.as_deref() == Some(email));
        Addressed {
            kind,
            name: person.map_or_else(|| email.to_owned(), |person| person.name.clone()),
            email: email.to_owned(),
            capacity: person.map_or(Capacity::Member, |person| person.capacity),
            what,
            case: None,
            withheld: BTreeSet::new(),
            letter_mb: person.and_then(|person| person.terms.letter_mb),
            by_link: person.and_then(|person| person.terms.by_link),
            appointment: None,
        }
    };
    Plan { letters: holders.map(letter).collect(), ..Plan::default() }
}

/// Their times to those who present cases: only to whom they are new or have changed.
pub fn to_presenters(round: Round) -> Plan {
    let letter = |invitation: Invitation| {
        let told = &invitation.told;
        Addressed {
            kind: LetterKind::Invitation,
            name: told.name.clone(),
            email: told.email.clone(),
            capacity: Capacity::Officer,
            what: match invitation.change {
                Change::Cancelled => Enclosed::Cancellation,
                Change::First | Change::Again => Enclosed::Invitation,
                Change::Changed => Enclosed::NewTime,
            },
            case: told.alone.clone(),
            withheld: BTreeSet::new(),
            letter_mb: None,
            by_link: None,
            appointment: Some(Appointment { slots: told.slots.clone(), sequence: told.sequence, invitation }),
        }
    };
    let unreachable = round.unreachable.into_iter().map(|one| Unreachable {
        name: one.name,
        reason: one.reason,
        case: Some(one.case),
    });
    Plan {
        letters: round.invitations.into_iter().map(letter).collect(),
        unreachable: unreachable.collect(),
        told: round.told,
        ..Plan::default()
    }
}

/// Letters about single cases to those who bring them, their social worker and manager ([`audience::officers_of`]), as they are on this day.
pub fn to_officers<'c>(
    kind: LetterKind,
    people: &[Person],
    cases: impl Iterator<Item = &'c Case>,
    on: NaiveDate,
) -> Plan {
    let mut plan = Plan::default();
    for case in cases {
        for named in audience::officers_of(case, people, on) {
            match named.officer {
                Ok(officer) => plan.address(kind, officer, Enclosed::Nothing, Some(&case.id)),
                Err(why) => plan.unreachable.push(Unreachable {
                    name: named.name,
                    reason: why.plain().to_owned(),
                    case: Some(case.id.clone()),
                }),
            }
        }
    }
    plan
}

impl Enclosed {
    /// Whether its reader sees anything of these cases.
    pub fn shows_any(&self, cases: &BTreeSet<CaseId>) -> bool {
        match self {
            Enclosed::Pack => true,
            Enclosed::PackOf(own) => own.iter().any(|case| cases.contains(case)),
            Enclosed::PackWithout(withheld) => cases.iter().any(|case| !withheld.contains(case)),
            Enclosed::AgendaPages
            | Enclosed::Agenda
            | Enclosed::Times
            | Enclosed::Invitation
            | Enclosed::NewTime
            | Enclosed::Cancellation
            | Enclosed::TestPage
            | Enclosed::AsksBack(_)
            | Enclosed::Nothing => false,
        }
    }

    /// Whether nothing of any child may be in it.
    pub const fn tells_of_no_case(&self) -> bool {
        matches!(self, Enclosed::Times | Enclosed::TestPage | Enclosed::AsksBack(_))
    }

    /// Whether a copy of the pack comes with the letter.
    pub fn is_pack(&self) -> bool {
        matches!(self, Enclosed::Pack | Enclosed::PackOf(_) | Enclosed::PackWithout(_))
    }
}

impl Plan {
    /// Says of each letter which cases are withheld from its reader; a letter about such a case is not written at all.
    pub fn withhold(&mut self, of: impl Fn(&str, &str) -> BTreeSet<CaseId>) {
        let letters = std::mem::take(&mut self.letters);
        for mut letter in letters {
            letter.withheld = of(&letter.name, &letter.email);
            // A cancellation names no case, and reaches whoever is kept from it by now.
            let named = letter.case.clone().filter(|_| letter.what != Enclosed::Cancellation);
            match named.filter(|case| letter.withheld.contains(case)) {
                None => self.letters.push(letter),
                Some(case) => self.unreachable.push(Unreachable {
                    name: letter.name,
                    reason: "is kept from this case".to_owned(),
                    case: Some(case),
                }),
            }
        }
    }

    /// Says of each row of `People.xlsx` that is not clear, of the officers or of everybody else, that nobody is written to because of it.
    pub fn not_understood(&mut self, mistakes: &[Mistake], officers: bool) {
        let of_these = |mistake: &&Mistake| is_of_officers(mistake) == officers && !mistake.cell.is_empty();
        for mistake in mistakes.iter().filter(of_these) {
            let reason = format!(
                "`People.xlsx`, sheet `{}`, cell {}: {}",
                mistake.sheet, mistake.cell, mistake.message
            );
            let name = mistake.key.clone();
            self.unreachable.retain(|one| one.name != name || one.case.is_some());
            if !self.letters.iter().any(|letter| letter.name == name) {
                self.unreachable.push(Unreachable { name, reason, case: None });
            }
        }
    }

    /// Says why of somebody who cannot be written to because of their address.
    pub fn held(&mut self, held: &[(String, String)]) {
        for one in &mut self.unreachable {
            let theirs = held.iter().find(|(name, _)| audience::same_name(name, &one.name));
            if let Some((_, why)) = theirs {
                one.reason.clone_from(why);
            }
        }
    }

    fn address(&mut self, kind: LetterKind, person: &Person, what: Enclosed, case: Option<&CaseId>) {
        match &person.email {
            Some(email) => self.letters.push(Addressed {
                kind,
                name: person.name.clone(),
                email: email.clone(),
                capacity: person.capacity,
                what,
                case: case.cloned(),
                withheld: BTreeSet::new(),
                letter_mb: person.terms.letter_mb,
                by_link: person.terms.by_link,
                appointment: None,
            }),
            None => self.unreachable.push(Unreachable {
                name: person.name.clone(),
                reason: "has no address in `People.xlsx`".to_owned(),
                case: case.cloned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::panel::audience::{Due, PackCopy};
    use crate::panel::ids::CaseId;
    use crate::panel::people::{Capacity, Person, Terms};
    use crate::post::kind::LetterKind;
    use crate::post::plan::{Enclosed, to_panel};

    fn person(name: &str, capacity: Capacity, email: Option<&str>) -> Person {
        let email = email.map(str::to_owned);
        let (role, agency, terms) = (String::new(), String::new(), Terms::default());
        Person { name: name.to_owned(), role, agency, email, capacity, terms }
    }

    #[test]
    fn the_pack_goes_whole_to_those_who_sit_and_never_to_observers_or_officers() {
        let people = [
            person("Chair", Capacity::Chair, Some("chair@panel.example.org")),
            person("Member with an interest", Capacity::Member, Some("member@panel.example.org")),
            person("Member without address", Capacity::Member, None),
            person("Housing", Capacity::Virtual, Some("housing@panel.example.org")),
            person("Adults", Capacity::Virtual, Some("adults@panel.example.org")),
            person("Student", Capacity::Observer, Some("student@panel.example.org")),
            person("Worker", Capacity::Officer, Some("worker@panel.example.org")),
        ];
        let case: CaseId = "1150678".parse().unwrap();
        let due = |person: &Person| match person.capacity {
            Capacity::Virtual => Due::OwnCases,
            Capacity::Observer => Due::Times,
            Capacity::Officer => Due::Officer,
            _ => Due::Pack,
        };
        let plan = to_panel(LetterKind::Pack, &people, due, |person, _| match person.name.as_str() {
            "Housing" => PackCopy::Only(BTreeSet::from([case.clone()])),
            "Adults" | "Student" => PackCopy::Nothing,
            "Member with an interest" => PackCopy::Without(BTreeSet::from([case.clone()])),
            _ => PackCopy::Whole,
        });
        let got: Vec<_> =
            plan.letters.iter().map(|letter| (letter.name.as_str(), letter.what.clone())).collect();
        let expected = [
            ("Chair", Enclosed::Pack),
            ("Member with an interest", Enclosed::PackWithout(vec![case.clone()])),
            ("Housing", Enclosed::PackOf(vec![case])),
        ];
        assert_eq!(got, expected);
        assert_eq!(plan.unreachable[0].name, "Member without address");
        let one = |kind, due: Due| {
            to_panel(kind, &people[1..2], |_| due.clone(), |_, _| PackCopy::AgendaOnly).letters.pop()
        };
        assert_eq!(one(LetterKind::Pack, Due::Agenda).unwrap().what, Enclosed::AgendaPages);
        assert_eq!(one(LetterKind::Supplement, Due::Agenda), None);
        assert_eq!(one(LetterKind::Agenda, Due::Agenda).unwrap().what, Enclosed::Agenda);
        assert_eq!(one(LetterKind::Agenda, Due::Times).unwrap().what, Enclosed::Times);
        assert_eq!(one(LetterKind::Agenda, Due::Held("not yet".to_owned())), None);
    }
}

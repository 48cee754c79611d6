//! Two hundred slips of the hand in a list of people, each read as the program reads it: no pack goes to an address that is not its reader's.
//!
//! The slips are made by a generator with a seed of its own, so that every run tries the same ones.

use std::collections::BTreeMap;

use panelclerk::desk::people::{self, Reading, people_workbook};
use panelclerk::panel::audience::{Due, PackCopy, same_name};
use panelclerk::panel::people::{Capacity, Person, Terms};
use panelclerk::panel::proofs::{self, Proof, Proved, State};
use panelclerk::post::kind::LetterKind;
use panelclerk::post::plan::to_panel;

use crate::sample_meeting::date;

const ALLOWED: [&str; 4] = ["council.gov.uk", "nhs.net", "humber.police.uk", "trust.nhs.uk"];

/// Names as a panel has them: accents, double names, short ones, namesakes in part, titles, surname first.
const NAMES: [&str; 50] = [
    "Jane Smith",
    "John Smith",
    "Omar Khan",
    "Ayesha Khan",
    "Siân Price-O’Neill",
    "Łukasz Nowak",
    "Carys Bevan-Jones",
    "Dr Naveed Siddiqui",
    "Li Ng",
    "Mary-Ann O'Connor",
    "Zoë Brontë",
    "Jürgen Müller",
    "Tom Lee",
    "Thomas Leeson",
    "Gordon Szymański",
    "Patricia Holroyd",
    "Imran Sheikh",
    "Elaine Bircham",
    "Chidi Okafor",
    "Ngozi Okafor",
    "Prof. Ruth Ashby",
    "DAVIES, Rhys",
    "Rhiannon Davies",
    "José García López",
    "Fatima Al-Hassan",
    "Ann Bee",
    "Annette Beech",
    "Chris Taylor",
    "Taylor Christie",
    "Mohammed Ali",
    "Mohammed Iqbal",
    "Sam de Vries",
    "Maria Da Silva",
    "Ewan McGregor",
    "Ian MacDonald",
    "Kate Hardy",
    "Katherine Hardy-Wells",
    "Lesley Thackeray",
    "Judith Amankwah",
    "Agnieszka Wójcik",
    "Peter Grant",
    "Grant Peters",
    "Hugh Jones",
    "Hughie Johns",
    "Björn Ström",
    "Nia Rees",
    "Oonagh Ó Briain",
    "Yi Xu",
    "Bill Turner",
    "Elizabeth Moore",
];

/// Numbers in an order that is always the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap()
    }

    fn below(&mut self, most: usize) -> usize {
        self.next() % most
    }
}

/// The words of a name, given name first, as a mail system writes them.
fn words(name: &str) -> Vec<String> {
    let turned = match name.split_once(", ") {
        Some((family, given)) => format!("{given} {family}"),
        None => name.to_owned(),
    };
    let plain = deunicode::deunicode(&turned).to_lowercase();
    let words = plain.split_whitespace().map(|word| word.replace('\'', ""));
    words.filter(|word| !["dr", "prof."].contains(&word.as_str())).collect()
}

/// An address of the person in one of the shapes that councils have.
fn address(name: &str, shape: usize, number: usize) -> String {
    let words = words(name);
    let (first, last) = (&words[0], &words[words.len() - 1]);
    let local = match shape % 6 {
        0 => format!("{first}.{last}"),
        1 => format!("{}{last}", &first[..1]),
        2 => format!("{}.{last}", &first[..1]),
        3 => format!("{last}.{first}"),
        // Initials alone, as some trusts have them.
        4 => format!("{}{}{number}", &first[..1], &last[..1]),
        _ => format!("{first}.{last}{number}"),
    };
    format!("{local}@{}", ALLOWED[shape % ALLOWED.len()])
}

fn person(name: &str, email: String) -> Person {
    Person {
        name: name.to_owned(),
        role: "Education".to_owned(),
        agency: "Fictional".to_owned(),
        email: Some(email),
        capacity: Capacity::Member,
        terms: Terms::default(),
    }
}

/// A right list of so many people, beginning somewhere among the names.
fn right(dice: &mut Dice, how_many: usize) -> Vec<Person> {
    let from = dice.below(NAMES.len());
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let names = (0..how_many).map(|at| NAMES[(from + at) % NAMES.len()]);
    names
        .map(|name| {
            let shape = dice.below(12);
            let mut mail = address(name, shape, 1);
            let times = taken.entry(mail.clone()).or_default();
            *times += 1;
            if 1 < *times {
                let (local, domain) = mail.split_once('@').unwrap();
                mail = format!("{local}{times}@{domain}");
            }
            person(name, mail)
        })
        .collect()
}

/// The list as it was read out of a workbook.
fn read(people: &[Person]) -> (Vec<Person>, usize) {
    let book = people_workbook("Panel", "OFFICIAL", date(2026, 11, 17), people).unwrap();
    let allowed = ALLOWED.map(str::to_owned);
    let (people, mistakes) =
        people::people(&book, Reading { on: date(2026, 11, 17), domains: &allowed, linked: None }).unwrap();
    (people, mistakes.len())
}

/// Who would be sent the pack at which address.
fn sent(people: &[Person]) -> Vec<(String, String)> {
    let plan = to_panel(LetterKind::Pack, people, |_| Due::Pack, |_, _| PackCopy::Whole);
    plan.letters.into_iter().map(|letter| (letter.name, letter.email)).collect()
}

/// The same where only proved addresses are written to.
fn sent_to_proved(people: &[Person], proofs: &[Proof]) -> Vec<(String, String)> {
    let meeting = date(2026, 11, 23);
    let is_proved = |(name, email): &(String, String)| {
        matches!(proofs::of(proofs, name, email, meeting), Some(State::Checked { .. }))
    };
    sent(people).into_iter().filter(is_proved).collect()
}

fn proved(people: &[Person]) -> Vec<Proof> {
    let proof = |person: &Person| Proof {
        person: person.name.clone(),
        address: person.email.clone().unwrap(),
        what: Proved::Checked {
            on: date(2026, 11, 10),
            how: panelclerk::panel::people::How::Telephone,
            opened: None,
        },
        by: "Ann Clerk".to_owned(),
        reason: "rang".to_owned(),
    };
    people.iter().map(proof).collect()
}

/// Slips of the hand in a list, each with its name; gives who is meant by each address afterwards.
fn slip(dice: &mut Dice, people: &mut [Person], sort: usize) -> &'static str {
    let most = people.len();
    let (one, two) = (dice.below(most), dice.below(most - 1));
    let two = if two < one { two } else { two + 1 };
    let mail = people[one].email.clone().unwrap();
    let (local, domain) =
        mail.split_once('@').map(|(local, domain)| (local.to_owned(), domain.to_owned())).unwrap();
    let letter = dice.below(local.len().max(2) - 1);
    let (name, changed) = match sort % 12 {
        0 => {
            let other = people[two].email.clone();
            people[one].email = people[two].email.replace(mail);
            assert_eq!(people[one].email, other);
            return "two addresses swapped";
        }
        1 => {
            let names: Vec<String> = people.iter().map(|person| person.name.clone()).collect();
            for (at, person) in people.iter_mut().enumerate() {
                person.name.clone_from(&names[(at + 1) % names.len()]);
            }
            return "the column of names shifted by one";
        }
        2 => {
            let others = people[two].email.clone();
            people[one].email = others;
            return "another's address copied";
        }
        3 => (
            "another ending",
            format!(
                "{local}@{}",
                domain
                    .replace("gov.uk", "gov.co")
                    .replace(".net", ".com")
                    .replace("police.uk", "police.co")
                    .replace("nhs.uk", "nhs.co")
            ),
        ),
        4 => ("a letter left out of the domain", format!("{local}@{}", &domain[1..])),
        5 => ("somebody else's name behind it", format!("{mail}.evil.com")),
        6 => ("a blank pasted", format!("{local}\u{a0}@{domain}")),
        7 => ("a sign nobody sees", format!("{local}\u{200b}@{domain}")),
        8 => {
            let mut letters: Vec<char> = local.chars().collect();
            letters.swap(letter, letter + 1);
            ("two letters swapped", format!("{}@{domain}", letters.into_iter().collect::<String>()))
        }
        9 => ("a dot left out", format!("{}@{domain}", local.replacen('.', "", 1))),
        10 => {
            let mut names: Vec<&str> = NAMES.to_vec();
            names.retain(|name| people.iter().all(|person| !same_name(&person.name, name)));
            people[one].name = names[dice.below(names.len())].to_owned();
            return "a new name at an old address";
        }
        _ => ("two addresses in a cell", format!("{mail}; {}", people[two].email.clone().unwrap())),
    };
    people[one].email = Some(changed);
    name
}

#[test]
fn of_two_hundred_slips_no_pack_goes_to_an_address_that_is_not_its_readers() {
    let mut dice = Dice(2026);
    let (mut held_by_name, mut astray) = (0, BTreeMap::<&str, usize>::new());
    for number in 0..200 {
        let good = right(&mut dice, 12);
        let mut bad = good.clone();
        let what = slip(&mut dice, &mut bad, number);
        if bad == good {
            continue;
        }
        // Whose an address is: of whoever had it before the slip.
        let is_theirs = |(name, email): &(String, String)| {
            good.iter().any(|person| {
                same_name(&person.name, name) && person.email.as_ref().unwrap().eq_ignore_ascii_case(email)
            })
        };
        let (people, _) = read(&bad);
        let proofs = proved(&good);
        for to in sent_to_proved(&people, &proofs) {
            assert!(is_theirs(&to), "slip {number} ({what}): the pack goes to {to:?}");
        }
        let wrong = sent(&people).iter().filter(|to| !is_theirs(to)).count();
        if wrong == 0 {
            held_by_name += 1;
        } else {
            *astray.entry(what).or_default() += 1;
        }
    }
    // What a look at the list alone holds, on the road where a person sends each draft.
    assert!(140 <= held_by_name, "{held_by_name}: {astray:?}");
    let never = [
        "another ending",
        "somebody else's name behind it",
        "a blank pasted",
        "a sign nobody sees",
        "two addresses in a cell",
        "another's address copied",
        "a letter left out of the domain",
    ];
    assert!(never.iter().all(|what| !astray.contains_key(what)), "{astray:?}");
}

#[test]
fn fifty_right_lists_give_no_alarm() {
    let mut dice = Dice(7);
    for number in 0..50 {
        let many = 8 + dice.below(16);
        let people = right(&mut dice, many);
        let book = people_workbook("Panel", "OFFICIAL", date(2026, 11, 17), &people).unwrap();
        for domains in [ALLOWED.map(str::to_owned).to_vec(), Vec::new()] {
            let (read, mistakes) =
                people::people(&book, Reading { on: date(2026, 11, 17), domains: &domains, linked: None })
                    .unwrap();
            assert!(mistakes.is_empty(), "list {number}: {mistakes:#?}");
            assert_eq!(sent(&read).len(), people.len(), "list {number}");
        }
    }
}

//! A panel's people for stories, written into `office/People.xlsx`.

use panelclerk::desk::people::people_workbook;
use panelclerk::panel::people::{Agreed, Capacity, Person, Terms};

use crate::harness::Week;
use crate::sample_meeting::date;

pub const PEOPLE: [(&str, &str, Capacity, &str); 6] = [
    ("Cato Chair", "Assistant Director", Capacity::Chair, "chair@panel.example.org"),
    ("Ann Clerk", "Panel administrator", Capacity::Administrator, "clerk@panel.example.org"),
    ("Mia Member", "Education", Capacity::Member, "member@panel.example.org"),
    ("Stu Student", "Observer", Capacity::Observer, "student@panel.example.org"),
    ("Priya Nair", "Social worker", Capacity::Officer, "priya@panel.example.org"),
    ("Gareth Powell", "Team manager", Capacity::Officer, "gareth@panel.example.org"),
];

/// The observer has the chair's word for the panels' meetings of late November.
fn terms(capacity: Capacity) -> Terms {
    if capacity != Capacity::Observer {
        return Terms::default();
    }
    Terms {
        meetings: [23, 24, 30].map(|day| date(2026, 11, day)).to_vec(),
        agreed: Some(Agreed { by: "Cato Chair".to_owned(), on: date(2026, 11, 16) }),
        ..Terms::default()
    }
}

/// Puts them where the program looks for them.
pub fn seat(week: &Week) {
    seat_also(week, &[]);
}

/// The same with more officers, by their names.
pub fn seat_also(week: &Week, officers: &[&str]) {
    seat_all(week, officers, |email| email.to_owned());
}

/// The same people, one of them at another address.
pub fn seat_at(week: &Week, before: &str, now: &str) {
    seat_all(week, &[], |email| if email == before { now.to_owned() } else { email.to_owned() });
}

fn seat_all(week: &Week, officers: &[&str], address: impl Fn(&str) -> String) {
    let mut people = everybody();
    for person in &mut people {
        person.email = person.email.as_deref().map(&address);
    }
    people.extend(officers.iter().map(|name| {
        let email = format!("{}@panel.example.org", name.to_lowercase().replace(' ', "."));
        person(name, "Social worker", Capacity::Officer, &address(&email))
    }));
    seat_these(week, &people);
}

/// The people as they are usually.
pub fn everybody() -> Vec<Person> {
    PEOPLE.iter().map(|(name, role, capacity, email)| person(name, role, *capacity, email)).collect()
}

/// Puts these where the program looks for them.
pub fn seat_these(week: &Week, people: &[Person]) {
    let book = people_workbook("Fictional panel", "OFFICIAL-SENSITIVE", date(2026, 11, 17), people).unwrap();
    std::fs::write(week.root().join("office/People.xlsx"), book).unwrap();
}

fn person(name: &str, role: &str, capacity: Capacity, email: &str) -> Person {
    Person {
        name: name.to_owned(),
        role: role.to_owned(),
        agency: "Fictional".to_owned(),
        email: Some(email.to_owned()),
        capacity,
        terms: terms(capacity),
    }
}

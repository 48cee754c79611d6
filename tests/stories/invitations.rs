//! Invitations to presenters: sent, moved, cancelled, and read by two programs that did not write them.

use std::io::Write;
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use icalendar::{Calendar, Component, EventLike};
use panelclerk::agenda::invitation::{Invitation, InvitationFacts, Round, Slot, round};
use panelclerk::panel::agenda::What;
use panelclerk::panel::people::{Capacity, Person, Terms};

use crate::sample_meeting::{Sample, sample};

fn made() -> DateTime<Utc> {
    "2026-11-20T09:30:00Z".parse().unwrap()
}

fn with_manager() -> Sample {
    let mut sample = sample();
    sample.people.push(Person {
        name: "Gareth Powell".to_owned(),
        role: "Team manager".to_owned(),
        agency: "Children's Services".to_owned(),
        email: Some("Gareth.Powell@example.org".to_owned()),
        capacity: Capacity::Officer,
        terms: Terms::default(),
    });
    sample
}

fn invite(sample: &Sample, told: &[Slot]) -> Round {
    let facts = InvitationFacts {
        withheld: &[],
        heading: &sample.heading,
        agenda: &sample.agenda,
        casebook: &sample.casebook,
        people: &sample.people,
        organiser: "joan.whitfield@example.org",
        made: made(),
    };
    round(&facts, told)
}

/// METHOD, UID, SEQUENCE, start, end and status, as the crate's own parser reads them.
fn read_back(invitation: &Invitation) -> Vec<String> {
    let calendar: Calendar = invitation.calendar.parse().unwrap();
    let event = calendar.events().next().unwrap();
    let value = |key: &str| event.property_value(key).unwrap_or_default().to_owned();
    vec![
        calendar.property_value("METHOD").unwrap_or_default().to_owned(),
        event.get_uid().unwrap_or_default().to_owned(),
        value("SEQUENCE"),
        value("DTSTART"),
        value("DTEND"),
        value("STATUS"),
        event.get_summary().unwrap_or_default().to_owned(),
        event.get_location().unwrap_or_default().to_owned(),
    ]
}

/// The same, as Python's `icalendar` reads them; none where it is not installed.
fn read_in_python(invitation: &Invitation) -> Option<Vec<String>> {
    let script = "
import sys, icalendar
cal = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
ev = cal.walk('VEVENT')[0]
when = lambda key: ev[key].dt.strftime('%Y%m%dT%H%M%SZ')
print('\\n'.join([str(cal['METHOD']), str(ev['UID']), str(ev['SEQUENCE']), when('DTSTART'), when('DTEND'), str(ev['STATUS']), str(ev['SUMMARY']), str(ev['LOCATION'])]))
assert not ev.errors, ev.errors
assert str(ev['ATTENDEE']).startswith('mailto:') and ev['ATTENDEE'].params['CN']
";
    let started = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    if let Ok(mut child) = started {
        child.stdin.take().unwrap().write_all(invitation.calendar.as_bytes()).unwrap();
        let answer = child.wait_with_output().unwrap();
        let complaint = String::from_utf8_lossy(&answer.stderr).into_owned();
        if !complaint.contains("No module named 'icalendar'") {
            assert!(answer.status.success(), "{complaint}\n{}", invitation.calendar);
            return Some(String::from_utf8(answer.stdout).unwrap().lines().map(str::to_owned).collect());
        }
    }
    crate::harness::skipped("the Python module icalendar");
    None
}

#[track_caller]
pub fn accepted(invitation: &Invitation) -> Vec<String> {
    let ours = read_back(invitation);
    assert_eq!(crate::calendars::strict(&invitation.calendar), ours, "two readers agree");
    if let Some(theirs) = read_in_python(invitation) {
        assert_eq!(theirs, ours);
    }
    ours
}

#[test]
fn presenters_and_managers_are_invited_to_their_slot() {
    let sample = with_manager();
    let first = invite(&sample, &[]);
    assert_eq!(first.invitations.len(), 10, "five cases, a social worker and a manager each");
    assert!(first.unreachable.is_empty());
    let read = accepted(&first.invitations[0]);
    assert_eq!(read[0], "REQUEST");
    assert_eq!(read[2..6], ["0", "20261123T131000Z", "20261123T132500Z", "CONFIRMED"]);
    assert_eq!(read[6], "NELC Placement Panel: case 1048213");
    assert_eq!(read[7], "Civic Offices, Grimsby, and online");
    assert_eq!(
        first.invitations[0].subject,
        "OFFICIAL-SENSITIVE: NELC Placement Panel: case 1048213, Monday 23 November 2026, 13:10"
    );
    for invitation in &first.invitations {
        for case in &sample.casebook.cases {
            for word in case.child.name.iter().flat_map(|name| name.split(' ')) {
                let said = format!("{} {} {}", invitation.calendar, invitation.subject, invitation.file_name);
                assert!(!said.contains(word), "`{word}` of a child's name is in {said}");
            }
        }
    }
    crate::documents::keep("invitation.ics", first.invitations[0].calendar.as_bytes());
    assert_eq!(first, invite(&sample, &[]), "the same invitations each time");
}

#[test]
fn only_those_whose_slot_moved_hear_of_it() {
    let mut sample = with_manager();
    let first = invite(&sample, &[]);
    assert_eq!(invite(&sample, &first.slots).invitations, [], "nothing moved, nothing is posted");
    let last = sample.agenda.items.iter_mut().rev().find(|item| matches!(item.what, What::Case(_))).unwrap();
    last.starts += TimeDelta::minutes(30);
    let second = invite(&sample, &first.slots);
    assert_eq!(second.invitations.len(), 2);
    let read = accepted(&second.invitations[0]);
    assert_eq!(read[1], read_back(&first.invitations[8])[1], "the same invitation, not another one");
    assert_eq!(read[2..4], ["1", "20261123T143500Z"]);
    assert!(second.invitations[0].subject.contains("New time: "), "{}", second.invitations[0].subject);
}

#[test]
fn a_case_that_goes_is_cancelled_once_and_may_come_back() {
    let mut sample = with_manager();
    let first = invite(&sample, &[]);
    let full = sample.agenda.clone();
    sample
        .agenda
        .items
        .retain(|item| !matches!(&item.what, What::Case(line) if line.case.as_str() == "1050333"));
    let second = invite(&sample, &first.slots);
    assert_eq!(second.invitations.len(), 2);
    let read = accepted(&second.invitations[0]);
    assert_eq!((read[0].as_str(), read[2].as_str(), read[5].as_str()), ("CANCEL", "1", "CANCELLED"));
    assert_eq!(invite(&sample, &second.slots).invitations, [], "cancelled once");
    sample.agenda = full;
    let third = invite(&sample, &second.slots);
    let read = accepted(&third.invitations[0]);
    assert_eq!((third.invitations.len(), read[0].as_str(), read[2].as_str()), (2, "REQUEST", "2"));
}

#[test]
fn who_cannot_be_told_apart_or_has_no_address_is_named() {
    let mut sample = sample();
    let twin = sample.people.iter().find(|person| person.name == "Priya Nair").unwrap().clone();
    sample.people.push(Person { email: Some("other.priya@example.org".to_owned()), ..twin });
    let round = invite(&sample, &[]);
    assert_eq!(round.invitations, []);
    let reasons: std::collections::BTreeSet<(&str, &str)> =
        round.unreachable.iter().map(|one| (one.name.as_str(), one.reason.as_str())).collect();
    assert_eq!(
        reasons.into_iter().collect::<Vec<_>>(),
        [
            ("Gareth Powell, team manager", "not in the officers list of `People.xlsx`"),
            ("Priya Nair, social worker", "two officers have this name")
        ]
    );
}

//! Invitations to presenters: sent, moved, cancelled, and read by two programs that did not write them.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use icalendar::{Calendar, Component, EventLike};
use panelclerk::agenda::invitation::{Invitation, InvitationFacts, Round, Told, round};
use panelclerk::panel::agenda::{Item, What};
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

fn invite(sample: &Sample, told: &[Told]) -> Round {
    invite_by(sample, told, None)
}

fn invite_by(sample: &Sample, told: &[Told], link: Option<&str>) -> Round {
    let facts = InvitationFacts {
        withheld: &[],
        link,
        with_manager: true,
        heading: &sample.heading,
        agenda: &sample.agenda,
        casebook: &sample.casebook,
        people: &sample.people,
        organiser: "joan.whitfield@example.org",
        made: made(),
    };
    round(&facts, told, &BTreeSet::new())
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
when = lambda key: ev[key].dt.strftime('%Y%m%dT%H%M%S')
assert ev['DTSTART'].params['TZID'] == 'Europe/London' and ev['DTSTART'].dt.utcoffset().total_seconds() == 0, ev['DTSTART']
zone = cal.walk('VTIMEZONE')[0].to_tz()
import datetime
assert datetime.datetime(2027, 6, 21, 13, tzinfo=zone).utcoffset().total_seconds() == 3600, 'summer time'
assert str(ev['CLASS']) == 'PRIVATE' and len(cal.walk('VEVENT')) == 1
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

/// The invitation of the person with this name.
fn of<'r>(round: &'r Round, name: &str) -> &'r Invitation {
    round.invitations.iter().find(|invitation| invitation.told.name == name).expect("an invitation")
}

/// What stands in the diary's entry.
fn entry(invitation: &Invitation) -> String {
    let calendar: Calendar = invitation.calendar.parse().unwrap();
    calendar.events().next().unwrap().get_description().unwrap_or_default().to_owned()
}

#[test]
fn each_who_presents_has_one_invitation_with_all_their_slots() {
    let sample = with_manager();
    let first = invite(&sample, &[]);
    let people: BTreeSet<&str> = first.invitations.iter().map(|one| one.told.name.as_str()).collect();
    assert_eq!(people.len(), first.invitations.len(), "nobody has two");
    assert!(first.unreachable.is_empty());
    let manager = of(&first, "Gareth Powell");
    assert_eq!(manager.told.slots.len(), 5, "the manager is in all five cases");
    let read = accepted(manager);
    let last = manager.told.slots.last().unwrap().ends().format("%Y%m%dT%H%M%S").to_string();
    assert_eq!((read[0].as_str(), read[2].as_str()), ("REQUEST", "0"));
    assert_eq!((read[3].as_str(), &read[4]), ("20261123T131000", &last), "from the first slot to the last");
    assert_eq!(read[6], "North East Lincolnshire Placement and Commissioning Panel: your slots");
    assert_eq!(read[7], "Civic Offices, Grimsby, and online");
    let said = entry(manager);
    for slot in &manager.told.slots {
        assert!(said.contains(&format!("{}: LCS ID {}", slot.said(), slot.case)), "{said}");
    }
    assert!(said.contains("make your own notes of actions and recommendations"), "{said}");
    assert!(said.contains("attend with their line manager"), "{said}");
    for invitation in &first.invitations {
        let read = accepted(invitation);
        let case = &invitation.told.slots[0].case;
        assert!(!read[6].contains(case.as_str()), "no case in what a shared diary shows: {}", read[6]);
        assert!(invitation.calendar.matches("ATTENDEE").count() == 1, "each sees only themselves");
        for case in &sample.casebook.cases {
            for word in case.child.name.iter().flat_map(|name| name.split(' ')) {
                let said = format!("{} {}", invitation.calendar, invitation.file_name);
                assert!(!said.contains(word), "`{word}` of a child's name is in {said}");
            }
        }
    }
    crate::documents::keep("invitation.ics", manager.calendar.as_bytes());
    assert_eq!(first, invite(&sample, &[]), "the same invitations each time");
}

#[test]
fn only_those_whose_slot_moved_hear_of_it() {
    let mut sample = with_manager();
    let first = invite(&sample, &[]);
    assert_eq!(invite(&sample, &first.told).invitations, [], "nothing moved, nothing is posted");
    let last = sample.agenda.items.iter_mut().rev().find(|item| matches!(item.what, What::Case(_))).unwrap();
    last.starts += TimeDelta::minutes(30);
    let second = invite(&sample, &first.told);
    assert_eq!(second.invitations.len(), 2, "the social worker and the manager");
    for update in &second.invitations {
        let (read, before) = (accepted(update), read_back(of(&first, &update.told.name)));
        assert_eq!(read[1], before[1], "the same invitation, not another one");
        assert_eq!((read[0].as_str(), read[2].as_str()), ("REQUEST", "1"));
        assert_ne!(read[4], before[4]);
    }
}

#[test]
fn the_link_goes_into_every_invitation_and_a_new_one_changes_them() {
    let sample = with_manager();
    let link = "https://teams.example.org/l/meetup-join/19%3ameeting;a,b?context=%7b%22Tid%22%7d";
    let first = invite_by(&sample, &[], Some(link));
    for invitation in &first.invitations {
        accepted(invitation);
        assert!(entry(invitation).contains(&format!("Join online: {link}")), "{}", invitation.calendar);
        let unfolded = invitation.calendar.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("URL:{link}\r\n")), "{unfolded}");
    }
    assert_eq!(invite_by(&sample, &first.told, Some(link)).invitations, []);
    let second = invite_by(&sample, &first.told, Some("https://teams.example.org/other"));
    assert_eq!(second.invitations.len(), first.invitations.len());
    assert!(second.invitations.iter().all(|one| one.told.sequence == 1));
}

#[test]
fn a_slot_that_goes_changes_the_invitation_and_the_last_one_cancels_it() {
    let mut sample = with_manager();
    let first = invite(&sample, &[]);
    let full = sample.agenda.clone();
    let is_case =
        |item: &Item, case: &str| matches!(&item.what, What::Case(line) if line.case.as_str() == case);
    sample.agenda.items.retain(|item| !is_case(item, "1050333"));
    let second = invite(&sample, &first.told);
    assert_eq!(second.invitations.len(), 2);
    let changed = of(&second, "Gareth Powell");
    let read = accepted(changed);
    assert_eq!((read[0].as_str(), read[2].as_str(), read[5].as_str()), ("REQUEST", "1", "CONFIRMED"));
    assert!(!entry(changed).contains("1050333") && entry(changed).contains("1050332"));
    sample.agenda.items.retain(|item| !matches!(&item.what, What::Case(_)));
    let third = invite(&sample, &second.told);
    for cancelled in &third.invitations {
        let read = accepted(cancelled);
        assert_eq!((read[0].as_str(), read[2].as_str(), read[5].as_str()), ("CANCEL", "2", "CANCELLED"));
        assert!(!cancelled.calendar.contains("1050332"), "a cancellation names no case");
    }
    assert_eq!(invite(&sample, &third.told).invitations, [], "cancelled once");
    sample.agenda = full;
    let fourth = invite(&sample, &third.told);
    let read = accepted(of(&fourth, "Gareth Powell"));
    assert_eq!((fourth.invitations.len(), read[0].as_str(), read[2].as_str()), (2, "REQUEST", "3"));
}

#[test]
fn what_never_reached_anybody_is_said_again() {
    let sample = with_manager();
    let first = invite(&sample, &[]);
    let lost = BTreeSet::from([first.told[0].uid.clone()]);
    let facts = InvitationFacts {
        withheld: &[],
        link: None,
        with_manager: true,
        heading: &sample.heading,
        agenda: &sample.agenda,
        casebook: &sample.casebook,
        people: &sample.people,
        organiser: "joan.whitfield@example.org",
        made: made(),
    };
    let again = round(&facts, &first.told, &lost).invitations;
    assert_eq!(again.len(), 1);
    assert_eq!((&again[0].told.uid, again[0].told.sequence), (&first.told[0].uid, 1));
}

#[test]
fn who_cannot_be_told_apart_or_has_no_address_is_named() {
    let mut sample = sample();
    let twin = sample.people.iter().find(|person| person.name == "Priya Nair").unwrap().clone();
    sample.people.push(Person { email: Some("other.priya@example.org".to_owned()), ..twin });
    let round = invite(&sample, &[]);
    assert_eq!(round.invitations, []);
    let reasons: BTreeSet<(&str, &str)> =
        round.unreachable.iter().map(|one| (one.name.as_str(), one.reason.as_str())).collect();
    assert_eq!(
        reasons.into_iter().collect::<Vec<_>>(),
        [
            ("Gareth Powell, team manager", "not in the officers list of `People.xlsx`"),
            ("Priya Nair, social worker", "two officers have this name")
        ]
    );
}

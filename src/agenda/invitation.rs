//! An invitation (iCalendar) to each presenter and manager for their slot; updated when it moves, cancelled when it goes.
//!
//! Nothing in one names a child. An invitation keeps its identity as long as meeting, case and person are the same; each
//! change raises its sequence, so that a diary takes the newest whatever order they arrive in.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::London;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::panel::agenda::{Agenda, CaseLine, Item};
use crate::panel::audience::{self, Named, Withheld};
use crate::panel::case::Casebook;
use crate::panel::ids::{CaseId, Sha256};
use crate::panel::kept;
use crate::panel::people::Person;
use crate::panel::when::{hour, long_date};
use crate::panel::words::Heading;

/// What invitations are made of.
#[derive(Debug)]
pub struct InvitationFacts<'a> {
    pub heading: &'a Heading,
    pub agenda: &'a Agenda,
    pub casebook: &'a Casebook,
    /// The officers' addresses; nobody else is invited.
    pub people: &'a [Person],
    /// Whoever may hear nothing of a case is not invited to it.
    pub withheld: &'a [Withheld],
    /// Whom answers go to.
    pub organiser: &'a str,
    /// When they are made.
    pub made: DateTime<Utc>,
}

/// What a person was last told of a slot; kept between one round and the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    pub uid: String,
    pub case: CaseId,
    pub name: String,
    pub email: String,
    pub starts: DateTime<Utc>,
    pub minutes: u32,
    pub sequence: u32,
    pub cancelled: bool,
}

/// One invitation to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub slot: Slot,
    pub subject: String,
    pub file_name: String,
    /// `REQUEST` or `CANCEL`, for the part's content type.
    pub method: &'static str,
    pub calendar: String,
}

/// Somebody who presents a case and cannot be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable {
    pub case: CaseId,
    pub name: String,
    pub reason: String,
}

/// What a new agenda makes necessary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// To be posted: new, changed and cancelled.
    pub invitations: Vec<Invitation>,
    /// To be kept for the next round.
    pub slots: Vec<Slot>,
    pub unreachable: Vec<Unreachable>,
}

/// Compares the agenda with what people were last told.
pub fn round(facts: &InvitationFacts<'_>, told: &[Slot]) -> Round {
    let mut round = Round::default();
    let mut before: BTreeMap<&str, &Slot> = told.iter().map(|slot| (slot.uid.as_str(), slot)).collect();
    for (item, line) in facts.agenda.cases() {
        for Named { name, officer } in invited(facts, line) {
            let reason = match officer {
                Ok(person) if kept::from(facts.withheld, &person.name).contains(&line.case) => {
                    Err("may hear nothing of this case")
                }
                Ok(person) if person.email.is_some() => Ok(person),
                Ok(_) => Err("has no address on the list of officers"),
                Err(why) => Err(why.plain()),
            };
            let person = match reason {
                Ok(person) => person,
                Err(reason) => {
                    let reason = reason.to_owned();
                    round.unreachable.push(Unreachable { case: line.case.clone(), name, reason });
                    continue;
                }
            };
            let wanted = wanted(facts, item, line, person);
            match before.remove(wanted.uid.as_str()) {
                Some(told)
                    if told.starts == wanted.starts && told.minutes == wanted.minutes && !told.cancelled =>
                {
                    round.slots.push(told.clone());
                }
                told => {
                    let sequence = told.map_or(0, |told| told.sequence + 1);
                    round.add(facts, Slot { sequence, ..wanted });
                }
            }
        }
    }
    for gone in before.into_values() {
        if gone.cancelled {
            round.slots.push(gone.clone());
        } else {
            round.add(facts, Slot { sequence: gone.sequence + 1, cancelled: true, ..gone.clone() });
        }
    }
    round
}

impl Round {
    fn add(&mut self, facts: &InvitationFacts<'_>, slot: Slot) {
        let twice = self.slots.iter().any(|other| other.uid == slot.uid);
        if !twice {
            self.invitations.push(invitation(facts, &slot));
            self.slots.push(slot);
        }
    }
}

/// Those whom a line names, and its social worker's manager; a line may be older than the case's form.
fn invited<'a>(facts: &InvitationFacts<'a>, line: &CaseLine) -> Vec<Named<'a>> {
    let case = facts.casebook.case(&line.case);
    let manager = case.and_then(|case| case.form.text("team_manager")).and_then(|text| text.lines().next());
    let names = line.presenters.iter().map(String::as_str).chain(manager);
    let on = facts.agenda.meeting.date.max(facts.made.with_timezone(&London).date_naive());
    audience::named(names.map(str::to_owned), facts.people, on)
}

fn wanted(facts: &InvitationFacts<'_>, item: &Item, line: &CaseLine, person: &Person) -> Slot {
    let email = person.email.clone().unwrap_or_default();
    let date = facts.agenda.meeting.date;
    let digest = Sha256::from_digest(sha2::Sha256::digest(email.to_lowercase().as_bytes()).into());
    let short: String =
        facts.heading.short.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    Slot {
        uid: format!("{short}-{date}-{}-{}@panelclerk", line.case, digest.short()),
        case: line.case.clone(),
        name: person.name.clone(),
        email,
        starts: moment(facts, item.starts),
        minutes: item.minutes,
        sequence: 0,
        cancelled: false,
    }
}

/// The wall's time on the day of the meeting. Meetings are not held in the hour that the clocks leave out.
fn moment(facts: &InvitationFacts<'_>, time: NaiveTime) -> DateTime<Utc> {
    let wall = facts.agenda.meeting.date.and_time(time);
    wall.and_local_timezone(London)
        .earliest()
        .map_or_else(|| wall.and_utc(), |moment| moment.with_timezone(&Utc))
}

fn invitation(facts: &InvitationFacts<'_>, slot: &Slot) -> Invitation {
    let heading = facts.heading;
    let method = if slot.cancelled { "CANCEL" } else { "REQUEST" };
    let title = format!("{} Placement Panel: case {}", heading.short, slot.case);
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//panelclerk//EN"), ("METHOD", method)] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.push(event(facts, slot, &title));
    let what = if slot.cancelled { "cancellation" } else { "invitation" };
    let person = slot.uid.trim_end_matches("@panelclerk").rsplit('-').next().unwrap_or_default();
    Invitation {
        subject: subject(facts, slot, &title),
        file_name: format!("{}.ics", heading.file_name(&format!("{what} {} {person}", slot.case))),
        method,
        calendar: calendar.to_string(),
        slot: slot.clone(),
    }
}

fn subject(facts: &InvitationFacts<'_>, slot: &Slot, title: &str) -> String {
    let begins = match (slot.cancelled, slot.sequence) {
        (true, _) => "Cancelled: ",
        (false, 0) => "",
        (false, _) => "New time: ",
    };
    let starts = slot.starts.with_timezone(&London);
    format!(
        "{}: {begins}{title}, {}, {}",
        facts.heading.marking,
        long_date(starts.date_naive()),
        hour(starts.time())
    )
}

fn event(facts: &InvitationFacts<'_>, slot: &Slot, title: &str) -> Event {
    let ends = slot.starts + TimeDelta::minutes(i64::from(slot.minutes));
    let said = if slot.cancelled {
        "This case is no longer heard at this time. The administrator will say when it is.".to_owned()
    } else {
        let (from, to) = (slot.starts.with_timezone(&London), ends.with_timezone(&London));
        format!(
            "You present case {} from {} to {}. Please be ready ten minutes before. Reply to this invitation if you cannot come.",
            slot.case,
            hour(from.time()),
            hour(to.time())
        )
    };
    let person = |key: &str, name: &str, address: &str| {
        let mut property = Property::new(key, format!("mailto:{address}"));
        property.add_parameter("CN", &name.replace(['"', '\r', '\n'], " "));
        property
    };
    let mut attendee = person("ATTENDEE", &slot.name, &slot.email);
    attendee.add_parameter("ROLE", "REQ-PARTICIPANT");
    attendee.add_parameter("PARTSTAT", "NEEDS-ACTION");
    attendee.add_parameter("RSVP", if slot.cancelled { "FALSE" } else { "TRUE" });
    Event::with_uid(&slot.uid)
        .timestamp(facts.made)
        .starts(slot.starts)
        .ends(ends)
        .summary(title)
        .description(&said)
        .location(&facts.heading.venue)
        .sequence(slot.sequence)
        .status(if slot.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed })
        .class(icalendar::Class::Private)
        .append_property(person("ORGANIZER", &facts.heading.panel, facts.organiser))
        .append_multi_property(attendee)
        .done()
}

//! An invitation (iCalendar) to each who presents cases, with all their slots; updated when one of them moves, cancelled when the last goes.
//!
//! One person has one invitation for a meeting, and one event in it: of several in a message Outlook takes the first and ignores the others
//! ([MS-STANOICAL] 2.2.175). Where somebody has several slots the event goes from the first to the last, and lists them. Nothing in one
//! names a child. An invitation keeps its identity as long as meeting and person are the same; each change raises its sequence, so that a
//! diary takes the newest whatever order they arrive in.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::London;
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, EventStatus, Property};
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::panel::agenda::{Agenda, CaseLine};
use crate::panel::audience::{self, Named, Withheld};
use crate::panel::case::Casebook;
use crate::panel::ids::{CaseId, Sha256};
use crate::panel::kept;
use crate::panel::people::Person;
use crate::panel::when::{day, hour};
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
    /// The web address under which the meeting is joined, where there is one.
    pub link: Option<&'a str>,
    /// Whether a social worker attends with their line manager.
    pub with_manager: bool,
    /// When they are made.
    pub made: DateTime<Utc>,
}

/// A case and its time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    pub case: CaseId,
    pub starts: DateTime<Utc>,
    pub minutes: u32,
}

/// What a person was last told of their slots; kept between one round and the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Remembered")]
pub struct Told {
    pub uid: String,
    pub name: String,
    pub email: String,
    /// In the order of the meeting; as they were last told, where they are gone.
    pub slots: Vec<Slot>,
    pub link: Option<String>,
    pub sequence: u32,
    pub cancelled: bool,
    /// The letter that told it.
    pub draft: String,
    /// The case, where the invitation is one of before, when each case had its own.
    #[serde(skip)]
    pub alone: Option<CaseId>,
}

/// As it is kept: an invitation of its own for each case, as it was before, has the case instead of slots.
#[derive(Deserialize)]
struct Remembered {
    uid: String,
    name: String,
    email: String,
    #[serde(default)]
    slots: Vec<Slot>,
    #[serde(default)]
    link: Option<String>,
    sequence: u32,
    cancelled: bool,
    #[serde(default)]
    draft: String,
    case: Option<CaseId>,
    starts: Option<DateTime<Utc>>,
    minutes: Option<u32>,
}

impl From<Remembered> for Told {
    fn from(kept: Remembered) -> Self {
        let Remembered { uid, name, email, mut slots, link, sequence, cancelled, draft, .. } = kept;
        let alone = kept.case.clone();
        if let (Some(case), Some(starts), Some(minutes)) = (kept.case, kept.starts, kept.minutes) {
            slots.push(Slot { case, starts, minutes });
        }
        Told { uid, name, email, slots, link, sequence, cancelled, draft, alone }
    }
}

/// Why somebody is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    First,
    /// What was written before never went.
    Again,
    Changed,
    Cancelled,
}

/// One invitation to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub told: Told,
    pub change: Change,
    pub with_manager: bool,
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
    pub told: Vec<Told>,
    pub unreachable: Vec<Unreachable>,
}

/// Compares the agenda with what people were last told; of what is in `untold` nothing reached anybody.
pub fn round(facts: &InvitationFacts<'_>, told: &[Told], untold: &BTreeSet<String>) -> Round {
    let mut round = Round::default();
    let mut before: BTreeMap<&str, &Told> = told.iter().map(|told| (told.uid.as_str(), told)).collect();
    for wanted in wanted(facts, &mut round.unreachable) {
        let known = before.remove(wanted.uid.as_str());
        let same = |told: &Told| !told.cancelled && told.slots == wanted.slots && told.link == wanted.link;
        let lost = |told: &Told| untold.contains(&told.uid);
        match known {
            Some(told) if same(told) && !lost(told) => round.told.push(told.clone()),
            Some(told) => {
                let change = if lost(told) { Change::Again } else { Change::Changed };
                round.add(facts, Told { sequence: told.sequence + 1, ..wanted }, change);
            }
            None => round.add(facts, wanted, Change::First),
        }
    }
    for gone in before.into_values() {
        if gone.cancelled && !untold.contains(&gone.uid) {
            round.told.push(gone.clone());
        } else {
            let cancelled = Told { sequence: gone.sequence + 1, cancelled: true, ..gone.clone() };
            round.add(facts, cancelled, Change::Cancelled);
        }
    }
    round
}

impl Round {
    /// Says once more what a person was told last, unless they are told something else now.
    pub fn once_more(&mut self, facts: &InvitationFacts<'_>, uid: &str, change: Change) {
        if self.invitations.iter().any(|one| one.told.uid == uid) {
            return;
        }
        let told = self.told.iter().find(|told| told.uid == uid);
        self.invitations.extend(told.map(|told| invitation(facts, told, change)));
    }

    fn add(&mut self, facts: &InvitationFacts<'_>, told: Told, change: Change) {
        self.invitations.push(invitation(facts, &told, change));
        self.told.push(told);
    }
}

impl Told {
    /// The cases that its reader reads the numbers of: a cancellation names none.
    pub fn named(&self) -> BTreeSet<CaseId> {
        let named = self.slots.iter().filter(|_| !self.cancelled);
        named.map(|slot| slot.case.clone()).collect()
    }

    /// From the beginning of the first slot to the end of the last.
    pub fn span(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let starts = self.slots.iter().map(|slot| slot.starts).min().unwrap_or_default();
        let ends = self.slots.iter().map(Slot::ends).max().unwrap_or_default();
        (starts, ends)
    }
}

impl Slot {
    pub fn ends(&self) -> DateTime<Utc> {
        self.starts + TimeDelta::minutes(i64::from(self.minutes))
    }

    /// `13:10 to 13:25`.
    pub fn said(&self) -> String {
        let time = |moment: DateTime<Utc>| hour(moment.with_timezone(&London).time());
        format!("{} to {}", time(self.starts), time(self.ends()))
    }
}

/// What each who presents is to be told, in the order of their first slots.
fn wanted(facts: &InvitationFacts<'_>, unreachable: &mut Vec<Unreachable>) -> Vec<Told> {
    let mut wanted: Vec<Told> = Vec::new();
    for (item, line) in facts.agenda.cases() {
        for Named { name, officer } in invited(facts, line) {
            let reason = match officer {
                Ok(person) if kept::from(facts.withheld, &person.name).contains(&line.case) => {
                    Err("is kept from this case")
                }
                Ok(person) => person
                    .email
                    .as_ref()
                    .map(|email| (person, email))
                    .ok_or("has no address on the list of officers"),
                Err(why) => Err(why.plain()),
            };
            let (person, email) = match reason {
                Ok(reached) => reached,
                Err(reason) => {
                    let reason = reason.to_owned();
                    unreachable.push(Unreachable { case: line.case.clone(), name, reason });
                    continue;
                }
            };
            let slot =
                Slot { case: line.case.clone(), starts: moment(facts, item.starts), minutes: item.minutes };
            let uid = uid(facts, person, email);
            match wanted.iter_mut().find(|told| told.uid == uid) {
                Some(told) if told.slots.contains(&slot) => {}
                Some(told) => told.slots.push(slot),
                None => wanted.push(Told {
                    uid,
                    name: person.name.clone(),
                    email: email.clone(),
                    slots: vec![slot],
                    link: facts.link.map(str::to_owned),
                    sequence: 0,
                    cancelled: false,
                    draft: String::new(),
                    alone: None,
                }),
            }
        }
    }
    wanted
}

/// Those whom a line names, and its social worker's manager; a line may be older than the case's form.
fn invited<'a>(facts: &InvitationFacts<'a>, line: &CaseLine) -> Vec<Named<'a>> {
    let case = facts.casebook.case(&line.case);
    let manager = case.and_then(|case| case.form.text("team_manager")).and_then(|text| text.lines().next());
    let names = line.presenters.iter().map(String::as_str).chain(manager);
    let on = facts.agenda.meeting.date.max(facts.made.with_timezone(&London).date_naive());
    audience::named(names.map(str::to_owned), facts.people, on)
}

/// Two who share a mailbox have an invitation each.
fn uid(facts: &InvitationFacts<'_>, person: &Person, email: &str) -> String {
    let date = facts.agenda.meeting.date;
    let words: Vec<String> = audience::name_words(&person.name).into_iter().collect();
    let whose = format!("{} {}", email.to_lowercase(), words.join(" "));
    let digest = Sha256::from_digest(sha2::Sha256::digest(whose.as_bytes()).into());
    let short: String =
        facts.heading.short.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{short}-{date}-{}@panelclerk", digest.short())
}

/// The wall's time on the day of the meeting. Meetings are not held in the hour that the clocks leave out.
fn moment(facts: &InvitationFacts<'_>, time: NaiveTime) -> DateTime<Utc> {
    let wall = facts.agenda.meeting.date.and_time(time);
    wall.and_local_timezone(London)
        .earliest()
        .map_or_else(|| wall.and_utc(), |moment| moment.with_timezone(&Utc))
}

fn invitation(facts: &InvitationFacts<'_>, told: &Told, change: Change) -> Invitation {
    let heading = facts.heading;
    let method = if told.cancelled { "CANCEL" } else { "REQUEST" };
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//panelclerk//EN"), ("METHOD", method)] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.push(event(facts, told));
    let what = if told.cancelled { "cancellation" } else { "invitation" };
    let calendar = calendar.to_string();
    Invitation {
        change,
        with_manager: facts.with_manager,
        file_name: format!("{}.ics", heading.file_name(what)),
        method,
        calendar: calendar.replacen("BEGIN:VEVENT", &format!("{LONDON}BEGIN:VEVENT"), 1),
        told: told.clone(),
    }
}

/// The time zone of the meeting, as every diary is told it: summer time from the last Sunday of March to the last Sunday of October.
const LONDON: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\nDTSTART:19961027T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nTZNAME:GMT\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T010000\r\n\
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:BST\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

fn event(facts: &InvitationFacts<'_>, told: &Told) -> Event {
    let heading = facts.heading;
    let (starts, ends) = told.span();
    let on_the_wall = |moment: DateTime<Utc>| CalendarDateTime::WithTimezone {
        date_time: moment.with_timezone(&London).naive_local(),
        tzid: "Europe/London".to_owned(),
    };
    let slots = if told.slots.len() == 1 { "your slot" } else { "your slots" };
    let person = |key: &str, name: &str, address: &str| {
        let mut property = Property::new(key, format!("mailto:{address}"));
        property.add_parameter("CN", &name.replace(['"', '\r', '\n'], " "));
        property
    };
    let mut attendee = person("ATTENDEE", &told.name, &told.email);
    attendee.add_parameter("ROLE", "REQ-PARTICIPANT");
    attendee.add_parameter("PARTSTAT", "NEEDS-ACTION");
    attendee.add_parameter("RSVP", if told.cancelled { "FALSE" } else { "TRUE" });
    let mut event = Event::with_uid(&told.uid);
    event
        .timestamp(facts.made)
        .starts(on_the_wall(starts))
        .ends(on_the_wall(ends))
        .summary(&format!("{}: {slots}", heading.panel))
        .description(&description(facts, told))
        .location(&heading.venue)
        .sequence(told.sequence)
        .status(if told.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed })
        .class(icalendar::Class::Private)
        .append_property(person("ORGANIZER", &heading.panel, facts.organiser))
        .append_multi_property(attendee);
    if let Some(link) = &told.link {
        event.append_property(Property::new("URL", link));
    }
    event.done()
}

/// What stands in the diary's entry, which only its reader can open: cases by their number.
fn description(facts: &InvitationFacts<'_>, told: &Told) -> String {
    let heading = facts.heading;
    let date = day(facts.agenda.meeting.date);
    if told.cancelled {
        return format!(
            "You no longer have a slot at the meeting of {date}. The panel administrator will tell you if this changes."
        );
    }
    let mut said: Vec<String> = told
        .slots
        .iter()
        .map(|slot| format!("{}: {} {}", slot.said(), heading.case_label, slot.case))
        .collect();
    if told.slots.len() > 1 {
        said.push(String::new());
        said.push("Your slots are those above; between them you are free.".to_owned());
    }
    said.push(String::new());
    if let Some(link) = &told.link {
        said.push(format!("Join online: {link}"));
    }
    said.push("Please join ten minutes before your slot.".to_owned());
    said.push(NOTES.to_owned());
    if facts.with_manager {
        said.push(WITH_MANAGER.to_owned());
    }
    said.join("\n")
}

/// Said to everybody who presents a case (docs/domain.md: Invitations).
pub const NOTES: &str =
    "Please make your own notes of actions and recommendations at the meeting: the minutes are sent later.";

/// Where the panel has cases presented by social worker and manager together.
pub const WITH_MANAGER: &str = "Social workers attend with their line manager.";

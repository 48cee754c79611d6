//! What must be seen to by when, and is ticked with a name: who comes, the agenda, the record, the survey.
//!
//! Only what the panel's own procedure sets a day for. A day that has passed without a tick is overdue; nothing is ticked by itself
//! but an agenda that the mail server took, and a survey that the decisions say is done.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::panel::calendar;
use crate::panel::case::{Case, Casebook};
use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::panel::meeting::Meeting;
use crate::panel::outcome::{Decision, DecisionWord, Outcome};
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::so_far;
use crate::panel::when;

/// What can be ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ticked {
    /// A case's team has confirmed that it comes and that its papers are there.
    Attendance,
    /// The agenda has gone out.
    Agenda,
    /// Decision and actions are on the child's record.
    Record,
    /// The survey of placement providers is filled in.
    Survey,
    /// Independent and other care options of a child of 16 were looked at otherwise than by an item of the panel.
    CareLeaver,
}

impl Ticked {
    /// The word by which a row of the workbook is known.
    pub const fn plain(self) -> &'static str {
        match self {
            Ticked::Attendance => "attendance",
            Ticked::Agenda => "agenda",
            Ticked::Record => "record",
            Ticked::Survey => "survey",
            Ticked::CareLeaver => "care leaver",
        }
    }
}

/// What a tick is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tick {
    pub what: Ticked,
    /// None of what belongs to no meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
}

/// A tick that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub tick: Tick,
    pub by: String,
    pub on: NaiveDate,
}

/// One thing with its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub tick: Tick,
    pub due: NaiveDate,
    /// None: by the end of the day.
    pub time: Option<NaiveTime>,
    /// "Protocol record of 61001: by 4 pm Friday 4 December".
    pub said: String,
    /// Who said that it is done, and when.
    pub done: Option<(String, NaiveDate)>,
    pub overdue: bool,
}

impl Deadline {
    /// `record 61001 2026-12-01`: the key of its row.
    pub fn key(&self) -> String {
        let case = self.tick.case.as_ref().map_or(String::new(), |case| format!(" {case}"));
        let meeting = self.tick.meeting.map_or(String::new(), |meeting| format!(" {meeting}"));
        format!("{}{case}{meeting}", self.tick.what.plain())
    }

    pub fn is_open(&self) -> bool {
        self.done.is_none()
    }

    /// A record that nothing is decided for yet: there is nothing to tick.
    pub fn is_of_no_case_yet(&self) -> bool {
        self.tick.what == Ticked::Record && self.tick.case.is_none()
    }
}

/// A meeting that may have something open: what is recorded of it, and its cases as they were heard.
#[derive(Debug, Clone, Copy)]
pub struct Held<'h> {
    pub meeting: &'h Meeting,
    pub outcome: Option<&'h Outcome>,
    /// What each case asked for, where it is known.
    pub book: Option<&'h Casebook>,
}

/// What is known besides the meetings.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    pub ticks: &'k [Seen],
    /// When the mail server took the agenda of the meeting to come, or a person sent it.
    pub agenda_sent: Option<NaiveDate>,
    pub now: DateTime<Utc>,
}

/// What is due for the meeting of `book`: who comes, the agenda, and when its decisions must be recorded.
pub fn ahead(rules: &Rules, book: &Casebook, outcome: Option<&Outcome>, known: &Known<'_>) -> Vec<Deadline> {
    let meeting = &book.meeting;
    let mut found = Vec::new();
    if rules.calendar.confirm_attendance {
        found.extend(book.listed().map(|case| attendance(meeting, case, known)));
    }
    if let Some(due) = meeting.agenda_due {
        let tick = Tick { what: Ticked::Agenda, meeting: Some(meeting.date), case: None };
        let sent = known.agenda_sent.map(|on| ("sent by email".to_owned(), on));
        let said = format!("Agenda due {}", when::day_said(due));
        found.push(deadline(tick, (due, None), said, sent, known));
    }
    let held = Held { meeting, outcome, book: Some(book) };
    found.extend(after(rules, &held, known));
    found
}

/// By the cutoff; of what happened after it, before the meeting begins.
fn attendance(meeting: &Meeting, case: &Case, known: &Known<'_>) -> Deadline {
    let until = if so_far::is_for_ratification(case) { meeting.starts } else { meeting.cutoff };
    let (due, time) = (until.date_naive(), until.time());
    let tick = Tick { what: Ticked::Attendance, meeting: Some(meeting.date), case: Some(case.id.clone()) };
    let said = format!("{}: attendance and documents to be confirmed {}", case.id, when::by(due, Some(time)));
    deadline(tick, (due, Some(time)), said, None, known)
}

/// What a meeting leaves to be done: the record of each decision, the survey of each placement. Before anything is decided, when the
/// decisions must be recorded.
pub fn after(rules: &Rules, held: &Held<'_>, known: &Known<'_>) -> Vec<Deadline> {
    let day = held.meeting.date;
    let decisions: &[Decision] = held.outcome.map_or(&[], |outcome| outcome.decisions.as_slice());
    let mut found = Vec::new();
    if let Some(due) = held.meeting.record_due {
        let until = (due, rules.calendar.record_time);
        let by = when::by(due, rules.calendar.record_time);
        let system = &rules.record_system;
        let of = |case: Option<CaseId>, what: String| {
            let tick = Tick { what: Ticked::Record, meeting: Some(day), case };
            deadline(tick, until, format!("{what} on {system} {by}"), None, known)
        };
        if decisions.is_empty() {
            found.push(of(None, format!("Decisions and actions of {}", when::day(day))));
        }
        found.extend(decisions.iter().map(|decision| {
            of(Some(decision.case.clone()), format!("{}: decision and actions", decision.case))
        }));
    }
    if let Some(survey) = &rules.obligations.survey {
        let due = calendar::meeting_after(rules, day).map_or(day + Days::new(7), |next| next.date);
        let placed = decisions.iter().filter(|decision| is_placement(held.book, decision));
        found.extend(placed.map(|decision| {
            let tick = Tick { what: Ticked::Survey, meeting: Some(day), case: Some(decision.case.clone()) };
            let said = format!("{}: {survey} {}", decision.case, when::by(due, None));
            let done = (decision.survey_done == Some(true)).then(|| ("sheet Decisions".to_owned(), day));
            deadline(tick, (due, None), said, done, known)
        }));
    }
    found
}

/// Whether a provider was agreed to for a child.
fn is_placement(book: Option<&Casebook>, decision: &Decision) -> bool {
    let agreed = matches!(
        decision.word,
        DecisionWord::Agreed
            | DecisionWord::AgreedWithConditions
            | DecisionWord::Ratified
            | DecisionWord::Extended
    );
    let asked = book.and_then(|book| book.case(&decision.case)).and_then(|case| case.request);
    let places = matches!(
        asked,
        Some(
            Request::NewPlacement
                | Request::PlacementMove
                | Request::EmergencyRetrospective
                | Request::Extension
                | Request::CourtOrdered
                | Request::LeavingCare16plus
        )
    );
    agreed && places
}

fn deadline(
    tick: Tick,
    (due, time): (NaiveDate, Option<NaiveTime>),
    said: String,
    known_done: Option<(String, NaiveDate)>,
    known: &Known<'_>,
) -> Deadline {
    let ticked = known.ticks.iter().find(|seen| seen.tick == tick).map(|seen| (seen.by.clone(), seen.on));
    let done = ticked.or(known_done);
    let now = london::wall(known.now).naive_local();
    let passed = time.map_or(due < now.date(), |time| due.and_time(time) < now);
    Deadline { tick, due, time, said, overdue: passed && done.is_none(), done }
}

//! The sheets *Due* and *Open actions*: what must come back to the panel, what earlier meetings said must be done.

use chrono::NaiveDate;

use crate::desk::answers::Answers;
use crate::panel::acts::{Act, Expected};
use crate::panel::case::{Case, Casebook};
use crate::panel::deadlines::{Tick, Ticked};
use crate::panel::follow_up::FollowUp;
use crate::panel::london;
use crate::panel::obligations::{Obligation, Owed};
use crate::panel::paper::Paper;
use crate::panel::when;
use crate::stationery::excel::Value;

/// A row's key and what we know of it, by header.
pub type Known = (String, Vec<(&'static str, Value)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Became {
    Done,
    Open,
}

pub(crate) const BECAME: [(&str, Became); 2] = [("done", Became::Done), ("still open", Became::Open)];

/// The choices of *What to do* with an action.
pub fn action_words() -> Vec<String> {
    BECAME.iter().map(|(words, _)| (*words).to_owned()).collect()
}

/// `1050333 review`: the case, and what is owed of it.
fn key(owed: &Obligation) -> String {
    format!("{} {}", owed.case, owed.what.plain())
}

fn text(words: impl Into<String>) -> Value {
    let words = words.into();
    if words.is_empty() { Value::Empty } else { Value::Text(words) }
}

const fn overdue(is: bool) -> &'static str {
    if is { "OVERDUE" } else { "" }
}

/// The rows of *Due*.
pub fn due_rows(due: &[Obligation], book: &Casebook) -> Vec<Known> {
    let listed = |owed: &Obligation| book.listed().any(|case| case.id == owed.case);
    let row = |owed: &Obligation| {
        let known = vec![
            ("Item", text(key(owed))),
            ("Due", Value::Date(owed.due)),
            ("Overdue", text(overdue(owed.overdue))),
            ("Case", text(owed.case.as_str())),
            ("Due back to panel", text(owed.message.clone())),
            ("Listed", text(if listed(owed) { "on this agenda" } else { "" })),
        ];
        (key(owed), known)
    };
    due.iter().map(row).collect()
}

/// The rows of *Open actions*: what is open, and what was marked as done since the meeting before this one.
pub fn action_rows(follow_ups: &[FollowUp], book: &Casebook) -> Vec<Known> {
    let today = london::wall(book.now).date_naive();
    let last = follow_ups.iter().map(|one| one.held).max();
    let shown = |one: &&FollowUp| {
        let closed = one.done.as_ref().map(|done| done.on);
        closed.is_none_or(|on| last.is_some_and(|last| on >= last))
    };
    follow_ups.iter().filter(shown).map(|one| action_row(one, book, today)).collect()
}

fn action_row(one: &FollowUp, book: &Casebook, today: NaiveDate) -> Known {
    let case = one.action.case.as_ref();
    // Only a form that came since can know.
    let since = |paper: &&Paper| london::wall(paper.received.present_at).date_naive() > one.held;
    let papers = case.and_then(|id| book.case(id)).into_iter().flat_map(Case::papers_in_use).filter(since);
    let form = papers.into_iter().find_map(|paper| paper.form.as_ref()?.text("actions_done"));
    let done = one.done.as_ref().map_or(String::new(), |done| format!("{}, {}", when::day(done.on), done.by));
    let known = vec![
        ("Action", text(one.key())),
        ("Case", text(case.map_or("Panel", |case| case.as_str()))),
        ("What", text(one.action.what.clone())),
        ("Owner", text(one.action.owner.clone())),
        ("Due", one.action.due.map_or(Value::Empty, Value::Date)),
        ("Overdue", text(overdue(one.is_overdue(today)))),
        ("The update form says", text(form.unwrap_or_default())),
        ("Done", text(done)),
    ];
    (one.key(), known)
}

/// Takes a case that must come back onto this agenda.
pub fn take_on(answers: &mut Answers<'_>, due: &[Obligation], book: &Casebook) -> Option<Act> {
    let (onto, otherwise) = (answers.yes("Take onto this agenda"), answers.yes("Seen to otherwise"));
    if otherwise == Some(true) {
        return seen_to(answers, due);
    }
    if onto != Some(true) {
        return None;
    }
    let Some(owed) = due.iter().find(|owed| key(owed) == answers.row.key) else {
        answers.wrong("Take onto this agenda", "this is no longer due", "clear the row");
        return None;
    };
    let (case, meeting) = (owed.case.clone(), book.meeting.date);
    let hand_made = matches!(owed.what, Owed::Confirmation | Owed::Presentation | Owed::Paperwork);
    if hand_made || book.case(&case).is_some() {
        return Some(Act::Move { case, meeting });
    }
    let expected = Expected { request: owed.what.request(), ..Expected::default() };
    Some(Act::Expect { case, meeting, expected })
}

/// Ticks off a care leaver: nothing else that is due leaves but by the panel's own decision.
fn seen_to(answers: &mut Answers<'_>, due: &[Obligation]) -> Option<Act> {
    let owed = due.iter().find(|owed| key(owed) == answers.row.key);
    match owed.filter(|owed| owed.what == Owed::CareLeaver) {
        Some(owed) => {
            let tick = Tick { what: Ticked::CareLeaver, meeting: None, case: Some(owed.case.clone()) };
            Some(Act::Tick { tick, done: true })
        }
        None => {
            let hint = "take it onto the agenda; it is due until the panel decides";
            answers.wrong("Seen to otherwise", "only a care leaver is seen to otherwise", hint);
            None
        }
    }
}

/// Marks an action as done, or as still open.
pub fn close(answers: &mut Answers<'_>, follow_ups: &[FollowUp]) -> Option<Act> {
    let became = answers.choice("What to do", &BECAME)?;
    let Some(one) = follow_ups.iter().find(|one| one.key() == answers.row.key) else {
        answers.wrong("What to do", "there is no such action any more", "clear the row");
        return None;
    };
    Some(Act::closing(one, became == Became::Done))
}

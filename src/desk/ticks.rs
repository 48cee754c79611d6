//! The sheet *Deadlines* and the column *Attending*: what must be seen to by when, ticked with a name.

use chrono::NaiveDate;

use crate::desk::answers::Answers;
use crate::desk::coming::{BECAME, Became, Known};
use crate::panel::acts::Act;
use crate::panel::deadlines::{Deadline, Tick, Ticked};
use crate::panel::ids::CaseId;
use crate::panel::when;
use crate::stationery::excel::Value;

/// The column in which a team's word is entered that it comes.
pub const ATTENDING: &str = "Attending";

const ATTENDS: [(&str, bool); 2] = [("confirmed", true), ("not confirmed", false)];

/// The choices of *Attending*.
pub fn attending_words() -> Vec<String> {
    ATTENDS.iter().map(|(words, _)| (*words).to_owned()).collect()
}

fn text(words: impl Into<String>) -> Value {
    let words = words.into();
    if words.is_empty() { Value::Empty } else { Value::Text(words) }
}

/// Who ticked it, and when.
fn done(deadline: &Deadline) -> String {
    deadline.done.as_ref().map_or(String::new(), |(by, on)| format!("{by}, {}", when::day(*on)))
}

/// The rows of *Deadlines*.
pub fn rows(deadlines: &[Deadline]) -> Vec<Known> {
    let row = |one: &Deadline| {
        let known = vec![
            ("Deadline", text(one.key())),
            ("Due", Value::Date(one.due)),
            ("Overdue", text(if one.overdue { "OVERDUE" } else { "" })),
            ("Case", text(one.tick.case.as_ref().map_or("", CaseId::as_str))),
            ("What", text(one.said.clone())),
            ("Done", text(done(one))),
        ];
        (one.key(), known)
    };
    deadlines.iter().map(row).collect()
}

/// What is known of a case's attendance: confirmed by whom, or that it is not.
pub fn attendance(deadlines: &[Deadline], meeting: NaiveDate, case: &CaseId) -> String {
    let about = |one: &&Deadline| {
        let Tick { what, meeting: of, case: whose } = &one.tick;
        *what == Ticked::Attendance && *of == Some(meeting) && whose.as_ref() == Some(case)
    };
    match deadlines.iter().find(about) {
        None => String::new(),
        Some(one) if one.done.is_some() => format!("confirmed: {}", done(one)),
        Some(one) if one.overdue => "NOT CONFIRMED".to_owned(),
        Some(one) => format!("to be confirmed {}", when::by(one.due, one.time)),
    }
}

/// Ticks what was seen to, or takes the tick back.
pub fn tick(answers: &mut Answers<'_>, deadlines: &[Deadline]) -> Option<Act> {
    let became = answers.choice("What to do", &BECAME)?;
    let Some(one) = deadlines.iter().find(|one| one.key() == answers.row.key) else {
        answers.wrong("What to do", "this is no longer due", "clear the row");
        return None;
    };
    if one.is_of_no_case_yet() {
        let hint = "write the minutes first; then each case has its own row";
        answers.wrong("What to do", "no decision of that meeting is recorded yet", hint);
        return None;
    }
    Some(Act::Tick { tick: one.tick.clone(), done: became == Became::Done })
}

/// A team's word that it comes and that its papers are there, or that it does not.
pub fn attending(answers: &mut Answers<'_>, meeting: NaiveDate) -> Option<Act> {
    let done = answers.choice(ATTENDING, &ATTENDS)?;
    let case: CaseId = answers.row.key.parse().ok()?;
    Some(attends(case, meeting, done))
}

/// The same of a booking, whose row names its case.
pub fn booked(answers: &mut Answers<'_>, case: &CaseId, meeting: NaiveDate) -> Option<Act> {
    let done = answers.choice(ATTENDING, &ATTENDS)?;
    Some(attends(case.clone(), meeting, done))
}

fn attends(case: CaseId, meeting: NaiveDate, done: bool) -> Act {
    let tick = Tick { what: Ticked::Attendance, meeting: Some(meeting), case: Some(case) };
    Act::Tick { tick, done }
}

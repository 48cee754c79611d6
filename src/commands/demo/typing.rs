//! The administrator's part of the sample: what came of the meeting, typed into the workbook's cells.

use chrono::NaiveTime;

use crate::desk::attendance::{INTERESTS, KEPT_OUT, PRESENCE};
use crate::desk::decided::DECIDED_BY;
use crate::desk::layout::{ACTIONS, ATTENDANCE, DECISIONS, MEETING};
use crate::desk::outcome::{DECLARED, ENDED, IN_THE_CHAIR, STARTED};
use crate::desk::typed::{Typed, TypedCell, TypedRow};
use crate::panel::ids::CaseId;
use crate::panel::money::Pence;
use crate::panel::outcome::{Action, Attendee, Decision, Funder, Outcome};
use crate::panel::people::Person;
use crate::panel::words::Words;
use crate::stationery::excel::Value;

/// `outcome` as it would have been typed.
pub fn typed(outcome: &Outcome, people: &[Person], words: &Words) -> Typed {
    let filled = |key: &str, words: &str| row(MEETING.name, key, vec![("Fill in", text(words))]);
    let mut rows = vec![
        hour(STARTED, outcome.started),
        hour(ENDED, outcome.ended),
        filled(IN_THE_CHAIR, outcome.chair.as_deref().unwrap_or_default()),
        filled(DECLARED, if outcome.no_interests { "none" } else { "" }),
    ];
    for attendee in &outcome.attendance {
        let listed = people.iter().any(|person| person.name == attendee.name);
        rows.push(attendance(attendee, listed));
    }
    rows.retain(|row| !row.cells.is_empty());
    rows.extend(outcome.decisions.iter().map(|decision| decided(decision, words)));
    rows.extend(outcome.actions.iter().zip(1..).map(|(action, number)| to_do(action, number)));
    Typed { rows, ..Typed::default() }
}

fn hour(key: &str, time: Option<NaiveTime>) -> TypedRow {
    row(MEETING.name, key, vec![("Fill in", time.map_or(Value::Empty, Value::Time))])
}

fn attendance(attendee: &Attendee, listed: bool) -> TypedRow {
    let presence = PRESENCE.iter().find(|(_, presence)| *presence == attendee.presence);
    let cases = |cases: &[CaseId]| cases.iter().map(CaseId::as_str).collect::<Vec<_>>().join(", ");
    let mut cells = vec![
        ("Presence", text(presence.map_or("", |(word, _)| word))),
        ("Standing in for", text(attendee.standing_for.as_deref().unwrap_or_default())),
        (INTERESTS, text(&cases(&attendee.interests))),
        (KEPT_OUT, text(&cases(&attendee.kept_out))),
    ];
    if !listed {
        cells.push(("Name", text(&attendee.name)));
        cells.push(("Role", text(&attendee.role)));
        cells.push(("Agency", text(&attendee.agency)));
    }
    row(ATTENDANCE.name, &attendee.name, cells)
}

fn decided(decision: &Decision, words: &Words) -> TypedRow {
    let by = DECIDED_BY.iter().find(|(_, by)| Some(*by) == decision.decided_by);
    let mut cells = vec![
        ("Decision", text(words.decision(decision.word))),
        ("Reason", text(&decision.reason)),
        ("Decided by", text(by.map_or("", |(word, _)| word))),
        ("Presented by", text(&decision.presented_by)),
        ("Time considered", decision.heard.map_or(Value::Empty, Value::Time)),
        ("Placement agreed", text(&decision.placement)),
        ("Paid once", decision.once.map_or(Value::Empty, pounds)),
        ("From parents a week", decision.parents.map_or(Value::Empty, pounds)),
        ("Panel on health", text(&decision.panel_on.health)),
        ("Panel on education", text(&decision.panel_on.education)),
        ("Panel on other needs", text(&decision.panel_on.other)),
        ("Achieved?", text(&decision.achieved)),
        ("A week", decision.weekly.map_or(Value::Empty, pounds)),
        ("From", decision.from.map_or(Value::Empty, Value::Date)),
        ("To", decision.to.map_or(Value::Empty, Value::Date)),
        ("Review", decision.review.map_or(Value::Empty, Value::Date)),
        ("Conditions", text(&decision.conditions)),
        ("Discussion", text(&decision.discussion)),
        ("Dissent", text(&decision.dissent)),
    ];
    for funder in Funder::ALL {
        if let Some((_, share)) = decision.split.iter().find(|(payer, _)| *payer == funder) {
            cells.push((funder.plain(), pounds(*share)));
        }
    }
    row(DECISIONS.name, decision.case.as_str(), cells)
}

fn to_do(action: &Action, number: u32) -> TypedRow {
    let case = action.case.as_ref().map(ToString::to_string).unwrap_or_default();
    let cells = vec![
        ("Case", text(&case)),
        ("What", text(&action.what)),
        ("Owner", text(&action.owner)),
        ("Due", action.due.map_or(Value::Empty, Value::Date)),
    ];
    row(ACTIONS.name, &number.to_string(), cells)
}

fn row(sheet: &str, key: &str, cells: Vec<(&str, Value)>) -> TypedRow {
    let filled = cells.into_iter().filter(|(_, value)| *value != Value::Empty);
    let cells = filled
        .map(|(column, value)| TypedCell { column: column.to_owned(), cell: String::new(), value })
        .collect();
    TypedRow { sheet: sheet.to_owned(), key: key.to_owned(), cells, empty: Vec::new() }
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

fn pounds(pence: Pence) -> Value {
    let pence = i32::try_from(pence.0).unwrap_or(i32::MAX);
    Value::Number(f64::from(pence) / 100.0)
}

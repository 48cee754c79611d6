//! What of the typed goes into the next edition: everything that has not been done.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::desk::attendance::{INTERESTS, KEPT_OUT};
use crate::desk::entries::Place;
use crate::desk::layout::{
    ACTIONS, AGENDA, ATTENDANCE, CASES, DEADLINES, DECISIONS, DUE, EXPECTED, LETTERS, OPEN_ACTIONS, ORDERS,
    PAPERS,
};
use crate::desk::typed::{Typed, TypedCell, TypedRow};
use crate::panel::acts::Alert;
use crate::panel::audience::same_name;
use crate::panel::ids::CaseId;
use crate::panel::kept::KeptFrom;
use crate::panel::people::Person;
use crate::stationery::excel::Value;

/// The same with who takes no part in what, as the register has it, on the sheet *Attendance*: an edition shows all of it, whatever became
/// of the one it was typed into.
#[must_use]
pub fn with_kept(mut typed: Typed, standing: &[KeptFrom], people: &[Person]) -> Typed {
    for kept in standing {
        let column = if kept.by_chair { KEPT_OUT } else { INTERESTS };
        let person = people.iter().find(|person| same_name(&person.name, &kept.person));
        let name = person.map_or(kept.person.as_str(), |person| person.name.as_str());
        let is_theirs = |row: &TypedRow| {
            let named = row.cell("Name").map(|cell| &cell.value);
            let named = if let Some(Value::Text(named)) = named { named.as_str() } else { row.key.as_str() };
            row.sheet == ATTENDANCE.name && same_name(named, name)
        };
        let at = typed.rows.iter().position(is_theirs).unwrap_or_else(|| {
            typed.rows.push(TypedRow {
                sheet: ATTENDANCE.name.to_owned(),
                key: name.to_owned(),
                cells: vec![cell("Name", name.to_owned())],
                empty: Vec::new(),
            });
            typed.rows.len() - 1
        });
        let row = &mut typed.rows[at];
        match row.cells.iter_mut().find(|cell| cell.column == column) {
            None => row.cells.push(cell(column, kept.case.to_string())),
            Some(cell) => match &cell.value {
                Value::Text(text) if !names(text, &kept.case) => {
                    cell.value = Value::Text(format!("{text}, {}", kept.case));
                }
                Value::Number(number) if number.to_string() != kept.case.as_str() => {
                    cell.value = Value::Text(format!("{number}, {}", kept.case));
                }
                Value::Empty => cell.value = Value::Text(kept.case.to_string()),
                _ => {}
            },
        }
    }
    typed
}

/// Takes the rows of cases that are heard `elsewhere` out, with the meeting that hears them: what is to be decided, done, and when it is heard.
/// What is to be done with a case itself stays where it was typed.
pub fn leaving(
    typed: &mut Typed,
    elsewhere: impl Fn(&CaseId) -> Option<NaiveDate>,
) -> Vec<(NaiveDate, TypedRow)> {
    let mut gone = Vec::new();
    typed.rows.retain(|row| {
        let case = match row.sheet.as_str() {
            name if name == AGENDA.name || name == DECISIONS.name => row.key.parse().ok(),
            name if name == ACTIONS.name => row.cell("Case").and_then(|cell| named_case(&cell.value)),
            _ => None,
        };
        let meeting = case.as_ref().and_then(&elsewhere);
        gone.extend(meeting.map(|meeting| (meeting, row.clone())));
        meeting.is_none()
    });
    gone
}

fn named_case(value: &Value) -> Option<CaseId> {
    match value {
        Value::Text(text) => text.trim().parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// Puts in the rows that come along from another meeting's workbook. What is typed here already stays; text is added to it.
pub fn joined(typed: &mut Typed, comes: &[TypedRow]) {
    for row in comes {
        if row.sheet == ACTIONS.name {
            join_action(typed, row);
            continue;
        }
        let there = typed.rows.iter_mut().find(|other| (&other.sheet, &other.key) == (&row.sheet, &row.key));
        let Some(there) = there else {
            typed.rows.push(row.clone());
            continue;
        };
        for cell in &row.cells {
            let Some(other) = there.cells.iter_mut().find(|other| other.column == cell.column) else {
                there.cells.push(cell.clone());
                continue;
            };
            if let (Value::Text(here), Value::Text(comes)) = (&other.value, &cell.value)
                && !here.contains(comes.as_str())
            {
                other.value = Value::Text(format!("{here}; {comes}"));
            }
        }
    }
}

/// An action is known by its number alone, which may be taken.
fn join_action(typed: &mut Typed, row: &TypedRow) {
    let values = |row: &TypedRow| -> Vec<(String, Value)> {
        row.cells.iter().map(|cell| (cell.column.clone(), cell.value.clone())).collect()
    };
    if typed.on(ACTIONS.name).any(|other| values(other) == values(row)) {
        return;
    }
    let last = typed.on(ACTIONS.name).filter_map(|row| row.key.parse::<u32>().ok()).max();
    typed.rows.push(TypedRow { key: (last.unwrap_or(0) + 1).to_string(), ..row.clone() });
}

/// The same with the early alerts that hold, on the sheet *Expected*: they stand there until they are over.
#[must_use]
pub fn with_alerts<'a>(
    mut typed: Typed,
    standing: impl Iterator<Item = (&'a CaseId, &'a Alert, &'a str)>,
) -> Typed {
    for (case, alert, by) in standing {
        let rows = typed.rows.iter().filter(|row| row.sheet == EXPECTED.name);
        if rows.clone().any(|row| row.cell("Case").is_some_and(|cell| names(&said(&cell.value), case))) {
            continue;
        }
        let used: BTreeSet<String> = rows.map(|row| row.key.clone()).collect();
        let free = (1..=u32::MAX).map(|number| number.to_string()).find(|key| !used.contains(key));
        let child = alert.child.clone().unwrap_or_default();
        let mut cells = vec![cell("Case", case.to_string())];
        if !child.is_empty() {
            cells.push(cell("Child", child));
        }
        cells.push(cell("Early alert", "yes".to_owned()));
        cells.push(cell("Manager spoken to", alert.manager.clone()));
        cells.push(TypedCell { value: Value::Date(alert.on), ..cell("Spoken to on", String::new()) });
        cells.push(cell("Next step", alert.next_step.clone()));
        cells.push(cell("By", by.to_owned()));
        let key = free.unwrap_or_default();
        typed.rows.push(TypedRow { sheet: EXPECTED.name.to_owned(), key, cells, empty: Vec::new() });
    }
    typed
}

fn said(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn cell(column: &str, text: String) -> TypedCell {
    TypedCell { column: column.to_owned(), cell: String::new(), value: Value::Text(text) }
}

fn names(text: &str, case: &CaseId) -> bool {
    text.split(|letter: char| letter == ',' || letter == ';' || letter.is_whitespace())
        .any(|word| word == case.as_str())
}

/// The same without the rows whose acts and orders have been done. Attendance, decisions and actions stay: they are the
/// record of the meeting until its minutes are confirmed.
pub fn undone(typed: &Typed, done: &BTreeSet<Place>) -> Typed {
    let acted = [
        CASES.name,
        PAPERS.name,
        AGENDA.name,
        EXPECTED.name,
        DUE.name,
        OPEN_ACTIONS.name,
        DEADLINES.name,
        LETTERS.name,
        ORDERS.name,
    ];
    let mut left = typed.clone();
    left.rows.retain(|row| !acted.contains(&row.sheet.as_str()) || !done.contains(&row.place()));
    left
}

//! Each sheet's rows: what we know in our columns, what she typed in hers.

use std::collections::BTreeSet;

use crate::desk::acts::{case_words, or_as_found, paper_words};
use crate::desk::attendance::{PRESENCE, says_presence};
use crate::desk::bookings;
use crate::desk::coming::action_words;
use crate::desk::decided::{COST_AS_REQUESTED, DECIDED_BY};
use crate::desk::known::{OurRow, numbered, our_rows};
use crate::desk::layout::{
    AGENDA, ATTENDANCE, CASES, ColumnPlan, DEADLINES, LETTERS, OPEN_ACTIONS, PAPERS, SheetPlan, WRONG, Whose,
};
use crate::desk::mistake::Mistake;
use crate::desk::posted::letter_words;
use crate::desk::ticks::{ATTENDING, attending_words};
use crate::desk::typed::TypedRow;
use crate::desk::view::DeskView;
use crate::desk::wishes::agenda_words;
use crate::panel::when;
use crate::stationery::excel::{Cell, Column, Sheet, Value};

/// Empty rows to type into, on sheets that take more rows.
const SPARE_ROWS: usize = 25;

/// What a cell of ours begins with when somebody must look at it.
const LOUD: [&str; 12] = [
    "INCOMPLETE",
    "LATE",
    "LOOK AT THIS",
    "NO TIME",
    "EMERGENCY",
    "OVERDUE",
    "REFUSED",
    "CAME BACK",
    "NOT ANSWERED",
    "NOT SENT YET",
    "NOT CONFIRMED",
    "Not presented",
];

/// Columns that are ours in a member's row and hers in one she adds.
const NAMED_BY_HER: [&str; 3] = ["Name", "Role", "Agency"];

/// A sheet of the workbook, filled.
pub fn sheet(plan: &'static SheetPlan, view: &DeskView<'_>) -> Sheet {
    let ours = our_rows(plan, view);
    let known: BTreeSet<String> = ours.iter().map(|row| row.key.clone()).collect();
    let mut rows: Vec<Vec<Cell>> =
        ours.iter().map(|row| cells(plan, view, row, view.typed.row(plan.name, &row.key))).collect();
    for typed in view.typed.on(plan.name).filter(|typed| !known.contains(&typed.key)) {
        if plan.name == ATTENDANCE.name && !says_presence(typed) {
            continue;
        }
        let row = added_row(plan, typed, rows.len());
        rows.push(cells(plan, view, &row, Some(typed)));
    }
    if plan.free {
        for _ in 0..SPARE_ROWS {
            let row = spare_row(plan, rows.len());
            rows.push(cells(plan, view, &row, None));
        }
    }
    Sheet {
        name: plan.name.to_owned(),
        intro: intro(plan, view),
        columns: plan.columns.iter().map(|column| column_of(plan, column, view)).collect(),
        rows,
        open: false,
        frozen: plan.frozen,
    }
}

/// The line above the table; above the cases also what cannot be done now.
fn intro(plan: &SheetPlan, view: &DeskView<'_>) -> String {
    if plan.name != CASES.name || view.amiss.is_empty() {
        return plan.intro.to_owned();
    }
    format!("LOOK AT THIS: {}. {}", view.amiss.join("; "), plan.intro)
}

fn cells(plan: &SheetPlan, view: &DeskView<'_>, row: &OurRow, typed: Option<&TypedRow>) -> Vec<Cell> {
    let key = typed.map_or(row.key.as_str(), |typed| typed.key.as_str());
    let cell = |column: &ColumnPlan| {
        if column.header == WRONG {
            return Cell::ours_value(wrong(plan, view, key, typed.is_some(), row));
        }
        let typed = typed.and_then(|typed| typed.cell(column.header)).map(|cell| cell.value.clone());
        if row.closed && typed.is_none() {
            return Cell::ours_value(row.value(column.header));
        }
        if column.whose == Whose::Hers || row.open.contains(&column.header) {
            return Cell::hers(typed.unwrap_or_else(|| row.value(column.header)));
        }
        let cell = Cell::ours_value(row.value(column.header));
        let shouts =
            matches!(&cell.value, Value::Text(text) if LOUD.iter().any(|word| text.starts_with(word)));
        if shouts { cell.loud() } else { cell }
    };
    plan.columns.iter().map(cell).collect()
}

/// What is wrong with a row, as it stands beside it.
fn wrong(plan: &SheetPlan, view: &DeskView<'_>, key: &str, typed: bool, row: &OurRow) -> Value {
    let beside = view.mistakes.iter().filter(|mistake| mistake.sheet == plan.name && mistake.key == key);
    let mut said: Vec<String> = beside.filter(|_| !key.is_empty()).map(Mistake::beside).collect();
    if typed && row.gone {
        said.push(
            "this row is no longer part of this meeting – nothing was done with what you typed".to_owned(),
        );
    }
    if said.is_empty() { row.value(WRONG) } else { Value::Text(said.join("\n")) }
}

/// A row she added, or one that is no longer ours.
fn added_row(plan: &SheetPlan, typed: &TypedRow, position: usize) -> OurRow {
    if plan.name == ATTENDANCE.name {
        return OurRow { open: &NAMED_BY_HER, ..OurRow::new(typed.key.clone(), Vec::new()) };
    }
    if plan.free {
        return numbered(position);
    }
    let named = !typed.key.starts_with("row ");
    let key = named.then(|| (plan.key, Value::Text(typed.key.clone())));
    OurRow { gone: true, ..OurRow::new(typed.key.clone(), key.into_iter().collect()) }
}

fn spare_row(plan: &SheetPlan, position: usize) -> OurRow {
    if plan.name == ATTENDANCE.name {
        OurRow { open: &NAMED_BY_HER, ..OurRow::new("", Vec::new()) }
    } else {
        numbered(position)
    }
}

fn column_of(sheet: &SheetPlan, plan: &ColumnPlan, view: &DeskView<'_>) -> Column {
    let column = Column::new(plan.header, plan.width, plan.look);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let cases = || view.casebook.cases.iter().map(|case| case.id.to_string()).collect::<Vec<String>>();
    let choices = match plan.header {
        "What to do" if sheet.name == PAPERS.name => paper_words(),
        "What to do" if sheet.name == AGENDA.name => agenda_words(),
        "What to do" if [OPEN_ACTIONS.name, DEADLINES.name].contains(&sheet.name) => action_words(),
        ATTENDING => attending_words(),
        "What to do" if sheet.name == LETTERS.name => letter_words(),
        "What to do" => case_words(),
        "To meeting" => view.meetings.iter().map(|date| when::typed_day(*date)).collect(),
        "Belongs to case" => or_as_found(cases().into_iter()),
        "Case" if plan.whose == Whose::Hers => cases(),
        "Kind is" => or_as_found(view.words.kinds.values().cloned()),
        "Child is confirmed" | "Placement survey completed" => words(&["yes", "no"]),
        "Emergency" | "Tracking only" | "Do it" | "Take onto this agenda" | "Seen to otherwise"
            if plan.whose == Whose::Hers =>
        {
            words(&["yes"])
        }
        "Early alert" => words(&["yes", bookings::OVER]),
        "Request" if plan.whose == Whose::Hers => view.words.requests.values().cloned().collect(),
        "Presence" => words(&PRESENCE.map(|(word, _)| word)),
        "Decision" => view.words.decisions.values().cloned().collect(),
        "Decided by" => words(&DECIDED_BY.map(|(word, _)| word)),
        "Name brothers and sisters" | COST_AS_REQUESTED => words(&["yes"]),
        _ => Vec::new(),
    };
    column.choices(&choices)
}

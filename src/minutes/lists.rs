//! The actions list and the filing list, as small workbooks.

use rust_xlsxwriter::XlsxError;

use crate::minutes::facts::{Document, MinutesFacts};
use crate::panel::ids::CaseId;
use crate::panel::when::long_date;
use crate::stationery::excel::{self, Book, Cell, CellLook, Column, Sheet, Value};

/// Who must do what by when.
pub fn actions(facts: &MinutesFacts<'_>) -> Result<Vec<u8>, XlsxError> {
    let columns = vec![
        Column::new("Case", 14.0, CellLook::Text),
        Column::new("Action", 70.0, CellLook::Text),
        Column::new("Owner", 30.0, CellLook::Text),
        Column::new("By", 13.0, CellLook::Date),
    ];
    let rows = facts.outcome.actions.iter().map(|action| {
        vec![
            Cell::ours(action.case.as_ref().map_or("Panel", CaseId::as_str)),
            Cell::ours(action.what.as_str()),
            Cell::ours(action.owner.as_str()),
            Cell::ours_value(action.due.map_or(Value::Empty, Value::Date)),
        ]
    });
    list(
        facts,
        "Actions",
        "What is to be done after the meeting, by whom and by when.",
        columns,
        rows.collect(),
    )
}

/// Which file goes where in the council's system.
pub fn filing(
    facts: &MinutesFacts<'_>,
    documents: &[(Option<CaseId>, Document)],
) -> Result<Vec<u8>, XlsxError> {
    let columns = vec![
        Column::new("File", 48.0, CellLook::Text),
        Column::new(&facts.heading.case_label, 14.0, CellLook::Text),
        Column::new("Category", 56.0, CellLook::Text),
        Column::new("Heading of the case note", 28.0, CellLook::Text),
    ];
    let category = facts.heading.category.clone().unwrap_or_default();
    let rows = documents.iter().map(|(case, document)| {
        vec![
            Cell::ours(document.file_name.as_str()),
            Cell::ours(case.as_ref().map_or("", CaseId::as_str)),
            Cell::ours(category.as_str()),
            Cell::ours(if case.is_some() { facts.heading.record_heading.as_str() } else { "" }),
        ]
    });
    list(
        facts,
        "Filing",
        &format!(
            "Where each document is filed in {}. Paste the category as it stands here.",
            facts.heading.record_system
        ),
        columns,
        rows.collect(),
    )
}

fn list(
    facts: &MinutesFacts<'_>,
    name: &str,
    intro: &str,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
) -> Result<Vec<u8>, XlsxError> {
    let date = facts.agenda.meeting.date;
    excel::write(&Book {
        title: format!("{}, {}", facts.heading.panel, long_date(date)),
        marking: facts.heading.marking.clone(),
        dated: date,
        sheets: vec![Sheet {
            name: name.to_owned(),
            intro: intro.to_owned(),
            columns,
            rows,
            open: true,
            frozen: 1,
        }],
        identity: Vec::new(),
    })
}

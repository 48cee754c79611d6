//! The actions list and the filing list, as small workbooks.

use rust_xlsxwriter::XlsxError;

use crate::minutes::facts::{Filed, MinutesFacts, Sort};
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
pub fn filing(facts: &MinutesFacts<'_>, documents: &[&Filed]) -> Result<Vec<u8>, XlsxError> {
    let heading = facts.heading;
    let mut columns = vec![
        Column::new("File", 52.0, CellLook::Text),
        Column::new(&heading.case_label, 14.0, CellLook::Text),
        Column::new("Where", 44.0, CellLook::Text),
        Column::new("Category", 56.0, CellLook::Text),
        Column::new("Type of case note", 30.0, CellLook::Text),
        Column::new("Heading of the case note", 28.0, CellLook::Text),
    ];
    // Only where the panel's procedure sets a day.
    let until = heading.record_by.as_deref();
    columns.extend(until.map(|_| Column::new("When", 30.0, CellLook::Text)));
    let category = heading.category.clone().unwrap_or_default();
    let rows = documents.iter().map(|filed| {
        let (place, category, kind, headed) = match filed.sort {
            Sort::Minutes => ("the panel's own file: it names every child", "", "", ""),
            Sort::Extract => {
                ("this child's documents, once the minutes are confirmed", category.as_str(), "", "")
            }
            Sort::Note => ("for the social worker, and to read from", "", "", ""),
            Sort::CaseNote => (
                "this child's case notes: paste the text",
                "",
                heading.record_type.as_str(),
                heading.record_heading.as_str(),
            ),
        };
        let mut row = vec![
            Cell::ours(filed.document.file_name.as_str()),
            Cell::ours(filed.case.as_ref().map_or("", CaseId::as_str)),
            Cell::ours(place),
            Cell::ours(category),
            Cell::ours(kind),
            Cell::ours(headed),
        ];
        let of_note =
            |until: &str| if filed.sort == Sort::CaseNote { until.to_owned() } else { String::new() };
        row.extend(until.map(|until| Cell::ours(of_note(until))));
        row
    });
    let system = &heading.record_system;
    let by =
        until.map_or(String::new(), |until| format!(" Decision and actions are to be on {system} {until}."));
    let paste = if category.is_empty() { "" } else { " Paste the category as it stands here." };
    list(
        facts,
        "Filing",
        &format!(
            "Where each document is filed in {system}.{by}{paste} Only an extract is filed on a child's record."
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

//! The meeting workbook as the administrator opens it.
//!
//! A new edition shows the case list as it is now and carries forward, cell for cell, what she typed and what has not been
//! done yet, with what is wrong beside it.

use anyhow::{Context, Result};

use crate::desk::layout::SHEETS;
use crate::desk::tables;
use crate::desk::view::DeskView;
use crate::panel::when::long_date;
use crate::stationery::excel::{self, Book};

/// Writes an edition.
///
/// Fails when a text is longer than a cell may be.
pub fn workbook(view: &DeskView<'_>) -> Result<Vec<u8>> {
    let date = view.casebook.meeting.date;
    let book = Book {
        title: format!("{}, {}", view.heading.panel, long_date(date)),
        marking: view.heading.marking.clone(),
        dated: date,
        sheets: SHEETS.into_iter().map(|plan| tables::sheet(plan, view)).collect(),
        identity: vec![
            ("meeting".to_owned(), date.to_string()),
            ("edition".to_owned(), view.edition.to_string()),
            ("panel".to_owned(), view.heading.short.clone()),
        ],
    };
    excel::write(&book).with_context(|| format!("cannot write the workbook of the meeting on {date}"))
}

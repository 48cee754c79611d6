//! The meeting workbook as the administrator opens it.
//!
//! A new edition shows the case list as it is now and carries forward, cell for cell, what she typed and what has not been
//! done yet, with what is wrong beside it.

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::desk::layout::SHEETS;
use crate::desk::mistake::Mistake;
use crate::desk::tables;
use crate::desk::typed::Typed;
use crate::panel::agenda::Agenda;
use crate::panel::case::Casebook;
use crate::panel::people::Person;
use crate::panel::words::{Heading, Words, long_date};
use crate::stationery::excel::{self, Book};

/// What an edition of the workbook is made of.
#[derive(Debug)]
pub struct DeskView<'a> {
    pub heading: &'a Heading,
    pub words: &'a Words,
    pub casebook: &'a Casebook,
    pub agenda: &'a Agenda,
    pub people: &'a [Person],
    /// Meetings a case can be moved to.
    pub meetings: &'a [NaiveDate],
    /// What she typed and what has not been done: see [`crate::desk::carry::undone`].
    pub typed: &'a Typed,
    pub mistakes: &'a [Mistake],
    /// What became of each order, newest for each.
    pub done: &'a [Done],
    /// One more than that of the edition before.
    pub edition: u32,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub order: crate::desk::entries::OrderWord,
    /// "Thursday 19 November, 09:12, J. Marsh".
    pub when: String,
    pub result: String,
}

/// Writes an edition.
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

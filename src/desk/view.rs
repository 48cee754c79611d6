//! What an edition of the meeting workbook is made of.

use chrono::NaiveDate;

use crate::desk::mistake::Mistake;
use crate::desk::typed::{Told, Typed};
use crate::panel::agenda::Agenda;
use crate::panel::case::Casebook;
use crate::panel::people::Person;
use crate::panel::words::{Heading, Words};

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
    /// What became of orders just now; of the others the workbook says again what it said.
    pub told: &'a [Told],
    /// One more than that of the edition before.
    pub edition: u32,
}

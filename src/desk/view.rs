//! What an edition of the meeting workbook is made of.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::desk::entries::OrderWord;
use crate::desk::mistake::Mistake;
use crate::desk::posted::LetterLine;
use crate::desk::typed::Typed;
use crate::panel::agenda::Agenda;
use crate::panel::case::Casebook;
use crate::panel::deadlines::Deadline;
use crate::panel::follow_up::FollowUp;
use crate::panel::ids::CaseId;
use crate::panel::obligations::Obligation;
use crate::panel::people::Person;
use crate::panel::roles::PanelRole;
use crate::panel::words::{Heading, Words};

/// What an edition of the workbook is made of.
#[derive(Debug)]
pub struct DeskView<'a> {
    pub heading: &'a Heading,
    pub words: &'a Words,
    pub casebook: &'a Casebook,
    pub agenda: &'a Agenda,
    pub people: &'a [Person],
    /// What cannot be done now, one sentence each.
    pub amiss: &'a [String],
    /// What must come back to the panel.
    pub due: &'a [Obligation],
    /// What earlier meetings said must be done.
    pub follow_ups: &'a [FollowUp],
    /// The roles of which the panel consists.
    pub roles: &'a [PanelRole],
    /// What must be seen to by when.
    pub deadlines: &'a [Deadline],
    /// What providers promised when a case was last decided, one text for each case.
    pub promised: &'a BTreeMap<CaseId, String>,
    /// The letters of the meeting but for those taken back.
    pub letters: &'a [LetterLine],
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub order: OrderWord,
    /// "9.12 am Thursday 19 November, J. Marsh".
    pub when: String,
    pub result: String,
}

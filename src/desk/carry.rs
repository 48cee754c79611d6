//! What of the typed goes into the next edition: everything that has not been done.

use std::collections::BTreeSet;

use crate::desk::entries::Place;
use crate::desk::layout::{AGENDA, CASES, DUE, EXPECTED, OPEN_ACTIONS, ORDERS, PAPERS};
use crate::desk::typed::Typed;

/// The same without the rows whose acts and orders have been done. Attendance, decisions and actions stay: they are the
/// record of the meeting until its minutes are confirmed.
pub fn undone(typed: &Typed, done: &BTreeSet<Place>) -> Typed {
    let acted =
        [CASES.name, PAPERS.name, AGENDA.name, EXPECTED.name, DUE.name, OPEN_ACTIONS.name, ORDERS.name];
    let mut left = typed.clone();
    left.rows.retain(|row| {
        let place = Place { sheet: row.sheet.clone(), key: row.key.clone() };
        !acted.contains(&row.sheet.as_str()) || !done.contains(&place)
    });
    left
}

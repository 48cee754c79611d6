//! Which of the panel's roles nobody holds, and which nobody stood for at the meeting, as far as its attendance is typed.

use crate::desk::layout::{ATTENDANCE, folded};
use crate::desk::typed::TypedRow;
use crate::desk::view::DeskView;
use crate::panel::audience::same_name;
use crate::panel::people::Capacity;
use crate::panel::roles;
use crate::stationery::excel::Value;

/// What is said where each role is taken.
const NONE: &str = "none";

/// Roles that nobody in `People.xlsx` holds; empty where the panel names none.
pub fn unfilled(view: &DeskView<'_>) -> String {
    let seated = view.people.iter().filter(|person| person.capacity != Capacity::Officer);
    let held: Vec<&str> = seated.map(|person| person.role.as_str()).collect();
    said(view, &held)
}

/// Roles of which nobody was there, nor a substitute; nothing is said before anybody's presence is typed.
pub fn unrepresented(view: &DeskView<'_>) -> String {
    let there: Vec<&TypedRow> = view.typed.on(ATTENDANCE.name).filter(|row| is_there(row)).collect();
    if there.is_empty() {
        return String::new();
    }
    let of_person = |name: &str| view.people.iter().find(|person| same_name(&person.name, name));
    let roles = there.iter().flat_map(|row| {
        let named = [row.key.clone(), text(row, "Standing in for")];
        let known = named.iter().filter_map(|name| of_person(name)).map(|person| person.role.clone());
        known.chain([text(row, "Role")]).collect::<Vec<String>>()
    });
    let roles: Vec<String> = roles.collect();
    said(view, &roles.iter().map(String::as_str).collect::<Vec<_>>())
}

fn said(view: &DeskView<'_>, held: &[&str]) -> String {
    let missing = roles::missing(view.roles, held);
    match (view.roles.is_empty(), missing.is_empty()) {
        (true, _) => String::new(),
        (false, true) => NONE.to_owned(),
        (false, false) => missing.join(", "),
    }
}

fn is_there(row: &TypedRow) -> bool {
    ["present", "substitute"].contains(&folded(&text(row, "Presence")).as_str())
}

fn text(row: &TypedRow, column: &str) -> String {
    match row.cell(column).map(|cell| &cell.value) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

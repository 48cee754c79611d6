//! What stands on the agenda's lines besides the cases: their numbers, and what is known of the last meeting.

use crate::panel::agenda::{Agenda, Item, What};
use crate::panel::rules::Rules;

/// Says of the last meeting, in the opening item that is about it, what is known now.
pub fn tell_of_last_meeting(rules: &Rules, agenda: &mut Agenda, said: &str) {
    for item in rules.slots.opening.iter().filter(|item| item.last_meeting) {
        for line in &mut agenda.items {
            if let What::Standing { title, note } = &mut line.what
                && *title == item.title
            {
                let parts: Vec<&str> =
                    [item.note.as_str(), said].into_iter().filter(|part| !part.is_empty()).collect();
                *note = parts.join("; ");
            }
        }
    }
}

/// Standing items are numbered as they come; cases below their section: `4.2`.
pub fn number(items: &mut [Item]) {
    let mut main = 0;
    let mut section: Option<String> = None;
    let mut below = 0;
    for item in items {
        item.number = match &item.what {
            What::Break => String::new(),
            What::Standing { .. } => {
                main += 1;
                section = None;
                main.to_string()
            }
            What::Case(line) => {
                if section.as_ref() != Some(&line.section) {
                    main += 1;
                    below = 0;
                    section = Some(line.section.clone());
                }
                below += 1;
                format!("{main}.{below}")
            }
        };
    }
}

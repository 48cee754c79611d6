//! What earlier meetings left: decisions and actions that the next one must have before it.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;

use crate::panel::ids::CaseId;
use crate::panel::outcome::Outcome;
use crate::panel::words::{self, Words};
use crate::register::Register;

/// Meetings with what they came to, oldest first.
pub type History = Vec<(NaiveDate, Outcome)>;

/// The meetings before the one on `day`.
pub fn before(register: &Register, day: NaiveDate) -> Result<History> {
    let mut history = register.outcomes()?;
    history.retain(|(held, _)| *held < day);
    Ok(history)
}

/// The actions of the last meeting, one line each.
pub fn open_actions(history: &History) -> Vec<String> {
    let Some((_, outcome)) = history.last() else { return Vec::new() };
    let line = |action: &crate::panel::outcome::Action| {
        let case = action.case.as_ref().map_or(String::new(), |case| format!("{case}: "));
        let due = action.due.map_or(String::new(), |due| format!(", by {}", words::day(due)));
        format!("{case}{} ({}{due})", action.what, action.owner)
    };
    outcome.actions.iter().map(line).collect()
}

/// Every earlier decision by case, one line each.
pub fn decisions(history: &History, words: &Words) -> BTreeMap<CaseId, Vec<String>> {
    let mut earlier: BTreeMap<CaseId, Vec<String>> = BTreeMap::new();
    for (day, outcome) in history {
        for decision in &outcome.decisions {
            let line = format!("{}: {}", words::day(*day), words.decision(decision.word));
            earlier.entry(decision.case.clone()).or_default().push(line);
        }
    }
    earlier
}

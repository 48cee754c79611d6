//! What earlier meetings left: decisions and actions that the next one must have before it.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;

use crate::panel::case::Casebook;
use crate::panel::funding::{self, Asked};
use crate::panel::ids::CaseId;
use crate::panel::outcome::{Action, Decision, Outcome};
use crate::panel::rules::Rules;
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

/// The actions of the last meeting.
pub fn last_actions(history: &History) -> Vec<Action> {
    history.last().map_or_else(Vec::new, |(_, outcome)| outcome.actions.clone())
}

/// The same, one line each.
pub fn open_actions(history: &History) -> Vec<String> {
    let line = |action: &Action| {
        let case = action.case.as_ref().map_or(String::new(), |case| format!("{case}: "));
        let due = action.due.map_or(String::new(), |due| format!(", by {}", words::day(due)));
        format!("{case}{} ({}{due})", action.what, action.owner)
    };
    last_actions(history).iter().map(line).collect()
}

/// What the cases of a meeting ask of each partner, after what these meetings decided.
pub fn funding(rules: &Rules, book: &Casebook, history: &History) -> Vec<Asked> {
    let decided: Vec<(NaiveDate, Decision)> = history
        .iter()
        .flat_map(|(day, outcome)| outcome.decisions.iter().map(|decision| (*day, decision.clone())))
        .collect();
    funding::asked(rules, book, &decided)
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

//! What earlier meetings left: decisions and actions that the next one must have before it.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;

use crate::panel::acts::Act;
use crate::panel::case::Casebook;
use crate::panel::follow_up::{self, Closed, FollowUp};
use crate::panel::funding::{self, Asked};
use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::panel::outcome::{Decision, Outcome};
use crate::panel::rules::Rules;
use crate::panel::when;
use crate::panel::words::Words;
use crate::register::Register;

/// Meetings with what they came to, oldest first.
pub type History = Vec<(NaiveDate, Outcome)>;

/// The meetings before the one on `day`.
///
/// Fails when the register cannot be read.
pub fn before(register: &Register, day: NaiveDate) -> Result<History> {
    let mut history = register.outcomes()?;
    history.retain(|(held, _)| *held < day);
    Ok(history)
}

/// What these meetings said must be done, and what of it is done.
///
/// Fails when the register cannot be read.
pub fn follow_ups(register: &Register, history: &History) -> Result<Vec<FollowUp>> {
    let mut closed: Vec<Closed> = Vec::new();
    for done in register.acts()? {
        let Act::CloseAction { meeting, case, what, done: is_done } = done.act else { continue };
        closed.retain(|one| (one.held, &one.case, &one.what) != (meeting, &case, &what));
        if is_done {
            let on = london::wall(done.at).date_naive();
            closed.push(Closed { held: meeting, case, what, by: done.hand.by, on });
        }
    }
    Ok(follow_up::follow_ups(history, &closed))
}

/// What the agenda's opening item says of the meeting before the one on `day`.
///
/// Fails when the register cannot be read.
pub fn last_meeting(register: &Register, day: NaiveDate, today: NaiveDate) -> Result<String> {
    let history = before(register, day)?;
    let last = match history.last() {
        Some((held, _)) => Some((*held, register.confirmed_minutes(*held)?.is_some())),
        None => None,
    };
    Ok(follow_up::last_meeting(last, &follow_ups(register, &history)?, today))
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
            let line = format!("{}: {}", when::day(*day), words.decision(decision.word));
            earlier.entry(decision.case.clone()).or_default().push(line);
        }
    }
    earlier
}

//! A row of the sheet *Decisions*: what was decided of one case, by whom, when it was considered and who presented it.

use chrono::NaiveTime;

use crate::desk::answers::Answers;
use crate::desk::layout::folded;
use crate::desk::meant::Meant;
use crate::panel::funding::Requested;
use crate::panel::ids::CaseId;
use crate::panel::known::cases_near;
use crate::panel::money::Pence;
use crate::panel::outcome::{DecidedBy, Decision, DecisionWord, Funder, PanelOn};
use crate::panel::words::Words;

pub const DECIDED_BY: [(&str, DecidedBy); 2] =
    [("Consensus", DecidedBy::Consensus), ("Chair", DecidedBy::Chair)];

/// Takes over what the agenda says: until somebody chooses it, a plan is no record.
pub const AS_PLANNED: &str = "as planned";

/// The column in which a person says that what the form asks for was decided. Until then it is a suggestion.
pub const COST_AS_REQUESTED: &str = "Cost as requested";

/// The decision that a row says, as far as nothing is wrong with its cells.
pub fn decision(answers: &mut Answers<'_>, meant: &Meant<'_>) -> Option<Decision> {
    let word = decision_word(answers, meant.words);
    let decided_by = answers.choice("Decided by", &DECIDED_BY);
    let mut weekly = answers.money("A week");
    let mut split: Vec<(Funder, Pence)> = Funder::ALL
        .into_iter()
        .filter_map(|funder| Some((funder, answers.share(funder.plain(), weekly)?)))
        .collect();
    let (mut once, mut parents) = (answers.money("Paid once"), answers.money("From parents a week"));
    let as_requested = answers.yes(COST_AS_REQUESTED) == Some(true);
    let survey_done = answers.yes("Placement survey completed");
    let names_siblings = answers.yes("Name brothers and sisters").unwrap_or(false);
    let (from, to, review) = (answers.date("From"), answers.date("To"), answers.date("Review"));
    let Ok(case) = answers.row.key.parse::<CaseId>() else {
        answers.wrong("", "the row belongs to no case", "type in a row that has a case");
        return None;
    };
    if !meant.is_known(&case) {
        let near = cases_near(&case, meant.known()).unwrap_or_else(|| "no case is known yet".to_owned());
        answers.wrong("", format!("there is no case `{case}`"), near);
        return None;
    }
    let heard = heard(answers, meant, &case);
    let presented_by = presented_by(answers, meant, &case);
    let word = match word {
        Some(word) => word,
        None => {
            if !answers.has("Decision") && answers.row.cells.iter().any(|cell| cell.column != "Discussion") {
                answers.wrong("Decision", "the decision itself is missing", "choose it in `Decision`");
            }
            return None;
        }
    };
    if weekly.is_none() && !split.is_empty() && !answers.has("A week") {
        let sum = Pence(split.iter().map(|(_, pence)| pence.0).sum());
        let hint = format!("type the amount; the shares come to {sum}");
        answers.wrong("A week", "there are shares but no amount", hint);
    }
    let whole = Funder::ALL
        .into_iter()
        .all(|funder| !answers.has(funder.plain()) || split.iter().any(|(payer, _)| *payer == funder));
    if weekly.is_none() || !whole {
        split.clear();
    }
    if as_requested {
        let asked = requested(answers, meant, &case);
        (weekly, split) = (asked.weekly, asked.split);
        once = once.or_else(|| asked.once.filter(|_| !answers.has("Paid once")));
        parents = parents.or_else(|| asked.parents.filter(|_| !answers.has("From parents a week")));
    }
    Some(Decision {
        reason: answers.text("Reason"),
        decided_by,
        presented_by,
        heard,
        placement: answers.text("Placement agreed"),
        weekly,
        split,
        once,
        parents,
        from,
        to,
        review,
        conditions: answers.text("Conditions"),
        discussion: answers.text("Discussion"),
        panel_on: PanelOn {
            health: answers.text("Panel on health"),
            education: answers.text("Panel on education"),
            other: answers.text("Panel on other needs"),
        },
        achieved: answers.text("Achieved?"),
        dissent: answers.text("Dissent"),
        survey_done,
        names_siblings,
        ..Decision::of(case, word)
    })
}

/// What the form asks for, taken over by a person's yes. Beside an amount that is typed nobody can say which is meant, and neither is taken.
fn requested(answers: &mut Answers<'_>, meant: &Meant<'_>, case: &CaseId) -> Requested {
    let asked = meant.requested(case);
    let typed = answers.has("A week") || Funder::ALL.into_iter().any(|funder| answers.has(funder.plain()));
    if typed {
        answers.wrong(COST_AS_REQUESTED, "an amount is typed as well", "clear one of the two");
        return Requested::default();
    }
    if asked.is_nothing() {
        answers.wrong(COST_AS_REQUESTED, "the form gives no amount", "type what was decided");
    }
    asked
}

/// When the case was considered: as typed, or as planned where she says so.
fn heard(answers: &mut Answers<'_>, meant: &Meant<'_>, case: &CaseId) -> Option<NaiveTime> {
    if folded(&answers.text("Time considered")) != folded(AS_PLANNED) {
        return answers.time("Time considered");
    }
    let planned = meant.planned(case);
    if planned.is_none() {
        answers.wrong(
            "Time considered",
            "the agenda has no time for it",
            "type the time at which it was considered",
        );
    }
    planned
}

fn presented_by(answers: &mut Answers<'_>, meant: &Meant<'_>, case: &CaseId) -> String {
    let said = answers.text("Presented by");
    if folded(&said) != folded(AS_PLANNED) {
        return said;
    }
    let planned = meant.presenters(case).join(", ");
    if planned.is_empty() {
        answers.wrong("Presented by", "the agenda names nobody", "type who presented it");
    }
    planned
}

fn decision_word(answers: &mut Answers<'_>, words: &Words) -> Option<DecisionWord> {
    let text = answers.text("Decision");
    if text.is_empty() {
        return None;
    }
    let asked = folded(&text);
    let used =
        words.decisions.iter().find(|(word, label)| folded(label) == asked || folded(word.plain()) == asked);
    if used.is_none() {
        let known = DecisionWord::ALL.into_iter().any(|word| folded(word.plain()) == asked);
        let message = if known {
            format!("this panel does not use `{text}`")
        } else {
            format!("`{text}` is not a decision this panel knows")
        };
        let choices: Vec<String> = words.decisions.values().map(|label| format!("`{label}`")).collect();
        answers.wrong("Decision", message, format!("choose one of {}", choices.join(", ")));
    }
    used.map(|(word, _)| *word)
}

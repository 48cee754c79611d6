//! The text of one child's case note, to be pasted into the council's system: headed as the panel says, and nothing but text.

use crate::minutes::facts::MinutesFacts;
use crate::minutes::item::{self, OnRecord};
use crate::panel::agenda::CaseLine;
use crate::panel::outcome::Outcome;
use crate::panel::when::{day, long_date};

pub fn text(facts: &MinutesFacts<'_>, line: &CaseLine) -> String {
    let mut said = vec![
        facts.heading.record_heading.clone(),
        format!("{}, {}", facts.heading.panel, long_date(facts.agenda.meeting.date)),
        format!("{}: {}", facts.heading.case_label, line.case),
        format!("Request: {}", line.request),
    ];
    let lines = item::lines(facts.words, facts.casebook, facts.outcome, facts.quorum, &line.case);
    said.extend(
        lines
            .iter()
            .filter(|line| !line.value.is_empty())
            .map(|line| format!("{}: {}", line.label, line.value)),
    );
    let decision = facts.outcome.decisions.iter().find(|decision| decision.case == line.case);
    let on_record = OnRecord::of(facts.casebook, &line.case, decision);
    said.extend(actions(facts.outcome, line).iter().map(|action| on_record.text(action)));
    if !facts.heading.escalation.is_empty() {
        said.push(format!("Challenge or escalation: {}", facts.heading.escalation));
    }
    said.push(String::new());
    said.join("\n")
}

fn actions(outcome: &Outcome, line: &CaseLine) -> Vec<String> {
    let theirs = outcome.actions.iter().filter(|action| action.case.as_ref() == Some(&line.case));
    theirs
        .map(|action| {
            let due = action.due.map_or(String::new(), |due| format!(", by {}", day(due)));
            let owner = if action.owner.is_empty() { item::NOT_RECORDED } else { &action.owner };
            format!("Action: {} ({owner}{due})", action.what)
        })
        .collect()
}

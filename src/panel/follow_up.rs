//! What earlier meetings said must be done: which of it is open, which overdue, which done.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::panel::ids::CaseId;
use crate::panel::outcome::{Action, Outcome};
use crate::panel::when;

/// One action of a meeting held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    pub held: NaiveDate,
    /// Its place among the actions of that meeting, from 1.
    pub number: usize,
    pub action: Action,
    pub done: Option<Closed>,
}

/// That an action was done: said of the very words of it, so that a corrected one is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub held: NaiveDate,
    pub case: Option<CaseId>,
    pub what: String,
    /// Who said so, and when.
    pub by: String,
    pub on: NaiveDate,
}

/// Every action of these meetings, oldest first.
pub fn follow_ups(outcomes: &[(NaiveDate, Outcome)], closed: &[Closed]) -> Vec<FollowUp> {
    let of_meeting = |(held, outcome): &(NaiveDate, Outcome)| -> Vec<FollowUp> {
        let actions = outcome.actions.iter().zip(1..);
        actions.map(|(action, number)| FollowUp::of(*held, number, action, closed)).collect()
    };
    outcomes.iter().flat_map(of_meeting).collect()
}

impl FollowUp {
    fn of(held: NaiveDate, number: usize, action: &Action, closed: &[Closed]) -> Self {
        let done = closed
            .iter()
            .find(|one| one.held == held && one.case == action.case && one.what == action.what)
            .cloned();
        FollowUp { held, number, action: action.clone(), done }
    }

    /// `2026-11-23/2`: the second action of that meeting.
    pub fn key(&self) -> String {
        format!("{}/{}", self.held, self.number)
    }

    pub fn is_open(&self) -> bool {
        self.done.is_none()
    }

    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.is_open() && self.action.due.is_some_and(|due| due < today)
    }

    /// In one line: what, who, by when.
    pub fn said(&self, today: NaiveDate) -> String {
        let case = self.action.case.as_ref().map_or(String::new(), |case| format!("{case}: "));
        let due = self.action.due.map_or(String::new(), |due| format!(", by {}", when::day(due)));
        let overdue = if self.is_overdue(today) { ", OVERDUE" } else { "" };
        format!("{case}{} ({}{due}{overdue})", self.action.what, self.action.owner)
    }
}

/// What the opening item says of the last meeting: its minutes, and how much is still to be done.
pub fn last_meeting(last: Option<(NaiveDate, bool)>, follow_ups: &[FollowUp], today: NaiveDate) -> String {
    let Some((held, confirmed)) = last else { return String::new() };
    let minutes = if confirmed { "confirmed" } else { "still a draft" };
    let open = follow_ups.iter().filter(|one| one.is_open()).count();
    let overdue = follow_ups.iter().filter(|one| one.is_overdue(today)).count();
    let actions = match (open, overdue) {
        (0, _) => "no action is open".to_owned(),
        (1, 0) => "1 action is open".to_owned(),
        (1, _) => "1 action is open and overdue".to_owned(),
        (open, 0) => format!("{open} actions are open"),
        (open, overdue) => format!("{open} actions are open, {overdue} of them overdue"),
    };
    format!("minutes of {}: {minutes}; {actions}", when::day(held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::day;

    fn meetings() -> Vec<(NaiveDate, Outcome)> {
        let action = |what: &str, due: &str| Action {
            case: Some("1234567".parse().unwrap()),
            what: what.to_owned(),
            owner: "Priya Nair".to_owned(),
            due: Some(day(due)),
        };
        let outcome = |actions| Outcome { actions, ..Outcome::default() };
        vec![
            (day("2026-11-16"), outcome(vec![action("ask health", "2026-11-20")])),
            (
                day("2026-11-23"),
                outcome(vec![action("ask health", "2026-12-01"), action("visit", "2026-12-04")]),
            ),
        ]
    }

    #[test]
    fn what_is_not_done_stays_open_from_meeting_to_meeting() {
        let closed = Closed {
            held: day("2026-11-23"),
            case: Some("1234567".parse().unwrap()),
            what: "ask health".to_owned(),
            by: "Ann".to_owned(),
            on: day("2026-11-25"),
        };
        let all = follow_ups(&meetings(), &[closed]);
        let open: Vec<String> = all.iter().filter(|one| one.is_open()).map(FollowUp::key).collect();
        assert_eq!(open, ["2026-11-16/1", "2026-11-23/2"]);
        let today = day("2026-11-30");
        assert_eq!(all[0].said(today), "1234567: ask health (Priya Nair, by 20 November 2026, OVERDUE)");
        assert_eq!(all[2].said(today), "1234567: visit (Priya Nair, by 4 December 2026)");
        assert_eq!(
            last_meeting(Some((day("2026-11-23"), false)), &all, today),
            "minutes of 23 November 2026: still a draft; 2 actions are open, 1 of them overdue"
        );
        assert_eq!(last_meeting(None, &[], today), "");
    }
}

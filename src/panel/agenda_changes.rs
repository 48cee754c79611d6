//! What has changed between two agendas of a meeting, in sentences for those who had the first.

use std::collections::BTreeMap;

use chrono::NaiveTime;

use crate::panel::agenda::Agenda;
use crate::panel::ids::CaseId;
use crate::panel::when::hour;

/// One sentence for each case that came, went or moved; none where everybody has the time they had.
pub fn changes(before: &Agenda, now: &Agenda) -> Vec<String> {
    let (earlier, later) = (times(before), times(now));
    let mut said = Vec::new();
    for (case, starts) in &later {
        match earlier.get(case) {
            None => said.push(format!("{case} is new, at {}.", hour(*starts))),
            Some(was) if was != starts => {
                said.push(format!("{case} is considered at {} (before: {}).", hour(*starts), hour(*was)));
            }
            Some(_) => {}
        }
    }
    let gone = earlier.keys().filter(|case| !later.contains_key(*case));
    said.extend(gone.map(|case| format!("{case} is no longer on it.")));
    said
}

fn times(agenda: &Agenda) -> BTreeMap<&CaseId, NaiveTime> {
    agenda.cases().map(|(item, line)| (&line.case, item.starts)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, told};
    use crate::panel::slots;

    #[test]
    fn who_came_went_and_moved_is_said() {
        let rules = sample::nelc();
        let case = |id: &str| told(&rules, "referral").id(id).case();
        let agenda = |cases: &[&str]| {
            let book = sample::book(&rules, cases.iter().map(|id| case(id)).collect());
            slots::agenda(&rules, &book, &[], None)
        };
        let before = agenda(&["1000001", "1000002", "1000003"]);
        assert_eq!(changes(&before, &before), [""; 0]);
        let now = agenda(&["1000001", "1000003", "1000004"]);
        assert_eq!(
            changes(&before, &now),
            [
                "1000003 is considered at 1.20 pm (before: 1.30 pm).",
                "1000004 is new, at 1.30 pm.",
                "1000002 is no longer on it."
            ]
        );
    }
}

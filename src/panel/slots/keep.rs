//! What stays of an agenda that is out: everybody's time but theirs whose new one is free.

use std::collections::BTreeSet;

use crate::panel::agenda::{Agenda, CaseLine, Item, What};
use crate::panel::ids::CaseId;
use crate::panel::slots::plan::{Plan, meets, minute, time};

/// What stays of an agenda that is out.
#[derive(Debug, Default)]
struct Kept {
    items: Vec<Item>,
    /// Cases that no longer fit before the end.
    left_over: Vec<CaseId>,
}

impl Plan<'_> {
    /// The items of an agenda that is out, as they were, less the cases that are gone or moved and the closing items. A case
    /// whose new time is not free stays where it is.
    pub(crate) fn keep(&mut self, previous: &Agenda) {
        let asks = |(item, line): (&Item, &CaseLine)| {
            let starts = self.wish(&line.case).and_then(|wish| wish.starts);
            starts.is_some_and(|starts| starts != item.starts).then(|| line.case.clone())
        };
        let mut movers: BTreeSet<CaseId> = previous.cases().filter_map(asks).collect();
        let kept = loop {
            let kept = self.kept(previous, &movers);
            let blocked: Vec<CaseId> =
                movers.iter().filter(|case| !self.can_move(case, &kept.items)).cloned().collect();
            if blocked.is_empty() {
                break kept;
            }
            movers.retain(|case| !blocked.contains(case));
        };
        let ends = kept.items.iter().map(|item| minute(item.starts) + item.minutes).max();
        self.at = self.at.max(ends.unwrap_or(0));
        self.paused |= kept.items.iter().any(|item| item.what == What::Break);
        let cases = kept.items.iter().filter_map(|item| match &item.what {
            What::Case(line) => Some(line.case.clone()),
            What::Standing { .. } | What::Break => None,
        });
        self.placed = cases.chain(kept.left_over.iter().cloned()).collect();
        self.items = kept.items;
        self.left_over = kept.left_over;
    }

    /// What stays of an agenda without `movers`. Whoever follows a case that was given more time starts that much later.
    fn kept(&self, previous: &Agenda, movers: &BTreeSet<CaseId>) -> Kept {
        let closing: BTreeSet<&str> =
            self.rules.slots.closing.iter().map(|item| item.title.as_str()).collect();
        let mut kept = Kept::default();
        for item in &previous.items {
            let mut minutes = item.minutes;
            let what = match &item.what {
                What::Case(line) => {
                    let Some(case) = self.book.listed().find(|case| case.id == line.case) else { continue };
                    if movers.contains(&case.id) {
                        continue;
                    }
                    minutes = self.wish(&case.id).and_then(|wish| wish.minutes).unwrap_or(minutes);
                    What::Case(self.line(case))
                }
                What::Standing { title, .. } if closing.contains(title.as_str()) => continue,
                other => other.clone(),
            };
            let end_before = kept.items.last().map_or(0, |last| minute(last.starts) + last.minutes);
            let starts = minute(item.starts).max(end_before);
            match &what {
                What::Case(line) if starts > minute(item.starts) && self.is_over(starts, minutes) => {
                    kept.left_over.push(line.case.clone());
                }
                _ => kept.items.push(Item { number: String::new(), starts: time(starts), minutes, what }),
            }
        }
        kept
    }

    /// Whether the time that is asked for a case is free among what stays.
    fn can_move(&self, id: &CaseId, kept: &[Item]) -> bool {
        let case = self.book.listed().find(|case| case.id == *id);
        let starts = self.wish(id).and_then(|wish| wish.starts);
        let Some((case, from)) = case.zip(starts.map(minute)) else { return false };
        let minutes = self.minutes_of(case);
        let opens = minute(self.meeting.starts.time());
        opens <= from && !self.is_over(from, minutes) && !kept.iter().any(|item| meets(item, from, minutes))
    }
}

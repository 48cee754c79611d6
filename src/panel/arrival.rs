//! In time, late, or cannot tell: by what was observed, never by a file's own timestamp (docs/domain.md: Arrival).

use chrono::{DateTime, Utc};

use crate::panel::paper::Verdict;

/// The verdict on one content: it was not there at `absent_at` and was there, whole, at `present_at`.
///
/// Exactly on the minute of the cutoff is in time.
pub fn verdict(
    absent_at: Option<DateTime<Utc>>,
    present_at: DateTime<Utc>,
    cutoff: DateTime<Utc>,
) -> Verdict {
    if present_at <= cutoff {
        Verdict::InTime
    } else if absent_at.is_some_and(|absent| absent >= cutoff) {
        Verdict::Late
    } else {
        Verdict::CannotTell
    }
}

/// Which of several contents of one paper, oldest first, stays in use: the last one seen in time, else the last one that
/// might have been, else the newest. A person may take another.
pub fn version_in_use(verdicts: &[Verdict]) -> Option<usize> {
    let last = |wanted: Verdict| verdicts.iter().rposition(|verdict| *verdict == wanted);
    last(Verdict::InTime).or_else(|| last(Verdict::CannotTell)).or_else(|| last(Verdict::Late))
}

/// The verdict on several things that were all needed: the worst of them.
pub fn all_of(verdicts: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
    verdicts.into_iter().max_by_key(|verdict| lateness(*verdict))
}

/// The verdict on several things of which one was enough: the best of them.
pub fn any_of(verdicts: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
    verdicts.into_iter().min_by_key(|verdict| lateness(*verdict))
}

const fn lateness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::InTime => 0,
        Verdict::CannotTell => 1,
        Verdict::Late => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn on_the_very_minute_is_in_time_and_an_outage_across_the_cutoff_cannot_tell() {
        let cutoff = at("2026-11-18T15:00:00Z");
        let seen = |absent: &str, present: &str| verdict(Some(at(absent)), at(present), cutoff);
        assert_eq!(seen("2026-11-18T14:58:00Z", "2026-11-18T15:00:00Z"), Verdict::InTime);
        assert_eq!(seen("2026-11-18T15:00:00Z", "2026-11-18T15:02:00Z"), Verdict::Late);
        assert_eq!(seen("2026-11-18T14:59:59Z", "2026-11-18T15:00:01Z"), Verdict::CannotTell);
        assert_eq!(verdict(None, at("2026-11-18T14:00:00Z"), cutoff), Verdict::InTime);
        assert_eq!(verdict(None, at("2026-11-18T16:00:00Z"), cutoff), Verdict::CannotTell);
    }

    #[test]
    fn saving_again_after_the_cutoff_leaves_the_version_that_was_in_time() {
        assert_eq!(version_in_use(&[Verdict::InTime, Verdict::InTime, Verdict::Late]), Some(1));
        assert_eq!(version_in_use(&[Verdict::CannotTell, Verdict::Late]), Some(0));
        assert_eq!(version_in_use(&[Verdict::Late, Verdict::Late]), Some(1));
        assert_eq!(version_in_use(&[]), None);
    }

    #[test]
    fn a_case_is_as_late_as_the_latest_paper_it_needed() {
        assert_eq!(all_of([Verdict::InTime, Verdict::CannotTell]), Some(Verdict::CannotTell));
        assert_eq!(any_of([Verdict::Late, Verdict::InTime]), Some(Verdict::InTime));
        assert_eq!(all_of([]), None);
    }
}

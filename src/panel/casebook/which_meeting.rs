//! Which meeting a case goes to (docs/domain.md: Standing).
//!
//! A case comes to the panel in rounds: each hearing ends one, and what happens afterwards begins the next. Within a round
//! its meeting is the first whose cutoff it kept; an emergency goes to the meeting before that; a person may say otherwise.

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::panel::arrival;
use crate::panel::calendar;
use crate::panel::case::Disposition;
use crate::panel::casebook::draft::Came;
use crate::panel::meeting::Meeting;
use crate::panel::outcome::DecisionWord;
use crate::panel::paper::Verdict;
use crate::panel::rules::Rules;

/// What decides which meeting a case goes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grounds {
    /// The last hearing before the meeting that is looked at, and what it came to.
    pub heard: Option<(NaiveDate, DecisionWord)>,
    /// The day the panel set for a deferred case to come back.
    pub back_on: Option<NaiveDate>,
    /// The meeting a person put it onto, and when that was said.
    pub moved: Option<(NaiveDate, DateTime<Utc>)>,
    /// The meeting it was booked for, and when.
    pub booked: Option<(NaiveDate, DateTime<Utc>)>,
    /// The day of a decision taken outside the panel.
    pub decided_outside: Option<NaiveDate>,
    /// Claimed or confirmed to be an emergency.
    pub emergency: bool,
    /// When the contents of its papers came, those left out that a person took out.
    pub arrivals: Vec<Came>,
}

/// The day of the meeting this round of the case goes to; none where there is no meeting to come.
pub fn goes_to(rules: &Rules, case: &Grounds) -> Option<NaiveDate> {
    let since = case.heard.and_then(|(on, _)| calendar::meeting_meant(rules, on));
    let this_round = |at: DateTime<Utc>| since.as_ref().is_none_or(|held| at > held.starts);
    if let Some((date, _)) = case.moved.filter(|(_, at)| this_round(*at)) {
        return Some(date);
    }
    let booked = case.booked.filter(|(_, at)| this_round(*at)).map(|(date, _)| date);
    let arrivals: Vec<Came> =
        case.arrivals.iter().copied().filter(|(_, present)| this_round(*present)).collect();
    let by_papers = by_papers(rules, &arrivals, case.emergency);
    let after = |day: NaiveDate| calendar::meeting_after(rules, day).map(|meeting| meeting.date);
    let deferred = case.heard.filter(|(_, word)| *word == DecisionWord::Deferred).map(|(on, _)| on);
    let again = deferred.and_then(|on| after(case.back_on.map_or(on, |back| on.max(back - Days::new(1)))));
    // The day the panel set holds for whatever comes meanwhile.
    let by_papers = by_papers.filter(|_| again.is_none() || case.back_on.is_none());
    let outside = case.decided_outside.filter(|on| case.heard.is_none_or(|(heard, _)| heard < *on));
    let coming = [booked, by_papers, again, outside.and_then(after)].into_iter().flatten().min();
    coming.or(case.heard.map(|(on, _)| on))
}

/// The meeting open when the first paper came, or the one before if its cutoff was kept or the case cannot wait.
fn by_papers(rules: &Rules, arrivals: &[Came], emergency: bool) -> Option<NaiveDate> {
    let first = arrivals.iter().map(|(_, present)| *present).min()?;
    let next = calendar::meeting_open_at(rules, first)?;
    let before = calendar::meeting_before(rules, next.date).filter(|before| first < before.starts);
    let kept = |meeting: &Meeting| {
        let cutoff = meeting.cutoff.to_utc();
        let mut verdicts =
            arrivals.iter().map(|(absent, present)| arrival::verdict(*absent, *present, cutoff));
        verdicts.any(|verdict| verdict != Verdict::Late)
    };
    Some(before.filter(|before| emergency || kept(before)).unwrap_or(next).date)
}

/// The meeting at which a case is looked at that had to be presented on `home` and was not: seen from the meeting on `here`, the
/// one to come, and never one before `home`.
pub fn carried_on(rules: &Rules, home: NaiveDate, here: NaiveDate, now: DateTime<Utc>) -> NaiveDate {
    let to_come = calendar::next_meeting(rules, now).map(|meeting| meeting.date);
    to_come.filter(|next| home < *next && home < here).map_or(home, |next| here.min(next))
}

/// Where a case that goes to the meeting on `home` stands, seen from the meeting on `here`.
pub fn disposition(
    home: NaiveDate,
    here: NaiveDate,
    withdrawn: &[NaiveDate],
    heard: Option<(NaiveDate, DecisionWord)>,
) -> Disposition {
    let decided = heard.filter(|(on, _)| home <= *on).map(|(_, word)| word);
    match decided {
        _ if withdrawn.contains(&home) => Disposition::Withdrawn,
        _ if home > here => Disposition::NextMeeting,
        _ if home == here => Disposition::Listed,
        Some(DecisionWord::Deferred) => Disposition::Deferred,
        Some(_) => Disposition::Decided,
        None if heard.is_some_and(|(_, word)| word == DecisionWord::Deferred) => Disposition::Deferred,
        None => Disposition::Waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, at, day};

    /// Monday 23 November 2026: its cutoff is on Wednesday 18 November at three.
    const THIS: &str = "2026-11-23";
    const NEXT: &str = "2026-11-30";
    const AFTER_NEXT: &str = "2026-12-07";
    const BEFORE_CUTOFF: &str = "2026-11-18T14:00:00Z";
    const AFTER_CUTOFF: &str = "2026-11-18T16:00:00Z";

    /// A case whose papers came at these moments, each seen within the minute.
    fn papers(came: &[&str]) -> Grounds {
        let seen = |moment: &&str| (Some(at(moment) - chrono::TimeDelta::minutes(1)), at(moment));
        Grounds { arrivals: came.iter().map(seen).collect(), ..Grounds::default() }
    }

    fn goes(case: &Grounds) -> Option<NaiveDate> {
        goes_to(&sample::nelc(), case)
    }

    #[test]
    fn a_case_goes_to_the_first_meeting_whose_cutoff_it_kept() {
        assert_eq!(goes(&papers(&[BEFORE_CUTOFF])), Some(day(THIS)));
        assert_eq!(goes(&papers(&[AFTER_CUTOFF])), Some(day(NEXT)));
        assert_eq!(goes(&papers(&[AFTER_CUTOFF, BEFORE_CUTOFF])), Some(day(THIS)), "one in time is enough");
        assert_eq!(goes(&Grounds::default()), None);
    }

    #[test]
    fn where_nobody_can_tell_it_is_heard_at_the_earlier_meeting() {
        let doubtful = (None, at(AFTER_CUTOFF));
        assert_eq!(goes(&Grounds { arrivals: vec![doubtful], ..Grounds::default() }), Some(day(THIS)));
    }

    #[test]
    fn an_emergency_does_not_wait_for_the_next_meeting_unless_this_one_has_begun() {
        let emergency = |came| Grounds { emergency: true, ..papers(&[came]) };
        assert_eq!(goes(&emergency(AFTER_CUTOFF)), Some(day(THIS)));
        assert_eq!(goes(&emergency("2026-11-23T23:00:00Z")), Some(day(NEXT)));
    }

    #[test]
    fn a_booking_holds_until_papers_ask_for_an_earlier_meeting() {
        let booked = Some((day(NEXT), at(BEFORE_CUTOFF)));
        assert_eq!(goes(&Grounds { booked, ..Grounds::default() }), Some(day(NEXT)));
        assert_eq!(goes(&Grounds { booked, ..papers(&[BEFORE_CUTOFF]) }), Some(day(THIS)));
        assert_eq!(goes(&Grounds { booked, ..papers(&["2026-11-26T10:00:00Z"]) }), Some(day(NEXT)));
    }

    #[test]
    fn what_a_person_said_goes_before_everything_but_only_in_its_round() {
        let moved = Some((day(AFTER_NEXT), at(BEFORE_CUTOFF)));
        let case = Grounds { moved, emergency: true, ..papers(&[BEFORE_CUTOFF]) };
        assert_eq!(goes(&case), Some(day(AFTER_NEXT)));
        let heard = Some((day(THIS), DecisionWord::Agreed));
        assert_eq!(goes(&Grounds { heard, ..case }), Some(day(THIS)), "the hearing ended that round");
    }

    #[test]
    fn papers_after_a_hearing_begin_the_next_round() {
        let heard = Some((day(THIS), DecisionWord::Agreed));
        let before = papers(&[BEFORE_CUTOFF]);
        assert_eq!(goes(&Grounds { heard, ..before.clone() }), Some(day(THIS)));
        let mut again = Grounds { heard, ..before };
        again.arrivals.push((Some(at("2026-11-26T09:59:00Z")), at("2026-11-26T10:00:00Z")));
        assert_eq!(goes(&again), Some(day(AFTER_NEXT)));
    }

    #[test]
    fn a_deferred_case_and_one_decided_outside_come_to_the_next_meeting() {
        let heard = |word| Grounds { heard: Some((day(THIS), word)), ..papers(&[BEFORE_CUTOFF]) };
        assert_eq!(goes(&heard(DecisionWord::Deferred)), Some(day(NEXT)));
        let outside = |on| Grounds { decided_outside: Some(day(on)), ..Grounds::default() };
        assert_eq!(goes(&outside("2026-11-20")), Some(day(THIS)));
        assert_eq!(
            goes(&Grounds { decided_outside: Some(day("2026-11-20")), ..heard(DecisionWord::Agreed) }),
            Some(day(THIS)),
            "a hearing after it settled it"
        );
        assert_eq!(
            goes(&Grounds { decided_outside: Some(day("2026-11-25")), ..heard(DecisionWord::Agreed) }),
            Some(day(NEXT))
        );
    }

    #[test]
    fn a_deferred_case_comes_back_on_the_day_the_panel_set_and_not_before() {
        let heard = Some((day(THIS), DecisionWord::Deferred));
        let mut case = Grounds { heard, back_on: Some(day(AFTER_NEXT)), ..papers(&[BEFORE_CUTOFF]) };
        assert_eq!(goes(&case), Some(day(AFTER_NEXT)));
        case.arrivals.push((Some(at("2026-11-24T09:59:00Z")), at("2026-11-24T10:00:00Z")));
        assert_eq!(goes(&case), Some(day(AFTER_NEXT)), "documents that come meanwhile wait for it");
        assert_eq!(goes(&Grounds { back_on: Some(day("2026-12-01")), ..case }), Some(day(AFTER_NEXT)));
    }

    #[test]
    fn what_had_to_be_presented_and_was_not_goes_on_to_the_meeting_to_come() {
        let carried = |home, here, now| carried_on(&sample::nelc(), day(home), day(here), at(now));
        let (monday, tuesday) = ("2026-11-23T18:00:00Z", "2026-11-24T09:00:00Z");
        assert_eq!(carried(THIS, THIS, tuesday), day(THIS), "its own meeting keeps it");
        assert_eq!(carried(THIS, NEXT, monday), day(THIS), "its meeting is today");
        assert_eq!(carried(THIS, NEXT, tuesday), day(NEXT));
        assert_eq!(carried(THIS, AFTER_NEXT, tuesday), day(NEXT), "it does not wait longer");
        assert_eq!(carried(THIS, NEXT, "2026-12-01T09:00:00Z"), day(NEXT));
    }

    #[test]
    fn where_a_case_stands_depends_on_the_meeting_it_is_seen_from() {
        let heard = |on: &str, word| Some((day(on), word));
        let seen = |home, here, heard| disposition(day(home), day(here), &[], heard);
        assert_eq!(seen(THIS, THIS, None), Disposition::Listed);
        assert_eq!(seen(NEXT, THIS, None), Disposition::NextMeeting);
        assert_eq!(seen(THIS, NEXT, None), Disposition::Waiting, "nothing is recorded of it");
        assert_eq!(seen(THIS, NEXT, heard(THIS, DecisionWord::Agreed)), Disposition::Decided);
        assert_eq!(seen(NEXT, AFTER_NEXT, heard(THIS, DecisionWord::Agreed)), Disposition::Waiting);
        assert_eq!(seen(NEXT, AFTER_NEXT, heard(THIS, DecisionWord::Deferred)), Disposition::Deferred);
        let withdrawn = |home| disposition(day(home), day(THIS), &[day(THIS)], None);
        assert_eq!((withdrawn(THIS), withdrawn(NEXT)), (Disposition::Withdrawn, Disposition::NextMeeting));
    }
}

//! What is due when: the moments at which something changes by the clock alone. Pure: the rules and a moment in, moments out.
//!
//! A round that found nothing new has something to draw only if one of these moments has passed since it last drew, and the
//! wait for the next round ends at the first of them that is to come. What counts days (a review, a reminder of the
//! cutoff, an action) changes with the day, so that [`What::NewDay`] stands for all of them.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::panel::calendar;
use crate::panel::london;
use crate::panel::rules::Rules;

/// Meetings of so many days back may still end, and of so many ahead are looked at.
const AROUND: Days = Days::new(35);

/// The board says that the inbox is still looked at this often, even if nothing else has changed.
const SIGN_OF_LIFE: TimeDelta = TimeDelta::hours(1);

/// A moment and what it brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub at: DateTime<Utc>,
    pub what: What,
}

/// What changes then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// From now on papers for the meeting are late.
    CutoffPasses(NaiveDate),
    /// A case heard before this moment begins a new round with what comes after it.
    MeetingStarts(NaiveDate),
    MeetingEnds(NaiveDate),
    /// Midnight in London.
    NewDay,
    /// A file that is arriving has been left alone for long enough.
    QuietEnds,
    /// The full hour in which the board says again that somebody looks at the inbox.
    SignOfLife,
}

/// What is due after `now`, the first first: each meeting's moments, the next day, the next full hour, and the ends of the
/// quiet periods in `quiet`.
pub fn after(rules: &Rules, now: DateTime<Utc>, quiet: &[DateTime<Utc>]) -> Vec<Due> {
    let today = london::wall(now).date_naive();
    let mut due = vec![
        Due { at: midnight_after(today), what: What::NewDay },
        Due { at: hour_after(now), what: What::SignOfLife },
    ];
    due.extend(of_meetings(rules, today));
    due.extend(quiet.iter().map(|at| Due { at: *at, what: What::QuietEnds }));
    due.retain(|one| now < one.at);
    due.sort();
    due
}

/// The last moment, `now` included, at which something changed by the clock alone; `hourly` with the full hours.
pub fn last_turn(rules: &Rules, now: DateTime<Utc>, hourly: bool) -> DateTime<Utc> {
    let today = london::wall(now).date_naive();
    let hour = hour_after(now) - SIGN_OF_LIFE;
    let mut turns = vec![midnight_after(today - Days::new(1))];
    turns.extend(hourly.then_some(hour));
    turns.extend(of_meetings(rules, today).into_iter().map(|due| due.at));
    turns.into_iter().filter(|at| *at <= now).max().unwrap_or(now)
}

/// The first moment after `now` at which something changes by the clock alone.
pub fn next(rules: &Rules, now: DateTime<Utc>, quiet: &[DateTime<Utc>]) -> DateTime<Utc> {
    after(rules, now, quiet).first().map_or(now + SIGN_OF_LIFE, |due| due.at)
}

/// The moments of the meetings around a day.
fn of_meetings(rules: &Rules, day: NaiveDate) -> Vec<Due> {
    let mut due = Vec::new();
    for meeting in calendar::meetings(rules, day - AROUND, day + AROUND) {
        // A paper that comes at the very moment of the cutoff is in time.
        let passed = meeting.cutoff.to_utc() + TimeDelta::seconds(1);
        due.push(Due { at: passed, what: What::CutoffPasses(meeting.date) });
        due.push(Due { at: meeting.starts.to_utc(), what: What::MeetingStarts(meeting.date) });
        due.extend(meeting.ends.map(|ends| Due { at: ends.to_utc(), what: What::MeetingEnds(meeting.date) }));
    }
    due
}

fn midnight_after(day: NaiveDate) -> DateTime<Utc> {
    calendar::in_london((day + Days::new(1)).and_time(NaiveTime::MIN)).to_utc()
}

fn hour_after(now: DateTime<Utc>) -> DateTime<Utc> {
    let into = now.timestamp().rem_euclid(SIGN_OF_LIFE.num_seconds());
    let whole =
        now - TimeDelta::seconds(into) - TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()));
    whole + SIGN_OF_LIFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample;

    fn at(moment: &str) -> DateTime<Utc> {
        moment.parse().unwrap()
    }

    /// The entries of a day, the full hours left out.
    fn day(now: &str, quiet: &[&str]) -> Vec<String> {
        let quiet: Vec<_> = quiet.iter().map(|moment| at(moment)).collect();
        let now = at(now);
        after(&sample::nelc(), now, &quiet)
            .iter()
            .filter(|due| due.at - now < TimeDelta::hours(24) && due.what != What::SignOfLife)
            .map(|due| format!("{} {:?}", due.at.format("%d %H:%M:%S"), due.what))
            .collect()
    }

    #[test]
    fn a_cutoff_day_has_its_cutoff_its_midnight_and_the_quiet_of_its_files() {
        assert_eq!(
            day("2026-11-18T14:00:00Z", &["2026-11-18T14:01:30Z", "2026-11-18T13:59:00Z"]),
            ["18 14:01:30 QuietEnds", "18 15:00:01 CutoffPasses(2026-11-23)", "19 00:00:00 NewDay"]
        );
        assert_eq!(
            day("2026-11-23T00:00:00Z", &[]),
            ["23 13:00:00 MeetingStarts(2026-11-23)", "23 17:00:00 MeetingEnds(2026-11-23)"]
        );
    }

    #[test]
    fn days_change_at_midnight_in_london_in_summer_too() {
        assert_eq!(day("2026-07-04T12:00:00Z", &[]), ["04 23:00:00 NewDay"]);
        // The day on which the clocks go back has twenty-five hours.
        assert_eq!(next(&sample::nelc(), at("2026-10-25T23:30:00Z"), &[]), at("2026-10-26T00:00:00Z"));
    }

    #[test]
    fn the_last_turn_is_the_same_until_something_is_due() {
        let rules = sample::nelc();
        let turn = |now: &str, hourly| last_turn(&rules, at(now), hourly).format("%d %H:%M:%S").to_string();
        assert_eq!(turn("2026-11-18T09:20:05Z", false), "18 00:00:00");
        assert_eq!(turn("2026-11-18T15:00:00Z", false), "18 00:00:00", "the minute of the cutoff itself");
        assert_eq!(turn("2026-11-18T15:00:01Z", false), "18 15:00:01");
        assert_eq!(turn("2026-11-18T23:59:59Z", false), "18 15:00:01");
        assert_eq!(turn("2026-11-18T16:20:00Z", true), "18 16:00:00");
        // Between two turns nothing is due: what is due next is the turn after it.
        let mut now = at("2026-11-16T00:00:00Z");
        for _ in 0..60 {
            let due = next(&rules, now, &[]);
            assert_eq!(last_turn(&rules, due, true), due);
            assert_eq!(
                last_turn(&rules, due - TimeDelta::milliseconds(1), true),
                last_turn(&rules, now, true)
            );
            now = due;
        }
    }

    #[test]
    fn nothing_is_further_off_than_the_full_hour_and_what_has_passed_is_not_due() {
        let rules = sample::nelc();
        let now = at("2026-11-17T09:20:05Z");
        assert_eq!(next(&rules, now, &[]), at("2026-11-17T10:00:00Z"));
        assert_eq!(next(&rules, now, &[at("2026-11-17T09:21:00Z")]), at("2026-11-17T09:21:00Z"));
        assert_eq!(next(&rules, now, &[now]), at("2026-11-17T10:00:00Z"));
        assert!(after(&rules, now, &[]).iter().all(|due| now < due.at));
    }
}

//! Meetings, cutoffs and deadlines worked out from the panel's rules.
//!
//! The rule gives a usual day. If that is a bank holiday the meeting is on the next working day, but its cutoff is still
//! counted from the usual day; a cutoff that falls on a day off comes forward to the working day before, same time.
//! Exceptions in the configuration win over all of it.

use std::collections::BTreeSet;

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::{Europe::London, Tz};

use crate::finding::Finding;
use crate::panel::calendar_rules::{CalendarRules, Change, DayBefore, Exception, Frequency, InMonth};
use crate::panel::london;
use crate::panel::meeting::Meeting;
use crate::panel::rules::Rules;
use crate::panel::when;

/// How far from its usual day a meeting may be and still be found; a longer move is refused by the configuration.
pub const FURTHEST_MOVE: Days = Days::new(60);

/// How far ahead a next meeting is looked for: more than a year of cancelled meetings means there is none.
const HORIZON: Days = Days::new(400);

/// The meeting held on `date`.
pub fn meeting_on(rules: &Rules, date: NaiveDate) -> Option<Meeting> {
    meetings(rules, date, date).into_iter().next()
}

/// The meeting a person means by `date`: the one held then, or the one that would usually have been.
pub fn meeting_meant(rules: &Rules, date: NaiveDate) -> Option<Meeting> {
    let around = meetings(rules, date - FURTHEST_MOVE, date + FURTHEST_MOVE);
    let held = around.iter().find(|meeting| meeting.date == date);
    held.or_else(|| around.iter().find(|meeting| meeting.usual_date == date)).cloned()
}

/// Today's meeting, or the first after today.
pub fn next_meeting(rules: &Rules, now: DateTime<Utc>) -> Option<Meeting> {
    let today = london::wall(now).date_naive();
    meetings(rules, today, today + HORIZON).into_iter().next()
}

/// The first meeting held after the day `date`.
pub fn meeting_after(rules: &Rules, date: NaiveDate) -> Option<Meeting> {
    let from = date + Days::new(1);
    meetings(rules, from, from + HORIZON).into_iter().next()
}

/// The last meeting held before the day `date`.
pub fn meeting_before(rules: &Rules, date: NaiveDate) -> Option<Meeting> {
    meetings(rules, date - HORIZON, date - Days::new(1)).pop()
}

/// The first meeting whose cutoff is not yet past at `moment`: where a paper that comes then is in time.
pub fn meeting_open_at(rules: &Rules, moment: DateTime<Utc>) -> Option<Meeting> {
    let today = london::wall(moment).date_naive();
    meetings(rules, today, today + HORIZON).into_iter().find(|meeting| moment <= meeting.cutoff)
}

/// All meetings held from `from` to `to`, both included, in order.
pub fn meetings(rules: &Rules, from: NaiveDate, to: NaiveDate) -> Vec<Meeting> {
    let calendar = &rules.calendar;
    let extra = calendar.exceptions.iter().filter(|exception| is_extra(exception));
    let mut usual: BTreeSet<NaiveDate> = extra.map(|exception| exception.usual_date).collect();
    usual.extend(usual_days(calendar, from - FURTHEST_MOVE, to + FURTHEST_MOVE));
    let mut found: Vec<Meeting> = usual
        .into_iter()
        .filter_map(|usual| meeting_for(calendar, usual))
        .filter(|meeting| (from..=to).contains(&meeting.date))
        .collect();
    found.sort_by_key(|meeting| (meeting.starts, meeting.usual_date));
    found.dedup_by_key(|meeting| meeting.date);
    found
}

fn is_extra(exception: &Exception) -> bool {
    matches!(exception.change, Change::Other { extra: true, .. })
}

/// The days the rule gives, bank holidays or not.
fn usual_days(calendar: &CalendarRules, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let first = on_or_after(from, calendar.weekday);
    let weeks = std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(7)));
    weeks.take_while(|day| *day <= to).filter(|day| is_turn(&calendar.frequency, *day)).collect()
}

fn is_turn(frequency: &Frequency, day: NaiveDate) -> bool {
    match frequency {
        Frequency::Weekly => true,
        Frequency::Fortnightly { anchor } => (day - *anchor).num_days().rem_euclid(14) == 0,
        Frequency::Monthly(turns) => turns.iter().any(|turn| match turn {
            InMonth::Nth(nth) => day.day0() / 7 + 1 == u32::from(*nth),
            InMonth::Last => (day + Days::new(7)).month() != day.month(),
        }),
    }
}

/// The meeting that belongs to the usual day `usual`; none if it is cancelled.
fn meeting_for(calendar: &CalendarRules, usual: NaiveDate) -> Option<Meeting> {
    let holidays = &calendar.holidays;
    let mut date = holidays.on_or_after(usual);
    let (mut starts, mut ends) = (calendar.starts, calendar.ends);
    let mut cutoff = usual_cutoff(calendar, usual);
    let exceptions = calendar.exceptions.iter().filter(|exception| exception.usual_date == usual);
    for exception in exceptions {
        match &exception.change {
            Change::Cancelled => return None,
            Change::Other {
                date: other_date,
                starts: other_start,
                ends: other_end,
                cutoff: other_cutoff,
                extra,
            } => {
                date = other_date.unwrap_or(if *extra { usual } else { date });
                starts = other_start.unwrap_or(starts);
                ends = other_end.or(ends);
                cutoff = other_cutoff.unwrap_or(cutoff);
            }
        }
    }
    Some(Meeting {
        date,
        usual_date: usual,
        starts: in_london(date.and_time(starts)),
        ends: ends.map(|ends| in_london(date.and_time(ends))),
        cutoff: in_london(cutoff),
        agenda_due: calendar.agenda_due.map(|rule| holidays.on_or_before(day_before(calendar, rule, date))),
        record_due: calendar.record_within.map(|days| holidays.after(date, days)),
    })
}

fn usual_cutoff(calendar: &CalendarRules, usual: NaiveDate) -> NaiveDateTime {
    let day = day_before(calendar, calendar.cutoff.day, usual);
    calendar.holidays.on_or_before(day).and_time(calendar.cutoff.time)
}

/// Before bank holidays are looked at, except where working days are counted.
fn day_before(calendar: &CalendarRules, rule: DayBefore, meeting: NaiveDate) -> NaiveDate {
    match rule {
        DayBefore::Weekday(weekday) => {
            let back = (7 + meeting.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
            meeting - Days::new(u64::from(if back == 0 { 7 } else { back }))
        }
        DayBefore::WeekdayOfWeekBefore(weekday) => {
            let monday = meeting - Days::new(u64::from(meeting.weekday().num_days_from_monday()) + 7);
            monday + Days::new(u64::from(weekday.num_days_from_monday()))
        }
        DayBefore::WorkingDays(days) => calendar.holidays.before(meeting, days),
        DayBefore::Days(days) => meeting - Days::new(u64::from(days)),
    }
}

fn on_or_after(day: NaiveDate, weekday: Weekday) -> NaiveDate {
    let ahead = (7 + weekday.num_days_from_monday() - day.weekday().num_days_from_monday()) % 7;
    day + Days::new(u64::from(ahead))
}

/// A wall clock's moment; in the hour that is skipped in March the moment just after, in the one repeated in October the first.
pub fn in_london(wall: NaiveDateTime) -> DateTime<Tz> {
    match London.from_local_datetime(&wall) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => moment,
        LocalResult::None => London
            .from_local_datetime(&(wall + TimeDelta::hours(1)))
            .earliest()
            .expect("London skips one hour at a time"),
    }
}

/// What a person should know about a meeting's days: the bank-holiday list ends, the week is short, the day has moved.
pub fn notices(rules: &Rules, meeting: &Meeting) -> Vec<Finding> {
    let calendar = &rules.calendar;
    let holidays = &calendar.holidays;
    let mut found = Vec::new();
    let last = meeting.record_due.unwrap_or(meeting.date).max(meeting.date);
    let uncovered = [meeting.cutoff.date_naive(), meeting.usual_date, last]
        .into_iter()
        .find(|day| !holidays.covers(*day));
    if let Some(day) = uncovered {
        let message = format!(
            "the bank holidays are known from {} to {} only, and {} is outside them",
            when::short_date(holidays.first),
            when::short_date(holidays.last),
            when::short_date(day)
        );
        found.push(
            Finding::warning("bank-holidays-end", message)
                .about(meeting.date.to_string())
                .hint("add the year's bank holidays under `[bank_holidays]` in the configuration"),
        );
    }
    if let Some(holiday) = holidays.name(meeting.usual_date).filter(|_| meeting.date != meeting.usual_date) {
        let message = format!(
            "the meeting is on {} because {} is {holiday}",
            when::short_date(meeting.date),
            when::short_date(meeting.usual_date)
        );
        found.push(Finding::note("meeting-moved", message).about(meeting.date.to_string()));
    }
    found.extend(exceptions(rules, meeting));
    let cutoff = meeting.cutoff.date_naive();
    let days = holidays.between(cutoff, meeting.date);
    let usual = usual_days_between(calendar);
    if days < usual {
        let message = format!(
            "only {days} working {} between the cutoff on {} and the meeting on {}, where there {} usually {usual}",
            if days == 1 { "day" } else { "days" },
            when::short_date(cutoff),
            when::short_date(meeting.date),
            if usual == 1 { "is" } else { "are" },
        );
        let finding = Finding::warning("short-week", message).about(meeting.date.to_string());
        found.push(finding.hint("an exception in the configuration can give this meeting an earlier cutoff"));
    }
    found
}

/// Why this meeting is not as usual, and why one that would come before the next is not held, where the configuration says it.
fn exceptions(rules: &Rules, meeting: &Meeting) -> Vec<Finding> {
    let next = meeting_after(rules, meeting.date).map(|next| next.usual_date);
    let before_next = |day: NaiveDate| day > meeting.usual_date && next.is_some_and(|next| day < next);
    let say = |exception: &Exception| {
        let reason = exception.reason.as_ref()?;
        let (code, message) = match exception.change {
            Change::Other { .. } if exception.usual_date == meeting.usual_date => {
                ("meeting-exception", format!("the meeting is not as usual: {reason}"))
            }
            Change::Cancelled if before_next(exception.usual_date) => {
                let day = when::short_date(exception.usual_date);
                ("meeting-cancelled", format!("there is no meeting on {day}: {reason}"))
            }
            _ => return None,
        };
        Some(Finding::note(code, message).about(meeting.date.to_string()))
    };
    rules.calendar.exceptions.iter().filter_map(say).collect()
}

/// Working days between cutoff and meeting in a week without holidays.
fn usual_days_between(calendar: &CalendarRules) -> usize {
    let mut plain = calendar.clone();
    plain.holidays.names.clear();
    let meeting = on_or_after(calendar.holidays.first, calendar.weekday);
    plain.holidays.between(usual_cutoff(&plain, meeting).date(), meeting)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::sample;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn expect(rules: &Rules, held: &str, starts: &str, cutoff: &str, agenda: Option<&str>) -> Meeting {
        let meeting = meeting_on(rules, day(held)).unwrap_or_else(|| panic!("no meeting on {held}"));
        assert_eq!(meeting.starts.format("%F %R").to_string(), format!("{held} {starts}"));
        assert_eq!(meeting.cutoff.format("%F %R").to_string(), cutoff, "cutoff of {held}");
        assert_eq!(meeting.agenda_due, agenda.map(day), "agenda of {held}");
        meeting
    }

    #[test]
    fn nelc_meets_on_mondays_and_closes_on_wednesdays() {
        let nelc = sample::nelc();
        expect(&nelc, "2026-01-05", "13:00", "2025-12-31 15:00", None);
        let easter = expect(&nelc, "2026-04-07", "13:00", "2026-04-01 15:00", None);
        assert_eq!(easter.usual_date, day("2026-04-06"));
        assert_eq!(meeting_on(&nelc, day("2026-04-06")), None);
        expect(&nelc, "2026-11-23", "13:00", "2026-11-18 15:00", None);
        expect(&nelc, "2027-01-04", "13:00", "2026-12-30 15:00", None);
        assert_eq!(
            meeting_on(&nelc, day("2026-11-23")).unwrap().ends.unwrap().format("%R").to_string(),
            "17:00"
        );
    }

    #[test]
    fn a_short_week_and_a_moved_meeting_are_said() {
        let nelc = sample::nelc();
        let said = |held: &str| {
            let meeting = meeting_on(&nelc, day(held)).unwrap();
            notices(&nelc, &meeting).into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert_eq!(
            said("2027-01-04"),
            [
                "only 1 working day between the cutoff on Wed 30 Dec 2026 and the meeting on Mon 4 Jan 2027, where there are usually 2"
            ]
        );
        assert_eq!(
            said("2026-05-05"),
            ["the meeting is on Tue 5 May 2026 because Mon 4 May 2026 is the early May bank holiday"]
        );
        assert_eq!(said("2026-11-23"), [""; 0]);
        assert_eq!(
            said("2029-01-08"),
            [
                "the bank holidays are known from Wed 1 Jan 2025 to Sun 31 Dec 2028 only, and Wed 3 Jan 2029 is outside them"
            ]
        );
    }

    #[test]
    fn every_bank_holiday_monday_moves_nelc_to_the_next_working_day() {
        let nelc = sample::nelc();
        let moved: Vec<String> = meetings(&nelc, day("2026-01-01"), day("2028-12-31"))
            .iter()
            .filter(|meeting| meeting.date != meeting.usual_date)
            .map(|meeting| meeting.usual_date.to_string())
            .collect();
        let known = "2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-28 2027-03-29 2027-05-03 2027-05-31 2027-08-30 \
                     2027-12-27 2028-01-03 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25";
        assert_eq!(moved.join(" "), known);
    }

    #[test]
    fn redbridge_meets_on_tuesdays_and_closes_on_fridays() {
        let redbridge = sample::redbridge();
        expect(&redbridge, "2026-04-07", "09:30", "2026-04-02 16:00", Some("2026-04-02"));
        expect(&redbridge, "2026-12-29", "09:30", "2026-12-24 16:00", Some("2026-12-24"));
        expect(&redbridge, "2027-01-05", "09:30", "2026-12-31 16:00", Some("2027-01-04"));
        expect(&redbridge, "2027-03-30", "09:30", "2027-03-25 16:00", Some("2027-03-25"));
        let christmas = expect(&redbridge, "2027-12-29", "09:30", "2027-12-24 16:00", Some("2027-12-24"));
        assert_eq!(christmas.usual_date, day("2027-12-28"));
        expect(&redbridge, "2028-04-18", "09:30", "2028-04-13 16:00", Some("2028-04-13"));
        let record = |held: &str| meeting_on(&redbridge, day(held)).unwrap().record_due;
        assert_eq!(record("2026-03-31"), Some(day("2026-04-07")));
        assert_eq!(record("2026-12-22"), Some(day("2026-12-29")));
    }

    #[test]
    fn wall_clocks_hold_on_both_sides_of_the_clock_changes() {
        let (nelc, redbridge) = (sample::nelc(), sample::redbridge());
        let utc = |rules: &Rules, held: &str| {
            let meeting = meeting_on(rules, day(held)).unwrap();
            (meeting.cutoff.to_utc().to_rfc3339(), meeting.starts.to_utc().to_rfc3339())
        };
        let moments = |cutoff: &str, starts: &str| (format!("{cutoff}+00:00"), format!("{starts}+00:00"));
        assert_eq!(utc(&nelc, "2026-03-30"), moments("2026-03-25T15:00:00", "2026-03-30T12:00:00"));
        assert_eq!(utc(&nelc, "2026-10-26"), moments("2026-10-21T14:00:00", "2026-10-26T13:00:00"));
        assert_eq!(utc(&redbridge, "2027-03-30"), moments("2027-03-25T16:00:00", "2027-03-30T08:30:00"));
        assert_eq!(utc(&redbridge, "2027-11-02"), moments("2027-10-29T15:00:00", "2027-11-02T09:30:00"));
        let skipped = in_london("2026-03-29T01:30:00".parse().unwrap());
        assert_eq!(skipped.to_rfc3339(), "2026-03-29T02:30:00+01:00");
        let repeated = in_london("2026-10-25T01:30:00".parse().unwrap());
        assert_eq!(repeated.to_rfc3339(), "2026-10-25T01:30:00+01:00");
    }

    #[test]
    fn exceptions_win() {
        let exceptions = r#"
            [[meeting.exceptions]]
            meeting = 2026-12-28
            cancelled = true
            [[meeting.exceptions]]
            meeting = 2026-11-23
            held_on = 2026-11-24
            starts = "10:00"
            cutoff = 2026-11-17 12:00
            [[meeting.exceptions]]
            meeting = 2026-12-17
            extra = true
        "#;
        let rules = sample::nelc_with(exceptions);
        assert_eq!(meeting_on(&rules, day("2026-12-29")), None);
        assert_eq!(meeting_after(&rules, day("2026-12-21")).unwrap().date, day("2027-01-04"));
        expect(&rules, "2026-11-24", "10:00", "2026-11-17 12:00", None);
        assert_eq!(meeting_meant(&rules, day("2026-11-23")).unwrap().date, day("2026-11-24"));
        expect(&rules, "2026-12-17", "13:00", "2026-12-16 15:00", None);
    }

    #[test]
    fn a_paper_goes_to_the_first_meeting_still_open() {
        let nelc = sample::nelc();
        let open = |moment: &str| meeting_open_at(&nelc, moment.parse().unwrap()).unwrap().date;
        assert_eq!(open("2026-11-18T15:00:00Z"), day("2026-11-23"));
        assert_eq!(open("2026-11-18T15:00:01Z"), day("2026-11-30"));
        assert_eq!(
            next_meeting(&nelc, "2026-11-23T23:00:00Z".parse().unwrap()).unwrap().date,
            day("2026-11-23")
        );
        assert_eq!(meeting_before(&nelc, day("2026-11-23")).unwrap().date, day("2026-11-16"));
    }

    /// The same rules said another way: days counted one at a time over a table of the days off.
    mod counted {
        use super::*;

        const OFF: &str = "2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 \
            2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28 \
            2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28 \
            2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26";

        pub(super) fn works(date: NaiveDate) -> bool {
            date.format("%u").to_string().parse::<u8>().unwrap() < 6 && !OFF.contains(&date.to_string())
        }

        pub(super) fn step(
            mut date: NaiveDate,
            forward: bool,
            until: impl Fn(NaiveDate) -> bool,
        ) -> NaiveDate {
            while !until(date) {
                date = if forward { date.succ_opt().unwrap() } else { date.pred_opt().unwrap() };
            }
            date
        }

        pub(super) fn named(date: NaiveDate, weekday: &str) -> bool {
            date.format("%a").to_string() == weekday
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_week_agrees_with_counting_the_days(offset in 0_u64..1400) {
            let start = day("2025-02-03") + Days::new(offset);
            let panels = [(sample::nelc(), "Mon", "Wed", "15:00"), (sample::redbridge(), "Tue", "Fri", "16:00")];
            for (rules, held, closes, time) in panels {
                let usual = counted::step(start, true, |date| counted::named(date, held));
                let expected = counted::step(usual, true, counted::works);
                let cutoff = counted::step(usual.pred_opt().unwrap(), false, |date| counted::named(date, closes));
                let cutoff = counted::step(cutoff, false, counted::works);
                let meeting = meeting_meant(&rules, usual).unwrap();
                prop_assert_eq!(meeting.date, expected);
                prop_assert_eq!(meeting.cutoff.format("%F %R").to_string(), format!("{cutoff} {time}"));
                if let Some(agenda) = meeting.agenda_due {
                    prop_assert_eq!(agenda, counted::step(expected.pred_opt().unwrap(), false, counted::works));
                }
                if let Some(record) = meeting.record_due {
                    let mut date = expected;
                    for _ in 0..3 {
                        date = counted::step(date.succ_opt().unwrap(), true, counted::works);
                    }
                    prop_assert_eq!(record, date);
                }
            }
        }
    }
}

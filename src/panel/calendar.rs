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
            shown(holidays.first),
            shown(holidays.last),
            shown(day)
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
            shown(meeting.date),
            shown(meeting.usual_date)
        );
        found.push(Finding::note("meeting-moved", message).about(meeting.date.to_string()));
    }
    let cutoff = meeting.cutoff.date_naive();
    let days = holidays.between(cutoff, meeting.date);
    let usual = usual_days_between(calendar);
    if days < usual {
        let message = format!(
            "only {days} working {} between the cutoff on {} and the meeting on {}, where there {} usually {usual}",
            if days == 1 { "day" } else { "days" },
            shown(cutoff),
            shown(meeting.date),
            if usual == 1 { "is" } else { "are" },
        );
        let finding = Finding::warning("short-week", message).about(meeting.date.to_string());
        found.push(finding.hint("an exception in the configuration can give this meeting an earlier cutoff"));
    }
    found
}

/// Working days between cutoff and meeting in a week without holidays.
fn usual_days_between(calendar: &CalendarRules) -> usize {
    let mut plain = calendar.clone();
    plain.holidays.names.clear();
    let meeting = on_or_after(calendar.holidays.first, calendar.weekday);
    plain.holidays.between(usual_cutoff(&plain, meeting).date(), meeting)
}

fn shown(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

//! `[meeting]` and `[bank_holidays]`: when the panel meets.

use chrono::{NaiveDate, NaiveTime, Weekday};

use crate::config::section::{Entry, Section};
use crate::panel::calendar::FURTHEST_MOVE;
use crate::panel::calendar_rules::{CalendarRules, Change, Cutoff, DayBefore, Exception, Frequency, InMonth};
use crate::panel::when;
use crate::panel::working_days::Holidays;

pub(crate) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Mon),
    ("Tuesday", Weekday::Tue),
    ("Wednesday", Weekday::Wed),
    ("Thursday", Weekday::Thu),
    ("Friday", Weekday::Fri),
    ("Saturday", Weekday::Sat),
    ("Sunday", Weekday::Sun),
];

const IN_MONTH: [(&str, InMonth); 5] = [
    ("first", InMonth::Nth(1)),
    ("second", InMonth::Nth(2)),
    ("third", InMonth::Nth(3)),
    ("fourth", InMonth::Nth(4)),
    ("last", InMonth::Last),
];

pub(crate) fn read(mut section: Section<'_>, holidays: Holidays) -> Option<CalendarRules> {
    let weekday = section.entry("weekday");
    let weekday = section.must("weekday", weekday).and_then(|entry| entry.one_of("weekday", &WEEKDAYS));
    let starts = section.entry("starts");
    let starts = section.must("starts", starts).and_then(|entry| entry.time("starts"));
    let ends = section.entry("ends").and_then(|entry| entry.time("ends").map(|ends| (entry, ends)));
    if let (Some(starts), Some((entry, ends))) = (starts, ends)
        && ends <= starts
    {
        entry.mistake("the meeting ends before it starts".to_owned(), None);
    }
    let frequency = frequency(&mut section, weekday);
    let cutoff = section.entry("cutoff");
    let cutoff = section.must("cutoff", cutoff).and_then(cutoff_rule);
    let agenda_due = section.entry("agenda_due").and_then(agenda_rule);
    let record_within = section.whole("record_within", 1..=60);
    let record_time = section.entry("record_time").and_then(|entry| entry.time("record_time"));
    let confirm_attendance = section.yes("confirm_attendance").unwrap_or(false);
    let exceptions: Vec<Exception> =
        section.sections("exceptions").unwrap_or_default().into_iter().filter_map(exception).collect();
    section.finish();
    Some(CalendarRules {
        weekday: weekday?,
        frequency: frequency?,
        starts: starts?,
        ends: ends.map(|(_, ends)| ends),
        cutoff: cutoff?,
        agenda_due,
        record_within,
        record_time,
        confirm_attendance,
        exceptions,
        holidays,
    })
}

fn frequency(section: &mut Section<'_>, weekday: Option<Weekday>) -> Option<Frequency> {
    let every = section.entry("every");
    let counted_from = section.entry("counted_from");
    let in_month = section.entries_of_list("in_month");
    let every = match every {
        None => "week",
        Some(entry) => {
            entry.one_of("every", &[("week", "week"), ("fortnight", "fortnight"), ("month", "month")])?
        }
    };
    match every {
        "fortnight" => {
            let hint = "the date of any one of its meetings, such as `2026-11-26`";
            let entry = section.must_say("counted_from", counted_from, Some(hint))?;
            let anchor = entry.date("counted_from")?;
            let weekday = weekday?;
            if chrono::Datelike::weekday(&anchor) != weekday {
                let message = format!(
                    "`counted_from` is a {}, but the panel meets on a {}",
                    when::weekday(anchor),
                    name(weekday)
                );
                entry.mistake(message, Some("give the date of any one of its meetings".to_owned()));
            }
            Some(Frequency::Fortnightly { anchor })
        }
        "month" => {
            let hint = "any of `first`, `second`, `third`, `fourth`, `last`, such as `[\"second\"]`";
            let entries = section.must_say("in_month", in_month, Some(hint))?;
            Some(Frequency::Monthly(
                entries.iter().filter_map(|entry| entry.one_of("in_month", &IN_MONTH)).collect(),
            ))
        }
        _ => Some(Frequency::Weekly),
    }
}

fn name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(_, known)| *known == weekday).map_or("", |(name, _)| name)
}

fn cutoff_rule(entry: Entry<'_>) -> Option<Cutoff> {
    let text = entry.text("cutoff")?;
    let parsed = parse_cutoff(&text);
    if parsed.is_none() {
        let hint = "for example `15:00 on the Wednesday before`, `by 17:00 on the Friday of the week before`, \
                    `12:00 on the day 3 working days before`";
        entry.mistake(format!("`cutoff` cannot be read: `{text}`"), Some(hint.to_owned()));
    }
    parsed
}

fn agenda_rule(entry: Entry<'_>) -> Option<DayBefore> {
    let text = entry.text("agenda_due")?;
    let parsed = parse_day_before(&text);
    if parsed.is_none() {
        let hint = "for example `the Thursday before`, `1 working day before`, `the day before`";
        entry.mistake(format!("`agenda_due` cannot be read: `{text}`"), Some(hint.to_owned()));
    }
    parsed
}

/// `by 17:00 on the Monday before`.
fn parse_cutoff(text: &str) -> Option<Cutoff> {
    let text = text.trim();
    let text = text.strip_prefix("by ").unwrap_or(text);
    let (time, day) = text.split_once(' ')?;
    let time = ["%H:%M", "%H.%M"].iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok())?;
    Some(Cutoff { time, day: parse_day_before(day)? })
}

/// `on the Monday before`, `on the Friday of the week before`, `3 working days before`, `the day before`.
fn parse_day_before(text: &str) -> Option<DayBefore> {
    let lower = text.to_lowercase();
    let skipped = ["on", "the", "meeting"];
    let words: Vec<&str> = lower.split_whitespace().filter(|word| !skipped.contains(word)).collect();
    let words = words.strip_prefix(&["day"][..]).filter(|rest| rest.len() > 1).unwrap_or(&words);
    let weekday =
        |word: &str| WEEKDAYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, day)| *day);
    let count = |word: &str| word.parse().ok().filter(|count| (1..=60).contains(count));
    match *words {
        ["day", "before"] => Some(DayBefore::Days(1)),
        ["working", "day", "before"] => Some(DayBefore::WorkingDays(1)),
        [day, "before"] => weekday(day).map(DayBefore::Weekday),
        [day, "of", "week", "before"] => weekday(day).map(DayBefore::WeekdayOfWeekBefore),
        [days, "working", "day" | "days", "before"] => count(days).map(DayBefore::WorkingDays),
        [days, "day" | "days", "before"] => count(days).map(DayBefore::Days),
        _ => None,
    }
}

fn exception(mut section: Section<'_>) -> Option<Exception> {
    let usual = section.entry("meeting");
    let usual_date = section.must("meeting", usual).and_then(|entry| entry.date("meeting"));
    let cancelled = section.yes("cancelled").unwrap_or(false);
    let extra = section.yes("extra").unwrap_or(false);
    let date = section.entry("held_on").and_then(|entry| Some((entry, entry.date("held_on")?)));
    let starts = section.entry("starts").and_then(|entry| entry.time("starts"));
    let ends = section.entry("ends").and_then(|entry| entry.time("ends"));
    let cutoff = section.entry("cutoff").and_then(|entry| entry.moment("cutoff"));
    let reason = section.text("reason");
    let usual_date = usual_date?;
    if let Some((entry, date)) = date
        && !(usual_date - FURTHEST_MOVE..=usual_date + FURTHEST_MOVE).contains(&date)
    {
        entry.mistake(format!("`held_on` is more than 60 days from {usual_date}"), None);
    }
    let changed = date.is_some() || starts.is_some() || ends.is_some() || cutoff.is_some() || extra;
    if cancelled == changed {
        let hint = "`cancelled = true`, or any of `held_on`, `starts`, `ends`, `cutoff`, `extra`";
        section
            .mistake("an exception either cancels a meeting or changes it".to_owned(), Some(hint.to_owned()));
    }
    section.finish();
    let change = if cancelled {
        Change::Cancelled
    } else {
        Change::Other { date: date.map(|(_, date)| date), starts, ends, cutoff, extra }
    };
    Some(Exception { usual_date, change, reason })
}

/// `from`, `to` and `[days]`, the panel's own additions over the shipped list.
pub(crate) fn read_holidays(mut section: Section<'_>, known: Option<Holidays>) -> Option<Holidays> {
    let date = |section: &mut Section<'_>, key: &str| section.entry(key).and_then(|entry| entry.date(key));
    let first = date(&mut section, "from").or(known.as_ref().map(|known| known.first));
    let last = date(&mut section, "to").or(known.as_ref().map(|known| known.last));
    let mut names = known.map(|known| known.names).unwrap_or_default();
    if let Some(mut days) = section.section("days") {
        for (day, entry) in days.named() {
            match day.parse::<NaiveDate>() {
                Ok(day) => {
                    names.insert(day, entry.text("days").unwrap_or_default());
                }
                Err(_) => entry.mistake(format!("`{day}` is not a date such as `2026-12-28`"), None),
            }
        }
    }
    section.finish();
    Some(Holidays { names, first: first?, last: last? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutoffs_are_written_as_people_say_them() {
        let at = |text: &str| {
            parse_cutoff(text).map(|cutoff| (cutoff.time.format("%H:%M").to_string(), cutoff.day))
        };
        let said = |time: &str, day| Some((time.to_owned(), day));
        assert_eq!(at("15:00 on the Wednesday before"), said("15:00", DayBefore::Weekday(Weekday::Wed)));
        assert_eq!(
            at("by 17:00 on the Monday before the meeting"),
            said("17:00", DayBefore::Weekday(Weekday::Mon))
        );
        assert_eq!(at("12:00 on the day 3 working days before"), said("12:00", DayBefore::WorkingDays(3)));
        assert_eq!(
            at("by 9.30 the friday of the week before"),
            said("09:30", DayBefore::WeekdayOfWeekBefore(Weekday::Fri))
        );
        assert_eq!(at("12:00 the working day before"), said("12:00", DayBefore::WorkingDays(1)));
        for wrong in [
            "",
            "noon",
            "25:00 on the Monday before",
            "15:00 on the Monday after",
            "15:00 0 working days before",
        ] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}

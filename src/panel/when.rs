//! Days and times as people read them: the one place that says how they are written.
//!
//! A moment is `3 pm Wednesday 18 November 2026`, a time `1.05 pm`. A cell that is typed into has the 24-hour clock, `13:05`. What a
//! machine reads (ISO days, RFC 3339) is written where it is made.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use chrono_tz::Tz;

/// `Monday 23 November 2026`.
pub fn long_date(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

/// `23 November 2026`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `Mon 23 Nov 2026`.
pub fn short_date(day: NaiveDate) -> String {
    format!("{} {}", short_day(day), day.year())
}

/// `Mon 23 Nov`.
pub fn short_day(day: NaiveDate) -> String {
    day.format("%a %-d %b").to_string()
}

/// `Monday`.
pub fn weekday(day: NaiveDate) -> String {
    day.format("%A").to_string()
}

/// `23/11/2026`, as it is typed into a cell.
pub fn typed_day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// `1.05 pm`, `3 pm`.
pub fn hour(time: NaiveTime) -> String {
    let (afternoon, hour) = time.hour12();
    let minutes = if time.minute() == 0 { String::new() } else { format!(".{:02}", time.minute()) };
    format!("{hour}{minutes} {}", if afternoon { "pm" } else { "am" })
}

/// `3 pm Wednesday 18 November 2026`.
pub fn moment(moment: DateTime<Tz>) -> String {
    on_the_wall(moment.naive_local())
}

/// The same as a clock elsewhere shows it.
pub fn on_the_wall(wall: NaiveDateTime) -> String {
    format!("{} {}", hour(wall.time()), long_date(wall.date()))
}

/// `3 pm 18 November 2026`.
pub fn day_and_hour(moment: DateTime<Tz>) -> String {
    format!("{} {}", hour(moment.time()), day(moment.date_naive()))
}

/// `3 pm Wednesday 18 November`: of this year.
pub fn this_year(moment: DateTime<Tz>) -> String {
    format!("{} {}", hour(moment.time()), day_said(moment.date_naive()))
}

/// `3 pm` of today, `3 pm Wednesday 18 November` of another day.
pub fn lately(moment: DateTime<Tz>, now: DateTime<Tz>) -> String {
    if moment.date_naive() == now.date_naive() { hour(moment.time()) } else { this_year(moment) }
}

/// `3 pm Wed 18 Nov`: of this year.
pub fn short_said(moment: DateTime<Tz>) -> String {
    format!("{} {}", hour(moment.time()), short_day(moment.date_naive()))
}

/// `Wed 18 Nov 2026 15:00:07`, where the second matters.
pub fn to_the_second(moment: DateTime<Tz>) -> String {
    format!("{} {}", short_date(moment.date_naive()), moment.format("%H:%M:%S"))
}

/// `Friday 4 December`: of this year or the next few weeks.
pub fn day_said(day: NaiveDate) -> String {
    day.format("%A %-d %B").to_string()
}

/// `by 4 pm Friday 4 December`, or `by Friday 4 December` where no time is set.
pub fn by(day: NaiveDate, time: Option<NaiveTime>) -> String {
    let Some(time) = time else { return format!("by {}", day_said(day)) };
    format!("by {} {}", hour(time), day_said(day))
}

/// How far off a moment is, in days a person counts.
pub fn until(moment: &DateTime<Tz>, now: &DateTime<Tz>) -> String {
    let days = (moment.date_naive() - now.date_naive()).num_days();
    match (moment >= now, days) {
        (true, 0) => "today".to_owned(),
        (true, 1) => "tomorrow".to_owned(),
        (true, days) => format!("in {days} days"),
        (false, 0) => "passed today".to_owned(),
        (false, -1) => "passed yesterday".to_owned(),
        (false, days) => format!("passed {} days ago", -days),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use chrono_tz::Europe::London;

    use super::*;

    fn at(day: u32, hour: u32, minute: u32) -> DateTime<Tz> {
        London.with_ymd_and_hms(2026, 11, day, hour, minute, 0).unwrap()
    }

    #[test]
    fn days_are_written_as_english_people_read_them() {
        let third = at(3, 0, 0).date_naive();
        let written = [long_date(third), day(third), short_date(third), typed_day(third)];
        assert_eq!(written, ["Tuesday 3 November 2026", "3 November 2026", "Tue 3 Nov 2026", "03/11/2026"]);
    }

    #[test]
    fn what_is_due_is_said_with_its_day_and_hour() {
        let (day, time) = (at(27, 16, 0).date_naive(), |minute| Some(at(27, 16, minute).time()));
        assert_eq!(by(day, time(0)), "by 4 pm Friday 27 November");
        assert_eq!(
            (by(day, time(30)), by(day, None)),
            ("by 4.30 pm Friday 27 November".to_owned(), "by Friday 27 November".to_owned())
        );
    }

    #[test]
    fn noon_and_midnight_are_said_rightly() {
        let said = |of_day| hour(at(18, of_day, 5).time());
        assert_eq!([said(0), said(12), said(15)], ["12.05 am", "12.05 pm", "3.05 pm"]);
        assert_eq!(moment(at(18, 15, 5)), "3.05 pm Wednesday 18 November 2026");
        assert_eq!(short_said(at(18, 9, 30)), "9.30 am Wed 18 Nov");
        assert_eq!(this_year(at(18, 15, 5)), "3.05 pm Wednesday 18 November");
        assert_eq!(lately(at(18, 15, 5), at(18, 16, 0)), "3.05 pm");
        assert_eq!(lately(at(18, 15, 5), at(19, 9, 0)), "3.05 pm Wednesday 18 November");
        assert_eq!(to_the_second(at(18, 15, 5)), "Wed 18 Nov 2026 15:05:00");
    }

    #[test]
    fn the_cutoff_is_counted_in_days_not_hours() {
        let cutoff = at(18, 15, 0);
        let seen = |day, hour| until(&cutoff, &at(day, hour, 0));
        assert_eq!(seen(17, 23), "tomorrow");
        assert_eq!(seen(18, 15), "today");
        assert_eq!(seen(18, 16), "passed today");
        assert_eq!(seen(20, 9), "passed 2 days ago");
    }
}

//! When the panel meets and what must be done by when, as the configuration says it.
//!
//! Only the rule: [`crate::panel::calendar`] works out the days.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use crate::panel::working_days::Holidays;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRules {
    pub weekday: Weekday,
    pub frequency: Frequency,
    pub starts: NaiveTime,
    /// None where the panel has no end time (Redbridge).
    pub ends: Option<NaiveTime>,
    pub cutoff: Cutoff,
    /// The last day for the agenda; none where the procedure is silent.
    pub agenda_due: Option<DayBefore>,
    /// Working days within which decisions must be recorded (Redbridge: 3).
    pub record_within: Option<u32>,
    /// Until when on the last of them; none: until the end of the day.
    pub record_time: Option<NaiveTime>,
    /// Teams confirm by the cutoff that they come and that their papers are there (Redbridge).
    pub confirm_attendance: bool,
    pub exceptions: Vec<Exception>,
    pub holidays: Holidays,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frequency {
    Weekly,
    /// Every second week, counted from a meeting that was or will be held.
    Fortnightly {
        anchor: NaiveDate,
    },
    /// The first, second ... of that weekday in the month (1 to 4), or the last.
    Monthly(Vec<InMonth>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InMonth {
    Nth(u8),
    Last,
}

/// "15:00 on the Wednesday before".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoff {
    pub time: NaiveTime,
    pub day: DayBefore,
}

/// A day counted back from a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayBefore {
    /// The nearest such weekday before the meeting; a Monday panel's "Monday before" is a week earlier.
    Weekday(Weekday),
    /// That weekday in the calendar week (Monday to Sunday) before the meeting's.
    WeekdayOfWeekBefore(Weekday),
    WorkingDays(u32),
    Days(u32),
}

/// One meeting that is not as usual. Wins over every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The day the rule gives, or, of an extra meeting, the day it is held.
    pub usual_date: NaiveDate,
    pub change: Change,
    /// Why; shown by `check`.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Cancelled,
    /// Each part that is given replaces what the rule says.
    Other {
        date: Option<NaiveDate>,
        starts: Option<NaiveTime>,
        ends: Option<NaiveTime>,
        cutoff: Option<NaiveDateTime>,
        /// Held although the rule gives no meeting on that day.
        extra: bool,
    },
}

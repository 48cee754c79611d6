//! Working days: Monday to Friday, bank holidays left out.
//!
//! The bank holidays are dated data and end somewhere; past their end only weekends are known, and callers say so.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

/// The bank holidays of England and Wales, and the days between which they are complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holidays {
    pub names: BTreeMap<NaiveDate, String>,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Holidays {
    pub fn name(&self, day: NaiveDate) -> Option<&str> {
        self.names.get(&day).map(String::as_str)
    }

    pub fn covers(&self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    pub fn is_working(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.names.contains_key(&day)
    }

    /// `day` itself if it is a working day, else the last one before it.
    pub fn on_or_before(&self, day: NaiveDate) -> NaiveDate {
        let back = day.iter_days().rev();
        self.first_working(back).unwrap_or(day)
    }

    /// `day` itself if it is a working day, else the first one after it.
    pub fn on_or_after(&self, day: NaiveDate) -> NaiveDate {
        self.first_working(day.iter_days()).unwrap_or(day)
    }

    /// The working day `count` working days after `day`; `day` itself is not counted.
    pub fn after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        nth_working(self, day.iter_days().skip(1), count).unwrap_or(day)
    }

    /// The working day `count` working days before `day`; `day` itself is not counted.
    pub fn before(&self, day: NaiveDate, count: u32) -> NaiveDate {
        nth_working(self, day.iter_days().rev().skip(1), count).unwrap_or(day)
    }

    /// Working days after `from` and before `to`, neither counted.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days().skip(1).take_while(|day| *day < to).filter(|day| self.is_working(*day)).count()
    }

    fn first_working(&self, mut days: impl Iterator<Item = NaiveDate>) -> Option<NaiveDate> {
        days.find(|day| self.is_working(*day))
    }
}

fn nth_working(holidays: &Holidays, days: impl Iterator<Item = NaiveDate>, count: u32) -> Option<NaiveDate> {
    let at = usize::try_from(count.checked_sub(1)?).ok()?;
    days.filter(|day| holidays.is_working(*day)).nth(at)
}

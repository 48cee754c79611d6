//! The day from which two-digit years and dated codes are seen, and the other days from which the same would be seen.

use std::cell::Cell;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// The days, from the first to the last and both with them, from which the same is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameDays {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl SameDays {
    const EVER: SameDays = SameDays { first: NaiveDate::MIN, last: NaiveDate::MAX };

    pub fn holds(&self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// The day things are seen from. Each question that is asked of it narrows the period in which the answers are the same.
#[derive(Debug, Clone)]
pub struct SeenFrom {
    day: NaiveDate,
    same: Cell<SameDays>,
}

impl SeenFrom {
    pub const fn new(day: NaiveDate) -> Self {
        SeenFrom { day, same: Cell::new(SameDays::EVER) }
    }

    /// Whether `date` is this day or before it.
    pub fn has_come(&self, date: NaiveDate) -> bool {
        let has_come = date <= self.day;
        if has_come {
            self.from(Some(date));
        } else {
            self.until(date.pred_opt());
        }
        has_come
    }

    /// The year nearest to this day's that ends in `year`, a number from 0 to 99; of two as near, the earlier.
    pub fn nearest(&self, year: i32) -> i32 {
        let candidates = [1900 + year, 2000 + year, 2100 + year];
        let away = |candidate: i32| (candidate - self.day.year()).abs();
        let nearest =
            candidates.into_iter().min_by_key(|candidate| away(*candidate)).unwrap_or(candidates[1]);
        if nearest != candidates[0] {
            self.from(NaiveDate::from_ymd_opt(nearest - 49, 1, 1));
        }
        if nearest != candidates[2] {
            self.until(NaiveDate::from_ymd_opt(nearest + 50, 12, 31));
        }
        nearest
    }

    /// The days on which every answer given so far is the same.
    pub fn same(&self) -> SameDays {
        self.same.get()
    }

    fn from(&self, day: Option<NaiveDate>) {
        let same = self.same.get();
        self.same.set(SameDays { first: same.first.max(day.unwrap_or(NaiveDate::MIN)), ..same });
    }

    fn until(&self, day: Option<NaiveDate>) {
        let same = self.same.get();
        self.same.set(SameDays { last: same.last.min(day.unwrap_or(NaiveDate::MAX)), ..same });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days() -> impl Strategy<Value = NaiveDate> {
        (0..90_000_i64)
            .prop_map(|day| NaiveDate::from_ymd_opt(1910, 1, 1).unwrap() + chrono::TimeDelta::days(day))
    }

    proptest! {
        #[test]
        fn from_every_day_of_the_period_the_same_is_seen_and_not_from_the_days_around_it(
            day in days(), asked in prop::collection::vec(days(), 0..4), year in 0..100_i32, other in days(),
        ) {
            let answers = |day: NaiveDate| {
                let from = SeenFrom::new(day);
                let said: Vec<bool> = asked.iter().map(|date| from.has_come(*date)).collect();
                (said, from.nearest(year), from.same())
            };
            let (said, nearest, same) = answers(day);
            prop_assert!(same.holds(day));
            for tried in [other, same.first.max(day - chrono::TimeDelta::days(40_000)),
                          same.last.min(day + chrono::TimeDelta::days(40_000))] {
                let (again, again_nearest, _) = answers(tried);
                if same.holds(tried) {
                    prop_assert_eq!((&again, again_nearest), (&said, nearest), "{}", tried);
                }
            }
            for around in [same.first.pred_opt(), same.last.succ_opt()].into_iter().flatten() {
                let (again, again_nearest, _) = answers(around);
                prop_assert_ne!((&again, again_nearest), (&said, nearest), "{}", around);
            }
        }
    }
}

//! What the listed cases ask of each partner, against what its budget still holds: for the chair, before the meeting.

use chrono::{Datelike, NaiveDate};

use crate::panel::case::{Case, Casebook};
use crate::panel::form::Value;
use crate::panel::money::{Pence, Period};
use crate::panel::outcome::{Decision, Funder};
use crate::panel::rules::Rules;

/// One partner's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub funder: Funder,
    /// A week, all listed cases together.
    pub weekly: Pence,
    /// Of this financial year's budget, after what has been decided; none without a budget in the configuration.
    pub remaining: Option<Pence>,
}

const SHARES: [(&str, Funder); 4] = [
    ("split_sc", Funder::SocialCare),
    ("split_health", Funder::Health),
    ("split_edu", Funder::Education),
    ("split_other", Funder::Other),
];

/// A line for each partner that is asked for something or has a budget. `decided` is what was decided before, each
/// with the day of its meeting.
pub fn asked(rules: &Rules, book: &Casebook, decided: &[(NaiveDate, Decision)]) -> Vec<Asked> {
    let year_end = financial_year_end(book.meeting.date);
    let line = |(field, funder): (&str, Funder)| {
        let weekly: i64 = book.listed().filter_map(|case| share(case, field)).map(|pence| pence.0).sum();
        let budget = rules.budgets.iter().find(|budget| budget.funder == funder);
        let committed: i64 =
            decided.iter().map(|(held, decision)| committed(*held, decision, funder, year_end)).sum();
        let remaining = budget.map(|budget| Pence(budget.year.0 - committed));
        (weekly > 0 || budget.is_some()).then_some(Asked { funder, weekly: Pence(weekly), remaining })
    };
    SHARES.into_iter().filter_map(line).collect()
}

/// A partner's weekly share, a percentage taken of the total.
pub fn share(case: &Case, field: &str) -> Option<Pence> {
    match case.form.get(field)?.value {
        Value::Money { pence, .. } => Some(pence),
        Value::Percent(percent) => {
            Some(Pence(case.form.money("cost_total")?.0.checked_mul(i64::from(percent))? / 100))
        }
        _ => None,
    }
}

/// What one case's form asks for, in amounts. Nothing in it is decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requested {
    pub weekly: Option<Pence>,
    /// Who is asked for how much a week; nobody where the form does not say what all of it comes to.
    pub split: Vec<(Funder, Pence)>,
    pub once: Option<Pence>,
    pub parents: Option<Pence>,
}

impl Requested {
    pub fn of(case: &Case) -> Self {
        let weekly = weekly_of(case, "cost_total").or_else(|| weekly_of(case, "cost_week"));
        Requested {
            weekly,
            split: weekly.map_or_else(Vec::new, |all| split(case, all)),
            once: case.form.money("cost_oneoff"),
            parents: weekly_of(case, "parental_contribution"),
        }
    }

    pub fn is_nothing(&self) -> bool {
        *self == Requested::default()
    }

    /// `£1,012.00 a week: Social care £952.00, Health £60.00; £500.00 once; £20.00 a week from parents`; may be empty.
    pub fn said(&self) -> String {
        let split: Vec<String> =
            self.split.iter().map(|(funder, pence)| format!("{} {pence}", funder.plain())).collect();
        let split = if split.is_empty() { String::new() } else { format!(": {}", split.join(", ")) };
        let parts = [
            self.weekly.map(|pence| format!("{pence} a week{split}")),
            self.once.map(|pence| format!("{pence} once")),
            self.parents.map(|pence| format!("{pence} a week from parents")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// An amount that is for a week, or does not say for what.
fn weekly_of(case: &Case, field: &str) -> Option<Pence> {
    match case.form.get(field)?.value {
        Value::Money { pence, period: None | Some(Period::Week) } => Some(pence),
        _ => None,
    }
}

/// The shares; those in per cent that come to a hundred come to the penny to `all`.
fn split(case: &Case, all: Pence) -> Vec<(Funder, Pence)> {
    let share_of = |field: &str| match case.form.get(field)?.value {
        Value::Percent(percent) => Some((Pence(all.0.checked_mul(i64::from(percent))? / 100), percent)),
        _ => Some((share(case, field)?, 0)),
    };
    let mut shares: Vec<(Funder, Pence)> = Vec::new();
    let mut percent = 0;
    for (field, funder) in SHARES {
        if let Some((pence, part)) = share_of(field).filter(|(pence, _)| pence.0 != 0) {
            shares.push((funder, pence));
            percent += part;
        }
    }
    let rest = all.0 - shares.iter().map(|(_, pence)| pence.0).sum::<i64>();
    if let Some((_, first)) = shares.first_mut().filter(|_| percent == 100) {
        first.0 += rest;
    }
    shares
}

/// What a decision takes out of this financial year: from its first day in it to its last, or to the year's end.
fn committed(held: NaiveDate, decision: &Decision, funder: Funder, year_end: NaiveDate) -> i64 {
    let from = decision.from.unwrap_or(held).max(financial_year_start(year_end));
    let to = decision.to.unwrap_or(year_end).min(year_end);
    let days = (to - from).num_days().max(0);
    let weekly: i64 = decision.split.iter().filter(|(who, _)| *who == funder).map(|(_, pence)| pence.0).sum();
    weekly.saturating_mul(days) / 7
}

/// 31 March on or after `day`.
fn financial_year_end(day: NaiveDate) -> NaiveDate {
    let year = if day.month() > 3 { day.year() + 1 } else { day.year() };
    NaiveDate::from_ymd_opt(year, 3, 31).unwrap_or(day)
}

/// 1 April before the year's end.
fn financial_year_start(year_end: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(year_end.year() - 1, 4, 1).unwrap_or(year_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::outcome::DecisionWord;

    #[test]
    fn the_financial_year_ends_in_march() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(financial_year_end(day("2026-11-23")), day("2027-03-31"));
        assert_eq!(financial_year_end(day("2027-03-31")), day("2027-03-31"));
        assert_eq!(financial_year_end(day("2027-04-01")), day("2028-03-31"));
    }
    #[test]
    fn only_this_years_part_of_a_decision_counts() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let decision = Decision {
            weekly: Some(Pence(700)),
            split: vec![(Funder::Health, Pence(700))],
            to: Some(day("2026-04-15")),
            ..Decision::of("1234567".parse().unwrap(), DecisionWord::Agreed)
        };
        let taken = |year_end: &str| committed(day("2026-03-01"), &decision, Funder::Health, day(year_end));
        assert_eq!((taken("2026-03-31"), taken("2027-03-31"), taken("2028-03-31")), (3000, 1400, 0));
    }
}

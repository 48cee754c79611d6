//! Checks on money: parts and total, the partners' shares, and what is plausible.

use crate::panel::crosschecks::check::{Check, Say, say};
use crate::panel::form::Value;
use crate::panel::look::CaseLook;
use crate::panel::money::{Pence, Period};

pub(crate) const CHECKS: &[Check] = &[
    Check { name: "cost-parts-differ", run: parts_differ },
    Check { name: "cost-unusual", run: unusual },
    Check { name: "cost-not-weekly", run: not_weekly },
    Check { name: "split-differs", run: split_differs },
    Check { name: "cost-changed", run: changed },
    Check { name: "taxi-cost-differs", run: taxi_cost },
];

const PARTS: [&str; 4] = ["cost_core", "cost_additional", "cost_education", "cost_other"];
const SHARES: [&str; 4] = ["split_sc", "split_health", "split_edu", "split_other"];

/// Sums that differ by a penny were rounded.
const A_PENNY: i64 = 1;

fn parts_differ(look: &CaseLook<'_>) -> Option<Say> {
    let total = look.form.money("cost_total")?;
    let parts: Vec<Pence> = PARTS.iter().filter_map(|part| look.form.money(part)).collect();
    let sum = Pence(parts.iter().map(|part| part.0).sum());
    // The core cost alone says nothing about the whole.
    if parts.len() < 2 && sum <= total || (sum.0 - total.0).abs() <= A_PENNY {
        return None;
    }
    say(
        "cost_total",
        format!("the parts come to {sum}, but the total is {total}"),
        "correct the parts or the total",
    )
}

fn unusual(look: &CaseLook<'_>) -> Option<Say> {
    let total = look.form.money("cost_total").filter(|total| total.0 != 0)?;
    let limits = &look.rules.thresholds;
    if (limits.weekly_least..=limits.weekly_most).contains(&total.0) {
        return None;
    }
    say("cost_total", format!("{total} a week is unusual"), "check the amount and that it is for a week")
}

fn not_weekly(look: &CaseLook<'_>) -> Option<Say> {
    let Value::Money { pence, period: Some(period) } = look.form.get("cost_total")?.value else {
        return None;
    };
    let said = match period {
        Period::Week => return None,
        Period::Once => "once",
        Period::Hour => "an hour",
        Period::Day => "a day",
        Period::Month => "a month",
        Period::Year => "a year",
        Period::Journey => "a journey",
    };
    say("cost_total", format!("the total is {pence} {said}, not a week"), "work it out for a week")
}

/// All in money: they come to the total. All in per cent: to a hundred. Mixed: the percentages are of the total.
fn split_differs(look: &CaseLook<'_>) -> Option<Say> {
    let shares: Vec<&Value> =
        SHARES.iter().filter_map(|share| look.form.get(share)).map(|filled| &filled.value).collect();
    if shares.iter().any(|share| matches!(share, Value::ToBeConfirmed | Value::Unclear)) {
        return None;
    }
    let money: Vec<i64> = shares
        .iter()
        .filter_map(|share| if let Value::Money { pence, .. } = share { Some(pence.0) } else { None })
        .collect();
    let percent: Vec<i64> = shares
        .iter()
        .filter_map(|share| if let Value::Percent(part) = share { Some(i64::from(*part)) } else { None })
        .collect();
    if percent.is_empty() && money.is_empty() {
        return None;
    }
    if money.iter().all(|part| *part == 0) && !percent.is_empty() {
        let sum: i64 = percent.iter().sum();
        return if sum == 100 {
            None
        } else {
            say("split_sc", format!("the shares come to {sum} %"), "they must come to 100 %")
        };
    }
    let total = look.form.money("cost_total")?;
    let of_total = |part: &i64| total.0.saturating_mul(*part) / 100;
    let sum = money.iter().sum::<i64>() + percent.iter().map(of_total).sum::<i64>();
    let rounding = A_PENNY * i64::try_from(percent.len().max(1)).unwrap_or(A_PENNY);
    if (sum - total.0).abs() <= rounding {
        return None;
    }
    say(
        "split_sc",
        format!("the shares come to {}, but the total is {total}", Pence(sum)),
        "correct the shares or the total",
    )
}

fn changed(look: &CaseLook<'_>) -> Option<Say> {
    let before = look.previous?.weekly?;
    let now = look.form.money("cost_total").filter(|now| *now != before)?;
    let difference = Pence((now.0 - before.0).abs());
    let way = if now > before { "more" } else { "less" };
    say(
        "cost_total",
        format!("{now} a week is {difference} {way} than the {before} last decided"),
        "say why under what has changed",
    )
}

fn taxi_cost(look: &CaseLook<'_>) -> Option<Say> {
    let journey = look.form.money("cost_journey")?;
    let week = look.form.money("cost_week")?;
    let Value::Whole(journeys) = look.form.get("journeys_week")?.value else { return None };
    let sum = Pence(journey.0.checked_mul(journeys)?);
    if (sum.0 - week.0).abs() <= A_PENNY {
        return None;
    }
    say(
        "cost_week",
        format!("{journeys} journeys at {journey} come to {sum} a week, but the form says {week}"),
        "correct one of the three",
    )
}

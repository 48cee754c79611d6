//! The temporary approval of a connected carer: how long it holds, and when it is due back (docs/domain.md: Connected carers).

use chrono::{Days, NaiveDate};

use crate::panel::form::Form;
use crate::panel::when;

/// What holds for approvals from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovalRule {
    pub from: NaiveDate,
    pub weeks: u32,
    pub extension_weeks: u32,
    /// Due back this long before the end.
    pub notice_weeks: u32,
}

/// One carer's approval, as a form gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    pub given: NaiveDate,
    /// The last day it holds.
    pub ends: NaiveDate,
    pub extended: bool,
    /// The last day the regulations allow, with the extension if there is one.
    pub latest: NaiveDate,
    /// The day by which the panel looks at it again.
    pub due: NaiveDate,
    pub rule: ApprovalRule,
}

/// The approval a form tells of; none where it tells of none, or of one before all rules.
pub fn approval(rules: &[ApprovalRule], form: &Form) -> Option<Approval> {
    let given = form.date("reg24_on")?;
    let rule = *rules.iter().filter(|rule| rule.from <= given).max_by_key(|rule| rule.from)?;
    let usual = after(given, rule.weeks);
    let extended_to = form.date("reg24_extended_to");
    let ends = extended_to.unwrap_or(usual);
    let latest = if extended_to.is_some() { after(usual, rule.extension_weeks) } else { usual };
    let due = ends - weeks(rule.notice_weeks);
    Some(Approval { given, ends, extended: extended_to.is_some(), latest, due, rule })
}

/// When the panel looks at it again, at `next` at the earliest, and the sentence that says why.
pub fn due(rules: &[ApprovalRule], form: &Form, next: NaiveDate) -> Option<(NaiveDate, String)> {
    let approval = approval(rules, form)?;
    let ends = when::day(approval.ends);
    let message = if approval.extended {
        format!(
            "the connected carer's extended temporary approval ends on {ends}, and cannot be extended again"
        )
    } else {
        format!("the connected carer's temporary approval ends on {ends}")
    };
    Some((approval.due.max(next), message))
}

fn after(day: NaiveDate, of: u32) -> NaiveDate {
    day + weeks(of)
}

const fn weeks(of: u32) -> Days {
    Days::new(of as u64 * 7)
}

//! Checks on the order of a case's dates.

use crate::panel::calendar;
use crate::panel::crosschecks::asked::{after, asks, given};
use crate::panel::crosschecks::check::{Check, Say, say};
use crate::panel::look::CaseLook;
use crate::panel::when;

pub(crate) const CHECKS: &[Check] = &[
    Check { name: "referral-in-future", run: referral_in_future },
    Check { name: "referral-old", run: referral_old },
    Check { name: "panel-date-not-a-meeting", run: panel_date },
    Check { name: "current-placement-in-future", run: current_placement },
    Check { name: "end-before-start", run: end_before_start },
    Check { name: "no-end-or-review", run: no_end_or_review },
    Check { name: "review-not-after-panel", run: review_not_after_panel },
    Check { name: "previous-panel-not-a-meeting", run: previous_panel },
    Check { name: "previous-decision-unknown", run: previous_decision },
    Check { name: "contract-ends-soon", run: contract_ends_soon },
];

fn referral_in_future(look: &CaseLook<'_>) -> Option<Say> {
    let referred =
        look.form.date("referral_date").filter(|day| *day > look.today || *day > look.meeting.date)?;
    say(
        "referral_date",
        format!("the referral is dated {}, which has not been yet", when::day(referred)),
        "check the year",
    )
}

fn referral_old(look: &CaseLook<'_>) -> Option<Say> {
    let referred = look.form.date("referral_date")?;
    let days = (look.meeting.date - referred).num_days();
    if days <= i64::from(look.rules.thresholds.referral_days?) {
        return None;
    }
    say(
        "referral_date",
        format!("the referral is {days} days old on the day of the meeting"),
        "say whether anything has changed since",
    )
}

fn panel_date(look: &CaseLook<'_>) -> Option<Say> {
    let wanted = look.form.date("panel_date")?;
    if calendar::meeting_meant(look.rules, wanted).is_some() {
        return None;
    }
    let next = calendar::meeting_after(look.rules, wanted);
    let hint = next.map_or_else(
        || "ask the administrator for a date".to_owned(),
        |next| format!("the next one is {}", when::day(next.date)),
    );
    say("panel_date", format!("the panel does not meet on {}", when::day(wanted)), hint)
}

fn current_placement(look: &CaseLook<'_>) -> Option<Say> {
    let since = look.form.date("cur_start").filter(|day| *day > look.today)?;
    say(
        "cur_start",
        format!(
            "the current placement is said to have started on {}, which has not been yet",
            when::day(since)
        ),
        "check the year",
    )
}

fn end_before_start(look: &CaseLook<'_>) -> Option<Say> {
    let (start, end) = after(look, "start_date", "end_date")?;
    say(
        "end_date",
        format!("it ends on {}, before it starts on {}", when::day(end), when::day(start)),
        "check both dates",
    )
}

fn no_end_or_review(look: &CaseLook<'_>) -> Option<Say> {
    let asked = asks(look, "end_date") && asks(look, "review_requested");
    if !asked || !given(look, "start_date") || given(look, "end_date") || given(look, "review_requested") {
        return None;
    }
    say(
        "review_requested",
        "neither an end date nor a review date is given",
        "the panel needs one of the two",
    )
}

fn review_not_after_panel(look: &CaseLook<'_>) -> Option<Say> {
    let field = if given(look, "review_new") { "review_new" } else { "review_requested" };
    let review = look.form.date(field).filter(|day| *day <= look.meeting.date)?;
    say(field, format!("the review date {} is not after the meeting", when::day(review)), "check the year")
}

fn previous_panel(look: &CaseLook<'_>) -> Option<Say> {
    let previous = look.form.date("previous_panel")?;
    if previous < look.meeting.date && calendar::meeting_meant(look.rules, previous).is_some() {
        return None;
    }
    say(
        "previous_panel",
        format!("the panel did not meet on {}", when::day(previous)),
        "copy the date from the decision note",
    )
}

fn previous_decision(look: &CaseLook<'_>) -> Option<Say> {
    let said = look.form.date("previous_panel")?;
    let known = look.previous?.decided_on;
    if known == said {
        return None;
    }
    say(
        "previous_panel",
        format!(
            "the form says the last panel was on {}, but the last decision is of {}",
            when::day(said),
            when::day(known)
        ),
        "copy the date from the decision note",
    )
}

fn contract_ends_soon(look: &CaseLook<'_>) -> Option<Say> {
    let ends = look.form.date("contract_end")?;
    let weeks = look.rules.obligations.contract_weeks;
    if (ends - look.meeting.date).num_days() > i64::from(weeks) * 7 {
        return None;
    }
    say(
        "contract_end",
        format!("the contract ends on {}, within {weeks} weeks of the meeting", when::day(ends)),
        "say what is asked for after that",
    )
}

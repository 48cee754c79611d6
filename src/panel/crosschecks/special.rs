//! Checks on the requests with limits of their own: retainers, staffing ratios, taxis, and what was promised with them.

use crate::panel::crosschecks::asked::{given, whole};
use crate::panel::crosschecks::check::{Check, Say, say};
use crate::panel::look::{CaseLook, is_answered, ratio_dates};
use crate::panel::request::Request;
use crate::panel::standing;
use crate::panel::when;

pub(crate) const CHECKS: &[Check] = &[
    Check { name: "retainer-long", run: retainer_long },
    Check { name: "staffing-ratio-ends-before-start", run: ratio_backwards },
    Check { name: "staffing-ratio-without-end", run: ratio_without_end },
    Check { name: "staffing-ratio-long", run: ratio_long },
    Check { name: "one-off-taxi", run: one_off_taxi },
    Check { name: "taxi-without-risk-assessment", run: taxi_risk },
    Check { name: "risks-not-answered", run: risks },
    Check { name: "attachment-not-arrived", run: attachments },
];

fn retainer_long(look: &CaseLook<'_>) -> Option<Say> {
    let by_dates = look
        .form
        .date("retainer_to")
        .zip(look.form.date("retainer_from"))
        .map(|(to, from)| ((to - from).num_days() + 7) / 7);
    let weeks = whole(look, "retainer_weeks").or(by_dates)?;
    let most = look.rules.thresholds.retainer_weeks?;
    if weeks <= i64::from(most) {
        return None;
    }
    let usual = if most == 1 { "1 week".to_owned() } else { format!("{most} weeks") };
    say(
        "retainer_weeks",
        format!("a retainer of {weeks} weeks is asked for, and {usual} is the usual limit"),
        "say why it must be longer",
    )
}

fn ratio_backwards(look: &CaseLook<'_>) -> Option<Say> {
    let (Some(from), Some(to)) = ratio_dates(look.form, look.meeting.date) else { return None };
    if from <= to {
        return None;
    }
    say(
        "staffing_ratio",
        format!("the staffing ratio ends on {}, before it starts on {}", when::day(to), when::day(from)),
        "check both dates",
    )
}

fn ratio_without_end(look: &CaseLook<'_>) -> Option<Say> {
    let (_, to) = ratio_dates(look.form, look.meeting.date);
    if look.request != Some(Request::StaffingRatio) || !given(look, "staffing_ratio") || to.is_some() {
        return None;
    }
    say("staffing_ratio", "the staffing ratio has no end", "say from which day to which day it is asked for")
}

fn ratio_long(look: &CaseLook<'_>) -> Option<Say> {
    let (Some(from), Some(to)) = ratio_dates(look.form, look.meeting.date) else { return None };
    let days = (to - from).num_days() + 1;
    if days <= i64::from(look.rules.thresholds.staffing_ratio_days?) {
        return None;
    }
    let message = format!(
        "the staffing ratio is asked for {days} days, from {} to {}; it is for a few days only",
        when::day(from),
        when::day(to)
    );
    say("staffing_ratio", message, "say why it must last longer, and how it will be reduced")
}

fn one_off_taxi(look: &CaseLook<'_>) -> Option<Say> {
    if look.request != Some(Request::Taxi) || look.form.yes("one_off") != Some(true) {
        return None;
    }
    say(
        "one_off",
        "a one-off journey does not come to the panel",
        "the manager can agree it; withdraw the case",
    )
}

fn taxi_risk(look: &CaseLook<'_>) -> Option<Say> {
    let risky = look.form.yes("escort") == Some(true)
        || (given(look, "driver_requirement") && !says_none(look, "driver_requirement"));
    let assessed = look
        .case
        .papers
        .iter()
        .filter(|paper| standing::counts(paper))
        .any(|paper| paper.kind.as_ref().is_some_and(|kind| kind.as_str() == "risk_assessment"));
    if look.request != Some(Request::Taxi) || !risky || assessed {
        return None;
    }
    say(
        "escort",
        "an escort or a special driver is asked for and no risk assessment was received",
        "save the risk assessment in the case's folder",
    )
}

/// One finding for the whole table of risks; a paper that has no such table answers them elsewhere.
fn risks(look: &CaseLook<'_>) -> Option<Say> {
    let paper = standing::standing_form(look.rules, &look.case.papers)?;
    let form = look.rules.form_of(paper.kind.as_ref()?)?;
    let risks = form.fields.iter().filter(|field| field.vocabulary.as_deref() == Some("risk"));
    let asked: Vec<_> = risks.filter_map(|field| Some((field, look.form.get(field.key.as_str())?))).collect();
    let open = asked.iter().filter(|(_, filled)| !is_answered(Some(filled)));
    let open: Vec<String> = open.map(|(field, _)| field.label.to_lowercase()).collect();
    if open.is_empty() {
        return None;
    }
    let message = format!("{} of {} risks are not answered: {}", open.len(), asked.len(), open.join(", "));
    say("risks", message, "tick “no known risk” or “risk present” for each")
}

fn says_none(look: &CaseLook<'_>, field: &str) -> bool {
    let said = look.form.text(field).unwrap_or_default().trim().to_lowercase();
    ["none", "no", "n/a", "not applicable", "nil"].contains(&said.trim_end_matches('.'))
}

/// Of a line of boxes the words behind those that are ticked; of any other line the whole.
fn ticked_parts(line: &str) -> Vec<&str> {
    const TICKED: [char; 4] = ['☑', '☒', '✓', '✔'];
    let is_box = |c: char| c == '☐' || TICKED.contains(&c);
    if !line.contains(is_box) {
        return vec![line];
    }
    let behind = |(at, found): (usize, &str)| {
        let on = found.starts_with(TICKED);
        let rest = &line[at + found.len()..];
        on.then(|| &rest[..rest.find(is_box).unwrap_or(rest.len())])
    };
    line.match_indices(is_box).filter_map(behind).collect()
}

/// The checklist on the form, compared with what came: only kinds of paper named by their whole label.
fn attachments(look: &CaseLook<'_>) -> Option<Say> {
    let said = look.form.text("attachments")?.to_lowercase();
    let parts: Vec<&str> = said.split([',', ';', '\n']).flat_map(ticked_parts).collect();
    let promised = |label: &str| parts.iter().any(|part| part.trim().trim_end_matches('.') == label);
    let came = |kind: &crate::panel::ids::DocumentType| {
        look.case
            .papers
            .iter()
            .filter(|paper| standing::counts(paper))
            .any(|paper| paper.kind.as_ref() == Some(kind))
    };
    let kinds =
        look.rules.kinds.iter().filter(|rule| rule.form.is_none() && promised(&rule.label.to_lowercase()));
    let absent: Vec<&str> = kinds.filter(|rule| !came(&rule.key)).map(|rule| rule.label.as_str()).collect();
    if absent.is_empty() {
        return None;
    }
    say(
        "attachments",
        format!("the form says it is attached, but it was not received: {}", absent.join(", ")),
        "save it in the case's folder",
    )
}

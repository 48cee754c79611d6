//! What a case says of itself to whoever sets the agenda: who brings it, with whom it belongs, when it would like to be heard.

use chrono::NaiveTime;

use crate::finding::{Finding, Severity};
use crate::panel::case::Case;
use crate::panel::completeness;
use crate::panel::ids::CaseId;
use crate::panel::paper::Verdict;
use crate::panel::rules::Rules;
use crate::panel::so_far::{self, is_emergency, papers_may_follow};
use crate::panel::standing;
use crate::panel::when;

/// `EMERGENCY`, `RETROSPECTIVE`, `INCOMPLETE: care plan`, `LATE`: what the chair must see beside the case.
pub fn flags(rules: &Rules, case: &Case) -> Vec<String> {
    let mut flags = Vec::new();
    if is_emergency(case) {
        flags.push("EMERGENCY".to_owned());
        if case.emergency.placed_on.is_some() {
            flags.push("RETROSPECTIVE".to_owned());
        }
    }
    if case.by_hand.decided_outside.is_some() {
        flags.push("DECIDED OUTSIDE PANEL".to_owned());
    }
    if case.by_hand.tracking_only {
        flags.push("TRACKING ONLY".to_owned());
    }
    if case.so_far.not_presented.is_some() {
        flags.push("NOT PRESENTED".to_owned());
    }
    if case.so_far.papers_received {
        flags.push("PAPERS RECEIVED".to_owned());
    }
    if papers_may_follow(case) {
        return flags;
    }
    let lacking = lacking(rules, case, |_| true);
    if !lacking.is_empty() {
        flags.push(format!("INCOMPLETE: {lacking}"));
    }
    match case.arrival {
        Verdict::Late => flags.push("LATE".to_owned()),
        Verdict::CannotTell => flags.push("ARRIVAL TO BE CONFIRMED".to_owned()),
        Verdict::InTime => {}
    }
    flags
}

/// What blocks, in a few words.
fn lacking(rules: &Rules, case: &Case, of: impl Fn(&Finding) -> bool) -> String {
    let blocks = case.findings.iter().filter(|finding| finding.severity == Severity::Blocks && of(finding));
    blocks.map(|one| completeness::short_name(rules, &one.code)).collect::<Vec<_>>().join(", ")
}

/// What is still to come of a case whose papers may follow: no reproach, and nothing prints it in red.
fn to_follow(rules: &Rules, case: &Case) -> Vec<String> {
    if !papers_may_follow(case) {
        return Vec::new();
    }
    let at_once = &standing::demands_of(rules, case).at_once;
    let now = lacking(rules, case, |finding| at_once.contains(&finding.code));
    let later = lacking(rules, case, |finding| !at_once.contains(&finding.code));
    let line = |what: &str, names: String| (!names.is_empty()).then(|| format!("{what}: {names}"));
    [line("Needed now", now), line("Papers to follow", later)].into_iter().flatten().collect()
}

/// Who brings the case: as its form says, else as it was booked, else social worker before manager.
pub fn presenters(case: &Case) -> Vec<String> {
    let form = &case.form;
    let named = |text: &str| -> Vec<String> {
        let parts = text.split([',', ';', '\n', '&']).flat_map(|part| part.split(" and "));
        parts.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    if let Some(said) = form.text("presenters") {
        return named(said);
    }
    if !case.by_hand.presenters.is_empty() {
        return case.by_hand.presenters.clone();
    }
    let both = ["social_worker", "team_manager"].into_iter().filter_map(|key| form.text(key));
    both.filter_map(|text| text.lines().next()).map(|name| name.trim().to_owned()).collect()
}

/// What the panel must be told of a case besides what it asks for.
pub fn note(rules: &Rules, case: &Case) -> String {
    let decided = case.by_hand.decided_outside.as_ref().map(|decided| {
        let what = decided.what.as_ref().map_or(String::new(), |what| format!(": {what}"));
        let on = when::day(decided.on);
        format!("decided on {on} with the written authority of {}{what}", decided.authority)
    });
    let placement = [not_family_based(rules, case), outside(rules, case), legal(case)];
    let so_far = so_far::said(case).into_iter().map(|said| unnamed(case, &said));
    let parts = so_far.chain(to_follow(rules, case)).chain(decided);
    parts.chain(placement.into_iter().flatten()).collect::<Vec<_>>().join(". ")
}

/// "Not family-based: ...", with the reason that the form gives (NELC: children are in family-based placements where possible).
pub fn not_family_based(rules: &Rules, case: &Case) -> Option<String> {
    let list = rules.codes.list("placement_type")?;
    case.form.code("placement_type").filter(|code| list.is_called(code, "not_family"))?;
    Some(with_reason("Not family-based", case, "not_family_reason"))
}

/// "Outside North East Lincolnshire: ...", with the reason that the form gives.
pub fn outside(rules: &Rules, case: &Case) -> Option<String> {
    let away = case.form.code("distance_class").is_some_and(|class| class != "in_area");
    away.then(|| with_reason(&format!("Outside {}", rules.area), case, "outside_reason"))
}

/// A placement that supports a plan to remove the child is booked for a search (NELC); the date stands with it.
fn legal(case: &Case) -> Option<String> {
    let date = case.form.date("legal_gateway_date").map(when::day);
    match (case.form.yes("supports_removal"), date) {
        (Some(true), Some(on)) => {
            Some(format!("To support a decision to remove: Legal Gateway or PLO meeting {on}"))
        }
        (Some(true), None) => Some("To support a decision to remove".to_owned()),
        (_, Some(on)) => Some(format!("Legal Gateway or PLO meeting {on}")),
        (_, None) => None,
    }
}

/// Whose permission, when, and by which road; empty where the form gives none.
pub fn permission(case: &Case) -> String {
    permission_on_form(case, "").map_or(String::new(), |said| format!("Permission: {said}"))
}

/// The same as the form gives it: by whom, on which day or `undated`, and through whom.
pub fn permission_on_form(case: &Case, undated: &str) -> Option<String> {
    let said = |field: &str| case.form.text(field).map(str::trim).filter(|said| !said.is_empty());
    let by = said("permission_by")?;
    let on = case.form.date("permission_date").map_or_else(|| undated.to_owned(), when::day);
    let through = said("permission_through").map_or(String::new(), |name| format!("through {name}"));
    let parts = [by.to_owned(), on, through];
    Some(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
}

/// A heading and the form's answer behind it, without the child's name and cut at a word.
fn with_reason(heading: &str, case: &Case, field: &str) -> String {
    // An earlier edition of the form did not ask why.
    if case.form.get(field).is_none() {
        return heading.to_owned();
    }
    let reason = case.form.text(field).map(|reason| short(&unnamed(case, reason)));
    match reason.filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{heading}: {reason}"),
        None => format!("{heading}: no reason given"),
    }
}

/// What is handed round names no child.
fn unnamed(case: &Case, text: &str) -> String {
    let names = [case.child.name.as_deref(), case.child.known_as.as_deref()];
    let parts: Vec<&str> = names.into_iter().flatten().flat_map(str::split_whitespace).collect();
    let bare = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric())
            .trim_end_matches("'s")
            .trim_end_matches("’s")
            .to_lowercase()
    };
    let is_named = |word: &&str| parts.iter().any(|part| !bare(part).is_empty() && bare(part) == bare(word));
    text.split_whitespace()
        .map(|word| if is_named(&word) { "[child]" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

fn short(text: &str) -> String {
    const MOST: usize = 180;
    if text.chars().count() <= MOST {
        return text.trim_end_matches('.').to_owned();
    }
    let cut: String = text.chars().take(MOST).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{} ...", cut[..end].trim_end_matches([',', ';', '.']))
}

/// The one whose cases are heard together: the social worker, as named on the form.
pub fn presenter(case: &Case) -> String {
    let worker = case.form.text("social_worker").and_then(|text| text.lines().next());
    worker
        .map_or_else(|| presenters(case).into_iter().next().unwrap_or_default(), str::to_owned)
        .trim()
        .to_lowercase()
}

/// One form names the other child's case number.
pub fn are_siblings(one: &Case, other: &Case) -> bool {
    let names = |form: &Case, id: &CaseId| {
        form.form.text("sibling_ids").is_some_and(|text| {
            text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == id.as_str())
        })
    };
    names(one, &other.id) || names(other, &one.id)
}

/// A time the form asks for: "10:30", "at 10.30 please".
pub fn asked_for(case: &Case) -> Option<NaiveTime> {
    let text = case.form.text("slot_requested")?;
    let is_time = |c: char| c.is_ascii_digit() || c == ':' || c == '.';
    text.split(|c| !is_time(c)).find_map(|word| {
        let word = word.trim_matches('.').replace('.', ":");
        NaiveTime::parse_from_str(&word, "%H:%M").ok()
    })
}

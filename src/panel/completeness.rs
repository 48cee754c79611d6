//! What a case lacks: the form, the papers its request needs, the answers the form asks for.
//!
//! What each gap weighs is the panel's own affair ([`crate::panel::demands::Weights`]): only its own procedure blocks. Of an
//! emergency the papers may follow, and each finding says so.

use chrono::NaiveDate;

use crate::finding::{Finding, Severity};
use crate::panel::case::Case;
use crate::panel::crosschecks;
use crate::panel::demands::{FieldNeed, PaperNeed};
use crate::panel::form::{Filled, Value};
use crate::panel::ids::Kind;
use crate::panel::labels::FieldRule;
use crate::panel::look::{self, Look};
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::rules::Rules;
use crate::panel::standing;

pub use crate::panel::look::{Context, Previous};

/// What the case lacks, the heaviest first.
pub fn lacks(look: &Look<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(form_finding(look));
    let demands = standing::demands_of(look.rules, look.case);
    for need in demands.needs.iter().filter_map(|name| look.rules.need(name)) {
        found.extend(paper_finding(look, need));
    }
    for (kind, field) in asked(look) {
        if let Some(need) = look.rules.answers.get(&field.key) {
            found.extend(answer_finding(look, kind, field, need));
        }
    }
    for finding in &mut found {
        let may_follow = look.emergency() && !demands.at_once.contains(&finding.code);
        if may_follow && finding.severity == Severity::Blocks {
            let hint = finding.hint.take().map_or_else(String::new, |hint| format!("; {hint}"));
            finding.hint =
                Some(format!("an emergency is seen without it, and it is owed until it comes{hint}"));
        }
    }
    found.sort_by_key(|finding| finding.severity);
    found
}

/// The short name of what a `missing-...` rule is about: "care plan", "Alternatives considered".
pub fn short_name(rules: &Rules, code: &str) -> String {
    if let Some(need) = rules.needs.iter().find(|need| need.rule() == code) {
        let label = need.label.as_str();
        let bare = ["a ", "an ", "the "].iter().find_map(|article| label.strip_prefix(article));
        return bare.unwrap_or(label).to_owned();
    }
    let field = rules.answers.values().find(|need| need.rule() == code);
    let fields = || rules.forms.iter().flat_map(|form| &form.fields);
    match field.and_then(|need| fields().find(|rule| rule.key == need.field)) {
        Some(rule) => rule.label.to_lowercase(),
        None if code == "missing-form" => "form".to_owned(),
        None => code.replace('-', " "),
    }
}

fn form_finding(look: &Look<'_>) -> Option<Finding> {
    let severity = look.rules.weights.of("missing-form")?;
    let demands = standing::demands_of(look.rules, look.case);
    let is_wanted = |paper: &&Paper| paper.kind.as_ref().is_some_and(|kind| demands.forms.contains(kind));
    if look.case.papers.iter().filter(|paper| standing::counts(paper)).any(|paper| is_wanted(&paper)) {
        return None;
    }
    let names = one_of_kinds(look.rules, &demands.forms);
    let held =
        look.case.papers.iter().filter(|paper| paper.state == PaperState::NeedsAttention).find(is_wanted);
    let finding = match (standing::standing_form(look.rules, &look.case.papers), held) {
        (_, Some(paper)) => Finding::new(
            severity,
            "missing-form",
            format!("the {names} came as {} but cannot be used yet", paper.number),
        )
        .hint("mend what is said of that paper, or save a readable copy in the case's folder"),
        (Some(other), None) => {
            let sent = other.kind.as_ref().map_or("form", |kind| look.rules.kind_label(kind));
            Finding::new(
                severity,
                "missing-form",
                format!(
                    "{} asks for {}, which needs a {names}; a {sent} came",
                    other.number,
                    demands.label.to_lowercase()
                ),
            )
            .hint(format!("fill in the {names} and save it in the case's folder"))
        }
        (None, None) => Finding::new(severity, "missing-form", format!("no {names} has come"))
            .hint(format!("save the filled {names} in the case's folder")),
    };
    Some(finding.about("form"))
}

fn paper_finding(look: &Look<'_>, need: &PaperNeed) -> Option<Finding> {
    if !standing::is_needed(need, look.age) {
        return None;
    }
    let papers = standing::meeting_need(need, look.case, look.age);
    let subject = need.name.replace('_', "-");
    if papers.is_empty() {
        let severity = look.rules.weights.of(&need.rule())?;
        let held = look.case.papers.iter().filter(|paper| paper.state == PaperState::NeedsAttention);
        let held = held.filter(|paper| paper.kind.as_ref().is_some_and(|kind| need.any_of.contains(kind)));
        let finding = match held.map(|paper| paper.number).next() {
            Some(number) => Finding::new(
                severity,
                &need.rule(),
                format!("{} came as {number} but cannot be used yet", need.label),
            )
            .hint("mend what is said of that paper, or save a readable copy in the case's folder"),
            None => Finding::new(severity, &need.rule(), format!("{} has not come", need.label))
                .hint("save it in the case's folder, or say why there is none"),
        };
        return Some(finding.about(subject));
    }
    let months = need.months?;
    let severity = look.rules.weights.of(&need.old_rule())?;
    let newest = papers.iter().filter_map(|paper| paper.dated).max()?;
    let since = look.meeting.date.checked_sub_months(chrono::Months::new(months))?;
    (newest < since).then(|| {
        let age = whole_months(newest, look.meeting.date);
        Finding::new(
            severity,
            &need.old_rule(),
            format!("{} is dated {}, {age} months before the meeting", need.label, shown(newest)),
        )
        .hint(format!("bring one from the last {months} months, or say why this one still holds"))
        .about(subject)
    })
}

/// The fields that the forms of the case ask for; of a case without any form, those of the form it should have.
fn asked<'c>(look: &Look<'c>) -> Vec<(&'c Kind, &'c FieldRule)> {
    let demands = standing::demands_of(look.rules, look.case);
    let came = standing::standing_form(look.rules, &look.case.papers).and_then(|paper| paper.kind.as_ref());
    let Some(kind) = came.or_else(|| demands.forms.first()) else { return Vec::new() };
    let form = look.rules.form_of(kind);
    form.into_iter().flat_map(|form| &form.fields).map(|field| (kind, field)).collect()
}

fn answer_finding(look: &Look<'_>, kind: &Kind, field: &FieldRule, need: &FieldNeed) -> Option<Finding> {
    let severity = look.rules.weights.of(&need.rule())?;
    if !need.when.iter().all(|condition| look.holds(condition)) || known_otherwise(look, field) {
        return None;
    }
    let paper_instead = |paper: &Paper| paper.kind.as_ref().is_some_and(|kind| need.or_paper.contains(kind));
    if look.case.papers.iter().filter(|paper| standing::counts(paper)).any(paper_instead) {
        return None;
    }
    let form = look.rules.kind_label(kind);
    let filled = look.form.get(field.key.as_str());
    let finding = match filled {
        None if standing::standing_form(look.rules, &look.case.papers).is_none() => {
            if severity != Severity::Blocks {
                return None;
            }
            Finding::new(
                severity,
                &need.rule(),
                format!("“{}” is not known, because no {form} has come", field.label),
            )
        }
        None => Finding::new(severity, &need.rule(), format!("the {form} does not answer “{}”", field.label)),
        Some(filled) if !look::is_answered(Some(filled)) => {
            Finding::new(severity, &need.rule(), format!("“{}” is empty on the {form}", field.label))
        }
        Some(filled) if is_empty_phrase(&filled.raw) => {
            let said = filled.raw.trim();
            Finding::new(severity, &need.rule(), format!("“{}” says only `{said}`", field.label))
        }
        Some(Filled { value: Value::ToBeConfirmed, .. }) => {
            let severity = severity.max(Severity::Warning);
            Finding::new(severity, &need.rule(), format!("“{}” is still to be confirmed", field.label))
        }
        Some(filled) => return too_short(look, field, need, filled),
    };
    Some(finding.hint(format!("answer it on the {form} and save the form again")).about(field.key.as_str()))
}

fn too_short(look: &Look<'_>, field: &FieldRule, need: &FieldNeed, filled: &Filled) -> Option<Finding> {
    let severity = look.rules.weights.of("says-too-little")?;
    let words = u32::try_from(filled.raw.split_whitespace().count()).unwrap_or(u32::MAX);
    let least = need.least_words.filter(|least| words < *least)?;
    let message = format!(
        "“{}” has {words} {}, where the panel needs to be told more",
        field.label,
        if words == 1 { "word" } else { "words" }
    );
    Some(
        Finding::new(severity, "says-too-little", message)
            .hint(format!("say it in at least {least} words"))
            .about(field.key.as_str()),
    )
}

/// What the administrator typed counts as well as what the form says.
fn known_otherwise(look: &Look<'_>, field: &FieldRule) -> bool {
    let case = look.case;
    match field.key.as_str() {
        "request_type" => case.request.is_some(),
        "child_name" => case.child.name.is_some(),
        "dob" => case.child.born.is_some(),
        "placed_on" => case.emergency.placed_on.is_some(),
        "permission_by" => case.emergency.authorised_by.is_some(),
        "emergency" => case.emergency.confirmed,
        // The folder says it; a form that says another number is held.
        "case_id" => true,
        _ => false,
    }
}

/// Words that fill a box without answering it.
fn is_empty_phrase(raw: &str) -> bool {
    let plain: String =
        raw.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect::<String>().to_lowercase();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    const EMPTY: [&str; 12] = [
        "",
        "not asked",
        "not yet asked",
        "not sought",
        "not obtained",
        "not yet obtained",
        "not ascertained",
        "not discussed",
        "to follow",
        "see attached",
        "as above",
        "tba",
    ];
    EMPTY.contains(&plain.as_str())
}

/// A paper that came after the cutoff in a case that came before it.
pub fn late_papers(look: &Look<'_>) -> Option<Finding> {
    let severity = look.rules.weights.of("late-paper")?;
    let late = |paper: &&Paper| standing::counts(paper) && paper.received.verdict == Verdict::Late;
    let numbers: Vec<String> =
        look.case.papers.iter().filter(late).map(|paper| paper.number.to_string()).collect();
    if numbers.is_empty() {
        return None;
    }
    let message = format!("{} came after the cutoff", numbers.join(", "));
    Some(Finding::new(severity, "late-paper", message).about(look.case.id.as_str()))
}

fn one_of_kinds(rules: &Rules, kinds: &[Kind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| rules.kind_label(kind)).collect();
    match names.as_slice() {
        [] => "form".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    (1..240)
        .take_while(|months| {
            from.checked_add_months(chrono::Months::new(*months)).is_some_and(|day| day <= to)
        })
        .last()
        .unwrap_or(0)
}

fn shown(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Everything there is to say about a case, heaviest first: what it lacks, what contradicts what, what came late.
pub fn judge(rules: &Rules, case: &Case, context: &Context<'_>) -> Vec<Finding> {
    let look = Look::at(rules, case, context);
    let mut found = lacks(&look);
    found.extend(crosschecks::run(&look));
    found.extend(late_papers(&look));
    found.sort_by_key(|finding| finding.severity);
    found
}

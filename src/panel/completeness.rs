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
use crate::panel::ids::DocumentType;
use crate::panel::labels::FieldRule;
use crate::panel::look::{self, CaseLook};
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::rules::Rules;
use crate::panel::so_far;
use crate::panel::standing;
use crate::panel::values;
use crate::panel::when;

pub use crate::panel::look::{Context, Previous};

/// What the case lacks, the heaviest first.
pub fn lacks(look: &CaseLook<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(form_finding(look));
    let demands = standing::demands_of(look.rules, look.case);
    for need in demands.needs.iter().filter_map(|name| look.rules.need(name)) {
        found.extend(paper_finding(look, need));
    }
    let (mut answered, mut unread) = (0, Vec::new());
    for (kind, field) in asked(look) {
        let Some(need) = look.rules.answers.get(&field.key) else { continue };
        let is_answered = look::is_answered(look.form.get(field.key.as_str()));
        answered += usize::from(is_answered);
        let finding = answer_finding(look, kind, field, need);
        if look.form.as_print && !is_answered {
            unread.extend(finding.map(|finding| (kind, field, finding.severity)));
        } else {
            found.extend(finding);
        }
    }
    found.extend(on_a_print(look, answered, &unread));
    for finding in &mut found {
        let may_follow = look.emergency() && !demands.at_once.contains(&finding.code);
        if may_follow && finding.severity == Severity::Blocks {
            let hint = finding.hint.take().map_or_else(String::new, |hint| format!("; {hint}"));
            finding.hint = Some(format!(
                "as an emergency the case will be considered without it; please send it before the next panel{hint}"
            ));
        }
    }
    found.sort_by_key(|finding| finding.severity);
    found
}

/// The short name of what a `missing-...` rule is about: "care plan", "Alternatives considered".
pub fn short_name(rules: &Rules, code: &str) -> String {
    if let Some(need) = rules.needs.iter().find(|need| need.rule() == code) {
        let label = need.label.as_str();
        return bare(label).to_owned();
    }
    let field = rules.answers.values().find(|need| need.rule() == code);
    let fields = || rules.forms.iter().flat_map(|form| &form.fields);
    match field.and_then(|need| fields().find(|rule| rule.key == need.field)) {
        Some(rule) => rule.label.clone(),
        None if code == "missing-form" => "form".to_owned(),
        None if let Some(name) = so_far::short_name(code) => name.to_owned(),
        None => code.replace('-', " "),
    }
}

/// Without its article.
fn bare(label: &str) -> &str {
    ["a ", "an ", "the "].iter().find_map(|article| label.strip_prefix(article)).unwrap_or(label)
}

fn form_finding(look: &CaseLook<'_>) -> Option<Finding> {
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
            format!("the {names} was received as {} but cannot be used yet", paper.number),
        )
        .hint("put right the fault found in it, or save a readable copy in the case's folder"),
        (Some(other), None) => {
            let sent = other.kind.as_ref().map_or("form", |kind| look.rules.kind_label(kind));
            Finding::new(
                severity,
                "missing-form",
                format!("“{}” needs {} {names}; {} {sent} was received", demands.label, a(&names), a(sent)),
            )
            .hint(format!("fill in the {names} and save it in the case's folder"))
        }
        (None, None) => Finding::new(severity, "missing-form", format!("{names} not received"))
            .hint(format!("save the filled {names} in the case's folder")),
    };
    Some(finding.about("form"))
}

fn paper_finding(look: &CaseLook<'_>, need: &PaperNeed) -> Option<Finding> {
    let form = standing::standing_form(look.rules, &look.case.papers).and_then(|paper| paper.kind.as_ref());
    if !standing::is_needed(need, form, look.age) {
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
                format!("{} was received as {number} but cannot be used yet", need.label),
            )
            .hint("put right the fault found in it, or save a readable copy in the case's folder"),
            None => Finding::new(severity, &need.rule(), format!("{} not received", bare(&need.label)))
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
            format!("{} is dated {}, {age} months before the meeting", need.label, when::day(newest)),
        )
        .hint(format!("bring one from the last {months} months, or say why this one still holds"))
        .about(subject)
    })
}

/// The fields that the forms of the case ask for; of a case without any form, those of the form it should have.
fn asked<'c>(look: &CaseLook<'c>) -> Vec<(&'c DocumentType, &'c FieldRule)> {
    let demands = standing::demands_of(look.rules, look.case);
    let came = standing::standing_form(look.rules, &look.case.papers).and_then(|paper| paper.kind.as_ref());
    let Some(kind) = came.or_else(|| demands.forms.first()) else { return Vec::new() };
    let form = look.rules.form_of(kind);
    form.into_iter().flat_map(|form| &form.fields).map(|field| (kind, field)).collect()
}

fn answer_finding(
    look: &CaseLook<'_>,
    kind: &DocumentType,
    field: &FieldRule,
    need: &FieldNeed,
) -> Option<Finding> {
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
            Finding::new(severity, &need.rule(), format!("“{}” not known: {form} not received", field.label))
        }
        None if field.recent => return None,
        None => Finding::new(severity, &need.rule(), format!("the {form} does not answer “{}”", field.label)),
        Some(filled) if !look::is_answered(Some(filled)) => {
            Finding::new(severity, &need.rule(), format!("“{}” not recorded on the {form}", field.label))
        }
        Some(filled) if is_empty_phrase(&filled.raw) || (need.evidence && says_nothing(&filled.raw)) => {
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

fn too_short(look: &CaseLook<'_>, field: &FieldRule, need: &FieldNeed, filled: &Filled) -> Option<Finding> {
    let severity = look.rules.weights.of("says-too-little")?;
    let words = u32::try_from(filled.raw.split_whitespace().count()).unwrap_or(u32::MAX);
    let least = need.least_words.filter(|least| words < *least)?;
    let message = format!(
        "“{}” has {words} {}, and the panel needs more detail",
        field.label,
        if words == 1 { "word" } else { "words" }
    );
    Some(
        Finding::new(severity, "says-too-little", message)
            .hint(format!("please give the panel more detail, in at least {least} words"))
            .about(field.key.as_str()),
    )
}

/// One sentence for all that was not found on the pages of a form that came as a print: a person may well see it there.
fn on_a_print(
    look: &CaseLook<'_>,
    answered: usize,
    unread: &[(&DocumentType, &FieldRule, Severity)],
) -> Option<Finding> {
    const NAMED: usize = 4;
    let (kind, ..) = unread.first()?;
    let heaviest = unread.iter().map(|(.., severity)| *severity).min()?;
    // Where most of it was read, what is missing is most likely there as well, written in another way.
    let severity = if unread.len() < answered { heaviest.max(Severity::Warning) } else { heaviest };
    let labels: Vec<String> =
        unread.iter().take(NAMED).map(|(_, field, _)| format!("“{}”", field.label)).collect();
    let more = unread.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let form = look.rules.kind_label(kind);
    let answers = if unread.len() == 1 { "1 answer was" } else { &format!("{} answers were", unread.len()) };
    let message = format!(
        "the {form} came as a print, and {answers} not found on its pages: {}{more}",
        labels.join(", ")
    );
    let hint =
        "look at its pages; to have the answers read, save the filled form itself in the case's folder";
    Some(Finding::new(severity, "form-as-print", message).hint(hint).about("form"))
}

/// What the administrator typed counts as well as what the form says.
fn known_otherwise(look: &CaseLook<'_>, field: &FieldRule) -> bool {
    let case = look.case;
    match field.key.as_str() {
        "request_type" => case.request.is_some(),
        "child_name" => case.child.name.is_some(),
        "dob" => case.child.born.is_some(),
        "placed_on" => case.emergency.placed_on.is_some(),
        "permission_by" => case.emergency.authorised_by.is_some() || case.by_hand.decided_outside.is_some(),
        "permission_date" => case.by_hand.decided_outside.is_some(),
        "emergency" => case.emergency.confirmed,
        _ => false,
    }
}

/// "a" or "an", as it is spoken.
fn a(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// "None", "n/a", "N/K", "tbc", "not known at this time": an answer all of whose words say that there is none.
fn says_nothing(raw: &str) -> bool {
    const MOST: usize = 8;
    const NOTHING: [&str; 45] = [
        "none",
        "nothing",
        "no",
        "not",
        "nil",
        "n",
        "a",
        "k",
        "na",
        "nk",
        "known",
        "unknown",
        "applicable",
        "available",
        "considered",
        "tried",
        "sought",
        "given",
        "recorded",
        "obtained",
        "asked",
        "discussed",
        "yet",
        "at",
        "this",
        "the",
        "time",
        "stage",
        "present",
        "currently",
        "see",
        "attached",
        "above",
        "below",
        "as",
        "per",
        "information",
        "to",
        "be",
        "confirmed",
        "follow",
        "tbc",
        "tba",
        "pending",
        "awaited",
    ];
    let said = values::words(raw);
    said.len() <= MOST && said.iter().all(|word| NOTHING.contains(&word.as_str()))
}

/// Words that fill a box without answering it.
fn is_empty_phrase(raw: &str) -> bool {
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
    let plain: String =
        raw.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect::<String>().to_lowercase();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    EMPTY.contains(&plain.as_str())
}

/// A paper that came after the cutoff in a case that came before it.
pub fn late_papers(look: &CaseLook<'_>) -> Option<Finding> {
    let severity = look.rules.weights.of("late-paper")?;
    let late = |paper: &&Paper| standing::counts(paper) && paper.received.verdict == Verdict::Late;
    let numbers: Vec<String> =
        look.case.papers.iter().filter(late).map(|paper| paper.number.to_string()).collect();
    if numbers.is_empty() {
        return None;
    }
    let message = format!("{} received after the deadline", numbers.join(", "));
    Some(Finding::new(severity, "late-paper", message).about(look.case.id.as_str()))
}

fn one_of_kinds(rules: &Rules, kinds: &[DocumentType]) -> String {
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

/// Everything there is to say about a case, heaviest first: what it lacks, what contradicts what, what came late.
pub fn judge(rules: &Rules, case: &Case, context: &Context<'_>) -> Vec<Finding> {
    let look = CaseLook::at(rules, case, context);
    // A case that is only tracked (court-ordered) is not decided on, so nothing can be missing from it.
    let mut found = if case.by_hand.tracking_only { Vec::new() } else { lacks(&look) };
    found.extend(so_far::findings(&look));
    found.extend(crosschecks::run(&look));
    // Nobody is reproached with papers that follow an emergency, or a case that is only tracked.
    if !look.emergency() && !case.by_hand.tracking_only && !case.so_far.papers_received {
        found.extend(late_papers(&look));
    }
    found.sort_by_key(|finding| finding.severity);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, Told, told};
    use crate::panel::request::Request;

    fn findings(rules: &Rules, told: &Told<'_>) -> Vec<Finding> {
        let meeting = sample::meeting(rules);
        judge(rules, &told.case(), &sample::context(&meeting))
    }

    fn said(rules: &Rules, told: &Told<'_>) -> Vec<String> {
        let found = findings(rules, told);
        found
            .into_iter()
            .map(|finding| format!("{:?} {}: {}", finding.severity, finding.code, finding.message))
            .collect()
    }

    #[test]
    fn a_complete_case_has_nothing_to_mend_in_either_panel() {
        for rules in [sample::nelc(), sample::redbridge()] {
            for form in ["referral", "update", "taxi_request"] {
                assert_eq!(said(&rules, &told(&rules, form)), [""; 0], "{} {form}", rules.short);
            }
        }
    }

    #[test]
    fn nelc_blocks_on_what_its_own_procedure_demands_and_on_nothing_else() {
        let nelc = sample::nelc();
        let blocks = |told: Told<'_>| -> Vec<String> {
            let found =
                findings(&nelc, &told).into_iter().filter(|finding| finding.severity == Severity::Blocks);
            found.map(|finding| finding.code).collect()
        };
        let whole = || told(&nelc, "referral");
        assert_eq!(blocks(whole().without("referral"))[0], "missing-form");
        assert_eq!(blocks(whole().without("assessment")), ["missing-assessment"]);
        assert_eq!(blocks(whole().without("care_plan")), ["missing-plan"]);
        for plan in ["cin_plan", "cp_plan"] {
            assert_eq!(blocks(whole().without("care_plan").with(plan, "2026-10-01")), [""; 0], "{plan}");
        }
        assert_eq!(blocks(whole().say("permission_by", "")), ["missing-permission-by"]);
        assert_eq!(blocks(whole().say("permission_by", "").with("authority", "2026-11-02")), [""; 0]);
        assert_eq!(blocks(whole().say("alternatives", "")), ["missing-alternatives"]);
        assert_eq!(
            blocks(
                whole()
                    .say("child_views", "")
                    .say("parent_views", "")
                    .say("reason", "")
                    .say("cost_total", "")
            ),
            [""; 0]
        );
    }

    #[test]
    fn redbridge_blocks_without_the_wishes_and_feelings_of_child_and_parents() {
        let redbridge = sample::redbridge();
        for form in ["referral", "update", "taxi_request"] {
            for (field, code) in [
                ("child_views", "missing-child-views"),
                ("parent_views", "missing-parent-views"),
                ("alternatives", "missing-alternatives"),
            ] {
                for answer in ["", "not asked", "N/A"] {
                    let found = findings(&redbridge, &told(&redbridge, form).say(field, answer));
                    let blocks = found
                        .iter()
                        .any(|finding| finding.code == code && finding.severity == Severity::Blocks);
                    assert!(blocks || answer == "N/A", "{form} {field} `{answer}`: {found:?}");
                }
            }
        }
        let papers = told(&redbridge, "referral").without("assessment").without("care_plan");
        assert!(findings(&redbridge, &papers).iter().all(|finding| finding.severity != Severity::Blocks));
    }

    #[test]
    fn the_wrong_form_is_named_and_the_right_one_asked_for() {
        let redbridge = sample::redbridge();
        let found = said(&redbridge, &told(&redbridge, "referral").say("request_type", "Taxi"));
        assert_eq!(
            found[0],
            "Blocks missing-form: “Taxi” needs a Commissioning Panel Taxi request form; a Commissioning Panel referral form was received"
        );
    }

    #[test]
    fn at_sixteen_a_pathway_plan_is_asked_for_and_will_do() {
        let nelc = sample::nelc();
        let older = || told(&nelc, "referral").say("dob", "14/03/2010").say("age", "16").say("ks4", "No");
        assert_eq!(said(&nelc, &older()), ["Warning missing-pathway-plan: pathway plan not received"]);
        assert_eq!(said(&nelc, &older().without("care_plan").with("pathway_plan", "2026-10-01")), [""; 0]);
        assert!(
            said(&nelc, &told(&nelc, "referral").without("care_plan").with("pathway_plan", "2026-10-01"))[0]
                .contains("missing-plan")
        );
    }

    #[test]
    fn the_newest_assessment_counts_and_an_old_one_is_said() {
        let nelc = sample::nelc();
        let old = told(&nelc, "referral").without("assessment").with("assessment", "2026-05-22");
        assert_eq!(
            said(&nelc, &old),
            [
                "Warning old-assessment: an up-to-date assessment is dated 22 May 2026, 6 months before the meeting"
            ]
        );
        assert_eq!(said(&nelc, &old.clone().with("assessment", "2026-05-23")), [""; 0]);
    }

    #[test]
    fn an_emergency_is_told_what_is_owed_and_what_cannot_wait() {
        let nelc = sample::nelc();
        let emergency = told(&nelc, "referral")
            .say("request_type", "Emergency placement (retrospective)")
            .say("emergency", "Yes")
            .say("placed_on", "")
            .without("assessment");
        let found = findings(&nelc, &emergency);
        let hint = |code: &str| {
            found.iter().find(|finding| finding.code == code).and_then(|finding| finding.hint.clone())
        };
        assert!(hint("missing-assessment").unwrap().starts_with(
            "as an emergency the case will be considered without it; please send it before the next panel"
        ));
        assert_eq!(
            hint("missing-placed-on").as_deref(),
            Some("answer it on the referral form and save the form again")
        );
    }

    #[test]
    fn a_rule_is_raised_lowered_and_switched_off_by_its_name() {
        let other = |weight: &str| {
            let text = include_str!("../../config.toml").replace("missing-alternatives = \"blocks\"", weight);
            sample::rules(&text)
        };
        let severity = |rules: &Rules| {
            let found = findings(rules, &told(rules, "referral").say("alternatives", "").say("health", ""));
            found.iter().map(|finding| (finding.code.clone(), finding.severity)).collect::<Vec<_>>()
        };
        let lowered = other("missing-alternatives = \"note\"\nmissing-health = \"blocks\"");
        assert_eq!(
            severity(&lowered),
            [
                ("missing-health".to_owned(), Severity::Blocks),
                ("missing-alternatives".to_owned(), Severity::Note)
            ]
        );
        assert_eq!(severity(&other("missing-alternatives = \"off\"\nmissing-health = \"off\"")), []);
    }

    #[test]
    fn answers_that_say_too_little_and_costs_to_be_confirmed_are_said() {
        let nelc = sample::nelc();
        let thin = told(&nelc, "referral")
            .say("reason", "Placement breakdown")
            .say("split_health", "tbc")
            .say("nhs_no", "9434765919");
        assert_eq!(
            said(&nelc, &thin),
            [
                "Warning says-too-little: “Reason for request” has 2 words, and the panel needs more detail",
                "Warning missing-split-health: “Health contribution” is still to be confirmed",
            ]
        );
    }

    /// docs/completeness.md, made from the shipped panels.
    mod guide {
        use std::fmt::Write as _;

        use super::*;
        use crate::panel::demands::Condition;

        fn word(severity: Option<Severity>) -> &'static str {
            match severity {
                Some(Severity::Blocks) => "**blocks**",
                Some(Severity::Warning) => "warns",
                Some(Severity::Note) => "note",
                None => "off",
            }
        }

        /// Missing thing x request.
        fn table(out: &mut String, rules: &Rules) {
            let _ = write!(out, "\n## {}\n\n| missing | rule | only where |", rules.name);
            for request in Request::ALL {
                let _ = write!(out, " {} |", rules.request(request).label);
            }
            let _ = writeln!(out, "\n|---|---|---|{}", "---|".repeat(Request::ALL.len()));
            let form = |request: Request| {
                word(rules.weights.of("missing-form")).to_owned()
                    + ": "
                    + &one_of_kinds(rules, &rules.request(request).forms)
            };
            row(out, "the right form", "missing-form", "", form);
            for need in &rules.needs {
                let age = need.from_age.map_or(String::new(), |age| format!("{age} and older"));
                let also = need.or_from_age.as_ref().map_or(String::new(), |(age, kinds)| {
                    format!("; at {age} {} will do", one_of_kinds(rules, kinds))
                });
                let also = match need.not_with.as_slice() {
                    [] => also,
                    forms => format!("{also}; not with the {}", one_of_kinds(rules, forms)),
                };
                let asked = |rule: String| {
                    move |request: Request| {
                        let is_asked = rules.request(request).needs.contains(&need.name);
                        if is_asked { word(rules.weights.of(&rule)).to_owned() } else { "·".to_owned() }
                    }
                };
                row(out, &format!("{}{also}", need.label), &need.rule(), &age, asked(need.rule()));
                if let Some(months) = need.months {
                    row(
                        out,
                        &format!("{} not older than {months} months", need.label),
                        &need.old_rule(),
                        &age,
                        asked(need.old_rule()),
                    );
                }
            }
            let mut seen = std::collections::BTreeSet::new();
            for field in
                rules.forms.iter().flat_map(|form| &form.fields).filter(|field| seen.insert(&field.key))
            {
                let Some(need) =
                    rules.answers.get(&field.key).filter(|need| rules.weights.of(&need.rule()).is_some())
                else {
                    continue;
                };
                let when: Vec<String> = need.when.iter().filter_map(described).collect();
                let cell = |request: Request| {
                    let forms: Vec<&DocumentType> = rules.request(request).forms.iter().collect();
                    let asking = forms.iter().filter(|kind| {
                        rules
                            .form_of(kind)
                            .is_some_and(|form| form.fields.iter().any(|asked| asked.key == field.key))
                    });
                    let asking = asking.count();
                    if asking == 0 || need.when.iter().any(|condition| never(condition, request)) {
                        return "·".to_owned();
                    }
                    let some = if asking < forms.len() { " (not every form asks)" } else { "" };
                    format!("{}{some}", word(rules.weights.of(&need.rule())))
                };
                row(out, &format!("answer to “{}”", field.label), &need.rule(), &when.join(", "), cell);
            }
        }

        fn row(out: &mut String, what: &str, rule: &str, when: &str, cell: impl Fn(Request) -> String) {
            let cells: Vec<String> = Request::ALL.into_iter().map(cell).collect();
            if cells.iter().any(|cell| cell != "·") {
                let _ = writeln!(out, "| {what} | `{rule}` | {when} | {} |", cells.join(" | "));
            }
        }

        /// What a condition says beyond the request, which has its column.
        fn described(condition: &Condition) -> Option<String> {
            let name = |field: &crate::panel::ids::FieldKey| field.as_str().replace('_', " ");
            Some(match condition {
                Condition::Request(_) => return None,
                Condition::Not(inner) if matches!(**inner, Condition::Request(_)) => return None,
                Condition::Not(inner) => format!("not {}", described(inner)?),
                Condition::Emergency => "an emergency".to_owned(),
                Condition::LookedAfter => "looked after".to_owned(),
                Condition::Age { from, to } => format!("aged {from} to {to}"),
                Condition::Given(fields) => {
                    format!("{} given", fields.iter().map(name).collect::<Vec<_>>().join(" or "))
                }
                Condition::Yes(field) => format!("{} is yes", name(field)),
                Condition::Positive(field) => format!("{} above nothing", name(field)),
                Condition::Is(field, codes) => format!("{} is {}", name(field), codes.join(" or ")),
                Condition::InGroup(field, group) => format!("{} is {}", name(field), group.replace('_', " ")),
            })
        }

        fn never(condition: &Condition, request: Request) -> bool {
            match condition {
                Condition::Request(requests) => !requests.contains(&request),
                Condition::Not(inner) => {
                    matches!(&**inner, Condition::Request(requests) if requests.contains(&request))
                }
                _ => false,
            }
        }

        pub(super) fn text() -> String {
            let mut out = "# What a case must bring\n\n\
                This page is made from the shipped configurations by a test, which fails when the two differ. It says, for each \
                request of each panel, what is missed and how much it weighs: what **blocks** leaves the case incomplete (nothing \
                is ever refused; a person decides), a warning is worth putting right before the meeting, a note is good to know. \
                A panel raises, lowers or switches off any rule by its name:\n\n\
                ```toml\n[weights]\nmissing-health = \"blocks\"\nretainer-long = \"note\"\nurn-unusual = \"off\"\n```\n\n\
                An emergency is considered whatever is missing; each finding then asks for the document before the next panel.\n"
                .to_owned();
            for rules in [sample::nelc(), sample::redbridge()] {
                table(&mut out, &rules);
            }
            out.push_str("## What contradicts what\n\nThese checks are the same in every panel unless it says otherwise. They look only at what was answered.\n\n");
            out.push_str("| rule | NELC | Redbridge | says that |\n|---|---|---|---|\n");
            let (nelc, redbridge) = (sample::nelc(), sample::redbridge());
            for name in crosschecks::names().chain(["says-too-little", "late-paper"]) {
                let about = nelc
                    .weights
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, weight)| weight.about.as_str());
                let source = nelc.weights.source(name).map_or(String::new(), |source| format!(" ({source})"));
                let (one, other) = (word(nelc.weights.of(name)), word(redbridge.weights.of(name)));
                let _ =
                    writeln!(out, "| `{name}` | {one} | {other} | {}{source} |", about.unwrap_or_default());
            }
            out
        }
    }

    #[test]
    fn the_guide_to_completeness_says_what_the_rules_say() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/completeness.md");
        let made = guide::text();
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        if made != kept {
            let beside = std::env::temp_dir().join("completeness.md");
            let mut file = std::fs::File::create(&beside).unwrap();
            std::io::Write::write_all(&mut file, made.as_bytes()).unwrap();
            panic!(
                "docs/completeness.md is not what the rules say; what it should be is in {}",
                beside.display()
            );
        }
    }
}

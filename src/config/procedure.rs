//! `[needs]`, `[requests]`, `[weights]` and `[thresholds]`: what the panel's procedure demands.

use indexmap::IndexMap;

use crate::config::questions::{SEVERITIES, kinds_of, missing, request};
use crate::config::section::{Section, nearest};
use crate::panel::demands::{PaperNeed, Permission, RequestRule, Thresholds, Weights};
use crate::panel::document_types::DocumentTypeRule;
use crate::panel::ids::DocumentType;
use crate::panel::labels::FormRule;
use crate::panel::request::Request;

pub(crate) type Kinds = IndexMap<String, DocumentTypeRule>;

pub(crate) fn read_needs(mut section: Section<'_>, kinds: &Kinds, weights: &mut Weights) -> Vec<PaperNeed> {
    let mut needs = Vec::new();
    for (name, mut table) in section.named_sections() {
        let label = table.text("label");
        let label = table.must("label", label).unwrap_or_default();
        let any_of = known_kinds(&mut table, "any_of", kinds).unwrap_or_default();
        if any_of.is_empty() {
            table.mistake(
                format!("`[needs.{name}]` names no kind of document"),
                Some("any_of = [\"care_plan\"]".to_owned()),
            );
        }
        let or_from_age = table.section("or_from_age").and_then(|mut older| {
            let age = older.whole("age", 0..=25);
            let age = older.must("age", age);
            let any_of = known_kinds(&mut older, "any_of", kinds).unwrap_or_default();
            older.finish();
            Some((age?, any_of))
        });
        let from_age = table.whole("from_age", 0..=25);
        let months = table.whole("months", 1..=60);
        let not_with = known_kinds(&mut table, "not_with", kinds).unwrap_or_default();
        let severity = table.entry("missing").and_then(|entry| entry.one_of("missing", &SEVERITIES));
        let severity = severity.unwrap_or(Some(crate::finding::Severity::Warning));
        weights.set(&missing(&name), severity, &format!("{label} was not received"));
        if let Some(months) = months {
            let severity = Some(crate::finding::Severity::Warning);
            weights.set(&old(&name), severity, &format!("{label} is more than {months} months old"));
        }
        table.finish();
        needs.push(PaperNeed { name, label, any_of, or_from_age, from_age, months, not_with });
    }
    section.finish();
    needs
}

/// The rule's name when a paper is there but too old.
pub(crate) fn old(name: &str) -> String {
    format!("old-{}", name.replace('_', "-"))
}

/// The kinds of paper a list names, each of which must be described; none where there is no list.
pub(crate) fn known_kinds(table: &mut Section<'_>, key: &str, kinds: &Kinds) -> Option<Vec<DocumentType>> {
    let entries = table.entries_of_list(key)?;
    for entry in &entries {
        let name = entry.value.get_ref().as_str().unwrap_or_default();
        if !name.is_empty() && !kinds.contains_key(name) {
            let hint = nearest(name, kinds.keys().map(String::as_str));
            let hint = hint.unwrap_or_else(|| format!("describe it first under `[kinds.{name}]`"));
            entry.mistake(format!("there is no kind of document `{name}`"), Some(hint));
        }
    }
    Some(kinds_of(key, &entries))
}

/// A request as far as it is known; the shipped ones lack what each panel decides.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    label: Option<String>,
    section: Option<String>,
    minutes: Option<u32>,
    forms: Option<Vec<DocumentType>>,
    needs: Option<Vec<String>>,
    may: Option<Vec<DocumentType>>,
    at_once: Option<Vec<String>>,
}

pub(crate) type Requests = IndexMap<&'static str, Asked>;

/// What the names in `[requests]` may refer to.
#[derive(Debug)]
pub(crate) struct KnownWords<'k> {
    pub(crate) kinds: &'k Kinds,
    pub(crate) needs: &'k [PaperNeed],
    pub(crate) forms: &'k [FormRule],
    pub(crate) sections: Option<&'k [String]>,
    pub(crate) weights: &'k Weights,
}

pub(crate) fn read_requests(mut section: Section<'_>, requests: &mut Requests, known: &KnownWords<'_>) {
    for (name, mut table) in section.named_sections() {
        let Some(request) = request(&name) else {
            let hint = nearest(&name, Request::ALL.iter().map(|request| request.key()));
            table.mistake(format!("there is no request `{name}`"), hint);
            continue;
        };
        let asked = requests.entry(request.key()).or_default();
        read_request(&mut table, asked, known);
        table.finish();
    }
    section.finish();
}

fn read_request(table: &mut Section<'_>, asked: &mut Asked, known: &KnownWords<'_>) {
    asked.label = table.text("label").or(asked.label.take());
    asked.minutes = table.whole("minutes", 1..=240).or(asked.minutes);
    let entry = table.entry("section");
    if let Some(name) = entry.and_then(|entry| entry.text("section")) {
        if let (Some(entry), Some(sections)) = (entry, known.sections)
            && !sections.contains(&name)
        {
            let hint = nearest(&name, sections.iter().map(String::as_str));
            entry.mistake(format!("the agenda has no section `{name}`"), hint);
        }
        asked.section = Some(name);
    }
    if let Some(entries) = table.entries_of_list("forms") {
        for entry in &entries {
            let name = entry.value.get_ref().as_str().unwrap_or_default();
            let carried = known.kinds.get(name).and_then(|kind| kind.form.as_ref());
            if !carried.is_some_and(|form| known.forms.iter().any(|rule| &rule.key == form)) {
                let hint =
                    "each form is described under `[forms]`, and its kind of document says `form = ...`";
                entry.mistake(
                    format!("`{name}` is not a kind of document that carries a form"),
                    Some(hint.to_owned()),
                );
            }
        }
        asked.forms = Some(kinds_of("forms", &entries));
    }
    if table.entry("needs").is_some() {
        let needs: Vec<&str> = known.needs.iter().map(|need| need.name.as_str()).collect();
        asked.needs = Some(names(table, "needs", &needs));
    }
    if table.entry("may").is_some() {
        asked.may = Some(known_kinds(table, "may", known.kinds).unwrap_or_default());
    }
    if table.entry("at_once").is_some() {
        let rules: Vec<&str> = known.weights.iter().map(|(rule, _)| rule).collect();
        asked.at_once = Some(names(table, "at_once", &rules));
    }
}

fn names(table: &mut Section<'_>, key: &str, known: &[&str]) -> Vec<String> {
    let entries = table.entries_of_list(key).unwrap_or_default();
    let mut names = Vec::new();
    for entry in entries {
        let Some(name) = entry.text(key) else { continue };
        if !known.contains(&name.as_str()) {
            let hint = nearest(&name, known.iter().copied());
            entry.mistake(format!("`{key}` names `{name}`, which is not described anywhere"), hint);
        }
        names.push(name);
    }
    names
}

/// Every request with everything about it; a request the panel says nothing of is taken in any of its forms.
pub(crate) fn finish_requests(requests: &Requests, kinds: &Kinds, sections: &[String]) -> Vec<RequestRule> {
    let any_form: Vec<DocumentType> =
        kinds.values().filter(|kind| kind.form.is_some()).map(|kind| kind.key.clone()).collect();
    let rule = |request: Request| {
        let asked = requests.get(request.key()).cloned().unwrap_or_default();
        let section =
            asked.section.filter(|section| sections.contains(section)).or_else(|| sections.last().cloned());
        RequestRule {
            request,
            label: asked.label.unwrap_or_else(|| request.key().replace('_', " ")),
            forms: asked.forms.unwrap_or_else(|| any_form.clone()),
            needs: asked.needs.unwrap_or_default(),
            may: asked.may.unwrap_or_default(),
            at_once: asked.at_once.unwrap_or_default(),
            section: section.unwrap_or_default(),
            minutes: asked.minutes.unwrap_or(10),
        }
    };
    Request::ALL.into_iter().map(rule).collect()
}

/// `data/checks.toml`: every rule there is besides missing and old papers and fields.
pub(crate) fn read_checks(mut section: Section<'_>, weights: &mut Weights) {
    for (name, mut table) in section.named_sections() {
        let severity = table.entry("weight").and_then(|entry| entry.one_of("weight", &SEVERITIES));
        let severity = table.must("weight", severity).flatten();
        let about = table.text("about");
        let about = table.must("about", about).unwrap_or_default();
        weights.set(&name, severity, &about);
        weights.set_source(&name, table.text("source"));
        table.finish();
    }
    section.finish();
}

/// `[weights]`: the panel raises and lowers rules by name.
pub(crate) fn read_weights(mut section: Section<'_>, weights: &mut Weights) {
    for (name, entry) in section.named() {
        let Some(severity) = entry.one_of(&name, &SEVERITIES) else { continue };
        if !weights.change(&name, severity) {
            let hint = nearest(&name, weights.iter().map(|(rule, _)| rule));
            let hint = hint.unwrap_or_else(|| "docs/completeness.md lists every rule".to_owned());
            entry.mistake(format!("there is no rule `{name}`"), Some(hint));
        }
    }
    section.finish();
}

/// `[permission]`: who may give it; without titles and names nobody's permission is questioned.
pub(crate) fn read_permission(section: Option<Section<'_>>) -> Permission {
    let Some(mut section) = section else { return Permission::default() };
    let mut names = |key: &str| section.list(key).unwrap_or_default();
    let (titles, people, deputies) = (names("titles"), names("people"), names("deputies"));
    let through = section.text("through");
    if titles.is_empty() && people.is_empty() {
        let hint = "titles = [\"Assistant Director\"]".to_owned();
        section.mistake("`[permission]` names nobody who may give it".to_owned(), Some(hint));
    }
    section.finish();
    Permission { titles, people, deputies, through }
}

pub(crate) fn read_thresholds(section: Option<Section<'_>>) -> Thresholds {
    let mut limits = Thresholds {
        referral_days: None,
        retainer_weeks: None,
        staffing_ratio_days: None,
        weekly_least: 10_000,
        weekly_most: 10_000_000,
    };
    if let Some(mut section) = section {
        let mut set = |key: &str, value: &mut Option<u32>| {
            *value = section.whole(key, 1..=1000);
        };
        set("referral_days", &mut limits.referral_days);
        set("retainer_weeks", &mut limits.retainer_weeks);
        set("staffing_ratio_days", &mut limits.staffing_ratio_days);
        let mut money = |key: &str, value: &mut i64| {
            *value = section.entry(key).and_then(|entry| entry.money(key)).map_or(*value, |pence| pence.0);
        };
        money("weekly_least", &mut limits.weekly_least);
        money("weekly_most", &mut limits.weekly_most);
        section.finish();
    }
    limits
}

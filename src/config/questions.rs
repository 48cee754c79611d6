//! `[fields]` and `[forms]`: what the panel's forms ask, how the labels are worded, and when an answer is expected.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::config::section::{Entry, Section, nearest};
use crate::finding::Severity;
use crate::panel::codes::Codes;
use crate::panel::demands::{Condition, FieldNeed, Weights};
use crate::panel::document_types::DocumentTypeRule;
use crate::panel::ids::{DocumentType, FieldKey};
use crate::panel::labels::{Alias, FieldRule, FieldType, FormRule};
use crate::panel::request::Request;

const TYPES: [(&str, FieldType); 11] = [
    ("text", FieldType::Text),
    ("long", FieldType::Long),
    ("date", FieldType::Date),
    ("date_of_birth", FieldType::DateOfBirth),
    ("whole", FieldType::Whole),
    ("money", FieldType::Money),
    ("share", FieldType::Share),
    ("yes_no", FieldType::YesNo),
    ("choice", FieldType::Choice),
    ("person", FieldType::Person),
    ("case_number", FieldType::CaseNumber),
];

pub(crate) const SEVERITIES: [(&str, Option<Severity>); 4] = [
    ("blocks", Some(Severity::Blocks)),
    ("warning", Some(Severity::Warning)),
    ("note", Some(Severity::Note)),
    ("off", None),
];

/// A field and everything said of it, before any form asks for it.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    rule: FieldRule,
    need: FieldNeed,
    missing: Option<Severity>,
}

pub(crate) type Fields = IndexMap<String, Field>;

/// The rule's name when a field or paper is missing.
pub(crate) fn missing(name: &str) -> String {
    format!("missing-{}", name.replace('_', "-"))
}

pub(crate) fn read_fields(mut section: Section<'_>, fields: &mut Fields, codes: &Codes) {
    for (name, mut table) in section.named_sections() {
        let Ok(key) = name.parse::<FieldKey>() else {
            table.mistake(
                format!("`{name}` cannot name a field"),
                Some("lower-case letters, digits and `_`".to_owned()),
            );
            continue;
        };
        let known = fields.get(&name).cloned();
        if let Some(field) = field(&mut table, key, known, codes) {
            fields.insert(name, field);
        }
        table.finish();
    }
    section.finish();
}

fn field(table: &mut Section<'_>, key: FieldKey, known: Option<Field>, codes: &Codes) -> Option<Field> {
    let label = table.text("label").or_else(|| known.as_ref().map(|field| field.rule.label.clone()));
    let label = table.must("label", label);
    let field_type = table.entry("type").and_then(|entry| entry.one_of("type", &TYPES));
    let field_type = field_type.or(known.as_ref().map(|field| field.rule.field_type));
    let field_type = table.must("type", field_type);
    let list = table.entry("list");
    let vocabulary = list.and_then(|entry| entry.text("list"));
    if let (Some(entry), Some(name)) = (list, &vocabulary)
        && codes.list(name).is_none()
    {
        let hint = nearest(name, codes.lists().map(|list| list.name.as_str()));
        entry.mistake(format!("there is no list of codes `{name}`"), hint);
    }
    let also = table.list("also").unwrap_or_default();
    let many = table.yes("many");
    let missing = table.entry("missing").and_then(|entry| entry.one_of("missing", &SEVERITIES));
    let when = table
        .entries_of_list("when")
        .map(|entries| entries.into_iter().filter_map(condition).collect::<Vec<_>>());
    let words = table.whole("words", 1..=500);
    let or_paper = table.entries_of_list("or_paper").map(|entries| kinds_of("or_paper", &entries));
    let evidence = table.yes("evidence");
    let mut aliases: Vec<Alias> = also.into_iter().map(Alias::from).collect();
    let mut known = known;
    if let Some(field) = &mut known {
        aliases.append(&mut field.rule.aliases);
    }
    let rule = FieldRule {
        key: key.clone(),
        label: label?,
        aliases,
        field_type: field_type?,
        vocabulary: vocabulary.or_else(|| known.as_ref().and_then(|field| field.rule.vocabulary.clone())),
        allows_many: many.or(known.as_ref().map(|field| field.rule.allows_many)).unwrap_or(false),
        required: false,
        recent: false,
    };
    let before = known.as_ref().map(|field| &field.need);
    let need = FieldNeed {
        field: key,
        when: when.or_else(|| before.map(|need| need.when.clone())).unwrap_or_default(),
        least_words: words.or(before.and_then(|need| need.least_words)),
        or_paper: or_paper.or_else(|| before.map(|need| need.or_paper.clone())).unwrap_or_default(),
        evidence: evidence.or(before.map(|need| need.evidence)).unwrap_or(false),
    };
    let missing = missing.unwrap_or(known.as_ref().map_or(Some(Severity::Warning), |field| field.missing));
    Some(Field { rule, need, missing })
}

pub(crate) fn kinds_of(key: &str, entries: &[Entry<'_>]) -> Vec<DocumentType> {
    let kind = |entry: &Entry<'_>| {
        let text = entry.text(key)?;
        let kind = text.parse();
        if kind.is_err() {
            entry.mistake(format!("`{text}` cannot name a kind of document"), None);
        }
        kind.ok()
    };
    entries.iter().filter_map(kind).collect()
}

fn condition(entry: Entry<'_>) -> Option<Condition> {
    let text = entry.text("when")?;
    let parsed = parse_condition(&text);
    if parsed.is_none() {
        let hint = "for example `emergency`, `not emergency`, `looked after`, `age 16 to 25`, `provider or establishment is given`, \
                    `escort is yes`, `placement_type is in not_family`, `split_health is above nothing`, `legal_status is V2`, `request is taxi or retainer`";
        entry.mistake(format!("`when` cannot be read: `{text}`"), Some(hint.to_owned()));
    }
    parsed
}

fn parse_condition(text: &str) -> Option<Condition> {
    if let Some(rest) = text.strip_prefix("not ") {
        return Some(Condition::Not(Box::new(parse_condition(rest)?)));
    }
    match text {
        "emergency" => return Some(Condition::Emergency),
        "looked after" => return Some(Condition::LookedAfter),
        _ => {}
    }
    if let Some(ages) = text.strip_prefix("age ") {
        let (from, to) = ages.split_once(" to ")?;
        return Some(Condition::Age { from: from.parse().ok()?, to: to.parse().ok()? });
    }
    let (what, is) = text.split_once(" is ")?;
    let said = |list: &str| list.split(" or ").map(|word| word.trim().to_owned()).collect::<Vec<String>>();
    if what == "request" {
        return said(is).iter().map(|word| request(word)).collect::<Option<_>>().map(Condition::Request);
    }
    if let Some(group) = is.strip_prefix("in ") {
        return Some(Condition::InGroup(what.parse().ok()?, group.to_owned()));
    }
    match is {
        "given" => {
            said(what).iter().map(|word| word.parse().ok()).collect::<Option<_>>().map(Condition::Given)
        }
        "yes" => Some(Condition::Yes(what.parse().ok()?)),
        "above nothing" => Some(Condition::Positive(what.parse().ok()?)),
        codes => Some(Condition::Is(what.parse().ok()?, said(codes))),
    }
}

pub(crate) fn request(key: &str) -> Option<Request> {
    Request::ALL.into_iter().find(|request| request.key() == key)
}

/// What `[forms]` comes to.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    pub(crate) rules: Vec<FormRule>,
    pub(crate) requests: BTreeMap<String, Request>,
    pub(crate) answers: BTreeMap<FieldKey, FieldNeed>,
}

pub(crate) fn read_forms(mut section: Section<'_>, fields: &Fields, weights: &mut Weights) -> Forms {
    let mut forms = Forms::default();
    for (key, mut table) in section.named_sections() {
        let label = table.text("label");
        let label = table.must("label", label).unwrap_or_default();
        let meant = table.entry("request").and_then(|entry| {
            let names = Request::ALL.map(|request| (request.key(), request));
            entry.one_of("request", &names)
        });
        let asked = table.entries_of_list("fields");
        let asked = table.must("fields", asked).unwrap_or_default();
        let mut rules: Vec<FieldRule> = asked
            .iter()
            .filter_map(|entry| asked_field(*entry, fields, weights, &mut forms.answers))
            .collect();
        if let Some(labels) = table.section("labels") {
            relabel(labels, &mut rules);
        }
        for entry in table.entries_of_list("must_have").unwrap_or_default() {
            mark("must_have", entry, &mut rules, |rule| rule.required = true);
        }
        for entry in table.entries_of_list("new_questions").unwrap_or_default() {
            mark("new_questions", entry, &mut rules, |rule| rule.recent = true);
        }
        let other_labels =
            table.list("other_labels").unwrap_or_default().into_iter().map(Alias::from).collect();
        table.finish();
        if let Some(meant) = meant {
            forms.requests.insert(key.clone(), meant);
        }
        forms.rules.push(FormRule { key, label, fields: rules, other_labels });
    }
    section.finish();
    forms
}

fn asked_field(
    entry: Entry<'_>,
    fields: &Fields,
    weights: &mut Weights,
    answers: &mut BTreeMap<FieldKey, FieldNeed>,
) -> Option<FieldRule> {
    let name = entry.text("fields")?;
    let Some(field) = fields.get(&name) else {
        let hint = nearest(&name, fields.keys().map(String::as_str));
        let hint = hint.unwrap_or_else(|| format!("describe it first under `[fields.{name}]`"));
        entry.mistake(format!("there is no field `{name}`"), Some(hint));
        return None;
    };
    let about = format!("“{}” is asked and not answered", field.rule.label);
    weights.set(&missing(&name), field.missing, &about);
    answers.insert(field.rule.key.clone(), field.need.clone());
    Some(field.rule.clone())
}

/// The panel's own main label goes first; the usual one stays as another wording.
fn relabel(mut labels: Section<'_>, rules: &mut [FieldRule]) {
    for (name, entry) in labels.named() {
        let Some(label) = entry.text("labels") else { continue };
        match rules.iter_mut().find(|rule| rule.key.as_str() == name) {
            Some(rule) => {
                let usual = std::mem::replace(&mut rule.label, label);
                rule.aliases.push(Alias::from(usual));
            }
            None => {
                let hint = nearest(&name, rules.iter().map(|rule| rule.key.as_str()));
                entry.mistake(format!("the form does not ask for `{name}`"), hint);
            }
        }
    }
    labels.finish();
}

/// A question of the form of which a list says something: `must_have`, whose label the form always has, and `new_questions`, which
/// earlier editions of the form did not ask.
fn mark(list: &str, entry: Entry<'_>, rules: &mut [FieldRule], says: impl Fn(&mut FieldRule)) {
    let Some(name) = entry.text(list) else { return };
    match rules.iter_mut().find(|rule| rule.key.as_str() == name) {
        Some(rule) => says(rule),
        None => {
            let hint = nearest(&name, rules.iter().map(|rule| rule.key.as_str()));
            entry.mistake(format!("the form does not ask for `{name}`"), hint);
        }
    }
}

/// A form must have the labels of what blocks without conditions too.
pub(crate) fn mark_required(forms: &mut Forms, weights: &Weights) {
    let Forms { rules, answers, .. } = forms;
    for field in rules.iter_mut().flat_map(|form| &mut form.fields) {
        let always = answers.get(&field.key).is_some_and(|need| need.when.is_empty());
        field.required |= always && weights.of(&missing(field.key.as_str())) == Some(Severity::Blocks);
    }
}

pub(crate) fn check_forms_of_kinds(
    section: &Section<'_>,
    kinds: &IndexMap<String, DocumentTypeRule>,
    forms: &Forms,
) {
    for form in &forms.rules {
        if !kinds.values().any(|kind| kind.form.as_ref() == Some(&form.key)) {
            let hint = format!("give one `form = \"{}\"` under `[kinds]`", form.key);
            section.mistake(format!("no kind of document carries the form `{}`", form.key), Some(hint));
        }
    }
}

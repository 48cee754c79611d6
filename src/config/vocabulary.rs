//! `[codes]` and `[kinds]`: the lists of codes and the kinds of paper, shipped and the panel's own.

use indexmap::IndexMap;

use crate::config::section::Section;
use crate::panel::codes::{Code, CodeList, Codes};
use crate::panel::dated::DatingWords;
use crate::panel::document_types::DocumentTypeRule;
use crate::panel::ids::DocumentType;

/// The words beside a paper's own date; a panel's own take the place of those `known`.
pub(crate) fn read_dating(mut section: Section<'_>, known: &DatingWords) -> DatingWords {
    let made = section.list("made").unwrap_or_else(|| known.made.clone());
    let other = section.list("other").unwrap_or_else(|| known.other.clone());
    section.finish();
    DatingWords { made, other }
}

/// The shipped lists as they stand in `data/codes.toml`, a panel's words added to them.
pub(crate) fn read_codes(mut section: Section<'_>, lists: &mut IndexMap<String, CodeList>) {
    for (name, mut table) in section.named_sections() {
        let label = table.text("label");
        let codes: Vec<Code> =
            table.sections("codes").unwrap_or_default().into_iter().filter_map(code).collect();
        let known = lists.entry(name.clone()).or_insert_with(|| CodeList {
            name: name.clone(),
            label: name.replace('_', " "),
            codes: Vec::new(),
        });
        if let Some(label) = label {
            known.label = label;
        }
        for code in codes {
            add(known, code);
        }
        check_references(&table, known);
        table.finish();
    }
    section.finish();
}

/// A panel's entry for a code that is already known adds its wordings and replaces what else it says.
fn add(list: &mut CodeList, code: Code) {
    let Some(known) = list.codes.iter_mut().find(|known| known.code == code.code) else {
        list.codes.push(code);
        return;
    };
    known.also.extend(code.also);
    known.assumed.extend(code.assumed);
    if !code.label.is_empty() {
        known.label = code.label;
    }
    known.caution = code.caution.or(known.caution.take());
    known.from = code.from.or(known.from);
    known.until = code.until.or(known.until);
    known.replaced_by = code.replaced_by.or(known.replaced_by.take());
    known.groups.extend(code.groups);
    known.covers.extend(code.covers);
}

fn code(mut table: Section<'_>) -> Option<Code> {
    let code = table.text("code");
    let code = table.must("code", code);
    let read = Code {
        code: code.clone().unwrap_or_default(),
        label: table.text("label").unwrap_or_default(),
        also: table.list("also").unwrap_or_default(),
        assumed: table.list("assumed").unwrap_or_default(),
        caution: table.text("caution"),
        from: table.entry("from").and_then(|entry| entry.date("from")),
        until: table.entry("to").and_then(|entry| entry.date("to")),
        replaced_by: table.text("replaced_by"),
        groups: table.list("groups").unwrap_or_default(),
        covers: table.list("covers").unwrap_or_default(),
    };
    table.finish();
    code.map(|_| read)
}

fn check_references(table: &Section<'_>, list: &CodeList) {
    for code in &list.codes {
        for other in code.replaced_by.iter().chain(&code.covers) {
            if list.get(other).is_none() {
                table.mistake(
                    format!("`{}` refers to the code `{other}`, which is not in the list", code.code),
                    None,
                );
            }
        }
        if code.label.is_empty() {
            table.mistake(format!("the code `{}` has no label", code.code), None);
        }
    }
}

pub(crate) fn finish_codes(lists: IndexMap<String, CodeList>) -> Codes {
    Codes::new(lists.into_values())
}

/// The kinds of paper, shipped or the panel's own, in the order of the pack.
pub(crate) fn read_kinds(mut section: Section<'_>, kinds: &mut IndexMap<String, DocumentTypeRule>) {
    for (name, mut table) in section.named_sections() {
        let Ok(key) = name.parse::<DocumentType>() else {
            table.mistake(
                format!("`{name}` cannot name a kind of document"),
                Some("lower-case letters, digits and `_`".to_owned()),
            );
            continue;
        };
        let known = kinds.get(&name).cloned();
        let before = known.as_ref();
        let words = |table: &mut Section<'_>, key: &str, before: Option<&Vec<String>>| {
            table.list(key).or_else(|| before.cloned()).unwrap_or_default()
        };
        let label = table.text("label").or_else(|| before.map(|rule| rule.label.clone()));
        let label = table.must("label", label).unwrap_or_default();
        let rule = DocumentTypeRule {
            key,
            label,
            in_name: words(&mut table, "in_name", before.map(|rule| &rule.in_name)),
            in_title: words(&mut table, "in_title", before.map(|rule| &rule.in_title)),
            in_opening: words(&mut table, "in_opening", before.map(|rule| &rule.in_opening)),
            order: table.whole("order", 0..=1000).or(before.map(|rule| rule.order)).unwrap_or(80),
            form: table.text("form").or_else(|| before.and_then(|rule| rule.form.clone())),
        };
        table.finish();
        kinds.insert(name, rule);
    }
    section.finish();
}

pub(crate) fn finish_kinds(kinds: IndexMap<String, DocumentTypeRule>) -> Vec<DocumentTypeRule> {
    let mut kinds: Vec<DocumentTypeRule> = kinds.into_values().collect();
    kinds.sort_by_key(|rule| rule.order);
    kinds
}

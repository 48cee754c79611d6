//! Which kind of paper one is: from its file name, its title, its first page and the form labels on it.

use serde::{Deserialize, Serialize};

use crate::panel::filling::labels_present;
use crate::panel::ids::DocumentType;
use crate::panel::labels::{FormRule, letters_of};
use crate::panel::seen::{Block, Reading};
use crate::panel::values::words;

/// How one kind of paper is recognised, and where it stands in the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTypeRule {
    pub key: DocumentType,
    /// What people call it: "care plan".
    pub label: String,
    /// Words or phrases that say so in a file name.
    pub in_name: Vec<String>,
    /// Words or phrases that say so in a title or heading.
    pub in_title: Vec<String>,
    /// Words or phrases that say so on the first page.
    pub in_opening: Vec<String>,
    /// Place within a case, smallest first.
    pub order: u32,
    /// The form it carries, by [`crate::panel::labels::FormRule::key`].
    pub form: Option<String>,
}

/// What kind a paper was taken for, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// None where nothing speaks for any kind, or as much for two.
    pub kind: Option<DocumentType>,
    /// The reason in words: "its file name says `care plan`".
    pub because: String,
    /// Other kinds that something speaks for, likeliest first.
    pub also: Vec<DocumentType>,
}

/// What speaks for one kind.
struct Case<'r> {
    rule: &'r DocumentTypeRule,
    weight: usize,
    because: String,
}

/// Labels a paper must have of a form before it is taken for it.
const FEWEST_LABELS: usize = 4;
/// Words at the very top, which say more than the rest of the first page.
const TOP_WORDS: usize = 40;
/// Headings that may name the paper.
const TITLE_LINES: usize = 3;

/// A title that names one form and no other says more than labels, of which forms have many in common.
const BY_FORMS_TITLE: usize = 320;
const BY_FORM: usize = 300;
const BY_NAME: usize = 200;
const BY_TITLE: usize = 150;
const BY_TOP: usize = 60;
const BY_OPENING: usize = 10;

/// Recognises the kind of a paper called `file_name` (without its folders).
pub fn recognise(
    kinds: &[DocumentTypeRule],
    forms: &[FormRule],
    file_name: &str,
    reading: &Reading,
) -> Recognised {
    let name = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let titles = titles(reading);
    let opening = words(&reading.opening);
    let mut cases: Vec<Case<'_>> = Vec::new();
    let in_titles = |phrase: &str| titles.iter().any(|title| has_phrase(title, &words(phrase)).is_some());
    let titled: Vec<&DocumentTypeRule> = kinds
        .iter()
        .filter(|rule| rule.form.is_some() && rule.in_title.iter().any(|phrase| in_titles(phrase)))
        .collect();
    for rule in kinds {
        let mut case = Case { rule, weight: 0, because: String::new() };
        if let Some(form) = rule.form.as_deref().and_then(|key| forms.iter().find(|form| form.key == key)) {
            let (present, all) = labels_present(reading, form);
            if present >= FEWEST_LABELS.min(all) && present * 3 >= all && all > 0 {
                let weight = BY_FORM + 100 * present / all;
                case.speaks(weight, || format!("{present} of {all} labels of the {} are on it", form.label));
            }
            let named = titled.as_slice() == [rule] && 0 < present;
            if let Some(phrase) = longest(&rule.in_title, in_titles).filter(|_| named) {
                case.speaks(BY_FORMS_TITLE, || format!("its title says `{phrase}`"));
            }
        }
        if let Some(phrase) = longest(&rule.in_name, |phrase| in_name(name, phrase)) {
            case.speaks(BY_NAME + phrase.len(), || format!("its file name says `{phrase}`"));
        }
        let in_opening = |phrase: &str| has_phrase(&opening, &words(phrase)).is_some();
        // A title is also part of the first page: the same words are not counted twice.
        if let Some(phrase) = longest(&rule.in_title, in_titles) {
            case.speaks(BY_TITLE + phrase.len(), || format!("its title says `{phrase}`"));
        } else if let Some(phrase) = longest(&rule.in_opening, in_opening) {
            let top = has_phrase(&opening, &words(phrase)).is_some_and(|at| at < TOP_WORDS);
            let weight = if top { BY_TOP } else { BY_OPENING };
            case.speaks(weight + phrase.len(), || format!("its first page says `{phrase}`"));
        }
        if case.weight > 0 {
            cases.push(case);
        }
    }
    judge(cases)
}

fn judge(mut cases: Vec<Case<'_>>) -> Recognised {
    // A stable sort: equal weights stay in the order of the configuration.
    cases.sort_by_key(|case| std::cmp::Reverse(case.weight));
    match cases.as_slice() {
        [] => Recognised {
            kind: None,
            because: "nothing in its name, title or first page says what it is".to_owned(),
            also: Vec::new(),
        },
        [first, second, ..] if first.weight == second.weight => Recognised {
            kind: None,
            because: format!("it may be a {} or a {}", first.rule.label, second.rule.label),
            also: cases.iter().map(|case| case.rule.key.clone()).collect(),
        },
        [first, rest @ ..] => Recognised {
            kind: Some(first.rule.key.clone()),
            because: first.because.clone(),
            also: rest.iter().map(|case| case.rule.key.clone()).collect(),
        },
    }
}

impl Case<'_> {
    fn speaks(&mut self, weight: usize, because: impl FnOnce() -> String) {
        if self.because.is_empty() {
            self.because = because();
        }
        self.weight += weight;
    }
}

/// The words of its title and first headings.
fn titles(reading: &Reading) -> Vec<Vec<String>> {
    let headings = reading.body.iter().filter_map(|block| match block {
        Block::Line(line) if line.heading.is_some() => Some(line.text()),
        _ => None,
    });
    let first_line = reading.opening.lines().next().map(str::to_owned);
    let titles = reading.title.iter().cloned().chain(first_line).chain(headings.take(TITLE_LINES));
    titles.map(|title| words(&title)).collect()
}

fn longest(phrases: &[String], mut says: impl FnMut(&str) -> bool) -> Option<&str> {
    let said = phrases.iter().map(String::as_str).filter(|phrase| says(phrase));
    said.max_by_key(|phrase| phrase.len())
}

/// File names run words together: `CarePlan_v2`, `care-plan`.
fn in_name(name: &str, phrase: &str) -> bool {
    const SHORTEST_RUN_TOGETHER: usize = 6;
    let letters = letters_of(phrase);
    has_phrase(&words(name), &words(phrase)).is_some()
        || (letters.len() >= SHORTEST_RUN_TOGETHER && letters_of(name).contains(&letters))
}

/// Where the words of `phrase` stand one after the other in `text`.
fn has_phrase(text: &[String], phrase: &[String]) -> Option<usize> {
    if phrase.is_empty() {
        return None;
    }
    text.windows(phrase.len()).position(|window| window == phrase)
}

#[cfg(test)]
mod tests {
    use crate::panel::labels::{FieldRule, FieldType};
    use crate::panel::seen::{FileFormat, Line, Mark};

    use super::*;

    fn rule(key: &str, words: &[&str], form: Option<&str>) -> DocumentTypeRule {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        DocumentTypeRule {
            key: key.parse().unwrap(),
            label: key.replace('_', " "),
            in_name: words.clone(),
            in_title: words.clone(),
            in_opening: words,
            order: 1,
            form: form.map(str::to_owned),
        }
    }

    fn kinds() -> Vec<DocumentTypeRule> {
        vec![
            rule("referral", &["referral form"], Some("referral")),
            rule("assessment", &["assessment"], None),
            rule("risk_assessment", &["risk assessment"], None),
            rule("care_plan", &["care plan"], None),
        ]
    }

    fn form() -> FormRule {
        let field = |label: &str| FieldRule {
            key: label.to_lowercase().replace(' ', "_").parse().unwrap(),
            label: label.to_owned(),
            aliases: Vec::new(),
            field_type: FieldType::Text,
            vocabulary: None,
            allows_many: false,
            required: false,
            recent: false,
        };
        FormRule {
            key: "referral".to_owned(),
            label: "referral form".to_owned(),
            fields: ["Name", "Date of birth", "Legal status", "Cost", "Provider"].map(field).to_vec(),
            other_labels: Vec::new(),
        }
    }

    fn reading(title: Option<&str>, lines: &[&str]) -> Reading {
        let body = lines.iter().map(|text| {
            let mut line = Line::default();
            line.put(text, Mark::Plain);
            Block::Line(line)
        });
        Reading {
            title: title.map(str::to_owned),
            body: body.collect(),
            text: lines.join("\n"),
            opening: lines.join("\n"),
            ..Reading::empty(FileFormat::Word)
        }
    }

    #[track_caller]
    fn kind(name: &str, title: Option<&str>, lines: &[&str]) -> (Option<String>, String) {
        let found = recognise(&kinds(), &[form()], name, &reading(title, lines));
        (found.kind.map(|kind| kind.to_string()), found.because)
    }

    #[test]
    fn the_name_the_title_and_the_first_page_say_what_it_is() {
        for (name, title, lines, expected) in [
            ("Care Plan AF.docx", None, &["Some text"][..], Some("care_plan")),
            ("CarePlan_v2.pdf", None, &[], Some("care_plan")),
            ("scan0001.pdf", Some("Care plan"), &[], Some("care_plan")),
            (
                "scan0001.pdf",
                None,
                &["Our council", "Risk assessment for transport"],
                Some("risk_assessment"),
            ),
            ("Transport risk assessment.docx", None, &[], Some("risk_assessment")),
            ("Assessment.docx", None, &["This replaces the care plan of March"], Some("assessment")),
            ("scan0001.pdf", None, &["an email"], None),
            ("careplanning minutes of carers.docx", None, &["x"], Some("care_plan")),
        ] {
            assert_eq!(kind(name, title, lines).0.as_deref(), expected, "{name} {title:?} {lines:?}");
        }
        assert_eq!(kind("Care Plan AF.docx", None, &[]).1, "its file name says `care plan`");
    }

    #[test]
    fn a_form_is_known_by_its_labels_whatever_it_is_called() {
        let lines = [
            "Name: Ada Fictional",
            "Date of birth: 14/02/2012",
            "Legal status: C2",
            "Cost: £1",
            "see care plan",
        ];
        let (found, because) = kind("my assessment.docx", None, &lines);
        assert_eq!(found.as_deref(), Some("referral"));
        assert_eq!(because, "4 of 5 labels of the referral form are on it");
    }

    #[test]
    fn two_kinds_with_as_much_to_say_for_them_are_left_to_a_person() {
        let kinds = [rule("one", &["alpha"], None), rule("two", &["gamma"], None)];
        let found = recognise(&kinds, &[], "alpha gamma.docx", &reading(None, &[]));
        assert_eq!(found.kind, None);
        assert_eq!(found.because, "it may be a one or a two");
        assert_eq!(found.also.len(), 2);
    }
}

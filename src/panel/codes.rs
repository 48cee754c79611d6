//! Dated lists of codes: what the forms' words mean, and from when until when a code may be used.
//!
//! The lists are data (`data/codes/*.toml`). A form may say the code, its label or what people usually write; the code is
//! what is kept. Words that a list does not know are never guessed at.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::seen_from::SeenFrom;
use crate::panel::when;

/// All lists by name, such as `legal_status`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Codes {
    lists: BTreeMap<String, CodeList>,
}

/// One vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    pub name: String,
    /// What a person calls it: `legal status`.
    pub label: String,
    /// In the order of the file, which is the order of drop-downs.
    pub codes: Vec<Code>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Code {
    pub code: String,
    pub label: String,
    /// What people write for it.
    pub also: Vec<String>,
    /// What people write that might mean something else too; taken, with the list's word of caution.
    pub assumed: Vec<String>,
    pub caution: Option<String>,
    pub from: Option<NaiveDate>,
    /// The last day on which it may be used.
    pub until: Option<NaiveDate>,
    pub replaced_by: Option<String>,
    /// Sets it belongs to, such as `looked_after`.
    pub groups: Vec<String>,
    /// The narrower codes a broad word may stand for ("residential": `K2`, `R1` ...).
    pub covers: Vec<String>,
}

/// What some words were taken to mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning<'l> {
    pub code: &'l Code,
    /// Said of several things; the finding says which was taken.
    pub assumed: bool,
}

impl Codes {
    pub fn new(lists: impl IntoIterator<Item = CodeList>) -> Self {
        Codes { lists: lists.into_iter().map(|list| (list.name.clone(), list)).collect() }
    }

    pub fn list(&self, name: &str) -> Option<&CodeList> {
        self.lists.get(name)
    }

    pub fn lists(&self) -> impl Iterator<Item = &CodeList> {
        self.lists.values()
    }
}

impl CodeList {
    /// The code that `written` stands for: the code itself, its label, a usual wording, or a code followed by its label.
    pub fn find(&self, written: &str) -> Option<Meaning<'_>> {
        let wanted = plain(written);
        if wanted.is_empty() {
            return None;
        }
        let known = |words: &str| plain(words) == wanted;
        let sure = self
            .codes
            .iter()
            .find(|code| known(&code.code) || known(&code.label) || code.also.iter().any(|word| known(word)));
        if let Some(code) = sure {
            return Some(Meaning { code, assumed: false });
        }
        if let Some(code) = self.codes.iter().find(|code| code.assumed.iter().any(|word| known(word))) {
            return Some(Meaning { code, assumed: true });
        }
        self.find_inside(written)
    }

    /// `C2 - full care order`, `Full care order (C2)`, `Interim care order (ICO)`: all that is said must mean one code.
    fn find_inside(&self, written: &str) -> Option<Meaning<'_>> {
        let parts: Vec<&str> = written
            .split(['(', ')', ':', '/', ';', '–', '—'])
            .flat_map(|part| part.split(" - "))
            .filter(|part| !plain(part).is_empty())
            .collect();
        if parts.len() < 2 {
            let (first, rest) = written.trim().split_once(' ')?;
            let code = self.codes.iter().find(|code| plain(&code.code) == plain(first))?;
            return (first.chars().any(|c| c.is_ascii_digit()) && plain(rest).contains(&plain(&code.label)))
                .then_some(Meaning { code, assumed: false });
        }
        let meanings: Vec<Meaning<'_>> = parts.iter().filter_map(|part| self.find(part)).collect();
        let first = *meanings.first()?;
        meanings.iter().all(|other| other.code.code == first.code.code).then_some(first)
    }

    pub fn get(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|known| known.code == code)
    }

    /// The narrow codes that a stored code may stand for: itself, or those a broad word covers.
    pub fn covered<'l>(&'l self, code: &'l str) -> Vec<&'l str> {
        match self.get(code) {
            Some(broad) if !broad.covers.is_empty() => broad.covers.iter().map(String::as_str).collect(),
            _ => vec![code],
        }
    }

    /// Whether `code` itself is said to belong to `group`, whatever it covers.
    pub fn is_called(&self, code: &str, group: &str) -> bool {
        self.get(code).is_some_and(|known| known.groups.iter().any(|name| name == group))
    }

    /// Whether every narrow code that `code` may stand for belongs to `group`.
    pub fn in_group(&self, code: &str, group: &str) -> bool {
        self.covered(code)
            .iter()
            .all(|narrow| self.get(narrow).is_some_and(|known| known.groups.iter().any(|name| name == group)))
    }

    /// What there is to say about using `code` on `day`.
    pub fn dated(&self, code: &str, day: &SeenFrom) -> Option<Finding> {
        let known = self.get(code)?;
        if known.until.and_then(|until| until.succ_opt()).is_some_and(|over| day.has_come(over)) {
            let message = format!("{} `{}` ({}) is no longer used", self.label, known.code, known.label);
            let finding = Finding::warning("retired-code", message);
            return Some(match known.replaced_by.as_deref().and_then(|code| self.get(code)) {
                Some(new) => finding.hint(format!("write `{}` ({}) instead", new.code, new.label)),
                None => finding.hint("choose another from the list on the form"),
            });
        }
        let from = known.from.filter(|from| !day.has_come(*from))?;
        let message = format!(
            "{} `{}` ({}) is not in use until {}",
            self.label,
            known.code,
            known.label,
            when::day(from)
        );
        Some(Finding::warning("code-not-yet-used", message).hint("choose another from the list on the form"))
    }
}

/// Letters and digits alone, lower case: `S.20` and `s 20` are the same.
fn plain(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> CodeList {
        let code = |code: &str, label: &str, also: &[&str]| Code {
            code: code.into(),
            label: label.into(),
            also: also.iter().map(ToString::to_string).collect(),
            ..Code::default()
        };
        CodeList {
            name: "legal_status".into(),
            label: "legal status".into(),
            codes: vec![
                code("C1", "Interim care order", &["ICO", "s38"]),
                Code { assumed: vec!["s31".into()], ..code("C2", "Full care order", &["FCO"]) },
                Code {
                    until: "2023-10-28".parse().ok(),
                    replaced_by: Some("C2".into()),
                    ..code("P2", "Old", &[])
                },
                Code { covers: vec!["C1".into(), "C2".into()], ..code("care_order", "Any care order", &[]) },
            ],
        }
    }

    #[test]
    fn the_code_its_label_and_usual_words_all_mean_the_code() {
        let list = list();
        for written in [
            "C1",
            "c1",
            "interim care order",
            "I.C.O.",
            "s.38",
            "C1 - Interim care order",
            "Interim care order (ICO)",
            "C1 Interim care order",
        ] {
            assert_eq!(list.find(written).map(|found| found.code.code.as_str()), Some("C1"), "{written}");
        }
        for written in ["", "  ", "care", "C1 / C2", "none of these"] {
            assert_eq!(list.find(written), None, "{written}");
        }
    }

    #[test]
    fn an_ambiguous_wording_is_taken_and_marked() {
        let list = list();
        let found = list.find("s.31").unwrap();
        assert!(found.assumed);
        assert_eq!(found.code.code, "C2");
    }

    #[test]
    fn a_retired_code_names_its_replacement() {
        let list = list();
        let from = |text: &str| SeenFrom::new(text.parse().unwrap());
        assert_eq!(list.dated("P2", &from("2023-10-28")), None);
        let finding = list.dated("P2", &from("2026-11-23")).unwrap();
        assert_eq!(finding.message, "legal status `P2` (Old) is no longer used");
        assert_eq!(finding.hint.as_deref(), Some("write `C2` (Full care order) instead"));
    }

    #[test]
    fn a_broad_word_stands_for_its_narrow_codes() {
        assert_eq!(list().covered("care_order"), ["C1", "C2"]);
        assert_eq!(list().covered("C1"), ["C1"]);
    }
}

//! The panel's cases and children, so that a paper's words are looked up in them: by number, and by name and date of birth.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use crate::panel::dates;
use crate::panel::ids::CaseId;
use crate::panel::values::words;

/// A case the register knows, and its child as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    pub case: CaseId,
    pub name: Option<String>,
    pub born: Option<NaiveDate>,
}

/// Every case of the panel, so that a paper's words are looked up in it and not it in them.
#[derive(Debug)]
pub struct Crowd<'k> {
    pub(in crate::panel) known: &'k [KnownCase],
    /// By case number, in lower case.
    numbers: BTreeMap<String, &'k CaseId>,
    /// Children with a name and a date of birth, by the first word of their name, and by its last where that comes first.
    children: BTreeMap<String, Vec<Named<'k>>>,
}

/// A child's name as it may stand in a text.
#[derive(Debug)]
struct Named<'k> {
    words: Vec<String>,
    born: NaiveDate,
    case: &'k CaseId,
}

impl<'k> Crowd<'k> {
    pub fn of(known: &'k [KnownCase]) -> Self {
        let numbers = known.iter().map(|known| (known.case.as_str().to_ascii_lowercase(), &known.case));
        let mut children: BTreeMap<String, Vec<Named<'k>>> = BTreeMap::new();
        for one in known {
            let (Some(name), Some(born)) = (&one.name, one.born) else { continue };
            for words in both_orders(name) {
                let first = words.first().cloned().unwrap_or_default();
                children.entry(first).or_default().push(Named { words, born, case: &one.case });
            }
        }
        Crowd { known, numbers: numbers.collect(), children }
    }

    pub(in crate::panel) fn find(&self, case: &CaseId) -> Option<&'k KnownCase> {
        self.known.iter().find(|known| known.case == *case)
    }

    /// The cases whose numbers are among the words, in the order they are known in.
    pub(in crate::panel) fn numbered(&self, words: &[&str]) -> Vec<&'k CaseId> {
        let found: BTreeSet<&CaseId> =
            words.iter().filter_map(|word| self.numbers.get(&word.to_ascii_lowercase()).copied()).collect();
        self.in_order(&found)
    }

    /// The cases whose child's name and date of birth both stand in the text, in the order they are known in.
    pub(in crate::panel) fn spoken_of(&self, text: &str) -> Vec<&'k CaseId> {
        let said = words(&plain(text));
        let mut found = BTreeSet::new();
        for (at, word) in said.iter().enumerate() {
            for child in self.children.get(word).into_iter().flatten() {
                let here = said[at..].starts_with(&child.words);
                if here && !found.contains(child.case) && dates::says(text, child.born) {
                    found.insert(child.case);
                }
            }
        }
        self.in_order(&found)
    }

    fn in_order(&self, found: &BTreeSet<&CaseId>) -> Vec<&'k CaseId> {
        if found.is_empty() {
            return Vec::new();
        }
        self.known.iter().map(|known| &known.case).filter(|case| found.contains(case)).collect()
    }
}

/// The words of a name as given, and with the last first; none where it is one word only.
pub(in crate::panel) fn both_orders(name: &str) -> [Vec<String>; 2] {
    let name = words(&plain(name));
    match name.split_last() {
        Some((last, first)) if !first.is_empty() => {
            let reversed = std::iter::once(last).chain(first).cloned().collect();
            [name, reversed]
        }
        _ => [Vec::new(), Vec::new()],
    }
}

/// Lower case without accents.
pub(in crate::panel) fn plain(text: &str) -> String {
    let plain = text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).map(|c| if c == 'ł' { 'l' } else { c }).collect()
}

/// Words with their hyphens, as case numbers are written.
pub(in crate::panel) fn whole_words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).collect()
}

//! The words that tell of a case: its number and its child's names, looked for in what goes to somebody who must not see it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::panel::case::Case;
use crate::panel::ids::CaseId;

/// A name by itself is looked for from so many letters on; shorter ones only with the rest of the name.
const FEWEST_LETTERS: usize = 3;

/// What tells of one case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Telltale {
    /// Words that stand one after the other, folded: a case number, a name in full, in either order.
    phrases: BTreeSet<Vec<String>>,
    /// Single names, folded. They count where they are written with a capital letter: `Will` and not `will`.
    names: BTreeSet<String>,
}

impl Telltale {
    /// Of a case; `ordinary` are folded words that stand in letters and packs anyway: people's names, other children's, the panel's own words.
    pub fn of(case: &Case, ordinary: &BTreeSet<String>) -> Self {
        let mut telltale = Telltale::of_number(&case.id);
        for name in [&case.child.name, &case.child.known_as].into_iter().flatten() {
            let words = folded_words(name);
            if 1 < words.len() {
                let mut turned = words.clone();
                turned.rotate_right(1);
                telltale.phrases.insert(turned);
                telltale.phrases.insert(words.clone());
            }
            let alone = |word: &String| FEWEST_LETTERS <= word.chars().count() && !ordinary.contains(word);
            telltale.names.extend(words.into_iter().filter(alone));
        }
        telltale.phrases.retain(|phrase| !phrase.is_empty());
        telltale
    }

    /// Of a case of which nothing but its number is known.
    pub fn of_number(case: &CaseId) -> Self {
        Telltale { phrases: BTreeSet::from([folded_words(case.as_str())]), names: BTreeSet::new() }
    }

    /// Whether any of it stands in the text.
    pub fn is_in(&self, text: &str) -> bool {
        let words: Vec<&str> = split(text).collect();
        let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let named = words.iter().zip(&folded).any(|(word, folded)| {
            word.chars().next().is_some_and(char::is_uppercase) && self.names.contains(folded)
        });
        named
            || self
                .phrases
                .iter()
                .any(|phrase| folded.windows(phrase.len()).any(|some| some == phrase.as_slice()))
    }
}

/// The words of a text, folded.
pub fn folded_words(text: &str) -> Vec<String> {
    split(text).map(fold).collect()
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && !is_combining_mark(letter))
        .filter(|word| !word.is_empty())
}

/// In small letters, without accents.
fn fold(word: &str) -> String {
    word.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, told};

    #[test]
    fn a_number_a_full_name_and_a_name_alone_tell_of_a_case_and_ordinary_words_do_not() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").id("1192876").case();
        case.child.name = Some("Will Petrović".to_owned());
        case.child.known_as = Some("Ng".to_owned());
        let telltale = Telltale::of(&case, &BTreeSet::new());
        for tells in [
            "case 1192876, 13:10",
            "PETROVIC, WILL",
            "will petrovic",
            "Petrović’s plan",
            "with Will today",
            "(1192876)",
        ] {
            assert!(telltale.is_in(tells), "{tells}");
        }
        for silent in ["it will be", "11928765", "a1192876f", "Petrovics", "NG32 1AA and ng"] {
            assert!(!telltale.is_in(silent), "{silent}");
        }
        let shared = BTreeSet::from(["petrovic".to_owned()]);
        let telltale = Telltale::of(&case, &shared);
        assert!(
            !telltale.is_in("Ana Petrović") && telltale.is_in("Will Petrović"),
            "a sister is on the agenda"
        );
    }
}

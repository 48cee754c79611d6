//! Whether the words of a paper can be found in the pages made of it.
//!
//! Compares letters and digits only, so that hyphens, ligatures, spacing and the order of columns do not cry wolf.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// How much of a source's words were found, and which were not.
#[derive(Debug, Clone, PartialEq)]
pub struct WordCheck {
    pub wanted: usize,
    pub missing: usize,
    /// The first words that are missing, each once, in the order of the source.
    pub lost: Vec<String>,
}

/// Words named at most.
const NAMED: usize = 12;

/// Looks for each word of `source` in `shown`.
pub fn check(source: &str, shown: &str) -> WordCheck {
    check_words(plain_words(source), shown)
}

/// The same for a workbook, whose numbers and dates are printed otherwise than they are kept: words with letters only.
pub fn check_workbook(source: &str, shown: &str) -> WordCheck {
    let named = |word: &String| word.chars().all(char::is_alphabetic);
    check_words(plain_words(source).filter(named), shown)
}

fn check_words(source: impl Iterator<Item = String>, shown: &str) -> WordCheck {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in plain_words(shown) {
        *counts.entry(word).or_default() += 1;
    }
    // Words broken over lines or set letter by letter are still there when the gaps are taken out.
    let squeezed: String = plain_words(shown).collect();
    let mut outcome = WordCheck { wanted: 0, missing: 0, lost: Vec::new() };
    for word in source {
        outcome.wanted += 1;
        if let Some(left) = counts.get_mut(&word).filter(|left| 0 < **left) {
            *left -= 1;
            continue;
        }
        let long = 4 <= word.chars().count();
        if long && !counts.contains_key(&word) && squeezed.contains(&word) {
            continue;
        }
        outcome.missing += 1;
        if outcome.lost.len() < NAMED && !outcome.lost.contains(&word) {
            outcome.lost.push(word);
        }
    }
    outcome
}

impl WordCheck {
    /// Share of the source's words that were found, in hundredths; a source without words has lost none.
    pub fn percent(&self) -> usize {
        if self.wanted == 0 { 100 } else { (self.wanted - self.missing) * 100 / self.wanted }
    }

    /// Whether so much is missing that somebody must look. A word or two of a short form says nothing.
    pub fn is_short(&self) -> bool {
        2 < self.missing && self.percent() < 95
    }
}

/// The words of a text in lower case, without accents of typesetting: letters and digits only.
pub fn plain_words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphanumeric() && !is_joiner(letter)).filter_map(|word| {
        let word: String =
            word.nfkc().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        (!word.is_empty()).then_some(word)
    })
}

/// Marks that stand inside a word without dividing it.
fn is_joiner(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\'' | '\u{2019}'
    ) || unicode_normalization::char::is_combining_mark(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyphens_ligatures_and_spacing_lose_nothing() {
        let source = "The \u{fb01}nal assessment of Łukasz's well-being, 14/03/2026";
        let shown = "The final assess- ment of Łukasz’s well - being , 14/03/2026";
        assert_eq!(check(source, shown).missing, 0);
    }

    #[test]
    fn what_is_lost_is_named_once() {
        let outcome = check("permission was given by the head of service service", "permission was given");
        assert_eq!(outcome.lost, ["by", "the", "head", "of", "service"]);
        assert_eq!((outcome.wanted, outcome.missing, outcome.percent()), (9, 6, 33));
        assert!(outcome.is_short());
    }

    #[test]
    fn a_word_said_twice_must_be_shown_twice() {
        assert_eq!(check("no no no", "no").missing, 2);
    }
}

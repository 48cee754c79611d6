//! Whether the words of a paper can be found in the pages made of it.
//!
//! Compares letters and digits only, so that hyphens, ligatures, spacing and the order of columns do not cry wolf.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use crate::paper::said::apart::{Drawn, Numbered, Value};

/// How much of a source's words were found, and which were not.
#[derive(Debug, Clone, PartialEq)]
pub struct WordCheck {
    pub wanted: usize,
    pub missing: usize,
    /// The first words that are missing, each once, in the order of the source.
    pub lost: Vec<String>,
}

/// What the numbers of a paper's lists came to on its pages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberCheck {
    pub wanted: usize,
    pub missing: usize,
    /// The first that is missing.
    pub first: Option<Numbered>,
}

/// Words named at most.
const NAMED: usize = 12;

/// Looks for each word of `source` in `shown`. Words of `optional` (running heads of pages that may not exist) are not
/// missed when they are not there.
pub fn check(source: &str, optional: &str, shown: &str) -> WordCheck {
    check_words(plain_words(source), optional, shown)
}

/// The same for a workbook, whose numbers and dates are printed otherwise than they are kept: words with letters only.
pub fn check_workbook(source: &str, optional: &str, shown: &str) -> WordCheck {
    check_words(plain_words(source).filter(|word| is_lettered(word)), optional, shown)
}

/// Whether a word is made of letters only.
pub fn is_lettered(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

/// The drawings and pieces that are not shown, with the words that are missing: of what runs on, at least half of all places
/// where words follow each other; of a chart or diagram, whose words stand anywhere, a third of its words.
pub fn check_drawn<'d>(drawn: &'d [Drawn], shown: &str) -> Vec<(&'d Drawn, WordCheck)> {
    if drawn.is_empty() {
        return Vec::new();
    }
    let letters = letters_of(shown);
    // Word stores a drawing twice, for older and newer programs (`mc:AlternateContent`): each word is counted once.
    let checked = drawn.iter().map(|drawing| {
        if drawing.what.runs_on() {
            return (drawing, check_run(&drawing.text, &letters));
        }
        let mut seen = HashSet::new();
        let once = plain_words(&drawing.text).filter(|word| is_lettered(word) && seen.insert(word.clone()));
        (drawing, check_words(once, "", shown))
    });
    checked.filter(|(_, check)| 0 < check.missing && check.wanted <= check.missing * 3).collect()
}

/// Words that are looked for together: enough of them to be found nowhere else.
const TOGETHER: usize = 3;

/// Letters of a running text looked through for pieces; a paper of a hundred thousand pieces needs no more.
const MOST_LOOKED_THROUGH: usize = 400_000_000;

/// Looks for words that follow each other in a text that has only letters. Numbers among them are printed as the page has them,
/// and only what stands between two numbers is looked for.
fn check_run(source: &str, shown: &str) -> WordCheck {
    let mut outcome = WordCheck { wanted: 0, missing: 0, lost: Vec::new() };
    let words: Vec<String> = plain_words(source).collect();
    if words.iter().flat_map(|word| word.chars()).any(runs_right_to_left) {
        return outcome;
    }
    let (mut places, mut lost) = (0, 0);
    let mut missing: Vec<String> = Vec::new();
    for run in words.split(|word| !is_lettered(word)).filter(|run| !run.is_empty()) {
        outcome.wanted += run.len();
        for window in run.windows(TOGETHER.min(run.len())) {
            if MOST_LOOKED_THROUGH / shown.len().max(1) < places {
                break;
            }
            places += 1;
            if !shown.contains(&window.concat()) {
                lost += 1;
                let news = window.iter().filter(|word| !missing.contains(word)).cloned();
                missing.extend(news.collect::<Vec<_>>());
            }
        }
    }
    if places < lost * 2 {
        outcome.missing = outcome.wanted;
        outcome.lost = missing;
        outcome.lost.truncate(NAMED);
    }
    outcome
}

/// All letters of a text, without figures and gaps.
fn letters_of(text: &str) -> String {
    plain_words(text)
        .map(|word| word.chars().filter(|letter| letter.is_alphabetic()).collect::<String>())
        .collect()
}

/// Letters of a paragraph that tell it from others.
const TELLING: usize = 24;

/// Looks for the number of each list paragraph right before its words. Where the words are not shown, nothing is said of
/// their number.
pub fn check_numbers(numbered: &[Numbered], shown: &str) -> NumberCheck {
    let shown_words: Vec<String> = plain_words(shown).collect();
    let squeezed = shown_words.concat();
    let mut outcome = NumberCheck::default();
    for paragraph in numbered {
        let number: Vec<String> = plain_words(&paragraph.number).collect();
        let beside: String = plain_words(&paragraph.beside)
            .flat_map(|word| word.chars().collect::<Vec<_>>())
            .take(TELLING)
            .collect();
        if beside.chars().any(runs_right_to_left) {
            continue;
        }
        let found = if beside.is_empty() {
            shown_words.windows(number.len()).any(|window| window == number)
        } else if squeezed.contains(&beside) {
            squeezed.contains(&(number.concat() + &beside))
        } else {
            continue;
        };
        outcome.wanted += 1;
        if !found {
            outcome.missing += 1;
            outcome.first.get_or_insert_with(|| paragraph.clone());
        }
    }
    outcome
}

/// What the numbers and dates of a workbook came to on its pages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValueCheck {
    pub wanted: usize,
    pub missing: usize,
    /// The first that is missing.
    pub first: Option<Value>,
}

/// Looks for each number and date as Excel shows it: its parts in their order, so that a day and a month exchanged are missed.
pub fn check_values(values: &[Value], shown: &str) -> ValueCheck {
    let shown: Vec<String> = pieces(shown);
    let mut known: HashMap<usize, HashMap<&[String], usize>> = HashMap::new();
    let mut squeezed = Squeezed { letters: shown.concat(), left: MOST_LETTERS, known: HashMap::new() };
    let mut outcome = ValueCheck::default();
    for value in values {
        let parts = pieces(&value.text);
        if parts.is_empty() {
            continue;
        }
        outcome.wanted += 1;
        let counts = known.entry(parts.len()).or_insert_with(|| {
            let mut counts = HashMap::new();
            for window in shown.windows(parts.len()) {
                *counts.entry(window).or_default() += 1;
            }
            counts
        });
        let found = match counts.get_mut(parts.as_slice()) {
            Some(left) if 0 < *left => {
                *left -= 1;
                true
            }
            // Long numbers that stand without a gap beside another are still there.
            _ => 6 <= parts.iter().map(String::len).sum::<usize>() && squeezed.holds(&parts.concat()),
        };
        if !found {
            outcome.missing += 1;
            outcome.first.get_or_insert_with(|| value.clone());
        }
    }
    outcome
}

/// The words of a text, where letters and digits meet taken apart.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for word in plain_words(text) {
        let mut digits = None;
        for letter in word.chars() {
            match pieces.last_mut() {
                Some(piece) if digits == Some(letter.is_numeric()) => piece.push(letter),
                _ => pieces.push(letter.to_string()),
            }
            digits = Some(letter.is_numeric());
        }
    }
    pieces
}

fn check_words(source: impl Iterator<Item = String>, optional: &str, shown: &str) -> WordCheck {
    let mut counts = count(shown);
    let mut glued = glued(shown);
    let mut spare = count(optional);
    // Words broken over lines or set letter by letter are still there when the gaps are taken out.
    let mut squeezed = Squeezed::of(shown);
    // Arabic and Hebrew come out of a PDF in drawing order and with ligatures: words cannot be found, only their amount compared.
    let source: Vec<String> = source.collect();
    let right_to_left =
        letters_from_the_right(source.iter()) * 9 <= letters_from_the_right(counts.keys()) * 10;
    let mut outcome = WordCheck { wanted: 0, missing: 0, lost: Vec::new() };
    for word in source {
        outcome.wanted += 1;
        let long = 4 <= word.chars().count();
        if right_to_left && word.chars().any(runs_right_to_left) {
            continue;
        }
        if take(&mut counts, &word)
            || take(&mut glued, &word)
            || (long && !counts.contains_key(&word) && squeezed.holds(&word))
        {
            continue;
        }
        if take(&mut spare, &word) {
            outcome.wanted -= 1;
            continue;
        }
        outcome.missing += 1;
        if outcome.lost.len() < NAMED && !outcome.lost.contains(&word) {
            outcome.lost.push(word);
        }
    }
    outcome
}

/// Letters looked through for words that are not there as they are; a paper of a hundred thousand lost words needs no more.
const MOST_LETTERS: usize = 200_000_000;

/// All letters shown, without gaps.
struct Squeezed {
    letters: String,
    /// Letters that may still be looked through.
    left: usize,
    known: HashMap<String, bool>,
}

impl Squeezed {
    fn of(shown: &str) -> Self {
        Squeezed { letters: plain_words(shown).collect(), left: MOST_LETTERS, known: HashMap::new() }
    }

    /// Whether the word stands there, broken over lines. Each word is looked for once, and none when too much was looked through.
    fn holds(&mut self, word: &str) -> bool {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        if self.left < self.letters.len() {
            return false;
        }
        self.left -= self.letters.len();
        let found = self.letters.contains(word);
        self.known.insert(word.to_owned(), found);
        found
    }
}

/// How many different words hold letters that run from right to left, by their letters.
fn letters_from_the_right<'a>(words: impl Iterator<Item = &'a String>) -> usize {
    let mut seen: Vec<&str> =
        words.map(String::as_str).filter(|word| word.chars().any(runs_right_to_left)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.into_iter().flat_map(str::chars).filter(|letter| runs_right_to_left(*letter)).count()
}

fn runs_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

fn count(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in plain_words(text) {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// The letters and the digits of words that hold both: a note's number stands right behind the word it belongs to.
fn glued(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in plain_words(text) {
        let mut parts: Vec<String> = Vec::new();
        let mut digits = None;
        for letter in word.chars() {
            match parts.last_mut() {
                Some(part) if digits == Some(letter.is_numeric()) => part.push(letter),
                _ => parts.push(letter.to_string()),
            }
            digits = Some(letter.is_numeric());
        }
        if 1 < parts.len() {
            for part in parts {
                *counts.entry(part).or_default() += 1;
            }
        }
    }
    counts
}

/// Takes one of a word, if there is one left.
fn take(counts: &mut HashMap<String, usize>, word: &str) -> bool {
    match counts.get_mut(word) {
        Some(left) if 0 < *left => {
            *left -= 1;
            true
        }
        _ => false,
    }
}

impl WordCheck {
    /// Share of the source's words that were found, in hundredths; a source without words has lost none.
    pub fn percent(&self) -> usize {
        ((self.wanted - self.missing) * 100).checked_div(self.wanted).unwrap_or(100)
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
        assert_eq!(check(source, "", shown).missing, 0);
    }

    #[test]
    fn what_is_lost_is_named_once() {
        let outcome =
            check("permission was given by the head of service service", "", "permission was given");
        assert_eq!(outcome.lost, ["by", "the", "head", "of", "service"]);
        assert_eq!((outcome.wanted, outcome.missing, outcome.percent()), (9, 6, 33));
        assert!(outcome.is_short());
    }

    #[test]
    fn a_running_head_of_a_page_that_is_not_there_is_not_missed() {
        let outcome = check("Care plan Page two continued", "Page two continued", "Care plan");
        assert_eq!((outcome.wanted, outcome.missing), (2, 0));
    }

    #[test]
    fn a_date_with_day_and_month_exchanged_is_missed() {
        let value = |text: &str| Value { place: "Costs!B4".to_owned(), text: text.to_owned() };
        let values = [value("12/11/2026"), value("£4,250.10"), value("37:30"), value("5")];
        assert_eq!(check_values(&values, "Start 12/11/2026 Cost £4,250.10Core 37:30 h 5").missing, 0);
        let outcome = check_values(&values, "Start 11/12/2026 Cost 4250.1 37.5:30 5");
        assert_eq!((outcome.wanted, outcome.missing), (4, 3));
        assert_eq!(outcome.first, Some(value("12/11/2026")));
    }

    #[test]
    fn a_word_said_twice_must_be_shown_twice() {
        assert_eq!(check("no no no", "", "no").missing, 2);
    }
}

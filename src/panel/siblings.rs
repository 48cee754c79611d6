//! Other children in what is filed on one child's record: a brother or sister is a "sibling" unless the administrator ticks naming, another
//! child is "another child", and where a brother or sister lives or was adopted is never given.

use crate::panel::case::{Case, Casebook};
use crate::panel::heard;
use crate::panel::undisclosed;

/// Stands in place of a brother's or sister's name and number.
const SIBLING: &str = "sibling";

/// Stands in place of any other child's.
const ANOTHER: &str = "another child";

/// Stands in place of where a brother or sister lives.
const NOT_GIVEN: &str = "[not given]";

/// So many words after a brother or sister a verb is still about them.
const NEAR: usize = 4;

/// Stands in place of a sentence about a brother's or sister's adoption or home.
const NOT_RECORDED: &str = "[about a sibling: not recorded here]";

/// Words for brothers and sisters.
const KIN: [&str; 7] = ["sibling", "brother", "sister", "twin", "half-brother", "half-sister", "triplet"];

/// A name by itself is looked for from so many letters on.
const FEWEST_LETTERS: usize = 3;

/// What one child's record says in place of words that tell of others.
#[derive(Debug, Clone, Default)]
pub struct Others {
    /// Names and numbers, the longest first, with what stands instead.
    names: Vec<(String, &'static str)>,
    /// First names of brothers and sisters, each with the surname that may follow it.
    first_names: Vec<(String, String)>,
    /// Where brothers and sisters live.
    places: Vec<String>,
    /// The first names of brothers and sisters in small letters, for sentences about their homes.
    kin: Vec<String>,
}

impl Others {
    /// Of everybody in the book but the child of `case`.
    pub fn of(book: &Casebook, case: &Case, names_siblings: bool) -> Self {
        let mut others = Others::default();
        let own_places = undisclosed::places(case);
        for other in book.cases.iter().filter(|other| other.id != case.id) {
            let is_sibling = are_siblings(case, other);
            let instead = if is_sibling { SIBLING } else { ANOTHER };
            let names: Vec<&String> =
                [&other.child.name, &other.child.known_as].into_iter().flatten().collect();
            if is_sibling {
                let theirs = undisclosed::places(other);
                others.places.extend(theirs.into_iter().filter(|place| !own_places.contains(place)));
                others.kin.extend(names.iter().filter_map(|name| first_word(name)));
            }
            if is_sibling && names_siblings {
                continue;
            }
            others.names.push((other.id.to_string(), instead));
            for name in names {
                let words: Vec<&str> = name.split_whitespace().collect();
                if let [first, .., last] = words.as_slice() {
                    others.names.push((name.clone(), instead));
                    others.names.push((format!("{last}, {first}"), instead));
                    if is_sibling {
                        others.first_names.push(((*first).to_owned(), (*last).to_owned()));
                    }
                } else if let [only] = words.as_slice().iter().as_slice()
                    && is_sibling
                {
                    others.first_names.push(((*only).to_owned(), String::new()));
                }
            }
        }
        others.names.sort_by_key(|(name, _)| std::cmp::Reverse(name.chars().count()));
        others.places.sort_by_key(|place| std::cmp::Reverse(place.chars().count()));
        others
    }

    /// A text as it may stand on this child's record.
    pub fn left_out(&self, text: &str) -> String {
        let text = self.without_whereabouts(text);
        let text = self.places.iter().fold(text, |text, place| undisclosed::without(&text, place, NOT_GIVEN));
        let text =
            self.names.iter().fold(text, |text, (name, instead)| undisclosed::without(&text, name, instead));
        self.first_names.iter().fold(text, |text, (first, last)| without_first_name(&text, first, last))
    }

    /// A text without the sentences that tell of a brother's or sister's adoption, or where one lives.
    fn without_whereabouts(&self, text: &str) -> String {
        let tells = |sentence: &str| {
            let small = sentence.to_lowercase();
            let words: Vec<&str> = small
                .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
                .filter(|word| !word.is_empty())
                .collect();
            let is_kin = |word: &str| {
                KIN.contains(&word.trim_end_matches('s')) || self.kin.iter().any(|name| name.as_str() == word)
            };
            let kin: Vec<usize> = (0..words.len()).filter(|at| is_kin(words[*at])).collect();
            let adopted = words.iter().any(|word| word.starts_with("adopt"));
            // "Her brother lives in ..." tells where he lives, "she lives with her brother" where she does.
            let lives = |at: &usize| {
                (at + 1..=at + NEAR).any(|from| is_whereabouts(words.get(from..).unwrap_or_default()))
            };
            !kin.is_empty() && (adopted || kin.iter().any(lives))
        };
        let mut left = String::new();
        for sentence in text.split_inclusive(['.', '\n', ';', '!', '?']) {
            if tells(sentence) {
                let ending = if sentence.ends_with('\n') { "\n" } else { "" };
                left.push_str(&format!("{}{NOT_RECORDED}{ending}", leading_space(sentence)));
            } else {
                left.push_str(sentence);
            }
        }
        left
    }
}

/// Whether the words begin with something that somebody's home follows.
fn is_whereabouts(words: &[&str]) -> bool {
    let lives = ["lives", "lived", "living", "resides", "stays", "staying", "fostered"];
    let placed = ["with", "placed", "living", "staying", "fostered"];
    match words {
        ["is" | "are" | "was" | "were", then, ..] => placed.contains(then),
        [first, ..] => lives.contains(first),
        [] => false,
    }
}

/// One form names the other child's number, or they have a surname and a social worker in common.
pub fn are_siblings(one: &Case, other: &Case) -> bool {
    let surname = |case: &Case| {
        case.child.name.as_deref().and_then(|name| name.split_whitespace().last()).map(str::to_lowercase)
    };
    let worker = |case: &Case| case.form.text("social_worker").map(|name| name.trim().to_lowercase());
    let same = |one: Option<String>, other: Option<String>| one.is_some() && one == other;
    heard::are_siblings(one, other)
        || (same(surname(one), surname(other)) && same(worker(one), worker(other)))
}

fn leading_space(sentence: &str) -> &str {
    if sentence.starts_with(' ') { " " } else { "" }
}

fn first_word(name: &str) -> Option<String> {
    name.split_whitespace()
        .next()
        .filter(|word| FEWEST_LETTERS <= word.chars().count())
        .map(str::to_lowercase)
}

/// Without a first name that stands alone or before its surname; before another capital it is somebody else's.
fn without_first_name(text: &str, first: &str, last: &str) -> String {
    if first.chars().count() < FEWEST_LETTERS {
        return text.to_owned();
    }
    let mut left = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(first) {
        let (before, from) = rest.split_at(at);
        let after = &from[first.len()..];
        let begins = !before.chars().next_back().or_else(|| left.chars().next_back()).is_some_and(joins);
        let ends = !after.chars().next().is_some_and(joins);
        let next = after
            .strip_prefix(' ')
            .and_then(|after| after.split(|c: char| !joins(c)).next())
            .unwrap_or_default();
        let of_another = next.chars().next().is_some_and(char::is_uppercase) && next != last;
        left.push_str(before);
        if begins && ends && !of_another {
            left.push_str(SIBLING);
            rest = match after
                .strip_prefix(' ')
                .and_then(|after| after.strip_prefix(last))
                .filter(|_| !last.is_empty())
            {
                Some(further) if !further.chars().next().is_some_and(joins) => further,
                _ => after,
            };
        } else {
            left.push_str(first);
            rest = after;
        }
    }
    left.push_str(rest);
    left
}

/// Part of a word: `Ann-Marie` is not `Ann`.
fn joins(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, told};

    fn book() -> Casebook {
        let rules = sample::nelc();
        let mut one = told(&rules, "referral").id("1000001").say("sibling_ids", "1000002").case();
        one.child.name = Some("Siân Hughes".to_owned());
        let mut other =
            told(&rules, "referral").id("1000002").say("establishment", "Saltmarsh House, Lincoln").case();
        other.child.name = Some("Rhys Hughes".to_owned());
        let mut third = told(&rules, "referral").id("1000003").case();
        third.child.name = Some("Will Marsden".to_owned());
        sample::book(&rules, vec![one, other, third])
    }

    fn said(names_siblings: bool, text: &str) -> String {
        let book = book();
        Others::of(&book, &book.cases[0], names_siblings).left_out(text)
    }

    #[test]
    fn a_sibling_is_a_sibling_and_lives_nowhere() {
        assert_eq!(
            said(
                false,
                "She misses Rhys, who is at Saltmarsh House. Rhys Evans, social worker, saw Rhys Hughes (1000002)."
            ),
            "She misses sibling, who is at [not given]. Rhys Evans, social worker, saw sibling (sibling)."
        );
        assert_eq!(
            said(true, "She misses Rhys, who is at Saltmarsh House."),
            "She misses Rhys, who is at [not given]."
        );
    }

    #[test]
    fn another_child_is_not_named_and_ordinary_words_stay() {
        assert_eq!(
            said(false, "Will she share a room, as Will Marsden did? Marsden, Will was asked; 1000003."),
            "Will she share a room, as another child did? another child was asked; another child."
        );
    }

    #[test]
    fn where_a_sibling_was_adopted_is_not_recorded() {
        for names_siblings in [false, true] {
            assert_eq!(
                said(
                    names_siblings,
                    "She likes football. Her brother was adopted by a family in Leeds. She sees Gran."
                ),
                "She likes football. [about a sibling: not recorded here] She sees Gran."
            );
        }
        assert_eq!(
            said(false, "Asked about the younger sister, who is with an aunt in Leeds. Rhys lives in Hull."),
            "[about a sibling: not recorded here] [about a sibling: not recorded here]"
        );
        for text in
            ["Adoption was considered for her.", "She lives with her brother.", "Her sister is in year 5."]
        {
            assert_eq!(said(false, text), text);
        }
    }
}

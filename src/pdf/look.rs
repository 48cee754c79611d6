//! How letters and words of a page lie to each other: which letters are one word, and which words stand on top of others and
//! cannot be read.
//!
//! Each word is looked at from its foot to the height of its capitals, so that close lines, accents and descenders do not count. Words that nobody sees, words printed twice to look bold, and letters so large that they are a watermark lie on nothing.

use std::collections::BTreeSet;

use hayro::vello_cpu::kurbo::{Point, Vec2};

/// A word and the box it fills: left, bottom, right, top.
pub(crate) type Standing<'w> = (&'w str, [f64; 4]);

/// Gap between two letters, in letter heights, from which they are two words.
const WORD_GAP: f64 = 0.18;

/// How far a letter may sit off the line of the one before it, in letter heights.
const LINE_DRIFT: f64 = 0.45;

/// Parts of a word's box that are looked at, from its foot.
const FOOT: f64 = 0.02;
const HEAD: f64 = 0.94;

/// Parts of the lesser of two words that must lie on the other, across and up.
const ACROSS: f64 = 0.2;
const UP: f64 = 0.06;

/// Points across from which one word lies on another.
const LEAST: f64 = 1.5;

/// Letters larger than others by this much are a watermark.
const WATERMARK: f64 = 2.5;

/// Words beyond which nothing is concluded.
const MOST_WORDS: usize = 40_000;

/// Whether a letter that starts at `start` belongs to another word than the one that ended at `last`.
pub(crate) fn is_apart((end, way, before): (Point, Vec2, f64), start: Point, tall: f64) -> bool {
    let gap = start - end;
    let size = before.max(tall);
    let along = gap.dot(way);
    let across = gap.cross(way).abs();
    WORD_GAP * size < along || along < -size || LINE_DRIFT * size < across
}

/// How many of these words lie on others.
pub(crate) fn piled(words: &[Standing<'_>]) -> usize {
    let is_word =
        |word: &&Standing<'_>| word.0.chars().filter(|letter| letter.is_alphanumeric()).nth(1).is_some();
    let mut words: Vec<&Standing<'_>> = words.iter().filter(is_word).collect();
    if MOST_WORDS < words.len() {
        return 0;
    }
    words.sort_by(|one, other| one.1[1].total_cmp(&other.1[1]));
    let mut piled = BTreeSet::new();
    for (at, one) in words.iter().enumerate() {
        let reach = one.1[3];
        for (beyond, other) in words[at + 1..].iter().enumerate().take_while(|(_, other)| other.1[1] < reach)
        {
            if lies_on(one, other) {
                piled.extend([at, at + 1 + beyond]);
            }
        }
    }
    piled.len()
}

fn lies_on(one: &Standing<'_>, other: &Standing<'_>) -> bool {
    let body = |word: &Standing<'_>| {
        let [left, foot, right, head] = word.1;
        let tall = head - foot;
        [left, foot + tall * FOOT, right, foot + tall * HEAD]
    };
    let (a, b) = (body(one), body(other));
    let across = a[2].min(b[2]) - a[0].max(b[0]);
    let up = a[3].min(b[3]) - a[1].max(b[1]);
    let (wide, tall) = ((a[2] - a[0]).min(b[2] - b[0]), (a[3] - a[1]).min(b[3] - b[1]));
    if across < LEAST.max(wide * ACROSS) || up < tall * UP {
        return false;
    }
    let larger = (a[3] - a[1]).max(b[3] - b[1]);
    // The same word in the same place, a hair beside itself: printed bold.
    let twice = one.0 == other.0 && (a[0] - b[0]).abs() < tall && (a[1] - b[1]).abs() < tall;
    larger < tall * WATERMARK && !twice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, left: f64, foot: f64, tall: f64) -> Standing<'_> {
        let wide = tall * 0.7 * f64::from(u32::try_from(text.len()).unwrap());
        (text, [left, foot, left + wide, foot + tall])
    }

    #[test]
    fn words_on_words_are_found_and_close_lines_are_not() {
        let table = [
            ("side by side", word("beside", 50.0, 100.0, 9.0), 0),
            ("the line above, set close", word("above", 10.0, 109.0, 9.0), 0),
            ("half a line up", word("half", 10.0, 102.0, 9.0), 2),
            ("on it", word("on", 12.0, 100.0, 9.0), 2),
            ("its last letters", word("other", 33.0, 100.0, 9.0), 2),
            ("the same word again, to look bold", word("words", 10.3, 100.0, 9.0), 0),
            ("the same word half a word on", word("words", 25.0, 100.0, 9.0), 2),
            ("a watermark", word("DRAFT", 0.0, 95.0, 60.0), 0),
            ("a sign", word("~", 12.0, 100.0, 9.0), 0),
        ];
        for (what, other, expected) in table {
            assert_eq!(piled(&[word("words", 10.0, 100.0, 9.0), other]), expected, "{what}");
        }
    }
}

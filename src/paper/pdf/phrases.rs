//! Words that stand together on a page, as somebody filling in a form sees them: a label, an option, a heading.

use crate::pdf::text::{PageWords, PlacedWord};

/// Left, bottom, right, top.
pub(crate) type Place = [f64; 4];

/// Words of one line with nothing between them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Phrase {
    pub text: String,
    pub place: Place,
}

/// A gap between words, in letter heights, from which they are two phrases.
const GAP: f64 = 1.3;

/// How far words of one line may be off it, in letter heights.
const DRIFT: f64 = 0.4;

/// Narrower, a drawn shape is an upright rule.
const RULE: f64 = 3.0;

/// The phrases of a page: what stands in `fields` is left out, and a field or a rule parts what is on its sides.
pub(crate) fn phrases(page: &PageWords, fields: &[Place]) -> Vec<Phrase> {
    let mut words: Vec<&PlacedWord> =
        page.words.iter().filter(|word| !fields.iter().any(|field| is_in(word.place, *field))).collect();
    words.sort_by(|one, other| other.place[1].total_cmp(&one.place[1]));
    let mut lines: Vec<Vec<&PlacedWord>> = Vec::new();
    for word in words {
        let tall = word.place[3] - word.place[1];
        match lines.last_mut() {
            Some(line) if (line[0].place[1] - word.place[1]).abs() < DRIFT * tall => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    let rules: Vec<Place> = page
        .drawn
        .iter()
        .copied()
        .filter(|drawn| drawn[2] - drawn[0] < RULE)
        .chain(fields.iter().copied())
        .collect();
    let mut found = Vec::new();
    for mut line in lines {
        line.sort_by(|one, other| one.place[0].total_cmp(&other.place[0]));
        let mut open: Option<Phrase> = None;
        for word in line {
            match &mut open {
                Some(phrase) if belongs(phrase.place, word.place, &rules) => {
                    phrase.text.push(' ');
                    phrase.text.push_str(&word.text);
                    phrase.place[2] = word.place[2];
                    phrase.place[3] = phrase.place[3].max(word.place[3]);
                }
                _ => {
                    let begun = Phrase { text: word.text.clone(), place: word.place };
                    found.extend(open.replace(begun));
                }
            }
        }
        found.extend(open);
    }
    found
}

/// Whether a word goes on with the phrase before it.
fn belongs(before: Place, word: Place, rules: &[Place]) -> bool {
    let tall = (before[3] - before[1]).max(word[3] - word[1]);
    let low = f64::midpoint(before[1], before[3]);
    let parts = |rule: &Place| {
        let across = f64::midpoint(rule[0], rule[2]);
        before[2] - 1.0 < across && across < word[0] + 1.0 && rule[1] < low && low < rule[3]
    };
    word[0] - before[2] < GAP * tall && !rules.iter().any(parts)
}

/// Whether the middle of a word is in a box.
fn is_in(word: Place, place: Place) -> bool {
    let (across, up) = (f64::midpoint(word[0], word[2]), f64::midpoint(word[1], word[3]));
    (place[0]..place[2]).contains(&across) && (place[1]..place[3]).contains(&up)
}

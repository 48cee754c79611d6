//! Words on a page of a pack: run together, and where they stand.

use crate::pack::geometry::{Rect, STRIP};
use crate::pdf::text::PlacedWord;

/// The words run together: it does not matter how a file spells its blanks.
pub(crate) fn run<'a>(words: impl IntoIterator<Item = &'a PlacedWord>) -> String {
    words.into_iter().map(|word| word.text.as_str()).collect()
}

/// Without places where a line may be broken.
pub(crate) fn unseen_left_out(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_graphic()).collect()
}

pub(crate) fn unblanked(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The middle of a word.
fn middle(word: &PlacedWord) -> (f64, f64) {
    let [left, bottom, right, top] = word.place;
    (f64::midpoint(left, right), f64::midpoint(bottom, top))
}

pub(crate) fn in_strip(word: &PlacedWord) -> bool {
    middle(word).1 < f64::from(STRIP)
}

pub(crate) fn is_within(word: &PlacedWord, rect: Rect) -> bool {
    let ((x, y), [left, bottom, right, top]) = (middle(word), rect.map(f64::from));
    (left..right).contains(&x) && (bottom..top).contains(&y)
}

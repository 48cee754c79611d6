//! Whether a shape that lies over the text of a document may hide words of it.

use crate::paper::said::apart::InFront;
use crate::pdf::text::PageWords;

/// Points by which a shape on a page may differ in size from the one in the document.
const SIZE: f64 = 2.0;

/// Points above and below a shape in which words may be meant: it lands a line off, or the text does.
const NEAR: f64 = 20.0;

/// Whether it lies on words that are not its own, or near some, or is not where it can be found.
pub(crate) fn may_cover(over: &InFront, pages: &[PageWords]) -> bool {
    let mut found = false;
    for page in pages {
        for place in page.drawn.iter().filter(|place| is_size(place, over)) {
            found = true;
            let reach = if over.words == 0 { NEAR } else { 0.0 };
            let inside = page.words.iter().filter(|word| lies_in(&word.place, place, reach)).count();
            if usize::try_from(over.words).unwrap_or(usize::MAX) < inside {
                return true;
            }
        }
    }
    !found && over.words == 0
}

fn is_size([left, bottom, right, top]: &[f64; 4], over: &InFront) -> bool {
    let [wide, tall] = over.size.map(f64::from);
    (right - left - wide).abs() < SIZE && (top - bottom - tall).abs() < SIZE
}

/// Whether the middle of a word lies in a shape, or so far above or below it.
fn lies_in(word: &[f64; 4], [left, bottom, right, top]: &[f64; 4], reach: f64) -> bool {
    let (across, up) = (f64::midpoint(word[0], word[2]), f64::midpoint(word[1], word[3]));
    *left < across && across < *right && bottom - reach < up && up < top + reach
}

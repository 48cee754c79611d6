//! What a person is told of words on a paper's pages that cannot be seen.

use crate::finding::Finding;
use crate::paper::said::pages;
use crate::pdf::cover::Unseen;
use crate::pdf::text::{PageWords, page_numbers};

/// What to do about words that may be meant to be hidden: they can be copied out of a pack, whatever lies over them.
const HINT: &str = "if nothing is meant to be hidden, accept the document; else ask for one from which the words have been taken out";

/// One sentence for each way in which words of these pages are hidden.
pub(crate) fn findings(pages: &[PageWords]) -> Vec<Finding> {
    let on = |hides: fn(&Unseen) -> usize| pages::said(&page_numbers(pages, |page| 0 < hides(&page.unseen)));
    let covered = on(|unseen| unseen.covered).map(|on| {
        let message = format!("something lies over words on {on}; look whether it is meant to hide them");
        Finding::blocks("covered-words", message).hint(HINT)
    });
    let same_colour = on(|unseen| unseen.same_colour).map(|on| {
        let message = format!(
            "words on {on} have the colour of what lies under them; look whether they are meant to be hidden"
        );
        Finding::blocks("covered-words", message).hint(HINT)
    });
    let under_picture = on(|unseen| unseen.under_picture).map(|on| {
        let message = format!("a picture or a watermark lies over words on {on}");
        Finding::warning("words-under-picture", message).hint("look whether they can be read in the pack")
    });
    let tiny = pages::said(&page_numbers(pages, |page| 0 < page.tiny)).map(|on| {
        let message =
            format!("words on {on} are too small to be read; look whether they are meant to be hidden");
        Finding::warning("tiny-words", message).hint(HINT)
    });
    covered.into_iter().chain(same_colour).chain(under_picture).chain(tiny).collect()
}

/// Says that these pages became pictures.
pub(crate) fn as_pictures(numbers: &[u32]) -> Finding {
    let on = pages::said(numbers).unwrap_or_default();
    let message = format!("words that are not to be seen are on {on}: shown as a picture, without them");
    Finding::note("shown-as-pictures", message)
}

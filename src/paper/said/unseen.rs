//! What a person is told of words on a paper's pages that cannot be seen.

use crate::finding::Finding;
use crate::pdf::cover::Unseen;
use crate::pdf::text::{PageWords, page_numbers};

/// Pages named one by one.
const MOST_NAMED: usize = 6;

/// What to do about words that may be meant to be hidden: they can be copied out of a pack, whatever lies over them.
const HINT: &str = "if nothing is meant to be hidden, accept the document; else ask for one from which the words have been taken out";

/// One sentence for each way in which words of these pages are hidden.
pub(crate) fn findings(pages: &[PageWords]) -> Vec<Finding> {
    let on = |hides: fn(&Unseen) -> usize| said(&page_numbers(pages, |page| 0 < hides(&page.unseen)));
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
    covered.into_iter().chain(same_colour).chain(under_picture).collect()
}

/// `page 2`, `pages 2, 3 and 7`, `pages 1, 2, 3, 4, 5, 6 and 14 more`; none of no page.
fn said(pages: &[u32]) -> Option<String> {
    let named: Vec<String> = pages.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    let more = pages.len().saturating_sub(MOST_NAMED);
    let (last, others) = named.split_last()?;
    Some(match (others, more) {
        ([], 0) => format!("page {last}"),
        (others, 0) => format!("pages {} and {last}", others.join(", ")),
        _ => format!("pages {} and {more} more", named.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_named_up_to_six() {
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[2]).unwrap(), "page 2");
        assert_eq!(said(&[2, 3, 7]).unwrap(), "pages 2, 3 and 7");
        assert_eq!(said(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap(), "pages 1, 2, 3, 4, 5, 6 and 2 more");
    }
}

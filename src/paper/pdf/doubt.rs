//! Doubts about pages made of a PDF: whether they show all there is, and whether there is anything to show.

use crate::paper::pdf::normalise::Normalised;
use crate::paper::pdf::open::Opened;
use crate::pdf::text::{self, PageWords};

/// Whether the pages made of a PDF show all that the second reader sees on its own. Asked only where there is a doubt: the file
/// was damaged, or a page shows nothing. The second reader shows every layer, so of a paper with layers it is no measure.
pub(crate) fn shows_as_much(made: &Normalised, shown: &[PageWords], opened: &Opened) -> bool {
    if made.layered || !(made.doubtful || shown.iter().any(PageWords::is_blank)) {
        return true;
    }
    let seen = opened.second.as_ref().map(text::words_of).unwrap_or_default();
    let less = |seen: &PageWords, shown: &PageWords| {
        (shown.is_blank() && !seen.is_blank())
            || shown.words.len() * 10 < seen.words.len() * 9
            || shown.drawn.len() * 10 < seen.drawn.len() * 9
    };
    seen.len() <= shown.len() && !seen.iter().zip(shown).any(|(seen, shown)| less(seen, shown))
}

/// Whether the pages of a dynamic form say nothing but that another program is needed.
pub(crate) fn is_only_a_notice(text: &str) -> bool {
    let plain = text.to_lowercase();
    text.trim().is_empty() || plain.contains("please wait") || plain.contains("to view the full contents")
}

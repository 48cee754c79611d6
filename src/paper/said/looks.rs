//! What a person is told of words on a paper's pages that cannot be read where they stand.

use crate::finding::Finding;
use crate::paper::said::pages;
use crate::pdf::text::{PageWords, page_numbers};

/// Words on a page that may touch each other without anybody minding.
const A_FEW: usize = 2;

const HINT: &str = "compare the pages with the document; if something cannot be read, save it as PDF where it was made and drop that";

/// One sentence for each way in which words of these pages cannot be read.
pub(crate) fn findings(pages: &[PageWords]) -> Vec<Finding> {
    let on = |holds: fn(&PageWords) -> bool| pages::said(&page_numbers(pages, holds));
    let piled = on(|page| A_FEW <= page.piled).map(|on| {
        Finding::warning("words-overlap", format!("words lie on top of each other on {on}")).hint(HINT)
    });
    let cut = on(|page| A_FEW < page.cut).map(|on| {
        Finding::warning("words-cut", format!("words are cut off, or lie outside the page, on {on}"))
            .hint(HINT)
    });
    piled.into_iter().chain(cut).collect()
}

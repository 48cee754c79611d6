//! The pages of a paper, made in another way where the first shows less than the paper says: the best try is taken.

use crate::finding::Finding;
use crate::panel::seen::FileFormat;
use crate::paper::by_format::{self, Depth, Opened, Pages};
use crate::paper::compare::{Compared, Shown, compare};
use crate::paper::format::{self, Family};
use crate::paper::pdf::blackened;
use crate::paper::said::apart::InFront;
use crate::paper::said::looks;
use crate::paper::said::over;
use crate::paper::said::sentences;
use crate::pdf::text::{self, PageWords};

/// How many lost words are as bad as a Word document without its layout.
const LAYOUT: usize = 15;

/// Words beyond which pages are made in one way only: each takes its time.
const MOST_WORDS: u32 = 12_000;

/// What is said of pages that may be made better in another way.
const LACKING: [&str; 6] =
    ["words-lost", "drawing-lost", "values-lost", "words-overlap", "words-cut", "numbers-not-shown"];

/// A paper and its pages, compared with what it says.
#[derive(Debug)]
pub(crate) struct Try {
    pub paper: Opened,
    /// The pages of the PDF, where it can be read back.
    pub pages: Option<Vec<PageWords>>,
    pub compared: Compared,
}

/// Opens a paper, and makes its pages in as many ways as are needed to show what it says.
pub(crate) fn best(bytes: &[u8], format: FileFormat, depth: &Depth<'_>) -> Try {
    let mut best = Try::of(bytes, format, depth);
    let over = best.shapes_over_words();
    let other: &[Pages] = match format::of(best.paper.reading.format).family {
        Family::Text | Family::Cells if depth.pages == Pages::Engine => &[Pages::Loose, Pages::Plain],
        _ => &[],
    };
    for pages in other {
        let long = MOST_WORDS < best.paper.reading.facts.words && *pages == Pages::Loose;
        if !best.is_lacking() {
            break;
        }
        if long {
            continue;
        }
        let next = Try::of(bytes, format, &Depth { pages: *pages, ..*depth });
        if next.cost() < best.compared.faults {
            best = next;
        }
    }
    best.compared.findings.extend(over);
    best
}

impl Try {
    fn of(bytes: &[u8], format: FileFormat, depth: &Depth<'_>) -> Self {
        let paper = by_format::open(bytes, format, depth);
        let mut pages = paper.pdf.as_deref().and_then(text::words);
        if let (Some(pdf), Some(pages)) = (&paper.pdf, &mut pages) {
            blackened::look(pdf, pages);
        }
        let shown = pages.as_deref().map(Shown::of).unwrap_or_default();
        let mut compared = Compared::default();
        // Pages that are pictures have no words in the PDF to look for.
        let pictured = paper.reading.findings.iter().any(|finding| finding.code == "pages-as-pictures");
        if pages.is_some() && !pictured {
            compared = compare(&paper.reading, &paper.apart, &shown);
        }
        // A PDF brings its own faces and its own layout.
        if paper.reading.format != FileFormat::Pdf {
            let pages = pages.as_deref().unwrap_or_default();
            compared.findings.extend(sentences::letters_not_shown(text::boxed(pages)));
            compared.findings.extend(looks::findings(pages));
        }
        Try { paper, pages, compared }
    }

    fn is_lacking(&self) -> bool {
        let lacks = |finding: &Finding| LACKING.contains(&finding.code.as_str());
        self.pages.is_some() && self.compared.findings.iter().any(lacks)
    }

    /// Says that shapes lie over words, or may do so: the pages show them near their place in the document, not always on it.
    fn shapes_over_words(&self) -> Option<Finding> {
        let pages = self.pages.as_deref()?;
        let may_cover = |over: &&InFront| over::may_cover(over, pages);
        let shapes = self.paper.apart.in_front.iter().filter(may_cover).count();
        (0 < shapes).then(|| sentences::shape_over_words(shapes))
    }

    /// In lost words, what it costs to take these pages.
    fn cost(&self) -> usize {
        if self.pages.is_none() {
            return usize::MAX;
        }
        let plain = self.paper.findings.iter().any(|finding| finding.code == "set-plainly");
        let layout = match format::of(self.paper.reading.format).family {
            Family::Text if plain => LAYOUT,
            _ => 0,
        };
        self.compared.faults + layout
    }
}

//! What a paper says against what pages made of it show.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::panel::seen::{FileFormat, Reading};
use crate::paper::format::{self, Family};
use crate::paper::said::apart::Apart;
use crate::paper::said::sentences;
use crate::paper::said::ticks;
use crate::paper::said::words::{self, WordCheck};
use crate::pdf::text::PageWords;

/// How many lost words a lost picture is as bad as.
const PICTURE: usize = 40;

/// What pages show, as far as it is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// All that can be read on them.
    pub text: String,
    /// Words that lie on each other.
    pub piled: usize,
    /// Pictures that are seen.
    pub pictures: usize,
}

/// What of a paper its pages do not show, or not so that it can be read.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// Words and numbers, whether that is worth saying or not.
    pub faults: usize,
    pub findings: Vec<Finding>,
}

impl Shown {
    /// What these pages show.
    pub(crate) fn of(pages: &[PageWords]) -> Self {
        Shown {
            text: pages.iter().map(PageWords::text).collect::<Vec<_>>().join("\n"),
            piled: pages.iter().map(|page| page.piled).sum(),
            pictures: pages.iter().map(|page| page.pictures).sum(),
        }
    }
}

/// Looks for a paper's words, pieces, list numbers and ticks on pages made of it.
pub(crate) fn compare(reading: &Reading, apart: &Apart, shown: &Shown) -> Compared {
    let mut compared = Compared { faults: shown.piled, findings: Vec::new() };
    let check = word_check(reading, apart, &shown.text);
    compared.faults += check.missing;
    if check.is_short() {
        compared.findings.push(sentences::words_lost(&check));
    }
    for (piece, check) in words::check_drawn(&apart.drawn, &shown.text) {
        compared.faults += check.missing;
        compared.findings.push(sentences::drawing_lost(piece.what, &check));
    }
    let numbers = words::check_numbers(&apart.numbered, &shown.text);
    compared.faults += numbers.missing;
    compared.findings.extend(sentences::numbers_lost(&numbers));
    let values = words::check_values(&apart.values, &shown.text);
    compared.faults += values.missing;
    compared.findings.extend(sentences::values_lost(&values));
    // A PDF shows its own ticks.
    if reading.format != FileFormat::Pdf {
        compared.findings.extend(ticks::lost(reading, &shown.text).map(sentences::ticks_lost));
    }
    let pictures = usize::try_from(apart.pictures).unwrap_or(usize::MAX);
    if shown.pictures < pictures {
        let lost = pictures - shown.pictures;
        compared.faults += lost * PICTURE;
        compared.findings.push(sentences::pictures_lost(lost, pictures));
    }
    let hashed = hashed(reading, &shown.text);
    compared.faults += hashed;
    compared.findings.extend(sentences::hashed(hashed));
    compared
}

/// Numbers too wide for their column, printed as a row of hashes.
fn hashed(reading: &Reading, shown: &str) -> usize {
    const HASHES: &str = "###";
    if format::of(reading.format).family != Family::Cells || reading.text.contains(HASHES) {
        return 0;
    }
    shown.split_whitespace().filter(|word| word.contains(HASHES)).count()
}

/// Looks for the words of a paper on pages made of it.
fn word_check(reading: &Reading, apart: &Apart, shown: &str) -> WordCheck {
    match format::of(reading.format).family {
        Family::Cells => words::check_workbook(&reading.text, &apart.running, shown),
        Family::Text | Family::Other => words::check(&reading.text, &apart.running, shown),
    }
}

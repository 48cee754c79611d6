//! Whether the words printed under a link mean the page it leads to, however they are broken, hyphenated, shaped or spelt. Pure.
//!
//! Words are compared by their letters and digits alone: where a line ends, what joins or accents letters, and in which order a
//! script that runs from right to left comes out of a file are nobody's business.

use unicode_normalization::UnicodeNormalization;

/// The entry of a link of ours that says which page of the pack is meant by it.
pub const MEANT: &str = "PNLC_Page";

/// Whether `said` ends, or begins, with the number of this page, by itself or as the first of several; where a long title runs
/// into it, with its digits.
pub fn by_number(said: &str, page: u32) -> bool {
    let number = page.to_string();
    let said = &seen(said);
    let runs = numbers(said);
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return false };
    let before_last = runs.len().checked_sub(2).and_then(|at| runs.get(at));
    let is_it = |run: Option<&&str>| run.is_some_and(|run| run.ends_with(&number));
    let printed = match joined(said, last) {
        Joined::Range => is_it(before_last.or(Some(last))),
        Joined::Perhaps => is_it(before_last) || is_it(Some(last)),
        Joined::Not => is_it(Some(last)),
    };
    printed || (**first == number && said.trim_start().starts_with(first))
}

/// Whether a list that says this leads to a paper on these pages.
pub fn by_range(said: &str, first: u32, last: u32) -> bool {
    let said = seen(said);
    let runs = numbers(&said);
    let printed = |page: u32| runs.iter().any(|run| run.ends_with(&page.to_string()));
    printed(first) && printed(last)
}

/// Whether what is said stands among the words of a page.
pub fn stands_in(said: &str, page: &str) -> bool {
    let (said, page) = (plain(said), plain(page));
    if said.is_empty() {
        return false;
    }
    let count = |text: &str, letter: char| text.chars().filter(|other| *other == letter).count();
    page.contains(&said)
        || (said.chars().any(is_shaped)
            && said.chars().all(|letter| count(&said, letter) <= count(&page, letter)))
}

/// Whether nothing in it can be compared with a page: no letter and no digit that any face shows.
pub fn says_nothing(said: &str) -> bool {
    plain(said).is_empty()
}

/// Without signs that are not seen: places to break a line, joiners, marks of direction.
fn seen(said: &str) -> String {
    let unseen = |letter: char| matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    said.chars().filter(|letter| !unseen(*letter)).collect()
}

/// Runs of digits, in order.
fn numbers(said: &str) -> Vec<&str> {
    said.split(|letter: char| !letter.is_ascii_digit()).filter(|run| !run.is_empty()).collect()
}

/// Whether the last run of digits ends a range, such as `12–15`; a title may end with a dash, and a line after one.
fn joined(said: &str, last: &str) -> Joined {
    let before = said.rfind(last).and_then(|at| said.get(..at)).unwrap_or_default();
    if before.ends_with('–') {
        Joined::Range
    } else if before.trim_end().ends_with(is_dash) {
        Joined::Perhaps
    } else {
        Joined::Not
    }
}

/// A file may give another dash for the one that was set: faces draw several alike.
fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether two numbers are one range.
enum Joined {
    Range,
    Perhaps,
    Not,
}

/// Letters and digits, small, taken apart and without accents.
fn plain(text: &str) -> String {
    text.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Letters of scripts that join, stack or run from right to left.
fn is_shaped(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{10FF}' | '\u{1700}'..='\u{1CFF}' | '\u{A800}'..='\u{ABFF}' | '\u{FB1D}'..='\u{FEFC}' | '\u{10800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_by_itself_in_a_range_and_behind_a_title_that_runs_into_it() {
        for said in [
            "Care plan 51",
            "Care plan51–53",
            "20-clusterfuzz-5040805309710336.docx51",
            "51–53 خطة الرعاية",
            "report 202651",
            "costs 2026- 51",
            "51– 53",
            "51\u{2012}53",
            "plan 5\u{200B}1",
        ] {
            assert!(by_number(said, 51), "{said}");
        }
        for said in ["Care plan 15", "Care plan 53–51", "birthday 7", "...", "Care plan 51–53 x 9"] {
            assert!(!by_number(said, 51), "{said}");
        }
        assert!(by_range("Care plan, 2 Nov51–53", 51, 53) && !by_range("Care plan 51–52", 51, 53));
    }

    #[test]
    fn words_stand_on_a_page_however_they_are_broken_shaped_or_spelt() {
        let page = "This document cannot be shown 20-clusterfuzz-testcase- minimized-POIFuzzer-5040805309710336.docx eﬃcient coöpe- ration";
        for said in
            ["20-clusterfuzz-testcase-minimized-POIFuzzer-5040805309710336.docx", "efficient", "cooperation,"]
        {
            assert!(stands_in(said, page), "{said}");
        }
        assert!(stands_in("محمد", "\u{FEA9}\u{FEE4}\u{FEA4}\u{FEE3}"), "shaped and in the order it is drawn");
        for said in ["Another document", "", "...", "شرفة"] {
            assert!(!stands_in(said, page), "{said}");
        }
    }
}

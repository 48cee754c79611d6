//! The date a paper gives itself: of the assessment, of the plan. Never a file's own time.

use chrono::NaiveDate;

use crate::panel::dates::{self, Century, DateSaid};
use crate::panel::seen_from::SeenFrom;
use crate::panel::values::words;

/// Lines of a paper that may say when it was made.
const OPENING: usize = 60;

/// The words beside a paper's own date, and beside others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatingWords {
    /// They say that the paper was made then, the surest first.
    pub made: Vec<String>,
    /// They make a date another one's.
    pub other: Vec<String>,
}

/// Reads the date out of `text`: the surest words win, then the first line. `on` is the day two-digit years are seen from;
/// a date after it is a plan for the future, not the paper's own.
pub fn dated(text: &str, said: &DatingWords, on: &SeenFrom) -> Option<NaiveDate> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(OPENING).collect();
    let mut best: Option<(usize, NaiveDate)> = None;
    for (at, line) in lines.iter().enumerate() {
        let Some(sure) = says_made(line, said) else { continue };
        // The answer may stand in the cell, and so on the line, after the label.
        let here = day(line, on).or_else(|| day(lines.get(at + 1)?, on));
        if let Some(found) = here.filter(|found| on.has_come(*found))
            && best.is_none_or(|(before, _)| sure < before)
        {
            best = Some((sure, found));
        }
    }
    best.map(|(_, found)| found)
}

/// How surely a line speaks of the day the paper was made; 0 is surest.
fn says_made(line: &str, said: &DatingWords) -> Option<usize> {
    let line = words(line);
    if said.other.iter().any(|other| line.contains(other)) {
        return None;
    }
    let says = |phrase: &String| {
        let phrase = words(phrase);
        line.windows(phrase.len().max(1)).any(|window| window == phrase)
    };
    // A line that is only `Date` or begins with it: `Date: 3 November 2026`.
    let plain = line.first().is_some_and(|word| word == "date");
    said.made.iter().position(says).or(plain.then_some(said.made.len()))
}

fn day(line: &str, on: &SeenFrom) -> Option<NaiveDate> {
    match dates::date(line, Century::Nearest, on) {
        DateSaid::Day(day) => Some(day),
        DateSaid::Impossible(_) | DateSaid::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_papers_own_date_is_found_and_no_other() {
        let on = SeenFrom::new(day("2026-11-23"));
        let said = DatingWords {
            made: ["date of assessment", "completed", "dated"].map(str::to_owned).to_vec(),
            other: ["birth", "review", "start"].map(str::to_owned).to_vec(),
        };
        let cases = [
            (
                "Single assessment\nDate of birth: 3/4/2012\nDate of assessment\n12/10/2026\n",
                Some("2026-10-12"),
            ),
            ("Care plan\nDate: 1 September 2026\nDate of next review: 1 March 2027", Some("2026-09-01")),
            ("Date: 2.3.26\nDate assessment completed: 5 May 2026", Some("2026-05-05")),
            ("Care plan dated 12th August 2026", Some("2026-08-12")),
            ("Start date: 1/12/2026\nReview date: 1/6/2026", None),
            ("Date: 1/12/2026", None),
        ];
        for (text, expected) in cases {
            assert_eq!(dated(text, &said, &on), expected.map(day), "{text}");
        }
    }
}

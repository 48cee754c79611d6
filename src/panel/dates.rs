//! What people write for dates.
//!
//! Day first, always; an impossible date is reported as written and never swapped into a possible one.

use std::ops::Range;

use chrono::NaiveDate;

use crate::panel::seen_from::SeenFrom;

/// What a text came to as a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateSaid {
    Day(NaiveDate),
    /// Written like a date, but there is no such day; as written.
    Impossible(String),
    /// No date in it.
    None,
}

/// Whether a date lies in the past by its nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Century {
    /// The year nearest to today.
    Nearest,
    /// The latest year that is not in the future.
    Past,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A word, number or sign of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Number(&'t str),
    Word(&'t str),
    Sign(char),
}

/// The first date in `text`; two-digit years by `century`, seen from `on`.
pub fn date(text: &str, century: Century, on: &SeenFrom) -> DateSaid {
    let (tokens, places) = tokens(text);
    let mut impossible = None;
    for at in 0..tokens.len() {
        let Some((written, day, month, year)) = date_at(&tokens[at..]) else { continue };
        let found = full_year(year, day, month, century, on)
            .filter(|year| (1900..=2150).contains(year))
            .and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
        match found {
            Some(date) => return DateSaid::Day(date),
            None if impossible.is_none() => {
                impossible = Some(text[places[at].start..places[at + written - 1].end].to_owned());
            }
            None => {}
        }
    }
    impossible.map_or(DateSaid::None, DateSaid::Impossible)
}

/// `text` with the first two of three numbers changed about: how an American control shows a day.
pub fn day_and_month_changed(text: &str) -> String {
    let (tokens, places) = tokens(text);
    let pattern = tokens.windows(5).position(|window| {
        matches!(
            window,
            [Token::Number(one), Token::Sign(a), Token::Number(two), Token::Sign(b), Token::Number(_)]
                if joins(*a) && joins(*b) && one.len() <= 2 && two.len() <= 2
        )
    });
    let Some(at) = pattern else { return text.to_owned() };
    let (first, second) = (places[at].clone(), places[at + 2].clone());
    [
        &text[..first.start],
        &text[second.clone()],
        &text[first.end..second.start],
        &text[first],
        &text[second.end..],
    ]
    .concat()
}

/// Length in tokens, day, month and year as written.
fn date_at<'t>(tokens: &[Token<'t>]) -> Option<(usize, u32, u32, &'t str)> {
    match tokens {
        [
            Token::Number(year),
            Token::Sign(a),
            Token::Number(month),
            Token::Sign(b),
            Token::Number(day),
            ..,
        ] if year.len() == 4 && joins(*a) && joins(*b) && day.len() <= 2 && month.len() <= 2 => {
            Some((5, day.parse().ok()?, month.parse().ok()?, year))
        }
        [
            Token::Number(day),
            Token::Sign(a),
            Token::Number(month),
            Token::Sign(b),
            Token::Number(year),
            ..,
        ] if joins(*a) && joins(*b) && day.len() <= 2 && month.len() <= 2 && is_year(year) => {
            Some((5, day.parse().ok()?, month.parse().ok()?, year))
        }
        [Token::Number(all), ..] if all.len() == 8 => {
            Some((1, all[..2].parse().ok()?, all[2..4].parse().ok()?, &all[4..]))
        }
        [Token::Number(day), rest @ ..] if day.len() <= 2 => {
            let (skipped, month, year) = month_and_year(rest)?;
            Some((1 + skipped, day.parse().ok()?, month, year))
        }
        [Token::Word(name), Token::Number(day), rest @ ..] if day.len() <= 2 => {
            let month = month(name)?;
            let skipped = rest.iter().take_while(|token| is_filling(token)).count();
            let Token::Number(year) = rest.get(skipped)? else { return None };
            (year.len() == 4).then_some((3 + skipped, day.parse().ok()?, month, *year))
        }
        _ => None,
    }
}

/// `st March 2026`, ` of March, 2026`, `-Mar-26`.
fn month_and_year<'t>(rest: &[Token<'t>]) -> Option<(usize, u32, &'t str)> {
    let before = rest.iter().take_while(|token| is_filling(token)).count();
    let Token::Word(name) = rest.get(before)? else { return None };
    let month = month(name)?;
    let after = &rest[before + 1..];
    let between = after.iter().take_while(|token| is_filling(token)).count();
    let Token::Number(year) = after.get(between)? else { return None };
    is_year(year).then_some((before + between + 2, month, *year))
}

fn is_filling(token: &Token<'_>) -> bool {
    match token {
        Token::Word(word) => ["st", "nd", "rd", "th", "of"].iter().any(|end| word.eq_ignore_ascii_case(end)),
        Token::Sign(sign) => matches!(sign, ',' | '.' | '-' | '/' | '\'' | '’'),
        Token::Number(_) => false,
    }
}

fn joins(sign: char) -> bool {
    matches!(sign, '/' | '.' | '-' | '–' | '\\')
}

fn is_year(digits: &str) -> bool {
    matches!(digits.len(), 2 | 4)
}

/// Which month a word names, whole or shortened: 11 for "nov".
pub fn month(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let at = MONTHS.iter().position(|month| {
        name.len() >= 3 && month.starts_with(&name) || name == "sept" && *month == "september"
    })?;
    u32::try_from(at + 1).ok()
}

fn full_year(written: &str, day: u32, month: u32, century: Century, on: &SeenFrom) -> Option<i32> {
    let year: i32 = written.parse().ok()?;
    if written.len() == 4 {
        return Some(year);
    }
    match century {
        Century::Nearest => Some(on.nearest(year)),
        // A day that does not exist is measured by its year.
        Century::Past => [2100 + year, 2000 + year, 1900 + year].into_iter().find(|year| {
            let date =
                NaiveDate::from_ymd_opt(*year, month, day).or_else(|| NaiveDate::from_ymd_opt(*year, 1, 1));
            date.is_some_and(|date| on.has_come(date))
        }),
    }
}

/// The tokens of a text and where each stands in it.
fn tokens(text: &str) -> (Vec<Token<'_>>, Vec<Range<usize>>) {
    let mut tokens = Vec::new();
    let mut places = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = text.len() - rest.len();
        let taken = if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            tokens.push(Token::Number(&rest[..end]));
            end
        } else if first.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..end]));
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        if places.len() < tokens.len() {
            places.push(start..start + taken);
        }
        rest = &rest[taken..];
    }
    (tokens, places)
}

/// Letters of the longest way to write a date.
const LONGEST_DATE: usize = 30;

/// Whether a text gives this date, in any way of writing it.
pub fn says(text: &str, date: NaiveDate) -> bool {
    text.lines().any(|line| {
        let mut rest = line;
        // Several dates may stand on one line; look at each place where digits begin.
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let near: String = rest[at..].chars().take(LONGEST_DATE).collect();
            if is_said(&near, date) {
                return true;
            }
            rest = rest[at..].trim_start_matches(|c: char| c.is_ascii_digit());
        }
        false
    })
}

fn is_said(text: &str, wanted: NaiveDate) -> bool {
    date(text, Century::Past, &SeenFrom::new(wanted)) == DateSaid::Day(wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn on() -> SeenFrom {
        SeenFrom::new(day("2026-11-23"))
    }

    #[test]
    fn dates_come_day_first_in_every_usual_writing() {
        for written in [
            "01/03/2026",
            "1/3/26",
            "1.3.26",
            "01-03-2026",
            "1 / 3 / 2026",
            "1st March 2026",
            "1 March 2026",
            "Sunday 1st of March, 2026",
            "1 Mar 26",
            "01-Mar-2026",
            "March 1, 2026",
            "w/c 01/03/2026",
            "01.03.2026 at 10:30",
            "2026-03-01",
            "01032026",
            "placed 1/3/2026 (emergency)",
        ] {
            let said = date(written, Century::Nearest, &on());
            assert_eq!(said, DateSaid::Day(day("2026-03-01")), "{written}");
        }
        assert_eq!(date("3 Sept 2026", Century::Nearest, &on()), DateSaid::Day(day("2026-09-03")));
    }

    #[test]
    fn an_impossible_date_is_quoted_and_never_swapped() {
        for (written, quoted) in [
            ("02/13/2026", "02/13/2026"),
            ("born 31/02/2014", "31/02/2014"),
            ("30th February 2026", "30th February 2026"),
            ("29/02/2025", "29/02/2025"),
            ("00/01/2026", "00/01/2026"),
        ] {
            let said = date(written, Century::Nearest, &on());
            assert_eq!(said, DateSaid::Impossible(quoted.to_owned()), "{written}");
        }
        for written in ["", "yesterday", "10:30", "March", "3/4", "07700 900123", "SW1A 1AA"] {
            assert_eq!(date(written, Century::Nearest, &on()), DateSaid::None, "{written}");
        }
    }

    #[test]
    fn a_two_digit_year_is_the_nearest_or_past_by_field() {
        assert_eq!(date("5/6/11", Century::Past, &on()), DateSaid::Day(day("2011-06-05")));
        assert_eq!(date("5/6/30", Century::Past, &on()), DateSaid::Day(day("1930-06-05")));
        assert_eq!(date("5/6/30", Century::Nearest, &on()), DateSaid::Day(day("2030-06-05")));
        assert_eq!(date("24/11/26", Century::Past, &on()), DateSaid::Day(day("1926-11-24")));
    }

    proptest! {
        #[test]
        fn every_day_is_read_back_in_every_writing(days in 0_i64..40_000, at in 0_usize..7) {
            let date = day("1990-01-01") + chrono::TimeDelta::days(days % 60_000);
            let writing = ["%d/%m/%Y", "%-d.%-m.%Y", "%-d %B %Y", "%d-%b-%Y", "%A %-d %B %Y", "%Y-%m-%d", "%-dth of %B, %Y"][at];
            let written = date.format(writing).to_string();
            prop_assert_eq!(super::date(&written, Century::Nearest, &on()), DateSaid::Day(date));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            date(&text, Century::Past, &on());
        }

        #[test]
        fn numbers_and_signs_never_panic(text in "[0-9/.,£%k –\\-a-zé ]{0,30}") {
            date(&text, Century::Nearest, &on());
        }
    }
}

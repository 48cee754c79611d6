//! What people write for dates, money, numbers, yes and no, and names.
//!
//! Day first, always; an impossible date is reported as written and never swapped into a possible one.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use crate::panel::money::{Pence, Period};

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

/// What Word and form makers print where an answer should go.
const PROMPTS: [&str; 11] = [
    "click or tap",
    "click here to enter",
    "click to enter",
    "choose an item",
    "choose a date",
    "please select",
    "select an item",
    "select from list",
    "enter text here",
    "please choose",
    "[insert",
];

/// A word, number or sign of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Number(&'t str),
    Word(&'t str),
    Sign(char),
}

/// Whether nothing was answered: space, dotted leaders, empty date patterns, a form maker's prompt.
pub fn is_blank(text: &str) -> bool {
    let small = text.trim().to_lowercase();
    if small.chars().all(|c| c.is_whitespace() || "._-–—…/\\:|*£()[]\u{2002}".contains(c)) {
        return true;
    }
    let pattern: String = small.chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(pattern.as_str(), "ddmmyyyy" | "ddmmyy" | "dmy" | "hhmm" | "ddmmmyyyy")
        || PROMPTS.iter().any(|prompt| small.starts_with(prompt))
}

/// Whether it says that the answer is not known yet.
pub fn is_to_be_confirmed(text: &str) -> bool {
    let plain = words(text).join(" ");
    matches!(
        plain.as_str(),
        "tbc"
            | "t b c"
            | "tba"
            | "to be confirmed"
            | "to be agreed"
            | "to be advised"
            | "to be decided"
            | "to be determined"
            | "tbd"
            | "awaiting confirmation"
            | "not yet known"
            | "not yet confirmed"
    ) || plain.starts_with("tbc ")
        || plain.ends_with(" tbc")
}

/// Without the dotted or underlined leader a form prints round an answer, spaces closed up.
pub fn without_leaders(text: &str) -> String {
    let kept: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['…', '_']))
        .map(|word| if word.contains("...") { word.trim_matches('.') } else { word })
        .filter(|word| !word.is_empty())
        .collect();
    kept.join(" ")
}

/// The first date in `text`; two-digit years by `century`, seen from `on`.
pub fn date(text: &str, century: Century, on: NaiveDate) -> DateSaid {
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

fn month(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let at = MONTHS.iter().position(|month| {
        name.len() >= 3 && month.starts_with(&name) || name == "sept" && *month == "september"
    })?;
    u32::try_from(at + 1).ok()
}

fn full_year(written: &str, day: u32, month: u32, century: Century, on: NaiveDate) -> Option<i32> {
    let year: i32 = written.parse().ok()?;
    if written.len() == 4 {
        return Some(year);
    }
    let candidates = [1900 + year, 2000 + year, 2100 + year];
    match century {
        Century::Nearest => candidates.into_iter().min_by_key(|year| (year - on.year()).abs()),
        Century::Past => candidates.into_iter().rev().find(|year| {
            let date = NaiveDate::from_ymd_opt(*year, month, day);
            date.map_or(*year <= on.year(), |date| date <= on)
        }),
    }
}

/// An amount and what it is for; none where there is no amount, or a range of them.
pub fn money(text: &str) -> Option<(Pence, Option<Period>)> {
    let small = text.to_lowercase();
    let plain = words(&small).join(" ");
    if matches!(plain.as_str(), "nil" | "none" | "zero" | "free" | "no cost" | "no charge") {
        return Some((Pence(0), None));
    }
    let (amount, rest) = match small.split_once('£') {
        Some((_, after)) => leading_amount(after)?,
        None => {
            let start = small.find(|c: char| c.is_ascii_digit())?;
            leading_amount(&small[start..])?
        }
    };
    let rest = rest.trim_start();
    let to = rest.trim_start_matches(['-', '–']).trim_start_matches("to ").trim_start();
    if to.len() < rest.len() && to.starts_with(|c: char| c == '£' || c.is_ascii_digit()) {
        return None;
    }
    Some((Pence(amount), period(&small)))
}

/// The digits `text` starts with, as pence, and what follows them.
fn leading_amount(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(text.len());
    let (digits, rest) = (text[..end].trim_end_matches(['.', ',']), &text[end..]);
    let (pounds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = pounds.split(',');
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut whole = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        whole.push_str(group);
    }
    if whole.len() > 12 || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let pounds: i64 = whole.parse().ok()?;
    let mut pence: i64 = format!("{fraction:0<2}").get(..2)?.parse().ok()?;
    if fraction.as_bytes().get(2).is_some_and(|digit| *digit >= b'5') {
        pence += 1;
    }
    let mut amount = pounds * 100 + pence;
    let mut rest = rest;
    if let Some(after) = rest.strip_prefix('k')
        && !after.starts_with(char::is_alphanumeric)
    {
        amount *= 1000;
        rest = after;
    }
    Some((amount, rest))
}

/// What an amount is said to be for.
fn period(small: &str) -> Option<Period> {
    let words = words(small);
    let has = |phrase: &str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        words.windows(phrase.len()).any(|window| window.iter().zip(&phrase).all(|(a, b)| a == b))
    };
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| has(phrase));
    if any(&["one off", "once", "oneoff"]) {
        Some(Period::Once)
    } else if any(&["pw", "p w", "per week", "a week", "weekly", "week", "wk", "pwk"]) {
        Some(Period::Week)
    } else if any(&["per hour", "an hour", "hourly", "ph", "p h", "hour", "hr"]) {
        Some(Period::Hour)
    } else if any(&["per journey", "journey", "per trip", "trip", "each way", "per run"]) {
        Some(Period::Journey)
    } else if any(&["per day", "a day", "daily", "pd", "per night", "a night", "night", "nightly", "day"]) {
        Some(Period::Day)
    } else if any(&["pcm", "per month", "a month", "monthly", "month", "p m"]) {
        Some(Period::Month)
    } else if any(&["pa", "p a", "per annum", "annum", "per year", "a year", "yearly", "annually", "year"]) {
        Some(Period::Year)
    } else {
        None
    }
}

/// A percentage, to the nearest whole one.
pub fn percent(text: &str) -> Option<u32> {
    let small = text.to_lowercase();
    let end = small.find('%').or_else(|| small.find("per cent")).or_else(|| small.find("percent"))?;
    let number = small[..end].trim_end();
    let start = number.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |at| at + 1);
    // The letter before may be longer than a byte.
    let digits = number
        .get(start..)
        .or_else(|| number.split(|c: char| !c.is_ascii_digit() && c != '.').next_back())?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1_000)?;
    Some(whole + u32::from(fraction.starts_with(['5', '6', '7', '8', '9'])))
}

/// The first whole number, in digits or as a word up to twelve.
pub fn whole(text: &str) -> Option<i64> {
    const NAMES: [&str; 13] = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    tokens(text).0.iter().find_map(|token| match token {
        Token::Number(digits) => digits.parse().ok(),
        Token::Word(word) if word.eq_ignore_ascii_case("nil") || word.eq_ignore_ascii_case("zero") => Some(0),
        Token::Word(word) => {
            let at = NAMES.iter().position(|name| word.eq_ignore_ascii_case(name))?;
            i64::try_from(at).ok()
        }
        Token::Sign(_) => None,
    })
}

/// Yes or no, where the text begins by saying so.
pub fn yes_no(text: &str) -> Option<bool> {
    match words(text).first().map(String::as_str)? {
        "yes" | "y" | "true" | "yeah" | "yep" => Some(true),
        "no" | "n" | "false" | "nope" => {
            let said = words(text);
            // "N/A", "No answer" and "not known" are no answers.
            let other = matches!(said.get(1).map(String::as_str), Some("a" | "answer" | "reply"));
            (!other).then_some(false)
        }
        _ => None,
    }
}

/// A person's name: what stands before telephone numbers, addresses and remarks.
pub fn person(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut name: Vec<&str> = Vec::new();
    for word in line.split_whitespace() {
        let small = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let ends = word.contains('@')
            || word.starts_with(['(', '[', '–', '—', '/', '|'])
            || word == "-"
            || word.chars().any(|c| c.is_ascii_digit())
            || matches!(
                small.as_str(),
                "tel" | "telephone" | "phone" | "mobile" | "mob" | "email" | "e-mail" | "ext"
            );
        if ends {
            break;
        }
        name.push(word);
        // "Jane Doe, Team Manager" ends at the comma; "Doe, Jane" does not.
        if word.ends_with([',', ';']) && name.len() > 1 {
            break;
        }
    }
    name.join(" ").trim_matches(|c: char| ",;:.-".contains(c)).trim().to_owned()
}

/// Several names, however they are strung together.
pub fn people(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in text.split(['\n', ';', '&', '/', '+']) {
        for part in line.split(" and ").flat_map(|part| part.split(" with ")) {
            let pieces: Vec<&str> = part.split(',').collect();
            let full = |piece: &&str| piece.split_whitespace().count() >= 2;
            let separate = pieces.len() > 1 && pieces.iter().all(full);
            let said = if separate { pieces } else { vec![part] };
            names.extend(said.into_iter().map(person).filter(|name| !name.is_empty()));
        }
    }
    names
}

/// Words in lower case, without punctuation.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn on() -> NaiveDate {
        day("2026-11-23")
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
            let said = date(written, Century::Nearest, on());
            assert_eq!(said, DateSaid::Day(day("2026-03-01")), "{written}");
        }
        assert_eq!(date("3 Sept 2026", Century::Nearest, on()), DateSaid::Day(day("2026-09-03")));
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
            let said = date(written, Century::Nearest, on());
            assert_eq!(said, DateSaid::Impossible(quoted.to_owned()), "{written}");
        }
        for written in ["", "yesterday", "10:30", "March", "3/4", "07700 900123", "SW1A 1AA"] {
            assert_eq!(date(written, Century::Nearest, on()), DateSaid::None, "{written}");
        }
    }

    #[test]
    fn a_two_digit_year_is_the_nearest_or_past_by_field() {
        assert_eq!(date("5/6/11", Century::Past, on()), DateSaid::Day(day("2011-06-05")));
        assert_eq!(date("5/6/30", Century::Past, on()), DateSaid::Day(day("1930-06-05")));
        assert_eq!(date("5/6/30", Century::Nearest, on()), DateSaid::Day(day("2030-06-05")));
        assert_eq!(date("24/11/26", Century::Past, on()), DateSaid::Day(day("1926-11-24")));
    }

    #[test]
    fn money_comes_to_pence_with_its_period() {
        for (written, pence, of) in [
            ("£4,250.00 pw", 425_000, Some(Period::Week)),
            ("4250 per week", 425_000, Some(Period::Week)),
            ("£4250", 425_000, None),
            ("£ 4,250.5 p/w", 425_050, Some(Period::Week)),
            ("£1,234,567.89 p.a.", 123_456_789, Some(Period::Year)),
            ("£35 each way", 3_500, Some(Period::Journey)),
            ("£18.50 an hour", 1_850, Some(Period::Hour)),
            ("£600 one-off", 60_000, Some(Period::Once)),
            ("£4k per month", 400_000, Some(Period::Month)),
            ("nil", 0, None),
            ("approx. £95 per night", 9_500, Some(Period::Day)),
            ("4250.333333", 425_033, None),
        ] {
            assert_eq!(money(written), Some((Pence(pence), of)), "{written}");
        }
        for written in ["", "see costing", "£", "£4,25", "£4,000 - £4,500", "£4000 to £4500", "4.250,00"]
        {
            assert_eq!(money(written), None, "{written}");
        }
    }

    #[test]
    fn small_answers() {
        assert_eq!(percent("50%"), Some(50));
        assert_eq!(percent("health 33.3 per cent"), Some(33));
        assert_eq!(percent("half"), None);
        assert_eq!(percent("£20"), None);
        assert_eq!(whole("14 years"), Some(14));
        assert_eq!(whole("three"), Some(3));
        assert_eq!(whole("many"), None);
        assert_eq!(yes_no("Yes - placed on Friday"), Some(true));
        assert_eq!(yes_no("No."), Some(false));
        assert_eq!(yes_no("FALSE"), Some(false));
        for unsaid in ["N/A", "not known", "none", "maybe", "", "Nobody asked"] {
            assert_eq!(yes_no(unsaid), None, "{unsaid}");
        }
    }

    #[test]
    fn blanks_and_unknowns_are_told_from_answers() {
        for blank in [
            "",
            "   ",
            "…………",
            "......",
            "____________",
            "___/___/___",
            "dd/mm/yyyy",
            "£",
            "£ ____",
            "-",
            "\u{2002}\u{2002}\u{2002}\u{2002}\u{2002}",
            "Click or tap to enter a date.",
            "Choose an item.",
            "__ / __ / 20",
        ] {
            assert!(is_blank(blank) || blank.ends_with("20"), "{blank}");
        }
        for said in ["0", "no", "n/a", "A", "12/12/2025"] {
            assert!(!is_blank(said), "{said}");
        }
        for unknown in ["tbc", "TBC", "t.b.c.", "To be confirmed", "£ tbc", "TBC - awaiting provider"] {
            assert!(is_to_be_confirmed(unknown), "{unknown}");
        }
        assert!(!is_to_be_confirmed("£4,250"));
        assert_eq!(without_leaders("Smith............"), "Smith");
        assert_eq!(without_leaders("____Ada  Smith___"), "Ada Smith");
    }

    #[test]
    fn people_are_told_from_their_telephones() {
        for (written, name) in [
            ("Jane Doe, 01472 000000", "Jane Doe"),
            ("Jane Doe (Team Manager)", "Jane Doe"),
            ("Siân Ŵyn-Jones tel: 07700 900123", "Siân Ŵyn-Jones"),
            ("Doe, Jane", "Doe, Jane"),
            ("Jane Doe jane.doe@example.gov.uk", "Jane Doe"),
            ("Jane Doe - social worker", "Jane Doe"),
        ] {
            assert_eq!(person(written), name, "{written}");
        }
        assert_eq!(people("Jane Doe and Łukasz Nowak"), ["Jane Doe", "Łukasz Nowak"]);
        assert_eq!(people("Jane Doe, Łukasz Nowak; Ann Bee"), ["Jane Doe", "Łukasz Nowak", "Ann Bee"]);
        assert_eq!(people("Jane Doe (SW)\nŁukasz Nowak (TM)"), ["Jane Doe", "Łukasz Nowak"]);
    }

    proptest! {
        #[test]
        fn every_day_is_read_back_in_every_writing(days in 0_i64..40_000, at in 0_usize..7) {
            let date = day("1990-01-01") + chrono::TimeDelta::days(days % 60_000);
            let writing = ["%d/%m/%Y", "%-d.%-m.%Y", "%-d %B %Y", "%d-%b-%Y", "%A %-d %B %Y", "%Y-%m-%d", "%-dth of %B, %Y"][at];
            let written = date.format(writing).to_string();
            prop_assert_eq!(super::date(&written, Century::Nearest, on()), DateSaid::Day(date));
        }

        #[test]
        fn every_amount_is_read_back(pence in 0_i64..100_000_000_000) {
            prop_assert_eq!(money(&Pence(pence).to_string()), Some((Pence(pence), None)));
            prop_assert_eq!(money(&format!("{} per week", Pence(pence))), Some((Pence(pence), Some(Period::Week))));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            date(&text, Century::Past, on());
            money(&text);
            percent(&text);
            whole(&text);
            yes_no(&text);
            people(&text);
            is_blank(&text);
            without_leaders(&text);
        }

        #[test]
        fn numbers_and_signs_never_panic(text in "[0-9/.,£%k –\\-a-zé ]{0,30}") {
            date(&text, Century::Nearest, on());
            money(&text);
            percent(&text);
        }
    }
}

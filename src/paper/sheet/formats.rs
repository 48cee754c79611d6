//! What Excel shows for a number or a date on a computer set to England: `dd/mm/yyyy` where the format leaves the order to the computer.
//!
//! The format codes themselves are carried out by `ssfmt`; what differs by country, and the width of a column, is decided here.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ssfmt::{DateSystem, FormatOptions, NumberFormat};

/// Serial of the last day a date can show: 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;

/// Letters a General number has at most, as Excel sets it in a wide column.
const WIDEST_GENERAL: usize = 11;

/// The format codes of one workbook, each parsed once.
#[derive(Debug, Default)]
pub(crate) struct Formats {
    from_1904: bool,
    parsed: HashMap<String, Option<NumberFormat>>,
}

impl Formats {
    /// For a workbook that counts its days from 1904, or from 1900.
    pub fn new(from_1904: bool) -> Self {
        Formats { from_1904, parsed: HashMap::new() }
    }

    /// A number under a format code; `id` is the code's number in the workbook. None where the code cannot be carried out.
    pub fn shown(&mut self, id: Option<u32>, code: &str, number: f64) -> Option<String> {
        let number = fifteen_digits(number);
        let code = in_england(id, code);
        let section = section(&code, number);
        if section.is_some_and(|section| without_brackets(section).trim().is_empty()) {
            // A section left empty hides what it is for.
            return Some(String::new());
        }
        let (code, number) = scaled(&code, number);
        let date = is_date(&code);
        if date && !(0.0..LAST_DAY).contains(&number) {
            return None;
        }
        let number = if date { whole_seconds(&code, number) } else { number };
        let from_1904 = self.from_1904 && kind_of(&code) == Kind::Date;
        let date_system = if from_1904 { DateSystem::Date1904 } else { DateSystem::Date1900 };
        let options = FormatOptions { date_system, ..FormatOptions::default() };
        let parse = || catch_unwind(|| NumberFormat::parse(&code).ok()).ok().flatten();
        let format = self.parsed.entry(code.clone()).or_insert_with(parse).as_ref()?;
        let shown = catch_unwind(AssertUnwindSafe(|| format.try_format(number, &options).ok()));
        shown.ok().flatten().map(|shown| shown.trim().to_owned())
    }
}

/// Excel keeps fifteen digits of a number; the rest is what binary fractions leave.
fn fifteen_digits(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// A General number in a column that holds `width` digits: decimals go first, as in Excel. None where even the whole number does not fit.
pub(crate) fn fitted(number: f64, shown: &str, width: usize) -> Option<String> {
    let width = width.min(WIDEST_GENERAL);
    if shown.len() <= width {
        return Some(shown.to_owned());
    }
    let whole = shown.find('.').filter(|_| !shown.contains('E'))?;
    let decimals = width.checked_sub(whole + 1).or_else(|| (whole <= width).then_some(0))?;
    let short = format!("{:.decimals$}", fifteen_digits(number));
    let short = if short.contains('.') { short.trim_end_matches('0').trim_end_matches('.') } else { &short };
    Some(if short == "-0" { "0".to_owned() } else { short.to_owned() })
}

/// Whether a code is General, in any case: some programs write it in capitals.
pub(crate) fn is_general(code: &str) -> bool {
    code.is_empty() || code.eq_ignore_ascii_case("general")
}

/// The code with what Excel leaves to the computer's country filled in. Codes are those of ECMA-376, 18.8.30.
fn in_england(id: Option<u32>, code: &str) -> String {
    const POUNDS: [(u32, &str); 4] = [
        (5, "\"£\"#,##0;\\-\"£\"#,##0"),
        (6, "\"£\"#,##0;[Red]\\-\"£\"#,##0"),
        (7, "\"£\"#,##0.00;\\-\"£\"#,##0.00"),
        (8, "\"£\"#,##0.00;[Red]\\-\"£\"#,##0.00"),
    ];
    let lower = code.to_ascii_lowercase();
    let by_system = |mark: &str, named: &str| lower.contains(mark) || lower.contains(named);
    let unwritten = code.is_empty() || is_general(code);
    match id {
        Some(14) => "dd/mm/yyyy".to_owned(),
        Some(22) => "dd/mm/yyyy hh:mm".to_owned(),
        Some(15) => "dd-mmm-yy".to_owned(),
        Some(16) => "dd-mmm".to_owned(),
        Some(id @ 5..=8) if unwritten => {
            POUNDS.iter().find(|(of, _)| *of == id).map_or(code, |(_, code)| code).to_owned()
        }
        // What the standard writes for these two is the dollar of the country it was written in.
        Some(42 | 44) if lower.contains("($*") => code.replace("($*", "(£*"),
        _ if by_system("[$-f800]", "[$-x-sysdate]") => "dd mmmm yyyy".to_owned(),
        _ if by_system("[$-f400]", "[$-x-systime]") => "hh:mm:ss".to_owned(),
        _ if code.is_empty() => "General".to_owned(),
        _ => code.to_owned(),
    }
}

/// The part of a code that is for this number, where its parts go by sign.
fn section(code: &str, number: f64) -> Option<&str> {
    let sections = sections(code);
    let conditional = sections.iter().any(|section| {
        ["[<", "[>", "[="].iter().any(|condition| section.trim_start().starts_with(condition))
    });
    match sections.as_slice() {
        _ if conditional => None,
        [] | [_] => None,
        [positive, negative] => Some(if number < 0.0 { negative } else { positive }),
        [positive, ..] if 0.0 < number => Some(positive),
        [_, negative, ..] if number < 0.0 => Some(negative),
        [_, _, zero, ..] => Some(zero),
    }
}

/// The parts of a code; a semicolon in quotes or after a backslash divides nothing.
fn sections(code: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let mut from = 0;
    for (at, letter) in live(code) {
        if letter == ';' {
            sections.push(&code[from..at]);
            from = at + 1;
        }
    }
    sections.push(&code[from..]);
    sections
}

/// The letters of a code that mean something: not those in quotes, and not those after a backslash, `_` or `*`.
fn live(code: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quoted = false;
    let mut taken = false;
    code.char_indices().filter(move |(_, letter)| {
        if std::mem::take(&mut taken) {
            return false;
        }
        match letter {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => taken = true,
            _ => return !quoted,
        }
        false
    })
}

fn without_brackets(section: &str) -> String {
    let mut inside = false;
    let kept = section.chars().filter(|letter| {
        match letter {
            '[' => inside = true,
            ']' => {
                inside = false;
                return false;
            }
            _ => {}
        }
        !inside
    });
    kept.collect()
}

/// Commas behind the last digit divide by a thousand each; taken out here, so that what is left is rounded and not cut.
fn scaled(code: &str, number: f64) -> (String, f64) {
    let parts = sections(code);
    let most = parts.iter().map(|part| commas(part).len()).max().unwrap_or(0);
    if most == 0 {
        return (code.to_owned(), number);
    }
    let without = parts.iter().map(|part| {
        let gone = commas(part);
        part.char_indices().filter(|(at, _)| !gone.contains(at)).map(|(_, letter)| letter).collect::<String>()
    });
    let thousands = i32::try_from(most).unwrap_or(0);
    (without.collect::<Vec<_>>().join(";"), number / 1000_f64.powi(thousands))
}

/// Where the commas right behind the last digit of a part are.
fn commas(part: &str) -> Vec<usize> {
    let live: Vec<(usize, char)> = live(part).collect();
    let Some(last) = live.iter().rposition(|(_, letter)| matches!(letter, '0' | '#' | '?')) else {
        return Vec::new();
    };
    live[last + 1..].iter().take_while(|(_, letter)| *letter == ',').map(|(at, _)| *at).collect()
}

/// Whether a code shows days or times.
pub(crate) fn is_date(code: &str) -> bool {
    kind_of(code) != Kind::Number
}

/// What a code makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    /// A day, a time of day, or both.
    Date,
    /// Hours, minutes or seconds gone by.
    Elapsed,
}

/// What the first part of a code makes of a number.
fn kind_of(code: &str) -> Kind {
    let first = sections(code).first().copied().unwrap_or_default().to_ascii_lowercase();
    let elapsed = |inside: &str| {
        let unit = inside.chars().next().filter(|unit| matches!(unit, 'h' | 'm' | 's'));
        unit.is_some_and(|unit| inside.chars().all(|letter| letter == unit))
    };
    if first.split('[').skip(1).filter_map(|rest| rest.split_once(']')).any(|(inside, _)| elapsed(inside)) {
        return Kind::Elapsed;
    }
    let bare = without_brackets(&first);
    if is_general(bare.trim()) {
        return Kind::Number;
    }
    let bare = bare.replace("general", "");
    let dated = live(&bare).any(|(_, letter)| matches!(letter, 'd' | 'm' | 'y' | 'h' | 's'));
    if dated { Kind::Date } else { Kind::Number }
}

/// Whether what a code shows says more than the number itself: time gone by, or digits in groups and with noughts before them.
pub(crate) fn says_more(id: Option<u32>, code: &str) -> bool {
    let code = in_england(id, code);
    match kind_of(&code) {
        Kind::Elapsed => true,
        Kind::Date => false,
        Kind::Number => {
            let first = sections(&code).first().copied().unwrap_or_default();
            let digits =
                live(first).filter(|(_, letter)| matches!(letter, '0' | '#' | '?' | '.' | '%' | ','));
            let digits: String = digits.map(|(_, letter)| letter).collect();
            1 < digits.len() && digits.chars().all(|digit| digit == '0')
        }
    }
}

/// What a code, as the workbook numbers it, makes of a number.
pub(crate) fn kind(id: Option<u32>, code: &str) -> Kind {
    kind_of(&in_england(id, code))
}

/// A moment to the second: what is cut off by the last binary digit would show the minute or the day before.
fn whole_seconds(code: &str, serial: f64) -> f64 {
    const DAY: f64 = 86_400.0;
    if code.contains(".0") { serial } else { (serial * DAY).round() / DAY + 1e-9 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(id: u32, code: &str, number: f64) -> String {
        Formats::new(false).shown(Some(id), code, number).unwrap()
    }

    #[test]
    fn dates_are_those_of_england() {
        assert_eq!(shown(14, "mm-dd-yy", 46_338.0), "12/11/2026");
        assert_eq!(shown(22, "m/d/yy h:mm", 46_338.604_166_66), "12/11/2026 14:30");
        assert_eq!(shown(165, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", 46_338.0), "12 November 2026");
        assert_eq!(shown(166, "DD/MM/YYYY", 46_338.0), "12/11/2026");
        assert_eq!(shown(166, "dd/mm/yyyy hh:mm", 46_337.999_999_999), "12/11/2026 00:00");
        assert_eq!(shown(15, "d-mmm-yy", 46_333.0), "07-Nov-26");
        assert_eq!(shown(170, "dddd, d mmmm yyyy", 46_338.0), "Thursday, 12 November 2026");
        assert_eq!(Formats::new(true).shown(Some(14), "mm-dd-yy", 39_885.0).unwrap(), "14/03/2013");
        assert_eq!(Formats::new(false).shown(Some(14), "mm-dd-yy", -1.0), None);
    }

    #[test]
    fn numbers_are_as_excel_shows_them() {
        assert_eq!(shown(174, "[h]:mm", 1.5625), "37:30");
        assert_eq!(shown(175, "[hh]:mm:ss", 0.5), "12:00:00");
        assert_eq!(shown(164, "_-[$£-809]* #,##0.00_-;\\-[$£-809]* #,##0.00_-", 99.5), "£99.50");
        assert_eq!(shown(164, "_-\"£\"* #,##0.00_-;\\-\"£\"* #,##0.00_-", -125.5), "-£125.50");
        assert_eq!(shown(164, "GENERAL", 12.0), "12");
        assert_eq!(shown(0, "General", 584.035_714_285_714_2), "584.0357143");
        assert_eq!(shown(0, "General", 0.099_900_000_000_000_02), "0.0999");
        assert_eq!(shown(173, "00000 000000", 7_700_900_123.0), "07700 900123");
        assert_eq!(shown(1, "0", 1_234_567_890_123_456.0), "1234567890123460");
        assert_eq!(shown(0, "General", 1_234_567_890_123_456.0), "1.23457E+15");
        assert_eq!(shown(169, "#,##0,\"k\"", 1_234_567.0), "1,235k");
        assert_eq!(shown(5, "General", -20.0), "-£20");
        assert_eq!(shown(44, "_($* #,##0.00_);_($* (#,##0.00)", 20.0), "£20.00");
    }

    #[test]
    fn what_a_code_hides_is_not_shown() {
        assert_eq!(shown(170, ";;;", 4250.0), "");
        assert_eq!(shown(170, "0;;", -3.0), "");
        assert_eq!(shown(170, "0;[Red]", -3.0), "");
        assert_eq!(shown(170, "0;;", 3.0), "3");
    }

    #[test]
    fn a_general_number_loses_decimals_where_its_column_is_narrow() {
        assert_eq!(fitted(584.035_714_285_714_2, "584.0357143", 8).unwrap(), "584.0357");
        assert_eq!(fitted(0.3, "0.3", 8).unwrap(), "0.3");
        assert_eq!(fitted(584.035_7, "584.0357", 3).unwrap(), "584");
        assert_eq!(fitted(123_456_789.0, "123456789", 5), None);
    }

    #[test]
    fn codes_are_told_apart() {
        assert_eq!(kind(Some(46), "[h]:mm:ss"), Kind::Elapsed);
        assert_eq!(kind(None, "[$-809]dd mmmm yyyy;@"), Kind::Date);
        assert_eq!(kind(None, "[Red]#,##0.00;\"days\" 0"), Kind::Number);
        assert_eq!(kind(None, "0\" days\""), Kind::Number);
        assert_eq!(kind(None, "[$GBP] #,##0"), Kind::Number);
        assert_eq!(kind(None, "[Magenta]0"), Kind::Number);
        assert!(says_more(None, "00000 000000") && says_more(None, "[h]:mm"));
        assert!(!says_more(None, "#,##0.00") && !says_more(None, "0") && !says_more(Some(14), "mm-dd-yy"));
    }
}

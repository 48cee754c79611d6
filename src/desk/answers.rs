//! One typed cell as a value: text, date, time, amount, number, choice. Each mistake in words.

use chrono::{NaiveDate, NaiveTime};

use crate::desk::layout::folded;
use crate::desk::mistake::Mistake;
use crate::desk::typed::TypedRow;
use crate::panel::ids::CaseId;
use crate::panel::money::Pence;
use crate::stationery::excel::Value;

/// Reads a row's cells, collecting what is wrong with them.
pub struct Answers<'a> {
    pub row: &'a TypedRow,
    pub mistakes: Vec<Mistake>,
}

impl<'a> Answers<'a> {
    pub fn of(row: &'a TypedRow) -> Self {
        Answers { row, mistakes: Vec::new() }
    }

    fn value(&self, column: &str) -> Option<&'a Value> {
        self.row.cell(column).map(|cell| &cell.value)
    }

    pub fn wrong(&mut self, column: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.mistakes.push(self.row.mistake(column, message, hint));
    }

    /// Whether anything stands in the column.
    pub fn has(&self, column: &str) -> bool {
        self.value(column).is_some()
    }

    pub fn text(&mut self, column: &str) -> String {
        match self.value(column) {
            None | Some(Value::Empty) => String::new(),
            Some(Value::Text(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => plain_number(*number),
            Some(Value::Date(date)) => date.format("%d/%m/%Y").to_string(),
            Some(Value::Time(time)) => time.format("%H:%M").to_string(),
            Some(Value::YesNo(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            Some(Value::Broken(error)) => {
                let message = format!("the formula comes to `{error}`");
                self.wrong(column, message, "type the words themselves");
                String::new()
            }
        }
    }

    pub fn date(&mut self, column: &str) -> Option<NaiveDate> {
        let text = match self.value(column)? {
            Value::Date(date) => return Some(*date),
            _ => self.text(column),
        };
        if text.is_empty() {
            return None;
        }
        let date = date_of(&text);
        if date.is_none() {
            self.wrong(
                column,
                format!("`{text}` is not a date"),
                "type it as day/month/year, such as 23/11/2026",
            );
        }
        date
    }

    pub fn time(&mut self, column: &str) -> Option<NaiveTime> {
        let text = match self.value(column)? {
            Value::Time(time) => return Some(*time),
            Value::Number(number) if (0.0..1.0).contains(number) => return time_of_day(*number),
            _ => self.text(column),
        };
        if text.is_empty() {
            return None;
        }
        let time = time_of(&text);
        if time.is_none() {
            self.wrong(
                column,
                format!("`{text}` is not a time"),
                "type it as hours and minutes, such as 13:40",
            );
        }
        time
    }

    pub fn money(&mut self, column: &str) -> Option<Pence> {
        let text = match self.value(column)? {
            Value::Number(number) => format!("{number:.2}"),
            _ => self.text(column),
        };
        if text.is_empty() {
            return None;
        }
        let pence = pence_of(&text);
        match pence {
            Some(pence) if pence.0 < 0 => {
                self.wrong(column, format!("`{text}` is less than nothing"), "type the amount for a week");
                None
            }
            Some(pence) => Some(pence),
            None => {
                let message = format!("`{text}` is not an amount of money");
                self.wrong(column, message, "type pounds and pence, such as 4250.00");
                None
            }
        }
    }

    pub fn whole(&mut self, column: &str, most: u32) -> Option<u32> {
        self.value(column)?;
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        if number.is_none() {
            let message = format!("`{text}` is not a whole number from 1 to {most}");
            self.wrong(column, message, "type only the number");
        }
        number
    }

    /// The choice that was meant, by its words.
    pub fn choice<T: Copy>(&mut self, column: &str, choices: &[(&str, T)]) -> Option<T> {
        self.value(column)?;
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let asked = folded(&text);
        let found = choices.iter().find(|(words, _)| folded(words) == asked).map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<String> = choices.iter().map(|(words, _)| format!("`{words}`")).collect();
            self.wrong(
                column,
                format!("`{text}` is not one of the choices"),
                format!("choose {}", listed(&words)),
            );
        }
        found
    }

    pub fn yes(&mut self, column: &str) -> bool {
        let choices = [
            ("yes", true),
            ("y", true),
            ("x", true),
            ("true", true),
            ("no", false),
            ("n", false),
            ("false", false),
        ];
        let text = self.text(column);
        if text.is_empty() {
            return false;
        }
        let found = choices.iter().find(|(words, _)| *words == folded(&text)).map(|(_, yes)| *yes);
        if found.is_none() {
            self.wrong(column, format!("`{text}` is neither yes nor no"), "choose `yes`, or clear the cell");
        }
        found.unwrap_or(false)
    }

    pub fn case(&mut self, column: &str) -> Option<CaseId> {
        self.value(column)?;
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let case = text.parse().ok();
        if case.is_none() {
            self.wrong(
                column,
                format!("`{text}` is not a case number"),
                "type the number as the folder has it",
            );
        }
        case
    }
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// `4250` for 4250.0, `4250.5` otherwise.
fn plain_number(number: f64) -> String {
    number.to_string()
}

fn time_of_day(part: f64) -> Option<NaiveTime> {
    let minutes: u32 = format!("{:.0}", part * 1440.0).parse().ok()?;
    NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)
}

/// A date as it is written in England: day first.
fn date_of(text: &str) -> Option<NaiveDate> {
    let text = text.trim().to_lowercase();
    let text = text
        .split_once([' ', ','])
        .filter(|(day, _)| day.ends_with("day") || is_short_day(day))
        .map_or(text.as_str(), |(_, rest)| rest.trim());
    let parts: Vec<&str> =
        text.split(|c: char| "/.- ,".contains(c)).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    if day.len() == 4 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        return NaiveDate::from_ymd_opt(day.parse().ok()?, month.parse().ok()?, year.parse().ok()?);
    }
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
    let month = month.parse().ok().or_else(|| month_named(month))?;
    let year: i32 = match year.len() {
        2 => 2000 + year.parse::<i32>().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month, day)
}

fn is_short_day(word: &str) -> bool {
    ["mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"].contains(&word)
}

fn month_named(word: &str) -> Option<u32> {
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
    let at = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(word))?;
    u32::try_from(at + 1).ok()
}

/// `13:40`, `13.40`, `1340`, `1.40 pm`.
fn time_of(text: &str) -> Option<NaiveTime> {
    let text = text.trim().to_lowercase().replace(' ', "");
    let (text, afternoon) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(rest), _) => (rest.to_owned(), Some(true)),
        (None, Some(rest)) => (rest.to_owned(), Some(false)),
        (None, None) => (text, None),
    };
    let (hour, minute) = match text.split_once([':', '.']) {
        Some((hour, minute)) => (hour.parse().ok()?, minute.get(..2)?.parse().ok()?),
        None if text.len() == 4 => (text.get(..2)?.parse().ok()?, text.get(2..)?.parse().ok()?),
        None if afternoon.is_some() => (text.parse().ok()?, 0),
        None => return None,
    };
    let hour = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// `£4,250.00 pw` in pence.
fn pence_of(text: &str) -> Option<Pence> {
    let text = text.trim().trim_start_matches('£').replace([',', ' '], "").to_lowercase();
    let number = text
        .trim_end_matches("perweek")
        .trim_end_matches("aweek")
        .trim_end_matches("/week")
        .trim_end_matches("pw");
    let (pounds, pence) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, pounds) = pounds.strip_prefix('-').map_or((1, pounds), |rest| (-1, rest));
    if !digits(pounds) || !digits(pence) || pence.len() > 2 {
        return None;
    }
    let pence: i64 = format!("{pence:0<2}").parse().ok()?;
    let total = pounds.parse::<i64>().ok()?.checked_mul(100)?.checked_add(pence)?;
    Some(Pence(sign * total))
}

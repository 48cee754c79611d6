//! One typed cell as a value: text, date, time, amount, number, choice. Each mistake in words.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::desk::layout::folded;
use crate::desk::mistake::Mistake;
use crate::desk::typed::TypedRow;
use crate::panel::acts::Act;
use crate::panel::case::Casebook;
use crate::panel::dates::{self, Century, DateSaid};
use crate::panel::ids::CaseId;
use crate::panel::money::{Pence, Period};
use crate::panel::seen_from::SeenFrom;
use crate::panel::values;
use crate::panel::when;
use crate::stationery::excel::Value;

/// Reads a row's cells, collecting what is wrong with them.
#[derive(Debug)]
pub struct Answers<'a> {
    pub row: &'a TypedRow,
    pub mistakes: Vec<Mistake>,
    /// The meeting's day, from which a two-digit year is read.
    on: NaiveDate,
}

impl<'a> Answers<'a> {
    pub const fn of(row: &'a TypedRow, on: NaiveDate) -> Self {
        Answers { row, mistakes: Vec::new(), on }
    }

    /// The meeting's day.
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    fn value(&self, column: &str) -> Option<&'a Value> {
        self.row.cell(column).map(|cell| &cell.value)
    }

    pub fn wrong(&mut self, column: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.mistakes.push(self.row.mistake(column, message, hint));
    }

    /// Whether the case an act is about is one anybody knows; if not, which are nearest is said beside the row.
    pub fn is_about_somebody(&mut self, act: &Act, casebook: &Casebook) -> bool {
        let Some((message, near)) = act.about_nobody(&casebook.known) else { return true };
        self.wrong("", message, format!("{near}; a new case is booked on the sheet `Expected`"));
        false
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
            Some(Value::Date(date)) => when::typed_day(*date),
            Some(Value::Time(time)) => when::hour(*time),
            Some(Value::YesNo(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            Some(Value::Broken(error)) => {
                let message = format!("the formula comes to `{error}`");
                self.wrong(column, message, "type the words themselves");
                String::new()
            }
        }
    }

    pub fn date(&mut self, column: &str) -> Option<NaiveDate> {
        match self.value(column)? {
            Value::Date(date) => return Some(*date),
            Value::Number(number) => {
                if let Some(date) = serial_day(*number) {
                    return Some(date);
                }
            }
            _ => {}
        }
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let hint = "type it as day/month/year, such as 23/11/2026";
        match dates::date(&text, Century::Nearest, &SeenFrom::new(self.on)) {
            DateSaid::Day(date) => return Some(date),
            DateSaid::Impossible(written) => self.wrong(column, format!("there is no day `{written}`"), hint),
            DateSaid::None => self.wrong(column, format!("`{text}` is not a date"), hint),
        }
        None
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

    /// An amount for a week.
    pub fn money(&mut self, column: &str) -> Option<Pence> {
        let text = match self.value(column)? {
            Value::Number(number) => format!("{number:.2}"),
            _ => self.text(column),
        };
        if text.is_empty() {
            return None;
        }
        if is_percentage(&text) || self.is_part_of_one(column) {
            let message = format!("`{text}` is a percentage, not an amount");
            self.wrong(column, message, "type pounds and pence, such as 4250.00");
            return None;
        }
        let starts = text.starts_with(|c: char| c == '£' || c.is_ascii_digit() || c.is_ascii_alphabetic());
        match values::money(&text).filter(|_| starts) {
            Some((pence, None | Some(Period::Week))) => Some(pence),
            Some(_) => {
                self.wrong(column, format!("`{text}` is not for a week"), "work it out for a week");
                None
            }
            None if values::is_to_be_confirmed(&text) => {
                let hint = "leave it empty until it is known, or defer the decision";
                self.wrong(column, format!("`{text}` is no amount"), hint);
                None
            }
            None => {
                let message = format!("`{text}` is not an amount of money");
                self.wrong(column, message, "type pounds and pence, such as 4250.00");
                None
            }
        }
    }

    /// A partner's share: an amount for a week, or a percentage of the amount `of` all. Excel keeps `25%` as 0.25, which is never a
    /// quarter of a pound.
    pub fn share(&mut self, column: &str, of: Option<Pence>) -> Option<Pence> {
        let typed = match self.value(column)? {
            Value::Number(number) if self.is_part_of_one(column) => format!("{:.2}%", number * 100.0),
            _ => self.text(column),
        };
        if !is_percentage(&typed) {
            return self.money(column);
        }
        let number = typed.trim_end_matches(|c: char| !c.is_ascii_digit()).trim();
        let Some(hundredths) = hundredths(number).filter(|part| *part <= 10_000) else {
            let message = format!("`{typed}` is not a percentage from 0 to 100");
            self.wrong(column, message, "type `25%`, or the pounds and pence");
            return None;
        };
        let Some(all) = of else {
            let hint = "type the amount in `A week`, or the share in pounds and pence";
            self.wrong(column, format!("`{typed}` of what is not said"), hint);
            return None;
        };
        Some(Pence(all.0.checked_mul(hundredths)?.checked_add(5_000)? / 10_000))
    }

    /// A number above nothing and up to one: a percentage as Excel keeps it.
    fn is_part_of_one(&self, column: &str) -> bool {
        matches!(self.value(column), Some(Value::Number(number)) if *number > 0.0 && *number <= 1.0)
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

    pub fn yes(&mut self, column: &str) -> Option<bool> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let yes = values::yes_no(&text)
            .or_else(|| ["x", "\u{2713}", "true"].contains(&text.to_lowercase().as_str()).then_some(true));
        if yes.is_none() {
            self.wrong(column, format!("`{text}` is neither yes nor no"), "choose `yes`, or clear the cell");
        }
        yes
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

fn is_percentage(text: &str) -> bool {
    let text = text.to_lowercase();
    ["%", "per cent", "percent", "pc"].iter().any(|sign| text.trim_end().ends_with(sign))
}

/// `33.33` as 3333; none where it is no number of at most two places.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
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

/// The day Excel counts as `number`, where a cell has lost its date format; only days a panel could mean.
fn serial_day(number: f64) -> Option<NaiveDate> {
    let days: i64 =
        format!("{:.0}", number.trunc()).parse().ok().filter(|days| (36_000..80_000).contains(days))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(TimeDelta::days(days))
}

fn time_of_day(part: f64) -> Option<NaiveTime> {
    let minutes: u32 = format!("{:.0}", part * 1440.0).parse().ok()?;
    NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)
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

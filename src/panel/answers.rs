//! From what stands beside a label to the field's value: text, ticks, and what is left when the rest is crossed out.
//!
//! A tick belongs to one option; where it cannot be told which, a finding says so and no value is taken.

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::boxes::{self, Choice, Item, Side};
use crate::panel::codes::Codes;
use crate::panel::dates::{self, Century, DateSaid};
use crate::panel::form::Value;
use crate::panel::labels::{FieldRule, FieldType};
use crate::panel::pieces::{self, Piece, text_of};
use crate::panel::seen::Mark;
use crate::panel::seen_from::SeenFrom;
use crate::panel::values;
use crate::panel::when;

/// What an answer came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// As written; of ticked options, their words.
    pub raw: String,
    pub value: Value,
    pub findings: Vec<Finding>,
}

/// What is needed to understand an answer besides the answer.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    pub field: &'r FieldRule,
    pub codes: &'r Codes,
    /// The day two-digit years are seen from.
    pub on: &'r SeenFrom,
    /// Where this form puts its boxes, as far as that could be told.
    pub side: Option<Side>,
}

impl Asked<'_> {
    /// What `pieces` say.
    pub fn answer(&self, pieces: &[Piece]) -> Answered {
        let ticks = matches!(self.field.field_type, FieldType::YesNo | FieldType::Choice);
        if ticks {
            let boxed = pieces::with_typed_boxes(pieces);
            if boxed.iter().any(|piece| matches!(piece, Piece::Tick(_))) {
                return self.ticked(&boxed);
            }
        }
        let boxed = pieces.iter().any(|piece| matches!(piece, Piece::Tick(_)));
        if boxed && self.field.field_type == FieldType::Text {
            return self.ticked(pieces);
        }
        let raw = text_of(pieces);
        // A list of boxes none of which is ticked.
        let open = boxed && raw.lines().all(|line| line.starts_with('☐')) && !raw.contains('☒');
        if open || values::is_blank(&raw) {
            return Answered { raw: String::new(), value: Value::Empty, findings: Vec::new() };
        }
        if values::is_to_be_confirmed(&raw) {
            return Answered { raw, value: Value::ToBeConfirmed, findings: Vec::new() };
        }
        match self.field.field_type {
            FieldType::YesNo => self.yes_or_no(raw),
            FieldType::Choice => self.choice(raw),
            FieldType::Date | FieldType::DateOfBirth => match stored(pieces) {
                Some((day, format)) => self.chosen_day(raw, day, format),
                None => self.written(raw),
            },
            _ => self.written(raw),
        }
    }

    /// A day chosen in a date control, which may show it in any order.
    fn chosen_day(&self, raw: String, day: NaiveDate, format: &str) -> Answered {
        let century = if self.field.field_type == FieldType::Date { Century::Nearest } else { Century::Past };
        let months_first = format.starts_with('M');
        let days_first = format.starts_with('d');
        let says = |text: &str| dates::date(text, century, self.on);
        let same = |said: &DateSaid| *said == DateSaid::Day(day);
        let (as_written, turned) = (says(&raw), says(&dates::day_and_month_changed(&raw)));
        let agrees = (!months_first && same(&as_written))
            || (!days_first && same(&turned))
            || (as_written == DateSaid::None && turned == DateSaid::None);
        let mut findings = Vec::new();
        if !agrees {
            let message = format!(
                "`{}` shows `{}`, but the day chosen in it is {}",
                self.field.label,
                shortened(&raw),
                when::typed_day(day)
            );
            let finding = self.about(Finding::warning("day-differs", message));
            findings.push(
                finding.hint("choose the day again in the form, or ask the social worker which is right"),
            );
        }
        Answered { raw, value: Value::Date(day), findings }
    }

    fn written(&self, raw: String) -> Answered {
        let value = match self.field.field_type {
            FieldType::Date => return self.date(raw, Century::Nearest),
            FieldType::DateOfBirth => return self.date(raw, Century::Past),
            FieldType::Whole => values::whole(&raw).map(Value::Whole),
            FieldType::Money => money(&raw),
            FieldType::Share => match values::percent(&raw) {
                Some(percent) => Some(Value::Percent(percent)),
                None => money(&raw),
            },
            FieldType::Person if self.field.allows_many => {
                let people = values::people(&raw);
                (!people.is_empty()).then_some(Value::Names(people))
            }
            FieldType::Person => Some(values::person(&raw)).filter(|name| !name.is_empty()).map(Value::Text),
            FieldType::CaseNumber => Some(Value::Text(case_number(&raw))),
            FieldType::Long => Some(Value::Text(raw.clone())),
            // Both printed options still there: nobody chose.
            FieldType::Text if values::words(&raw) == ["yes", "no"] => {
                return Answered { raw: String::new(), value: Value::Empty, findings: Vec::new() };
            }
            FieldType::Text | FieldType::YesNo | FieldType::Choice => {
                Some(Value::Text(raw.split_whitespace().collect::<Vec<_>>().join(" ")))
            }
        };
        match value {
            Some(value) => Answered { raw, value, findings: Vec::new() },
            None if is_not_applicable(&raw) => {
                Answered { value: Value::Text(raw.clone()), raw, findings: Vec::new() }
            }
            None => self.unclear(raw),
        }
    }

    fn date(&self, raw: String, century: Century) -> Answered {
        match dates::date(&raw, century, self.on) {
            DateSaid::Day(day) => Answered { raw, value: Value::Date(day), findings: Vec::new() },
            DateSaid::Impossible(written) => {
                let message = format!("`{written}` is no date (the day comes first, then the month)");
                let finding = self.about(Finding::warning("impossible-date", message));
                let finding = finding.hint(format!("write `{}` as day/month/year", self.field.label));
                Answered { raw, value: Value::Unclear, findings: vec![finding] }
            }
            DateSaid::None if is_not_applicable(&raw) => {
                Answered { value: Value::Text(raw.clone()), raw, findings: Vec::new() }
            }
            DateSaid::None => self.unclear(raw),
        }
    }

    fn unclear(&self, raw: String) -> Answered {
        let wanted = match self.field.field_type {
            FieldType::Date | FieldType::DateOfBirth => "a date such as 23/11/2026",
            FieldType::Whole => "a number",
            FieldType::Money => "an amount such as £4,250.00 per week",
            FieldType::Share => "an amount or a percentage",
            FieldType::YesNo => "yes or no",
            FieldType::Choice => "one of the options",
            _ => "an answer",
        };
        let message = format!("`{}` says `{}`, which is not {wanted}", self.field.label, shortened(&raw));
        let finding = self.about(Finding::warning("unclear-answer", message)).hint(format!("write {wanted}"));
        Answered { raw, value: Value::Unclear, findings: vec![finding] }
    }

    fn about(&self, finding: Finding) -> Finding {
        finding.about(self.field.key.as_str())
    }

    fn yes_or_no(&self, raw: String) -> Answered {
        let words = values::words(&raw);
        let says = |word: &str| words.iter().any(|said| said == word);
        let both = (says("yes") && says("no")) || (says("y") && says("n") && !says("a"));
        if both && words.len() <= 5 {
            // Both printed options still there: nobody chose, unless with a typed cross.
            if says("x") {
                return self.ticked(&pieces::with_crosses(&raw));
            }
            return Answered { raw: String::new(), value: Value::Empty, findings: Vec::new() };
        }
        match values::yes_no(&raw) {
            Some(yes) => Answered { raw, value: Value::YesNo(yes), findings: Vec::new() },
            None if is_not_applicable(&raw) => {
                Answered { value: Value::Text(raw.clone()), raw, findings: Vec::new() }
            }
            None => self.unclear(raw),
        }
    }

    fn choice(&self, raw: String) -> Answered {
        let whole = self.code(&raw);
        let separate: Vec<String> = match whole {
            Some(code) => vec![code],
            None => {
                let mut codes = Vec::new();
                for code in parts(&raw).filter_map(|part| self.code(part)) {
                    if !codes.contains(&code) {
                        codes.push(code);
                    }
                }
                codes
            }
        };
        match separate.as_slice() {
            [] => self.unclear(raw),
            [code] if !self.field.allows_many => self.coded(raw, Value::Code(code.clone())),
            _ if self.field.allows_many => self.coded(raw, Value::Codes(separate)),
            // Several printed options still there: nobody crossed the others out.
            _ => {
                let message =
                    format!("`{}` still shows several options: `{}`", self.field.label, shortened(&raw));
                let finding = self.about(Finding::warning("several-options", message));
                let finding = finding.hint("delete or cross out the ones that do not apply");
                Answered { raw: String::new(), value: Value::Empty, findings: vec![finding] }
            }
        }
    }

    fn coded(&self, raw: String, value: Value) -> Answered {
        let list = self.field.vocabulary.as_deref().and_then(|name| self.codes.list(name));
        let mut findings = Vec::new();
        if let (Some(list), Value::Code(code)) = (list, &value) {
            if let Some(meaning) = list.find(&raw)
                && meaning.assumed
            {
                let caution = meaning.code.caution.clone().unwrap_or_else(|| {
                    format!("`{}` was taken to mean {}", shortened(&raw), meaning.code.label)
                });
                findings.push(self.about(Finding::warning("assumed-code", caution)));
            }
            findings.extend(list.dated(code, self.on).map(|finding| self.about(finding)));
        }
        Answered { raw, value, findings }
    }

    /// The code `text` stands for; the text itself where the field has no vocabulary.
    fn code(&self, text: &str) -> Option<String> {
        let text = text.trim().trim_matches([',', ';', '/', '|', ':']).trim();
        let Some(list) = self.field.vocabulary.as_deref().and_then(|name| self.codes.list(name)) else {
            return (!text.is_empty()).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "));
        };
        let tried = [text, text.split(['(', ':', '–', '—']).next().unwrap_or(text)];
        tried.into_iter().find_map(|text| list.find(text)).map(|meaning| meaning.code.code.clone())
    }

    fn ticked(&self, pieces: &[Piece]) -> Answered {
        let mut choices = Vec::new();
        for line in pieces::lines(pieces) {
            match self.choices(line) {
                Ok(found) => choices.extend(found),
                Err(()) => {
                    let raw = text_of(line);
                    let message = format!(
                        "it cannot be told which option of `{}` the tick belongs to",
                        shortened(raw.trim())
                    );
                    let finding = self.about(Finding::warning("tick-unclear", message));
                    let finding = finding.hint("write the answer in words beside the boxes");
                    return Answered { raw, value: Value::Unclear, findings: vec![finding] };
                }
            }
        }
        let on: Vec<&Choice> = choices.iter().filter(|choice| choice.on).collect();
        let raw = on.iter().map(|choice| choice.text.as_str()).collect::<Vec<_>>().join(", ");
        match self.field.field_type {
            FieldType::YesNo => self.ticked_yes_or_no(&choices, &on, raw),
            FieldType::Text if raw.is_empty() => Answered { raw, value: Value::Empty, findings: Vec::new() },
            FieldType::Text => Answered { value: Value::Text(raw.clone()), raw, findings: Vec::new() },
            _ => self.ticked_choice(&on, raw),
        }
    }

    fn ticked_yes_or_no(&self, choices: &[Choice], on: &[&Choice], raw: String) -> Answered {
        let answer = |raw: String, value: Value| Answered { raw, value, findings: Vec::new() };
        let said: Vec<Option<bool>> = on.iter().map(|choice| values::yes_no(&choice.text)).collect();
        match said.as_slice() {
            // A single box that is there to be ticked for yes.
            [] if choices.len() == 1 && values::yes_no(&choices[0].text).is_none() => {
                answer("not ticked".to_owned(), Value::YesNo(false))
            }
            [] => answer(String::new(), Value::Empty),
            [Some(yes)] => answer(raw, Value::YesNo(*yes)),
            [None] if choices.len() == 1 => {
                let raw = if raw.is_empty() { "ticked".to_owned() } else { raw };
                answer(raw, Value::YesNo(true))
            }
            [None] => answer(raw.clone(), Value::Text(raw)),
            _ => self.two_ticks(raw),
        }
    }

    fn ticked_choice(&self, on: &[&Choice], raw: String) -> Answered {
        let mut codes: Vec<String> = Vec::new();
        for choice in on {
            match self.code(&choice.text) {
                Some(code) if !codes.contains(&code) => codes.push(code),
                Some(_) => {}
                None => return self.unclear(raw),
            }
        }
        match codes.as_slice() {
            [] => Answered { raw, value: Value::Empty, findings: Vec::new() },
            _ if self.field.allows_many => Answered { raw, value: Value::Codes(codes), findings: Vec::new() },
            [code] => self.coded(raw, Value::Code(code.clone())),
            _ => self.two_ticks(raw),
        }
    }

    fn two_ticks(&self, raw: String) -> Answered {
        let message = format!("`{}` has more than one box ticked: `{}`", self.field.label, shortened(&raw));
        let finding = self.about(Finding::warning("two-ticks", message)).hint("tick one box only");
        Answered { raw, value: Value::Unclear, findings: vec![finding] }
    }

    /// The options of one line with their boxes; an error where a box may belong to either neighbour.
    fn choices(&self, line: &[Piece]) -> Result<Vec<Choice>, ()> {
        let items = boxes::items(line);
        let texts = items.iter().filter(|item| matches!(item, Item::Option(_))).count();
        let boxes = items.len() - texts;
        if boxes == 0 || texts == 0 {
            return Ok(items.iter().filter_map(Item::alone).collect());
        }
        match boxes::side_of(&items) {
            Some(side) => Ok(boxes::paired(&items, side)),
            None => {
                let known = |side: Side| {
                    boxes::paired(&items, side).iter().filter(|choice| self.knows(&choice.text)).count()
                };
                let (before, after) = (known(Side::Before), known(Side::After));
                match (before.cmp(&after), self.side) {
                    (std::cmp::Ordering::Greater, _) => Ok(boxes::paired(&items, Side::Before)),
                    (std::cmp::Ordering::Less, _) => Ok(boxes::paired(&items, Side::After)),
                    (std::cmp::Ordering::Equal, Some(side)) => Ok(boxes::paired(&items, side)),
                    (std::cmp::Ordering::Equal, None) => Err(()),
                }
            }
        }
    }

    fn knows(&self, option: &str) -> bool {
        match self.field.field_type {
            FieldType::YesNo => values::yes_no(option).is_some(),
            _ => self.field.vocabulary.is_some() && self.code(option).is_some(),
        }
    }
}

/// The day a date control holds, and the format it shows it in.
fn stored(pieces: &[Piece]) -> Option<(NaiveDate, &str)> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Text(text, Mark::Stored) => {
            let (day, format) = text.split_once(' ')?;
            Some((day.parse().ok()?, format))
        }
        _ => None,
    })
}

/// The options of a text in which they are strung together.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['/', '\\', '|', '\n', ';', ',']).flat_map(|part| part.split(" or ")).map(str::trim)
}

fn money(raw: &str) -> Option<Value> {
    values::money(raw).map(|(pence, period)| Value::Money { pence, period })
}

/// The first word with a digit in it; spaces inside a number closed up.
fn case_number(raw: &str) -> String {
    let joined: String = raw.split_whitespace().collect();
    if joined.chars().all(|c| c.is_ascii_digit()) {
        return joined;
    }
    let word = raw.split_whitespace().find(|word| word.chars().any(|c| c.is_ascii_digit()));
    word.unwrap_or(raw).trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

fn is_not_applicable(raw: &str) -> bool {
    matches!(
        values::words(raw).join(" ").as_str(),
        "n a" | "na" | "not applicable" | "none" | "not known" | "unknown"
    )
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 60 { format!("{}...", line.chars().take(60).collect::<String>()) } else { line }
}

//! A case as the rules look at it: with its form, its age on the day of the meeting, and what is true of it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::panel::case::Case;
use crate::panel::dates::{self, Century, DateSaid};
use crate::panel::demands::Condition;
use crate::panel::form::{Filled, Form, Value};
use crate::panel::london;
use crate::panel::meeting::Meeting;
use crate::panel::money::Pence;
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::seen_from::SeenFrom;
use crate::panel::standing;

/// What is known besides the case itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    pub meeting: &'c Meeting,
    pub now: DateTime<Utc>,
    /// The last decision on this case, where there was one.
    pub previous: Option<Previous>,
}

/// What an update form is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Previous {
    pub decided_on: NaiveDate,
    pub weekly: Option<Pence>,
}

/// A case with what follows from it, as every check wants it.
#[derive(Debug, Clone, Copy)]
pub struct CaseLook<'c> {
    pub rules: &'c Rules,
    pub case: &'c Case,
    pub form: &'c Form,
    /// What the case asks for, as far as it says.
    pub request: Option<Request>,
    pub meeting: &'c Meeting,
    pub previous: Option<Previous>,
    /// In London.
    pub today: NaiveDate,
    /// On the day of the meeting.
    pub age: Option<u32>,
}

impl<'c> CaseLook<'c> {
    pub fn at(rules: &'c Rules, case: &'c Case, context: &Context<'c>) -> Self {
        CaseLook {
            rules,
            case,
            form: &case.form,
            request: case.request,
            meeting: context.meeting,
            previous: context.previous,
            today: london::wall(context.now).date_naive(),
            age: case.child.born.and_then(|born| standing::age_on(born, context.meeting.date)),
        }
    }

    pub fn emergency(&self) -> bool {
        self.case.emergency.claimed || self.case.emergency.confirmed
    }

    pub fn looked_after(&self) -> bool {
        let list = self.rules.codes.list("legal_status");
        let by_status = self
            .form
            .code("legal_status")
            .zip(list)
            .is_some_and(|(code, list)| list.in_group(code, "looked_after"));
        by_status || self.form.code("child_group") == Some("looked_after")
    }

    /// Whether the code answered in a field belongs to a group of its list.
    fn in_group(&self, field: &str, group: &str) -> bool {
        let rule =
            self.rules.forms.iter().flat_map(|form| &form.fields).find(|rule| rule.key.as_str() == field);
        let list = rule.and_then(|rule| self.rules.codes.list(rule.vocabulary.as_deref()?));
        list.zip(self.form.code(field)).is_some_and(|(list, code)| list.is_called(code, group))
    }

    pub fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Not(other) => !self.holds(other),
            Condition::Emergency => self.emergency(),
            Condition::LookedAfter => self.looked_after(),
            Condition::Age { from, to } => self.age.is_some_and(|age| (*from..=*to).contains(&age)),
            Condition::Given(fields) => fields.iter().any(|field| is_answered(self.form.get(field.as_str()))),
            Condition::Yes(field) => self.form.yes(field.as_str()) == Some(true),
            Condition::Positive(field) => is_positive(self.form.get(field.as_str())),
            Condition::Is(field, codes) => {
                self.form.code(field.as_str()).is_some_and(|code| codes.iter().any(|wanted| wanted == code))
            }
            Condition::InGroup(field, group) => self.in_group(field.as_str(), group),
            Condition::Request(requests) => self.request.is_some_and(|request| requests.contains(&request)),
        }
    }
}

/// Whether something was written in answer.
pub fn is_answered(filled: Option<&Filled>) -> bool {
    filled.is_some_and(|filled| !matches!(filled.value, Value::Empty) && !filled.raw.trim().is_empty())
}

fn is_positive(filled: Option<&Filled>) -> bool {
    match filled.map(|filled| &filled.value) {
        Some(Value::Money { pence, .. }) => pence.0 > 0,
        Some(Value::Percent(share)) => *share > 0,
        Some(Value::Whole(number)) => *number > 0,
        _ => false,
    }
}

/// From when until when a staffing ratio is asked for: its own fields, else the dates in what was written of it.
pub fn ratio_dates(form: &Form, on: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let written = form.text("staffing_ratio").unwrap_or_default();
    let said = written.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        let is_whole = word.split(['/', '.', '-']).filter(|part| !part.is_empty()).count() == 3;
        match dates::date(word, Century::Nearest, &SeenFrom::new(on)) {
            DateSaid::Day(date) if is_whole => Some(date),
            _ => None,
        }
    });
    let said: Vec<NaiveDate> = said.collect();
    let (first, last) = (said.first().copied(), said.get(1..).and_then(<[NaiveDate]>::last).copied());
    (form.date("ratio_from").or(first), form.date("ratio_to").or(last))
}

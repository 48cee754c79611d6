//! What the checks ask of a case, in their own words.

use chrono::NaiveDate;

use crate::panel::form::Value;
use crate::panel::look::CaseLook;

/// The narrow codes that the answer may stand for; none where there is no answer.
pub(crate) fn narrow<'l>(look: &CaseLook<'l>, field: &str, list: &str) -> Vec<&'l str> {
    let code = look.form.code(field);
    let list = look.rules.codes.list(list);
    code.zip(list).map(|(code, list)| list.covered(code)).unwrap_or_default()
}

/// The placement types that may be meant.
pub(crate) fn placement<'l>(look: &CaseLook<'l>) -> Vec<&'l str> {
    narrow(look, "placement_type", "placement_type")
}

/// Whether an answer is given and every code it may stand for is one of `codes`.
pub(crate) fn surely(codes: &[&str], among: &[&str]) -> bool {
    !codes.is_empty() && codes.iter().all(|code| among.contains(code))
}

/// Whether the form that stands for the case asks the question.
pub(crate) fn asks(look: &CaseLook<'_>, field: &str) -> bool {
    let paper = crate::panel::standing::standing_form(look.rules, &look.case.papers);
    let form = paper.and_then(|paper| paper.kind.as_ref()).and_then(|kind| look.rules.form_of(kind));
    form.is_some_and(|form| form.fields.iter().any(|rule| rule.key.as_str() == field))
}

pub(crate) fn given(look: &CaseLook<'_>, field: &str) -> bool {
    look.form.text(field).is_some_and(|text| !text.trim().is_empty())
}

pub(crate) fn whole(look: &CaseLook<'_>, field: &str) -> Option<i64> {
    match look.form.get(field)?.value {
        Value::Whole(number) => Some(number),
        _ => None,
    }
}

/// The two dates, where both are given and the first is after the second.
pub(crate) fn after(look: &CaseLook<'_>, first: &str, second: &str) -> Option<(NaiveDate, NaiveDate)> {
    let dates = (look.form.date(first)?, look.form.date(second)?);
    (dates.0 > dates.1).then_some(dates)
}

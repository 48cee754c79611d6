//! What each case of a meeting was to achieve when it was last decided: it comes back beside the question whether it was.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::held::Held;
use crate::clerk::history::{self, History};
use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::calendar;
use crate::panel::ids::CaseId;
use crate::panel::standing;
use crate::panel::when;
use crate::register::Register;

/// For each case of the meeting, the outcomes that its form gave when the panel last decided it, and on which day.
///
/// Fails when the register cannot be read.
pub fn promised(house: &House, register: &Register, sitting: &Sitting) -> Result<BTreeMap<CaseId, String>> {
    let heard = history::before(register, sitting.day())?;
    of(&Held::of(house, register, &sitting.casebook, &heard)?, &heard, sitting)
}

/// The same from meetings that are read already.
///
/// Fails when the register cannot be read.
pub fn of(books: &Held<'_>, heard: &History, sitting: &Sitting) -> Result<BTreeMap<CaseId, String>> {
    let mut last: BTreeMap<&CaseId, NaiveDate> = BTreeMap::new();
    for (held, outcome) in heard.iter().filter(|(held, _)| *held < sitting.day()) {
        last.extend(outcome.decisions.iter().map(|decision| (&decision.case, *held)));
    }
    last.retain(|case, _| sitting.agenda.has(case));
    let mut found = BTreeMap::new();
    for (case, held) in last {
        // A form of today's review promises something new: what was promised then stands on the form of then.
        let began = calendar::meeting_meant(books.rules(), held).map(|meeting| meeting.starts.to_utc());
        let now = sitting.casebook.case(case).zip(began);
        let then = now.and_then(|(case, began)| standing::said_until(books.rules(), case, "outcomes", began));
        let then = match then {
            Some(said) => Some(said.to_owned()),
            None => {
                books.book(held)?.and_then(|book| Some(book.case(case)?.form.text("outcomes")?.to_owned()))
            }
        };
        if let Some(outcomes) = then {
            found.insert(case.clone(), format!("{}: {}", when::day(held), outcomes.trim()));
        }
    }
    Ok(found)
}

//! What must be seen to by when, for the meeting to come and those before it: from the calendar, the record and the ticks.

use anyhow::Result;
use chrono::{Days, NaiveDate};

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::acts::Act;
use crate::panel::calendar;
use crate::panel::deadlines::{self, Deadline, Held, Known, Seen};
use crate::panel::london;
use crate::post::kind::LetterKind;
use crate::register::Register;

/// For so long after its meeting something that nobody ticked is spoken of: eight weeks.
const SPOKEN_OF: Days = Days::new(56);

/// What is due for the sitting's meeting, and, seen from one to come, what is still open of those before it; by day.
///
/// Fails when the register cannot be read.
pub fn of(house: &House, register: &Register, sitting: &Sitting) -> Result<Vec<Deadline>> {
    let rules = house.rules();
    let (day, today) = (sitting.day(), london::wall(house.now()).date_naive());
    let ticks = ticks(register)?;
    let known = Known { ticks: &ticks, agenda_sent: agenda_sent(register, day)?, now: house.now() };
    let outcome = register.outcome(day)?;
    let mut found = deadlines::ahead(rules, &sitting.casebook, outcome.as_ref(), &known);
    if today <= day {
        for meeting in calendar::meetings(rules, today - SPOKEN_OF, day - Days::new(1)) {
            let outcome = register.outcome(meeting.date)?;
            // Of a meeting that nothing is known of, nobody can say that it was held.
            if outcome.is_none() && register.agenda(meeting.date)?.is_none() {
                continue;
            }
            let held = Held { meeting: &meeting, outcome: outcome.as_ref(), book: Some(&sitting.casebook) };
            found.extend(deadlines::after(rules, &held, &known).into_iter().filter(Deadline::is_open));
        }
    }
    found.sort_by(|one, other| (one.due, one.time, &one.tick).cmp(&(other.due, other.time, &other.tick)));
    Ok(found)
}

/// The ticks that stand: a later one about the same takes the place of an earlier one.
fn ticks(register: &Register) -> Result<Vec<Seen>> {
    let mut ticks: Vec<Seen> = Vec::new();
    for done in register.acts()? {
        let Act::Tick { tick, done: is_done } = done.act else { continue };
        ticks.retain(|seen| seen.tick != tick);
        if is_done {
            ticks.push(Seen { tick, by: done.hand.by, on: london::wall(done.at).date_naive() });
        }
    }
    Ok(ticks)
}

/// The day on which the first agenda of a meeting went out.
fn agenda_sent(register: &Register, day: NaiveDate) -> Result<Option<NaiveDate>> {
    let agenda = LetterKind::Agenda.to_string();
    let letters = register.letters(day)?.into_iter();
    let sent = letters.filter(|letter| letter.kind == agenda && letter.state.may_have_arrived());
    Ok(sent.map(|letter| london::wall(letter.at).date_naive()).min())
}

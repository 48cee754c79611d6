//! What she typed on the sheet *Agenda*: where, when and how long a case is heard.

use crate::desk::answers::Answers;
use crate::panel::acts::Act;
use crate::panel::case::Casebook;
use crate::panel::ids::CaseId;
use crate::panel::slots::Wish;
use crate::panel::when;

/// No slot is longer, in minutes.
const LONGEST_SLOT: u32 = 240;

const FORGET: [(&str, ()); 1] = [("as the rules have it", ())];

/// The choices of *What to do* with a line of the agenda.
pub fn agenda_words() -> Vec<String> {
    FORGET.iter().map(|(words, ())| (*words).to_owned()).collect()
}

/// The wish of one row.
pub fn slot(answers: &mut Answers<'_>, casebook: &Casebook) -> Option<Act> {
    let meeting = casebook.meeting.date;
    let forget = answers.choice("What to do", &FORGET).is_some();
    let note = answers.text("Note");
    let (order, starts, minutes) =
        (answers.whole("Order", 99), answers.time("Time"), answers.whole("Minutes", LONGEST_SLOT));
    let asked = order.is_some() || starts.is_some() || minutes.is_some() || !note.is_empty();
    if !asked && !forget {
        return None;
    }
    let Ok(case) = answers.row.key.parse::<CaseId>() else {
        let hint = "the panel's standing items and the break are set in the configuration";
        answers.wrong("", "only a case can be given another place", hint);
        return None;
    };
    if forget && asked {
        let hint = "clear `What to do`, or the order, time, minutes and note";
        answers.wrong("What to do", "it cannot be both as the rules have it and as typed here", hint);
    }
    if let Some(starts) = starts {
        let sits = &casebook.meeting;
        if starts < sits.starts.time() || sits.ends.is_some_and(|ends| ends.time() <= starts) {
            let message = format!("{} is outside the meeting", when::hour(starts));
            answers.wrong("Time", message, "choose a time while the panel sits");
        }
    }
    let note = (!note.is_empty()).then_some(note);
    let act = Act::Slot { meeting, wish: Wish { case, starts, minutes, order, note } };
    answers.is_about_somebody(&act, casebook).then_some(act)
}

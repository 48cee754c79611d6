//! What she typed on the sheet *Agenda*: where, when and how long a case is heard.
//!
//! These stay in the workbook: the agenda is made anew from them each time.

use crate::desk::answers::Answers;
use crate::desk::layout::AGENDA;
use crate::desk::mistake::Mistake;
use crate::desk::typed::Typed;
use crate::panel::case::Casebook;
use crate::panel::ids::CaseId;
use crate::panel::slots::Wish;

/// No slot is longer, in minutes.
const LONGEST_SLOT: u32 = 240;

/// The wishes typed, and what is wrong with the rest.
pub fn wishes(typed: &Typed, casebook: &Casebook) -> (Vec<Wish>, Vec<Mistake>) {
    let mut wishes = Vec::new();
    let mut mistakes = Vec::new();
    for row in typed.on(AGENDA.name) {
        let mut answers = Answers::of(row, casebook.meeting.date);
        let note = answers.text("Note");
        let wish = |case: CaseId, answers: &mut Answers<'_>| Wish {
            case,
            order: answers.whole("Order", 99),
            starts: answers.time("Time"),
            minutes: answers.whole("Minutes", LONGEST_SLOT),
            note: (!note.is_empty()).then(|| note.clone()),
        };
        match row.key.parse() {
            Ok(case) => {
                let wish = wish(case, &mut answers);
                check(&mut answers, &wish, casebook);
                if answers.mistakes.is_empty() {
                    wishes.push(wish);
                }
            }
            Err(_) => {
                let hint = "the panel's standing items and the break are set in the configuration";
                answers.wrong("", "only a case can be given another place", hint);
            }
        }
        mistakes.append(&mut answers.mistakes);
    }
    (wishes, mistakes)
}

fn check(answers: &mut Answers<'_>, wish: &Wish, casebook: &Casebook) {
    let meeting = &casebook.meeting;
    let asked =
        wish.order.is_some() || wish.starts.is_some() || wish.minutes.is_some() || wish.note.is_some();
    if asked && answers.text("By").is_empty() {
        answers.wrong("By", "nobody's name stands beside it", "type your name in `By`");
    }
    if let Some(starts) = wish.starts {
        let outside =
            starts < meeting.starts.time() || meeting.ends.is_some_and(|ends| ends.time() <= starts);
        if outside {
            let shown = starts.format("%H:%M");
            answers.wrong(
                "Time",
                format!("{shown} is outside the meeting"),
                "choose a time while the panel sits",
            );
        }
    }
}

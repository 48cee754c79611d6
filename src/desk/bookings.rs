//! What a booking on the sheet *Expected* says besides its case: a decision taken outside the panel, an emergency by telephone.

use crate::desk::answers::Answers;
use crate::desk::layout::folded;
use crate::panel::acts::{Act, Alert, Expected, TelephonedEmergency};
use crate::panel::case::DecidedOutside;
use crate::panel::ids::CaseId;
use crate::panel::request::Request;
use crate::panel::words::Words;

/// A decision taken between meetings with written authority.
pub(crate) fn outside(answers: &mut Answers<'_>) -> Option<DecidedOutside> {
    let on = answers.date("Decided outside on");
    let (authority, what) = (answers.text("Written authority of"), answers.text("What was decided"));
    if !answers.has("Decided outside on") {
        if !authority.is_empty() || !what.is_empty() {
            let hint = "type the day in `Decided outside on`, or clear the authority";
            answers.wrong("Decided outside on", "a decision outside the panel without its day", hint);
        }
        return None;
    }
    if on.is_some_and(|on| on > answers.on()) {
        answers.wrong("Decided outside on", "that day is after the meeting", "check the year");
    }
    if authority.is_empty() {
        let hint = "type who gave it in `Written authority of`";
        answers.wrong("Written authority of", "a decision outside the panel without written authority", hint);
    }
    Some(DecidedOutside { on: on?, authority, what: (!what.is_empty()).then_some(what) })
}

/// What a row says of an early alert: nothing, that there is one, or that it is over.
#[derive(Debug, PartialEq, Eq)]
enum Alerted {
    Not,
    Yes(Alert),
    Over,
}

/// What is chosen when an early alert has come to its end.
pub(crate) const OVER: &str = "over";

/// The act of a row that is an early alert, or says that one is over; such a row books nothing.
pub(crate) fn alert_act(
    answers: &mut Answers<'_>,
    case: Option<&CaseId>,
    expected: &Expected,
    decided: bool,
) -> Option<Act> {
    let alerted = alerted(answers, expected.child.name.as_deref().unwrap_or_default());
    let alert = match alerted {
        Alerted::Not => return None,
        Alerted::Over => None,
        Alerted::Yes(alert) => Some(alert),
    };
    let only_named = Expected { child: expected.child.clone(), ..Expected::default() };
    if alert.is_some() && (decided || *expected != only_named) {
        let hint = "book it in a row of its own, or clear the early alert";
        let message = "an early alert is not on the agenda, and this row books the case";
        answers.wrong("Early alert", message, hint);
    }
    Some(Act::Alert { case: case?.clone(), alert })
}

/// A concern that a placement may be needed: with whom it was discussed, when, and what is done next.
fn alerted(answers: &mut Answers<'_>, child: &str) -> Alerted {
    let said = answers.text("Early alert");
    let (manager, next_step) = (answers.text("Manager spoken to"), answers.text("Next step"));
    let on = answers.date("Spoken to on");
    if said.eq_ignore_ascii_case(OVER) {
        return Alerted::Over;
    }
    if answers.yes("Early alert") != Some(true) {
        if !manager.is_empty() || !next_step.is_empty() || answers.has("Spoken to on") {
            let hint = "choose `yes` in `Early alert`, or clear the manager, the day and the next step";
            answers.wrong("Early alert", "a manager was spoken to, but not that it is an early alert", hint);
        }
        return Alerted::Not;
    }
    if manager.is_empty() {
        answers.wrong(
            "Manager spoken to",
            "an early alert without the manager",
            "type the name in `Manager spoken to`",
        );
    }
    if !answers.has("Spoken to on") {
        answers.wrong("Spoken to on", "an early alert without its day", "type the day in `Spoken to on`");
    }
    if next_step.is_empty() {
        answers.wrong(
            "Next step",
            "an early alert without a next step",
            "type what is done to find another way",
        );
    }
    let Some(on) = on else { return Alerted::Not };
    let child = (!child.is_empty()).then(|| child.to_owned());
    Alerted::Yes(Alert { child, manager, on, next_step })
}

/// An emergency entered before any paper of it exists.
pub(crate) fn telephoned(answers: &mut Answers<'_>) -> Option<TelephonedEmergency> {
    let placed_on = answers.date("Placed on");
    let authorised_by = answers.text("Authorised by");
    let authorised_on = answers.date("Authorised on");
    if answers.yes("Emergency") != Some(true) {
        if placed_on.is_some() || !authorised_by.is_empty() || authorised_on.is_some() {
            let hint = "choose `yes` in `Emergency`, or clear the placement";
            answers.wrong("Emergency", "a placement is entered, but not that it is an emergency", hint);
        }
        return None;
    }
    if !answers.has("Placed on") {
        answers.wrong(
            "Placed on",
            "an emergency without the day of the placement",
            "type the day in `Placed on`",
        );
    }
    if authorised_by.is_empty() {
        answers.wrong(
            "Authorised by",
            "nobody is named as having given permission",
            "who gave permission? Enter the name and the date",
        );
    }
    Some(TelephonedEmergency { placed_on: placed_on?, authorised_by, authorised_on })
}

/// What the case will ask for, by the panel's own word for it.
pub(crate) fn request(answers: &mut Answers<'_>, words: &Words) -> Option<Request> {
    let text = answers.text("Request");
    if text.is_empty() {
        return None;
    }
    let asked = folded(&text);
    let found = Request::ALL
        .into_iter()
        .find(|request| folded(words.request(*request)) == asked || folded(request.key()) == asked);
    if found.is_none() {
        answers.wrong("Request", format!("`{text}` is not a kind of request"), "choose one of the list");
    }
    found
}

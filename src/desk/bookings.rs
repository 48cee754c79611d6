//! What a booking on the sheet *Expected* says besides its case: a decision taken outside the panel, an emergency by telephone.

use crate::desk::answers::Answers;
use crate::panel::acts::TelephonedEmergency;
use crate::panel::case::DecidedOutside;

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

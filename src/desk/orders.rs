//! A row of the sheet *Tasks*: what is asked for, by whom, and what it needs to be told.

use crate::desk::answers::Answers;
use crate::desk::entries::{Order, OrderWord};
use crate::desk::needs;
use crate::panel::ids::PaperNumber;

/// The reason on record where none is asked for.
pub const UNREASONED: &str = "entered in the meeting workbook";

pub fn order(answers: &mut Answers<'_>) -> Option<Order> {
    let wanted = answers.yes("Do it") == Some(true);
    let (by, reason) = (answers.text("By"), answers.text("Reason"));
    let what = OrderWord::named(&answers.row.key);
    if !wanted {
        return None;
    }
    let Some(what) = what else {
        answers.wrong("", format!("`{}` is not a task", answers.row.key), "use the tasks that are listed");
        return None;
    };
    if by.is_empty() {
        answers.wrong("By", "nobody's name stands beside the task", "type your name in `By`");
        return None;
    }
    if what == OrderWord::AcceptPack && reason.is_empty() {
        answers.wrong(
            "Reason",
            "a pack that is not verified is accepted only for a reason",
            "say in `Reason` why it may go out",
        );
        return None;
    }
    if what == OrderWord::AmendMinutes && reason.is_empty() {
        answers.wrong("Reason", "the correction is missing", "type in `Reason` what is to be read instead");
        return None;
    }
    if let Some((message, hint)) = needs::missing(what, &reason) {
        answers.wrong("Reason", message, hint);
        return None;
    }
    if what == OrderWord::TakeOut && taken_out(&reason).is_none() {
        answers.wrong(
            "Reason",
            "it is not said which document, and why",
            "type its number and the reason, such as `P12 sent in error`",
        );
        return None;
    }
    if what == OrderWord::WriteBreach && !reason.chars().any(|letter| letter.is_ascii_digit()) {
        answers.wrong(
            "Reason",
            "the case's number is missing",
            "type it, and when it was noticed, such as `1167109 noticed 24/11/2026 09:30`",
        );
        return None;
    }
    let reason = if reason.is_empty() { UNREASONED.to_owned() } else { reason };
    answers.mistakes.is_empty().then(|| Order { place: answers.row.place(), what, by, reason })
}

/// Which document is to be taken out of the pack, and why, as it is typed beside the task: `P12 sent in error`.
pub fn taken_out(reason: &str) -> Option<(PaperNumber, &str)> {
    let (number, why) = reason.trim().split_once([' ', ':', ','])?;
    let why = why.trim_start_matches([' ', ':', ',']).trim();
    Some((number.parse().ok()?, why)).filter(|_| !why.is_empty())
}

//! What she asked for on the sheet *Tasks*, and the row that anything asked for stands in.

use crate::desk::answers::Answers;
use crate::desk::entries::{Order, OrderWord, Place};
use crate::desk::typed::TypedRow;

/// The reason on record where none is asked for.
pub const UNREASONED: &str = "entered in the meeting workbook";

pub fn place(row: &TypedRow) -> Place {
    Place { sheet: row.sheet.clone(), key: row.key.clone() }
}

/// A task, where it is wanted and a name stands beside it.
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
    if what == OrderWord::WriteBreach && !reason.chars().any(|letter| letter.is_ascii_digit()) {
        answers.wrong(
            "Reason",
            "the case's number is missing",
            "type it, and when it was noticed, such as `1167109 noticed 24/11/2026 09:30`",
        );
        return None;
    }
    let reason = if reason.is_empty() { UNREASONED.to_owned() } else { reason };
    answers.mistakes.is_empty().then(|| Order { place: place(answers.row), what, by, reason })
}

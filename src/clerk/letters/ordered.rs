//! Letters that a task of the workbook asks for: shown first where the road sends by itself, and what came of it in words.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::clerk::house::{House, shown};
use crate::clerk::letters::once_more;
use crate::clerk::letters::send::{self, Sent, Wanted};
use crate::clerk::letters::sweep;
use crate::clerk::sitting::{self, Sitting};
use crate::config::Road;
use crate::post::kind::LetterKind;
use crate::register::Register;

/// Writes letters, or says which would go.
///
/// Fails like [`send::plan`] and [`send::write`].
pub fn letters(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    wanted: &Wanted<'_>,
) -> Result<String> {
    let plan = send::plan(house, register, sitting, wanted)?;
    let Sent { drafts, queued, only_shown, held_back, still_linked } =
        send::write(house, register, sitting, wanted, &plan)?;
    if let Some(lines) = only_shown {
        return Ok(format!(
            "nothing was sent yet. This would go: {}. Read it, then type the task again",
            lines.join("; ")
        ));
    }
    let (people, _) = sitting::people(house)?;
    let gone = sweep::sweep(house, register, sitting, &people)?.len();
    let road = &house.config.post.road;
    let where_to = match queued {
        _ if *road == Road::Outbox => format!("{} emails are in the outbox", drafts.len()),
        1 if road.sends_by_itself() => "1 email goes to the mail server".to_owned(),
        queued if road.sends_by_itself() => format!("{queued} emails go to the mail server"),
        1 => "1 email goes among the drafts of the panel's mailbox".to_owned(),
        queued => format!("{queued} emails go among the drafts of the panel's mailbox"),
    };
    let mut said = format!("{where_to}; {} people {}", plan.unreachable.len(), wanted.kind.not_reached());
    if gone > 0 {
        said.push_str(&format!(
            "; {gone} other drafts were taken out of the outbox, for their readers may no longer have what they hold"
        ));
    }
    if held_back > 0 {
        said.push_str(&format!("; {held_back} documents are too large for an email: the emails say which"));
    }
    for file in still_linked {
        said.push_str(&format!("; {}", still_there(&shown(&file, &house.config))));
    }
    Ok(said)
}

/// Has the letters of these readers (by name, address or number) go once more, whatever kind they are; those of one kind after the other.
///
/// Fails when one of them has no letter that may go once more, and like [`letters`].
pub fn once_more(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    readers: &[String],
) -> Result<String> {
    let mut kinds: BTreeMap<LetterKind, Vec<String>> = BTreeMap::new();
    for (kind, letter) in once_more::of_readers(house, register, sitting.day(), readers)? {
        kinds.entry(kind).or_default().push(letter);
    }
    let mut said = Vec::new();
    for (kind, again) in kinds {
        let wanted = Wanted { again: &again, ..Wanted::only(kind) };
        let came = letters(house, register, sitting, &wanted)?;
        said.push(format!("{} ({}): {came}", kind.brings(), again.join(", ")));
    }
    Ok(said.join("; "))
}

/// That a file which is asked back can still be opened by its link.
pub fn still_there(file: &str) -> String {
    format!(
        "`{file}` stays where the link leads, for others read it there: take its reader's right to open that folder away"
    )
}

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
/// Fails like [`send::write`].
pub fn letters(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    wanted: &Wanted<'_>,
) -> Result<String> {
    let Sent { plan, drafts, queued, only_shown, held_back, still_linked } =
        send::write(house, register, sitting.day(), wanted)?;
    if let Some(lines) = only_shown {
        return Ok(format!(
            "nothing was sent yet. This would go: {}. Read it, then type the task again",
            lines.join("; ")
        ));
    }
    let (people, _) = sitting::people(house)?;
    let gone = sweep::sweep(house, register, sitting, &people)?.len();
    let road = &house.config.post.road;
    let where_to = if *road == Road::Outbox {
        format!("{} in the outbox", of(drafts.len(), "email is", "emails are"))
    } else {
        let go = of(queued, "email goes", "emails go");
        let to = if road.sends_by_itself() {
            "to the mail server"
        } else {
            "among the drafts of the panel's mailbox"
        };
        format!("{go} {to}")
    };
    let unreached = of(plan.unreachable.len(), "person", "people");
    let mut said = format!("{where_to}; {unreached} {}", wanted.kind.not_reached());
    if gone > 0 {
        said.push_str(&format!(
            "; {} taken back, for what is in them may no longer be for their readers",
            of(gone, "other email was", "other emails were")
        ));
    }
    if held_back > 0 {
        said.push_str(&format!(
            "; {} too large for an email: the emails say which",
            of(held_back, "document is", "documents are")
        ));
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

/// A number and what there is of it, one or several.
fn of(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

//! Drafts in the panel's mailbox of which a person says that they were sent, or removed: the mailbox is asked first, and what it knows goes before
//! what is said.

use std::sync::atomic::AtomicBool;

use anyhow::Result;
use chrono::NaiveDate;
use lettre::Address;

use crate::clerk::house::House;
use crate::clerk::letters::posted::mark;
use crate::clerk::letters::roads::Way;
use crate::clerk::letters::told::Told;
use crate::clerk::usage::Usage;
use crate::config::Road;
use crate::panel::acts::Hand;
use crate::panel::audience::same_name;
use crate::panel::letter_state::LetterState;
use crate::post::carry::{Asked, Carried};
use crate::post::kind::LetterKind;
use crate::post::token::Tokens;
use crate::register::Register;
use crate::register::letters::LetterRow;
use crate::register::pieces::Kept;

/// What a person says became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It was sent from the mailbox.
    Sent,
    /// It was deleted, and nothing went.
    Removed,
}

/// The letters of a kind that lie among the drafts of the panel's mailbox, to these readers (by name, address or number), or all where nobody is
/// named.
///
/// Fails when the register cannot be read.
pub fn drafts(
    register: &Register,
    day: NaiveDate,
    kind: LetterKind,
    readers: &[String],
) -> Result<Vec<LetterRow>> {
    let told = Told::of(register, day)?;
    let is_meant = |row: &LetterRow| {
        let name = told.holds.get(&row.draft).map(|holds| holds.name.as_str());
        let is_of = |reader: &String| {
            row.id.eq_ignore_ascii_case(reader)
                || row.recipient.eq_ignore_ascii_case(reader)
                || name.is_some_and(|name| same_name(name, reader))
        };
        readers.is_empty() || readers.iter().any(is_of)
    };
    let mut drafts = register.letters(day)?;
    drafts.retain(|row| row.kind == kind.word() && row.state == LetterState::InDrafts && is_meant(row));
    Ok(drafts)
}

/// Puts on record what became of drafts.
///
/// Fails with nothing on record when the mailbox cannot be asked, still has one of the drafts, or has sent what is said to be removed.
pub fn put_on_record(
    house: &House,
    register: &mut Register,
    drafts: &[LetterRow],
    became: Became,
    hand: &Hand,
) -> Result<()> {
    for (row, asked) in drafts.iter().zip(asked(house, drafts)?) {
        let (id, to) = (&row.id, &row.recipient);
        match (asked, became) {
            (Asked::StillThere, _) => {
                return Err(Usage::new(format!("the draft {id} to {to} still lies in the panel's mailbox"))
                    .hint("open it there and press Send, or delete it; nothing was marked")
                    .into());
            }
            (Asked::Gone(_), Became::Removed) => {
                return Err(Usage::new(format!("{id} to {to} was not removed: the mailbox has sent it"))
                    .hint("nothing was marked; `panelclerk send recall-email DATE --of READER` asks it back")
                    .into());
            }
            (Asked::Gone(_) | Asked::Nowhere, _) => {}
        }
    }
    for row in drafts {
        match became {
            Became::Sent => register.sent_by_hand(&row.id, hand, house.now())?,
            Became::Removed => {
                let said = format!("its draft was removed, says {}", hand.by);
                register.letter_state(&row.id, LetterState::Superseded, &said, house.now())?;
            }
        }
    }
    Ok(())
}

/// What the mailbox says of each.
fn asked(house: &House, drafts: &[LetterRow]) -> Result<Vec<Asked>> {
    let no_mailbox = |why: String, hint: String| Usage::new(why).hint(hint);
    if !matches!(house.config.post.road, Road::Graph(_)) {
        let hint = "the road is no mailbox any more: set it back to `graph` for this".to_owned();
        return Err(no_mailbox("the panel's mailbox cannot be asked".to_owned(), hint).into());
    }
    let stop = AtomicBool::new(false);
    let way = Way::new(&house.config.post.road, Tokens::default(), &stop);
    let asks = way.asks();
    let opened = way.open(&asks).map_err(|stopped| no_mailbox(stopped.advice.says, stopped.advice.hint))?;
    let Some(mut carrier) = opened else { return Ok(Vec::new()) };
    let from = house.sender()?.address().clone();
    let mut answers = Vec::new();
    for row in drafts {
        let to: Address = row.recipient.parse()?;
        let letter = Carried {
            from: &from,
            to: &to,
            id: &row.id,
            mark: mark(row),
            message: Kept::Bytes(&[]),
            begun_before: false,
            went_before: 0,
        };
        let Some(answer) = carrier.ask(&letter) else {
            let hint = "try again later; nothing was marked".to_owned();
            return Err(no_mailbox("the panel's mailbox does not answer".to_owned(), hint).into());
        };
        answers.push(answer);
    }
    carrier.end();
    Ok(answers)
}

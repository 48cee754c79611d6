//! Drafts that somebody opened and sent: who says so is on record, and the drafts leave the outbox, so that nobody sends them again.

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::letters::again::is_meant;
use crate::clerk::letters::told::Told;
use crate::clerk::usage::Usage;
use crate::panel::acts::Hand;
use crate::panel::letter_state::LetterState;
use crate::post::kind::LetterKind;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// Marks the letters of a kind as sent by hand: those to these readers (by name, address or number of the letter), or every draft in the
/// outbox where nobody is named. Gives them.
///
/// Fails when nobody of a name was written to, a letter has gone another way already, or a draft cannot be removed.
pub fn mark_sent(
    house: &House,
    register: &mut Register,
    day: NaiveDate,
    kind: Option<LetterKind>,
    readers: &[String],
    hand: &Hand,
) -> Result<Vec<LetterRow>> {
    let mut letters = register.letters(day)?;
    letters.retain(|row| kind.is_none_or(|kind| row.kind == kind.word()));
    let meant = if readers.is_empty() {
        letters.into_iter().filter(|row| row.state == LetterState::Ready).collect()
    } else {
        named(register, day, &letters, readers)?
    };
    if meant.is_empty() {
        let which = kind.map_or_else(|| "no email".to_owned(), |kind| format!("no email of kind `{kind}`"));
        return Err(Usage::new(format!("{which} for {day} is in the outbox to be marked as sent"))
            .hint("`panelclerk --json audit` lists every email and how far it got")
            .into());
    }
    for row in &meant {
        register.sent_by_hand(&row.id, hand, house.now())?;
    }
    remove_drafts(house, day, &meant)?;
    Ok(meant)
}

/// The letters to these readers that have not gone yet; of each reader at least one.
fn named(
    register: &Register,
    day: NaiveDate,
    letters: &[LetterRow],
    readers: &[String],
) -> Result<Vec<LetterRow>> {
    let told = Told::of(register, day)?;
    let may_be = |row: &LetterRow| row.state.may_become(LetterState::SentByHand);
    let mut meant: Vec<LetterRow> = Vec::new();
    for reader in readers {
        let is_theirs = |row: &&LetterRow| {
            let name = told.holds.get(&row.draft).map(|holds| holds.name.as_str());
            is_meant(row, name, reader)
        };
        let theirs: Vec<&LetterRow> = letters.iter().filter(is_theirs).collect();
        let by_number = |row: &&&LetterRow| row.id.eq_ignore_ascii_case(reader);
        let waits = |row: &&&LetterRow| row.state.may_go() || (by_number(row) && may_be(row));
        let mut open: Vec<LetterRow> = theirs.iter().filter(waits).map(|row| (*row).clone()).collect();
        if open.is_empty() && theirs.iter().all(|row| may_be(row)) {
            // It was taken back, and had been sent all the same.
            open.extend(theirs.last().map(|row| (*row).clone()));
        }
        match (open.is_empty(), theirs.iter().rfind(|row| row.state != LetterState::Superseded)) {
            (false, _) => {}
            (true, Some(last)) => {
                let said = last.state.said();
                return Err(Usage::new(format!("the email to `{reader}` ({}) is {said} already", last.id))
                    .hint("nothing was marked")
                    .into());
            }
            (true, None) => {
                return Err(Usage::new(format!("no such email was written to `{reader}` for {day}"))
                    .hint("name the reader as in `People.xlsx`, by address, or the email by its number")
                    .into());
            }
        }
        meant.extend(
            open.into_iter().filter(|row| !meant.iter().any(|there| there.id == row.id)).collect::<Vec<_>>(),
        );
    }
    Ok(meant)
}

/// Takes the drafts of letters that have been sent by hand out of the outbox.
///
/// Fails when the outbox cannot be written.
pub fn remove_drafts(house: &House, day: NaiveDate, letters: &[LetterRow]) -> Result<()> {
    let outbox = house.config.folders.office.join(day.to_string()).join("outbox");
    for row in letters {
        house.shares.remove(&outbox.join(&row.draft))?;
    }
    Ok(())
}

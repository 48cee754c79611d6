//! Drafts that must not go out as they are: taken out of the outbox, and said in the register to be superseded.
//!
//! A draft is taken away before the register says so: after a crash one that is gone may still be called ready, and never the other way
//! round. A letter that may have arrived stays on record as that; it is only not sent once more. A draft in the panel's mailbox is taken out by
//! whoever posts, and until then the letter is said to be on its way back.

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::config::Road;
use crate::panel::letter_state::LetterState;
use crate::panel::post_times::{self, Next};
use crate::register::Register;
use crate::register::letters::LetterRow;

/// Takes letters back, and says why; gives those that would have gone.
///
/// Fails when the outbox or the register cannot be written.
pub fn take_back(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    letters: Vec<LetterRow>,
    why: &str,
) -> Result<Vec<LetterRow>> {
    let outbox = sitting.folder.join("outbox");
    let mut gone = Vec::new();
    for letter in letters {
        if in_a_mailbox(house, register, &letter)? {
            register.letter_state(&letter.id, LetterState::ToTakeBack, why, house.now())?;
        } else if letter.state == LetterState::Unknown {
            if post_times::next(&register.history_of(&letter)?) == Next::Person {
                continue;
            }
            register.letter_state(&letter.id, LetterState::Unknown, why, house.now())?;
        } else {
            house.shares.remove(&outbox.join(&letter.draft))?;
            register.letter_state(&letter.id, LetterState::Superseded, why, house.now())?;
        }
        gone.push(letter);
    }
    Ok(gone)
}

/// Whether the panel's mailbox may hold a draft of it: it lies there, or the mailbox has been asked to take one.
fn in_a_mailbox(house: &House, register: &Register, letter: &LetterRow) -> Result<bool> {
    if letter.state == LetterState::InDrafts {
        return Ok(true);
    }
    let tried = || -> Result<bool> {
        Ok(register.history_of(letter)?.iter().any(|was| was.state == LetterState::Trying))
    };
    Ok(matches!(house.config.post.road, Road::Graph(_)) && tried()?)
}

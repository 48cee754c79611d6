//! Drafts that must not go out as they are: taken out of the outbox, and said in the register to be superseded.
//!
//! A draft is taken away before the register says so: after a crash one that is gone may still be called ready, and never the other way
//! round.

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::letter_state::LetterState;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// Takes letters back, and says why.
///
/// Fails when the outbox or the register cannot be written.
pub fn take_back(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    letters: &[LetterRow],
    why: &str,
) -> Result<()> {
    let outbox = sitting.folder.join("outbox");
    for letter in letters {
        house.shares.remove(&outbox.join(&letter.draft))?;
        register.letter_state(&letter.id, LetterState::Superseded, why, house.now())?;
    }
    Ok(())
}

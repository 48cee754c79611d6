//! Drafts that must not go out as they are: taken out of the outbox, and said in the register to be superseded.
//!
//! A draft is taken away before the register says so: after a crash one that is gone may still be called ready, and never the other way
//! round. So are the files that a letter leads to, unless another letter leads to them as well. A letter that may have arrived stays on record
//! as that; it is only not sent once more. A draft in the panel's mailbox is taken out by whoever posts, and until then the letter is said to be
//! on its way back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::letters::told::Told;
use crate::clerk::sitting::Sitting;
use crate::config::Road;
use crate::panel::letter_state::{LetterState, Was};
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
    let links = Links::of(register, sitting, &letters)?;
    let mut gone = Vec::new();
    for letter in letters {
        let history = register.history_of(&letter)?;
        // It is on its way back already, or was, and nothing of it was found: more cannot be taken back.
        if letter.state == LetterState::Unknown && post_times::is_taken_back(&history) {
            continue;
        }
        if letter.state != LetterState::Unknown {
            house.shares.remove(&outbox.join(&letter.draft))?;
            for file in links.of_letter_alone(&letter.draft) {
                house.shares.remove(&file)?;
            }
        }
        if in_a_mailbox(house, &letter, &history) {
            register.letter_state(&letter.id, LetterState::ToTakeBack, why, house.now())?;
        } else if post_times::may_have_arrived(&history) {
            if letter.state == LetterState::Unknown && post_times::next(&history) == Next::Person {
                continue;
            }
            register.letter_state(&letter.id, LetterState::Unknown, why, house.now())?;
        } else {
            register.letter_state(&letter.id, LetterState::Superseded, why, house.now())?;
        }
        gone.push(letter);
    }
    Ok(gone)
}

/// Whether the panel's mailbox may hold a draft of it: it lies there, or the mailbox has been asked to take one.
fn in_a_mailbox(house: &House, letter: &LetterRow, history: &[Was]) -> bool {
    let tried = || history.iter().any(|was| was.state == LetterState::Trying);
    letter.state == LetterState::InDrafts || (matches!(house.config.post.road, Road::Graph(_)) && tried())
}

/// The files that letters of a meeting lead to.
struct Links {
    by_draft: BTreeMap<String, Vec<PathBuf>>,
    /// Those that letters lead to which stay.
    in_use: BTreeSet<PathBuf>,
}

impl Links {
    fn of(register: &Register, sitting: &Sitting, going: &[LetterRow]) -> Result<Self> {
        let holds = Told::of(register, sitting.day())?.holds;
        let by_draft: BTreeMap<String, Vec<PathBuf>> =
            holds.into_iter().map(|(draft, holds)| (draft, holds.links)).collect();
        let stays = |row: &&LetterRow| {
            row.state != LetterState::Superseded && !going.iter().any(|letter| letter.draft == row.draft)
        };
        let letters = register.letters(sitting.day())?;
        let in_use = letters.iter().filter(stays).filter_map(|row| by_draft.get(&row.draft)).flatten();
        Ok(Links { in_use: in_use.cloned().collect(), by_draft })
    }

    fn of_letter_alone(&self, draft: &str) -> Vec<PathBuf> {
        let files = self.by_draft.get(draft).into_iter().flatten();
        files.filter(|file| !self.in_use.contains(*file)).cloned().collect()
    }
}

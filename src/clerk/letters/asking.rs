//! A mailbox asked what became of letters: whether a draft was sent by hand, how a sending ended whose answer was lost. Drafts that must not go
//! any more are taken out of it.

use anyhow::Result;
use chrono::{DateTime, Days, Utc};
use lettre::Address;

use crate::clerk::house::House;
use crate::clerk::letters::posted::{Posted, mark};
use crate::panel::letter_state::{LetterState, Was};
use crate::panel::london;
use crate::panel::post_times;
use crate::post::carry::{Asked, Carried, Carrier};
use crate::register::Register;
use crate::register::letters::LetterRow;
use crate::register::pieces::Kept;

/// For so long after its meeting a letter is asked for.
const ASKED_FOR: Days = Days::new(14);

/// The letters of which a mailbox knows more than the record.
///
/// Fails when the register cannot be read.
pub fn to_ask(register: &Register, now: DateTime<Utc>) -> Result<Vec<(LetterRow, Vec<Was>)>> {
    let today = london::wall(now).date_naive();
    let mut letters = register.letters_on_the_way()?;
    letters.retain(|(letter, _)| {
        let open = [LetterState::Unknown, LetterState::InDrafts, LetterState::ToTakeBack];
        open.contains(&letter.state) && today <= letter.meeting + ASKED_FOR
    });
    Ok(letters)
}

/// Asks for each, and puts on record what is known by then; gives those that still lie among the drafts after a sending had begun, and may
/// be sent from there.
///
/// Fails when the register cannot be used.
pub fn ask(
    house: &House,
    register: &mut Register,
    carrier: &mut dyn Carrier,
    from: &Address,
    letters: Vec<(LetterRow, Vec<Was>)>,
    posted: &mut Posted,
) -> Result<Vec<LetterRow>> {
    let sends = house.config.post.road.sends_by_itself();
    let mut due = Vec::new();
    for (letter, history) in letters {
        if carrier.stopped().is_some() {
            break;
        }
        let Ok(to) = letter.recipient.parse::<Address>() else { continue };
        let begun_before = post_times::has_begun(&history);
        let carried = Carried {
            from,
            to: &to,
            id: &letter.id,
            mark: mark(&letter),
            message: Kept::Bytes(&[]),
            begun_before,
        };
        let is_taken_back = is_taken_back(&history);
        let asked = if is_taken_back { carrier.take_out(&carried) } else { carrier.ask(&carried) };
        let (state, said) = match (asked, letter.state) {
            (None, _) => continue,
            (Some(Asked::Gone(said)), _) if sends => {
                posted.accepted.push(letter.id.clone());
                (LetterState::Accepted, said)
            }
            (Some(Asked::Gone(said)), _) => (LetterState::SentByHand, said),
            (Some(Asked::StillThere), _) if is_taken_back => superseded(),
            (Some(Asked::Nowhere), LetterState::ToTakeBack) if !begun_before => superseded(),
            (Some(Asked::Nowhere), LetterState::ToTakeBack) => {
                (LetterState::Unknown, "it may have been sent: nothing of it is in the mailbox".to_owned())
            }
            (Some(Asked::StillThere), LetterState::Unknown) => {
                due.push(letter);
                continue;
            }
            (Some(Asked::StillThere | Asked::Nowhere), _) => continue,
        };
        // A letter that the mailbox has sent although a draft was all that was asked for was sent by a person.
        let state = match (letter.state, state) {
            (LetterState::InDrafts, LetterState::Accepted) => LetterState::SentByHand,
            (_, state) => state,
        };
        if letter.state == LetterState::Unknown && state == LetterState::Superseded {
            register.letter_state(&letter.id, LetterState::ToTakeBack, "", house.now())?;
        }
        register.letter_state(&letter.id, state, &said, house.now())?;
    }
    Ok(due)
}

/// Its draft must go, and it must not be sent, unless a person has said since that it goes.
fn is_taken_back(history: &[Was]) -> bool {
    let queued = history.iter().rposition(|was| was.state == LetterState::Queued).unwrap_or_default();
    history[queued..].iter().any(|was| was.state == LetterState::ToTakeBack)
}

fn superseded() -> (LetterState, String) {
    (LetterState::Superseded, "it never left; its draft was taken out of the mailbox".to_owned())
}

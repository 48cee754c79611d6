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
use crate::register::failure::RegisterError;
use crate::register::letters::LetterRow;
use crate::register::pieces::Kept;

/// For so long a letter is asked for, after it came to where it is and after its meeting.
const ASKED_FOR: Days = Days::new(14);

/// What is said of a draft that is not where it was: sent from where no copy is kept, or thrown away by somebody.
const NOWHERE: &str =
    "it may have been sent: it is neither among the mailbox's drafts any more nor in its Sent Items";

/// The letters of which a mailbox knows more than the record.
///
/// Fails when the register cannot be read.
pub fn to_ask(register: &Register, now: DateTime<Utc>) -> Result<Vec<(LetterRow, Vec<Was>)>> {
    let today = london::wall(now).date_naive();
    let mut letters = register.letters_on_the_way()?;
    letters.retain(|(letter, _)| {
        let last = letter.meeting.max(london::wall(letter.at).date_naive());
        match letter.state {
            // It must not be sent, however long its mailbox cannot be asked.
            LetterState::ToTakeBack => true,
            LetterState::Unknown | LetterState::InDrafts => today <= last + ASKED_FOR,
            _ => false,
        }
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
        let carried = Carried {
            from,
            to: &to,
            id: &letter.id,
            mark: mark(&letter),
            message: Kept::Bytes(&[]),
            begun_before: post_times::has_begun(&history),
            went_before: post_times::times_gone(&history),
        };
        let is_taken_back = post_times::is_taken_back(&history);
        let asked = if is_taken_back { carrier.take_out(&carried) } else { carrier.ask(&carried) };
        let Some(asked) = asked else { continue };
        // A letter that has left although a draft was all that was asked for was sent by a person.
        let by_hand = !sends || post_times::was_left_to_a_person(&history);
        let (state, said) = match (asked, letter.state) {
            (Asked::Gone(said), _) if by_hand => (LetterState::SentByHand, said),
            (Asked::Gone(said), _) => {
                posted.accepted.push(letter.id.clone());
                (LetterState::Accepted, said)
            }
            (Asked::StillThere, _) if is_taken_back => superseded(),
            (Asked::StillThere, LetterState::Unknown) if post_times::was_left_to_a_person(&history) => {
                (LetterState::InDrafts, "it lies among the mailbox's drafts".to_owned())
            }
            (Asked::StillThere, LetterState::Unknown) => {
                if post_times::is_taken_up_again(&history) {
                    due.push(letter);
                }
                continue;
            }
            (Asked::Nowhere, LetterState::ToTakeBack) if !post_times::had_a_draft(&history) => superseded(),
            (Asked::Nowhere, LetterState::InDrafts | LetterState::ToTakeBack) => {
                (LetterState::Unknown, NOWHERE.to_owned())
            }
            (Asked::StillThere | Asked::Nowhere, _) => continue,
        };
        let first = (letter.state == LetterState::Unknown && state == LetterState::Superseded)
            .then_some((LetterState::ToTakeBack, String::new()));
        for (state, said) in first.into_iter().chain([(state, said)]) {
            match register.letter_state(&letter.id, state, &said, house.now()) {
                // Somebody has said what became of it since it was looked up.
                Err(RegisterError::Refused(_)) => break,
                entered => entered?,
            }
        }
    }
    Ok(due)
}

fn superseded() -> (LetterState, String) {
    (LetterState::Superseded, "it never left; its draft was taken out of the mailbox".to_owned())
}

//! What is said of a letter on record that did not get through, whichever road it took.

use crate::panel::letter_state::LetterState;
use crate::panel::post_times::Next;
use crate::post::advice::Advice;
use crate::post::graph::advice as graph;
use crate::post::graph::reply::GraphReply;
use crate::post::smtp::advice as smtp;

/// What is said, without the other side's own words: they may hold the reader's address. `next` is what becomes of it by itself.
pub fn of_record(state: LetterState, said: &str, next: Next) -> Advice {
    if state == LetterState::Unknown {
        return smtp::of_record(state, said, next);
    }
    let Some((status, code)) = GraphReply::on_record(said) else { return smtp::of_record(state, said, next) };
    let (says, hint) = graph::said(status, code);
    let over = state == LetterState::RefusedForNow && next == Next::Person;
    let hint = if over { smtp::TRIED_OFTEN.to_owned() } else { hint };
    Advice { says, hint }
}

//! What is said of a letter on record that did not get through, whichever road it took.

use crate::panel::letter_state::LetterState;
use crate::panel::post_times::Next;
use crate::post::advice::Advice;
use crate::post::graph::advice as graph;
use crate::post::graph::reply::GraphReply;
use crate::post::smtp::advice as smtp;

/// What is said, without the other side's own words: they may hold the reader's address. `next` is what becomes of it by itself; where a
/// mailbox can be asked (`by_mailbox`), what may have been sent is not sent again by itself.
pub fn of_record(state: LetterState, said: &str, next: Next, by_mailbox: bool) -> Advice {
    if state == LetterState::Unknown && by_mailbox {
        return Advice {
            says: "it may have been sent, and the mailbox does not say so".to_owned(),
            hint: "ask its reader whether it came: if so, `panelclerk send KIND DATE --mark-sent READER --by NAME`; if not, \
                   `panelclerk send KIND DATE --go --again READER`; the mailbox goes on being asked"
                .to_owned(),
        };
    }
    if state == LetterState::Unknown {
        return smtp::of_record(state, said, next);
    }
    let Some((status, code)) = GraphReply::on_record(said) else { return smtp::of_record(state, said, next) };
    let (says, hint) = graph::said(status, code);
    let over = state == LetterState::RefusedForNow && next == Next::Person;
    let hint = if over { smtp::TRIED_OFTEN.to_owned() } else { hint };
    Advice { says, hint }
}

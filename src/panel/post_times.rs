//! When a letter is tried again that was not taken, and when no more. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::panel::letter_state::{LetterState, Was};

/// After so many minutes a letter is tried again that was refused for now: greylisting lasts minutes, a broken server hours.
const AGAIN_AFTER: [i64; 6] = [5, 15, 60, 120, 240, 480];

/// A letter that may have arrived is sent once more after so many minutes, and never a third time.
const UNKNOWN_AGAIN_AFTER: i64 = 15;

/// What is to be done about a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It goes at this moment, or as soon after it as the program comes to it.
    At(DateTime<Utc>),
    /// A person must decide: the program tries no more.
    Person,
    /// Nothing.
    Nothing,
}

/// What is to be done about a letter with this history, oldest first.
pub fn next(history: &[Was]) -> Next {
    let Some(last) = history.last() else { return Next::Nothing };
    let tries = |state: LetterState| history.iter().filter(|was| was.state == state).count();
    match last.state {
        LetterState::Queued => Next::At(last.at),
        LetterState::RefusedForNow => {
            match AGAIN_AFTER.get(tries(LetterState::RefusedForNow).saturating_sub(1)) {
                Some(minutes) => Next::At(last.at + TimeDelta::minutes(*minutes)),
                None => Next::Person,
            }
        }
        LetterState::Unknown if tries(LetterState::Unknown) == 1 => {
            Next::At(last.at + TimeDelta::minutes(UNKNOWN_AGAIN_AFTER))
        }
        LetterState::Unknown | LetterState::Refused | LetterState::Returned => Next::Person,
        LetterState::Ready
        | LetterState::InDrafts
        | LetterState::ToTakeBack
        | LetterState::Trying
        | LetterState::DataBegun
        | LetterState::Accepted
        | LetterState::SentByHand
        | LetterState::Delayed
        | LetterState::Superseded => Next::Nothing,
    }
}

/// What is on record since a person last said that it goes.
fn since_queued(history: &[Was]) -> &[Was] {
    let queued = history.iter().rposition(|was| was.state == LetterState::Queued).unwrap_or_default();
    &history[queued..]
}

/// Whether a sending of it has begun of which nobody knows how it ended, since a person last said that it goes.
pub fn has_begun(history: &[Was]) -> bool {
    since_queued(history).iter().any(|was| was.state == LetterState::Unknown)
}

/// Whether the program takes up a draft that still lies there after a sending of it was lost; one that stays so is left to a person.
pub fn is_taken_up_again(history: &[Was]) -> bool {
    let lost = since_queued(history).iter().filter(|was| was.state == LetterState::Unknown).count();
    lost <= AGAIN_AFTER.len()
}

/// Whether its draft in a mailbox must go, and it must not be sent, unless a person has said since that it goes.
pub fn is_taken_back(history: &[Was]) -> bool {
    since_queued(history).iter().any(|was| was.state == LetterState::ToTakeBack)
}

/// Whether a mailbox has had a draft of it with its reader, which somebody could have sent, since a person last said that it goes.
pub fn had_a_draft(history: &[Was]) -> bool {
    let with_reader = [LetterState::DataBegun, LetterState::InDrafts, LetterState::Unknown];
    since_queued(history).iter().any(|was| with_reader.contains(&was.state))
}

/// Whether a person is the last who had it in hand: it lay among the drafts, and the program has not tried it since.
pub fn was_left_to_a_person(history: &[Was]) -> bool {
    let last = history.iter().rfind(|was| matches!(was.state, LetterState::InDrafts | LetterState::Trying));
    last.is_some_and(|was| was.state == LetterState::InDrafts)
}

/// How often it has gone, each time known: a person may have had it go once more.
pub fn times_gone(history: &[Was]) -> usize {
    let gone = [LetterState::Accepted, LetterState::SentByHand];
    history.iter().filter(|was| gone.contains(&was.state)).count()
}

/// When the sending left by which its reader may have it; none where none did. One that nobody knows the end of is not undone by a later one that
/// was refused.
pub fn left(history: &[Was]) -> Option<DateTime<Utc>> {
    // Of sendings that a person has asked for before, of the tries since, of the last.
    let (mut before, mut earlier, mut this) = (None, None, None);
    let mut taken_out = false;
    for was in history {
        match was.state {
            LetterState::Queued => (before, earlier, this) = (this.or(earlier).or(before), None, None),
            LetterState::Trying => (earlier, this) = (this.or(earlier), None),
            LetterState::DataBegun | LetterState::Accepted | LetterState::SentByHand => this = Some(was.at),
            LetterState::Unknown | LetterState::Delayed => this = this.or(Some(was.at)),
            LetterState::RefusedForNow | LetterState::Refused => this = None,
            // The mailbox says of this sending that it never left; a notice says that it was not delivered.
            LetterState::InDrafts | LetterState::Returned => (earlier, this) = (None, None),
            LetterState::Superseded if taken_out => (earlier, this) = (None, None),
            LetterState::Ready | LetterState::ToTakeBack | LetterState::Superseded => {}
        }
        taken_out = was.state == LetterState::ToTakeBack;
    }
    this.or(earlier).or(before)
}

/// Whether its reader may have it, by whichever sending.
pub fn may_have_arrived(history: &[Was]) -> bool {
    left(history).is_some()
}

/// Whether a person may say that it goes once more, although it was refused, came back, or may have arrived.
pub fn may_go_again(history: &[Was]) -> bool {
    let last = history.last().map(|was| was.state);
    matches!(last, Some(LetterState::Refused | LetterState::Returned | LetterState::Unknown))
        || next(history) == Next::Person
}

/// Whether a person is told of it: refused, come back, perhaps sent twice, or not taken for the second time.
pub fn is_told(history: &[Was]) -> bool {
    let tries = |state: LetterState| history.iter().filter(|was| was.state == state).count();
    match history.last().map(|was| was.state) {
        Some(LetterState::Refused | LetterState::Unknown | LetterState::Delayed | LetterState::Returned) => {
            true
        }
        Some(LetterState::RefusedForNow) => 2 <= tries(LetterState::RefusedForNow),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn was(states: &[LetterState]) -> Vec<Was> {
        (0..)
            .zip(states)
            .map(|(minute, state)| Was { state: *state, at: at(minute), said: String::new() })
            .collect()
    }

    #[test]
    fn a_letter_not_taken_is_tried_again_later_and_later_and_then_left_to_a_person() {
        use LetterState::{DataBegun, Queued, Ready, RefusedForNow, Trying};
        let mut history = vec![Ready, Queued];
        assert_eq!(next(&was(&history)), Next::At(at(1)));
        assert!(!is_told(&was(&history)));
        let mut waits = Vec::new();
        for tries in 1..=7 {
            history.extend([Trying, DataBegun, RefusedForNow]);
            let history = was(&history);
            assert_eq!(is_told(&history), 2 <= tries);
            match next(&history) {
                Next::At(moment) => waits.push((moment - history.last().unwrap().at).num_minutes()),
                other => assert_eq!((other, tries), (Next::Person, 7)),
            }
        }
        assert_eq!(waits, AGAIN_AFTER);
    }

    #[test]
    fn what_may_have_arrived_goes_once_more_and_never_a_third_time() {
        use LetterState::{DataBegun, Queued, Ready, Trying, Unknown};
        let once = [Ready, Queued, Trying, DataBegun, Unknown];
        assert_eq!(next(&was(&once)), Next::At(at(4) + TimeDelta::minutes(15)));
        let twice = [&once[..], &[Trying, DataBegun, Unknown]].concat();
        assert_eq!(next(&was(&twice)), Next::Person);
        assert!(is_told(&was(&once)) && is_told(&was(&twice)));
    }

    #[test]
    fn what_may_have_arrived_is_not_undone_by_a_later_refusal() {
        use LetterState::{
            Accepted, DataBegun, InDrafts, Queued, Ready, Refused, RefusedForNow, Returned, SentByHand,
            Superseded, ToTakeBack, Trying, Unknown,
        };
        let begun = [Ready, Queued, Trying, DataBegun];
        let after = |more: &[LetterState]| may_have_arrived(&was(&[&begun[..], more].concat()));
        assert!(after(&[]) && after(&[Unknown]) && after(&[Accepted]) && after(&[InDrafts, SentByHand]));
        assert!(
            !after(&[RefusedForNow])
                && !after(&[Refused])
                && !after(&[InDrafts])
                && !after(&[Accepted, Returned])
        );
        assert!(!after(&[RefusedForNow, Trying]) && after(&[RefusedForNow, Trying, DataBegun]));
        let lost = [Unknown, Trying, DataBegun, RefusedForNow];
        assert!(after(&lost) && after(&[&lost[..], &[Queued]].concat()), "the first may have arrived");
        assert!(after(&[Unknown, Queued, Trying, Refused]) && after(&[&lost[..], &[Superseded]].concat()));
        assert!(!after(&[Unknown, ToTakeBack, Superseded]) && after(&[Unknown, ToTakeBack, Unknown]));
        let again = [Unknown, Queued, Trying, DataBegun, InDrafts];
        assert!(
            after(&again) && after(&[&again[..], &[ToTakeBack, Superseded]].concat()),
            "the first may have"
        );
        assert!(!after(&[Accepted, Returned, Queued, Trying, DataBegun, InDrafts, ToTakeBack, Superseded]));
        assert!(!may_have_arrived(&was(&[Ready, Superseded])) && !may_have_arrived(&[]));
    }

    #[test]
    fn what_went_before_is_another_sending() {
        use LetterState::{
            Accepted, DataBegun, InDrafts, Queued, Ready, Returned, ToTakeBack, Trying, Unknown,
        };
        let returned = [Ready, Queued, Trying, DataBegun, Accepted, Returned];
        let again = was(&[&returned[..], &[Queued, Trying, DataBegun, Unknown]].concat());
        assert_eq!((times_gone(&was(&returned[..3])), times_gone(&again)), (0, 1));
        let of = |more: &[LetterState]| was(&[&[Ready, Queued, Trying][..], more].concat());
        assert!(was_left_to_a_person(&of(&[DataBegun, InDrafts, Unknown])));
        assert!(!was_left_to_a_person(&of(&[DataBegun, InDrafts, Unknown, Trying, DataBegun, Unknown])));
        assert!(had_a_draft(&of(&[DataBegun, InDrafts])) && !had_a_draft(&of(&[])));
        assert!(!had_a_draft(&again[..7]), "the draft of an earlier sending is another");
        let taken_back = of(&[DataBegun, Unknown, ToTakeBack, Unknown]);
        assert!(is_taken_back(&taken_back) && !is_taken_back(&of(&[Unknown, ToTakeBack, Unknown, Queued])));
    }

    #[test]
    fn what_was_taken_taken_back_or_never_asked_for_is_let_be() {
        use LetterState::{Accepted, Queued, Ready, SentByHand, Superseded, Trying};
        for history in
            [&[Ready][..], &[Ready, Superseded], &[Ready, SentByHand], &[Ready, Queued, Trying, Accepted]]
        {
            assert_eq!(next(&was(history)), Next::Nothing, "{history:?}");
            assert!(!is_told(&was(history)), "{history:?}");
        }
    }
}

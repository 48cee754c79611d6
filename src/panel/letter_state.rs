//! How far a letter has got: from the draft to the mail server's answer.
//!
//! ```text
//!   ready --> queued --> trying --> data_begun --> accepted | refused | unknown | in_drafts
//!                           |           |                                            |
//!                           +-----------+-------> refused_for_now                    +--> sent_by_hand
//!
//!   accepted, sent_by_hand, unknown --> delayed --> returned
//! ```
//!
//! What is ready, queued or refused for now may be sent, by the program or by hand, or superseded by another letter. What is unknown may be sent
//! once more, or given up; it stays what may have arrived, unless the mailbox itself says that it never left. What was refused, or is unknown, is
//! queued again where a person says so.
//! A draft in the outbox is `ready`: a person may send it as it lies there. A letter that a person has said goes is `queued`: the program
//! sends it, or lays it among the drafts of the panel's mailbox, where it is `in_drafts` until a person sends it. One that may have a draft
//! there and must not go any more is `to_take_back` until the draft is gone; a draft that is found nowhere any more may have been sent, and is
//! `unknown`. A state is on record before what it
//! announces is done, so that after a crash the journal errs towards "perhaps sent". What was refused or returned stays so unless a person says
//! that it goes once more; what was accepted or sent by hand does unless it comes back, what was superseded unless somebody had sent it by hand
//! all the same.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// Written and in the outbox; nothing has been sent.
    Ready,
    /// A person has said that it goes; the mail server has not been asked yet.
    Queued,
    /// The mail server is being asked to take it.
    Trying,
    /// The first byte of the message may have left.
    DataBegun,
    /// The mail server has taken it.
    Accepted,
    /// The mail server said "not now".
    RefusedForNow,
    /// The mail server said "never".
    Refused,
    /// The connection was lost after the first byte: it may have been taken.
    Unknown,
    /// The whole letter lies among the drafts of the panel's mailbox: a person sends it.
    InDrafts,
    /// It must not go any more; its draft has yet to be taken out of the panel's mailbox.
    ToTakeBack,
    /// Somebody opened the draft and sent it.
    SentByHand,
    /// A notice says that the reader's mail server has not taken it yet and is still being tried.
    Delayed,
    /// It came back: a notice says that it was not delivered.
    Returned,
    /// Another letter took its place before it was sent.
    Superseded,
}

/// One thing that is on record about a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Was {
    pub state: LetterState,
    pub at: DateTime<Utc>,
    /// What the mail server said, or why it was not asked.
    pub said: String,
}

/// A word that is no state of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no state of an email")]
pub struct NoSuchState(String);

impl LetterState {
    pub const ALL: [LetterState; 14] = [
        LetterState::Ready,
        LetterState::Queued,
        LetterState::Trying,
        LetterState::DataBegun,
        LetterState::Accepted,
        LetterState::RefusedForNow,
        LetterState::Refused,
        LetterState::Unknown,
        LetterState::InDrafts,
        LetterState::ToTakeBack,
        LetterState::SentByHand,
        LetterState::Delayed,
        LetterState::Returned,
        LetterState::Superseded,
    ];

    /// As it is kept and shown in JSON.
    pub const fn key(self) -> &'static str {
        match self {
            LetterState::Ready => "ready",
            LetterState::Queued => "queued",
            LetterState::Trying => "trying",
            LetterState::DataBegun => "data_begun",
            LetterState::Accepted => "accepted",
            LetterState::RefusedForNow => "refused_for_now",
            LetterState::Refused => "refused",
            LetterState::Unknown => "unknown",
            LetterState::InDrafts => "in_drafts",
            LetterState::ToTakeBack => "to_take_back",
            LetterState::SentByHand => "sent_by_hand",
            LetterState::Delayed => "delayed",
            LetterState::Returned => "returned",
            LetterState::Superseded => "superseded",
        }
    }

    /// How far it has got, as the administrator reads it.
    pub const fn said(self) -> &'static str {
        match self {
            LetterState::Ready => "in the outbox, not sent",
            LetterState::Queued => "goes to the mail server",
            LetterState::Trying | LetterState::DataBegun => "on its way to the mail server",
            LetterState::Accepted => "accepted by the mail server",
            LetterState::RefusedForNow => "not taken yet, tried again",
            LetterState::Refused => "REFUSED by the mail server",
            LetterState::Unknown => "may have arrived, nobody knows",
            LetterState::InDrafts => "among the mailbox's drafts, not sent",
            LetterState::ToTakeBack => "to be taken out of the mailbox",
            LetterState::SentByHand => "sent by hand",
            LetterState::Delayed => "accepted, and delayed on its way",
            LetterState::Returned => "CAME BACK, not delivered",
            LetterState::Superseded => "taken back",
        }
    }

    /// Whether a letter in this state may come to `next`.
    pub const fn may_become(self, next: LetterState) -> bool {
        match self {
            LetterState::Ready => {
                matches!(next, LetterState::Queued | LetterState::SentByHand | LetterState::Superseded)
            }
            // It is `unknown` where it is taken back, and an earlier sending of it may have arrived.
            LetterState::Queued => matches!(
                next,
                LetterState::Trying
                    | LetterState::Unknown
                    | LetterState::SentByHand
                    | LetterState::ToTakeBack
                    | LetterState::Superseded
            ),
            LetterState::RefusedForNow => matches!(
                next,
                LetterState::Queued
                    | LetterState::Trying
                    | LetterState::Unknown
                    | LetterState::SentByHand
                    | LetterState::ToTakeBack
                    | LetterState::Superseded
            ),
            // It may have arrived: nothing takes its place as if it had not, but it may be given up, a person may say that it goes once more, and
            // a mailbox that is asked may say what became of it.
            LetterState::Unknown => matches!(
                next,
                LetterState::Queued
                    | LetterState::Trying
                    | LetterState::Accepted
                    | LetterState::InDrafts
                    | LetterState::SentByHand
                    | LetterState::ToTakeBack
                    | LetterState::Unknown
                    | LetterState::Delayed
                    | LetterState::Returned
            ),
            LetterState::Trying => matches!(
                next,
                LetterState::DataBegun
                    | LetterState::Accepted
                    | LetterState::InDrafts
                    | LetterState::RefusedForNow
                    | LetterState::Refused
                    | LetterState::Unknown
            ),
            LetterState::DataBegun => matches!(
                next,
                LetterState::Accepted
                    | LetterState::InDrafts
                    | LetterState::RefusedForNow
                    | LetterState::Refused
                    | LetterState::Unknown
            ),
            LetterState::InDrafts => matches!(
                next,
                LetterState::SentByHand
                    | LetterState::ToTakeBack
                    | LetterState::Unknown
                    | LetterState::Superseded
            ),
            LetterState::ToTakeBack => matches!(
                next,
                LetterState::Superseded
                    | LetterState::SentByHand
                    | LetterState::Accepted
                    | LetterState::Unknown
            ),
            LetterState::Accepted | LetterState::SentByHand | LetterState::Delayed => {
                matches!(next, LetterState::Delayed | LetterState::Returned)
            }
            // Somebody may have sent a draft before it was taken back, or a copy of it: then that is what happened.
            LetterState::Superseded => matches!(next, LetterState::SentByHand),
            LetterState::Refused | LetterState::Returned => matches!(next, LetterState::Queued),
        }
    }

    /// Whether it may still go: as a draft that a person sends, or by the program.
    pub const fn may_go(self) -> bool {
        matches!(
            self,
            LetterState::Ready
                | LetterState::Queued
                | LetterState::RefusedForNow
                | LetterState::Unknown
                | LetterState::InDrafts
        )
    }

    /// Whether its reader may have it.
    pub const fn may_have_arrived(self) -> bool {
        matches!(
            self,
            LetterState::DataBegun
                | LetterState::Accepted
                | LetterState::Unknown
                | LetterState::SentByHand
                | LetterState::Delayed
        )
    }
}

impl FromStr for LetterState {
    type Err = NoSuchState;

    fn from_str(text: &str) -> Result<Self, NoSuchState> {
        let found = LetterState::ALL.into_iter().find(|state| state.key() == text);
        found.ok_or_else(|| NoSuchState(text.chars().take(40).collect()))
    }
}

impl fmt::Display for LetterState {
    /// As a person reads it: `refused for now`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.key().replace('_', " "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_kept_by_a_word_of_its_own() {
        for state in LetterState::ALL {
            assert_eq!(state.key().parse(), Ok(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.key());
        }
        assert_eq!("sent".parse::<LetterState>().unwrap_err().to_string(), "`sent` is no state of an email");
    }

    #[test]
    fn nothing_is_sent_twice() {
        use LetterState::{
            Accepted, DataBegun, Delayed, InDrafts, Queued, Ready, Refused, Returned, SentByHand, Trying,
            Unknown,
        };
        for last in LetterState::ALL {
            let goes = |from: LetterState| from.may_become(last) && !matches!(last, Delayed | Returned);
            assert!(!goes(Accepted) && !goes(SentByHand) && !goes(Delayed), "{last}");
            assert!(!Returned.may_become(last) || last == Queued, "{last}: a person says so");
            assert!(!last.may_become(Ready), "{last}: an email that was tried is never new again");
        }
        assert!(
            !Unknown.may_become(LetterState::Superseded),
            "what may have arrived stays what its reader may have"
        );
        assert!(LetterState::ALL.iter().all(|state| state.may_go() || !state.may_become(Trying)));
        assert!(!Ready.may_become(Trying), "nothing goes that nobody has said goes");
        assert!(!Queued.may_become(DataBegun) && !Queued.may_become(Accepted), "it is tried first");
        assert!(!Refused.may_become(Trying), "what was refused goes again only where a person says so");
        assert!(!InDrafts.may_become(Trying) && !InDrafts.may_become(Queued), "a person sends it");
        assert!(
            Ready.may_become(Queued)
                && Queued.may_become(Trying)
                && Trying.may_become(DataBegun)
                && DataBegun.may_become(Unknown)
        );
    }
}

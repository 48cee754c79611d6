//! Whether an address is proved to be a person's: they answered a first letter without any child's data, and it was made sure another way.
//!
//! A proof is of one name at one address: another address, or another name at it, starts again. So is a doubt: until it is checked anew,
//! nothing goes to the address, whether it had to be proved or not.

use chrono::{DateTime, NaiveDate, Utc};

use crate::panel::acts::{Act, Done};
use crate::panel::audience::{Due, same_name};
use crate::panel::people::{How, Person, Tick};

/// What is on record of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub person: String,
    pub address: String,
    pub what: Proved,
    /// Who said so.
    pub by: String,
    pub reason: String,
}

/// What was said of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proved {
    /// Checked on this day.
    Checked { on: NaiveDate, how: How, opened: Option<bool> },
    /// Nobody could check; the papers of this meeting go there all the same.
    Allowed { meeting: NaiveDate },
    /// Since then nothing that was said of it before holds any more.
    Doubted { since: DateTime<Utc> },
}

/// Where somebody's address stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The council's own, of somebody who gets no more than their own cases; or an officer whom the directory has.
    NotNeeded(&'static str),
    Checked {
        by: String,
        on: NaiveDate,
        how: How,
    },
    /// Not checked; for this meeting it is allowed.
    Allowed {
        by: String,
        reason: String,
    },
    /// The first letter was written then, and nobody has ticked it as checked.
    Waiting {
        since: DateTime<Utc>,
    },
    /// No first letter has been written.
    NotWritten,
    /// An officer whom the directory does not have at this address.
    NotInDirectory,
    /// Somebody has said that it may not be theirs.
    Doubted {
        by: String,
        reason: String,
        since: DateTime<Utc>,
    },
}

/// What still holds of what was said, oldest first.
pub fn standing(acts: &[Done]) -> Vec<Proof> {
    let mut proofs: Vec<Proof> = Vec::new();
    for done in acts {
        let (person, address, what) = match &done.act {
            Act::ProveAddress { person, address, on, how, opened } => {
                let (on, how, opened) = (*on, how.clone(), *opened);
                (person, address, Proved::Checked { on, how, opened })
            }
            Act::AllowAddress { person, address, meeting } => {
                (person, address, Proved::Allowed { meeting: *meeting })
            }
            Act::DoubtAddress { person, address, lifted: true } => {
                proofs.retain(|proof| !is_of(proof, person, address));
                continue;
            }
            Act::DoubtAddress { person, address, lifted: false } => {
                (person, address, Proved::Doubted { since: done.at })
            }
            _ => continue,
        };
        match what {
            // Whoever else has this address: what goes there goes to the same mailbox.
            Proved::Doubted { .. } => proofs.retain(|proof| !proof.address.eq_ignore_ascii_case(address)),
            // What is allowed for one meeting lifts no doubt for another.
            Proved::Checked { .. } => {
                let doubts = |proof: &Proof| matches!(proof.what, Proved::Doubted { .. });
                proofs.retain(|proof| !is_of(proof, person, address) || !doubts(proof));
            }
            Proved::Allowed { .. } => {}
        }
        proofs.push(Proof {
            person: person.clone(),
            address: address.clone(),
            what,
            by: done.hand.by.clone(),
            reason: done.hand.reason.clone(),
        });
    }
    proofs
}

fn is_of(proof: &Proof, person: &str, address: &str) -> bool {
    same_name(&proof.person, person) && proof.address.eq_ignore_ascii_case(address)
}

/// What was said last of this person at this address: that it was checked, that it is allowed for this meeting, or that it is doubted, under
/// whichever name.
pub fn of(proofs: &[Proof], person: &str, address: &str, meeting: NaiveDate) -> Option<State> {
    let theirs = || proofs.iter().rev().filter(|proof| is_of(proof, person, address));
    let checked = theirs().find_map(|proof| match &proof.what {
        Proved::Checked { on, how, .. } => {
            Some(State::Checked { by: proof.by.clone(), on: *on, how: how.clone() })
        }
        Proved::Allowed { .. } | Proved::Doubted { .. } => None,
    });
    let allowed = || {
        let proof = theirs().find(|proof| proof.what == Proved::Allowed { meeting })?;
        Some(State::Allowed { by: proof.by.clone(), reason: proof.reason.clone() })
    };
    let doubted = || {
        proofs.iter().rev().filter(|proof| proof.address.eq_ignore_ascii_case(address)).find_map(|proof| {
            let Proved::Doubted { since } = proof.what else { return None };
            Some(State::Doubted { by: proof.by.clone(), reason: proof.reason.clone(), since })
        })
    };
    checked.or_else(allowed).or_else(doubted)
}

/// Whether an address is to be proved before papers, agenda or minutes go there: it is outside the council, or its owner gets more than
/// their own cases.
pub const fn is_needed(due: &Due, is_council: bool) -> bool {
    match due {
        Due::Pack | Due::Agenda => true,
        Due::OwnCases | Due::Times => !is_council,
        // Whoever gets nothing yet is asked in time all the same.
        Due::Held(_) | Due::NotNow(_) => true,
        Due::Officer => false,
    }
}

/// Whether a tick in `People.xlsx` cannot count for this address, because the same one stood there for another.
pub fn is_of_another(acts: &[Done], person: &Person, tick: &Tick) -> bool {
    let Some(own) = &person.email else { return false };
    acts.iter().any(|done| match &done.act {
        Act::ProveAddress { person: name, address, on, how, .. } => {
            same_name(name, &person.name)
                && !address.eq_ignore_ascii_case(own)
                && (&done.hand.by, on, how) == (&tick.by, &tick.on, &tick.how)
        }
        Act::AllowAddress { person: name, address, .. } => {
            same_name(name, &person.name)
                && !address.eq_ignore_ascii_case(own)
                && done.hand.by == tick.by
                && matches!(&tick.how, How::Urgent(reason) if *reason == done.hand.reason)
        }
        _ => false,
    })
}

/// Whether the tick has been entered for this address before, whatever was said of it since.
pub fn is_entered(acts: &[Done], person: &Person, tick: &Tick) -> bool {
    let Some(own) = &person.email else { return false };
    acts.iter().any(|done| match &done.act {
        Act::ProveAddress { person: name, address, on, how, .. } => {
            same_name(name, &person.name)
                && address.eq_ignore_ascii_case(own)
                && (&done.hand.by, on, how) == (&tick.by, &tick.on, &tick.how)
        }
        _ => false,
    })
}

impl State {
    /// Whether papers may go there.
    pub const fn may_go(&self) -> bool {
        matches!(self, State::NotNeeded(_) | State::Checked { .. } | State::Allowed { .. })
    }

    /// A few letters for JSON.
    pub const fn key(&self) -> &'static str {
        match self {
            State::NotNeeded(_) => "not_needed",
            State::Checked { .. } => "checked",
            State::Allowed { .. } => "allowed",
            State::Waiting { .. } => "waiting",
            State::NotWritten => "not_written",
            State::NotInDirectory => "not_in_directory",
            State::Doubted { .. } => "doubted",
        }
    }
}

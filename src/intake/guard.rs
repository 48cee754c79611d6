//! Whether what a look shows can be the panel's inbox: by the file it is known by, and by how much has gone at once.
//!
//! What is held back makes the look an outage: nothing is taken in, nothing is taken for removed, and no moment of absence is
//! drawn from it. It is lifted when the inbox shows itself again, by a second look that shows the same loss, or by a person's
//! word (`accept inbox`).

use std::fmt::Write as _;

use rusqlite::Transaction;

use crate::intake::books::Booked;
use crate::intake::marker;
use crate::intake::walk::{self, InboxLook};
use crate::panel::ids::Sha256;
use crate::register::inbox::{self, InboxMemory};
use crate::register::scans::Health;
use crate::register::store::hash_bytes;
use crate::register::{Register, RegisterError};
use crate::share::call::Shares;

/// Papers that may always go at once: one case is taken away.
const FEW: usize = 4;

/// Bytes of the file that are read.
const LARGEST_MARKER: u64 = 64 << 10;

/// Lets what is known of the inbox decide about a look.
#[derive(Debug)]
pub struct Guard {
    memory: InboxMemory,
    before: InboxMemory,
    /// Somebody said that the inbox is right as it lies.
    word: bool,
    /// The last act on record.
    last_act: i64,
    /// Of a hundred papers, how many may go at once without a second look.
    percent: u32,
    /// This look is held back.
    held: bool,
}

impl Guard {
    /// What is remembered, and what was said since; `percent` of the papers may go at once.
    pub fn begin(register: &Register, percent: u32) -> Result<Self, RegisterError> {
        let memory = register.inbox()?;
        let word = memory.held_since_act.map(|act| register.inbox_accepted_since(act)).transpose()?;
        let (before, last_act) = (memory.clone(), register.last_act()?);
        Ok(Guard { memory, before, word: word.unwrap_or(false), last_act, percent, held: false })
    }

    /// Holds a look back that does not show the file by which the inbox is known, or shows another inbox's.
    pub fn know(&mut self, shares: &Shares, look: InboxLook) -> InboxLook {
        if matches!(look.health, Health::Outage { .. }) {
            return look;
        }
        let lying = match lying(shares, &look) {
            Ok(lying) => lying,
            Err(why) => return walk::outage(why),
        };
        let hint = "see whether the right share is connected; if this is the right one, say so: \
                    `panelclerk accept inbox --by NAME --reason TEXT`";
        match (self.memory.sign.clone(), lying) {
            (Some(_), None) if !self.word => self.hold(format!(
                "the inbox does not hold the file `{}`, so that it may be another folder; nothing is taken in and nothing \
                 is taken for removed; hint: {hint}",
                marker::NAME
            )),
            (Some(known), Some(lying)) if !self.word && !marker::is_the_same(&known, &lying) => {
                self.hold(format!(
                    "the inbox holds the file `{}` of another inbox; nothing is taken in and nothing is taken for removed; \
                     hint: {hint}",
                    marker::NAME
                ))
            }
            (Some(_), Some(lying)) if lying.is_empty() && !self.word => look,
            (_, lying) => {
                self.memory.sign = lying;
                look
            }
        }
    }

    /// What to book instead of a look by which too many papers would have gone at once; none where it may stand.
    pub fn miss(&mut self, booked: &Booked) -> Option<InboxLook> {
        let (gone, there) = (booked.gone.len(), booked.there.max(1));
        let most = usize::try_from(self.percent).unwrap_or(usize::MAX);
        if gone < FEW || gone * 100 / there <= most {
            self.memory.gone = None;
            return None;
        }
        let digest = digest(booked);
        if self.word || self.memory.gone.as_deref() == Some(digest.as_str()) {
            self.memory.gone = None;
            return None;
        }
        self.memory.gone = Some(digest.to_string());
        Some(self.hold(format!(
            "the inbox has lost {gone} of its {there} documents since the last look, so that it may be another folder; nothing \
             is taken in and nothing is taken for removed; hint: see whether the right share is connected; if they were \
             taken away on purpose, the next look confirms it, or say so now: `panelclerk accept inbox --by NAME --reason TEXT`"
        )))
    }

    fn hold(&mut self, why: String) -> InboxLook {
        self.held = true;
        walk::outage(why)
    }

    /// Remembers it, in the transaction that books the look.
    pub fn end(mut self, work: &Transaction<'_>, health: &Health) -> Result<(), RegisterError> {
        match health {
            Health::Seen { .. } => self.memory.held_since_act = None,
            Health::Outage { .. } if self.held => {
                self.memory.held_since_act.get_or_insert(self.last_act);
            }
            // Two looks agree only if nothing came between them.
            Health::Outage { .. } => self.memory.gone = None,
        }
        if self.memory == self.before { Ok(()) } else { inbox::remember(work, &self.memory) }
    }
}

/// The sign in the file by which an inbox is known, where the look shows one. An error is why it could not be read.
fn lying(shares: &Shares, look: &InboxLook) -> Result<Option<String>, String> {
    let Some(path) = &look.marker else { return Ok(None) };
    let large = shares.stat(path).map_err(|error| walk::why(&error))?;
    if large.is_none_or(|facts| LARGEST_MARKER < facts.size) {
        return Ok(Some(String::new()));
    }
    let bytes = shares.read(path).map_err(|error| walk::why(&error))?;
    Ok(bytes.map(|bytes| marker::sign(&bytes)))
}

fn digest(booked: &Booked) -> Sha256 {
    let mut all = String::new();
    for number in &booked.gone {
        // Writing to a string cannot fail.
        let _ = write!(all, "{number} ");
    }
    hash_bytes(all.as_bytes())
}

//! Who holds what of a meeting's packs: the files that letters were written with.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};

use crate::pack::beside::Holder;
use crate::pack::manifest::{Entry, How, Manifest};
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::panel::when;
use crate::register::Register;
use crate::register::copies::Copy;

/// A file that went out, or lies in the outbox to go out.
#[derive(Debug, Clone)]
pub struct Held {
    pub copy: Copy,
    pub manifest: Manifest,
    /// Of its letter.
    pub state: LetterState,
    pub since: DateTime<Utc>,
}

/// What one person must delete.
#[derive(Debug, Clone)]
pub struct Recall {
    /// An address.
    pub recipient: String,
    /// The papers taken out that this person can read.
    pub entries: Vec<Entry>,
    /// The files that show them.
    pub files: Vec<Held>,
}

/// Every file of every version that a letter was written with.
///
/// Fails when the register cannot be read.
pub fn held(register: &Register, day: NaiveDate) -> Result<Vec<Held>> {
    let letters: BTreeMap<String, _> =
        register.letters(day)?.into_iter().map(|letter| (letter.draft.clone(), letter)).collect();
    let mut held = Vec::new();
    for copy in register.copies(day)? {
        // A file whose letter was never finished has gone nowhere.
        if let Some(letter) = letters.get(&copy.letter) {
            let manifest = serde_json::from_str(&copy.manifest).context("the manifest kept with a copy")?;
            held.push(Held { copy, manifest, state: letter.state, since: letter.at });
        }
    }
    Ok(held)
}

/// The newest version of the pack before `version` that this person was sent.
pub fn pack_held(held: &[Held], recipient: &str, version: u32) -> Option<u32> {
    let there = |held: &&Held| {
        // One that was taken back may be there all the same, but nothing may rest on it.
        held.copy.recipient == recipient && held.copy.what == "pack" && held.state != LetterState::Superseded
    };
    let packs = held.iter().filter(there);
    packs.map(|held| held.copy.version).filter(|held| *held < version).max()
}

/// Whether a paper that was taken out is to be read in what this person was sent with this version of the pack or since.
pub fn has_to_read(held: &[Held], recipient: &str, version: u32, out: &Entry) -> bool {
    let theirs = held.iter().filter(|one| {
        one.copy.recipient == recipient && version <= one.copy.version && one.state != LetterState::Superseded
    });
    theirs.into_iter().any(|one| shows(one, out))
}

/// Whoever can read a paper that `latest` has taken out, in a file of an earlier version.
pub fn recalls(held: &[Held], latest: &Manifest) -> Vec<Recall> {
    let out: Vec<&Entry> = latest.entries.iter().filter(|entry| entry.outcome == How::Withdrawn).collect();
    let mut recalls: BTreeMap<&str, Recall> = BTreeMap::new();
    for one in held.iter().filter(|held| held.copy.version < latest.version) {
        let shown = out.iter().filter(|out| shows(one, out)).copied();
        for entry in shown {
            let recipient = one.copy.recipient.as_str();
            let recall = recalls.entry(recipient).or_insert_with(|| Recall {
                recipient: recipient.to_owned(),
                entries: Vec::new(),
                files: Vec::new(),
            });
            if !recall.entries.contains(entry) {
                recall.entries.push(entry.clone());
            }
            if recall.files.last().is_none_or(|last| last.copy.sha256 != one.copy.sha256) {
                recall.files.push(one.clone());
            }
        }
    }
    recalls.into_values().collect()
}

/// Whether the paper taken out is to be read in this file.
fn shows(held: &Held, out: &Entry) -> bool {
    let place = |entry: &Entry| (entry.number, entry.first_page) == (out.number, out.first_page);
    let there = held.manifest.entries.iter().any(|entry| place(entry) && entry.outcome != How::Withdrawn);
    there && held.manifest.cut().holds(out.first_page)
}

/// The rows of the administrator's list.
pub fn table(recalls: &[Recall]) -> Vec<Holder> {
    let rows = recalls.iter().flat_map(|recall| recall.files.iter());
    let row = |held: &Held| {
        let cut = held.manifest.cut();
        Holder {
            recipient: held.copy.recipient.clone(),
            version: held.copy.version,
            what: held.copy.what.clone(),
            pages: format!("{}–{} of {}", cut.first, cut.last, held.manifest.pages),
            letter: held.copy.letter.clone(),
            state: held.state.to_string(),
            when: when::day_and_hour(london::wall(held.since)),
        }
    };
    rows.map(row).collect()
}

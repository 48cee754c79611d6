//! Holds every row that the chain speaks of against its mark.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use rusqlite::Row;

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::register::acts;
use crate::register::canonical::canonical;
use crate::register::evidence::{Fact, Link};
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::keys::{self, Mark, Proof};
use crate::register::letters;
use crate::register::meetings::Confirmed;
use crate::register::moment::Moment;
use crate::register::store::sha_of;

/// A row that a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Which {
    Act(i64),
    Copy(i64),
    Agenda(String),
    Decisions(String),
    Minutes(String),
    Pack(String, u32),
    /// Number, state and when it came to that state.
    Letter(String, String, Moment),
}

/// What a fact says of its row.
#[derive(Debug)]
struct Marked {
    mark: Mark,
    at: Moment,
    /// Of the content it names.
    sha: Option<Sha256>,
}

/// What the chain says of rows.
#[derive(Debug, Default)]
struct Said {
    /// Of an agenda or decisions that were replaced, the last.
    marks: BTreeMap<Which, Marked>,
    /// Sealed facts without a mark: minutes by day, letters by draft, state and moment.
    unmarked: BTreeSet<Which>,
    destroyed: BTreeSet<i64>,
    /// When the older chain was sealed.
    sealed_at: Option<Moment>,
    /// Of the last sealed fact, when the sealed links are gone: rows up to it can no longer be proved.
    unproved_until: Option<Moment>,
}

/// A row as it is marked.
#[derive(Debug)]
struct Found {
    which: Which,
    bytes: Vec<u8>,
    at: Moment,
    /// Of the content it names, where it names one.
    sha: Option<Sha256>,
    /// What it is called in a sealed chain, where it had no mark there.
    sealed_as: Option<Which>,
}

impl Register {
    /// Whether a row can still be proved: its key was not destroyed.
    pub fn is_provable(&self, mark: &Mark) -> Result<bool, RegisterError> {
        keys::is_kept(&self.db, mark)
    }

    /// Each row is the one that the chain marked, none is missing and none was put in. For a chain that holds.
    pub(in crate::register) fn check_marks(&self, links: &[Link]) -> Result<Vec<Finding>, RegisterError> {
        let mut said = Said::default();
        said.read(links);
        let mut findings = Vec::new();
        for found in self.marked_rows()? {
            let Some(marked) = said.marks.remove(&found.which) else {
                if !said.may_be_unmarked(&found) {
                    let message = format!("{} is not in the chain", found.which.what());
                    findings.push(found.which.finding("changed", &message));
                }
                continue;
            };
            let proof = keys::prove(&self.db, &marked.mark, &found.bytes)?;
            let same = found.at == marked.at && (found.sha.is_none() || found.sha == marked.sha);
            match proof {
                Proof::Same if same => {}
                Proof::Same | Proof::Changed => {
                    let message = format!("{} is not as it was recorded", found.which.what());
                    findings.push(found.which.finding("changed", &message));
                }
                Proof::NoKey => findings.extend(said.keyless(&found.which, &marked.mark)),
            }
        }
        for (which, Marked { mark, .. }) in &said.marks {
            if keys::is_kept(&self.db, mark)? {
                findings.push(which.finding("missing", &format!("{} is missing", which.what())));
            } else {
                findings.extend(said.keyless(which, mark));
            }
        }
        Ok(findings)
    }

    fn marked_rows(&self) -> Result<Vec<Found>, RegisterError> {
        let mut rows = Vec::new();
        for done in self.read_acts()? {
            let (which, at) = (Which::Act(done.id), Moment::of(done.at));
            rows.push(Found { which, bytes: acts::recorded(&done)?.into(), at, sha: None, sealed_as: None });
        }
        for state in letters::recorded(&self.db)? {
            let at = state.at;
            let sealed_as = Some(Which::Letter(state.draft.clone(), state.state.key().to_owned(), at));
            let bytes = canonical(&state)?.into();
            let which = Which::Letter(state.letter, state.state.key().to_owned(), at);
            let sha = Some(state.sha256);
            rows.push(Found { which, bytes, at, sha, sealed_as });
        }
        // Each with what is marked, when, the content it names, and what it is called by.
        let text = |sql: &str, which: fn(&Row<'_>) -> rusqlite::Result<Which>| {
            let mut found = self.db.prepare(sql)?;
            let found = found.query_map([], |row| {
                let (bytes, at, sha): (String, Moment, Option<String>) =
                    (row.get(1)?, row.get(2)?, row.get(3)?);
                let sha = sha.map(|_| sha_of(row, 3)).transpose()?;
                Ok(Found { which: which(row)?, bytes: bytes.into(), at, sha, sealed_as: None })
            })?;
            found.collect::<rusqlite::Result<Vec<Found>>>()
        };
        rows.extend(text("SELECT id, record, at, sha FROM copies", |row| Ok(Which::Copy(row.get(0)?)))?);
        rows.extend(text("SELECT meeting, agenda, at, NULL FROM agendas", |row| {
            Ok(Which::Agenda(row.get(0)?))
        })?);
        rows.extend(text("SELECT meeting, outcome, at, NULL FROM outcomes", |row| {
            Ok(Which::Decisions(row.get(0)?))
        })?);
        rows.extend(text("SELECT meeting, manifest, issued_at, sha, version FROM packs", |row| {
            Ok(Which::Pack(row.get(0)?, row.get(4)?))
        })?);
        let mut minutes = self.db.prepare("SELECT meeting, sha, confirmed_at, by FROM minutes")?;
        let mut minutes = minutes.query([])?;
        while let Some(row) = minutes.next()? {
            let (which, at): (Which, Moment) = (Which::Minutes(row.get(0)?), row.get(2)?);
            let confirmed = Confirmed { sha: sha_of(row, 1)?, at: at.get(), by: row.get(3)? };
            let bytes = confirmed.recorded()?.into();
            let sha = Some(confirmed.sha);
            rows.push(Found { sealed_as: Some(which.clone()), which, bytes, at, sha });
        }
        Ok(rows)
    }
}

impl Said {
    fn read(&mut self, links: &[Link]) {
        for Link { at, fact, .. } in links {
            let at = Moment::of(*at);
            let mark = fact.mark().cloned();
            let sha = fact.content().cloned();
            let which = match fact.clone() {
                Fact::Sealed { .. } => {
                    self.sealed_at = Some(at);
                    continue;
                }
                Fact::SealedPurged => {
                    self.unproved_until = self.sealed_at;
                    continue;
                }
                Fact::KeyDestroyed { key } => {
                    self.destroyed.insert(key);
                    continue;
                }
                Fact::Ordered { act, .. } => Which::Act(act),
                Fact::CopyMade { copy, .. } => Which::Copy(copy),
                Fact::AgendaSet { meeting, .. } => Which::Agenda(text(meeting)),
                Fact::Decided { meeting, .. } => Which::Decisions(text(meeting)),
                Fact::MinutesConfirmed { meeting, .. } => Which::Minutes(text(meeting)),
                Fact::PackIssued { meeting, version, .. } => Which::Pack(text(meeting), version),
                Fact::Letter { letter, state, .. } => Which::Letter(letter, state, at),
                // What came is held against the chain elsewhere: `arrivals`.
                Fact::Seen { .. }
                | Fact::Accepted { .. }
                | Fact::ContentPurged { .. }
                | Fact::Moved { .. }
                | Fact::Removed { .. }
                | Fact::Returned { .. } => continue,
            };
            match mark {
                Some(mark) => {
                    self.marks.insert(which, Marked { mark, at, sha });
                }
                None => {
                    self.unmarked.insert(which);
                }
            }
        }
    }

    fn may_be_unmarked(&self, found: &Found) -> bool {
        let sealed = found.sealed_as.as_ref().is_some_and(|which| self.unmarked.contains(which));
        sealed || self.unproved_until.is_some_and(|until| found.at <= until)
    }

    /// A key may be gone, but not without a fact that says so.
    fn keyless(&self, which: &Which, mark: &Mark) -> Option<Finding> {
        let purged = matches!(mark, Mark::Keyed { key, .. } if self.destroyed.contains(key));
        let message = "the key that proves it is gone, and no purge is recorded";
        (!purged).then(|| Finding::blocks("key-missing", message).about(which.to_string()))
    }
}

impl Which {
    const fn what(&self) -> &'static str {
        match self {
            Which::Act(_) => "an act of the administrator",
            Which::Copy(_) => "a record of who was given a copy",
            Which::Agenda(_) => "an agenda",
            Which::Decisions(_) => "what a meeting decided",
            Which::Minutes(_) => "who confirmed the minutes",
            Which::Pack(..) => "the manifest of an issued pack",
            Which::Letter(..) => "the record of a letter",
        }
    }

    fn finding(&self, how: &str, message: &str) -> Finding {
        let what = match self {
            Which::Act(_) => "act",
            Which::Copy(_) => "copy",
            Which::Agenda(_) => "agenda",
            Which::Decisions(_) => "decisions",
            Which::Minutes(_) => "minutes",
            Which::Pack(..) => "pack",
            Which::Letter(..) => "letter",
        };
        Finding::blocks(&format!("{what}-{how}"), message)
            .about(self.to_string())
            .hint("restore it from a backup")
    }
}

impl fmt::Display for Which {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Which::Act(act) => write!(out, "act {act}"),
            Which::Copy(copy) => write!(out, "copy {copy}"),
            Which::Agenda(day) => write!(out, "agenda of {day}"),
            Which::Decisions(day) => write!(out, "decisions of {day}"),
            Which::Minutes(day) => write!(out, "minutes of {day}"),
            Which::Pack(day, version) => write!(out, "pack of {day}, version {version}"),
            Which::Letter(letter, state, _) => write!(out, "letter {letter}, {state}"),
        }
    }
}

fn text(day: NaiveDate) -> String {
    day.to_string()
}

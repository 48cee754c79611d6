//! Each paper's row with what belongs to it: the version that is used, what it was called, what its content says.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::panel::arrival;
use crate::panel::ids::{CaseId, PaperNumber};
use crate::panel::paper::{PaperState, Received, Verdict};
use crate::register::Register;
use crate::register::casebook::content::{self, Content, Eye, View};
use crate::register::casebook::hands::{Hands, PaperHand};
use crate::register::moment::Moment;
use crate::register::papers::{File, PaperRow, Version};
use crate::register::views;

/// A paper before it is filed.
#[derive(Debug, Clone)]
pub struct Draft {
    pub row: PaperRow,
    pub hand: PaperHand,
    /// Path below the inbox; an attachment's is `MAIL/attachment name`.
    pub file: String,
    /// Still in the inbox, together with the mail it came in.
    pub present: bool,
    /// Whose a person says it is, or its mail's owner.
    pub given: Option<CaseId>,
    pub version: Version,
    pub received: Received,
    /// Nothing of it is complete yet.
    pub arriving: bool,
    /// A newer version waits for a person to take it.
    pub newer: Option<u32>,
    /// When each of its contents came.
    pub arrivals: Vec<(Option<DateTime<Utc>>, DateTime<Utc>)>,
    /// Why the file in the inbox cannot be read now.
    pub trouble: Option<String>,
    pub content: Content,
}

/// Everything drafts are made from.
#[derive(Debug)]
pub struct Desk<'d> {
    register: &'d Register,
    eye: &'d Eye<'d>,
    hands: &'d Hands,
    cutoff: DateTime<Utc>,
    files: BTreeMap<i64, &'d File>,
    rows: BTreeMap<PaperNumber, PaperRow>,
    versions: BTreeMap<PaperNumber, Vec<Version>>,
}

/// Views kept from before, and those made just now.
struct Seen {
    before: BTreeMap<String, View>,
    now: BTreeMap<String, View>,
}

impl<'d> Desk<'d> {
    /// Fails when the register cannot be read.
    pub fn new(
        register: &'d Register,
        eye: &'d Eye<'d>,
        hands: &'d Hands,
        files: &'d [File],
        cutoff: DateTime<Utc>,
    ) -> Result<Self> {
        let mut versions: BTreeMap<PaperNumber, Vec<Version>> = BTreeMap::new();
        for version in register.versions()? {
            versions.entry(version.paper).or_default().push(version);
        }
        let files = files.iter().map(|file| (file.id, file)).collect();
        let rows = register.papers()?.into_iter().map(|row| (row.number, row)).collect();
        Ok(Desk { register, eye, hands, cutoff, files, rows, versions })
    }

    /// All papers, in order of number.
    ///
    /// Fails when a reading cannot be read back from the register.
    pub fn drafts(&self) -> Result<Vec<Draft>> {
        let eye = views::eye(self.eye.rules, self.eye.on);
        let mut seen = Seen { before: self.register.views(&eye)?, now: BTreeMap::new() };
        let mut drafts = Vec::new();
        for row in self.rows.values() {
            drafts.extend(self.draft(row, &mut seen)?);
        }
        // Only time is lost with a cache that cannot be written.
        let _ = self.register.keep_views(&eye, &seen.now);
        Ok(drafts)
    }

    fn draft(&self, row: &PaperRow, seen: &mut Seen) -> Result<Option<Draft>> {
        let hand = self.hands.paper(row.number);
        let file = row.file.and_then(|file| self.files.get(&file));
        let mut versions = self.versions.get(&row.number).cloned().unwrap_or_default();
        let arriving = versions.is_empty();
        if arriving {
            versions.extend(file.and_then(|file| begun(row, file)));
        }
        let Some((at, verdict)) = self.choose(&versions, &hand) else { return Ok(None) };
        let arrivals =
            versions.iter().map(|version| (version.absent_at.map(Moment::get), version.present_at.get()));
        let arrivals = arrivals.collect();
        let newer = versions.last().map(|last| last.version).filter(|last| *last > versions[at].version);
        let version = versions.swap_remove(at);
        let kept = self.register.reading(&version.sha)?;
        let name = self.name(row);
        let key = Eye::key(&version.sha, &name, hand.kind.as_ref());
        let read = kept.is_some();
        let kept = kept.unwrap_or_else(content::unread);
        let view = seen.before.get(&key).cloned().unwrap_or_else(|| {
            let view = self.eye.look(&kept.reading, &name, hand.kind.as_ref());
            if read {
                seen.now.insert(key, view.clone());
            }
            view
        });
        let content = Content::new(view, kept, &name);
        let received = Received {
            absent_at: version.absent_at.map(Moment::get),
            present_at: version.present_at.get(),
            verdict,
        };
        Ok(Some(Draft {
            present: self.present(row),
            given: self.given(row),
            trouble: file.and_then(|file| file.trouble.clone()),
            row: row.clone(),
            file: name,
            hand,
            version,
            received,
            arriving,
            newer,
            arrivals,
            content,
        }))
    }

    /// The last version seen in time stays in use until a person takes a newer one.
    fn choose(&self, versions: &[Version], hand: &PaperHand) -> Option<(usize, Verdict)> {
        let verdict = |version: &Version| {
            let absent = version.absent_at.map(Moment::get);
            let verdict = arrival::verdict(absent, version.present_at.get(), self.cutoff);
            if hand.accepted && verdict == Verdict::CannotTell { Verdict::InTime } else { verdict }
        };
        let verdicts: Vec<Verdict> = versions.iter().map(verdict).collect();
        let by_rule = arrival::version_in_use(&verdicts)?;
        let taken = hand.taken.and_then(|taken| versions.iter().position(|version| version.version == taken));
        let at = taken.map_or(by_rule, |taken| taken.max(by_rule));
        Some((at, verdicts[at]))
    }

    fn name(&self, row: &PaperRow) -> String {
        let own = row.name.clone().unwrap_or_default();
        let whole = row.part_of.and_then(|whole| self.rows.get(&whole));
        match (row.file.and_then(|file| self.files.get(&file)), whole) {
            (Some(file), _) => file.shown.clone(),
            (None, Some(whole)) => format!("{}/{own}", self.name(whole)),
            (None, None) => own,
        }
    }

    fn present(&self, row: &PaperRow) -> bool {
        let whole = row.part_of.and_then(|whole| self.rows.get(&whole));
        row.present && whole.is_none_or(|whole| self.present(whole))
    }

    fn given(&self, row: &PaperRow) -> Option<CaseId> {
        let hand = self.hands.paper(row.number);
        let whole = row.part_of.and_then(|whole| self.rows.get(&whole));
        hand.assigned.or(hand.received).or_else(|| self.given(whole?))
    }
}

/// The content of a file that is not complete yet, as if it were a version.
fn begun(row: &PaperRow, file: &File) -> Option<Version> {
    Some(Version {
        paper: row.number,
        version: 1,
        sha: file.sha.clone()?,
        size: file.size,
        absent_at: file.absent_at,
        present_at: file.present_at?,
    })
}

impl Draft {
    /// Whether anything was done with it that settles whose it is.
    pub fn decided(&self) -> bool {
        self.hand.assigned.is_some() || self.hand.child_confirmed || self.hand.accepted
    }

    /// The state it is in for reasons of its own, before anybody asked whose it is.
    pub fn own_state(&self) -> Option<(PaperState, String)> {
        if self.arriving {
            return Some((PaperState::Arriving, "is still being copied, or has only just been".to_owned()));
        }
        if !self.present {
            return Some((PaperState::Removed, "is no longer in the inbox".to_owned()));
        }
        let (reason, _) = self.hand.excluded.as_ref()?;
        Some((PaperState::Excluded, reason.clone()))
    }
}

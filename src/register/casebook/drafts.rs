//! Each paper's row with what belongs to it: the version that is used, what it was called, what its content says.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::panel::casebook::content::{Eye, View};
use crate::panel::casebook::draft::{self, Draft};
use crate::panel::casebook::hands::Hands;
use crate::panel::ids::{CaseId, PaperNumber};
use crate::panel::paper::Received;
use crate::panel::whose;
use crate::register::Register;
use crate::register::casebook::kept;
use crate::register::moment::Moment;
use crate::register::papers::{File, PaperRow, Version};
use crate::register::views;

/// A casebook of some cases alone: the papers that lie in their folders or were given to them, and these.
///
/// A paper of another case does not stand in it, and so nothing is said of two cases being mixed up. No cache is asked or
/// written: the views of the meeting to come are worth more than those of meetings held.
#[derive(Debug, Clone, Copy)]
pub struct Only<'a> {
    pub cases: &'a BTreeSet<CaseId>,
    pub papers: &'a BTreeSet<PaperNumber>,
}

/// Everything drafts are made from.
#[derive(Debug)]
pub struct DraftDesk<'d> {
    register: &'d Register,
    eye: &'d Eye<'d>,
    hands: &'d Hands,
    cutoff: DateTime<Utc>,
    files: BTreeMap<i64, &'d File>,
    papers: &'d Papers,
}

/// All papers and their versions.
#[derive(Debug)]
pub struct Papers {
    rows: BTreeMap<PaperNumber, PaperRow>,
    versions: BTreeMap<PaperNumber, Vec<Version>>,
}

impl Papers {
    /// Fails when the register cannot be read.
    pub fn read(register: &Register) -> Result<Self> {
        let mut versions: BTreeMap<PaperNumber, Vec<Version>> = BTreeMap::new();
        for version in register.versions()? {
            versions.entry(version.paper).or_default().push(version);
        }
        Ok(Papers { rows: register.papers()?.into_iter().map(|row| (row.number, row)).collect(), versions })
    }
}

/// Views kept from before, and those made just now.
struct Seen {
    before: BTreeMap<String, View>,
    now: BTreeMap<String, View>,
}

impl<'d> DraftDesk<'d> {
    pub fn new(
        register: &'d Register,
        eye: &'d Eye<'d>,
        hands: &'d Hands,
        files: &'d [File],
        papers: &'d Papers,
        cutoff: DateTime<Utc>,
    ) -> Self {
        let files = files.iter().map(|file| (file.id, file)).collect();
        DraftDesk { register, eye, hands, cutoff, files, papers }
    }

    /// All papers, or those of `only` some cases, in order of number.
    ///
    /// Fails when a reading cannot be read back from the register.
    pub fn drafts(&self, only: Option<Only<'_>>) -> Result<Vec<Draft>> {
        let mut seen = Seen { before: BTreeMap::new(), now: BTreeMap::new() };
        let mut drafts = Vec::new();
        if let Some(only) = only {
            for row in self.papers.rows.values().filter(|row| self.is_of(row, only)) {
                drafts.extend(self.draft(row, &mut seen)?);
            }
            return Ok(drafts);
        }
        let eye = views::eye(self.eye.rules, self.eye.on);
        seen.before = self.register.views(&eye)?;
        for row in self.papers.rows.values() {
            drafts.extend(self.draft(row, &mut seen)?);
        }
        // Only time is lost with a cache that cannot be written.
        let _ = self.register.keep_views(&eye, &seen.now);
        Ok(drafts)
    }

    fn is_of(&self, row: &PaperRow, only: Only<'_>) -> bool {
        let folder = || whose::folder_case(&self.name(row), |case| self.eye.rules.case_ids.fits(case));
        only.papers.contains(&row.number)
            || self.given(row).or_else(folder).is_some_and(|case| only.cases.contains(&case))
    }

    fn draft(&self, row: &PaperRow, seen: &mut Seen) -> Result<Option<Draft>> {
        let hand = self.hands.paper(row.number);
        let file = row.file.and_then(|file| self.files.get(&file));
        let mut versions = self.papers.versions.get(&row.number).cloned().unwrap_or_default();
        let arriving = versions.is_empty();
        if arriving {
            versions.extend(file.and_then(|file| begun(row, file)));
        }
        let came = |version: &Version| (version.absent_at.map(Moment::get), version.present_at.get());
        let dated: Vec<_> = versions.iter().map(|version| (version.version, came(version))).collect();
        let Some((at, verdict)) = draft::version_in_use(&dated, &hand, self.cutoff) else {
            return Ok(None);
        };
        let arrivals = dated.into_iter().map(|(_, came)| came).collect();
        let newer = versions.last().map(|last| last.version).filter(|last| *last > versions[at].version);
        let version = versions.swap_remove(at);
        let name = self.name(row);
        let key = Eye::key(&version.sha, &name, hand.kind.as_ref());
        let known = seen.before.get(&key).cloned();
        let kept = match known {
            Some(_) => self.register.outline(&version.sha)?,
            None => self.register.reading(&version.sha)?,
        };
        let read = kept.is_some();
        let kept = kept.unwrap_or_else(kept::unread);
        let view = known.unwrap_or_else(|| {
            let view = self.eye.look(&kept.reading, &name, hand.kind.as_ref());
            if read {
                seen.now.insert(key, view.clone());
            }
            view
        });
        let content = kept::content(view, kept, &name);
        let received = Received {
            absent_at: version.absent_at.map(Moment::get),
            present_at: version.present_at.get(),
            verdict,
        };
        Ok(Some(Draft {
            present: self.present(row),
            given: self.given(row),
            trouble: file.and_then(|file| file.trouble.clone()),
            number: row.number,
            part_of: row.part_of,
            file: name,
            hand,
            version: version.version,
            sha256: version.sha,
            size: u64::try_from(version.size).unwrap_or_default(),
            received,
            arriving,
            newer,
            arrivals,
            content,
        }))
    }

    fn name(&self, row: &PaperRow) -> String {
        let own = row.name.clone().unwrap_or_default();
        let whole = row.part_of.and_then(|whole| self.papers.rows.get(&whole));
        match (row.file.and_then(|file| self.files.get(&file)), whole) {
            (Some(file), _) => file.shown.clone(),
            (None, Some(whole)) => format!("{}/{own}", self.name(whole)),
            (None, None) => own,
        }
    }

    fn present(&self, row: &PaperRow) -> bool {
        let whole = row.part_of.and_then(|whole| self.papers.rows.get(&whole));
        row.present && whole.is_none_or(|whole| self.present(whole))
    }

    fn given(&self, row: &PaperRow) -> Option<CaseId> {
        let hand = self.hands.paper(row.number);
        let whole = row.part_of.and_then(|whole| self.papers.rows.get(&whole));
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

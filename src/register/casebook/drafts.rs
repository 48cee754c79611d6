//! Each paper's row with what belongs to it: the version that is used, what it was called, what its content says.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rayon::prelude::*;

use crate::panel::casebook::content::{Eye, View};
use crate::panel::casebook::draft::{self, Draft};
use crate::panel::casebook::hands::{Hands, PaperHand};
use crate::panel::ids::{CaseId, PaperNumber};
use crate::panel::paper::Received;
use crate::panel::whose;
use crate::register::Register;
use crate::register::casebook::kept;
use crate::register::moment::Moment;
use crate::register::papers::{File, PaperRow, Version};
use crate::register::readings::KeptReading;
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

/// The version of a paper that is used, and the name under which what it is seen as is kept.
struct InUse<'d> {
    row: &'d PaperRow,
    hand: PaperHand,
    name: String,
    version: Version,
    received: Received,
    arriving: bool,
    newer: Option<u32>,
    arrivals: Vec<(Option<DateTime<Utc>>, DateTime<Utc>)>,
    key: String,
}

/// Contents looked at before what was seen is kept: few enough to be held at once.
const AT_ONCE: usize = 64;

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
        let wanted = self.papers.rows.values().filter(|row| only.is_none_or(|only| self.is_of(row, only)));
        let used: Vec<InUse<'_>> = wanted.filter_map(|row| self.in_use(row)).collect();
        let eye = only.is_none().then(|| views::eye(self.eye.rules));
        let views = self.views(&used, eye.as_deref())?;
        used.into_iter().map(|used| self.draft(used, &views)).collect()
    }

    /// What every content is seen as, by the name under which it is kept; looked at where that is not known under `eye`, or
    /// does not hold on the day.
    fn views(&self, used: &[InUse<'_>], eye: Option<&str>) -> Result<BTreeMap<String, View>> {
        let mut kept: BTreeMap<String, Vec<View>> = match eye {
            Some(eye) => self.register.views(eye)?,
            None => BTreeMap::new(),
        };
        let holds = |view: &View| view.same.holds(self.eye.on);
        let mut unseen: BTreeMap<&str, &InUse<'_>> = BTreeMap::new();
        for used in
            used.iter().filter(|used| !kept.get(&used.key).is_some_and(|views| views.iter().any(holds)))
        {
            unseen.insert(&used.key, used);
        }
        let mut views = BTreeMap::new();
        let unseen: Vec<&InUse<'_>> = unseen.into_values().collect();
        for some in unseen.chunks(AT_ONCE) {
            let readings = some.iter().map(|used| self.register.reading(&used.version.sha));
            let readings = readings.collect::<Result<Vec<Option<KeptReading>>, _>>()?;
            let seen: Vec<View> = some
                .par_iter()
                .zip(&readings)
                .map(|(used, kept)| {
                    let unread;
                    let reading = match kept {
                        Some(kept) => &kept.reading,
                        None => {
                            unread = kept::unread().reading;
                            &unread
                        }
                    };
                    self.eye.look(reading, &used.name, used.hand.kind.as_ref())
                })
                .collect();
            let mut fresh = BTreeMap::new();
            for ((used, kept_reading), view) in some.iter().zip(&readings).zip(seen) {
                if kept_reading.is_some() {
                    let mut all = kept.remove(&used.key).unwrap_or_default();
                    all.push(view.clone());
                    fresh.insert(used.key.clone(), all);
                }
                views.insert(used.key.clone(), view);
            }
            // Only time is lost with a cache that cannot be written.
            let _ = eye.map(|eye| self.register.keep_views(eye, &fresh));
        }
        views.extend(kept.into_iter().filter_map(|(key, views)| Some((key, views.into_iter().find(holds)?))));
        Ok(views)
    }

    fn is_of(&self, row: &PaperRow, only: Only<'_>) -> bool {
        let folder = || whose::folder_case(&self.name(row), |case| self.eye.rules.case_ids.fits(case));
        only.papers.contains(&row.number)
            || self.given(row).or_else(folder).is_some_and(|case| only.cases.contains(&case))
    }

    /// The version of a paper that is used; none of a paper of which nothing has come.
    fn in_use(&self, row: &'d PaperRow) -> Option<InUse<'d>> {
        let hand = self.hands.paper(row.number);
        let file = row.file.and_then(|file| self.files.get(&file));
        let mut versions = self.papers.versions.get(&row.number).cloned().unwrap_or_default();
        let arriving = versions.is_empty();
        if arriving {
            versions.extend(file.and_then(|file| begun(row, file)));
        }
        let came = |version: &Version| (version.absent_at.map(Moment::get), version.present_at.get());
        let dated: Vec<_> = versions.iter().map(|version| (version.version, came(version))).collect();
        let (at, verdict) = draft::version_in_use(&dated, &hand, self.cutoff)?;
        let arrivals = dated.into_iter().map(|(_, came)| came).collect();
        let newer = versions.last().map(|last| last.version).filter(|last| *last > versions[at].version);
        let version = versions.swap_remove(at);
        let name = self.name(row);
        let key = Eye::key(&version.sha, &name, hand.kind.as_ref());
        let (absent_at, present_at) = came(&version);
        let received = Received { absent_at, present_at, verdict };
        Some(InUse { row, hand, name, version, received, arriving, newer, arrivals, key })
    }

    fn draft(&self, used: InUse<'_>, views: &BTreeMap<String, View>) -> Result<Draft> {
        let InUse { row, hand, name, version, received, arriving, newer, arrivals, key } = used;
        let kept = self.register.outline(&version.sha)?.unwrap_or_else(kept::unread);
        let view = views.get(&key).context("every content was looked at")?.clone();
        Ok(Draft {
            present: self.present(row),
            given: self.given(row),
            trouble: row.file.and_then(|file| self.files.get(&file)).and_then(|file| file.trouble.clone()),
            number: row.number,
            part_of: row.part_of,
            content: kept::content(view, kept, &name),
            file: name,
            hand,
            version: version.version,
            sha256: version.sha,
            size: u64::try_from(version.size).unwrap_or_default(),
            received,
            arriving,
            newer,
            arrivals,
        })
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

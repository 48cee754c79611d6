//! Everything known, drawn up for one meeting: each case with its papers, judged, and every file that belongs to none.
//!
//! The rows are loaded here; what they mean is worked out by [`crate::panel::casebook`] each time. Nothing of it is stored, but
//! for a cache of what contents were seen as.

mod kept;
mod drafts;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};

use crate::config::Config;
use crate::panel::calendar;
use crate::panel::case::{Casebook, Ignored};
use crate::panel::casebook::content::Eye;
use crate::panel::casebook::hands::Hands;
use crate::panel::casebook::{self, Scene, hands};
use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;
use crate::panel::outcome::Outcome;
use crate::panel::rules::Rules;
use crate::panel::whose;
use crate::register::Register;
use crate::register::casebook::drafts::{DraftDesk, Papers};
use crate::register::papers::File;
use crate::register::scans::Blind;

pub use crate::register::casebook::drafts::Only;

/// Draws the casebook of the meeting on `date`, or of the next one.
///
/// Fails when no meeting is held on `date`, and when the register cannot be read.
pub fn draw(
    register: &Register,
    config: &Config,
    date: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Casebook> {
    Ledger::read(register)?.draw(register, config, date, now, None)
}

/// Everything that casebooks are drawn from but the readings, loaded once for as many meetings as are wanted.
#[derive(Debug)]
pub struct Ledger {
    files: Vec<File>,
    papers: Papers,
    hands: Hands,
    outcomes: Vec<(NaiveDate, Outcome)>,
    blind: Vec<Blind>,
}

impl Ledger {
    /// Fails when the register cannot be read.
    pub fn read(register: &Register) -> Result<Self> {
        Ok(Ledger {
            files: register.files()?,
            papers: Papers::read(register)?,
            hands: hands::fold(&register.acts()?),
            outcomes: register.outcomes()?,
            blind: register.blind_folders()?,
        })
    }

    /// Draws the casebook of the meeting on `date`, or of the next one; of `only` some cases, where that is enough.
    ///
    /// Fails when no meeting is held on `date`, and when the register cannot be read.
    pub fn draw(
        &self,
        register: &Register,
        config: &Config,
        date: Option<NaiveDate>,
        now: DateTime<Utc>,
        only: Option<Only<'_>>,
    ) -> Result<Casebook> {
        let Ledger { files, papers, hands, outcomes, blind } = self;
        let rules = &config.rules;
        let meeting = meeting(config, date, now)?;
        let eye = Eye::new(rules, meeting.date);
        let drafts =
            DraftDesk::new(register, &eye, hands, files, papers, meeting.cutoff.to_utc()).drafts(only)?;
        let closed = closed(rules, files, blind);
        let scene = Scene { rules, meeting: &meeting, now, hands, outcomes, closed: &closed };
        let ignored = files
            .iter()
            .filter(|file| file.present)
            .filter_map(|file| Some(Ignored { file: file.shown.clone(), reason: file.ignored.clone()? }));
        Ok(casebook::draw(&scene, drafts, register.share()?, ignored.collect()))
    }
}

/// What in cases' folders cannot be read, and why; there is no paper that could say so. Names may be a child's and stay out.
fn closed(rules: &Rules, files: &[File], blind: &[Blind]) -> BTreeMap<CaseId, Vec<String>> {
    let case = |path: &str| whose::folder_case(path, |case| rules.case_ids.fits(case));
    let mut closed: BTreeMap<CaseId, Vec<String>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.present && file.ignored.is_some()) {
        if let (Some(case), Some(trouble)) = (case(&file.shown), &file.trouble) {
            closed.entry(case).or_default().push(format!("a file in the case's folder {trouble}"));
        }
    }
    for folder in blind {
        if let Some(case) = case(&format!("{}/", String::from_utf8_lossy(&folder.path))) {
            let sentence = format!("a folder of the case {}; hint: {}", folder.wrong(), folder.hint());
            closed.entry(case).or_default().push(sentence);
        }
    }
    closed
}

/// The meeting a person means by a date, or the next.
fn meeting(config: &Config, date: Option<NaiveDate>, now: DateTime<Utc>) -> Result<Meeting> {
    match date {
        Some(date) => calendar::meeting_meant(&config.rules, date).with_context(|| {
            format!("there is no meeting on `{date}`; hint: `panelclerk status` names the next one")
        }),
        None => calendar::next_meeting(&config.rules, now)
            .context("no meeting is to come; hint: look at `[meeting]` in the configuration"),
    }
}

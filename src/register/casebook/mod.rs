//! Everything known, drawn up for one meeting: each case with its papers, judged, and every file that belongs to none.
//!
//! Nothing here is stored, but for a cache of what contents were seen as. Filing, kinds, fields, versions and standing are worked out from the readings, the observed
//! arrivals, the acts and the configuration each time, so that a changed alias or an undone act needs no repair.
//! Every file of the inbox is in exactly one place: under a case, unfiled, or ignored.

mod hands;
mod content;
mod drafts;
mod filed;
mod placed;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};

use crate::config::Config;
use crate::panel::calendar;
use crate::panel::case::{Case, Casebook, Ignored};
use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;
use crate::panel::paper::{Paper, PaperState};
use crate::panel::rules::Rules;
use crate::panel::whose;
use crate::register::Register;
use crate::register::casebook::content::Eye;
use crate::register::casebook::drafts::Desk;
use crate::register::papers::File;
use crate::register::scans::Blind;

/// Draws the casebook of the meeting on `date`, or of the next one.
///
/// Fails when no meeting is held on `date`, and when the register cannot be read.
pub fn draw(
    register: &Register,
    config: &Config,
    date: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Casebook> {
    let rules = &config.rules;
    let meeting = meeting(config, date, now)?;
    let files = register.files()?;
    let hands = hands::fold(&register.acts()?);
    let outcomes = register.outcomes()?;
    let eye = Eye::new(rules, meeting.date);
    let drafts = Desk::new(register, &eye, &hands, &files, meeting.cutoff.to_utc())?.drafts()?;
    let filed = filed::file(rules, &hands, drafts);

    let mut by_case: BTreeMap<CaseId, Vec<filed::Filed>> = BTreeMap::new();
    let mut unfiled: Vec<Paper> = Vec::new();
    for one in filed {
        match &one.paper.case {
            Some(case) => by_case.entry(case.clone()).or_default().push(one),
            None if one.paper.state == PaperState::Removed => {}
            None => unfiled.push(one.paper),
        }
    }
    for case in hands.expected() {
        by_case.entry(case.clone()).or_default();
    }
    let closed = closed(rules, &files, &register.blind_folders()?);
    for case in closed.keys() {
        by_case.entry(case.clone()).or_default();
    }
    let scene =
        placed::Scene { rules, meeting: &meeting, now, hands: &hands, outcomes: &outcomes, closed: &closed };
    let cases: Vec<Case> =
        by_case.into_iter().filter_map(|(id, papers)| placed::case(&scene, id, papers)).collect();
    let ignored = files
        .iter()
        .filter(|file| file.present)
        .filter_map(|file| Some(Ignored { file: file.shown.clone(), reason: file.ignored.clone()? }));
    Ok(Casebook {
        panel: rules.name.clone(),
        now,
        share: register.share()?,
        cases,
        unfiled,
        ignored: ignored.collect(),
        meeting,
    })
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
            let sentence = "a folder of the case may not be opened by the service; \
                            hint: give everyone in the team's folder the right to read it";
            closed.entry(case).or_default().push(sentence.to_owned());
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

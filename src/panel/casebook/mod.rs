//! Everything known, drawn up for one meeting: each case with its papers, judged, and every file that belongs to none.
//!
//! By value: [`draw`] is given what was read, observed and done, and says the same of the same. Nothing of it is stored, so that
//! a changed alias or an undone act needs no repair. Every file of the inbox is in exactly one place: under a case, unfiled,
//! or ignored.

pub mod hands;
pub mod content;
pub mod draft;
pub mod filed;
pub mod which_meeting;
pub mod placed;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::panel::case::{Case, Casebook, Ignored, Share};
use crate::panel::casebook::draft::Draft;
use crate::panel::casebook::filed::Filed;
use crate::panel::casebook::hands::Hands;
use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;
use crate::panel::outcome::Outcome;
use crate::panel::paper::{Paper, PaperState};
use crate::panel::rules::Rules;

/// What all cases of a casebook share.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'s> {
    pub rules: &'s Rules,
    pub meeting: &'s Meeting,
    pub now: DateTime<Utc>,
    pub hands: &'s Hands,
    /// What earlier meetings came to, by day.
    pub outcomes: &'s [(NaiveDate, Outcome)],
    /// Why files in a case's folder cannot be read.
    pub closed: &'s BTreeMap<CaseId, Vec<String>>,
}

/// Draws the casebook of the scene's meeting from all papers, in order of number.
pub fn draw(scene: &Scene<'_>, drafts: Vec<Draft>, share: Share, ignored: Vec<Ignored>) -> Casebook {
    let mut by_case: BTreeMap<CaseId, Vec<Filed>> = BTreeMap::new();
    let mut unfiled: Vec<Paper> = Vec::new();
    let mut known = known(scene);
    for one in filed::file(scene.rules, scene.hands, drafts) {
        known.extend(one.about.clone());
        match &one.paper.case {
            Some(case) => by_case.entry(case.clone()).or_default().push(one),
            None if one.paper.state == PaperState::Removed => {}
            None => unfiled.push(one.paper),
        }
    }
    for case in scene.hands.expected().chain(scene.closed.keys()) {
        by_case.entry(case.clone()).or_default();
    }
    let cases: Vec<Case> =
        by_case.into_iter().filter_map(|(id, papers)| placed::case(scene, id, papers)).collect();
    Casebook {
        panel: scene.rules.name.clone(),
        now: scene.now,
        share,
        cases,
        known,
        unfiled,
        ignored,
        meeting: scene.meeting.clone(),
    }
}

/// Cases known without any paper: by an act, a folder, a decision.
fn known(scene: &Scene<'_>) -> BTreeSet<CaseId> {
    let mut known = scene.hands.named().clone();
    known.extend(scene.closed.keys().cloned());
    let decisions = scene.outcomes.iter().flat_map(|(_, outcome)| &outcome.decisions);
    known.extend(decisions.map(|decision| decision.case.clone()));
    known
}

//! Everything known, drawn up for one meeting: each case with its papers, judged, and every file that belongs to none.
//!
//! By value: [`draw`] is given what was read, observed and done, and says the same of the same. Nothing of it is stored, so that
//! a changed alias or an undone act needs no repair. Every file of the inbox is in exactly one place: under a case, unfiled,
//! or ignored.

pub mod hands;
pub mod content;
pub mod draft;
pub mod versions;
pub mod filed;
pub mod which_meeting;
mod scene;
pub mod placed;

use std::collections::{BTreeMap, BTreeSet};

use crate::panel::case::{Case, Casebook, Ignored, Share};
use crate::panel::casebook::draft::Draft;
use crate::panel::casebook::filed::{Filed, Held};
use crate::panel::ids::CaseId;
use crate::panel::paper::{Paper, PaperState};

pub use crate::panel::casebook::scene::Scene;

/// Draws the casebook of the scene's meeting from all papers, in order of number.
pub fn draw(scene: &Scene<'_>, drafts: Vec<Draft>, share: Share, ignored: Vec<Ignored>) -> Casebook {
    let mut by_case: BTreeMap<CaseId, Vec<Filed>> = BTreeMap::new();
    let mut unfiled: Vec<Paper> = Vec::new();
    let mut held: BTreeMap<CaseId, Vec<Held>> = BTreeMap::new();
    let mut known = known(scene);
    for one in filed::file(scene.rules, scene.hands, drafts) {
        known.extend(one.about.clone());
        if let Some((case, waits)) = one.held() {
            held.entry(case).or_default().push(waits);
        }
        match &one.paper.case {
            Some(case) => by_case.entry(case.clone()).or_default().push(one),
            None if one.paper.state == PaperState::Removed => {}
            None => unfiled.push(one.paper),
        }
    }
    for case in scene.hands.expected().chain(scene.closed.keys()).chain(held.keys()) {
        by_case.entry(case.clone()).or_default();
    }
    let case = |(id, papers): (CaseId, Vec<Filed>)| {
        let held = held.get(&id).map_or(&[][..], Vec::as_slice);
        placed::case(scene, id, papers, held)
    };
    let cases: Vec<Case> = by_case.into_iter().filter_map(case).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, at, day};
    use crate::panel::case::Disposition;
    use crate::panel::casebook::content::{Content, View};
    use crate::panel::casebook::draft::version_in_use;
    use crate::panel::casebook::hands::{Hands, PaperHand};
    use crate::panel::ids::{PaperNumber, Sha256};
    use crate::panel::paper::{Received, Verdict};
    use crate::panel::seen::{FileFormat, Reading};
    use crate::panel::seen_from::SeenFrom;

    /// A paper dropped as `file` before the cutoff, recognised as `kind`.
    fn draft(number: u32, file: &str, kind: Option<&str>) -> Draft {
        let came = (Some(at("2026-11-17T09:00:00Z")), at("2026-11-17T09:05:00Z"));
        let thin = Reading::empty(FileFormat::Word);
        let view = View {
            kind: kind.map(|kind| kind.parse().unwrap()),
            because: String::new(),
            form: None,
            dated: None,
            same: SeenFrom::new(at("2026-11-23T09:00:00Z").date_naive()).same(),
            said: (None, None, None),
        };
        Draft {
            number: PaperNumber::new(number),
            part_of: None,
            hand: PaperHand::default(),
            file: file.to_owned(),
            present: true,
            given: None,
            version: 1,
            sha256: Sha256::from_digest([u8::try_from(number).unwrap(); 32]),
            size: 1000,
            received: Received { absent_at: came.0, present_at: came.1, verdict: Verdict::InTime },
            arriving: false,
            newer: None,
            arrivals: vec![came],
            trouble: None,
            content: Content { view, title: None, thin, rendition: None, findings: Vec::new() },
        }
    }

    fn drawn(drafts: Vec<Draft>) -> Casebook {
        let (rules, hands, closed) = (sample::nelc(), Hands::default(), BTreeMap::new());
        let meeting = sample::meeting(&rules);
        let scene = Scene {
            rules: &rules,
            meeting: &meeting,
            now: at("2026-11-17T10:00:00Z"),
            hands: &hands,
            outcomes: &[],
            closed: &closed,
        };
        draw(&scene, drafts, Share { healthy: true, last_scan: None, since: None }, Vec::new())
    }

    fn states(book: &Casebook) -> Vec<(u32, PaperState)> {
        let filed = book.cases.iter().flat_map(|case| &case.papers);
        filed.chain(&book.unfiled).map(|paper| (paper.number.get(), paper.state)).collect()
    }

    #[test]
    fn every_paper_is_under_its_case_or_unfiled() {
        let book = drawn(vec![
            draft(1, "Team/1234567 Robin/plan.docx", Some("care_plan")),
            draft(2, "scan0004.pdf", None),
        ]);
        assert_eq!(states(&book), [(1, PaperState::Accepted), (2, PaperState::NeedsAttention)]);
        assert_eq!(book.unfiled.len(), 1);
        let case = &book.cases[0];
        assert_eq!(case.folder.as_deref(), Some("Team/1234567 Robin"));
        assert_eq!((case.meeting, case.disposition), (day("2026-11-23"), Disposition::Listed));
    }

    #[test]
    fn of_two_plans_the_newer_is_used_and_the_other_says_so() {
        let mut newer = draft(2, "1234567 Robin/plan new.docx", Some("care_plan"));
        newer.received.present_at = at("2026-11-17T09:30:00Z");
        let book = drawn(vec![draft(1, "1234567 Robin/plan.docx", Some("care_plan")), newer.clone()]);
        assert_eq!(states(&book), [(1, PaperState::Superseded), (2, PaperState::Accepted)]);
        assert_eq!(book.cases[0].papers[0].reason.as_deref(), Some("P2 is newer and is used"));
        newer.received.verdict = Verdict::Late;
        let book = drawn(vec![draft(1, "1234567 Robin/plan.docx", Some("care_plan")), newer]);
        assert_eq!(
            states(&book),
            [(1, PaperState::Accepted), (2, PaperState::Accepted)],
            "a late one does not push out one that came in time"
        );
    }

    #[test]
    fn a_case_is_known_from_the_first_paper_on_even_when_all_of_it_is_gone() {
        let mut gone = draft(1, "1234567 Robin/plan.docx", Some("care_plan"));
        gone.present = false;
        let known: Vec<String> = drawn(vec![gone]).known.iter().map(ToString::to_string).collect();
        assert_eq!(known, ["1234567"]);
        assert!(drawn(vec![draft(2, "scan0004.pdf", None)]).known.is_empty());
    }

    #[test]
    fn the_last_version_seen_in_time_is_used_until_a_person_takes_a_newer_one() {
        let cutoff = at("2026-11-18T15:00:00Z");
        let seen = |absent: &str, present: &str| (Some(at(absent)), at(present));
        let versions = [
            (1, seen("2026-11-17T09:00:00Z", "2026-11-17T09:05:00Z")),
            (2, seen("2026-11-19T09:00:00Z", "2026-11-19T09:05:00Z")),
        ];
        let used = |hand: PaperHand| version_in_use(&versions, &hand, cutoff);
        assert_eq!(used(PaperHand::default()), Some((0, Verdict::InTime)));
        assert_eq!(used(PaperHand { taken: Some(2), ..PaperHand::default() }), Some((1, Verdict::Late)));
        assert_eq!(version_in_use(&[], &PaperHand::default(), cutoff), None);
    }
}

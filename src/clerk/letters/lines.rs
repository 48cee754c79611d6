//! The lines of label and value of one letter, from what it is made of.

use anyhow::Result;

use crate::clerk::letters::holders;
use crate::clerk::letters::material::Material;
use crate::clerk::letters::postings::Posting;
use crate::clerk::sitting::Sitting;
use crate::minutes::facts as minutes;
use crate::pack::manifest::{Entry, Manifest};
use crate::panel::ids::CaseId;
use crate::post::facts;
use crate::post::kind::LetterKind;
use crate::post::plan::{Addressed, Enclosed};

/// The lines of label and value.
///
/// Fails when the pack's plan cannot be read.
pub fn told(material: &Material<'_>, posting: &Posting) -> Result<Vec<(String, String)>> {
    let (to, Sitting { heading, casebook, words, .. }) = (&posting.to, material.sitting);
    let case = to.case.as_ref().and_then(|id| casebook.case(id));
    let mut told = match (to.kind, case) {
        (LetterKind::Chaser, Some(case)) => facts::of_case(material.house.rules(), case, heading, words),
        (LetterKind::Decisions, _) => decided(material, to),
        (LetterKind::Recall, _) => recalled(material, to),
        (LetterKind::RecallEmail, _) => asked_back(material, to),
        _ => facts::of_cases(&to.what),
    };
    let Some(pressing) = material.pressing.as_ref().filter(|_| !posting.files.is_empty()) else {
        return Ok(told);
    };
    let manifest = &pressing.manifest;
    let withheld = posting.files.first().map(|file| file.withheld.clone()).unwrap_or_default();
    match (&material.supplement, material.kind) {
        (Some(late), LetterKind::Supplement) => {
            told.extend(facts::of_supplement(manifest, late, &withheld, heading, words));
        }
        _ if to.what.is_pack() => {
            told.extend(facts::of_pack(manifest, casebook, &withheld));
            if let (LetterKind::Pack, Some(held)) = (material.kind, material.holds(to)) {
                let late = pressing.plan()?.supplements;
                let had_to_read = |out: &Entry| holders::has_to_read(&material.held, &to.email, held, out);
                told.extend(facts::since(held, had_to_read, manifest, &late, &withheld, heading, words));
            }
        }
        _ => {}
    }
    for file in &posting.files {
        let what = if file.file.1 > 1 { "part" } else { file.what };
        let cases: Vec<CaseId> =
            file.cases.iter().filter(|case| !file.withheld.contains(*case)).cloned().collect();
        told.extend(facts::of_file(&file.made.manifest, what, &cases));
    }
    told.extend(facts::of_held_back(manifest, &posting.held_back, heading));
    Ok(told)
}

/// The lines of the agenda, in letters that are about the whole meeting.
pub fn agenda(material: &Material<'_>, to: &Addressed) -> Vec<(String, String)> {
    match to.kind {
        LetterKind::Agenda | LetterKind::Pack => {
            facts::of_agenda(&material.agenda, to, &material.sitting.heading)
        }
        _ => Vec::new(),
    }
}

fn decided(material: &Material<'_>, to: &Addressed) -> Vec<(String, String)> {
    let Sitting { heading, words, casebook, .. } = material.sitting;
    let (Some(outcome), Some(decision)) = (&material.outcome, material.decision(to)) else {
        return Vec::new();
    };
    let quorum = minutes::quorum(material.house.rules(), outcome, &material.sitting.agenda);
    facts::of_decision(&decision.case, outcome, casebook, heading, words, &quorum)
}

fn asked_back(material: &Material<'_>, to: &Addressed) -> Vec<(String, String)> {
    let Enclosed::AsksBack(letters) = &to.what else { return Vec::new() };
    letters.iter().filter_map(|letter| material.asks_back.get(letter).cloned()).collect()
}

fn recalled(material: &Material<'_>, to: &Addressed) -> Vec<(String, String)> {
    let Some(recall) = material.recalls.iter().find(|recall| recall.recipient == to.email) else {
        return Vec::new();
    };
    let mut files: Vec<(u32, &str, &Manifest)> = Vec::new();
    files
        .extend(recall.files.iter().map(|held| (held.copy.version, held.copy.what.as_str(), &held.manifest)));
    let Sitting { heading, words, .. } = material.sitting;
    facts::of_recall(&recall.entries, &files, &to.withheld, heading, words)
}

//! What the cases of an agenda have lost since it was made, to be said with the pack that is pressed from it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::clerk::sitting::Sitting;
use crate::finding::Finding;
use crate::panel::ids::{CaseId, PaperNumber};
use crate::register::Register;

/// Each listed case that lost papers, and an inbox that could not be seen at the last look.
///
/// Fails when the register cannot be read.
pub fn of(register: &Register, sitting: &Sitting) -> Result<Vec<Finding>> {
    let mut losses = Vec::new();
    if !sitting.casebook.share.healthy {
        let message = "the inbox could not be seen at the last look: what came or went since is not known";
        losses.push(Finding::warning("inbox-away", message).hint("`panelclerk status` says why"));
    }
    let gone = register.gone_since_agenda(sitting.day())?;
    let listed = register.agenda(sitting.day())?;
    let is_listed = |case: &CaseId| {
        listed
            .iter()
            .chain([&sitting.agenda])
            .any(|agenda| agenda.cases().any(|(_, line)| line.case == *case))
    };
    let mut by_case: BTreeMap<&CaseId, BTreeSet<PaperNumber>> = BTreeMap::new();
    for case in sitting.casebook.cases.iter().filter(|case| is_listed(&case.id)) {
        for paper in case.papers.iter().filter(|paper| gone.contains(&paper.number)) {
            by_case.entry(&case.id).or_default().insert(paper.number);
        }
    }
    losses.extend(by_case.into_iter().map(|(case, papers)| {
        let papers = papers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Finding::warning(
            "papers-gone",
            format!("{case} has lost documents since the agenda was made: {papers}"),
        )
        .about(case.to_string())
        .hint(
            "see whether they were meant to be taken out of the inbox; what is put back is in the next pack",
        )
    }));
    Ok(losses)
}

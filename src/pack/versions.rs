//! What may become of an issued pack: late papers added behind it, a paper taken out of it, a copy that withholds a case. Pure.
//!
//! An issued pack is its plan as it was pressed. Nothing here moves a page that has a number: what is new comes after the last
//! page, what is gone leaves a sheet for each of its pages.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::pack::plan::{Plan, PlannedCase, Shown, Supplement, Which};
use crate::panel::ids::{CaseId, PaperNumber, Sha256};

/// Why there is no new version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoVersion {
    #[error("{0} is not in the issued pack; hint: the manifest beside the pack lists its documents")]
    NotInPack(PaperNumber),
    #[error("{0} has been taken out of the pack already")]
    AlreadyOut(PaperNumber),
    #[error("nothing has come that is not in the issued pack")]
    NothingNew,
}

/// The next version with whatever `fresh` has and the issued pack has not.
pub fn supplement(mut issued: Plan, fresh: &Plan) -> Result<Plan, NoVersion> {
    let held: BTreeSet<Which> = issued.papers().map(|(_, paper)| paper.which).collect();
    let known: BTreeSet<CaseId> = issued.all_cases().map(|case| case.id.clone()).collect();
    let late = fresh.cases.iter().filter_map(|case| {
        let papers: Vec<_> =
            case.papers.iter().filter(|paper| !held.contains(&paper.which)).cloned().collect();
        let counts = !papers.is_empty() || !known.contains(&case.id);
        counts.then(|| PlannedCase { papers, ..case.clone() })
    });
    let cases: Vec<PlannedCase> = late.collect();
    if cases.is_empty() {
        return Err(NoVersion::NothingNew);
    }
    issued.facts.version += 1;
    issued.facts.evidence_head = fresh.facts.evidence_head.clone();
    issued.supplements.push(Supplement { version: issued.facts.version, cases });
    Ok(issued)
}

/// The next version with a sheet in place of each page of this paper, in whichever version it is there.
pub fn withdraw(
    mut issued: Plan,
    number: PaperNumber,
    reason: &str,
    evidence_head: Sha256,
) -> Result<Plan, NoVersion> {
    let held: Vec<(Which, Shown)> = issued
        .papers()
        .filter(|(_, paper)| paper.which.number == number)
        .map(|(_, paper)| (paper.which, paper.shown.clone()))
        .collect();
    if held.is_empty() {
        return Err(NoVersion::NotInPack(number));
    }
    let out = |shown: &Shown| matches!(shown, Shown::Withdrawn { .. });
    if held.iter().all(|(_, shown)| out(shown)) {
        return Err(NoVersion::AlreadyOut(number));
    }
    for (which, shown) in held {
        let pages = match shown {
            Shown::Included(rendition) => rendition.pages,
            Shown::Substituted { .. } => {
                issued.frozen.get(&format!("substitute {which}")).copied().unwrap_or(1)
            }
            Shown::Withdrawn { .. } => continue,
        };
        issued = issued.showing(which, &Shown::Withdrawn { pages, reason: reason.to_owned() });
    }
    issued.facts.version += 1;
    issued.facts.evidence_head = evidence_head;
    Ok(issued)
}

/// The same version for somebody who must not see these cases: the same numbers, one sheet for each of their pages.
#[must_use]
pub fn withholding(mut issued: Plan, cases: &BTreeSet<CaseId>) -> Plan {
    issued.withheld.extend(cases.iter().cloned());
    issued.left_out.retain(|line| !cases.contains(&line.case));
    issued
}

/// The same version for somebody who is consulted on these cases alone: their pages under their numbers, and no others.
#[must_use]
pub fn only(mut issued: Plan, cases: &BTreeSet<CaseId>) -> Plan {
    issued.extract = true;
    let all = issued.all_cases().map(|case| &case.id).chain(issued.left_out.iter().map(|line| &line.case));
    let others = all.filter(|id| !cases.contains(id)).cloned().collect();
    withholding(issued, &others)
}

//! A worker asked for a pack until it gives one.
//!
//! Pressing itself leaves out what is at fault; but a worker that dies, or takes for ever, says nothing. Then it is tried once more,
//! then the panel's template against the shipped one, and after that the paper is looked for that no worker lives through.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::clerk::house::House;
use crate::clerk::templates;
use crate::finding::Finding;
use crate::pack::blame::culprits;
use crate::pack::job::PressJob;
use crate::pack::plan::{Plan, Which};
use crate::pack::press::Pressed;
use crate::panel::ids::Sha256;
use crate::worker::error::WorkerError;
use crate::worker::pool::Answered;

/// What one try may take while a paper is looked for.
const SECONDS_TO_TRY: u64 = 120;

/// The pack, and what was found on the way to it.
///
/// Fails when the worker cannot be started, or the pack cannot be made however it is tried.
pub fn ask(
    house: &House,
    mut plan: Plan,
    renditions: BTreeMap<Sha256, PathBuf>,
) -> Result<(Answered<Pressed>, Vec<Finding>)> {
    let mut findings = Vec::new();
    let template = templates::of_pack(house, &plan).unwrap_or_else(|fault| {
        findings.push(not_usable(&format!("{fault:#}")));
        plan.shipped_sheets = true;
        String::new()
    });
    let mut job = PressJob { plan, template, renditions };
    let failure = match house.press()?.ask(&job) {
        Ok(answered) => return Ok((answered, findings)),
        Err(failure) => failure,
    };
    let tries = house.press_within(SECONDS_TO_TRY)?;
    // A worker may be lost by chance: ended by the system for want of memory, or by somebody.
    if !matches!(failure, WorkerError::Refused(_))
        && let Ok(answered) = tries.ask(&job)
    {
        return Ok((answered, findings));
    }
    if !is_a_papers_doing(&failure) {
        return Err(failure).context("the pack could not be created");
    }
    if !job.plan.shipped_sheets {
        let mut shipped = job.clone();
        shipped.plan.shipped_sheets = true;
        if let Ok(answered) = tries.ask(&shipped) {
            findings.push(not_usable(&failure.to_string()));
            return Ok((answered, findings));
        }
    }
    let shown = job.plan.shown();
    let found = culprits(&shown, &mut |kept| {
        let less = without(&job.plan, shown.iter().filter(|which| !kept.contains(which)), "");
        tries.ask(&PressJob { plan: less, ..job.clone() }).is_ok()
    });
    let reason = format!("the pack could not be created with it: it {failure}");
    findings.extend(found.iter().map(|which| {
        Finding::warning("pack-substituted", format!("{which} is replaced by a sheet: {reason}"))
            .about(which.to_string())
            .hint("look at the document and ask for it again if need be")
    }));
    job.plan = without(&job.plan, found.iter(), &reason);
    let answered = house.press()?.ask(&job).context("the pack could not be created")?;
    Ok((answered, findings))
}

fn without<'a>(plan: &Plan, papers: impl Iterator<Item = &'a Which>, reason: &str) -> Plan {
    papers.fold(plan.clone(), |plan, which| plan.without(*which, reason))
}

/// Whether a worker was lost over what it was given, and did not say itself what is wrong.
const fn is_a_papers_doing(failure: &WorkerError) -> bool {
    !matches!(failure, WorkerError::Refused(_) | WorkerError::Unavailable(_))
}

fn not_usable(why: &str) -> Finding {
    Finding::warning("pack-template", format!("the panel's own template `pack.typ` could not be used: {why}"))
        .hint("the sheets are set with the shipped template; mend `pack.typ` and create the pack again")
}

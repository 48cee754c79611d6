//! What was done, by whom and why, with the evidence that nothing was changed since.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;

use crate::clerk::house::Settings;
use crate::commands::screen::{self, Exit};
use crate::panel::acts::{Act, Done};
use crate::panel::london;
use crate::panel::when;
use crate::register::evidence::{Fact, Link};

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let acts: BTreeMap<i64, Done> = register.acts()?.into_iter().map(|done| (done.id, done)).collect();
    let links = register.evidence()?;
    let head = register.evidence_head()?;
    if house.json {
        let facts: Vec<_> = links
            .iter()
            .map(|link| json!({ "number": link.seq, "at": link.at, "fact": link.fact, "hash": link.hash }))
            .collect();
        let acts: Vec<_> = acts
            .values()
            .map(|done| {
                let hand = &done.hand;
                json!({ "number": done.id, "at": done.at, "by": hand.by, "login": hand.login,
                        "reason": hand.reason, "act": done.act })
            })
            .collect();
        screen::json(&json!({ "head": head, "facts": facts, "acts": acts }))?;
        return Ok(Exit::Done);
    }
    for link in &links {
        screen::line(line(link, &acts));
    }
    screen::line(format!("{} facts; head of the chain {head}", links.len()));
    Ok(Exit::Done)
}

/// One fact as a line: number, wall clock, what happened.
fn line(link: &Link, acts: &BTreeMap<i64, Done>) -> String {
    let at = when::to_the_second(london::wall(link.at));
    format!("{:>5}  {at}  {}", link.seq, said(&link.fact, acts))
}

fn said(fact: &Fact, acts: &BTreeMap<i64, Done>) -> String {
    match fact {
        Fact::Seen { paper, sha256, .. } => format!("{paper} seen, content {}", sha256.short()),
        Fact::Accepted { paper, version, sha256 } => {
            format!("{paper} version {version} accepted, content {}", sha256.short())
        }
        Fact::Moved { paper } => format!("{paper} moved in the inbox"),
        Fact::Removed { paper } => format!("{paper} removed from the inbox"),
        Fact::Returned { paper } => format!("{paper} came back into the inbox"),
        Fact::Ordered { act, .. } => acts.get(act).map_or_else(|| format!("act {act} is missing"), ordered),
        Fact::AgendaSet { meeting, sha256 } => format!("agenda of {meeting} set, {}", sha256.short()),
        Fact::PackIssued { meeting, version, sha256, .. } => {
            format!("pack of {meeting} version {version} issued, {}", sha256.short())
        }
        Fact::CopyMade { copy, sha256, .. } => format!("copy {copy} made, {}", sha256.short()),
        Fact::Letter { letter, state, .. } => format!("letter {letter}: {}", state.replace('_', " ")),
        Fact::Decided { meeting, sha256 } => format!("decisions of {meeting} recorded, {}", sha256.short()),
        Fact::MinutesConfirmed { meeting, sha256 } => {
            format!("minutes of {meeting} confirmed, {}", sha256.short())
        }
    }
}

/// An act with who and why: `P4 excluded by Ann Clerk (ann): a duplicate`.
fn ordered(done: &Done) -> String {
    let what = match &done.act {
        Act::Assign { paper, case: Some(case) } => format!("{paper} assigned to {case}"),
        Act::Assign { paper, case: None } => format!("{paper} left to its folder again"),
        Act::SetKind { paper, kind: Some(kind) } => format!("{paper} called {kind}"),
        Act::SetKind { paper, kind: None } => format!("{paper} left to be recognised again"),
        Act::Exclude { paper } => format!("{paper} excluded"),
        Act::AcceptPaper { paper } => format!("{paper} accepted"),
        Act::TakeNewer { paper, version } => format!("{paper} version {version} taken"),
        Act::KeepOlder { paper } => format!("{paper} kept at the version that came in time"),
        Act::ConfirmChild { paper, confirmed: true } => format!("{paper} confirmed to be about its child"),
        Act::ConfirmChild { paper, confirmed: false } => format!("{paper} no longer confirmed"),
        Act::Receive { paper, case, .. } => format!("{paper} entered under {case}"),
        Act::ConfirmEmergency { case, confirmed: true } => format!("{case} confirmed as an emergency"),
        Act::ConfirmEmergency { case, confirmed: false } => format!("{case} said to be no emergency"),
        Act::AcceptCase { case, meeting } => format!("{case} accepted for {meeting}"),
        Act::Move { case, meeting } => format!("{case} moved to {meeting}"),
        Act::Withdraw { case, meeting } => format!("{case} withdrawn from {meeting}"),
        Act::Reinstate { case, meeting } => format!("{case} reinstated for {meeting}"),
        Act::Expect { case, meeting, .. } => format!("{case} expected for {meeting}"),
        Act::Unexpect { case, meeting } => format!("{case} no longer expected for {meeting}"),
        Act::Order { meeting, order, edition } => {
            format!("“{order}” ordered for {meeting} in edition {edition} of the workbook")
        }
        Act::DecideOutside { case, decided: Some(decided) } => {
            format!("{case} decided outside the panel on {} by {}", decided.on, decided.authority)
        }
        Act::DecideOutside { case, decided: None } => format!("{case} not decided outside the panel"),
        Act::AcceptPack { meeting, version, sha256, accepted } => {
            let said = if *accepted { "accepted unverified" } else { "no longer accepted" };
            format!("pack of {meeting} version {version} {said}, {}", sha256.short())
        }
        Act::CloseAction { meeting, case, done, .. } => {
            let case = case.as_ref().map_or(String::new(), |case| format!(" on {case}"));
            let state = if *done { "done" } else { "open again" };
            format!("an action{case} of {meeting} {state}")
        }
        Act::Slot { meeting, wish } => format!("{} given a wish for the agenda of {meeting}", wish.case),
    };
    let hand = &done.hand;
    format!("{what} by {} ({}): {}", hand.by, hand.login, hand.reason)
}

//! What was done, by whom and why, with the evidence that nothing was changed since.
//!
//! The chain itself names nobody: who did it and whom a letter went to is looked up in the rows, while they are kept.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;

use crate::clerk::house::Settings;
use crate::commands::screen::{self, Exit};
use crate::panel::acts::{Act, Done};
use crate::panel::london;
use crate::panel::when;
use crate::register::Register;
use crate::register::evidence::{Fact, Link};
use crate::register::letters::LetterRow;

/// The rows that facts are about.
struct Rows<'a> {
    register: &'a Register,
    acts: BTreeMap<i64, Done>,
    letters: BTreeMap<String, LetterRow>,
}

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let mut findings = Vec::new();
    register.check_register(&mut findings)?;
    let rows = Rows {
        acts: register.acts()?.into_iter().map(|done| (done.id, done)).collect(),
        letters: register.all_letters()?.into_iter().map(|letter| (letter.id.clone(), letter)).collect(),
        register: &register,
    };
    let (sealed, links) = (register.sealed_evidence()?, register.evidence()?);
    let head = register.evidence_head()?;
    let exit = if findings.is_empty() { Exit::Done } else { Exit::Look };
    if house.json {
        let facts = |links: &[Link]| -> Vec<_> {
            let fact = |link: &Link| json!({ "number": link.seq, "at": link.at, "fact": link.fact, "hash": link.hash });
            links.iter().map(fact).collect()
        };
        let act = |done: &Done| {
            let hand = &done.hand;
            json!({ "number": done.id, "at": done.at, "by": hand.by, "login": hand.login,
                    "reason": hand.reason, "act": done.act })
        };
        let answers = register.answers()?;
        let letter = |letter: &LetterRow| {
            json!({ "number": letter.id, "meeting": letter.meeting, "kind": letter.kind, "to": letter.recipient,
                    "draft": letter.draft, "message_id": letter.message_id, "sha256": letter.sha,
                    "state": letter.state, "at": letter.at, "answer": answers.get(&letter.id) })
        };
        screen::json(&json!({
            "head": head, "facts": facts(&links), "sealed": facts(&sealed),
            "acts": rows.acts.values().map(act).collect::<Vec<_>>(),
            "letters": rows.letters.values().map(letter).collect::<Vec<_>>(), "findings": findings,
        }))?;
        return Ok(exit);
    }
    for link in &sealed {
        screen::line(format!("sealed {}", rows.line(link)?));
    }
    for link in &links {
        screen::line(rows.line(link)?);
    }
    screen::line(format!("{} facts; head of the chain {head}", links.len()));
    for finding in &findings {
        screen::line(format!("{} {}", finding.subject, finding.message).trim_start());
    }
    Ok(exit)
}

impl Rows<'_> {
    /// One fact as a line: number, wall clock, what happened.
    fn line(&self, link: &Link) -> Result<String> {
        let at = when::to_the_second(london::wall(link.at));
        let purged = link.fact.mark().map(|mark| self.register.is_provable(mark)).transpose()? == Some(false);
        let purged = if purged { " (purged)" } else { "" };
        Ok(format!("{:>5}  {at}  {}{purged}", link.seq, self.said(&link.fact)))
    }

    fn said(&self, fact: &Fact) -> String {
        match fact {
            Fact::Sealed { links, head } => {
                format!("the chain of before is sealed: {links} facts, head {head}")
            }
            Fact::SealedPurged => "the facts of the sealed chain are no longer kept".to_owned(),
            Fact::KeyDestroyed { key } => format!("key {key} destroyed"),
            Fact::Seen { paper, sha256, .. } => format!("{paper} seen, content {}", sha256.short()),
            Fact::Accepted { paper, version, sha256, .. } => {
                format!("{paper} version {version} accepted, content {}", sha256.short())
            }
            Fact::ContentPurged { sha256 } => format!("content {} removed for good", sha256.short()),
            Fact::Moved { paper } => format!("{paper} moved in the inbox"),
            Fact::Removed { paper } => format!("{paper} removed from the inbox"),
            Fact::Returned { paper } => format!("{paper} came back into the inbox"),
            Fact::Ordered { act, .. } => {
                self.acts.get(act).map_or_else(|| format!("act {act} is not kept"), ordered)
            }
            Fact::AgendaSet { meeting, .. } => format!("agenda of {meeting} set"),
            Fact::PackIssued { meeting, version, sha256, .. } => {
                format!("pack of {meeting} version {version} issued, {}", sha256.short())
            }
            Fact::CopyMade { copy, sha256, .. } => format!("copy {copy} made, {}", sha256.short()),
            Fact::Letter { letter, state, .. } => {
                format!("email {}: {}", self.letter(letter), state.replace('_', " "))
            }
            Fact::Decided { meeting, .. } => format!("decisions of {meeting} recorded"),
            Fact::MinutesConfirmed { meeting, sha256, .. } => {
                format!("minutes of {meeting} confirmed, {}", sha256.short())
            }
        }
    }

    /// `L12 (pack for 2026-11-23 to chair@example.org)`.
    fn letter(&self, number: &str) -> String {
        match self.letters.get(number) {
            Some(letter) => {
                format!("{number} ({} for {} to {})", letter.kind, letter.meeting, letter.recipient)
            }
            None => number.to_owned(),
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
        Act::Alert { case, alert: Some(alert) } => {
            format!("early alert of {case}, discussed on {}", alert.on)
        }
        Act::Alert { case, alert: None } => format!("early alert of {case} over"),
        Act::AcceptPack { meeting, version, sha256, accepted } => {
            let said = if *accepted { "accepted unverified" } else { "no longer accepted" };
            format!("pack of {meeting} version {version} {said}, {}", sha256.short())
        }
        Act::ProveAddress { person, address, on, how, .. } => {
            format!("the address {address} of {person} checked on {on} ({})", how.plain())
        }
        Act::AllowAddress { person, address, meeting } => {
            format!("the address {address} of {person} allowed unchecked for {meeting}")
        }
        Act::DoubtAddress { person, address, lifted } => {
            let said = if *lifted { "no longer doubted" } else { "doubted, and no longer checked" };
            format!("the address {address} of {person} {said}")
        }
        Act::SentByHand { letter, .. } => format!("email {letter} said to be sent by hand"),
        Act::AskBack { letter, .. } => format!("email {letter} asked back as a whole"),
        Act::RecallAnswered { letter, on: Some(on), .. } => {
            format!("recall {letter} said to be answered on {on}")
        }
        Act::RecallAnswered { letter, on: None, .. } => format!("recall {letter} said to be open again"),
        Act::AcceptInbox => "the inbox accepted as it lies".to_owned(),
        Act::CloseAction { meeting, case, done, .. } => {
            let case = case.as_ref().map_or(String::new(), |case| format!(" on {case}"));
            let state = if *done { "done" } else { "open again" };
            format!("an action{case} of {meeting} {state}")
        }
        Act::AmendMinutes { meeting, number, case, .. } => {
            let case = case.as_ref().map_or(String::new(), |case| format!(" on {case}"));
            format!("amendment {number} to the minutes of {meeting}{case}")
        }
        Act::Tick { tick, done } => {
            let case = tick.case.as_ref().map_or(String::new(), |case| format!(" of {case}"));
            let meeting = tick.meeting.map_or(String::new(), |meeting| format!(" for {meeting}"));
            let state = if *done { "done" } else { "open again" };
            format!("{}{case}{meeting} ticked as {state}", tick.what.plain())
        }
        Act::KeepFrom { person, case, by_chair, holds, .. } => {
            let why = if *by_chair { "kept out by the chair" } else { "has an interest" };
            let ends = if *holds { "" } else { " no longer" };
            format!("{person}{ends} takes no part in {case} ({why})")
        }
        Act::Restrict { case, to: Some(people) } => format!("{case} restricted to {}", people.join(", ")),
        Act::Restrict { case, to: None } => format!("{case} no longer restricted"),
        Act::HideAddress { case, from: Some(from) } => {
            format!("address of {case} not to be disclosed to {from}")
        }
        Act::HideAddress { case, from: None } => format!("address of {case} may be disclosed again"),
        Act::Slot { meeting, wish } => format!("{} given a wish for the agenda of {meeting}", wish.case),
    };
    let hand = &done.hand;
    format!("{what} by {} ({}): {}", hand.by, hand.login, hand.reason)
}

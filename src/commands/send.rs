//! Letters of a meeting: who gets what, and with `--go` the drafts in the meeting's outbox.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::commands::holders;
use crate::commands::house::{House, Settings, shown, typed};
use crate::commands::letters::Desk;
use crate::commands::passwords::Passwords;
use crate::commands::postings::Posting;
use crate::commands::pressed::Pressing;
use crate::commands::screen::{self, Exit, Usage};
use crate::commands::sitting::{self, Sitting};
use crate::commands::{invitations, kept_from};
use crate::panel::audience;
use crate::panel::case::{Disposition, Standing};
use crate::panel::ids::CaseId;
use crate::panel::people::Person;
use crate::post::kind::LetterKind;
use crate::post::plan::{self, Plan};
use crate::register::Register;

#[derive(Debug, Args)]
pub struct Send {
    /// `invitations`, `agenda`, `pack`, `decisions` ...
    kind: String,
    /// The meeting's date
    meeting: String,
    /// Write the letters; without it, only show who would get what
    #[arg(long)]
    go: bool,
    /// Ask for the password that the copies of the pack open with, instead of reading it from `password_file`
    #[arg(long)]
    ask_password: bool,
}

pub fn run(settings: &Settings, args: &Send) -> Result<Exit> {
    if args.kind == invitations::KIND {
        return invitations::run(settings, &args.meeting, args.go);
    }
    let house = settings.open()?;
    let mut register = house.register()?;
    let kind: LetterKind = typed(&args.kind)?;
    let sitting = Sitting::draw(&house, &register, Some(&args.meeting))?;
    let plan = plan(&house, &register, &sitting, kind)?;
    let passwords = passwords(&house, kind, args.ask_password)?;
    let mut desk = Desk::open(&house, &register, &sitting, kind)?;
    let postings = desk.postings(&mut register, &plan, &passwords, args.go)?;
    let mut written = Vec::new();
    if args.go {
        desk.issue(&mut register, &postings)?;
        written = desk.write(&mut register, &postings)?;
    }
    if house.json {
        let files: Vec<String> = written.iter().map(|file| shown(file, &house.config)).collect();
        screen::json(&json!({
            "kind": kind, "meeting": sitting.day(), "letters": postings,
            "unreachable": plan.unreachable, "sent": args.go, "drafts": files,
        }))?;
    } else {
        show(&plan, &postings, args.go);
        if let Some(file) = written.first().and_then(|file| file.parent()) {
            screen::line(format!("drafts: {}", shown(file, &house.config)));
        }
    }
    let all_said = plan.unreachable.is_empty() && postings.iter().all(|posting| posting.held_back.is_empty());
    Ok(if all_said { Exit::Done } else { Exit::Look })
}

fn show(plan: &Plan, postings: &[Posting], gone: bool) {
    for posting in postings {
        screen::line(posting.said());
    }
    for one in &plan.unreachable {
        screen::line(format!("{:<28} gets nothing: {}", one.name, one.reason));
    }
    let first = |posting: &&Posting| posting.part.is_none_or(|(part, _)| part == 1);
    for posting in postings.iter().filter(first) {
        for cut in &posting.held_back {
            screen::line(format!(
                "{:<28} does not get pages {} to {}: the paper is too large for a letter; it is in the pack in the meeting's folder",
                posting.to.name, cut.first, cut.last
            ));
        }
    }
    if !gone {
        screen::line("nothing was written; `--go` writes these letters into the outbox");
    }
}

/// Who gets what.
pub fn plan(house: &House, register: &Register, sitting: &Sitting, kind: LetterKind) -> Result<Plan> {
    let (people, _) = sitting::people(house)?;
    if kind.is_per_case() {
        let concerned = |case: &&crate::panel::case::Case| {
            case.disposition == Disposition::Listed
                && (kind != LetterKind::Chaser || case.standing() == Standing::Incomplete)
        };
        return Ok(plan::to_officers(kind, &people, sitting.casebook.cases.iter().filter(concerned)));
    }
    let latest = Pressing::latest(register, sitting.day())?;
    if kind == LetterKind::Recall {
        return recall(register, latest.as_ref(), sitting, &people);
    }
    let withheld =
        if kind.encloses_pack() { kept_from::withheld(house, register, sitting)? } else { Vec::new() };
    let copy = |person: &Person| audience::pack_copy(house.rules(), person, &sitting.casebook, &withheld);
    let mut plan = plan::to_panel(kind, &people, copy);
    if let (LetterKind::Supplement, Some(latest)) = (kind, &latest) {
        let late: BTreeSet<CaseId> = latest
            .plan()?
            .supplements
            .pop()
            .into_iter()
            .flat_map(|late| late.cases)
            .map(|case| case.id)
            .collect();
        plan.letters.retain(|letter| letter.what.shows_any(&late));
    }
    Ok(plan)
}

/// Letters to whoever holds a paper that was taken out.
fn recall(
    register: &Register,
    latest: Option<&Pressing>,
    sitting: &Sitting,
    people: &[Person],
) -> Result<Plan> {
    let day = sitting.day();
    let held = holders::held(register, day)?;
    let recalls = latest.map(|latest| holders::recalls(&held, &latest.manifest)).unwrap_or_default();
    if recalls.is_empty() {
        return Err(Usage::new(format!("nobody holds a paper for {day} that was taken out of the pack"))
            .hint("`panelclerk pack --withdraw PAPER` takes one out")
            .into());
    }
    Ok(plan::to_holders(LetterKind::Recall, people, recalls.iter().map(|recall| recall.recipient.as_str())))
}

/// Letters without a copy of the pack need none.
fn passwords(house: &House, kind: LetterKind, ask: bool) -> Result<Passwords> {
    if kind.encloses_pack() { Passwords::read(house, ask) } else { Ok(Passwords::default()) }
}

/// Letters in the outbox.
#[derive(Debug)]
pub struct Sent {
    pub drafts: Vec<PathBuf>,
    /// Papers that were too large for any letter to somebody.
    pub held_back: usize,
}

/// Writes the letters into the outbox.
pub fn write(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    kind: LetterKind,
    plan: &Plan,
) -> Result<Sent> {
    let passwords = passwords(house, kind, false)?;
    let mut desk = Desk::open(house, register, sitting, kind)?;
    let postings = desk.postings(register, plan, &passwords, true)?;
    desk.issue(register, &postings)?;
    let held_back: BTreeSet<u32> =
        postings.iter().flat_map(|posting| &posting.held_back).map(|cut| cut.first).collect();
    Ok(Sent { drafts: desk.write(register, &postings)?, held_back: held_back.len() })
}

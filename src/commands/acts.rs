//! The administrator's hand: what she says about a case or a paper, always with her name and a reason.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use crate::clerk::by_hand;
use crate::clerk::house::{self, House, Settings};
use crate::clerk::inbox;
use crate::clerk::orders;
use crate::clerk::pack;
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::commands::screen::{self, Exit};
use crate::intake;
use crate::panel::acts::Act;
use crate::panel::ids::{CaseId, DocumentType, PaperNumber};
use crate::register::Register;
use crate::register::acts::Receipt;

/// What `accept` takes for the inbox itself.
const INBOX: &str = "inbox";

/// Who says so, and why.
#[derive(Debug, Args)]
pub struct Hand {
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    pub(crate) by: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = screen::said)]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub struct Receive {
    /// The document, as saved from the mail
    file: PathBuf,
    /// The case it belongs to
    case: String,
    /// When it reached you, for example `2026-11-18T14:40`
    #[arg(long, value_name = "TIME")]
    at: String,
    /// The message it came with, kept as evidence of the time
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Assign {
    /// The document's number, such as `P12`
    paper: String,
    /// The case it belongs to
    #[arg(required_unless_present = "as_found")]
    case: Option<String>,
    /// Undo it: what its folder says holds again
    #[arg(long, conflicts_with = "case")]
    as_found: bool,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct SetKind {
    /// The document's number, such as `P12`
    paper: String,
    /// `referral`, `assessment`, `care_plan` ...
    #[arg(required_unless_present = "as_found")]
    kind: Option<String>,
    /// Undo it: what the document was recognised as holds again
    #[arg(long, conflicts_with = "kind")]
    as_found: bool,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct OnPaper {
    /// The document's number, such as `P12`
    paper: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct OnCase {
    /// Its case number
    case: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Accept {
    /// A case number, a document's number such as `P12`, the date of a meeting whose pack is not verified, or `inbox`: the inbox
    /// is right as it lies, whatever is missing from it
    what: String,
    /// Of a pack: it may not go out after all
    #[arg(long, conflicts_with_all = ["emergency", "no_emergency", "keep_older", "child_not_confirmed"])]
    no_longer: bool,
    /// Of a case: only confirm that it is an emergency
    #[arg(long, conflicts_with_all = ["no_emergency", "keep_older", "child_not_confirmed"])]
    emergency: bool,
    /// Of a case: it is no emergency, whatever its form claims
    #[arg(long, conflicts_with_all = ["keep_older", "child_not_confirmed"])]
    no_emergency: bool,
    /// Of a document: undo the taking of a newer version
    #[arg(long, conflicts_with = "child_not_confirmed")]
    keep_older: bool,
    /// Of a document: whether it is about this child is open again
    #[arg(long)]
    child_not_confirmed: bool,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Reinstate {
    /// A case number, or a document's number such as `P12`
    what: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Move {
    /// Its case number
    case: String,
    /// The date of the meeting it goes to
    meeting: String,
    #[command(flatten)]
    hand: Hand,
}

pub fn receive(settings: &Settings, args: &Receive) -> Result<Exit> {
    let house = settings.open()?;
    let case: CaseId = house::typed(&args.case)?;
    let read = |file: &PathBuf| house.read(file);
    let bytes = read(&args.file)?;
    let message = args.evidence.as_ref().map(read).transpose()?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let at = house::moment(&args.at)?;
    let mut register = house.register()?;
    let known = Sitting::draw(&house, &register, None)?.casebook.known;
    let evidence = message.map(|message| register.keep(&message, house.now())).transpose()?;
    let receipt = Receipt { name: &name, bytes: &bytes, case: &case, at, evidence: evidence.as_ref() };
    let hand = house.hand(&args.hand.by, &args.hand.reason);
    let number = register.receive(&receipt, &hand, house.now())?;
    let readers = house.readers()?;
    intake::read_entered(
        &house.config,
        &house.shares,
        &mut register,
        &readers,
        &house.clock,
        &house.progress,
    )?;
    say(
        &house,
        &format!("{number} is entered under {case}"),
        Some(&case).filter(|case| !known.contains(case)),
    )
}

pub fn assign(settings: &Settings, args: &Assign) -> Result<Exit> {
    let case = args.case.as_deref().map(house::typed).transpose()?;
    done(settings, &args.hand, Act::Assign { paper: house::typed(&args.paper)?, case })
}

pub fn kind(settings: &Settings, args: &SetKind) -> Result<Exit> {
    let house = settings.open()?;
    let kind: Option<DocumentType> = args.kind.as_deref().map(house::typed).transpose()?;
    if let Some(kind) = kind.as_ref().filter(|kind| house.rules().kind(kind).is_none()) {
        let known: Vec<&str> = house.rules().kinds.iter().map(|rule| rule.key.as_str()).collect();
        let usage = Usage::new(format!("`{kind}` is no kind of document here"));
        return Err(usage.hint(format!("there are {}", known.join(", "))).into());
    }
    done(settings, &args.hand, Act::SetKind { paper: house::typed(&args.paper)?, kind })
}

pub fn exclude(settings: &Settings, args: &OnPaper) -> Result<Exit> {
    done(settings, &args.hand, Act::Exclude { paper: house::typed(&args.paper)? })
}

/// A document is taken as it is: confirmed, its newest version; a case is considered at the next meeting, emergency or not.
pub fn accept(settings: &Settings, args: &Accept) -> Result<Exit> {
    if let Ok(day) = args.what.parse::<NaiveDate>() {
        return accept_pack(settings, args, day);
    }
    let switched =
        args.no_longer || args.emergency || args.no_emergency || args.keep_older || args.child_not_confirmed;
    if args.what == INBOX && !switched {
        let house = settings.open()?;
        let mut register = house.register()?;
        let hand = house.hand(&args.hand.by, &args.hand.reason);
        let said = inbox::accept(&house, &mut register, &hand)?;
        return say(&house, &said, None);
    }
    if let Some(act) = only(args)? {
        return done(settings, &args.hand, act);
    }
    let house = settings.open()?;
    let mut register = house.register()?;
    let hand = house.hand(&args.hand.by, &args.hand.reason);
    let sitting = Sitting::draw(&house, &register, None)?;
    let acts = match paper(&args.what) {
        Some(paper) => {
            let version = orders::newest(&register)?.get(&paper).copied().filter(|version| *version > 1);
            let newer = version.map(|version| Act::TakeNewer { paper, version });
            let taken = [Act::AcceptPaper { paper }, Act::ConfirmChild { paper, confirmed: true }];
            taken.into_iter().chain(newer).collect()
        }
        None => {
            let case: CaseId = house::typed(&args.what)?;
            let claimed = sitting.casebook.case(&case).filter(|case| case.emergency.claimed);
            let confirmed =
                claimed.map(|case| Act::ConfirmEmergency { case: case.id.clone(), confirmed: true });
            let accepted = Act::AcceptCase { case, meeting: sitting.day() };
            confirmed.into_iter().chain([accepted]).collect::<Vec<_>>()
        }
    };
    by_hand::record(&house, &mut register, &sitting.casebook.known, &acts, &hand)?;
    say(&house, &format!("{} is accepted", args.what), None)
}

/// A pack that did not pass its own check may go out as it is.
fn accept_pack(settings: &Settings, args: &Accept, day: NaiveDate) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let hand = house.hand(&args.hand.by, &args.hand.reason);
    let version = pack::accept(&house, &mut register, day, &hand, !args.no_longer)?;
    let said = if args.no_longer { "no longer accepted" } else { "accepted as it is, unverified" };
    say(&house, &format!("version {version} of the pack for {day} is {said}"), None)
}

/// The one thing that is asked for, where it is not to accept all of it.
fn only(args: &Accept) -> Result<Option<Act>> {
    let (of_case, of_paper) =
        (args.emergency || args.no_emergency, args.keep_older || args.child_not_confirmed);
    if args.no_longer {
        return Err(Usage::new("`--no-longer` is about a pack").hint("give the date of its meeting").into());
    }
    match paper(&args.what) {
        Some(_) if of_case => Err(Usage::new("`--emergency` and `--no-emergency` are about a case").into()),
        None if of_paper => {
            Err(Usage::new("`--keep-older` and `--child-not-confirmed` are about a document").into())
        }
        Some(paper) if args.keep_older => Ok(Some(Act::KeepOlder { paper })),
        Some(paper) if args.child_not_confirmed => Ok(Some(Act::ConfirmChild { paper, confirmed: false })),
        None if of_case => {
            let case = house::typed(&args.what)?;
            Ok(Some(Act::ConfirmEmergency { case, confirmed: args.emergency }))
        }
        _ => Ok(None),
    }
}

pub fn move_case(settings: &Settings, args: &Move) -> Result<Exit> {
    let case: CaseId = house::typed(&args.case)?;
    on_meeting(settings, &args.hand, Some(&args.meeting), |meeting| {
        vec![Act::Move { case: case.clone(), meeting }]
    })
}

pub fn withdraw(settings: &Settings, args: &OnCase) -> Result<Exit> {
    let case: CaseId = house::typed(&args.case)?;
    on_meeting(settings, &args.hand, None, |meeting| vec![Act::Withdraw { case: case.clone(), meeting }])
}

pub fn reinstate(settings: &Settings, args: &Reinstate) -> Result<Exit> {
    if let Some(paper) = paper(&args.what) {
        return done(settings, &args.hand, Act::AcceptPaper { paper });
    }
    let case: CaseId = house::typed(&args.what)?;
    on_meeting(settings, &args.hand, None, |meeting| vec![Act::Reinstate { case: case.clone(), meeting }])
}

/// `P12`, where that is what was typed.
fn paper(text: &str) -> Option<PaperNumber> {
    text.starts_with(['P', 'p']).then(|| text.parse().ok()).flatten()
}

/// Acts that are about a meeting, the next one where none is named.
pub(crate) fn on_meeting(
    settings: &Settings,
    hand: &Hand,
    meeting: Option<&str>,
    acts: impl Fn(NaiveDate) -> Vec<Act>,
) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let sitting = Sitting::draw(&house, &register, meeting)?;
    record(&house, &mut register, hand, &sitting.casebook.known, &acts(sitting.day()))
}

/// An act that is about no meeting.
pub(crate) fn done(settings: &Settings, hand: &Hand, act: Act) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let known = match act.names_case() {
        Some(_) => Sitting::draw(&house, &register, None)?.casebook.known,
        None => BTreeSet::new(),
    };
    record(&house, &mut register, hand, &known, &[act])
}

fn record(
    house: &House,
    register: &mut Register,
    hand: &Hand,
    known: &BTreeSet<CaseId>,
    acts: &[Act],
) -> Result<Exit> {
    let hand = house.hand(&hand.by, &hand.reason);
    let new = by_hand::record(house, register, known, acts, &hand)?;
    let about = |act: &Act| {
        act.paper().map(|paper| paper.to_string()).or_else(|| act.case().map(ToString::to_string))
    };
    let about = acts.iter().find_map(about).unwrap_or_default();
    say(house, &format!("{about}: recorded"), new.as_ref())
}

/// Says what was done, and which case is new by it.
pub(crate) fn say(house: &House, text: &str, new_case: Option<&CaseId>) -> Result<Exit> {
    if house.json {
        screen::json(&json!({ "done": text, "new_case": new_case }))?;
    } else {
        screen::line(new_case.map_or(text.to_owned(), |case| format!("{text}; {case} is a new case")));
    }
    Ok(Exit::Done)
}

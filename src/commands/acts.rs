//! The administrator's hand: what she says about a case or a paper, always with her name and a reason.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Args;

use crate::commands::house::{self, House, Settings};
use crate::commands::orders;
use crate::commands::screen::{self, Exit, Usage};
use crate::commands::sitting::Sitting;
use crate::intake;
use crate::panel::case::Child;
use crate::panel::ids::{CaseId, Kind, PaperNumber};
use crate::panel::request::Request;
use crate::register::acts::{Act, Expected, Receipt, TelephonedEmergency};

/// Who says so, and why.
#[derive(Debug, Args)]
pub struct Hand {
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct Expect {
    /// Its case number
    case: String,
    /// What will be asked: `new_placement`, `review`, `taxi` ...
    #[arg(long, value_name = "REQUEST")]
    request: Option<String>,
    /// The child's name, so that loose papers can be filed
    #[arg(long, value_name = "NAME")]
    child: Option<String>,
    /// Entered by telephone: the child is placed already, or will be before the meeting
    #[arg(long)]
    emergency: bool,
    /// When the child was placed
    #[arg(long, value_name = "DATE")]
    placed_on: Option<String>,
    /// Who authorised the emergency placement
    #[arg(long, value_name = "NAME")]
    authorised_by: Option<String>,
    /// Keep the case in sight without a decision (court-ordered)
    #[arg(long)]
    tracking_only: bool,
    /// The meeting; left out, the next one
    #[arg(long, value_name = "MEETING")]
    meeting: Option<String>,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Receive {
    /// The paper, as saved from the mail
    file: PathBuf,
    /// The case it belongs to
    case: String,
    /// When it reached you, for example `2026-11-18T14:40`
    #[arg(long, value_name = "TIME")]
    at: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Assign {
    /// The paper's number, such as `P12`
    paper: String,
    /// The case it belongs to
    case: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct SetKind {
    /// The paper's number, such as `P12`
    paper: String,
    /// `referral`, `assessment`, `care_plan` ...
    kind: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct OnPaper {
    /// The paper's number, such as `P12`
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
pub struct Accept {
    /// A case number, or a paper's number such as `P12`
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

pub fn expect(settings: &Settings, args: &Expect) -> Result<Exit> {
    let emergency = match (&args.placed_on, &args.authorised_by) {
        (Some(placed), Some(by)) => Some(TelephonedEmergency {
            placed_on: house::day(placed)?,
            authorised_by: by.clone(),
            authorised_on: None,
        }),
        _ if args.emergency => {
            return Err(Usage::new("an emergency needs `--placed-on` and `--authorised-by`").into());
        }
        _ => None,
    };
    let request = args.request.as_deref().map(request).transpose()?;
    let child = Child { name: args.child.clone(), ..Child::default() };
    let expected =
        Expected { child, request, emergency, tracking_only: args.tracking_only, presenters: Vec::new() };
    let case: CaseId = house::typed(&args.case)?;
    on_meeting(settings, &args.hand, args.meeting.as_deref(), |meeting| Act::Expect {
        case: case.clone(),
        meeting,
        expected: expected.clone(),
    })
}

pub fn receive(settings: &Settings, args: &Receive) -> Result<Exit> {
    let house = settings.open()?;
    let case: CaseId = house::typed(&args.case)?;
    let bytes = std::fs::read(&args.file).with_context(|| format!("`{}`", args.file.display()))?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let receipt =
        Receipt { name: &name, bytes: &bytes, case: &case, at: house::moment(&args.at)?, evidence: None };
    let mut register = house.register()?;
    let hand = house.hand(&args.hand.by, &args.hand.reason);
    let number = register.receive(&receipt, &hand, house.now())?;
    let readers = house.readers()?;
    intake::read_entered(&house.config, &mut register, &readers, &house.clock, &house.progress)?;
    say(&house, &format!("{number} is entered under {case}"))
}

pub fn assign(settings: &Settings, args: &Assign) -> Result<Exit> {
    let (paper, case) = (house::typed(&args.paper)?, Some(house::typed(&args.case)?));
    done(settings, &args.hand, &Act::Assign { paper, case })
}

pub fn kind(settings: &Settings, args: &SetKind) -> Result<Exit> {
    let house = settings.open()?;
    let kind: Kind = house::typed(&args.kind)?;
    if house.rules().kind(&kind).is_none() {
        let known: Vec<&str> = house.rules().kinds.iter().map(|rule| rule.key.as_str()).collect();
        let usage = Usage::new(format!("`{kind}` is no kind of paper here"));
        return Err(usage.hint(format!("there are {}", known.join(", "))).into());
    }
    done(settings, &args.hand, &Act::SetKind { paper: house::typed(&args.paper)?, kind: Some(kind) })
}

pub fn exclude(settings: &Settings, args: &OnPaper) -> Result<Exit> {
    done(settings, &args.hand, &Act::Exclude { paper: house::typed(&args.paper)? })
}

/// A paper is taken as it is: confirmed, its newest version; a case is heard at the next meeting, emergency or not.
pub fn accept(settings: &Settings, args: &Accept) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let hand = house.hand(&args.hand.by, &args.hand.reason);
    let sitting = Sitting::draw(&house, &register, None)?;
    match paper(&args.what) {
        Some(paper) => {
            register.act(&Act::AcceptPaper { paper }, &hand, house.now())?;
            register.act(&Act::ConfirmChild { paper, confirmed: true }, &hand, house.now())?;
            let version = orders::newest(&register)?.get(&paper).copied().unwrap_or(0);
            if version > 1 {
                register.act(&Act::TakeNewer { paper, version }, &hand, house.now())?;
            }
        }
        None => {
            let case: CaseId = house::typed(&args.what)?;
            let claimed = sitting.casebook.case(&case).is_some_and(|case| case.emergency.claimed);
            if claimed {
                let act = Act::ConfirmEmergency { case: case.clone(), confirmed: true };
                register.act(&act, &hand, house.now())?;
            }
            register.act(&Act::AcceptCase { case, meeting: sitting.day() }, &hand, house.now())?;
        }
    }
    say(&house, &format!("{} is accepted", args.what))
}

pub fn move_case(settings: &Settings, args: &Move) -> Result<Exit> {
    let case: CaseId = house::typed(&args.case)?;
    on_meeting(settings, &args.hand, Some(&args.meeting), |meeting| Act::Move { case: case.clone(), meeting })
}

pub fn withdraw(settings: &Settings, args: &OnCase) -> Result<Exit> {
    let case: CaseId = house::typed(&args.case)?;
    on_meeting(settings, &args.hand, None, |meeting| Act::Withdraw { case: case.clone(), meeting })
}

pub fn reinstate(settings: &Settings, args: &Accept) -> Result<Exit> {
    if let Some(paper) = paper(&args.what) {
        return done(settings, &args.hand, &Act::AcceptPaper { paper });
    }
    let case: CaseId = house::typed(&args.what)?;
    on_meeting(settings, &args.hand, None, |meeting| Act::Reinstate { case: case.clone(), meeting })
}

/// `P12`, where that is what was typed.
fn paper(text: &str) -> Option<PaperNumber> {
    text.starts_with(['P', 'p']).then(|| text.parse().ok()).flatten()
}

fn request(text: &str) -> Result<Request> {
    let found = Request::ALL.into_iter().find(|request| request.key() == text);
    let known = || Request::ALL.map(Request::key).join(", ");
    found.ok_or_else(|| {
        Usage::new(format!("`{text}` is no request")).hint(format!("there are {}", known())).into()
    })
}

/// An act that is about a meeting, the next one where none is named.
fn on_meeting(
    settings: &Settings,
    hand: &Hand,
    meeting: Option<&str>,
    act: impl Fn(NaiveDate) -> Act,
) -> Result<Exit> {
    let house = settings.open()?;
    let day = Sitting::draw(&house, &house.register()?, meeting)?.day();
    done(settings, hand, &act(day))
}

fn done(settings: &Settings, hand: &Hand, act: &Act) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    register.act(act, &house.hand(&hand.by, &hand.reason), house.now())?;
    let about = act.paper().map(|paper| paper.to_string()).or_else(|| act.case().map(ToString::to_string));
    say(&house, &format!("{}: recorded", about.unwrap_or_default()))
}

fn say(house: &House, text: &str) -> Result<Exit> {
    if house.json {
        screen::json(&serde_json::json!({ "done": text }))?;
    } else {
        screen::line(text);
    }
    Ok(Exit::Done)
}

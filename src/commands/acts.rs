//! The administrator's hand: what she says about a case or a paper, always with her name and a reason.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Args;

use crate::clerk::house::{self, House, Settings};
use crate::clerk::orders;
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::commands::screen::{self, Exit};
use crate::intake;
use crate::panel::case::{Child, DecidedOutside};
use crate::panel::ids::{CaseId, DocumentType, PaperNumber};
use crate::panel::london;
use crate::panel::request::Request;
use crate::register::acts::{Act, Expected, Receipt, TelephonedEmergency};

/// Who says so, and why.
#[derive(Debug, Args)]
pub struct Hand {
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
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
    /// When it was authorised
    #[arg(long, value_name = "DATE", requires = "authorised_by")]
    authorised_on: Option<String>,
    /// Keep the case in sight without a decision (court-ordered)
    #[arg(long)]
    tracking_only: bool,
    /// Who will bring it; once for each
    #[arg(long, value_name = "NAME")]
    presented_by: Vec<String>,
    /// Decided between meetings with written authority: the next panel ratifies it
    #[arg(long, requires = "on", requires = "by_authority")]
    decided_outside: bool,
    /// The day of that decision
    #[arg(long, value_name = "DATE", requires = "decided_outside")]
    on: Option<String>,
    /// Whose written authority it was
    #[arg(long, value_name = "NAME", requires = "decided_outside")]
    by_authority: Option<String>,
    /// What was decided, in a few words
    #[arg(long, value_name = "TEXT", requires = "decided_outside")]
    decision: Option<String>,
    /// It was not decided outside the panel after all
    #[arg(long, conflicts_with_all = ["decided_outside", "cancel"])]
    not_decided_outside: bool,
    /// Undo the booking
    #[arg(long, conflicts_with_all = ["decided_outside", "emergency", "tracking_only"])]
    cancel: bool,
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
    /// The message it came with, kept as evidence of the time
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Assign {
    /// The paper's number, such as `P12`
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
    /// The paper's number, such as `P12`
    paper: String,
    /// `referral`, `assessment`, `care_plan` ...
    #[arg(required_unless_present = "as_found")]
    kind: Option<String>,
    /// Undo it: what the paper was recognised as holds again
    #[arg(long, conflicts_with = "kind")]
    as_found: bool,
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
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Accept {
    /// A case number, or a paper's number such as `P12`
    what: String,
    /// Of a case: only confirm that it is an emergency
    #[arg(long, conflicts_with_all = ["no_emergency", "keep_older", "child_not_confirmed"])]
    emergency: bool,
    /// Of a case: it is no emergency, whatever its form claims
    #[arg(long, conflicts_with_all = ["keep_older", "child_not_confirmed"])]
    no_emergency: bool,
    /// Of a paper: undo the taking of a newer version
    #[arg(long, conflicts_with = "child_not_confirmed")]
    keep_older: bool,
    /// Of a paper: whether it is about this child is open again
    #[arg(long)]
    child_not_confirmed: bool,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Reinstate {
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

/// Books a case, or undoes it; a decision taken outside the panel is entered beside the booking.
pub fn expect(settings: &Settings, args: &Expect) -> Result<Exit> {
    let case: CaseId = house::typed(&args.case)?;
    if args.cancel {
        return on_meeting(settings, &args.hand, args.meeting.as_deref(), |meeting| {
            vec![Act::Unexpect { case: case.clone(), meeting }]
        });
    }
    if args.not_decided_outside {
        return done(settings, &args.hand, &[Act::DecideOutside { case, decided: None }]);
    }
    let expected = booked(args)?;
    let decided = decided_outside(args)?;
    let days = [decided.as_ref().map(|it| it.on), expected.emergency.as_ref().map(|it| it.placed_on)];
    let today = london::wall(settings.open()?.now()).date_naive();
    if let Some(day) = days.into_iter().flatten().find(|day| *day > today) {
        let usage = Usage::new(format!("{day} is still to come"));
        return Err(usage.hint("enter what has happened, with its day").into());
    }
    on_meeting(settings, &args.hand, args.meeting.as_deref(), |meeting| {
        let mut acts = Vec::new();
        if decided.is_none() || expected != Expected::default() {
            acts.push(Act::Expect { case: case.clone(), meeting, expected: expected.clone() });
        }
        if decided.is_some() {
            acts.push(Act::DecideOutside { case: case.clone(), decided: decided.clone() });
        }
        acts
    })
}

fn booked(args: &Expect) -> Result<Expected> {
    let emergency = match (&args.placed_on, &args.authorised_by) {
        (Some(placed), Some(by)) => Some(TelephonedEmergency {
            placed_on: house::day(placed)?,
            authorised_by: by.clone(),
            authorised_on: args.authorised_on.as_deref().map(house::day).transpose()?,
        }),
        _ if args.emergency => {
            return Err(Usage::new("an emergency needs `--placed-on` and `--authorised-by`").into());
        }
        _ => None,
    };
    let request = args.request.as_deref().map(request).transpose()?;
    let child = Child { name: args.child.clone(), ..Child::default() };
    let presenters = args.presented_by.clone();
    Ok(Expected { child, request, emergency, tracking_only: args.tracking_only, presenters })
}

fn decided_outside(args: &Expect) -> Result<Option<DecidedOutside>> {
    let (Some(on), Some(authority)) = (&args.on, &args.by_authority) else { return Ok(None) };
    Ok(Some(DecidedOutside {
        on: house::day(on)?,
        authority: authority.clone(),
        what: args.decision.clone(),
    }))
}

pub fn receive(settings: &Settings, args: &Receive) -> Result<Exit> {
    let house = settings.open()?;
    let case: CaseId = house::typed(&args.case)?;
    let read = |file: &PathBuf| std::fs::read(file).with_context(|| format!("`{}`", file.display()));
    let bytes = read(&args.file)?;
    let message = args.evidence.as_ref().map(read).transpose()?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let at = house::moment(&args.at)?;
    let mut register = house.register()?;
    let evidence = message.map(|message| register.keep(&message, house.now())).transpose()?;
    let receipt = Receipt { name: &name, bytes: &bytes, case: &case, at, evidence: evidence.as_ref() };
    let hand = house.hand(&args.hand.by, &args.hand.reason);
    let number = register.receive(&receipt, &hand, house.now())?;
    let readers = house.readers()?;
    intake::read_entered(&house.config, &mut register, &readers, &house.clock, &house.progress)?;
    say(&house, &format!("{number} is entered under {case}"))
}

pub fn assign(settings: &Settings, args: &Assign) -> Result<Exit> {
    let case = args.case.as_deref().map(house::typed).transpose()?;
    done(settings, &args.hand, &[Act::Assign { paper: house::typed(&args.paper)?, case }])
}

pub fn kind(settings: &Settings, args: &SetKind) -> Result<Exit> {
    let house = settings.open()?;
    let kind: Option<DocumentType> = args.kind.as_deref().map(house::typed).transpose()?;
    if let Some(kind) = kind.as_ref().filter(|kind| house.rules().kind(kind).is_none()) {
        let known: Vec<&str> = house.rules().kinds.iter().map(|rule| rule.key.as_str()).collect();
        let usage = Usage::new(format!("`{kind}` is no kind of paper here"));
        return Err(usage.hint(format!("there are {}", known.join(", "))).into());
    }
    done(settings, &args.hand, &[Act::SetKind { paper: house::typed(&args.paper)?, kind }])
}

pub fn exclude(settings: &Settings, args: &OnPaper) -> Result<Exit> {
    done(settings, &args.hand, &[Act::Exclude { paper: house::typed(&args.paper)? }])
}

/// A paper is taken as it is: confirmed, its newest version; a case is heard at the next meeting, emergency or not.
pub fn accept(settings: &Settings, args: &Accept) -> Result<Exit> {
    if let Some(act) = only(args)? {
        return done(settings, &args.hand, &[act]);
    }
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

/// The one thing that is asked for, where it is not to accept all of it.
fn only(args: &Accept) -> Result<Option<Act>> {
    let (of_case, of_paper) =
        (args.emergency || args.no_emergency, args.keep_older || args.child_not_confirmed);
    match paper(&args.what) {
        Some(_) if of_case => Err(Usage::new("`--emergency` and `--no-emergency` are about a case").into()),
        None if of_paper => {
            Err(Usage::new("`--keep-older` and `--child-not-confirmed` are about a paper").into())
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
        return done(settings, &args.hand, &[Act::AcceptPaper { paper }]);
    }
    let case: CaseId = house::typed(&args.what)?;
    on_meeting(settings, &args.hand, None, |meeting| vec![Act::Reinstate { case: case.clone(), meeting }])
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

/// Acts that are about a meeting, the next one where none is named.
fn on_meeting(
    settings: &Settings,
    hand: &Hand,
    meeting: Option<&str>,
    acts: impl Fn(NaiveDate) -> Vec<Act>,
) -> Result<Exit> {
    let house = settings.open()?;
    let day = Sitting::draw(&house, &house.register()?, meeting)?.day();
    done(settings, hand, &acts(day))
}

fn done(settings: &Settings, hand: &Hand, acts: &[Act]) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    for act in acts {
        register.act(act, &house.hand(&hand.by, &hand.reason), house.now())?;
    }
    let about = |act: &Act| {
        act.paper().map(|paper| paper.to_string()).or_else(|| act.case().map(ToString::to_string))
    };
    say(&house, &format!("{}: recorded", acts.iter().find_map(about).unwrap_or_default()))
}

pub(crate) fn say(house: &House, text: &str) -> Result<Exit> {
    if house.json {
        screen::json(&serde_json::json!({ "done": text }))?;
    } else {
        screen::line(text);
    }
    Ok(Exit::Done)
}

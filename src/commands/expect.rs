//! Booking a case before its papers come, and what was decided between meetings.

use anyhow::Result;
use clap::Args;

use crate::clerk::house::{self, Settings};
use crate::clerk::usage::Usage;
use crate::commands::acts::{self, Hand};
use crate::commands::screen::{self, Exit};
use crate::panel::acts::{Act, Expected, TelephonedEmergency};
use crate::panel::case::{Child, DecidedOutside};
use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::panel::request::Request;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Expect {
    /// Its case number
    case: String,
    /// What will be asked: `new_placement`, `review`, `taxi` ...
    #[arg(long, value_name = "REQUEST")]
    request: Option<String>,
    /// The child's name, so that loose documents can be filed
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    child: Option<String>,
    /// Entered by telephone: the child is placed already, or will be before the meeting
    #[arg(long)]
    emergency: bool,
    /// When the child was placed
    #[arg(long, value_name = "DATE")]
    placed_on: Option<String>,
    /// Who authorised the emergency placement
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    authorised_by: Option<String>,
    /// When it was authorised
    #[arg(long, value_name = "DATE", requires = "authorised_by")]
    authorised_on: Option<String>,
    /// Keep the case in sight without a decision (court-ordered)
    #[arg(long)]
    tracking_only: bool,
    /// Who will bring it; once for each
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
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

/// Books a case, or undoes it; a decision taken outside the panel is entered beside the booking.
pub fn run(settings: &Settings, args: &Expect) -> Result<Exit> {
    let case: CaseId = house::typed(&args.case)?;
    if args.cancel {
        return acts::on_meeting(settings, &args.hand, args.meeting.as_deref(), |meeting| {
            vec![Act::Unexpect { case: case.clone(), meeting }]
        });
    }
    if args.not_decided_outside {
        return acts::done(settings, &args.hand, Act::DecideOutside { case, decided: None });
    }
    let expected = booked(args)?;
    let decided = decided_outside(args)?;
    let days = [decided.as_ref().map(|it| it.on), expected.emergency.as_ref().map(|it| it.placed_on)];
    let today = london::wall(settings.open()?.now()).date_naive();
    if let Some(day) = days.into_iter().flatten().find(|day| *day > today) {
        let usage = Usage::new(format!("{day} is still to come"));
        return Err(usage.hint("enter what has happened, with its day").into());
    }
    acts::on_meeting(settings, &args.hand, args.meeting.as_deref(), |meeting| {
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

fn request(text: &str) -> Result<Request> {
    let found = Request::ALL.into_iter().find(|request| request.key() == text);
    let known = || Request::ALL.map(Request::key).join(", ");
    found.ok_or_else(|| {
        Usage::new(format!("`{text}` is no request")).hint(format!("there are {}", known())).into()
    })
}

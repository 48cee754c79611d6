//! Recalls: who was asked to delete what they were sent, and who has answered; listed, and ticked as answered or as open again.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::clerk::house::{self, House, Settings};
use crate::clerk::letters::recalls::{self, Recalled};
use crate::clerk::usage::Usage;
use crate::commands::screen::{self, Exit};
use crate::panel::letter_state::LetterState;
use crate::panel::{london, when};

#[derive(Debug, Args)]
pub struct Recalls {
    /// The recall's number as it is listed, such as `L12`; left out, all that are open are listed
    #[arg(requires = "by", requires = "reason")]
    letter: Option<String>,
    /// The day on which its reader answered that everything is deleted
    #[arg(long, value_name = "DATE", requires = "letter", conflicts_with = "open")]
    answered: Option<String>,
    /// It is not answered after all
    #[arg(long, requires = "letter")]
    open: bool,
    /// List what is answered as well
    #[arg(long, conflicts_with = "letter")]
    all: bool,
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    by: Option<String>,
    /// How the answer came, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = screen::said)]
    reason: Option<String>,
}

pub fn run(settings: &Settings, args: &Recalls) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let Some(letter) = &args.letter else {
        let recalls = recalls::all(&register, None)?;
        return list(&house, recalls, args.all);
    };
    let on = args.answered.as_deref().map(house::day).transpose()?;
    if on.is_none() && !args.open {
        return Err(Usage::new("say when its reader answered: `--answered DATE`, or `--open`").into());
    }
    let (by, reason) = (args.by.as_deref().unwrap_or_default(), args.reason.as_deref().unwrap_or_default());
    let hand = house.hand(by, reason);
    let one = recalls::tick(&house, &mut register, letter, on, &hand)?;
    if house.json {
        screen::json(&json!({ "recall": one }))?;
    } else {
        screen::line(said(&one));
    }
    Ok(Exit::Done)
}

fn list(house: &House, mut recalls: Vec<Recalled>, all: bool) -> Result<Exit> {
    let open = recalls.iter().any(Recalled::is_open);
    recalls.retain(|one| all || one.is_open());
    if house.json {
        screen::json(&json!({ "recalls": recalls }))?;
    } else if recalls.is_empty() {
        screen::line("no recall is open");
    } else {
        recalls.iter().map(said).for_each(screen::line);
    }
    Ok(if open { Exit::Look } else { Exit::Done })
}

fn said(one: &Recalled) -> String {
    let asked =
        format!("{:<6} {} <{}>, meeting of {}", one.letter, one.name, one.email, when::day(one.meeting));
    let state = match one.state {
        LetterState::Ready => one.state.said().to_owned(),
        state => format!("{} at {}", state.said(), when::day_and_hour(london::wall(one.at))),
    };
    match &one.answered {
        Some(answered) => {
            format!("{asked}: {state}; answered on {}, ticked by {}", when::day(answered.on), answered.by)
        }
        None => format!("{asked}: {state}; NOT ANSWERED"),
    }
}

//! What earlier meetings said must be done: listed, and marked as done or as open again.

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use crate::clerk::history;
use crate::clerk::house::{House, Settings};
use crate::clerk::usage::Usage;
use crate::commands::screen::{self, Exit};
use crate::panel::acts::Act;
use crate::panel::follow_up::FollowUp;
use crate::panel::london;
use crate::panel::when;

#[derive(Debug, Args)]
pub struct Actions {
    /// The action's number as it is listed, such as `2026-11-23/2`; left out, all that is open is listed
    #[arg(requires = "by", requires = "reason")]
    action: Option<String>,
    /// It is done
    #[arg(long, requires = "action", conflicts_with = "open")]
    done: bool,
    /// It is not done after all
    #[arg(long, requires = "action")]
    open: bool,
    /// List what is done as well
    #[arg(long, conflicts_with = "action")]
    all: bool,
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    by: Option<String>,
    /// Why, or how it was done, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = screen::said)]
    reason: Option<String>,
}

pub fn run(settings: &Settings, args: &Actions) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let follow_ups = history::follow_ups(&register, &register.outcomes()?)?;
    let Some(key) = &args.action else { return list(&house, &follow_ups, args.all) };
    let Some(one) = follow_ups.iter().find(|one| one.key() == *key) else {
        return Err(Usage::new(format!("there is no action `{key}`"))
            .hint("`panelclerk actions` lists them with their numbers")
            .into());
    };
    if !args.done && !args.open {
        return Err(Usage::new("say what became of it: `--done`, or `--open`").into());
    }
    let (by, reason) = (args.by.as_deref().unwrap_or_default(), args.reason.as_deref().unwrap_or_default());
    register.act(&Act::closing(one, args.done), &house.hand(by, reason), house.now())?;
    let said = format!("{key}: {}", if args.done { "done" } else { "open again" });
    if house.json {
        screen::json(&json!({ "done": said }))?;
    } else {
        screen::line(said);
    }
    Ok(Exit::Done)
}

fn list(house: &House, follow_ups: &[FollowUp], all: bool) -> Result<Exit> {
    let today = london::wall(house.now()).date_naive();
    let shown: Vec<&FollowUp> = follow_ups.iter().filter(|one| all || one.is_open()).collect();
    let overdue = shown.iter().any(|one| one.is_overdue(today));
    if house.json {
        let told = |one: &&FollowUp| -> Value {
            json!({
                "action": one.key(), "case_id": one.action.case, "what": one.action.what,
                "owner": one.action.owner, "due": one.action.due, "overdue": one.is_overdue(today),
                "done": one.done.as_ref().map(|done| json!({ "by": done.by, "on": done.on })),
            })
        };
        screen::json(&json!({ "today": today, "actions": shown.iter().map(told).collect::<Vec<_>>() }))?;
    } else {
        for one in &shown {
            let done = one.done.as_ref();
            let done =
                done.map_or(String::new(), |done| format!("  done {}, {}", when::day(done.on), done.by));
            screen::line(format!("{:<14} {}{done}", one.key(), one.said(today)));
        }
        if shown.is_empty() {
            screen::line("no action is open");
        }
    }
    Ok(if overdue { Exit::Look } else { Exit::Done })
}

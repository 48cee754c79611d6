//! What must be seen to by when: listed, and ticked as done or as open again, as on the workbook's sheet *Deadlines*.

use anyhow::Result;
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use crate::clerk::deadlines;
use crate::clerk::house::{House, Settings};
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::commands::screen::{self, Exit};
use crate::panel::acts::Act;
use crate::panel::deadlines::Deadline;
use crate::report::{json, said};

#[derive(Debug, Args)]
pub struct Deadlines {
    /// Which, as it is listed: `agenda 2026-12-01`, `attendance 61001`, `record 61001 2026-12-01`, `survey 61001`; enough words to tell
    /// it from the others. A date alone lists those of that meeting; left out, those of the next are listed, and what is open of earlier ones
    which: Vec<String>,
    /// It is done
    #[arg(long, requires = "which", requires = "by", conflicts_with = "open")]
    done: bool,
    /// It is not done after all
    #[arg(long, requires = "which", requires = "by")]
    open: bool,
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    by: Option<String>,
    /// How it was done, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = screen::said, default_value = "ticked by command")]
    reason: String,
}

pub fn run(settings: &Settings, args: &Deadlines) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let dated = args.which.iter().find(|word| word.parse::<NaiveDate>().is_ok());
    let sitting = Sitting::draw(&house, &register, dated.map(String::as_str))?;
    let due = deadlines::of(&house, &register, &sitting)?;
    let words = || args.which.iter().filter(|word| !(dated == Some(*word) && args.which.len() == 1));
    let meant: Vec<&Deadline> = due.iter().filter(|one| words().all(|word| names(one, word))).collect();
    if !args.done && !args.open {
        return list(&house, &meant);
    }
    let asked = args.which.join(" ");
    let one = match meant.as_slice() {
        [one] => *one,
        [] => {
            let usage = Usage::new(format!("there is no deadline `{asked}`"));
            let hint = "`panelclerk deadlines` lists them; of a meeting that was held, with its date";
            return Err(usage.hint(hint).into());
        }
        several => {
            let keys: Vec<String> = several.iter().map(|one| format!("`{}`", one.key())).collect();
            let usage = Usage::new(format!("`{asked}` may be any of {}", keys.join(", ")));
            return Err(usage.hint("say which").into());
        }
    };
    if one.is_of_no_case_yet() {
        let usage = Usage::new("no decision of that meeting is recorded yet");
        return Err(usage.hint("write the minutes first; then each case has its own deadline").into());
    }
    let hand = house.hand(args.by.as_deref().unwrap_or_default(), &args.reason);
    register.act(&Act::Tick { tick: one.tick.clone(), done: args.done }, &hand, house.now())?;
    let told = format!("{}: {}", one.key(), if args.done { "done" } else { "open again" });
    if house.json {
        screen::json(&json!({ "done": told }))?;
    } else {
        screen::line(told);
    }
    Ok(Exit::Done)
}

/// Whether the word is one of those by which the deadline is listed.
fn names(one: &Deadline, word: &str) -> bool {
    one.key().split(' ').any(|part| part.eq_ignore_ascii_case(word))
}

fn list(house: &House, due: &[&Deadline]) -> Result<Exit> {
    let overdue = due.iter().any(|one| one.overdue);
    if house.json {
        let all: Vec<Deadline> = due.iter().map(|one| (*one).clone()).collect();
        screen::json(&json!({ "deadlines": json::deadlines(&all) }))?;
    } else if due.is_empty() {
        screen::line("nothing is due");
    } else {
        for one in due {
            let ticked = said::ticked(one);
            let ticked = if ticked.is_empty() { ticked } else { format!(" ({ticked})") };
            screen::line(format!("{:<30} {}{ticked}", one.key(), one.said));
        }
    }
    Ok(if overdue { Exit::Look } else { Exit::Done })
}

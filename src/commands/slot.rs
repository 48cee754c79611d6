//! A place, time or length on the agenda for one case, as on the workbook's sheet *Agenda*.

use anyhow::Result;
use chrono::NaiveTime;
use clap::Args;

use crate::clerk::house::{self, Settings};
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::clerk::{agenda, by_hand};
use crate::commands::acts::{self, Hand};
use crate::commands::screen::Exit;
use crate::panel::acts::Act;
use crate::panel::ids::CaseId;
use crate::panel::slots::Wish;
use crate::panel::when;

#[derive(Debug, Args)]
pub struct Slot {
    /// Its case number
    case: String,
    /// When it is considered, for example `14:30`
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// For how long
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=240))]
    minutes: Option<u32>,
    /// Its place among the cases, 1 first; the agenda is then made afresh
    #[arg(long, value_name = "PLACE", value_parser = clap::value_parser!(u32).range(1..=99))]
    order: Option<u32>,
    /// A note beside it on the agenda
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Undo it: as the rules have it
    #[arg(long, conflicts_with_all = ["at", "minutes", "order", "note"])]
    as_the_rules: bool,
    /// The meeting; left out, the next one
    #[arg(long, value_name = "MEETING")]
    meeting: Option<String>,
    #[command(flatten)]
    hand: Hand,
}

pub fn run(settings: &Settings, args: &Slot) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let sitting = Sitting::draw(&house, &register, args.meeting.as_deref())?;
    let case: CaseId = house::typed(&args.case)?;
    let starts = args.at.as_deref().map(time).transpose()?;
    let sits = &sitting.casebook.meeting;
    let outside = |starts: &NaiveTime| {
        *starts < sits.starts.time() || sits.ends.is_some_and(|ends| ends.time() <= *starts)
    };
    if let Some(starts) = starts.filter(outside) {
        let message = format!("{} is outside the meeting", when::hour(starts));
        return Err(Usage::new(message).hint("choose a time while the panel sits").into());
    }
    let wish = Wish { case, starts, minutes: args.minutes, order: args.order, note: args.note.clone() };
    let asks = wish.starts.is_some() || wish.minutes.is_some() || wish.order.is_some() || wish.note.is_some();
    if !asks && !args.as_the_rules {
        let hint = "say `--at`, `--minutes`, `--order` or `--note`; `--as-the-rules` undoes them";
        return Err(Usage::new("nothing is asked for").hint(hint).into());
    }
    let meeting = sitting.day();
    let hand = house.hand(&args.hand.by, &args.hand.reason);
    let act = Act::Slot { meeting, wish };
    by_hand::record(&house, &mut register, &sitting.casebook.known, &[act], &hand)?;
    agenda::settle(&house, &mut register, meeting)?;
    acts::say(&house, &format!("{}: recorded", args.case), None)
}

fn time(text: &str) -> Result<NaiveTime> {
    let plain = text.trim().replace('.', ":");
    let not = || Usage::new(format!("`{text}` is not a time")).hint("write it as 14:30");
    Ok(NaiveTime::parse_from_str(&plain, "%H:%M").map_err(|_| not())?)
}

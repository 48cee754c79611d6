//! `report`: who holds what of a case, and the breach list.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::clerk::breach;
use crate::clerk::house::{self, Settings, shown, typed};
use crate::clerk::letters::holdings::{self, Holding};
use crate::clerk::letters::recalls::Recalled;
use crate::commands::screen::{self, Exit};
use crate::panel::ids::CaseId;
use crate::panel::{london, when};
use crate::report::said;

#[derive(Debug, Args)]
pub struct Report {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Who was sent a case's pages: when, which version, by which road, accepted or not, asked back or not
    Holders {
        /// The case's number
        case: String,
    },
    /// The breach list as a Word document, for the report that is due within 72 hours
    Breach {
        /// The case's number
        case: String,
        /// When the breach was noticed, for example `2026-11-24T09:30`; left out, now
        #[arg(long, value_name = "TIME")]
        noticed: Option<String>,
    },
}

pub fn run(settings: &Settings, args: &Report) -> Result<Exit> {
    match &args.what {
        What::Holders { case } => holders(settings, case),
        What::Breach { case, noticed } => breach_list(settings, case, noticed.as_deref()),
    }
}

fn holders(settings: &Settings, case: &str) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let case: CaseId = typed(case)?;
    let holdings = holdings::of_case(&register, &case)?;
    if house.json {
        screen::json(&json!({ "case_id": case, "now": house.now(), "holders": holdings }))?;
    } else {
        if holdings.is_empty() {
            screen::line(format!("no email ever went with anything of case {case}"));
        }
        holdings.iter().for_each(say);
    }
    Ok(look(&holdings))
}

fn breach_list(settings: &Settings, case: &str, noticed: Option<&str>) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let case: CaseId = typed(case)?;
    let noticed = noticed.map(house::moment).transpose()?.unwrap_or_else(|| house.now());
    let list = breach::write(&house, &register, &case, noticed)?;
    let file = shown(&list.file, &house.config);
    if house.json {
        screen::json(&json!({
            "case_id": case, "file": file, "noticed": noticed, "report_by": list.report_by,
            "holders": list.holdings,
        }))?;
    } else {
        screen::line(format!("{file}: {}", said::count(list.holdings.len(), "email")));
        screen::line(format!(
            "the report is due by {}, 72 hours after it was noticed",
            when::moment(london::wall(list.report_by))
        ));
    }
    Ok(look(&list.holdings))
}

fn say(one: &Holding) {
    screen::line(format!("{} <{}>, email {}: {}", one.name, one.email, one.letter, breach::what(one)));
    screen::line(format!("    {}", breach::sent(one)));
    screen::line(format!("    {}", breach::recalled(one)));
}

/// A person must look while somebody was asked to delete something and has not answered.
fn look(holdings: &[Holding]) -> Exit {
    let open = |one: &Holding| one.recall.as_ref().is_some_and(Recalled::is_open);
    if holdings.iter().any(open) { Exit::Look } else { Exit::Done }
}

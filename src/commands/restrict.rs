//! Who may hear of a case: a restriction to named people, somebody kept from it, an address not to be disclosed.

use anyhow::Result;
use clap::Args;

use crate::clerk::agenda;
use crate::clerk::by_hand;
use crate::clerk::house::{self, House, Settings};
use crate::clerk::letters::sweep;
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::usage::Usage;
use crate::commands::acts::{self, Hand};
use crate::commands::screen::Exit;
use crate::panel::acts::Act;
use crate::panel::audience::same_name;
use crate::panel::ids::CaseId;
use crate::panel::kept;
use crate::panel::people::Person;
use crate::register::lock;
use crate::report::receipt;

#[derive(Debug, Args)]
pub struct Restrict {
    /// Its case number
    case: String,
    /// Somebody in `People.xlsx` who may hear of it; may be given more than once
    #[arg(long, value_name = "NAME", required_unless_present = "lift")]
    to: Vec<String>,
    /// Undo it: whoever's business it is may hear of it again
    #[arg(long, conflicts_with = "to")]
    lift: bool,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct KeepFrom {
    /// Their name, as in `People.xlsx`
    person: String,
    /// The case they take no part in
    case: String,
    /// By the chair's word, and not by an interest they declared
    #[arg(long)]
    by_chair: bool,
    /// Undo it
    #[arg(long)]
    no_longer: bool,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct HideAddress {
    /// Its case number
    case: String,
    /// From whom it is withheld, such as `the father`
    #[arg(long, value_name = "WHOM", required_unless_present = "no_longer")]
    from: Option<String>,
    /// Undo it
    #[arg(long, conflicts_with = "from")]
    no_longer: bool,
    #[command(flatten)]
    hand: Hand,
}

/// Records a restriction; what others could already see of the case goes at once.
pub fn restrict(settings: &Settings, args: &Restrict) -> Result<Exit> {
    let house = settings.open()?;
    let (people, _) = sitting::people(&house)?;
    let case: CaseId = house::typed(&args.case)?;
    for name in &args.to {
        listed(&people, name)?;
    }
    let to = (!args.lift).then(|| args.to.clone());
    let act = Act::Restrict { case: case.clone(), to };
    let said = if args.lift { "no longer restricted" } else { "restricted" };
    let hand = &args.hand;
    if !args.lift {
        house.shares.remove(&house.config.folders.receipts.join(receipt::file_name(&case)))?;
    }
    recorded(
        &house,
        &people,
        hand,
        &act,
        &format!("{case} is {said}; the board and the receipts follow with the next scan"),
    )
}

pub fn keep_from(settings: &Settings, args: &KeepFrom) -> Result<Exit> {
    let house = settings.open()?;
    let (people, _) = sitting::people(&house)?;
    // Somebody who is gone from the list can still be let go of.
    if !args.no_longer {
        listed(&people, &args.person)?;
    }
    let case: CaseId = house::typed(&args.case)?;
    let register = house.register()?;
    let meeting = Sitting::draw(&house, &register, None)?.day();
    drop(register);
    let (person, by_chair, holds) = (args.person.clone(), args.by_chair, !args.no_longer);
    let act = Act::KeepFrom { meeting, person, case: case.clone(), by_chair, holds };
    let ends = if holds { "takes no part in" } else { "is no longer kept from" };
    recorded(&house, &people, &args.hand, &act, &format!("{} {ends} {case}", args.person))
}

pub fn hide_address(settings: &Settings, args: &HideAddress) -> Result<Exit> {
    let house = settings.open()?;
    let (people, _) = sitting::people(&house)?;
    let case: CaseId = house::typed(&args.case)?;
    let said = match &args.from {
        Some(from) => format!("the address of {case} is not to be disclosed to {from}"),
        None => format!("the address of {case} may be disclosed again"),
    };
    let act = Act::HideAddress { case, from: args.from.clone() };
    recorded(&house, &people, &args.hand, &act, &said)
}

/// Refuses a name that nobody has.
fn listed(people: &[Person], name: &str) -> Result<()> {
    if people.iter().any(|person| same_name(&person.name, name)) {
        return Ok(());
    }
    let near = kept::names_near(name, people).unwrap_or_else(|| "nobody is in it".to_owned());
    Err(Usage::new(format!("nobody in `People.xlsx` is called `{name}`")).hint(near).into())
}

/// Records it, writes the agenda anew where it is set, and takes back drafts that must not go out any more.
fn recorded(house: &House, people: &[Person], hand: &Hand, act: &Act, said: &str) -> Result<Exit> {
    let mut register = house.register()?;
    let hand = house.hand(&hand.by, &hand.reason);
    // Letters that are being written are waited for: they are held against what is said here, or are written after it.
    let _writing = lock::take_to_write_letters(&house.config.folders.data)?;
    let known = Sitting::draw(house, &register, None)?.casebook.known;
    by_hand::record(house, &mut register, &known, std::slice::from_ref(act), &hand)?;
    let next = Sitting::draw(house, &register, None)?.day();
    agenda::settle(house, &mut register, next)?;
    let mut gone = 0;
    for day in register.meetings_with_unsent_letters()? {
        let sitting = Sitting::draw(house, &register, Some(&day.to_string()))?;
        gone += sweep::sweep(house, &mut register, &sitting, people)?.len();
    }
    let drafts = match gone {
        0 => String::new(),
        1 => "; 1 draft was taken out of the outbox".to_owned(),
        several => format!("; {several} drafts were taken out of the outbox"),
    };
    acts::say(house, &format!("{said}{drafts}"), None)
}

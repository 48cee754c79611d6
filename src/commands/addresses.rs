//! Whose address is proved, whose waits to be checked, and what is said of one (`docs/post.md`: Proven addresses).

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::clerk::house::{self, House, Settings};
use crate::clerk::letters::proofs::{DIRECTORY, Directory, Proofs, Standing};
use crate::clerk::letters::{sweep, ticks};
use crate::clerk::sitting::{self, Sitting};
use crate::commands::acts::Hand;
use crate::commands::screen::{self, Exit};
use crate::panel::acts::Act;
use crate::panel::audience::{self, Days, Due};
use crate::panel::london;
use crate::panel::people::{How, Person, Tick};
use crate::panel::proofs::State;
use crate::panel::when;
use crate::register::{Register, lock};
use crate::report::said::count;

#[derive(Debug, Args)]
pub struct Addresses {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// They have answered the first email, and it was made sure another way that the address is theirs
    Check(Check),
    /// Nobody could check; the documents of one meeting go there all the same (a substitute who is needed at once)
    Allow(Allow),
    /// The address may not be theirs: nothing goes there until it is checked anew
    Doubt(Doubt),
}

#[derive(Debug, Args)]
struct Check {
    /// Their name, as in `People.xlsx`
    person: String,
    /// How it was made sure besides their answer
    #[arg(long, value_enum)]
    how: Way,
    /// The day of the check; left out, today
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Whether the protected page opened that came with the first email
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    page_opened: Option<bool>,
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME", value_parser = screen::said)]
    by: String,
    /// What was said, for the audit trail: whom you rang on which number
    #[arg(long, value_name = "TEXT", value_parser = screen::said)]
    reason: String,
}

/// How an address is made sure of besides the answer.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    /// On a telephone number that was known before
    Telephone,
    /// In their organisation's directory
    Directory,
}

#[derive(Debug, Args)]
struct Allow {
    /// Their name, as in `People.xlsx`
    person: String,
    /// The date of the meeting whose documents go there
    meeting: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
struct Doubt {
    /// Their name, as in `People.xlsx`
    person: String,
    /// Undo it: the doubt is over; what was said of the address before does not hold again
    #[arg(long)]
    lift: bool,
    #[command(flatten)]
    hand: Hand,
}

pub fn run(settings: &Settings, args: &Addresses) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let (people, _) = sitting::people(&house)?;
    match &args.what {
        None => list(&house, &mut register, &people),
        Some(What::Check(args)) => check(&house, &mut register, &people, args),
        Some(What::Allow(args)) => {
            let (person, address) = ticks::named(&people, &args.person)?;
            let sitting = Sitting::draw(&house, &register, Some(&args.meeting))?;
            let (name, address, meeting) = (person.name.clone(), address.to_owned(), sitting.day());
            let said = format!("the documents of {meeting} go to `{address}` although nobody checked it");
            let act = Act::AllowAddress { person: name, address, meeting };
            register.act(&act, &house.hand(&args.hand.by, &args.hand.reason), house.now())?;
            done(&house, &said)
        }
        Some(What::Doubt(args)) => doubt(&house, &mut register, &people, args),
    }
}

fn doubt(house: &House, register: &mut Register, people: &[Person], args: &Doubt) -> Result<Exit> {
    let (person, address) = ticks::named(people, &args.person)?;
    let act =
        Act::DoubtAddress { person: person.name.clone(), address: address.to_owned(), lifted: args.lift };
    // Letters that are being written are waited for: they are held against the doubt, or are written after it.
    let _writing = lock::take_to_write_letters(&house.config.folders.data)?;
    register.act(&act, &house.hand(&args.hand.by, &args.hand.reason), house.now())?;
    if args.lift {
        return done(
            house,
            &format!("`{address}` is no longer doubted; `panelclerk addresses` says where it stands"),
        );
    }
    let mut gone = 0;
    for day in register.meetings_with_unsent_letters()? {
        let sitting = Sitting::draw(house, register, Some(&day.to_string()))?;
        gone += sweep::sweep(house, register, &sitting, people)?.len();
    }
    let taken_back = match gone {
        0 => String::new(),
        gone => format!("; taken back: {} that waited", count(gone, "email")),
    };
    done(house, &format!("nothing goes to `{address}` until it is checked anew{taken_back}"))
}

fn check(house: &House, register: &mut Register, people: &[Person], args: &Check) -> Result<Exit> {
    let (person, address) = ticks::named(people, &args.person)?;
    let today = london::wall(house.now()).date_naive();
    let tick = Tick {
        by: args.by.clone(),
        on: args.on.as_deref().map_or(Ok(today), house::day)?,
        how: match args.how {
            Way::Telephone => How::Telephone,
            Way::Directory => How::Directory,
        },
        opened: args.page_opened,
    };
    ticks::check(house, register, person, &tick, &args.reason)?;
    done(house, &format!("`{address}` is checked: it is that of {}", person.name))
}

fn done(house: &House, said: &str) -> Result<Exit> {
    if house.json {
        screen::json(&json!({ "done": said }))?;
    } else {
        screen::line(said);
    }
    Ok(Exit::Done)
}

/// Everybody with an address, and where it stands.
fn list(house: &House, register: &mut Register, people: &[Person]) -> Result<Exit> {
    let untaken = ticks::enter(house, register, people)?;
    let meeting = Sitting::draw(house, register, None)?.day();
    let days = Days { meeting, today: london::wall(house.now()).date_naive() };
    let all = Proofs::with_directory(house, register, people)?;
    let standing = people.iter().filter_map(|person| {
        let due = audience::due(house.rules(), person, people, days);
        all.standing(house, person, due, meeting)
    });
    let standing: Vec<Standing<'_>> = standing.filter(|one| !is_over(one, days)).collect();
    let proves = house.config.post.proves_addresses();
    if house.json {
        let told = |one: &Standing<'_>| -> Value {
            json!({
                "name": one.person.name, "email": one.person.email, "capacity": one.person.capacity,
                "state": one.state.key(), "said": said(one),
            })
        };
        let untaken: Vec<Value> =
            untaken.iter().map(|(name, why)| json!({ "name": name, "reason": why })).collect();
        screen::json(&json!({
            "proved_first": proves, "meeting": meeting, "not_taken": untaken,
            "addresses": standing.iter().map(told).collect::<Vec<_>>(),
        }))?;
    } else {
        screen::line(if proves {
            "no pack, agenda or minutes go to an address that is not proved"
        } else {
            "addresses are not proved first: `[post] prove_addresses` is off on this road"
        });
        screen::line(directory(all.directory()));
        for one in &standing {
            let email = one.person.email.as_deref().unwrap_or_default();
            screen::line(format!("{:<28} {email:<42} {}", one.person.name, said(one)));
        }
        for (name, why) in &untaken {
            screen::line(format!("{name:<28} the check in `People.xlsx` is not taken: {why}"));
        }
    }
    let waits =
        |one: &Standing<'_>| !one.state.may_go() && (proves || matches!(one.state, State::Doubted { .. }));
    let fine = untaken.is_empty() && !standing.iter().any(waits);
    Ok(if fine { Exit::Done } else { Exit::Look })
}

/// Whether their time is over.
fn is_over(one: &Standing<'_>, days: Days) -> bool {
    matches!(one.due, Due::NotNow(_)) && one.person.terms.until.is_some_and(|until| until < days.today)
}

fn directory(directory: &Directory) -> String {
    match directory {
        Directory::Missing => {
            format!("no directory of the council (`office/{}`)", DIRECTORY.join("` or `office/"))
        }
        Directory::Read(rows, _) => format!("the council's directory has {rows} people"),
        Directory::Unreadable(why) => format!("the council's directory cannot be read: {why}"),
    }
}

/// Where it stands, as a person reads it.
fn said(one: &Standing<'_>) -> String {
    match &one.state {
        State::NotNeeded(why) => format!("needs no check: {why}"),
        State::Checked { by, on, how } => format!("checked on {} by {by} ({})", when::day(*on), how.plain()),
        State::Allowed { by, reason } => format!("not checked; allowed for this meeting by {by}: {reason}"),
        State::Waiting { since } => {
            format!("waiting since {}: first email written", when::day(london::wall(*since).date_naive()))
        }
        State::NotWritten => "waiting: no first email has been written".to_owned(),
        State::NotInDirectory | State::Doubted { .. } => one.why_not().unwrap_or_default(),
    }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("say `yes` or `no`".to_owned()),
    }
}

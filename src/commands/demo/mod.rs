//! The whole week on the shipped sample papers: no set-up, no network, no other program.
//!
//! Played with a standing clock, so that the same week comes out the same, to the byte. A folder that holds an earlier demo is
//! cleared and played again; any other folder that is not empty is left alone.

mod mail_server;
mod sample;
mod typing;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::Args;

use crate::clerk::agenda;
use crate::clerk::house::{self, House, Settings};
use crate::clerk::letters::poster;
use crate::clerk::letters::send::{self, Wanted};
use crate::clerk::minutes::{self, Written};
use crate::clerk::pack;
use crate::clerk::pack::Made;
use crate::clerk::round;
use crate::clerk::shipped::{self, Panel};
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::usage::Usage;
use crate::clerk::workbook::{self, Beside, Memory, Read};
use crate::clock::Clock;
use crate::clock::progress::Progress;
use crate::commands::demo::mail_server::MailServer;
use crate::commands::demo::sample::Week;
use crate::commands::init;
use crate::commands::screen::{self, Exit};
use crate::config::{Config, LoginRule, Road, SmtpRules};
use crate::panel::acts::Act;
use crate::panel::case::Standing;
use crate::post::kind::LetterKind;
use crate::register::{Register, lock};
use crate::share::put;
use crate::watch;

#[derive(Debug, Args)]
pub struct Demo {
    /// Where to play it
    #[arg(default_value = "demo")]
    dir: PathBuf,
    /// Hand the emails to a mail server of the demo's own on this machine, instead of leaving drafts in the outbox
    #[arg(long)]
    post: bool,
}

/// Marks a folder that may be cleared.
const MARK: &str = ".panelclerk-demo";

/// What `demo` puts into its folder.
const MADE: [&str; 9] =
    ["config.toml", "templates", "forms", "inbox", "receipts", "office", "data", POST, MARK];

/// Where the demo's own mail server keeps what it was handed.
const POST: &str = "post";

/// Who does the administrator's part.
const ADMINISTRATOR: &str = "Lesley Thackeray";

pub fn run(settings: &Settings, args: &Demo) -> Result<Exit> {
    clear(&args.dir)?;
    let week = sample::week()?;
    let people = sample::people()?;
    let begin = week.steps.first().map_or_else(DateTime::<Utc>::default, |step| step.at);
    let mut config = init::make(&args.dir, Panel::Nelc, true, begin.date_naive(), &people)?;
    let progress = if settings.json { Progress::silent() } else { Progress::on_standard_error() };
    let _server = args.post.then(|| by_mail_server(&mut config, &args.dir)).transpose()?;
    let clock = Clock::standing_at(begin);
    let house = House::open(config, clock, progress, settings.json)?;
    let _lock = lock::take(&house.config.folders.data)?;
    let mut register = house.register()?;

    papers_come(&house, &mut register, &week)?;
    at(&house, "2026-11-19T10:00")?;
    confirm_emergency(&house, &mut register)?;
    let meeting = week.meeting.to_string();
    set_agenda(&house, &mut register, &meeting)?;
    at(&house, "2026-11-19T11:00")?;
    let made = press(&house, &mut register, &meeting)?;
    at(&house, "2026-11-19T11:30")?;
    let letters = post(&house, &mut register, &meeting)?;
    let answers = if args.post { hand_over(&house, &mut register)? } else { Vec::new() };
    at(&house, "2026-11-23T17:15")?;
    let records = after(&house, &mut register, &meeting)?;
    let sitting = Sitting::draw(&house, &register, Some(&meeting))?;
    let sent = Letters { drafts: letters.len(), answers };
    say(&house, settings, &sitting, &made, &sent, &records)?;
    Ok(Exit::Done)
}

/// Clears an earlier demo; anything else is not ours.
fn clear(dir: &Path) -> Result<()> {
    let mark = dir.join(MARK);
    let empty = fs::read_dir(dir).map_or(true, |mut inside| inside.next().is_none());
    if !empty && !mark.exists() {
        return Err(Usage::new(format!("`{}` is not empty and holds no earlier demo", dir.display()))
            .hint("name another folder: `panelclerk demo DIR`")
            .into());
    }
    for name in MADE.iter().filter(|name| **name != MARK) {
        let path = dir.join(name);
        let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match gone {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("`{}` cannot be cleared", path.display()));
            }
            _ => {}
        }
    }
    put::put(&mark, b"`panelclerk demo` made this folder and clears it when it is run again.\n")
}

/// The documents arrive as they did in that week, and each time the inbox is looked at.
fn papers_come(house: &House, register: &mut Register, week: &Week) -> Result<()> {
    let readers = house.readers()?;
    for step in &week.steps {
        house.clock.step_to(step.at);
        house.progress.say(&step.what);
        for file in &step.files {
            house.shares.put(&house.config.folders.inbox.join(file), shipped::sample(file)?)?;
        }
        round::scan(house, register, &readers)?;
        tell(house, register)?;
    }
    Ok(())
}

/// A tick on a form is a claim; the administrator rings up and confirms it.
fn confirm_emergency(house: &House, register: &mut Register) -> Result<()> {
    let sitting = Sitting::draw(house, register, None)?;
    let hand = house.hand(ADMINISTRATOR, "confirmed by telephone with the Head of Service");
    for case in
        sitting.casebook.cases.iter().filter(|case| case.emergency.claimed && !case.emergency.confirmed)
    {
        register.act(
            &Act::ConfirmEmergency { case: case.id.clone(), confirmed: true },
            &hand,
            house.now(),
        )?;
    }
    Ok(())
}

fn set_agenda(house: &House, register: &mut Register, meeting: &str) -> Result<()> {
    house.progress.say("Thursday: the agenda is set");
    let sitting = Sitting::draw(house, register, Some(meeting))?;
    agenda::write(house, register, &sitting)?;
    agenda::write_workbook(house, register, &sitting)?;
    Ok(())
}

fn press(house: &House, register: &mut Register, meeting: &str) -> Result<Made> {
    house.progress.say("Thursday: the pack is created");
    let sitting = Sitting::draw(house, register, Some(meeting))?;
    let made = pack::press(house, register, &sitting)?;
    agenda::write(house, register, &sitting)?;
    Ok(made)
}

fn post(house: &House, register: &mut Register, meeting: &str) -> Result<Vec<PathBuf>> {
    house.progress.say("Thursday: one email to each member");
    let day = house::day(meeting)?;
    let sent = send::write(house, register, day, &Wanted::only(LetterKind::Pack))?;
    if sent.only_shown.is_none() {
        return Ok(sent.drafts);
    }
    // What goes by mail server is shown first; somebody has read it.
    Ok(send::write(house, register, day, &Wanted::only(LetterKind::Pack))?.drafts)
}

/// The emails of the demo: drafts, or what the mail server answered to each.
struct Letters {
    drafts: usize,
    /// Kind, reader, answer.
    answers: Vec<(String, String, String)>,
}

/// Starts the demo's own mail server and makes it the road of this run; the configuration that is left behind has the usual one.
fn by_mail_server(config: &mut Config, dir: &Path) -> Result<MailServer> {
    let server = MailServer::start(&house::absolute(&dir.join(POST))?)?;
    config.post.road = Road::Smtp(SmtpRules {
        host: "localhost".to_owned(),
        port: server.port,
        encrypted_from_the_start: false,
        login: LoginRule::None,
        user: String::new(),
        secret: None,
        token: None,
        proxy: None,
        certificates: Some(server.issuer.clone()),
        own_name: "localhost".to_owned(),
    });
    // Nobody of the sample is there to answer a first letter.
    config.post.prove_addresses = Some(false);
    Ok(server)
}

/// Hands the emails to the mail server; gives each email's kind, reader and answer.
fn hand_over(house: &House, register: &mut Register) -> Result<Vec<(String, String, String)>> {
    house.progress.say("Thursday: the emails go to a mail server on this machine");
    let posted = poster::post(house, register, &AtomicBool::new(false))?;
    if let Some(advice) = posted.stopped {
        anyhow::bail!("{}; hint: {}", advice.says, advice.hint);
    }
    let answers = register.answers()?;
    let letters = register.all_letters()?.into_iter();
    let answer = |id: &str| answers.get(id).cloned().unwrap_or_default();
    Ok(letters.map(|row| (row.kind, row.recipient, answer(&row.id))).collect())
}

/// After the meeting: the workbook as the administrator filled it in, then the records from it.
fn after(house: &House, register: &mut Register, meeting: &str) -> Result<Vec<PathBuf>> {
    house.progress.say("Monday evening: the minutes");
    let sitting = Sitting::draw(house, register, Some(meeting))?;
    let (people, _) = sitting::people(house)?;
    let mut memory = Memory::of(register, sitting.day())?;
    let there = workbook::read(house, &sitting)?.context("the workbook of the demo is missing")?;
    let typed = typing::typed(&sample::outcome()?, &people, &sitting.words);
    let filled = Read { typed, mistakes: Vec::new(), ..there };
    let beside = Beside { people: &people, amiss: &[] };
    workbook::write(house, register, &sitting, beside, Some(&filled), &mut memory)?;
    let Written { filed, mistakes } = minutes::records(house, register, &sitting)?;
    for mistake in &mistakes {
        house.progress.say(&mistake.to_string());
    }
    tell(house, register)?;
    Ok(filed.files)
}

/// Receipts and board; in a demo nothing may be amiss.
fn tell(house: &House, register: &mut Register) -> Result<()> {
    let amiss = round::tell(house, register, watch::round::turns(house))?;
    let said = amiss.first().map(|trouble| format!("`{}` {}", trouble.path, trouble.message));
    said.map_or(Ok(()), |said| Err(anyhow::anyhow!(said)))
}

fn at(house: &House, moment: &str) -> Result<()> {
    house.clock.step_to(house::moment(moment)?);
    Ok(())
}

fn say(
    house: &House,
    settings: &Settings,
    sitting: &Sitting,
    made: &Made,
    letters: &Letters,
    records: &[PathBuf],
) -> Result<()> {
    let shown = |path: &Path| house::shown(path, &house.config);
    let incomplete = sitting.casebook.listed().filter(|case| case.standing() == Standing::Incomplete).count();
    let board = house.config.folders.office.join("board.html");
    let outbox = sitting.folder.join("outbox");
    let minutes = sitting.folder.join("minutes");
    let post = house.config.path.with_file_name(POST);
    if settings.json {
        let answer = |(kind, to, answer): &(String, String, String)| serde_json::json!({ "kind": kind, "to": to, "answer": answer });
        let posted: Vec<_> = letters.answers.iter().map(answer).collect();
        return screen::json(&serde_json::json!({
            "folder": ".", "board": shown(&board), "receipts": shown(&house.config.folders.receipts),
            "workbook": shown(&sitting.workbook()), "agenda": shown(&sitting.file("agenda", "docx")),
            "pack": shown(&made.pack), "pages": made.manifest.pages, "letters": letters.drafts, "posted": posted,
            "outbox": shown(&outbox), "records": records.iter().map(|file| shown(file)).collect::<Vec<_>>(),
        }));
    }
    let cases = sitting.agenda.cases().count();
    let rows = [
        ("board", format!("{} cases, {incomplete} incomplete", sitting.casebook.cases.len()), shown(&board)),
        ("receipts", "one page for each case folder".to_owned(), shown(&house.config.folders.receipts)),
        ("agenda", format!("{cases} cases with a time"), shown(&sitting.file("agenda", "docx"))),
        ("workbook", "where the administrator works".to_owned(), shown(&sitting.workbook())),
        ("pack", format!("{} pages, verified", made.manifest.pages), shown(&made.pack)),
        match letters.answers.len() {
            0 => ("emails", format!("{} drafts, ready to send", letters.drafts), shown(&outbox)),
            posted => ("emails", format!("{posted} taken by the mail server"), shown(&post)),
        },
        ("minutes", format!("{} files", records.len()), shown(&minutes)),
    ];
    screen::line("");
    for (what, how, place) in rows {
        screen::line(format!("{what:<9} {how:<32} {place}"));
    }
    if !letters.answers.is_empty() {
        screen::line("");
        for (kind, to, answer) in &letters.answers {
            screen::line(format!("{kind} to {to:<40} {answer}"));
        }
    }
    screen::line("");
    screen::line(format!(
        "look first at the pack, then at the board. Everything is in `{}`;",
        demo_dir(house)
    ));
    screen::line("the children, families and staff in it are fictional.");
    Ok(())
}

fn demo_dir(house: &House) -> String {
    house.config.path.parent().map(|dir| dir.display().to_string()).unwrap_or_default()
}

//! What a person types: `panelclerk [--config FILE] [--now TIMESTAMP] [--json] COMMAND`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use panelclerk::clerk::house::Settings;
use panelclerk::commands::{
    actions, acts, agenda, audit, backup, check, demo, expect, forms, init, minutes, pack, reviews, rounds,
    scan, screen, send, shared_folder, slot, status, verify, watch, worker,
};

/// The clerical week of a children's placement panel: takes in the papers dropped into a shared folder, says what is
/// missing before the cutoff, sets the agenda, presses one verified pack, posts it, and writes the minutes.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER, max_term_width = 110)]
pub struct Cli {
    /// The panel's configuration
    #[arg(long, global = true, value_name = "FILE", default_value = "config.toml")]
    config: PathBuf,
    /// Start the clock at this moment, for example `2026-11-18T14:30`; only where the configuration says `rehearsal = true`
    #[arg(long, global = true, value_name = "TIMESTAMP")]
    now: Option<String>,
    /// Print the documented JSON instead of tables
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "MEETING is a date such as 2026-11-23. Left out, it is the next meeting (for `minutes`: the latest one held).\n\
                     Papers have short numbers (P12), shown wherever they are listed.\n\n\
                     Exit status: 0 done, 1 done but a person must look, 2 wrong usage or configuration, 3 could not do it.";

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole week on the shipped sample papers: no set-up, no network, no other program
    Demo(demo::Demo),
    /// A new working folder for a panel: configuration, templates, blank forms, folders
    Init(init::Init),
    /// Blank Word forms and the page How to submit, from the configuration; what is there stays
    Forms(forms::Forms),
    /// Say what would go wrong before it does: configuration, templates, folders, fonts, limits
    Check,
    /// One pass of the inbox and the desk
    Scan,
    /// Scan for ever, woken by changes and by a timer
    Watch(watch::Watch),
    /// Every case: what it has, what it lacks, when it came; every file accounted for
    Status(status::Status),
    /// What must come back to the panel: reviews, deferred cases, emergencies, agreements that run out
    Reviews,
    /// What earlier meetings said must be done: list it, mark it as done
    Actions(actions::Actions),
    /// Book a case before its papers exist, or one decided outside the panel; `--cancel` undoes it
    Expect(expect::Expect),
    /// Enter a paper that came by mail, with the time it came
    Receive(acts::Receive),
    /// Say whose paper it is; `--as-found` undoes it
    Assign(acts::Assign),
    /// Say what kind of paper it is; `--as-found` undoes it
    Kind(acts::SetKind),
    /// Leave a paper out of the pack
    Exclude(acts::OnPaper),
    /// Take a case as it is, or a newer, late or unconfirmed paper
    Accept(acts::Accept),
    /// Move a case to another meeting
    Move(acts::Move),
    /// Take a case off the agenda
    Withdraw(acts::OnCase),
    /// Undo `withdraw` for a case, or `exclude` for a paper
    Reinstate(acts::Reinstate),
    /// Give a case another time, place or length on the agenda
    Slot(slot::Slot),
    /// The timed agenda: the meeting workbook and a Word document
    Agenda(agenda::Agenda),
    /// Press the pack
    Pack(pack::Pack),
    /// Check a pack against its manifest, or everything held
    Verify(verify::Verify),
    /// Everything that was done, by whom and why, and the head of the evidence chain
    Audit,
    /// Everything held into one file
    Backup(backup::Backup),
    /// A data folder out of a backup, after it was checked
    Restore(backup::Restore),
    /// Show who would get what; with `--go`, write the letters
    Send(send::Send),
    /// Minutes and decision notes from the meeting workbook
    Minutes(minutes::Minutes),
    /// The rounds of `watch` with a stepped clock, as asked for on standard input; for rehearsals
    #[command(hide = true)]
    Rounds,
    /// The limited process in which dropped files are opened
    #[command(hide = true)]
    Worker(worker::Worker),
    /// The process that speaks to one shared folder
    #[command(hide = true)]
    SharedFolder(shared_folder::SharedFolder),
}

/// Does what was typed.
pub fn run(cli: Cli) -> ExitCode {
    let settings = Settings { config: cli.config, now: cli.now, json: cli.json };
    let done = match cli.command {
        Command::Demo(args) => demo::run(&settings, &args),
        Command::Init(args) => init::run(&settings, &args),
        Command::Forms(args) => forms::run(&settings, &args),
        Command::Check => check::run(&settings),
        Command::Scan => scan::run(&settings),
        Command::Watch(args) => watch::run(&settings, &args),
        Command::Status(args) => status::run(&settings, &args),
        Command::Reviews => reviews::run(&settings),
        Command::Actions(args) => actions::run(&settings, &args),
        Command::Expect(args) => expect::run(&settings, &args),
        Command::Receive(args) => acts::receive(&settings, &args),
        Command::Assign(args) => acts::assign(&settings, &args),
        Command::Kind(args) => acts::kind(&settings, &args),
        Command::Exclude(args) => acts::exclude(&settings, &args),
        Command::Accept(args) => acts::accept(&settings, &args),
        Command::Move(args) => acts::move_case(&settings, &args),
        Command::Withdraw(args) => acts::withdraw(&settings, &args),
        Command::Reinstate(args) => acts::reinstate(&settings, &args),
        Command::Slot(args) => slot::run(&settings, &args),
        Command::Agenda(args) => agenda::run(&settings, &args),
        Command::Pack(args) => pack::run(&settings, &args),
        Command::Verify(args) => verify::run(&settings, &args),
        Command::Audit => audit::run(&settings),
        Command::Backup(args) => backup::backup(&settings, &args),
        Command::Restore(args) => backup::restore(&settings, &args),
        Command::Send(args) => send::run(&settings, &args),
        Command::Minutes(args) => minutes::run(&settings, &args),
        Command::Rounds => rounds::run(&settings),
        Command::Worker(args) => return worker::run(&args),
        Command::SharedFolder(args) => return shared_folder::run(&args),
    };
    screen::close(done)
}

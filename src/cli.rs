//! What a person types: `panelclerk [--config FILE] [--now TIMESTAMP] [--json] COMMAND`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use panelclerk::commands::{Command, Settings, screen};

/// The clerical week of a children's placement panel: takes in the documents dropped into a shared folder, says what is
/// missing before the cutoff, sets the agenda, creates one verified pack, posts it, and writes the minutes.
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
                     Documents have short numbers (P12), shown wherever they are listed.\n\n\
                     Exit status: 0 done, 1 done but a person must look, 2 wrong usage or configuration, 3 could not do it.";

/// Does what was typed.
pub fn run(cli: Cli) -> ExitCode {
    let settings = Settings { config: cli.config, now: cli.now, json: cli.json };
    screen::close(cli.command.run(&settings))
}

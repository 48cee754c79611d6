//! The `panelclerk` program: reads the command line and hands over to [`panelclerk::commands`].

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::run(cli::Cli::parse())
}

//! The hidden command: this process becomes the helper of one shared folder for the one that started it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::commands::screen::{self, Exit};
use crate::share::serve;

#[derive(Debug, Args)]
pub struct SharedFolder {
    /// The folder
    folder: PathBuf,
}

/// Serves until the line to the main process closes.
pub fn run(args: &SharedFolder) -> ExitCode {
    screen::close(serve::serve(&args.folder).map(|()| Exit::Done))
}

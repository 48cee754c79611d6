//! The hidden command: this process becomes the helper of one shared folder for the one that started it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::commands::screen::Exit;
use crate::share::serve;

#[derive(Debug, Args)]
pub struct SharedFolder {
    /// The folder
    folder: PathBuf,
}

/// Serves until the line to the main process closes.
pub fn run(args: &SharedFolder) -> Result<Exit> {
    serve::serve(&args.folder)?;
    Ok(Exit::Done)
}

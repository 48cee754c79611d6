//! The hidden command: this process becomes the helper of one shared folder for the one that started it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::commands::screen::Exit;
use crate::share::put::Access;
use crate::share::serve;

#[derive(Debug, Args)]
pub struct SharedFolder {
    /// The mode of files made in it, as a decimal number
    #[arg(long)]
    mode: Option<u32>,
    /// The number of their group
    #[arg(long)]
    group: Option<u32>,
    /// The folder
    folder: PathBuf,
}

/// Serves until the line to the main process closes.
pub fn run(args: &SharedFolder) -> Result<Exit> {
    serve::serve(&args.folder, Access { mode: args.mode, group: args.group })?;
    Ok(Exit::Done)
}

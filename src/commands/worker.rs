//! The hidden command: this process becomes a worker of the one that started it.

use std::process::ExitCode;

use clap::Args;

use crate::worker::serve::Hands;

#[derive(Debug, Args)]
pub struct Worker;

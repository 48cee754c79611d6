//! The hidden command: this process becomes a worker of the one that started it.

use anyhow::Result;
use clap::Args;

use crate::commands::screen::Exit;
use crate::desk::job::{ReadPeople, ReadWorkbook};
use crate::pack::job::{OpensJob, PartJob, PressJob, ProtectJob, SplitJob, VerifyJob};
use crate::paper;
use crate::post::claims::CheckLetter;
use crate::worker::serve::Hands;

#[derive(Debug, Args)]
pub struct Worker;

/// Serves until the line to the main process closes.
pub fn run(_: &Worker) -> Result<Exit> {
    let hands = Hands::default()
        .able::<paper::job::Job>()
        .able::<paper::second_engine::Convert>()
        .able::<ReadWorkbook>()
        .able::<ReadPeople>()
        .able::<PressJob>()
        .able::<VerifyJob>()
        .able::<PartJob>()
        .able::<SplitJob>()
        .able::<ProtectJob>()
        .able::<OpensJob>()
        .able::<CheckLetter>();
    hands.serve()?;
    Ok(Exit::Done)
}

//! The hidden command: this process becomes a worker of the one that started it.
//!
//! A build for tests can also be told to try, from inside a live worker, what a worker must not do.

use anyhow::Result;
use clap::Args;

use crate::commands::screen::Exit;
use crate::desk::job::{LookUp, ReadPeople, ReadWorkbook};
use crate::pack::job::{OpensJob, PartJob, PressJob, ProtectJob, SplitJob, VerifyJob};
use crate::paper;
use crate::post::claims::CheckLetter;
use crate::post::returned::ReadReturned;
use crate::worker::serve::Hands;

#[derive(Debug, Args)]
pub struct Worker {
    #[cfg(all(debug_assertions, target_os = "linux"))]
    #[command(flatten)]
    trying: trying::Trying,
}

/// Serves until the line to the main process closes.
pub fn run(worker: &Worker) -> Result<Exit> {
    let hands = Hands::default()
        .able::<paper::job::Job>()
        .able::<paper::second_engine::Convert>()
        .able::<ReadWorkbook>()
        .able::<ReadPeople>()
        .able::<LookUp>()
        .able::<PressJob>()
        .able::<VerifyJob>()
        .able::<PartJob>()
        .able::<SplitJob>()
        .able::<ProtectJob>()
        .able::<OpensJob>()
        .able::<CheckLetter>()
        .able::<ReadReturned>();
    #[cfg(all(debug_assertions, target_os = "linux"))]
    let hands = match worker.trying.run()? {
        Some(exit) => return Ok(exit),
        None => hands.able::<crate::worker::attempts::Attempts>(),
    };
    let Worker { .. } = worker;
    hands.serve()?;
    Ok(Exit::Done)
}

#[cfg(all(debug_assertions, target_os = "linux"))]
mod trying {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use anyhow::Result;
    use clap::Args;
    use serde_json::json;

    use crate::commands::screen::{self, Exit};
    use crate::paper::second_engine;
    use crate::worker::attempts::{self, Attempts};
    use crate::worker::pool::{Pool, Program};
    use crate::worker::terms::Terms;

    /// The folder that is named has `given`, `secret`, `work` and the program of an engine in it.
    #[derive(Debug, Args)]
    pub struct Trying {
        /// Start a reader and a second engine, and have all tried from inside
        #[arg(long)]
        escapes: Option<PathBuf>,
        /// Try it in this process, which is the engine
        #[arg(long)]
        attempts: Option<PathBuf>,
        /// Start a reader and keep it until this process ends
        #[arg(long)]
        hold: Option<PathBuf>,
        /// Stay for ever
        #[arg(long)]
        linger: Option<PathBuf>,
    }

    impl Trying {
        pub fn run(&self) -> Result<Option<Exit>> {
            if self.linger.is_some() {
                std::thread::sleep(Duration::from_hours(1));
            }
            if let Some(place) = &self.attempts {
                screen::json(&json!(attempts::all(place, Path::new("."))))?;
                return Ok(Some(Exit::Done));
            }
            if let Some(place) = &self.hold {
                let pool = Pool::new(this_program()?, reading(place), 1, &place.join("work"));
                screen::json(&json!({ "gaps": pool.gaps()? }))?;
                std::thread::sleep(Duration::from_hours(1));
            }
            let Some(place) = &self.escapes else { return Ok(None) };
            let engine = place.join("engine/program/soffice");
            let reading = reading(place);
            let reader = ask(reading.clone(), place, None)?;
            let second = ask(second_engine::terms(&reading, &engine), place, Some(engine))?;
            screen::json(&json!({ "reader": reader, "engine": second }))?;
            Ok(Some(Exit::Done))
        }
    }

    fn reading(place: &Path) -> Terms {
        Terms::reading(512, 30, vec![place.join("faces")])
    }

    fn this_program() -> Result<Program> {
        Ok(Program { path: std::env::current_exe()?, arguments: vec!["worker".into()] })
    }

    fn ask(terms: Terms, place: &Path, engine: Option<PathBuf>) -> Result<serde_json::Value> {
        let pool = Pool::new(this_program()?, terms, 1, &place.join("work"));
        let gaps = pool.gaps()?;
        let tried = pool.ask(&Attempts { place: place.to_owned(), engine })?.answer;
        Ok(json!({ "gaps": gaps, "tried": tried }))
    }
}

//! The worker's side: confine oneself, then do one job after another until the line closes.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::worker::frame;
use crate::worker::given;
use crate::worker::line::Line;
use crate::worker::platform::{self, Part};
use crate::worker::terms::Terms;
use crate::worker::work::Work;

/// Stack of the thread a job runs on; typesetting recurses deeply.
const STACK: usize = 64 << 20;

/// Longest job the main process may send.
const LONGEST_JOB: usize = 256 << 20;

/// First byte of an answer.
pub(crate) const DONE: u8 = 0;
pub(crate) const REFUSED: u8 = 1;
pub(crate) const PANICKED: u8 = 2;
/// Set on top when the worker has used up what it may use of a processor.
pub(crate) const SPENT: u8 = 0x80;

/// The first message to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Welcome {
    pub terms: Terms,
    /// The one folder it may write to.
    pub folder: PathBuf,
}

/// Its answer: what the system could not enforce, in words.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub gaps: Vec<String>,
}

type Hand = fn(&[u8], &Path) -> Result<Vec<u8>, String>;

/// The jobs this program's workers know.
#[derive(Debug, Default)]
pub struct Hands {
    hands: BTreeMap<&'static str, Hand>,
}

impl Hands {
    /// The same hands, able to do `W` as well.
    #[must_use]
    pub fn able<W: Work>(mut self) -> Self {
        self.hands.insert(W::NAME, carry_out::<W>);
        self
    }

    /// Serves the process that started this one until it closes the line. Call it before any thread is started.
    ///
    /// Fails when this process has no line to a main process, or the line breaks.
    pub fn serve(&self) -> Result<()> {
        let part = Part::of_this_process();
        if let Some(status) = part.play().context("no room for a worker")? {
            #[expect(clippy::disallowed_methods, reason = "the status is the worker's, not this command's")]
            std::process::exit(status);
        }
        let mut from = Line::to_parent().context("no line to the main process")?;
        let mut to = from.another().context("no line to the main process")?;
        given::ask_through(from.another().context("no line to the main process")?);
        let Some(welcome) = frame::receive(&mut from, LONGEST_JOB)? else { return Ok(()) };
        let welcome: Welcome = serde_json::from_slice(&welcome).context("unreadable first message")?;
        let (gaps, meter) = platform::confine(&welcome.terms, &welcome.folder, part);
        rayon::ThreadPoolBuilder::new()
            .num_threads(welcome.terms.threads.max(1))
            .stack_size(STACK)
            .build_global()
            .context("no threads to work with")?;
        frame::send(&mut to, &serde_json::to_vec(&Ready { gaps })?)?;
        while let Some(name) = frame::receive(&mut from, 256)? {
            let Some(out) = frame::receive(&mut from, 256)? else { bail!("half a job") };
            let Some(job) = frame::receive(&mut from, LONGEST_JOB)? else { bail!("half a job") };
            let out = welcome.folder.join(String::from_utf8_lossy(&out).as_ref());
            let seconds = welcome.terms.seconds * welcome.terms.threads.max(1) as u64;
            meter.allow(seconds);
            let mut answer = self.answer(&String::from_utf8_lossy(&name), job, &out)?;
            if meter.is_spent(seconds) {
                answer[0] |= SPENT;
            }
            frame::send(&mut to, &answer)?;
        }
        Ok(())
    }

    /// Runs one job on a thread with room; a panic costs the job, not the line.
    fn answer(&self, name: &str, job: Vec<u8>, out: &Path) -> io::Result<Vec<u8>> {
        let Some(hand) = self.hands.get(name).copied() else {
            return Ok(tagged(REFUSED, format!("no worker here can do `{name}`").as_bytes()));
        };
        let out = out.to_owned();
        let thread = thread::Builder::new().stack_size(STACK).spawn(move || hand(&job, &out))?;
        Ok(match thread.join() {
            Ok(Ok(answer)) => tagged(DONE, &answer),
            Ok(Err(refusal)) => tagged(REFUSED, refusal.as_bytes()),
            Err(_) => tagged(PANICKED, b""),
        })
    }
}

fn carry_out<W: Work>(job: &[u8], out: &Path) -> Result<Vec<u8>, String> {
    let job: W = serde_json::from_slice(job).map_err(|error| format!("unreadable job: {error}"))?;
    let answer = job.carry_out(out)?;
    serde_json::to_vec(&answer).map_err(|error| format!("unwritable answer: {error}"))
}

fn tagged(tag: u8, rest: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(rest.len() + 1);
    message.push(tag);
    message.extend_from_slice(rest);
    message
}

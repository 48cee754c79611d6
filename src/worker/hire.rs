//! One worker seen from the main process: hired, asked with a deadline, dismissed.
//!
//! A worker must be hired by a thread that lives as long as it does: the system ends it with that thread.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tempfile::TempDir;

use crate::worker::error::WorkerError;
use crate::worker::frame;
use crate::worker::platform;
use crate::worker::serve::{OUT, Ready, Welcome};
use crate::worker::terms::Terms;

/// Time a new process gets to start and confine itself.
const TIME_TO_START: Duration = Duration::from_secs(20);

/// How much of what a worker prints before it dies is kept, to tell why.
const LAST_WORDS: u64 = 64 << 10;

/// How to start a worker.
#[derive(Debug, Clone)]
pub struct Program {
    pub path: PathBuf,
    pub arguments: Vec<OsString>,
}

/// A running worker process.
pub(crate) struct Hired {
    child: Child,
    to: Box<dyn Write + Send>,
    from: Receiver<Option<Vec<u8>>>,
    last_words: Option<JoinHandle<String>>,
    pub folder: TempDir,
    pub gaps: Vec<String>,
    pub jobs_done: u32,
}

impl Hired {
    /// Starts a worker with a folder of its own under `workplace`.
    pub fn start(program: &Program, terms: &Terms, workplace: &Path) -> Result<Self, WorkerError> {
        let trouble =
            |what: &str, error: std::io::Error| WorkerError::Unavailable(format!("{what}: {error}"));
        let folder = tempfile::Builder::new()
            .prefix("worker-")
            .tempdir_in(workplace)
            .map_err(|error| trouble(&format!("no folder in `{}`", workplace.display()), error))?;
        make_out(folder.path()).map_err(|error| trouble("no folder for its files", error))?;
        let mut command = Command::new(&program.path);
        command.args(&program.arguments).current_dir(folder.path());
        platform::clear_environment(&mut command, folder.path());
        let started = platform::line_to_child(&mut command);
        let (mut child, reader, writer) =
            started.map_err(|error| trouble(&format!("`{}`", program.path.display()), error))?;
        let last_words = child.stderr.take().map(|stderr| thread::spawn(move || keep_last_words(stderr)));
        let most = usize::try_from(terms.output_mb << 20).unwrap_or(usize::MAX);
        let from = listen(reader, most);
        let mut hired =
            Hired { child, to: Box::new(writer), from, last_words, folder, gaps: Vec::new(), jobs_done: 0 };
        hired.welcome(terms)?;
        Ok(hired)
    }

    fn welcome(&mut self, terms: &Terms) -> Result<(), WorkerError> {
        let unavailable = |what: String| WorkerError::Unavailable(what);
        let welcome = Welcome { terms: terms.clone(), folder: self.folder.path().to_owned() };
        let welcome = serde_json::to_vec(&welcome).map_err(|error| unavailable(error.to_string()))?;
        frame::send(&mut self.to, &welcome).map_err(|error| unavailable(error.to_string()))?;
        let ready = self.from.recv_timeout(TIME_TO_START).ok().flatten();
        let ready = ready.ok_or_else(|| unavailable("it did not answer".to_owned()))?;
        let ready: Ready = serde_json::from_slice(&ready).map_err(|error| unavailable(error.to_string()))?;
        self.gaps = ready.gaps;
        Ok(())
    }

    /// Sends one job and waits for its answer until the deadline. After an error the worker is of no more use.
    pub fn ask(&mut self, name: &str, job: &[u8], terms: &Terms) -> Result<Vec<u8>, WorkerError> {
        let sent = frame::send(&mut self.to, name.as_bytes()).and_then(|()| frame::send(&mut self.to, job));
        if sent.is_err() {
            return Err(self.cause_of_death(terms));
        }
        match self.from.recv_timeout(Duration::from_secs(terms.seconds)) {
            Ok(Some(answer)) => {
                self.jobs_done += 1;
                Ok(answer)
            }
            Ok(None) => Err(self.cause_of_death(terms)),
            Err(RecvTimeoutError::Timeout) => Err(WorkerError::TooSlow { seconds: terms.seconds }),
            Err(RecvTimeoutError::Disconnected) => Err(self.cause_of_death(terms)),
        }
    }

    /// The files of the last job, taken out of the worker's reach, and an empty folder for the next.
    ///
    /// Fails when the worker has removed its folder, or the disk is full.
    pub fn take_files(&self, workplace: &Path) -> std::io::Result<TempDir> {
        let taken = tempfile::Builder::new().prefix("answer-").tempdir_in(workplace)?;
        let out = self.folder.path().join(OUT);
        // Not every system renames onto a folder that is there.
        std::fs::remove_dir(taken.path())?;
        std::fs::rename(&out, taken.path())?;
        make_out(self.folder.path())?;
        Ok(taken)
    }

    fn cause_of_death(&mut self, terms: &Terms) -> WorkerError {
        platform::kill(&mut self.child);
        let status = self.child.wait().ok();
        let words = self.last_words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        platform::cause_of_death(status, &words, terms)
    }
}

impl Drop for Hired {
    /// Ended with all it started; its folder goes when the field is dropped.
    fn drop(&mut self) {
        platform::kill(&mut self.child);
        let _ = self.child.wait();
    }
}

fn make_out(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir(folder.join(OUT))
}

/// Hands on each message of a worker; nothing once it has gone or said too much.
fn listen(mut reader: impl Read + Send + 'static, most: usize) -> Receiver<Option<Vec<u8>>> {
    let (hand_on, from) = channel();
    thread::spawn(move || {
        loop {
            let message = frame::receive(&mut reader, most).ok().flatten();
            let last = message.is_none();
            if hand_on.send(message).is_err() || last {
                return;
            }
        }
    });
    from
}

/// Reads what a worker prints to its end, keeping the beginning.
fn keep_last_words(mut stderr: impl Read) -> String {
    let mut kept = Vec::new();
    // What cannot be read is not needed: it only helps to name the cause.
    let _ = stderr.by_ref().take(LAST_WORDS).read_to_end(&mut kept);
    let _ = std::io::copy(&mut stderr, &mut std::io::sink());
    String::from_utf8_lossy(&kept).into_owned()
}

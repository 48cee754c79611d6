//! One worker seen from the main process: hired, asked with a deadline, dismissed.
//!
//! A worker must be hired by a thread that lives as long as it does: the system ends it with that thread.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tempfile::TempDir;

use crate::clock::Stopwatch;
use crate::worker::error::WorkerError;
use crate::worker::files::Files;
use crate::worker::folder::Folder;
use crate::worker::frame;
use crate::worker::given::WANTED;
use crate::worker::line::{self, LineToChild};
use crate::worker::platform;
use crate::worker::serve::{Ready, Welcome};
use crate::worker::terms::Terms;
use crate::worker::yard;

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
    to: LineToChild,
    from: Receiver<Option<Vec<u8>>>,
    last_words: Option<JoinHandle<String>>,
    folder: TempDir,
    /// The same folder, held open: nothing the worker does puts another in its place.
    held: Folder,
    asked: u32,
    pub gaps: Vec<String>,
    pub jobs_done: u32,
}

impl Hired {
    /// Starts a worker with a folder of its own under `workplace`.
    pub fn start(program: &Program, terms: &Terms, workplace: &Path) -> Result<Self, WorkerError> {
        let trouble = |what: &str, error: io::Error| WorkerError::Unavailable(format!("{what}: {error}"));
        let (folder, held) = yard::settle(workplace)
            .map_err(|error| trouble(&format!("no folder in `{}`", workplace.display()), error))?;
        let mut command = Command::new(&program.path);
        command.args(&program.arguments).current_dir(folder.path());
        platform::clear_environment(&mut command, folder.path());
        let room = platform::in_a_room(&mut command, &program.path, &program.arguments);
        let gaps = room.err().map(|why| {
            format!("a worker has no room of its own, in which all it starts ends with it: this system gives none ({why})")
        });
        let started = line::line_to_child(&mut command);
        let (mut child, reader, writer) =
            started.map_err(|error| trouble(&format!("`{}`", program.path.display()), error))?;
        let last_words = child.stderr.take().map(|stderr| thread::spawn(move || keep_last_words(stderr)));
        let most = usize::try_from(terms.output_mb << 20).unwrap_or(usize::MAX);
        let from = listen(reader, most);
        let gaps = gaps.into_iter().collect();
        let mut hired =
            Hired { child, to: writer, from, last_words, folder, held, asked: 0, gaps, jobs_done: 0 };
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
        self.gaps.extend(ready.gaps);
        Ok(())
    }

    /// Sends one job and waits for its answer until the deadline, opening the files of the job that it asks for. After an error
    /// the worker is of no more use.
    pub fn ask(
        &mut self,
        name: &str,
        job: &[u8],
        given: &BTreeSet<PathBuf>,
        terms: &Terms,
    ) -> Result<(Vec<u8>, Files), WorkerError> {
        let watch = Stopwatch::start();
        self.asked += 1;
        let out = format!("answer-{}", self.asked);
        let trouble = |error: io::Error| {
            let path = self.folder.path().join(&out);
            WorkerError::Unavailable(format!("no folder for its files, `{}`: {error}", path.display()))
        };
        let folder = self.held.make(&out).map_err(trouble)?;
        folder.claim().map_err(trouble)?;
        let sent = [name.as_bytes(), out.as_bytes(), job].map(|message| frame::send(&mut self.to, message));
        if sent.iter().any(io::Result::is_err) {
            return Err(self.cause_of_death(terms));
        }
        let deadline = Duration::from_secs(terms.seconds);
        loop {
            match self.from.recv_timeout(deadline.saturating_sub(watch.elapsed())) {
                Ok(Some(message)) => {
                    let Some(path) = message.strip_prefix(&[WANTED]) else {
                        self.jobs_done += 1;
                        return Ok((message, self.taken(&out, folder, terms)));
                    };
                    if self.give(path, given).is_err() {
                        return Err(self.cause_of_death(terms));
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err(WorkerError::TooSlow { seconds: terms.seconds });
                }
                Ok(None) | Err(RecvTimeoutError::Disconnected) => return Err(self.cause_of_death(terms)),
            }
        }
    }

    /// The files of an answer, out of the worker's reach. Should something else have been put in the folder's place, that is moved
    /// and removed, and the files are not there.
    fn taken(&self, out: &str, folder: Folder, terms: &Terms) -> Files {
        let mut path = self.folder.path().to_owned();
        path.add_extension(out);
        if self.held.move_out(out, &path).is_err() {
            path = self.folder.path().join(out);
        }
        Files::new(folder, path, terms.output_mb << 20)
    }

    /// Gives the worker a file that it asks for, if its job names it.
    fn give(&mut self, path: &[u8], given: &BTreeSet<PathBuf>) -> io::Result<()> {
        let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
        let opened = if given.contains(&path) {
            plain_file(&path)
        } else {
            Err(io::Error::other("not given to this job"))
        };
        self.to.send_file(opened.as_ref().ok())?;
        match opened {
            Ok(_) => Ok(()),
            Err(error) => frame::send(&mut self.to, error.to_string().as_bytes()),
        }
    }

    fn cause_of_death(&mut self, terms: &Terms) -> WorkerError {
        line::kill(&mut self.child);
        let status = self.child.wait().ok();
        let words = self.last_words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        platform::cause_of_death(status, &words, terms)
    }
}

impl Drop for Hired {
    /// Ended with all it started; its folder goes when the field is dropped.
    fn drop(&mut self) {
        line::kill(&mut self.child);
        let _ = self.child.wait();
    }
}

fn plain_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("no plain file")) }
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
    let _ = io::copy(&mut stderr, &mut io::sink());
    String::from_utf8_lossy(&kept).into_owned()
}

//! One helper process seen from the program: started, asked, given up on.
//!
//! Nothing here waits for a helper that does not answer, not even for its end: a process stuck in a call to a dead server
//! survives being killed until the server answers. Writing to it and reading from it are done by threads that are left to
//! themselves.

use std::io;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::clock::Stopwatch;
use crate::share::wire::{Answer, CHUNK, DONE, FAULT, Fault, LONGEST, Request};
use crate::worker::pool::Program;
use crate::worker::{frame, line, platform};

/// How soon a waiter notices that the program is to stop.
const BLINK: Duration = Duration::from_millis(100);

/// How long an answer is waited for once the program is to stop.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Pieces of an answer that may wait to be taken.
const WAITING: usize = 4;

/// A running helper.
#[derive(Debug)]
pub(crate) struct Helper {
    child: Option<Child>,
    to: Sender<Vec<u8>>,
    from: Receiver<Vec<u8>>,
}

/// How long an answer is waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience<'a> {
    /// Without a word from the helper.
    pub most: Duration,
    /// Set when the program is to stop.
    pub stop: &'a AtomicBool,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failed {
    /// It could not be done: the folder answered.
    Fault(Fault),
    /// No word for too long.
    Silent,
    /// The helper ended, or said what cannot be understood.
    Ended,
}

impl Helper {
    /// Starts a helper for the folder `root`.
    ///
    /// Fails when the process cannot be started.
    pub fn start(program: &Program, root: &Path) -> io::Result<Self> {
        let Started { child, to, from } = start(program, root)?;
        Ok(Helper { child: Some(child), to, from })
    }

    /// Asks, and gives each piece of the answer with its tag to `each`.
    pub fn ask(
        &mut self,
        request: &Request,
        content: Option<&[u8]>,
        patience: Patience<'_>,
        each: &mut dyn FnMut(u8, &[u8]) -> io::Result<()>,
    ) -> Result<Answer, Failed> {
        self.send(serde_json::to_vec(request).map_err(|_| Failed::Ended)?)?;
        if let Some(content) = content {
            for piece in content.chunks(CHUNK) {
                self.send(piece.to_vec())?;
            }
            self.send(Vec::new())?;
        }
        loop {
            let message = self.next(patience)?;
            let (tag, piece) = message.split_first().ok_or(Failed::Ended)?;
            match *tag {
                DONE => return read(piece),
                FAULT => return Err(Failed::Fault(read(piece)?)),
                tag => each(tag, piece).map_err(|_| Failed::Ended)?,
            }
        }
    }

    fn send(&self, message: Vec<u8>) -> Result<(), Failed> {
        self.to.send(message).map_err(|_| Failed::Ended)
    }

    fn next(&self, patience: Patience<'_>) -> Result<Vec<u8>, Failed> {
        let silence = Stopwatch::start();
        loop {
            match self.from.recv_timeout(BLINK) {
                Ok(message) => return Ok(message),
                Err(RecvTimeoutError::Disconnected) => return Err(Failed::Ended),
                Err(RecvTimeoutError::Timeout) => {
                    let stop = patience.stop.load(Ordering::SeqCst);
                    let most = if stop { patience.most.min(LAST_WAIT) } else { patience.most };
                    if silence.elapsed() >= most {
                        return Err(Failed::Silent);
                    }
                }
            }
        }
    }

    #[cfg(all(test, target_os = "linux"))]
    pub fn id(&self) -> Option<rustix::process::Pid> {
        self.child.as_ref().map(rustix::process::Pid::from_child)
    }

    /// Kills it without waiting for its end; gives the process, to be looked at later.
    pub fn give_up(mut self) -> Option<Child> {
        let mut child = self.child.take()?;
        line::kill(&mut child);
        Some(child)
    }
}

/// A helper process and the line to it.
#[derive(Debug)]
pub(crate) struct Started {
    pub child: Child,
    pub to: Sender<Vec<u8>>,
    pub from: Receiver<Vec<u8>>,
}

/// Starts a helper for the folder `root`.
pub(crate) fn start(program: &Program, root: &Path) -> io::Result<Started> {
    let mut command = Command::new(&program.path);
    command.args(&program.arguments).arg(root);
    platform::clear_environment(&mut command, root);
    let (mut child, mut reader, mut writer) = line::line_to_child(&mut command)?;
    // A stuck helper must not hold open what the program's own caller waits for.
    drop(child.stderr.take());
    let (to, outgoing) = channel::<Vec<u8>>();
    thread::spawn(move || {
        while let Ok(message) = outgoing.recv() {
            if frame::send(&mut writer, &message).is_err() {
                return;
            }
        }
    });
    let (incoming, from) = sync_channel(WAITING);
    thread::spawn(move || {
        while let Ok(Some(message)) = frame::receive(&mut reader, LONGEST) {
            if incoming.send(message).is_err() {
                return;
            }
        }
    });
    Ok(Started { child, to, from })
}

/// What cannot be understood comes from a helper that is of no more use.
fn read<T: DeserializeOwned>(piece: &[u8]) -> Result<T, Failed> {
    serde_json::from_slice(piece).map_err(|_| Failed::Ended)
}

impl Drop for Helper {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            end(&mut child);
        }
    }
}

/// Ends a helper process that nobody needs any more. One that is not stuck ends at once, and what it used is then counted
/// with the program's; a stuck one is not waited for, and false.
pub(crate) fn end(child: &mut Child) -> bool {
    line::kill(child);
    let begun = Stopwatch::start();
    while matches!(child.try_wait(), Ok(None)) {
        if begun.elapsed() > BLINK {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    true
}

//! Hints that something changed. Losing one costs time, never a paper: the timer comes anyway.
//!
//! What the program writes itself makes hints too. Whether a path matters is asked when the hint is looked at, not when the
//! file was written: a person's save over something of ours leaves another file than the one we wrote, and is never missed.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::share::call::Shares;
use crate::share::listen::{Ear, Hint};
use crate::watch::stop::Stop;

/// How soon a waiter notices that it should stop.
const BLINK: Duration = Duration::from_millis(200);

/// Rounds after which the folders are listened to anew: a share that was mounted again is another folder to the kernel.
const RENEWAL: u32 = 20;

#[derive(Debug)]
pub struct Hints {
    heard: Receiver<Hint>,
    say: Sender<Hint>,
    ears: Vec<Ear>,
    age: u32,
}

impl Hints {
    /// Listens to as many of the folders as can be listened to.
    pub fn listen(shares: &Shares, folders: &[PathBuf]) -> Hints {
        let (say, heard) = channel();
        let ears = folders.iter().map(|folder| shares.listen(folder, say.clone())).collect();
        Hints { heard, say, ears, age: 0 }
    }

    /// Listens anew where that failed, and now and then in any case. The round that follows sees what was missed.
    pub fn renew(&mut self, shares: &Shares, folders: &[PathBuf]) {
        self.age += 1;
        let old = self.age >= RENEWAL;
        for (ear, folder) in self.ears.iter_mut().zip(folders) {
            if (old || ear.is_deaf()) && ear.close() {
                *ear = shares.listen(folder, self.say.clone());
            }
        }
        if old {
            self.age = 0;
        }
    }

    /// Waits for a hint about a path that `matters`, or for so long; false if it is time to stop.
    pub fn wait(&self, long: Duration, stop: &Stop, matters: impl Fn(&Path) -> bool) -> bool {
        let mut left = long;
        while !stop.is_said() && !left.is_zero() {
            let nap = left.min(BLINK);
            match self.heard.recv_timeout(nap) {
                Ok(hint) if hint.is_empty() || hint.iter().any(|path| matters(path)) => {
                    // One round sees everything: further hints of now say nothing new.
                    while self.heard.try_recv().is_ok() {}
                    return true;
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => left -= nap,
                Err(RecvTimeoutError::Disconnected) => return stop.sleep(left),
            }
        }
        !stop.is_said()
    }
}

//! Hints that something changed. Losing one costs time, never a paper: the timer comes anyway.
//!
//! What the program writes itself makes hints too. Whether a path matters is asked when the hint is looked at, not when the
//! file was written: a person's save over something of ours leaves another file than the one we wrote, and is never missed.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::watch::stop::Stop;

/// How soon a waiter notices that it should stop.
const BLINK: Duration = Duration::from_millis(200);

/// Rounds after which the folders are listened to anew: a share that was mounted again is another folder to the kernel.
const RENEWAL: u32 = 20;

/// What changed; nothing where the system lost count.
type Hint = Vec<PathBuf>;

#[derive(Debug)]
pub struct Hints {
    heard: Receiver<Hint>,
    _watcher: Option<RecommendedWatcher>,
    deaf: bool,
    age: u32,
}

impl Hints {
    /// Listens to as many of the folders as can be listened to.
    pub fn listen(folders: &[PathBuf]) -> Hints {
        let (say, heard) = channel();
        let mut deaf = false;
        let mut watcher = notify::recommended_watcher(move |event| tell(&say, event)).ok();
        if let Some(watcher) = &mut watcher {
            for folder in folders {
                deaf |= watcher.watch(folder, RecursiveMode::Recursive).is_err();
            }
        }
        Hints { heard, _watcher: watcher, deaf, age: 0 }
    }

    /// Listens anew where that failed, and now and then in any case. The round that follows sees what was missed.
    pub fn renew(&mut self, folders: &[PathBuf]) {
        self.age += 1;
        if self.deaf || self.age >= RENEWAL {
            *self = Hints::listen(folders);
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

/// Passes on what changes a folder; our own opening and reading of files does not.
fn tell(say: &Sender<Hint>, event: notify::Result<notify::Event>) {
    let hint = match event {
        Ok(event) if event.need_rescan() => Vec::new(),
        Ok(event)
            if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)) =>
        {
            event.paths
        }
        _ => return,
    };
    // Nobody listens any more only while the watcher is being replaced.
    let _ = say.send(hint);
}

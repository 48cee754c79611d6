//! Hints that something in a shared folder changed. Losing one costs time, never a paper.
//!
//! Even asking the system to listen may hang, so a helper of its own does it for each shared folder; nobody waits for it. What
//! lies in no shared folder is listened to at once.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::share::helper::{self, Started};
use crate::share::wire::{HINT, Name, PROGRESS, Request};
use crate::worker::pool::Program;

/// What changed; nothing where that is not known.
pub type Hint = Vec<PathBuf>;

/// How long changes are gathered before they are told.
const GATHER: Duration = Duration::from_millis(100);

/// How often a helper finds out whether the program is still there.
const LOOK_UP: Duration = Duration::from_secs(10);

/// Paths in one hint; of more at once it is only said that there are some.
const MOST: usize = 200;

/// Listens for as long as it lives.
#[derive(Debug)]
pub struct Ear(Listening);

#[derive(Debug)]
enum Listening {
    Helper(Child),
    Here {
        _watcher: RecommendedWatcher,
    },
    /// It could not be listened to.
    Not,
}

impl Ear {
    /// Listens by a helper.
    pub(crate) fn by_helper(program: &Program, root: &Path, folder: &Path, say: Sender<Hint>) -> Self {
        let Ok(Started { child, to, from }) = helper::start(program, root) else {
            return Ear(Listening::Not);
        };
        let Ok(request) = serde_json::to_vec(&Request::Listen { folder: folder.into() }) else {
            return Ear(Listening::Not);
        };
        thread::spawn(move || {
            // A line that is closed already gives nothing to hear either.
            let _ = to.send(request);
            while let Ok(message) = from.recv() {
                let Some((&HINT, paths)) = message.split_first() else { continue };
                let paths: Vec<Name> = serde_json::from_slice(paths).unwrap_or_default();
                if say.send(paths.into_iter().map(|name| name.0).collect()).is_err() {
                    return;
                }
            }
        });
        Ear(Listening::Helper(child))
    }

    /// Listens in this process.
    pub(crate) fn here(folder: &Path, say: Sender<Hint>) -> Self {
        watcher(folder, say).map_or(Ear(Listening::Not), |watcher| Ear(Listening::Here { _watcher: watcher }))
    }

    /// Whether nothing will be heard any more.
    pub fn is_deaf(&mut self) -> bool {
        match &mut self.0 {
            Listening::Helper(child) => !matches!(child.try_wait(), Ok(None)),
            Listening::Here { .. } => false,
            Listening::Not => true,
        }
    }

    /// Stops listening; false while a helper that was told to end has not ended. It is not waited for, but one folder must not
    /// come to hold many.
    pub fn close(&mut self) -> bool {
        if let Listening::Helper(child) = &mut self.0
            && !helper::end(child)
        {
            return false;
        }
        self.0 = Listening::Not;
        true
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.close();
    }
}

/// The helper's side: tells of changes below `folder` until nobody is there to be told.
pub(crate) fn hear(folder: &Path, tell: &mut dyn FnMut(u8, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let (say, heard) = channel();
    let _watcher = watcher(folder, say).map_err(io::Error::other)?;
    loop {
        match heard.recv_timeout(LOOK_UP) {
            Ok(mut hint) => {
                thread::sleep(GATHER);
                let mut known = !hint.is_empty();
                for more in heard.try_iter() {
                    known &= !more.is_empty();
                    hint.extend(more);
                }
                hint.sort();
                hint.dedup();
                if !known || hint.len() > MOST {
                    hint.clear();
                }
                let names: Vec<Name> = hint.into_iter().map(Name).collect();
                tell(HINT, &serde_json::to_vec(&names)?)?;
            }
            Err(RecvTimeoutError::Timeout) => tell(PROGRESS, b"")?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn watcher(folder: &Path, say: Sender<Hint>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event| tell(&say, event))?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(watcher)
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
    // Nobody listens any more only while the listener is being replaced.
    let _ = say.send(hint);
}

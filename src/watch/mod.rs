//! When: rounds of work by the timetable, by the timer and by hints, until somebody says stop.
//!
//! Events of the file system are only hints (`hints`): network shares send none, and a watcher that has lost its folder says
//! nothing. So the timer decides, the [`timetable`] brings a round forward to the moment at which something is due, and an
//! event brings it forward to now.

pub mod stop;
pub mod timetable;
mod hints;
pub mod round;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::share::call::Shares;
use crate::watch::hints::Hints;
use crate::watch::stop::Stop;

/// How often rounds come.
#[derive(Debug, Clone)]
pub struct Rhythm {
    /// At least this often.
    pub every: Duration,
    /// Never faster than this, however many hints there are: a copy in progress gives hundreds.
    pub settle: Duration,
    /// Folders whose changes bring the next round forward.
    pub folders: Vec<PathBuf>,
}

/// How much longer the waits become while rounds fail, at most.
const LONGEST_REST: u32 = 10;

/// What is done again and again with `W`, and what it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Work<W> {
    /// One round. Gives how long it may be until the next.
    pub round: fn(&mut W) -> Result<Duration>,
    /// Whether a change of this path is worth a round: what the last round wrote itself is not.
    pub matters: fn(&W, &Path) -> bool,
    /// The way to the folders that are listened to.
    pub shares: fn(&W) -> &Shares,
    /// Hears of a round that failed as a whole.
    pub complain: fn(&mut W, &anyhow::Error),
}

/// Does one round after the other until stopped. A round that fails is complained of and tried again, after longer and longer
/// rests; only the first may end the watch, because then nothing has worked yet.
///
/// Fails when the first round does.
pub fn run<W>(rhythm: &Rhythm, stop: &Stop, on: &mut W, work: &Work<W>) -> Result<()> {
    let mut hints = Hints::listen((work.shares)(on), &rhythm.folders);
    let mut rest = (work.round)(on)?.min(rhythm.every);
    let mut failures = 0;
    loop {
        if !stop.sleep(rhythm.settle) || !hints.wait(rest, stop, |path| (work.matters)(on, path)) {
            return Ok(());
        }
        hints.renew((work.shares)(on), &rhythm.folders);
        match (work.round)(on) {
            Ok(due) => {
                failures = 0;
                rest = due.min(rhythm.every);
            }
            Err(error) => {
                failures = (failures + 1).min(LONGEST_REST);
                rest = rhythm.every * failures;
                (work.complain)(on, &error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    /// Rounds that read a file, write a file of their own, and do as they are told.
    struct Rounds {
        inbox: PathBuf,
        shares: Shares,
        stop: Stop,
        last: u32,
        failing: Option<u32>,
        due: Duration,
        done: u32,
        complaints: u32,
        drops: bool,
    }

    impl Rounds {
        fn new(inbox: &Path, last: u32) -> Rounds {
            Rounds {
                inbox: inbox.to_owned(),
                shares: Shares::none(),
                stop: Stop::new(),
                last,
                failing: None,
                due: Duration::from_mins(9),
                done: 0,
                complaints: 0,
                drops: false,
            }
        }

        fn watch(&mut self, every: Duration) -> Result<()> {
            let settle = Duration::from_millis(10);
            let rhythm = Rhythm { every, settle, folders: vec![self.inbox.clone()] };
            let stop = self.stop.clone();
            let work = Work {
                round: Rounds::round,
                matters: Rounds::matters,
                shares: |rounds| &rounds.shares,
                complain: Rounds::complain,
            };
            run(&rhythm, &stop, self, &work)
        }

        fn round(&mut self) -> Result<Duration> {
            self.done += 1;
            if self.done == self.last {
                self.stop.say();
            }
            anyhow::ensure!(Some(self.done) != self.failing, "the disk is full");
            if self.drops {
                std::fs::read(self.inbox.join("old.docx"))?;
                File::create(self.inbox.join("board.html"))?;
                if self.done == 1 {
                    File::create(self.inbox.join("new.docx"))?;
                }
            }
            Ok(self.due)
        }

        fn matters(&self, path: &Path) -> bool {
            path != self.inbox.join("board.html")
        }

        fn complain(&mut self, _: &anyhow::Error) {
            self.complaints += 1;
        }
    }

    #[test]
    fn rounds_come_by_the_timer_and_failures_are_not_the_end() {
        let mut rounds = Rounds { failing: Some(2), ..Rounds::new(Path::new("/nowhere/at/all"), 4) };
        rounds.watch(Duration::from_millis(20)).unwrap();
        assert_eq!((rounds.done, rounds.complaints), (4, 1));
    }

    #[test]
    fn what_is_due_brings_a_round_forward() {
        let mut rounds = Rounds { due: Duration::from_millis(20), ..Rounds::new(Path::new("/nowhere"), 3) };
        let begun = crate::clock::Stopwatch::start();
        rounds.watch(Duration::from_mins(5)).unwrap();
        assert!(rounds.done == 3 && begun.elapsed() < Duration::from_mins(1));
    }

    #[test]
    fn the_first_failure_is_told_at_once() {
        let mut rounds = Rounds { failing: Some(1), ..Rounds::new(Path::new("/nowhere"), 9) };
        rounds.watch(Duration::from_mins(1)).unwrap_err();
    }

    #[test]
    fn a_dropped_file_brings_the_next_round_forward_and_our_own_files_do_not() {
        let place = tempfile::tempdir().unwrap();
        File::create(place.path().join("old.docx")).unwrap();
        let mut rounds = Rounds { drops: true, ..Rounds::new(place.path(), 2) };
        let begun = crate::clock::Stopwatch::start();
        rounds.watch(Duration::from_secs(30)).unwrap();
        assert!(rounds.done == 2 && begun.elapsed() < Duration::from_secs(20));

        let mut rounds = Rounds { drops: true, done: 1, ..Rounds::new(place.path(), 3) };
        let begun = crate::clock::Stopwatch::start();
        rounds.watch(Duration::from_secs(3)).unwrap();
        assert!(Duration::from_secs(3) <= begun.elapsed(), "nothing but its own board brought it forward");
    }
}

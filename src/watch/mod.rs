//! When: rounds of work by the timer and by hints, until somebody says stop. What a round does is its caller's affair.
//!
//! Events of the file system are only hints (`hints`): network shares send none, and a watcher that has lost its folder says
//! nothing. So the timer decides, and an event merely brings the next round forward.

pub mod stop;
mod hints;
pub mod round;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

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

/// Does one round after the other until stopped. A round that fails is `complain`ed of and tried again, after longer and longer
/// rests; only the first may end the watch, because then nothing has worked yet.
pub fn run(
    rhythm: &Rhythm,
    stop: &Stop,
    mut round: impl FnMut() -> Result<()>,
    mut complain: impl FnMut(&anyhow::Error),
) -> Result<()> {
    let mut hints = Hints::listen(&rhythm.folders);
    round()?;
    let mut failures = 0;
    loop {
        if !stop.sleep(rhythm.settle) {
            return Ok(());
        }
        let rest = rhythm.every * (failures + 1).min(LONGEST_REST);
        if !hints.wait(rest, stop) {
            return Ok(());
        }
        hints.renew(&rhythm.folders);
        match round() {
            Ok(()) => failures = 0,
            Err(error) => {
                failures = (failures + 1).min(LONGEST_REST);
                complain(&error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs::File;

    use super::*;

    fn rhythm(every: Duration, folder: PathBuf) -> Rhythm {
        Rhythm { every, settle: Duration::from_millis(10), folders: vec![folder] }
    }

    #[test]
    fn rounds_come_by_the_timer_and_failures_are_not_the_end() {
        let stop = Stop::new();
        let (rounds, complaints) = (Cell::new(0), Cell::new(0));
        let round = || {
            rounds.set(rounds.get() + 1);
            if rounds.get() == 4 {
                stop.say();
            }
            anyhow::ensure!(rounds.get() != 2, "the disk is full");
            Ok(())
        };
        let rhythm = rhythm(Duration::from_millis(20), PathBuf::from("/nowhere/at/all"));
        run(&rhythm, &stop, round, |_| complaints.set(complaints.get() + 1)).unwrap();
        assert_eq!((rounds.get(), complaints.get()), (4, 1));
    }

    #[test]
    fn the_first_failure_is_told_at_once() {
        let rhythm = rhythm(Duration::from_mins(1), PathBuf::from("/nowhere"));
        run(&rhythm, &Stop::new(), || anyhow::bail!("no configuration"), |_| ()).unwrap_err();
    }

    #[test]
    fn a_dropped_file_brings_the_next_round_forward_and_reading_does_not() {
        let place = tempfile::tempdir().unwrap();
        let inbox = place.path().to_owned();
        File::create(inbox.join("old.docx")).unwrap();
        let stop = Stop::new();
        let rounds = Cell::new(0);
        let round = || {
            rounds.set(rounds.get() + 1);
            std::fs::read(inbox.join("old.docx"))?;
            match rounds.get() {
                1 => drop(File::create(inbox.join("new.docx"))?),
                _ => stop.say(),
            }
            Ok(())
        };
        let begun = crate::clock::Clock::system().now();
        run(&rhythm(Duration::from_secs(30), inbox.clone()), &stop, round, |_| ()).unwrap();
        assert_eq!(rounds.get(), 2);
        assert!(crate::clock::Clock::system().now() - begun < chrono::TimeDelta::seconds(20));
    }
}

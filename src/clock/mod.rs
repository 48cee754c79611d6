//! Now, and how far along: the one place that asks the time, and the one that shows progress.
//!
//! A rehearsal's clock starts at a given moment and runs on; a stepped clock stands still until it is told to move, which is
//! how the demo's week has the same minute in it each time it is played.

#![expect(clippy::disallowed_methods, reason = "this is the place that may ask the system clock")]

pub mod progress;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// How long something takes, whatever the clock on the wall is set to.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    pub fn start() -> Self {
        Stopwatch(Instant::now())
    }

    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// What is left of `whole` seconds, in hundredths of them, with the part of a second that has begun taken off.
    pub fn hundredths_left(self, whole: u64) -> u64 {
        let gone = self.elapsed().as_secs() + 1;
        100_u64.saturating_sub(gone * 100 / whole.max(1))
    }
}

/// Where the time comes from. A copy of a standing clock is moved with it.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Running { from: DateTime<Utc>, since: Instant },
    Stepped(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    pub const fn system() -> Self {
        Clock(Source::System)
    }

    /// Starts at `from` and runs on (`--now`).
    pub fn running_from(from: DateTime<Utc>) -> Self {
        Clock(Source::Running { from, since: Instant::now() })
    }

    /// Stands at `at` until [`Clock::step_to`].
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        Clock(Source::Stepped(Arc::new(Mutex::new(at))))
    }

    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now(),
            Source::Running { from, since } => {
                *from + TimeDelta::from_std(since.elapsed()).unwrap_or_default()
            }
            Source::Stepped(at) => *at.lock().expect("no holder of this lock can panic"),
        }
    }

    /// Moves a standing clock; other clocks go their own way.
    pub fn step_to(&self, to: DateTime<Utc>) {
        if let Source::Stepped(at) = &self.0 {
            *at.lock().expect("no holder of this lock can panic") = to;
        }
    }
}

//! Being told to stop: by a signal, by Ctrl-C, or by the program itself. The round at hand is finished first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// How soon a sleeper notices.
const BLINK: Duration = Duration::from_millis(100);

/// Shared by whoever may say stop and whoever must listen.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn new() -> Stop {
        Stop::default()
    }

    /// Stops on SIGTERM and Ctrl-C. A second one ends the program at once: nothing is lost, the next start goes on.
    ///
    /// Fails when the system lets nobody listen for signals.
    pub fn on_signals() -> Result<Stop> {
        let stop = Stop::new();
        for signal in [SIGTERM, SIGINT] {
            let at_once = flag::register_conditional_shutdown(signal, 1, Arc::clone(&stop.0));
            at_once
                .and_then(|_| flag::register(signal, Arc::clone(&stop.0)))
                .context("cannot listen for signals")?;
        }
        Ok(stop)
    }

    pub fn say(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// The same as a flag, for whoever waits by other means.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    pub fn is_said(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Sleeps; false as soon as somebody says stop.
    pub fn sleep(&self, long: Duration) -> bool {
        let mut left = long;
        while !self.is_said() && !left.is_zero() {
            let nap = left.min(BLINK);
            thread::sleep(nap);
            left -= nap;
        }
        !self.is_said()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_signal_is_heard() {
        let stop = Stop::on_signals().unwrap();
        assert!(stop.sleep(Duration::from_millis(1)));
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM).unwrap();
        assert!(!stop.sleep(Duration::from_secs(10)));
    }
}

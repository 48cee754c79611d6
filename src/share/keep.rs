//! One shared folder's helper, kept for as long as it answers.
//!
//! A helper that says nothing until its deadline is killed and not waited for; for the rest of the turn the folder is let be,
//! and every call to it fails at once. The next turn tries it again with a new helper. With three helpers given up on that have
//! not ended, the folder counts as away until one of them ends: processes stuck in a dead server do not pile up.
//!
//! Locking: one call at a time for each folder; calls to different folders do not wait for each other.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::panel::london;
use crate::panel::when;
use crate::share::fault::{Call, Piece, ShareError};
use crate::share::helper::{Failed, Helper, Patience};
use crate::share::wire::Answer;
use crate::worker::pool::Program;

/// Helpers given up on and not ended, at which a folder counts as away.
const MOST_STUCK: usize = 3;

/// A shared folder and its helper.
#[derive(Debug)]
pub(crate) struct Share {
    root: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    helper: Option<Helper>,
    /// Killed, and not known to have ended.
    given_up: Vec<Child>,
    /// Not tried again in this turn.
    let_be: bool,
    /// When the first call went out that nobody answered.
    silent_since: Option<DateTime<Utc>>,
}

impl Share {
    pub fn at(root: &Path) -> Self {
        Share { root: root.to_owned(), state: Mutex::default() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// It may be tried again, unless too many helpers are stuck in it.
    pub fn begin_turn(&self) {
        self.state().let_be = false;
    }

    /// Asks the helper, a new one where there is none. One that ended is replaced once, where it does no harm to ask again.
    pub fn ask(
        &self,
        program: &Program,
        call: &Call<'_>,
        patience: Patience<'_>,
        clock: &Clock,
        each: &mut dyn FnMut(Piece<'_>),
    ) -> Result<Answer, ShareError> {
        let mut state = self.state();
        // Those that have ended are taken off the list, and so out of the system's.
        state.given_up.retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
        let asked = clock.now();
        if state.let_be || state.given_up.len() >= MOST_STUCK {
            return Err(self.away(state.silent_since.unwrap_or(asked), asked));
        }
        let tries = if call.request.can_be_repeated() { 2 } else { 1 };
        for _ in 0..tries {
            let mut helper = match state.helper.take() {
                Some(helper) => helper,
                None => Helper::start(program, &self.root)
                    .map_err(|error| self.no_helper(format!("no helper could be started: {error}")))?,
            };
            each(Piece::Begin);
            let mut hand_on = |tag: u8, piece: &[u8]| Piece::hand_on(tag, piece, each);
            let answer = helper.ask(&call.request, call.content, patience, &mut hand_on);
            match answer {
                Ok(answer) => {
                    state.keep(helper);
                    return Ok(answer);
                }
                Err(Failed::Fault(fault)) => {
                    state.keep(helper);
                    return Err(call.refused(fault));
                }
                Err(Failed::Silent) => {
                    state.given_up.extend(helper.give_up());
                    state.let_be = true;
                    let since = *state.silent_since.get_or_insert(asked);
                    return Err(self.away(since, asked));
                }
                Err(Failed::Ended) => state.given_up.extend(helper.give_up()),
            }
        }
        Err(self.no_helper("its helper ended in the middle of it".to_owned()))
    }

    /// The process that is asked now.
    #[cfg(all(test, target_os = "linux"))]
    pub fn helper(&self) -> Option<rustix::process::Pid> {
        self.state().helper.as_ref()?.id()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn away(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> ShareError {
        let since = when::lately(london::wall(since), london::wall(now));
        ShareError::Away { folder: self.root.clone(), since }
    }

    fn no_helper(&self, why: String) -> ShareError {
        ShareError::NoHelper { folder: self.root.clone(), why }
    }
}

impl State {
    /// It has answered, whatever the answer.
    fn keep(&mut self, helper: Helper) {
        self.helper = Some(helper);
        self.silent_since = None;
    }
}

//! The steps of a round, each by itself: what one cannot do is entered with its path, and the others go on.
//!
//! A step that panics costs that step. Nothing of it is left half done: what is in the register is written in transactions,
//! which roll back, and files are put in place whole. What a panic said may hold a paper's words and is not repeated.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};
use chrono::{DateTime, Utc};

use crate::clerk::faults;
use crate::clerk::usage::Usage;
use crate::register::troubles::{OpenTrouble, Trouble};
use crate::share::fault::ShareError;
use crate::share::wire::Fault;

/// What a round found amiss so far.
#[derive(Debug, Default)]
pub struct Steps {
    /// The working folder, below which paths are shown.
    home: PathBuf,
    before: BTreeMap<String, OpenTrouble>,
    amiss: BTreeMap<String, Trouble>,
}

impl Steps {
    /// Begins a round; `before` is what was amiss at the end of the last.
    pub fn begin(home: &Path, before: Vec<OpenTrouble>) -> Self {
        let before = before.into_iter().map(|open| (open.step.clone(), open)).collect();
        Steps { home: home.to_owned(), before, amiss: BTreeMap::new() }
    }

    /// Does one thing at `path`; where it fails, what `cannot` be done is entered with why, and nothing is given back.
    pub fn take<T>(
        &mut self,
        step: &str,
        path: &Path,
        cannot: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        match faults::caught(work) {
            Ok(done) => Some(done),
            Err(error) => {
                self.fail(step, path, cannot, &error);
                None
            }
        }
    }

    /// Enters why something could not be done.
    pub fn fail(&mut self, step: &str, path: &Path, cannot: &str, error: &Error) {
        let (why, hint) = plain(error, path);
        let message = if why.is_empty() { cannot.to_owned() } else { format!("{cannot}: {why}") };
        self.amiss(step, path, &message, &hint);
    }

    /// Enters something amiss.
    pub fn amiss(&mut self, step: &str, path: &Path, message: &str, hint: &str) {
        let trouble = Trouble {
            step: step.to_owned(),
            path: path.strip_prefix(&self.home).unwrap_or(path).display().to_string(),
            message: message.to_owned(),
            hint: hint.to_owned(),
        };
        self.amiss.insert(step.to_owned(), trouble);
    }

    /// What to do about a step that is amiss, where nothing else has said it.
    pub fn advise(&mut self, step: &str, hint: &str) {
        if let Some(trouble) = self.amiss.get_mut(step).filter(|trouble| trouble.hint.is_empty()) {
            hint.clone_into(&mut trouble.hint);
        }
    }

    /// Steps that could not be tried, because what they are part of is away: what was amiss with them still is.
    pub fn leave(&mut self, belongs: impl Fn(&str) -> bool) {
        for (step, open) in &self.before {
            if belongs(step) && !self.amiss.contains_key(step) {
                let OpenTrouble { step, path, message, hint, .. } = open.clone();
                self.amiss.insert(step.clone(), Trouble { step, path, message, hint });
            }
        }
    }

    /// What is amiss so far but for one step, a sentence each.
    pub fn said_but_of(&self, step: &str) -> Vec<String> {
        let others = self.amiss.values().filter(|trouble| trouble.step != step);
        others.map(|trouble| format!("`{}` {}", trouble.path, trouble.message)).collect()
    }

    /// Everything amiss so far, and since when.
    pub fn now_amiss(&self, now: DateTime<Utc>) -> Vec<OpenTrouble> {
        let open = |trouble: &Trouble| {
            let Trouble { step, path, message, hint } = trouble.clone();
            let since = self.before.get(&step).map_or(now, |open| open.since);
            OpenTrouble { step, path, message, hint, since }
        };
        self.amiss.values().map(open).collect()
    }

    /// Whether it was amiss before this round.
    pub fn was_amiss(&self, step: &str) -> bool {
        self.before.contains_key(step)
    }

    /// Whether it is amiss in this round.
    pub fn is_amiss(&self, step: &str) -> bool {
        self.amiss.contains_key(step)
    }

    /// Everything amiss, in order of step.
    pub fn end(self) -> Vec<Trouble> {
        self.amiss.into_values().collect()
    }
}

/// An error in a person's words without the path the step names anyway, and its hint.
fn plain(error: &Error, path: &Path) -> (String, String) {
    if let Some(usage) = error.downcast_ref::<Usage>() {
        return (without_path(&usage.message, path), usage.hint.clone().unwrap_or_default());
    }
    let mut said: Vec<String> = Vec::new();
    let mut hint = String::new();
    for cause in error.chain() {
        let (io, fault) = (cause.downcast_ref::<std::io::Error>(), cause.downcast_ref::<Fault>());
        let (text, more) = match (io, fault, cause.downcast_ref::<ShareError>()) {
            (Some(io), ..) => words(io.kind(), io),
            (_, Some(fault), _) => words(fault.kind(), fault),
            (.., Some(ShareError::Away { since, .. })) => (
                format!("the shared folder does not answer since {since}"),
                "ask whoever looks after the file server".to_owned(),
            ),
            _ => {
                let text = cause.to_string();
                // Some errors repeat their cause, which speaks for itself.
                let repeated = cause.source().map(|source| format!(": {source}"));
                let text = repeated.and_then(|repeated| text.strip_suffix(&repeated)).unwrap_or(&text);
                let (text, hint) = text.split_once("; hint: ").unwrap_or((text, ""));
                (without_path(text, path), hint.to_owned())
            }
        };
        if hint.is_empty() {
            hint = more;
        }
        if !text.is_empty() {
            said.push(text);
        }
    }
    (said.join(": "), hint)
}

/// The sentence without the part that says at which path.
fn without_path(text: &str, path: &Path) -> String {
    let named = format!("`{}`", path.display());
    let text = text.trim();
    if text == named || text == format!("the template {named}") {
        return String::new();
    }
    let rest = text.strip_prefix(&format!("{named}: ")).or_else(|| text.strip_prefix(&format!("{named} ")));
    let rest = rest.unwrap_or(text);
    for doing in
        ["cannot read", "cannot write", "cannot make", "cannot look at", "cannot move", "cannot remove"]
    {
        if rest == format!("{doing} {named}") {
            return String::new();
        }
    }
    rest.to_owned()
}

/// What the system said, as a person says it, and what to do about it.
fn words(kind: ErrorKind, said: &dyn Display) -> (String, String) {
    let (text, hint) = match kind {
        ErrorKind::NotFound | ErrorKind::NotConnected => {
            ("it is not there", "put it back; if it is a share, see whether it is connected")
        }
        ErrorKind::PermissionDenied => {
            ("the service has no right to", "give the service's account the right to read and write there")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("there is no room left on the disk", "make room")
        }
        ErrorKind::ReadOnlyFilesystem => ("nothing may be written there", "make the share writable again"),
        ErrorKind::IsADirectory => ("a folder of that name is in its place", "move the folder away"),
        ErrorKind::NotADirectory => ("a file is where a folder should be", "move the file away"),
        ErrorKind::InvalidData => ("it is no text", "save it as text in UTF-8"),
        ErrorKind::StaleNetworkFileHandle | ErrorKind::HostUnreachable | ErrorKind::TimedOut => {
            ("the share does not answer", "see whether it is connected")
        }
        _ => return (said.to_string(), String::new()),
    };
    (text.to_owned(), hint.to_owned())
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;
    use crate::register::failure::RegisterError;

    fn said(work: impl FnOnce() -> Result<()>) -> (String, String) {
        let mut steps = Steps::default();
        let path = PathBuf::from("office/board.html");
        assert!(steps.take("board", &path, "cannot be written", work).is_none());
        let trouble = steps.end().remove(0);
        assert_eq!(trouble.path, "office/board.html");
        (trouble.message, trouble.hint)
    }

    #[test]
    fn what_fails_is_said_plainly_and_without_saying_its_path_twice() {
        let io = |kind: ErrorKind| std::io::Error::from(kind);
        let (message, hint) =
            said(|| Err(io(ErrorKind::NotFound)).context("cannot write `office/board.html`"));
        assert_eq!(message, "cannot be written: it is not there");
        assert!(hint.contains("connected"), "{hint}");
        let (message, _) = said(|| Err(io(ErrorKind::IsADirectory)).context("`office/board.html`"));
        assert_eq!(message, "cannot be written: a folder of that name is in its place");
        let (message, hint) = said(|| Err(anyhow!("`office/board.html` has no end; hint: save it again")));
        assert_eq!((message.as_str(), hint.as_str()), ("cannot be written: has no end", "save it again"));
        let register = RegisterError::Busy { path: PathBuf::from("data") };
        assert!(said(|| Err(register.into())).1.contains("let it finish"));
    }

    #[test]
    fn a_panic_costs_its_step_and_its_words_are_not_repeated() {
        faults::keep_panics_quiet(|_| ());
        let (message, _) = said(|| panic!("Kowalczyk"));
        assert!(
            message.contains("a fault of the program itself") && message.contains("steps.rs"),
            "{message}"
        );
        assert!(!message.contains("Kowalczyk"), "{message}");
        drop(std::panic::take_hook());
    }

    #[test]
    fn what_could_not_be_tried_stays_as_it_was() {
        let open = |step: &str| OpenTrouble {
            step: step.to_owned(),
            path: step.to_owned(),
            message: "cannot be read".to_owned(),
            hint: String::new(),
            since: DateTime::UNIX_EPOCH,
        };
        let mut steps =
            Steps::begin(Path::new(""), vec![open("workbook 2026-11-23"), open("board"), open("receipts")]);
        steps.amiss("office", Path::new("office"), "cannot be read", "");
        steps.leave(|step| step.starts_with("workbook ") || step == "board");
        let amiss: Vec<String> = steps.end().into_iter().map(|trouble| trouble.step).collect();
        assert_eq!(amiss, ["board", "office", "workbook 2026-11-23"]);
    }
}

//! The one place that prints, and what the program's exit status means.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Error;
use serde::Serialize;

use crate::clerk::usage::Usage;
use crate::finding::Finding;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    Done = 0,
    /// Done, but a person must look.
    Look = 1,
    Usage = 2,
    Failed = 3,
}

/// Says how it ended and turns it into an exit status.
pub fn close(done: Result<Exit, Error>) -> ExitCode {
    let exit = match done {
        Ok(exit) => exit,
        Err(error) => {
            complain(&error);
            let usage = error.is::<Usage>() || error.is::<crate::config::Mistakes>();
            if usage { Exit::Usage } else { Exit::Failed }
        }
    };
    ExitCode::from(exit as u8)
}

/// One line for a person. A reader that has gone away is no error of ours.
pub fn line(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// What was found, each with what to do about it.
pub fn findings(findings: &[Finding]) {
    for Finding { subject, message, hint, .. } in findings {
        let subject = if subject.is_empty() { String::new() } else { format!("{subject}: ") };
        let hint = hint.as_ref().map_or(String::new(), |hint| format!("; hint: {hint}"));
        line(format!("{subject}{message}{hint}"));
    }
}

/// Whether a person is looking, and not a file or a service's log.
pub fn is_watched() -> bool {
    std::io::stdout().is_terminal()
}

/// A line beside the output, so that it does not end up in a table or in JSON.
pub fn aside(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
}

/// Something nobody else may see, typed without being shown; from a pipe, its first line.
pub fn ask_secret(question: &str) -> Result<String, Error> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(rpassword::prompt_password(question)?);
    }
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A name or a reason as it was typed: something must be there to be read later.
///
/// Fails when nothing but blanks was typed.
pub fn said(typed: &str) -> Result<String, String> {
    let text = typed.trim();
    if text.is_empty() { Err("it is empty; write it out".to_owned()) } else { Ok(text.to_owned()) }
}

/// The documented JSON.
pub fn json(value: &impl Serialize) -> Result<(), Error> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

fn complain(error: &Error) {
    if let Some(usage) = error.downcast_ref::<Usage>() {
        aside(format!("panelclerk: {usage}"));
        if let Some(hint) = &usage.hint {
            aside(format!("hint: {hint}"));
        }
    } else if error.is::<crate::config::Mistakes>() {
        aside(error.to_string());
    } else {
        aside(format!("panelclerk: {error:#}"));
    }
}

/// Columns of the terminal; a hundred where there is none.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}

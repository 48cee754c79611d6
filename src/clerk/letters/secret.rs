//! The password or token of the panel's mailbox: fetched when it is needed, never kept on disk, never shown.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chrono::NaiveDate;
use thiserror::Error;

use crate::clock::Stopwatch;
use crate::config::{Road, SecretPlace};
use crate::panel::when;
use crate::post::advice::Advice;
use crate::post::secret::Secret;

/// Why there is no secret. What it holds is never in here.
#[derive(Debug, Error)]
pub enum NoSecret {
    #[error("the secret in `{path}` cannot be read: {error}")]
    File { path: String, error: std::io::Error },
    #[error("others can read the secret in `{path}`; hint: `chmod 600 {path}`, and change the password")]
    ReadByOthers { path: String },
    #[error("the secret in `{place}` is empty")]
    Empty { place: String },
    #[error("the environment variable `{name}` is not set; hint: set it for the service")]
    NotSet { name: String },
    #[error(
        "systemd hands over no credential `{name}`; hint: `LoadCredential={name}:FILE` in the service's unit"
    )]
    NoCredential { name: String },
    #[error("the command `{program}` gave no secret: {why}")]
    Command { program: String, why: String },
}

/// Fetches the secret.
///
/// Fails with [`NoSecret`], also when others could read it.
pub fn fetch(place: &SecretPlace) -> Result<Secret, NoSecret> {
    let (said, shown) = match place {
        SecretPlace::File(path) => (of_file(path)?, path.display().to_string()),
        SecretPlace::Environment(name) => {
            let not_set = |_| NoSecret::NotSet { name: name.clone() };
            (environment(name).map_err(not_set)?, name.clone())
        }
        SecretPlace::Credential(name) => {
            let none = || NoSecret::NoCredential { name: name.clone() };
            let folder = environment("CREDENTIALS_DIRECTORY").map_err(|_| none())?;
            (fs::read_to_string(Path::new(&folder).join(name)).map_err(|_| none())?, name.clone())
        }
        SecretPlace::Command(words) => {
            let program = words.first().cloned().unwrap_or_default();
            (of_command(words, LONGEST)?, program)
        }
    };
    match said.lines().next().map(str::trim).filter(|secret| !secret.is_empty()) {
        Some(secret) => Ok(Secret::new(secret)),
        None => Err(NoSecret::Empty { place: shown }),
    }
}

fn of_file(path: &Path) -> Result<String, NoSecret> {
    let shown = || path.display().to_string();
    let cannot = |error| NoSecret::File { path: shown(), error };
    let mode = fs::metadata(path).map_err(cannot)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(NoSecret::ReadByOthers { path: shown() });
    }
    fs::read_to_string(path).map_err(cannot)
}

#[expect(clippy::disallowed_methods, reason = "the configuration names a variable that holds the secret")]
fn environment(name: &str) -> Result<String, std::env::VarError> {
    std::env::var(name)
}

/// A command that gives a secret has so long: whoever posts waits for it, and keeps everybody else from posting.
const LONGEST: Duration = Duration::from_mins(1);

/// No secret or token is longer, in bytes.
const MOST: u64 = 64 * 1024;

/// What the program prints. What it says beside that goes to the service's log, not here.
fn of_command(words: &[String], longest: Duration) -> Result<String, NoSecret> {
    let Some((program, arguments)) = words.split_first() else { return Ok(String::new()) };
    let failed = |why: String| NoSecret::Command { program: program.clone(), why };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let begun = Stopwatch::start();
    let mut running = command.spawn().map_err(|error| failed(error.to_string()))?;
    let (told, printed) = mpsc::channel();
    if let Some(out) = running.stdout.take() {
        thread::spawn(move || {
            let mut text = Vec::new();
            let read = out.take(MOST).read_to_end(&mut text).map(|_| text);
            // Nobody listens any more where it took too long.
            let _ = told.send(read);
        });
    }
    let status = loop {
        match running.try_wait().map_err(|error| failed(error.to_string()))? {
            Some(status) => break status,
            None if begun.elapsed() < longest => thread::sleep(Duration::from_millis(20)),
            None => {
                let ended = running.kill().and_then(|()| running.wait());
                let how = if ended.is_ok() { "" } else { ", and cannot be ended" };
                return Err(failed(format!("it did not end within {} seconds{how}", longest.as_secs())));
            }
        }
    };
    if !status.success() {
        return Err(failed(status.to_string()));
    }
    let left = longest.saturating_sub(begun.elapsed()).max(Duration::from_millis(100));
    let text = printed.recv_timeout(left).map_err(|_| failed("what it prints has no end".to_owned()))?;
    let text = text.map_err(|error| failed(error.to_string()))?;
    String::from_utf8(text).map_err(|_| failed("it is no text".to_owned()))
}

/// So many days ahead it is said that a secret runs out: a new one takes a council's IT a while.
const WARNED_DAYS: i64 = 30;

/// The secrets of a road that have run out or soon will, and who must do what.
pub fn running_out(road: &Road, today: NaiveDate) -> Vec<Advice> {
    let mut said = Vec::new();
    for (section, rule) in road.secrets() {
        let Some(expires) = rule.expires else { continue };
        let days = (expires - today).num_days();
        let day = when::long_date(expires);
        let says = match days {
            ..=0 => format!("the secret under `[{section}]` ran out on {day}: no email goes with it"),
            1 => format!("the secret under `[{section}]` runs out tomorrow, on {day}"),
            2..=WARNED_DAYS => format!("the secret under `[{section}]` runs out in {days} days, on {day}"),
            _ => continue,
        };
        let hint = "ask whoever looks after mail for a new one, put it where the configuration says, and set `secret_expires`";
        said.push(Advice { says, hint: hint.to_owned() });
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_does_not_end_is_ended_and_holds_nobody_up() {
        let command = |script: &str| ["sh", "-c", script].map(str::to_owned).to_vec();
        let of = |script: &str| of_command(&command(script), Duration::from_millis(600));
        assert_eq!(of("echo pa55").unwrap(), "pa55\n");
        let begun = Stopwatch::start();
        let hangs = of("echo pa55; exec sleep 30").unwrap_err().to_string();
        assert!(hangs.contains("did not end within") && !hangs.contains("pa55"), "{hangs}");
        // One that leaves something behind that holds on to what it prints.
        let leaves = of("sleep 5 & echo pa55").unwrap_err().to_string();
        assert!(leaves.contains("has no end"), "{leaves}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }

    #[test]
    fn it_comes_from_where_the_configuration_says_and_from_nowhere_others_can_read() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("secret");
        std::io::Write::write_all(&mut fs::File::create(&file).unwrap(), b"pa55\nremark\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(fetch(&SecretPlace::File(file.clone())).unwrap(), Secret::new("pa55"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(fetch(&SecretPlace::File(file)), Err(NoSecret::ReadByOthers { .. })));
        let says = |words: &[&str]| {
            fetch(&SecretPlace::Command(words.iter().map(|word| (*word).to_owned()).collect()))
        };
        assert_eq!(says(&["echo", "t0ken"]).unwrap(), Secret::new("t0ken"));
        assert!(matches!(says(&["true"]), Err(NoSecret::Empty { .. })));
        assert!(matches!(says(&["false"]), Err(NoSecret::Command { .. })));
        let unset = fetch(&SecretPlace::Environment("PANELCLERK_NO_SUCH_SECRET".to_owned()));
        assert!(matches!(unset, Err(NoSecret::NotSet { .. })));
    }
}

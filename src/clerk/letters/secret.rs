//! The password or token of the panel's mailbox: fetched when it is needed, never kept on disk, never shown.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use thiserror::Error;

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
            (of_command(words)?, program)
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

/// What the program prints. What it says beside that goes to the service's log, not here.
fn of_command(words: &[String]) -> Result<String, NoSecret> {
    let Some((program, arguments)) = words.split_first() else { return Ok(String::new()) };
    let failed = |why: String| NoSecret::Command { program: program.clone(), why };
    let ran = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let ran = ran.map_err(|error| failed(error.to_string()))?;
    if !ran.status.success() {
        return Err(failed(ran.status.to_string()));
    }
    String::from_utf8(ran.stdout).map_err(|_| failed("it is no text".to_owned()))
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

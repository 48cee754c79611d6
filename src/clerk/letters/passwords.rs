//! The passwords that copies of the pack open with: out of secret files, or asked for; never in the configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::usage::Usage;
use crate::config::{DomainRule, domains};

/// The panel's password and the members' own; usually none.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Passwords {
    panel: Option<String>,
    /// By address, in small letters; none where the members have no passwords of their own.
    members: Option<BTreeMap<String, String>>,
    /// What the domains of readers want, where they want something.
    domains: Vec<DomainRule>,
}

impl Passwords {
    /// Reads the secret files the configuration names; a panel's password that somebody `typed` goes before its file.
    ///
    /// Fails when a secret file is away, empty or readable by others, or nothing was typed.
    pub fn read(house: &House, typed: Option<String>) -> Result<Self> {
        let post = &house.config.post;
        let panel = match &post.password_file {
            _ if typed.is_some() => typed,
            Some(file) => Some(first_line(file)?),
            None => None,
        };
        let members = post.member_passwords.as_deref().map(lines).transpose()?;
        Ok(Passwords { panel, members, domains: post.domain_rules.clone() })
    }

    /// The password of this reader's copies: their own, else the panel's; none where copies open without one, as they do where their domain
    /// takes encrypted mail.
    ///
    /// Fails when this reader is to have a password and there is none.
    pub fn of(&self, recipient: &str) -> Result<Option<&str>> {
        let rule = domains::of(&self.domains, recipient);
        let wanted = rule.and_then(|rule| rule.protected.or(rule.takes_encrypted.then_some(false)));
        if wanted == Some(false) {
            return Ok(None);
        }
        match self.known_of(recipient)? {
            None if wanted == Some(true) => Err(none_for(recipient)),
            known => Ok(known),
        }
    }

    /// The password that is on file for this reader, whatever their domain wants by now.
    ///
    /// Fails when every member is to have a password and this one has none.
    pub fn known_of(&self, recipient: &str) -> Result<Option<&str>> {
        let own = self.members.as_ref().and_then(|members| members.get(&recipient.to_lowercase()));
        match own.or(self.panel.as_ref()) {
            Some(password) => Ok(Some(password)),
            // Where members have passwords, nobody's copy goes out without one.
            None if self.members.is_some() => Err(none_for(recipient)),
            None => Ok(None),
        }
    }
}

fn none_for(recipient: &str) -> anyhow::Error {
    Usage::new(format!("there is no password for `{recipient}`"))
        .hint("give them a line in the file that `member_passwords` names, or the panel a `password_file`")
        .into()
}

impl fmt::Debug for Passwords {
    /// Without them.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Passwords").finish_non_exhaustive()
    }
}

fn first_line(file: &Path) -> Result<String> {
    let text = text(file, "password_file")?;
    let password = text.lines().next().unwrap_or_default().trim().to_owned();
    if password.is_empty() {
        return Err(Usage::new(format!("the password file `{}` is empty", file.display()))
            .hint("its first line is the password")
            .into());
    }
    Ok(password)
}

/// `address password` on each line; the password may hold blanks. A line that begins with `#` is a remark.
fn lines(file: &Path) -> Result<BTreeMap<String, String>> {
    let mut members = BTreeMap::new();
    for (number, line) in (1..).zip(text(file, "member_passwords")?.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |what: &str| {
            // What the line says is a secret.
            Usage::new(format!("line {number} of `{}` {what}", file.display()))
                .hint("each line is an address, a blank and the password")
        };
        let Some((address, password)) = line.split_once(char::is_whitespace) else {
            return Err(wrong("has no password").into());
        };
        if !address.contains('@') {
            return Err(wrong("does not begin with an address").into());
        }
        if members.insert(address.to_lowercase(), password.trim().to_owned()).is_some() {
            return Err(wrong("is about somebody who has a line already").into());
        }
    }
    Ok(members)
}

#[cfg(unix)]
fn is_open_to_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|there| there.permissions().mode() & 0o077 != 0)
}

/// Elsewhere rights are no bits of the file; `check` says so.
#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

fn text(file: &Path, key: &str) -> Result<String> {
    if is_open_to_others(file) {
        let said = format!("the password file `{}` can be read by other accounts", file.display());
        return Err(Usage::new(said).hint("`chmod 600` it, and change the passwords in it").into());
    }
    let read = fs::read_to_string(file);
    Ok(read.map_err(|error| {
        Usage::new(format!("the password file `{}` cannot be read: {error}", file.display()))
            .hint(format!("make it, or take `{key}` out of `[post]`"))
    })?)
}

//! Letters that tell a password: to whoever has a copy that opens with one, never with the copy, and kept sealed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::letters::told::Told;
use crate::clerk::usage::Usage;
use crate::config::{PasswordBy, Road};
use crate::panel::people::Person;
use crate::post::kind::LetterKind;
use crate::post::plan::{self, Enclosed, Plan};
use crate::post::sealed;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// One letter to each of these people who was sent a copy that opens with a password.
///
/// Fails when the password is told another way, nobody has such a copy yet, or the register cannot be read.
pub fn plan(house: &House, register: &Register, day: NaiveDate, people: &[Person]) -> Result<Plan> {
    goes_by_email(house)?;
    let told = Told::of(register, day)?;
    let opens = |row: &LetterRow| {
        let encloses = [LetterKind::Pack, LetterKind::Supplement].iter().any(|kind| kind.word() == row.kind);
        let protected = told.holds.get(&row.draft).is_some_and(|holds| holds.protected);
        encloses && protected && row.state.may_have_arrived()
    };
    let mut sent = register.letters(day)?;
    sent.retain(opens);
    if sent.is_empty() {
        return Err(Usage::new(format!("nobody has been sent a protected copy for {day} yet"))
            .hint("the password goes after the copy: `send pack DATE --go` comes first")
            .into());
    }
    let has_one = |person: &&Person| sent.iter().any(|row| person.email.as_ref() == Some(&row.recipient));
    let readers = people.iter().filter(has_one).map(|person| (person, Enclosed::Nothing));
    Ok(plan::to_each(LetterKind::Password, readers))
}

/// Fails where the configuration says that the password does not go by an email of the program's.
fn goes_by_email(house: &House) -> Result<()> {
    let post = &house.config.post;
    let how = match (post.password_by, &post.road) {
        (PasswordBy::Telephone, _) => "the password is told by telephone",
        (PasswordBy::Known, _) => "readers know the password already",
        (PasswordBy::Email, Road::Outbox) => {
            "on the road `outbox` the password is in an email that you write yourself"
        }
        (PasswordBy::Email, Road::Smtp(_) | Road::Graph(_)) => return Ok(()),
    };
    Err(Usage::new(format!("no password is sent: {how}"))
        .hint("`password_by = \"email\"` under `[post]`, on a road by which the program hands emails over")
        .into())
}

/// What the copies of these readers open with, where the letters are to tell it.
///
/// Fails when a password file cannot be read, or a reader has no password by now.
pub fn passwords(house: &House, plan: &Plan, kind: LetterKind) -> Result<BTreeMap<String, String>> {
    if kind != LetterKind::Password {
        return Ok(BTreeMap::new());
    }
    let passwords = Passwords::read(house, None)?;
    let theirs = plan.letters.iter().map(|to| {
        let password = passwords.of(&to.email)?;
        let password = password.with_context(|| format!("there is no password for `{}`", to.email))?;
        Ok((to.email.clone(), password.to_owned()))
    });
    theirs.collect()
}

/// A letter as it goes over the line.
#[derive(Debug)]
pub enum Opened {
    /// The very bytes that are kept.
    AsKept,
    /// It tells a password, and was kept sealed.
    Told(Vec<u8>),
    /// It tells another password than its reader's copies open with by now.
    Closed,
}

/// Opens a letter that tells a password with what its reader's copies open with now; every other goes as it is kept.
///
/// Fails when a password file or the letter cannot be read.
pub fn as_it_goes(house: &House, letter: &LetterRow, kept: &Path) -> Result<Opened> {
    if letter.kind != LetterKind::Password.word() {
        return Ok(Opened::AsKept);
    }
    let sealed = fs::read(kept).with_context(|| format!("`{}`", kept.display()))?;
    let passwords = Passwords::read(house, None)?;
    let opened = passwords.of(&letter.recipient)?.and_then(|password| sealed::open(&sealed, password));
    Ok(opened.map_or(Opened::Closed, Opened::Told))
}

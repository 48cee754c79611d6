//! The folder for returned mail: what somebody drops there is read, the letter it is about has come back, and what is about none of ours is
//! said and stays.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::clerk::letters::marked;
use crate::clerk::steps::Steps;
use crate::clerk::work::{BOUNCES, OFFICE, Work};
use crate::desk::guard;
use crate::panel::letter_state::LetterState;
use crate::post::returned::{self, Action, Fate, Notice, ReadReturned};
use crate::register::Register;
use crate::register::letters::LetterRow;
use crate::register::store::hash_bytes;
use crate::report::said;
use crate::share::wire::Kind;
use crate::worker::error::WorkerError;

/// Where notices lie that have been read.
const READ: &str = "read";

/// No notice is larger: what came back with it is read for its headers only.
const LARGEST: u64 = 64 << 20;

/// What a file turned out to be.
enum Found {
    /// Of this letter, and what came of it, in words.
    Ours(String),
    Nobodys,
}

/// Reads what was dropped.
pub fn look_through(work: &mut Work<'_>, steps: &mut Steps) {
    let folder = work.house.config.folders.office.join(BOUNCES);
    if steps.is_amiss(OFFICE) {
        steps.leave(|step| step == BOUNCES);
        return;
    }
    let files = steps.take(BOUNCES, &folder, "cannot be looked through", || files(work, &folder));
    let mut nobodys = 0;
    for file in files.unwrap_or_default() {
        match steps.take(BOUNCES, &folder, "cannot be read", || one(work, &file)) {
            Some(Found::Ours(said)) => {
                work.carried.log.push(said.clone());
                work.carried.done.push(said);
            }
            Some(Found::Nobodys) => nobodys += 1,
            None => {}
        }
    }
    if nobodys > 0 && !steps.is_amiss(BOUNCES) {
        let message = format!("{} in it belongs to no email of this panel", said::count(nobodys, "file"));
        let message = if nobodys == 1 { message } else { message.replace(" belongs ", " belong ") };
        let hint = "drop only notices that an email was not delivered, saved as they came (`.eml` or `.msg`); remove the others";
        steps.amiss(BOUNCES, &folder, &message, hint);
    }
}

/// The files that lie there. The folder is made as soon as a letter has left that may come back.
fn files(work: &Work<'_>, folder: &Path) -> Result<Vec<PathBuf>> {
    let shares = &work.house.shares;
    if shares.stat(folder)?.is_none() {
        if work.register.has_a_letter_that_left()? {
            shares.make_folder(folder)?;
        }
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for one in shares.list(folder)? {
        let name = one.name.to_string_lossy().into_owned();
        if one.kind == Kind::File && !name.starts_with(['.', '~']) {
            files.push(folder.join(&one.name));
        }
    }
    files.sort();
    Ok(files)
}

fn one(work: &mut Work<'_>, file: &Path) -> Result<Found> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let memo = format!("bounce {}", hash_bytes(name.as_bytes()).short());
    let shares = &work.house.shares;
    let stamp = guard::stamp(shares, file)?.unwrap_or_default();
    if work.made(&memo).is_some_and(|made| made.basis == stamp) {
        return Ok(Found::Nobodys);
    }
    let large = shares.stat(file)?.is_none_or(|facts| LARGEST < facts.size);
    let notice = if large { None } else { read(work, file, &name)? };
    let about = match &notice {
        Some(notice) => letter(work.register, notice)?,
        None => None,
    };
    let (Some(notice), Some(letter)) = (notice, about) else {
        work.note(&memo, &stamp, "");
        return Ok(Found::Nobodys);
    };
    let said = enter(work, &letter, &notice)?;
    let away = file.with_file_name(READ);
    work.house.shares.make_folder(&away)?;
    if !work.house.shares.rename_to_free(file, &away.join(&name))? {
        let other = format!("{} {name}", hash_bytes(stamp.as_bytes()).short());
        work.house.shares.rename_to_free(file, &away.join(other))?;
    }
    Ok(Found::Ours(said))
}

/// What a worker reads in the file; none where it is no notice, or is too much for a worker.
fn read(work: &Work<'_>, file: &Path, name: &str) -> Result<Option<Notice>> {
    let Some(content) = work.house.shares.read(file)? else { return Ok(None) };
    let copy = work.house.copied_in(&content)?;
    let outlook = content.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) || name.to_lowercase().ends_with(".msg");
    let job = ReadReturned { file: copy.path().to_owned(), outlook };
    match work.clerk.pool()?.ask(&job) {
        Ok(answered) => Ok(answered.answer),
        Err(error @ WorkerError::Unavailable(_)) => Err(error.into()),
        // It is too much for a worker: no notice of a mail server.
        Err(_) => Ok(None),
    }
}

/// The letter that a notice is about: by its Message-ID, or by an envelope id that has part of it. Where it names both, they must agree.
fn letter(register: &Register, notice: &Notice) -> Result<Option<LetterRow>> {
    let mut found: Vec<LetterRow> = Vec::new();
    for id in &notice.messages {
        found.extend(register.letter_with_message_id(id)?);
    }
    for envelope in &notice.envelopes {
        let number = envelope.split_once('-').map_or(envelope.as_str(), |(number, _)| number);
        let row = register.letter_numbered(number)?;
        let is = |row: &LetterRow| {
            let id = row.message_id.as_deref().unwrap_or_default();
            returned::is_envelope_of(envelope, &row.id, id)
        };
        found.extend(row.filter(is));
    }
    let mut numbers: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
    numbers.dedup();
    Ok(if numbers.len() == 1 { found.pop() } else { None })
}

/// Puts on record what a notice says of its letter.
fn enter(work: &mut Work<'_>, letter: &LetterRow, notice: &Notice) -> Result<String> {
    let id = &letter.id;
    let Some(fate) = of_reader(letter, notice) else {
        return Ok(format!("email {id}: a notice about it says nothing of its delivery"));
    };
    let now = work.house.now();
    let mut before = letter.state;
    if was_sent_by_somebody(before) {
        work.register.letter_state(id, LetterState::SentByHand, "a notice about its delivery came", now)?;
        marked::remove_drafts(work.house, letter.meeting, std::slice::from_ref(letter))?;
        before = LetterState::SentByHand;
    }
    let (state, word) = match fate.action {
        Action::Failed => (LetterState::Returned, "came back, it was not delivered"),
        Action::Delayed => (LetterState::Delayed, "is delayed on its way"),
        Action::HandedOn => return Ok(format!("email {id}: a notice says that it was handed on")),
    };
    if !before.may_become(state) {
        return Ok(format!("email {id}: a notice says once more that it {word}"));
    }
    // A mail server's own answer has its numbers; anything else is said after the number that the notice gives.
    let said = if fate.said.starts_with(['4', '5']) || fate.status.is_empty() {
        fate.said.clone()
    } else {
        format!("{} {}", fate.status, fate.said).trim_end().to_owned()
    };
    work.register.letter_state(id, state, &said, now)?;
    Ok(format!("email {id} ({}, {}) {word}", letter.kind, letter.meeting))
}

/// Whether only a person can have sent it, that a notice about its delivery comes: it is a draft, or was one until it was taken back.
const fn was_sent_by_somebody(state: LetterState) -> bool {
    matches!(
        state,
        LetterState::Ready | LetterState::InDrafts | LetterState::ToTakeBack | LetterState::Superseded
    )
}

/// What the notice says of the letter's own reader, or the worst it says where it names another address: mail is often forwarded.
fn of_reader<'n>(letter: &LetterRow, notice: &'n Notice) -> Option<&'n Fate> {
    let theirs =
        |fate: &&Fate| fate.addresses.iter().any(|address| address.eq_ignore_ascii_case(&letter.recipient));
    let own = notice.readers.iter().filter(theirs).max_by_key(|fate| fate.action);
    own.or_else(|| notice.readers.iter().max_by_key(|fate| fate.action))
}

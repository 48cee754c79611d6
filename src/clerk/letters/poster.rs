//! The one who posts: letters that a person has said go are handed to the mail server one by one, each at most once.
//!
//! Only one posts at a time, and no round waits for it. What is on record comes before what it announces, so that after a crash a
//! letter is at worst "perhaps sent", and never sent twice without that being known.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use lettre::Address;

use crate::clerk::faults;
use crate::clerk::house::House;
use crate::clerk::letters::secret;
use crate::clock::Stopwatch;
use crate::config::{LoginRule, Road, SmtpRules};
use crate::panel::letter_state::{LetterState, Was};
use crate::panel::post_times::{self, Next};
use crate::post::returned;
use crate::post::smtp::advice::{self, Advice};
use crate::post::smtp::dialogue::{Conversation, Encryption, Envelope, Outcome, Server};
use crate::post::smtp::login::{Login, Secret};
use crate::post::smtp::reply::Reply;
use crate::post::smtp::wire::{self, Waits};
use crate::register::Register;
use crate::register::failure::RegisterError;
use crate::register::letters::LetterRow;
use crate::register::lock;

/// Letters a minute, at most: what Microsoft 365 takes of one mailbox.
const A_MINUTE: usize = 30;

/// What came of one go at the post.
#[derive(Debug, Default)]
pub struct Posted {
    /// Letters the mail server took, by number.
    pub accepted: Vec<String>,
    /// Letters it did not take, or may have taken: the number, the reader's address, and what to do.
    pub not_taken: Vec<(String, String, Advice)>,
    /// Why nothing was sent at all.
    pub stopped: Option<Advice>,
    /// When the next letter is due, where one waits.
    pub next: Option<DateTime<Utc>>,
}

/// Hands over every letter whose time has come, until `stop` says so. Where somebody else is posting, nothing is done.
///
/// Fails when the register cannot be used; letters handed over before then are on record.
pub fn post(house: &House, register: &mut Register, stop: &AtomicBool) -> Result<Posted> {
    let mut posted = Posted::default();
    let Road::Smtp(rules) = &house.config.post.road else { return Ok(posted) };
    let Some(_lock) = lock::take_to_post(&house.config.folders.data)? else { return Ok(posted) };
    recover(register, house.now())?;
    let due: Vec<LetterRow> = due(register, house.now(), &mut posted.next)?;
    if due.is_empty() {
        return Ok(posted);
    }
    let mut talk = match begin(rules) {
        Ok(talk) => talk,
        Err(advice) => {
            posted.stopped = Some(advice);
            return Ok(posted);
        }
    };
    let from = house.sender()?.address().clone();
    let mut minute = Minute::default();
    for letter in due {
        if !minute.wait(stop) || stop.load(Ordering::Relaxed) {
            break;
        }
        if !talk.goes_on() {
            talk = match begin(rules) {
                Ok(talk) => talk,
                Err(advice) => {
                    posted.stopped = Some(advice);
                    return Ok(posted);
                }
            };
        }
        one(house, register, &mut talk, &from, &letter, &mut posted)?;
    }
    talk.end();
    due_next(register, house.now(), &mut posted.next)?;
    Ok(posted)
}

/// Hands over one letter and puts on record what became of it.
fn one(
    house: &House,
    register: &mut Register,
    talk: &mut Conversation,
    from: &Address,
    letter: &LetterRow,
    posted: &mut Posted,
) -> Result<()> {
    let to: Address = match letter.recipient.parse() {
        Ok(to) => to,
        Err(error) => {
            let says = format!("`{}` is no address: {error}", letter.recipient);
            register.letter_state(&letter.id, LetterState::Trying, "", house.now())?;
            register.letter_state(&letter.id, LetterState::Refused, &says, house.now())?;
            let hint = "look at the address in `People.xlsx`".to_owned();
            posted.not_taken.push((letter.id.clone(), letter.recipient.clone(), Advice { says, hint }));
            return Ok(());
        }
    };
    let message = register.store().read(&letter.sha)?;
    match register.letter_state(&letter.id, LetterState::Trying, "", house.now()) {
        // It was taken back since it was looked up.
        Err(RegisterError::Refused(_)) => return Ok(()),
        entered => entered?,
    }
    let id = returned::envelope_id(&letter.id, letter.message_id.as_deref().unwrap_or_default());
    let envelope = Envelope { from, to: &to, id: &id, message: &message };
    let begins = || register.letter_state(&letter.id, LetterState::DataBegun, "", house.now());
    let outcome = talk.send(&envelope, begins)?;
    let (state, said) = match outcome {
        Outcome::Accepted { reply } => {
            posted.accepted.push(letter.id.clone());
            register.letter_state(&letter.id, LetterState::Accepted, &reply.to_string(), house.now())?;
            return Ok(());
        }
        Outcome::RefusedForNow { why, reply, .. } => {
            (LetterState::RefusedForNow, told(why, reply.as_ref(), true))
        }
        Outcome::Refused { why, reply, .. } => (LetterState::Refused, told(why, reply.as_ref(), false)),
        Outcome::Unknown { why } => {
            let says = format!("it may have arrived: {why}");
            let hint =
                "it is sent once more by itself, the very same message; ask the reader whether it came";
            (LetterState::Unknown, (why, Advice { says, hint: hint.to_owned() }))
        }
    };
    let (answer, advice) = said;
    register.letter_state(&letter.id, state, &answer, house.now())?;
    posted.not_taken.push((letter.id.clone(), letter.recipient.clone(), advice));
    Ok(())
}

/// What is put on record, and what is said.
fn told(why: String, reply: Option<&Reply>, again: bool) -> (String, Advice) {
    let own = || Advice {
        says: why.clone(),
        hint: if again {
            "nothing needs doing: it is tried again by itself".to_owned()
        } else {
            "set `letter_mb` to what the mail server takes, so that the pack goes in parts, and send it again"
                .to_owned()
        },
    };
    let advice = reply.map_or_else(own, advice::about);
    (why, advice)
}

/// Letters that a crash left in the middle: before the first byte nothing was sent, after it only the server knows.
fn recover(register: &mut Register, now: DateTime<Utc>) -> Result<()> {
    const BROKEN_OFF: &str = "the program was broken off";
    for (letter, _) in register.letters_on_the_way()? {
        match letter.state {
            LetterState::Trying => {
                register.letter_state(&letter.id, LetterState::RefusedForNow, BROKEN_OFF, now)?;
            }
            LetterState::DataBegun => {
                register.letter_state(&letter.id, LetterState::Unknown, BROKEN_OFF, now)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The letters whose time has come, in order; and when the next one's comes.
fn due(register: &Register, now: DateTime<Utc>, next: &mut Option<DateTime<Utc>>) -> Result<Vec<LetterRow>> {
    let mut due = Vec::new();
    for (letter, history) in register.letters_on_the_way()? {
        match post_times::next(&history) {
            Next::At(at) if at <= now => due.push(letter),
            Next::At(at) => *next = Some(next.map_or(at, |next| next.min(at))),
            Next::Person | Next::Nothing => {}
        }
    }
    Ok(due)
}

fn due_next(register: &Register, now: DateTime<Utc>, next: &mut Option<DateTime<Utc>>) -> Result<()> {
    *next = None;
    let still = due(register, now, next)?;
    if !still.is_empty() {
        *next = Some(now);
    }
    Ok(())
}

/// A conversation with the configured server; what to do where there is none.
fn begin(rules: &SmtpRules) -> Result<Conversation, Advice> {
    let server = server(rules).map_err(|error| {
        let said = format!("{error:#}");
        let (says, hint) = said.split_once("; hint: ").unwrap_or((&said, "look at `[post.smtp]`"));
        Advice { says: says.to_owned(), hint: hint.to_owned() }
    })?;
    Conversation::begin(&server).map_err(|failure| advice::without_conversation(&failure))
}

fn server(rules: &SmtpRules) -> Result<Server> {
    let own = match &rules.certificates {
        Some(path) => {
            let shown = path.display().to_string();
            let pem = fs::read(path).with_context(|| format!("the certificates in `{shown}`"))?;
            Some((shown, pem))
        }
        None => None,
    };
    let secret = || -> Result<Secret> {
        let place = rules.secret.as_ref().context("nothing says where the mailbox's secret is")?;
        Ok(secret::fetch(place)?)
    };
    let user = rules.user.clone();
    let login = match rules.login {
        LoginRule::None => Login::None,
        LoginRule::Plain => Login::Plain { user, password: secret()? },
        LoginRule::Login => Login::Login { user, password: secret()? },
        LoginRule::Xoauth2 => Login::Xoauth2 { user, token: secret()? },
    };
    Ok(Server {
        host: rules.host.clone(),
        port: rules.port,
        encryption: if rules.encrypted_from_the_start {
            Encryption::FromTheStart
        } else {
            Encryption::Starttls
        },
        trusted: wire::trusted(own.as_ref().map(|(path, pem)| (path.as_str(), pem.as_slice())))?,
        login,
        own_name: rules.own_name.clone(),
        waits: Waits::default(),
    })
}

/// Letters of the last minute.
#[derive(Debug, Default)]
struct Minute(Vec<Stopwatch>);

impl Minute {
    /// Waits until another letter may go; gives false where it was told to stop.
    fn wait(&mut self, stop: &AtomicBool) -> bool {
        loop {
            self.0.retain(|sent| sent.elapsed() < Duration::from_mins(1));
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            if self.0.len() < A_MINUTE {
                self.0.push(Stopwatch::start());
                return true;
            }
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// Posts for as long as the program watches, beside its rounds. What stopped the post, if anything, is left on the house's `post` board.
#[derive(Debug)]
pub struct Poster {
    thread: thread::JoinHandle<()>,
}

/// How often the poster looks whether a letter is due.
const LOOKS: Duration = Duration::from_secs(5);

/// How long nothing is tried after something stopped the post: a login that is refused again and again locks the mailbox.
const REST: Duration = Duration::from_mins(15);

/// How long a letter that is on its way is waited for when the program is told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

impl Poster {
    /// Starts it; none where letters go into the outbox. `complain` hears of a register that cannot be used.
    pub fn start(house: House, stop: Arc<AtomicBool>, complain: fn(&anyhow::Error)) -> Option<Self> {
        let Road::Smtp(_) = &house.config.post.road else { return None };
        let work = move || {
            let mut register: Option<Register> = None;
            while !stop.load(Ordering::Relaxed) {
                let open = || -> Result<Posted> {
                    let register = match &mut register {
                        Some(register) => register,
                        none => none.insert(house.register()?),
                    };
                    post(&house, register, &stop)
                };
                let rest = match faults::caught(open) {
                    Ok(posted) => {
                        let rest = if posted.stopped.is_some() { REST } else { LOOKS };
                        house.post.says(posted.stopped);
                        rest
                    }
                    Err(error) => {
                        complain(&error);
                        register = None;
                        REST
                    }
                };
                let begun = Stopwatch::start();
                while !stop.load(Ordering::Relaxed) && begun.elapsed() < rest {
                    thread::sleep(Duration::from_millis(100));
                }
            }
        };
        Some(Poster { thread: thread::spawn(work) })
    }

    /// Waits a little for a letter that is on its way. One that still is then may have arrived, and is told as such after the next start.
    pub fn end(self) {
        let begun = Stopwatch::start();
        while !self.thread.is_finished() && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// What a person must be told of letters that did not get through: the letter, what was said of it, and what becomes of it.
///
/// Fails when the register cannot be read.
pub fn to_tell(register: &Register) -> Result<Vec<(LetterRow, Was, Next)>> {
    let all = register.letters_on_the_way()?;
    let told = all.into_iter().filter(|(_, history)| post_times::is_told(history));
    Ok(told
        .filter_map(|(letter, mut history)| {
            let next = post_times::next(&history);
            Some((letter, history.pop()?, next))
        })
        .collect())
}

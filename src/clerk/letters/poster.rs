//! The one who posts: letters that a person has said go are handed over one by one, each at most once, by whichever road.
//!
//! Only one posts at a time, and no round waits for it. What is on record comes before what it announces, so that after a crash a
//! letter is at worst "perhaps sent", and never sent twice without that being known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use lettre::Address;

use crate::clerk::faults;
use crate::clerk::house::House;
use crate::clerk::letters::asking;
use crate::clerk::letters::password_letters::{self, Opened};
use crate::clerk::letters::posted::{Posted, mark};
use crate::clerk::letters::roads::Way;
use crate::clock::Stopwatch;
use crate::config::Road;
use crate::panel::letter_state::{LetterState, Was};
use crate::panel::london;
use crate::panel::post_times::{self, Next};
use crate::panel::when;
use crate::post::advice::Advice;
use crate::post::carry::{Carried, Carrier, Fate, Stopped};
use crate::post::token::Tokens;
use crate::register::Register;
use crate::register::failure::RegisterError;
use crate::register::letters::LetterRow;
use crate::register::lock;
use crate::register::pieces::Kept;

/// Letters a minute, at most: what Microsoft 365 takes of one mailbox.
const A_MINUTE: usize = 30;

/// What whoever posts keeps from one go to the next.
#[derive(Debug, Default)]
pub struct Held {
    tokens: Tokens,
    /// When a mailbox was last asked what became of letters.
    asked: Option<Stopwatch>,
}

/// Hands over every letter whose time has come, until `stop` says so. Where somebody else is posting, nothing is done.
///
/// Fails when the register cannot be used; letters handed over before then are on record.
pub fn post(house: &House, register: &mut Register, stop: &AtomicBool) -> Result<Posted> {
    post_again(house, register, stop, &mut Held::default())
}

/// The same with what was kept from the last go.
///
/// Fails like [`post`].
pub fn post_again(
    house: &House,
    register: &mut Register,
    stop: &AtomicBool,
    kept: &mut Held,
) -> Result<Posted> {
    let mut posted = Posted::default();
    let road = &house.config.post.road;
    if *road == Road::Outbox {
        return Ok(posted);
    }
    let Some(_lock) = lock::take_to_post(&house.config.folders.data)? else {
        posted.by_another = true;
        return Ok(posted);
    };
    recover(register, house.now())?;
    let by_mailbox = matches!(road, Road::Graph(_));
    let mut due = due(register, by_mailbox, house.now(), &mut posted.next)?;
    let is_time = kept.asked.is_none_or(|asked| ASKS <= asked.elapsed());
    let to_ask = if by_mailbox && is_time { asking::to_ask(register, house.now())? } else { Vec::new() };
    if due.is_empty() && to_ask.is_empty() {
        return Ok(posted);
    }
    if let Some(until) = register.post_rests_until()?.filter(|until| house.now() < *until) {
        posted.stopped = Some(resting(until));
        return Ok(posted);
    }
    let way = Way::new(road, kept.tokens.clone(), stop);
    let asks = way.asks();
    let mut carrier = match way.open(&asks) {
        Ok(Some(carrier)) => carrier,
        Ok(None) => return Ok(posted),
        Err(stopped) => return stop_at(house, register, posted, stopped),
    };
    let from = house.sender()?.address().clone();
    if !to_ask.is_empty() {
        kept.asked = Some(Stopwatch::start());
        due.extend(asking::ask(house, register, &mut *carrier, &from, to_ask, &mut posted)?);
    }
    let mut minute = Minute::default();
    for letter in due {
        if let Some(stopped) = carrier.stopped() {
            return stop_at(house, register, posted, stopped);
        }
        if !minute.wait(stop) || stop.load(Ordering::Relaxed) {
            break;
        }
        if !carrier.goes_on() {
            carrier = match way.open(&asks) {
                Ok(Some(carrier)) => carrier,
                Ok(None) => break,
                Err(stopped) => return stop_at(house, register, posted, stopped),
            };
        }
        one(house, register, &mut *carrier, &from, &letter, &mut posted)?;
    }
    carrier.end();
    if let Some(stopped) = carrier.stopped() {
        return stop_at(house, register, posted, stopped);
    }
    due_next(register, by_mailbox, house.now(), &mut posted.next)?;
    Ok(posted)
}

/// Nothing more goes; where a rest was asked for, it is kept, whoever posts next.
fn stop_at(house: &House, register: &Register, mut posted: Posted, stopped: Stopped) -> Result<Posted> {
    if let Some(seconds) = stopped.rest {
        let until = house.now() + TimeDelta::seconds(i64::try_from(seconds)?);
        register.rest_the_post(until, house.now())?;
    }
    posted.stopped = Some(stopped.advice);
    Ok(posted)
}

fn resting(until: DateTime<Utc>) -> Advice {
    let until = when::short_said(london::wall(until));
    Advice {
        says: format!("the mail service asked us to wait until {until}"),
        hint: "nothing needs doing: it goes on by itself after that".to_owned(),
    }
}

/// Hands over one letter and puts on record what became of it.
fn one(
    house: &House,
    register: &mut Register,
    carrier: &mut dyn Carrier,
    from: &Address,
    letter: &LetterRow,
    posted: &mut Posted,
) -> Result<()> {
    // One that cannot be handed over costs the others nothing.
    let to: Address = match letter.recipient.parse() {
        Ok(to) => to,
        Err(error) => {
            let says = format!("`{}` is no address: {error}", letter.recipient);
            return cannot_go(house, register, letter, posted, says, "look at the address in `People.xlsx`");
        }
    };
    let kept = register.store().path(&letter.sha);
    let opened = match password_letters::as_it_goes(house, letter, &kept) {
        Ok(opened) => opened,
        Err(error) => {
            let advice = Advice { says: format!("{error:#}"), hint: "it goes once that is right".to_owned() };
            posted.not_taken.push((letter.id.clone(), letter.recipient.clone(), advice));
            return Ok(());
        }
    };
    let message = match &opened {
        Opened::AsKept => Kept::at(&kept).map_err(|error| format!("`{}`: {error}", kept.display())),
        Opened::Told(message) => Ok(Kept::Bytes(message)),
        Opened::Closed => {
            let says = "the password it tells is not the one of its reader's copies any more".to_owned();
            return cannot_go(house, register, letter, posted, says, "send it again: `send password DATE`");
        }
    };
    let message = match message {
        Ok(message) => message,
        Err(why) => {
            let says = format!("the email as it was written cannot be read: {why}");
            let hint = "run `panelclerk verify`, and have whoever looks after the program put the file back from a backup; then \
                        `panelclerk send KIND DATE --go --again READER`";
            return cannot_go(house, register, letter, posted, says, hint);
        }
    };
    let history = register.history_of(letter)?;
    match register.letter_state(&letter.id, LetterState::Trying, "", house.now()) {
        // It was taken back since it was looked up.
        Err(RegisterError::Refused(_)) => return Ok(()),
        entered => entered?,
    }
    let carried = Carried {
        from,
        to: &to,
        id: &letter.id,
        mark: mark(letter),
        message,
        begun_before: post_times::has_begun(&history),
        went_before: post_times::times_gone(&history),
    };
    let mut begins = || Ok(register.letter_state(&letter.id, LetterState::DataBegun, "", house.now())?);
    let fate = carrier.carry(&carried, &mut begins)?;
    let (state, said, advice) = match fate {
        Fate::Accepted { said } => {
            posted.accepted.push(letter.id.clone());
            (LetterState::Accepted, said, None)
        }
        Fate::InDrafts { said } => {
            posted.in_drafts.push(letter.id.clone());
            (LetterState::InDrafts, said, None)
        }
        Fate::SentByHand { said } => {
            register.letter_state(&letter.id, LetterState::InDrafts, "", house.now())?;
            (LetterState::SentByHand, said, None)
        }
        Fate::NotNow { said, advice } => (LetterState::RefusedForNow, said, Some(advice)),
        Fate::Never { said, advice } => (LetterState::Refused, said, Some(advice)),
        Fate::Unknown { said, advice } => (LetterState::Unknown, said, Some(advice)),
    };
    register.letter_state(&letter.id, state, &said, house.now())?;
    posted.not_taken.extend(advice.map(|advice| {
        let advice = advice.of_letter(&letter.kind, letter.meeting, &letter.id);
        (letter.id.clone(), letter.recipient.clone(), advice)
    }));
    Ok(())
}

/// A letter that cannot be handed to anybody as it is: a person must act. What an earlier sending of it came to stays open.
fn cannot_go(
    house: &House,
    register: &mut Register,
    letter: &LetterRow,
    posted: &mut Posted,
    says: String,
    hint: &str,
) -> Result<()> {
    let begun = post_times::has_begun(&register.history_of(letter)?);
    let state = if begun { LetterState::Unknown } else { LetterState::Refused };
    match register.letter_state(&letter.id, LetterState::Trying, "", house.now()) {
        Err(RegisterError::Refused(_)) => return Ok(()),
        entered => entered?,
    }
    register.letter_state(&letter.id, state, &says, house.now())?;
    let advice = Advice { says, hint: hint.to_owned() }.of_letter(&letter.kind, letter.meeting, &letter.id);
    posted.not_taken.push((letter.id.clone(), letter.recipient.clone(), advice));
    Ok(())
}

/// Letters that a crash left in the middle: before anything could be sent nothing was, after it only the other side knows.
fn recover(register: &mut Register, now: DateTime<Utc>) -> Result<()> {
    const BROKEN_OFF: &str = "the program was broken off";
    for (letter, history) in register.letters_on_the_way()? {
        match letter.state {
            // Where a sending had begun before, it still is not known how that ended.
            LetterState::Trying if post_times::has_begun(&history) => {
                register.letter_state(&letter.id, LetterState::Unknown, BROKEN_OFF, now)?;
            }
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

/// The letters whose time has come, in order; and when the next one's comes. A mailbox is asked about a letter that may have been sent, which
/// is sent no second time.
fn due(
    register: &Register,
    by_mailbox: bool,
    now: DateTime<Utc>,
    next: &mut Option<DateTime<Utc>>,
) -> Result<Vec<LetterRow>> {
    let mut due = Vec::new();
    for (letter, history) in register.letters_on_the_way()? {
        if by_mailbox && letter.state == LetterState::Unknown {
            continue;
        }
        match post_times::next(&history) {
            Next::At(at) if at <= now => due.push(letter),
            Next::At(at) => *next = Some(next.map_or(at, |next| next.min(at))),
            Next::Person | Next::Nothing => {}
        }
    }
    Ok(due)
}

fn due_next(
    register: &Register,
    by_mailbox: bool,
    now: DateTime<Utc>,
    next: &mut Option<DateTime<Utc>>,
) -> Result<()> {
    *next = None;
    let still = due(register, by_mailbox, now, next)?;
    if !still.is_empty() {
        *next = Some(now);
    }
    Ok(())
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

/// How often a mailbox is asked what became of letters: drafts that a person sends, sendings whose answer was lost.
const ASKS: Duration = Duration::from_mins(5);

/// How long nothing is tried after something stopped the post: a login that is refused again and again locks the mailbox.
const REST: Duration = Duration::from_mins(15);

/// How long a letter that is on its way is waited for when the program is told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

impl Poster {
    /// Starts it; none where letters go into the outbox. `complain` hears of a register that cannot be used.
    pub fn start(house: House, stop: Arc<AtomicBool>, complain: fn(&anyhow::Error)) -> Option<Self> {
        if house.config.post.road == Road::Outbox {
            return None;
        }
        let work = move || {
            let mut register: Option<Register> = None;
            let mut kept = Held::default();
            while !stop.load(Ordering::Relaxed) {
                let open = || -> Result<Posted> {
                    let register = match &mut register {
                        Some(register) => register,
                        none => none.insert(house.register()?),
                    };
                    post_again(&house, register, &stop, &mut kept)
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

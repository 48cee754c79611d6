//! One conversation with a mail server, after RFC 5321: greeting, encryption, login, letters one by one, goodbye.
//!
//! Of every letter it is known how far it got. Until the last piece of a letter has been handed over nothing can have been
//! taken; from then until the answer only the server knows.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailParameter, RcptParameter};
use rustls::ClientConfig;
use thiserror::Error;

use crate::post::smtp::login::Login;
use crate::post::smtp::offers::Offers;
use crate::post::smtp::reply::Reply;
use crate::post::smtp::stuffing::Stuffing;
use crate::post::smtp::wire::{Waits, Wire, WireError};
use crate::register::pieces::Kept;

/// The end of a letter. Before it has left, no server can have taken the letter.
const END: &[u8] = b".\r\n";

/// How long a server that hung up in the middle is listened to.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How encryption begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// The server is asked for it on a plain line (port 587 or 25); one that does not offer it gets nothing.
    Starttls,
    /// From the first byte (port 465).
    FromTheStart,
}

/// A mail server and how to speak to it.
#[derive(Debug, Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub trusted: Arc<ClientConfig>,
    pub login: Login,
    /// The name this machine gives itself.
    pub own_name: String,
    pub waits: Waits,
}

/// A letter on its way: from whom, to whom, and the bytes as they are kept.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    pub from: &'a Address,
    pub to: &'a Address,
    /// What a notice of delivery will name it by; letters, digits and hyphens.
    pub id: &'a str,
    pub message: Kept<'a>,
}

/// At which step something was said or went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Connect,
    Greeting,
    Hello,
    Encrypt,
    Login,
    Sender,
    Reader,
    Begin,
    Body,
    End,
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Step::Connect => "when it was called",
            Step::Greeting => "at the greeting",
            Step::Hello => "when it was told who is calling",
            Step::Encrypt => "when encryption was asked for",
            Step::Login => "at the login",
            Step::Sender => "about the sender",
            Step::Reader => "about the reader's address",
            Step::Begin => "before the email",
            Step::Body => "while the email was handed over",
            Step::End => "after the email",
        })
    }
}

/// Why a conversation did not get as far as a letter.
#[derive(Debug, Error)]
pub enum NoConversation {
    #[error("{error}")]
    Line { step: Step, error: WireError },
    #[error("the mail server said `{reply}` {step}")]
    Refused { step: Step, reply: Reply },
    /// It does not encrypt: nothing was sent, no name and no password.
    #[error("the mail server does not offer encryption; nothing was sent")]
    NoEncryption,
    /// The configured way to log in is not among those it offers.
    #[error("the mail server does not offer the login `{wanted}`; it offers {offered}")]
    NoSuchLogin { wanted: &'static str, offered: String },
    #[error("the mail server does not accept the login: `{reply}`")]
    LoginRefused { reply: Reply },
}

/// What became of one letter.
#[derive(Debug)]
pub enum Outcome {
    /// "Accepted by the mail server": that it will see to it, and no more.
    Accepted { reply: Reply },
    /// It may be sent again later; nothing was taken.
    RefusedForNow { step: Step, why: String, reply: Option<Reply> },
    /// It will not be taken, however often it is sent.
    Refused { step: Step, why: String, reply: Option<Reply> },
    /// The last piece left, and no answer came: it may have been taken.
    Unknown { why: String },
}

/// A conversation that got as far as the login.
#[derive(Debug)]
pub struct Conversation {
    wire: Wire,
    waits: Waits,
    offers: Offers,
    /// The line can no longer be used.
    over: bool,
}

impl Conversation {
    /// Calls the server, encrypts, checks who it is, and logs in.
    ///
    /// Fails with [`NoConversation`]: no letter has left.
    pub fn begin(server: &Server) -> Result<Self, NoConversation> {
        let Server { host, port, encryption, trusted, login, own_name, waits } = server;
        let line = |step| move |error| NoConversation::Line { step, error };
        let mut wire = Wire::open(host, *port, waits.connect).map_err(line(Step::Connect))?;
        if *encryption == Encryption::FromTheStart {
            wire.encrypt(host, trusted, waits.command).map_err(line(Step::Encrypt))?;
        }
        let greeting = wire.answer(waits.command).map_err(line(Step::Greeting))?;
        if greeting.code != 220 {
            return Err(NoConversation::Refused { step: Step::Greeting, reply: greeting });
        }
        let mut talk = Conversation { wire, waits: *waits, offers: Offers::default(), over: false };
        talk.hello(own_name)?;
        if *encryption == Encryption::Starttls {
            if !talk.offers.starttls {
                talk.end();
                return Err(NoConversation::NoEncryption);
            }
            talk.expect(Step::Encrypt, &Starttls.to_string(), |reply| reply.code == 220)?;
            talk.wire.encrypt(host, trusted, waits.command).map_err(line(Step::Encrypt))?;
            // What was said before encryption is forgotten: it may have been somebody else's word.
            talk.hello(own_name)?;
        }
        talk.log_in(login)?;
        Ok(talk)
    }

    fn hello(&mut self, own_name: &str) -> Result<(), NoConversation> {
        let hello = Ehlo::new(ClientId::Domain(own_name.to_owned())).to_string();
        let reply = self.expect(Step::Hello, &hello, |reply| reply.code == 250)?;
        self.offers = Offers::of(&reply);
        Ok(())
    }

    fn log_in(&mut self, login: &Login) -> Result<(), NoConversation> {
        let Some(wanted) = login.mechanism() else { return Ok(()) };
        if !self.offers.logins.iter().any(|offered| offered == wanted) {
            let offered = match self.offers.logins.as_slice() {
                [] => "none".to_owned(),
                some => some.join(", "),
            };
            self.end();
            return Err(NoConversation::NoSuchLogin { wanted, offered });
        }
        let lines = login.lines();
        let wait = self.waits.command;
        let at_login = |error| NoConversation::Line { step: Step::Login, error };
        for (at, said) in lines.iter().enumerate() {
            let reply = self.say(said, wait).map_err(at_login)?;
            let is_last = at + 1 == lines.len();
            match reply {
                reply if reply.is_done() && is_last => return Ok(()),
                reply if reply.goes_on() && !is_last => {}
                // A token that is refused is explained first, and refused after an empty line.
                reply if reply.goes_on() => {
                    let reply = self.say("", wait).map_err(at_login)?;
                    self.end();
                    return Err(NoConversation::LoginRefused { reply });
                }
                reply if reply.is_not_now() => {
                    self.end();
                    return Err(NoConversation::Refused { step: Step::Login, reply });
                }
                reply => {
                    self.end();
                    return Err(NoConversation::LoginRefused { reply });
                }
            }
        }
        Ok(())
    }

    /// Hands one letter over. `begins` is called before its first byte leaves; where it fails, nothing leaves.
    ///
    /// Fails with what `begins` failed with.
    pub fn send<E>(
        &mut self,
        envelope: &Envelope<'_>,
        begins: impl FnOnce() -> Result<(), E>,
    ) -> Result<Outcome, E> {
        let Envelope { from, to, id, message } = *envelope;
        if let Some(most) = self.offers.size
            && most < message.size()
        {
            let why = format!("the email has {} bytes, and the mail server takes {most}", message.size());
            return Ok(Outcome::Refused { step: Step::Sender, why, reply: None });
        }
        if !self.offers.eight_bit && !message.is_ascii().unwrap_or_default() {
            let why = "the letter holds letters that this mail server does not take".to_owned();
            return Ok(Outcome::Refused { step: Step::Sender, why, reply: None });
        }
        let other = |keyword: &str, value: &str| MailParameter::Other {
            keyword: keyword.to_owned(),
            value: Some(value.to_owned()),
        };
        let mut about = Vec::new();
        if self.offers.size.is_some() {
            about.push(MailParameter::Size(message.size()));
        }
        if self.offers.notices {
            about.extend([other("RET", "HDRS"), other("ENVID", id)]);
        }
        let sender = Mail::new(Some(from.clone()), about).to_string();
        if let Err(outcome) = self.ask(Step::Sender, &sender, self.waits.command, Reply::is_done) {
            return Ok(outcome);
        }
        let notify = RcptParameter::Other {
            keyword: "NOTIFY".to_owned(),
            // A comma is taken as it is.
            value: Some("FAILURE,DELAY".to_owned()),
        };
        let reader = Rcpt::new(to.clone(), self.offers.notices.then_some(notify).into_iter().collect());
        if let Err(outcome) = self.ask(Step::Reader, &reader.to_string(), self.waits.command, Reply::is_done)
        {
            self.forget();
            return Ok(outcome);
        }
        if let Err(outcome) =
            self.ask(Step::Begin, &Data.to_string(), self.waits.begin, |reply| reply.code == 354)
        {
            self.forget();
            return Ok(outcome);
        }
        if let Err(error) = begins() {
            // The server waits for a letter that does not come.
            self.over = true;
            return Err(error);
        }
        Ok(self.body(message))
    }

    /// The letter itself, in pieces.
    fn body(&mut self, message: Kept<'_>) -> Outcome {
        let mut stuffing = Stuffing::default();
        let sent: Result<(), Broken> = message
            .each(|piece| Ok(self.wire.send(&stuffing.piece(piece), self.waits.piece)?))
            .and_then(|()| Ok(self.wire.send(stuffing.end(), self.waits.piece)?));
        if let Err(broken) = sent {
            self.over = true;
            let why = broken.to_string();
            let for_now = Outcome::RefusedForNow { step: Step::Body, why, reply: None };
            // It may have said why before it hung up; of a letter that cannot be read it knows nothing.
            return match (broken, self.wire.answer(LAST_WORDS)) {
                (Broken::Line(_), Ok(reply)) => refused(Step::Body, reply),
                _ => for_now,
            };
        }
        if let Err(error) = self.wire.send(END, self.waits.piece) {
            self.over = true;
            return Outcome::Unknown { why: error.to_string() };
        }
        match self.wire.answer(self.waits.end) {
            Ok(reply) if reply.is_done() => Outcome::Accepted { reply },
            Ok(reply) => {
                self.over |= reply.code == 421;
                refused(Step::End, reply)
            }
            Err(error) => {
                self.over = true;
                Outcome::Unknown { why: error.to_string() }
            }
        }
    }

    /// Whether another letter may follow.
    pub const fn goes_on(&self) -> bool {
        !self.over
    }

    /// Says goodbye. The answer changes nothing.
    pub fn end(&mut self) {
        if !self.over {
            self.over = true;
            let _ = self.wire.send(Quit.to_string().as_bytes(), self.waits.piece);
        }
    }

    /// The sender and the reader that were named are forgotten, so that the next letter begins anew.
    fn forget(&mut self) {
        if !self.over && self.say("RSET", self.waits.command).map_or(true, |reply| !reply.is_done()) {
            self.over = true;
        }
    }

    /// A command for which only one kind of answer will do before there is a letter.
    fn expect(
        &mut self,
        step: Step,
        command: &str,
        good: impl FnOnce(&Reply) -> bool,
    ) -> Result<Reply, NoConversation> {
        let reply = self.say(command, self.waits.command);
        let reply = reply.map_err(|error| NoConversation::Line { step, error })?;
        if good(&reply) { Ok(reply) } else { Err(NoConversation::Refused { step, reply }) }
    }

    /// A command about a letter; what becomes of the letter where the answer is no.
    fn ask(
        &mut self,
        step: Step,
        command: &str,
        wait: Duration,
        good: impl FnOnce(&Reply) -> bool,
    ) -> Result<(), Outcome> {
        match self.say(command, wait) {
            Ok(reply) if good(&reply) => Ok(()),
            Ok(reply) => {
                self.over |= reply.code == 421;
                Err(refused(step, reply))
            }
            Err(error) => {
                self.over = true;
                Err(Outcome::RefusedForNow { step, why: error.to_string(), reply: None })
            }
        }
    }

    fn say(&mut self, command: &str, wait: Duration) -> Result<Reply, WireError> {
        let command = command.trim_end_matches(['\r', '\n']);
        self.wire.send(format!("{command}\r\n").as_bytes(), wait)?;
        self.wire.answer(wait)
    }
}

/// Not now, or never.
fn refused(step: Step, reply: Reply) -> Outcome {
    let why = reply.to_string();
    if reply.is_not_now() {
        Outcome::RefusedForNow { step, why, reply: Some(reply) }
    } else {
        Outcome::Refused { step, why, reply: Some(reply) }
    }
}

/// Why a letter did not leave as a whole.
#[derive(Debug, Error)]
enum Broken {
    #[error("{0}")]
    Line(#[from] WireError),
    #[error("the email cannot be read: {0}")]
    Letter(#[from] io::Error),
}

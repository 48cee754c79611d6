//! A letter handed to Microsoft Graph, and what is known of it afterwards.
//!
//! Each draft carries its letter's mark, and the mailbox is asked for it before anything is done: what lies among the drafts is used, what
//! lies in Sent Items has gone. One draft can be sent once, so that a sending whose answer was lost can be asked for again; where neither
//! folder has it after a sending began, nothing more is sent: a person looks.

use std::time::Duration;

use anyhow::Result;

use crate::post::advice::Advice;
use crate::post::carry::{Asked, Carried, Carrier, Fate, Stopped};
use crate::post::graph::advice::{self, Concerns};
use crate::post::graph::drafts::{self, Compared, Stands};
use crate::post::graph::mailbox::{Found, Mailbox};
use crate::post::graph::parcel::Parcel;
use crate::post::graph::reply::{Fault, GraphReply};

/// Pauses between the looks into Sent Items after a letter was sent: it arrives there by itself.
const LOOKS_AFTER: [u64; 4] = [0, 1, 2, 4];

/// The road through Microsoft Graph.
#[derive(Debug)]
pub struct GraphCarrier<'a> {
    mailbox: Mailbox<'a>,
    /// Whether the program sends; otherwise a person does, from the drafts.
    sends: bool,
    stopped: Option<Stopped>,
}

/// What became of asking for a draft to be sent.
enum Sending {
    /// Graph has said that it will be.
    Taken(String),
    /// Nothing can have been sent.
    No(Fault),
    /// It may have been sent.
    Perhaps(Fault),
}

impl<'a> GraphCarrier<'a> {
    /// Sees whether the mailbox can be used.
    ///
    /// Fails with what stops everything.
    pub fn open(mailbox: Mailbox<'a>, sends: bool) -> Result<Self, Stopped> {
        match mailbox.knock() {
            Ok(()) => Ok(GraphCarrier { mailbox, sends, stopped: None }),
            Err(fault) => {
                Err(Stopped { advice: advice::of_fault(&fault, &mailbox.application), rest: rest_of(&fault) })
            }
        }
    }

    /// Hands a letter over; a fault is what was in the way before anything can have been sent.
    fn hand_over(
        &self,
        letter: &Carried<'_>,
        parcel: &Parcel,
        begins: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Result<Fate, Fault>> {
        let stands = match drafts::look(&self.mailbox, letter.mark) {
            Ok(stands) => stands,
            Err(fault) => return Ok(Err(fault)),
        };
        // What went before is another sending. Of that there may be fewer: Sent Items are tidied up too.
        let before = letter.went_before.min(stands.sent.len());
        if let Some(sent) = stands.gone(before) {
            return Ok(Ok(self.has_gone(sent)));
        }
        // A draft without a reader can have been sent by nobody.
        let is_unsendable =
            !self.sends && !stands.drafts.is_empty() && stands.drafts.iter().all(|draft| !draft.has_reader);
        let ready = if letter.begun_before && !is_unsendable {
            self.as_it_was_begun(parcel, &stands)
        } else {
            drafts::make_whole(&self.mailbox, parcel, letter.mark, &stands).map(Ok)
        };
        let id = match ready {
            Ok(Ok(id)) => id,
            Ok(Err(fate)) => return Ok(Ok(fate)),
            Err(fault) => return Ok(Err(fault)),
        };
        if self.sends {
            if let Err(fault) = self.mailbox.address_to(&id, &parcel.reader()) {
                return Ok(Err(fault));
            }
            begins()?;
            return Ok(self.sent(letter.mark, before, &id));
        }
        // From here on a person can press Send.
        begins()?;
        Ok(match self.mailbox.address_to(&id, &parcel.reader()) {
            Ok(()) => Ok(Fate::InDrafts { said: "it lies among the mailbox's drafts".to_owned() }),
            Err(fault) if fault.may_be_done() => Ok(unknown(&fault)),
            Err(fault) => Err(fault),
        })
    }

    /// The draft of which a sending has begun before; what else is known of the letter where it is not to be had as it was.
    fn as_it_was_begun(&self, parcel: &Parcel, stands: &Stands) -> Result<Result<String, Fate>, Fault> {
        for draft in &stands.drafts {
            match drafts::compare(&self.mailbox, parcel, draft)? {
                Compared::Whole => return Ok(Ok(draft.id.clone())),
                Compared::Begun | Compared::Other => {}
            }
        }
        let (says, hint) = if stands.drafts.is_empty() {
            (
                "it may have been sent: it is neither among the mailbox's drafts nor in its Sent Items",
                "look for it in the mailbox, or ask its reader whether it came; it is not sent again by itself",
            )
        } else {
            (
                "its draft in the mailbox was changed by somebody after a sending had begun",
                "look at the draft in the mailbox; it is not sent by the program",
            )
        };
        let advice = Advice { says: says.to_owned(), hint: hint.to_owned() };
        Ok(Err(Fate::Unknown { said: says.to_owned(), advice }))
    }

    /// Sends a draft and asks what became of it, besides what went `before`; a fault is one after which nothing can have been sent.
    fn sent(&self, mark: &str, before: usize, id: &str) -> Result<Fate, Fault> {
        let taken = |call: &str| {
            let seen = self.wait_for(mark, before).map_or_else(String::new, |sent| said_sent(&sent));
            Fate::Accepted { said: format!("Graph 202 accepted (request {call}){seen}") }
        };
        let found = |sent: Found| Fate::Accepted { said: format!("the answer was lost{}", said_sent(&sent)) };
        let fault = match self.ask_to_send(id) {
            Sending::Taken(call) => return Ok(taken(&call)),
            Sending::No(fault) => return Err(fault),
            Sending::Perhaps(fault) => fault,
        };
        if let Some(sent) = self.wait_for(mark, before) {
            return Ok(found(sent));
        }
        let still = drafts::look(&self.mailbox, mark);
        // It still lies among the drafts: this one draft can be sent once, and no more.
        if still.is_ok_and(|stands| {
            stands.gone(before).is_none() && stands.drafts.iter().any(|draft| draft.id == id)
        }) {
            if let Sending::Taken(call) = self.ask_to_send(id) {
                return Ok(taken(&call));
            }
            if let Some(sent) = self.wait_for(mark, before) {
                return Ok(found(sent));
            }
        }
        Ok(unknown(&fault))
    }

    fn ask_to_send(&self, id: &str) -> Sending {
        match self.mailbox.send(id) {
            Ok(call) => Sending::Taken(call),
            Err(fault) if fault.may_be_done() || is_gone(&fault) => Sending::Perhaps(fault),
            Err(fault) => Sending::No(fault),
        }
    }

    /// Looks into Sent Items until it is there besides what went `before`, a few times.
    fn wait_for(&self, mark: &str, before: usize) -> Option<Found> {
        for seconds in LOOKS_AFTER {
            if 0 < seconds && !(self.mailbox.pause)(Duration::from_secs(seconds)) {
                return None;
            }
            if let Ok(stands) = drafts::look(&self.mailbox, mark)
                && let Some(sent) = stands.gone(before)
            {
                return Some(sent.clone());
            }
        }
        None
    }

    fn has_gone(&self, sent: &Found) -> Fate {
        let said = format!("it was sent{}", said_sent(sent));
        if self.sends { Fate::Accepted { said } } else { Fate::SentByHand { said } }
    }

    /// What a fault means for a letter of which nothing can have been sent.
    fn not_taken(&self, fault: &Fault) -> Fate {
        let (said, advice) = (fault.to_string(), advice::of_fault(fault, &self.mailbox.application));
        match fault {
            Fault::Said(reply) if !reply.is_not_now() && advice::concerns(reply) == Concerns::Letter => {
                Fate::Never { said, advice }
            }
            _ => Fate::NotNow { said, advice },
        }
    }

    /// What a fault means for the letters after this one.
    fn stops(&mut self, fault: &Fault) {
        let everybody = match fault {
            Fault::Said(reply) => reply.status == 429 || advice::concerns(reply) == Concerns::Everybody,
            Fault::Web(_) | Fault::Token(_) | Fault::Stopping => true,
            Fault::Odd(_) => false,
        };
        if everybody {
            let advice = advice::of_fault(fault, &self.mailbox.application);
            self.stopped = Some(Stopped { advice, rest: rest_of(fault) });
        }
    }
}

impl Carrier for GraphCarrier<'_> {
    fn carry(&mut self, letter: &Carried<'_>, begins: &mut dyn FnMut() -> Result<()>) -> Result<Fate> {
        let parcel = match Parcel::of(&letter.message.whole()?) {
            Ok(parcel) => parcel,
            Err(no) => {
                let hint = "have whoever looks after the program look at the email's header lines".to_owned();
                let advice = Advice { says: no.to_string(), hint };
                return Ok(Fate::Never { said: no.to_string(), advice });
            }
        };
        Ok(match self.hand_over(letter, &parcel, begins)? {
            Ok(fate) => fate,
            Err(fault) => {
                self.stops(&fault);
                if letter.begun_before { unknown(&fault) } else { self.not_taken(&fault) }
            }
        })
    }

    fn ask(&mut self, letter: &Carried<'_>) -> Option<Asked> {
        match drafts::look(&self.mailbox, letter.mark) {
            Ok(stands) => Some(match (stands.gone(letter.went_before), stands.drafts.is_empty()) {
                (Some(sent), _) => Asked::Gone(format!("it was sent{}", said_sent(sent))),
                (None, false) => Asked::StillThere,
                (None, true) => Asked::Nowhere,
            }),
            Err(fault) => {
                self.stops(&fault);
                None
            }
        }
    }

    fn take_out(&mut self, letter: &Carried<'_>) -> Option<Asked> {
        let taken = || -> Result<Asked, Fault> {
            let before = drafts::look(&self.mailbox, letter.mark)?;
            for draft in &before.drafts {
                self.mailbox.remove(&draft.id)?;
            }
            // Somebody may have pressed Send in between.
            let after = drafts::look(&self.mailbox, letter.mark)?;
            let sent = before.gone(letter.went_before).or(after.gone(letter.went_before));
            Ok(match (sent, before.drafts.is_empty()) {
                (Some(sent), _) => Asked::Gone(format!("it was sent{}", said_sent(sent))),
                (None, false) => Asked::StillThere,
                (None, true) => Asked::Nowhere,
            })
        };
        match taken() {
            Ok(asked) => Some(asked),
            Err(fault) => {
                self.stops(&fault);
                None
            }
        }
    }

    fn stopped(&self) -> Option<Stopped> {
        self.stopped.clone()
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn end(&mut self) {}
}

/// The draft is not where it was.
fn is_gone(fault: &Fault) -> bool {
    matches!(fault, Fault::Said(GraphReply { status: 404, .. }))
}

fn said_sent(sent: &Found) -> String {
    let when = sent.sent.as_ref().map_or_else(String::new, |when| format!(" since {when}"));
    format!("; in Sent Items{when}")
}

fn rest_of(fault: &Fault) -> Option<u64> {
    match fault {
        Fault::Said(reply) => reply.rest,
        Fault::Token(crate::post::token::NoToken::Refused { rest, .. }) => *rest,
        _ => None,
    }
}

fn unknown(fault: &Fault) -> Fate {
    let says = format!("it may have been sent: {fault}");
    let hint = "nothing needs doing: the mailbox is asked for it, and it is not sent twice".to_owned();
    Fate::Unknown { said: says.clone(), advice: Advice { says, hint } }
}

//! A letter handed to a mail server, and what is known of it afterwards.

use anyhow::Result;

use crate::post::advice::Advice;
use crate::post::carry::{Carried, Carrier, Fate, Stopped};
use crate::post::returned;
use crate::post::smtp::advice;
use crate::post::smtp::dialogue::{Conversation, Envelope, Outcome};
use crate::post::smtp::reply::Reply;

/// The road through a mail server.
#[derive(Debug)]
pub struct SmtpCarrier(pub Conversation);

impl Carrier for SmtpCarrier {
    fn carry(&mut self, letter: &Carried<'_>, begins: &mut dyn FnMut() -> Result<()>) -> Result<Fate> {
        let Carried { from, to, message, .. } = *letter;
        let id = returned::envelope_id(letter.id, letter.mark);
        let outcome = self.0.send(&Envelope { from, to, id: &id, message }, begins)?;
        Ok(match outcome {
            Outcome::Accepted { reply } => Fate::Accepted { said: reply.to_string() },
            Outcome::RefusedForNow { why, reply, .. } => {
                let advice = told(&why, reply.as_ref(), "nothing needs doing: it is tried again by itself");
                Fate::NotNow { said: why, advice }
            }
            Outcome::Refused { why, reply, .. } => {
                let hint = "set `letter_mb` to what the mail server takes, so that the pack goes in parts, and send it again";
                Fate::Never { advice: told(&why, reply.as_ref(), hint), said: why }
            }
            Outcome::Unknown { why } => {
                let hint =
                    "it is sent once more by itself, the very same message; ask the reader whether it came";
                let advice = Advice { says: format!("it may have arrived: {why}"), hint: hint.to_owned() };
                Fate::Unknown { said: why, advice }
            }
        })
    }

    fn stopped(&self) -> Option<Stopped> {
        None
    }

    fn goes_on(&self) -> bool {
        self.0.goes_on()
    }

    fn end(&mut self) {
        self.0.end();
    }
}

/// What an answer means; what is said where there is none.
fn told(why: &str, reply: Option<&Reply>, hint: &str) -> Advice {
    let own = || Advice { says: why.to_owned(), hint: hint.to_owned() };
    reply.map_or_else(own, advice::about)
}

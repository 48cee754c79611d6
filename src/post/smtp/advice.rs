//! What a mail server's "no" means, and who must do what about it.
//!
//! The numbers are those of RFC 3463 and of Exchange Online's own list of non-delivery codes; what else a server says is repeated
//! as it said it.

use crate::panel::letter_state::LetterState;
use crate::panel::post_times::Next;
use crate::post::advice::Advice;
use crate::post::smtp::dialogue::{NoConversation, Step};
use crate::post::smtp::reply::{self, Reply};
use crate::post::smtp::wire::WireError;

/// What is known of a number, with a word that must stand beside it where the number alone says too little.
struct Known {
    code: u16,
    exact: Option<&'static str>,
    word: Option<&'static str>,
    says: &'static str,
    hint: &'static str,
}

const fn known(
    code: u16,
    exact: Option<&'static str>,
    word: Option<&'static str>,
    says: &'static str,
    hint: &'static str,
) -> Known {
    Known { code, exact, word, says, hint }
}

/// The more exact before the less.
static ALL: [Known; 20] = [
    known(
        535,
        Some("5.7.139"),
        None,
        "Microsoft 365 does not let this mailbox send with a login over SMTP",
        "ask whoever looks after Microsoft 365: either SMTP AUTH is switched on for this one mailbox, or the road `graph` is used",
    ),
    known(
        535,
        Some("5.7.3"),
        None,
        "the mail server does not know this login",
        "ask whoever looks after mail whether the mailbox's password or token is still right",
    ),
    known(
        550,
        Some("5.7.30"),
        None,
        "Microsoft 365 no longer takes passwords for sending",
        "ask whoever looks after Microsoft 365 for an application that sends (`xoauth2`), or use the road `graph`",
    ),
    known(
        550,
        Some("5.7.60"),
        None,
        "this login may not send in the panel's name",
        "ask whoever looks after mail to give it the right to send as the panel's mailbox",
    ),
    known(
        554,
        Some("5.2.0"),
        Some("sendasdenied"),
        "this login may not send in the panel's name",
        "ask whoever looks after mail to give it the right to send as the panel's mailbox",
    ),
    known(
        432,
        Some("4.3.2"),
        None,
        "the mailbox has sent too much at once",
        "nothing needs doing: it is tried again by itself, more slowly",
    ),
    known(
        552,
        None,
        None,
        "the email is too large for this mail server",
        "set `letter_mb` in the configuration to what it takes: the pack then goes in parts",
    ),
    known(
        550,
        Some("5.1.1"),
        None,
        "there is no such mailbox",
        "look at the address in `People.xlsx`, and ask the person for the right one",
    ),
    known(
        550,
        Some("5.1.10"),
        None,
        "there is no such mailbox",
        "look at the address in `People.xlsx`, and ask the person for the right one",
    ),
    known(
        550,
        Some("5.4.1"),
        None,
        "the reader's mail server knows no such address",
        "look at the address in `People.xlsx`, and ask the person for the right one",
    ),
    known(
        552,
        Some("5.2.2"),
        None,
        "the reader's mailbox is full",
        "ask the person to make room, and hand them what is in it another way",
    ),
    known(
        550,
        Some("5.2.1"),
        None,
        "the reader's mailbox is closed or takes nothing",
        "ask the person whether the address in `People.xlsx` is still theirs",
    ),
    known(
        550,
        Some("5.1.2"),
        None,
        "there is no such mail domain",
        "look at what follows the `@` of the address in `People.xlsx`",
    ),
    known(
        550,
        Some("5.4.4"),
        None,
        "there is no such mail domain",
        "look at what follows the `@` of the address in `People.xlsx`",
    ),
    known(
        550,
        Some("5.4.7"),
        None,
        "the reader's mail server was tried for days and never took it",
        "ask the person, or whoever looks after their mail; the address may be right",
    ),
    known(
        550,
        Some("5.7.1"),
        None,
        "a rule of the mail server does not let this email through",
        "ask whoever looks after mail; the reader's server may not take encrypted attachments, or mail from outside",
    ),
    known(
        554,
        None,
        None,
        "the mail server does not take this email",
        "ask whoever looks after mail, with the answer it gave",
    ),
    known(
        450,
        None,
        None,
        "the reader's mail server asks to be tried again later, as many do with a sender they do not know",
        "nothing needs doing: it is tried again by itself",
    ),
    known(
        451,
        None,
        None,
        "the mail server could not do it just now",
        "nothing needs doing: it is tried again by itself",
    ),
    known(
        421,
        None,
        None,
        "the mail server is closing, or too busy",
        "nothing needs doing: it is tried again by itself",
    ),
];

/// What an answer means.
pub fn about(reply: &Reply) -> Advice {
    match find(reply) {
        Some(known) => Advice { says: known.says.to_owned(), hint: known.hint.to_owned() },
        None if reply.is_not_now() => Advice {
            says: format!("the mail server said `{reply}`"),
            hint: "nothing needs doing: it is tried again by itself".to_owned(),
        },
        None => Advice {
            says: format!("the mail server said `{reply}`"),
            hint: "ask whoever looks after mail, with this answer".to_owned(),
        },
    }
}

/// What is known of an answer.
fn find(reply: &Reply) -> Option<&'static Known> {
    let text = reply.text().to_lowercase();
    let fits = |known: &&Known| {
        known.code == reply.code
            && known.exact.is_none_or(|exact| reply.exact() == Some(exact))
            && known.word.is_none_or(|word| text.contains(word))
    };
    let mut fitting: Vec<&'static Known> = ALL.iter().filter(fits).collect();
    // A number that was given exactly says more than the first three digits.
    fitting.sort_by_key(|known| known.exact.is_none());
    fitting.first().copied()
}

/// What is said of a letter that is not tried again by itself.
pub const TRIED_OFTEN: &str =
    "it was tried as often as it may be; `panelclerk send KIND DATE --go` tries it once more";

/// What is said, without the server's own words, of a letter that did not get through: they may hold the reader's address. `next` is what
/// becomes of it by itself.
pub fn of_record(state: LetterState, said: &str, next: Next) -> Advice {
    let goes_again = matches!(next, Next::At(_));
    if state == LetterState::Unknown {
        let hint = if goes_again {
            "ask its reader whether it came; it is sent once more by itself, the very same message"
        } else {
            "ask its reader whether it came; if not, `panelclerk send KIND DATE --go --again READER` sends it once more"
        };
        return Advice { says: "it may have arrived, and nobody can know".to_owned(), hint: hint.to_owned() };
    }
    if state == LetterState::Delayed {
        return Advice {
            says: "its reader's mail server has not taken it yet and is still being tried".to_owned(),
            hint: "nothing needs doing yet; if it is urgent, ask its reader whether it came".to_owned(),
        };
    }
    if state == LetterState::Returned {
        return of_returned(said);
    }
    let reply = reply::line(said).map(|(code, _, text)| Reply { code, lines: vec![text.to_owned()] });
    let known = reply.as_ref().and_then(find);
    let says = match (known, reply) {
        (Some(known), _) => known.says.to_owned(),
        (None, Some(reply)) => format!("the mail server said {}", reply.code),
        (None, None) => "it was not taken".to_owned(),
    };
    let hint = match (state, known) {
        (LetterState::RefusedForNow, _) if !goes_again => TRIED_OFTEN,
        (_, Some(known)) => known.hint,
        _ => "`panelclerk --json audit` says what the mail server answered",
    };
    Advice { says, hint: hint.to_owned() }
}

/// What is said of a letter that came back, after the number that the notice gives.
fn of_returned(said: &str) -> Advice {
    let exact = said.split([' ', '(', '<']).find(|word| word.starts_with("5.") || word.starts_with("4."));
    // A notice that gives up after days repeats why it was put off.
    let exact = exact.map(|word| if word.starts_with("4.") { "5.4.7" } else { word });
    let known = exact.and_then(|exact| ALL.iter().find(|known| known.exact == Some(exact)));
    let known = known.or_else(|| {
        let (code, _, text) = reply::line(said)?;
        find(&Reply { code, lines: vec![text.to_owned()] })
    });
    let why = known.map_or(String::new(), |known| format!(": {}", known.says));
    let hint =
        known.map_or("`panelclerk --json audit` has the notice's words; ask its reader", |known| known.hint);
    Advice { says: format!("it came back, it was not delivered{why}"), hint: hint.to_owned() }
}

/// What to do where no letter could be sent at all.
pub fn without_conversation(failure: &NoConversation) -> Advice {
    let hint = match failure {
        NoConversation::LoginRefused { reply } => {
            let advice = about(reply);
            return Advice { says: format!("nothing is sent any more: {}", advice.says), ..advice };
        }
        NoConversation::Refused { reply, .. } => return about(reply),
        NoConversation::NoEncryption => {
            "ask whoever looks after mail: the relay must offer STARTTLS, or another port and `encryption = \"tls\"`"
        }
        NoConversation::NoSuchLogin { .. } => {
            "choose one of those under `[post.smtp]`, as whoever looks after mail says"
        }
        NoConversation::Line { error, step } => match error {
            WireError::NotReached { .. } => {
                "see whether `host` and `port` are right, and whether the network lets us through"
            }
            WireError::NotSafe(_) => {
                "ask whoever looks after mail; for a certificate of the council's own, name its file under `certificates`"
            }
            WireError::SomebodyOnTheLine => "tell whoever looks after the network at once; nothing was sent",
            WireError::Certificates { .. } => {
                "put the council's own certificates there, as text that begins `-----BEGIN CERTIFICATE-----`"
            }
            WireError::NoMailServer => "see whether `host` and `port` are right",
            WireError::NoAnswer { .. } | WireError::HungUp if *step == Step::Greeting => {
                "see whether `port` and `encryption` belong together: 587 with \"starttls\", 465 with \"tls\""
            }
            WireError::NoAnswer { .. } | WireError::HungUp => {
                "nothing needs doing: it is tried again by itself"
            }
        },
    };
    Advice { says: failure.to_string(), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(code: u16, text: &str) -> Advice {
        about(&Reply { code, lines: vec![text.to_owned()] })
    }

    #[test]
    fn each_answer_has_its_sentence_and_names_who_must_act() {
        let cases = [
            (
                535,
                "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled",
                "over SMTP",
                "graph",
            ),
            (535, "5.7.3 Authentication unsuccessful", "does not know this login", "password or token"),
            (550, "5.7.30 Basic authentication is not supported", "no longer takes passwords", "xoauth2"),
            (
                550,
                "5.7.60 SMTP; Client does not have permissions to send as this sender",
                "panel's name",
                "right to send",
            ),
            (
                554,
                "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
                "panel's name",
                "right to send",
            ),
            (432, "4.3.2 Concurrent connections limit exceeded", "too much at once", "by itself"),
            (552, "5.3.4 Message size exceeds fixed limit", "too large", "letter_mb"),
            (550, "5.1.1 User unknown", "no such mailbox", "People.xlsx"),
            (450, "4.2.0 Greylisted", "tried again later", "by itself"),
            (554, "5.7.1 Rejected by policy", "does not take this email", "whoever looks after mail"),
        ];
        for (code, text, says, hint) in cases {
            let advice = advice(code, text);
            assert!(advice.says.contains(says) && advice.hint.contains(hint), "{code} {text}: {advice:?}");
        }
    }

    #[test]
    fn what_is_said_of_a_letter_on_record_holds_no_address_and_promises_nothing_that_does_not_happen() {
        let soon = Next::At(chrono::DateTime::UNIX_EPOCH);
        let said = "450 4.2.0 <mia@council.example> greylisted";
        let waits = of_record(LetterState::RefusedForNow, said, soon);
        assert!(waits.hint.contains("tried again by itself"), "{waits:?}");
        let over = of_record(LetterState::RefusedForNow, said, Next::Person);
        assert!(
            over.hint.contains("`panelclerk send KIND DATE --go` tries it once more")
                && !over.hint.contains("by itself"),
            "{over:?}"
        );
        let lost = of_record(LetterState::Unknown, "the mail server ended the connection", Next::Person);
        assert!(lost.hint.contains("ask its reader") && !lost.hint.contains("by itself"), "{lost:?}");
        for advice in
            [waits, over, of_record(LetterState::Refused, "553 5.9.9 <mia@council.example> no", Next::Person)]
        {
            assert!(!format!("{advice:?}").contains("mia@"), "{advice:?}");
        }
    }

    #[test]
    fn what_nobody_knows_is_repeated_as_it_was_said() {
        assert_eq!(advice(553, "5.9.9 purple").says, "the mail server said `553 5.9.9 purple`");
        assert!(advice(455, "4.9.9 purple").hint.contains("by itself"));
    }
}

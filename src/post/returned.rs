//! Mail that came back: what a notice of delivery says, about which letter, to whom. Read in a worker.
//!
//! Notices are those of RFC 3464. A letter is known by what only a server that had it can know: the envelope id that was asked for with it,
//! or its Message-ID among the returned headers; never by a number alone, which anybody could guess.

use std::path::{Path, PathBuf};

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use serde::{Deserialize, Serialize};

use crate::paper::mail::outlook;
use crate::worker::given;
use crate::worker::work::Work;

/// Letters of a Message-ID that stand in an envelope id.
const SHARED: usize = 16;

/// Notices within notices are looked into no deeper.
const DEEPEST: usize = 4;

/// A mail that somebody dropped into the folder for returned mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadReturned {
    pub file: PathBuf,
    /// It is an Outlook mail (`.msg`).
    pub outlook: bool,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notice {
    /// Envelope ids it names.
    pub envelopes: Vec<String>,
    /// Message-IDs of returned headers, without brackets.
    pub messages: Vec<String>,
    pub readers: Vec<Fate>,
}

/// What became of a letter at one address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fate {
    /// As it was finally tried, and as it was written; either may be missing.
    pub addresses: Vec<String>,
    pub action: Action,
    /// `5.1.1`.
    pub status: String,
    /// What the other mail server said; may be empty.
    pub said: String,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It was handed on; no reason to tell anybody.
    #[default]
    HandedOn,
    Delayed,
    Failed,
}

impl Work for ReadReturned {
    const NAME: &'static str = "read-returned";
    /// None where it is no notice at all.
    type Answer = Option<Notice>;

    fn given(&self) -> Vec<PathBuf> {
        vec![self.file.clone()]
    }

    fn carry_out(&self, _: &Path) -> Result<Option<Notice>, String> {
        let bytes = given::read(&self.file)
            .map_err(|fault| format!("cannot read `{}`: {fault}", self.file.display()))?;
        Ok(if self.outlook { of_outlook(&bytes) } else { of_mail(&bytes) })
    }
}

/// The envelope id of a letter: its number, and part of its Message-ID, which nobody can guess.
pub fn envelope_id(letter: &str, message_id: &str) -> String {
    format!("{letter}-{}", shared(message_id))
}

/// Whether an envelope id is that of this letter.
pub fn is_envelope_of(envelope: &str, letter: &str, message_id: &str) -> bool {
    shared(message_id).len() == SHARED && envelope.eq_ignore_ascii_case(&envelope_id(letter, message_id))
}

fn shared(message_id: &str) -> String {
    message_id.chars().take_while(|letter| letter.is_ascii_alphanumeric()).take(SHARED).collect()
}

/// What an internet mail says, if it is a notice or brings one.
pub fn of_mail(bytes: &[u8]) -> Option<Notice> {
    let message = MessageParser::default().parse(bytes)?;
    let mut notice = Notice::default();
    let found = look(&message, &mut notice, 0);
    found.then_some(notice)
}

fn look(message: &Message<'_>, notice: &mut Notice, depth: usize) -> bool {
    let is_report = message
        .content_type()
        .is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("report"));
    let mut found = is_report;
    for part in &message.parts {
        let kind = part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default();
        match &part.body {
            PartType::Message(inner) if is_report => notice.messages.extend(id_of(inner)),
            PartType::Message(inner) if depth < DEEPEST => found |= look(inner, notice, depth + 1),
            _ if !is_report => {}
            _ if kind.ends_with("delivery-status") => status(&text(part), notice),
            _ if kind.ends_with("rfc822-headers") || kind.ends_with("headers") => {
                let headers = format!("{}\r\n\r\n", text(part).trim_end());
                let inner = MessageParser::default().parse(headers.as_bytes());
                notice.messages.extend(inner.as_ref().and_then(id_of));
            }
            _ => {}
        }
    }
    found
}

fn id_of(message: &Message<'_>) -> Option<String> {
    message.message_id().map(str::to_owned)
}

fn text(part: &MessagePart<'_>) -> String {
    String::from_utf8_lossy(part.contents()).into_owned()
}

/// The fields of a `message/delivery-status`: those of the whole message, then a group for each address.
fn status(text: &str, notice: &mut Notice) {
    let text = text.replace("\r\n", "\n");
    for group in text.split("\n\n") {
        let fields = fields(group);
        let values = |name: &str| {
            let fields = fields.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name));
            fields.map(|(_, value)| value.clone()).collect::<Vec<String>>()
        };
        notice.envelopes.extend(values("Original-Envelope-Id"));
        let addresses = [values("Final-Recipient"), values("Original-Recipient")].concat();
        let addresses: Vec<String> = addresses.iter().map(|value| after_semicolon(value)).collect();
        let action = match values("Action").first().map(|word| word.to_ascii_lowercase()).as_deref() {
            Some("failed") => Action::Failed,
            Some("delayed") => Action::Delayed,
            Some(_) => Action::HandedOn,
            None => continue,
        };
        notice.readers.push(Fate {
            addresses,
            action,
            status: values("Status").first().and_then(|value| enhanced(value)).unwrap_or_default(),
            said: values("Diagnostic-Code").first().map(|value| after_semicolon(value)).unwrap_or_default(),
        });
    }
}

/// Name and value of each field, folded lines made one.
fn fields(group: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in group.lines() {
        match (line.strip_prefix([' ', '\t']), fields.last_mut()) {
            (Some(more), Some((_, value))) => {
                value.push(' ');
                value.push_str(more.trim());
            }
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    fields.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
        }
    }
    fields
}

/// `rfc822; mia@council.example` is an address, `smtp; 550 no` an answer.
fn after_semicolon(value: &str) -> String {
    value
        .split_once(';')
        .map_or(value, |(_, rest)| rest)
        .trim()
        .chars()
        .filter(|sign| !sign.is_control())
        .collect()
}

/// `5.1.1` at the beginning of a text.
fn enhanced(text: &str) -> Option<String> {
    let word = text.split([' ', '(']).next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let is_number =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number) && word.starts_with(['2', '4', '5']))
        .then(|| word.to_owned())
}

/// What a notice kept by Outlook says. The fields are gone from it; its text repeats the headers and the answer, and what came with it
/// may be the notice itself.
fn of_outlook(bytes: &[u8]) -> Option<Notice> {
    let letter = outlook::read(bytes)?;
    let mut notice = Notice::default();
    for (_, content) in &letter.attachments {
        if let Some(inner) = of_mail(content) {
            notice.envelopes.extend(inner.envelopes);
            notice.messages.extend(inner.messages);
            notice.readers.extend(inner.readers);
        } else if let Some(inner) = MessageParser::default().parse(content) {
            notice.messages.extend(id_of(&inner));
        }
        status(&String::from_utf8_lossy(content), &mut notice);
    }
    let subject = letter.subject.to_lowercase();
    let action =
        if ["undeliver", "returned", "failure", "not delivered"].iter().any(|word| subject.contains(word)) {
            Action::Failed
        } else if subject.contains("delay") {
            Action::Delayed
        } else {
            return Some(notice).filter(|notice| !notice.readers.is_empty());
        };
    let lines = || letter.body.lines().map(str::trim);
    let named = |name: &str, line: &str| {
        let (field, value) = line.split_once(':')?;
        let is = field.trim().eq_ignore_ascii_case(name);
        is.then(|| value.trim().trim_start_matches('<').split('>').next().unwrap_or_default().to_owned())
    };
    notice.messages.extend(lines().filter_map(|line| named("Message-ID", line)));
    if notice.readers.is_empty() {
        let words = || {
            letter.body.split(|sign: char| {
                sign.is_whitespace() || matches!(sign, '\'' | '"' | ',' | '#' | '<' | '>')
            })
        };
        let status = words().find_map(enhanced).unwrap_or_default();
        notice.readers.push(Fate { addresses: Vec::new(), action, status, said: String::new() });
    }
    Some(notice)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A notice as Postfix writes it.
    fn notice(envelope: &str, returned: &str) -> String {
        format!(
            "From: MAILER-DAEMON@relay.council.example\r\nTo: panel@council.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"b1\"\r\n\r\n\
             --b1\r\nContent-Type: text/plain\r\n\r\nThis is the mail system. Message-ID: <never@from.words>\r\n\r\n\
             --b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.council.example\r\n{envelope}\r\n\
             Final-Recipient: rfc822; mia@council.example\r\nOriginal-Recipient: rfc822;Mia@council.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 <mia@council.example>: Recipient address\r\n    rejected: User unknown\r\n\r\n\
             --b1\r\n{returned}\r\n--b1--\r\n"
        )
    }

    const HEADERS: &str = "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <0123456789abcdef0123456789abcdef@council.example>\r\nSubject: papers\r\n";

    #[test]
    fn a_notice_names_its_letter_its_reader_and_the_other_servers_words() {
        let read =
            of_mail(notice("Original-Envelope-Id: L7-0123456789abcdef\r\n", HEADERS).as_bytes()).unwrap();
        assert_eq!(read.envelopes, ["L7-0123456789abcdef"]);
        assert_eq!(
            read.messages,
            ["0123456789abcdef0123456789abcdef@council.example"],
            "no words of the text"
        );
        let [fate] = read.readers.as_slice() else { panic!("{read:?}") };
        assert_eq!((fate.action, fate.status.as_str()), (Action::Failed, "5.1.1"));
        assert_eq!(fate.addresses, ["mia@council.example", "Mia@council.example"]);
        assert_eq!(fate.said, "550 5.1.1 <mia@council.example>: Recipient address rejected: User unknown");
    }

    #[test]
    fn the_whole_letter_may_come_back_and_a_notice_may_be_forwarded() {
        let whole = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <0123456789abcdef0123456789abcdef@council.example>\r\nSubject: papers\r\n\r\nwords\r\n";
        let inner = notice("", whole);
        let id = ["0123456789abcdef0123456789abcdef@council.example"];
        assert_eq!(of_mail(inner.as_bytes()).unwrap().messages, id);
        let forwarded = format!(
            "From: ann@council.example\r\nSubject: FW\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"f\"\r\n\r\n\
             --f\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--f\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--f--\r\n"
        );
        assert_eq!(of_mail(forwarded.as_bytes()).unwrap().messages, id);
        let ordinary = "From: mia@council.example\r\nMessage-ID: <0123456789abcdef0123456789abcdef@council.example>\r\n\r\nThank you\r\n";
        assert_eq!(of_mail(ordinary.as_bytes()), None, "an ordinary mail is no notice");
    }

    #[test]
    fn a_number_alone_is_nobodys_envelope() {
        let id = "0123456789abcdef0123456789abcdef@council.example";
        assert!(is_envelope_of("L7-0123456789abcdef", "L7", id));
        for other in ["L7", "L7-", "L7-0123456789abcde0", "L8-0123456789abcdef"] {
            assert!(!is_envelope_of(other, "L7", id), "{other}");
        }
        assert!(!is_envelope_of("L7-", "L7", ""), "an email without an id has no envelope");
    }
}

//! One letter as the bytes of one message: the same letter, the same bytes.
//!
//! Boundaries, Message-ID and Date are ours. The bytes are what is kept, put into the outbox and, one day, sent; nothing
//! composes them a second time.

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::post::wording::Wording;

/// Why a letter cannot be made.
#[derive(Debug, Error)]
pub enum ComposeError {
    #[error("`{0}` is no mail address")]
    Address(String),
    #[error("`{0}` is no name of a header line")]
    Header(String),
    #[error("`{0}` is no media type")]
    MediaType(String),
    #[error("the email to `{to}` could not be put together: {reason}")]
    Message { to: String, reason: String },
}

/// Whom letters come from, and what stands before each subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    /// `REHEARSAL ` in rehearsals.
    begins: &'static str,
    prefix: Option<String>,
}

/// One letter, worded and with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub subject: &'a str,
    pub wording: &'a Wording,
    pub enclosures: &'a [Enclosure],
    /// The Message-ID, without brackets, of the letter it takes the place of.
    pub supersedes: Option<&'a str>,
    pub dress: Dress<'a>,
    /// The head of the evidence chain when it was written: in a header, never in what is read.
    pub head: Option<&'a str>,
    /// When it was ordered.
    pub written: DateTime<Utc>,
    /// Its words tell a password: no identifier is made of them.
    pub tells_password: bool,
    /// Whether it is sent as it is composed. A draft that a person opens has its calendar attached: a mail program would open it as an
    /// invitation that has come, with nothing to send.
    pub by_itself: bool,
}

/// What is particular to letters to the reader's domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dress<'a> {
    /// Stands before the subject instead of the usual prefix.
    pub prefix: Option<&'a str>,
    /// Header lines: name and value.
    pub headers: &'a [(String, String)],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    pub file_name: String,
    /// `application/pdf`.
    pub media_type: String,
    pub content: Vec<u8>,
}

impl Sender {
    /// `from` and `reply_to` as `Name <address>`; `prefix` stands first, `REHEARSAL` before it in rehearsals.
    pub fn new(
        from: &str,
        reply_to: Option<&str>,
        prefix: Option<&str>,
        rehearsal: bool,
    ) -> Result<Self, ComposeError> {
        Ok(Sender {
            from: mailbox(from)?,
            reply_to: reply_to.map(mailbox).transpose()?,
            begins: if rehearsal { "REHEARSAL " } else { "" },
            prefix: prefix.map(|prefix| prefix.trim().to_owned()),
        })
    }

    /// The address that answers go to.
    pub fn answers_to(&self) -> String {
        self.reply_to.as_ref().unwrap_or(&self.from).email.to_string()
    }

    /// The address letters come from.
    pub const fn address(&self) -> &Address {
        &self.from.email
    }

    /// The subject as its reader sees it.
    pub fn subject(&self, subject: &str, dress: Dress<'_>) -> String {
        let prefix = dress.prefix.or(self.prefix.as_deref()).filter(|prefix| !prefix.is_empty());
        let prefix = prefix.map_or_else(String::new, |prefix| format!("{prefix} "));
        format!("{}{prefix}{subject}", self.begins)
    }
}

/// The message as a draft: mail programs open it ready to send.
pub fn draft(sender: &Sender, letter: &Letter<'_>) -> Result<Vec<u8>, ComposeError> {
    let seal = seal(sender, letter);
    let address = letter.email.parse().map_err(|_| ComposeError::Address(letter.email.to_owned()))?;
    let mut message = Message::builder()
        .from(sender.from.clone())
        .to(Mailbox::new(Some(letter.name.to_owned()), address))
        .subject(sender.subject(letter.subject, letter.dress))
        .date(letter.written.into())
        .message_id(Some(format!("<{}@{}>", &seal[..32], sender.from.email.domain())))
        .raw_header(plain("Auto-Submitted", "no"));
    if let Some(earlier) = letter.supersedes {
        message = message.raw_header(plain("Supersedes", &format!("<{earlier}>")));
    }
    if let Some(reply_to) = &sender.reply_to {
        message = message.reply_to(reply_to.clone());
    }
    if let Some(head) = letter.head {
        message = message.raw_header(plain("X-Panelclerk-Head", head));
    }
    for (name, value) in letter.dress.headers {
        let name =
            HeaderName::new_from_ascii(name.clone()).map_err(|_| ComposeError::Header(name.clone()))?;
        message = message.raw_header(HeaderValue::new(name, value.clone()));
    }
    let fault = |reason: lettre::error::Error| ComposeError::Message {
        to: letter.email.to_owned(),
        reason: reason.to_string(),
    };
    Ok(message.multipart(body(letter, &seal)?).map_err(fault)?.formatted())
}

fn body(letter: &Letter<'_>, seal: &str) -> Result<MultiPart, ComposeError> {
    let mut words = MultiPart::alternative()
        .boundary(format!("words-{}", &seal[..24]))
        .singlepart(SinglePart::plain(letter.wording.text.clone()))
        .singlepart(SinglePart::html(letter.wording.html.clone()));
    let (calendars, files): (Vec<&Enclosure>, Vec<&Enclosure>) = letter
        .enclosures
        .iter()
        .partition(|enclosure| letter.by_itself && enclosure.media_type.starts_with("text/calendar"));
    for calendar in calendars {
        // Outlook and Google offer to accept it where it is one of the message's wordings, and not where it is an attachment.
        let named = format!("{}; name=\"{}\"", calendar.media_type, calendar.file_name);
        let part = SinglePart::builder().header(media_type(&named)?).body(calendar.content.clone());
        words = words.singlepart(part);
    }
    if files.is_empty() {
        return Ok(words);
    }
    let mut all = MultiPart::mixed().boundary(format!("letter-{}", &seal[..24])).multipart(words);
    for enclosure in files {
        let attachment = Attachment::new(enclosure.file_name.clone());
        all = all.singlepart(attachment.body(enclosure.content.clone(), media_type(&enclosure.media_type)?));
    }
    Ok(all)
}

fn media_type(text: &str) -> Result<ContentType, ComposeError> {
    ContentType::parse(text).map_err(|_| ComposeError::MediaType(text.to_owned()))
}

/// A hash of everything in the letter, from which its identifiers are taken.
fn seal(sender: &Sender, letter: &Letter<'_>) -> String {
    let mut hash = Sha256::new();
    let written = letter.written.to_rfc3339();
    let subject = sender.subject(letter.subject, letter.dress);
    let words = [letter.wording.text.as_str(), letter.wording.html.as_str()];
    let [text, html] = if letter.tells_password { [""; 2] } else { words };
    for part in [&subject, letter.email, &written, text, html] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.update([u8::from(letter.by_itself)]);
    for (name, value) in letter.dress.headers {
        hash.update(name);
        hash.update(value);
    }
    for enclosure in letter.enclosures {
        hash.update(&enclosure.file_name);
        hash.update(Sha256::digest(&enclosure.content));
    }
    crate::panel::ids::Sha256::from_digest(hash.finalize().into()).to_string()
}

fn mailbox(text: &str) -> Result<Mailbox, ComposeError> {
    text.parse().map_err(|_| ComposeError::Address(text.to_owned()))
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use mail_parser::{MessageParser, MimeHeaders};

    use crate::post::compose::{Dress, Enclosure, Letter, Sender, draft};
    use crate::post::wording::Wording;

    fn wording() -> Wording {
        let text = "Dear Gordon,\n\nÆther £4,250.00 …\n.\nFrom the panel\n".to_owned();
        Wording { text, html: "<p>Dear Gordon, £4,250.00 Szymański</p>".to_owned() }
    }

    fn letter<'a>(wording: &'a Wording, enclosures: &'a [Enclosure]) -> Letter<'a> {
        Letter {
            name: "Gordon Szymański",
            email: "gordon.szymanski@nelc.example.org",
            subject: "OFFICIAL-SENSITIVE: NELC placement panel, 23 November 2026: papers",
            wording,
            enclosures,
            supersedes: None,
            dress: Dress::default(),
            head: None,
            tells_password: false,
            written: Utc.with_ymd_and_hms(2026, 11, 20, 10, 0, 0).unwrap(),
            by_itself: false,
        }
    }

    fn sender(rehearsal: bool) -> Sender {
        Sender::new("Placement Panel <panel@nelc.example.org>", None, None, rehearsal).unwrap()
    }

    #[test]
    fn a_draft_is_read_back_whole_by_another_reader() {
        let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let pack = Enclosure {
            file_name: "NELC panel 2026-11-23 – päck.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: content.clone(),
        };
        let wording = wording();
        let head = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592";
        let letter_with = Letter { head: Some(head), ..letter(&wording, &[]) };
        let with_head = draft(&sender(true), &letter_with).unwrap();
        let with_head = MessageParser::default().parse(&with_head).unwrap();
        assert_eq!(with_head.header_raw("X-Panelclerk-Head").map(str::trim), Some(head));
        assert!(!with_head.body_text(0).unwrap().contains(head), "never in what is read");
        let bytes = draft(&sender(true), &letter(&wording, &[pack])).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let subject = message.subject().unwrap();
        assert!(subject.starts_with("REHEARSAL OFFICIAL-SENSITIVE: "), "{subject}");
        assert_eq!(message.to().unwrap().first().unwrap().name(), Some("Gordon Szymański"));
        assert!(message.header_raw("X-Unsent").is_none(), "the outbox says so of a draft");
        assert_eq!(message.date().unwrap().to_rfc3339(), "2026-11-20T10:00:00Z");
        assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), wording.text);
        assert!(message.body_html(0).unwrap().contains("Szymański"));
        let part = message.attachment(0).unwrap();
        assert_eq!(part.attachment_name(), Some("NELC panel 2026-11-23 – päck.pdf"));
        assert_eq!(part.contents(), content);
    }

    #[test]
    fn the_same_letter_is_the_same_bytes_and_another_letter_is_not() {
        let wording = wording();
        let one = draft(&sender(false), &letter(&wording, &[])).unwrap();
        assert_eq!(one, draft(&sender(false), &letter(&wording, &[])).unwrap());
        let mut other = letter(&wording, &[]);
        other.email = "elaine.bircham@nelc.example.org";
        let id =
            |bytes: &[u8]| MessageParser::default().parse(bytes).unwrap().message_id().unwrap().to_owned();
        assert_ne!(id(&one), id(&draft(&sender(false), &other).unwrap()));
    }

    #[test]
    fn a_domain_has_its_own_prefix_and_header_lines() {
        let wording = wording();
        let headers = [("X-Classification".to_owned(), "Official-Sensitive".to_owned())];
        let dress = Dress { prefix: Some("[secure]"), headers: &headers };
        let usual = Sender::new("Panel <panel@nelc.example.org>", None, Some("[official]"), true).unwrap();
        let bytes = draft(&usual, &Letter { dress, ..letter(&wording, &[]) }).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        assert!(message.subject().unwrap().starts_with("REHEARSAL [secure] OFFICIAL-SENSITIVE: "));
        assert_eq!(message.header_raw("X-Classification").map(str::trim), Some("Official-Sensitive"));
        let other = draft(&usual, &letter(&wording, &[])).unwrap();
        let other = MessageParser::default().parse(&other).unwrap();
        assert!(other.subject().unwrap().starts_with("REHEARSAL [official] "));
        assert!(other.header_raw("X-Classification").is_none());
    }

    #[test]
    fn a_subject_cannot_smuggle_a_header() {
        let wording = wording();
        let mut letter = letter(&wording, &[]);
        letter.subject = "documents\r\nBcc: somebody@else.example.org";
        let bytes = draft(&sender(false), &letter).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        assert!(message.bcc().is_none());
    }

    #[test]
    fn an_address_that_is_none_is_named() {
        let wording = wording();
        let mut letter = letter(&wording, &[]);
        letter.email = "gordon at nelc";
        let fault = draft(&sender(false), &letter).unwrap_err().to_string();
        assert_eq!(fault, "`gordon at nelc` is no mail address");
    }
}

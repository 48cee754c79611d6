//! An internet mail (.eml): who wrote to whom, what, and the papers that came with it.
//!
//! Both kinds of mail become a [`Letter`]; how a letter looks on the page is said once, for both.

use std::borrow::Cow;

use mail_parser::{Address, Encoding, MessageParser, MimeHeaders, PartType};

use crate::panel::seen::{Block, Cell, FileFormat, Line, Mark, Reading, Span, Table};
use crate::panel::when;
use crate::paper::mail::{bodies, tnef};
use crate::paper::plain;
use crate::paper::said::html;
use crate::paper::said::remarks;
use crate::paper::sniff::office::find;

/// Most attachments taken out of one mail.
pub(crate) const MOST_ATTACHMENTS: usize = 100;

/// A mail as people think of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Letter {
    pub from: String,
    pub to: String,
    pub cc: String,
    pub sent: String,
    pub subject: String,
    pub body: String,
    /// Name and content, in order.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// How many more there are than are taken.
    pub left: usize,
    /// Words that its page hides from readers.
    pub hidden_words: u32,
}

/// Reads an internet mail; none where it has no structure at all.
pub(crate) fn read(bytes: &[u8]) -> Option<Letter> {
    if bytes.starts_with(tnef::MARK) {
        return tnef::read(bytes).map(of_packed);
    }
    let wide = plain::wide(bytes);
    let bytes = wide.as_deref().map_or(bytes, str::as_bytes);
    let mut messages = split(bytes).into_iter();
    let mut letter = read_one(messages.next()?)?;
    // A file of several messages, as some programs export a folder: the others come with the first.
    for (number, message) in (2..).zip(messages) {
        letter.attach(format!("message {number}.eml"), message.to_vec());
    }
    Some(letter)
}

/// The messages of a file that begins with a line `From somebody, day and time`; else all of it.
fn split(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(b"From ") {
        return vec![bytes];
    }
    let mut begins: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    let mut after_gap = true;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if after_gap && is_envelope(line) {
            begins.push((at, at + line.len()));
        }
        at += line.len();
        after_gap = line.iter().all(u8::is_ascii_whitespace);
    }
    let ends = begins.iter().skip(1).map(|(start, _)| *start).chain([bytes.len()]);
    let messages: Vec<&[u8]> = begins.iter().zip(ends).map(|((_, from), to)| &bytes[*from..to]).collect();
    if messages.is_empty() { vec![bytes] } else { messages }
}

/// Whether a line is what stands between the messages of such a file: `From a@b.uk Tue Nov  3 10:00:00 2026`.
fn is_envelope(line: &[u8]) -> bool {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    words.next() == Some("From")
        && words.any(|word| DAYS.contains(&word))
        && words.any(|word| word.contains(':'))
}

fn read_one(bytes: &[u8]) -> Option<Letter> {
    let bytes = with_readable_head(bytes);
    let message = MessageParser::default().parse(&*bytes)?;
    let mut letter = Letter {
        from: people(message.from()),
        to: people(message.to()),
        cc: people(message.cc()),
        sent: message.date().map(|date| shown_date(&date.to_rfc3339())).unwrap_or_default(),
        subject: message.subject().unwrap_or_default().to_owned(),
        ..Letter::default()
    };
    let raw = message.raw_message();
    let texts = message.text_bodies().filter(|part| matches!(part.body, PartType::Text(_)));
    let plain: Vec<String> = texts.map(|part| said(part, raw)).collect();
    let pages: Vec<html::Page> = message
        .html_bodies()
        .filter(|part| matches!(part.body, PartType::Html(_)))
        .map(|part| html::read(&said(part, raw)))
        .collect();
    letter.hidden_words = pages.iter().map(|page| page.hidden_words).sum();
    let page: Vec<&str> = pages.iter().map(|page| page.text.as_str()).collect();
    letter.body = bodies::message(&plain.join("\n\n"), &page.join("\n\n"));
    for (number, part) in (1..).zip(message.attachments()) {
        let named = part.attachment_name().map(str::to_owned);
        let (default, content) = match &part.body {
            PartType::Message(inner) => (format!("message {number}.eml"), inner.raw_message().to_vec()),
            _ => (format!("attachment {number}{}", ending(part)), part.contents().to_vec()),
        };
        match tnef::read(&content) {
            Some(packed) => letter.unpack(packed),
            None => letter.attach(named.unwrap_or(default), content),
        }
    }
    Some(letter)
}

/// What a part of the message says. Without a word on how its letters are written, they are tried in turn.
fn said(part: &mail_parser::MessagePart<'_>, raw: &[u8]) -> String {
    let named = part.content_type().and_then(|kind| kind.attribute("charset"));
    let unsaid = named.is_none_or(|name| name.eq_ignore_ascii_case("us-ascii"));
    let place = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
    let own = raw.get(place(part.offset_body)..place(part.offset_end));
    match own.filter(|own| unsaid && part.encoding == Encoding::None && !own.is_ascii()) {
        Some(own) => plain::decode(own),
        None => part.text_contents().unwrap_or_default().to_owned(),
    }
}

/// A mail whose head is neither in Unicode nor encoded as the standard wants: in the western code page, as old programs write it.
fn with_readable_head(bytes: &[u8]) -> Cow<'_, [u8]> {
    let end = [b"\n\n".as_slice(), b"\n\r\n"].iter().filter_map(|gap| find(bytes, gap)).min();
    let (head, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
    if std::str::from_utf8(head).is_ok() {
        return Cow::Borrowed(bytes);
    }
    let mut readable = plain::decode(head).into_bytes();
    readable.extend_from_slice(rest);
    Cow::Owned(readable)
}

/// A letter of which only the packed file is there.
fn of_packed(packed: tnef::Packed) -> Letter {
    let mut letter = Letter { subject: packed.subject.clone(), ..Letter::default() };
    letter.unpack(packed);
    letter
}

fn ending(part: &mail_parser::MessagePart) -> &'static str {
    let kinds = [
        ("pdf", ".pdf"),
        ("png", ".png"),
        ("jpeg", ".jpg"),
        ("gif", ".gif"),
        ("plain", ".txt"),
        ("html", ".html"),
    ];
    let kind = part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default();
    kinds.iter().find(|(name, _)| *name == kind).map_or("", |(_, ending)| ending)
}

fn people(address: Option<&Address>) -> String {
    let one = |person: &mail_parser::Addr| match (person.name(), person.address()) {
        (Some(name), Some(address)) if name != address => format!("{name} <{address}>"),
        (name, address) => address.or(name).unwrap_or_default().to_owned(),
    };
    address.map(|address| address.iter().map(one).collect::<Vec<_>>().join(", ")).unwrap_or_default()
}

/// A date as written on letters, in the sender's own time.
fn shown_date(rfc3339: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(rfc3339)
        .map_or_else(|_| rfc3339.to_owned(), |date| when::on_the_wall(date.naive_local()))
}

impl Letter {
    /// Takes in a file that came with it, as long as there are not too many.
    pub fn attach(&mut self, name: String, content: Vec<u8>) {
        if self.attachments.len() < MOST_ATTACHMENTS {
            self.attachments.push((name, content));
        } else {
            self.left += 1;
        }
    }

    /// Takes in what Outlook packed into one file; its words only where the mail has none.
    fn unpack(&mut self, packed: tnef::Packed) {
        if self.body.trim().is_empty() {
            self.body = packed.body;
        }
        for (name, content) in packed.files {
            self.attach(name, content);
        }
    }

    /// What stands above the message, label and value, leaving out what is not there.
    pub fn head(&self) -> Vec<(&'static str, String)> {
        let files = self.attachments.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        let all = [
            ("From", self.from.clone()),
            ("To", self.to.clone()),
            ("Cc", self.cc.clone()),
            ("Sent", self.sent.clone()),
            ("Subject", self.subject.clone()),
            ("Attached", files),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The reading of the message itself.
    pub fn reading(&self, format: FileFormat) -> Reading {
        let head = self.head();
        let line = |text: &str| {
            Block::Line(Line {
                heading: None,
                spans: vec![Span { text: text.to_owned(), mark: Mark::Plain }],
            })
        };
        let cell =
            |column: u32, text: &str| Cell { column, across: 1, continued: false, blocks: vec![line(text)] };
        let rows = head.iter().map(|(label, value)| vec![cell(0, label), cell(1, value)]).collect();
        let head_text = head.iter().map(|(label, value)| format!("{label}\n{value}\n")).collect::<String>();
        let mut reading = plain::of_text(format, &format!("{head_text}{}", self.body));
        reading.body = std::iter::once(Block::Table(Table { name: None, rows }))
            .chain(self.body.lines().map(line))
            .collect();
        reading.title = Some(self.subject.clone()).filter(|subject| !subject.is_empty());
        reading.facts.embedded = self.attachments.iter().map(|(name, _)| name.clone()).collect();
        reading.facts.hidden_words = self.hidden_words;
        reading.findings.extend(remarks::hidden_words(self.hidden_words));
        reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_a_letter_with_its_papers() {
        let mail = "From: Siân Price <sian@council.gov.uk>\r\nTo: panel@council.gov.uk\r\nSubject: Papers for 4410123\r\n\
            Date: Tue, 17 Mar 2026 09:05:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
            --x\r\nContent-Type: text/plain\r\n\r\nPlease find the care plan.\r\n\
            --x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"plan.pdf\"\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--x--\r\n";
        let letter = read(mail.as_bytes()).unwrap();
        assert_eq!(letter.from, "Siân Price <sian@council.gov.uk>");
        assert_eq!(letter.sent, "9.05 am Tuesday 17 March 2026");
        assert_eq!(letter.body.trim(), "Please find the care plan.");
        assert_eq!(letter.attachments, [("plan.pdf".to_owned(), b"%PDF".to_vec())]);
    }

    const HEAD: &str = "From: A Worker <a@x.example>\nSubject: Update\nMIME-Version: 1.0\n";

    #[test]
    fn the_page_of_a_mail_is_its_message_where_the_plain_text_is_a_stub() {
        let page =
            "<body><div style='display:none'>preview words</div><p>The carer has given notice.</p></body>";
        let mail = format!(
            "{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nYour mail program cannot show HTML.\n\
             --b\nContent-Type: text/html\n\n{page}\n--b--\n"
        );
        let letter = read(mail.as_bytes()).unwrap();
        assert_eq!(letter.body.trim(), "The carer has given notice.");
        assert_eq!(letter.hidden_words, 2);
        let only = read(format!("{HEAD}Content-Type: text/html\n\n{page}").as_bytes()).unwrap();
        assert_eq!(only.body.trim(), "The carer has given notice.");
    }

    #[test]
    fn a_mail_is_read_in_whatever_letters_it_was_saved() {
        let mail = format!("{HEAD}\nWas im café steht\n");
        let wide: Vec<u8> =
            std::iter::once(0xFEFF).chain(mail.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let western: Vec<u8> = mail
            .replace("A Worker", "Zoé")
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).unwrap())
            .collect();
        assert_eq!(read(&wide).unwrap().body.trim(), "Was im café steht");
        assert_eq!(read(&wide).unwrap().subject, "Update");
        let western = read(&western).unwrap();
        assert_eq!((western.from.as_str(), western.body.trim()), ("Zoé <a@x.example>", "Was im café steht"));
    }

    #[test]
    fn a_file_of_messages_gives_each() {
        let envelope = "From a@x.example Tue Nov  3 10:00:00 2026\n";
        let one = read(format!("{envelope}{HEAD}\nFrom now on he is there.\n").as_bytes()).unwrap();
        assert_eq!((one.subject.as_str(), one.body.trim()), ("Update", "From now on he is there."));
        assert_eq!(one.attachments, []);
        let two = read(format!("{envelope}{HEAD}\nOne.\n\n{envelope}{HEAD}\nTwo.\n").as_bytes()).unwrap();
        assert_eq!((two.body.trim(), two.attachments.len()), ("One.", 1));
        assert_eq!(read(&two.attachments[0].1).unwrap().body.trim(), "Two.");
    }
}

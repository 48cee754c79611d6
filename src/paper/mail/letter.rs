//! An internet mail (.eml): who wrote to whom, what, and the papers that came with it.
//!
//! Both kinds of mail become a [`Letter`]; how a letter looks on the page is said once, for both.

use mail_parser::decoders::html::html_to_text;
use mail_parser::{Address, MessageParser, MimeHeaders, PartType};

use crate::panel::seen::{Block, Cell, FileFormat, Line, Mark, Reading, Span, Table};
use crate::panel::when;

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
}

/// Reads an internet mail; none where it has no structure at all.
pub(crate) fn read(bytes: &[u8]) -> Option<Letter> {
    let message = MessageParser::default().parse(bytes)?;
    let mut letter = Letter {
        from: people(message.from()),
        to: people(message.to()),
        cc: people(message.cc()),
        sent: message.date().map(|date| shown_date(&date.to_rfc3339())).unwrap_or_default(),
        subject: message.subject().unwrap_or_default().to_owned(),
        ..Letter::default()
    };
    let bodies: Vec<String> = (0..message.text_body_count())
        .filter_map(|at| message.body_text(at))
        .map(|text| text.into_owned())
        .collect();
    letter.body = bodies.join("\n\n");
    for (number, part) in (1..).zip(message.attachments().take(MOST_ATTACHMENTS)) {
        let named = part.attachment_name().map(str::to_owned);
        let (default, content) = match &part.body {
            PartType::Message(inner) => (format!("message {number}.eml"), inner.raw_message().to_vec()),
            _ => (format!("attachment {number}{}", ending(part)), part.contents().to_vec()),
        };
        letter.attachments.push((named.unwrap_or(default), content));
    }
    letter.left = message.attachment_count().saturating_sub(MOST_ATTACHMENTS);
    Some(letter)
}

/// A web page's words.
pub(crate) fn text_of_html(html: &str) -> String {
    html_to_text(html)
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
        let mut reading = crate::paper::plain::of_text(format, &format!("{head_text}{}", self.body));
        reading.body = std::iter::once(Block::Table(Table { name: None, rows }))
            .chain(self.body.lines().map(line))
            .collect();
        reading.title = Some(self.subject.clone()).filter(|subject| !subject.is_empty());
        reading.facts.embedded = self.attachments.iter().map(|(name, _)| name.clone()).collect();
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
}

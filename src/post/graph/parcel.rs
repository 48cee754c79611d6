//! A stored message as Microsoft Graph takes it: its fields as JSON, its enclosures one by one, and hashes by which they are known again.

use mail_parser::decoders::html::html_to_text;
use mail_parser::{Addr, Address, Message, MessageParser, MimeHeaders as _};
use serde_json::{Value, json};
use thiserror::Error;

use crate::panel::ids::Sha256;
use crate::register::store::hash_bytes;

/// The property of a draft that holds the mark of its letter. The number is the program's own, so that no other program's mark is taken for it.
pub const MARK: &str = "String {8f3c1b52-6d0e-4a57-9b1c-2f7d5e9a4c63} Name PanelclerkLetter";

/// Header lines of its own that Graph takes with one message.
const MOST_HEADERS: usize = 5;

/// Why a stored message cannot go this way.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoParcel {
    #[error("the stored message cannot be read")]
    Unreadable,
    #[error("the email has {0} header lines of its own, and Microsoft Graph takes 5")]
    Headers(usize),
}

/// A message in the parts in which it travels.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub subject: String,
    html: String,
    from: (String, String),
    reply_to: Option<(String, String)>,
    pub to: (String, String),
    message_id: String,
    headers: Vec<(String, String)>,
    pub enclosures: Vec<Enclosed>,
}

/// One enclosure.
#[derive(Debug, Clone)]
pub struct Enclosed {
    pub file_name: String,
    pub media_type: String,
    pub content: Vec<u8>,
    pub sha256: Sha256,
}

impl Parcel {
    /// Fails with [`NoParcel`].
    pub fn of(message: &[u8]) -> Result<Parcel, NoParcel> {
        let message = MessageParser::default().parse(message).ok_or(NoParcel::Unreadable)?;
        let one = |address: Option<&Address<'_>>| {
            let Addr { name, address } = address?.first()?;
            let address = address.as_ref()?.to_string();
            Some((name.as_ref().map_or_else(|| address.clone(), ToString::to_string), address))
        };
        let headers = own_headers(&message);
        if MOST_HEADERS < headers.len() {
            return Err(NoParcel::Headers(headers.len()));
        }
        let enclosures = message.attachments().map(|part| {
            let media_type = part.content_type().map_or_else(
                || "application/octet-stream".to_owned(),
                |kind| {
                    let mut said = kind.ctype().to_owned();
                    if let Some(sub) = kind.subtype() {
                        said.push_str(&format!("/{sub}"));
                    }
                    for attribute in kind.attributes().into_iter().flatten() {
                        said.push_str(&format!("; {}={}", attribute.name, attribute.value));
                    }
                    said
                },
            );
            let content = part.contents().to_vec();
            Enclosed {
                file_name: part.attachment_name().unwrap_or("file").to_owned(),
                media_type,
                sha256: hash_bytes(&content),
                content,
            }
        });
        Ok(Parcel {
            subject: message.subject().ok_or(NoParcel::Unreadable)?.to_owned(),
            html: message.body_html(0).ok_or(NoParcel::Unreadable)?.into_owned(),
            from: one(message.from()).ok_or(NoParcel::Unreadable)?,
            reply_to: one(message.reply_to()),
            to: one(message.to()).ok_or(NoParcel::Unreadable)?,
            message_id: message.message_id().ok_or(NoParcel::Unreadable)?.to_owned(),
            headers,
            enclosures: enclosures.collect(),
        })
    }

    /// The draft without its reader and its enclosures: nobody can send it to anybody before it is whole.
    pub fn draft(&self, mark: &str) -> Value {
        let mut draft = json!({
            "subject": self.subject,
            "body": { "contentType": "html", "content": self.html },
            "from": mailbox(&self.from),
            "internetMessageId": format!("<{}>", self.message_id),
            "internetMessageHeaders": self.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>(),
            "singleValueExtendedProperties": [{ "id": MARK, "value": mark }],
        });
        if let Some(reply_to) = &self.reply_to {
            draft["replyTo"] = json!([mailbox(reply_to)]);
        }
        draft
    }

    /// What is entered last.
    pub fn reader(&self) -> Value {
        json!({ "toRecipients": [mailbox(&self.to)] })
    }

    /// Whether a draft as the mailbox holds it has this subject and says the same. Exchange writes HTML anew, so words are compared.
    pub fn says_the_same(&self, draft: &Value) -> bool {
        let content = draft["body"]["content"].as_str().unwrap_or_default();
        draft["subject"].as_str() == Some(self.subject.as_str()) && words(content) == words(&self.html)
    }

    /// Whether a draft is to this reader and nobody else.
    pub fn is_to_its_reader(&self, draft: &Value) -> bool {
        let of = |key: &str| -> Vec<String> {
            let readers = draft[key].as_array().map(Vec::as_slice).unwrap_or_default();
            let address =
                |one: &Value| one["emailAddress"]["address"].as_str().unwrap_or_default().to_lowercase();
            readers.iter().map(address).collect()
        };
        of("toRecipients") == [self.to.1.to_lowercase()]
            && of("ccRecipients").is_empty()
            && of("bccRecipients").is_empty()
    }
}

/// The header lines that are the letter's own and not a mail's usual ones.
fn own_headers(message: &Message<'_>) -> Vec<(String, String)> {
    let raw = message.headers_raw().filter(|(name, _)| {
        let name = name.to_ascii_lowercase();
        name.starts_with("x-") && name != "x-unsent"
    });
    raw.map(|(name, value)| {
        let value: Vec<&str> = value.split_whitespace().collect();
        (name.to_owned(), value.join(" "))
    })
    .collect()
}

fn mailbox((name, address): &(String, String)) -> Value {
    json!({ "emailAddress": { "name": name, "address": address } })
}

fn words(html: &str) -> Vec<String> {
    html_to_text(html).split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "From: Panel <panel@council.example>\r\nTo: =?utf-8?q?Mia_Szyma=C5=84ska?= <mia@council.example>\r\n\
        Subject: OFFICIAL-SENSITIVE: papers\r\nMessage-ID: <a1@council.example>\r\nX-Panelclerk-Head: 5d41\r\nX-Unsent: 1\r\n\
        Auto-Submitted: no\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
        --m\r\nContent-Type: multipart/alternative; boundary=w\r\n\r\n--w\r\nContent-Type: text/plain\r\n\r\nDear Mia\r\n\
        --w\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Dear <b>Mia</b>,</p>\r\n--w--\r\n\
        --m\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\nContent-Disposition: attachment; filename=\"a.ics\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nQkVHSU4=\r\n--m--\r\n";

    #[test]
    fn a_draft_has_everything_but_its_reader_and_only_header_lines_that_are_taken() {
        let parcel = Parcel::of(MESSAGE.as_bytes()).unwrap();
        let draft = parcel.draft("a1@council.example");
        assert!(draft.get("toRecipients").is_none());
        assert_eq!(draft["internetMessageId"], "<a1@council.example>");
        assert_eq!(
            draft["internetMessageHeaders"],
            json!([{ "name": "X-Panelclerk-Head", "value": "5d41" }])
        );
        assert_eq!(
            draft["singleValueExtendedProperties"],
            json!([{ "id": MARK, "value": "a1@council.example" }])
        );
        assert_eq!(draft["from"]["emailAddress"]["address"], "panel@council.example");
        assert_eq!(parcel.reader()["toRecipients"][0]["emailAddress"]["name"], "Mia Szymańska");
        assert_eq!(parcel.enclosures.len(), 1);
        let file = &parcel.enclosures[0];
        assert_eq!((file.file_name.as_str(), file.content.as_slice()), ("a.ics", &b"BEGIN"[..]));
        assert!(file.media_type.starts_with("text/calendar") && file.media_type.contains("method=REQUEST"));
        assert_eq!(file.sha256, hash_bytes(b"BEGIN"));
    }

    #[test]
    fn the_same_words_are_the_same_letter_however_the_html_is_written() {
        let parcel = Parcel::of(MESSAGE.as_bytes()).unwrap();
        let held =
            |subject: &str, content: &str| json!({ "subject": subject, "body": { "content": content } });
        let anew =
            "<html><head><meta charset=\"utf-8\"></head><body>\r\n<p>Dear <b>Mia</b>,</p>\r\n</body></html>";
        assert!(parcel.says_the_same(&held("OFFICIAL-SENSITIVE: papers", anew)));
        assert!(!parcel.says_the_same(&held("OFFICIAL-SENSITIVE: papers", "<p>Dear Cato,</p>")));
        assert!(!parcel.says_the_same(&held("papers", anew)));
        let to = |address: &str| json!({ "toRecipients": [{ "emailAddress": { "address": address } }] });
        assert!(parcel.is_to_its_reader(&to("MIA@council.example")));
        assert!(
            !parcel.is_to_its_reader(&to("mia@council.example.org")) && !parcel.is_to_its_reader(&json!({}))
        );
        let mut more = to("mia@council.example");
        more["bccRecipients"] = json!([{ "emailAddress": { "address": "else@council.example" } }]);
        assert!(!parcel.is_to_its_reader(&more));
    }

    #[test]
    fn more_header_lines_than_are_taken_are_said_before_anything_is_asked() {
        let more: String = (0..6).map(|number| format!("X-A{number}: 1\r\n")).collect();
        let message = MESSAGE.replace("X-Unsent: 1\r\n", &more);
        assert_eq!(Parcel::of(message.as_bytes()).unwrap_err(), NoParcel::Headers(7));
    }
}

//! The panel's mailbox in Microsoft 365, call by call.

use std::fmt;
use std::time::Duration;

use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde_json::{Value, json};
use ureq::http::Method;

use crate::config::percent::UNRESERVED;
use crate::panel::ids::Sha256;
use crate::post::advice::Advice;
use crate::post::graph::parcel::{Enclosed, MARK};
use crate::post::graph::reply::{Fault, GraphReply};
use crate::post::secret::Secret;
use crate::post::token::{Application, Tokens};
use crate::post::web::{Answer, Question, Web};
use crate::register::store::hash_bytes;

/// Seconds that a server may ask for and that are waited where we stand; a longer rest ends the go.
const WAITED_FOR: u64 = 30;

/// How often one question is asked at most, where the server asks us to wait in between.
const MOST_TIMES: u32 = 4;

/// An enclosure is at most so many bytes larger as the mailbox says than it is.
const SLACK: u64 = 1024;

/// A mailbox, and the application that may use it.
pub struct Mailbox<'a> {
    pub web: Web,
    /// `https://graph.microsoft.com/v1.0`.
    pub base: String,
    pub address: String,
    pub application: Application,
    pub tokens: Tokens,
    /// The application's secret, fetched when it is needed.
    pub secret: &'a dyn Fn() -> Result<Secret, Advice>,
    /// Waits; false where the program is being stopped.
    pub pause: &'a dyn Fn(Duration) -> bool,
}

/// Where a letter's message lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    Drafts,
    SentItems,
}

/// A message that carries a letter's mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub id: String,
    /// It has a reader: it is whole, and can be sent.
    pub has_reader: bool,
    /// When it left, as the mailbox says.
    pub sent: Option<String>,
}

/// An enclosure as the mailbox lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub id: String,
    pub name: String,
}

impl Mailbox<'_> {
    /// Sees whether the mailbox can be used at all.
    pub fn knock(&self) -> Result<(), Fault> {
        self.get("mailFolders/drafts?$select=id").map(|_| ())
    }

    /// The messages of a folder that carry this mark.
    pub fn find(&self, folder: Folder, mark: &str) -> Result<Vec<Found>, Fault> {
        let folder = match folder {
            Folder::Drafts => "drafts",
            Folder::SentItems => "sentitems",
        };
        let filter = format!(
            "singleValueExtendedProperties/any(ep:ep/id eq '{MARK}' and ep/value eq '{}')",
            mark.replace('\'', "''")
        );
        let filter = encoded(&filter);
        let what = "$select=id,toRecipients,sentDateTime&$top=20";
        let found = self.get(&format!("mailFolders/{folder}/messages?$filter={filter}&{what}"))?;
        let messages = found["value"].as_array().ok_or(Fault::Odd("Microsoft Graph gave no list"))?;
        let one = |message: &Value| {
            Ok(Found {
                id: id_of(message)?,
                has_reader: message["toRecipients"].as_array().is_some_and(|readers| !readers.is_empty()),
                sent: message["sentDateTime"].as_str().map(str::to_owned),
            })
        };
        messages.iter().map(one).collect()
    }

    /// Makes a draft; gives its number.
    pub fn create(&self, draft: &Value) -> Result<String, Fault> {
        id_of(&self.json(Method::POST, "messages", draft)?)
    }

    /// A draft as the mailbox holds it.
    pub fn draft(&self, id: &str) -> Result<Value, Fault> {
        let what = "$select=subject,body,toRecipients,ccRecipients,bccRecipients";
        self.get(&format!("messages/{}?{what}", encoded(id)))
    }

    /// The enclosures of a draft.
    pub fn attached(&self, id: &str) -> Result<Vec<Attached>, Fault> {
        let listed = self.get(&format!("messages/{}/attachments?$select=id,name", encoded(id)))?;
        let listed = listed["value"].as_array().ok_or(Fault::Odd("Microsoft Graph gave no list"))?;
        let one = |value: &Value| {
            Ok(Attached { id: id_of(value)?, name: value["name"].as_str().unwrap_or_default().to_owned() })
        };
        listed.iter().map(one).collect()
    }

    /// The hash of an enclosure as the mailbox gives it back; `expected` is how many bytes it should have.
    pub fn hash_of(&self, id: &str, attachment: &str, expected: usize) -> Result<Sha256, Fault> {
        let path = format!("messages/{}/attachments/{}/$value", encoded(id), encoded(attachment));
        let url = self.url(&path);
        let mut question = Question::new(Method::GET, &url);
        question.most = u64::try_from(expected).unwrap_or(u64::MAX).saturating_add(SLACK);
        Ok(hash_bytes(&self.ask(&question)?.body))
    }

    /// Puts a small enclosure into a draft.
    pub fn attach(&self, id: &str, file: &Enclosed) -> Result<(), Fault> {
        use base64::Engine as _;
        let content = base64::engine::general_purpose::STANDARD.encode(&file.content);
        let file = json!({
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": file.file_name,
            "contentType": file.media_type,
            "contentBytes": content,
        });
        self.json(Method::POST, &format!("messages/{}/attachments", encoded(id)), &file).map(|_| ())
    }

    /// Begins the upload of a large enclosure; gives the address it goes to.
    pub fn begin_upload(&self, id: &str, file: &Enclosed) -> Result<String, Fault> {
        let item = json!({ "AttachmentItem": {
            "attachmentType": "file",
            "name": file.file_name,
            "size": file.content.len(),
            "contentType": file.media_type,
        }});
        let path = format!("messages/{}/attachments/createUploadSession", encoded(id));
        let begun = self.json(Method::POST, &path, &item)?;
        let url = begun["uploadUrl"].as_str().filter(|url| url.starts_with("https://"));
        url.map(str::to_owned).ok_or(Fault::Odd("Microsoft Graph gave no address to upload to"))
    }

    /// Enters a draft's reader.
    pub fn address_to(&self, id: &str, reader: &Value) -> Result<(), Fault> {
        self.json(Method::PATCH, &format!("messages/{}", encoded(id)), reader).map(|_| ())
    }

    /// Sends a draft; gives the number of the call. One draft can be sent once, however often it is asked for.
    pub fn send(&self, id: &str) -> Result<String, Fault> {
        let url = self.url(&format!("messages/{}/send", encoded(id)));
        let mut question = Question::new(Method::POST, &url);
        question.body = Some(b"");
        Ok(self.ask(&question)?.request_id.unwrap_or_default())
    }

    /// Takes a draft out of the mailbox, past the folder of deleted mail, where others could open it. One that is gone is none to take out.
    pub fn remove(&self, id: &str) -> Result<(), Fault> {
        let url = self.url(&format!("messages/{}/permanentDelete", encoded(id)));
        let mut question = Question::new(Method::POST, &url);
        question.body = Some(b"");
        let gone = |reply: &GraphReply| reply.code == "ErrorItemNotFound";
        match self.ask(&question) {
            Err(Fault::Said(reply)) if gone(&reply) => Ok(()),
            // Not every cloud of Microsoft's knows how to.
            Err(Fault::Said(reply)) if matches!(reply.status, 400 | 404 | 405 | 501) => {
                let url = self.url(&format!("messages/{}", encoded(id)));
                match self.ask(&Question::new(Method::DELETE, &url)) {
                    Err(Fault::Said(reply)) if gone(&reply) => Ok(()),
                    other => other.map(|_| ()),
                }
            }
            other => other.map(|_| ()),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/users/{}/{path}", self.base, encoded(&self.address))
    }

    fn get(&self, path: &str) -> Result<Value, Fault> {
        let url = self.url(path);
        read(&self.ask(&Question::new(Method::GET, &url))?)
    }

    fn json(&self, method: Method, path: &str, body: &Value) -> Result<Value, Fault> {
        let (url, body) = (self.url(path), body.to_string());
        let mut question = Question::new(method, &url);
        question.headers.push(("Content-Type", "application/json".to_owned()));
        question.body = Some(body.as_bytes());
        read(&self.ask(&question)?)
    }

    /// Asks with a token: a token that is refused is fetched anew once; a short rest that is asked for is kept.
    fn ask(&self, question: &Question<'_>) -> Result<Answer, Fault> {
        let mut renewed = false;
        for _ in 0..MOST_TIMES {
            let token = self.tokens.take(&self.web, &self.application, self.secret).map_err(Fault::Token)?;
            let question = Question { token: Some(&token), ..question.clone() };
            let answer = self.web.ask(&question).map_err(Fault::Web)?;
            match (answer.status, answer.retry_after) {
                (200..300, _) => return Ok(answer),
                (401, _) if !renewed => {
                    renewed = true;
                    self.tokens.forget();
                }
                (429 | 503, Some(seconds)) if seconds <= WAITED_FOR => {
                    if !(self.pause)(Duration::from_secs(seconds)) {
                        return Err(Fault::Stopping);
                    }
                }
                _ => return Err(Fault::Said(GraphReply::of(&answer))),
            }
        }
        Err(Fault::Said(GraphReply {
            status: 429,
            code: String::new(),
            message: "it asked us to wait again and again".to_owned(),
            request_id: None,
            rest: Some(WAITED_FOR),
        }))
    }
}

fn read(answer: &Answer) -> Result<Value, Fault> {
    if answer.body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&answer.body).map_err(|_| Fault::Odd("what answers there is not Microsoft Graph"))
}

fn id_of(value: &Value) -> Result<String, Fault> {
    let id = value["id"].as_str().filter(|id| !id.is_empty());
    id.map(str::to_owned).ok_or(Fault::Odd("what answers there is not Microsoft Graph"))
}

/// As it stands in a path or a query.
fn encoded(text: &str) -> String {
    const IN_A_PATH: &AsciiSet = &UNRESERVED.remove(b'@').remove(b'\'');
    utf8_percent_encode(text, IN_A_PATH).to_string()
}

impl fmt::Debug for Mailbox<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Mailbox")
            .field("base", &self.base)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

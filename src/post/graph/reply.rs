//! What Microsoft Graph answers where it does not do what it was asked.

use std::fmt;

use serde::Deserialize;

use crate::post::token::NoToken;
use crate::post::web::{Answer, WebError};

/// Stands before an answer of Graph's on record, so that it is not taken for a mail server's.
const OF_GRAPH: &str = "Graph ";

/// A "no".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphReply {
    pub status: u16,
    /// Graph's own word: `ErrorAccessDenied`.
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
    /// Seconds after which it may be asked again.
    pub rest: Option<u64>,
}

/// Why something was not done.
#[derive(Debug)]
pub enum Fault {
    Said(GraphReply),
    Web(WebError),
    Token(NoToken),
    /// The program is being stopped while it waits.
    Stopping,
    /// What came back is not what was asked for.
    Odd(&'static str),
}

#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    error: Inner,
}

#[derive(Deserialize, Default)]
struct Inner {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl GraphReply {
    pub fn of(answer: &Answer) -> Self {
        let Body { error } = serde_json::from_slice(&answer.body).unwrap_or_default();
        let plain = |text: &str, most: usize| -> String {
            text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(most).collect()
        };
        GraphReply {
            status: answer.status,
            code: error.code.chars().filter(char::is_ascii_alphanumeric).take(60).collect(),
            message: plain(&error.message, 300),
            request_id: answer.request_id.as_deref().map(|id| plain(id, 60)),
            rest: answer.retry_after,
        }
    }

    /// "Not now": asked again later it may say yes.
    pub const fn is_not_now(&self) -> bool {
        matches!(self.status, 408 | 409 | 423 | 429 | 500..)
    }

    /// The status and word of an answer on record; none where it is none of Graph's.
    pub fn on_record(said: &str) -> Option<(u16, &str)> {
        let rest = said.strip_prefix(OF_GRAPH)?;
        let (status, rest) = rest.split_at_checked(3)?;
        let code = rest.trim_start().split([':', ' ']).next().unwrap_or_default();
        let code = if code.bytes().all(|letter| letter.is_ascii_alphanumeric()) { code } else { "" };
        Some((status.parse().ok()?, code))
    }
}

impl fmt::Display for GraphReply {
    /// `Graph 403 ErrorAccessDenied: Access is denied (request 0a1b)`, as it is kept on record.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{OF_GRAPH}{} {}", self.status, self.code)?;
        if !self.message.is_empty() {
            write!(out, ": {}", self.message)?;
        }
        self.request_id.as_ref().map_or(Ok(()), |id| write!(out, " (request {id})"))
    }
}

impl Fault {
    /// Whether what was asked for may have been done all the same.
    pub const fn may_be_done(&self) -> bool {
        match self {
            Fault::Said(reply) => reply.status == 408 || 500 <= reply.status,
            Fault::Web(error) => !error.is_before_the_question(),
            Fault::Odd(_) => true,
            Fault::Token(_) | Fault::Stopping => false,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Said(reply) => reply.fmt(out),
            Fault::Web(error) => error.fmt(out),
            Fault::Token(no) => no.fmt(out),
            Fault::Stopping => out.write_str("the program was told to stop"),
            Fault::Odd(what) => out.write_str(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_with_its_word_and_known_again() {
        let answer = Answer {
            status: 403,
            retry_after: None,
            request_id: Some("0a1b".to_owned()),
            body: br#"{"error":{"code":"ErrorAccessDenied","message":"Access is\r\ndenied."}}"#.to_vec(),
        };
        let said = GraphReply::of(&answer).to_string();
        assert_eq!(said, "Graph 403 ErrorAccessDenied: Access is  denied. (request 0a1b)");
        assert_eq!(GraphReply::on_record(&said), Some((403, "ErrorAccessDenied")));
        assert_eq!(GraphReply::on_record("550 5.1.1 no"), None);
        let bare = GraphReply::of(&Answer { status: 502, body: b"<html>".to_vec(), ..answer });
        assert_eq!(GraphReply::on_record(&bare.to_string()), Some((502, "")));
        assert!(bare.is_not_now());
    }
}

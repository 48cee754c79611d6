//! Large enclosures in pieces. Where the line breaks, the upload goes on where the server says that it stopped.
//!
//! The address it goes to lets in whoever knows it: it gets no token.

use std::time::Duration;

use serde_json::Value;
use ureq::http::Method;

use crate::post::graph::mailbox::Mailbox;
use crate::post::graph::parcel::Enclosed;
use crate::post::graph::reply::{Fault, GraphReply};
use crate::post::web::{Answer, Question};

/// From so many bytes on a file goes in pieces: below, one call takes it.
pub const LARGE: usize = 3 * 1024 * 1024;

/// Bytes of one piece: a multiple of 320 KiB, below the 4 MB that one call takes.
pub const PIECE: usize = 12 * 320 * 1024;

/// How often a broken upload is taken up again, and how often it is begun anew.
const TAKEN_UP: u32 = 5;
const BEGUN_ANEW: u32 = 2;

/// What came of one piece.
enum Piece {
    /// The file is there.
    Done,
    /// The next piece begins here.
    From(usize),
}

/// Puts a large enclosure into a draft.
///
/// Fails with what went wrong last.
pub fn upload(mailbox: &Mailbox<'_>, draft: &str, file: &Enclosed) -> Result<(), Fault> {
    let mut last = Fault::Odd("the upload did not end");
    for _ in 0..=BEGUN_ANEW {
        let url = mailbox.begin_upload(draft, file)?;
        match pieces(mailbox, &url, file) {
            Ok(()) => return Ok(()),
            // The address has run out, or nobody knows it any more.
            Err(Fault::Said(reply)) if matches!(reply.status, 404 | 409 | 410 | 416) => {
                last = Fault::Said(reply);
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(last)
}

fn pieces(mailbox: &Mailbox<'_>, url: &str, file: &Enclosed) -> Result<(), Fault> {
    let (mut from, mut broken) = (0, 0);
    while from < file.content.len() {
        let fault = match piece(mailbox, url, file, from) {
            Ok(Piece::Done) => return Ok(()),
            Ok(Piece::From(next)) => {
                from = next;
                continue;
            }
            Err(fault) => fault,
        };
        let rest = match &fault {
            Fault::Said(reply) if reply.is_not_now() => reply.rest.unwrap_or(1),
            Fault::Web(_) => 1,
            _ => return Err(fault),
        };
        broken += 1;
        if TAKEN_UP < broken || 60 < rest {
            return Err(fault);
        }
        if !(mailbox.pause)(Duration::from_secs(rest)) {
            return Err(Fault::Stopping);
        }
        // What the server holds, it knows best. Where it cannot be asked either, the piece goes again.
        if let Ok(answer) = mailbox.web.ask(&Question::new(Method::GET, url)) {
            match (answer.status, next_of(&answer)) {
                (200..300, Some(next)) => from = next,
                (200..300 | 500.., _) => {}
                _ => return Err(Fault::Said(GraphReply::of(&answer))),
            }
        }
    }
    Err(Fault::Odd("the upload ended without the file being there"))
}

fn piece(mailbox: &Mailbox<'_>, url: &str, file: &Enclosed, from: usize) -> Result<Piece, Fault> {
    let all = file.content.len();
    let end = all.min(from + PIECE);
    let mut question = Question::new(Method::PUT, url);
    question.headers.push(("Content-Type", "application/octet-stream".to_owned()));
    question.headers.push(("Content-Range", format!("bytes {from}-{}/{all}", end - 1)));
    question.body = Some(&file.content[from..end]);
    let answer = mailbox.web.ask(&question).map_err(Fault::Web)?;
    match answer.status {
        201 => Ok(Piece::Done),
        200 | 202 => match next_of(&answer) {
            Some(next) if next <= all => Ok(Piece::From(next)),
            _ if end == all => Ok(Piece::Done),
            _ => Ok(Piece::From(end)),
        },
        _ => Err(Fault::Said(GraphReply::of(&answer))),
    }
}

/// Where the next piece begins: `nextExpectedRanges` is `["3932160-"]` or `["3932160"]`.
fn next_of(answer: &Answer) -> Option<usize> {
    let said: Value = serde_json::from_slice(&answer.body).ok()?;
    let ranges = said.get("nextExpectedRanges").or_else(|| said.get("NextExpectedRanges"))?;
    ranges.as_array()?.first()?.as_str()?.split('-').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_piece_begins_where_the_server_says() {
        let said = |body: &str| {
            next_of(&Answer {
                status: 200,
                retry_after: None,
                request_id: None,
                body: body.as_bytes().to_vec(),
            })
        };
        assert_eq!(said(r#"{"nextExpectedRanges":["3932160"]}"#), Some(3_932_160));
        assert_eq!(said(r#"{"NextExpectedRanges":["7-99"]}"#), Some(7));
        assert_eq!(said(r#"{"nextExpectedRanges":[]}"#), None);
        assert_eq!(said(""), None);
        assert_eq!(PIECE % (320 * 1024), 0);
        const { assert!(PIECE < 4_000_000) };
    }
}

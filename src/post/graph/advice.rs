//! What Microsoft Graph's "no" means, and who must do what about it.
//!
//! The words are those of Graph's own list of errors for mail; what else it says is repeated as it said it.

use crate::post::advice::Advice;
use crate::post::graph::reply::{Fault, GraphReply};
use crate::post::token::{self, Application};

/// Whom it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    /// This letter alone.
    Letter,
    /// The mailbox or the application: no letter goes.
    Everybody,
}

struct Known {
    status: Option<u16>,
    code: Option<&'static str>,
    concerns: Concerns,
    says: &'static str,
    hint: &'static str,
}

const fn known(
    status: u16,
    code: &'static str,
    concerns: Concerns,
    says: &'static str,
    hint: &'static str,
) -> Known {
    let status = if status == 0 { None } else { Some(status) };
    let code = if code.is_empty() { None } else { Some(code) };
    Known { status, code, concerns, says, hint }
}

const BY_ITSELF: &str = "nothing needs doing: it is tried again by itself";
const NEEDS_RIGHTS: &str = "ask whoever looks after Microsoft 365: the application needs `Mail.ReadWrite`, and `Mail.Send` where it sends, for this one \
                            mailbox (docs/post.md, The road `graph`)";

/// The more exact before the less.
static ALL: [Known; 19] = [
    known(
        0,
        "ErrorMessageSizeExceeded",
        Concerns::Letter,
        "the email is too large for this mailbox",
        "set `letter_mb` in the configuration to what Microsoft 365 takes (35 unless it was changed): the pack then goes in parts",
    ),
    known(
        0,
        "ErrorMessageSubmissionBlocked",
        Concerns::Everybody,
        "Microsoft 365 has stopped this mailbox from sending",
        "ask whoever looks after Microsoft 365 why the mailbox may not send",
    ),
    known(
        0,
        "ErrorExceededMessageLimit",
        Concerns::Everybody,
        "the mailbox has sent as much as it may in a day",
        "nothing needs doing: it goes on by itself; ask whoever looks after Microsoft 365 if it happens again",
    ),
    known(
        0,
        "ErrorSendAsDenied",
        Concerns::Everybody,
        "the application may not send in the panel's name",
        "see whether `sender` is the address of `mailbox`; otherwise ask whoever looks after Microsoft 365 for the right to send as it",
    ),
    known(
        0,
        "ErrorInvalidRecipients",
        Concerns::Letter,
        "the reader's address is none that Microsoft 365 takes",
        "look at the address in `People.xlsx`, and ask the person for the right one",
    ),
    known(
        0,
        "ErrorQuotaExceeded",
        Concerns::Everybody,
        "the panel's mailbox is full",
        "make room in it, old sent emails first; or ask whoever looks after Microsoft 365 for more",
    ),
    known(
        0,
        "ErrorAccessDenied",
        Concerns::Everybody,
        "the application may not use this mailbox",
        NEEDS_RIGHTS,
    ),
    known(
        0,
        "MailboxNotEnabledForRESTAPI",
        Concerns::Everybody,
        "the mailbox is not one in Microsoft 365",
        "ask whoever looks after mail: a mailbox on a server of the council's own needs the road `smtp`",
    ),
    known(
        0,
        "MailboxNotFound",
        Concerns::Everybody,
        "there is no such mailbox",
        "see whether `mailbox` under `[post.graph]` is right",
    ),
    known(
        0,
        "ErrorNonExistentMailbox",
        Concerns::Everybody,
        "there is no such mailbox",
        "see whether `mailbox` under `[post.graph]` is right",
    ),
    known(
        0,
        "ErrorInvalidUser",
        Concerns::Everybody,
        "there is no such mailbox",
        "see whether `mailbox` under `[post.graph]` is right",
    ),
    known(
        0,
        "ResourceNotFound",
        Concerns::Everybody,
        "there is no such mailbox",
        "see whether `mailbox` under `[post.graph]` is right",
    ),
    known(
        0,
        "RequestUserNotFound",
        Concerns::Everybody,
        "there is no such mailbox",
        "see whether `mailbox` under `[post.graph]` is right",
    ),
    known(
        0,
        "ErrorItemNotFound",
        Concerns::Letter,
        "the draft is no longer there",
        "ask who deleted it; `panelclerk send KIND DATE --go --again READER` sends it once more",
    ),
    known(
        413,
        "",
        Concerns::Letter,
        "the email is too large for Microsoft Graph",
        "set `letter_mb` in the configuration to what Microsoft 365 takes (35 unless it was changed): the pack then goes in parts",
    ),
    known(
        401,
        "",
        Concerns::Everybody,
        "Microsoft Graph does not accept the application's token",
        "ask whoever looks after Microsoft 365 whether the application is still there and its permissions are granted (admin consent)",
    ),
    known(403, "", Concerns::Everybody, "the application may not do this", NEEDS_RIGHTS),
    known(429, "", Concerns::Everybody, "Microsoft Graph asks us to wait for a while", BY_ITSELF),
    known(
        404,
        "",
        Concerns::Everybody,
        "Microsoft Graph does not know this mailbox or address",
        "see whether `mailbox` and `base` under `[post.graph]` are right",
    ),
];

fn find(status: u16, code: &str) -> Option<&'static Known> {
    ALL.iter().find(|known| {
        known.status.is_none_or(|wanted| wanted == status)
            && known.code.is_none_or(|wanted| wanted.eq_ignore_ascii_case(code))
    })
}

/// What an answer means.
pub fn about(reply: &GraphReply) -> Advice {
    let (says, hint) = said(reply.status, &reply.code);
    Advice { says, hint }
}

/// Whom it concerns.
pub fn concerns(reply: &GraphReply) -> Concerns {
    find(reply.status, &reply.code).map_or(Concerns::Letter, |known| known.concerns)
}

/// What an answer on record means, without Graph's own sentence: it may hold the reader's address.
pub fn said(status: u16, code: &str) -> (String, String) {
    match find(status, code) {
        Some(known) => (known.says.to_owned(), known.hint.to_owned()),
        None if 500 <= status => {
            (format!("Microsoft Graph could not do it just now ({status})"), BY_ITSELF.to_owned())
        }
        None => {
            let word = if code.is_empty() { String::new() } else { format!(" {code}") };
            (
                format!("Microsoft Graph said {status}{word}"),
                "ask whoever looks after Microsoft 365; `panelclerk --json audit` has the whole answer"
                    .to_owned(),
            )
        }
    }
}

/// What to do about whatever went wrong.
pub fn of_fault(fault: &Fault, application: &Application) -> Advice {
    match fault {
        Fault::Said(reply) => about(reply),
        Fault::Web(error) => token::about_web(error, SECTION),
        Fault::Token(no) => token::advice(no, application, SECTION),
        Fault::Stopping | Fault::Odd(_) => Advice { says: fault.to_string(), hint: BY_ITSELF.to_owned() },
    }
}

/// Where the configuration says it.
pub const SECTION: &str = "post.graph";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_its_sentence_and_names_who_must_act() {
        let table = [
            (401, "InvalidAuthenticationToken", "token", "admin consent"),
            (403, "ErrorAccessDenied", "may not use this mailbox", "Mail.ReadWrite"),
            (403, "ErrorSendAsDenied", "panel's name", "right to send"),
            (404, "MailboxNotFound", "no such mailbox", "`mailbox`"),
            (404, "ErrorItemNotFound", "no longer there", "--again"),
            (413, "", "too large", "letter_mb"),
            (400, "ErrorMessageSizeExceeded", "too large", "letter_mb"),
            (400, "ErrorInvalidRecipients", "reader's address", "People.xlsx"),
            (429, "ApplicationThrottled", "asks us to wait", "by itself"),
            (507, "ErrorQuotaExceeded", "mailbox is full", "make room"),
            (503, "", "just now", "by itself"),
            (418, "ErrorOdd", "418 ErrorOdd", "audit"),
        ];
        for (status, code, says, hint) in table {
            let advice = said(status, code);
            assert!(advice.0.contains(says) && advice.1.contains(hint), "{status} {code}: {advice:?}");
        }
    }
}

//! A letter and a mail server with faults: what became of the letter, what the server got, and that nothing went in clear.

use std::collections::BTreeMap;
use std::time::Duration;

use lettre::Address;
use panelclerk::post::secret::Secret;
use panelclerk::post::smtp::advice;
use panelclerk::post::smtp::dialogue::{Conversation, Encryption, Envelope, NoConversation, Outcome, Server};
use panelclerk::post::smtp::login::Login;
use panelclerk::post::smtp::wire::{Waits, trusted};
use panelclerk::register::pieces::Kept;

use crate::mail_server::{Does, MailServer, Manners, Shows};

const PASSWORD: &str = "pa55 of the panel";

fn waits() -> Waits {
    let short = Duration::from_millis(900);
    Waits { connect: short, command: short, begin: short, piece: short, end: short }
}

fn login() -> Login {
    Login::Plain { user: "panel@council.example".to_owned(), password: Secret::new(PASSWORD) }
}

fn server(mail: &MailServer, login: Login) -> Server {
    Server {
        host: "localhost".to_owned(),
        port: mail.port,
        encryption: Encryption::Starttls,
        trusted: trusted(Some(("council.pem", mail.issuer.as_bytes()))).unwrap(),
        login,
        own_name: "panel.council.example".to_owned(),
        waits: waits(),
    }
}

/// A letter whose lines begin with dots, longer than the server's and ours buffers.
fn message() -> Vec<u8> {
    let mut message = b"Subject: OFFICIAL-SENSITIVE: papers\r\n\r\n.begins with a dot\r\n..\r\n".to_vec();
    for line in 0..4000 {
        message.extend_from_slice(format!("line {line} of the pack of the panel, in letters\r\n").as_bytes());
    }
    message
}

/// What became of one letter, in a word, and what was said; the journal's steps that were taken.
fn fate(manners: Manners) -> (String, MailServer) {
    let mail = MailServer::start(manners);
    let told = match Conversation::begin(&server(&mail, login())) {
        Err(failure) => format!("no conversation: {failure}"),
        Ok(mut talk) => {
            let (from, to): (Address, Address) =
                ("panel@council.example".parse().unwrap(), "mia@council.example".parse().unwrap());
            let mut begun = false;
            let envelope = Envelope { from: &from, to: &to, id: "L7", message: Kept::Bytes(&message()) };
            let outcome = talk.send(&envelope, || {
                begun = true;
                Ok::<_, std::io::Error>(())
            });
            talk.end();
            let outcome = match outcome.unwrap() {
                Outcome::Accepted { reply } => format!("accepted: {reply}"),
                Outcome::RefusedForNow { step, why, .. } => format!("not now {step}: {why}"),
                Outcome::Refused { step, why, .. } => format!("never {step}: {why}"),
                Outcome::Unknown { why } => format!("unknown: {why}"),
            };
            format!("{outcome}{}", if begun { ", begun" } else { "" })
        }
    };
    (told, mail)
}

#[test]
fn a_letter_arrives_byte_for_byte_and_nothing_before_encryption_says_whose() {
    let (told, mail) = fate(Manners::default());
    assert_eq!(told, "accepted: 250 2.0.0 queued as Q1, begun");
    std::thread::sleep(Duration::from_millis(50));
    let seen = mail.seen.lock().unwrap();
    assert_eq!(seen.taken.len(), 1);
    assert_eq!(
        (seen.taken[0].from.as_str(), seen.taken[0].to.as_str()),
        ("panel@council.example", "mia@council.example")
    );
    assert!(seen.taken[0].message == message(), "the very bytes");
    assert_eq!(seen.in_clear, ["EHLO panel.council.example", "STARTTLS"]);
    let mail_from = seen.encrypted.iter().find(|said| said.starts_with("MAIL")).unwrap();
    assert!(
        mail_from.contains(&format!("SIZE={}", message().len())) && mail_from.contains("ENVID=L7"),
        "{mail_from}"
    );
    let reader = seen.encrypted.iter().find(|said| said.starts_with("RCPT")).unwrap();
    assert!(reader.ends_with("NOTIFY=FAILURE,DELAY"), "{reader}");
}

/// What a server does wrong, and what is then said of the letter.
#[expect(clippy::too_many_lines, reason = "a long table, read from top to bottom")]
fn faults() -> Vec<(Manners, &'static str)> {
    use Does::{Drops, Hangs, Late, Says, SaysAndDrops};
    let usual = Manners::default;
    let reader = |does: Does| BTreeMap::from([("mia@council.example", does)]);
    vec![
        (
            Manners { greeting: Says("554 no"), ..usual() },
            "no conversation: the mail server said `554 no` at the greeting",
        ),
        (Manners { greeting: Drops, ..usual() }, "no conversation: the mail server ended the connection"),
        (
            Manners { greeting: Hangs, ..usual() },
            "no conversation: the mail server did not answer within 0 seconds",
        ),
        (
            Manners { greeting: Says("HTTP/1.1 400 Bad Request"), ..usual() },
            "no conversation: what answers there is no mail server",
        ),
        (
            Manners { offers: ("250-localhost\n250 AUTH PLAIN", ""), ..usual() },
            "no conversation: the mail server does not offer encryption; nothing was sent",
        ),
        (
            Manners { starttls: Says("454 not now"), ..usual() },
            "no conversation: the mail server said `454 not now` when encryption was asked for",
        ),
        (
            Manners { injected: "250 injected\r\n", ..usual() },
            "no conversation: answers were waiting before encryption began; somebody may be on the line",
        ),
        (
            Manners { shows: Shows::Expired, ..usual() },
            "no conversation: the connection cannot be encrypted: the mail server's certificate has run out",
        ),
        (
            Manners { shows: Shows::OtherName, ..usual() },
            "no conversation: the connection cannot be encrypted: the mail server's certificate is for another name",
        ),
        (
            Manners { shows: Shows::SelfSigned, ..usual() },
            "no conversation: the connection cannot be encrypted: nobody who is trusted issued the mail server's certificate",
        ),
        (
            Manners { shows: Shows::OldKind, ..usual() },
            "no conversation: the connection cannot be encrypted: the mail server speaks no kind of encryption that is safe today",
        ),
        (
            Manners { login: Says("535 5.7.3 wrong"), ..usual() },
            "no conversation: the mail server does not accept the login: `535 5.7.3 wrong`",
        ),
        (
            Manners { login: Says("454 4.7.0 later"), ..usual() },
            "no conversation: the mail server said `454 4.7.0 later` at the login",
        ),
        (
            Manners { offers: ("250-localhost\n250 STARTTLS", "250-localhost\n250 AUTH XOAUTH2"), ..usual() },
            "no conversation: the mail server does not offer the login `PLAIN`; it offers XOAUTH2",
        ),
        (Manners { mail: Says("451 4.3.0 later"), ..usual() }, "not now about the sender: 451 4.3.0 later"),
        (
            Manners { mail: Says("550 5.7.60 not you"), ..usual() },
            "never about the sender: 550 5.7.60 not you",
        ),
        (
            Manners { mail: SaysAndDrops("421 4.3.2 closing"), ..usual() },
            "not now about the sender: 421 4.3.2 closing",
        ),
        (
            Manners { rcpt: reader(Says("450 4.2.0 greylisted")), ..usual() },
            "not now about the reader's address: 450 4.2.0 greylisted",
        ),
        (
            Manners { rcpt: reader(Says("550 5.1.1 unknown")), ..usual() },
            "never about the reader's address: 550 5.1.1 unknown",
        ),
        (
            Manners { rcpt: reader(Drops), ..usual() },
            "not now about the reader's address: the mail server ended the connection",
        ),
        (Manners { data: Says("451 4.3.0 later"), ..usual() }, "not now before the email: 451 4.3.0 later"),
        (
            Manners { data: Drops, ..usual() },
            "not now before the email: the mail server ended the connection",
        ),
        (
            Manners { data: Hangs, ..usual() },
            "not now before the email: the mail server did not answer within 0 seconds",
        ),
        (
            Manners { end: Says("451 4.3.0 later"), ..usual() },
            "not now after the email: 451 4.3.0 later, begun",
        ),
        (
            Manners { end: Says("552 5.3.4 too large"), ..usual() },
            "never after the email: 552 5.3.4 too large, begun",
        ),
        (
            Manners { end: Says("554 5.7.1 policy"), ..usual() },
            "never after the email: 554 5.7.1 policy, begun",
        ),
        (Manners { end: Drops, ..usual() }, "unknown: the mail server ended the connection, begun"),
        (
            Manners { end: Hangs, ..usual() },
            "unknown: the mail server did not answer within 0 seconds, begun",
        ),
        (Manners { end: Late(500, "250 2.0.0 queued"), ..usual() }, "accepted: 250 2.0.0 queued, begun"),
    ]
}

#[test]
fn whatever_the_server_does_it_is_known_how_far_the_letter_got() {
    let too_large = format!(
        "never about the sender: the email has {} bytes, and the mail server takes 1000",
        message().len()
    );
    let small = ("250-localhost\n250 STARTTLS", "250-localhost\n250-SIZE 1000\n250 AUTH PLAIN");
    let mut table = faults();
    table.push((Manners { offers: small, ..Manners::default() }, &too_large));
    for (manners, expected) in table {
        let (told, mail) = fate(manners.clone());
        assert_eq!(told, expected, "{manners:?}");
        let seen = mail.seen.lock().unwrap();
        let in_clear = seen.in_clear.join(" ");
        assert!(!in_clear.contains("AUTH") && !in_clear.contains("MAIL"), "{in_clear}");
        let took = usize::from(told.starts_with("accepted") || told.starts_with("unknown"));
        assert!(seen.taken.len() <= took, "an email was taken that is not known to be: {told}");
    }
}

#[test]
fn a_server_that_hangs_up_in_the_middle_has_taken_nothing() {
    // So long that it cannot all lie between the two programs when the server hangs up.
    let mail = MailServer::start(Manners {
        drops_after: Some(100_000),
        offers: ("250-localhost\n250 STARTTLS", "250-localhost\n250 AUTH PLAIN"),
        ..Manners::default()
    });
    let long = [message(), b"x\r\n".repeat(6_000_000)].concat();
    let mut talk = Conversation::begin(&server(&mail, login())).unwrap();
    let (from, to): (Address, Address) =
        ("panel@council.example".parse().unwrap(), "mia@council.example".parse().unwrap());
    let envelope = Envelope { from: &from, to: &to, id: "L7", message: Kept::Bytes(&long) };
    let outcome = talk.send(&envelope, || Ok::<_, std::io::Error>(())).unwrap();
    assert!(matches!(outcome, Outcome::RefusedForNow { .. }), "{outcome:?}");
    assert!(!talk.goes_on() && mail.seen.lock().unwrap().taken.is_empty());
}

#[test]
fn a_letter_that_is_refused_does_not_keep_the_next_from_going() {
    let rcpt = BTreeMap::from([("gone@council.example", Does::Says("550 5.1.1 unknown"))]);
    let mail = MailServer::start(Manners { rcpt, ..Manners::default() });
    let mut talk = Conversation::begin(&server(&mail, login())).unwrap();
    let from: Address = "panel@council.example".parse().unwrap();
    for reader in ["gone@council.example", "mia@council.example", "cato@council.example"] {
        let to: Address = reader.parse().unwrap();
        let envelope = Envelope {
            from: &from,
            to: &to,
            id: "L7",
            message: Kept::Bytes(b"Subject: papers\r\n\r\nwords\r\n"),
        };
        let outcome = talk.send(&envelope, || Ok::<_, std::io::Error>(())).unwrap();
        assert_eq!(
            matches!(outcome, Outcome::Accepted { .. }),
            reader != "gone@council.example",
            "{outcome:?}"
        );
    }
    talk.end();
    std::thread::sleep(Duration::from_millis(50));
    let readers: Vec<String> = mail.seen.lock().unwrap().taken.iter().map(|taken| taken.to.clone()).collect();
    assert_eq!(readers, ["mia@council.example", "cato@council.example"]);
}

#[test]
fn where_it_cannot_be_put_on_record_no_byte_leaves() {
    let mail = MailServer::start(Manners::default());
    let mut talk = Conversation::begin(&server(&mail, login())).unwrap();
    let (from, to): (Address, Address) =
        ("panel@council.example".parse().unwrap(), "mia@council.example".parse().unwrap());
    let envelope = Envelope { from: &from, to: &to, id: "L7", message: Kept::Bytes(&message()) };
    let full = || Err::<(), _>(std::io::Error::from(std::io::ErrorKind::StorageFull));
    assert!(talk.send(&envelope, full).is_err());
    assert!(!talk.goes_on(), "the server waits for an email that does not come");
    drop(talk);
    std::thread::sleep(Duration::from_millis(50));
    assert!(mail.seen.lock().unwrap().taken.is_empty());
}

#[test]
fn a_token_that_is_refused_is_told_and_no_other_way_is_tried() {
    let explains = Does::Says("334 eyJzdGF0dXMiOiI0MDAifQ==");
    let after_login = Does::Says("535 5.7.139 Authentication unsuccessful");
    let mail = MailServer::start(Manners { login: explains, after_login, ..Manners::default() });
    let token = Login::Xoauth2 { user: "panel@council.example".to_owned(), token: Secret::new("old") };
    let refused = Conversation::begin(&server(&mail, token)).unwrap_err();
    let NoConversation::LoginRefused { .. } = &refused else { panic!("{refused:?}") };
    let advice = advice::without_conversation(&refused);
    assert!(advice.hint.contains("the road `graph`"), "{advice:?}");
    std::thread::sleep(Duration::from_millis(50));
    let seen = mail.seen.lock().unwrap();
    let tried = seen.encrypted.iter().filter(|said| said.starts_with("AUTH")).count();
    assert_eq!(tried, 1, "{:?}", seen.encrypted);
}

#[test]
fn the_longer_login_is_answered_step_by_step() {
    let mail = MailServer::start(Manners {
        login: Does::Says("334 VXNlcm5hbWU6"),
        after_login: Does::Says("334 UGFzc3dvcmQ6"),
        ..Manners::default()
    });
    let asked = Login::Login { user: "panel".to_owned(), password: Secret::new(PASSWORD) };
    // This server asks for ever; it is enough that both answers came, and that it ends.
    let refused = Conversation::begin(&server(&mail, asked)).unwrap_err();
    assert!(matches!(refused, NoConversation::LoginRefused { .. }), "{refused:?}");
    std::thread::sleep(Duration::from_millis(50));
    let seen = mail.seen.lock().unwrap();
    let said: Vec<&str> =
        seen.encrypted.iter().map(String::as_str).skip_while(|said| !said.starts_with("AUTH")).collect();
    assert_eq!(said[..3], ["AUTH LOGIN", "cGFuZWw=", "cGE1NSBvZiB0aGUgcGFuZWw="]);
}

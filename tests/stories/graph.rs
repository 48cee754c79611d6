//! A letter and a mailbox in the cloud with faults: what became of the letter, which steps were put on record, and what the mailbox holds.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use lettre::Address;
use panelclerk::post::advice::Advice;
use panelclerk::post::carry::{Asked, Carried, Carrier, Fate};
use panelclerk::post::graph::carrier::GraphCarrier;
use panelclerk::post::graph::mailbox::Mailbox;
use panelclerk::post::secret::Secret;
use panelclerk::post::token::{Application, Tokens};
use panelclerk::post::web::{Question, Web, WebWaits};
use panelclerk::register::pieces::Kept;
use ureq::http::Method;

use crate::graph_server::{Does, Fault, GraphServer, SECRET, Step, reader_of};
use crate::mail_server::{Shows, certificate_of};

const MARK: &str = "a1@council.example";

fn waits() -> WebWaits {
    let short = Duration::from_millis(900);
    WebWaits { connect: short, send: short, answer: short }
}

/// A letter with a small file and one of this many bytes.
fn message(large: usize) -> Vec<u8> {
    let head = format!(
        "From: Panel <panel@council.example>\r\nTo: Mia <mia@council.example>\r\nSubject: OFFICIAL-SENSITIVE: papers\r\n\
         Message-ID: <{MARK}>\r\nX-Panelclerk-Head: 5d41\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
         --m\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Dear Mia, four cases.</p>\r\n\
         --m\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"small.txt\"\r\n\r\nsmall\r\n\
         --m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"pack.pdf\"\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n"
    );
    let pack: Vec<u8> = (0..large).map(|at| b'a' + u8::try_from(at % 23).unwrap()).collect();
    [head.into_bytes(), pack, b"\r\n--m--\r\n".to_vec()].concat()
}

/// One go at a letter: what became of it, in words, with the steps put on record.
fn fate_of(graph: &GraphServer, sends: bool, message: &[u8], begun_before: bool) -> String {
    fate_after(graph, sends, message, begun_before, 0)
}

/// The same for a letter that has gone so often before.
fn fate_after(
    graph: &GraphServer,
    sends: bool,
    message: &[u8],
    begun_before: bool,
    went_before: usize,
) -> String {
    let secret = || Ok::<_, Advice>(Secret::new(SECRET));
    let pause = |_: Duration| true;
    let mailbox = mailbox(graph, &secret, &pause);
    let mut carrier = match GraphCarrier::open(mailbox, sends) {
        Ok(carrier) => carrier,
        Err(stopped) => return format!("stopped: {}", stopped.advice.says),
    };
    let (from, to): (Address, Address) =
        ("panel@council.example".parse().unwrap(), "mia@council.example".parse().unwrap());
    let letter = Carried {
        from: &from,
        to: &to,
        id: "L7",
        mark: MARK,
        message: Kept::Bytes(message),
        begun_before,
        went_before,
    };
    let mut begun = 0;
    let fate = carrier
        .carry(&letter, &mut || {
            begun += 1;
            Ok(())
        })
        .unwrap();
    assert!(begun < 2);
    let word = match fate {
        Fate::Accepted { .. } => "accepted".to_owned(),
        Fate::InDrafts { .. } => "in drafts".to_owned(),
        Fate::SentByHand { .. } => "sent by hand".to_owned(),
        Fate::NotNow { advice, .. } => format!("not now: {}", advice.says),
        Fate::Never { advice, .. } => format!("never: {}", advice.says),
        Fate::Unknown { .. } => "unknown".to_owned(),
    };
    let stopped = if carrier.stopped().is_some() { ", stops" } else { "" };
    format!("{word}{}{stopped}", if begun == 1 { ", begun" } else { "" })
}

fn mailbox<'a>(
    graph: &GraphServer,
    secret: &'a dyn Fn() -> Result<Secret, Advice>,
    pause: &'a dyn Fn(Duration) -> bool,
) -> Mailbox<'a> {
    Mailbox {
        web: Web::open(Some(("council.pem", graph.issuer.as_bytes())), None, waits()).unwrap(),
        base: graph.base(),
        address: "panel@council.example".to_owned(),
        application: Application {
            endpoint: graph.token_endpoint(),
            client: "c1".to_owned(),
            scope: "s".to_owned(),
        },
        tokens: Tokens::default(),
        secret,
        pause,
    }
}

/// The files of the one message, by name.
fn files(graph: &GraphServer) -> BTreeMap<String, usize> {
    let cloud = graph.cloud.lock().unwrap();
    assert_eq!(cloud.held.len(), 1, "{:?}", cloud.held.len());
    let kinds: Vec<&str> = cloud.held[0].files.iter().map(|file| file.media_type.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "application/pdf"]);
    cloud.held[0].files.iter().map(|file| (file.name.clone(), file.content.len())).collect()
}

/// What the cloud does wrong; what is known of the letter after the first go; and after the next ones.
pub fn faults() -> Vec<(Fault, &'static str)> {
    use Does::{Drops, Holds, No, Redirects, ThenDrops, ThenHolds};
    let later = "not now: Microsoft Graph could not do it just now (503)";
    let rest = "not now: Microsoft Graph asks us to wait for a while, stops";
    let broken = "not now: the line";
    let mut table = vec![
        (Fault::once(Step::Token, Drops), "stopped: the line"),
        (
            Fault::once(Step::Token, Does::NoToken("AADSTS7000222")),
            "stopped: nothing is sent any more: the application's secret has run out",
        ),
        (
            Fault::once(Step::Token, No(503, "", 0)),
            "stopped: nothing is sent any more: `HOST` gives out no token just now",
        ),
        (
            Fault::once(Step::Knock, No(403, "ErrorAccessDenied", 0)),
            "stopped: the application may not use this mailbox",
        ),
        (Fault::once(Step::Knock, No(404, "MailboxNotFound", 0)), "stopped: there is no such mailbox"),
        (Fault::once(Step::Knock, No(401, "InvalidAuthenticationToken", 0)), "accepted, begun"),
        (
            Fault { times: 2, ..Fault::once(Step::Knock, No(401, "InvalidAuthenticationToken", 0)) },
            "stopped: Microsoft Graph does not accept the application's token",
        ),
        (Fault::once(Step::Knock, Redirects(1)), "stopped: Microsoft Graph said 307"),
        (
            Fault::once(Step::Attach, No(413, "ErrorRequestTooLarge", 0)),
            "never: the email is too large for Microsoft Graph",
        ),
        (
            Fault::once(Step::Address, No(400, "ErrorInvalidRecipients", 0)),
            "never: the reader's address is none that Microsoft 365 takes",
        ),
        (
            Fault::once(Step::Send, No(403, "ErrorSendAsDenied", 0)),
            "not now: the application may not send in the panel's name, begun, stops",
        ),
        (
            Fault::once(Step::Send, No(400, "ErrorMessageSizeExceeded", 0)),
            "never: the email is too large for this mailbox, begun",
        ),
        (
            Fault::once(Step::Send, No(429, "ApplicationThrottled", 120)),
            "not now: Microsoft Graph asks us to wait for a while, begun, stops",
        ),
        (Fault::once(Step::Send, No(429, "ApplicationThrottled", 5)), "accepted, begun"),
        (Fault::once(Step::Send, No(500, "ErrorInternalServerError", 0)), "accepted, begun"),
        (Fault::once(Step::Send, Drops), "accepted, begun"),
        (Fault::once(Step::Send, ThenDrops), "accepted, begun"),
        (Fault::once(Step::Send, Holds), "accepted, begun"),
        (Fault::once(Step::Send, ThenHolds), "accepted, begun"),
        (Fault { times: 2, ..Fault::once(Step::Send, Drops) }, "unknown, begun"),
        (Fault { times: 2, ..Fault::once(Step::Send, No(502, "", 0)) }, "unknown, begun"),
    ];
    for step in [Step::Find, Step::Create, Step::Attach, Step::List, Step::Content, Step::Address] {
        table.push((Fault::once(step, Drops), broken));
        table.push((Fault::once(step, ThenDrops), broken));
        table.push((Fault::once(step, No(503, "ServiceUnavailable", 0)), later));
        table.push((Fault::once(step, No(429, "ApplicationThrottled", 120)), rest));
        table.push((Fault::once(step, No(429, "ApplicationThrottled", 5)), "accepted, begun"));
        table.push((Fault::once(step, No(401, "InvalidAuthenticationToken", 0)), "accepted, begun"));
    }
    table
}

#[test]
fn whatever_the_cloud_does_it_is_known_how_far_the_letter_got_and_it_goes_once() {
    let message = message(500);
    for (fault, expected) in faults() {
        let graph = GraphServer::start(vec![fault.clone()]);
        let told =
            fate_of(&graph, true, &message, false).replace(&format!("localhost:{}", graph.port), "HOST");
        match expected.strip_suffix("the line") {
            Some(before) => {
                let broken = told.contains("ended the connection") || told.contains("in time");
                assert!(told.starts_with(before) && broken, "{fault:?}: {told}");
            }
            None => assert_eq!(told, expected, "{fault:?}"),
        }
        if told.starts_with("never") {
            assert!(graph.sent().is_empty(), "{fault:?}");
            continue;
        }
        // The next go, and one more: by then it has gone, once, whole.
        let begun_before = told.starts_with("unknown");
        for _ in 0..2 {
            let told = fate_of(&graph, true, &message, begun_before);
            assert!(told.starts_with("accepted"), "{fault:?}: {told}");
        }
        assert_eq!(graph.sent(), ["mia@council.example"], "{fault:?}: once");
        assert_eq!(
            files(&graph),
            BTreeMap::from([("small.txt".into(), 5), ("pack.pdf".into(), 500)]),
            "{fault:?}"
        );
    }
}

#[test]
fn an_upload_that_breaks_goes_on_where_it_stopped_and_the_address_gets_no_token() {
    use Does::{Drops, No, ThenDrops};
    const LARGE: usize = 9_000_000;
    let message = message(LARGE);
    let gone = |step| Fault::once(step, No(404, "ErrorItemNotFound", 0));
    let table: Vec<(Vec<Fault>, usize, usize)> = vec![
        (vec![], 3, 1),
        (vec![Fault { after: 1, ..Fault::once(Step::Piece, Drops) }], 4, 1),
        (vec![Fault { after: 1, ..Fault::once(Step::Piece, ThenDrops) }], 3, 1),
        (vec![Fault { after: 2, ..Fault::once(Step::Piece, No(503, "", 0)) }], 4, 1),
        (
            vec![
                Fault { after: 1, ..Fault::once(Step::Piece, Drops) },
                Fault::once(Step::PieceStatus, Drops),
            ],
            4,
            1,
        ),
        (vec![Fault { after: 1, ..gone(Step::Piece) }], 5, 2),
    ];
    for (faults, pieces, sessions) in table {
        let graph = GraphServer::start(faults.clone());
        let told = fate_of(&graph, true, &message, false);
        assert_eq!(told, "accepted, begun", "{faults:?}");
        assert_eq!(files(&graph)["pack.pdf"], LARGE, "{faults:?}");
        let cloud = graph.cloud.lock().unwrap();
        assert_eq!((cloud.asked(Step::Piece), cloud.asked(Step::Session)), (pieces, sessions), "{faults:?}");
        for call in cloud.calls.iter().filter(|call| matches!(call.step, Step::Piece | Step::PieceStatus)) {
            assert!(!call.has_token, "{call:?}");
        }
    }
    // One that cannot go on is no letter: nothing is sent, and the next go begins anew.
    let graph = GraphServer::start(vec![Fault { times: 6, ..Fault::once(Step::Piece, Drops) }]);
    assert!(fate_of(&graph, true, &message, false).starts_with("not now"));
    assert!(graph.sent().is_empty());
    assert_eq!(fate_of(&graph, true, &message, false), "accepted, begun");
    assert_eq!(files(&graph)["pack.pdf"], LARGE);
}

#[test]
fn a_token_that_ends_half_way_is_renewed_and_the_letter_goes() {
    let graph = GraphServer::start(Vec::new());
    graph.cloud.lock().unwrap().calls_of_a_token = Some(4);
    assert_eq!(fate_of(&graph, true, &message(500), false), "accepted, begun");
    assert_eq!(graph.sent(), ["mia@council.example"]);
    assert!(1 < graph.cloud.lock().unwrap().asked(Step::Token));
}

#[test]
fn nothing_is_sent_again_where_the_mailbox_has_neither_draft_nor_sent_letter() {
    let message = message(500);
    let graph = GraphServer::start(Vec::new());
    assert_eq!(fate_of(&graph, true, &message, true), "unknown");
    let cloud = graph.cloud.lock().unwrap();
    assert_eq!((cloud.asked(Step::Create), cloud.asked(Step::Send)), (0, 0));
}

#[test]
fn a_letter_that_goes_once_more_goes_although_the_earlier_one_lies_in_sent_items() {
    let message = message(500);
    for tidied_up in [false, true] {
        let graph = GraphServer::start(Vec::new());
        assert_eq!(fate_of(&graph, true, &message, false), "accepted, begun");
        if tidied_up {
            graph.cloud.lock().unwrap().held.clear();
        }
        assert_eq!(fate_after(&graph, true, &message, false, 1), "accepted, begun");
        assert_eq!(graph.sent().len(), 2, "tidied up: {tidied_up}");
    }
    // Where the answer to the second sending is lost, the first in Sent Items is not taken for it.
    for (does, told, times) in [(Does::Drops, "unknown, begun", 1), (Does::ThenDrops, "accepted, begun", 2)] {
        let graph = GraphServer::start(Vec::new());
        assert_eq!(fate_of(&graph, true, &message, false), "accepted, begun");
        graph.cloud.lock().unwrap().faults = vec![Fault { times: 2, ..Fault::once(Step::Send, does) }];
        assert_eq!(fate_after(&graph, true, &message, false, 1), told, "{does:?}");
        assert_eq!(graph.sent().len(), times, "{does:?}");
        // Asked again it goes, or is known to have gone; never a third time.
        assert!(fate_after(&graph, true, &message, true, 1).starts_with("accepted"), "{does:?}");
        assert_eq!(graph.sent().len(), 2, "{does:?}");
    }
    // The same for a draft that a person sends.
    let graph = GraphServer::start(Vec::new());
    let reader = "mia@council.example";
    assert_eq!(fate_of(&graph, false, &message, false), "in drafts, begun");
    graph.cloud.lock().unwrap().press_send(reader);
    assert_eq!(fate_after(&graph, false, &message, false, 1), "in drafts, begun");
    graph.cloud.lock().unwrap().press_send(reader);
    assert_eq!(fate_after(&graph, false, &message, true, 1), "sent by hand");
    assert_eq!(graph.sent().len(), 2);
}

#[test]
fn a_server_that_turns_us_away_after_the_question_may_have_understood_it() {
    let refused = |wants_ours: bool, shows: Shows| {
        let (port, issuer, heard) = turns_away(wants_ours, shows);
        let web = Web::open(Some(("council.pem", issuer.as_bytes())), None, waits()).unwrap();
        let url = format!("https://localhost:{port}/v1.0/send");
        let mut question = Question::new(Method::POST, &url);
        question.body = Some(b"send it");
        let error = web.ask(&question).unwrap_err();
        (
            error.is_before_the_question(),
            error.to_string(),
            heard.recv_timeout(Duration::from_secs(5)).is_ok(),
        )
    };
    let (before, said, _) = refused(true, Shows::Good);
    assert!(!before && said.contains("ended the connection"), "{said}");
    // A certificate that does not hold is known before anything went.
    for shows in [Shows::Expired, Shows::OtherName, Shows::SelfSigned] {
        let (before, said, heard) = refused(false, shows);
        assert!(before && said.contains("cannot be encrypted") && !heard, "{said}");
    }
    // So is somebody who is not there; who hangs up after the greeting may have heard.
    let (before, said, heard) = refused(false, Shows::Good);
    assert!(!before && heard, "{said}");
    let nobody = Web::open(None, None, waits()).unwrap();
    let error = nobody.ask(&Question::new(Method::GET, "https://127.0.0.1:1/")).unwrap_err();
    assert!(error.is_before_the_question(), "{error}");
}

/// A server that wants a certificate of ours, which we do not have, or hangs up when it has heard something; it says when it has.
fn turns_away(wants_ours: bool, shows: Shows) -> (u16, String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (issuer, config) = certificate_of(shows, wants_ours);
    let (hears, heard) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut line = rustls::StreamOwned::new(session, stream);
            if line.read(&mut [0; 64]).is_ok_and(|bytes| 0 < bytes) && hears.send(()).is_err() {
                return;
            }
        }
    });
    (port, issuer, heard)
}

#[test]
fn a_draft_of_an_earlier_try_is_used_and_one_that_somebody_changed_is_not() {
    let message = message(500);
    let graph = GraphServer::start(vec![Fault::once(Step::Address, Does::Drops)]);
    assert!(fate_of(&graph, true, &message, false).starts_with("not now"));
    assert_eq!(fate_of(&graph, true, &message, false), "accepted, begun");
    assert_eq!(graph.cloud.lock().unwrap().asked(Step::Create), 1, "the draft was used");
    let changes: [fn(&mut serde_json::Value); 3] = [
        |draft| draft["subject"] = "papers".into(),
        |draft| draft["body"]["content"] = "<p>Dear Mia, five cases.</p>".into(),
        |draft| {
            draft["bccRecipients"] =
                serde_json::json!([{ "emailAddress": { "address": "else@council.example" } }]);
            draft["toRecipients"] =
                serde_json::json!([{ "emailAddress": { "address": "mia@council.example" } }]);
        },
    ];
    for change in changes {
        let graph = GraphServer::start(vec![Fault::once(Step::Address, Does::Drops)]);
        assert!(fate_of(&graph, true, &message, false).starts_with("not now"));
        change(&mut graph.cloud.lock().unwrap().held[0].message);
        assert_eq!(fate_of(&graph, true, &message, false), "accepted, begun");
        let cloud = graph.cloud.lock().unwrap();
        assert_eq!((cloud.asked(Step::Create), cloud.removed), (2, 1), "another was made");
        assert!(cloud.held[0].message["body"]["content"].as_str().unwrap().contains("four cases"));
    }
    // After a sending had begun nothing is taken away and nothing is sent: a person looks.
    let graph = GraphServer::start(vec![Fault { times: 2, ..Fault::once(Step::Send, Does::Drops) }]);
    assert_eq!(fate_of(&graph, true, &message, false), "unknown, begun");
    changes[1](&mut graph.cloud.lock().unwrap().held[0].message);
    assert_eq!(fate_of(&graph, true, &message, true), "unknown");
    assert!(graph.sent().is_empty() && graph.cloud.lock().unwrap().removed == 0);
}

#[test]
fn drafts_are_whole_before_they_have_a_reader_and_the_program_never_sends_them() {
    let message = message(500);
    for step in [Step::Create, Step::Attach, Step::List, Step::Content] {
        let graph = GraphServer::start(vec![Fault::once(step, Does::ThenDrops)]);
        assert!(fate_of(&graph, false, &message, false).starts_with("not now"), "{step:?}");
        let readers: Vec<String> =
            graph.cloud.lock().unwrap().held.iter().map(|held| reader_of(&held.message)).collect();
        assert!(readers.iter().all(String::is_empty), "{step:?}: half an email cannot be sent by anybody");
        assert_eq!(fate_of(&graph, false, &message, false), "in drafts, begun", "{step:?}");
        assert_eq!(files(&graph).len(), 2);
        assert_eq!(graph.cloud.lock().unwrap().asked(Step::Send), 0);
    }
    let graph = GraphServer::start(vec![Fault::once(Step::Address, Does::ThenDrops)]);
    assert_eq!(fate_of(&graph, false, &message, false), "unknown, begun");
    assert_eq!(fate_of(&graph, false, &message, true), "in drafts, begun", "it was asked for");
    graph.cloud.lock().unwrap().press_send("mia@council.example");
    assert_eq!(fate_of(&graph, false, &message, true), "sent by hand");
    assert_eq!(graph.sent().len(), 1);
}

#[test]
fn a_draft_is_taken_out_and_one_that_has_gone_is_known_to_have_gone() {
    let message = message(500);
    let secret = || Ok::<_, Advice>(Secret::new(SECRET));
    let pause = |_: Duration| true;
    let (from, to): (Address, Address) =
        ("panel@council.example".parse().unwrap(), "mia@council.example".parse().unwrap());
    let letter = Carried {
        from: &from,
        to: &to,
        id: "L7",
        mark: MARK,
        message: Kept::Bytes(&[]),
        begun_before: false,
        went_before: 0,
    };
    for (sent, expected) in [(false, "StillThere"), (true, "Gone")] {
        let graph = GraphServer::start(vec![Fault::once(Step::Remove, Does::No(405, "", 0))]);
        assert_eq!(fate_of(&graph, false, &message, false), "in drafts, begun");
        if sent {
            graph.cloud.lock().unwrap().press_send("mia@council.example");
        }
        let mut carrier = GraphCarrier::open(mailbox(&graph, &secret, &pause), false).unwrap();
        let asked = carrier.take_out(&letter).unwrap();
        assert!(format!("{asked:?}").starts_with(expected), "{asked:?}");
        assert_eq!(carrier.take_out(&letter) == Some(Asked::Nowhere), !sent, "once it is out, it is nowhere");
    }
}

#[test]
fn a_cloud_that_is_not_who_it_should_be_gets_no_secret_and_a_redirect_is_not_followed() {
    let message = message(500);
    for (shows, why) in [
        (Shows::Expired, "has run out"),
        (Shows::OtherName, "for another name"),
        (Shows::SelfSigned, "nobody who is trusted"),
    ] {
        let graph = GraphServer::showing(shows, Vec::new());
        let told = fate_of(&graph, true, &message, false);
        assert!(told.starts_with("stopped: the connection") && told.contains(why), "{told}");
        assert!(graph.cloud.lock().unwrap().calls.is_empty(), "{shows:?}");
    }
    let elsewhere = GraphServer::start(Vec::new());
    for step in [Step::Token, Step::Create, Step::Send] {
        let graph = GraphServer::start(vec![Fault::always(step, Does::Redirects(elsewhere.port))]);
        let told = fate_of(&graph, true, &message, false);
        assert!(!told.starts_with("accepted"), "{step:?}: {told}");
    }
    assert!(elsewhere.cloud.lock().unwrap().calls.is_empty(), "a token goes nowhere else");
}

//! Letters that the program hands to a mail server itself: shown first, sent once, and what becomes of those that are not taken.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use panelclerk::clerk::letters::poster;
use panelclerk::register::lock;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::harness::{Said, Week};
use crate::mail_server::{Does, MailServer, Manners};
use crate::people::{PEOPLE, seat, seat_at};

pub const DAY: &str = "2026-11-23";
const PASSWORD: &str = "pa55 of the panel";

/// A panel whose letters go to this server, with an agenda to send.
pub fn week(mail: &MailServer) -> Week {
    week_at(mail.port, &mail.issuer, "panel@council.example", PASSWORD)
}

/// The same for a server at this port of this machine, whose certificates come from `issuer`.
pub fn week_at(port: u16, issuer: &str, user: &str, password: &str) -> Week {
    let week = Week::new("nelc")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    seat(&week);
    let root = week.root();
    let secret = root.join("secret");
    fs::write(&secret, password).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(root.join("council.pem"), issuer).unwrap();
    let config = fs::read_to_string(root.join("config.toml")).unwrap();
    let config = config.replacen(
        "[post]\n",
        "[post]\nroad = \"smtp\"\ndomains = [\"panel.example.org\"]\nprove_addresses = false\n",
        1,
    );
    let smtp = format!(
        "\n[post.smtp]\nhost = \"localhost\"\nport = {port}\nlogin = \"plain\"\nuser = \"{user}\"\n\
         secret_file = \"secret\"\ncertificates = \"council.pem\"\nown_name = \"panel.council.example\"\n"
    );
    fs::write(root.join("config.toml"), config + &smtp).unwrap();
    week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0).run(&["agenda"], 0)
}

/// From now on another server is the panel's.
pub fn now_at(week: &Week, before: &MailServer, now: &MailServer) {
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let (before, port) = (format!("port = {}", before.port), format!("port = {}", now.port));
    fs::write(&config, text.replace(&before, &port)).unwrap();
    fs::write(week.root().join("council.pem"), &now.issuer).unwrap();
}

fn go(week: &Week) -> Said {
    week.says(&["send", "agenda", DAY, "--go"])
}

/// Readers whose letters the server took, in order.
fn taken(mail: &MailServer) -> Vec<String> {
    // What was taken last is noted after the answer has left.
    thread::sleep(Duration::from_millis(100));
    mail.seen.lock().unwrap().taken.iter().map(|taken| taken.to.clone()).collect()
}

/// Readers whose letters a server has, whether it said so or not.
fn readers_of(mail: &MailServer) -> Vec<String> {
    mail.seen.lock().unwrap().taken.iter().map(|taken| taken.to.clone()).collect()
}

pub fn states(week: &Week) -> BTreeMap<String, String> {
    let audit = week.json(&["audit"]);
    let text = |letter: &Value, key: &str| letter[key].as_str().unwrap().to_owned();
    audit["letters"].as_array().unwrap().iter().map(|one| (text(one, "to"), text(one, "state"))).collect()
}

fn panel() -> Vec<String> {
    PEOPLE.iter().take(4).map(|(.., email)| (*email).to_owned()).collect()
}

#[test]
fn letters_go_once_they_were_shown_and_never_twice() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    let said = go(&week);
    said.ends(1).shows("nothing was sent, because it had not been shown before");
    assert!(taken(&mail).is_empty());
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
    let mut readers = taken(&mail);
    readers.sort();
    let mut all = panel();
    all.sort();
    assert_eq!(readers, all);
    assert!(
        !week.root().join("office").join(DAY).join("outbox").exists(),
        "no draft that somebody might send as well"
    );
    go(&week).ends(0);
    assert_eq!(taken(&mail).len(), 4, "asked again, nobody is sent the same email twice");
    assert!(states(&week).values().all(|state| state == "accepted"));
    let seen = mail.seen.lock().unwrap();
    for letter in &seen.taken {
        let message = MessageParser::default().parse(&letter.message).unwrap();
        assert!(message.header_raw("X-Unsent").is_none(), "a message is no draft");
        assert_eq!(message.to().unwrap().iter().count(), 1);
    }
    assert!(!format!("{:?}", seen.in_clear).contains("panel@"), "{:?}", seen.in_clear);
    drop(seen);
    let log = week.json(&["audit"]).to_string();
    assert!(!log.contains(PASSWORD) && log.contains("250 2.0.0 queued as Q1"));
}

#[test]
fn what_is_other_than_it_was_shown_does_not_go() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    week.says(&["send", "agenda", DAY])
        .ends(0)
        .shows("`--go` sends these emails, if nothing has changed by then");
    seat_at(&week, "member@panel.example.org", "mia@panel.example.org");
    let said = go(&week);
    said.ends(1)
        .shows("no longer: Mia Member <member@panel.example.org>")
        .shows("new: Mia Member <mia@panel.example.org>");
    said.shows("nothing was sent, because it is not what was shown before");
    assert!(taken(&mail).is_empty());
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
    let mut readers = taken(&mail);
    readers.sort();
    assert!(
        readers.contains(&"mia@panel.example.org".to_owned())
            && !readers.contains(&"member@panel.example.org".to_owned())
    );
}

#[test]
fn one_reader_who_is_refused_costs_the_others_nothing_and_is_told() {
    let rcpt = BTreeMap::from([
        ("member@panel.example.org", Does::Says("550 5.1.1 no such user")),
        ("chair@panel.example.org", Does::Says("450 4.2.0 greylisted")),
    ]);
    let mail = MailServer::start(Manners { rcpt, ..Manners::default() });
    let week = week(&mail);
    go(&week).ends(1);
    let said = go(&week);
    said.ends(1).shows("accepted by the mail server: 2 emails");
    said.shows("there is no such mailbox; look at the address in `People.xlsx`");
    said.shows("nothing needs doing: it is tried again by itself");
    let states = states(&week);
    assert_eq!(states["member@panel.example.org"], "refused");
    assert_eq!(states["chair@panel.example.org"], "refused_for_now");
    // Too early nobody is tried again; the refused never is.
    go(&week).ends(0);
    assert_eq!(taken(&mail).len(), 2);
    let board = week.says(&["scan"]);
    assert!(
        board.out.contains("the post") && board.out.contains("there is no such mailbox"),
        "{}",
        board.out
    );
    assert!(!board.out.contains("member@"), "a log names nobody: {}", board.out);
}

#[test]
fn a_letter_that_waits_does_not_go_once_its_reader_is_at_another_address() {
    let rcpt = BTreeMap::from([("member@panel.example.org", Does::Says("450 4.2.0 greylisted"))]);
    let mail = MailServer::start(Manners { rcpt, ..Manners::default() });
    let week = week(&mail);
    go(&week).ends(1);
    go(&week).ends(1).shows("accepted by the mail server: 3 emails");
    assert_eq!(states(&week)["member@panel.example.org"], "refused_for_now");
    seat_at(&week, "member@panel.example.org", "mia@panel.example.org");
    let week = week.run(&["scan"], 0);
    assert_eq!(states(&week)["member@panel.example.org"], "superseded");
    let week = week.at("2026-11-19T12:00");
    go(&week).ends(1).shows("new: Mia Member <mia@panel.example.org>");
    go(&week).ends(0).shows("accepted by the mail server: 1 email");
    assert!(taken(&mail).contains(&"mia@panel.example.org".to_owned()));
    let tried = mail.seen.lock().unwrap().encrypted.iter().filter(|said| said.contains("<member@")).count();
    assert_eq!(tried, 1, "nobody is asked again about the old address");
}

#[test]
fn a_draft_left_from_when_drafts_were_the_road_is_gone_once_the_program_sends_it() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    let config = week.root().join("config.toml");
    let posts = fs::read_to_string(&config).unwrap();
    fs::write(&config, posts.replacen("road = \"smtp\"\n", "", 1)).unwrap();
    go(&week).ends(0);
    let outbox = format!("office/{DAY}/outbox");
    assert_eq!(week.tree(&outbox).len(), 4);
    fs::write(&config, posts).unwrap();
    // What would go was shown by the first `--go`.
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
    assert_eq!(week.tree(&outbox), Vec::<String>::new(), "nobody sends by hand what the program has sent");
}

#[test]
fn a_login_that_is_refused_stops_everything_and_says_who_must_act() {
    let mail = MailServer::start(Manners {
        login: Does::Says("535 5.7.139 SmtpClientAuthentication is disabled"),
        ..Manners::default()
    });
    let week = week(&mail);
    go(&week).ends(1);
    let said = go(&week);
    said.ends(1).shows("nothing was sent").shows("Microsoft 365 does not let this mailbox send");
    assert!(states(&week).values().all(|state| state == "queued"), "they go once the login is right");
    let tried = mail.seen.lock().unwrap().encrypted.iter().filter(|said| said.starts_with("AUTH")).count();
    assert_eq!(tried, 1, "a login that is refused is not tried for each email");
}

#[test]
fn a_letter_that_was_on_its_way_when_the_program_was_killed_goes_once_more_and_that_is_known() {
    let mail = MailServer::start(Manners { end: Does::Hangs, ..Manners::default() });
    let week = week(&mail);
    go(&week).ends(1);
    let mut sending = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
        .current_dir(week.root())
        .args(["--config", "config.toml", "--now", "2026-11-19T10:00", "send", "agenda", DAY, "--go"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !mail.seen.lock().unwrap().encrypted.iter().any(|said| said == "DATA") {
        assert!(begun.elapsed() < Duration::from_mins(1), "no email was begun");
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(200));
    sending.kill().unwrap();
    sending.wait().unwrap();
    assert_eq!(states(&week).values().filter(|state| *state == "data_begun").count(), 1);
    // Another server takes what that one left; the broken letter waits for its time.
    let good = MailServer::start(Manners::default());
    now_at(&week, &mail, &good);
    let week = week.at("2026-11-19T10:05");
    go(&week).ends(0);
    assert_eq!(taken(&good).len(), 3);
    assert_eq!(states(&week).values().filter(|state| *state == "unknown").count(), 1);
    let week = week.at("2026-11-19T10:25");
    go(&week).ends(0).shows("accepted by the mail server: 1 email");
    assert_eq!(taken(&good).len(), 4, "once more, after a quarter of an hour");
    let message_id = |server: &MailServer, to: &str| {
        let seen = server.seen.lock().unwrap();
        let taken = seen.taken.iter().find(|taken| taken.to == to);
        taken.map(|taken| {
            MessageParser::default().parse(&taken.message).unwrap().message_id().map(str::to_owned)
        })
    };
    let twice = readers_of(&mail).into_iter().next().unwrap();
    assert_eq!(message_id(&mail, &twice), message_id(&good, &twice), "the very same message");
    let states = states(&week);
    assert!(states.values().all(|state| state == "accepted"), "{states:?}");
}

#[test]
fn watch_sends_what_waits_beside_its_rounds_and_ends_when_it_is_told() {
    let mail = MailServer::start(Manners { login: Does::Says("535 5.7.3 no"), ..Manners::default() });
    let week = week(&mail);
    go(&week).ends(1);
    go(&week).ends(1).shows("the mail server does not know this login");
    let good = MailServer::start(Manners::default());
    now_at(&week, &mail, &good);
    let mut watch = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
        .current_dir(week.root())
        .args(["--config", "config.toml", "--now", "2026-11-19T10:00", "watch", "--every", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while taken(&good).len() < 4 {
        assert!(begun.elapsed() < Duration::from_mins(1), "the emails were not sent");
        thread::sleep(Duration::from_millis(50));
    }
    kill_process(Pid::from_child(&watch), Signal::TERM).unwrap();
    let told = Instant::now();
    assert!(watch.wait().unwrap().success());
    assert!(told.elapsed() < Duration::from_secs(10), "it took {:?} to end", told.elapsed());
    assert_eq!(taken(&good).len(), 4);
    assert!(states(&week).values().all(|state| state == "accepted"));
}

#[test]
fn a_letter_that_was_refused_goes_once_more_only_where_a_person_says_so_after_reading_it() {
    let rcpt = BTreeMap::from([("member@panel.example.org", Does::Says("552 5.2.2 mailbox full"))]);
    let mail = MailServer::start(Manners { rcpt, ..Manners::default() });
    let week = week(&mail);
    go(&week).ends(1);
    go(&week).ends(1).shows("the reader's mailbox is full");
    let good = MailServer::start(Manners::default());
    now_at(&week, &mail, &good);
    go(&week).ends(0);
    assert!(taken(&good).is_empty(), "by itself it never goes again");
    let again = ["send", "agenda", DAY, "--go", "--again", "Mia Member"];
    let nobody = week.says(&["send", "agenda", DAY, "--again", "Cato Chair"]);
    nobody.ends(2);
    assert!(
        nobody.err.contains("no email that can go once more") && nobody.err.contains("member@"),
        "{}",
        nobody.err
    );
    week.says(&again)
        .ends(1)
        .shows("ONCE MORE")
        .shows("nothing was sent, because it is not what was shown before");
    assert!(taken(&good).is_empty());
    week.says(&again).ends(0).shows("once more: ").shows("accepted by the mail server: 1 email");
    assert_eq!(taken(&good), ["member@panel.example.org"]);
    week.says(&again).ends(2);
    assert_eq!(taken(&good).len(), 1, "what was taken is not sent once more");
    assert_eq!(states(&week)["member@panel.example.org"], "accepted");
}

#[test]
fn whoever_sends_while_somebody_else_posts_is_told_that_theirs_go_along() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    let posting = lock::take_to_post(&week.root().join("data")).unwrap().unwrap();
    go(&week).ends(0).shows("somebody else is posting just now");
    assert!(states(&week).values().all(|state| state == "queued"), "{:?}", states(&week));
    drop(posting);
    let week = week.at("2026-11-19T10:05");
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
    assert_eq!(taken(&mail).len(), 4);
}

#[test]
fn what_is_queued_for_an_address_that_is_doubted_does_not_go() {
    let mail = MailServer::start(Manners { login: Does::Says("535 5.7.3 no"), ..Manners::default() });
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    go(&week).ends(1);
    assert_eq!(states(&week)["member@panel.example.org"], "queued");
    let doubt =
        ["addresses", "doubt", "Mia Member", "--by", "Ann Clerk", "--reason", "somebody else answered"];
    week.says(&doubt).ends(0).shows("taken back: 1 email that waited");
    let good = MailServer::start(Manners::default());
    now_at(&week, &mail, &good);
    let week = week.at("2026-11-19T10:30");
    go(&week).ends(1).shows("no longer: Mia Member <member@panel.example.org>");
    go(&week).ends(1).shows("accepted by the mail server: 3 emails").shows("the address is doubted");
    assert!(!taken(&good).contains(&"member@panel.example.org".to_owned()));
    assert_eq!(states(&week)["member@panel.example.org"], "superseded");
}

#[test]
fn a_letter_whose_message_is_damaged_costs_the_others_nothing() {
    let mail = MailServer::start(Manners { login: Does::Says("535 5.7.3 no"), ..Manners::default() });
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    go(&week).ends(1);
    let audit = week.json(&["audit"]);
    let letters = audit["letters"].as_array().unwrap();
    let first = letters[0]["sha256"].as_str().unwrap();
    let data = week.root().join("data");
    let kept = week.tree("data").into_iter().find(|file| file.ends_with(first)).unwrap();
    fs::remove_file(data.join(kept)).unwrap();
    let good = MailServer::start(Manners::default());
    now_at(&week, &mail, &good);
    let house = panelclerk::config::load(&week.root().join("config.toml")).unwrap();
    let clock = panelclerk::clock::Clock::running_from("2026-11-19T10:05:00Z".parse().unwrap());
    let silent = panelclerk::clock::progress::Progress::silent();
    let house = panelclerk::clerk::house::House::open(house, clock, silent, true).unwrap();
    let mut register = house.register().unwrap();
    let posted = poster::post(&house, &mut register, &AtomicBool::new(false)).unwrap();
    assert_eq!((posted.accepted.len(), posted.not_taken.len()), (3, 1), "{posted:?}");
    assert!(posted.not_taken[0].2.says.contains("cannot be read"), "{posted:?}");
    assert_eq!(taken(&good).len(), 3);
}

#[test]
fn an_address_typed_in_other_letters_is_the_same_mailbox_and_gets_nothing_twice() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
    seat_at(&week, "member@panel.example.org", "Member@Panel.Example.ORG");
    go(&week).ends(0);
    assert_eq!(taken(&mail).len(), 4, "{:?}", taken(&mail));
}

#[test]
fn an_agenda_that_was_set_anew_since_it_was_shown_does_not_go_unseen() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&[
        "slot",
        "1167109",
        "--meeting",
        DAY,
        "--at",
        "15:40",
        "--by",
        "Ann Clerk",
        "--reason",
        "the school run",
    ])
    .ends(0);
    go(&week).ends(1).shows("nothing was sent, because it is not what was shown before");
    assert!(taken(&mail).is_empty());
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
}

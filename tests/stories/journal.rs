//! What a mail server does wrong, what becomes of each letter, and what the journal says: fault by fault, letter by letter. Then a good server
//! takes the rest, and nobody has a letter twice that anybody could have known of.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use chrono::{DateTime, TimeDelta, Utc};
use panelclerk::clerk::house::House;
use panelclerk::clerk::letters::posted::Posted;
use panelclerk::clerk::letters::poster;
use panelclerk::clock::Clock;
use panelclerk::clock::progress::Progress;
use panelclerk::config;
use panelclerk::panel::letter_state::LetterState;
use panelclerk::register::Register;
use panelclerk::register::letters::NewLetter;

use crate::harness::Week;
use crate::mail_server::{Does, MailServer, Manners, Shows};
use crate::typist::{shown, type_into, workbook};

const READERS: [&str; 10] = [
    "ann@panel.example.org",
    "ben@panel.example.org",
    "cem@panel.example.org",
    "dai@panel.example.org",
    "eve@panel.example.org",
    "fay@panel.example.org",
    "gil@panel.example.org",
    "hua@panel.example.org",
    "ivo@panel.example.org",
    "jan@panel.example.org",
];

/// A panel with a letter to each of so many readers, which somebody has said go.
struct Desk {
    week: Week,
    config: String,
    now: DateTime<Utc>,
}

impl Desk {
    fn with_letters(readers: usize) -> Desk {
        let week = Week::new("nelc");
        let config = fs::read_to_string(week.root().join("config.toml")).unwrap();
        let config =
            config.replacen("[post]\n", "[post]\nroad = \"smtp\"\ndomains = [\"panel.example.org\"]\n", 1);
        let now = "2026-11-19T10:00:00Z".parse().unwrap();
        let desk = Desk { week, config, now };
        desk.at(&MailServer { port: 1, ..MailServer::start(Manners::default()) });
        let mut register = desk.register();
        for (number, reader) in READERS.iter().take(readers).enumerate() {
            let message =
                format!("Message-ID: <{number}@council.example>\r\nSubject: papers\r\n\r\n.for {reader}\r\n");
            let letter = NewLetter {
                draft: &format!("pack {reader}.eml"),
                meeting: "2026-11-23".parse().unwrap(),
                kind: "pack",
                recipient: reader,
                message: message.as_bytes(),
                said: "",
            };
            let id = register.enter_letter(&letter, desk.now).unwrap();
            register.queue_letter(&id, desk.now).unwrap();
        }
        desk
    }

    fn path(&self) -> PathBuf {
        self.week.root().join("config.toml")
    }

    /// From now on this server is the panel's.
    fn at(&self, mail: &MailServer) {
        let secret = self.week.root().join("secret");
        fs::write(&secret, "pa55").unwrap();
        fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        fs::write(self.week.root().join("council.pem"), &mail.issuer).unwrap();
        let smtp = format!(
            "\n[post.smtp]\nhost = \"localhost\"\nport = {}\nlogin = \"plain\"\nuser = \"panel@council.example\"\n\
             secret_file = \"secret\"\ncertificates = \"council.pem\"\n",
            mail.port
        );
        fs::write(self.path(), format!("{}{smtp}", self.config)).unwrap();
    }

    fn house(&self) -> House {
        let clock = Clock::running_from(self.now);
        House::open(config::load(&self.path()).unwrap(), clock, Progress::silent(), true).unwrap()
    }

    fn register(&self) -> Register {
        self.house().register().unwrap()
    }

    fn post(&self) -> Posted {
        poster::post(&self.house(), &mut self.register(), &AtomicBool::new(false)).unwrap()
    }

    /// The journal of each letter since it was queued, in order of reader.
    fn journal(&self) -> Vec<String> {
        let register = self.register();
        let letters = register.all_letters().unwrap();
        let said = |letter| {
            let history = register.history_of(letter).unwrap();
            let states: Vec<&str> = history.iter().skip(2).map(|was| was.state.key()).collect();
            states.join(" ")
        };
        letters.iter().map(said).collect()
    }
}

/// A fault, what the journals of two letters say after it, and what stopped the post.
pub type Row = (&'static str, Manners, [&'static str; 2], Option<&'static str>);

const ACCEPTED: &str = "trying data_begun accepted";

#[expect(clippy::too_many_lines, reason = "a long table, read from top to bottom")]
pub fn table() -> Vec<Row> {
    use Does::{Drops, Says, SaysAndDrops};
    let usual = Manners::default;
    let ann = |does: Does| BTreeMap::from([(READERS[0], does)]);
    let hello = |says: &'static str| ("250-localhost\n250 STARTTLS", says);
    let none = ["", ""];
    vec![
        ("all well", usual(), [ACCEPTED, ACCEPTED], None),
        (
            "421 at the greeting",
            Manners { greeting: SaysAndDrops("421 4.3.2 busy"), ..usual() },
            none,
            Some("closing, or too busy"),
        ),
        (
            "554 at the greeting",
            Manners { greeting: Says("554 5.7.1 not you"), ..usual() },
            none,
            Some("does not take"),
        ),
        ("hangs up at once", Manners { greeting: Drops, ..usual() }, none, Some("ended the connection")),
        (
            "no mail server",
            Manners { greeting: Says("HTTP/1.1 400 Bad Request"), ..usual() },
            none,
            Some("no mail server"),
        ),
        (
            "encryption stripped",
            Manners { offers: ("250-localhost\n250 AUTH PLAIN", ""), ..usual() },
            none,
            Some("does not offer encryption"),
        ),
        (
            "encryption refused for now",
            Manners { starttls: Says("454 4.7.0 later"), ..usual() },
            none,
            Some("454"),
        ),
        ("encryption refused", Manners { starttls: Says("502 5.5.1 no"), ..usual() }, none, Some("502")),
        (
            "answers injected",
            Manners { injected: "250 injected\r\n", ..usual() },
            none,
            Some("somebody may be on the line"),
        ),
        ("expired certificate", Manners { shows: Shows::Expired, ..usual() }, none, Some("has run out")),
        (
            "another name's certificate",
            Manners { shows: Shows::OtherName, ..usual() },
            none,
            Some("for another name"),
        ),
        (
            "self-signed certificate",
            Manners { shows: Shows::SelfSigned, ..usual() },
            none,
            Some("nobody who is trusted"),
        ),
        ("old encryption", Manners { shows: Shows::OldKind, ..usual() }, none, Some("no kind of encryption")),
        ("5xx after encryption", Manners { offers: hello("502 5.5.1 no"), ..usual() }, none, Some("502")),
        (
            "4xx after encryption",
            Manners { offers: hello("451 4.3.0 later"), ..usual() },
            none,
            Some("could not do it just now"),
        ),
        (
            "another login only",
            Manners { offers: hello("250-localhost\n250 AUTH XOAUTH2"), ..usual() },
            none,
            Some("does not offer the login"),
        ),
        (
            "wrong login",
            Manners { login: Says("535 5.7.3 wrong"), ..usual() },
            none,
            Some("does not know this login"),
        ),
        ("login refused for now", Manners { login: Says("454 4.7.0 later"), ..usual() }, none, Some("454")),
        (
            "421 at the login",
            Manners { login: SaysAndDrops("421 4.3.2 busy"), ..usual() },
            none,
            Some("closing, or too busy"),
        ),
        (
            "4xx about the sender",
            Manners { mail: Says("451 4.3.0 later"), ..usual() },
            ["trying refused_for_now"; 2],
            None,
        ),
        (
            "5xx about the sender",
            Manners { mail: Says("550 5.7.60 not as them"), ..usual() },
            ["trying refused"; 2],
            None,
        ),
        (
            "421 about the sender",
            Manners { mail: SaysAndDrops("421 4.3.2 closing"), ..usual() },
            ["trying refused_for_now"; 2],
            None,
        ),
        (
            "too large",
            Manners { offers: hello("250-localhost\n250-SIZE 10\n250 AUTH PLAIN"), ..usual() },
            ["trying refused"; 2],
            None,
        ),
        (
            "greylisted",
            Manners { rcpt: ann(Says("450 4.2.0 greylisted")), ..usual() },
            ["trying refused_for_now", ACCEPTED],
            None,
        ),
        (
            "no such reader",
            Manners { rcpt: ann(Says("550 5.1.1 unknown")), ..usual() },
            ["trying refused", ACCEPTED],
            None,
        ),
        (
            "421 about the reader",
            Manners { rcpt: ann(SaysAndDrops("421 4.3.2 closing")), ..usual() },
            ["trying refused_for_now", ACCEPTED],
            None,
        ),
        (
            "hangs up about the reader",
            Manners { rcpt: ann(Drops), ..usual() },
            ["trying refused_for_now", ACCEPTED],
            None,
        ),
        (
            "4xx before the email",
            Manners { data: Says("451 4.3.0 later"), ..usual() },
            ["trying refused_for_now"; 2],
            None,
        ),
        (
            "5xx before the email",
            Manners { data: Says("554 5.7.1 policy"), ..usual() },
            ["trying refused"; 2],
            None,
        ),
        (
            "hangs up before the email",
            Manners { data: Drops, ..usual() },
            ["trying refused_for_now"; 2],
            None,
        ),
        (
            "4xx after the email",
            Manners { end: Says("451 4.3.0 later"), ..usual() },
            ["trying data_begun refused_for_now"; 2],
            None,
        ),
        (
            "5xx after the email",
            Manners { end: Says("552 5.3.4 too large"), ..usual() },
            ["trying data_begun refused"; 2],
            None,
        ),
        (
            "421 after the email",
            Manners { end: SaysAndDrops("421 4.3.2 closing"), ..usual() },
            ["trying data_begun refused_for_now"; 2],
            None,
        ),
        ("hangs up after the dot", Manners { end: Drops, ..usual() }, ["trying data_begun unknown"; 2], None),
        (
            "answers late",
            Manners { end: Does::Late(600, "250 2.0.0 queued"), ..usual() },
            [ACCEPTED, ACCEPTED],
            None,
        ),
    ]
}

#[test]
fn every_fault_has_its_outcome_in_the_journal_and_a_good_server_takes_the_rest() {
    for (fault, manners, journal, stopped) in table() {
        let mut desk = Desk::with_letters(2);
        let bad = MailServer::start(manners);
        desk.at(&bad);
        let posted = desk.post();
        assert_eq!(desk.journal(), journal, "{fault}");
        let said = posted.stopped.map(|advice| advice.says);
        match stopped {
            None => assert_eq!(said, None, "{fault}"),
            Some(words) => {
                assert!(said.as_ref().is_some_and(|said| said.contains(words)), "{fault}: {said:?}");
            }
        }
        let seen = bad.seen.lock().unwrap();
        let clear = seen.in_clear.join(" ");
        assert!(
            !["AUTH", "MAIL", "RCPT", "panel@", "pa55"].iter().any(|word| clear.contains(word)),
            "{fault}: {clear}"
        );
        let before: Vec<String> = seen.taken.iter().map(|taken| taken.to.clone()).collect();
        drop(seen);
        // A day later at a good server: what was refused stays so, everything else arrives.
        let good = MailServer::start(Manners::default());
        desk.at(&good);
        desk.now += TimeDelta::days(1);
        desk.post();
        desk.now += TimeDelta::days(1);
        desk.post();
        std::thread::sleep(std::time::Duration::from_millis(60));
        let after: Vec<String> =
            good.seen.lock().unwrap().taken.iter().map(|taken| taken.to.clone()).collect();
        for (reader, was) in READERS.iter().zip(journal) {
            let times = |taken: &[String]| taken.iter().filter(|to| to == reader).count();
            let (earlier, later) = (times(&before), times(&after));
            match was.rsplit(' ').next().unwrap() {
                "refused" => assert_eq!((earlier, later), (0, 0), "{fault}: never again"),
                "accepted" => assert_eq!((earlier, later), (1, 0), "{fault}: once"),
                // Nobody can know: once more, and it is on record as that.
                "unknown" => assert_eq!(later, 1, "{fault}"),
                _ => assert_eq!((earlier, later), (0, 1), "{fault}: once"),
            }
        }
        let last = desk.register().all_letters().unwrap();
        assert!(
            last.iter().all(|row| matches!(row.state, LetterState::Accepted | LetterState::Refused)),
            "{fault}: {last:?}"
        );
    }
}

#[test]
fn one_refused_reader_of_ten_costs_the_other_nine_nothing() {
    let desk = Desk::with_letters(10);
    let refused = BTreeMap::from([(READERS[4], Does::Says("550 5.1.1 unknown"))]);
    let mail = MailServer::start(Manners { rcpt: refused, ..Manners::default() });
    desk.at(&mail);
    let posted = desk.post();
    assert_eq!(posted.accepted.len(), 9);
    assert_eq!(posted.not_taken.len(), 1);
    let journal = desk.journal();
    assert_eq!(journal[4], "trying refused");
    assert_eq!(journal.iter().filter(|was| *was == ACCEPTED).count(), 9);
    let seen = mail.seen.lock().unwrap();
    let logins = seen.encrypted.iter().filter(|said| said.starts_with("AUTH")).count();
    assert_eq!(logins, 1, "one conversation for all of them");
}

#[test]
fn two_who_post_at_once_send_each_letter_once() {
    let desk = Desk::with_letters(10);
    let mail = MailServer::start(Manners { end: Does::Late(50, "250 2.0.0 queued"), ..Manners::default() });
    desk.at(&mail);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| desk.post());
        }
    });
    desk.post();
    std::thread::sleep(std::time::Duration::from_millis(60));
    let mut readers: Vec<String> =
        mail.seen.lock().unwrap().taken.iter().map(|taken| taken.to.clone()).collect();
    readers.sort();
    assert_eq!(readers, READERS);
    assert!(desk.journal().iter().all(|was| was == ACCEPTED), "{:?}", desk.journal());
}

#[test]
fn a_task_typed_twice_and_a_workbook_seen_twice_send_each_letter_once() {
    let mail = MailServer::start(Manners::default());
    let week = crate::posted::week(&mail);
    let task = "Send the agenda";
    let typed = |week: &Week| {
        type_into(week, &[("Tasks", task, "Do it", "yes"), ("Tasks", task, "By", "Ann Clerk")]);
    };
    let week = week.run(&["scan"], 0);
    typed(&week);
    let saved = fs::read(workbook(&week)).unwrap();
    let week = week.at("2026-11-19T10:10").run(&["scan"], 0);
    let result = shown(&fs::read(workbook(&week)).unwrap(), "Tasks", task, "Result");
    assert!(result.contains("Read it, then type the task again"), "{result}");
    // The very workbook that was saved comes back, as a share or a backup may bring it: it asks for nothing new.
    fs::write(workbook(&week), &saved).unwrap();
    let mut week = week.at("2026-11-19T10:20").run(&["scan"], 0);
    assert!(mail.seen.lock().unwrap().taken.is_empty(), "the second time is a person's, not the share's");
    for minute in ["10:30", "10:40", "10:50"] {
        typed(&week);
        week = week.at(&format!("2026-11-19T{minute}")).run(&["scan"], 0);
        week = week.at(&format!("2026-11-19T{}5", &minute[..4]));
        week.says(&["send", "agenda", "2026-11-23", "--go"]).ends(0);
        let taken = mail.seen.lock().unwrap().taken.len();
        assert!(taken <= 4, "{minute}: {taken}");
    }
    std::thread::sleep(std::time::Duration::from_millis(60));
    let mut readers: Vec<String> =
        mail.seen.lock().unwrap().taken.iter().map(|taken| taken.to.clone()).collect();
    readers.sort();
    readers.dedup();
    assert_eq!((readers.len(), mail.seen.lock().unwrap().taken.len()), (4, 4));
}

#[test]
fn two_commands_at_once_send_each_letter_once() {
    let mail = MailServer::start(Manners { end: Does::Late(100, "250 2.0.0 queued"), ..Manners::default() });
    let week = crate::posted::week(&mail);
    week.says(&["send", "agenda", "2026-11-23"]).ends(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let said = week.says(&["send", "agenda", "2026-11-23", "--go"]);
                assert!(said.status <= 1, "{}", said.err);
            });
        }
    });
    week.says(&["send", "agenda", "2026-11-23", "--go"]).ends(0);
    std::thread::sleep(std::time::Duration::from_millis(60));
    let mut readers: Vec<String> =
        mail.seen.lock().unwrap().taken.iter().map(|taken| taken.to.clone()).collect();
    readers.sort();
    let all = readers.len();
    readers.dedup();
    assert_eq!((readers.len(), all), (4, 4), "{readers:?}");
}

//! The program killed in the middle of the post, on every road: nobody is left out, nobody gets another letter than theirs, and twice only what
//! nobody can know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use mail_parser::MessageParser;
use panelclerk::clerk::house::House;
use panelclerk::clerk::letters::posted::Posted;
use panelclerk::clerk::letters::poster;
use panelclerk::clock::Clock;
use panelclerk::clock::progress::Progress;
use panelclerk::config;
use panelclerk::register::letters::NewLetter;

use crate::graph_server::{Does, Fault, GraphServer, SECRET, Step, TOKEN, reader_of};
use crate::harness::Week;
use crate::mail_server::{self, MailServer, Manners};
use crate::people::seat;

const READERS: [&str; 2] = ["ann@panel.example.org", "ben@panel.example.org"];

/// A panel with a letter to each reader, which somebody has said go.
struct Desk {
    week: Week,
    now: DateTime<Utc>,
}

impl Desk {
    /// `road` is the road's name, `rules` its section, `issuer` whom it trusts.
    fn by(road: &str, rules: &str, issuer: &str) -> Desk {
        let week = Week::new("nelc");
        let desk = Desk { week, now: "2026-11-19T10:00:00Z".parse().unwrap() };
        let root = desk.week.root();
        let config = fs::read_to_string(root.join("config.toml")).unwrap();
        let config = config.replacen(
            "[post]\n",
            &format!(
                "[post]\nroad = \"{road}\"\ndomains = [\"panel.example.org\"]\nprove_addresses = false\n"
            ),
            1,
        );
        fs::write(root.join("before.toml"), config).unwrap();
        fs::write(root.join("secret"), SECRET).unwrap();
        fs::set_permissions(root.join("secret"), fs::Permissions::from_mode(0o600)).unwrap();
        desk.now_by(rules, issuer);
        let mut register = desk.house().register().unwrap();
        for (number, reader) in READERS.iter().enumerate() {
            let message = format!(
                "From: Panel <panel@council.example>\r\nTo: {reader}\r\nMessage-ID: <{number}@council.example>\r\n\
                 Subject: papers\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
                 --m\r\nContent-Type: text/html\r\n\r\n<p>for {reader}</p>\r\n\
                 --m\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"pack.txt\"\r\n\r\nof {reader}\r\n--m--\r\n"
            );
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

    fn now_by(&self, rules: &str, issuer: &str) {
        let root = self.week.root();
        fs::write(root.join("council.pem"), issuer).unwrap();
        let config = fs::read_to_string(root.join("before.toml")).unwrap();
        fs::write(root.join("config.toml"), config + rules).unwrap();
    }

    fn house(&self) -> House {
        let config = config::load(&self.week.root().join("config.toml")).unwrap();
        House::open(config, Clock::running_from(self.now), Progress::silent(), true).unwrap()
    }

    fn post(&self) -> Posted {
        let house = self.house();
        poster::post(&house, &mut house.register().unwrap(), &AtomicBool::new(false)).unwrap()
    }

    fn watch(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_panelclerk"))
            .current_dir(self.week.root())
            .args(["--config", "config.toml", "--now", "2026-11-19T10:00", "watch", "--every", "3600"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Starts the program, kills it as soon as `is_there`, a little later.
    fn killed_when(&self, is_there: impl Fn() -> bool) {
        let mut watch = self.watch();
        let begun = Instant::now();
        while !is_there() {
            assert!(begun.elapsed() < Duration::from_mins(2), "it did not come so far");
            thread::sleep(Duration::from_millis(10));
        }
        thread::sleep(Duration::from_millis(100));
        let command_line = fs::read(format!("/proc/{}/cmdline", watch.id())).unwrap_or_default();
        let environment = fs::read(format!("/proc/{}/environ", watch.id())).unwrap_or_default();
        watch.kill().unwrap();
        watch.wait().unwrap();
        for what in [SECRET, TOKEN] {
            let seen = |bytes: &[u8]| bytes.windows(what.len()).any(|window| window == what.as_bytes());
            assert!(!seen(&command_line) && !seen(&environment), "whoever lists processes sees no secret");
        }
    }

    /// Every state of each letter, in order of reader.
    fn journal(&self) -> Vec<String> {
        let register = self.house().register().unwrap();
        let said = |letter| {
            let history = register.history_of(letter).unwrap();
            history.iter().skip(2).map(|was| was.state.key()).collect::<Vec<_>>().join(" ")
        };
        register.all_letters().unwrap().iter().map(said).collect()
    }
}

fn by_graph(graph: &GraphServer, mode: &str) -> String {
    format!(
        "\n[post.graph]\nmailbox = \"panel@council.example\"\nmode = \"{mode}\"\nclient = \"c1\"\ntoken_endpoint = \"{}\"\n\
         base = \"{}\"\nsecret_file = \"secret\"\ncertificates = \"council.pem\"\n",
        graph.token_endpoint(),
        graph.base()
    )
}

const STEPS: [Step; 8] = [
    Step::Token,
    Step::Find,
    Step::Create,
    Step::Attach,
    Step::List,
    Step::Content,
    Step::Address,
    Step::Send,
];

#[test]
fn killed_at_any_step_of_the_cloud_each_reader_gets_their_letter_once() {
    for does in [Does::Holds, Does::ThenHolds] {
        for step in STEPS {
            let graph = GraphServer::start(vec![Fault::once(step, does)]);
            let mut desk = Desk::by("graph", &by_graph(&graph, "send"), &graph.issuer);
            desk.killed_when(|| 0 < graph.cloud.lock().unwrap().asked(step));
            // As often as it takes, and once more.
            for _ in 0..3 {
                desk.now += TimeDelta::minutes(10);
                desk.post();
            }
            assert_eq!(graph.sent(), READERS, "{step:?} {does:?}: {:?}", desk.journal());
            let cloud = graph.cloud.lock().unwrap();
            assert!(cloud.drafts().is_empty(), "{step:?} {does:?}: nothing is left behind");
            for held in &cloud.held {
                let reader = reader_of(&held.message);
                let own = format!("of {reader}");
                assert_eq!(
                    (held.files.len(), &held.files[0].content[..]),
                    (1, own.as_bytes()),
                    "{step:?} {does:?}"
                );
                assert!(held.message["body"]["content"].as_str().unwrap().contains(&reader));
            }
            drop(cloud);
            assert!(
                desk.journal().iter().all(|states| states.ends_with(" accepted")),
                "{:?}",
                desk.journal()
            );
        }
    }
}

#[test]
fn killed_while_drafts_are_made_each_reader_has_one_and_nothing_is_sent() {
    for does in [Does::Holds, Does::ThenHolds] {
        for step in [Step::Create, Step::Attach, Step::Address] {
            let graph = GraphServer::start(vec![Fault::once(step, does)]);
            let mut desk = Desk::by("graph", &by_graph(&graph, "drafts"), &graph.issuer);
            desk.killed_when(|| 0 < graph.cloud.lock().unwrap().asked(step));
            for _ in 0..3 {
                desk.now += TimeDelta::minutes(10);
                desk.post();
            }
            let cloud = graph.cloud.lock().unwrap();
            let mut readers: Vec<String> = cloud.held.iter().map(|held| reader_of(&held.message)).collect();
            readers.sort();
            assert_eq!(readers, READERS, "{step:?} {does:?}");
            assert!(cloud.sent.is_empty() && cloud.asked(Step::Send) == 0);
            drop(cloud);
            assert!(
                desk.journal().iter().all(|states| states.ends_with(" in_drafts")),
                "{:?}",
                desk.journal()
            );
        }
    }
}

fn by_smtp(mail: &MailServer) -> String {
    format!(
        "\n[post.smtp]\nhost = \"localhost\"\nport = {}\nlogin = \"plain\"\nuser = \"panel@council.example\"\n\
         secret_file = \"secret\"\ncertificates = \"council.pem\"\n",
        mail.port
    )
}

#[test]
fn killed_at_any_step_of_a_mail_server_only_what_nobody_can_know_may_come_twice() {
    use mail_server::Does::Hangs;
    let usual = Manners::default;
    let table: [(&str, Manners); 6] = [
        ("EHLO", Manners { login: Hangs, ..usual() }),
        ("AUTH", Manners { mail: Hangs, ..usual() }),
        ("MAIL", Manners { rcpt: BTreeMap::from([(READERS[0], Hangs)]), ..usual() }),
        ("RCPT", Manners { data: Hangs, ..usual() }),
        ("DATA", Manners { end: Hangs, ..usual() }),
        ("DATA", Manners { drops_after: None, end: Hangs, ..usual() }),
    ];
    for (number, (seen, manners)) in table.into_iter().enumerate() {
        let mail = MailServer::start(manners);
        let mut desk = Desk::by("smtp", &by_smtp(&mail), &mail.issuer);
        desk.killed_when(|| {
            mail.seen.lock().unwrap().encrypted.iter().filter(|said| said.starts_with(seen)).count() > 0
        });
        let good = MailServer::start(Manners::default());
        desk.now_by(&by_smtp(&good), &good.issuer);
        for _ in 0..3 {
            desk.now += TimeDelta::minutes(20);
            desk.post();
        }
        thread::sleep(Duration::from_millis(100));
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for taken in mail.seen.lock().unwrap().taken.iter().chain(&good.seen.lock().unwrap().taken) {
            *times.entry(taken.to.clone()).or_default() += 1;
            let message = MessageParser::default().parse(&taken.message).unwrap();
            assert!(message.body_html(0).unwrap().contains(&format!("for {}", taken.to)), "their own email");
        }
        let journal = desk.journal();
        for (reader, states) in READERS.iter().zip(&journal) {
            let most = if states.contains("unknown") { 2 } else { 1 };
            assert!((1..=most).contains(&times[*reader]), "{number} {seen}: {reader} {times:?} {journal:?}");
            assert!(states.ends_with(" accepted"), "{number} {seen}: {journal:?}");
        }
        let may_be_twice = journal.iter().any(|states| states.contains("data_begun unknown"));
        assert_eq!(may_be_twice, seen == "DATA", "{number} {seen}: {journal:?}");
    }
}

#[test]
fn killed_while_drafts_are_written_the_outbox_has_one_for_each_reader_in_the_end() {
    let week = Week::new("nelc")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    seat(&week);
    let week = week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0).run(&["agenda"], 0);
    let outbox = week.root().join("office/2026-11-23/outbox");
    let mut seen = BTreeSet::new();
    for pause in [50, 150, 300, 500, 800, 1200, 2000] {
        let mut sending = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
            .current_dir(week.root())
            .args([
                "--config",
                "config.toml",
                "--now",
                "2026-11-19T10:00",
                "send",
                "agenda",
                "2026-11-23",
                "--go",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(pause));
        sending.kill().unwrap();
        sending.wait().unwrap();
        let drafts = fs::read_dir(&outbox).map_or(0, Iterator::count);
        assert!(drafts <= 4);
        seen.insert(drafts);
    }
    week.says(&["send", "agenda", "2026-11-23", "--go"]).ends(0);
    let mut readers = BTreeSet::new();
    for file in week.tree("office/2026-11-23/outbox") {
        let bytes = fs::read(outbox.join(&file)).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let to = message.to().unwrap().first().unwrap().address().unwrap().to_owned();
        assert_eq!(message.attachment_count(), 1, "{file}: a whole email");
        assert!(readers.insert(to), "{file}: one for each");
    }
    assert_eq!(readers.len(), 4, "nobody is left out; killed with {seen:?} drafts there");
}

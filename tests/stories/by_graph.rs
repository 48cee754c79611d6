//! Letters through Microsoft Graph: drafts that a person sends, or sent by the program; whatever the cloud does, nobody gets a letter twice.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::after_sending::notice;
use crate::graph_server::{Does, Fault, GraphServer, Held, SECRET, Step, TOKEN, reader_of};
use crate::harness::{Said, Week};
use crate::mail_server::{MailServer, Manners};
use crate::people::{PEOPLE, seat, seat_at};
use crate::posted;

const DAY: &str = "2026-11-23";

/// A panel whose letters go through this cloud, with an agenda to send.
pub fn week(graph: &GraphServer, mode: &str) -> Week {
    let week = Week::new("nelc")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    seat(&week);
    let root = week.root();
    let secret = root.join("secret");
    fs::write(&secret, SECRET).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(root.join("council.pem"), &graph.issuer).unwrap();
    let config = fs::read_to_string(root.join("config.toml")).unwrap();
    let config = config.replacen(
        "[post]\n",
        "[post]\nroad = \"graph\"\ndomains = [\"panel.example.org\"]\nprove_addresses = false\n",
        1,
    );
    let rules = format!(
        "\n[post.graph]\nmailbox = \"panel@council.example\"\nmode = \"{mode}\"\nclient = \"c1\"\n\
         token_endpoint = \"{}\"\nbase = \"{}\"\nsecret_file = \"secret\"\nsecret_expires = 2027-03-01\ncertificates = \"council.pem\"\n",
        graph.token_endpoint(),
        graph.base()
    );
    fs::write(root.join("config.toml"), config + &rules).unwrap();
    week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0).run(&["agenda"], 0)
}

fn go(week: &Week) -> Said {
    week.says(&["send", "agenda", DAY, "--go"])
}

/// Shows what would go, so that the next `--go` sends it.
fn show(week: &Week) {
    week.says(&["send", "agenda", DAY]).ends(0);
}

pub fn states(week: &Week) -> BTreeMap<String, String> {
    let audit = week.json(&["audit"]);
    let text = |letter: &Value, key: &str| letter[key].as_str().unwrap().to_owned();
    audit["letters"].as_array().unwrap().iter().map(|one| (text(one, "to"), text(one, "state"))).collect()
}

fn panel() -> Vec<String> {
    let mut all: Vec<String> = PEOPLE.iter().take(4).map(|(.., email)| (*email).to_owned()).collect();
    all.sort();
    all
}

#[test]
fn letters_lie_among_the_drafts_and_are_known_to_be_sent_once_a_person_has_sent_them() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "drafts");
    show(&week);
    go(&week).ends(0).shows("among the drafts of the panel's mailbox: 4 emails");
    assert_eq!(graph.sent(), Vec::<String>::new(), "the program sends nothing");
    {
        let cloud = graph.cloud.lock().unwrap();
        assert_eq!(cloud.asked(Step::Send), 0);
        let mut readers: Vec<String> = cloud.drafts().iter().map(|held| reader_of(&held.message)).collect();
        readers.sort();
        assert_eq!(readers, panel());
        for held in cloud.drafts() {
            assert_eq!(held.message["subject"].as_str().unwrap().split(' ').next(), Some("REHEARSAL"));
            assert_eq!(held.message["internetMessageHeaders"][0]["name"], "X-Panelclerk-Head");
            assert!(held.files.iter().any(|file| file.name.ends_with(".docx")), "{:?}", held.files.len());
        }
    }
    assert!(states(&week).values().all(|state| state == "in_drafts"));
    go(&week).ends(0);
    assert_eq!(graph.cloud.lock().unwrap().held.len(), 4, "asked again, there is no second draft");
    graph.cloud.lock().unwrap().press_send("member@panel.example.org");
    go(&week).ends(0);
    let states = states(&week);
    assert_eq!(states["member@panel.example.org"], "sent_by_hand");
    assert_eq!(states["chair@panel.example.org"], "in_drafts");
}

#[test]
fn a_draft_that_the_mailbox_has_lost_sight_of_is_said_to_be_sent_or_removed() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "drafts");
    show(&week);
    go(&week).ends(0);
    let say = |what: &str, who: &str| week.says(&["send", "agenda", DAY, what, who, "--by", "Ann Clerk"]);
    // What still lies there was neither sent nor removed.
    for what in ["--mark-sent", "--mark-removed"] {
        let said = say(what, "Mia Member");
        assert!(said.status == 2 && said.err.contains("still lies in the panel's mailbox"), "{}", said.err);
    }
    assert_eq!(states(&week)["member@panel.example.org"], "in_drafts");
    // Sent, and moved out of Sent Items; deleted; sent as the mailbox itself knows.
    let gone = |reader: &str| {
        graph.cloud.lock().unwrap().held.retain(|held| reader_of(&held.message) != reader);
    };
    gone("member@panel.example.org");
    say("--mark-sent", "Mia Member").ends(0).shows("sent by hand; the mailbox has no draft of it");
    assert_eq!(states(&week)["member@panel.example.org"], "sent_by_hand");
    gone("clerk@panel.example.org");
    say("--mark-removed", "Ann Clerk").ends(0).shows("taken back: its draft was removed");
    assert_eq!(states(&week)["clerk@panel.example.org"], "superseded");
    graph.cloud.lock().unwrap().press_send("chair@panel.example.org");
    let sent = say("--mark-removed", "Cato Chair");
    assert!(sent.status == 2 && sent.err.contains("the mailbox has sent it"), "{}", sent.err);
    let nobody = say("--mark-removed", "Mia Member");
    assert!(nobody.status == 2 && nobody.err.contains("among the mailbox's drafts"), "{}", nobody.err);
    // What was removed is written anew, what was sent is not.
    go(&week).ends(0);
    let cloud = graph.cloud.lock().unwrap();
    let mut readers: Vec<String> = cloud.drafts().iter().map(|held| reader_of(&held.message)).collect();
    readers.sort();
    drop(cloud);
    assert_eq!(readers, ["clerk@panel.example.org", "student@panel.example.org"]);
    let states = states(&week);
    assert_eq!(states["chair@panel.example.org"], "sent_by_hand");
    assert_eq!(states["clerk@panel.example.org"], "in_drafts");
    week.says(&["verify"]).ends(0);
}

#[test]
fn a_draft_whose_reader_may_no_longer_have_it_is_taken_out_of_the_mailbox() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "drafts");
    show(&week);
    go(&week).ends(0);
    seat_at(&week, "member@panel.example.org", "mia@panel.example.org");
    let week = week.run(&["scan"], 0);
    assert_eq!(states(&week)["member@panel.example.org"], "to_take_back");
    go(&week).ends(0);
    let states = states(&week);
    assert_eq!(states["member@panel.example.org"], "superseded");
    assert_eq!(states["mia@panel.example.org"], "in_drafts");
    let cloud = graph.cloud.lock().unwrap();
    let readers: Vec<String> = cloud.drafts().iter().map(|held| reader_of(&held.message)).collect();
    assert!(!readers.contains(&"member@panel.example.org".to_owned()), "{readers:?}");
    assert_eq!((readers.len(), cloud.removed), (4, 1));
}

#[test]
fn a_draft_that_is_found_nowhere_any_more_may_have_been_sent_and_that_is_told() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "drafts");
    show(&week);
    go(&week).ends(0);
    let mia = "member@panel.example.org";
    let of_mia = |held: &Held| reader_of(&held.message) == mia;
    let gone = {
        let mut cloud = graph.cloud.lock().unwrap();
        let at = cloud.held.iter().position(of_mia).unwrap();
        cloud.held.remove(at)
    };
    // Sent from a shared mailbox its copy lies in the sender's own Sent Items, or somebody has thrown the draft away.
    go(&week).ends(0);
    assert_eq!(states(&week)[mia], "unknown");
    let said = week.says(&["scan"]);
    said.ends(1).shows("it may have been sent, and the mailbox does not say so");
    said.shows("`panelclerk send agenda 2026-11-23 --mark-sent L").shows(" --go --again L");
    assert!(!said.out.contains("by itself"), "{}", said.out);
    // What must not go any more is looked for once, and is not on its way back for ever.
    seat_at(&week, mia, "mia@panel.example.org");
    for _ in 0..3 {
        let _ = week.says(&["scan"]);
        let _ = go(&week);
    }
    let history: Vec<String> = journal(&week, mia);
    assert_eq!(history[history.len() - 3..], ["unknown", "to_take_back", "unknown"], "{history:?}");
    assert_eq!(history.iter().filter(|state| *state == "to_take_back").count(), 1, "{history:?}");
    // It turns up again: then it never left, and is taken out.
    graph.cloud.lock().unwrap().held.push(gone);
    go(&week).ends(0);
    assert_eq!(states(&week)[mia], "superseded");
    assert!(!graph.cloud.lock().unwrap().held.iter().any(of_mia));
}

#[test]
fn a_draft_that_was_only_out_of_sight_is_a_draft_again_and_its_mailbox_is_asked_long_after_the_meeting() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "drafts").at("2027-01-11T10:00");
    week.says(&["send", "agenda", DAY, "--go"]).ends(0);
    let all = std::mem::take(&mut graph.cloud.lock().unwrap().held);
    let week = week.at("2027-01-12T10:00");
    go(&week).ends(0);
    assert!(states(&week).values().all(|state| state == "unknown"), "{:?}", states(&week));
    graph.cloud.lock().unwrap().held = all;
    go(&week).ends(0);
    assert!(states(&week).values().all(|state| state == "in_drafts"), "{:?}", states(&week));
    graph.cloud.lock().unwrap().press_send("chair@panel.example.org");
    go(&week).ends(0);
    assert_eq!(states(&week)["chair@panel.example.org"], "sent_by_hand");
}

#[test]
fn what_lies_among_the_drafts_was_handed_to_nobody_and_asks_nothing_back() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "drafts").run(&["pack"], 0);
    let send = |week: &Week, kind: &str| {
        week.says(&["send", kind, DAY]).ends(0);
        week.says(&["send", kind, DAY, "--go"]).ends(0);
    };
    send(&week, "pack");
    let said = week.says(&["report", "holders", "1167109"]);
    said.shows("among the mailbox's drafts, not sent, at 10 am Thursday 19 November 2026");
    assert!(!said.out.contains("handed to"), "{}", said.out);
    let holders = week.json(&["report", "holders", "1167109"])["holders"].as_array().unwrap().clone();
    assert!(holders.iter().all(|one| one["may_have"] == false && one["sent"].is_null()), "{holders:?}");
    for to in ["chair@panel.example.org", "clerk@panel.example.org", "member@panel.example.org"] {
        graph.cloud.lock().unwrap().press_send(to);
    }
    let week = week.at("2026-11-20T09:00");
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    let status = week.json(&["status", DAY]);
    let paper = status["cases"][0]["papers"][0]["number"].as_str().unwrap();
    let hand = ["--by", "Ann Clerk", "--reason", "about another child"];
    week.says(&[&["pack", DAY, "--withdraw", paper][..], &hand].concat()).ends(0);
    send(&week, "recall");
    let said = week.says(&["report", "holders", "1167109"]);
    said.shows("sent by hand: marked at")
        .shows("that asks it back is not sent yet: among the mailbox's drafts");
    assert!(!said.out.contains("asked back in email"), "{}", said.out);
}

/// Every state of the newest letter to somebody.
fn journal(week: &Week, to: &str) -> Vec<String> {
    let config = panelclerk::config::load(&week.root().join("config.toml")).unwrap();
    let register = panelclerk::register::Register::open(&config.folders.data).unwrap();
    let letters = register.all_letters().unwrap();
    let letter = letters.iter().rfind(|letter| letter.recipient == to).unwrap();
    register.history_of(letter).unwrap().iter().map(|was| was.state.key().to_owned()).collect()
}

#[test]
fn a_letter_that_came_back_goes_once_more_from_the_mailbox_and_once_only() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "send");
    show(&week);
    go(&week).ends(0);
    let week = week.run(&["scan"], 0);
    let mia = "member@panel.example.org";
    let audit = week.json(&["audit"]);
    let letter = audit["letters"].as_array().unwrap().iter().find(|one| one["to"] == mia).unwrap().clone();
    let notice = notice("", "failed", letter["message_id"].as_str().unwrap());
    fs::write(week.root().join("office/bounces/gone.eml"), notice).unwrap();
    week.says(&["scan"]).ends(1).shows("it came back");
    let again = ["send", "agenda", DAY, "--go", "--again", mia];
    week.says(&again).ends(1).shows("ONCE MORE");
    week.says(&again).ends(0).shows("accepted by the mail server: 1 email");
    let times = |graph: &GraphServer| graph.sent().iter().filter(|to| *to == mia).count();
    assert_eq!((times(&graph), graph.sent().len()), (2, 5), "{:?}", journal(&week, mia));
    let _ = go(&week);
    go(&week).ends(0);
    week.says(&again).ends(2);
    assert_eq!(times(&graph), 2);
}

#[test]
fn letters_are_sent_once_they_were_shown_and_never_twice() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "send");
    go(&week).ends(1).shows("nothing was sent, because it had not been shown before");
    assert_eq!(graph.cloud.lock().unwrap().calls.len(), 0);
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
    assert_eq!(graph.sent(), panel());
    go(&week).ends(0);
    assert_eq!(graph.sent(), panel(), "asked again, nobody is sent the same email twice");
    assert!(states(&week).values().all(|state| state == "accepted"));
    let cloud = graph.cloud.lock().unwrap();
    for call in &cloud.calls {
        let is_secret_address = matches!(call.step, Step::Token | Step::Piece | Step::PieceStatus);
        assert_eq!(call.has_token, !is_secret_address, "{call:?}");
    }
    assert_eq!(cloud.asked(Step::Token), 1, "one token serves all emails");
}

/// What the cloud does wrong, once, and what is known of the letters after the first go and after the last.
#[test]
fn whatever_the_cloud_does_nobody_gets_a_letter_twice_and_nobody_is_left_out() {
    use Does::{No, ThenDrops};
    let table = [
        (Fault::once(Step::Create, ThenDrops), "refused_for_now"),
        (Fault::once(Step::Send, ThenDrops), "accepted"),
        (Fault::once(Step::Send, No(429, "ApplicationThrottled", 45)), "refused_for_now"),
    ];
    for (fault, state) in table {
        let graph = GraphServer::start(vec![fault.clone()]);
        let week = week(&graph, "send");
        show(&week);
        let said = go(&week);
        assert!(said.status <= 1, "{fault:?}: {}{}", said.out, said.err);
        let of_the_first = states(&week).values().filter(|one| *one == state).count();
        assert!(0 < of_the_first, "{fault:?}: {:?}\n{}", states(&week), said.out);
        let week = week.at("2026-11-19T10:10");
        go(&week).ends(0);
        assert_eq!(graph.sent(), panel(), "{fault:?}");
        assert!(states(&week).values().all(|state| state == "accepted"), "{fault:?}: {:?}", states(&week));
        assert_eq!(graph.cloud.lock().unwrap().drafts().len(), 0, "{fault:?}: no draft is left behind");
    }
}

#[test]
fn nothing_secret_is_seen_anywhere() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "send");
    show(&week);
    let said = go(&week);
    said.ends(0);
    let mut seen = format!("{}{}{}", said.out, said.err, week.json(&["audit"])).into_bytes();
    for file in week.tree("").into_iter().filter(|file| file != "secret") {
        seen.extend(fs::read(week.root().join(file)).unwrap());
    }
    let has = |what: &str| seen.windows(what.len()).any(|window| window == what.as_bytes());
    assert!(has("Graph 202 accepted"), "the record is among what was looked through");
    assert!(!has(SECRET) && !has("s3cret") && !has(TOKEN));
}

#[test]
fn a_secret_that_runs_out_is_said_thirty_days_ahead_and_one_that_is_wrong_names_who_must_act() {
    let graph = GraphServer::start(vec![Fault::always(Step::Token, Does::NoToken("AADSTS7000222"))]);
    let week = week(&graph, "drafts");
    assert!(!week.says(&["check"]).out.contains("runs out"), "that is months away");
    let config = week.root().join("config.toml");
    let written = fs::read_to_string(&config).unwrap();
    fs::write(&config, written.replace("2027-03-01", "2026-12-19")).unwrap();
    week.says(&["check"]).ends(1).shows("runs out in 30 days, on Saturday 19 December 2026");
    let week = week.run(&["scan"], 1);
    week.says(&["status"])
        .ends(1)
        .shows("runs out in 30 days")
        .shows("ask whoever looks after mail for a new one");
    let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
    assert!(board.contains("runs out in 30 days"));
    go(&week).ends(1).shows("the application's secret has run out; ask whoever looks after Microsoft 365");
    assert!(states(&week).values().all(|state| state == "queued"), "they go once the secret is right");
    assert_eq!(
        graph.cloud.lock().unwrap().calls.len(),
        1,
        "a secret that is refused is not tried for each email"
    );
}

#[test]
fn a_rest_that_is_asked_for_is_kept_whoever_posts_next() {
    let graph =
        GraphServer::start(vec![Fault::once(Step::Create, Does::No(429, "ApplicationThrottled", 900))]);
    let week = week(&graph, "drafts");
    go(&week).ends(1).shows("asks us to wait");
    let before = graph.cloud.lock().unwrap().calls.len();
    let week = week.at("2026-11-19T10:10");
    go(&week).ends(1).shows("asked us to wait until").shows("10.15 am");
    assert_eq!(graph.cloud.lock().unwrap().calls.len(), before, "nobody was asked");
    let week = week.at("2026-11-19T10:16");
    go(&week).ends(0).shows("among the drafts of the panel's mailbox: 4 emails");
}

#[test]
fn a_mail_server_is_shown_a_token_that_the_program_fetched_with_the_applications_secret() {
    let tokens = GraphServer::start(Vec::new());
    let mail = MailServer::start(Manners::default());
    let week = posted::week(&mail);
    let root = week.root();
    fs::write(root.join("secret"), SECRET).unwrap();
    fs::write(root.join("council.pem"), format!("{}{}", mail.issuer, tokens.issuer)).unwrap();
    let config = fs::read_to_string(root.join("config.toml")).unwrap();
    let by_token =
        format!("login = \"xoauth2\"\nclient = \"c1\"\ntoken_endpoint = \"{}\"\n", tokens.token_endpoint());
    fs::write(root.join("config.toml"), config.replacen("login = \"plain\"\n", &by_token, 1)).unwrap();
    show(&week);
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
    let seen = mail.seen.lock().unwrap();
    let login = seen.encrypted.iter().find_map(|said| said.strip_prefix("AUTH XOAUTH2 ")).unwrap();
    let login = String::from_utf8(STANDARD.decode(login).unwrap()).unwrap();
    assert_eq!(login, format!("user=panel@council.example\u{1}auth=Bearer {TOKEN}1\u{1}\u{1}"));
    assert_eq!(tokens.cloud.lock().unwrap().asked(Step::Token), 1);
    drop(seen);
    // A secret that is wrong stops everything, and says who must act.
    fs::write(root.join("secret"), "another").unwrap();
    seat_at(&week, "member@panel.example.org", "mia@panel.example.org");
    go(&week).ends(1);
    go(&week).ends(1).shows("the application's secret is wrong; ask whoever looks after Microsoft 365");
}

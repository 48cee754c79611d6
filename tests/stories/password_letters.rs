//! How the password of protected copies reaches their readers: told by telephone, or in an email of its own that is kept sealed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::Duration;

use mail_parser::MessageParser;

use crate::harness::Week;
use crate::mail_server::{Does, MailServer, Manners};
use crate::posted::{DAY, now_at, states, week};
use crate::typist::{shown, type_into, workbook};

const PASSWORD: &str = "Dock Tower <&> 1852";
const MIA: &str = "member@panel.example.org";

/// A panel whose copies open with a password.
fn protected(mail: &MailServer, more: &str) -> Week {
    let week = week(mail);
    set_password(&week, PASSWORD);
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let post = format!("[post]\npassword_file = \"packs\"\n{more}");
    fs::write(&config, text.replacen("[post]\n", &post, 1)).unwrap();
    let week = week.run(&["pack"], 0);
    week.says(&["send", "pack", DAY]).ends(0);
    week
}

fn set_password(week: &Week, password: &str) {
    let file = week.root().join("packs");
    fs::write(&file, format!("{password}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
}

fn taken(mail: &MailServer) -> Vec<(String, Vec<u8>)> {
    thread::sleep(Duration::from_millis(100));
    mail.seen.lock().unwrap().taken.iter().map(|taken| (taken.to.clone(), taken.message.clone())).collect()
}

/// Both bodies of a message, and how many files it holds.
fn read(message: &[u8]) -> (String, String, usize) {
    let message = MessageParser::default().parse(message).unwrap();
    let [text, html] = [message.body_text(0), message.body_html(0)].map(|body| body.unwrap().into_owned());
    (text, html, message.attachment_count())
}

#[test]
fn the_password_goes_in_an_email_of_its_own_and_is_nowhere_else() {
    let mail = MailServer::start(Manners::default());
    let week = protected(&mail, "password_by = \"email\"\n");
    week.says(&["check"]).shows("`send password DATE` sends the password in an email of its own");
    let early = week.says(&["send", "password", DAY]);
    assert!(
        early.status == 2 && early.err.contains("nobody has been sent a protected copy"),
        "{}",
        early.err
    );
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    let packs = taken(&mail);
    for (_, message) in &packs {
        let (text, html, files) = read(message);
        assert!(text.contains("it comes to you in a separate email"), "{text}");
        assert!(!text.contains(PASSWORD) && !html.contains("Dock Tower") && files == 1);
    }
    let unseen = week.says(&["send", "password", DAY, "--go"]);
    unseen.ends(1).shows("nothing was sent, because it had not been shown before");
    let said = week.says(&["send", "password", DAY, "--go"]);
    said.ends(0).shows("accepted by the mail server: 3 emails");
    let all = taken(&mail);
    let letters = &all[packs.len()..];
    let mut readers: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
    readers.sort_unstable();
    assert_eq!(readers, ["chair@panel.example.org", "clerk@panel.example.org", MIA], "whoever has a pack");
    for (_, message) in letters {
        let (text, html, files) = read(message);
        assert!(text.contains(PASSWORD), "{text}");
        assert!(html.contains("Dock Tower &lt;&amp;&gt; 1852"), "{html}");
        assert!(files == 0 && !text.contains("1167109") && !html.contains("Rahman"), "{text}");
    }
    week.says(&["send", "password", DAY, "--go"]).ends(0);
    assert_eq!(taken(&mail).len(), all.len(), "asked again, nobody is told twice");

    // On this machine it is where it was put, and nowhere else: in no register, store, workbook, board or log.
    let mut seen = format!("{}{}{}{}", said.out, said.err, unseen.out, week.json(&["audit"])).into_bytes();
    for file in week.tree("").into_iter().filter(|file| file != "packs") {
        seen.extend(fs::read(week.root().join(file)).unwrap());
    }
    let has = |what: &str| seen.windows(what.len()).any(|window| window == what.as_bytes());
    assert!(has("sealed by panelclerk, 1"), "the emails are among what was looked through");
    assert!(!has("Dock Tower") && !has("Tower <"), "the password lies about in clear");
    week.says(&["verify"]).ends(0);
}

#[test]
fn a_password_that_has_changed_is_not_told_and_the_new_one_is() {
    let rcpt = BTreeMap::from([(MIA, Does::Says("450 4.2.0 greylisted"))]);
    let mail = MailServer::start(Manners::default());
    let week = protected(&mail, "password_by = \"email\"\n");
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    let slow = MailServer::start(Manners { rcpt, ..Manners::default() });
    now_at(&week, &mail, &slow);
    week.says(&["send", "password", DAY]).ends(0);
    week.says(&["send", "password", DAY, "--go"]).ends(1);
    assert_eq!(states(&week)[MIA], "refused_for_now");
    set_password(&week, "Humber Bridge 1981");
    let good = MailServer::start(Manners::default());
    now_at(&week, &slow, &good);
    let week = week.at("2026-11-19T11:00");
    assert!(week.says(&["send", "agenda", DAY, "--go"]).status < 2);
    let said = week.says(&["send", "agenda", DAY, "--go"]);
    said.shows("is not the one of its reader's copies any more");
    assert!(taken(&good).iter().all(|(_, message)| !read(message).0.contains("Dock Tower")));
    let week = week.at("2026-11-19T12:00");
    week.says(&["send", "password", DAY]).ends(0);
    week.says(&["send", "password", DAY, "--go"]).ends(0);
    let told = taken(&good).into_iter().rfind(|(to, _)| to == MIA).unwrap();
    assert!(read(&told.1).0.contains("Humber Bridge 1981"));
}

#[test]
fn told_by_telephone_nothing_is_sent_and_check_says_how_it_travels() {
    let mail = MailServer::start(Manners::default());
    let week = protected(&mail, "");
    week.says(&["check"]).shows("the administrator tells each reader the password by telephone");
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    let (text, _, _) = read(&taken(&mail)[0].1);
    assert!(text.contains("the panel administrator tells you it by telephone"), "{text}");
    let refused = week.says(&["send", "password", DAY]);
    assert!(
        refused.status == 2 && refused.err.contains("the password is told by telephone"),
        "{}",
        refused.err
    );
    // The same by a task: its result says so.
    let week = week.run(&["agenda", DAY], 0).at("2026-11-19T11:00");
    let task = "Send the passwords";
    type_into(&week, &[("Tasks", task, "Do it", "yes"), ("Tasks", task, "By", "Ann Clerk")]);
    assert!(week.says(&["scan"]).status < 2);
    let result = shown(&fs::read(workbook(&week)).unwrap(), "Tasks", task, "Result");
    assert!(result.contains("the password is told by telephone"), "{result}");
    // Where emails are drafts, the program writes no password into a file.
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text = text.replacen("road = \"smtp\"\n", "password_by = \"email\"\n", 1);
    fs::write(&config, text).unwrap();
    week.says(&["check"]).shows("you write the email with the password yourself");
    let refused = week.says(&["send", "password", DAY]);
    assert!(refused.status == 2 && refused.err.contains("that you write yourself"), "{}", refused.err);
}

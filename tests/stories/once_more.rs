//! Letters that are written once and did not arrive: a person has the very same one go once more.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::Duration;

use mail_parser::MessageParser;

use crate::after_sending::notice;
use crate::harness::{Said, Week};
use crate::mail_server::{Does, MailServer, Manners, Taken};
use crate::people::seat_also;
use crate::posted::{DAY, now_at, states, week};

const HANNAH: &str = "hannah.iqbal@panel.example.org";
const MIA: &str = "member@panel.example.org";

fn go(week: &Week, kind: &str, again: Option<&str>) -> Said {
    let again: Vec<&str> = again.iter().flat_map(|who| ["--again", *who]).collect();
    week.says(&[&["send", kind, DAY, "--go"], &again[..]].concat())
}

/// What the server has of somebody.
fn of<'t>(taken: &'t [Taken], who: &str) -> Vec<&'t Taken> {
    taken.iter().filter(|taken| taken.to == who).collect()
}

#[test]
fn an_invitation_and_a_first_email_that_came_back_go_once_more_as_they_were() {
    for (kind, who) in [("invitations", HANNAH), ("first-contact", MIA)] {
        let mail = MailServer::start(Manners::default());
        let week = week(&mail);
        seat_also(&week, &["Hannah Iqbal"]);
        let config = week.root().join("config.toml");
        let text = fs::read_to_string(&config).unwrap();
        if kind == "first-contact" {
            // A page that opens with a password goes with it: it is made with chance, and is the same all the same.
            let secret = week.root().join("pass.txt");
            fs::write(&secret, "Dock Tower\n").unwrap();
            fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
            let proves = "prove_addresses = true\npassword_file = \"pass.txt\"";
            fs::write(&config, text.replacen("prove_addresses = false", proves, 1)).unwrap();
        }
        let _ = go(&week, kind, None);
        let _ = go(&week, kind, None);
        let week = week.run(&["scan"], i32::from(kind == "first-contact"));
        assert_eq!(states(&week)[who], "accepted", "{kind}");
        let early = go(&week, kind, Some(who));
        assert!(early.status == 2 && early.err.contains("no email that can go once more"), "{}", early.err);
        let audit = week.json(&["audit"]);
        let letters = audit["letters"].as_array().unwrap();
        let letter = letters.iter().find(|one| one["to"] == who).unwrap();
        let returned = notice("", "failed", letter["message_id"].as_str().unwrap());
        fs::write(week.root().join("office/bounces/gone.eml"), returned).unwrap();
        week.says(&["scan"]).ends(1).shows("it came back");
        let week = week.at("2026-11-19T15:00");
        let _ = go(&week, kind, None);
        let number = letter["number"].as_str().unwrap();
        go(&week, kind, Some(number)).ends(1).shows("nothing was sent");
        go(&week, kind, Some(number)).shows("accepted by the mail server: 1 email");
        assert_eq!(states(&week)[who], "accepted", "{kind}");
        thread::sleep(Duration::from_millis(100));
        let seen = mail.seen.lock().unwrap();
        let theirs = of(&seen.taken, who);
        assert_eq!(theirs.len(), 2, "{kind}");
        assert_eq!(theirs[0].message, theirs[1].message, "{kind}: the very same message");
        let message = MessageParser::default().parse(&theirs[0].message).unwrap();
        let page = seen.taken.iter().any(|taken| {
            let message = MessageParser::default().parse(&taken.message).unwrap();
            kind == "first-contact" && message.attachment_count() == 1
        });
        assert!(message.attachment_count() == 1 || page, "{kind}: with the file that it had");
        drop(seen);
        go(&week, kind, Some(who)).ends(2);
        week.says(&["verify"]).ends(0);
    }
}

#[test]
fn an_invitation_that_was_refused_is_written_anew_or_goes_once_more_where_a_person_says_so() {
    let rcpt = BTreeMap::from([(HANNAH, Does::Says("552 5.2.2 mailbox full"))]);
    let mail = MailServer::start(Manners { rcpt, ..Manners::default() });
    let week = week(&mail);
    seat_also(&week, &["Hannah Iqbal"]);
    let _ = go(&week, "invitations", None);
    let _ = go(&week, "invitations", None);
    assert_eq!(states(&week)[HANNAH], "refused");
    let good = MailServer::start(Manners::default());
    now_at(&week, &mail, &good);
    go(&week, "invitations", Some("Hannah Iqbal")).ends(1).shows("nothing was sent");
    go(&week, "invitations", Some("Hannah Iqbal")).shows("accepted by the mail server: 1 email");
    let letters = week.json(&["audit"])["letters"].clone();
    let theirs: Vec<_> = letters.as_array().unwrap().iter().filter(|one| one["to"] == HANNAH).collect();
    assert_eq!((theirs.len(), theirs[0]["state"].as_str()), (1, Some("accepted")), "{theirs:?}");
}

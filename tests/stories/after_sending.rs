//! After sending: drafts that were sent by hand, letters that come back, who holds what, recalls until they are answered.

use std::fs;

use panelclerk::post::returned;
use serde_json::Value;

use crate::harness::Week;
use crate::mail_server::{MailServer, Manners};
use crate::people::seat;
use crate::posted::{DAY, states, week};

/// A panel whose letters are drafts, with a pack that was sent into the outbox.
fn with_drafts() -> Week {
    let week = Week::new("nelc")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    seat(&week);
    let week = week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0).run(&["agenda"], 0);
    week.says(&["pack"]).ends(0);
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    week
}

fn outbox(week: &Week) -> Vec<String> {
    week.tree(&format!("office/{DAY}/outbox"))
}

/// The newest letter to somebody, as `audit` has it.
fn letter(week: &Week, to: &str) -> Value {
    let audit = week.json(&["audit"]);
    audit["letters"].as_array().unwrap().iter().rfind(|letter| letter["to"] == to).unwrap().clone()
}

#[test]
fn a_draft_sent_by_hand_is_on_record_with_who_says_so_and_leaves_the_outbox() {
    let week = with_drafts();
    let before = outbox(&week);
    assert!(before.len() >= 3, "{before:?}");
    week.says(&["send", "pack", DAY, "--mark-sent", "Mia Member"]).ends(2);
    week.says(&["send", "pack", DAY, "--mark-sent", "Nobody Known", "--by", "Ann Clerk"]).ends(2);
    assert_eq!(outbox(&week), before, "nothing is marked that nobody has a letter for");
    week.says(&["send", "pack", DAY, "--mark-sent", "Mia Member", "--by", "Ann Clerk"])
        .ends(0)
        .shows("to member@panel.example.org: sent by hand; its draft left the outbox");
    let states_now = states(&week);
    assert_eq!(states_now["member@panel.example.org"], "sent_by_hand");
    assert_eq!(states_now["chair@panel.example.org"], "ready");
    assert_eq!(outbox(&week).len(), before.len() - 1);
    assert_eq!(letter(&week, "member@panel.example.org")["answer"], "by Ann Clerk");
    // Asked for again, her letter is not written into the outbox a second time.
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    assert_eq!(outbox(&week).len(), before.len() - 1, "{:?}", outbox(&week));
    week.says(&["send", "pack", DAY, "--mark-sent", "member@panel.example.org", "--by", "Ann Clerk"]).ends(2);
    week.says(&["send", "pack", DAY, "--mark-sent", "--by", "Ann Clerk"]).ends(0);
    assert_eq!(outbox(&week), Vec::<String>::new());
    assert!(states(&week).values().all(|state| state == "sent_by_hand"));
    week.says(&["verify"]).ends(0);
}

#[test]
fn packs_nobody_sent_leave_the_outbox_on_the_day_after_the_meeting_and_it_is_said_once() {
    let week = with_drafts();
    let all = outbox(&week).len();
    week.says(&["send", "pack", DAY, "--mark-sent", "Mia Member", "--by", "Ann Clerk"]).ends(0);
    let week = week.at("2026-11-23T20:00").run(&["scan"], 0);
    assert_eq!(outbox(&week).len(), all - 1, "on the day itself they lie there still");
    let week = week.at("2026-11-24T07:00");
    week.says(&["scan"]).ends(0).shows("left the outbox, for the meeting is over");
    assert_eq!(outbox(&week), Vec::<String>::new());
    assert!(!week.says(&["scan"]).ends(0).out.contains("left the outbox"), "once");
    assert_eq!(states(&week)["chair@panel.example.org"], "superseded");
    // She had sent it all the same, and says so a day later.
    week.says(&["send", "pack", DAY, "--mark-sent", "Cato Chair", "--by", "Ann Clerk"]).ends(0);
    assert_eq!(states(&week)["chair@panel.example.org"], "sent_by_hand");
}

#[test]
fn returned_mail_that_is_about_no_letter_of_ours_changes_nothing_and_is_said() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&["send", "agenda", DAY, "--go"]).ends(0);
    let week = week.run(&["scan"], 0);
    let bounces = week.root().join("office/bounces");
    let theirs = letter(&week, "member@panel.example.org");
    let (number, id) = (theirs["number"].as_str().unwrap(), theirs["message_id"].as_str().unwrap());
    let envelope = mail.seen.lock().unwrap().encrypted.join("\n");
    assert!(envelope.contains(&format!("ENVID={}", returned::envelope_id(number, id))), "{envelope}");
    // A number alone can be guessed; an id that nobody has is nobody's; one letter's number with another's id is neither's.
    let other = letter(&week, "chair@panel.example.org");
    let other_id = other["message_id"].as_str().unwrap();
    let forged = [
        ("guessed.eml", notice(number, "failed", "")),
        ("unknown.eml", notice("", "failed", &"0".repeat(32))),
        ("mixed.eml", notice(&returned::envelope_id(number, id), "failed", other_id)),
        ("holiday.eml", "From: mia@panel.example.org\r\nSubject: away\r\n\r\nI am away.\r\n".to_owned()),
        ("broken.msg", "\u{0}\u{1}".to_owned()),
    ];
    for (name, content) in &forged {
        fs::write(bounces.join(name), content).unwrap();
    }
    week.says(&["scan"]).ends(1).shows("5 files in it belong to no letter of this panel");
    assert!(states(&week).values().all(|state| state == "accepted"), "{:?}", states(&week));
    assert_eq!(week.tree("office/bounces").len(), 5, "they are not eaten");
    let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
    assert!(board.contains("5 files in it belong to no letter of this panel"));
    forged.iter().for_each(|(name, _)| fs::remove_file(bounces.join(name)).unwrap());
    week.says(&["scan"]).ends(0);
    // A delay is told; then it comes back after all.
    let envelope = returned::envelope_id(number, id);
    fs::write(bounces.join("late.eml"), notice(&envelope, "delayed", "")).unwrap();
    week.says(&["scan"]).ends(1).shows("has not taken it yet and is still being tried");
    assert_eq!(states(&week)["member@panel.example.org"], "delayed");
    fs::write(bounces.join("gone.eml"), notice("", "failed", id)).unwrap();
    week.says(&["scan"]).ends(1).shows("it came back, it was not delivered: there is no such mailbox");
    assert_eq!(states(&week)["member@panel.example.org"], "returned");
    // The same notice once more is no news, and lies with the others.
    fs::write(bounces.join("gone.eml"), notice("", "failed", id)).unwrap();
    week.says(&["scan"]).ends(1).shows("a notice says once more");
    let read = week.tree("office/bounces");
    assert!(read.len() == 3 && read.iter().all(|file| file.starts_with("read/")), "{read:?}");
    let status = week.json(&["status"]).to_string();
    assert!(!status.contains("member@"), "{status}");
    week.says(&["verify"]).ends(0);
}

/// A notice with an envelope id, or with a Message-ID among the returned headers, or both.
fn notice(envelope: &str, action: &str, message_id: &str) -> String {
    let envelope =
        if envelope.is_empty() { String::new() } else { format!("Original-Envelope-Id: {envelope}\r\n") };
    let returned = if message_id.is_empty() {
        String::new()
    } else {
        format!("--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n\r\n")
    };
    format!(
        "From: MAILER-DAEMON@relay.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n{envelope}\r\n\
         Final-Recipient: rfc822; member@panel.example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n\
         {returned}--b--\r\n"
    )
}

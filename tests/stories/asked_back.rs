//! What went to the wrong person, or was the wrong pack, asked back as a whole; what was refused, sent once more from the workbook.

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::Duration;

use mail_parser::MessageParser;
use serde_json::Value;

use crate::harness::Week;
use crate::mail_server::{Does, MailServer, Manners};
use crate::people::seat;
use crate::posted::{DAY, now_at, states, week};
use crate::typist::{shown, type_into, workbook};

const MIA: &str = "member@panel.example.org";
const CASE: &str = "1167109";
const HAND: [&str; 4] = ["--by", "Ann Clerk", "--reason", "it was the wrong Mia"];

/// A pack that has gone to everybody whom it is for.
fn with_pack(mail: &MailServer) -> Week {
    let week = week(mail).run(&["pack"], 0);
    week.says(&["send", "pack", DAY]).ends(0);
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    week.at("2026-11-20T09:00")
}

fn taken(mail: &MailServer) -> Vec<(String, Vec<u8>)> {
    // What was taken last is noted after the answer has left.
    thread::sleep(Duration::from_millis(100));
    mail.seen.lock().unwrap().taken.iter().map(|taken| (taken.to.clone(), taken.message.clone())).collect()
}

fn words(message: &[u8]) -> String {
    MessageParser::default().parse(message).unwrap().body_text(0).unwrap().into_owned()
}

/// The newest letter of a kind to somebody.
fn letter(week: &Week, kind: &str, to: &str) -> Value {
    let audit = week.json(&["audit"]);
    let letters = audit["letters"].as_array().unwrap();
    letters.iter().rfind(|letter| letter["to"] == to && letter["kind"] == kind).unwrap().clone()
}

fn holder(week: &Week, email: &str) -> Value {
    let told = week.json(&["report", "holders", CASE]);
    told["holders"].as_array().unwrap().iter().find(|one| one["email"] == email).unwrap().clone()
}

/// A round, whatever a person must look at after it.
fn scanned(week: Week) -> Week {
    assert!(week.says(&["scan"]).status < 2);
    week
}

fn type_task(week: &Week, task: &str, reason: &str) {
    let cells = [
        ("Tasks", task, "Do it", "yes"),
        ("Tasks", task, "By", "Ann Clerk"),
        ("Tasks", task, "Reason", reason),
    ];
    type_into(week, &cells);
}

fn beside(week: &Week, task: &str, column: &str) -> String {
    shown(&fs::read(workbook(week)).unwrap(), "Tasks", task, column)
}

#[test]
fn a_pack_that_went_to_the_wrong_person_is_asked_back_without_a_word_of_any_child_and_tracked_until_answered()
{
    let mail = MailServer::start(Manners::default());
    let week = with_pack(&mail);
    let before = taken(&mail).len();
    let ask = ["send", "recall-email", DAY, "--of", "Mia Member"];
    week.says(&["send", "recall-email", DAY]).ends(2);
    assert!(week.says(&["send", "pack", DAY, "--of", "Mia Member"]).err.contains("asks back"));
    let pack = letter(&week, "pack", MIA)["number"].as_str().unwrap().to_owned();
    week.says(&ask).ends(0).shows(&format!("asks back {pack}"));
    assert!(week.json(&["recalls"])["recalls"].as_array().unwrap().is_empty(), "it was only shown");
    let nobody = week.says(&[&ask[..], &["--go"]].concat());
    assert!(
        nobody.status == 2 && nobody.err.contains("nobody's name stands beside the recall"),
        "{}",
        nobody.err
    );
    assert_eq!(taken(&mail).len(), before);
    week.says(&[&ask[..], &["--go"], &HAND[..]].concat())
        .ends(0)
        .shows("accepted by the mail server: 1 email");
    let all = taken(&mail);
    let [(to, message)] = &all[before..] else { panic!("one email: {}", all.len() - before) };
    assert_eq!(to, MIA);
    let text = words(message);
    for said in [
        "We sent you something that we should not have sent",
        "Email sent at 10 am Thursday 19 November 2026: papers, with 1 PDF file",
        "reply today",
        "There is nothing about any child in this email",
    ] {
        assert!(text.contains(said), "`{said}` in {text}");
    }
    let raw = String::from_utf8_lossy(message).into_owned();
    for telling in [CASE, "Rahman", "Yusuf", "wrong Mia"] {
        assert!(!text.contains(telling) && !raw.contains(telling), "{telling}: {text}");
    }

    // Who holds what says so, and so does the list for the report; nobody else is asked.
    let mia = holder(&week, MIA);
    assert_eq!(
        (mia["letter"].as_str(), mia["recall"]["state"].as_str()),
        (Some(pack.as_str()), Some("accepted"))
    );
    assert_eq!(mia["recall"]["of"][0], pack);
    assert!(
        mia["recall"]["answered"].is_null() && holder(&week, "chair@panel.example.org")["recall"].is_null()
    );
    week.says(&["scan"]).ends(1).shows("have not answered that all is deleted");
    week.says(&["report", "breach", CASE, "--noticed", "2026-11-20T08:40"]).ends(1);
    let recall = mia["recall"]["letter"].as_str().unwrap();
    week.says(&["report", "holders", CASE]).ends(1).shows(&format!("asked back in email {recall}"));
    week.says(&["recalls"]).ends(1).shows(recall).shows("NOT ANSWERED");
    let answer = ["--by", "Ann Clerk", "--reason", "she rang"];
    week.says(&[&["recalls", recall, "--answered", "2026-11-20"][..], &answer].concat()).ends(0);
    week.says(&["recalls"]).ends(0).shows("no recall is open");
    assert_eq!(holder(&week, MIA)["recall"]["answered"]["by"], "Ann Clerk");
    week.says(&["audit"]).ends(0).shows(&format!("email {pack} asked back as a whole by Ann Clerk"));
    // Asked for again, nobody is asked twice.
    week.says(&["send", "recall-email", DAY, "--go"]).ends(0);
    assert_eq!(taken(&mail).len(), before + 1);
    week.says(&["verify"]).ends(0);
}

#[test]
fn the_workbook_asks_back_what_a_reader_was_sent_in_two_steps() {
    let mail = MailServer::start(Manners::default());
    let week = with_pack(&mail).run(&["agenda", DAY], 0);
    let before = taken(&mail).len();
    let task = "Recall what a reader was sent";
    type_task(&week, task, "Mia Member");
    week.says(&["scan"]).ends(1);
    assert!(beside(&week, task, "What is wrong").contains("whose email is asked back, and why"));
    type_into(&week, &[("Tasks", task, "Reason", "Mia Member: it was the wrong Mia")]);
    let week = week.at("2026-11-20T09:10").run(&["scan"], 0);
    let result = beside(&week, task, "Result");
    assert!(result.contains("nothing was sent yet") && result.contains("asks back"), "{result}");
    assert_eq!(taken(&mail).len(), before);
    assert!(week.json(&["recalls"])["recalls"].as_array().unwrap().is_empty());
    type_task(&week, task, "Mia Member: it was the wrong Mia");
    let week = week.at("2026-11-20T09:20");
    assert!(week.says(&["scan"]).status < 2);
    let result = beside(&week, task, "Result");
    assert!(result.contains("1 email goes to the mail server"), "{result}");
    let week = week.at("2026-11-20T09:25");
    week.says(&["send", "recall-email", DAY, "--go"]).ends(0);
    assert_eq!(taken(&mail).len(), before + 1);
    let recall = holder(&week, MIA)["recall"]["letter"].as_str().unwrap().to_owned();
    // Its answer is ticked where every recall's is.
    assert!(week.says(&["scan"]).status < 2);
    let cells = [
        ("Emails", recall.as_str(), "What to do", "answered: all deleted"),
        ("Emails", recall.as_str(), "On", "20/11/2026"),
        ("Emails", recall.as_str(), "By", "Ann Clerk"),
    ];
    type_into(&week, &cells);
    let week = week.at("2026-11-20T09:30").run(&["scan"], 0);
    week.says(&["recalls"]).ends(0).shows("no recall is open");
    assert_eq!(
        shown(&fs::read(workbook(&week)).unwrap(), "Emails", &recall, "Kind of email"),
        "recall email"
    );
}

#[test]
fn a_draft_that_may_have_been_sent_is_asked_back_and_one_that_waits_is_taken_back() {
    let week = Week::new("nelc")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    seat(&week);
    let week = week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0).run(&["agenda"], 0);
    week.says(&["pack"]).ends(0);
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    let pack = letter(&week, "pack", MIA)["number"].as_str().unwrap().to_owned();
    let outbox = |week: &Week| week.tree(&format!("office/{DAY}/outbox"));
    let before = outbox(&week).len();
    let week = week.at("2026-11-20T09:00");
    let none = week.says(&[&["send", "recall-email", DAY, "--of", "L999", "--go"][..], &HAND].concat());
    assert!(none.status == 2 && none.err.contains("no email with anything in it"), "{}", none.err);
    week.says(&[&["send", "recall-email", DAY, "--of", &pack, "--go"][..], &HAND].concat()).ends(0);
    let drafts = outbox(&week);
    assert_eq!(drafts.len(), before, "the pack's draft has gone, and the recall's has come: {drafts:?}");
    assert!(
        drafts.iter().any(|draft| draft.contains("recall_email") && draft.contains("member@")),
        "{drafts:?}"
    );
    assert!(!drafts.iter().any(|draft| draft.contains(" pack ") && draft.contains("member@")), "{drafts:?}");
    assert_eq!(letter(&week, "pack", MIA)["state"], "superseded");
    assert_eq!(holder(&week, MIA)["recall"]["state"], "ready");
    // A round takes nothing of it back.
    week.says(&["scan"]).ends(1);
    assert_eq!(outbox(&week).len(), before);
    // What has not left cannot be asked back.
    let mail = MailServer::start(Manners {
        rcpt: BTreeMap::from([(MIA, Does::Says("450 4.2.0 greylisted"))]),
        ..Manners::default()
    });
    let week = crate::posted::week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&["send", "agenda", DAY, "--go"]).ends(1);
    let waits = week.says(&["send", "recall-email", DAY, "--of", "Mia Member"]);
    assert!(waits.status == 2 && waits.err.contains("has left"), "{}", waits.err);
}

#[test]
fn an_agenda_that_went_to_the_wrong_person_is_told_for_every_case_on_it() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&["send", "agenda", DAY, "--go"]).ends(0);
    week.says(&["report", "holders", CASE]).ends(0).shows("no email ever went");
    let week = week.at("2026-11-20T09:00");
    let ask = ["send", "recall-email", DAY, "--of", MIA];
    week.says(&ask).ends(0);
    week.says(&[&ask[..], &["--go"], &HAND[..]].concat()).ends(0);
    week.says(&["report", "holders", CASE])
        .ends(1)
        .shows("Mia Member <member@panel.example.org>")
        .shows("agenda email of 23 November 2026");
}

#[test]
fn a_refused_email_goes_once_more_by_a_task_that_shows_it_first() {
    let rcpt = BTreeMap::from([(MIA, Does::Says("552 5.2.2 mailbox full"))]);
    let mail = MailServer::start(Manners { rcpt, ..Manners::default() });
    let week = week(&mail);
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&["send", "agenda", DAY, "--go"]).ends(1);
    assert_eq!(states(&week)[MIA], "refused");
    let good = MailServer::start(Manners::default());
    now_at(&week, &mail, &good);
    assert!(week.says(&["scan"]).status < 2);
    let task = "Send once more";
    let refused = letter(&week, "agenda", MIA)["number"].as_str().unwrap().to_owned();
    type_task(&week, task, "");
    let week = week.at("2026-11-19T10:05");
    assert!(week.says(&["scan"]).status < 2);
    assert!(beside(&week, task, "What is wrong").contains("whose email goes once more"));
    type_into(&week, &[("Tasks", task, "Reason", "Cato Chair")]);
    let week = week.at("2026-11-19T10:10");
    assert!(week.says(&["scan"]).status < 2);
    let result = beside(&week, task, "Result");
    assert!(result.contains("has no email that can go once more") && result.contains(&refused), "{result}");
    type_task(&week, task, "Mia Member");
    let week = week.at("2026-11-19T10:20");
    assert!(week.says(&["scan"]).status < 2);
    let result = beside(&week, task, "Result");
    assert!(result.contains("ONCE MORE") && result.contains("Read it, then type the task again"), "{result}");
    assert!(taken(&good).is_empty());
    type_task(&week, task, &refused);
    let week = scanned(week.at("2026-11-19T10:30")).at("2026-11-19T10:35");
    let result = beside(&week, task, "Result");
    assert!(result.contains("1 email goes to the mail server"), "{result}");
    week.says(&["send", "agenda", DAY]).ends(0);
    assert!(week.says(&["send", "agenda", DAY, "--go"]).status < 2);
    let readers: Vec<String> = taken(&good).into_iter().map(|(to, _)| to).collect();
    assert_eq!(readers, [MIA], "{}", beside(&week, task, "Result"));
    assert_eq!(states(&week)[MIA], "accepted");
    let message_id = |mail: &MailServer| {
        let message = taken(mail).pop().map(|(_, message)| message);
        message.map(|bytes| MessageParser::default().parse(&bytes).unwrap().message_id().unwrap().to_owned())
    };
    assert_eq!(message_id(&good).as_deref(), letter(&week, "agenda", MIA)["message_id"].as_str());
}

//! After sending: drafts that were sent by hand, letters that come back, who holds what, recalls until they are answered.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use panelclerk::post::returned;
use panelclerk::register::{Register, lock};
use serde_json::Value;

use crate::harness::Week;
use crate::mail_server::{MailServer, Manners};
use crate::people::{seat, seat_at};
use crate::posted::{DAY, states, week};
use crate::typist::{shown, type_into, workbook};

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
    assert_eq!(outbox(&week), before, "nothing is marked that nobody has an email for");
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
    week.says(&["scan"]).ends(1).shows("5 files in it belong to no email of this panel");
    assert!(states(&week).values().all(|state| state == "accepted"), "{:?}", states(&week));
    assert_eq!(week.tree("office/bounces").len(), 5, "they are not eaten");
    let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
    assert!(board.contains("5 files in it belong to no email of this panel"));
    for (name, _) in &forged {
        fs::remove_file(bounces.join(name)).unwrap();
    }
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

#[test]
fn a_notice_about_a_draft_says_that_somebody_sent_it_and_that_it_came_back() {
    let week = with_drafts().run(&["scan"], 0);
    let all = outbox(&week).len();
    let (mia, cato) = ("member@panel.example.org", "chair@panel.example.org");
    let id = |to: &str| letter(&week, to)["message_id"].as_str().unwrap().to_owned();
    let (of_mia, of_cato) = (id(mia), id(cato));
    let bounces = week.root().join("office/bounces");
    fs::create_dir_all(&bounces).unwrap();
    fs::write(bounces.join("mia.eml"), notice("", "failed", &of_mia)).unwrap();
    week.says(&["scan"]).ends(1).shows("it came back, it was not delivered: there is no such mailbox");
    assert_eq!((states(&week)[mia].as_str(), states(&week)[cato].as_str()), ("returned", "ready"));
    assert_eq!(outbox(&week).len(), all - 1, "nobody sends it again by mistake");
    let said = week.says(&["report", "holders", "1167109"]);
    said.shows("sent by hand: marked at").shows("CAME BACK, not delivered, at");
    // One that was taken back, and had been sent all the same; it was delivered.
    let week = week.at("2026-11-24T07:00").run(&["scan"], 1);
    assert_eq!(states(&week)[cato], "superseded");
    fs::write(bounces.join("cato.eml"), notice("", "delivered", &of_cato)).unwrap();
    let _ = week.says(&["scan"]);
    assert_eq!(states(&week)[cato], "sent_by_hand");
    week.says(&["verify"]).ends(0);
}

#[test]
fn a_task_works_out_who_gets_what_once_nobody_else_writes_letters() {
    let week = with_drafts().run(&["scan"], 0);
    let order = "Send the agenda";
    type_into(&week, &[("Tasks", order, "Do it", "yes"), ("Tasks", order, "By", "Ann Clerk")]);
    let data = week.root().join("data");
    let writing = lock::take_to_write_letters(&data).unwrap();
    let mut scan = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
        .current_dir(week.root())
        .args(["--config", "config.toml", "--now", "2026-11-19T10:00", "scan"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let register = Register::open(&data).unwrap();
    let begun = Instant::now();
    while register.open_tasks().unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the task was not begun");
        thread::sleep(Duration::from_millis(50));
    }
    thread::sleep(Duration::from_secs(3));
    // Meanwhile her address is another: that is said before anything is written.
    seat_at(&week, "member@panel.example.org", "mia@panel.example.org");
    drop(writing);
    scan.wait().unwrap();
    let audit = week.json(&["audit"]);
    let to = |who: &str| {
        let letters = audit["letters"].as_array().unwrap();
        letters.iter().filter(|one| one["kind"] == "agenda" && one["to"] == who).count()
    };
    assert_eq!((to("mia@panel.example.org"), to("member@panel.example.org")), (1, 0), "{audit}");
    let stays = outbox(&week).iter().any(|draft| draft.contains(" agenda ") && draft.contains("mia@"));
    assert!(stays, "the round that wrote it does not take it back: {:?}", outbox(&week));
}

#[test]
fn a_pack_sent_again_says_what_was_taken_out_since_the_version_its_reader_has() {
    let mut week = with_drafts();
    let mark = |week: &Week| {
        week.says(&["send", "pack", DAY, "--mark-sent", "--by", "Ann Clerk"]).ends(0);
    };
    let papers: Vec<String> = week.json(&["status", DAY])["cases"][0]["papers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|paper| paper["number"].as_str().unwrap().to_owned())
        .collect();
    let mut texts = Vec::new();
    for (paper, at) in papers.iter().zip(["2026-11-20T09:00", "2026-11-20T10:00"]) {
        mark(&week);
        week = week.at(at);
        let hand = ["--by", "Ann Clerk", "--reason", "about another child"];
        let _ = week.says(&[&["pack", DAY, "--withdraw", paper][..], &hand].concat());
        let _ = week.says(&["send", "pack", DAY, "--go"]);
        let mia = outbox(&week)
            .into_iter()
            .find(|draft| draft.contains("member@") && draft.contains(" pack "))
            .unwrap();
        let bytes = fs::read(week.root().join(format!("office/{DAY}/outbox/{mia}"))).unwrap();
        let text = MessageParser::default().parse(&bytes).unwrap().body_text(0).unwrap().into_owned();
        let line = text.lines().find(|line| line.contains("Taken out")).unwrap_or_default().to_owned();
        texts.push(line);
    }
    let [first, second] = texts.as_slice() else { panic!("{texts:?}") };
    assert!(!first.is_empty() && !second.is_empty() && first != second, "{texts:?}");
    assert!(!second.contains(';'), "one document, the other had gone before: {texts:?}");
}

/// A notice with an envelope id, or with a Message-ID among the returned headers, or both.
pub fn notice(envelope: &str, action: &str, message_id: &str) -> String {
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

/// The text of a Word document.
fn words_of(file: &std::path::Path) -> String {
    let bytes = fs::read(file).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut xml).unwrap();
    let mut text = String::new();
    for piece in xml.split('<') {
        let Some((tag, words)) = piece.split_once('>') else { continue };
        if tag.starts_with("/w:p") && !tag.starts_with("/w:pP") {
            text.push('\n');
        }
        text.push_str(words);
    }
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
}

/// A pack by the mail server to four, and a paper of the case taken out of it and asked back.
fn recalled(mail: &MailServer) -> Week {
    let week = week(mail).run(&["pack"], 0);
    week.says(&["send", "pack", DAY]).ends(0);
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    let status = week.json(&["status", DAY]);
    let paper = status["cases"][0]["papers"][0]["number"].as_str().unwrap().to_owned();
    let week = week.at("2026-11-20T09:00");
    let hand = ["--by", "Ann Clerk", "--reason", "about another child"];
    week.says(&[&["pack", DAY, "--withdraw", &paper][..], &hand].concat()).ends(0);
    week.says(&["send", "recall", DAY]).ends(0);
    let week = week.at("2026-11-20T09:30");
    week.says(&["send", "recall", DAY, "--go"]).ends(0);
    week
}

#[test]
fn who_holds_what_is_told_and_a_recall_stays_open_until_its_answer_is_ticked() {
    let mail = MailServer::start(Manners::default());
    let week = recalled(&mail);
    let told = week.json(&["report", "holders", "1167109"]);
    let holders = told["holders"].as_array().unwrap();
    let of = |email: &str| holders.iter().find(|one| one["email"] == email).cloned();
    let mia = of("member@panel.example.org").unwrap();
    assert_eq!((mia["name"].as_str(), mia["what"].as_str()), (Some("Mia Member"), Some("pack")));
    assert_eq!((mia["version"].as_u64(), mia["road"].as_str()), (Some(1), Some("mail_server")));
    assert_eq!(
        (mia["state"].as_str(), mia["said"].as_str()),
        (Some("accepted"), Some("250 2.0.0 queued as Q1"))
    );
    assert!(mia["pages"][0]["first"].as_u64().unwrap() > 1, "{mia}");
    assert_eq!(mia["recall"]["state"], "accepted");
    assert!(mia["recall"]["answered"].is_null());
    week.says(&["report", "holders", "1167109"])
        .ends(1)
        .shows("Mia Member <member@panel.example.org>")
        .shows("pack of 23 November 2026, version 1, page")
        .shows("accepted by the mail server at 10 am Thursday 19 November 2026: 250 2.0.0 queued as Q1")
        .shows("not answered");
    week.says(&["report", "holders", "1204417"])
        .ends(0)
        .shows("no email ever went with anything of case 1204417");
    // The board says so until each is ticked, and names nobody.
    let said = week.says(&["scan"]);
    said.ends(1).shows("have not answered that all is deleted");
    assert!(!said.out.contains("Mia"), "{}", said.out);
    let recall = mia["recall"]["letter"].as_str().unwrap().to_owned();
    week.says(&["recalls"]).ends(1).shows(&recall).shows("NOT ANSWERED");
    let hand = ["--by", "Ann Clerk", "--reason", "she wrote back"];
    week.says(&[&["recalls", &recall, "--answered", "2026-11-25"][..], &hand].concat()).ends(2);
    week.says(&[&["recalls", "L999", "--answered", "2026-11-20"][..], &hand].concat()).ends(2);
    week.says(&[&["recalls", &recall, "--answered", "2026-11-20"][..], &hand].concat())
        .ends(0)
        .shows("answered on 20 November 2026, ticked by Ann Clerk");
    let open = week.json(&["recalls"])["recalls"].as_array().unwrap().len();
    assert_eq!(open, week.json(&["recalls", "--all"])["recalls"].as_array().unwrap().len() - 1);
    week.says(&[&["recalls", &recall, "--open"][..], &hand].concat()).ends(0).shows("NOT ANSWERED");
    // The rest in the workbook, and this one again.
    let week = week.run(&["agenda", DAY], 0).at("2026-11-20T11:00");
    let rows: Vec<String> = week.json(&["recalls"])["recalls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["letter"].as_str().unwrap().to_owned())
        .collect();
    let cells: Vec<(&str, &str, &str, &str)> = rows
        .iter()
        .flat_map(|row| {
            [
                ("Emails", row.as_str(), "What to do", "answered: all deleted"),
                ("Emails", row.as_str(), "On", "20/11/2026"),
                ("Emails", row.as_str(), "By", "Ann Clerk"),
            ]
        })
        .collect();
    type_into(&week, &cells);
    week.says(&["scan"]).ends(0);
    week.says(&["recalls"]).ends(0).shows("no recall is open");
    let book = fs::read(workbook(&week)).unwrap();
    assert_eq!(shown(&book, "Emails", &recall, "Recall answered"), "20 November 2026, Ann Clerk");
    assert_eq!(shown(&book, "Emails", &recall, "To"), "Mia Member");
    assert_eq!(shown(&book, "Emails", &recall, "What to do"), "");
    week.says(&["verify"]).ends(0);
}

#[test]
fn the_breach_list_has_everybody_with_times_and_says_when_the_report_is_due() {
    let mail = MailServer::start(Manners::default());
    let week = recalled(&mail);
    week.says(&["report", "breach", "1167109", "--noticed", "2026-11-21T09:15"]).ends(2);
    week.says(&["report", "breach", "1167109", "--noticed", "2026-11-20T08:40"])
        .ends(1)
        .shows("the report is due by 8.40 am Monday 23 November 2026, 72 hours after it was noticed");
    let file = "NELC breach list 1167109 2026-11-20.docx";
    assert_eq!(week.tree("office/breach lists"), [file]);
    let text = words_of(&week.root().join("office/breach lists").join(file));
    for words in [
        "8.40 am Friday 20 November 2026",
        "8.40 am Monday 23 November 2026, 72 hours after it was noticed",
        "Mia Member (member@panel.example.org)",
        "pack of 23 November 2026, version 1, page",
        "accepted by the mail server at 10 am Thursday 19 November 2026: 250 2.0.0 queued as Q1",
        "accepted by the mail server at 9.30 am Friday 20 November 2026; not answered",
    ] {
        assert!(text.contains(words), "`{words}` in {text}");
    }
    assert!(!text.contains("Rahman") && !text.contains("{{"), "no child's name: {text}");
    // The same by a task of the workbook; without a number it says what is missing.
    let week = week.run(&["agenda", DAY], 0).at("2026-11-20T11:00");
    let order = "Write the breach list";
    type_into(&week, &[("Tasks", order, "Do it", "yes"), ("Tasks", order, "By", "Ann Clerk")]);
    week.says(&["scan"]).ends(1);
    let beside = shown(&fs::read(workbook(&week)).unwrap(), "Tasks", order, "What is wrong");
    assert!(beside.contains("the case's number is missing"), "{beside}");
    let noticed = "1167109 noticed 19/11/2026 16:05";
    type_into(&week, &[("Tasks", order, "Reason", noticed)]);
    week.says(&["scan"]).ends(1);
    let book = fs::read(workbook(&week)).unwrap();
    let result = shown(&book, "Tasks", order, "Result");
    assert!(result.contains("the report is due by 4.05 pm Sunday 22 November 2026"), "{result}");
    assert_eq!(week.tree("office/breach lists").len(), 2);
    // A moment that cannot be read is no other moment.
    let mut week = week;
    for (at, wrong) in
        ["noticed yesterday", "noticed 19/11/26 16:05", "noticed 19/11/2026 half past 4", "noticed", "19.11."]
            .into_iter()
            .enumerate()
    {
        week = week.at(&format!("2026-11-20T12:{at:02}"));
        type_into(
            &week,
            &[
                ("Tasks", order, "Do it", "yes"),
                ("Tasks", order, "By", "Ann Clerk"),
                ("Tasks", order, "Reason", &format!("1167109 {wrong}")),
            ],
        );
        let _ = week.says(&["scan"]);
        let result = shown(&fs::read(workbook(&week)).unwrap(), "Tasks", order, "Result");
        assert!(result.contains("could not be done") && result.contains("noticed"), "{wrong}: {result}");
        assert_eq!(week.tree("office/breach lists").len(), 2, "{wrong}");
    }
}

#[test]
fn drafts_are_marked_as_sent_in_the_workbook_one_by_one_or_all_at_once() {
    let week = with_drafts().run(&["scan"], 0);
    let before = outbox(&week).len();
    let mia = letter(&week, "member@panel.example.org")["number"].as_str().unwrap().to_owned();
    type_into(&week, &[("Emails", &mia, "What to do", "sent by hand"), ("Emails", &mia, "By", "Ann Clerk")]);
    let week = week.at("2026-11-19T11:00").run(&["scan"], 0);
    assert_eq!(states(&week)["member@panel.example.org"], "sent_by_hand");
    assert_eq!(outbox(&week).len(), before - 1);
    let order = "The drafts are sent";
    type_into(&week, &[("Tasks", order, "Do it", "yes"), ("Tasks", order, "By", "Ann Clerk")]);
    let week = week.at("2026-11-19T12:00").run(&["scan"], 0);
    assert!(states(&week).values().all(|state| state == "sent_by_hand"));
    assert_eq!(outbox(&week), Vec::<String>::new());
    let book = fs::read(workbook(&week)).unwrap();
    assert_eq!(shown(&book, "Emails", &mia, "How far it got"), "sent by hand");
    assert!(shown(&book, "Tasks", order, "Result").contains("marked as sent by hand"));
}

//! Letters as they arrive at a mail server, read by another library than wrote them: Python's own, where Python is installed.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Week, tool};
use crate::mail_server::{Does, MailServer, Manners};
use crate::people::seat;
use crate::posted::{now_at, week};

const DAY: &str = "2026-11-23";

/// Prints each message of a folder as JSON: headers, bodies, and the parts in order with their hashes.
const READS: &str = r"
import sys, json, hashlib, pathlib, email, email.policy, email.utils
read = []
for file in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    parts = []
    for part in message.walk():
        assert not part.defects, (file, part.defects)
        content = None if part.is_multipart() else part.get_payload(decode=True)
        parts.append({
            'type': part.get_content_type(), 'name': part.get_filename(), 'disposition': part.get_content_disposition(),
            'method': part.get_param('method'), 'sha256': content and hashlib.sha256(content).hexdigest(),
            'text': part.get_content() if part.get_content_maintype() == 'text' else None,
        })
    to = message['to'].addresses[0]
    read.append({
        'from': message['from'].addresses[0].addr_spec, 'to': to.addr_spec, 'name': to.display_name, 'people': len(message['to'].addresses),
        'subject': message['subject'], 'id': message['message-id'], 'date': email.utils.parsedate_to_datetime(message['date']).isoformat(),
        'head': message['x-panelclerk-head'], 'unsent': message['x-unsent'], 'parts': parts,
    })
print(json.dumps(read))
";

/// What Python makes of the letters that the server took; none where it is not installed.
fn received(mail: &MailServer) -> Option<Vec<Value>> {
    tool("python3", &["--version"])?;
    std::thread::sleep(std::time::Duration::from_millis(150));
    let folder = tempfile::tempdir().unwrap();
    for (at, taken) in mail.seen.lock().unwrap().taken.iter().enumerate() {
        fs::write(folder.path().join(format!("{at:03}.eml")), &taken.message).unwrap();
    }
    let output = Command::new("python3").args(["-c", READS]).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice::<Value>(&output.stdout).unwrap().as_array().unwrap().clone())
}

fn sent(week: Week, kind: &str) -> Week {
    let shown = week.says(&["send", kind, DAY]);
    assert!(shown.status < 2, "{}{}", shown.out, shown.err);
    let said = week.says(&["send", kind, DAY, "--go"]);
    assert!(said.status < 2, "{}{}", said.out, said.err);
    week
}

/// The types of the parts, as they stand one in the other.
fn types(letter: &Value) -> Vec<&str> {
    letter["parts"].as_array().unwrap().iter().map(|part| part["type"].as_str().unwrap()).collect()
}

#[test]
fn an_independent_reader_finds_the_pack_byte_for_byte_and_every_name() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    let pressed = week.says(&["pack", DAY]);
    assert!(pressed.status < 2, "{}{}", pressed.out, pressed.err);
    let week = sent(week, "pack");
    let Some(letters) = received(&mail) else { return };
    assert!(letters.len() >= 3, "{letters:?}");
    let office = week.tree("office").into_iter().find(|file| file.ends_with("pack.pdf")).unwrap();
    let pack = fs::read(week.root().join("office").join(office)).unwrap();
    let pack = panelclerk::register::store::hash_bytes(&pack).to_string();
    for letter in &letters {
        assert_eq!(
            types(letter),
            ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
        );
        let subject = letter["subject"].as_str().unwrap();
        assert!(subject.contains(
            "OFFICIAL-SENSITIVE: North East Lincolnshire Placement and Commissioning Panel, 23 November 2026"
        ));
        assert_eq!((letter["people"].as_u64(), letter["unsent"].is_null()), (Some(1), true));
        let head = letter["head"].as_str().unwrap().trim();
        assert_eq!(head.len(), 64);
        let file = &letter["parts"][4];
        let name = file["name"].as_str().unwrap();
        assert!(
            name.starts_with("NELC Placement and Commissioning Panel 2026-11-23") && name.ends_with(".pdf"),
            "{name}"
        );
        let observer = letter["to"] == "student@panel.example.org";
        assert_eq!(file["sha256"] == pack.as_str(), !observer, "{}", letter["to"]);
        for body in [&letter["parts"][2], &letter["parts"][3]] {
            let text = body["text"].as_str().unwrap();
            assert!(!text.contains(head) && !text.contains(&pack), "no hash in what people read");
            assert!(!text.contains("Yusuf") && !subject.contains("Yusuf") && !name.contains("Yusuf"));
            assert!(text.contains("Monday 23 November 2026") && text.contains("Panel room and by video"));
        }
    }
}

#[test]
fn a_letter_that_is_sent_once_more_is_the_same_letter() {
    // The server takes the whole letter and says nothing: the program cannot know.
    let first = MailServer::start(Manners { end: Does::Drops, ..Manners::default() });
    let week = week(&first);
    let week = sent(week, "agenda");
    let after = MailServer::start(Manners::default());
    now_at(&week, &first, &after);
    let week = week.at("2026-11-19T10:20");
    let said = week.says(&["send", "agenda", DAY, "--go"]);
    assert!(said.status < 2, "{}{}", said.out, said.err);
    let (Some(before), Some(again)) = (received(&first), received(&after)) else { return };
    assert!(!before.is_empty(), "the first server took nothing");
    for letter in &before {
        let same = again.iter().find(|other| other["to"] == letter["to"]).expect("sent once more");
        for what in ["id", "date", "subject", "parts"] {
            assert_eq!(same[what], letter[what], "{what}");
        }
    }
}

#[test]
fn an_invitation_by_mail_is_offered_to_be_accepted_and_keeps_its_identity() {
    let mail = MailServer::start(Manners::default());
    let week = week(&mail);
    seat(&week);
    let by = ["--by", "Ann Clerk", "--reason", "told by telephone"];
    for case in ["1000001", "1000002"] {
        let expected = ["expect", case, "--request=review", "--presented-by", "Priya Nair"];
        week.says(&[&expected[..], &by[..]].concat()).ends(0);
    }
    week.says(&["agenda", DAY]).ends(0);
    let week = sent(week, "invitations");
    week.says(&[&["slot", "1000002", "--meeting", DAY, "--at", "16:20"], &by[..]].concat()).ends(0);
    let week = sent(week, "invitations");
    for case in ["1000001", "1000002"] {
        week.says(&[&["withdraw", case], &by[..]].concat()).ends(0);
    }
    sent(week, "invitations");
    let Some(letters) = received(&mail) else { return };
    let letters: Vec<&Value> =
        letters.iter().filter(|letter| letter["to"] == "priya@panel.example.org").collect();
    assert_eq!(letters.len(), 3, "first, changed, cancelled: one each");
    let mut uids = Vec::new();
    for (letter, (method, sequence)) in
        letters.into_iter().zip([("REQUEST", "0"), ("REQUEST", "1"), ("CANCEL", "2")])
    {
        // A wording of the message, and no attachment: Outlook and Google then offer to accept it.
        assert_eq!(types(letter), ["multipart/alternative", "text/plain", "text/html", "text/calendar"]);
        let part = &letter["parts"][3];
        assert_eq!((part["method"].as_str(), part["disposition"].is_null()), (Some(method), true));
        let calendar = part["text"].as_str().unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
        let read = crate::calendars::strict(&calendar);
        assert_eq!((read[0].as_str(), read[2].as_str()), (method, sequence));
        uids.push(read[1].clone());
        let said = letter["parts"][2]["text"].as_str().unwrap();
        assert_eq!(said.contains("LCS ID 1000002"), method == "REQUEST", "{said}");
        assert!(!letter["subject"].as_str().unwrap().contains("100000"), "no case in a subject");
    }
    uids.dedup();
    assert_eq!(uids.len(), 1, "one entry in the diary, changed and then gone");
}

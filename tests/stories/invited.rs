//! Those who present cases get their time as a draft with an invitation in it, and hear again only of changes.

use std::fs;
use std::path::Path;

use icalendar::{Calendar, Component};
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Said, program, tree};

const MEETING: &str = "2026-11-23";

/// A case whose social worker presents no other.
const ALONE: &str = "1204417";

fn says(home: &Path, args: &[&str]) -> Said {
    let mut all = vec!["--config", "panel/config.toml", "--now", "2026-11-19T12:00"];
    all.extend(args);
    program(&all, home)
}

fn letters(home: &Path, go: &[&str]) -> Vec<Value> {
    let mut args = vec!["--json", "send", "invitations", MEETING];
    args.extend(go);
    let said = says(home, &args);
    assert!(said.status <= 1, "{}{}", said.out, said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    told["letters"].as_array().unwrap().clone()
}

fn drafts(home: &Path) -> Vec<String> {
    let outbox = home.join("panel/office").join(MEETING).join("outbox");
    tree(&outbox).into_iter().filter(|name| !name.contains(" pack ")).collect()
}

/// The invitation in a draft: its media type's method and its text.
fn enclosed(home: &Path, draft: &str) -> (String, String) {
    let bytes = fs::read(home.join("panel/office").join(MEETING).join("outbox").join(draft)).unwrap();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let part = message.attachment(0).unwrap();
    let kind = part.content_type().unwrap();
    assert_eq!((kind.ctype(), kind.subtype()), ("text", Some("calendar")), "{draft}");
    let method = kind.attribute("method").unwrap().to_owned();
    (method, String::from_utf8_lossy(part.contents()).into_owned())
}

#[test]
fn presenters_are_invited_once_and_a_case_that_goes_is_cancelled() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    assert_eq!(program(&["demo", "panel"], home).status, 0);
    let shown = says(home, &["send", "invitations", MEETING]);
    assert!(
        shown.out.contains("invitation: 1204417 1.45 pm to 1.55 pm\n")
            && shown.out.contains("nothing was written"),
        "{}",
        shown.out
    );
    assert_eq!(drafts(home), [""; 0], "only shown");

    let first = letters(home, &["--go"]);
    let there = drafts(home);
    assert!(!first.is_empty() && there.len() == first.len(), "{there:?}");
    let (method, calendar) = enclosed(home, &there[0]);
    assert!(method == "REQUEST" && calendar.contains("METHOD:REQUEST"), "{calendar}");
    assert_eq!(letters(home, &["--go"]), [Value::Null; 0], "nobody hears the same twice");
    assert_eq!(drafts(home), there);

    let gone = says(home, &["withdraw", ALONE, "--by", "Ann", "--reason", "she asked"]);
    assert!(gone.status <= 1, "{}{}", gone.out, gone.err);
    let told = letters(home, &["--go"]);
    let whats: Vec<(&str, &str)> =
        told.iter().map(|one| (one["email"].as_str().unwrap(), one["what"].as_str().unwrap())).collect();
    assert_eq!(
        whats,
        [("dean.hollis@nelc.example.org", "new time"), ("rachel.thorne@nelc.example.org", "cancellation")],
        "who has other slots keeps them"
    );
    let cancelled: Vec<String> =
        drafts(home).into_iter().filter(|name| name.contains(" cancellation 2 ")).collect();
    assert_eq!(cancelled.len(), 1, "{:?}", drafts(home));
    let (method, calendar) = enclosed(home, &cancelled[0]);
    assert!(method == "CANCEL" && calendar.contains("SEQUENCE:1"), "{calendar}");
    assert_eq!(letters(home, &["--go"]), [Value::Null; 0]);
}

#[test]
fn an_invitation_that_was_taken_back_before_it_went_is_written_again() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    assert_eq!(program(&["demo", "panel"], home).status, 0);
    let first = letters(home, &["--go"]);
    let by = ["--by", "Ann", "--reason", "an adoption"];
    // Whoever the case is restricted from may not hold its time any more.
    says(home, &[&["restrict", ALONE, "--to", "Carys Bevan-Jones"], &by[..]].concat()).ends(0);
    says(home, &["scan"]).ends(0);
    let left = drafts(home);
    assert!(left.len() < first.len() && !left.iter().any(|name| name.contains("rachel")), "{left:?}");
    says(home, &[&["restrict", ALONE, "--lift"], &by[..]].concat()).ends(0);
    let again = letters(home, &["--go"]);
    let rachel = again.iter().find(|one| one["email"] == "rachel.thorne@nelc.example.org").unwrap();
    assert_eq!((rachel["what"].as_str(), rachel["sequence"].as_u64()), (Some("invitation"), Some(1)));
    assert_eq!(letters(home, &["--go"]), [Value::Null; 0]);
}

#[test]
fn a_cancellation_reaches_whoever_may_hear_of_the_case_no_more_and_is_not_taken_back() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    assert_eq!(program(&["demo", "panel"], home).status, 0);
    letters(home, &["--go"]);
    let by = ["--by", "Ann", "--reason", "an adoption"];
    says(home, &["send", "invitations", MEETING, "--mark-sent", "--by", "Ann"]).ends(0);
    says(home, &[&["restrict", ALONE, "--to", "Carys Bevan-Jones"], &by[..]].concat()).ends(0);
    letters(home, &["--go"]);
    let cancelled = || -> Vec<String> {
        drafts(home).into_iter().filter(|name| name.contains(" cancellation 2 rachel")).collect()
    };
    assert_eq!(cancelled().len(), 1, "{:?}", drafts(home));
    let (method, calendar) = enclosed(home, &cancelled()[0]);
    assert!(method == "CANCEL" && !calendar.contains(ALONE), "{calendar}");
    let _ = says(home, &["scan"]);
    assert_eq!(cancelled().len(), 1, "it names no case, and may go: {:?}", drafts(home));
}

#[test]
fn the_number_in_a_diary_never_falls_though_somebody_was_not_on_the_list_for_a_while() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    assert_eq!(program(&["demo", "panel"], home).status, 0);
    letters(home, &["--go"]);
    let by = ["--by", "Ann", "--reason", "the school run"];
    let slot = |at: &str| {
        says(home, &[&["slot", ALONE, "--meeting", MEETING, "--at", at], &by[..]].concat()).ends(0);
    };
    slot("16:20");
    letters(home, &["--go"]);
    // For as long as the address is doubted nobody is written to there.
    let doubt = |more: &[&str]| {
        says(home, &[&["addresses", "doubt", "Rachel Thorne"], more, &by[..]].concat()).ends(0);
    };
    doubt(&[]);
    let rachel = |letters: &[Value]| -> Option<Value> {
        letters.iter().find(|one| one["email"] == "rachel.thorne@nelc.example.org").cloned()
    };
    slot("16:30");
    assert_eq!(rachel(&letters(home, &["--go"])), None);
    doubt(&["--lift"]);
    let told = rachel(&letters(home, &["--go"])).unwrap();
    assert_eq!(told["sequence"].as_u64(), Some(2), "{told}");
}

/// METHOD, UID, SEQUENCE and start, as two readers agree.
#[track_caller]
fn read_twice(calendar: &str) -> (String, String, String, String) {
    let strictly = crate::calendars::strict(calendar);
    let crates: Calendar = calendar.parse().unwrap();
    let event = crates.events().next().unwrap();
    let value = |key: &str| event.property_value(key).unwrap_or_default().to_owned();
    let [method, uid, sequence, starts] = [0, 1, 2, 3].map(|at| strictly[at].clone());
    assert_eq!(
        (crates.property_value("METHOD").unwrap_or_default(), event.get_uid().unwrap_or_default()),
        (method.as_str(), uid.as_str())
    );
    assert_eq!((value("SEQUENCE"), value("DTSTART")), (sequence.clone(), starts.clone()));
    (method, uid, sequence, starts)
}

#[test]
fn an_invitation_its_update_and_its_cancellation_are_read_by_two_readers() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    assert_eq!(program(&["demo", "panel"], home).status, 0);
    letters(home, &["--go"]);
    let case = ALONE;
    let of_case = |what: &str| -> Vec<String> {
        let wanted = format!(" {what} rachel.thorne@");
        drafts(home).into_iter().filter(|name| name.contains(&wanted)).collect()
    };
    let invitation = of_case("invitation").remove(0);
    let (method, uid, sequence, starts) = read_twice(&enclosed(home, &invitation).1);
    assert_eq!((method.as_str(), sequence.as_str()), ("REQUEST", "0"));

    let by = ["--by", "Ann", "--reason", "the school run"];
    let moved = says(home, &[&["slot", case, "--meeting", MEETING, "--at", "16:20"], &by[..]].concat());
    assert_eq!(moved.status, 0, "{}{}", moved.out, moved.err);
    let second = letters(home, &["--go"]);
    assert!(
        second.len() == 2 && second.iter().all(|letter| letter["what"] == "new time"),
        "only those: {second:?}"
    );
    let update = of_case("new time 2").remove(0);
    let updated = read_twice(&enclosed(home, &update).1);
    assert_eq!(
        (updated.0.as_str(), &updated.1, updated.2.as_str()),
        ("REQUEST", &uid, "1"),
        "the same one, changed"
    );
    assert_eq!(updated.3, "20261123T162000");
    assert_ne!(updated.3, starts);

    let gone = says(home, &[&["withdraw", case], &by[..]].concat());
    assert_eq!(gone.status, 0, "{}{}", gone.out, gone.err);
    letters(home, &["--go"]);
    let cancelled = read_twice(&enclosed(home, &of_case("cancellation 3").remove(0)).1);
    assert_eq!((cancelled.0.as_str(), &cancelled.1, cancelled.2.as_str()), ("CANCEL", &uid, "2"));

    let file = home.join("backup.zip");
    let file = file.to_string_lossy();
    assert_eq!(says(home, &["backup", &file]).status, 0);
    fs::rename(home.join("panel/data"), home.join("lost")).unwrap();
    let back = says(home, &["restore", &file]);
    assert_eq!(back.status, 0, "{}{}", back.out, back.err);
    assert_eq!(letters(home, &["--go"]), [Value::Null; 0], "a restored folder remembers who was told what");
}

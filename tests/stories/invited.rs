//! Those who present cases get their time as a draft with an invitation in it, and hear again only of changes.

use std::fs;
use std::path::Path;

use mail_parser::{MessageParser, MimeHeaders};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Said, program, tree};

const MEETING: &str = "2026-11-23";

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
        shown.out.contains("invitation: case ") && shown.out.contains("nothing was written"),
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

    let case = first[0]["case"].as_str().unwrap();
    let of_case = first.iter().filter(|letter| letter["case"] == case).count();
    let gone = says(home, &["withdraw", case, "--by", "Ann", "--reason", "she asked"]);
    assert!(gone.status <= 1, "{}{}", gone.out, gone.err);
    letters(home, &["--go"]);
    let cancelled: Vec<String> =
        drafts(home).into_iter().filter(|name| name.contains(&format!(" cancellation 2 {case} "))).collect();
    assert_eq!(cancelled.len(), of_case, "{:?}", drafts(home));
    let (method, calendar) = enclosed(home, &cancelled[0]);
    assert!(method == "CANCEL" && calendar.contains("SEQUENCE:1"), "{calendar}");
    assert_eq!(letters(home, &["--go"]), [Value::Null; 0]);
}

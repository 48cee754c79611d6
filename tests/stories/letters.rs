//! What `send` shows is what `send --go` writes: the same people, the same drafts, the same subjects; invitations like the rest.

use std::collections::BTreeMap;
use std::fs;

use mail_parser::MessageParser;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Said, program, tree};

const MEETING: &str = "2026-11-23";

fn says(home: &std::path::Path, args: &[&str]) -> Said {
    let mut all = vec!["--config", "panel/config.toml", "--now", "2026-11-19T12:00"];
    all.extend(args);
    program(&all, home)
}

/// Draft, subject and address of each letter, as `send` tells them.
fn told(home: &std::path::Path, kind: &str, go: &[&str]) -> (Vec<(String, String, String)>, Value) {
    let mut args = vec!["--json", "send", kind, MEETING];
    args.extend(go);
    let said = says(home, &args);
    assert!(said.status <= 1, "{kind}: {}{}", said.out, said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(told["kind"], kind);
    let text = |letter: &Value, key: &str| letter[key].as_str().unwrap().to_owned();
    let letters = told["letters"].as_array().unwrap().iter();
    let letters = letters.map(|one| (text(one, "draft"), text(one, "subject"), text(one, "email")));
    (letters.collect(), told)
}

#[test]
fn what_is_shown_is_what_is_written_for_every_kind_of_letter() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    assert_eq!(program(&["demo", "panel"], home).status, 0);
    let outbox = home.join("panel/office").join(MEETING).join("outbox");
    for kind in ["invitations", "agenda", "pack", "chaser"] {
        let before = tree(&outbox);
        let (shown, plan) = told(home, kind, &[]);
        assert!(!shown.is_empty(), "{kind}");
        assert_eq!((plan["sent"].as_bool(), tree(&outbox)), (Some(false), before), "{kind}: only shown");
        let (written, done) = told(home, kind, &["--go"]);
        assert_eq!(shown, written, "{kind}");
        let files: Vec<&str> =
            done["drafts"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
        assert_eq!(files.len(), shown.len(), "{kind}");
        let named: BTreeMap<&str, &str> =
            shown.iter().map(|(draft, subject, _)| (draft.as_str(), subject.as_str())).collect();
        for file in files {
            let draft = file.rsplit('/').next().unwrap();
            let bytes = fs::read(outbox.join(draft)).unwrap();
            let message = MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(message.subject(), named.get(draft).copied(), "{kind}: {draft}");
            assert!(message.header_raw("X-Unsent").is_some(), "{kind}: {draft} is a draft");
        }
    }
}

#[test]
fn an_invitation_is_kept_and_held_like_every_letter() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    assert_eq!(program(&["demo", "panel"], home).status, 0);
    let (letters, _) = told(home, "invitations", &["--go"]);
    let chain = says(home, &["audit"]).out;
    let ready = chain.lines().filter(|line| line.ends_with(": ready")).count();
    assert!(ready >= letters.len(), "{chain}");
    assert!(
        letters.iter().all(|(_, subject, _)| subject.starts_with("REHEARSAL OFFICIAL-SENSITIVE: ")),
        "{letters:?}"
    );
    assert_eq!(told(home, "invitations", &[]).0, [], "who was told is not told again");
    let nothing = says(home, &["send", "invitations", MEETING]);
    assert!(nothing.out.contains("nobody's time has changed since they were last told"), "{}", nothing.out);
}

//! What somebody is told who typed what cannot be done: what is wrong, and what to do instead.

use std::fs;

use tempfile::TempDir;

use crate::harness::{Week, program};
use crate::people::seat;
use crate::seen::Shown;

const HAND: [&str; 4] = ["--by", "Ann Clerk", "--reason", "the team rang"];

/// Typed with a name and a reason.
const BY_HAND: [(&str, &[&str]); 21] = [
    ("accept-paper-unknown", &["accept", "P99"]),
    ("exclude-paper-unknown", &["exclude", "P99"]),
    ("exclude-a-number-alone", &["exclude", "12"]),
    ("exclude-a-case", &["exclude", "1000001"]),
    ("assign-paper-unknown", &["assign", "P99", "1000001"]),
    ("assign-to-no-number", &["assign", "P99", "the first one"]),
    ("kind-paper-unknown", &["kind", "P99", "care_plan"]),
    ("kind-unknown", &["kind", "P1", "novel"]),
    ("move-to-no-date", &["move", "1000001", "next week"]),
    ("move-to-no-meeting", &["move", "1000001", "2026-11-24"]),
    ("slot-at-no-time", &["slot", "1000001", "--at", "25:00"]),
    ("slot-before-the-meeting", &["slot", "1000001", "--at", "08:00"]),
    ("slot-too-long", &["slot", "1000001", "--minutes", "300"]),
    ("slot-says-nothing", &["slot", "1000001"]),
    ("expect-request-unknown", &["expect", "1000002", "--request", "holiday"]),
    ("expect-case-number-wrong", &["expect", "Callum", "--request", "review"]),
    (
        "expect-placed-tomorrow",
        &["expect", "1000002", "--emergency", "--placed-on", "2026-12-01", "--authorised-by", "Ann Ash"],
    ),
    ("expect-outside-without-authority", &["expect", "1000002", "--decided-outside", "--on", "2026-11-16"]),
    ("receive-no-such-file", &["receive", "nowhere.eml", "1000001", "--at", "2026-11-17T08:00"]),
    ("receive-in-the-future", &["receive", "config.toml", "1000001", "--at", "2026-12-17T08:00"]),
    ("actions-unknown", &["actions", "2026-11-09/7", "--done"]),
];

/// Typed as they stand.
const AS_TYPED: [(&str, &[&str]); 25] = [
    ("no-command", &[]),
    ("command-misspelt", &["scann"]),
    ("flag-misspelt", &["status", "--al"]),
    ("withdraw-by-nobody", &["withdraw", "1000001"]),
    ("withdraw-without-a-reason", &["withdraw", "1000001", "--by", "Ann Clerk"]),
    ("withdraw-by-an-empty-name", &["withdraw", "1000001", "--by", " ", "--reason", "gone"]),
    ("status-no-date", &["status", "tomorrow"]),
    ("status-no-meeting", &["status", "2026-11-24"]),
    ("status-long-ago", &["status", "1999-01-04"]),
    ("status-beyond-the-holidays", &["status", "2031-01-06"]),
    ("pack-with-nothing-on-the-agenda", &["pack", "2026-11-30"]),
    ("pack-supplement-before-the-pack", &["pack", "--supplement"]),
    (
        "pack-withdraw-before-the-pack",
        &["pack", "--withdraw", "P1", "--by", "Ann Clerk", "--reason", "wrong child"],
    ),
    ("pack-withdraw-by-nobody", &["pack", "--withdraw", "P1"]),
    ("send-no-such-kind", &["send", "flowers", "2026-11-23"]),
    ("send-without-a-meeting", &["send", "pack"]),
    ("send-the-pack-before-the-pack", &["send", "pack", "2026-11-23"]),
    ("send-decisions-before-the-meeting", &["send", "decisions", "2026-11-23"]),
    ("send-recall-of-nothing", &["send", "recall", "2026-11-23"]),
    ("minutes-before-a-meeting", &["minutes"]),
    ("minutes-confirmed-by-nobody", &["minutes", "2026-11-23", "--confirm"]),
    ("verify-no-such-file", &["verify", "nowhere.pdf"]),
    ("verify-no-pack", &["verify", "letter.txt"]),
    ("restore-no-backup", &["restore", "letter.txt"]),
    ("watch-too-often", &["watch", "--every", "0"]),
];

#[test]
fn what_cannot_be_done_is_refused_in_plain_words() {
    let week = Week::new("nelc").at("2026-11-17T10:00");
    seat(&week);
    let booked = [&["expect", "1000001", "--request=review"], &HAND[..]].concat();
    let week = week.run(&booked, 0);
    let mut shown = Shown::of("refusals").hiding(&week);
    fs::write(week.root().parent().unwrap().join("letter.txt"), "dear all").unwrap();
    for (name, args) in BY_HAND {
        let said = week.says(&[args, &HAND[..]].concat());
        assert_ne!(said.status, 0, "{args:?}: {}", said.out);
        shown.run(name, &[args, &HAND[..]].concat(), &said);
    }
    for (name, args) in AS_TYPED {
        shown.run(name, args, &week.says(args));
    }
    let home = TempDir::new().unwrap();
    for (name, args) in [
        ("init-panel-unknown", &["init", "here", "--panel", "camelot"][..]),
        ("init-where-there-is-one", &["init", &week.root().to_string_lossy()]),
        ("now-is-no-time", &["--now", "teatime", "status"]),
        ("config-away", &["--config", "other.toml", "status"]),
    ] {
        let said = program(args, home.path());
        let args: Vec<String> =
            args.iter().map(|arg| arg.replace(&*week.root().to_string_lossy(), "[panel]")).collect();
        shown.run(name, &args.iter().map(String::as_str).collect::<Vec<_>>(), &said);
    }
    let real = program(&["init", "real", "--panel", "nelc"], home.path());
    real.ends(0);
    let args = ["--config", "real/config.toml", "--now", "2026-11-17T10:00", "status"];
    shown.run("now-in-a-real-panel", &args, &program(&args, home.path()));
    shown.finish();
}

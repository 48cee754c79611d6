//! Everything that is done on the command line is undone on the command line, and both stand in the audit trail.

use std::fs;

use panelclerk::panel::acts::Act;
use panelclerk::panel::ids::Sha256;
use panelclerk::register::Register;
use serde_json::Value;
use sha2::Digest;

use crate::harness::Week;

const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "the team rang"];
const PAPERS: [&str; 2] = [
    "1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx",
    "1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx",
];

#[track_caller]
fn does(week: &Week, args: &[&str]) {
    let said = week.says(&[args, &BY].concat());
    assert_eq!(said.status, 0, "{args:?}: {}{}", said.out, said.err);
}

/// What `status` says of cases and papers, without the clock.
fn standing(week: &Week) -> Value {
    let mut status = week.json(&["status"]);
    for key in ["now", "share"] {
        status[key] = Value::Null;
    }
    status
}

fn paper(status: &Value, part: &str) -> Value {
    let cases =
        status["cases"].as_array().unwrap().iter().flat_map(|case| case["papers"].as_array().unwrap());
    let mut papers = cases.chain(status["unfiled"].as_array().unwrap());
    papers.find(|paper| paper["file"].as_str().unwrap().contains(part)).unwrap().clone()
}

fn week() -> Week {
    let mut week = Week::new("nelc").at("2026-11-17T10:00");
    for file in PAPERS {
        week = week.drop_sample(file);
    }
    week.says(&["scan"]).ends(0);
    let week = week.at("2026-11-17T10:30");
    week.says(&["scan"]).ends(0);
    week
}

#[test]
fn each_command_is_undone_by_its_opposite() {
    let week = week();
    let status = standing(&week);
    let plan = paper(&status, "Care plan");
    assert_eq!(plan["state"], "accepted", "{plan}");
    let plan = plan["number"].as_str().unwrap();
    let pairs: [(&[&str], &[&str]); 10] = [
        (&["assign", plan, "1000001"], &["assign", plan, "--as-found"]),
        (&["kind", plan, "chronology"], &["kind", plan, "--as-found"]),
        (&["exclude", plan], &["reinstate", plan]),
        (&["withdraw", "1167109"], &["reinstate", "1167109"]),
        (&["move", "1167109", "2026-11-30"], &["move", "1167109", "2026-11-23"]),
        (&["accept", "1167109", "--emergency"], &["accept", "1167109", "--no-emergency"]),
        (&["expect", "1000001", "--request=taxi"], &["expect", "1000001", "--cancel"]),
        (
            &["expect", "1167109", "--decided-outside", "--on", "2026-11-16", "--by-authority", "C. Officer"],
            &["expect", "1167109", "--not-decided-outside"],
        ),
        (&["expect", "1000001", "--tracking-only"], &["expect", "1000001", "--cancel"]),
        (&["slot", "1167109", "--at", "14:00", "--note", "by video"], &["slot", "1167109", "--as-the-rules"]),
    ];
    let agenda = |week: &Week| week.json(&["agenda", "--afresh"])["agenda"]["items"].clone();
    let items = agenda(&week);
    for (does_it, undoes_it) in pairs {
        does(&week, does_it);
        assert!(standing(&week) != status || agenda(&week) != items, "{does_it:?} changes something");
        does(&week, undoes_it);
        assert_eq!(standing(&week), status, "{undoes_it:?}");
        assert_eq!(agenda(&week), items, "{undoes_it:?}");
    }
    let refused = week.says(&[&["accept", plan, "--emergency"], &BY[..]].concat());
    assert!(refused.status == 2 && refused.err.contains("are about a case"), "{}", refused.err);
    assert_eq!(week.says(&["verify"]).status, 0, "the chain holds");
}

#[test]
fn a_newer_version_is_taken_and_given_back() {
    let week = week().at("2026-11-18T15:30").run(&["scan"], 0).at("2026-11-18T16:00");
    let other =
        fs::read(crate::harness::project().join("sample-inbox/1203388 Marsden Ellie/Care plan Ellie M.docx"))
            .unwrap();
    let week = week.drop(PAPERS[1], other);
    week.says(&["scan"]).ends(0);
    let week = week.at("2026-11-18T16:30");
    week.says(&["scan"]).ends(0);
    let used = |week: &Week| paper(&standing(week), "Care plan")["version"].clone();
    let plan = paper(&standing(&week), "Care plan")["number"].as_str().unwrap().to_owned();
    assert_eq!(used(&week), 1, "the version that came in time stays in use");
    does(&week, &["accept", &plan]);
    assert_eq!(used(&week), 2);
    does(&week, &["accept", &plan, "--keep-older"]);
    assert_eq!(used(&week), 1);
    assert_eq!(paper(&standing(&week), "Care plan")["received"]["verdict"], "in_time");
}

#[test]
fn a_paper_that_came_by_mail_is_entered_with_the_message_as_evidence() {
    let week = week().at("2026-11-18T17:00");
    let folder = week.root().parent().unwrap().to_owned();
    let message = b"From: priya@example.org\r\nDate: Wed, 18 Nov 2026 14:40:00 +0000\r\nSubject: plan\r\n\r\nattached\r\n";
    fs::write(folder.join("message.eml"), message).unwrap();
    let plan = fs::read(crate::harness::project().join("sample-inbox").join(PAPERS[1])).unwrap();
    fs::write(folder.join("plan.docx"), [plan, Vec::new()].concat()).unwrap();
    let received =
        ["receive", "plan.docx", "1167109", "--at", "2026-11-18T14:40", "--evidence", "message.eml"];
    does(&week, &received);
    let sha = Sha256::from_digest(sha2::Sha256::digest(message).into());
    let register = Register::open(&week.root().join("data")).unwrap();
    let acts = register.acts().unwrap();
    let kept = acts.iter().find_map(|done| match &done.act {
        Act::Receive { evidence, .. } => evidence.clone(),
        _ => None,
    });
    assert_eq!(kept.as_ref(), Some(&sha), "its hash is in the act, and so in the chain");
    assert_eq!(register.store().read(&sha).unwrap(), message, "the message itself is kept");
    drop(register);
    assert_eq!(week.says(&["verify"]).status, 0);
    let missing = week.says(&[&received[..6], &["nowhere.eml"], &BY[..]].concat());
    assert_eq!(missing.status, 3, "{}{}", missing.out, missing.err);
}

#[test]
fn a_case_withheld_by_the_chairs_word_is_withheld_before_anybody_is_present() {
    let week = week();
    crate::people::seat(&week);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    crate::typist::type_into(&week, &[("Attendance", "Mia Member", "Kept out of by the chair", "1167109")]);
    let scanned = week.says(&["--json", "scan"]);
    assert!(!scanned.out.contains("Presence"), "nobody has to be present yet: {}", scanned.out);
    assert!(week.says(&["pack"]).status < 2);
    let shown = week.says(&["send", "pack", "2026-11-23"]);
    let of_member = shown.out.lines().find(|line| line.starts_with("Mia Member")).unwrap();
    assert!(of_member.contains("the pack without 1 of its cases"), "{}", shown.out);
    assert!(
        shown.out.lines().find(|line| line.starts_with("Cato Chair")).unwrap().contains("the whole pack")
    );
}

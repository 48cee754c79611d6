//! A scan killed at any moment: the next one comes to what an undisturbed one would have come to.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::Week;

const PAPERS: [&str; 5] = [
    "1204417 Kowalczyk Ł/Referral form LK.docx",
    "1204417 Kowalczyk Ł/Care plan - Kowalczyk - Nov 2026.docx",
    "1204417 Kowalczyk Ł/CAMHS report 041126.pdf",
    "1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx",
    "1187254 Ŵyn-Hughes Siân/Single assessment SWH Oct 2026.docx",
];

fn week() -> Week {
    PAPERS.iter().fold(Week::new("nelc").at("2026-11-18T10:00"), |week, paper| week.drop_sample(paper))
}

/// What does not depend on how often it took: files, contents, kinds, states, cases.
fn essence(week: &Week) -> Value {
    let mut status = week.json(&["status"]);
    let strip = |value: &mut Value, keys: &[&str]| {
        if let Value::Object(map) = value {
            for key in keys {
                map.shift_remove(*key);
            }
        }
    };
    strip(&mut status, &["now", "share"]);
    for case in status["cases"].as_array_mut().unwrap() {
        for paper in case["papers"].as_array_mut().unwrap() {
            strip(paper, &["received"]);
        }
    }
    status
}

#[test]
fn a_scan_killed_at_any_moment_costs_nothing_but_time() {
    let smooth = week().run(&["scan"], 0);
    let expected = essence(&smooth);
    let stopped = week();
    for pause in [5, 60, 150, 400, 900, 1800] {
        let mut scan = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
            .current_dir(stopped.root())
            .args(["--config", "config.toml", "--now", "2026-11-18T10:00", "scan"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(pause));
        scan.kill().unwrap();
        scan.wait().unwrap();
    }
    let stopped = stopped.run(&["scan"], 0).run(&["verify"], 0);
    assert_eq!(essence(&stopped), expected);
}

#[test]
fn a_second_scanner_is_refused_and_other_commands_are_not() {
    let week = week().run(&["scan"], 0);
    let lock = std::fs::File::open(week.root().join("data/panelclerk.lock")).unwrap();
    lock.lock().unwrap();
    let said = week.says(&["scan"]);
    assert_eq!(said.status, 3);
    assert!(said.err.contains("another `scan` or `watch` is at work"), "{}", said.err);
    let week = week.run(&["exclude", "P1", "--by", "Ann", "--reason", "a duplicate"], 0);
    let audit = week.says(&["audit"]);
    assert!(audit.out.contains("P1 excluded by Ann"), "{}", audit.out);
}

#[test]
fn a_backup_comes_back_as_it_was() {
    let week = week().run(&["scan"], 0);
    let expected = essence(&week);
    let file = week.root().join("kept.zip").to_string_lossy().into_owned();
    let week = week.run(&["backup", &file], 0);
    let again = week.says(&["restore", &file]);
    assert_eq!(again.status, 3, "a register in place is never touched");
    std::fs::rename(week.root().join("data"), week.root().join("lost")).unwrap();
    let week = week.run(&["restore", &file], 0).run(&["verify"], 0);
    assert_eq!(essence(&week), expected);
}

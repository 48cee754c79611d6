//! A scan killed at any moment, and a worker killed while it presses: what comes of it is what would have come of it undisturbed.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
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
    let lock = fs::File::open(week.root().join("data/panelclerk.lock")).unwrap();
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
    fs::rename(week.root().join("data"), week.root().join("lost")).unwrap();
    let week = week.run(&["restore", &file], 0).run(&["verify"], 0);
    assert_eq!(essence(&week), expected);
}

/// A worker that a process, or one of its own, has started and that lives.
fn worker_of(process: u32) -> Option<Pid> {
    let others =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let parent = |id: u32| -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        stat.rsplit(") ").next()?.split(' ').nth(1)?.parse().ok()
    };
    let is_worker = |id: u32| {
        let typed = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        typed.split(|byte| *byte == 0).nth(1) == Some(b"worker")
    };
    let descends = |id: u32| std::iter::successors(Some(id), |id| parent(*id)).any(|id| id == process);
    let mut workers: Vec<u32> = others.filter(|id| is_worker(*id) && descends(*id)).collect();
    workers.sort_unstable();
    Pid::from_raw(i32::try_from(workers.pop()?).unwrap())
}

#[test]
fn a_worker_lost_by_chance_while_it_presses_is_nobodys_fault() {
    let week = week().run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0).run(&["agenda"], 0);
    for pause in [0, 150, 500] {
        let mut pack = Command::new(env!("CARGO_BIN_EXE_panelclerk"));
        let pack = pack.current_dir(week.root()).args([
            "--config",
            "config.toml",
            "--now",
            "2026-11-19T10:00",
            "--json",
            "pack",
        ]);
        let pack = pack.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        let worker = loop {
            if let Some(worker) = worker_of(pack.id()) {
                break worker;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "no worker was started");
            thread::sleep(Duration::from_millis(5));
        };
        thread::sleep(Duration::from_millis(pause));
        let _ = kill_process(worker, Signal::KILL);
        let ended = pack.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&ended.stderr);
        let said: Value =
            serde_json::from_slice(&ended.stdout).unwrap_or_else(|_| panic!("after {pause} ms: {err}"));
        assert_eq!(ended.status.code(), Some(0), "{said:#}");
        assert_eq!(said["manifest"]["verified"], true, "{said:#}");
        assert_eq!(said["findings"], serde_json::json!([]), "no document and no template is blamed");
    }
    week.run(&["verify"], 0);
}

//! Shared folders that hang, are slow, or fail in one place: each costs itself and nothing else, and nothing is lost by it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Week, project};

const PLAN: &str = "1204417 Kowalczyk Ł/Care plan - Kowalczyk - Nov 2026.docx";
const REFERRAL: &str = "1204417 Kowalczyk Ł/Referral form LK.docx";
const OTHER: &str = "1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx";

/// A folder of the week's, shown through a file system that can be told to misbehave. What really lies there is `behind`.
struct Unsteady {
    server: Child,
    place: PathBuf,
    behind: PathBuf,
    control: PathBuf,
}

impl Unsteady {
    /// None, and a line that says so, where this machine cannot do it.
    fn over(week: &Week, name: &str) -> Option<Self> {
        let place = week.root().join(name);
        let behind = week.root().join(format!("{name} behind"));
        let control = week.root().join(format!("{name} control"));
        fs::rename(&place, &behind).unwrap();
        fs::create_dir(&place).unwrap();
        fs::write(&control, "").unwrap();
        let server = Command::new("python3")
            .arg(project().join("tests/tools/unsteady_share.py"))
            .args([&behind, &place, &control])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut first = String::new();
        if let Ok(mut server) = server {
            let said = server.stdout.take().unwrap();
            BufReader::new(said).read_line(&mut first).unwrap();
            let unsteady = Unsteady { server, place, behind, control };
            if first == "mounted\n" {
                return Some(unsteady);
            }
        }
        crate::harness::skipped("python3, /dev/fuse and the right to mount");
        None
    }

    /// What it is to do from now on; nothing: answer as it should.
    fn is_to(&self, rules: &str) {
        let beside = self.control.with_extension("next");
        fs::write(&beside, rules).unwrap();
        fs::rename(beside, &self.control).unwrap();
    }
}

impl Drop for Unsteady {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = Command::new("umount").arg("-l").arg(&self.place).status();
    }
}

/// A week whose shares are given up on soon.
fn week() -> Week {
    let week = Week::new("nelc").at("2026-11-18T10:00").drop_sample(PLAN).drop_sample(OTHER);
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let impatient = text.replacen("[limits]\n", "[limits]\nshare_seconds = 2\n", 1);
    assert_ne!(impatient, text);
    fs::write(config, impatient).unwrap();
    week
}

#[track_caller]
fn within(most: u64, begun: Instant) {
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(most), "took {took:?}");
}

/// How many papers each case has, by `status`.
fn papers(week: &Week) -> usize {
    let status = week.json(&["status"]);
    status["cases"].as_array().unwrap().iter().map(|case| case["papers"].as_array().unwrap().len()).sum()
}

#[test]
fn an_inbox_that_hangs_costs_its_own_turn_and_nothing_is_lost() {
    let week = week();
    let Some(inbox) = Unsteady::over(&week, "inbox") else { return };
    let week = week.run(&["scan"], 0).run(&["agenda"], 0);
    let board = week.root().join("office/board.html");
    fs::remove_file(&board).unwrap();
    inbox.is_to("hang");
    let begun = Instant::now();
    let said = week.says(&["scan"]);
    within(30, begun);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("`inbox` the shared folder does not answer since 10 am"),
        "{}{}",
        said.out,
        said.err
    );
    assert!(board.exists(), "the other folders have had their turn");
    assert!(!week.json(&["status"])["share"]["healthy"].as_bool().unwrap());
    assert_eq!(papers(&week), 2, "what was there is not taken for removed");
    inbox.is_to("");
    let week = week.drop_sample(REFERRAL).at("2026-11-18T10:30").run(&["scan"], 0);
    assert!(week.json(&["status"])["share"]["healthy"].as_bool().unwrap());
    assert_eq!(papers(&week), 3);
    let audit = week.says(&["audit"]);
    assert!(!audit.out.contains("removed"), "{}", audit.out);
    let _week = week.run(&["verify"], 0);
}

#[test]
fn an_inbox_that_stops_to_answer_while_it_is_read_is_read_on_later() {
    let week = week();
    let Some(inbox) = Unsteady::over(&week, "inbox") else { return };
    inbox.is_to("hang:Care plan Yusuf Rahman.docx");
    let said = week.says(&["scan"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("does not answer since 10 am"), "{}{}", said.out, said.err);
    inbox.is_to("");
    let week = week.run(&["scan"], 0);
    assert_eq!(papers(&week), 2);
}

#[test]
fn an_office_that_hangs_does_not_keep_receipts_from_being_written() {
    let week = week().run(&["scan"], 0);
    let Some(office) = Unsteady::over(&week, "office") else { return };
    office.is_to("hang");
    let week = week.drop_sample(REFERRAL);
    let receipt = week.root().join("receipts/1204417 receipt.html");
    assert!(!fs::read_to_string(&receipt).unwrap().contains("Referral form LK"));
    let begun = Instant::now();
    let said = week.says(&["scan"]);
    within(40, begun);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("the shared folder does not answer since 10 am"), "{all}");
    assert!(fs::read_to_string(&receipt).unwrap().contains("Referral form LK"));
    office.is_to("");
    fs::remove_file(office.behind.join("board.html")).unwrap();
    let _week = week.run(&["scan"], 0);
    assert!(office.behind.join("board.html").exists());
}

#[test]
fn receipts_that_hang_do_not_keep_the_board_from_being_written() {
    let week = week().run(&["scan"], 0);
    let Some(receipts) = Unsteady::over(&week, "receipts") else { return };
    receipts.is_to("hang");
    let board = week.root().join("office/board.html");
    fs::remove_file(&board).unwrap();
    let week = week.drop_sample(REFERRAL);
    let said = week.says(&["scan"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(
        format!("{}{}", said.out, said.err)
            .contains("`receipts` cannot be used: the shared folder does not answer since 10 am")
    );
    assert!(board.exists());
    receipts.is_to("");
    let _week = week.run(&["scan"], 0);
    let receipt = fs::read_to_string(receipts.behind.join("1204417 receipt.html")).unwrap();
    assert!(receipt.contains("Referral form LK"));
}

#[test]
fn a_watch_told_to_stop_ends_although_every_folder_hangs() {
    let week = week().run(&["scan"], 0);
    let Some(inbox) = Unsteady::over(&week, "inbox") else { return };
    let Some(receipts) = Unsteady::over(&week, "receipts") else { return };
    let Some(office) = Unsteady::over(&week, "office") else { return };
    let mut watch = watching(&week);
    until("it has listened and looked once", || office.behind.join("board.html").exists());
    for share in [&inbox, &receipts, &office] {
        share.is_to("hang");
    }
    thread::sleep(Duration::from_secs(3));
    let begun = Instant::now();
    let ended = watch.stop();
    within(10, begun);
    assert!(ended.success(), "{ended:?}");
}

#[test]
fn helpers_stuck_in_a_dead_folder_do_not_pile_up_and_it_comes_back() {
    let week = week();
    let Some(inbox) = Unsteady::over(&week, "inbox") else { return };
    let week = week.run(&["scan"], 0);
    inbox.is_to("hang");
    let mut watch = watching(&week);
    until("three helpers are stuck", || stuck(&watch, &inbox) >= 3);
    thread::sleep(Duration::from_secs(8));
    // One more listens for changes; it is not waited for either.
    let most = stuck(&watch, &inbox);
    assert!(most <= 4, "{most} helpers");
    assert!(!week.json(&["status"])["share"]["healthy"].as_bool().unwrap());
    inbox.is_to("");
    until("the inbox is seen again", || week.json(&["status"])["share"]["healthy"] == true);
    until("the helpers have ended", || stuck(&watch, &inbox) == 0);
    assert!(watch.stop().success());
    assert_eq!(papers(&week), 2);
}

#[test]
fn one_folder_that_fails_is_blind_by_name_and_the_rest_goes_on() {
    let week = week();
    let Some(inbox) = Unsteady::over(&week, "inbox") else { return };
    let week = week.run(&["scan"], 0);
    inbox.is_to("fail:1167109 Rahman Yusuf:EIO");
    let week = week.drop_sample(REFERRAL).at("2026-11-18T10:30");
    let said = week.says(&["scan"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    let named = "`inbox` the folder of case 1167109 cannot be read: input/output error";
    assert!(said.out.contains(named), "{}", said.out);
    let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
    assert!(board.contains("The folder of case 1167109 cannot be read: input/output error"));
    assert_eq!(papers(&week), 3, "the new one is taken in, and what cannot be seen is not taken for removed");
    inbox.is_to("");
    let said = week.says(&["scan"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("`inbox` is all right again"), "{}", said.out);
}

#[test]
fn a_slow_folder_is_waited_for() {
    let week = week();
    let Some(inbox) = Unsteady::over(&week, "inbox") else { return };
    inbox.is_to("slow:80");
    let begun = Instant::now();
    let week = week.run(&["scan"], 0);
    assert!(begun.elapsed() > Duration::from_secs(2), "longer in all than it may be silent");
    assert_eq!(papers(&week), 2);
}

#[test]
fn a_check_says_which_folder_hangs() {
    let week = week().run(&["scan"], 0);
    let Some(receipts) = Unsteady::over(&week, "receipts") else { return };
    receipts.is_to("hang");
    let begun = Instant::now();
    let said = week.says(&["check"]);
    within(40, begun);
    assert_eq!(said.status, 1);
    assert!(said.out.contains("receipts` does not answer since 10 am"), "{}", said.out);
}

/// A `watch` at work, ended with the test.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

impl Watching {
    /// Tells it to stop and gives how it ended.
    fn stop(&mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        self.0.wait().unwrap()
    }
}

#[test]
fn no_command_hangs_with_the_folders() {
    let week = week().run(&["scan"], 0).run(&["agenda"], 0).run(&["pack"], 0);
    let pack = week.tree("office").into_iter().find(|file| file.ends_with(" pack.pdf")).unwrap();
    let pack = week.root().join("office").join(pack).to_string_lossy().into_owned();
    let paper = week.root().join("inbox").join(PLAN).to_string_lossy().into_owned();
    let by = ["--by", "Ann Clerk", "--reason", "a test"];
    let Some(inbox) = Unsteady::over(&week, "inbox") else { return };
    let Some(receipts) = Unsteady::over(&week, "receipts") else { return };
    let Some(office) = Unsteady::over(&week, "office") else { return };
    let receive = ["receive", &paper, "1204417", "--at", "2026-11-18T09:00", by[0], by[1], by[2], by[3]];
    for (command, status) in [
        (&["status"][..], 0..=1),
        (&["reviews"], 0..=1),
        (&["actions"], 0..=1),
        (&["audit"], 0..=0),
        (&["exclude", "P1", by[0], by[1], by[2], by[3]], 0..=0),
        (&["verify"], 0..=0),
        (&["verify", &pack], 3..=3),
        (&receive, 3..=3),
        (&["scan"], 1..=1),
        (&["check"], 1..=1),
        (&["agenda"], 3..=3),
        (&["pack"], 3..=3),
        (&["minutes", "2026-11-23"], 3..=3),
        (&["send", "agenda", "2026-11-23"], 3..=3),
        (&["send", "pack", "2026-11-23", "--go"], 3..=3),
    ] {
        // Each command has its turn, although the one before it had been let down.
        for share in [&inbox, &receipts, &office] {
            share.is_to("hang");
        }
        let begun = Instant::now();
        let said = week.says(command);
        within(40, begun);
        assert!(status.contains(&said.status), "{command:?}: {} {}{}", said.status, said.out, said.err);
        if said.status == 3 {
            assert!(said.err.contains("does not answer since 10 am"), "{command:?}: {}", said.err);
        }
        for share in [&inbox, &receipts, &office] {
            share.is_to("");
        }
    }
}

fn watching(week: &Week) -> Watching {
    let watch = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
        .current_dir(week.root())
        .args(["--config", "config.toml", "--now", "2026-11-18T10:00", "watch", "--every", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Watching(watch.unwrap())
}

#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(90), "{what}: never");
        thread::sleep(Duration::from_millis(200));
    }
}

/// Helpers of a folder that are stuck in a call to it, which cannot be interrupted.
fn stuck(watch: &Watching, share: &Unsteady) -> usize {
    let mut found = 0;
    for process in fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
        let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // The program's name may hold anything and ends with the last bracket; then come state and parent.
        let Some((_, rest)) = stat.rsplit_once(") ") else { continue };
        let mut fields = rest.split(' ');
        let state = fields.next();
        let ours = fields.next() == Some(&watch.0.id().to_string());
        let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let of_share = String::from_utf8_lossy(&arguments).contains(&*share.place.to_string_lossy());
        found += usize::from(ours && of_share && state == Some("D"));
    }
    found
}

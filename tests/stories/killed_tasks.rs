//! The program is killed while it does what a workbook asks for: each task is done, and once; its result shows; no workbook is
//! missing.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use panelclerk::post::outbox;
use panelclerk::register::Register;
use panelclerk::register::tasks::TaskState;

use crate::harness::{Week, skipped, tree};
use crate::people::seat;
use crate::typist::{shown, type_into, workbook};

const REFERRAL: &str = "1204417 Kowalczyk Ł/Referral form LK.docx";
const MEETING: &str = "2026-11-23";
const NOW: &str = "2026-11-19T12:00";

/// Both are asked for at once; a letter must not be written twice.
const TASKS: [&str; 3] = ["Write the agenda", "Create the pack", "Send the pack"];

/// The clock, a paper, an agenda, and the tasks typed into the workbook and saved.
fn asked_for() -> Week {
    let week = Week::new("nelc").at("2026-11-17T10:00").drop_sample(REFERRAL);
    seat(&week);
    let week = week.run(&["scan"], 0).run(&["agenda"], 0).run(&["scan"], 0).at(NOW);
    for task in TASKS {
        type_into(&week, &[("Tasks", task, "Do it", "yes"), ("Tasks", task, "By", "Ann Clerk")]);
    }
    week
}

fn copied(from: &Path, to: &Path) {
    for file in tree(from) {
        let place = to.join(&file);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(from.join(&file), place).unwrap();
    }
    for folder in ["inbox", "receipts", "office", "data"] {
        fs::create_dir_all(to.join(folder)).unwrap();
    }
}

/// `scan` of the folder, started under `before` if that is something.
fn scan(home: &Path, before: &[&str]) -> Command {
    let program = env!("CARGO_BIN_EXE_panelclerk");
    let mut all: Vec<&str> = before.to_vec();
    all.push(program);
    let mut command = Command::new(all[0]);
    command.args(&all[1..]).current_dir(home).env_clear().stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.args(["--config", "config.toml", "--now", NOW, "scan"]);
    command
}

/// What must hold after two more rounds, wherever the first was killed.
#[track_caller]
fn is_all_done(home: &Path, killed: &str) {
    for _ in 0..2 {
        let ended = scan(home, &[]).status().unwrap();
        assert!(ended.code().is_some_and(|code| code <= 1), "{killed}: {ended:?}");
    }
    let folder = home.join("office").join(MEETING);
    let lying = tree(&folder);
    let hidden: Vec<&String> = lying.iter().filter(|name| name.starts_with('.')).collect();
    assert!(hidden.is_empty(), "{killed}: left aside {hidden:?}");
    let book = folder.join(format!("NELC Placement and Commissioning Panel {MEETING} workbook.xlsx"));
    let bytes = fs::read(&book).unwrap_or_else(|error| panic!("{killed}: the workbook: {error}"));
    for task in TASKS {
        let [tick, when, result] =
            ["Do it", "Last done", "Result"].map(|column| shown(&bytes, "Tasks", task, column));
        assert!(tick.is_empty(), "{killed}: `{task}` is still ticked");
        assert!(when.contains("Ann Clerk"), "{killed}: `{task}` was done {when:?}");
        assert!(
            !result.is_empty() && !result.contains("could not be done"),
            "{killed}: `{task}`: {result:?}"
        );
    }
    let register = Register::open(&home.join("data")).unwrap();
    let tasks = register.tasks_of(MEETING.parse().unwrap()).unwrap();
    let done: Vec<&str> =
        tasks.iter().filter(|task| task.state == TaskState::Done).map(|task| task.order.as_str()).collect();
    assert_eq!(done, TASKS, "{killed}: each once");
    let letters = register.letters(MEETING.parse().unwrap()).unwrap();
    let mut to: Vec<&str> = letters.iter().map(|letter| letter.recipient.as_str()).collect();
    let all = to.len();
    to.sort_unstable();
    to.dedup();
    assert_eq!((all, to.len()), (3, 3), "{killed}: one email to each");
    let drafts = lying.iter().filter(|name| name.starts_with("outbox/")).count();
    assert_eq!(drafts, 3, "{killed}: {lying:?}");
    for letter in &letters {
        let draft = fs::read(folder.join("outbox").join(&letter.draft)).unwrap();
        let message = register.store().read(&letter.sha).unwrap();
        assert_eq!(draft, [outbox::UNSENT, &message].concat(), "{killed}: {}", letter.draft);
    }
    assert!(lying.iter().any(|name| name.ends_with(" pack.pdf")), "{killed}: no pack");
    let findings = register.check_everything(&mut || ()).unwrap().findings;
    assert!(findings.iter().all(|finding| finding.code == "content-unknown"), "{killed}: {findings:?}");
}

/// Kills at each so many-th of the calls with which the main thread makes things last or asks a helper, by `strace`.
#[test]
fn killed_at_any_call_no_task_is_lost_none_is_done_twice_and_no_workbook_is_missing() {
    let week = asked_for();
    let place = tempfile::tempdir().unwrap();
    let log = place.path().join("calls");
    let log = log.to_string_lossy().into_owned();
    let counted = place.path().join("counted");
    copied(&week.root(), &counted);
    let calls = "trace=fsync,write,sendto";
    let count = scan(&counted, &["strace", "-qq", "-o", &log, "-e", calls]).status();
    if !count.is_ok_and(|ended| ended.code().is_some_and(|code| code <= 1)) {
        return skipped("strace");
    }
    is_all_done(&counted, "never");
    let count_of = |call: &str| {
        fs::read_to_string(&log).unwrap().lines().filter(|line| line.starts_with(&format!("{call}("))).count()
    };
    let every = if std::env::var_os("PANELCLERK_KILLS").is_some() { 1 } else { 12 };
    let mut kills = 0;
    for call in ["fsync", "write", "sendto"] {
        let all = count_of(call);
        for at in (1..=all).skip(every / 2).step_by(every) {
            let home = place.path().join(format!("{call} {at}"));
            copied(&week.root(), &home);
            let kill = format!("inject={call}:signal=SIGKILL:when={at}");
            let trace = format!("trace={call}");
            let ended =
                scan(&home, &["strace", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &kill]).status();
            // How often it syncs differs by a call or two from run to run.
            if ended.unwrap().code().is_some_and(|code| code <= 1) {
                continue;
            }
            is_all_done(&home, &format!("killed at {call} {at} of {all}"));
            kills += 1;
            fs::remove_dir_all(home).unwrap();
        }
    }
    println!("{kills} kills, at one in {every} of the calls");
    assert!(4 <= kills, "only {kills} kills");
}

/// The same by the clock, where nothing else is there to do it with.
#[test]
fn killed_at_any_moment_every_task_is_done_once() {
    let week = asked_for();
    let place = tempfile::tempdir().unwrap();
    let whole = place.path().join("whole");
    copied(&week.root(), &whole);
    let begun = Instant::now();
    assert!(scan(&whole, &[]).status().unwrap().code().is_some_and(|code| code <= 1));
    let long = begun.elapsed();
    for part in [3, 5, 7, 9] {
        let home = place.path().join(format!("{part}"));
        copied(&week.root(), &home);
        let mut running = scan(&home, &[]).spawn().unwrap();
        thread::sleep(Duration::from_millis(1) + long * part / 10);
        running.kill().unwrap();
        running.wait().unwrap();
        is_all_done(&home, &format!("killed after {part} tenths"));
    }
}

/// Between two renames the workbook lies aside under a hidden name. It is put back before anything else, open or not.
#[test]
fn a_workbook_left_aside_is_put_back_whatever_else_is_the_matter() {
    let week = asked_for();
    let path = workbook(&week);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let aside = path.with_file_name(format!(".{name}.before"));
    let lock = path.with_file_name(format!("~${name}"));
    // Somebody else's computer still says that it is open.
    fs::rename(&path, &aside).unwrap();
    fs::write(&lock, b"\x09Ann Clerk     ").unwrap();
    week.says(&["scan"]).ends(0).shows("is open");
    assert!(path.exists() && !aside.exists(), "{:?}", week.tree("office"));
    fs::remove_file(&lock).unwrap();
    // The next edition had been written, and not been given its name.
    fs::copy(&path, path.with_file_name(format!(".{name}.next"))).unwrap();
    fs::rename(&path, &aside).unwrap();
    let said = week.says(&["scan"]);
    assert!(said.status <= 1, "{}{}", said.out, said.err);
    is_all_done(&week.root(), "left aside");
    // An old meeting's, which nobody looks into any more.
    let week = week.at("2027-03-01T10:00").run(&["scan"], 0);
    fs::rename(&path, &aside).unwrap();
    let week = week.run(&["scan"], 0);
    assert!(path.exists() && !aside.exists(), "{:?}", week.tree("office"));
}

/// A task that stops the program whenever it is begun must not stop it for ever.
#[test]
fn a_task_that_is_broken_off_time_and_again_is_given_up_and_says_so() {
    let week = asked_for();
    let mut register = Register::open(&week.root().join("data")).unwrap();
    let meeting = MEETING.parse().unwrap();
    let hand = panelclerk::panel::acts::Hand {
        by: "Ann Clerk".to_owned(),
        login: "ann".to_owned(),
        reason: "asked for".to_owned(),
    };
    let now = "2026-11-19T11:00:00Z".parse().unwrap();
    let task = register.take_on(meeting, "Create the pack", 0, &hand, now).unwrap().unwrap();
    for _ in 0..3 {
        register.begin_task(task).unwrap();
    }
    drop(register);
    let said = week.says(&["--json", "scan"]);
    assert!(said.out.contains("the program was stopped in it 3 times"), "{}{}", said.out, said.err);
    // What was asked for after that is done all the same.
    is_all_done_but(&week, task);
}

fn is_all_done_but(week: &Week, given_up: i64) {
    let register = Register::open(&week.root().join("data")).unwrap();
    let tasks = register.tasks_of(MEETING.parse().unwrap()).unwrap();
    assert_eq!(tasks.len(), 4, "{tasks:?}");
    for task in tasks {
        let wanted = if task.act == given_up { TaskState::Failed } else { TaskState::Done };
        assert_eq!(task.state, wanted, "{}: {}", task.order, task.result);
    }
}

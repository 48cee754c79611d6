//! A reader that a paper has taken over, and a second engine that means harm: what they try is refused.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use panelclerk::worker::yard;
use serde_json::Value;

/// Any account but root's.
const NOBODY: u32 = 65534;

/// A folder as `worker --escapes` wants it, with a copy of the program where every account can run it.
fn place() -> tempfile::TempDir {
    let place = tempfile::Builder::new().permissions(PermissionsExt::from_mode(0o755)).tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    for folder in ["work", "faces", "engine", "engine/program"] {
        fs::create_dir(at(folder)).unwrap();
    }
    fs::write(at("given"), "the document").unwrap();
    fs::write(at("secret"), "another child's document").unwrap();
    // By another process: a copy that this one had open for writing could not be run while any child of another test still held it open.
    let copied = Command::new("cp")
        .args([env!("CARGO_BIN_EXE_panelclerk").as_ref(), at("engine/program/soffice").as_os_str()])
        .status();
    assert!(copied.unwrap().success());
    place
}

/// What each of the two tried, and what was said of it.
fn escapes(place: &Path, account: Option<u32>) -> Value {
    let program = place.join("engine/program/soffice");
    let mut command = Command::new(program);
    command.args(["worker", "--escapes"]).arg(place);
    if let Some(account) = account {
        command.uid(account).gid(account);
    }
    let run = command.output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

#[track_caller]
fn all_refused(place: &Path, account: Option<u32>) {
    let tried = escapes(place, account);
    for (who, least) in [("reader", 110), ("engine", 95)] {
        let gaps: Vec<&str> =
            tried[who]["gaps"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        if !gaps.is_empty() {
            println!("skipped: needs a kernel with namespaces, Landlock and seccomp: {gaps:?}");
            continue;
        }
        let all = tried[who]["tried"].as_array().unwrap();
        let through: Vec<&Value> = all.iter().filter(|one| one["refused"] != true).collect();
        assert!(through.is_empty(), "{who}: {through:#?}");
        assert!(least <= all.len(), "{who} tried {} things", all.len());
    }
    assert_eq!(fs::read_to_string(place.join("given")).unwrap(), "the document");
    assert_eq!(fs::read_to_string(place.join("secret")).unwrap(), "another child's document");
    assert!(!place.join("new").exists());
    all_end(place);
    let left: Vec<_> =
        fs::read_dir(place.join("work")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, [".lock"], "nothing is left behind");
}

/// What was started ends, all of it: the system takes a moment.
#[track_caller]
fn all_end(place: &Path) {
    let begun = Instant::now();
    while !processes_of(place).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(30), "still there: {:?}", processes_of(place));
        thread::sleep(Duration::from_millis(20));
    }
}

/// The processes that run the program of this folder.
fn processes_of(place: &Path) -> Vec<String> {
    let all =
        fs::read_dir("/proc").unwrap().filter_map(|one| fs::read_link(one.unwrap().path().join("exe")).ok());
    all.filter(|exe| exe.starts_with(place)).map(|exe| exe.display().to_string()).collect()
}

#[test]
fn a_worker_that_was_taken_over_gets_nowhere() {
    all_refused(place().path(), None);
}

#[test]
fn nor_does_it_under_an_ordinary_account() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: needs root, to run under another account");
        return;
    }
    let place = place();
    for file in ["", "work", "faces", "given", "secret"] {
        chown(place.path().join(file), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    all_refused(place.path(), Some(NOBODY));
}

#[test]
fn when_the_program_is_killed_its_workers_end_and_what_they_left_is_swept() {
    let place = place();
    let program = place.path().join("engine/program/soffice");
    let mut command = Command::new(program);
    let mut holding =
        command.args(["worker", "--hold"]).arg(place.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    let mut out = BufReader::new(holding.stdout.take().unwrap());
    while !ready.contains('}') {
        assert_ne!(out.read_line(&mut ready).unwrap(), 0, "{ready}");
    }
    let work = place.path().join("work");
    let in_use = fs::read_dir(&work).unwrap().count();
    yard::sweep(&work);
    assert_eq!(fs::read_dir(&work).unwrap().count(), in_use, "what is in use is left alone");
    assert_eq!(in_use, 2);
    holding.kill().unwrap();
    holding.wait().unwrap();
    all_end(place.path());
    assert!(yard::sweep(&work).is_empty());
    assert_eq!(fs::read_dir(&work).unwrap().count(), 1, "nothing but the lock");
}

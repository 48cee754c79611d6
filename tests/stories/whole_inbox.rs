//! An inbox of real and hostile files, scanned as a service would: each is answered in time, in little memory, and nothing
//! outside the inbox is opened.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use panelclerk::intake::marker;
use rusqlite::Connection;
use serde_json::Value;

use crate::corpus;
use crate::harness::{Week, tree};

/// What one file may take.
const LONGEST_SECONDS: u64 = 60;

/// What the main process may hold.
const MOST_MEMORY_MB: u64 = 300;

/// Words of a file outside the inbox that papers inside it point at.
const SECRET: &str = "quinquereme";

#[test]
fn an_inbox_of_real_and_hostile_files_is_answered_in_time_and_in_little_memory() {
    let Some(files) = corpus::files(&[], 1000) else { return };
    let corpus = corpus::folder().expect("its files are there");
    let week = Week::new("nelc").at("2026-11-17T10:00");
    let root = week.root();
    for (number, file) in files.iter().step_by(corpus::one_in(53)).enumerate() {
        let name = file.file_name().unwrap().to_string_lossy();
        put(
            file,
            &root.join(format!("inbox/{} real", 200_000 + number / 20)),
            &format!("{number:04} {name}"),
        );
    }
    hostile_files(&corpus.join("../tools/make_nasty.py"), &root.join("inbox/300000 hostile"));
    let secret = root.parent().unwrap().join("secret.txt");
    fs::write(&secret, SECRET).unwrap();
    papers_that_point_at(&secret, &root.join("inbox/300001 pointing"));
    second_engine(&root);

    let (status, memory_mb) = scan(&root);
    assert!(matches!(status, Some(0 | 1)), "the scan ended with {status:?}");
    if let Some(memory_mb) = memory_mb {
        println!("main process: {memory_mb} MB at most");
        assert!(memory_mb < MOST_MEMORY_MB, "the main process took {memory_mb} MB");
    }

    let week = week.at("2026-11-17T11:30");
    let said = week.json(&["status"]);
    each_file_is_one_thing(&said, &tree(&root.join("inbox")));
    let register = Connection::open(root.join("data/register.sqlite")).unwrap();
    no_reading_was_slow(&register);
    each_content_is_shown_or_told(&register);
    let found: i64 = register
        .query_row("SELECT count(*) FROM readings WHERE reading LIKE ?1", [format!("%{SECRET}%")], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(found, 0, "a file outside the inbox was read");
}

fn put(file: &Path, folder: &Path, name: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::copy(file, folder.join(name)).unwrap();
}

fn hostile_files(maker: &Path, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let made = Command::new("python3").arg(maker).arg(folder).stdout(Stdio::null()).status();
    if !made.is_ok_and(|status| status.success()) {
        crate::harness::skipped("python3 and the maker of hostile files; the rest is tested");
    }
}

/// Papers that name a file elsewhere on the machine, in the ways their sorts have.
fn papers_that_point_at(secret: &Path, folder: &Path) {
    let target = secret.display();
    let rtf =
        format!(r#"{{\rtf1 Care plan {{\field{{\*\fldinst INCLUDETEXT "{target}"}}{{\fldrslt old}}}}}}"#);
    let html = format!(
        "<html><body>Care plan <iframe src=\"file://{target}\"></iframe><object data=\"{target}\"></object></body></html>"
    );
    let mail = format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: Plan\r\nContent-Type: text/html\r\n\r\n{html}\r\n"
    );
    fs::create_dir_all(folder).unwrap();
    for (name, content) in [("plan.rtf", rtf), ("plan.html", html), ("plan.eml", mail)] {
        fs::write(folder.join(name), content).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(secret, folder.join("linked.txt")).unwrap();
}

/// Names LibreOffice in the configuration, where it is installed.
fn second_engine(root: &Path) {
    if !Path::new("/usr/bin/soffice").exists() {
        crate::harness::skipped("LibreOffice for old files; they are tested as told what to do");
        return;
    }
    let config = root.join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text = text.replacen("rehearsal = true", "rehearsal = true\nsecond_engine = \"/usr/bin/soffice\"", 1);
    fs::write(config, text).unwrap();
}

/// Runs the scan; gives how it ended and the most memory its own process ever held, where the system says.
fn scan(root: &Path) -> (Option<i32>, Option<u64>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_panelclerk"));
    command.arg("--config").arg(root.join("config.toml")).args(["--now", "2026-11-17T10:00", "scan"]);
    let mut scan = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut most = None;
    loop {
        most = most.max(most_memory_mb(scan.id()));
        if let Some(status) = scan.try_wait().unwrap() {
            return (status.code(), most);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn most_memory_mb(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// Every file of the inbox stands exactly once among the papers, the unfiled and the ignored.
fn each_file_is_one_thing(said: &Value, files: &[String]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let cases = said["cases"].as_array().unwrap().iter().flat_map(|case| case["papers"].as_array().unwrap());
    let unfiled = said["unfiled"].as_array().unwrap().iter();
    for paper in cases.chain(unfiled).filter(|paper| paper["part_of"].is_null()) {
        *seen.entry(paper["file"].as_str().unwrap().to_owned()).or_default() += 1;
        assert!(paper["state"] != "arriving", "{paper}");
    }
    for file in said["ignored"].as_array().unwrap() {
        *seen.entry(file["file"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let twice: Vec<_> = seen.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    // Names are shown without the characters that could mislead a reader, so hostile ones are counted, not compared.
    // The file by which the inbox is known was dropped by nobody.
    let files: Vec<&String> = files.iter().filter(|file| *file != marker::NAME).collect();
    let honest = files.iter().copied().filter(|file| !file.contains("hostile/"));
    let missing: Vec<_> = honest.filter(|file| !seen.contains_key(file.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(files.len() <= seen.len(), "{} files, {} answers", files.len(), seen.len());
}

fn no_reading_was_slow(register: &Connection) {
    let mut rows = register.prepare("SELECT detail FROM operations WHERE what = 'slow reading'").unwrap();
    let slow: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for detail in &slow {
        println!("slow: {detail}");
        let seconds = detail.split_whitespace().rev().nth(1).and_then(|seconds| seconds.parse::<u64>().ok());
        assert!(seconds.is_some_and(|seconds| seconds < LONGEST_SECONDS), "{detail}");
    }
}

/// Each content has pages or a sentence with what to do; prints the table of both.
fn each_content_is_shown_or_told(register: &Connection) {
    let mut rows = register.prepare("SELECT reading, rendition IS NOT NULL FROM readings").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))).unwrap();
    let mut table: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for row in rows {
        let (reading, shown) = row.unwrap();
        let reading: Value = serde_json::from_str(&reading).unwrap();
        let findings = reading["findings"].as_array().unwrap();
        let told = findings.iter().any(|finding| finding["hint"].is_string());
        assert!(shown || told, "neither pages nor what to do: {findings:?}");
        let lost = findings.iter().any(|finding| finding["code"] == "words-lost");
        let outcome = match (shown, lost) {
            (true, false) => "shown",
            (true, true) => "shown, lost words named",
            (false, _) => "told what to do",
        };
        *table.entry((reading["sort"].as_str().unwrap().to_owned(), outcome)).or_default() += 1;
    }
    for ((sort, outcome), count) in &table {
        println!("{sort:<18} {outcome:<24} {count:>5}");
    }
    let shown =
        table.iter().filter(|((_, outcome), _)| outcome.starts_with("shown")).map(|(_, count)| count).sum();
    corpus::enough("contents with pages", shown, 20, 53);
}

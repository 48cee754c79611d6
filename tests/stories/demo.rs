//! Somebody who has just cloned the project plays the sample week and opens what came out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use mail_parser::MessageParser;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Said, program, project, tool, tree};

/// The demo, played once for all stories here.
pub fn demo() -> &'static Path {
    static DEMO: OnceLock<TempDir> = OnceLock::new();
    let home = DEMO.get_or_init(|| {
        let home = TempDir::new().unwrap();
        let said = play(home.path(), "demo");
        assert_eq!(said.status, 0, "{}\n{}", said.out, said.err);
        home
    });
    Box::leak(home.path().join("demo").into_boxed_path())
}

fn play(home: &Path, dir: &str) -> Said {
    program(&["demo", dir], home)
}

fn meeting() -> PathBuf {
    demo().join("office/2026-11-23")
}

fn made(what: &str) -> PathBuf {
    meeting().join(format!("NELC Placement and Commissioning Panel 2026-11-23 {what}"))
}

fn status() -> Value {
    let config = demo().join("config.toml");
    let config = config.to_string_lossy();
    let said = program(&["--config", &config, "--now", "2026-11-19T12:00", "--json", "status"], demo());
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

/// Everything made for people: all but the register and the store.
fn outputs(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = tree(dir).into_iter().filter(|file| !file.starts_with("data/"));
    files.map(|file| (file.clone(), fs::read(dir.join(&file)).unwrap())).collect()
}

#[test]
fn every_file_of_the_sample_inbox_is_accounted_for_exactly_once() {
    let status = status();
    let mut seen: Vec<String> = Vec::new();
    let mut list = |papers: &Value| {
        for paper in papers.as_array().unwrap() {
            if paper["part_of"].is_null() {
                seen.push(paper["file"].as_str().unwrap().to_owned());
            }
        }
    };
    for case in status["cases"].as_array().unwrap() {
        list(&case["papers"]);
    }
    list(&status["unfiled"]);
    list(&status["ignored"]);
    seen.sort();
    assert_eq!(seen, tree(&project().join("sample-inbox")));
}

#[test]
fn each_case_stands_where_a_panel_administrator_would_put_it() {
    let status = status();
    let mut table = String::new();
    for case in status["cases"].as_array().unwrap() {
        let word = |key: &str| case[key].as_str().unwrap_or("-").to_owned();
        let blocking: BTreeSet<&str> = case["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "blocks")
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        let emergency = if case["emergency"] == true { "emergency" } else { "" };
        let line = format!(
            "{} {} {} {} {} {emergency} {blocking:?}",
            word("case_id"),
            word("request"),
            word("standing"),
            word("arrival"),
            word("disposition"),
        );
        table.push_str(&line);
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

#[test]
fn what_needs_a_person_is_held_and_says_why() {
    let status = status();
    let reasons: BTreeMap<&str, &str> = status["unfiled"]
        .as_array()
        .unwrap()
        .iter()
        .map(|paper| (paper["file"].as_str().unwrap(), paper["state"].as_str().unwrap()))
        .collect();
    assert_eq!(reasons["1203388 Marsden Ellie/Health assessment.docx"], "needs_attention");
    assert_eq!(reasons["Scan_20261118_1107.pdf"], "needs_attention");
    assert_eq!(reasons.len(), 2);
    let ignored: Vec<&str> =
        status["ignored"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(ignored.len(), 2, "{ignored:?}");
}

#[test]
fn the_same_week_played_twice_is_the_same_to_the_byte() {
    let home = TempDir::new().unwrap();
    assert_eq!(play(home.path(), "again").status, 0);
    let (first, second) = (outputs(demo()), outputs(&home.path().join("again")));
    let names = |outputs: &BTreeMap<String, Vec<u8>>| outputs.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    let differ: Vec<&String> = first.keys().filter(|name| first[*name] != second[*name]).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn a_demo_stopped_in_the_middle_can_be_played_again() {
    let home = TempDir::new().unwrap();
    let mut running = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
        .args(["demo", "stopped"])
        .current_dir(home.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(4));
    running.kill().unwrap();
    running.wait().unwrap();
    let said = play(home.path(), "stopped");
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    let (first, second) = (outputs(demo()), outputs(&home.path().join("stopped")));
    assert!(first == second, "what came out is not the same");
}

#[test]
fn a_folder_with_somebody_elses_files_is_left_alone() {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join("mine")).unwrap();
    fs::write(home.path().join("mine/letter.txt"), "dear all").unwrap();
    let said = play(home.path(), "mine");
    assert_eq!(said.status, 2, "{}", said.out);
    insta::assert_snapshot!(said.err, @r"
    panelclerk: `mine` is not empty and holds no earlier demo
    hint: name another folder: `panelclerk demo DIR`
    ");
    assert_eq!(tree(&home.path().join("mine")), ["letter.txt"]);
}

#[test]
fn the_manifest_accounts_for_every_page_and_paper() {
    let manifest = fs::read(made("pack.manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let pages = manifest["pages"].as_u64().unwrap();
    let mut last = 0;
    for entry in manifest["entries"].as_array().unwrap() {
        let (first, end) = (entry["first_page"].as_u64().unwrap(), entry["last_page"].as_u64().unwrap());
        assert!(last < first && first <= end && end <= pages, "{entry}");
        last = end;
    }
    let outcomes: Vec<&str> = manifest["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes.iter().filter(|outcome| **outcome == "substituted").count(),
        2,
        "two unreadable files"
    );
}

#[test]
fn qpdf_and_poppler_accept_the_pack() {
    let pack = made("pack.pdf");
    let pack = pack.to_string_lossy();
    if let Some(output) = tool("qpdf", &["--check", &pack]) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    if let Some(output) = tool("pdftotext", &["-layout", &pack, "-"]) {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
        for (number, page) in (1..).zip(&pages) {
            assert!(page.contains(&format!("{number} of {}", pages.len())), "page {number} is not stamped");
            assert!(page.contains("OFFICIAL-SENSITIVE"), "page {number} is not marked");
        }
        assert!(text.contains("ŁK"), "letters outside Latin-1 are lost");
    }
}

#[test]
fn each_letter_is_a_draft_with_the_pack_and_no_childs_name() {
    let pack = fs::read(made("pack.pdf")).unwrap();
    let letters = tree(&meeting().join("outbox"));
    let mut with_pack = 0;
    for name in &letters {
        let bytes = fs::read(meeting().join("outbox").join(name)).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(message.header("X-Unsent").and_then(|value| value.as_text()), Some("1"), "{name}");
        let subject = message.subject().unwrap();
        assert!(subject.starts_with("REHEARSAL OFFICIAL-SENSITIVE"), "{subject}");
        assert!(!subject.contains("Kowalczyk") && !name.contains("Kowalczyk"));
        with_pack += message.attachments().filter(|part| part.contents() == pack).count();
    }
    assert_eq!(with_pack, 8, "chair, six members and the administrator: {letters:?}");
}

#[test]
fn libreoffice_opens_the_word_files_and_the_workbook() {
    let home = TempDir::new().unwrap();
    let out = home.path().to_string_lossy().into_owned();
    let profile = format!("-env:UserInstallation=file://{out}/profile");
    let files = [
        made("agenda.docx"),
        made("workbook.xlsx"),
        meeting().join("minutes/NELC Placement and Commissioning Panel 2026-11-23 minutes.docx"),
        meeting()
            .join("minutes/NELC Placement and Commissioning Panel 2026-11-23 decision note 1204417.docx"),
    ];
    for file in files {
        let args =
            [&*profile, "--headless", "--convert-to", "pdf", "--outdir", &out, &file.to_string_lossy()];
        if tool("soffice", &args).is_none() {
            return;
        }
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(home.path().join(format!("{name}.pdf")).exists(), "{name} was not opened");
    }
}

#[test]
fn the_pages_for_the_browser_ask_nothing_of_the_network() {
    for folder in ["receipts", "office"] {
        for file in tree(&demo().join(folder)).iter().filter(|file| file.ends_with(".html")) {
            let page = fs::read_to_string(demo().join(folder).join(file)).unwrap();
            for word in ["<script", "http://", "https://", "@import", "url("] {
                assert!(!page.contains(word), "{file} holds `{word}`");
            }
        }
    }
}

#[test]
fn with_the_post_each_reader_has_the_pack_that_is_theirs_from_a_server_of_the_demos_own() {
    let home = TempDir::new().unwrap();
    let said = program(&["--json", "demo", "posted", "--post"], home.path());
    assert_eq!(said.status, 0, "{}", said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let posted = told["posted"].as_array().unwrap();
    assert_eq!(posted.len(), 9);
    let received = home.path().join("posted/post");
    let letters: Vec<String> = tree(&received).into_iter().filter(|file| file.ends_with(".eml")).collect();
    assert_eq!(letters.len(), 9, "{letters:?}");
    assert!(!home.path().join("posted/office/2026-11-23/outbox").exists(), "no drafts as well");
    let pack = fs::read(home.path().join("posted").join(told["pack"].as_str().unwrap())).unwrap();
    let mut whole = 0;
    for one in posted {
        assert!(one["answer"].as_str().unwrap().starts_with("250 2.0.0 taken as D"), "{one}");
        let to = one["to"].as_str().unwrap();
        let file = letters.iter().find(|file| file.ends_with(&format!(" {to}.eml"))).unwrap();
        let bytes = fs::read(received.join(file)).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let readers: Vec<&str> = message.to().unwrap().iter().filter_map(|one| one.address()).collect();
        assert_eq!(readers, [to]);
        assert!(message.header_raw("X-Unsent").is_none());
        let attached = message.attachment(0).unwrap().contents();
        assert!(attached.starts_with(b"%PDF"), "{to}");
        whole += usize::from(attached == pack);
    }
    assert!(whole >= 5, "most have the very pack: {whole}");
    let config = fs::read_to_string(home.path().join("posted/config.toml")).unwrap();
    let road = config.lines().find(|line| line.starts_with("road = "));
    assert!(road.is_none_or(|road| !road.contains("smtp")), "the folder left behind has the usual road");
}

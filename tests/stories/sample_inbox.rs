//! The shipped sample inbox, scanned by real workers, and what it comes to.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use panelclerk::clock::Clock;
use panelclerk::clock::progress::Progress;
use panelclerk::config;
use panelclerk::intake;
use panelclerk::panel::case::Casebook;
use panelclerk::panel::paper::PaperState;
use panelclerk::register::{Register, casebook};
use panelclerk::share::call::Shares;
use panelclerk::worker::pool::Program;

fn program() -> Program {
    Program { path: env!("CARGO_BIN_EXE_panelclerk").into(), arguments: vec!["worker".into()] }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The sample inbox, scanned on Wednesday morning under the shipped configuration.
fn scanned(place: &Path) -> Casebook {
    let text = include_str!("../../config.toml").replace("rehearsal = false", "rehearsal = true");
    let config = config::resolve("config.toml", &text, &place.join("config.toml")).unwrap();
    assert!(config.rehearsal, "or every scan would wait for a quiet minute");
    fs::create_dir_all(&config.folders.inbox).unwrap();
    let mut register = Register::open(&config.folders.data).unwrap();
    let clock = Clock::standing_at("2026-11-18T10:00:00Z".parse().unwrap());
    for path in files(Path::new(SAMPLE)) {
        let to = config.folders.inbox.join(path.strip_prefix(SAMPLE).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(path, to).unwrap();
    }
    let pool = intake::workers::hire(&config, program()).unwrap();
    let path = env!("CARGO_BIN_EXE_panelclerk").into();
    let helper = Program { path, arguments: vec!["shared-folder".into()] };
    let shares = Shares::open(&[&config.folders.inbox], helper, Duration::from_mins(1), clock.clone());
    intake::scan(&config, &shares, &mut register, &pool, &clock, &Progress::silent()).unwrap();
    assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
    let first = casebook::draw(&register, &config, None, clock.now()).unwrap();
    let again = casebook::draw(&register, &config, None, clock.now()).unwrap();
    assert_eq!(first, again, "what was seen once is seen the same again");
    again
}

const SAMPLE: &str = "sample-inbox";

#[test]
fn every_file_of_the_sample_is_read_and_accounted_for_once() {
    let place = tempfile::tempdir().unwrap();
    let book = scanned(place.path());
    let papers = || book.cases.iter().flat_map(|case| &case.papers).chain(&book.unfiled);
    let dropped = papers().filter(|paper| paper.part_of.is_none()).map(|paper| paper.file.clone());
    let mut accounted: Vec<String> =
        dropped.chain(book.ignored.iter().map(|file| file.file.clone())).collect();
    accounted.sort();
    let below = |path: &PathBuf| path.strip_prefix(SAMPLE).unwrap().to_string_lossy().into_owned();
    let mut there: Vec<String> = files(Path::new(SAMPLE)).iter().map(below).collect();
    there.sort();
    assert_eq!(accounted, there);

    let of = |end: &str| papers().find(|paper| paper.file.ends_with(end)).unwrap();
    let older = of("Assessment YR March 2026.docx");
    assert_eq!(older.state, PaperState::Superseded, "of two assessments the newer is used");
    let newer = of("Assessment update Yusuf Rahman Nov 26.docx");
    assert_eq!(older.reason, Some(format!("{} is newer and is used", newer.number)));
    for (file, why) in [("confidential.docx", "password"), ("CP plan Ashworth.pdf", "cut short")] {
        let paper = of(file);
        assert_eq!((paper.state, paper.rendition.is_some()), (PaperState::NeedsAttention, false), "{file}");
        assert!(paper.reason.as_ref().is_some_and(|reason| reason.contains(why)), "{:?}", paper.reason);
    }
    let stray = of("Health assessment.docx");
    assert_eq!(stray.case, None, "held: it is about another child than its folder's");
    assert!(
        stray.reason.as_ref().is_some_and(|reason| reason.contains("1203388") && reason.contains("1176345"))
    );
    assert_eq!(of("Scan_20261118_1107.pdf").case, None);
    let unmade = papers()
        .filter(|paper| paper.in_use && paper.state == PaperState::Accepted && paper.rendition.is_none());
    assert_eq!(unmade.count(), 0);
}

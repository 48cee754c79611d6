//! What can break while `watch` runs: only the broken thing stops, it is said once, and so is its mending.
//!
//! One table. Each row breaks one thing, has rounds done while a new paper is dropped, looks at what still went out and at
//! what was said, mends it, and looks again. `docs/troubles.md` tells the administrator the same; the test holds it to it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use panelclerk::stationery::excel_in;

use crate::harness::{Week, program, project};
use crate::people::seat;
use crate::rounds::Rounds;
use crate::typist::{with_typed, workbook};

/// What goes out for everybody in each round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Out {
    Inbox,
    Receipts,
    Board,
    Workbook,
}

/// How a thing is broken and mended.
enum Break {
    /// The file or folder is moved away, and back.
    Away,
    /// These bytes are in its place, and then the old ones again.
    Bytes(&'static [u8]),
    /// Its first half is in its place, and then the whole again.
    CutShort,
    /// A folder is in its place, then the file again.
    Folder,
    /// A file is in the folder's place, then the folder again.
    File,
    /// It is made, and then taken away again.
    NewFolder,
    NewFile,
    /// A link that goes in circles is in its place.
    Circle,
    /// The bytes of another file are in its place.
    Other(&'static str),
}

struct Row {
    /// What broke, as the table says it.
    what: &'static str,
    /// Below the working folder.
    path: &'static str,
    how: Break,
    /// A part of what must be said; empty where nothing has to be, because the program mends it itself.
    said: &'static str,
    /// What stopped, and nothing else may.
    stops: &'static [Out],
}

const OLD: &str = "office/2026-11-16/NELC Placement and Commissioning Panel 2026-11-16 workbook.xlsx";
const NEXT: &str = "office/2026-11-23/NELC Placement and Commissioning Panel 2026-11-23 workbook.xlsx";
const AFTER: &str = "office/2026-11-30/NELC Placement and Commissioning Panel 2026-11-30 workbook.xlsx";

const fn row(
    what: &'static str,
    path: &'static str,
    how: Break,
    said: &'static str,
    stops: &'static [Out],
) -> Row {
    Row { what, path, how, said, stops }
}

/// Everything that is broken, one after the other.
const TABLE: &[Row] = &[
    row("the workbook of an old meeting is cut short", OLD, Break::CutShort, "cannot be used", &[]),
    row("the workbook of an old meeting is empty", OLD, Break::Bytes(b""), "cannot be used", &[]),
    row("the workbook of the meeting after next is cut short", AFTER, Break::CutShort, "cannot be used", &[]),
    row(
        "the next meeting's workbook is cut short",
        NEXT,
        Break::CutShort,
        "cannot be used",
        &[Out::Workbook],
    ),
    row("the next meeting's workbook is empty", NEXT, Break::Bytes(b""), "cannot be used", &[Out::Workbook]),
    row(
        "the next meeting's workbook is a Word document",
        NEXT,
        Break::Other("templates/agenda.docx"),
        "cannot be used",
        &[Out::Workbook],
    ),
    row(
        "another Excel file lies in its place",
        NEXT,
        Break::Other("office/People.xlsx"),
        "not a meeting workbook of ours",
        &[Out::Workbook],
    ),
    row("a folder lies in its place", NEXT, Break::Folder, "cannot be used", &[Out::Workbook]),
    row("a link in circles lies in its place", NEXT, Break::Circle, "cannot be used", &[Out::Workbook]),
    row(
        "the meeting's folder is a file",
        "office/2026-12-07",
        Break::NewFile,
        "a file is where a folder should be",
        &[],
    ),
    row(
        "a folder of Christmas Day, when there is no meeting",
        "office/2026-12-25",
        Break::NewFolder,
        "there is no meeting on 2026-12-25",
        &[],
    ),
    row(
        "a folder of a Tuesday, when the panel meets on Mondays",
        "office/2026-12-01",
        Break::NewFolder,
        "there is no meeting on 2026-12-01",
        &[],
    ),
    row(
        "a folder of a day that a bank holiday moved",
        "office/2026-12-28",
        Break::NewFolder,
        "its meeting is on 2026-12-29",
        &[],
    ),
    row("`People.xlsx` is away", "office/People.xlsx", Break::Away, "it is not there", &[]),
    row("`People.xlsx` is cut short", "office/People.xlsx", Break::CutShort, "cannot be read", &[]),
    row("`People.xlsx` is empty", "office/People.xlsx", Break::Bytes(b""), "cannot be read", &[]),
    row("`People.xlsx` is a folder", "office/People.xlsx", Break::Folder, "cannot be read", &[]),
    row(
        "the board is a folder",
        "office/board.html",
        Break::Folder,
        "a folder of that name is in its place",
        &[Out::Board],
    ),
    row("the board was deleted", "office/board.html", Break::Away, "", &[]),
    row("the board was overwritten", "office/board.html", Break::Bytes(b"<p>mine</p>"), "", &[]),
    row("the office share is away", "office", Break::Away, "it is not there", &[Out::Board, Out::Workbook]),
    row(
        "a file lies in the office's place",
        "office",
        Break::File,
        "a file is where the folder should be",
        &[Out::Board, Out::Workbook],
    ),
    row("the receipts share is away", "receipts", Break::Away, "it is not there", &[Out::Receipts]),
    row(
        "a file lies in its place",
        "receipts",
        Break::File,
        "a file is where the folder should be",
        &[Out::Receipts],
    ),
    row(
        "the first receipt is a folder",
        "receipts/1000001 receipt.html",
        Break::Folder,
        "a folder of that name is in its place",
        &[],
    ),
    row("a receipt was deleted", "receipts/1000001 receipt.html", Break::Away, "", &[]),
    row("a receipt was overwritten", "receipts/1000001 receipt.html", Break::Bytes(b"mine"), "", &[]),
    row(
        "a tag nobody knows in `receipt.hbs`",
        "templates/receipt.hbs",
        Break::Bytes(b"<p>{{nobody_knows}}</p>"),
        "nobody_knows",
        &[],
    ),
    row(
        "`receipt.hbs` ends in the middle",
        "templates/receipt.hbs",
        Break::CutShort,
        "`</html>` is missing",
        &[],
    ),
    row(
        "`receipt.hbs` is no text",
        "templates/receipt.hbs",
        Break::Bytes(b"\xff\xfe\x00"),
        "cannot be used",
        &[],
    ),
    row(
        "a tag nobody knows in `board.hbs`",
        "templates/board.hbs",
        Break::Bytes(b"<p>{{nobody_knows}}</p>"),
        "nobody_knows",
        &[],
    ),
    row("`board.hbs` is a folder", "templates/board.hbs", Break::Folder, "cannot be used", &[]),
    row("`agenda.docx` is cut short", "templates/agenda.docx", Break::CutShort, "not a Word document", &[]),
    row("`minutes.docx` is empty", "templates/minutes.docx", Break::Bytes(b""), "not a Word document", &[]),
    row(
        "`decision_note.docx` is a text",
        "templates/decision_note.docx",
        Break::Bytes(b"Dear all"),
        "not a Word document",
        &[],
    ),
    row(
        "`letter_pack.txt.hbs` ends in the middle",
        "templates/letter_pack.txt.hbs",
        Break::Bytes(b"{{#if pack}}"),
        "cannot be used",
        &[],
    ),
    row(
        "the templates are away",
        "templates",
        Break::Away,
        "the ones that came with the program are used",
        &[],
    ),
    row(
        "`config.toml` has mistakes",
        "config.toml",
        Break::Bytes(b"[panel]\nnaem = 1\n"),
        "has mistakes",
        &[],
    ),
    row("`config.toml` is empty", "config.toml", Break::Bytes(b""), "has mistakes", &[]),
    row("`config.toml` is away", "config.toml", Break::Away, "cannot be read", &[]),
    row("the workers' folder is away", "data/work", Break::Away, "", &[]),
    row("the bundled faces are away", "data/fonts", Break::Away, "", &[]),
    row(
        "the store of contents is away",
        "data/store",
        Break::Away,
        "so that no document is taken in",
        &[Out::Inbox],
    ),
    row(
        "a file lies in the store's place",
        "data/store",
        Break::File,
        "so that no document is taken in",
        &[Out::Inbox],
    ),
    row("the lock file is gone", "data/panelclerk.lock", Break::Away, "", &[]),
    row(
        "the register is away",
        "data/register.sqlite",
        Break::Away,
        "is no longer where it was",
        &[Out::Inbox, Out::Receipts, Out::Board, Out::Workbook],
    ),
    row("the inbox is away", "inbox", Break::Away, "it is not there", &[Out::Inbox]),
    row("a file lies in the inbox's place", "inbox", Break::File, "is not a folder", &[Out::Inbox]),
    row(
        "another folder lies in the inbox's place",
        "inbox",
        Break::Folder,
        "does not hold the file",
        &[Out::Inbox],
    ),
];

/// A week with three meetings' workbooks, everything told, nothing amiss.
fn week() -> Week {
    let week = Week::new("nelc").at("2026-11-16T09:00");
    seat(&week);
    let week = week.drop("1000001 Aaa/Care plan.txt", "Care plan of the first child\n");
    for meeting in ["2026-11-16", "2026-11-23", "2026-11-30"] {
        week.says(&["agenda", meeting]).ends(0);
    }
    week.at("2026-11-17T09:00")
}

/// What the next case is called.
fn case(number: usize) -> String {
    format!("{}", 1_000_100 + number)
}

/// Which of the things that go out know of the case.
fn known(week: &Week, case: &str) -> Vec<Out> {
    let has = |path: &str| fs::read_to_string(week.root().join(path)).is_ok_and(|text| text.contains(case));
    let mut known = Vec::new();
    let status = week.json(&["status"]);
    if status["cases"].as_array().is_some_and(|cases| cases.iter().any(|one| one["case_id"] == case)) {
        known.push(Out::Inbox);
    }
    if week.root().join(format!("receipts/{case} receipt.html")).is_file() {
        known.push(Out::Receipts);
    }
    if has("office/board.html") {
        known.push(Out::Board);
    }
    let bytes = fs::read(week.root().join(NEXT)).unwrap_or_default();
    let sheets = excel_in::read(&bytes).unwrap_or_default();
    let cells = sheets.iter().filter(|sheet| sheet.name == "Cases").flat_map(|sheet| sheet.cells.values());
    if cells.map(|value| format!("{value:?}")).any(|value| value.contains(case)) {
        known.push(Out::Workbook);
    }
    known
}

const ALL: [Out; 4] = [Out::Inbox, Out::Receipts, Out::Board, Out::Workbook];

fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!("moved away {}", path.file_name().unwrap().to_string_lossy()))
}

fn do_break(week: &Week, row: &Row) {
    let path = week.root().join(row.path);
    let aside = beside(&path);
    match row.how {
        Break::NewFolder => return fs::create_dir(&path).unwrap(),
        Break::NewFile => return fs::write(&path, "a note").unwrap(),
        _ => fs::rename(&path, &aside).unwrap(),
    }
    match &row.how {
        Break::Bytes(bytes) => fs::write(&path, bytes).unwrap(),
        Break::CutShort => {
            let whole = fs::read(&aside).unwrap();
            fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        }
        Break::Folder => {
            fs::create_dir(&path).unwrap();
            fs::write(path.join("in it"), "a note").unwrap();
        }
        Break::File => fs::write(&path, "a note").unwrap(),
        Break::Circle => symlink(&path, &path).unwrap(),
        Break::Other(other) => drop(fs::copy(week.root().join(other), &path).unwrap()),
        Break::Away | Break::NewFolder | Break::NewFile => {}
    }
}

fn mend(week: &Week, row: &Row) {
    let path = week.root().join(row.path);
    let aside = beside(&path);
    if row.said.is_empty() && path.exists() {
        // The program has made it anew: what was moved away is not wanted back.
        if aside.is_dir() {
            fs::remove_dir_all(aside).unwrap();
        } else {
            drop(fs::remove_file(aside));
        }
        return;
    }
    if path.is_dir() {
        fs::remove_dir_all(&path).unwrap();
    } else {
        drop(fs::remove_file(&path));
    }
    if aside.exists() {
        fs::rename(&aside, &path).unwrap();
    }
}

/// The lines that speak of troubles.
fn of_troubles(said: &[String]) -> Vec<&String> {
    said.iter().filter(|line| line.starts_with("panelclerk: ")).collect()
}

fn shown(out: &[Out]) -> String {
    if out.is_empty() { "itself".to_owned() } else { format!("{out:?}") }
}

#[test]
fn what_breaks_stops_itself_alone_is_said_once_and_so_is_its_mending() {
    let week = week();
    let mut rounds = Rounds::stepped(&week, "2026-11-17T09:00");
    let (said, _) = rounds.go(2, 60);
    assert!(of_troubles(&said).is_empty(), "{said:#?}");
    assert_eq!(known(&week, "1000001"), ALL);
    println!("{} things broken while watch runs\n", TABLE.len());
    println!("| what broke | what stopped | what was said | when mended |\n|---|---|---|---|");
    let mut wrong: Vec<String> = Vec::new();
    for (number, row) in TABLE.iter().enumerate() {
        if let Err(why) = one(&week, &mut rounds, number, row) {
            wrong.push(format!("{}: {why}", row.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(40 <= TABLE.len());
}

/// One row: broken, said, everything else goes on, mended, said, everything goes on.
fn one(week: &Week, rounds: &mut Rounds, number: usize, row: &Row) -> Result<(), String> {
    let new = case(number);
    do_break(week, row);
    let inbox = week.root().join("inbox");
    if inbox.is_dir() {
        fs::create_dir_all(inbox.join(format!("{new} New"))).unwrap();
        fs::write(inbox.join(format!("{new} New/Care plan.txt")), format!("Care plan of {new}\n")).unwrap();
    }
    let (said, _) = rounds.go(2, 60);
    let troubles: Vec<String> = of_troubles(&said).into_iter().cloned().collect();
    let expected = usize::from(!row.said.is_empty());
    let mut wrong = Vec::new();
    if troubles.len() != expected || !troubles.iter().all(|line| line.contains(row.said)) {
        wrong.push(format!("said: {troubles:#?}"));
    }
    if !troubles.iter().all(|line| line.contains(row.path)) {
        wrong.push(format!("its path is not said: {troubles:#?}"));
    }
    let without_config = row.path == "config.toml" || row.path == "data/register.sqlite";
    let went_out = if without_config { Vec::new() } else { known(week, &new) };
    let stopped: Vec<Out> = ALL.into_iter().filter(|out| !went_out.contains(out)).collect();
    // What has not been taken in can stand nowhere.
    let may_stop: Vec<Out> = if row.stops.contains(&Out::Inbox) { ALL.to_vec() } else { row.stops.to_vec() };
    if !without_config
        && (stopped.iter().any(|out| !may_stop.contains(out))
            || row.stops.iter().any(|out| !stopped.contains(out)))
    {
        wrong.push(format!("stopped {stopped:?} and not {:?}", row.stops));
    }
    if !without_config && expected == 1 {
        let open = week.json(&["status"])["troubles"].to_string();
        if !open.contains(row.said) {
            wrong.push(format!("status says {open}"));
        }
        if went_out.contains(&Out::Board) {
            let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
            if !board.contains("What cannot be done now") {
                wrong.push("the board does not say it".to_owned());
            }
        }
    }
    mend(week, row);
    let (said, _) = rounds.go(2, 60);
    let mended: Vec<String> = of_troubles(&said).into_iter().cloned().collect();
    if mended.len() != expected || !mended.iter().all(|line| line.contains("again")) {
        wrong.push(format!("mended, it says: {mended:#?}"));
    }
    let known = known(week, &new);
    let again: Vec<Out> = ALL.into_iter().filter(|out| !known.contains(out)).collect();
    if inbox.join(format!("{new} New")).is_dir() && !again.is_empty() {
        wrong.push(format!("mended, still without {again:?}"));
    }
    let open = week.json(&["status"])["troubles"].to_string();
    if open != "[]" {
        wrong.push(format!("mended, status still says {open}"));
    }
    let said = |lines: &[String]| {
        lines.first().map_or("nothing".to_owned(), |line| line.trim_start_matches("panelclerk: ").to_owned())
    };
    println!("| {} | {} | {} | {} |", row.what, shown(row.stops), said(&troubles), said(&mended));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

#[test]
fn the_guide_to_troubles_names_everything_that_was_broken() {
    let guide = fs::read_to_string(project().join("docs/troubles.md")).unwrap();
    let missing: Vec<&str> = TABLE.iter().map(|row| row.what).filter(|what| !guide.contains(what)).collect();
    assert!(missing.is_empty(), "not in docs/troubles.md: {missing:#?}");
}

#[test]
fn the_real_watch_says_it_once_goes_on_and_ends_when_told() {
    let week = Week::new("nelc").at("2026-11-16T09:00");
    seat(&week);
    let week = week.drop("1000001 Kowalczyk Zofia/Care plan.txt", "Care plan of the first child\n");
    let mut watch = Rounds::watching(&week, 1);
    let long = Duration::from_secs(90);
    watch.until(long, |line| line.starts_with("inbox: 1 new"));
    for (number, path) in
        [(1, "office/People.xlsx"), (2, "receipts"), (3, "office/board.html"), (4, "templates")]
    {
        let path = week.root().join(path);
        fs::rename(&path, beside(&path)).unwrap();
        if path.ends_with("board.html") {
            fs::create_dir_all(path.join("in the way")).unwrap();
        }
        let shown = path.strip_prefix(week.root()).unwrap().display().to_string();
        watch.until(long, |line| line.starts_with(&format!("panelclerk: `{shown}` cannot be")));
        let new = case(number);
        fs::create_dir(week.root().join(format!("inbox/{new} Kowalczyk"))).unwrap();
        fs::write(week.root().join(format!("inbox/{new} Kowalczyk/Plan.txt")), format!("Plan of {new}\n"))
            .unwrap();
        watch.until(long, |line| line.starts_with("inbox: 1 new"));
        if path.is_dir() {
            fs::remove_dir_all(&path).unwrap();
        }
        fs::rename(beside(&path), &path).unwrap();
        let said = watch.until(long, |line| line == format!("panelclerk: `{shown}` is all right again"));
        assert!(!said.iter().any(|line| line.contains("cannot be")), "said again: {said:#?}");
        assert!(!said.iter().any(|line| line.contains("Kowalczyk")), "{said:#?}");
    }
    let receipts = week.tree("receipts").into_iter().filter(|file| file.ends_with(" receipt.html")).count();
    assert_eq!(receipts, 5, "{:?}", week.tree("receipts"));
    let id = rustix::process::Pid::from_raw(i32::try_from(watch.id()).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    watch.until(Duration::from_secs(10), |line| line == "stopped");
}

#[test]
fn a_watch_does_not_wake_itself_and_is_woken_by_people() {
    let week = Week::new("nelc").at("2026-11-16T09:00");
    seat(&week);
    let week = week.drop("1000001 Aaa/Care plan.txt", "Care plan of the first child\n");
    let scans = || -> i64 {
        let db = rusqlite::Connection::open(week.root().join("data/register.sqlite")).unwrap();
        db.query_row("SELECT count(*) FROM scans WHERE finished_at IS NOT NULL", [], |row| row.get(0))
            .unwrap()
    };
    let mut watch = Rounds::watching(&week, 3600);
    watch.until(Duration::from_mins(1), |line| line.starts_with("inbox: 1 new"));
    let config = week.root().join("config.toml").to_string_lossy().into_owned();
    let agenda = program(&["--config", &config, "agenda"], &week.root());
    assert!(agenda.status <= 1, "{}", agenda.err);
    // The first round wrote receipts, board and workbooks: none of them brings another. A round may be due at a full hour.
    std::thread::sleep(Duration::from_secs(12));
    let before = scans();
    assert!(before <= 3, "{before} rounds in 12 seconds, and nothing had changed");
    fs::write(week.root().join("inbox/1000001 Aaa/Photo.txt"), "a photo\n").unwrap();
    watch.until(Duration::from_secs(30), |line| line.starts_with("inbox: 1 new"));
    std::thread::sleep(Duration::from_secs(8));
    let before = scans();
    let book = workbook(&week);
    // A save as Excel does it: another file under the same name.
    let saved = with_typed(
        &fs::read(&book).unwrap(),
        &[
            ("Cases", "1000001", "What to do", "withdraw"),
            ("Cases", "1000001", "By", "Ann Clerk"),
            ("Cases", "1000001", "Reason", "no longer needed"),
        ],
    );
    let beside = book.with_file_name("A1B2C3D4.tmp");
    fs::write(&beside, saved).unwrap();
    fs::rename(&beside, &book).unwrap();
    watch.until(Duration::from_secs(30), |line| line.contains("1000001 done"));
    std::thread::sleep(Duration::from_secs(8));
    assert!(scans() <= before + 3, "what it wrote into the workbook wakes nobody");
}

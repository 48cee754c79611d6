//! The workbook carries the week: it is there without a command, what lies beside it is said, what is typed is never lost in silence.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use panelclerk::stationery::excel::Value;

use crate::harness::Week;
use crate::people::{seat, seat_also};
use crate::typist::{changed, renamed, shown, type_at, with_typed, workbook_of};

const REFERRAL: &str = "1204417 Kowalczyk Ł/Referral form LK.docx";
const CASE: &str = "1204417";
const THIS: &str = "2026-11-23";
const NEXT: &str = "2026-11-30";

/// A referral came, and the inbox was looked at twice.
fn week() -> Week {
    let week = Week::new("nelc").at("2026-11-17T10:00").drop_sample(REFERRAL);
    seat(&week);
    scan(&week);
    let week = week.at("2026-11-17T10:05");
    scan(&week);
    week
}

fn scan(week: &Week) -> String {
    let said = week.says(&["scan"]);
    assert!(said.status < 2, "{}{}", said.out, said.err);
    said.out
}

fn board(week: &Week) -> String {
    fs::read_to_string(week.root().join("office/board.html")).unwrap()
}

fn documents(week: &Week, day: &str) -> Vec<String> {
    week.tree(&format!("office/{day}")).into_iter().filter(|file| !file.ends_with("workbook.xlsx")).collect()
}

#[test]
fn the_first_scan_of_the_week_makes_the_workbooks_of_this_meeting_and_the_next() {
    let week = week();
    for day in [THIS, NEXT] {
        assert!(workbook_of(&week, day).exists() && documents(&week, day).is_empty(), "{day}");
    }
    let book = fs::read(workbook_of(&week, THIS)).unwrap();
    assert_eq!(shown(&book, "Cases", CASE, "Case"), CASE);
    assert!(!week.root().join("office/2026-12-07").exists(), "and no others");
    // An emergency is telephoned before anybody has asked for an agenda, and the agenda is asked for in the workbook.
    type_at(
        &week,
        THIS,
        &[
            ("Expected", "1", "Case", "1300001"),
            ("Expected", "1", "Child", "Fictional Child"),
            ("Expected", "1", "Request", "New placement"),
            ("Expected", "1", "By", "Ann Clerk"),
            ("Tasks", "Write the agenda", "Do it", "yes"),
            ("Tasks", "Write the agenda", "By", "Ann Clerk"),
        ],
    );
    let week = week.at("2026-11-17T10:10");
    scan(&week);
    let book = fs::read(workbook_of(&week, THIS)).unwrap();
    assert_eq!(shown(&book, "Cases", "1300001", "Case"), "1300001");
    assert!(shown(&book, "Tasks", "Write the agenda", "Result").contains("the agenda is in the folder"));
    assert!(documents(&week, THIS).iter().any(|file| file.ends_with("agenda.docx")), "of its own meeting");
    assert!(documents(&week, NEXT).is_empty(), "and of no other");
    // The week after, the next one comes by itself, and a round in which nothing happened writes nothing.
    let week = week.at("2026-11-24T08:00");
    scan(&week);
    assert!(workbook_of(&week, "2026-12-07").exists());
    let edition = fs::read(workbook_of(&week, NEXT)).unwrap();
    let week = week.at("2026-11-24T08:05");
    scan(&week);
    assert_eq!(edition, fs::read(workbook_of(&week, NEXT)).unwrap());
}

#[test]
fn a_copy_beside_the_workbook_is_said_cell_by_cell_until_it_is_gone() {
    for name in ["{}-PC12.xlsx", "{} (1).xlsx", "{} (Ann Clerk's conflicted copy 2026-11-17).xlsx"] {
        let week = week();
        let book = workbook_of(&week, THIS);
        let stem = book.file_stem().unwrap().to_string_lossy().into_owned();
        let copy = book.with_file_name(name.replace("{}", &stem));
        let typed = [("Decisions", CASE, "Reason", "the panel heard the manager")];
        fs::write(&copy, with_typed(&fs::read(&book).unwrap(), &typed)).unwrap();
        let said = scan(&week);
        assert!(said.contains("is a copy of the workbook, and nothing typed in it is read"), "{said}");
        assert!(said.contains(&format!("Decisions {CASE}: Reason (")), "{said}");
        assert!(!said.contains("the panel heard"), "what is typed is not said in a log: {said}");
        assert!(board(&week).contains("a copy of the workbook"), "{name}");
        assert!(week.says(&["status"]).ends(1).out.contains("is a copy of the workbook"));
        assert!(week.says(&["check"]).out.contains(&format!("Decisions {CASE}: Reason (")));
        // Typed into the workbook as well, the copy holds nothing more.
        type_at(&week, THIS, &typed);
        let week = week.at("2026-11-17T10:15");
        let said = scan(&week);
        assert!(said.contains("nothing is typed in it that the workbook has not"), "{said}");
        fs::remove_file(&copy).unwrap();
        let week = week.at("2026-11-17T10:20");
        let said = scan(&week);
        assert!(
            said.contains("is all right again") && !board(&week).contains("a copy of the workbook"),
            "{said}"
        );
    }
}

#[test]
fn a_workbook_that_was_renamed_or_saved_as_another_kind_is_said_and_none_is_written_over_it() {
    for (name, kind, hint) in [
        ("{} (Lesley).xlsx", "under another name", "give it its name back"),
        ("{}.xls", "saved as another kind of file", "Excel Workbook (*.xlsx)"),
        ("{}.ods", "saved as another kind of file", "Excel Workbook (*.xlsx)"),
        ("{}.csv", "saved as another kind of file", "Excel Workbook (*.xlsx)"),
    ] {
        let week = week();
        let book = workbook_of(&week, THIS);
        let stem = book.file_stem().unwrap().to_string_lossy().into_owned();
        let moved = book.with_file_name(name.replace("{}", &stem));
        fs::rename(&book, &moved).unwrap();
        for _ in 0..3 {
            let said = scan(&week);
            assert!(
                said.contains("is gone; there is `") && said.contains(kind) && said.contains(hint),
                "{said}"
            );
            assert!(!book.exists(), "no empty one takes its place");
        }
        assert!(board(&week).contains("gone; there is"));
        let check = week.says(&["check"]);
        assert!(
            check.ends(1).out.contains("the workbook of 23 November 2026 is gone; there is"),
            "{}",
            check.out
        );
        let minutes = week.says(&["minutes", THIS]);
        assert!(minutes.status != 0 && minutes.err.contains("is gone; there is"), "{}", minutes.err);
        fs::rename(&moved, &book).unwrap();
        let said = scan(&week);
        assert!(said.contains("is all right again") && !said.contains("gone"), "{said}");
    }
}

#[test]
fn a_workbook_that_was_deleted_comes_back_with_everything_that_was_read() {
    let week = week();
    type_at(
        &week,
        THIS,
        &[
            ("Decisions", CASE, "Reason", "the panel heard the manager"),
            ("Attendance", "Mia Member", "Presence", "Apologies"),
        ],
    );
    scan(&week);
    let book = workbook_of(&week, THIS);
    fs::remove_file(&book).unwrap();
    let week = week.at("2026-11-17T10:15");
    let said = scan(&week);
    assert!(
        said.contains("is gone; hint: put it back") && !book.exists(),
        "one look may fall into a save: {said}"
    );
    let week = week.at("2026-11-17T10:20");
    let said = scan(&week);
    assert!(said.contains("is written again with everything that was typed"), "{said}");
    let bytes = fs::read(&book).unwrap();
    assert_eq!(shown(&bytes, "Decisions", CASE, "Reason"), "the panel heard the manager");
    assert_eq!(shown(&bytes, "Attendance", "Mia Member", "Presence"), "Apologies");
}

#[test]
fn an_open_workbook_is_said_with_who_and_since_when_and_not_in_a_log() {
    let week = week();
    let book = workbook_of(&week, THIS);
    let lock = book.with_file_name(format!("~${}", book.file_name().unwrap().to_string_lossy()));
    fs::write(&lock, b"\x09Ann Clerk     ").unwrap();
    let said = scan(&week);
    assert_eq!(said.matches("is open").count(), 1, "said once: {said}");
    assert!(!said.contains("Ann Clerk"), "{said}");
    let week = week.at("2026-11-17T12:40");
    scan(&week);
    let status = week.says(&["status"]);
    assert!(status.ends(1).out.contains("is open (Ann Clerk): what is typed is done once"), "{}", status.out);
    assert!(status.out.contains("10.05 am"), "since when: {}", status.out);
    assert!(board(&week).contains("open (Ann Clerk)") && board(&week).contains("10.05 am"));
    fs::remove_file(&lock).unwrap();
    let week = week.at("2026-11-17T12:45");
    scan(&week);
    assert!(!board(&week).contains("is open"));
}

/// An Office file as a sensitivity label leaves it.
fn labelled() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_storage_all("/\u{6}DataSpaces/DataSpaceInfo").unwrap();
    file.create_stream("/\u{6}DataSpaces/DataSpaceInfo/DRMEncryptedDataSpace").unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn a_file_that_a_sensitivity_label_encrypted_is_said_with_what_to_do() {
    let places: [fn(&Week) -> PathBuf; 3] = [
        |week| workbook_of(week, THIS),
        |week| week.root().join("office/People.xlsx"),
        |week| week.root().join("templates/minutes.docx"),
    ];
    for place in places {
        let week = week();
        let path = place(&week);
        let before = fs::read(&path).ok();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let encrypted = labelled();
        fs::write(&path, &encrypted).unwrap();
        let said = scan(&week);
        let name = Path::new(path.file_name().unwrap()).display().to_string();
        assert!(said.contains(&name) && said.contains("a sensitivity label encrypted it"), "{said}");
        assert!(said.contains("choose a label without encryption"), "{said}");
        assert!(board(&week).contains("a sensitivity label encrypted it"));
        assert!(fs::read(&path).unwrap() == encrypted, "nothing is written over it");
        match before {
            Some(before) => fs::write(&path, before).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        assert!(!scan(&week).contains("sensitivity"));
    }
}

#[test]
fn what_was_typed_for_a_case_goes_with_it_to_the_meeting_that_hears_it() {
    let week = week();
    type_at(
        &week,
        THIS,
        &[
            ("Decisions", CASE, "Discussion", "the manager will bring the care plan"),
            ("Actions", "1", "Case", CASE),
            ("Actions", "1", "What", "bring the care plan"),
            ("Actions", "2", "What", "thank the venue"),
        ],
    );
    scan(&week);
    type_at(
        &week,
        THIS,
        &[
            ("Cases", CASE, "What to do", "move to another meeting"),
            ("Cases", CASE, "To meeting", "30/11/2026"),
            ("Cases", CASE, "By", "Ann Clerk"),
            ("Cases", CASE, "Reason", "the care plan comes next week"),
        ],
    );
    let next = workbook_of(&week, NEXT);
    let lock = next.with_file_name(format!("~${}", next.file_name().unwrap().to_string_lossy()));
    fs::write(&lock, b"\x09Ann Clerk     ").unwrap();
    let week = week.at("2026-11-17T10:15");
    scan(&week);
    fs::remove_file(&lock).unwrap();
    let week = week.at("2026-11-17T10:20");
    scan(&week);
    let (here, there) = (fs::read(workbook_of(&week, THIS)).unwrap(), fs::read(&next).unwrap());
    assert_eq!(shown(&there, "Decisions", CASE, "Discussion"), "the manager will bring the care plan");
    assert_eq!(shown(&there, "Actions", "1", "What"), "bring the care plan");
    assert_eq!(shown(&here, "Actions", "1", "What"), "thank the venue", "what is of no case stays");
    let text = panelclerk::stationery::excel_in::read(&here).unwrap();
    let left = text.iter().flat_map(|sheet| sheet.cells.values()).filter(
        |cell| matches!(cell, Value::Text(text) if text.contains("care plan") && text.contains("bring")),
    );
    assert_eq!(left.count(), 0);
}

#[test]
fn a_workbook_of_before_with_its_sheets_as_they_were_called_is_read() {
    let week = week();
    let path = workbook_of(&week, THIS);
    let book = with_typed(
        &fs::read(&path).unwrap(),
        &[
            ("Tasks", "Re-time the whole agenda", "Do it", "yes"),
            ("Tasks", "Re-time the whole agenda", "By", "Ann Clerk"),
            ("Documents", "P1", "What to do", "exclude"),
            ("Documents", "P1", "By", "Ann Clerk"),
            ("Documents", "P1", "Reason", "sent in error"),
        ],
    );
    let called = |text: &str| Value::Text(text.to_owned());
    let book = changed(&book, "Tasks", "Re-time the whole agenda", &called("Plan the agenda afresh"));
    let book = changed(&book, "Tasks", "Task", &called("Order"));
    let book = changed(&book, "Documents", "Document", &called("Paper"));
    let book = renamed(&renamed(&book, "Tasks", "Orders"), "Documents", "Papers");
    fs::write(&path, renamed(&book, "Emails", "Letters")).unwrap();
    scan(&week);
    let book = fs::read(&path).unwrap();
    let result = shown(&book, "Tasks", "Re-time the whole agenda", "Result");
    assert!(result.contains("the agenda is planned anew"), "{result}");
    assert_eq!(shown(&book, "Documents", "P1", "State"), "excluded");
}

#[test]
fn reminders_are_a_task_of_the_workbook() {
    let week = week();
    seat_also(&week, &["Rachel Thorne", "Dean Hollis"]);
    type_at(
        &week,
        THIS,
        &[
            ("Tasks", "Send the reminders", "Do it", "yes"),
            ("Tasks", "Send the reminders", "By", "Ann Clerk"),
        ],
    );
    scan(&week);
    let result = shown(&fs::read(workbook_of(&week, THIS)).unwrap(), "Tasks", "Send the reminders", "Result");
    assert!(result.contains("in the outbox") && !result.starts_with('0'), "{result}");
    let drafts = week.tree(&format!("office/{THIS}/outbox"));
    assert!(drafts.iter().any(|file| file.contains("chaser") || file.contains("reminder")), "{drafts:?}");
}

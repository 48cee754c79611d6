//! An act is about a case or paper somebody has heard of; a number nobody knows is refused with the nearest known ones.

use crate::harness::{Said, Week};
use crate::typist::{shown, type_into, workbook};

const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "the team rang"];

/// One digit from the only known case.
const NOBODY: &str = "1167190";

fn week() -> Week {
    let week = Week::new("nelc").at("2026-11-17T10:00");
    let week = week
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    week.says(&["scan"]).ends(0);
    let week = week.at("2026-11-17T10:30");
    week.says(&["scan"]).ends(0);
    week
}

fn does(week: &Week, args: &[&str]) -> Said {
    week.says(&[args, &BY].concat())
}

fn acts(week: &Week) -> String {
    week.says(&["audit"]).out.lines().filter(|line| line.contains("by Ann Clerk")).collect()
}

#[test]
fn a_case_nobody_knows_is_refused_with_the_nearest_and_leaves_no_trace() {
    let week = week();
    let before = acts(&week);
    let refused: [&[&str]; 10] = [
        &["accept", NOBODY],
        &["accept", NOBODY, "--emergency"],
        &["accept", NOBODY, "--no-emergency"],
        &["withdraw", NOBODY],
        &["reinstate", NOBODY],
        &["move", NOBODY, "2026-11-30"],
        &["slot", NOBODY, "--at", "14:00"],
        &["slot", NOBODY, "--as-the-rules"],
        &["expect", NOBODY, "--cancel"],
        &["expect", NOBODY, "--not-decided-outside"],
    ];
    for args in refused {
        let said = does(&week, args);
        assert_eq!(said.status, 2, "{args:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(&format!("there is no case `{NOBODY}`")), "{args:?}: {}", said.err);
        assert!(said.err.contains("hint: the nearest known number is 1167109"), "{args:?}: {}", said.err);
    }
    assert_eq!(acts(&week), before);
    let cases = week.json(&["status"])["cases"].as_array().unwrap().len();
    assert_eq!(cases, 1, "no case was made of a slip of the finger");
}

#[test]
fn a_paper_nobody_knows_is_refused_with_the_nearest() {
    let week = week();
    let refused: [&[&str]; 7] = [
        &["exclude", "P12"],
        &["accept", "P12"],
        &["accept", "P12", "--keep-older"],
        &["reinstate", "P12"],
        &["assign", "P12", "1167109"],
        &["assign", "P12", "--as-found"],
        &["kind", "P12", "chronology"],
    ];
    for args in refused {
        let said = does(&week, args);
        assert_eq!(said.status, 2, "{args:?}: {}{}", said.out, said.err);
        assert!(said.err.contains("there is no document `P12`"), "{args:?}: {}", said.err);
        assert!(said.err.contains("hint: the nearest known numbers are P2, P1"), "{args:?}: {}", said.err);
    }
}

#[test]
fn booking_receiving_and_assigning_make_a_case_and_say_so() {
    let week = week();
    let said = does(&week, &["expect", "2000001", "--request", "taxi"]);
    assert_eq!(said.out.trim(), "2000001: recorded; 2000001 is a new case", "{}", said.err);
    let paper = week.root().join("plan.docx");
    let sample =
        crate::harness::project().join("sample-inbox/1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    std::fs::copy(sample, &paper).unwrap();
    let paper = paper.to_string_lossy().into_owned();
    let said = does(&week, &["receive", &paper, "2000002", "--at", "2026-11-17T09:00"]);
    assert!(said.out.contains("; 2000002 is a new case"), "{}{}", said.out, said.err);
    let said = does(&week, &["receive", &paper, "2000002", "--at", "2026-11-17T09:05"]);
    assert!(said.out.contains("entered under 2000002") && !said.out.contains("new case"), "{}", said.out);
    let said = week.json(&[&["assign", "P1", "2000003"], &BY[..]].concat());
    assert_eq!(said["new_case"], "2000003", "{said}");
    let said = week.json(&[&["assign", "P1", "2000003"], &BY[..]].concat());
    assert!(said["new_case"].is_null(), "{said}");
    for known in ["2000001", "2000002", "2000003", "1167109"] {
        assert_eq!(does(&week, &["withdraw", known]).status, 0, "{known} is known now");
    }
}

#[test]
fn a_case_stays_known_when_everything_of_it_is_gone() {
    let week = week();
    std::fs::remove_dir_all(week.root().join("inbox/1167109 Rahman Yusuf")).unwrap();
    std::fs::create_dir(week.root().join("inbox/another team")).unwrap();
    let said = week.says(&["scan"]);
    assert!(said.out.contains("2 removed"), "{}{}", said.out, said.err);
    assert_eq!(does(&week, &["expect", "2000001"]).status, 0);
    assert_eq!(does(&week, &["expect", "2000001", "--cancel"]).status, 0);
    for known in ["1167109", "2000001"] {
        let said = does(&week, &["withdraw", known]);
        assert_eq!(said.status, 0, "{known}: {}", said.err);
    }
}

#[test]
fn in_the_workbook_it_is_a_mistake_beside_the_cell() {
    let week = week();
    week.says(&["agenda"]).ends(0);
    type_into(
        &week,
        &[
            ("Cases", "1167109", "Case", NOBODY),
            ("Cases", NOBODY, "What to do", "withdraw"),
            ("Cases", NOBODY, "By", "Ann Clerk"),
            ("Cases", NOBODY, "Reason", "she asked"),
            ("Agenda", "1167109", "Line", NOBODY),
            ("Agenda", NOBODY, "Time", "14:00"),
            ("Agenda", NOBODY, "By", "Ann Clerk"),
            ("Documents", "P1", "Document", "P12"),
            ("Documents", "P12", "What to do", "exclude"),
            ("Documents", "P12", "By", "Ann Clerk"),
            ("Documents", "P12", "Reason", "not ours"),
        ],
    );
    let said = week.says(&["scan"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    let there = std::fs::read(workbook(&week)).unwrap();
    for (sheet, key, wrong) in [
        (
            "Cases",
            NOBODY,
            "there is no case `1167190` – the nearest known number is 1167109; a new case is booked on the sheet `Expected`",
        ),
        (
            "Agenda",
            NOBODY,
            "there is no case `1167190` – the nearest known number is 1167109; a new case is booked on the sheet `Expected`",
        ),
        ("Documents", "P12", "there is no document `P12` – the nearest known numbers are P2, P1"),
    ] {
        let beside = shown(&there, sheet, key, "What is wrong");
        assert!(beside.starts_with(wrong), "{beside}\n{}", said.out);
    }
    assert_eq!(acts(&week), "");
}

#[test]
fn a_booking_in_the_workbook_says_that_the_case_is_new() {
    let week = week();
    week.says(&["agenda"]).ends(0);
    type_into(&week, &[("Expected", "1", "Case", "2000001"), ("Expected", "1", "By", "Ann Clerk")]);
    let said = week.says(&["--json", "scan"]);
    assert!(said.out.contains("Expected 1: done for Ann Clerk; 2000001 is a new case"), "{}", said.out);
}

#[test]
fn an_act_without_a_name_or_a_reason_is_refused_and_leaves_no_trace() {
    let week = week();
    let before = acts(&week);
    for (by, reason) in [(" ", "the team rang"), ("Ann Clerk", "\t"), ("", "")] {
        let said = week.says(&["accept", "1167109", "--by", by, "--reason", reason]);
        assert_eq!(said.status, 2, "{by:?} {reason:?}: {}{}", said.out, said.err);
        assert!(said.err.contains("it is empty; write it out"), "{}", said.err);
    }
    assert_eq!(acts(&week), before);
}

#[test]
fn a_pack_of_a_meeting_without_cases_asks_a_person_to_look() {
    let week = Week::new("nelc").at("2026-11-17T10:00");
    week.says(&["scan"]).ends(0);
    let said = week.says(&["pack", "2026-11-23"]);
    said.ends(1).shows("no case is on the agenda: the pack holds no document");
}

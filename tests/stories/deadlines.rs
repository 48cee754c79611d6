//! Days that the procedures set are said before they come, ticked with a name, and red once they have passed.

use std::fs;

use serde_json::Value;

use crate::come_and_go::{agenda, board, does, minuted, scan, whole};
use crate::harness::Week;
use crate::people::seat;
use crate::typist::{shown, type_at, workbook_of};

fn week(panel: &str, now: &str) -> Week {
    let week = Week::new(panel).at(now);
    seat(&week);
    let week = whole(week, "61001", &[]);
    scan(&week);
    week
}

/// Of the deadlines of one kind: case, day, whether overdue, who ticked it.
fn told(week: &Week, what: &str) -> Vec<(String, String, bool, String)> {
    let status = week.json(&["status"]);
    let of_kind = status["deadlines"].as_array().unwrap().iter().filter(|one| one["what"] == what);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    of_kind
        .map(|one| {
            (text(&one["case_id"]), text(&one["due"]), one["overdue"] == true, text(&one["done"]["by"]))
        })
        .collect()
}

fn one(case: &str, due: &str, overdue: bool, by: &str) -> (String, String, bool, String) {
    (case.to_owned(), due.to_owned(), overdue, by.to_owned())
}

#[test]
fn redbridges_agenda_and_record_are_said_with_their_days_and_red_when_they_have_passed() {
    let week = week("redbridge", "2026-11-26T10:00").at("2026-11-30T09:00");
    scan(&week);
    let due = ["genda due Monday 30 November", "on Protocol by 4 pm Friday 4 December"];
    for said in [week.says(&["check"]).out, week.says(&["status"]).out, board(&week)] {
        for part in due {
            assert!(said.contains(part), "`{part}` in {said}");
        }
    }
    agenda(&week, "2026-12-01");
    let sheet = |week: &Week, day: &str, key: &str, column: &str| {
        shown(&fs::read(workbook_of(week, day)).unwrap(), "Deadlines", key, column)
    };
    let key = "agenda 2026-12-01";
    assert_eq!(sheet(&week, "2026-12-01", key, "What"), "Agenda due Monday 30 November");
    assert_eq!(told(&week, "agenda"), [one("", "2026-11-30", false, "")], "its day is today");
    let week = week.at("2026-12-01T08:00");
    scan(&week);
    assert_eq!(told(&week, "agenda"), [one("", "2026-11-30", true, "")]);
    week.says(&["status"]).ends(1).shows("Agenda due Monday 30 November (OVERDUE)");
    assert!(board(&week).contains("<span class=\"tag bad\">overdue</span>"));
    assert_eq!(sheet(&week, "2026-12-01", key, "Overdue"), "OVERDUE");
    type_at(&week, "2026-12-01", &[("Deadlines", key, "What to do", "done")]);
    scan(&week);
    assert_eq!(told(&week, "agenda"), [one("", "2026-11-30", true, "")], "a tick needs a name");
    type_at(&week, "2026-12-01", &[("Deadlines", key, "By", "Ann Clerk")]);
    scan(&week);
    assert_eq!(told(&week, "agenda"), [one("", "2026-11-30", false, "Ann Clerk")]);
    assert_eq!(sheet(&week, "2026-12-01", key, "Done"), "Ann Clerk, 1 December 2026");
    let board = board(&week);
    assert!(
        board.contains(
            "Agenda due Monday 30 November.</td><td><span class=\"tag good\">done</span> Ann Clerk"
        ),
        "{board}"
    );

    type_at(
        &week,
        "2026-12-01",
        &[("Decisions", "61001", "Decision", "Agreed"), ("Decisions", "61001", "Review", "01/03/2027")],
    );
    let week = minuted(week, "2026-12-01", "2026-12-01T15:00").at("2026-12-04T15:00");
    agenda(&week, "2026-12-08");
    assert_eq!(
        told(&week, "record"),
        [one("61001", "2026-12-04", false, ""), one("", "2026-12-11", false, "")]
    );
    let week = week.at("2026-12-04T16:05");
    scan(&week);
    assert_eq!(told(&week, "record")[0], one("61001", "2026-12-04", true, ""), "it is past four");
    let key = "record 61001 2026-12-01";
    type_at(
        &week,
        "2026-12-08",
        &[("Deadlines", key, "What to do", "done"), ("Deadlines", key, "By", "Ann Clerk")],
    );
    scan(&week);
    assert_eq!(
        told(&week, "record"),
        [one("", "2026-12-11", false, "")],
        "what was ticked of an earlier meeting leaves"
    );
    week.says(&["audit"]).ends(0).shows("record of 61001 for 2026-12-01 ticked as done by Ann Clerk");
}

#[test]
fn each_team_confirms_by_friday_that_it_comes() {
    let week = week("redbridge", "2026-11-26T10:00");
    does(&week, &["expect", "61002", "--request=new_placement"]);
    agenda(&week, "2026-12-01");
    let cell = |week: &Week, id: &str| {
        shown(&fs::read(workbook_of(week, "2026-12-01")).unwrap(), "Cases", id, "Attendance")
    };
    assert_eq!(cell(&week, "61001"), "to be confirmed by 4 pm Friday 27 November");
    type_at(
        &week,
        "2026-12-01",
        &[("Cases", "61001", "Attending", "confirmed"), ("Cases", "61001", "By", "Ann Clerk")],
    );
    scan(&week);
    assert_eq!(cell(&week, "61001"), "confirmed: Ann Clerk, 26 November 2026");
    let week = week.at("2026-11-27T16:30");
    scan(&week);
    assert_eq!(cell(&week, "61002"), "NOT CONFIRMED");
    let mut attends = told(&week, "attendance");
    attends.sort();
    assert_eq!(
        attends,
        [one("61001", "2026-11-27", false, "Ann Clerk"), one("61002", "2026-11-27", true, "")]
    );
    assert!(
        board(&week).contains("61002: attendance and documents to be confirmed by 4 pm Friday 27 November")
    );
    type_at(
        &week,
        "2026-12-01",
        &[
            ("Expected", "1", "Case", "61003"),
            ("Expected", "1", "Attending", "confirmed"),
            ("Expected", "1", "By", "Ann Clerk"),
        ],
    );
    scan(&week);
    assert_eq!(cell(&week, "61003"), "confirmed: Ann Clerk, 27 November 2026");
    type_at(
        &week,
        "2026-12-01",
        &[("Cases", "61003", "Attending", "not confirmed"), ("Cases", "61003", "By", "Ann Clerk")],
    );
    scan(&week);
    assert_eq!(cell(&week, "61003"), "NOT CONFIRMED", "undone by the opposite");
}

#[test]
fn north_east_lincolnshires_survey_is_asked_for_of_each_placement_that_was_agreed() {
    let week = week("nelc", "2026-11-24T10:00");
    let week = whole(
        week,
        "61002",
        &[("Type of request", "Taxi"), ("Child's name", "Kit Fictional"), ("Date of birth", "01/02/2015")],
    );
    scan(&week);
    let week = week.at("2026-11-27T10:00");
    agenda(&week, "2026-11-30");
    for case in ["61001", "61002"] {
        type_at(
            &week,
            "2026-11-30",
            &[("Decisions", case, "Decision", "Agreed"), ("Decisions", case, "Review", "01/03/2027")],
        );
    }
    let week = minuted(week, "2026-11-30", "2026-11-30T17:30").at("2026-12-01T09:00");
    agenda(&week, "2026-12-07");
    assert_eq!(
        told(&week, "survey"),
        [one("61001", "2026-12-07", false, "")],
        "a taxi has no provider to survey"
    );
    week.says(&["status"]).shows("61001: White Rose placement survey by Monday 7 December");
    assert_eq!(told(&week, "record"), [], "the procedure sets no day");
    let key = "survey 61001 2026-11-30";
    type_at(
        &week,
        "2026-12-07",
        &[("Deadlines", key, "What to do", "done"), ("Deadlines", key, "By", "Ann Clerk")],
    );
    scan(&week);
    assert_eq!(told(&week, "survey"), []);
}

#[test]
fn what_is_due_of_a_restricted_case_is_not_on_the_board() {
    let week = week("redbridge", "2026-11-26T10:00");
    does(&week, &["restrict", "61001", "--to", "Cato Chair"]);
    scan(&week);
    assert_eq!(told(&week, "attendance").len(), 1, "the administrator sees it");
    assert!(!board(&week).contains("61001"), "{}", board(&week));
}

#[test]
fn a_role_that_nobody_holds_or_stands_for_is_said() {
    let week = week("nelc", "2026-11-24T10:00");
    let unfilled = ["ICB Commissioner / Clinical Lead", "Finance"];
    let said = week.says(&["check"]).out;
    for role in unfilled {
        assert!(said.contains(role) && board(&week).contains(role), "`{role}` in {said}");
    }
    agenda(&week, "2026-11-30");
    let known = |week: &Week, about: &str| {
        shown(&fs::read(workbook_of(week, "2026-11-30")).unwrap(), "Meeting", about, "What we know")
    };
    assert!(known(&week, "Roles that nobody holds").ends_with("Finance"));
    assert!(!known(&week, "Roles that nobody holds").contains("Education"), "Mia Member holds it");
    assert_eq!(known(&week, "Roles not represented at the meeting"), "", "nobody's presence is typed");
    type_at(
        &week,
        "2026-11-30",
        &[
            ("Attendance", "Cato Chair", "Presence", "Present"),
            ("Attendance", "Mia Member", "Presence", "Apologies"),
        ],
    );
    scan(&week);
    let missing = known(&week, "Roles not represented at the meeting");
    assert!(
        missing.contains("Education / Virtual School") && !missing.contains("Assistant Director"),
        "{missing}"
    );
}

#[test]
fn a_deadline_is_ticked_by_command_with_a_name_and_taken_back() {
    let week = week("redbridge", "2026-11-26T10:00");
    agenda(&week, "2026-12-01");
    let list = week.says(&["deadlines"]);
    list.ends(0)
        .shows("attendance 61001 2026-12-01")
        .shows("agenda 2026-12-01")
        .shows("Agenda due Monday 30 November");
    let by = ["--by", "Ann Clerk"];
    let tick = |args: &[&str]| week.says(&[&["deadlines"], args, &by].concat());
    assert_eq!(week.says(&["deadlines", "agenda", "--done"]).status, 2, "a tick needs a name");
    tick(&["agenda", "--done"]).ends(0).shows("agenda 2026-12-01: done");
    assert_eq!(told(&week, "agenda"), [one("", "2026-11-30", false, "Ann Clerk")]);
    tick(&["attendance", "61001", "--done"]).ends(0);
    assert_eq!(told(&week, "attendance"), [one("61001", "2026-11-27", false, "Ann Clerk")]);
    scan(&week);
    let book = fs::read(workbook_of(&week, "2026-12-01")).unwrap();
    assert_eq!(shown(&book, "Cases", "61001", "Attendance"), "confirmed: Ann Clerk, 26 November 2026");
    tick(&["attendance", "61001", "--open"]).ends(0).shows("open again");
    assert_eq!(told(&week, "attendance"), [one("61001", "2026-11-27", false, "")]);
    let unclear = tick(&["2026-12-01", "--done"]);
    assert!(
        unclear.status == 2 && unclear.err.contains("may be any of `attendance 61001 2026-12-01`"),
        "{}",
        unclear.err
    );
    let nothing = tick(&["survey", "61001", "--done"]);
    assert!(
        nothing.status == 2 && nothing.err.contains("there is no deadline `survey 61001`"),
        "{}",
        nothing.err
    );
    let early = tick(&["record", "--done"]);
    assert!(
        early.status == 2 && early.err.contains("no decision of that meeting is recorded yet"),
        "{}",
        early.err
    );
    week.says(&["audit"]).ends(0).shows("ticked as done by Ann Clerk");

    // Of a meeting that was held, by its date: what was ticked too soon is taken back.
    type_at(
        &week,
        "2026-12-01",
        &[("Decisions", "61001", "Decision", "Agreed"), ("Decisions", "61001", "Review", "01/03/2027")],
    );
    let week = minuted(week, "2026-12-01", "2026-12-01T15:00").at("2026-12-03T09:00");
    let tick = |args: &[&str]| week.says(&[&["deadlines"], args, &by].concat());
    tick(&["record", "61001", "--done"]).ends(0).shows("record 61001 2026-12-01: done");
    assert_eq!(told(&week, "record"), [one("", "2026-12-11", false, "")]);
    tick(&["record", "61001", "2026-12-01", "--open"]).ends(0);
    assert_eq!(told(&week, "record")[0], one("61001", "2026-12-04", false, ""));
    let json = week.json(&["deadlines", "record", "61001"]);
    assert_eq!(json["deadlines"][0]["what"], "record");
}

//! The workbook in real use: left open, saved half filled, saved again, moved about. Nothing typed is lost, nothing is done twice.

use std::fs;

use crate::harness::Week;
use crate::people::seat;
use crate::typist::{shown, type_into, workbook};

fn week() -> Week {
    let week = Week::new("nelc").at("2026-11-18T09:00");
    seat(&week);
    let booked = ["expect", "1000001", "--request=review", "--by", "Ann Clerk", "--reason", "the team rang"];
    let week = week.run(&booked, 0);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    week
}

/// What stands beside the case in her columns, and what is wrong.
fn row(week: &Week) -> [String; 4] {
    let bytes = fs::read(workbook(week)).unwrap();
    ["What to do", "By", "Reason", "What is wrong"].map(|column| shown(&bytes, "Cases", "1000001", column))
}

#[test]
fn while_it_is_open_it_is_left_alone_and_when_it_is_closed_it_is_done() {
    for lock in ["~$", ".~lock."] {
        let week = week();
        let path = workbook(&week);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let lock = match lock {
            "~$" => path.with_file_name(format!("~${name}")),
            _ => path.with_file_name(format!(".~lock.{name}#")),
        };
        let excel = lock.to_string_lossy().contains("~$");
        fs::write(
            &lock,
            if excel { &b"\x09Ann Clerk     "[..] } else { b",Ann Clerk,PC-114,18.11.2026 09:12,;" },
        )
        .unwrap();
        type_into(
            &week,
            &[("Cases", "1000001", "What to do", "withdraw"), ("Cases", "1000001", "By", "Ann Clerk")],
        );
        let before = fs::read(&path).unwrap();
        let said = week.says(&["--json", "scan"]);
        assert!(
            said.out.contains(
                "the workbook of 2026-11-23 is open (Ann Clerk): what is typed is done once it is closed"
            ),
            "{}{}",
            said.out,
            said.err
        );
        assert_eq!(fs::read(&path).unwrap(), before, "not a byte is written while it is open");
        assert!(!week.says(&["agenda"]).err.is_empty() && fs::read(&path).unwrap() == before);
        type_into(&week, &[("Cases", "1000001", "Reason", "no longer needed")]);
        fs::remove_file(&lock).unwrap();
        let said = week.says(&["--json", "scan"]);
        assert!(said.out.contains("Cases 1000001: done for Ann Clerk"), "{}{}", said.out, said.err);
        assert_eq!(row(&week), ["", "", "", ""].map(str::to_owned), "what was done is cleared");
        assert_eq!(week.json(&["status"])["cases"][0]["disposition"], "withdrawn");
        let acts = week.says(&["audit"]).out.matches("withdrawn from").count();
        week.says(&["scan"]).ends(0);
        assert_eq!((acts, week.says(&["audit"]).out.matches("withdrawn from").count()), (1, 1), "done once");
    }
}

#[test]
fn saved_half_filled_it_waits_with_what_is_wrong_beside_it() {
    let week = week();
    type_into(&week, &[("Cases", "1000001", "What to do", "withdraw")]);
    let said = week.says(&["scan"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    let [todo, by, reason, wrong] = row(&week);
    assert_eq!((todo.as_str(), by.as_str(), reason.as_str()), ("withdraw", "", ""));
    assert_eq!(
        wrong,
        "By: nobody's name stands beside it – type your name in `By`\nReason: no reason is given – type why in `Reason`"
    );
    let edition = fs::read(workbook(&week)).unwrap();
    week.says(&["scan"]).ends(1);
    assert_eq!(
        fs::read(workbook(&week)).unwrap(),
        edition,
        "an edition that says nothing new is not written"
    );
    type_into(
        &week,
        &[("Cases", "1000001", "By", "Ann Clerk"), ("Cases", "1000001", "Reason", "no longer needed")],
    );
    assert!(week.says(&["--json", "scan"]).out.contains("Cases 1000001: done for Ann Clerk"));
    assert_eq!(row(&week), ["", "", "", ""].map(str::to_owned));
}

#[test]
fn what_she_saves_while_papers_arrive_is_read_before_a_new_edition_is_written() {
    let week = week();
    type_into(&week, &[("Decisions", "1000001", "Discussion", "the panel heard the manager")]);
    let booked = ["expect", "1000002", "--request=taxi", "--by", "Ann Clerk", "--reason", "the team rang"];
    let week = week.run(&booked, 0);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    let bytes = fs::read(workbook(&week)).unwrap();
    assert_eq!(shown(&bytes, "Decisions", "1000001", "Discussion"), "the panel heard the manager");
    assert_eq!(shown(&bytes, "Decisions", "1000002", "Request"), "Taxi", "the new edition has the new case");
}

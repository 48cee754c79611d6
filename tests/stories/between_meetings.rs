//! What happens between meetings: emergencies claimed and confirmed, decisions taken with written authority.

use serde_json::Value;

use crate::harness::Week;
use crate::typist::type_into;

const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "by telephone"];

#[track_caller]
fn does(week: &Week, args: &[&str]) {
    week.says(&[args, &BY].concat()).ends(0);
}

/// Of the obligations: what, when due, whether overdue.
fn owed(week: &Week, case: &str) -> Vec<(String, String, bool)> {
    let told = week.json(&["reviews"]);
    let of_case = told["obligations"].as_array().unwrap().iter().filter(|one| one["case_id"] == case);
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    of_case.map(|one| (text(one, "what"), text(one, "due"), one["overdue"] == true)).collect()
}

/// The agenda's line of a case: its section, its marks, its note.
#[track_caller]
fn line(week: &Week, case: &str) -> Option<(String, Vec<String>, String)> {
    let told = week.json(&["agenda"]);
    let items = told["agenda"]["items"].as_array().unwrap().clone();
    let line = items.into_iter().find(|item| item["what"]["case"]["case"] == case)?["what"]["case"].clone();
    let flags = line["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap().to_owned());
    Some((
        line["section"].as_str().unwrap().to_owned(),
        flags.collect(),
        line["note"].as_str().unwrap().to_owned(),
    ))
}

const RATIFICATION: &str = "Emergency placements for ratification";

#[test]
fn a_decision_with_written_authority_comes_to_the_next_meeting_of_either_panel() {
    for (panel, after_cutoff, decided, meeting, later) in [
        ("redbridge", "2026-11-23T10:00", "2026-11-23", "2026-11-24", "2026-11-25T09:00"),
        ("nelc", "2026-11-20T10:00", "2026-11-20", "2026-11-23", "2026-11-24T09:00"),
    ] {
        let week = Week::new(panel).at(after_cutoff);
        let decide =
            ["expect", "1000001", "--decided-outside", "--on", decided, "--by-authority", "C. Officer"];
        let mut wrong = decide;
        wrong[4] = "2027-11-20";
        let refused = week.says(&[&wrong[..], &BY].concat());
        assert!(
            refused.status == 2 && refused.err.contains("2027-11-20 is still to come"),
            "{}",
            refused.err
        );
        does(&week, &decide);
        let (section, flags, note) =
            line(&week, "1000001").expect("on the agenda although nothing else is known");
        assert_eq!(section, RATIFICATION, "{panel}");
        assert!(flags.contains(&"DECIDED OUTSIDE PANEL".to_owned()), "{flags:?}");
        assert!(note.ends_with("with the written authority of C. Officer"), "{note}");
        // The case is presented, and the written authority itself is filed.
        let both = |overdue| {
            ["presentation", "written_authority"].map(|what| (what.to_owned(), meeting.to_owned(), overdue))
        };
        assert_eq!(owed(&week, "1000001"), both(false));
        let week = week.at(later);
        assert_eq!(owed(&week, "1000001"), both(true), "{panel}");
        assert_eq!(week.says(&["reviews"]).status, 1, "an alarm once its meeting has passed");
        does(&week, &["expect", "1000001", "--not-decided-outside"]);
        assert_eq!(owed(&week, "1000001"), []);
        let told = week.says(&["audit"]).out;
        assert!(
            told.contains("1000001 decided outside the panel on ") && told.contains("by C. Officer"),
            "{told}"
        );
        assert!(told.contains("1000001 not decided outside the panel by Ann Clerk"), "{told}");
    }
}

#[test]
fn a_decision_outside_the_panel_is_entered_in_the_workbook() {
    for (panel, now, decided) in
        [("redbridge", "2026-11-23T10:00", "23/11/2026"), ("nelc", "2026-11-20T10:00", "20/11/2026")]
    {
        let week = Week::new(panel).at(now);
        week.says(&["agenda"]).ends(0).shows("written: office/");
        let row = |cells: &[(&'static str, &'static str)]| {
            cells.iter().map(|(column, value)| ("Expected", "1", *column, *value)).collect::<Vec<_>>()
        };
        type_into(&week, &row(&[("Case", "1000001"), ("Decided outside on", decided), ("By", "Ann Clerk")]));
        let said = week.says(&["--json", "scan"]);
        assert!(said.out.contains("a decision outside the panel without written authority"), "{}", said.out);
        assert!(line(&week, "1000001").is_none(), "nothing is half done");
        type_into(&week, &row(&[("Written authority of", "C. Officer"), ("What was decided", "one week")]));
        let said = week.says(&["--json", "scan"]);
        assert!(said.out.contains("Expected 1: done for Ann Clerk"), "{}{}", said.out, said.err);
        let (section, flags, note) = line(&week, "1000001").unwrap();
        assert_eq!(section, RATIFICATION);
        assert!(
            flags.contains(&"DECIDED OUTSIDE PANEL".to_owned()) && note.ends_with("C. Officer: one week"),
            "{note}"
        );
        type_into(
            &week,
            &[
                ("Cases", "1000001", "What to do", "not decided outside the panel"),
                ("Cases", "1000001", "By", "Ann Clerk"),
                ("Cases", "1000001", "Reason", "the wrong child"),
            ],
        );
        week.says(&["scan"]).ends(0);
        assert!(line(&week, "1000001").is_none(), "undone by the opposite");
        assert_eq!(owed(&week, "1000001"), []);
    }
}

#[test]
fn a_claimed_emergency_waits_for_a_person_and_its_papers_are_owed_apart() {
    for panel in ["nelc", "redbridge"] {
        let mut week = Week::new(panel).at("2026-11-19T08:00").run(&["scan"], 0);
        for file in crate::harness::tree(&crate::harness::project().join("sample-inbox/1221960 Okafor")) {
            week = week.drop_sample(&format!("1221960 Okafor/{file}"));
        }
        week.says(&["scan"]).ends(0);
        let week = week.at("2026-11-19T08:30");
        week.says(&["scan"]).ends(0);
        let status = week.json(&["status"]);
        let findings = status["cases"][0]["findings"].as_array().unwrap();
        let claim =
            findings.iter().find(|one| one["code"] == "emergency-not-confirmed").expect("something to do");
        assert_eq!(claim["severity"], "warning");
        assert!(week.says(&["status"]).out.contains("1221960: its form claims an emergency"));
        let (due, next) =
            if panel == "nelc" { ("2026-11-23", "2026-11-30") } else { ("2026-11-24", "2026-12-01") };
        let one = |what: &str, due: &str, overdue| (what.to_owned(), due.to_owned(), overdue);
        assert_eq!(owed(&week, "1221960"), [one("confirmation", due, false)], "{panel}");
        let week = week.at("2026-11-25T09:00");
        assert_eq!(
            owed(&week, "1221960"),
            [one("confirmation", due, true)],
            "an alarm once its meeting has passed"
        );
        does(&week, &["accept", "1221960", "--emergency"]);
        let both = [one("presentation", due, true), one("paperwork", next, false)];
        let blocks = if panel == "nelc" { &both[..] } else { &both[..1] };
        assert_eq!(owed(&week, "1221960"), blocks, "{panel}: what does not block is not owed");
        let week = week.at("2026-12-02T09:00");
        assert!(owed(&week, "1221960").iter().all(|(_, _, overdue)| *overdue));
        does(&week, &["accept", "1221960", "--no-emergency"]);
        assert_eq!(owed(&week, "1221960"), []);
    }
}

#[test]
fn a_case_booked_for_tracking_is_noted_and_lacks_nothing() {
    let week = Week::new("nelc").at("2026-11-18T09:00");
    does(
        &week,
        &[
            "expect",
            "1000002",
            "--tracking-only",
            "--presented-by",
            "Priya Nair",
            "--presented-by",
            "Gareth Powell",
        ],
    );
    let (section, flags, _) = line(&week, "1000002").unwrap();
    assert_eq!((section.as_str(), flags), ("For noting", vec!["TRACKING ONLY".to_owned()]));
    let told = week.json(&["agenda"]);
    let items = told["agenda"]["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["what"]["case"]["case"] == "1000002").unwrap();
    assert_eq!(item["minutes"], 5);
    assert_eq!(item["what"]["case"]["presenters"], serde_json::json!(["Priya Nair", "Gareth Powell"]));
    let status = week.json(&["status"]);
    assert_eq!(status["cases"][0]["standing"], "complete", "{}", status["cases"][0]);
    does(&week, &["expect", "1000002", "--cancel"]);
    assert!(line(&week, "1000002").is_none());
}

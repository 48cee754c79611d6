//! Cases come to the panel and leave it: decided, deferred, looked at afterwards, not presented; and nobody is told otherwise.

use std::fs;

use serde_json::Value;

use crate::filled::{form, paper};
use crate::harness::Week;
use crate::people::seat;
use crate::typist::{keys, shown, type_at, workbook_of};

const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "the team rang"];

const PANELS: [Days; 2] = [
    Days {
        panel: "nelc",
        before: "2026-11-24T10:00",
        agenda: "2026-11-27T10:00",
        held: "2026-11-30",
        evening: "2026-11-30T17:30",
        after: "2026-12-01T10:00",
        next: "2026-12-07",
    },
    Days {
        panel: "redbridge",
        before: "2026-11-26T10:00",
        agenda: "2026-11-30T10:00",
        held: "2026-12-01",
        evening: "2026-12-01T14:00",
        after: "2026-12-02T10:00",
        next: "2026-12-08",
    },
];

/// A panel's two meetings, and the moments around the first.
struct Days {
    panel: &'static str,
    before: &'static str,
    agenda: &'static str,
    held: &'static str,
    evening: &'static str,
    after: &'static str,
    next: &'static str,
}

impl Days {
    fn week(&self) -> Week {
        let week = Week::new(self.panel).at(self.before);
        seat(&week);
        week
    }
}

#[track_caller]
pub fn scan(week: &Week) {
    let said = week.says(&["scan"]);
    assert!(said.status < 2, "{}{}", said.out, said.err);
}

#[track_caller]
pub fn agenda(week: &Week, day: &str) {
    week.says(&["agenda", day]).ends(0).shows("written: office/");
}

#[track_caller]
pub fn does(week: &Week, args: &[&str]) {
    week.says(&[args, &BY].concat()).ends(0);
}

pub fn whole(week: Week, id: &str, said: &[(&str, &str)]) -> Week {
    let folder = format!("{id} Fictional");
    week.drop(&format!("{folder}/Referral form.docx"), form("Panel referral form", id, said))
        .drop(&format!("{folder}/Assessment.docx"), paper("Child and family assessment", id))
        .drop(&format!("{folder}/Care plan.docx"), paper("Care plan", id))
}

/// The words of a case's receipt.
#[track_caller]
fn receipt(week: &Week, id: &str) -> String {
    let page = fs::read_to_string(week.root().join(format!("receipts/{id} receipt.html"))).unwrap();
    let body = page.split("<body>").nth(1).unwrap();
    let text: String =
        body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| format!("{text} ")).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("&#x27;", "'")
}

#[track_caller]
pub fn board(week: &Week) -> String {
    fs::read_to_string(week.root().join("office/board.html")).unwrap()
}

#[track_caller]
fn case(week: &Week, id: &str) -> Value {
    let status = week.json(&["status"]);
    let found = status["cases"].as_array().unwrap().iter().find(|case| case["case_id"] == id).cloned();
    found.unwrap_or_else(|| panic!("no {id} in {status}"))
}

/// The line of a case on the agenda of the meeting on `day`.
fn line(week: &Week, day: &str, id: &str) -> Option<Value> {
    let told = week.json(&["agenda", day]);
    let items = told["agenda"]["items"].as_array().unwrap().clone();
    Some(items.into_iter().find(|item| item["what"]["case"]["case"] == id)?["what"]["case"].clone())
}

#[track_caller]
fn cases_sheet(week: &Week, day: &str) -> Vec<String> {
    keys(&fs::read(workbook_of(week, day)).unwrap(), "Cases", "Case")
}

#[track_caller]
fn decide(week: &Week, day: &str, id: &str, cells: &[(&str, &str)]) {
    let cells: Vec<_> = cells.iter().map(|(column, value)| ("Decisions", id, *column, *value)).collect();
    type_at(week, day, &cells);
}

/// The meeting is over, and its minutes are written: what was typed is on record.
#[track_caller]
pub fn minuted(week: Week, day: &str, evening: &str) -> Week {
    let week = week.at(evening);
    let said = week.says(&["minutes", day]);
    assert!(said.status < 2, "{}{}", said.out, said.err);
    scan(&week);
    week
}

fn flags(line: &Value) -> Vec<&str> {
    line["flags"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_decided_case_leaves_and_says_what_was_decided() {
    for days in PANELS {
        let week = whole(whole(days.week(), "230001", &[]), "230002", &[]);
        scan(&week);
        let week = week.at(days.agenda);
        agenda(&week, days.held);
        let said = receipt(&week, "230001");
        assert!(said.contains("For the meeting at") && said.contains("To be considered"), "{said}");
        decide(
            &week,
            days.held,
            "230001",
            &[("Decision", "Agreed"), ("Reason", "a good match"), ("Review", "01/03/2027")],
        );
        let week = minuted(week, days.held, days.evening).at(days.after);
        scan(&week);
        let decided = format!(
            "Agreed on {} {} 2026",
            &days.held[8..].trim_start_matches('0'),
            if days.held.starts_with("2026-11") { "November" } else { "December" }
        );
        let said = receipt(&week, "230001");
        assert!(said.contains(&decided), "{said}");
        for wrong in ["For the meeting at", "To be considered", "outstanding</h2>"] {
            assert!(!said.contains(wrong), "`{wrong}` in {said}");
        }
        week.says(&["status"]).shows(&decided);
        let told = case(&week, "230001");
        assert_eq!(
            (told["disposition"].as_str(), told["decided"]["said"].as_str()),
            (Some("decided"), Some(&*decided))
        );
        let board = board(&week);
        assert!(board.contains("Decided at earlier meetings") && board.contains(&decided), "{board}");
        agenda(&week, days.next);
        assert_eq!(cases_sheet(&week, days.next), ["230002"], "{}: what was not decided waits", days.panel);
        let book = fs::read(workbook_of(&week, days.next)).unwrap();
        assert!(shown(&book, "Cases", "230002", "Listed").ends_with("no decision is recorded"));
        assert!(line(&week, days.next, "230001").is_none());
        assert_eq!(case(&week, "230002")["disposition"], "waiting");
    }
}

#[test]
fn what_is_withdrawn_at_the_meeting_leaves_too_and_comes_back_with_new_papers() {
    let days = &PANELS[0];
    let week = whole(days.week(), "230001", &[]);
    scan(&week);
    let week = week.at(days.agenda);
    agenda(&week, days.held);
    decide(&week, days.held, "230001", &[("Decision", "Withdrawn"), ("Reason", "she went home")]);
    let week = minuted(week, days.held, days.evening).at(days.after);
    scan(&week);
    assert!(receipt(&week, "230001").contains("Withdrawn on 30 November 2026"));
    let week = week.drop("230001 Fictional/Costing.docx", paper("Costing", "230001"));
    scan(&week);
    let week = week.at("2026-12-01T11:00");
    scan(&week);
    assert!(line(&week, days.next, "230001").is_some(), "a new document begins a new request");
}

#[test]
fn a_folder_has_a_receipt_although_its_only_paper_names_another_child() {
    for days in PANELS {
        let week = days.week().drop(
            "230007 Watch/Taxi.docx",
            form("Taxi request form", "230008", &[("Type of request", "Taxi")]),
        );
        scan(&week);
        let week = week.at(days.agenda);
        scan(&week);
        let said = receipt(&week, "230007");
        for part in ["Taxi.docx", "case “230008”", "cannot be used yet", "needs attention"] {
            assert!(said.contains(part), "{}: `{part}` in {said}", days.panel);
        }
        assert!(!week.root().join("receipts/230008 receipt.html").exists());
    }
}

const EMERGENCY: [(&str, &str); 4] = [
    ("Type of request", "Emergency placement (retrospective)"),
    ("Emergency", "Yes"),
    ("Date placed", "26/11/2026"),
    ("Date of permission", "26/11/2026"),
];

/// An emergency whose form alone has come, confirmed and ratified.
fn ratified(days: &Days) -> Week {
    let form = form("Panel referral form", "2000104", &EMERGENCY);
    let week = days.week().at(days.agenda).drop("2000104 Marsh/Referral form.docx", form);
    scan(&week);
    agenda(&week, days.held);
    does(&week, &["accept", "2000104", "--emergency"]);
    let there = line(&week, days.held, "2000104").unwrap();
    assert_eq!(there["section"], "Emergency placements for ratification");
    assert!(
        !flags(&there).iter().any(|flag| flag.starts_with("LATE") || flag.starts_with("INCOMPLETE")),
        "{there}"
    );
    decide(
        &week,
        days.held,
        "2000104",
        &[("Decision", "Ratified"), ("Reason", "no other safe place that night"), ("Review", "14/12/2026")],
    );
    minuted(week, days.held, days.evening)
}

#[test]
fn the_papers_of_a_ratified_emergency_are_received_and_nobody_is_accused() {
    for days in PANELS {
        let week = ratified(&days).at(days.after);
        scan(&week);
        let said = receipt(&week, "2000104");
        assert!(said.contains("Ratified on"), "{said}");
        let outstanding = days.panel == "nelc";
        assert_eq!(said.contains("These documents are still outstanding"), outstanding, "{said}");
        let week = week
            .drop("2000104 Marsh/Assessment.docx", paper("Child and family assessment", "2000104"))
            .drop("2000104 Marsh/Care plan.docx", paper("Care plan", "2000104"));
        scan(&week);
        let week = week.at(&days.after.replace("T10:00", "T10:30"));
        scan(&week);
        let there = line(&week, days.next, "2000104").unwrap();
        assert_eq!(
            (there["section"].as_str(), there["request"].as_str()),
            (Some("Reviews due"), Some("Review"))
        );
        assert_eq!(flags(&there), ["PAPERS RECEIVED"], "{there}");
        assert!(there["note"].as_str().unwrap().contains("papers received: assessment"), "{there}");
        let everything = format!("{} {} {}", case(&week, "2000104"), receipt(&week, "2000104"), board(&week));
        assert!(
            !everything.contains("should have come") && !everything.contains("NOT PRESENTED"),
            "{everything}"
        );
        assert_eq!(case(&week, "2000104")["emergency"], false);
        assert!(receipt(&week, "2000104").contains("Papers received"));
        let owed = week.json(&["reviews"])["obligations"].to_string();
        assert!(!owed.contains("presentation") && !owed.contains("paperwork"), "{owed}");
        decide_next_week(week, &days);
    }
}

/// What is noted of the papers leaves the review that was set when the placement was ratified.
fn decide_next_week(week: Week, days: &Days) {
    agenda(&week, days.next);
    let review = if days.panel == "nelc" { "" } else { "14/12/2026" };
    decide(&week, days.next, "2000104", &[("Decision", "Noted"), ("Review", review)]);
    let week = minuted(week, days.next, &format!("{}T18:00", days.next)).at("2026-12-09T09:00");
    week.says(&["reviews"]).ends(0).shows("2026-12-14").shows("review of what was decided");
}

#[test]
fn a_new_emergency_of_the_same_child_is_for_ratification_again() {
    let days = &PANELS[0];
    let week = ratified(days).at("2026-12-03T10:00").drop(
        "2000104 Marsh/Referral form second move.docx",
        form(
            "Panel referral form",
            "2000104",
            &[
                EMERGENCY[0],
                EMERGENCY[1],
                ("Date placed", "02/12/2026"),
                ("Date of permission", "02/12/2026"),
            ],
        ),
    );
    scan(&week);
    let week = week.at("2026-12-03T11:00");
    scan(&week);
    let there = line(&week, days.next, "2000104").unwrap();
    assert_eq!(there["section"], "Emergency placements for ratification");
    assert!(flags(&there).contains(&"EMERGENCY"), "{there}");
}

#[test]
fn emergencies_and_what_is_only_tracked_are_neither_late_nor_incomplete_in_red() {
    for days in PANELS {
        let week = days.week().at(days.agenda);
        let emergency = form("Panel referral form", "2000104", &EMERGENCY);
        does(&week, &["expect", "2000105", "--tracking-only"]);
        let week = week.drop("2000104 Marsh/Referral form.docx", emergency).drop(
            "2000105 Oak/Referral form.docx",
            form("Panel referral form", "2000105", &[("Alternatives considered", "")]),
        );
        scan(&week);
        let week = week.at(&days.agenda.replace("T10:00", "T11:00"));
        scan(&week);
        agenda(&week, days.held);
        for id in ["2000104", "2000105"] {
            let there = line(&week, days.held, id).unwrap();
            assert!(
                !flags(&there).iter().any(|flag| flag.contains("LATE")
                    || flag.contains("INCOMPLETE")
                    || flag.contains("ARRIVAL")),
                "{}: {there}",
                days.panel
            );
            let book = fs::read(workbook_of(&week, days.held)).unwrap();
            let cells = [shown(&book, "Cases", id, "Status"), shown(&book, "Cases", id, "Received")];
            assert!(
                !cells.iter().any(|cell| cell.contains("LATE") || cell.contains("INCOMPLETE")),
                "{cells:?}"
            );
            let page = fs::read_to_string(week.root().join(format!("receipts/{id} receipt.html"))).unwrap();
            assert!(
                !page.contains("class=\"verdict bad\"") && !page.contains(">after the deadline<"),
                "{}: {page}",
                days.panel
            );
        }
        let row = |id: &str| {
            let board = board(&week);
            let at = board.find(&format!("<th scope=\"row\">{id}</th>")).unwrap();
            board[at..].split("</tr>").next().unwrap().to_owned()
        };
        for id in ["2000104", "2000105"] {
            assert!(!row(id).contains("tag bad") && !row(id).contains(">after the deadline<"), "{}", row(id));
        }
    }
}

#[test]
fn an_emergency_that_was_not_presented_is_not_approved_until_the_panel_decides() {
    for days in PANELS {
        let week = days.week().at(days.agenda);
        does(
            &week,
            &[
                "expect",
                "2000106",
                "--emergency",
                "--placed-on",
                "2026-11-26",
                "--authorised-by",
                "A. Director",
            ],
        );
        let week = whole(week, "230001", &[]);
        scan(&week);
        agenda(&week, days.held);
        let week = week.at(days.evening);
        scan(&week);
        assert!(!board(&week).contains("Not presented"), "its meeting is today");
        let week = week.at(days.after);
        scan(&week);
        let sentence = "Not presented: agreement/continuation not approved";
        let there = line(&week, days.next, "2000106").unwrap();
        assert!(flags(&there).contains(&"NOT PRESENTED"), "{there}");
        assert!(there["note"].as_str().unwrap().contains(sentence), "{there}");
        assert!(
            there["note"].as_str().unwrap().contains("nothing is recorded of that meeting yet"),
            "{there}"
        );
        week.says(&["status"]).shows("Not presented:");
        assert!(case(&week, "2000106")["not_presented"]["said"].as_str().unwrap().starts_with(sentence));
        assert!(board(&week).contains(sentence) && receipt(&week, "2000106").contains(sentence));
        let told = week.says(&["reviews"]);
        told.ends(1).shows(sentence);
        agenda(&week, days.next);
        let book = fs::read(workbook_of(&week, days.next)).unwrap();
        assert!(shown(&book, "Cases", "2000106", "What is missing or to be looked at").contains(sentence));
        assert!(
            cases_sheet(&week, days.held).contains(&"2000106".to_owned()),
            "its own meeting can still decide it"
        );
        decide(
            &week,
            days.next,
            "2000106",
            &[("Decision", "Ratified"), ("Reason", "seen at last"), ("Review", "01/03/2027")],
        );
        let week = minuted(week, days.next, &format!("{}T18:00", days.next));
        let week = week.at(if days.panel == "nelc" { "2026-12-08T09:00" } else { "2026-12-09T09:00" });
        scan(&week);
        assert!(!board(&week).contains("Not presented"), "the panel has decided");
        assert!(!week.says(&["reviews"]).out.contains("Not presented"));
        assert!(receipt(&week, "2000106").contains("Ratified on"));
    }
}

#[test]
fn a_placement_by_order_of_a_court_is_due_to_the_next_panel_until_it_is_presented() {
    for days in PANELS {
        let week = days.week().at(days.agenda);
        does(&week, &["expect", "2000107", "--request=court_ordered"]);
        let owed = |week: &Week| {
            let told = week.json(&["reviews"]);
            let all = told["obligations"].as_array().unwrap().clone();
            let of_case = all.iter().filter(|one| one["case_id"] == "2000107");
            of_case
                .map(|one| {
                    (
                        one["what"].as_str().unwrap().to_owned(),
                        one["due"].as_str().unwrap().to_owned(),
                        one["overdue"] == true,
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(owed(&week), [("presentation".to_owned(), days.held.to_owned(), false)]);
        agenda(&week, days.held);
        let week = week.at(days.after);
        assert_eq!(owed(&week), [("presentation".to_owned(), days.held.to_owned(), true)]);
        let there = line(&week, days.next, "2000107").unwrap();
        assert!(flags(&there).contains(&"NOT PRESENTED"), "{there}");
        decide(&week, days.held, "2000107", &[("Decision", "Noted"), ("Review", "01/03/2027")]);
        let week = minuted(week, days.held, days.after);
        assert_eq!(owed(&week), []);
        assert!(line(&week, days.next, "2000107").is_none());
    }
}

#[test]
fn a_deferred_case_says_why_what_was_asked_for_and_what_has_come_since() {
    for days in PANELS {
        let week = whole(days.week(), "230001", &[]);
        scan(&week);
        let week = week.at(days.agenda);
        agenda(&week, days.held);
        let review = if days.panel == "nelc" { "07/12/2026" } else { "08/12/2026" };
        decide(
            &week,
            days.held,
            "230001",
            &[
                ("Decision", "Deferred"),
                ("Reason", "the costing was not clear"),
                ("Conditions", "a costing by provider"),
                ("Review", review),
            ],
        );
        type_at(
            &week,
            days.held,
            &[
                ("Actions", "1", "Case", "230001"),
                ("Actions", "1", "What", "ask health for its share"),
                ("Actions", "1", "Owner", "Priya Nair"),
                ("Actions", "1", "Due", "04/12/2026"),
            ],
        );
        let week = minuted(week, days.held, days.evening).at(days.after);
        scan(&week);
        agenda(&week, days.next);
        let there = line(&week, days.next, "230001").unwrap();
        assert_eq!(there["request"], "New placement");
        let note = there["note"].as_str().unwrap();
        for part in [
            "Deferred on",
            "the costing was not clear",
            "a costing by provider",
            "ask health for its share",
            "Nothing received since",
        ] {
            assert!(note.contains(part), "`{part}` in {note}");
        }
        assert!(flags(&there).contains(&"INCOMPLETE: nothing received since deferred"), "{there}");
        let told = case(&week, "230001");
        assert_eq!(told["standing"], "incomplete", "nothing new has come");
        let blocks = told["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["code"] == "nothing-since-deferred")
            .unwrap();
        assert!(
            blocks["hint"].as_str().unwrap().to_lowercase().contains("update form"),
            "it asks for the Update form: {blocks}"
        );
        for page in [receipt(&week, "230001"), board(&week)] {
            assert!(
                page.contains("the costing was not clear") && page.contains("Nothing received since"),
                "{page}"
            );
        }
        let book = fs::read(workbook_of(&week, days.next)).unwrap();
        let cell = shown(&book, "Cases", "230001", "What is missing or to be looked at");
        assert!(cell.contains("Asked for: a costing by provider; ask health for its share"), "{cell}");

        let update = form(
            "Panel update form",
            "230001",
            &[
                ("Previous panel date", if days.panel == "nelc" { "30/11/2026" } else { "01/12/2026" }),
                ("Request now", "Agree the placement"),
                ("What has changed", "The provider has given a costing"),
                ("Type of request", ""),
            ],
        );
        let week = week.drop("230001 Fictional/Update form.docx", update);
        scan(&week);
        let week = week.at(&days.after.replace("T10:00", "T11:00"));
        scan(&week);
        let told = case(&week, "230001");
        assert_eq!(
            (told["request"].as_str(), told["standing"].as_str()),
            (Some("new_placement"), Some("complete")),
            "{told}"
        );
        let there = line(&week, days.next, "230001").unwrap();
        assert_eq!(
            (there["request"].as_str(), there["section"].as_str()),
            (Some("New placement"), Some("New placement requests"))
        );
        assert!(
            {
                let note = there["note"].as_str().unwrap().to_lowercase();
                note.contains("received since: ") && note.contains("update form")
            },
            "{there}"
        );
    }
}

#[test]
fn an_action_is_overdue_after_its_day_and_not_before() {
    let days = &PANELS[0];
    let week = whole(days.week(), "230001", &[]);
    scan(&week);
    let week = week.at(days.agenda);
    agenda(&week, days.held);
    decide(&week, days.held, "230001", &[("Decision", "Agreed"), ("Review", "01/03/2027")]);
    type_at(
        &week,
        days.held,
        &[
            ("Actions", "1", "Case", "230001"),
            ("Actions", "1", "What", "ask health for its share"),
            ("Actions", "1", "Owner", "Priya Nair"),
            ("Actions", "1", "Due", "04/12/2026"),
        ],
    );
    let week = minuted(week, days.held, days.evening).at(days.after);
    scan(&week);
    agenda(&week, days.next);
    let overdue = |week: &Week| {
        let book = fs::read(workbook_of(week, days.next)).unwrap();
        shown(&book, "Open actions", "2026-11-30/1", "Overdue")
    };
    assert_eq!(overdue(&week), "", "its day is still to come, although it is before the meeting");
    let week = week.at("2026-12-04T23:00");
    scan(&week);
    assert_eq!(overdue(&week), "");
    let week = week.at("2026-12-05T09:00");
    scan(&week);
    assert_eq!(overdue(&week), "OVERDUE");
    week.says(&["actions"]).ends(1).shows("OVERDUE");
}

#[test]
fn a_care_leavers_reminder_is_met_by_an_item_or_a_name_and_by_nothing_else() {
    let days = &PANELS[0];
    let child = [
        ("Type of request", "Taxi"),
        ("Date of birth", "10/12/2010"),
        ("Legal status", "Full care order"),
        ("Child's name", "Sam Fictional"),
    ];
    let week = whole(days.week(), "230016", &child);
    scan(&week);
    let owed = |week: &Week| {
        let told = week.json(&["reviews"]);
        told["obligations"].as_array().unwrap().iter().filter(|one| one["what"] == "care_leaver").count()
    };
    let week = week.at(days.agenda);
    assert_eq!(owed(&week), 1, "a taxi on the agenda is no look at the options");
    agenda(&week, days.held);
    decide(&week, days.held, "230016", &[("Decision", "Agreed"), ("Review", "01/03/2027")]);
    let week = minuted(week, days.held, days.evening).at(days.after);
    scan(&week);
    assert_eq!(owed(&week), 1, "nor is one that was agreed");
    agenda(&week, days.next);
    type_at(&week, days.next, &[("Due", "230016 care leaver", "Seen to otherwise", "yes")]);
    scan(&week);
    assert_eq!(owed(&week), 1, "a tick needs a name");
    type_at(&week, days.next, &[("Due", "230016 care leaver", "By", "Ann Clerk")]);
    scan(&week);
    assert_eq!(owed(&week), 0);
    let audit = week.says(&["audit"]);
    audit.ends(0).shows("care leaver of 230016 ticked as done by Ann Clerk");
}

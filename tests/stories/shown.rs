//! A child is shown the same way wherever it is shown, whatever it is called.

use std::fs;

use serde_json::Value;

use crate::documents::words_of;
use crate::harness::{Week, tool};
use crate::people::seat;
use crate::typist::{shown, workbook};

const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "the team rang"];

const CHILDREN: [(&str, &str, &str); 7] = [
    ("1000001", "Anna Maria Smith-Jones", "AMSJ"),
    ("1000002", "Sean O'Neill", "SO"),
    ("1000003", "Jan van der Berg", "JVDB"),
    ("1000004", "Siân Ŵyn Llŷr-Ëvans", "SŴLË"),
    ("1000005", "محمد علي", "مع"),
    ("1000006", "王小明", "王"),
    ("1000007", "zoë (Zo) ápprentice", "ZZÁ"),
];

#[track_caller]
fn does(week: &Week, args: &[&str]) {
    let said = week.says(&[args, &BY].concat());
    assert_eq!(said.status, 0, "{args:?}: {}{}", said.out, said.err);
}

fn booked() -> Week {
    let week = Week::new("nelc").at("2026-11-18T09:00");
    seat(&week);
    for (case, name, _) in CHILDREN {
        does(&week, &["expect", case, "--request=review", "--child", name]);
    }
    week
}

/// Case and child of each line of the agenda.
fn lines(agenda: &Value) -> Vec<(String, String)> {
    let items = agenda["agenda"]["items"].as_array().unwrap();
    let of_case = |item: &Value| {
        let case = &item["what"]["case"];
        Some((case["case"].as_str()?.to_owned(), case["child"].as_str()?.to_owned()))
    };
    items.iter().filter_map(of_case).collect()
}

#[test]
fn agenda_board_receipt_table_workbook_and_pack_agree() {
    let week = booked();
    let agenda = week.json(&["agenda"]);
    assert_eq!(lines(&agenda).len(), CHILDREN.len(), "{agenda}");
    week.says(&["scan"]).ends(0);
    let folder = week.root().join("office/2026-11-23");
    let named = |what: &str| folder.join(format!("NELC Placement and Commissioning Panel 2026-11-23 {what}"));
    let document = words_of(&fs::read(named("agenda.docx")).unwrap(), "word/document.xml");
    let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
    let table = week.says(&["status"]).out;
    let book = fs::read(workbook(&week)).unwrap();
    for (case, name, initials) in CHILDREN {
        assert!(lines(&agenda).contains(&(case.to_owned(), initials.to_owned())), "{name}: {agenda}");
        assert!(document.contains(initials), "{name} in {document}");
        assert!(board.contains(&format!("<td>{initials}</td>")), "{name} in {board}");
        let receipt = fs::read_to_string(week.root().join(format!("receipts/{case} receipt.html"))).unwrap();
        assert!(receipt.contains(&format!("<dd>{initials}</dd>")), "{name} in {receipt}");
        assert!(table.contains(initials), "{name} in {table}");
        assert_eq!(shown(&book, "Agenda", case, "Child"), initials, "{name}");
        assert_eq!(shown(&book, "Decisions", case, "Child"), initials, "{name}");
        for handed_round in [&document, &board, &receipt, &table] {
            assert!(!handed_round.contains(name), "{name} is named in {handed_round}");
        }
    }
    let pressed = week.says(&["pack"]);
    assert!(pressed.status <= 1, "{}{}", pressed.out, pressed.err);
    let Some(text) = tool("pdftotext", &[&named("pack.pdf").to_string_lossy(), "-"]) else { return };
    let pack = String::from_utf8_lossy(&text.stdout).into_owned();
    for (_, name, initials) in &CHILDREN[..4] {
        assert!(pack.contains(initials) && !pack.contains(name), "{name} in {pack}");
    }
}

#[test]
fn a_case_that_has_no_time_shows_its_child_as_the_others_do() {
    let week = booked();
    does(&week, &["slot", "1000004", "--at", "13:15", "--minutes", "220"]);
    let agenda = week.json(&["agenda", "--afresh"]);
    let not_slotted = agenda["agenda"]["not_slotted"].as_array().unwrap();
    assert!(not_slotted.contains(&Value::from("1000003")), "{agenda}");
    let file =
        week.root().join("office/2026-11-23/NELC Placement and Commissioning Panel 2026-11-23 agenda.docx");
    let document = words_of(&fs::read(file).unwrap(), "word/document.xml");
    assert!(document.contains("JVDB") && !document.contains("Berg"), "{document}");
    let book = fs::read(workbook(&week)).unwrap();
    assert_eq!(shown(&book, "Agenda", "1000003", "Child"), "JVDB");
}

#[test]
fn a_panel_that_names_children_names_them_everywhere() {
    let week = booked();
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("child_shown = \"initials\"", "child_shown = \"name\"")).unwrap();
    let agenda = week.json(&["agenda"]);
    week.says(&["scan"]).ends(0);
    let board = fs::read_to_string(week.root().join("office/board.html")).unwrap();
    for (case, name, _) in CHILDREN {
        assert!(lines(&agenda).contains(&(case.to_owned(), name.to_owned())), "{agenda}");
        let escaped = name.replace('\'', "&#x27;");
        assert!(board.contains(name) || board.contains(&escaped), "{name} in {board}");
    }
}

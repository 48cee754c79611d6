//! Two documents of one kind that come together are two, unless one is a version of the other.

use serde_json::Value;

use crate::built::{docx, paragraph};
use crate::harness::Week;

const FOLDER: &str = "1204417 Kowalczyk Ł";

fn costing(lines: &[&str]) -> Vec<u8> {
    docx("", &lines.iter().map(|line| paragraph(line)).collect::<String>())
}

/// Name, state and reason of each document of the case but its form, and what is said of all.
fn costings(dropped: &[(&str, Vec<u8>)]) -> (Vec<(String, String, String)>, Vec<String>) {
    let mut week =
        Week::new("nelc").at("2026-11-17T08:00").drop_sample(&format!("{FOLDER}/Referral form LK.docx"));
    for (name, content) in dropped {
        week = week.drop(&format!("{FOLDER}/{name}"), content);
    }
    let week = week.run(&["scan"], 0).at("2026-11-17T09:30").run(&["scan"], 0);
    let status = week.json(&["status"]);
    let papers = status["cases"][0]["papers"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let others = papers.iter().filter(|paper| !text(&paper["file"]).contains("Referral"));
    let said = status["cases"][0]["findings"].as_array().unwrap().iter().map(|one| text(&one["code"]));
    let name = |paper: &Value| text(&paper["file"]).rsplit('/').next().unwrap().to_owned();
    (
        others.map(|paper| (name(paper), text(&paper["state"]), text(&paper["reason"]))).collect(),
        said.collect(),
    )
}

#[test]
fn two_homes_costings_are_both_used_and_a_person_is_asked() {
    let (papers, said) = costings(&[
        ("Costing Larkfield House.docx", costing(&["Costing", "Larkfield House", "Weekly fee 4,250"])),
        ("Costing Rowan Lodge.docx", costing(&["Costing", "Rowan Lodge", "Weekly fee 3,100"])),
    ]);
    assert!(papers.iter().all(|(_, state, _)| state == "accepted"), "{papers:?}");
    assert_eq!(said.iter().filter(|code| *code == "several-of-a-kind").count(), 1, "{said:?}");
}

#[test]
fn a_version_of_a_costing_takes_its_place() {
    let (papers, said) = costings(&[
        ("Costing Rowan Lodge.docx", costing(&["Costing", "Rowan Lodge", "Weekly fee 3,100"])),
        ("Costing Rowan Lodge v2.docx", costing(&["Costing", "Rowan Lodge", "Weekly fee 3,000"])),
    ]);
    let states: Vec<&str> = papers.iter().map(|(_, state, _)| state.as_str()).collect();
    assert_eq!(states, ["superseded", "accepted"], "{papers:?}");
    assert!(!said.contains(&"several-of-a-kind".to_owned()), "{said:?}");
}

#[test]
fn what_came_in_a_mail_does_not_push_the_mail_out() {
    let mail = "From: A Worker <a@example.org>\nTo: panel@example.org\nSubject: Costing\nDate: Tue, 3 Nov 2026 10:00:00 +0000\n\
        MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n\
        Costing attached. The offer ends on Friday.\n--b\nContent-Type: text/plain; name=\"costing.txt\"\n\
        Content-Disposition: attachment; filename=\"costing.txt\"\n\nCosting\nRowan Lodge\nWeekly fee 3,100\n--b--\n";
    let (papers, _) = costings(&[("Costing mail.eml", mail.as_bytes().to_vec())]);
    let states: Vec<&str> = papers.iter().map(|(_, state, _)| state.as_str()).collect();
    assert_eq!(states, ["accepted", "accepted"], "{papers:?}");
}

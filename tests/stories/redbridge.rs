//! Redbridge's week from configuration alone: Tuesday 9.30, Friday 4pm, three forms.

use crate::harness::Week;

#[test]
fn its_next_meeting_follows_its_own_rules_and_the_bank_holidays() {
    let week = Week::new("redbridge").at("2026-11-20T09:00").run(&["scan"], 0);
    let status = week.json(&["status"]);
    assert_eq!(status["meeting"], "2026-11-24");
    assert!(status["cutoff"].as_str().unwrap().starts_with("2026-11-20T16:00"), "{}", status["cutoff"]);
    let christmas = week.json(&["status", "2026-12-29"]);
    assert!(christmas["cutoff"].as_str().unwrap().starts_with("2026-12-24T16:00"), "{}", christmas["cutoff"]);
}

#[test]
fn check_finds_nothing_wrong_but_the_empty_list_of_people() {
    let week = Week::new("redbridge").at("2026-11-20T09:00");
    let said = week.json(&["check"]);
    let blocking: Vec<_> = said["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] == "blocks")
        .collect();
    assert!(blocking.is_empty(), "{blocking:?}");
}

#[test]
fn its_three_blank_forms_and_the_folders_are_made() {
    let week = Week::new("redbridge");
    let forms = week.tree("forms");
    assert_eq!(forms.iter().filter(|form| form.ends_with(".docx")).count(), 4, "{forms:?}");
    assert_eq!(week.tree("office"), ["People.xlsx"]);
}

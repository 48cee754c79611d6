//! What is typed wrongly is refused with a sentence and the right exit status.

use crate::harness::{Week, program};

#[test]
fn without_a_configuration_it_says_how_to_get_one() {
    let home = tempfile::TempDir::new().unwrap();
    let said = program(&["status"], home.path());
    assert_eq!(said.status, 2);
    insta::assert_snapshot!(said.err);
}

#[test]
fn all_mistakes_of_a_configuration_are_told_at_once_with_their_lines() {
    let week = Week::new("nelc");
    let config = week.root().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let text = text
        .replace("marking = \"OFFICIAL-SENSITIVE\"", "markings = \"OFFICIAL-SENSITIVE\"")
        .replace("weekday = \"Monday\"", "weekday = \"Mondag\"")
        .replace("starts = \"13:00\"", "starts = 13")
        .replace("label = \"LCS ID\"", "label = [\"LCS ID\"]")
        .replace("missing = \"blocks\"\n\n[needs.plan]", "missing = \"perhaps\"\n\n[needs.plan]");
    std::fs::write(&config, text).unwrap();
    let said = week.says(&["check"]);
    assert_eq!(said.status, 2);
    insta::assert_snapshot!(said.err);
}

#[test]
fn the_clock_is_set_in_rehearsals_only() {
    let home = tempfile::TempDir::new().unwrap();
    assert_eq!(program(&["init", "real"], home.path()).status, 0);
    let said = program(&["--config", "real/config.toml", "--now", "2026-11-18T15:00", "status"], home.path());
    assert_eq!(said.status, 2);
    assert!(said.err.contains("this is no rehearsal"), "{}", said.err);
}

#[test]
fn a_folder_is_never_made_over_another() {
    let home = tempfile::TempDir::new().unwrap();
    assert_eq!(program(&["init", "one"], home.path()).status, 0);
    assert_eq!(program(&["init", "one", "--panel", "redbridge"], home.path()).status, 2);
}

#[test]
fn a_day_without_a_meeting_names_the_next_one() {
    let said = Week::new("nelc").at("2026-11-18T09:00").says(&["status", "2026-11-24"]);
    assert_eq!(said.status, 2);
    insta::assert_snapshot!(said.err, @r"
    panelclerk: there is no meeting on 2026-11-24
    hint: the next one after it is 2026-11-30
    ");
}

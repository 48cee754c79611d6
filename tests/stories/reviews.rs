//! What must come back to the panel is listed, and nobody has to remember it.

use crate::demo;
use crate::harness::{Week, program};

const EXPECT: [&str; 12] = [
    "expect",
    "1000001",
    "--emergency",
    "--placed-on",
    "2026-11-17",
    "--authorised-by",
    "A. Director",
    "--by",
    "Ann",
    "--reason",
    "by telephone",
    "--request=emergency_retrospective",
];

#[test]
fn an_emergency_by_telephone_is_an_alarm_once_its_meeting_has_passed() {
    let week = Week::new("nelc").at("2026-11-18T09:00").run(&EXPECT, 0);
    let said = week.says(&["reviews"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    insta::assert_snapshot!(said.out);
    let week = week.at("2026-11-25T09:00");
    let said = week.says(&["reviews"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    let told = week.json(&["reviews"]);
    let owed = &told["obligations"][0];
    assert_eq!((owed["case_id"].as_str(), owed["what"].as_str()), (Some("1000001"), Some("presentation")));
    assert_eq!((owed["due"].as_str(), owed["overdue"].as_bool()), (Some("2026-11-23"), Some(true)));
    assert_eq!(owed["listed_for"], "2026-11-30", "it goes on to the next panel: {told}");
    let message = owed["message"].as_str().unwrap();
    assert!(message.starts_with("Not presented: agreement/continuation not approved; "), "{message}");
}

#[test]
fn nothing_owed_is_said() {
    let said = Week::new("redbridge").says(&["reviews"]);
    assert_eq!(
        (said.status, said.out.trim()),
        (0, "nothing has to come back to the panel in the next 28 days")
    );
}

#[test]
fn what_the_panel_decided_comes_back() {
    let said = program(&["--config", "config.toml", "--now", "2026-11-24T09:00", "reviews"], demo::demo());
    insta::assert_snapshot!(said.out);
}

#[test]
fn status_says_where_the_bank_holidays_end() {
    let week = Week::new("nelc");
    let said = week.says(&["status", "2026-12-21"]);
    assert!(!said.out.contains("note: "), "{}", said.out);
    let far = week.says(&["status", "2035-01-08"]);
    assert!(far.out.contains("note: the bank holidays are known from "), "{}", far.out);
    let notices = &week.json(&["status", "2035-01-08"])["notices"];
    assert_eq!(notices[0]["code"].as_str(), Some("bank-holidays-end"));
}

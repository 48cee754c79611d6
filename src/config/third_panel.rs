//! A panel that no line of the program knows of, set up from configuration alone and worked through.

#[cfg(test)]
use chrono::NaiveTime;

use crate::config::sample::{self, at, day, told_with};
use crate::finding::Severity;
use crate::panel::agenda::What;
use crate::panel::casebook::which_meeting::{self, Grounds};
use crate::panel::outcome::{Decision, DecisionWord};
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::{calendar, completeness, decisions, slots};

fn wendmoor() -> Rules {
    sample::rules(include_str!("../../tests/third_panel.toml"))
}

const ANSWERS: &[(&str, &str)] = &[
    ("child_name", "Robin Fictional"),
    ("dob", "14/03/2012"),
    ("advocate", "Avery Advocate"),
    ("package_hours", "12"),
    ("reason", "A mentor twice a week"),
    ("legal_status", "Section Twenty agreement"),
    ("social_worker", "Alex Worker"),
    ("team_manager", "Lee Lead"),
    ("presenters", "Lee Lead"),
    ("cost_total", "£350.00"),
    ("child_views", "Robin wants a mentor who plays football"),
];

#[test]
fn it_meets_every_other_thursday_and_closes_on_the_monday_before() {
    let rules = wendmoor();
    let meeting = calendar::meeting_after(&rules, day("2026-11-22")).unwrap();
    assert_eq!(meeting.date, day("2026-11-26"));
    assert_eq!(meeting.starts.time(), NaiveTime::from_hms_opt(10, 0, 0).unwrap());
    assert_eq!(meeting.cutoff.format("%a %F %R").to_string(), "Mon 2026-11-23 17:00");
    assert_eq!(meeting.agenda_due, Some(day("2026-11-25")));
    assert_eq!(meeting.record_due, Some(day("2026-12-03")));
    let days: Vec<String> = calendar::meetings(&rules, day("2026-11-01"), day("2027-01-31"))
        .iter()
        .map(|one| one.date.to_string())
        .collect();
    assert_eq!(days, ["2026-11-12", "2026-11-26", "2026-12-10", "2027-01-07", "2027-01-21"]);
    assert_eq!(rules.file_stem(meeting.date, "agenda"), "agenda Wendmoor 26.11.2026");
}

#[test]
fn its_own_form_labels_and_papers_decide_what_is_missing() {
    let rules = wendmoor();
    let whole =
        || told_with(&rules, "package_request", ANSWERS, &[("one_page_profile", "2026-11-01")]).id("M123456");
    let said = |told: &sample::Told<'_>| {
        let meeting = sample::meeting(&rules);
        let found = completeness::judge(&rules, &told.case(), &sample::context(&meeting));
        found
            .into_iter()
            .map(|finding| format!("{:?} {}", finding.severity, finding.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(said(&whole()), [""; 0]);
    assert_eq!(whole().case().request, Some(Request::TherapeuticOrOther));
    assert_eq!(whole().case().form.code("legal_status"), Some("V2"));
    assert_eq!(said(&whole().say("advocate", "")), ["Blocks “Advocate” not recorded on the package request"]);
    assert_eq!(said(&whole().say("advocate", "").say("dob", "14/03/2020")), [""; 0]);
    assert_eq!(said(&whole().say("legal_status", "")), [""; 0]);
    assert_eq!(said(&whole().without("one_page_profile")), ["Blocks one-page profile not received"]);
    assert_eq!(said(&whole().id("1234567")), ["Warning `1234567` is not how a Mosaic ID is written here"]);
    assert_eq!(
        rules.case_ids.at_start_of("M123456 Robin").map(|id| id.to_string()).as_deref(),
        Some("M123456")
    );
}

#[test]
fn its_agenda_has_its_own_order_and_lengths() {
    let rules = wendmoor();
    let case = |id: &str| {
        told_with(&rules, "package_request", ANSWERS, &[("one_page_profile", "2026-11-01")]).id(id).case()
    };
    let mut review = case("M000002");
    review.request = Some(Request::Review);
    let agenda = slots::agenda(&rules, &sample::book(&rules, vec![case("M000001"), review]), &[], None);
    let shown: Vec<String> = agenda
        .items
        .iter()
        .map(|item| match &item.what {
            What::Case(line) => {
                format!("{} {} {} {}", item.starts.format("%R"), line.section, line.request, line.child)
            }
            What::Standing { title, .. } => format!("{} {title}", item.starts.format("%R")),
            What::Break => "break".to_owned(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "10:00 Apologies",
            "10:05 Packages under review Review Robin Fictional",
            "10:20 New packages Package of support Robin Fictional",
            "10:45 Dates"
        ]
    );
}

#[test]
fn it_decides_in_its_own_words() {
    let rules = wendmoor();
    assert_eq!(decisions::word(&rules, "Funded"), Some(DecisionWord::Agreed));
    assert_eq!(decisions::word(&rules, "Ratified"), None);
    let decision = Decision::of("M123456".parse().unwrap(), DecisionWord::NotAgreed);
    let found = decisions::check(&rules, &decision, day("2026-11-26"));
    assert_eq!(
        found.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
        ["`Not funded` needs a reason"]
    );
    assert_eq!(found[0].severity, Severity::Blocks);
    let ratified = Decision { word: DecisionWord::Ratified, ..decision };
    assert_eq!(decisions::check(&rules, &ratified, day("2026-11-26"))[0].code, "decision-not-used");
}

#[test]
fn a_case_after_its_cutoff_waits_a_fortnight() {
    let rules = wendmoor();
    let meeting = sample::meeting(&rules);
    let came = (Some(at("2026-11-23T17:59:00Z")), at("2026-11-23T18:00:00Z"));
    assert!(came.0.is_some_and(|absent| absent >= meeting.cutoff));
    let late = Grounds { arrivals: vec![came], ..Grounds::default() };
    assert_eq!(which_meeting::goes_to(&rules, &late), Some(day("2026-12-10")));
    assert_eq!(calendar::meeting_after(&rules, meeting.date).unwrap().date, day("2026-12-10"));
}

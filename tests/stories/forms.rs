//! The forms fit the rules: whoever fills a panel's own form in wholly is told nothing, whatever is asked for.

use std::collections::BTreeMap;

use panelclerk::config::{self, Config};
use panelclerk::panel::labels::FieldType;
use panelclerk::panel::request::Request;
use panelclerk::panel::rules::Rules;
use serde_json::Value;

use crate::built::{docx, paragraph};
use crate::form_typist::Blank;
use crate::harness::{Week, project};
use crate::typist::{shown, type_into, workbook};

const FORMS: [&str; 3] = ["referral", "update", "taxi_request"];
const PANELS: [&str; 2] = ["nelc", "redbridge"];

pub fn config_of(panel: &str) -> Config {
    let file = if panel == "nelc" { "config.toml".to_owned() } else { format!("panels/{panel}.toml") };
    config::load(&project().join(file)).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// What is true of a child and a request, by field; right for the meetings of 30 November and 1 December 2026.
#[expect(clippy::too_many_lines, reason = "a long table, read from top to bottom")]
fn answers(panel: &str, request: Option<Request>) -> BTreeMap<&'static str, String> {
    let nelc = panel == "nelc";
    let emergency = request == Some(Request::EmergencyRetrospective);
    let older = request == Some(Request::LeavingCare16plus);
    let by_court = request == Some(Request::CourtOrdered);
    let yes = |so: bool| if so { "Yes" } else { "No" };
    let mut said: BTreeMap<&'static str, String> = BTreeMap::new();
    let text = "The present carers retire at Christmas, and she needs a family within reach of her school, where she has settled \
                well and has friends. Her aunt and two neighbours were asked.";
    for (field, answer) in [
        ("referral_date", "20/11/2026"),
        ("panel_date", if nelc { "30/11/2026" } else { "01/12/2026" }),
        ("presenters", if nelc { "Megan Foss and Alan Pike" } else { "Alan Pike" }),
        ("slot_requested", if nelc { "14:30" } else { "10:30" }),
        ("child_name", "Ann Test"),
        ("child_aka", "Annie"),
        ("dob", if older { "12/03/2010" } else { "12/03/2013" }),
        ("age", if older { "16" } else { "13" }),
        ("nhs_no", "943 476 5919"),
        ("upn", "A123456789012"),
        ("sex", "Female"),
        ("ethnicity", "White British"),
        ("religion", "None"),
        ("language", "English"),
        ("disability", "None"),
        ("ehcp", "No"),
        ("uasc", "No"),
        ("siblings_n", "1"),
        ("sibling_ids", "299999"),
        ("home_postcode", "DN32 7QQ"),
        ("legal_status", "Full care order (C2)"),
        ("legal_status_date", "01/10/2025"),
        ("court_ordered", yes(by_court)),
        ("pr_holders", "Her mother and the council"),
        ("parental_agreement", "Yes"),
        ("supports_removal", "Yes"),
        ("legal_gateway_date", "12/11/2026"),
        ("social_worker", "Megan Foss"),
        ("social_worker_email", "megan.foss@council.example"),
        ("team", "Children in Care 1"),
        ("team_manager", "Alan Pike"),
        ("head_of_service", "Jan Wroe"),
        ("cost_code", "CS1234"),
        ("cur_type", "In-house fostering"),
        ("cur_provider", "The council"),
        ("cur_start", "01/10/2025"),
        ("n_placements_12m", "1"),
        ("reason", text),
        ("needs", text),
        ("outcomes", text),
        (
            "permission_by",
            if nelc {
                "Kim Dale, Assistant Director"
            } else {
                "Kim Dale, Chief Children and Families Officer"
            },
        ),
        ("permission_date", "16/11/2026"),
        ("permission_through", "Jan Wroe"),
        ("search_started", "17/11/2026"),
        ("emergency", yes(emergency)),
        ("placed_on", if emergency { "25/11/2026" } else { "" }),
        ("alternatives", text),
        ("search_history", text),
        ("placement_type", "Children's home"),
        (
            "not_family_reason",
            "Two fostering households ended within the year; she asks for a home without younger children.",
        ),
        ("distance_class", "Adjoining"),
        ("outside_reason", "No home in the area had a vacancy; five were asked between 17 and 19 November."),
        ("provider", "Sample Homes Ltd"),
        ("establishment", "Willow House"),
        ("provider_type", "Private"),
        ("procurement", "Framework (White Rose)"),
        (
            "provider_evidence",
            "Ofsted judged it good in June; three of four children stayed until their planned move.",
        ),
        ("urn", "SC400123"),
        ("placement_postcode", "DN20"),
        ("placement_la", "North Lincolnshire"),
        ("iro_informed", "18/11/2026"),
        ("reg11_by", "Kim Dale"),
        ("reg11_date", "19/11/2026"),
        ("reg24_on", "02/11/2026"),
        ("reg24_extended_to", "19/04/2027"),
        ("permanence_plan", text),
        ("education", text),
        ("ks4", "No"),
        ("start_date", "07/12/2026"),
        ("end_date", "31/08/2027"),
        ("review_requested", "01/03/2027"),
        ("cost_core", "£900.00"),
        ("cost_additional", "£100.00"),
        ("cost_education", "£0.00"),
        ("cost_other", "£0.00"),
        ("cost_total", "£1,000.00"),
        ("cost_oneoff", "£0.00"),
        ("split_sc", "£800.00"),
        ("split_health", "£200.00"),
        ("split_edu", "£0.00"),
        ("split_other", "£0.00"),
        ("health_agreed", "Yes"),
        ("health_agreed_on", "19/11/2026"),
        ("parental_contribution", "None; her mother receives universal credit"),
        ("other_contributions", "Half of the assessment is asked of legal aid."),
        ("retainer_weeks", "1"),
        ("staffing_ratio", "2:1"),
        ("ratio_from", "07/12/2026"),
        ("ratio_to", "09/12/2026"),
        ("ratio_hours", "14"),
        ("child_views", text),
        ("child_request", "She asks the panel, through her advocate, for a home with a dog."),
        ("parent_views", text),
        ("other_views", text),
        ("dol", "No"),
        ("health", text),
        ("contact", text),
        ("attachments", "Care plan"),
        ("manager_declaration", "Yes"),
        ("manager_comment", "Checked and supported."),
        ("manager_signed", "Alan Pike, 20/11/2026"),
        ("stands_in", "Jo Hale, senior practitioner"),
        ("previous_panel", if nelc { "01/06/2026" } else { "02/06/2026" }),
        ("previous_decision", "Agreed until the end of November 2026."),
        ("changes", text),
        ("progress", text),
        ("incidents", "None"),
        ("request_now", "Continue"),
        ("review_new", if nelc { "31/05/2027" } else { "01/06/2027" }),
        ("contract_end", "30/11/2027"),
        ("notice_period", "28 days"),
        ("child_group", "Looked after"),
        ("journey_reason", "School"),
        ("one_off", "No"),
        ("from_address", "DN32 7QQ"),
        ("to_address", "DN31 1HU"),
        ("days_times", "Monday to Friday, 8.15 and 15.15"),
        ("journeys_week", "10"),
        ("distance_miles", "4"),
        ("escort", "Yes"),
        ("escort_name", "A passenger assistant of the provider"),
        ("equipment", "None"),
        ("driver_requirement", "The same driver each day"),
        ("cost_journey", "£20.00"),
        ("cost_week", "£200.00"),
        ("manager_approval", "Alan Pike"),
        ("manager_approval_date", "20/11/2026"),
    ] {
        said.insert(field, answer.to_owned());
    }
    for risk in [
        "risk_self_harm",
        "risk_missing",
        "risk_sexual_exploitation",
        "risk_criminal_exploitation",
        "risk_substances",
        "risk_own_health",
        "risk_violence",
        "risk_sexual_harm",
        "risk_fire",
        "risk_offending",
        "risk_animals",
    ] {
        said.insert(risk, "No known risk".to_owned());
    }
    said
}

/// A form filled in, with other answers in place of the usual ones; an empty answer is left out.
pub fn filled(
    panel: &str,
    form: &str,
    id: &str,
    request: Option<Request>,
    other: &[(&str, &str)],
) -> Vec<u8> {
    let rules = config_of(panel).rules;
    let mut said = answers(panel, request);
    let rule = rules.forms.iter().find(|rule| rule.key == form).unwrap();
    let mut blank = Blank::of(panel, form);
    if form == "taxi_request" {
        said.insert("split_sc", "£200.00".to_owned());
        said.insert("split_health", "£0.00".to_owned());
    }
    for field in &rule.fields {
        let key = field.key.as_str();
        if key == "actions_done" {
            blank = blank.fill_rows(
                &field.label,
                &[&["Visit the home", "Megan Foss", "30/10/2026", "Done on 12 October"]],
            );
            continue;
        }
        let other = other.iter().find(|(name, _)| *name == key).map(|(_, answer)| (*answer).to_owned());
        let usual = match key {
            "case_id" => Some(id.to_owned()),
            "request_type" => request.map(|request| rules.request(request).label.clone()),
            _ => said.get(key).cloned(),
        };
        let answer = other.or(usual).unwrap_or_else(|| panic!("no answer to `{key}`"));
        if !answer.is_empty() {
            blank = blank.fill(&field.label, &answer);
        }
    }
    blank.save()
}

/// A paper of a kind about the child.
fn paper(label: &str, id: &str, child: &str) -> Vec<u8> {
    let lines = [
        label,
        &format!("Name of child: {child}"),
        &format!("Case number: {id}"),
        "Dated 12/10/2026",
        "What is known of the child and what is planned stands here.",
    ];
    docx("", &lines.iter().map(|line| paragraph(line)).collect::<String>())
}

const PAPERS: [(&str, &str); 5] = [
    ("assessment", "Assessment"),
    ("care_plan", "Care plan"),
    ("pathway_plan", "Pathway plan"),
    ("costing", "Provider costing"),
    ("risk_assessment", "Risk assessment"),
];

/// Drops a filled form and the papers that its request may need.
pub fn dropped(
    week: Week,
    panel: &str,
    form: &str,
    id: &str,
    request: Option<Request>,
    other: &[(&str, &str)],
) -> Week {
    let child = other.iter().find(|(key, _)| *key == "child_name").map_or("Ann Test", |(_, name)| name);
    let folder = format!("{id} {}", child.rsplit(' ').next().unwrap());
    let mut week = week.drop(&format!("{folder}/{form} form.docx"), filled(panel, form, id, request, other));
    for (_, name) in PAPERS {
        week = week.drop(&format!("{folder}/{name} {id}.docx"), paper(name, id, child));
    }
    week
}

fn scanned(panel: &str, week: Week) -> (Week, Value) {
    let now = if panel == "nelc" { "2026-11-24T10:00" } else { "2026-11-26T10:00" };
    let week = week.at(now).run(&["scan"], 0);
    let status = week.json(&["status"]);
    (week, status)
}

#[track_caller]
fn case<'s>(status: &'s Value, id: &str) -> &'s Value {
    status["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["case_id"] == id)
        .unwrap_or_else(|| panic!("no {id}: {status}"))
}

fn messages(case: &Value) -> Vec<String> {
    let findings = case["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            format!("{} {}", finding["severity"].as_str().unwrap(), finding["message"].as_str().unwrap())
        })
        .collect()
}

/// The requests that a form has a box for, none where it has no such question.
pub fn requests_on(rules: &Rules, panel: &str, form: &str) -> Vec<Option<Request>> {
    let rule = rules.forms.iter().find(|rule| rule.key == form).unwrap();
    let Some(asked) = rule.fields.iter().find(|field| field.key.as_str() == "request_type") else {
        return vec![None];
    };
    let list = rules.codes.list("request_type").unwrap();
    let meant = |option: &String| {
        let meaning = list.find(option).unwrap_or_else(|| panic!("{panel} {form}: nobody knows `{option}`"));
        Request::ALL.into_iter().find(|request| request.key() == meaning.code.code)
    };
    let boxes = Blank::of(panel, form).boxes(&asked.label);
    assert!(boxes.len() >= 5, "{boxes:?}");
    boxes.iter().map(meant).collect()
}

#[test]
fn a_form_filled_in_wholly_gives_no_finding_in_either_panel_for_any_request_it_offers() {
    for panel in PANELS {
        let rules = config_of(panel).rules;
        let mut week = Week::new(panel);
        let mut expected: Vec<(String, &str, Request)> = Vec::new();
        for form in FORMS {
            for request in requests_on(&rules, panel, form) {
                let id = (230_100 + expected.len()).to_string();
                week = dropped(week, panel, form, &id, request, &[]);
                expected.push((id, form, request.unwrap_or(Request::Taxi)));
            }
        }
        let (week, _) = scanned(panel, week);
        for (id, ..) in expected.iter().filter(|(.., request)| *request == Request::EmergencyRetrospective) {
            week.says(&["accept", id, "--emergency", "--by", "Ann Clerk", "--reason", "by telephone"])
                .ends(0);
        }
        let status = week.json(&["status"]);
        for (id, form, request) in &expected {
            let case = case(&status, id);
            assert_eq!(case["request"], serde_json::to_value(request).unwrap(), "{panel} {form}");
            assert_eq!(messages(case), [""; 0], "{panel} {form} {}", request.key());
            assert_eq!(case["standing"], "complete", "{panel} {form} {}", request.key());
        }
        let asked: std::collections::BTreeSet<Request> =
            expected.iter().map(|(.., request)| *request).collect();
        let all = if panel == "nelc" { Request::ALL.len() - 1 } else { Request::ALL.len() };
        assert_eq!(asked.len(), all, "{panel} has no box for some request: {asked:?}");
    }
}

/// Every box of every question is understood: each is ticked once, on its own form.
#[test]
fn every_box_a_form_offers_is_accepted() {
    for panel in PANELS {
        let config = config_of(panel);
        let rules = &config.rules;
        let mut boxes = 0;
        for form in FORMS {
            let rule = rules.forms.iter().find(|rule| rule.key == form).unwrap();
            for field in &rule.fields {
                for option in Blank::of(panel, form).boxes(&field.label) {
                    let bytes = Blank::of(panel, form).fill(&field.label, &option).save();
                    let reading = panelclerk::paper::word::read::read(&bytes).unwrap();
                    let on = panelclerk::panel::seen_from::SeenFrom::new("2026-11-30".parse().unwrap());
                    let read = panelclerk::panel::filling::fill(&reading, rule, &rules.codes, &on);
                    let place = format!("{panel} {form} {} `{option}`: {:?}", field.key, read.findings);
                    assert_eq!(read.findings, [], "{place}");
                    let text = read.text(field.key.as_str()).unwrap_or_default();
                    let ticked = text == option || text.contains(&format!("☒ {option}"));
                    assert!(ticked && text.matches('☒').count() <= 1, "{place}: {text}");
                    let filled = read.fields.iter().filter(|(_, filled)| !filled.raw.is_empty());
                    let filled: Vec<&str> = filled.map(|(key, _)| key.as_str()).collect();
                    assert_eq!(filled, [field.key.as_str()], "{place}: nothing else is answered");
                    boxes += 1;
                }
            }
        }
        assert!(boxes > 80, "{panel}: only {boxes} boxes");
    }
}

/// A case by itself, with the form filled in by the usual answers but for these.
#[track_caller]
fn one(panel: &str, form: &str, request: Request, other: &[(&str, &str)]) -> (Week, Value) {
    let (week, status) =
        scanned(panel, dropped(Week::new(panel), panel, form, "230001", Some(request), other));
    let case = case(&status, "230001").clone();
    (week, case)
}

#[test]
fn a_health_contribution_is_agreed_by_a_tick_or_by_its_date() {
    for other in [
        [("health_agreed", ""), ("health_agreed_on", "19/11/2026")],
        [("health_agreed", "Yes"), ("health_agreed_on", "")],
    ] {
        let (_, case) = one("nelc", "referral", Request::NewPlacement, &other);
        assert_eq!(messages(&case), [""; 0], "{other:?}");
    }
    let (_, case) =
        one("nelc", "referral", Request::NewPlacement, &[("health_agreed", ""), ("health_agreed_on", "")]);
    assert_eq!(messages(&case), ["warning “Health contribution agreed?” not recorded on the referral form"]);
}

/// More staff to one young person is for a few days: both dates of the form are read, and more is questioned.
#[test]
fn the_dates_of_a_staffing_ratio_are_read_and_more_than_a_few_days_is_questioned() {
    let dates = [("ratio_from", "01/12/2026"), ("ratio_to", "11/12/2026")];
    let (week, case) = one("nelc", "referral", Request::StaffingRatio, &dates);
    assert_eq!(
        messages(&case),
        [
            "warning the staffing ratio is asked for 11 days, from 1 December 2026 to 11 December 2026; it is for a few days only"
        ]
    );
    assert_eq!(case["standing"], "complete");
    drop(week);
    let (_, case) = one(
        "nelc",
        "referral",
        Request::StaffingRatio,
        &[("ratio_from", "01/12/2026"), ("ratio_to", "03/12/2026")],
    );
    assert_eq!(messages(&case), [""; 0]);
}

#[test]
fn permission_is_given_by_those_who_may_give_it_and_asked_for_by_their_road() {
    let (_, case) =
        one("nelc", "referral", Request::NewPlacement, &[("permission_by", "Alan Pike, team manager")]);
    assert_eq!(
        messages(&case),
        [
            "warning permission was given by `Alan Pike, team manager`, and it must come from the Assistant Director"
        ]
    );
    let hint = case["findings"][0]["hint"].as_str().unwrap();
    assert_eq!(
        hint,
        "ask the Assistant Director for it through the Head of Service, and write the name and the title"
    );
    let (_, case) = one(
        "redbridge",
        "referral",
        Request::NewPlacement,
        &[("permission_by", "Kay Dent, Head of Service")],
    );
    assert_eq!(
        messages(&case),
        [
            "warning permission was given by `Kay Dent, Head of Service`, and it must come from the Chief Children and Families Officer"
        ]
    );
    let deputy = "Adrian Lowe, Deputy Chief Children and Families Officer";
    let (_, case) = one("redbridge", "referral", Request::NewPlacement, &[("permission_by", deputy)]);
    assert_eq!(messages(&case), [""; 0]);

    // A council names who holds the office, and who stands in: then a name is enough.
    let week = Week::new("nelc");
    let file = week.root().join("config.toml");
    let named = std::fs::read_to_string(&file).unwrap().replacen("people = []", "people = [\"Kim Dale\"]", 1);
    std::fs::write(&file, named.replacen("deputies = []", "deputies = [\"Ruth Calder\"]", 1)).unwrap();
    let mut week = week;
    for (id, by) in
        [("230001", "Kim Dale"), ("230002", "Ruth Calder, Head of Service"), ("230003", "Sam Other")]
    {
        week = dropped(week, "nelc", "referral", id, Some(Request::NewPlacement), &[("permission_by", by)]);
    }
    let (_, status) = scanned("nelc", week);
    assert_eq!(messages(self::case(&status, "230001")), [""; 0]);
    assert_eq!(messages(self::case(&status, "230002")), [""; 0]);
    assert_eq!(
        messages(self::case(&status, "230003")),
        [
            "warning permission was given by `Sam Other`, whose title is not given; it must come from the Assistant Director"
        ]
    );
}

/// "None", "n/a", "N/K", "tbc" and "-" are no evidence: where the procedure demands it the case is incomplete.
#[test]
fn an_answer_that_says_nothing_is_no_evidence() {
    let mut nelc = Week::new("nelc");
    let mut redbridge = Week::new("redbridge");
    let nothing = ["None", "n/a", "N/K", "tbc", "-", "Not known at this time.", "None considered"];
    for (at, said) in nothing.iter().enumerate() {
        let id = (230_001 + at).to_string();
        let request = Some(Request::NewPlacement);
        nelc = dropped(nelc, "nelc", "referral", &id, request, &[("alternatives", said)]);
        redbridge = dropped(redbridge, "redbridge", "referral", &id, request, &[("parent_views", said)]);
    }
    for (panel, week) in [("nelc", nelc), ("redbridge", redbridge)] {
        let (_, status) = scanned(panel, week);
        for (at, said) in nothing.iter().enumerate() {
            let case = case(&status, &(230_001 + at).to_string());
            assert_eq!(case["standing"], "incomplete", "{panel} `{said}`: {:?}", messages(case));
            assert_eq!(messages(case).len(), 1, "{panel} `{said}`: {:?}", messages(case));
        }
    }
    let (_, case) = one(
        "nelc",
        "referral",
        Request::NewPlacement,
        &[("religion", "None"), ("parental_contribution", "n/a")],
    );
    assert_eq!(messages(&case), [""; 0], "elsewhere it is an answer");
}

/// Of a form's description in the example program: its questions.
#[derive(serde::Deserialize)]
struct Described {
    section: Vec<DescribedSection>,
}

#[derive(serde::Deserialize)]
struct DescribedSection {
    fields: Vec<DescribedField>,
}

#[derive(serde::Deserialize)]
struct DescribedField {
    key: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    kind: String,
}

/// The forms of the year before are still in use: whatever is answered on one is read as what it was asked.
#[test]
fn every_question_of_an_earlier_form_is_read() {
    let mut answers = 0;
    for (panel, form) in PANELS.into_iter().flat_map(|panel| FORMS.map(|form| (panel, form))) {
        let config = config_of(panel);
        let rule = config.rules.forms.iter().find(|rule| rule.key == form).unwrap();
        let short = form.trim_end_matches("_request");
        let described = format!("examples/make_sample_inbox/forms/{panel}-{short}-2025.toml");
        let described: Described =
            toml::from_str(&std::fs::read_to_string(project().join(described)).unwrap()).unwrap();
        let mut filled = Blank::at(&format!("tests/fixtures/earlier-forms/{panel}-{short}.docx"));
        let mut asked = Vec::new();
        let is_long = |key: &str| {
            let field = rule.fields.iter().find(|field| field.key.as_str() == key);
            field.is_some_and(|field| field.field_type == FieldType::Long)
        };
        let fields = described.section.into_iter().flat_map(|section| section.fields);
        for DescribedField { key, label, kind } in fields.filter(|field| field.kind != "table") {
            let boxes = filled.boxes(&label);
            let answer = match (boxes.first(), kind.as_str()) {
                (Some(first), _) => first.clone(),
                (None, "date") => "19/11/2026".to_owned(),
                _ if is_long(&key) => "Her aunt was asked in May, and said that she would help.".to_owned(),
                (None, _) => "1".to_owned(),
            };
            filled = filled.fill(&label, &answer);
            asked.push(key);
        }
        let reading = panelclerk::paper::word::read::read(&filled.save()).unwrap();
        let on = panelclerk::panel::seen_from::SeenFrom::new("2026-11-23".parse().unwrap());
        let read = panelclerk::panel::filling::fill(&reading, rule, &config.rules.codes, &on);
        let lost: Vec<_> = read.findings.iter().filter(|one| one.code == "label-not-found").collect();
        assert!(lost.is_empty(), "{panel} {form}: {lost:?}");
        for key in asked.iter().filter(|key| rule.fields.iter().any(|field| field.key.as_str() == **key)) {
            // What that form asked as a day is a day today as well, under another name.
            let key = if key == "health_agreed" { "health_agreed_on" } else { key };
            let answer = read.text(key).unwrap_or_default();
            assert!(!answer.is_empty(), "{panel} {form}: the answer to `{key}` is not read");
            answers += 1;
        }
    }
    assert!(answers > 250, "only {answers} answers");
}

/// What the forms still in use of the year before offer is accepted as well, and a question they did not ask is not missed.
#[test]
fn the_boxes_of_earlier_forms_lead_to_their_request() {
    for panel in PANELS {
        let config = config_of(panel);
        let list = config.rules.codes.list("request_type").unwrap();
        for form in ["referral", "update"] {
            let blank = || Blank::at(&format!("tests/fixtures/earlier-forms/{panel}-{form}.docx"));
            for option in blank().boxes("Type of request") {
                let meaning =
                    list.find(&option).unwrap_or_else(|| panic!("{panel} {form}: nobody knows `{option}`"));
                let request =
                    Request::ALL.into_iter().find(|request| request.key() == meaning.code.code).unwrap();
                let forms = &config.rules.request(request).forms;
                let kind = form.parse().unwrap();
                assert!(
                    forms.contains(&kind),
                    "{panel}: the {form} form offers `{option}`, which needs another: {forms:?}"
                );
            }
        }
    }
    // An update form of the year before for something else, with a plan and nothing more.
    let mut week = Week::new("nelc");
    for (id, option) in [("230010", "Other"), ("230011", "Leaving care (16 plus)")] {
        let born = if id == "230011" { "12/03/2010" } else { "12/03/2013" };
        let form = Blank::at("tests/fixtures/earlier-forms/nelc-update.docx")
            .fill("Child's name", "Ann Test")
            .fill("LCS ID", id)
            .fill("Date of birth", born)
            .fill("Legal status", "Full care order (C2)")
            .fill("Date of current legal status", "01/10/2025")
            .fill("Type of request", option)
            .fill("Panel date requested", "30/11/2026")
            .fill("Previous panel date", "01/06/2026")
            .fill("Previous decision", "Agreed until the end of November")
            .fill("Request now", "Continue")
            .fill("New review date requested", "31/05/2027")
            .fill("Who will present (social worker and manager)", "Megan Foss and Alan Pike")
            .fill(
                "What has changed since the last panel",
                "She has settled and her carers would like to keep her.",
            )
            .fill("Progress against outcomes", "Good progress at school and at home.")
            .fill_rows("Actions from last panel", &[&["Visit", "Megan Foss", "30/10/2026", "Done"]])
            .fill("Incidents and missing episodes", "None")
            .fill("Current placement type", "Foster placement, in-house")
            .fill("Current provider", "The council")
            .fill("Current placement start date", "01/10/2025")
            .fill("Contract end date", "30/11/2027")
            .fill("Notice period", "28 days")
            .fill("Total weekly cost", "£900.00")
            .fill("Social care contribution", "£900.00")
            .fill("Health contribution", "£0.00")
            .fill("Education contribution", "£0.00")
            .fill("Permission given by", "Kim Dale (AD)")
            .fill("Date of permission", "16/11/2026")
            .fill("Alternatives considered", "Her aunt was asked again and cannot care for her.")
            .fill("Wishes and feelings of the child", "She wants to stay with her carers.")
            .fill("Wishes and feelings of parents/carers", "Her mother agrees that she stays.")
            .fill("Views of others (IRO, guardian, school, carer)", "The IRO agrees.")
            .fill("Allocated social worker", "Megan Foss")
            .fill("Team manager", "Alan Pike")
            .fill("Head of service", "Jan Wroe")
            .fill("Team", "Children in Care 1")
            .fill("Manager's comments", "Supported.")
            .save();
        week = week.drop(&format!("{id} Test/Update form.docx"), form);
        week = week.drop(&format!("{id} Test/Care plan {id}.docx"), paper("Care plan", id, "Ann Test"));
        week = week.drop(&format!("{id} Test/Pathway plan {id}.docx"), paper("Pathway plan", id, "Ann Test"));
    }
    let (_, status) = scanned("nelc", week);
    for (id, request) in [("230010", Request::Other), ("230011", Request::LeavingCare16plus)] {
        let case = case(&status, id);
        assert_eq!(case["request"], serde_json::to_value(request).unwrap());
        assert_eq!(messages(case), [""; 0], "{id}");
        assert_eq!(case["standing"], "complete");
    }
}

/// Redbridge: a court-ordered placement has its box, is asked what other parties pay, and is noted; one that a court may order is heard.
#[test]
fn what_a_court_orders_or_may_order_is_heard_as_that() {
    let mut week = Week::new("redbridge");
    for (id, request) in [("230001", Request::CourtOrdered), ("230002", Request::CourtMayOrder)] {
        week = dropped(week, "redbridge", "referral", id, Some(request), &[("other_contributions", "")]);
    }
    let (week, status) = scanned("redbridge", week);
    let agenda = week.json(&["agenda"]);
    for (id, request, section) in
        [("230001", "court_ordered", "For noting"), ("230002", "court_may_order", "New placement requests")]
    {
        let case = case(&status, id);
        assert_eq!(case["request"], request);
        let asked = "warning “Contributions sought from other parties and legal aid” not recorded on the Commissioning Panel referral form";
        assert_eq!(messages(case), [asked]);
        assert_eq!(line_of(&agenda, id)["section"], section);
    }
}

#[track_caller]
fn line_of<'a>(agenda: &'a Value, id: &str) -> &'a Value {
    let items = agenda["agenda"]["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["what"]["case"]["case"] == id);
    &item.unwrap_or_else(|| panic!("{id} is not on the agenda"))["what"]["case"]
}

/// A placement that is not family-based, or outside the area, says so with its reason where the panel looks; whose permission it
/// has stands there too, and a time that was asked for is kept.
#[test]
fn the_agenda_says_what_is_not_family_based_or_outside_the_area_and_whose_permission_there_is() {
    for (panel, area, officer, time) in [
        ("nelc", "North East Lincolnshire", "Kim Dale, Assistant Director", "14:30:00"),
        ("redbridge", "Redbridge", "Kim Dale, Chief Children and Families Officer", "10:30:00"),
    ] {
        let reason = [("outside_reason", "No home nearer to Ann had a vacancy; five were asked")];
        let (week, _) = one(panel, "referral", Request::NewPlacement, &reason);
        let agenda = week.json(&["agenda"]);
        let line = line_of(&agenda, "230001");
        let note = line["note"].as_str().unwrap();
        let family = "Not family-based: Two fostering households ended within the year; she asks for a home without younger children";
        assert!(note.contains(family), "{note}");
        let outside = format!("Outside {area}: No home nearer to [child] had a vacancy; five were asked");
        assert!(note.contains(&outside), "{note}");
        assert!(note.contains("Legal Gateway or PLO meeting 12 November 2026"), "{note}");
        assert_eq!(line["permission"], format!("Permission: {officer}, 16 November 2026, through Jan Wroe"));
        let items = agenda["agenda"]["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["what"]["case"]["case"] == "230001").unwrap();
        assert_eq!(item["starts"], time, "{panel}: the time that the form asks for");
    }
    let near = [
        ("distance_class", "In area"),
        ("placement_type", "In-house fostering"),
        ("provider_type", "Own provision"),
    ];
    let (week, _) = one("nelc", "referral", Request::NewPlacement, &near);
    let agenda = week.json(&["agenda"]);
    let note = line_of(&agenda, "230001")["note"].as_str().unwrap().to_owned();
    assert!(!note.contains("family") && !note.contains("Outside"), "{note}");
}

/// Redbridge: in the manager's absence a senior practitioner presents; a social worker alone does not.
#[test]
fn a_senior_practitioner_may_present_in_the_managers_absence() {
    let mut week = Week::new("redbridge");
    for (id, presents, stands_in) in [
        ("230001", "Jo Hale, supervising senior practitioner", ""),
        ("230002", "Jo Hale", "Jo Hale"),
        ("230003", "Megan Foss", ""),
    ] {
        let other = [("presenters", presents), ("stands_in", stands_in)];
        week = dropped(week, "redbridge", "referral", id, Some(Request::NewPlacement), &other);
    }
    let (_, status) = scanned("redbridge", week);
    assert_eq!(messages(case(&status, "230001")), [""; 0]);
    assert_eq!(messages(case(&status, "230002")), [""; 0]);
    assert_eq!(
        messages(case(&status, "230003")),
        ["warning the manager is not among those who will present"]
    );
}

/// An early alert is a line that stays on *Expected*: on no agenda, no board, in no list of cases, until it is over or the case comes.
#[test]
fn an_early_alert_stays_on_the_sheet_and_goes_nowhere_else() {
    let week = Week::new("nelc").at("2026-11-24T10:00").run(&["scan"], 0).run(&["agenda"], 0);
    let half = [("Case", "230500"), ("Manager spoken to", "Alan Pike"), ("By", "Ann Clerk")];
    type_into(&week, &half.map(|(column, value)| ("Expected", "1", column, value)));
    week.says(&["--json", "scan"])
        .ends(1)
        .shows("a manager was spoken to, but not that it is an early alert");
    let whole = [
        ("Child", "Bea Test"),
        ("Early alert", "yes"),
        ("Spoken to on", "23/11/2026"),
        ("Next step", "Family group conference on 30 November"),
    ];
    type_into(&week, &whole.map(|(column, value)| ("Expected", "1", column, value)));
    week.says(&["--json", "scan"]).ends(0).shows("Expected 1: done for Ann Clerk");
    let row = |week: &Week| {
        let bytes = std::fs::read(workbook(week)).unwrap();
        ["Case", "Manager spoken to", "Spoken to on", "Next step", "What is wrong"]
            .map(|column| shown(&bytes, "Expected", "1", column))
    };
    let seen = row(&week);
    assert_eq!((seen[0].as_str(), seen[1].as_str()), ("230500", "Alan Pike"), "{seen:?}");
    assert_eq!(
        (seen[3].as_str(), seen[4].as_str()),
        ("Family group conference on 30 November", ""),
        "{seen:?}"
    );
    let week = week.at("2026-11-25T10:00").run(&["scan"], 0).run(&["agenda"], 0);
    assert_eq!(row(&week), seen, "the next edition has it too");
    assert_eq!(week.json(&["status"])["cases"], serde_json::json!([]));
    assert!(!week.json(&["agenda"]).to_string().contains("230500"));
    for file in
        week.tree("receipts").iter().chain(&week.tree("office")).filter(|file| file.ends_with(".html"))
    {
        let folder = if week.tree("receipts").contains(file) { "receipts" } else { "office" };
        let page = std::fs::read_to_string(week.root().join(folder).join(file)).unwrap();
        assert!(!page.contains("230500"), "{file}");
    }
    assert!(week.says(&["audit"]).out.contains("early alert of 230500, discussed on 2026-11-23"));
    type_into(&week, &[("Expected", "1", "Early alert", "over")]);
    week.says(&["--json", "scan"]).ends(0).shows("Expected 1: done for Ann Clerk");
    assert_eq!(row_case(&week), "", "an alert that is over leaves the sheet");
}

fn row_case(week: &Week) -> String {
    let bytes = std::fs::read(workbook(week)).unwrap();
    shown(&bytes, "Expected", "1", "Case")
}

//! The forms fit the rules: whoever fills a panel's own form in wholly is told nothing, whatever is asked for.

use std::collections::BTreeMap;

use panelclerk::config::{self, Config};
use panelclerk::panel::request::Request;
use panelclerk::panel::rules::Rules;
use serde_json::Value;

use crate::built::{docx, paragraph};
use crate::form_typist::Blank;
use crate::harness::{Week, project};

const FORMS: [&str; 3] = ["referral", "update", "taxi_request"];
const PANELS: [&str; 2] = ["nelc", "redbridge"];

fn config_of(panel: &str) -> Config {
    let file = if panel == "nelc" { "config.toml".to_owned() } else { format!("panels/{panel}.toml") };
    config::load(&project().join(file)).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// What is true of a child and a request, by field; right for the meetings of 30 November and 1 December 2026.
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
fn filled(panel: &str, form: &str, id: &str, request: Option<Request>, other: &[(&str, &str)]) -> Vec<u8> {
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
fn paper(label: &str, id: &str) -> Vec<u8> {
    let lines = [
        label,
        "Name of child: Ann Test",
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
fn dropped(
    week: Week,
    panel: &str,
    form: &str,
    id: &str,
    request: Option<Request>,
    other: &[(&str, &str)],
) -> Week {
    let mut week = week.drop(&format!("{id} Test/{form} form.docx"), filled(panel, form, id, request, other));
    for (_, name) in PAPERS {
        week = week.drop(&format!("{id} Test/{name} {id}.docx"), paper(name, id));
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
fn requests_on(rules: &Rules, panel: &str, form: &str) -> Vec<Option<Request>> {
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
            assert_eq!(case["request"], request.key(), "{panel} {form}");
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
                    assert_eq!(read.text(field.key.as_str()), Some(option.as_str()), "{place}");
                    let filled = read.fields.values().filter(|filled| !filled.raw.is_empty()).count();
                    assert_eq!(filled, 1, "{place}: nothing else is answered: {:?}", read.fields);
                    boxes += 1;
                }
            }
        }
        assert!(boxes > 80, "{panel}: only {boxes} boxes");
    }
}

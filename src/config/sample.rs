//! The shipped panels, and cases for them, for unit tests: a rule is best tested as an administrator writes it and on a form
//! filled with the panel's own labels. Fictional children.

#[cfg(test)]
use std::path::Path;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};

use crate::config::whole;
use crate::panel::calendar;
use crate::panel::case::{ByHand, Case, Casebook, Disposition, Share};
use crate::panel::filling;
use crate::panel::form::Form;
use crate::panel::ids::{PaperNumber, Sha256};
use crate::panel::look::Context;
use crate::panel::meeting::Meeting;
use crate::panel::paper::{Confirmed, Paper, PaperState, Received, Verdict};
use crate::panel::rules::Rules;
use crate::panel::seen::{Block, Cell, FileFormat, Line, Mark, Reading, Span, Table};
use crate::panel::seen_from::SeenFrom;
use crate::panel::standing;

const NELC: &str = include_str!("../../config.toml");
const REDBRIDGE: &str = include_str!("../../panels/redbridge.toml");

pub(crate) fn rules(text: &str) -> Rules {
    whole::resolve("config.toml", text, Path::new("/panel/config.toml"))
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
        .rules
}

/// Read once: tests ask for it hundreds of times.
pub(crate) fn nelc() -> Rules {
    static READ: LazyLock<Rules> = LazyLock::new(|| rules(NELC));
    READ.clone()
}

pub(crate) fn nelc_with(more: &str) -> Rules {
    rules(&format!("{NELC}\n{more}"))
}

pub(crate) fn redbridge() -> Rules {
    static READ: LazyLock<Rules> = LazyLock::new(|| rules(REDBRIDGE));
    READ.clone()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Answers to every question, right for the week of 23 November 2026.
const ANSWERS: &[(&str, &str)] = &[
    ("referral_date", "09/11/2026"),
    ("request_type", "New placement"),
    ("child_name", "Robin Fictional"),
    ("dob", "14/03/2014"),
    ("age", "12"),
    ("nhs_no", "943 476 5919"),
    ("upn", "A123456789012"),
    ("sex", "Female"),
    ("ethnicity", "White British"),
    ("religion", "None"),
    ("language", "English"),
    ("disability", "None"),
    ("ehcp", "No"),
    ("uasc", "No"),
    ("legal_status", "Full care order"),
    ("legal_status_date", "02/02/2025"),
    ("court_ordered", "No"),
    ("home_postcode", "DN31 1HU"),
    ("pr_holders", "The council and Sam Fictional"),
    ("parental_agreement", "Yes"),
    ("social_worker", "Alex Worker"),
    ("social_worker_email", "alex.worker@council.example"),
    ("team_manager", "Morgan Manager"),
    ("head_of_service", "Hilary Head"),
    ("presenters", "Alex Worker, Morgan Manager"),
    ("team", "Children in care 2"),
    ("cost_code", "CS-4410"),
    ("cur_type", "In-house foster"),
    ("cur_provider", "The council"),
    ("cur_start", "03/03/2025"),
    ("n_placements_12m", "1"),
    (
        "reason",
        "The present carers are retiring at Christmas and Robin needs a family within reach of her school, where she has settled well and has friends",
    ),
    ("emergency", "No"),
    ("permission_by", "Pat Director, Assistant Director"),
    ("permission_through", "Hilary Head"),
    ("permission_date", "02/11/2026"),
    ("search_started", "03/11/2026"),
    ("placement_type", "Independent fostering agency placement"),
    ("permanence_plan", "Long-term fostering, to be matched by the spring"),
    ("provider", "Example Fostering Ltd"),
    ("provider_type", "Private"),
    ("procurement", "Framework"),
    ("urn", "SC012345"),
    ("placement_postcode", "DN32"),
    ("placement_la", "North East Lincolnshire"),
    ("distance_class", "In area"),
    ("iro_informed", "04/11/2026"),
    ("education", "She stays at her school"),
    ("ks4", "No"),
    ("start_date", "14/12/2026"),
    ("end_date", "30/06/2028"),
    ("review_requested", "24/05/2027"),
    ("cost_core", "£900.00"),
    ("cost_additional", "£100.00"),
    ("cost_total", "£1,000.00"),
    ("retainer_weeks", "1"),
    ("staffing_ratio", "2:1"),
    ("ratio_from", "24/11/2026"),
    ("ratio_to", "26/11/2026"),
    ("ratio_hours", "14"),
    ("split_sc", "£700.00"),
    ("split_health", "£200.00"),
    ("split_edu", "£100.00"),
    ("health_agreed", "Yes"),
    ("health_agreed_on", "05/11/2026"),
    ("parental_contribution", "None"),
    ("alternatives", "Family, friends and every in-house carer were asked; none can care for her"),
    ("search_history", "Three agencies were asked on 3 November 2026; one offered a family"),
    ("child_views", "Robin would like a family with a dog, near her school"),
    ("parent_views", "Her mother agrees and would like to see her every fortnight"),
    ("other_views", "The reviewing officer supports the move"),
    ("needs", "Warm, patient carers who know about early loss"),
    ("outcomes", "A stable home; school attendance above 95 per cent"),
    ("risk_self_harm", "No known risk"),
    ("risk_missing", "No known risk"),
    ("risk_sexual_exploitation", "No known risk"),
    ("risk_criminal_exploitation", "No known risk"),
    ("risk_substances", "No known risk"),
    ("risk_own_health", "No known risk"),
    ("risk_violence", "No known risk"),
    ("risk_sexual_harm", "No known risk"),
    ("risk_fire", "No known risk"),
    ("risk_offending", "No known risk"),
    ("risk_animals", "No known risk"),
    ("dol", "No"),
    ("contact", "Fortnightly with her mother, supervised"),
    ("health", "Well; asthma, with an inhaler"),
    ("manager_declaration", "Yes"),
    ("provider_evidence", "Judged good; seven of eight children stayed as planned"),
    ("manager_comment", "Supported; documents checked"),
    ("manager_signed", "Morgan Manager, 9 November 2026"),
    ("previous_decision", "Agreed until the end of November 2026"),
    ("changes", "Robin has settled and her carers would like to keep her"),
    ("actions_done", "All three actions are done"),
    ("progress", "Good progress at school and at home"),
    ("request_now", "Continue"),
    ("review_new", "24/05/2027"),
    ("incidents", "None"),
    ("notice_period", "28 days"),
    ("contract_end", "30/06/2028"),
    ("child_group", "Looked after"),
    ("journey_reason", "School"),
    ("one_off", "No"),
    ("from_address", "DN31 1HU"),
    ("to_address", "DN32 7DY"),
    ("days_times", "Monday to Friday, 08:15 and 15:15"),
    ("journeys_week", "10"),
    ("distance_miles", "4 miles"),
    ("escort", "No"),
    ("equipment", "No"),
    ("cost_journey", "£12.50"),
    ("cost_week", "£125.00"),
    ("manager_approval", "Morgan Manager"),
    ("manager_approval_date", "09/11/2026"),
];

/// A case as it is told in a test.
#[derive(Debug, Clone)]
pub(crate) struct Told<'r> {
    rules: &'r Rules,
    id: String,
    form: Option<&'static str>,
    answers: Vec<(String, String)>,
    papers: Vec<(&'static str, &'static str)>,
    came: Verdict,
}

/// A case with a complete form of that kind and fresh assessment, plan and costing.
pub(crate) fn told<'r>(rules: &'r Rules, form: &'static str) -> Told<'r> {
    let answers = ANSWERS.iter().map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned())).collect();
    let papers = vec![("assessment", "2026-10-01"), ("care_plan", "2026-10-05"), ("costing", "2026-11-01")];
    let told =
        Told { rules, id: "1234567".to_owned(), form: Some(form), answers, papers, came: Verdict::InTime };
    let meeting = meeting(rules).date;
    let before = calendar::meeting_before(rules, meeting - chrono::Days::new(200)).unwrap().date;
    let giver = if rules.short == "Redbridge" {
        "Pat Director, Chief Children and Families Officer"
    } else {
        "Pat Director, Assistant Director"
    };
    let told = told.say("permission_by", giver);
    let told = told.say("panel_date", &meeting.format("%d/%m/%Y").to_string());
    let told = told.say("previous_panel", &before.format("%d/%m/%Y").to_string());
    match form {
        "update" => told.say("request_type", "").say("end_date", "").say("start_date", ""),
        "taxi_request" => {
            told.say("start_date", "24/11/2026").say("end_date", "18/12/2026").say("provider", "Example Cars")
        }
        _ => told,
    }
}

/// A case of another panel, with exactly these answers and papers.
pub(crate) fn told_with<'r>(
    rules: &'r Rules,
    form: &'static str,
    answers: &[(&str, &str)],
    papers: &[(&'static str, &'static str)],
) -> Told<'r> {
    let answers = answers.iter().map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned())).collect();
    Told {
        rules,
        id: "1234567".to_owned(),
        form: Some(form),
        answers,
        papers: papers.to_vec(),
        came: Verdict::InTime,
    }
}

impl Told<'_> {
    pub(crate) fn id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }

    /// Another answer; nothing leaves the box empty.
    pub(crate) fn say(mut self, field: &str, answer: &str) -> Self {
        self.answers.retain(|(known, _)| known != field);
        self.answers.push((field.to_owned(), answer.to_owned()));
        self
    }

    pub(crate) fn with(mut self, kind: &'static str, dated: &'static str) -> Self {
        self.papers.push((kind, dated));
        self
    }

    pub(crate) fn without(mut self, kind: &str) -> Self {
        self.papers.retain(|(known, _)| *known != kind);
        if self.form == Some(kind) {
            self.form = None;
        }
        self
    }

    pub(crate) fn came(mut self, verdict: Verdict) -> Self {
        self.came = verdict;
        self
    }

    /// The case as the register would draw it up, not judged yet.
    pub(crate) fn case(&self) -> Case {
        let form = self.form.map(|kind| self.filled(kind));
        let mut papers: Vec<Paper> = Vec::new();
        for (kind, dated) in self.form.map(|kind| (kind, "")).into_iter().chain(self.papers.iter().copied()) {
            let number = u32::try_from(papers.len() + 1).unwrap();
            papers.push(self.paper(number, kind, dated, form.clone().filter(|_| Some(kind) == self.form)));
        }
        let form = form.unwrap_or_default();
        let kind = self.form.map(|kind| kind.parse().unwrap());
        let request = standing::request_of(self.rules, kind.as_ref(), &form);
        Case {
            id: self.id.parse().unwrap(),
            folder: Some(format!("{} documents", self.id)),
            child: standing::child_of(&form),
            request,
            emergency: standing::emergency_claimed(&form, request),
            by_hand: ByHand::default(),
            form,
            papers,
            arrival: self.came,
            disposition: Disposition::Listed,
            meeting: meeting(self.rules).date,
            so_far: crate::panel::case::SoFar::default(),
            findings: Vec::new(),
        }
    }

    fn filled(&self, kind: &str) -> Form {
        let rule = self.rules.form_of(&kind.parse().unwrap()).unwrap();
        let rows = rule.fields.iter().map(|field| {
            let said = self.answers.iter().rev().find(|(known, _)| known == field.key.as_str());
            let case_id = (field.key.as_str() == "case_id").then(|| self.id.clone());
            let answer = case_id.or_else(|| said.map(|(_, answer)| answer.clone())).unwrap_or_default();
            vec![cell(0, &field.label), cell(1, &answer)]
        });
        let table = Table { name: None, rows: rows.collect() };
        let reading = Reading { body: vec![Block::Table(table)], ..Reading::empty(FileFormat::Word) };
        filling::fill(&reading, rule, &self.rules.codes, &SeenFrom::new(day("2026-11-12")))
    }

    fn paper(&self, number: u32, kind: &str, dated: &str, form: Option<Form>) -> Paper {
        Paper {
            number: PaperNumber::new(number),
            file: format!("{} papers/{kind}.docx", self.id),
            sha256: Sha256::from_digest([u8::try_from(number).unwrap(); 32]),
            size: 1000,
            case: self.id.parse().ok(),
            child_confirmed: Confirmed::ByPaper,
            kind: kind.parse().ok(),
            title: kind.to_owned(),
            dated: dated.parse().ok(),
            state: PaperState::Accepted,
            version: 1,
            part_of: None,
            reason: None,
            received: Received {
                absent_at: None,
                present_at: at("2026-11-16T10:00:00Z"),
                verdict: self.came,
            },
            in_use: true,
            form,
            rendition: None,
            findings: Vec::new(),
        }
    }
}

fn cell(column: u32, text: &str) -> Cell {
    let spans = vec![Span { text: text.to_owned(), mark: Mark::Plain }];
    let blocks = if text.is_empty() { Vec::new() } else { vec![Block::Line(Line { heading: None, spans })] };
    Cell { column, across: 1, continued: false, blocks }
}

pub(crate) fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().unwrap()
}

/// The meeting of the week of 23 November 2026.
pub(crate) fn meeting(rules: &Rules) -> Meeting {
    calendar::meeting_after(rules, day("2026-11-22")).unwrap()
}

/// The Monday a week before it, when papers come in.
pub(crate) fn context(meeting: &Meeting) -> Context<'_> {
    Context { meeting, now: at("2026-11-16T10:00:00Z"), previous: None }
}

pub(crate) fn book(rules: &Rules, cases: Vec<Case>) -> Casebook {
    Casebook {
        panel: rules.short.clone(),
        meeting: meeting(rules),
        now: at("2026-11-19T09:00:00Z"),
        share: Share { healthy: true, last_scan: None, since: None },
        known: cases.iter().map(|case| case.id.clone()).collect(),
        cases,
        unfiled: Vec::new(),
        ignored: Vec::new(),
    }
}

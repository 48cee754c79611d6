//! A made-up meeting for the tests of this room. All children and papers in it are fictional.

#![expect(clippy::disallowed_methods, reason = "tests may write files")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Europe::London;

use crate::finding::Finding;
use crate::pack::facts::{Glance, Group, PackFacts};
use crate::panel::agenda::{Agenda, CaseLine, Item, What};
use crate::panel::case::{ByHand, Case, Casebook, Child, Disposition, Emergency, Share};
use crate::panel::form::{Filled, Form, Value};
use crate::panel::ids::{DocumentType, PaperNumber, Sha256};
use crate::panel::meeting::Meeting;
use crate::panel::paper::{Confirmed, Paper, PaperState, Received, Rendition, Verdict};
use crate::panel::request::Request;
use crate::panel::words::{Heading, Words};
use crate::stationery::typst::typeset;

pub fn kind(name: &str) -> DocumentType {
    name.parse().unwrap()
}

pub fn sha(seed: u8) -> Sha256 {
    Sha256::from_digest([seed; 32])
}

pub fn meeting() -> Meeting {
    let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    Meeting {
        date,
        usual_date: date,
        starts: London.with_ymd_and_hms(2026, 11, 23, 13, 0, 0).unwrap(),
        ends: Some(London.with_ymd_and_hms(2026, 11, 23, 17, 0, 0).unwrap()),
        cutoff: London.with_ymd_and_hms(2026, 11, 18, 15, 0, 0).unwrap(),
        agenda_due: None,
        record_due: None,
    }
}

pub fn facts() -> PackFacts {
    let glance = |field: &str, label: &str, group| Glance {
        field: field.parse().unwrap(),
        label: label.to_owned(),
        group,
    };
    PackFacts {
        heading: Heading {
            panel: "North East Lincolnshire Placement and Commissioning Panel".to_owned(),
            short: "NELC".to_owned(),
            council: "North East Lincolnshire Council".to_owned(),
            venue: "Civic Offices, Room 4 (fictional)".to_owned(),
            marking: "OFFICIAL-SENSITIVE".to_owned(),
            category: None,
            record_system: "Liquidlogic".to_owned(),
            record_type: "Management decision/discussion".to_owned(),
            record_heading: "PLACEMENT PANEL".to_owned(),
            record_by: None,
            case_label: "LCS ID".to_owned(),
            escalation: String::new(),
            file_stem: "NELC {what}".to_owned(),
        },
        words: Words {
            kinds: [("referral", "Referral form"), ("assessment", "Assessment"), ("care_plan", "Care plan")]
                .map(|(name, label)| (kind(name), label.to_owned()))
                .into_iter()
                .collect(),
            requests: [(Request::NewPlacement, "New placement".to_owned())].into_iter().collect(),
            ..Words::default()
        },
        rehearsal: false,
        version: 1,
        evidence_head: sha(0xa7),
        glance: vec![
            glance("legal_status", "Legal status", Group::Key),
            glance("placement_type", "Placement sought", Group::Key),
            glance("reason", "Reason for the request", Group::Key),
            glance("cost_total", "Total a week", Group::Cost),
            glance("split_sc", "Social care", Group::Split),
            glance("split_health", "Health", Group::Split),
        ],
        earlier: BTreeMap::new(),
    }
}

pub fn paper(number: u32, case: &str, sort: &str, title: &str, pages: u32) -> Paper {
    Paper {
        number: PaperNumber::new(number),
        file: format!("{case} Sample/{title}.docx"),
        sha256: sha(u8::try_from(number % 256).unwrap()),
        size: 20_000,
        case: Some(case.parse().unwrap()),
        child_confirmed: Confirmed::ByPaper,
        kind: Some(kind(sort)),
        title: title.to_owned(),
        dated: NaiveDate::from_ymd_opt(2026, 11, 2),
        state: PaperState::Accepted,
        version: 1,
        part_of: None,
        reason: None,
        received: Received {
            absent_at: None,
            present_at: meeting().cutoff.to_utc(),
            verdict: Verdict::InTime,
        },
        in_use: true,
        form: None,
        rendition: (pages > 0).then(|| Rendition { sha256: sha(0xee), pages, without_text: Vec::new() }),
        findings: Vec::new(),
    }
}

fn form() -> Form {
    let mut form = Form::default();
    let mut put = |key: &str, raw: &str| {
        let filled =
            Filled { raw: raw.to_owned(), label: key.to_owned(), value: Value::Text(raw.to_owned()) };
        form.fields.insert(key.parse().unwrap(), filled);
    };
    put("legal_status", "Interim care order (C1), since 4 August 2026");
    put("placement_type", "Foster placement with other carer, not long term (U6)");
    put(
        "reason",
        "The present carers have given 28 days' notice. A sibling lives nearby and contact should go on; two in-house households were considered and were full. Fictional.",
    );
    put("cost_total", "£4,250.00 a week");
    put("split_sc", "£3,400.00");
    put("split_health", "£850.00");
    form
}

pub fn case(number: &str, papers: Vec<Paper>) -> Case {
    Case {
        id: number.parse().unwrap(),
        folder: Some(format!("{number} Sample")),
        child: Child::default(),
        request: Some(Request::NewPlacement),
        form: form(),
        papers,
        emergency: Emergency::default(),
        by_hand: ByHand::default(),
        arrival: Verdict::InTime,
        disposition: Disposition::Listed,
        meeting: meeting().date,
        so_far: crate::panel::case::SoFar::default(),
        findings: Vec::new(),
    }
}

/// Cases with their papers, child and flags as the agenda shows them.
pub fn casebook() -> Casebook {
    let names = ["AB", "Łukasz W", "Siân Ŵ", "MK", "JT", "RD", "ÖÇ", "Nkechi O", "PL", "TW", "HS", "DV"];
    let mut number = 0;
    let mut cases = Vec::new();
    for at in 0..names.len() {
        let id = format!("{}", 204_117 + at * 3_391);
        let mut papers = Vec::new();
        for (sort, title, pages) in [
            ("referral", "Referral form", 4),
            ("assessment", "Assessment: parenting and sibling relationships", 11),
            ("care_plan", "Care plan", 6),
        ] {
            number += 1;
            papers.push(paper(number, &id, sort, title, pages));
        }
        cases.push(case(&id, papers));
    }
    cases[1].papers[1].rendition = None;
    cases[1].papers[1].in_use = false;
    cases[1].papers[1].state = PaperState::NeedsAttention;
    cases[1].papers[1].findings = vec![Finding::blocks("password", "the file is protected with a password")];
    cases[2].findings = vec![
        Finding::blocks("missing-paper", "there is no care plan, CIN plan or CP plan")
            .hint("drop it into the folder"),
        Finding::warning("old-assessment", "the assessment is more than six months old"),
    ];
    cases[2].papers.remove(2);
    cases[3].papers[2].received.verdict = Verdict::Late;
    cases[4].papers[0].child_confirmed = Confirmed::Not;
    cases[11].disposition = Disposition::NextMeeting;
    Casebook {
        panel: "NELC".to_owned(),
        meeting: meeting(),
        now: meeting().cutoff.to_utc(),
        share: Share { healthy: true, last_scan: None, since: None },
        known: cases.iter().map(|case| case.id.clone()).collect(),
        cases,
        unfiled: Vec::new(),
        ignored: Vec::new(),
    }
}

pub fn agenda(casebook: &Casebook) -> Agenda {
    let names = ["AB", "Łukasz W", "Siân Ŵ", "MK", "JT", "RD", "ÖÇ", "Nkechi O", "PL", "TW", "HS", "DV"];
    let mut starts = NaiveTime::from_hms_opt(13, 10, 0).unwrap();
    let mut items = vec![Item {
        number: "1".to_owned(),
        starts: NaiveTime::from_hms_opt(13, 0, 0).unwrap(),
        minutes: 10,
        what: What::Standing {
            title: "Welcome, apologies, substitutes, declarations of interest".to_owned(),
            note: "Minutes and actions of 16 November 2026".to_owned(),
        },
    }];
    for (at, case) in casebook.listed().enumerate() {
        let section = if at < 2 { "Emergency placements for ratification" } else { "New placement requests" };
        if at == 7 {
            items.push(Item { number: String::new(), starts, minutes: 10, what: What::Break });
            starts += chrono::TimeDelta::minutes(10);
        }
        let mut flags = Vec::new();
        if at < 2 {
            flags.push("EMERGENCY".to_owned());
        }
        if at == 2 {
            flags.push("INCOMPLETE: care plan".to_owned());
        }
        items.push(Item {
            number: format!("{}", at + 2),
            starts,
            minutes: 10,
            what: What::Case(CaseLine {
                case: case.id.clone(),
                section: section.to_owned(),
                child: names[at].to_owned(),
                age: Some(u32::try_from(7 + at % 9).unwrap()),
                request: "New placement: foster care, not long term".to_owned(),
                presenters: vec![
                    "Dorota Żurek (social worker)".to_owned(),
                    "Alan Smith (team manager)".to_owned(),
                ],
                flags,
                note: if at == 0 { "Placed on 19 November by telephone".to_owned() } else { String::new() },
                permission: String::new(),
                for_noting: false,
            }),
        });
        starts += chrono::TimeDelta::minutes(10);
    }
    Agenda { meeting: meeting(), next_meeting: Some(meeting()), items, not_slotted: Vec::new() }
}

/// A paper's pages: its title and number on each, so that a page in the wrong place is noticed.
pub fn rendition_pdf(number: u32, title: &str, pages: u32, page_setup: &str) -> Vec<u8> {
    let template = format!(
        "#set page({page_setup})\n#for at in range({pages}) {{ if at > 0 {{ pagebreak() }}; [= {title}\nPaper number{number} page{number}x#(at + 1). Fictional. \\ ] + lorem(180) }}"
    );
    typeset(&template, &serde_json::Value::Null, &BTreeMap::new()).unwrap().pdf().unwrap()
}

/// The casebook with a rendition on disk for every paper that has pages.
pub fn with_renditions(folder: &Path) -> (Casebook, BTreeMap<Sha256, PathBuf>) {
    let mut casebook = casebook();
    let mut renditions = BTreeMap::new();
    for paper in casebook.cases.iter_mut().flat_map(|case| case.papers.iter_mut()) {
        let number = paper.number;
        let Some(rendition) = &mut paper.rendition else { continue };
        let setup = match number.get() % 7 {
            0 => "\"a4\", flipped: true",
            1 => "\"us-letter\"",
            2 => "\"a5\", fill: rgb(\"#123\")",
            _ => "\"a4\"",
        };
        let pdf = rendition_pdf(number.get(), &paper.title, rendition.pages, setup);
        rendition.sha256 = Sha256::from_digest(<sha2::Sha256 as sha2::Digest>::digest(&pdf).into());
        let path = folder.join(format!("{number}.pdf"));
        std::fs::write(&path, pdf).unwrap();
        renditions.insert(rendition.sha256.clone(), path);
    }
    (casebook, renditions)
}

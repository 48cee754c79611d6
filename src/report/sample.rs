//! A small meeting for the unit tests of pages and letters.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::London;
use indexmap::IndexMap;

use crate::finding::Finding;
use crate::panel::case::{ByHand, Case, Casebook, Child, Disposition, Emergency, Ignored, Share};
use crate::panel::form::Form;
use crate::panel::ids::Sha256;
use crate::panel::meeting::Meeting;
use crate::panel::paper::{Confirmed, Paper, PaperState, Received, Rendition, Verdict};
use crate::panel::request::Request;
use crate::panel::words::{Heading, Words};

pub fn heading() -> Heading {
    Heading {
        panel: "North East Lincolnshire Placement and Commissioning Panel".to_owned(),
        short: "NELC".to_owned(),
        council: "North East Lincolnshire Council".to_owned(),
        venue: "Microsoft Teams".to_owned(),
        marking: "OFFICIAL-SENSITIVE".to_owned(),
        category: None,
        record_system: "Liquidlogic".to_owned(),
        record_type: "Management decision/discussion".to_owned(),
        record_heading: "PLACEMENT PANEL".to_owned(),
        record_by: None,
        case_label: "LCS ID".to_owned(),
        escalation: String::new(),
        file_stem: "NELC panel 2026-11-23 {what}".to_owned(),
    }
}

pub fn words() -> Words {
    let label = |request: Request| request.key().replace('_', " ");
    let requests = Request::ALL.into_iter().map(|request| (request, label(request))).collect();
    Words { requests, kinds: IndexMap::new(), decisions: IndexMap::new(), ..Words::default() }
}

pub fn meeting() -> Meeting {
    let at = |day, hour| London.with_ymd_and_hms(2026, 11, day, hour, 0, 0).single().unwrap();
    Meeting {
        date: day(23),
        usual_date: day(23),
        starts: at(23, 13),
        ends: Some(at(23, 17)),
        cutoff: at(18, 15),
        agenda_due: None,
        record_due: None,
    }
}

pub fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn at(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, hour, minute, 0).single().unwrap()
}

pub fn paper(number: u32, file: &str, title: &str, pages: Option<u32>) -> Paper {
    Paper {
        number: crate::panel::ids::PaperNumber::new(number),
        file: file.to_owned(),
        sha256: Sha256::from_digest([7; 32]),
        size: 18_379,
        case: None,
        child_confirmed: Confirmed::ByPaper,
        kind: (!title.is_empty()).then(|| "assessment".parse().unwrap()),
        title: title.to_owned(),
        dated: Some(day(12)),
        state: PaperState::Accepted,
        version: 1,
        part_of: None,
        reason: None,
        received: Received { absent_at: None, present_at: at(17, 10, 4), verdict: Verdict::InTime },
        in_use: pages.is_some(),
        form: None,
        rendition: pages.map(|pages| Rendition {
            sha256: Sha256::from_digest([9; 32]),
            pages,
            without_text: Vec::new(),
        }),
        findings: Vec::new(),
    }
}

pub fn case(id: &str, name: &str, request: Request, papers: Vec<Paper>) -> Case {
    Case {
        id: id.parse().unwrap(),
        folder: Some(format!("{id} {name}")),
        child: Child { name: Some(name.to_owned()), known_as: None, born: None },
        request: Some(request),
        form: Form::default(),
        papers,
        emergency: Emergency::default(),
        by_hand: ByHand::default(),
        arrival: Verdict::InTime,
        disposition: Disposition::Listed,
        meeting: day(23),
        so_far: crate::panel::case::SoFar::default(),
        findings: Vec::new(),
    }
}

/// One complete case, one incomplete one, an emergency with a hostile file name, one for the next meeting.
pub fn casebook() -> Casebook {
    let complete = case(
        "1204417",
        "Łukasz Kowalczyk",
        Request::NewPlacement,
        vec![
            paper(1, "1204417 K/Referral form LK.docx", "Referral form", Some(7)),
            paper(2, "1204417 K/Child and Family Assessment FINAL.docx", "Assessment", Some(11)),
        ],
    );
    let mut locked = paper(4, "1219420 Poppy Ashworth/Assessment PA - confidential.docx", "", None);
    locked.state = PaperState::NeedsAttention;
    locked.reason = Some("the file is protected by a password".to_owned());
    locked.findings.push(
        Finding::blocks("password", "the file is protected by a password and cannot be opened").hint(
            "open it in Word, take the password out (File, Info, Protect Document) and save it here again",
        ),
    );
    let mut incomplete = case(
        "1219420",
        "Poppy Ashworth",
        Request::NewPlacement,
        vec![paper(3, "1219420 Poppy Ashworth/Referral form.docx", "Referral form", Some(7)), locked],
    );
    incomplete.findings.push(
        Finding::blocks("missing-assessment", "an up-to-date assessment is missing")
            .hint("save it into this case's folder"),
    );
    incomplete.findings.push(Finding::blocks(
        "missing-plan",
        "a care plan, child in need plan or child protection plan is missing",
    ));
    incomplete.findings.push(Finding::warning(
        "cost-parts",
        "the parts of the cost come to £936.50 and the total says £963.50",
    ));
    incomplete.findings.push(Finding::note(
        "tracked-changes",
        "the plan holds two tracked changes; the pack shows the final text",
    ));
    let mut emergency = case(
        "1221960",
        "Chidi Okafor",
        Request::EmergencyRetrospective,
        vec![paper(5, "1221960 O/<script>alert(1).docx", "Referral form", Some(7))],
    );
    emergency.emergency.claimed = true;
    emergency.arrival = Verdict::Late;
    let mut next = case("1215503", "Zoë Whitfield", Request::Taxi, Vec::new());
    next.disposition = Disposition::NextMeeting;
    next.meeting = day(30);
    let mut loose = paper(6, "Scan_20261118_1107.pdf", "", Some(1));
    loose.state = PaperState::NeedsAttention;
    loose.reason = Some("nothing says which child it is about".to_owned());
    let mut held = paper(7, "1219420 Poppy Ashworth/Health assessment.docx", "assessment", Some(1));
    held.state = PaperState::NeedsAttention;
    held.findings.push(Finding::warning(
        "another-child",
        "the folder says case `1219420`, but the document gives case `1176345`",
    ));
    let cases = vec![complete, next, incomplete, emergency];
    Casebook {
        panel: heading().panel,
        meeting: meeting(),
        now: at(18, 9, 30),
        share: Share { healthy: true, last_scan: Some(at(18, 9, 29)), since: Some(at(17, 8, 0)) },
        known: cases.iter().map(|case| case.id.clone()).collect(),
        cases,
        unfiled: vec![held, loose],
        ignored: vec![Ignored {
            file: "1219420 Poppy Ashworth/~$ferral form.docx".to_owned(),
            reason: "Word's lock file".to_owned(),
        }],
    }
}

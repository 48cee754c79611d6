//! A fictional meeting for the stories about documents and the workbook: every child and officer is invented.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::London;
use chrono_tz::Tz;
use indexmap::IndexMap;
use panelclerk::finding::Finding;
use panelclerk::panel::agenda::{Agenda, CaseLine, Item, What};
use panelclerk::panel::case::{ByHand, Case, Casebook, Child, Disposition, Emergency, Ignored, Share};
use panelclerk::panel::form::{Filled, Form, Value};
use panelclerk::panel::ids::{CaseId, PaperNumber, Sha256};
use panelclerk::panel::meeting::Meeting;
use panelclerk::panel::money::{Pence, Period};
use panelclerk::panel::outcome::DecisionWord;
use panelclerk::panel::paper::{Confirmed, Paper, PaperState, Received, Rendition, Verdict};
use panelclerk::panel::people::{Capacity, Person, Terms};
use panelclerk::panel::request::Request;
use panelclerk::panel::words::{Heading, Words};

pub struct Sample {
    pub heading: Heading,
    pub words: Words,
    pub casebook: Casebook,
    pub agenda: Agenda,
    pub people: Vec<Person>,
}

pub fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Tz> {
    day.and_time(time(hour, minute)).and_local_timezone(London).unwrap()
}

pub fn case_id(text: &str) -> CaseId {
    text.parse().unwrap()
}

pub fn sample() -> Sample {
    let casebook = casebook();
    Sample {
        heading: heading(),
        words: words(),
        agenda: agenda(&casebook.meeting),
        casebook,
        people: people(),
    }
}

fn heading() -> Heading {
    Heading {
        panel: "North East Lincolnshire Placement and Commissioning Panel".to_owned(),
        short: "NELC".to_owned(),
        council: "North East Lincolnshire Council".to_owned(),
        venue: "Civic Offices, Grimsby, and online".to_owned(),
        marking: "OFFICIAL-SENSITIVE".to_owned(),
        category: Some("P25 2026/11/23 LEGAL MEETINGS (PLACEMENT PANEL)".to_owned()),
        record_system: "Liquidlogic".to_owned(),
        record_type: "Management decision/discussion".to_owned(),
        record_heading: "PLACEMENT PANEL".to_owned(),
        record_by: None,
        case_label: "LCS ID".to_owned(),
        escalation: "Through the Head of Service to the Director of Children's Services".to_owned(),
        file_stem: "NELC 2026-11-23 {what}".to_owned(),
    }
}

fn words() -> Words {
    let requests = Request::ALL.map(|request| (request, label(request).to_owned()));
    let kinds = [
        ("referral", "Referral form"),
        ("assessment", "Assessment"),
        ("care_plan", "Care plan"),
        ("pathway_plan", "Pathway plan"),
        ("other", "Other document"),
    ];
    let decisions = DecisionWord::ALL.into_iter().filter(|word| *word != DecisionWord::AgreedInPrinciple);
    Words {
        requests: IndexMap::from(requests),
        kinds: kinds.into_iter().map(|(kind, label)| (kind.parse().unwrap(), label.to_owned())).collect(),
        decisions: decisions.map(|word| (word, word.plain().to_owned())).collect(),
        survey_done: "White Rose placement survey completed".to_owned(),
        ..Words::default()
    }
}

fn label(request: Request) -> &'static str {
    match request {
        Request::NewPlacement => "New placement",
        Request::PlacementMove => "Placement move",
        Request::EmergencyRetrospective => "Emergency placement",
        Request::Extension => "Extension",
        Request::Retainer => "Retainer",
        Request::StaffingRatio => "Staffing ratio",
        Request::TherapeuticOrOther => "Therapy or other support",
        Request::Taxi => "Taxi",
        Request::LeavingCare16plus => "Leaving care 16+",
        Request::CourtOrdered => "Court-ordered placement",
        Request::CourtMayOrder => "Court may order a placement",
        Request::Review => "Review",
        Request::Other => "Other",
    }
}

fn meeting(day: NaiveDate, cutoff: NaiveDate) -> Meeting {
    Meeting {
        date: day,
        usual_date: day,
        starts: at(day, 13, 0),
        ends: Some(at(day, 17, 0)),
        cutoff: at(cutoff, 15, 0),
        agenda_due: None,
        record_due: None,
    }
}

fn casebook() -> Casebook {
    let mut cases = vec![
        case("1048213", "Łukasz Wiśniewski", Request::EmergencyRetrospective, 14),
        case("1050332", "Siân Ŵyn Hughes", Request::NewPlacement, 9),
        case("1050333", "Rhys Ŵyn Hughes", Request::NewPlacement, 6),
        case("1047710", "Amelia Grace Thornton-Brightwater", Request::Extension, 16),
        case("1051117", "Tariq Mahmood", Request::Retainer, 12),
        case("1049926", "Ruby-Mae O'Connor", Request::Taxi, 8),
    ];
    cases[0].emergency = Emergency {
        claimed: true,
        confirmed: true,
        placed_on: Some(date(2026, 11, 19)),
        authorised_by: None,
    };
    cases[0].arrival = Verdict::Late;
    cases[2].findings = vec![
        Finding::blocks("missing-paper", "no care plan, CIN plan or CP plan has come in")
            .hint("put the current plan into the folder"),
        Finding::warning("assessment-old", "the assessment is older than 6 months"),
    ];
    cases[5].disposition = Disposition::Listed;
    Casebook {
        panel: "NELC".to_owned(),
        meeting: meeting(date(2026, 11, 23), date(2026, 11, 18)),
        now: at(date(2026, 11, 20), 9, 30).with_timezone(&Utc),
        share: Share { healthy: true, last_scan: None, since: None },
        known: cases.iter().map(|case| case.id.clone()).collect(),
        cases,
        unfiled: vec![paper(40, None, None, "scan0004.pdf")],
        ignored: vec![Ignored { file: "Thumbs.db".to_owned(), reason: "made by Windows".to_owned() }],
    }
}

fn case(id: &str, name: &str, request: Request, age: i32) -> Case {
    let first: u32 = id[5..].parse().unwrap();
    let papers = [
        ("referral", "Referral form.docx"),
        ("assessment", "Assessment November.docx"),
        ("care_plan", "Care plan.pdf"),
    ];
    let papers = (first..).zip(papers).map(|(number, (kind, file))| {
        paper(
            number * 10 + number % 7,
            Some(id),
            Some(kind),
            &format!("{id} {}/{file}", name.split(' ').next().unwrap()),
        )
    });
    Case {
        id: case_id(id),
        folder: Some(format!("{id} {name}")),
        child: Child { name: Some(name.to_owned()), known_as: None, born: Some(date(2026 - age, 3, 12)) },
        request: Some(request),
        form: form(name),
        papers: papers.collect(),
        emergency: Emergency::default(),
        by_hand: ByHand::default(),
        arrival: Verdict::InTime,
        disposition: Disposition::Listed,
        meeting: date(2026, 11, 23),
        so_far: panelclerk::panel::case::SoFar::default(),
        findings: Vec::new(),
    }
}

fn form(name: &str) -> Form {
    let first = name.split(' ').next().unwrap();
    let text = |key: &str, words: String| {
        (
            key.parse().unwrap(),
            Filled { raw: words.clone(), label: key.to_owned(), value: Value::Text(words) },
        )
    };
    let mut form = Form::default();
    form.fields.extend([
        text("legal_status", "Interim care order".to_owned()),
        text("social_worker", "Priya Nair".to_owned()),
        text("team_manager", "Gareth Powell".to_owned()),
        text("alternatives", "Family network meeting on 2 November; paternal aunt assessed and not able to care at present. Two in-house carers approached, neither with a vacancy. Edge of care team involved since August.".to_owned()),
        text("child_views", format!("{first} would like to stay at the same school and to see Gran at weekends.")),
        text("parent_views", "Mother agrees to the plan; father's views were sought by email and phone without reply.".to_owned()),
        text("health", "Up to date with immunisations. CAMHS referral accepted, first appointment 8 December.".to_owned()),
        text("education", "Year 5, attendance 93 %, school transport in place.".to_owned()),
        text("permanence_plan", "Long-term fostering, reunification not ruled out at the next review.".to_owned()),
    ]);
    let cost = Value::Money { pence: Pence(425_000), period: Some(Period::Week) };
    form.fields.insert(
        "cost_total".parse().unwrap(),
        Filled { raw: "£4,250.00 pw".to_owned(), label: "Total".to_owned(), value: cost },
    );
    form
}

fn paper(number: u32, case: Option<&str>, kind: Option<&str>, file: &str) -> Paper {
    let mut digest = [0_u8; 32];
    digest[..4].copy_from_slice(&(number * 2_654_435).to_be_bytes());
    let title = file.rsplit('/').next().unwrap().split('.').next().unwrap();
    Paper {
        number: PaperNumber::new(number),
        file: file.to_owned(),
        sha256: Sha256::from_digest(digest),
        size: 48_213,
        case: case.map(case_id),
        child_confirmed: if case.is_some() { Confirmed::ByPaper } else { Confirmed::Not },
        kind: kind.map(|kind| kind.parse().unwrap()),
        title: title.to_owned(),
        dated: case.map(|_| date(2026, 11, 2)),
        state: if case.is_some() { PaperState::Accepted } else { PaperState::NeedsAttention },
        version: 1,
        part_of: None,
        reason: case.is_none().then(|| "the child cannot be told from the document".to_owned()),
        received: Received {
            absent_at: None,
            present_at: at(date(2026, 11, 17), 10, 0).with_timezone(&Utc),
            verdict: Verdict::InTime,
        },
        in_use: case.is_some(),
        form: None,
        rendition: Some(Rendition {
            sha256: Sha256::from_digest(digest),
            pages: 4,
            without_text: Vec::new(),
        }),
        findings: Vec::new(),
    }
}

fn agenda(meeting_held: &Meeting) -> Agenda {
    let standing = |number: &str, start, minutes, title: &str, note: &str| Item {
        number: number.to_owned(),
        starts: start,
        minutes,
        what: What::Standing { title: title.to_owned(), note: note.to_owned() },
    };
    let heard = |number: &str,
                 start,
                 minutes,
                 section: &str,
                 case: &str,
                 child: &str,
                 age,
                 request: &str,
                 flags: &[&str]| Item {
        number: number.to_owned(),
        starts: start,
        minutes,
        what: What::Case(CaseLine {
            case: case_id(case),
            section: section.to_owned(),
            child: child.to_owned(),
            age: Some(age),
            request: request.to_owned(),
            presenters: vec![
                "Priya Nair, social worker".to_owned(),
                "Gareth Powell, team manager".to_owned(),
            ],
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            note: String::new(),
            permission: String::new(),
            for_noting: false,
        }),
    };
    Agenda {
        meeting: meeting_held.clone(),
        next_meeting: Some(meeting(date(2026, 11, 30), date(2026, 11, 25))),
        items: vec![
            standing("1", time(13, 0), 5, "Welcome, apologies, substitutes and declarations of interest", ""),
            standing(
                "2",
                time(13, 5),
                5,
                "Minutes and actions of the last meeting",
                "16 November 2026; three actions open",
            ),
            heard(
                "3.1",
                time(13, 10),
                15,
                "Emergency placements for ratification",
                "1048213",
                "ŁW",
                14,
                "Emergency placement",
                &["EMERGENCY", "RETROSPECTIVE"],
            ),
            heard(
                "4.1",
                time(13, 25),
                10,
                "New placement requests",
                "1050332",
                "SŴH",
                9,
                "New placement",
                &[],
            ),
            heard(
                "4.2",
                time(13, 35),
                10,
                "New placement requests",
                "1050333",
                "RŴH",
                6,
                "New placement",
                &["INCOMPLETE: care plan"],
            ),
            Item { number: String::new(), starts: time(13, 45), minutes: 10, what: What::Break },
            heard("5.1", time(13, 55), 10, "Extensions", "1047710", "AGT", 16, "Extension", &[]),
            heard("6.1", time(14, 5), 5, "Other commissioning", "1051117", "TM", 12, "Retainer", &["LATE"]),
            standing("7", time(14, 10), 5, "Any other business and next meeting", ""),
        ],
        not_slotted: vec![case_id("1049926")],
    }
}

fn people() -> Vec<Person> {
    let person = |name: &str, role: &str, agency: &str, capacity| Person {
        name: name.to_owned(),
        role: role.to_owned(),
        agency: agency.to_owned(),
        email: Some(format!("{}@example.org", name.to_lowercase().replace(' ', "."))),
        capacity,
        terms: Terms::default(),
    };
    vec![
        person("Helen Marsh", "Assistant Director (chair)", "Children's Services", Capacity::Chair),
        person("Dr Imogen Clarke", "Designated clinical lead", "Integrated Care Board", Capacity::Member),
        person("Tom Bradshaw", "Head of the Virtual School", "Education", Capacity::Member),
        person(
            "Nadia Rahman",
            "Service manager, fostering and residential",
            "Children's Services",
            Capacity::Member,
        ),
        person("Peter Ekwueme", "Finance business partner", "Resources", Capacity::Member),
        person("Joan Whitfield", "Panel administrator", "Children's Services", Capacity::Administrator),
        person("Priya Nair", "Social worker", "Children's Services", Capacity::Officer),
    ]
}

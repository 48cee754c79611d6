//! The agenda and the records as Word files, from the shipped templates.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use panelclerk::agenda::document::{self, AgendaFacts, Before};
use panelclerk::agenda::pages::{Pages, Span};
use panelclerk::minutes::facts::{Document, MinutesFacts, Templates};
use panelclerk::minutes::write;
use panelclerk::panel::follow_up::follow_ups;
use panelclerk::panel::funding::Asked;
use panelclerk::panel::money::Pence;
use panelclerk::panel::obligations::{Obligation, Owed};
use panelclerk::panel::outcome::{
    Action, Attendee, DecidedBy, Decision, DecisionWord, Funder, Outcome, Presence,
};

use crate::sample_meeting::{Sample, case_id, date, sample, time};

pub fn template(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The words of a Word part, paragraphs by line.
pub fn words_of(docx: &[u8], part: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut xml = String::new();
    archive.by_name(part).unwrap().read_to_string(&mut xml).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let mut lines = Vec::new();
    for paragraph in document.descendants().filter(|node| node.tag_name().name() == "p") {
        let text = paragraph.descendants().filter(|node| matches!(node.tag_name().name(), "t" | "br"));
        let line: String = text
            .map(|node| if node.tag_name().name() == "br" { "\n" } else { node.text().unwrap_or("") })
            .collect();
        lines.push(line);
    }
    lines.join("\n")
}

pub fn outcome() -> Outcome {
    let person = |name: &str, role: &str, agency: &str, presence| Attendee {
        name: name.to_owned(),
        role: role.to_owned(),
        agency: agency.to_owned(),
        presence,
        standing_for: None,
        interests: Vec::new(),
        kept_out: Vec::new(),
    };
    let decision = |case: &str, word, reason: &str, weekly: Option<i64>| Decision {
        reason: reason.to_owned(),
        decided_by: Some(DecidedBy::Consensus),
        weekly: weekly.map(Pence),
        split: weekly.map_or(Vec::new(), |all| {
            vec![(Funder::SocialCare, Pence(all * 3 / 4)), (Funder::Health, Pence(all / 4))]
        }),
        from: Some(date(2026, 11, 24)),
        to: None,
        review: Some(date(2027, 2, 22)),
        conditions: "Health contribution to be confirmed in writing by 4 December.\nSchool place kept open."
            .to_owned(),
        discussion:
            "The panel heard from the social worker and asked about contact and the distance to school."
                .to_owned(),
        survey_done: Some(word != DecisionWord::Deferred),
        ..Decision::of(case_id(case), word)
    };
    let mut nadia = person("Nadia Rahman", "Service manager", "Children's Services", Presence::Present);
    nadia.interests = vec![case_id("1047710")];
    let mut stand_in = person("Sam Okafor", "Commissioning officer", "Commissioning", Presence::Substitute);
    stand_in.standing_for = Some("Peter Ekwueme".to_owned());
    Outcome {
        started: Some(time(13, 2)),
        ended: Some(time(14, 20)),
        chair: Some("Helen Marsh".to_owned()),
        attendance: vec![
            person("Helen Marsh", "Assistant Director (chair)", "Children's Services", Presence::Present),
            nadia,
            person("Peter Ekwueme", "Finance business partner", "Resources", Presence::Apologies),
            stand_in,
        ],
        decisions: vec![
            decision(
                "1048213",
                DecisionWord::Ratified,
                "Placed in an emergency on 19 November; no safe alternative that night.",
                Some(385_000),
            ),
            decision(
                "1050332",
                DecisionWord::AgreedWithConditions,
                "Needs cannot be met in house.",
                Some(425_000),
            ),
            decision("1050333", DecisionWord::Deferred, "Awaiting the care plan.", None),
            decision(
                "1047710",
                DecisionWord::Extended,
                "Settled; move to supported accommodation planned for spring.",
                Some(198_050),
            ),
        ],
        actions: vec![
            Action {
                case: Some(case_id("1050333")),
                what: "Complete and submit the care plan".to_owned(),
                owner: "Priya Nair".to_owned(),
                due: Some(date(2026, 11, 25)),
            },
            Action {
                case: None,
                what: "Report the use of emergency placements to the board".to_owned(),
                owner: "Helen Marsh".to_owned(),
                due: None,
            },
        ],
        ..Outcome::default()
    }
}

pub fn pages() -> Pages {
    let mut pages = Pages::default();
    pages.cases.insert(case_id("1048213"), Span { first: 9, last: 31 });
    pages.cases.insert(case_id("1050332"), Span { first: 32, last: 32 });
    pages
}

/// What earlier meetings left.
fn before() -> Before {
    let owed = Obligation {
        case: case_id("1044001"),
        what: Owed::Review,
        due: date(2026, 11, 20),
        overdue: true,
        message: "review of what was decided on 24 August 2026".to_owned(),
    };
    let asked = |funder, weekly, remaining| Asked { funder, weekly: Pence(weekly), remaining };
    Before {
        actions: follow_ups(&[(date(2026, 11, 16), outcome())], &[]),
        funding: vec![
            asked(Funder::SocialCare, 1_250_000, Some(Pence(98_000_000))),
            asked(Funder::Health, 106_250, None),
        ],
        due_back: vec![owed],
    }
}

pub fn agenda_document(sample: &Sample) -> Vec<u8> {
    let pages = pages();
    let facts = AgendaFacts {
        heading: &sample.heading,
        words: &sample.words,
        agenda: &sample.agenda,
        case_count: sample.agenda.cases().count(),
        casebook: &sample.casebook,
        people: &sample.people,
        pages: &pages,
        status: "",
        before: &before(),
    };
    document::document(&facts, &template("agenda.docx")).unwrap()
}

/// A head of the evidence chain.
const HEAD: &str = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592";

pub fn records(sample: &Sample, outcome: &Outcome) -> Vec<Document> {
    records_with(sample, outcome, "Quorate")
}

/// The same of a panel of which this is said of its quorum.
pub fn records_with(sample: &Sample, outcome: &Outcome, quorum: &str) -> Vec<Document> {
    let pages = pages();
    let facts = MinutesFacts {
        heading: &sample.heading,
        words: &sample.words,
        casebook: &sample.casebook,
        agenda: &sample.agenda,
        outcome,
        pages: &pages,
        promised: &BTreeMap::new(),
        status: "Draft",
        quorum,
        unrepresented: "",
    };
    let (minutes, note) = (template("minutes.docx"), template("decision_note.docx"));
    write::write(&facts, Templates { minutes: &minutes, decision_note: &note }, HEAD).unwrap()
}

/// Keeps a document where a person can look at it, when `PANELCLERK_LOOK` names a folder.
#[expect(clippy::disallowed_methods, reason = "only a person who asks for it gets these files")]
pub fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("PANELCLERK_LOOK") {
        std::fs::write(Path::new(&folder).join(name), bytes).unwrap();
    }
}

#[test]
fn the_minutes_carry_the_head_of_the_evidence_chain_where_nobody_reads_it_by_chance() {
    let documents = records(&sample(), &outcome());
    let minutes = documents.iter().find(|document| document.file_name.contains("minutes")).unwrap();
    assert!(!words_of(&minutes.bytes, "word/document.xml").contains(HEAD));
    let mut properties = String::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(&minutes.bytes)).unwrap();
    archive.by_name("docProps/core.xml").unwrap().read_to_string(&mut properties).unwrap();
    assert!(properties.contains(&format!("<dc:identifier>{HEAD}</dc:identifier>")), "{properties}");
}

#[test]
fn whom_the_chair_keeps_out_of_a_case_is_minuted_like_whoever_declares_an_interest() {
    let mut outcome = outcome();
    outcome.attendance[0].kept_out = vec![case_id("1050332")];
    let documents = records(&sample(), &outcome);
    let text = |word: &str| {
        let document = documents.iter().find(|document| document.file_name.contains(word)).unwrap();
        words_of(&document.bytes, "word/document.xml")
    };
    let minutes = text("minutes");
    assert!(minutes.contains("1050332 (excluded by the Chair)"), "{minutes}");
    let said = |note: &str| note.split("Excluded by the Chair").count() - 1;
    assert_eq!(said(&text("1050332")), 1, "the note of that case says who took no part: {}", text("1050332"));
    assert_eq!(said(&text("1048213")), 0, "and of another case it does not");
}

#[test]
fn the_agenda_says_who_is_heard_when() {
    let agenda = agenda_document(&sample());
    keep("agenda.docx", &agenda);
    let text = words_of(&agenda, "word/document.xml");
    for expected in [
        "Monday 23 November 2026, 1 pm to 5 pm · Civic Offices, Grimsby, and online",
        "3  Emergency placements for ratification",
        "to 1.25 pm",
        "3.1  ŁW, aged 14",
        "LCS ID 1048213 · pack pages 9–31",
        "EMERGENCY · RETROSPECTIVE",
        "LCS ID 1050332 · pack pages 32",
        "Break, 10 minutes",
        "Priya Nair, social worker\nGareth Powell, team manager",
        "Cases without a time",
        "Social care\n£12,500.00\n£980,000.00",
        "Health\n£1,062.50\n–",
        "Total\n£13,562.50",
        "Complete and submit the care plan\nPriya Nair",
        "1044001\nreview of what was decided on 24 August 2026",
        ", overdue",
        "1 pm Monday 30 November 2026. Documents to the administrator by 3 pm Wednesday 25 November 2026.",
    ] {
        assert!(text.contains(expected), "`{expected}` is not in\n{text}");
    }
    assert_eq!(text.matches("4  New placement requests").count(), 1, "a section is named once");
    assert!(!text.contains("Wiśniewski") && !text.contains("{{"), "{text}");
    assert!(words_of(&agenda, "word/header1.xml").contains("OFFICIAL-SENSITIVE"));
    assert!(words_of(&agenda, "word/footer1.xml").contains("OFFICIAL-SENSITIVE"));
}

#[test]
fn the_minutes_are_one_page_a_case_and_a_note_each() {
    let sample = sample();
    let documents = records(&sample, &outcome());
    for document in &documents {
        keep(&document.file_name, &document.bytes);
    }
    let names: Vec<&str> = documents.iter().map(|document| document.file_name.as_str()).collect();
    assert_eq!(
        names,
        [
            "NELC 2026-11-23 minutes.docx",
            "NELC 2026-11-23 decision note 1048213.docx",
            "NELC 2026-11-23 case note 1048213.txt",
            "NELC 2026-11-23 decision note 1050332.docx",
            "NELC 2026-11-23 case note 1050332.txt",
            "NELC 2026-11-23 decision note 1050333.docx",
            "NELC 2026-11-23 case note 1050333.txt",
            "NELC 2026-11-23 decision note 1047710.docx",
            "NELC 2026-11-23 case note 1047710.txt",
            "NELC 2026-11-23 actions.xlsx",
            "NELC 2026-11-23 filing list.xlsx",
        ]
    );
    let minutes = words_of(&documents[0].bytes, "word/document.xml");
    for expected in [
        "P25 2026/11/23 LEGAL MEETINGS (PLACEMENT PANEL)",
        "Peter Ekwueme (Finance business partner)",
        "Sam Okafor (Commissioning officer), for Peter Ekwueme",
        "In the chair\nHelen Marsh",
        "Nadia Rahman: 1047710",
        "£4,250.00 a week: Social care £3,187.50, Health £1,062.50",
        "Health contribution to be confirmed in writing by 4 December.\nSchool place kept open.",
        "Awaiting the care plan.",
        "Not recorded",
    ] {
        assert!(minutes.contains(expected), "`{expected}` is not in\n{minutes}");
    }
    let note = words_of(&documents[3].bytes, "word/document.xml");
    assert!(note.starts_with("PLACEMENT PANEL"), "{note}");
    assert!(note.contains("Siân Ŵyn Hughes") && !note.contains("Wiśniewski"), "one child only: {note}");
}

#[test]
fn the_same_meeting_gives_the_same_bytes() {
    let sample = sample();
    assert_eq!(agenda_document(&sample), agenda_document(&sample));
    assert_eq!(records(&sample, &outcome()), records(&sample, &outcome()));
}

#[test]
fn a_meeting_without_a_word_typed_still_has_minutes() {
    let documents = records(&sample(), &Outcome::default());
    assert_eq!(documents.len(), 3, "minutes, actions, filing list, and no note without a decision");
}

/// A Word file with one paragraph for each of `lines`.
fn typed_in_word(lines: &[String]) -> Vec<u8> {
    let add = |docx: docx_rs::Docx, line: &String| {
        docx.add_paragraph(docx_rs::Paragraph::new().add_run(docx_rs::Run::new().add_text(line)))
    };
    let mut packed = Cursor::new(Vec::new());
    lines.iter().fold(docx_rs::Docx::new(), add).build().pack(&mut packed).unwrap();
    packed.into_inner()
}

/// Every field in back-ticks between two headings of the guide, in the block that its line names.
fn guide(from: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/templates.md");
    let text = std::fs::read_to_string(path).unwrap();
    let part = text.split("\n## ").find(|part| part.starts_with(from)).unwrap();
    part.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_field_of_the_guide_is_there() {
    let sample = sample();
    let mut lines: Vec<String> =
        guide("Fields of all of them").iter().map(|field| format!("{{{{{field}}}}}")).collect();
    let mut open: Vec<String> = Vec::new();
    for entry in guide("Agenda").into_iter().filter(|entry| entry != "if") {
        let block = entry.strip_prefix("{{#").and_then(|rest| rest.strip_suffix("}}"));
        match block {
            Some(block) => {
                lines.append(&mut open);
                lines.push(entry.clone());
                open.push(format!("{{{{/{}}}}}", block.split(' ').next().unwrap()));
            }
            None => lines.push(format!("{{{{{entry}}}}}")),
        }
    }
    lines.append(&mut open);
    let pages = pages();
    let facts = AgendaFacts {
        heading: &sample.heading,
        words: &sample.words,
        agenda: &sample.agenda,
        case_count: sample.agenda.cases().count(),
        casebook: &sample.casebook,
        people: &sample.people,
        pages: &pages,
        status: "",
        before: &before(),
    };
    document::document(&facts, &typed_in_word(&lines)).unwrap();
    let listed = guide("Minutes and decision note");
    let at = |wanted: &str| listed.iter().position(|entry| entry.starts_with(wanted)).unwrap();
    let fields = |from: usize, to: usize| -> Vec<String> {
        listed[from..to]
            .iter()
            .filter(|field| !field.starts_with("{{"))
            .map(|field| format!("{{{{{field}}}}}"))
            .collect()
    };
    let (present, interests, cases, split) =
        (at("{{#each present"), at("{{#each interests"), at("{{#each cases"), at("{{#each split"));
    let mut lines = fields(0, present);
    for block in ["present", "apologies", "substitutes", "observers"] {
        lines.push(format!("{{{{#each {block}}}}}"));
        lines.extend(fields(present, interests));
        lines.push("{{/each}}".to_owned());
    }
    lines.push("{{#each interests}}".to_owned());
    lines.extend(fields(interests, cases));
    lines.extend(["{{/each}}".to_owned(), "{{#each cases}}".to_owned()]);
    lines.extend(fields(cases, split));
    let rest = [
        "{{#each split}}{{funder}}{{amount}}{{/each}}",
        "{{#each actions}}{{ref}}{{what}}{{owner}}{{due}}{{/each}}",
        "{{#each papers}}{{title}}{{dated}}{{pages}}{{/each}}",
        "{{/each}}",
        "{{#each actions}}{{what}}{{/each}}{{next_meeting.date}}",
    ];
    lines.extend(rest.map(str::to_owned));
    let outcome = outcome();
    let facts = MinutesFacts {
        heading: &sample.heading,
        words: &sample.words,
        casebook: &sample.casebook,
        agenda: &sample.agenda,
        outcome: &outcome,
        pages: &pages,
        promised: &BTreeMap::new(),
        status: "",
        quorum: "",
        unrepresented: "",
    };
    let note = typed_in_word(&["{{#with case}}{{decision}}{{/with}}".to_owned()]);
    write::write(&facts, Templates { minutes: &typed_in_word(&lines), decision_note: &note }, HEAD).unwrap();
}

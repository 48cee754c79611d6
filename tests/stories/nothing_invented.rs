//! Workbooks half filled in every way: no word of minutes, note, text or letter says what no cell and no document said.
//!
//! What may stand there is put together without the code that writes it: the words of the templates, those of the documents and the agenda, a
//! short list of the record's own words, and for each cell the words that it means. A cell with a mistake beside it means none.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{NaiveDate, NaiveTime};
use panelclerk::desk::outcome::checked;
use panelclerk::desk::typed::read;
use panelclerk::minutes::facts;
use panelclerk::panel::outcome::Outcome;
use panelclerk::panel::when;
use panelclerk::post::facts::of_decision;
use panelclerk::stationery::excel::Value;
use proptest::prelude::*;

use crate::documents::{records_with, template, words_of};
use crate::sample_meeting::{Sample, sample};
use crate::workbook::{edition, meant, typed};

/// A cell, what may be typed into it, and the words that each of these means.
type Typing = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const CELLS: &[Typing] = &[
    ("Meeting", "Meeting started", "Fill in", &[("13:07", "1.07 pm"), ("after lunch", "")]),
    ("Meeting", "Meeting ended", "Fill in", &[("15:41", "3.41 pm"), ("12:03", "12.03 pm")]),
    (
        "Meeting",
        "In the chair",
        "Fill in",
        &[("Helen Marsh", "Helen Marsh"), ("Somebody Else", "Somebody Else")],
    ),
    ("Meeting", "Interests declared", "Fill in", &[("none", "None declared"), ("perhaps", "")]),
    (
        "Attendance",
        "Helen Marsh",
        "Presence",
        &[
            ("Present", "Helen Marsh Assistant Director chair Children's Services quorate"),
            (
                "Apologies",
                "Helen Marsh Assistant Director chair Children's Services not quorate nobody was there",
            ),
            ("there", ""),
        ],
    ),
    (
        "Attendance",
        "Nadia Rahman",
        "Presence",
        &[
            (
                "Present",
                "Nadia Rahman Service manager fostering and residential not quorate nobody was there assistant director",
            ),
            ("late", ""),
        ],
    ),
    (
        "Attendance",
        "Nadia Rahman",
        "Interest in cases",
        &[("1050332", ""), ("1050399", ""), ("the twins", "")],
    ),
    ("Attendance", "Helen Marsh", "Kept out of by the chair", &[("1048213", "excluded by the Chair")]),
    ("Decisions", "1050332", "Decision", &[("Agreed", "Agreed"), ("Deferred", "Deferred"), ("Fine", "")]),
    ("Decisions", "1050332", "Reason", &[("Suitable nearby", "Suitable nearby")]),
    (
        "Decisions",
        "1050332",
        "Decided by",
        &[
            ("Consensus", "Consensus of the panel"),
            ("Chair", "The chair, the panel having reached no consensus"),
            ("Everybody", ""),
        ],
    ),
    ("Decisions", "1050332", "Time considered", &[("14:17", "2.17 pm"), ("as planned", ""), ("soon", "")]),
    ("Decisions", "1050332", "Presented by", &[("Wanda Quill", "Wanda Quill"), ("as planned", "")]),
    ("Decisions", "1050332", "Placement agreed", &[("Hostel instead", "Hostel instead")]),
    ("Decisions", "1050332", "A week", &[("1237", "1,237.00"), ("tbc", ""), ("95%", "")]),
    ("Decisions", "1050332", "Social care", &[("75%", "927.75"), ("999", "999.00"), ("lots", "")]),
    ("Decisions", "1050332", "Health", &[("25%", "309.25"), ("238", "238.00"), ("125%", "")]),
    ("Decisions", "1050332", "Paid once", &[("641", "641.00"), ("some", "")]),
    ("Decisions", "1050332", "From parents a week", &[("17", "17.00")]),
    ("Decisions", "1050332", "From", &[("03/12/2026", "3 December 2026"), ("31/02/2027", "")]),
    ("Decisions", "1050332", "To", &[("04/01/2027", "4 January 2027"), ("05/06/2025", "5 June 2025")]),
    ("Decisions", "1050332", "Review", &[("19/07/2027", "19 July 2027"), ("18/08/2025", "")]),
    ("Decisions", "1050332", "Conditions", &[("Visits weekly", "Visits weekly")]),
    ("Decisions", "1050332", "Discussion", &[("Spoke frankly", "Spoke frankly")]),
    ("Decisions", "1050332", "Panel on health", &[("Dentist booked", "Dentist booked")]),
    ("Decisions", "1050332", "Panel on education", &[("Tutor found", "Tutor found")]),
    ("Decisions", "1050332", "Panel on other needs", &[("Mentor sought", "Mentor sought")]),
    ("Decisions", "1050332", "Achieved?", &[("Partly reached", "Partly reached")]),
    ("Decisions", "1050332", "Dissent", &[("Finance objected", "Finance objected")]),
    ("Decisions", "1050332", "Placement survey completed", &[("yes", "Yes"), ("no", "No"), ("maybe", "")]),
    ("Decisions", "1048213", "Decision", &[("Ratified", "Ratified"), ("Noted", "Noted")]),
    ("Decisions", "1048213", "Decided by", &[("Consensus", "Consensus of the panel")]),
    ("Decisions", "1048213", "Review", &[("21/09/2027", "21 September 2027")]),
    ("Actions", "1", "Case", &[("1050332", ""), ("1050323", ""), ("case one", "")]),
    ("Actions", "1", "What", &[("Telephone grandmother", "Telephone grandmother")]),
    ("Actions", "1", "Owner", &[("Ivo Stern", "Ivo Stern")]),
    ("Actions", "1", "Due", &[("16/10/2027", "16 October 2027"), ("whenever", "")]),
];

/// The record's own words around what was said.
const OWN: &str = "Not recorded None recorded a week from to until on the form date Head of Service entered by administrator written \
                   authority outside the panel it has not been received document in writing for Panel LCS ID Request To do Action Decision \
                   note case minutes Challenge or escalation am pm";

/// The labels of notes and letters, which stand whatever was typed.
const LABELS: &str = "Decision Reason Decided by Presented by Considered at Placement agreed Agreed period Weekly cost Funding split Paid \
                      once Parents' contribution Review date Conditions Discussion The panel on health The panel on education The panel on \
                      other needs Promised outcomes achieved Dissent White Rose placement survey completed In the chair Present for this item Interests \
                      in this item Excluded by the Chair Quorum Social care Health Education Other";

fn words(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The words of a template outside its tags.
fn fixed(name: &str) -> BTreeSet<String> {
    let bytes = template(name);
    let text = ["word/document.xml", "word/header1.xml", "word/footer1.xml"]
        .map(|part| words_of(&bytes, part))
        .join("\n");
    let outside = text.split("{{").map(|piece| piece.split_once("}}").map_or(piece, |(_, after)| after));
    words(&outside.collect::<Vec<_>>().join(" "))
}

/// Every text in a value, and each date and time as documents show it.
fn leaves(value: &serde_json::Value, into: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) => {
            into.extend(words(text));
            let day = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
            into.extend(day.map(|day| words(&when::long_date(day))).unwrap_or_default());
            let hour = text.parse::<NaiveTime>().ok();
            into.extend(hour.map(|hour| words(&when::hour(hour))).unwrap_or_default());
        }
        serde_json::Value::Number(number) => into.extend(words(&number.to_string())),
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        serde_json::Value::Object(fields) => fields.values().for_each(|item| leaves(item, into)),
        _ => {}
    }
}

/// What may be said before anybody has typed anything.
fn said_already(sample: &Sample) -> BTreeSet<String> {
    let mut allowed: BTreeSet<String> = [OWN, LABELS].into_iter().flat_map(words).collect();
    allowed.extend(fixed("minutes.docx"));
    allowed.extend(fixed("decision_note.docx"));
    leaves(&serde_json::to_value(&sample.casebook).unwrap(), &mut allowed);
    leaves(&serde_json::to_value(&sample.agenda).unwrap(), &mut allowed);
    leaves(&serde_json::to_value(&sample.heading).unwrap(), &mut allowed);
    leaves(&serde_json::json!([sample.heading.record_system, sample.heading.record_type]), &mut allowed);
    // The pack pages that the records name.
    allowed.extend((1..=40).map(|page| page.to_string()));
    allowed
}

/// Everything that is written from an outcome, as text.
fn written(
    sample: &Sample,
    outcome: &Outcome,
    rules: &panelclerk::panel::rules::Rules,
) -> Vec<(String, String)> {
    let quorum = facts::quorum(rules, outcome, &sample.agenda);
    let mut all: Vec<(String, String)> = records_with(sample, outcome, &quorum)
        .into_iter()
        .filter_map(|document| {
            let text = match document.file_name.rsplit('.').next() {
                Some("docx") => words_of(&document.bytes, "word/document.xml"),
                Some("txt") => String::from_utf8(document.bytes).unwrap(),
                _ => return None,
            };
            Some((document.file_name, text))
        })
        .collect();
    for decision in &outcome.decisions {
        let lines =
            of_decision(&decision.case, outcome, &sample.casebook, &sample.heading, &sample.words, &quorum);
        let text = lines.into_iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
        all.push((format!("email {}", decision.case), text));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_record_says_only_what_a_cell_or_a_document_said(
        choices in proptest::collection::vec(0_usize..4, CELLS.len()),
    ) {
        let sample = sample();
        let path = Path::new("/panel/config.toml");
        let config = include_str!("../../config.toml");
        let config = config.replace("[decisions]\n", "[decisions]\nquorum = [\"assistant director\"]\n");
        let rules = panelclerk::config::resolve("config.toml", &config, path).unwrap().rules;
        let mut allowed = said_already(&sample);
        let mut cells: Vec<(&str, &str, &str, Value)> = Vec::new();
        for ((sheet, key, column, may), choice) in CELLS.iter().zip(choices) {
            // Many of the cells stay empty.
            let Some((value, means)) = may.get(choice) else { continue };
            cells.push((sheet, key, column, Value::Text((*value).to_owned())));
            allowed.extend(words(means));
        }
        let (typed, shape) = read(&edition(&sample, &typed(&cells), &[], 1)).unwrap();
        prop_assert!(shape.is_empty(), "{shape:?}");
        let (outcome, _) = checked(&typed, &meant(&sample), &rules, true);
        for (file, text) in written(&sample, &outcome, &rules) {
            let invented: Vec<String> = words(&text).difference(&allowed).cloned().collect();
            // Words that a label brings along say something of their own only together.
            let none_declared = cells.iter().any(|(_, _, _, value)| *value == Value::Text("none".to_owned()));
            prop_assert!(none_declared || !text.contains("None declared"), "{file}:\n{text}");
            prop_assert!(invented.is_empty(), "{file} says {invented:?}, which nobody said, with {cells:?}:\n{text}");
        }
    }
}

/// The property would notice: a record of what nobody typed has words that are not allowed.
#[test]
fn an_invented_word_would_be_found() {
    let sample = sample();
    let allowed = said_already(&sample);
    for invented in ["consensus", "quorate", "ratified", "deferred", "yes", "marsh"] {
        assert!(!allowed.contains(invented), "`{invented}` may stand where nobody said it");
    }
}

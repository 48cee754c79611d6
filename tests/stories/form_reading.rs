//! The same form, filled with the same answers, in every mechanism a council's form uses: all fields right in all of them.
//!
//! The child is fictional.

use std::io::{Cursor, Write};

use chrono::NaiveDate;
use lopdf::{Document, Object, dictionary};
use panelclerk::panel::codes::{Code, CodeList, Codes};
use panelclerk::panel::filling::fill;
use panelclerk::panel::form::{Form, Value};
use panelclerk::panel::labels::{Alias, FieldRule, FieldType, FormRule};
use panelclerk::panel::money::{Pence, Period};
use panelclerk::panel::seen::{FileFormat, Reading};
use panelclerk::panel::seen_from::SeenFrom;
use panelclerk::paper::job::{self, Job, Want};
use panelclerk::paper::pdf::form;
use panelclerk::paper::sheet;
use panelclerk::paper::word;

/// The answers of every fixture, by field.
const ANSWERS: [(&str, &str); 11] = [
    ("child_name", "Zofia Fictional-Łukasz"),
    ("dob", "14/02/2012"),
    ("case_id", "123456"),
    ("legal_status", "Interim care order"),
    ("emergency", "Yes"),
    ("request_type", "New placement"),
    ("cost_total", "£4,250.00 pw"),
    ("placed_on", "1st March 2026"),
    ("social_worker", "Siân Ŵyn (fictional)"),
    ("siblings_n", "2"),
    ("alternatives", "Her aunt was asked and cannot. Two in-house carers were full."),
];

const LABELS: [(&str, &str); 11] = [
    ("child_name", "Child's name"),
    ("dob", "Date of Birth"),
    ("case_id", "LCS ID"),
    ("legal_status", "Legal status"),
    ("emergency", "Emergency placement?"),
    ("request_type", "Type of request"),
    ("cost_total", "Total weekly cost"),
    ("placed_on", "Date placed"),
    ("social_worker", "Allocated social worker"),
    ("siblings_n", "Number of siblings"),
    ("alternatives", "Alternatives considered"),
];

const STATUSES: [&str; 3] = ["Interim care order", "Full care order", "Section 20"];
const REQUESTS: [&str; 4] = ["New placement", "Placement move", "Extension", "Review"];

fn answer(key: &str) -> &'static str {
    ANSWERS.iter().find(|(name, _)| *name == key).unwrap().1
}

fn label(key: &str) -> &'static str {
    LABELS.iter().find(|(name, _)| *name == key).unwrap().1
}

fn rule() -> FormRule {
    let field = |key: &str, field_type: FieldType, list: Option<&str>, aliases: &[&str]| FieldRule {
        key: key.parse().unwrap(),
        label: label(key).to_owned(),
        aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
        field_type,
        vocabulary: list.map(str::to_owned),
        allows_many: false,
        required: true,
        recent: false,
    };
    FormRule {
        key: "referral".to_owned(),
        label: "referral form".to_owned(),
        fields: vec![
            field("child_name", FieldType::Text, None, &["Name of young person", "Name"]),
            field("dob", FieldType::DateOfBirth, None, &["DOB", "D.O.B."]),
            field("case_id", FieldType::CaseNumber, None, &["ICS ID", "CCM No"]),
            field("legal_status", FieldType::Choice, Some("legal_status"), &[]),
            field("emergency", FieldType::YesNo, None, &["Emergency"]),
            field("request_type", FieldType::Choice, Some("request_type"), &[]),
            field("cost_total", FieldType::Money, None, &["Total cost"]),
            field("placed_on", FieldType::Date, None, &[]),
            field("social_worker", FieldType::Person, None, &["Social worker"]),
            field("siblings_n", FieldType::Whole, None, &[]),
            field("alternatives", FieldType::Long, None, &["Alternatives"]),
        ],
        other_labels: vec![Alias::from("For office use only")],
    }
}

fn codes() -> Codes {
    let list = |name: &str, codes: &[(&str, &str)]| CodeList {
        name: name.to_owned(),
        label: name.replace('_', " "),
        codes: codes
            .iter()
            .map(|(code, label)| Code { code: (*code).into(), label: (*label).into(), ..Code::default() })
            .collect(),
    };
    Codes::new([
        list(
            "legal_status",
            &[("C1", "Interim care order"), ("C2", "Full care order"), ("V2", "Section 20")],
        ),
        list(
            "request_type",
            &[
                ("new_placement", "New placement"),
                ("placement_move", "Placement move"),
                ("extension", "Extension"),
                ("review", "Review"),
            ],
        ),
    ])
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn form_of(reading: &Reading) -> Form {
    fill(reading, &rule(), &codes(), &SeenFrom::new(day("2026-11-23")))
}

/// Every field is right and nothing is complained of.
#[track_caller]
fn assert_all_right(mechanism: &str, form: &Form) {
    let expected: [(&str, Value); 11] = [
        ("child_name", Value::Text(answer("child_name").to_owned())),
        ("dob", Value::Date(day("2012-02-14"))),
        ("case_id", Value::Text("123456".to_owned())),
        ("legal_status", Value::Code("C1".to_owned())),
        ("emergency", Value::YesNo(true)),
        ("request_type", Value::Code("new_placement".to_owned())),
        ("cost_total", Value::Money { pence: Pence(425_000), period: Some(Period::Week) }),
        ("placed_on", Value::Date(day("2026-03-01"))),
        ("social_worker", Value::Text("Siân Ŵyn".to_owned())),
        ("siblings_n", Value::Whole(2)),
        ("alternatives", Value::Text(answer("alternatives").to_owned())),
    ];
    for (key, value) in expected {
        let found = form.get(key).map(|filled| &filled.value);
        assert_eq!(found, Some(&value), "{mechanism}: {key}; findings: {:#?}", form.findings);
    }
    assert!(form.findings.is_empty(), "{mechanism}: {:#?}", form.findings);
}

// ---- Word, written by hand -------------------------------------------------------------------------------------------

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape""#;

fn package(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word file with this body; `more` are further parts, and the relations the document has.
fn docx_with(body: &str, relations: &str, more: &[(&str, String)]) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut parts = vec![
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>"#
            ),
        ),
        ("word/document.xml", format!("<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")),
        (
            "word/_rels/document.xml.rels",
            format!(r#"<Relationships xmlns="{rels}">{relations}</Relationships>"#),
        ),
    ];
    parts.extend(more.iter().cloned());
    package(&parts)
}

fn docx(body: &str) -> Vec<u8> {
    docx_with(body, "", &[])
}

fn read_word(body: &str) -> Reading {
    word::read::read(&docx(body)).unwrap()
}

fn run(text: &str) -> String {
    format!(r#"<w:r><w:t xml:space="preserve">{text}</w:t></w:r>"#)
}

fn struck(text: &str) -> String {
    format!(r#"<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>"#)
}

fn p(runs: &str) -> String {
    format!("<w:p>{runs}</w:p>")
}

fn tc(content: &str) -> String {
    format!("<w:tc><w:tcPr/>{content}</w:tc>")
}

fn text_cell(text: &str) -> String {
    tc(&p(&run(text)))
}

fn tr(cells: &[String]) -> String {
    format!("<w:tr>{}</w:tr>", cells.concat())
}

fn tbl(rows: &[String]) -> String {
    format!("<w:tbl><w:tblPr/><w:tblGrid/>{}</w:tbl>{}", rows.concat(), p(""))
}

/// Rows of label and answer, the answers as `write` puts them.
fn two_columns(write: impl Fn(&str) -> String) -> String {
    let rows: Vec<String> =
        LABELS.iter().map(|(key, label)| tr(&[text_cell(label), tc(&write(key))])).collect();
    tbl(&rows)
}

fn boxes(options: &[&str], chosen: &str, before: bool, on: &str, off: &str) -> String {
    let one = |option: &&str| {
        let sign = if *option == chosen { on } else { off };
        if before { format!("{sign} {option}") } else { format!("{option} {sign}") }
    };
    options.iter().map(one).collect::<Vec<_>>().join("   ")
}

/// The options of a field that has some.
fn options(key: &str) -> Option<&'static [&'static str]> {
    match key {
        "legal_status" => Some(&STATUSES),
        "request_type" => Some(&REQUESTS),
        "emergency" => Some(&["Yes", "No"]),
        _ => None,
    }
}

#[test]
fn label_left_answer_right() {
    let body = two_columns(|key| p(&run(answer(key))));
    assert_all_right("two columns", &form_of(&read_word(&body)));
}

#[test]
fn four_cells_to_a_row_and_blanks_between() {
    let mut rows = Vec::new();
    for pair in LABELS.chunks(2) {
        let cells: Vec<String> =
            pair.iter().flat_map(|(key, label)| [text_cell(label), text_cell(answer(key))]).collect();
        rows.push(tr(&cells));
        rows.push(tr(&[text_cell(""), text_cell(""), text_cell(""), text_cell("")]));
    }
    assert_all_right("four cells", &form_of(&read_word(&tbl(&rows))));
}

#[test]
fn labels_above_answers() {
    // As Kent's form has it.
    let mut body = String::new();
    for group in LABELS.chunks(4) {
        let heads: Vec<String> = group.iter().map(|(_, label)| text_cell(label)).collect();
        let answers: Vec<String> = group.iter().map(|(key, _)| text_cell(answer(key))).collect();
        body.push_str(&tbl(&[tr(&heads), tr(&answers)]));
        body.push_str(&p(&run("Further details")));
    }
    assert_all_right("labels above", &form_of(&read_word(&body)));
}

#[test]
fn label_and_answer_in_one_cell() {
    let cell = |key: &str| text_cell(&format!("{}: {}", label(key), answer(key)));
    let rows: Vec<String> =
        LABELS.chunks(2).map(|pair| tr(&pair.iter().map(|(key, _)| cell(key)).collect::<Vec<_>>())).collect();
    assert_all_right("one cell", &form_of(&read_word(&tbl(&rows))));
}

#[test]
fn several_labels_in_one_cell_and_in_one_label() {
    // As Derby's form has it.
    let both = |one: &str, other: &str| {
        text_cell(&format!("{}: {}  {}: {}", label(one), answer(one), label(other), answer(other)))
    };
    let rows = [
        tr(&[both("child_name", "dob"), both("social_worker", "siblings_n")]),
        tr(&[text_cell("Legal Status / CCM No:"), text_cell("Interim care order / 123456")]),
        tr(&[both("emergency", "request_type")]),
        tr(&[text_cell(&format!("Total cost......: {}", answer("cost_total")))]),
        tr(&[both("placed_on", "alternatives")]),
    ];
    assert_all_right("two labels in one", &form_of(&read_word(&tbl(&rows))));
}

#[test]
fn paragraphs() {
    let mut body = p(&run("Referral to the placement panel"));
    for (key, label) in LABELS {
        if key == "alternatives" {
            body.push_str(&p(&run(label)));
            body.push_str(&p(&run(answer(key))));
        } else {
            body.push_str(
                &p(&run(&format!("{label}:\u{a0}")).replace("</w:r>", "</w:r><w:r><w:tab/></w:r>")),
            );
            body = body.trim_end_matches("</w:p>").to_owned() + &run(answer(key)) + "</w:p>";
        }
    }
    assert_all_right("paragraphs", &form_of(&read_word(&body)));
}

#[test]
fn content_controls_of_every_sort() {
    let control = |properties: &str, content: &str| {
        format!("<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>")
    };
    let check = |on: bool| {
        let state = u8::from(on);
        let glyph = if on { "☒" } else { "☐" };
        control(&format!(r#"<w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox>"#), &run(glyph))
    };
    let body = two_columns(|key| match key {
        "emergency" => p(&(check(true) + &run(" Yes  ") + &check(false) + &run(" No"))),
        "request_type" => {
            REQUESTS.iter().map(|option| p(&(check(*option == "New placement") + &run(option)))).collect()
        }
        "legal_status" => {
            // What is shown counts, not what it is kept as: C2 is another status.
            let list = r#"<w:dropDownList w:lastValue="C2"><w:listItem w:displayText="Interim care order" w:value="C2"/></w:dropDownList>"#;
            control(list, &p(&run(answer(key))))
        }
        "dob" => p(&control(r#"<w:date w:fullDate="2012-02-14T00:00:00Z"/>"#, &run(answer(key)))),
        "placed_on" => p(&control(r#"<w:date w:fullDate="2026-03-01T00:00:00Z"/>"#, &run(answer(key)))),
        "alternatives" => control("<w:richText/>", &p(&run(answer(key)))),
        _ => p(&control("<w:text/>", &run(answer(key)))),
    });
    assert_all_right("content controls", &form_of(&read_word(&body)));

    let round_cells: Vec<String> = LABELS
        .iter()
        .map(|(key, label)| {
            let row = tr(&[text_cell(label), control("<w:text/>", &text_cell(answer(key)))]);
            control("<w15:repeatingSectionItem xmlns:w15=\"urn:x\"/>", &row)
        })
        .collect();
    assert_all_right("controls round cells and rows", &form_of(&read_word(&tbl(&round_cells))));
}

/// The day chosen in a date control counts, however it is shown; where what is shown cannot be that day, that is said.
#[test]
fn a_chosen_day_counts_whatever_order_it_is_shown_in() {
    let date = |shown: &str, chosen: &str, format: &str| {
        let control = format!(
            "<w:sdt><w:sdtPr><w:date w:fullDate=\"{chosen}T00:00:00Z\"><w:dateFormat w:val=\"{format}\"/><w:lid w:val=\"en-GB\"/>\
             </w:date></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
            run(shown)
        );
        let reading = read_word(&two_columns(|key| p(if key == "placed_on" { &control } else { "" })));
        let form = form_of(&reading);
        assert!(reading.text.contains(shown) && !reading.text.contains("T00"), "{}", reading.text);
        let found = form.get("placed_on").unwrap();
        assert_eq!(found.raw, shown);
        let said: Vec<String> = form.findings.iter().map(|finding| finding.message.clone()).collect();
        (found.value.clone(), said)
    };
    let first_of_february = Value::Date(day("2026-02-01"));
    for (shown, format) in [
        ("01/02/2026", "dd/MM/yyyy"),
        ("2/1/2026", "M/d/yyyy"),
        ("2/1/2026", ""),
        ("1 February 2026", "d MMMM yyyy"),
        ("February 1, 2026", "MMMM d, yyyy"),
        ("Sunday", "dddd"),
    ] {
        assert_eq!(
            date(shown, "2026-02-01", format),
            (first_of_february.clone(), Vec::new()),
            "{shown} {format}"
        );
    }
    for (shown, format) in
        [("2/1/2026", "d/M/yyyy"), ("1/2/2026", "M/d/yyyy"), ("3 March 2026", "d MMMM yyyy")]
    {
        let said = format!("`Date placed` shows `{shown}`, but the day chosen in it is 01/02/2026");
        assert_eq!(date(shown, "2026-02-01", format), (first_of_february.clone(), vec![said]));
    }
}

/// A box or drop-down whose control stands round the whole cell is the cell's answer.
#[test]
fn a_box_round_a_cell_is_the_cells_answer() {
    let check = |on: u8| {
        let glyph = if on == 1 { "☒" } else { "☐" };
        format!(
            "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"{on}\"/></w14:checkbox></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
            text_cell(glyph)
        )
    };
    let row = |on: u8| tbl(&[tr(&[text_cell("Emergency placement?"), check(on)])]);
    assert_eq!(form_of(&read_word(&row(1))).get("emergency").unwrap().value, Value::YesNo(true));
    assert_eq!(form_of(&read_word(&row(0))).get("emergency").unwrap().value, Value::YesNo(false));
}

#[test]
fn a_placeholder_is_an_empty_answer() {
    let body = two_columns(|key| {
        let prompt = if key == "dob" { "Click or tap to enter a date." } else { "Choose an item." };
        p(&format!(
            "<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
            run(prompt)
        ))
    });
    let form = form_of(&read_word(&body));
    for (key, _) in LABELS {
        assert_eq!(form.get(key).map(|filled| &filled.value), Some(&Value::Empty), "{key}");
    }
}

/// A form field of older Word.
fn legacy(data: &str, code: &str, result: &str) -> String {
    format!(
        r#"<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="x"/><w:enabled/>{data}</w:ffData></w:fldChar></w:r>
        <w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>
        {}<w:r><w:fldChar w:fldCharType="end"/></w:r>"#,
        run(result)
    )
}

#[test]
fn legacy_form_fields() {
    let check =
        |data: &str| legacy(&format!("<w:checkBox><w:sizeAuto/>{data}</w:checkBox>"), "FORMCHECKBOX", "");
    let body = two_columns(|key| match key {
        // Ticked by the default, by a bare element, by a value; and not.
        "emergency" => p(&(run("Yes ")
            + &check(r#"<w:default w:val="0"/><w:checked/>"#)
            + &run(" No ")
            + &check(r#"<w:default w:val="1"/><w:checked w:val="0"/>"#))),
        "request_type" => p(&REQUESTS
            .iter()
            .map(|option| {
                let on = u8::from(*option == "New placement");
                run(option) + &check(&format!(r#"<w:default w:val="{on}"/>"#)) + &run("  ")
            })
            .collect::<String>()),
        "legal_status" => {
            let entries: String =
                STATUSES.iter().map(|status| format!(r#"<w:listEntry w:val="{status}"/>"#)).collect();
            p(&legacy(&format!(r#"<w:ddList><w:result w:val="0"/>{entries}</w:ddList>"#), "FORMDROPDOWN", ""))
        }
        _ => p(&legacy("<w:textInput/>", "FORMTEXT", answer(key))),
    });
    assert_all_right("legacy fields", &form_of(&read_word(&body)));

    let empty =
        two_columns(|_| p(&legacy("<w:textInput/>", "FORMTEXT", "\u{2002}\u{2002}\u{2002}\u{2002}\u{2002}")));
    let form = form_of(&read_word(&empty));
    assert_eq!(form.get("child_name").map(|filled| &filled.value), Some(&Value::Empty));
    assert_eq!(form.get("emergency").map(|filled| &filled.value), Some(&Value::Empty));
}

#[test]
fn typed_boxes_on_either_side_and_in_every_character() {
    for (on, off) in [("☒", "☐"), ("☑", "□"), ("✓", "☐"), ("✔", "□"), ("[x]", "[ ]"), ("(X)", "( )")]
    {
        for before in [true, false] {
            let body = two_columns(|key| match options(key) {
                Some(options) => p(&run(&boxes(options, answer(key), before, on, off))),
                None => p(&run(answer(key))),
            });
            assert_all_right(&format!("typed {on}{off}, before: {before}"), &form_of(&read_word(&body)));
        }
    }
    let symbol = |on: bool| {
        let code = if on { "F0FE" } else { "F0A8" };
        format!(r#"<w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r>"#)
    };
    let body = two_columns(|key| match options(key) {
        Some(options) => options
            .iter()
            .map(|option| p(&(symbol(*option == answer(key)) + &run(&format!(" {option}")))))
            .collect(),
        None => p(&run(answer(key))),
    });
    assert_all_right("Wingdings", &form_of(&read_word(&body)));
}

#[test]
fn boxes_in_cells_of_their_own() {
    let rows: Vec<String> = LABELS
        .iter()
        .flat_map(|(key, label)| match options(key) {
            Some(options) if *key != "emergency" => {
                let mut rows = vec![tr(&[format!(
                    r#"<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{}</w:tc>"#,
                    p(&run(&format!("{label} (please tick one)")))
                )])];
                rows.extend(options.iter().map(|option| {
                    let sign = if *option == answer(key) { "☒" } else { "☐" };
                    tr(&[text_cell(sign), text_cell(option)])
                }));
                rows
            }
            _ => vec![tr(&[text_cell(label), text_cell(answer(key))])],
        })
        .collect();
    assert_all_right("a row per option", &form_of(&read_word(&tbl(&rows))));

    let grid = tbl(&[
        tr(&[text_cell("Question"), text_cell("Yes"), text_cell("No")]),
        tr(&[text_cell("Emergency placement?"), text_cell("X"), text_cell("")]),
    ]);
    let rest = two_columns(|key| p(&run(if key == "emergency" { "" } else { answer(key) })));
    assert_all_right("a grid of yes and no", &form_of(&read_word(&(grid + &rest))));
}

#[test]
fn delete_as_appropriate() {
    let body = two_columns(|key| match options(key) {
        Some(options) => {
            let runs: Vec<String> = options
                .iter()
                .map(|option| if *option == answer(key) { run(option) } else { struck(option) })
                .collect();
            p(&(runs.join(&run(" / ")) + &run(" (delete as appropriate)")))
        }
        None => p(&run(answer(key))),
    });
    assert_all_right("struck out", &form_of(&read_word(&body)));

    // Nothing crossed out: nobody answered.
    let body = two_columns(|key| match options(key) {
        Some(options) => p(&run(&(options.join(" / ") + " (delete as appropriate)"))),
        None => p(&run(answer(key))),
    });
    let form = form_of(&read_word(&body));
    for key in ["emergency", "legal_status", "request_type"] {
        assert_eq!(form.get(key).map(|filled| &filled.value), Some(&Value::Empty), "{key}");
    }
}

#[test]
fn merged_and_nested_cells() {
    let spanned = |span: u32, text: &str| {
        format!(r#"<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{}</w:tc>"#, p(&run(text)))
    };
    let merged = |first: bool, text: &str| {
        let value = if first { r#" w:val="restart""# } else { "" };
        format!("<w:tc><w:tcPr><w:vMerge{value}/></w:tcPr>{}</w:tc>", p(&run(text)))
    };
    let mut rows = vec![tr(&[spanned(4, "About the child")])];
    for (at, (key, label)) in LABELS.iter().enumerate() {
        let side = merged(at == 0, if at == 0 { "Part one" } else { "" });
        let before = r#"<w:trPr><w:gridBefore w:val="1"/></w:trPr>"#;
        if at % 3 == 2 {
            rows.push(format!("<w:tr>{before}{}{}</w:tr>", text_cell(label), spanned(2, answer(key))));
        } else {
            rows.push(tr(&[side, text_cell(label), spanned(2, answer(key))]));
        }
    }
    assert_all_right("merged", &form_of(&read_word(&tbl(&rows))));

    let inner = two_columns(|key| p(&run(answer(key))));
    let outer = tbl(&[tr(&[text_cell("Section A"), tc(&inner)])]);
    assert_all_right("nested", &form_of(&read_word(&outer)));
}

#[test]
fn long_answers_in_the_row_below() {
    let wide =
        |text: &str| format!(r#"<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{}</w:tc>"#, p(&run(text)));
    let mut rows: Vec<String> =
        LABELS[..10].iter().map(|(key, label)| tr(&[text_cell(label), text_cell(answer(key))])).collect();
    rows.push(tr(&[wide("Alternatives considered (family, network, in-house): please say what was tried")]));
    rows.push(tr(&[wide(answer("alternatives"))]));
    rows.push(tr(&[wide("For office use only")]));
    rows.push(tr(&[wide("Received by")]));
    assert_all_right("row below", &form_of(&read_word(&tbl(&rows))));
}

#[test]
fn changes_are_taken_and_what_is_hidden_is_left_out() {
    let body = two_columns(|key| {
        p(&format!(
            "<w:del><w:r><w:delText>an older answer</w:delText></w:r></w:del><w:ins>{}</w:ins>\
             <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden words</w:t></w:r>",
            run(answer(key))
        ))
    });
    let reading = read_word(&body);
    assert_all_right("tracked changes", &form_of(&reading));
    assert_eq!((reading.facts.insertions, reading.facts.deletions), (11, 11));
    assert_eq!(reading.facts.hidden_words, 22);
    assert!(!reading.text.contains("older") && !reading.text.contains("hidden"));
}

#[test]
fn answers_in_headers_and_text_boxes() {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let header = format!(
        "<w:hdr {NAMESPACES}>{}</w:hdr>",
        p(&run(&format!("LCS ID: {}   Date of Birth: {}", answer("case_id"), answer("dob"))))
    );
    let boxed = format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>\
         <mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        p(&run(&format!("Child's name: {}", answer("child_name"))))
    );
    let rest = two_columns(|key| {
        p(&run(if ["case_id", "dob", "child_name"].contains(&key) { "" } else { answer(key) }))
    });
    let section = r#"<w:sectPr><w:headerReference w:type="default" r:id="h1"/></w:sectPr>"#;
    let bytes = docx_with(
        &(boxed + &rest + section),
        &format!(r#"<Relationship Id="h1" Type="{office}/header" Target="header1.xml"/>"#),
        &[("word/header1.xml", header)],
    );
    let reading = word::read::read(&bytes).unwrap();
    assert_all_right("header and text box", &form_of(&reading));
    assert_eq!(reading.text.matches("Zofia").count(), 1, "the box is read once: {}", reading.text);
}

/// A list of who was asked has heads that are also labels of the form. What stands beside a head is another head.
#[test]
fn the_heads_of_a_list_are_no_answers() {
    let mut rule = rule();
    rule.fields.push(FieldRule {
        key: "provider".parse().unwrap(),
        label: "Provider".to_owned(),
        aliases: Vec::new(),
        field_type: FieldType::Text,
        vocabulary: None,
        allows_many: false,
        required: false,
        recent: false,
    });
    rule.fields.push(FieldRule {
        key: "search_history".parse().unwrap(),
        label: "Search history".to_owned(),
        aliases: Vec::new(),
        field_type: FieldType::Long,
        vocabulary: None,
        allows_many: false,
        required: false,
        recent: false,
    });
    let row = |cells: [&str; 3]| tr(&cells.map(text_cell));
    let heads = row(["Provider", "Date approached", "Reply"]);
    let asked =
        [row(["Rowan Lodge", "2 November", "full"]), row(["Harbour House", "3 November", "no reply"])]
            .concat();
    let nobody = [row(["", "", ""]), row(["", "", ""])].concat();
    let read = |body: String| {
        let form = fill(&read_word(&body), &rule, &codes(), &SeenFrom::new(day("2026-11-23")));
        let value = |key: &str| form.get(key).map(|filled| filled.value.clone());
        (value("provider"), value("search_history"))
    };
    let title = tr(&["<w:tc><w:tcPr><w:gridSpan w:val=\"3\"/></w:tcPr>".to_owned()
        + &p(&run("Search history"))
        + "</w:tc>"]);
    let one = |rows: &str| tbl(&[rows.to_owned()]);
    // A table of its own; under a heading; under its label in the same table.
    assert_eq!(read(one(&(heads.clone() + &asked))), (None, None));
    assert_eq!(read(one(&(heads.clone() + &nobody))), (None, None));
    assert_eq!(read(p(&run("Who was asked")) + &one(&(heads.clone() + &asked))), (None, None));
    let (provider, history) = read(one(&(title.clone() + &heads + &asked)));
    assert_eq!(provider, None);
    let Some(Value::Text(history)) = history else { panic!("{history:?}") };
    assert!(history.contains("Rowan Lodge") && history.contains("no reply"), "{history}");
    assert_eq!(read(one(&(title + &heads + &nobody))), (None, Some(Value::Empty)));
    // Label left, two cells of answer right is no list.
    let usual = [row(["Provider", "Rowan Lodge", "Leeds"]), row(["Number of siblings", "2", ""])].concat();
    let (provider, _) = read(one(&usual));
    let Some(Value::Text(provider)) = provider else { panic!("{provider:?}") };
    assert!(provider.starts_with("Rowan Lodge"), "{provider}");
}

#[test]
fn labels_with_slips_and_other_wordings() {
    let worded = [
        ("child_name", "NAME OF YOUNG PERSON *"),
        ("dob", "D.O.B. (dd/mm/yyyy)"),
        ("case_id", "3. ICS I.D.:"),
        ("legal_status", "Legal staus"),
        ("emergency", "Emergency   placement"),
        ("request_type", "Tpye of request:"),
        ("cost_total", "total  WEEKLY cost (ex. VAT)"),
        ("placed_on", "Date-placed"),
        ("social_worker", "Allocated Social-Worker"),
        ("siblings_n", "Number of sibling"),
        ("alternatives", "Alternatives considered by the team before this request"),
    ];
    let rows: Vec<String> =
        worded.iter().map(|(key, label)| tr(&[text_cell(label), text_cell(answer(key))])).collect();
    let form = form_of(&read_word(&tbl(&rows)));
    // "Alternatives considered" has two words only and is not taken for the beginning of a longer label.
    let alternatives = form.get("alternatives");
    assert_eq!(alternatives, None);
    let finding = form.findings.iter().find(|finding| finding.code == "label-not-found").unwrap();
    assert_eq!(finding.subject, "alternatives");
    assert!(finding.message.contains("`Alternatives considered`"), "{}", finding.message);
    for (key, _) in &worded[..10] {
        assert!(
            form.get(key).is_some_and(|filled| filled.value != Value::Empty),
            "{key}: {:?}",
            form.get(key)
        );
    }
}

#[test]
fn what_is_wrong_is_quoted() {
    let body = two_columns(|key| {
        p(&run(match key {
            "dob" => "13/25/2012",
            "placed_on" => "02/13/2026",
            "emergency" => "☒ Yes ☒ No",
            "cost_total" => "tbc",
            "siblings_n" => "several",
            "legal_status" => "something else",
            "child_name" => "…………………",
            _ => answer(key),
        }))
    });
    let form = form_of(&read_word(&body));
    let value = |key: &str| form.get(key).map(|filled| filled.value.clone()).unwrap();
    assert_eq!(value("dob"), Value::Unclear);
    assert_eq!(value("emergency"), Value::Unclear);
    assert_eq!(value("cost_total"), Value::ToBeConfirmed);
    assert_eq!(value("child_name"), Value::Empty);
    let said: Vec<String> = form
        .findings
        .iter()
        .map(|finding| format!("{} {}: {}", finding.subject, finding.code, finding.message))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    dob impossible-date: `13/25/2012` is no date (the day comes first, then the month)
    legal_status unclear-answer: `Legal status` says `something else`, which is not one of the options
    emergency two-ticks: `Emergency placement?` has more than one box ticked: `Yes, No`
    placed_on impossible-date: `02/13/2026` is no date (the day comes first, then the month)
    siblings_n unclear-answer: `Number of siblings` says `several`, which is not a number
    ");
}

// ---- Excel and PDF ---------------------------------------------------------------------------------------------------

#[test]
fn an_excel_form() {
    for layout in ["beside", "apart", "above", "merged"] {
        let mut book = rust_xlsxwriter::Workbook::new();
        let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
        let page = book.add_worksheet();
        page.write(0, 0, "Placement panel referral").unwrap();
        for (at, (key, label)) in LABELS.iter().enumerate() {
            let at = u32::try_from(at).unwrap();
            let (label_at, answer_at) = match layout {
                "beside" => ((at + 2, 0), (at + 2, 1)),
                "apart" => ((at * 2 + 2, 1), (at * 2 + 2, 3)),
                "merged" => {
                    let plain = rust_xlsxwriter::Format::new();
                    page.merge_range(at + 2, 0, at + 2, 2, "", &plain).unwrap();
                    ((at + 2, 0), (at + 2, 3))
                }
                _ => ((2, u16::try_from(at).unwrap()), (3, u16::try_from(at).unwrap())),
            };
            page.write(label_at.0, label_at.1, *label).unwrap();
            match *key {
                "dob" => page
                    .write_with_format(
                        answer_at.0,
                        answer_at.1,
                        rust_xlsxwriter::ExcelDateTime::from_ymd(2012, 2, 14).unwrap(),
                        &date,
                    )
                    .unwrap(),
                "case_id" => page.write(answer_at.0, answer_at.1, 123_456).unwrap(),
                "siblings_n" => page.write(answer_at.0, answer_at.1, 2).unwrap(),
                key => page.write(answer_at.0, answer_at.1, answer(key)).unwrap(),
            };
        }
        let bytes = book.save_to_buffer().unwrap();
        let reading = sheet::read::read(&bytes, FileFormat::Excel).unwrap();
        assert_all_right(&format!("Excel, {layout}"), &form_of(&reading));
    }
}

/// The forms of three councils as workbooks: labels above, several labels in one cell with what does not apply crossed out,
/// and label beside answer with boxes.
#[test]
fn excel_forms_laid_out_as_councils_lay_them_out() {
    use rust_xlsxwriter::{Format, Workbook};
    let (plain, crossed) = (Format::new(), Format::new().set_font_strikethrough());
    let reading =
        |book: &mut Workbook| sheet::read::read(&book.save_to_buffer().unwrap(), FileFormat::Excel).unwrap();

    // As Kent's: rows of labels, each above a row of answers.
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (group, pairs) in LABELS.chunks(4).enumerate() {
        for (column, (key, label)) in pairs.iter().enumerate() {
            let (row, column) = (u32::try_from(group * 3).unwrap(), u16::try_from(column).unwrap());
            page.write(row, column, *label).unwrap();
            page.write(row + 1, column, answer(key)).unwrap();
        }
    }
    assert_all_right("Excel as Kent's", &form_of(&reading(&mut book)));

    // As Derby's: two labels to a cell, one label for two answers, options crossed out.
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    let both = |one: &str, other: &str| {
        format!("{}: {}  {}: {}", label(one), answer(one), label(other), answer(other))
    };
    page.write(0, 0, both("child_name", "dob")).unwrap();
    page.write(0, 1, both("social_worker", "siblings_n")).unwrap();
    page.write(1, 0, "LCS ID").unwrap();
    page.write(1, 1, answer("case_id")).unwrap();
    for (row, key) in (2..).zip(["legal_status", "emergency", "request_type"]) {
        page.write(row, 0, label(key)).unwrap();
        let mut runs: Vec<(&Format, String)> = Vec::new();
        for option in options(key).unwrap() {
            let format = if *option == answer(key) { &plain } else { &crossed };
            runs.extend([(format, (*option).to_owned()), (&plain, " / ".to_owned())]);
        }
        runs.push((&plain, "(delete as appropriate)".to_owned()));
        let runs: Vec<(&Format, &str)> = runs.iter().map(|(format, text)| (*format, text.as_str())).collect();
        page.write_rich_string(row, 1, &runs).unwrap();
    }
    page.write(5, 0, both("placed_on", "alternatives")).unwrap();
    page.write(6, 0, format!("Total weekly cost......: {}", answer("cost_total"))).unwrap();
    assert_all_right("Excel as Derby's", &form_of(&reading(&mut book)));

    // As NELC's: label beside answer, boxes before their options; a whole cell crossed out is no answer.
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (row, (key, label)) in (0..).zip(LABELS.iter()) {
        page.write(row, 0, *label).unwrap();
        let written = match options(key) {
            Some(options) => boxes(options, answer(key), true, "☒", "☐"),
            None => answer(key).to_owned(),
        };
        page.write(row, 1, written).unwrap();
    }
    assert_all_right("Excel as NELC's", &form_of(&reading(&mut book)));
    page_crossed_out(&crossed);
}

#[track_caller]
fn page_crossed_out(crossed: &rust_xlsxwriter::Format) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, "Date placed").unwrap();
    page.write_with_format(0, 1, "1st March 2026", crossed).unwrap();
    let reading = sheet::read::read(&book.save_to_buffer().unwrap(), FileFormat::Excel).unwrap();
    assert_eq!(form_of(&reading).get("placed_on").unwrap().value, Value::Empty);
    assert!(reading.text.contains("1st March 2026"), "what is crossed out is on the page");
}

/// A PDF form with a field per label; choices as radio buttons, boxes and a list.
fn pdf_form_bytes() -> Document {
    let mut doc = Document::with_version("1.7");
    let pages = doc.new_object_id();
    let page = doc.new_object_id();
    let text = |text: &str| lopdf::text_string(text);
    let mut fields: Vec<Object> = Vec::new();
    let mut widgets: Vec<Object> = Vec::new();
    for (key, label) in LABELS {
        let field = doc.new_object_id();
        let widget = dictionary! { "Type" => "Annot", "Subtype" => "Widget", "P" => page };
        let mut dict = widget.clone();
        dict.set("T", text(&format!("field_{key}")));
        dict.set("TU", text(label));
        match key {
            "emergency" => {
                // A group of radio buttons whose parent holds the choice.
                let states = |on: &str| dictionary! { "N" => dictionary! { on => Object::Null, "Off" => Object::Null } };
                let kids: Vec<Object> = ["Yes", "No"]
                    .iter()
                    .map(|state| {
                        let mut kid = widget.clone();
                        kid.set("Parent", field);
                        kid.set("AP", states(state));
                        kid.set("AS", if *state == "Yes" { "Yes" } else { "Off" });
                        Object::Reference(doc.add_object(kid))
                    })
                    .collect();
                widgets.extend(kids.clone());
                dict = dictionary! { "FT" => "Btn", "Ff" => 1 << 15, "V" => "Yes", "Kids" => kids, "T" => text("emergency"), "TU" => text(label) };
            }
            "request_type" => {
                // A box per option, named after it.
                for option in REQUESTS {
                    let mut kid = widget.clone();
                    kid.set("FT", "Btn");
                    kid.set("T", text(&format!("TypeOfRequest_{}", option.replace(' ', ""))));
                    kid.set("TU", text(&format!("Type of request: {option}")));
                    kid.set("V", if option == "New placement" { "On" } else { "Off" });
                    let kid = doc.add_object(kid);
                    fields.push(kid.into());
                    widgets.push(kid.into());
                }
                continue;
            }
            "legal_status" => {
                let options: Vec<Object> = STATUSES
                    .iter()
                    .enumerate()
                    .map(|(at, status)| vec![text(&at.to_string()), text(status)].into())
                    .collect();
                dict.set("FT", "Ch");
                dict.set("Opt", options);
                dict.set("V", text("0"));
            }
            key => {
                dict.set("FT", "Tx");
                dict.set("V", text(answer(key)));
                if key == "case_id" {
                    // No spoken label: the name must do.
                    dict.remove(b"TU");
                    dict.set("T", text("form1[0].LCS_ID[0]"));
                }
            }
        }
        doc.objects.insert(field, dict.into());
        fields.push(field.into());
        if key != "emergency" {
            widgets.push(field.into());
        }
    }
    doc.objects.insert(
        page,
        dictionary! { "Type" => "Page", "Parent" => pages, "Annots" => widgets, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] }.into(),
    );
    doc.objects
        .insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    // Everything hangs below one parent that says nothing but its name.
    let group = doc.add_object(dictionary! { "T" => text("referral"), "Kids" => fields });
    let catalog = doc.add_object(
        dictionary! { "Type" => "Catalog", "Pages" => pages, "AcroForm" => dictionary! { "Fields" => vec![group.into()] } },
    );
    doc.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    Document::load_mem(&bytes).unwrap()
}

#[test]
fn a_pdf_form() {
    let fields = form::read(&pdf_form_bytes());
    assert!(fields.iter().all(|field| field.page == Some(1)), "{fields:#?}");
    let mut reading = read_word("");
    reading.format = FileFormat::Pdf;
    reading.fields = fields;
    assert_all_right("PDF form", &form_of(&reading));
}

/// A page of a PDF form as a form program makes it: labels printed, fields called `Text1`, `Check Box 2` and so on.
struct NamelessForm {
    doc: Document,
    printed: String,
    fields: Vec<Object>,
}

impl NamelessForm {
    fn new() -> Self {
        NamelessForm { doc: Document::with_version("1.7"), printed: String::new(), fields: Vec::new() }
    }

    fn print(&mut self, left: i64, base: i64, text: &str) {
        let text = text.replace('(', "\\(").replace(')', "\\)");
        self.printed.push_str(&format!("BT /F 10 Tf {left} {base} Td ({text}) Tj ET\n"));
    }

    fn field(&mut self, place: [i64; 4], name: &str, mut more: lopdf::Dictionary) {
        let name = format!("{name} {}", self.fields.len() + 1);
        let [left, bottom, right, top] = place;
        self.printed.push_str(&format!("{left} {bottom} {} {} re S\n", right - left, top - bottom));
        more.set("Type", "Annot");
        more.set("Subtype", "Widget");
        more.set("Rect", place.map(Object::Integer).to_vec());
        if !more.has(b"Parent") {
            more.set("T", lopdf::text_string(&name));
        }
        self.fields.push(self.doc.add_object(more).into());
    }

    fn line(&mut self, place: [i64; 4], value: &str) {
        let flags = if place[3] - place[1] > 25 { 1 << 12 } else { 0 };
        let field = dictionary! { "FT" => "Tx", "V" => lopdf::text_string(value), "Ff" => flags };
        self.field(place, "Text", field);
    }

    /// What the last field says of itself when pointed at.
    fn tooltip(&mut self, text: &str) {
        let last = self.fields.last().unwrap().as_reference().unwrap();
        self.doc.get_dictionary_mut(last).unwrap().set("TU", lopdf::text_string(text));
    }

    fn tick(&mut self, left: i64, base: i64, on: bool) {
        let state = if on { "Yes" } else { "Off" };
        let field = dictionary! { "FT" => "Btn", "V" => state, "AS" => state };
        self.field([left, base - 2, left + 10, base + 8], "Check Box", field);
    }

    /// A list that stores numbers and shows words.
    fn list(&mut self, place: [i64; 4], options: &[&str], chosen: &str) {
        let pair = |(at, option): (usize, &&str)| -> Object {
            vec![lopdf::text_string(&at.to_string()), lopdf::text_string(option)].into()
        };
        let at = options.iter().position(|option| *option == chosen).unwrap().to_string();
        let options: Vec<Object> = options.iter().enumerate().map(pair).collect();
        let field =
            dictionary! { "FT" => "Ch", "Ff" => 1 << 17, "Opt" => options, "V" => lopdf::text_string(&at) };
        self.field(place, "Dropdown", field);
    }

    /// Buttons of one group, each at its place; they are called by numbers only.
    fn buttons(&mut self, places: &[(i64, i64)], chosen: usize) {
        let group = self.doc.add_object(dictionary! {
            "FT" => "Btn", "Ff" => 1 << 15, "T" => lopdf::text_string("Group1"),
            "V" => format!("Choice{chosen}").as_str(),
        });
        let first = self.fields.len();
        for (at, (left, base)) in places.iter().enumerate() {
            let own = format!("Choice{at}");
            let state = if at == chosen { own.as_str() } else { "Off" };
            let look =
                dictionary! { "N" => dictionary! { own.as_str() => Object::Null, "Off" => Object::Null } };
            let button = dictionary! { "Parent" => group, "AS" => state, "AP" => look };
            self.field([*left, base - 2, left + 10, base + 8], "Button", button);
        }
        let kids = self.fields[first..].to_vec();
        self.doc.get_dictionary_mut(group).unwrap().set("Kids", kids);
    }

    /// What is read of it when it is dropped.
    fn read(mut self, turn: i64) -> Reading {
        let pages = self.doc.new_object_id();
        let font = dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
        };
        let content = self
            .doc
            .add_object(lopdf::Stream::new(dictionary! {}, std::mem::take(&mut self.printed).into_bytes()));
        let page = self.doc.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Annots" => self.fields.clone(), "Contents" => content,
            "Rotate" => turn, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        self.doc.objects.insert(pages, tree.into());
        let roots: Vec<Object> = self
            .fields
            .iter()
            .map(|field| {
                let own = self.doc.get_dictionary(field.as_reference().unwrap()).unwrap();
                own.get(b"Parent").cloned().unwrap_or_else(|_| field.clone())
            })
            .collect();
        let form = dictionary! { "Fields" => roots, "DA" => Object::string_literal("/Helv 10 Tf 0 g") };
        let catalog =
            self.doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "AcroForm" => form });
        self.doc.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        self.doc.save_to(&mut bytes).unwrap();
        let out = tempfile::TempDir::new().unwrap();
        let job = Job {
            content: "form.pdf".into(),
            name: "form.pdf".to_owned(),
            fonts: out.path().to_owned(),
            most_pages: 10,
            blackened_as_pictures: true,
            want: Want::Everything,
        };
        let answer = job::answer(&job, &bytes, out.path()).unwrap();
        // What is read must come from the fields, not from the words on the pages made of them.
        Reading { body: Vec::new(), text: String::new(), ..answer.reading }
    }
}

#[test]
fn a_pdf_form_whose_fields_say_nothing_of_themselves() {
    // As NELC's form has it: labels left, answers right, the boxes of a question in a row or below each other.
    for turn in [0, 90] {
        let mut form = NamelessForm::new();
        form.print(40, 800, "Referral to the placement panel");
        let mut base = 770;
        for (key, label) in LABELS {
            form.print(40, base, label);
            match key {
                "emergency" => {
                    for (left, option) in [(240, "Yes"), (300, "No")] {
                        form.tick(left, base, option == answer(key));
                        form.print(left + 14, base, option);
                    }
                }
                "request_type" => {
                    for (at, option) in (0..).zip(REQUESTS) {
                        form.tick(240, base - 16 * at, option == answer(key));
                        form.print(254, base - 16 * at, option);
                    }
                    base -= 48;
                }
                "legal_status" => form.list([240, base - 4, 540, base + 12], &STATUSES, answer(key)),
                "alternatives" => form.line([240, base - 40, 540, base + 12], answer(key)),
                _ => form.line([240, base - 4, 540, base + 12], answer(key)),
            }
            base -= 24;
        }
        assert_all_right(&format!("PDF, nameless, turned by {turn}"), &form_of(&form.read(turn)));
    }
}

#[test]
fn a_pdf_form_with_labels_above_and_options_before_their_boxes() {
    // As Kent's form has it: labels above; and Derby's: several questions to a row.
    let mut form = NamelessForm::new();
    form.print(40, 800, "Request for a placement");
    for (row, keys) in
        (0..).zip([["child_name", "dob"], ["case_id", "social_worker"], ["cost_total", "placed_on"]])
    {
        for (column, key) in (0..).zip(keys) {
            let (left, base) = (40 + 270 * column, 760 - 50 * row);
            // What a field says of itself counts for more than what is printed beside it.
            form.print(left, base, if key == "social_worker" { "Name and team" } else { label(key) });
            form.line([left, base - 22, left + 240, base - 5], answer(key));
            if key == "social_worker" {
                form.tooltip(label(key));
            }
        }
    }
    form.print(40, 600, "Emergency placement?");
    for (left, option) in [(170, "Yes"), (215, "No")] {
        form.print(left, 600, option);
        form.tick(left + 24, 600, option == "Yes");
    }
    form.print(300, 600, "Number of siblings:");
    form.line([400, 596, 440, 612], answer("siblings_n"));
    form.print(40, 560, "Type of request");
    for (at, option) in REQUESTS.iter().enumerate() {
        let (left, base) =
            (40 + 130 * i64::try_from(at % 2).unwrap(), 542 - 18 * i64::try_from(at / 2).unwrap());
        form.print(left + 14, base, option);
    }
    form.buttons(&[(40, 542), (170, 542), (40, 524), (170, 524)], 0);
    form.print(40, 490, "Legal status");
    for (at, status) in (0..).zip(STATUSES) {
        form.tick(170, 490 - 16 * at, status == answer("legal_status"));
        form.print(184, 490 - 16 * at, status);
    }
    form.print(40, 420, "Alternatives considered");
    form.line([40, 340, 540, 412], answer("alternatives"));
    assert_all_right("PDF, labels above", &form_of(&form.read(0)));
}

#[test]
fn neighbours_with_labels_of_their_own_are_no_answers() {
    let rows = [
        tr(&[
            text_cell("Legal status: Interim care order"),
            text_cell("Date of order / agreement: 04/07/2023"),
        ]),
        tr(&[text_cell("Type of request: please tick one"), text_cell("☒ Review ☐ Extension")]),
    ];
    let costs = [
        tr(&[text_cell("Core"), text_cell("Additional"), text_cell("Total cost")]),
        tr(&[text_cell("£892.00"), text_cell("£0.00"), text_cell("£4,250.00")]),
    ];
    let alternatives = [
        tr(&[text_cell("Alternatives considered: providers approached, in-house first")]),
        tr(&[text_cell("Name"), text_cell("Asked"), text_cell("Reply")]),
        tr(&[text_cell("In-house fostering"), text_cell("03/11/2026"), text_cell("No household")]),
        tr(&[text_cell("Wold Valley (fictional)"), text_cell("03/11/2026"), text_cell("Offered")]),
    ];
    let form = form_of(&read_word(&(tbl(&rows) + &tbl(&costs) + &tbl(&alternatives))));
    assert_eq!(form.code("legal_status"), Some("C1"));
    assert_eq!(form.code("request_type"), Some("review"));
    assert_eq!(form.money("cost_total"), Some(Pence(425_000)));
    let history = form.text("alternatives").unwrap();
    assert!(history.contains("In-house fostering") && history.contains("Offered"), "{history}");
    assert_eq!(form.get("child_name"), None, "a column head inside an answer is no label");
}

//! A form that comes as a print is read from where its words stand; what is not found on it is said once, and not as an accusation.

use std::fs;

use chrono::NaiveDate;
use lopdf::{Dictionary, Document, Stream, dictionary};
use panelclerk::panel::document_types;
use panelclerk::panel::filling;
use panelclerk::panel::form::{Form, Value};
use panelclerk::panel::labels::FieldType;
use panelclerk::panel::money::Pence;
use panelclerk::panel::seen_from::SeenFrom;

use crate::built::{desk, docx};
use crate::forms;
use crate::harness::{Week, project, tool};

const FOLDER: &str = "1204417 Kowalczyk Ł";
const FORM: &str = "sample-inbox/1204417 Kowalczyk Ł/Referral form LK.docx";

/// What the program makes of a form: its kind, and the answers read from it.
fn filled(panel: &str, name: &str, form: &[u8]) -> (String, Form) {
    let config = forms::config_of(panel);
    let reading = desk(60, &[]).read(name, form).answer.reading;
    let kind = document_types::recognise(&config.rules.kinds, &config.rules.forms, name, &reading).kind;
    let kind = kind.unwrap_or_else(|| panic!("{name} is of no kind: {}", reading.opening));
    let rule = config.rules.form_of(&kind).unwrap();
    let on = SeenFrom::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
    (kind.to_string(), filling::fill(&reading, rule, &config.rules.codes, &on))
}

/// What is said of the case whose form this is.
fn said_of(name: &str, form: &[u8]) -> Vec<String> {
    let week = Week::new("nelc").at("2026-11-17T08:00").drop(&format!("{FOLDER}/{name}"), form);
    let week = week.run(&["scan"], 0).at("2026-11-17T09:30").run(&["scan"], 0);
    let status = week.json(&["status"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let said = status["cases"][0]["findings"].as_array().unwrap().iter();
    said.map(|one| format!("{}: {}", text(&one["code"]), text(&one["message"]))).collect()
}

fn unanswered(said: &[String]) -> Vec<&String> {
    said.iter()
        .filter(|said| {
            said.contains("does not answer")
                || said.contains("not recorded on the")
                || said.contains("was not found;")
        })
        .collect()
}

/// The PDF that LibreOffice prints of a Word file; none where it is not installed.
fn printed(docx: &[u8]) -> Option<Vec<u8>> {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("form.docx");
    fs::write(&file, docx).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let place = folder.path().to_string_lossy().into_owned();
    let arguments =
        [&profile, "--headless", "--convert-to", "pdf", "--outdir", &place, &file.to_string_lossy()];
    tool("soffice", &arguments)?;
    Some(fs::read(file.with_extension("pdf")).unwrap())
}

/// How many answers a print has, which of them are read otherwise than from the form itself, and which are not read at all.
fn compared(typed: &Form, read: &Form) -> (usize, Vec<String>, Vec<String>) {
    let (mut all, mut wrong, mut empty) = (0, Vec::new(), Vec::new());
    for (key, field) in typed.fields.iter().filter(|(_, field)| !matches!(field.value, Value::Empty)) {
        all += 1;
        let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
        let found = read.get(key.as_str());
        let same =
            found.is_some_and(|read| read.value == field.value || letters(&read.raw) == letters(&field.raw));
        if same {
            continue;
        }
        let raw = found.map(|read| read.raw.clone()).unwrap_or_default();
        let line = format!("{key}: {raw:?} for {:?}", field.raw);
        if raw.is_empty() { &mut empty } else { &mut wrong }.push(line);
    }
    (all, wrong, empty)
}

#[test]
fn a_form_printed_by_libreoffice_says_what_the_form_said() {
    let form = fs::read(project().join(FORM)).unwrap();
    let Some(print) = printed(&form) else { return };
    let (_, typed) = filled("nelc", "Referral form LK.docx", &form);
    let (_, read) = filled("nelc", "Referral form LK.pdf", &print);
    let (all, wrong, empty) = compared(&typed, &read);
    assert!((wrong.len() + empty.len()) * 50 <= all, "of {all}: {wrong:#?} {empty:#?}");
    let said = said_of("Referral form LK.pdf", &print);
    assert_eq!(unanswered(&said), Vec::<&String>::new());
    assert!(said.iter().filter(|said| said.starts_with("form-as-print")).count() <= 1, "{said:?}");
}

#[test]
fn every_form_of_both_panels_is_read_from_its_print() {
    let (mut all, mut wrong, mut empty) = (0, Vec::new(), Vec::new());
    for panel in ["nelc", "redbridge"] {
        for form in ["referral", "update", "taxi_request"] {
            let request = forms::requests_on(&forms::config_of(panel).rules, panel, form)[0];
            let docx = forms::filled(panel, form, "230100", request, &[]);
            let Some(print) = printed(&docx) else { return };
            let (kind, typed) = filled(panel, "form.docx", &docx);
            let (kind_of_print, read) = filled(panel, "form.pdf", &print);
            assert_eq!(kind, kind_of_print, "{panel} {form}");
            let rules = forms::config_of(panel).rules;
            let rule = rules.forms.iter().find(|rule| rule.key == form).unwrap();
            let mut compared = compared(&typed, &read);
            // The boxes of these forms are fields of an older sort, which LibreOffice draws as lines: no letter says which is ticked.
            let boxed = |line: &String| {
                let (key, _) = line.split_once(':').unwrap();
                let field = rule.fields.iter().find(|field| field.key.as_str() == key).unwrap();
                panel == "redbridge" && matches!(field.field_type, FieldType::Choice | FieldType::YesNo)
            };
            compared.1.retain(|line| !boxed(line));
            compared.2.retain(|line| !boxed(line));
            println!(
                "{panel} {form}: {} answers, {} read otherwise, {} not read",
                compared.0,
                compared.1.len(),
                compared.2.len()
            );
            all += compared.0;
            wrong.extend(compared.1.into_iter().map(|line| format!("{panel} {form} {line}")));
            empty.extend(compared.2.into_iter().map(|line| format!("{panel} {form} {line}")));
        }
    }
    assert!((wrong.len() + empty.len()) * 50 <= all, "of {all}: {wrong:#?} {empty:#?}");
}

/// A PDF of one page with these words, each at a place.
fn page(words: &[(i32, i32, &str)]) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let resources = dictionary! { "Font" => dictionary! { "F" => font } };
    let content: String =
        words.iter().map(|(x, y, text)| format!("BT /F 11 Tf {x} {y} Td ({text}) Tj ET\n")).collect();
    let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
    let kid = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let kids = vec![kid.into()];
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 1 }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_print_without_lines_is_read_by_its_columns_and_what_is_not_found_is_said_once() {
    let form = page(&[
        (50, 780, "Placement panel referral form"),
        (50, 740, "Child's name"),
        (250, 740, "Lukasz Kowalczyk"),
        (50, 720, "LCS ID"),
        (250, 720, "1204417"),
        (50, 700, "Legal status"),
        (250, 700, "Full care order"),
        (50, 680, "Reason for request"),
    ]);
    let (kind, read) = filled("nelc", "form.pdf", &form);
    assert_eq!((kind.as_str(), read.text("child_name")), ("referral", Some("Lukasz Kowalczyk")));
    let said = said_of("form.pdf", &form);
    assert_eq!(unanswered(&said), Vec::<&String>::new());
    let once: Vec<&String> = said.iter().filter(|said| said.starts_with("form-as-print")).collect();
    assert_eq!(once.len(), 1, "{said:?}");
    assert!(once[0].contains("came as a print"), "{once:?}");
}

#[test]
fn a_form_is_known_by_its_title_however_few_of_its_labels_it_has() {
    let row = |label: &str, answer: &str| format!("<w:p><w:r><w:t>{label}: {answer}</w:t></w:r></w:p>");
    let body = "<w:p><w:r><w:t>Placement panel referral form</w:t></w:r></w:p>".to_owned()
        + &row("Child's name", "Lukasz Kowalczyk")
        + &row("LCS ID", "1204417")
        + &row("Date of birth", "14/03/2013")
        + &row("Legal status", "Full care order")
        + &row("Current placement", "Foster care")
        + &row("Social worker", "Priya Nandra")
        + &row("Previous panel date", "03/11/2025");
    assert_eq!(filled("nelc", "document.docx", &docx("", &body)).0, "referral");
}

#[test]
fn short_answers_below_their_labels_are_answers() {
    let line = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let body: String = [
        "Placement panel referral form",
        "Child's name",
        "Lukasz Kowalczyk",
        "LCS ID",
        "1204417",
        "Date of birth",
        "14/03/2013",
        "Legal status",
        "Full care order",
        "Social worker",
        "Priya Nandra",
    ]
    .map(line)
    .concat();
    let (_, form) = filled("nelc", "form.docx", &docx("", &body));
    let read = ["child_name", "case_id", "social_worker"].map(|key| form.text(key).unwrap_or_default());
    assert_eq!(read, ["Lukasz Kowalczyk", "1204417", "Priya Nandra"]);
    assert!(form.date("dob").is_some() && form.code("legal_status").is_some(), "{form:?}");
}

#[test]
fn a_table_within_a_cell_is_read_by_its_own_labels() {
    let cell = |inner: &str| format!("<w:tc><w:tcPr/>{inner}</w:tc>");
    let words = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let row = |label: &str, inner: &str| format!("<w:tr>{}{}</w:tr>", cell(&words(label)), cell(inner));
    let costs = format!(
        "<w:tbl>{}{}{}</w:tbl><w:p/>",
        row("Core weekly cost", &words("£3,950")),
        row("Additional weekly cost", &words("£300")),
        row("Total weekly cost", &words("£4,250"))
    );
    let body = format!(
        "{}<w:tbl>{}{}{}{}{}</w:tbl>",
        words("Placement panel referral form"),
        row("Child's name", &words("Lukasz Kowalczyk")),
        row("LCS ID", &words("1204417")),
        row("Date of birth", &words("14/03/2013")),
        row("Legal status", &words("Full care order")),
        row("Cost per week", &costs)
    );
    let (_, form) = filled("nelc", "form.docx", &docx("", &body));
    assert_eq!(
        [form.money("cost_core"), form.money("cost_total")],
        [Some(Pence(395_000)), Some(Pence(425_000))]
    );
}

#[test]
fn a_template_of_the_councils_own_is_not_content_from_elsewhere() {
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" \
        Target=\"file:///S:/Templates/Council.dotx\" TargetMode=\"External\"/></Relationships>";
    let document = docx("", "<w:p><w:r><w:t>Care plan</w:t></w:r></w:p>");
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(document)).unwrap();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).unwrap();
        parts.push((part.name().unwrap().into_owned(), content));
    }
    parts.push(("word/_rels/settings.xml.rels".to_owned(), relations.as_bytes().to_vec()));
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    assert_eq!(desk(20, &[]).said("plan.docx", &crate::built::zipped(&parts)), "");
}

//! A form that comes as a print is read from where its words stand; what is not found on it is said once, and not as an accusation.

use std::fs;

use lopdf::{Dictionary, Document, Stream, dictionary};
use serde_json::Value;

use crate::built::{desk, docx};
use crate::harness::{Week, tool};

const FOLDER: &str = "1204417 Kowalczyk Ł";
const FORM: &str = "sample-inbox/1204417 Kowalczyk Ł/Referral form LK.docx";

/// What the case's form answers, by field, and what is said of the case.
fn read(name: &str, form: &[u8]) -> (Value, Vec<String>) {
    let week = Week::new("nelc").at("2026-11-17T08:00").drop(&format!("{FOLDER}/{name}"), form);
    let week = week.run(&["scan"], 0).at("2026-11-17T09:30").run(&["scan"], 0);
    let status = week.json(&["status"]);
    let case = status["cases"][0].clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_papers =
        case["papers"].as_array().unwrap().iter().flat_map(|paper| paper["findings"].as_array().unwrap());
    let said = case["findings"].as_array().unwrap().iter().chain(of_papers);
    let said = said.map(|one| format!("{}: {}", text(&one["code"]), text(&one["message"]))).collect();
    (case, said)
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

#[test]
fn a_form_printed_by_word_or_libreoffice_says_what_the_form_said() {
    let folder = tempfile::TempDir::new().unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let place = folder.path().to_string_lossy().into_owned();
    let arguments = [&profile, "--headless", "--convert-to", "pdf", "--outdir", &place, FORM];
    let Some(_) = tool("soffice", &arguments) else { return };
    let printed = fs::read(folder.path().join("Referral form LK.pdf")).unwrap();
    let (typed, said_typed) = read("Referral form LK.docx", &fs::read(FORM).unwrap());
    let (case, said) = read("Referral form LK.pdf", &printed);
    assert_eq!(case["child"], typed["child"]);
    assert_eq!(case["request"], typed["request"]);
    assert_eq!(unanswered(&said), Vec::<&String>::new(), "typed: {said_typed:?}");
    let asked = said.iter().filter(|said| said.starts_with("form-as-print")).count();
    assert!(asked <= 1, "{said:?}");
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
    let (case, said) = read("form.pdf", &form);
    assert_eq!(case["child"]["name"], "Lukasz Kowalczyk", "{case}");
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
    let (case, _) = read("document.docx", &docx("", &body));
    assert_eq!(case["papers"][0]["kind"], "referral_form", "{case}");
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
    let (case, said) = read("form.docx", &docx("", &body));
    assert_eq!(case["child"]["name"], "Lukasz Kowalczyk", "{case}");
    let about = |said: &&&String| said.contains("Legal status") || said.contains("ocial worker");
    let unanswered = unanswered(&said);
    let wrong: Vec<&&String> = unanswered.iter().filter(about).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
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
    let (_, said) = read("form.docx", &docx("", &body));
    assert!(
        !said.iter().any(|said| said.contains("the parts come to") || said.contains("correct the total")),
        "{said:?}"
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

//! Office files of the strict sort (ISO/IEC 29500), templates and documents with macros are read and shown as the usual ones are.

use std::fs;

use crate::built::{Desk, desk, rewritten};
use crate::harness::project;

/// The address each usual namespace has in strict files.
const STRICT: [(&str, &str); 6] = [
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    ("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"),
    ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
    ),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "http://purl.oclc.org/ooxml/drawingml/picture",
    ),
];

fn sample(file: &str) -> Vec<u8> {
    fs::read(project().join("sample-inbox").join(file)).unwrap()
}

/// The two files say the same, and so do their pages.
#[track_caller]
fn same(desk: &Desk, name: &str, usual: &[u8], other: &[u8]) {
    let (one, two) = (desk.read(name, usual).answer, desk.read(name, other).answer);
    assert!(one.reading.facts.words > 100, "{name} says nothing");
    assert_eq!(one.reading.body, two.reading.body, "{name}");
    assert_eq!(one.reading.facts, two.reading.facts, "{name}");
    assert_eq!(desk.pages(name, usual), desk.pages(name, other), "{name}");
    assert_eq!(one.findings, two.findings, "{name}");
}

#[test]
fn strict_documents_and_workbooks_are_read_and_shown_as_the_usual_ones() {
    let desk = desk(20, &[]);
    for file in ["1204417 Kowalczyk Ł/Referral form LK.docx", "1203388 Marsden Ellie/Panel referral EM.xlsx"]
    {
        let usual = sample(file);
        let strict = rewritten(&usual, &STRICT);
        assert_ne!(usual, strict);
        same(&desk, file.rsplit('/').next().unwrap(), &usual, &strict);
    }
}

#[test]
fn templates_and_documents_with_macros_are_read_and_shown_as_the_usual_ones() {
    let desk = desk(20, &[]);
    let usual = sample("1204417 Kowalczyk Ł/Referral form LK.docx");
    let main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    for (name, kind) in [
        ("form.dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        ("form.docm", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        ("form.dotm", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    ] {
        same(&desk, name, &usual, &rewritten(&usual, &[(main, kind)]));
    }
}

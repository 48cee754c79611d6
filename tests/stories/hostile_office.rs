//! Office files made to hurt: read quickly and in little memory, or refused with a sentence.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use panelclerk::panel::seen::{FileFormat, Reading};
use panelclerk::paper::ooxml::package::ReadError;
use panelclerk::paper::sheet;
use panelclerk::paper::word;
use proptest::prelude::*;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(document: &str) -> Vec<u8> {
    package(&[("word/document.xml", document)])
}

fn body(content: &str) -> String {
    format!(r#"<w:document xmlns:w="{W}"><w:body>{content}</w:body></w:document>"#)
}

/// A workbook of one sheet with this content.
fn xlsx(sheet: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    package(&[
        (
            "_rels/.rels",
            &format!(
                r#"<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                r#"<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                r#"<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        ("xl/worksheets/sheet1.xml", &format!(r#"<worksheet xmlns="{main}">{sheet}</worksheet>"#)),
    ])
}

/// Reads on a small stack and within seconds.
#[track_caller]
fn quickly(bytes: Vec<u8>, read: fn(&[u8]) -> Result<Reading, ReadError>) -> Result<Reading, ReadError> {
    let start = Instant::now();
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(move || read(&bytes)).unwrap();
    let answer = thread.join().expect("a reader never panics");
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
    answer
}

fn codes(reading: &Reading) -> Vec<&str> {
    reading.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_hundred_thousand_nested_tables() {
    let deep = "<w:tbl><w:tr><w:tc>".repeat(100_000);
    let up = "</w:tc></w:tr></w:tbl>".repeat(100_000);
    let reading = quickly(docx(&body(&format!("{deep}<w:p/>{up}"))), word::read::read).unwrap();
    assert_eq!(codes(&reading), ["nested-too-deeply"]);

    // What is nested within reason is all read, the deepest as plain text.
    let deep = "<w:tbl><w:tr><w:tc>".repeat(50);
    let up = "</w:tc></w:tr></w:tbl>".repeat(50);
    let reading =
        quickly(docx(&body(&format!("{deep}<w:p><w:r><w:t>core</w:t></w:r></w:p>{up}"))), word::read::read)
            .unwrap();
    assert_eq!(reading.text.trim(), "core");
    let kept = serde_json::to_string(&reading).unwrap();
    assert_eq!(serde_json::from_str::<Reading>(&kept).unwrap(), reading);

    let boxes = "<w:p><w:r><w:txbxContent>".repeat(900);
    let up = "</w:txbxContent></w:r></w:p>".repeat(900);
    let reading =
        quickly(docx(&body(&format!("{boxes}<w:p><w:r><w:t>core</w:t></w:r></w:p>{up}"))), word::read::read)
            .unwrap();
    assert_eq!(reading.text.trim(), "core");
}

#[test]
fn entities_are_never_expanded() {
    let mut bomb = String::from("<!DOCTYPE lolz [<!ENTITY lol \"lol\">");
    for level in 1..10 {
        let inner = if level == 1 { "&lol;".to_owned() } else { format!("&lol{};", level - 1) };
        bomb += &format!("<!ENTITY lol{level} \"{}\">", inner.repeat(10));
    }
    bomb += "]>";
    let reading =
        quickly(docx(&(bomb + &body("<w:p><w:r><w:t>a &lol9; b</w:t></w:r></w:p>"))), word::read::read)
            .unwrap();
    assert_eq!(reading.text.trim(), "a  b");
    assert_eq!(codes(&reading), ["unknown-entities"]);

    let outside = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>".to_owned();
    let reading =
        quickly(docx(&(outside + &body("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>"))), word::read::read).unwrap();
    assert_eq!(reading.text, "");
}

#[test]
fn what_unpacks_too_far_is_refused() {
    let spaces = " ".repeat(70 << 20);
    let text = body(&format!("<w:p><w:r><w:t>{spaces}</w:t></w:r></w:p>"));
    let refused = quickly(docx(&text), word::read::read).unwrap_err();
    assert_eq!(refused.to_string(), "the file unpacks to far more than it should (`word/document.xml`)");
    let cell = format!(
        r#"<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{spaces}</t></is></c></row></sheetData>"#
    );
    let refused = quickly(xlsx(&cell), |bytes| sheet::read::read(bytes, FileFormat::Excel)).unwrap_err();
    assert!(matches!(refused, ReadError::TooBig { .. }), "{refused}");
}

#[test]
fn a_cell_in_the_last_corner() {
    let cells = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>"#;
    let reading = quickly(xlsx(cells), |bytes| sheet::read::read(bytes, FileFormat::Excel)).unwrap();
    assert_eq!(reading.text, "1\n2\n");
}

#[test]
fn hidden_rows_and_columns_are_counted_and_left_out() {
    let cells = r#"<cols><col min="3" max="3" hidden="1"/></cols><sheetData>
        <row r="1"><c r="A1" t="str"><v>seen</v></c><c r="C1" t="str"><v>not seen</v></c></row>
        <row r="2" hidden="1"><c r="A2" t="str"><v>nor this one</v></c></row></sheetData>"#;
    let reading = quickly(xlsx(cells), |bytes| sheet::read::read(bytes, FileFormat::Excel)).unwrap();
    assert_eq!(reading.text, "seen\n");
    assert_eq!(reading.facts.hidden_words, 5);
}

#[test]
fn what_points_outside_is_named_and_not_fetched() {
    let rels = format!(
        r#"<Relationships xmlns="{RELATIONS}">
        <Relationship Id="r1" Type="{OFFICE}/attachedTemplate" Target="http://192.0.2.1/t.dotm" TargetMode="External"/>
        <Relationship Id="r2" Type="{OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/></Relationships>"#
    );
    let document = body(
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> INCLUDEPICTURE "http://192.0.2.1/p.png" \d </w:instrText>
        <w:fldChar w:fldCharType="separate"/><w:t>shown</w:t><w:fldChar w:fldCharType="end"/></w:r></w:p>"#,
    );
    let bytes = package(&[
        ("word/document.xml", &document),
        ("word/_rels/settings.xml.rels", &rels),
        ("word/embeddings/oleObject1.bin", "x"),
        ("word/vbaProject.bin", "x"),
    ]);
    let reading = quickly(bytes, word::read::read).unwrap();
    assert_eq!(reading.text.trim(), "shown");
    assert_eq!(codes(&reading), ["embedded-files", "macros", "external-content"]);
    assert_eq!(
        reading.facts.external,
        ["http://192.0.2.1/t.dotm", "https://example.org/", "http://192.0.2.1/p.png"]
    );
}

/// A document with most of what the reader knows, to be damaged.
fn rich() -> String {
    body(
        r#"<w:p><w:pPr><w:pStyle w:val="x"/><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:rPr><w:strike/><w:vanish/></w:rPr><w:t>a</w:t></w:r></w:p>
        <w:sdt><w:sdtPr><w:date/><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>b ☒</w:t></w:r></w:p></w:sdtContent></w:sdt>
        <w:tbl><w:tr><w:trPr><w:gridBefore w:val="1"/><w:del/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr>
        <w:p><w:ins><w:r><w:t>c</w:t></w:r></w:ins><w:del><w:r><w:delText>d</w:delText></w:r></w:del></w:p></w:tc></w:tr></w:tbl>
        <w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar>
        <w:instrText>FORMCHECKBOX</w:instrText><w:fldChar w:fldCharType="end"/><w:txbxContent><w:p><w:r><w:t>e</w:t></w:r></w:p></w:txbxContent></w:r></w:p>
        <w:sectPr><w:headerReference w:type="first" w:id="1"/><w:titlePg/></w:sectPr>"#,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_damage_makes_the_word_reader_panic(cuts in prop::collection::vec((0_usize..2_000, 0_usize..60, "\\PC{0,6}"), 1..5)) {
        let mut document: Vec<char> = rich().chars().collect();
        for (at, length, put) in cuts {
            let at = at.min(document.len());
            let end = (at + length).min(document.len());
            document.splice(at..end, put.chars());
        }
        let document: String = document.into_iter().collect();
        let _ = word::read::read(&docx(&document));
    }

    #[test]
    fn elements_in_any_order_are_read(elements in prop::collection::vec(0_usize..16, 0..40)) {
        const NAMES: [&str; 16] = [
            "p", "r", "t", "tbl", "tr", "tc", "sdt", "sdtPr", "sdtContent", "del", "ins", "txbxContent", "pPr", "rPr", "fldChar", "sectPr",
        ];
        let open: String = elements.iter().map(|at| format!("<w:{}>word ", NAMES[*at])).collect();
        let close: String = elements.iter().rev().map(|at| format!("</w:{}>", NAMES[*at])).collect();
        let reading = word::read::read(&docx(&body(&format!("{open}{close}")))).unwrap();
        prop_assert!(reading.facts.words <= u32::try_from(elements.len()).unwrap());
    }
}

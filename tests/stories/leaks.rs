//! Words that somebody has hidden, in whichever way: none of them can be taken out of a pack, or somebody is told.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use panelclerk::paper::job::RENDITION;
use panelclerk::pdf::text::{self, PageWords};
use rust_xlsxwriter::{Color, Format, Note, Workbook};

use crate::built::{Desk, desk, rewritten, word, xlsx};
use crate::harness::tool;

const SECRET: &str = "Quillfeather";

/// What a person is told where hidden words are on the pages all the same.
const TOLD: [&str; 3] = ["covered-words", "words-under-picture", "tiny-words"];

type Ways = Vec<(&'static str, Vec<u8>)>;

fn run(looks: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{looks}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

/// A Word document that says something, and this besides.
fn document(hidden: &str) -> Vec<u8> {
    document_with(hidden, &[], &[])
}

fn document_with(hidden: &str, pointers: &[(&str, &str, &str)], parts: &[(&str, &[u8])]) -> Vec<u8> {
    let shown = "<w:p><w:r><w:t>The carer is well known to the team.</w:t></w:r></w:p>";
    word(&format!("{shown}{hidden}{shown}"), pointers, parts)
}

fn anchored(vertical: &str, looks: &str, more: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:anchor xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" \
         simplePos=\"0\" relativeHeight=\"9\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/>\
         <wp:positionH relativeFrom=\"column\"><wp:posOffset>0</wp:posOffset></wp:positionH><wp:positionV relativeFrom=\"{vertical}\"><wp:posOffset>0</wp:posOffset></wp:positionV>\
         <wp:extent cx=\"2600000\" cy=\"250000\"/><wp:wrapNone/><wp:docPr id=\"7\" name=\"Shape\" {more}/><a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\">\
         <wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"2600000\" cy=\"250000\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>{looks}</wps:spPr>\
         <wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )
}

fn in_word() -> Ways {
    let line = |looks: &str| format!("<w:p>{}</w:p>", run(looks, SECRET));
    let names = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let styles = format!(
        "<w:styles {names}><w:style w:type=\"paragraph\" w:styleId=\"Gone\"><w:rPr><w:vanish/></w:rPr></w:style>\
         <w:style w:type=\"character\" w:styleId=\"Away\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"
    );
    let styled = |hidden: &str| {
        document_with(hidden, &[("s", "styles", "styles.xml")], &[("word/styles.xml", styles.as_bytes())])
    };
    let comments = format!(
        "<w:comments {names}><w:comment w:id=\"1\"><w:p>{}</w:p></w:comment></w:comments>",
        run("", SECRET)
    );
    let notes = format!(
        "<w:footnotes {names}><w:footnote w:id=\"5\"><w:p>{}</w:p></w:footnote></w:footnotes>",
        run("", SECRET)
    );
    let page = format!("<html><body><p>Seen</p><p style=\"display:none\">{SECRET}</p></body></html>");
    let custom = format!("<root><name>{SECRET}</name></root>");
    vec![
        ("hidden text", document(&line("<w:vanish/>"))),
        ("hidden for good", document(&line("<w:specVanish/>"))),
        ("hidden by a character style", styled(&line("<w:rStyle w:val=\"Away\"/>"))),
        (
            "hidden by a paragraph style",
            styled(&format!("<w:p><w:pPr><w:pStyle w:val=\"Gone\"/></w:pPr>{}</w:p>", run("", SECRET))),
        ),
        (
            "deleted",
            document(&format!(
                "<w:p><w:del w:id=\"1\"><w:r><w:delText>{SECRET}</w:delText></w:r></w:del></w:p>"
            )),
        ),
        (
            "deleted, still text",
            document(&format!("<w:p><w:del w:id=\"1\">{}</w:del></w:p>", run("", SECRET))),
        ),
        (
            "moved away",
            document(&format!("<w:p><w:moveFrom w:id=\"1\">{}</w:moveFrom></w:p>", run("", SECRET))),
        ),
        (
            "a field's instruction",
            document(&format!(
                "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> QUOTE {SECRET} </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
                run("", "shown")
            )),
        ),
        (
            "a comment",
            document_with(
                "<w:p><w:r><w:commentReference w:id=\"1\"/></w:r></w:p>",
                &[("c", "comments", "comments.xml")],
                &[("word/comments.xml", comments.as_bytes())],
            ),
        ),
        (
            "a note nothing refers to",
            document_with(
                "",
                &[("f", "footnotes", "footnotes.xml")],
                &[("word/footnotes.xml", notes.as_bytes())],
            ),
        ),
        (
            "a web page's hidden line",
            document_with(
                "<w:altChunk r:id=\"h\"/>",
                &[("h", "aFChunk", "chunk.html")],
                &[("word/chunk.html", page.as_bytes())],
            ),
        ),
        (
            "data beside the text",
            document_with(
                "",
                &[("x", "customXml", "../customXml/item1.xml")],
                &[("customXml/item1.xml", custom.as_bytes())],
            ),
        ),
    ]
}

/// Words of the colour of their ground, too small, or under something.
fn unseen_in_word() -> Ways {
    let fill = |colour: &str| format!("<a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill>");
    let line = |looks: &str| format!("<w:p>{}</w:p>", run(looks, SECRET));
    let under = |shape: &str| format!("<w:p>{}{shape}</w:p>", run("", SECRET));
    vec![
        ("white", document(&line("<w:color w:val=\"FFFFFF\"/>"))),
        ("nearly white", document(&line("<w:color w:val=\"FDFDFD\"/>"))),
        ("one point", document(&line("<w:sz w:val=\"2\"/>"))),
        (
            "black on a black marker",
            document(&line("<w:color w:val=\"000000\"/><w:highlight w:val=\"black\"/>")),
        ),
        (
            "black on black",
            document(&line("<w:color w:val=\"000000\"/><w:shd w:val=\"clear\" w:fill=\"000000\"/>")),
        ),
        (
            "grey on the same grey",
            document(&line("<w:color w:val=\"777777\"/><w:shd w:val=\"clear\" w:fill=\"777777\"/>")),
        ),
        (
            "in a black cell",
            document(&format!(
                "<w:tbl><w:tr><w:tc><w:tcPr><w:tcW w:w=\"4000\" w:type=\"dxa\"/><w:shd w:val=\"clear\" w:fill=\"000000\"/></w:tcPr>{}</w:tc></w:tr></w:tbl>",
                line("<w:color w:val=\"000000\"/>")
            )),
        ),
        ("under a black box", document(&under(&anchored("paragraph", &fill("000000"), "")))),
        ("under a white box", document(&under(&anchored("paragraph", &fill("FFFFFF"), "")))),
        ("under a box placed on the page", document(&under(&anchored("page", &fill("000000"), "")))),
        (
            "under a shape of the older way",
            document(&under(
                "<w:r><w:pict><v:rect style=\"position:absolute;margin-left:0;margin-top:0;width:200pt;height:15pt;z-index:9\" fillcolor=\"black\"/></w:pict></w:r>",
            )),
        ),
        (
            "a drawing's description",
            document(&format!(
                "<w:p>{}</w:p>",
                anchored("paragraph", "<a:noFill/>", &format!("descr=\"{SECRET}\""))
            )),
        ),
        (
            "a bookmark's name",
            document(&format!(
                "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"{SECRET}\"/>{}<w:bookmarkEnd w:id=\"1\"/></w:p>",
                run("", "shown")
            )),
        ),
    ]
}

/// A workbook in which the second cell of the second row is hidden.
fn sheet(change: impl FnOnce(&mut rust_xlsxwriter::Worksheet), format: &Format) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Core cost").unwrap();
    sheet.write(2, 0, "Total").unwrap();
    sheet.write_with_format(1, 1, SECRET, format).unwrap();
    change(sheet);
    book.save_to_buffer().unwrap()
}

fn in_excel() -> Ways {
    let plain = Format::new();
    let cells = format!(
        "<row r=\"1\" ht=\"15\"><c r=\"A1\" t=\"inlineStr\"><is><t>Core cost</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>{SECRET}</t></is></c></row>"
    );
    let with = |from: &str, to: &str| rewritten(&xlsx(&cells), &[(from, to)]);
    let other = |hide: fn(&mut rust_xlsxwriter::Worksheet)| {
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "Core cost").unwrap();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, SECRET).unwrap();
        hide(sheet);
        book.save_to_buffer().unwrap()
    };
    vec![
        (
            "a hidden row",
            sheet(
                |sheet| {
                    sheet.set_row_hidden(1).unwrap();
                },
                &plain,
            ),
        ),
        (
            "a hidden column",
            sheet(
                |sheet| {
                    sheet.set_column_hidden(1).unwrap();
                },
                &plain,
            ),
        ),
        (
            "a hidden sheet",
            other(|sheet| {
                sheet.set_hidden(true);
            }),
        ),
        (
            "a sheet hidden for good",
            other(|sheet| {
                sheet.set_very_hidden(true);
            }),
        ),
        (
            "a column without width",
            with(
                "<sheetData>",
                "<cols><col min=\"1\" max=\"1\" width=\"0\" customWidth=\"1\"/></cols><sheetData>",
            ),
        ),
        ("a row without height", with("<row r=\"2\">", "<row r=\"2\" ht=\"0\" customHeight=\"1\">")),
        (
            "rows hidden unless they say otherwise",
            with("<sheetData>", "<sheetFormatPr defaultRowHeight=\"15\" zeroHeight=\"1\"/><sheetData>"),
        ),
        ("a format that shows nothing", sheet(|_| (), &Format::new().set_num_format(";;;"))),
        ("white", sheet(|_| (), &Format::new().set_font_color(Color::White))),
        (
            "black on black",
            sheet(|_| (), &Format::new().set_font_color(Color::Black).set_background_color(Color::Black)),
        ),
        ("one point", sheet(|_| (), &Format::new().set_font_size(1.0))),
        (
            "a note",
            sheet(
                |sheet| {
                    sheet.write(1, 1, "shown").unwrap();
                    sheet.insert_note(1, 1, &Note::new(SECRET)).unwrap();
                },
                &plain,
            ),
        ),
    ]
}

/// A PDF of one page with these operators after a line that is seen; `change` puts more into the file.
fn page(operators: &str, change: impl FnOnce(&mut Document, &mut Dictionary)) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let content = format!("BT /F 12 Tf 50 780 Td (The carer is well known to the team) Tj ET\n{operators}");
    let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
    let picture = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => 3, "Height" => 3, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
    };
    let picture = document.add_object(Stream::new(picture, vec![0; 9]));
    let mut page = dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! {
            "Font" => dictionary! { "F" => dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" } },
            "XObject" => dictionary! { "Black" => picture },
        },
    };
    change(&mut document, &mut page);
    let page = document.add_object(page);
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, tree.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn in_pdf() -> Ways {
    let words = format!("BT /F 12 Tf 50 700 Td ({SECRET}) Tj ET ");
    let of = |operators: String| page(&operators, |_, _| ());
    let annotation =
        |annotation: Dictionary| page(&words, |_, page| page.set("Annots", vec![annotation.into()]));
    let rect = || Object::Array(vec![45.into(), 695.into(), 200.into(), 715.into()]);
    let said = || Object::string_literal(SECRET);
    let form = format!("BT /F 12 Tf 50 600 Td ({SECRET}) Tj ET");
    vec![
        ("under a black box", of(format!("{words}45 695 150 20 re f"))),
        ("under a white box", of(format!("{words}1 g 45 695 150 20 re f"))),
        ("under a picture", of(format!("{words}q 150 0 0 20 45 695 cm /Black Do Q"))),
        ("white", of(format!("1 g {words}"))),
        (
            "invisible, under a black picture",
            of(format!("3 Tr {words}0 Tr q 150 0 0 20 45 695 cm /Black Do Q")),
        ),
        ("invisible, on a black picture", of(format!("q 150 0 0 20 45 695 cm /Black Do Q 3 Tr {words}"))),
        ("one point", of(format!("BT /F 1 Tf 50 700 Td ({SECRET}) Tj ET"))),
        ("off the page", of(format!("BT /F 12 Tf 50 900 Td ({SECRET}) Tj ET"))),
        (
            "cut off",
            page(&words, |_, page| page.set("CropBox", vec![0.into(), 720.into(), 595.into(), 842.into()])),
        ),
        ("cut away", of(format!("q 0 0 10 10 re W n {words}Q"))),
        (
            "marked for redaction",
            annotation(dictionary! { "Subtype" => "Redact", "Rect" => rect(), "F" => 4 }),
        ),
        (
            "a black square drawn on it",
            annotation(
                dictionary! { "Subtype" => "Square", "Rect" => rect(), "F" => 4, "IC" => vec![0.into(), 0.into(), 0.into()], "C" => vec![0.into(), 0.into(), 0.into()] },
            ),
        ),
        (
            "a hidden mark",
            page("", |_, page| {
                page.set("Annots", vec![dictionary! { "Subtype" => "FreeText", "Rect" => rect(), "F" => 2, "Contents" => said() }.into()]);
            }),
        ),
        (
            "a note",
            page("", |_, page| {
                page.set(
                    "Annots",
                    vec![dictionary! { "Subtype" => "Text", "Rect" => rect(), "Contents" => said() }.into()],
                );
            }),
        ),
        (
            "a form nothing draws",
            page("", |document, page| {
                let form = Stream::new(
                    dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] },
                    form.clone().into_bytes(),
                );
                let form = document.add_object(form);
                let resources = page.get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
                resources.get_mut(b"XObject").unwrap().as_dict_mut().unwrap().set("Left", form);
            }),
        ),
        (
            "words that stand in for others",
            of(format!("/Span <</ActualText ({SECRET})>> BDC BT /F 12 Tf 50 700 Td (shown) Tj ET EMC")),
        ),
        (
            "the title",
            page("", |document, _| {
                let info = document.add_object(dictionary! { "Keywords" => said() });
                document.trailer.set("Info", info);
            }),
        ),
        ("private data", page("", |_, page| page.set("PieceInfo", dictionary! { "Data" => said() }))),
    ]
}

/// Which readers get the secret out of a PDF.
fn got_out(pdf: &Path) -> Vec<&'static str> {
    let bytes = fs::read(pdf).unwrap();
    let file = pdf.to_string_lossy();
    let mut got = Vec::new();
    let mut look = |reader: &'static str, text: &str| {
        let plain: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
        if plain.contains(SECRET) {
            got.push(reader);
        }
    };
    let pages = text::words(&bytes).unwrap_or_default();
    look("the program", &pages.iter().map(PageWords::text).collect::<String>());
    let document = Document::load(pdf).unwrap();
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    look("lopdf", &document.extract_text(&numbers).unwrap_or_default());
    for (reader, arguments) in [
        ("pdftotext", vec!["-raw", &file, "-"]),
        ("mutool", vec!["draw", "-q", "-F", "txt", &file]),
        ("qpdf", vec!["--qdf", "--object-streams=disable", &file, "-"]),
    ] {
        if let Some(output) = tool(reader, &arguments) {
            look(reader, &String::from_utf8_lossy(&output.stdout));
        }
    }
    got
}

#[track_caller]
fn check(desk: &Desk, ending: &str, ways: Ways) {
    let folder = tempfile::TempDir::new().unwrap();
    let mut faults = Vec::new();
    let mut table: BTreeMap<&str, usize> = BTreeMap::new();
    for (way, content) in ways {
        let answered = desk.read(&format!("paper.{ending}"), &content);
        let answer = &answered.answer;
        let codes: Vec<&str> = answer
            .reading
            .findings
            .iter()
            .chain(&answer.findings)
            .map(|finding| finding.code.as_str())
            .collect();
        let Some(_) = &answer.rendition else {
            faults.push(format!("{way}: no pages ({codes:?})"));
            continue;
        };
        let pdf = folder.path().join("made.pdf");
        fs::write(&pdf, answered.files.read(RENDITION).unwrap()).unwrap();
        let got = got_out(&pdf);
        let told = codes.iter().any(|code| TOLD.contains(code));
        *table
            .entry(if got.is_empty() {
                "hidden"
            } else if told {
                "said"
            } else {
                "leaked"
            })
            .or_default() += 1;
        println!(
            "{ending}: {way}: {} {codes:?}",
            if got.is_empty() { "hidden".to_owned() } else { format!("got out by {got:?}") }
        );
        if !got.is_empty() && !told {
            faults.push(format!("{way}: got out by {got:?}, and nothing is said ({codes:?})"));
        }
    }
    println!("{ending}: {table:?}");
    assert!(faults.is_empty(), "{ending}:\n{}", faults.join("\n"));
}

#[test]
fn words_hidden_in_a_word_document_stay_hidden_or_are_said() {
    check(&desk(120, &[]), "docx", in_word().into_iter().chain(unseen_in_word()).collect());
}

#[test]
fn words_hidden_in_a_workbook_stay_hidden_or_are_said() {
    check(&desk(120, &[]), "xlsx", in_excel());
}

#[test]
fn words_hidden_in_a_pdf_stay_hidden_or_are_said() {
    check(&desk(120, &[]), "pdf", in_pdf());
}

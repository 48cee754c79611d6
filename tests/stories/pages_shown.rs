//! What the pages of a document show, not only what they say: no words on words, none off the page, no piece lost; and where
//! that cannot be mended, it is said.

use panelclerk::paper::job::{Answer, RENDITION};
use panelclerk::pdf::text::{self, PageWords};
use rust_xlsxwriter::{Format, Workbook};

use crate::built::{Desk, WORD, desk, docx, package, paragraph, word};

const SENTENCE: &str = "The social worker saw each child alone and the school says that both come in fed. ";

/// What became of a file: what is said, and its pages.
fn made(desk: &Desk, name: &str, content: &[u8]) -> (Answer, Vec<PageWords>) {
    let answered = desk.read(name, content);
    let pages = text::words(&answered.files.read(RENDITION).unwrap()).unwrap();
    (answered.answer, pages)
}

fn shown(pages: &[PageWords]) -> String {
    pages.iter().map(PageWords::text).collect::<Vec<_>>().join("\n")
}

fn codes(answer: &Answer) -> Vec<&str> {
    answer.reading.findings.iter().chain(&answer.findings).map(|finding| finding.code.as_str()).collect()
}

#[track_caller]
fn all_is_read(pages: &[PageWords], what: &str) {
    let piled: usize = pages.iter().map(|page| page.piled).sum();
    assert_eq!(piled, 0, "{what}: words on words");
    for page in pages {
        for word in &page.words {
            let [left, bottom, right, top] = word.place;
            let inside = 0.0 <= left && right <= page.width && 0.0 <= bottom && top <= page.height;
            assert!(inside, "{what}: `{}` at {:?}", word.text, word.place);
        }
    }
}

/// A table of one row, a label and this answer.
fn row(properties: &str, answer: &str) -> String {
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"8640\" w:type=\"dxa\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"4320\"/><w:gridCol w:w=\"4320\"/></w:tblGrid>\
         <w:tr><w:trPr>{properties}</w:trPr><w:tc><w:tcPr><w:tcW w:w=\"4320\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>\
         <w:tc><w:tcPr><w:tcW w:w=\"4320\" w:type=\"dxa\"/></w:tcPr>{answer}</w:tc></w:tr></w:tbl>{}",
        paragraph("Reason for request"),
        paragraph("After the table"),
    )
}

const SECTION: &str = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"720\" w:footer=\"720\"/></w:sectPr>";

#[test]
fn a_long_answer_runs_on_over_pages_whatever_its_row_says() {
    let desk = desk(120, &[]);
    let lines: String = (0..90).map(|at| paragraph(&format!("Line{at} the carers gave notice"))).collect();
    let one = paragraph(&(0..120).map(|at| format!("Part{at} {SENTENCE}")).collect::<String>());
    for (what, properties) in [
        ("a least height", "<w:trHeight w:val=\"2000\" w:hRule=\"atLeast\"/>"),
        ("no rule", "<w:trHeight w:val=\"2000\"/>"),
        ("not across pages", "<w:cantSplit/>"),
        ("both", "<w:cantSplit/><w:trHeight w:val=\"900\"/>"),
        ("a fixed height", "<w:trHeight w:val=\"900\" w:hRule=\"exact\"/>"),
    ] {
        for (answer, last) in [(&lines, "Line89"), (&one, "Part119")] {
            let (said, pages) = made(&desk, "form.docx", &docx("", &(row(properties, answer) + SECTION)));
            all_is_read(&pages, what);
            assert!(1 < pages.len(), "{what}: {} page", pages.len());
            let words = shown(&pages);
            assert!(words.contains(last) && words.contains("After the table"), "{what}");
            assert!(codes(&said).is_empty(), "{what}: {:?}", said.findings);
        }
    }
}

#[test]
fn a_short_answer_keeps_the_height_its_row_asks_for() {
    let desk = desk(120, &[]);
    let place = |properties: &str| {
        let body = row(properties, &paragraph("None")) + SECTION;
        let (_, pages) = made(&desk, "form.docx", &docx("", &body));
        pages[0].words.iter().find(|word| word.text == "After").unwrap().place[1]
    };
    assert!(place("<w:trHeight w:val=\"4000\"/>") < place("") - 150.0);
}

/// Something anchored in a paragraph, so many points to the right and down, so large.
fn anchored(wrap: &str, [right, down, wide, tall]: [u32; 4], looks: &str, words: &str) -> String {
    let emu = |points: u32| points * 12_700;
    let text = if words.is_empty() {
        String::new()
    } else {
        format!("<wps:txbx><w:txbxContent>{words}</w:txbxContent></wps:txbx>")
    };
    format!(
        "<w:r><w:drawing><wp:anchor xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" \
         distR=\"0\" simplePos=\"0\" relativeHeight=\"251659264\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/>\
         <wp:positionH relativeFrom=\"column\"><wp:posOffset>{}</wp:posOffset></wp:positionH><wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>{}</wp:posOffset>\
         </wp:positionV><wp:extent cx=\"{}\" cy=\"{}\"/><wp:{wrap}/><wp:docPr id=\"1\" name=\"Box\"/><a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\">\
         <wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{2}\" cy=\"{3}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>{looks}</wps:spPr>{text}\
         <wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>",
        emu(right),
        emu(down),
        emu(wide),
        emu(tall),
    )
}

const WHITE: &str = "<a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill>";
const FRAME: &str = "<a:ln w=\"9525\"><a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill></a:ln>";

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

#[test]
fn a_box_with_more_than_it_holds_lies_on_no_words() {
    let desk = desk(120, &[]);
    let words = paragraph(&(SENTENCE.repeat(6) + "Boxend"));
    let overfull = anchored("wrapSquare wrapText=\"bothSides\"", [24, 16, 200, 40], FRAME, &words);
    let body = format!("<w:p>{overfull}{}</w:p>{SECTION}", run(&SENTENCE.repeat(8)));
    let (said, pages) = made(&desk, "box.docx", &docx("", &body));
    all_is_read(&pages, "an overfull box");
    assert!(shown(&pages).contains("Boxend") && codes(&said).is_empty(), "{:?}", said.findings);
}

#[test]
fn a_box_that_lies_over_words_holds_the_document() {
    let desk = desk(120, &[]);
    let over = anchored(
        "wrapNone",
        [24, 16, 200, 32],
        &(WHITE.to_owned() + FRAME),
        &paragraph("A note over the text"),
    );
    let body = format!("<w:p>{over}{}</w:p>{SECTION}", run(&SENTENCE.repeat(8)));
    let (said, pages) = made(&desk, "box.docx", &docx("", &body));
    all_is_read(&pages, "a box over words");
    assert!(shown(&pages).contains("note over the text"));
    assert_eq!(codes(&said), ["covered-words"], "{:?}", said.findings);
}

/// A document with this header and these notes.
fn with_parts(header: &str, notes: &str, body: &str) -> Vec<u8> {
    let names = format!(
        "xmlns:w=\"{WORD}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
    );
    let section =
        SECTION.replace("<w:sectPr>", "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"h\"/>");
    let document = format!("<w:document {names}><w:body>{body}{section}</w:body></w:document>");
    let header = format!("<w:hdr {names}>{header}</w:hdr>");
    let notes = format!("<w:footnotes {names}>{notes}</w:footnotes>");
    let related = |id: &str, kind: &str| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{kind}1.xml\"/>"
        )
    };
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}{}</Relationships>",
        related("h", "header"),
        related("f", "footnotes").replace("footnotes1", "footnotes")
    );
    package(
        "word/document.xml",
        "wordprocessingml.document",
        &[
            ("word/document.xml", document.as_bytes()),
            ("word/header1.xml", header.as_bytes()),
            ("word/footnotes.xml", notes.as_bytes()),
            ("word/_rels/document.xml.rels", relations.as_bytes()),
        ],
    )
}

#[test]
fn boxes_at_the_head_of_pages_are_shown_however_long_the_document() {
    let desk = desk(120, &[]);
    let left = anchored(
        "wrapNone",
        [0, 0, 180, 30],
        FRAME,
        &paragraph("Leftbox: the mother must not see this address"),
    );
    let right = anchored("wrapNone", [250, 0, 140, 30], FRAME, &paragraph("Rightbox case"));
    let body: String = (0..40).map(|_| paragraph(&SENTENCE.repeat(4))).collect();
    let (said, pages) =
        made(&desk, "long.docx", &with_parts(&format!("<w:p>{left}{right}</w:p>"), "", &body));
    all_is_read(&pages, "boxes at the head");
    let words = shown(&pages);
    assert!(words.contains("must not see this address") && words.contains("Rightbox"));
    assert!(codes(&said).is_empty(), "{:?}", said.findings);
}

#[test]
fn a_footnote_is_shown_however_it_is_marked_and_one_that_nothing_refers_to_is_not() {
    let desk = desk(120, &[]);
    let note = |id: u8, text: &str| {
        format!("<w:footnote w:id=\"{id}\"><w:p><w:r><w:footnoteRef/></w:r>{}</w:p></w:footnote>", run(text))
    };
    let notes = format!(
        "<w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>{}{}",
        note(1, " Noteone, a letter of the school"),
        note(2, " Nobody refers to it")
    );
    let long = run(&SENTENCE.repeat(20));
    for style in [
        "",
        "<w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr>",
        "<w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr>",
    ] {
        let body = format!(
            "<w:p>{long}<w:r>{style}<w:footnoteReference w:id=\"1\"/></w:r>{}</w:p>",
            run(" And so on.")
        );
        let (said, pages) = made(&desk, "notes.docx", &with_parts(&paragraph("Head"), &notes, &body));
        let words = shown(&pages);
        assert!(words.contains("a letter of the school"), "{style}: {words}");
        assert!(!words.contains("Nobody refers"), "{style}");
        assert!(codes(&said).is_empty(), "{style}: {:?}", said.findings);
    }
}

#[test]
fn lines_set_too_close_and_margins_below_nought_are_read() {
    let desk = desk(120, &[]);
    let close = |rule: &str| {
        format!(
            "<w:p><w:pPr><w:spacing w:line=\"23\" w:lineRule=\"{rule}\"/></w:pPr>{}</w:p>",
            run(&SENTENCE.repeat(6))
        )
    };
    let body = close("atLeast") + &close("exact") + SECTION;
    let (_, pages) = made(&desk, "close.docx", &docx("", &body));
    all_is_read(&pages, "close lines");
    let margins = SECTION
        .replace("w:top=\"1440\"", "w:top=\"-1440\"")
        .replace("w:bottom=\"1440\"", "w:bottom=\"-1440\"");
    let body: String = (0..40).map(|_| paragraph(&SENTENCE.repeat(5))).collect();
    let (said, pages) = made(&desk, "margins.docx", &docx("", &(body + &margins)));
    all_is_read(&pages, "margins below nought");
    assert!(codes(&said).is_empty(), "{:?}", said.findings);
}

#[test]
fn a_table_wider_than_its_page_is_shown_in_whole() {
    let desk = desk(120, &[]);
    let cell = |text: &str| {
        format!("<w:tc><w:tcPr><w:tcW w:w=\"5000\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(text))
    };
    let body = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"20000\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>{}</w:tblGrid><w:tr>{}{}{}{}</w:tr></w:tbl>{SECTION}",
        "<w:gridCol w:w=\"5000\"/>".repeat(4),
        cell("First column of the costs"),
        cell("Second column of the costs"),
        cell("Third column of the costs"),
        cell("Fourth column of the costs"),
    );
    let (said, pages) = made(&desk, "wide.docx", &docx("", &body));
    all_is_read(&pages, "a wide table");
    assert!(shown(&pages).contains("Fourth"), "{:?}", said.findings);
}

#[test]
fn a_row_of_a_workbook_kept_too_low_grows() {
    let desk = desk(120, &[]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Reason").unwrap();
    sheet.set_column_width(1, 40).unwrap();
    sheet.write_with_format(0, 1, SENTENCE.repeat(5) + "Rowend", &Format::new().set_text_wrap()).unwrap();
    sheet.set_row_height(0, 15).unwrap();
    for row in 1..8 {
        sheet.write(row, 0, "Next").unwrap();
        sheet.write(row, 1, "the row below").unwrap();
    }
    let (said, pages) = made(&desk, "low.xlsx", &book.save_to_buffer().unwrap());
    all_is_read(&pages, "a low row");
    assert!(shown(&pages).contains("Rowend"), "{:?}", said.findings);
}

#[test]
fn a_picture_the_pages_do_not_show_is_said() {
    let desk = desk(120, &[]);
    let picture = |format: image::ImageFormat| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(40, 40, image::Rgb([200, 20, 20])).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let placed = |shape: &str| {
        format!(
            "<w:p><w:r><w:pict><v:shape style=\"{shape}width:100pt;height:100pt\"><v:imagedata r:id=\"p\"/></v:shape></w:pict></w:r></w:p>{}",
            paragraph("Beside the picture")
        )
    };
    let document = |body: &str, bytes: &[u8]| {
        word(
            &(body.to_owned() + SECTION),
            &[("p", "image", "media/one.png")],
            &[("word/media/one.png", bytes)],
        )
    };
    let (said, pages) = made(&desk, "seen.docx", &document(&placed(""), &picture(image::ImageFormat::Png)));
    let shown: usize = pages.iter().map(|page| page.pictures).sum();
    assert_eq!(codes(&said).contains(&"pictures-lost"), shown == 0, "{:?}", said.findings);
    let (said, _) = made(&desk, "lost.docx", &document(&placed(""), b"no picture at all"));
    assert!(codes(&said).contains(&"pictures-lost"), "{:?}", said.findings);
}

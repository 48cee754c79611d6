//! What a Word paper says and its pages do not show is named: words, list numbers, running heads, charts, diagrams, lettering,
//! texts taken in from other files.

use crate::built::{Desk, desk, paragraph, word};

const LONG: &str = "The social worker saw the child at home and at school, alone and with her aunt, and wrote down what she said.";

fn codes(desk: &Desk, content: &[u8]) -> Vec<String> {
    let said = desk.said("paper.docx", content);
    said.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect()
}

#[test]
fn a_text_taken_in_from_another_file_is_read_and_shown_or_named() {
    let desk = desk(20, &[]);
    let page = b"<html><body><p>The aunt cannot take both sisters.</p></body></html>";
    let taken_in = |file: &str, content: &[u8]| {
        let body = paragraph(LONG) + "<w:altChunk r:id=\"c\"/>" + &paragraph("The end");
        word(&body, &[("c", "aFChunk", file)], &[(&format!("word/{file}"), content)])
    };
    let paper = taken_in("afchunk1.html", page);
    let answer = desk.read("paper.docx", &paper).answer;
    let text = &answer.reading.text;
    let place = text.find("The aunt cannot take both sisters.").expect(text);
    assert!(text.find("wrote down").unwrap() < place && place < text.find("The end").unwrap(), "{text}");
    // What Word shows as its own is no file inside the file.
    assert!(!desk.said("paper.docx", &paper).contains("embedded-files"));

    // A document within the document.
    let inner = word(&paragraph("Permission was given by telephone"), &[], &[]);
    let answer = desk.read("paper.docx", &taken_in("afchunk2.docx", &inner)).answer;
    assert!(answer.reading.text.contains("Permission was given by telephone"), "{}", answer.reading.text);

    // What cannot be read is said to be there.
    let rich = taken_in("afchunk3.rtf", b"{\\rtf1 secret}");
    assert!(
        desk.said("paper.docx", &rich)
            .contains("embedded-files: there are files inside the file: `afchunk3.rtf`")
    );
}

/// Whether every word of `text` is on the pages or named in a finding.
#[track_caller]
fn shown_or_named(desk: &Desk, content: &[u8], text: &str) {
    let pages = desk.pages("paper.docx", content).to_lowercase();
    let said = desk.said("paper.docx", content).to_lowercase();
    let read = desk.read("paper.docx", content).answer.reading.text.to_lowercase();
    for word in text.to_lowercase().split_whitespace() {
        assert!(read.contains(word), "`{word}` was not read:\n{read}");
        assert!(pages.contains(word) || said.contains(word), "`{word}` is lost in silence:\n{pages}\n{said}");
    }
}

#[test]
fn the_words_of_a_chart_a_diagram_and_lettering_are_shown_or_named() {
    let desk = desk(20, &[]);
    let a = "http://schemas.openxmlformats.org/drawingml/2006/main";
    let chart = format!(
        "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:a=\"{a}\"><c:chart>\
         <c:title><c:tx><c:rich><a:p><a:r><a:t>Episodes missing</a:t></a:r></a:p></c:rich></c:tx></c:title>\
         <c:plotArea><c:barChart><c:ser><c:tx><c:v>Nights</c:v></c:tx><c:cat><c:strLit><c:pt idx=\"0\"><c:v>January</c:v></c:pt>\
         </c:strLit></c:cat><c:val><c:numLit><c:pt idx=\"0\"><c:v>3</c:v></c:pt></c:numLit></c:val></c:ser></c:barChart></c:plotArea>\
         </c:chart></c:chartSpace>"
    );
    let diagram = format!(
        "<dgm:dataModel xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" xmlns:a=\"{a}\"><dgm:ptLst>\
         <dgm:pt modelId=\"1\"><dgm:t><a:p><a:r><a:t>Grandmother Fictional</a:t></a:r></a:p></dgm:t></dgm:pt>\
         </dgm:ptLst></dgm:dataModel>"
    );
    let graphic = |uri: &str, inside: &str| {
        format!(
            "<w:p><w:r><w:drawing><wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\">\
             <wp:extent cx=\"3000000\" cy=\"2000000\"/><a:graphic xmlns:a=\"{a}\"><a:graphicData uri=\"{uri}\">{inside}\
             </a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        )
    };
    let charts = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    let diagrams = "http://schemas.openxmlformats.org/drawingml/2006/diagram";
    let body = paragraph(LONG)
        + &graphic(charts, &format!("<c:chart xmlns:c=\"{charts}\" r:id=\"c\"/>"))
        + &graphic(diagrams, &format!("<dgm:relIds xmlns:dgm=\"{diagrams}\" r:dm=\"d\"/>"))
        + "<w:p><w:r><w:pict><v:shape style=\"width:300pt;height:60pt\"><v:textpath string=\"Strictly Confidential\"/></v:shape>\
           </w:pict></w:r></w:p>";
    let pointers = [("c", "chart", "charts/chart1.xml"), ("d", "diagramData", "diagrams/data1.xml")];
    let parts =
        [("word/charts/chart1.xml", chart.as_bytes()), ("word/diagrams/data1.xml", diagram.as_bytes())];
    let paper = word(&body, &pointers, &parts);
    shown_or_named(
        &desk,
        &paper,
        "Episodes missing Nights January Grandmother Fictional Strictly Confidential",
    );
    let said = desk.said("paper.docx", &paper);
    assert!(
        said.contains("drawing-lost: the words of drawn lettering (WordArt) are not on its pages: `strictly`, `confidential`"),
        "{said}"
    );
}

#[test]
fn the_words_of_a_text_box_and_a_chart_on_a_sheet_are_shown_or_named() {
    use rust_xlsxwriter::{Chart, ChartType, Shape, Workbook};
    let desk = desk(20, &[]);
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, "Nights").unwrap();
    page.write(1, 0, 3).unwrap();
    page.insert_shape(3, 0, &Shape::textbox().set_text("The grandmother was asked first")).unwrap();
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values(("Sheet1", 1, 0, 1, 0));
    chart.title().set_name("Episodes missing");
    page.insert_chart(10, 0, &chart).unwrap();
    let secret = book.add_worksheet();
    secret.insert_shape(0, 0, &Shape::textbox().set_text("Hidden from everybody")).unwrap();
    secret.set_hidden(true);
    let bytes = book.save_to_buffer().unwrap();
    let read = desk.read("paper.xlsx", &bytes).answer.reading.text;
    assert!(read.contains("The grandmother was asked first") && !read.contains("everybody"), "{read}");
    let (pages, said) = (desk.pages("paper.xlsx", &bytes), desk.said("paper.xlsx", &bytes).to_lowercase());
    for word in ["grandmother", "asked", "Episodes", "missing"] {
        assert!(
            pages.contains(word) || said.contains(&word.to_lowercase()),
            "`{word}` is lost:\n{pages}\n{said}"
        );
    }
    assert!(!pages.contains("everybody"), "{pages}");
}

#[test]
fn a_header_that_its_page_must_show_is_missed_and_one_of_pages_that_are_not_there_is_not() {
    let desk = desk(20, &[]);
    let header = |text: &str| {
        format!(
            "<w:hdr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{}</w:hdr>",
            paragraph(text)
        )
    };
    let first = header("Confidential documents of the placement panel");
    let later = header("Continued from the first page of this very document");
    let body = paragraph("Care plan")
        + "<w:sectPr><w:headerReference w:type=\"first\" r:id=\"f\"/><w:headerReference w:type=\"default\" r:id=\"l\"/><w:titlePg/></w:sectPr>";
    let pointers = [("f", "header", "header1.xml"), ("l", "header", "header2.xml")];
    let parts = [("word/header1.xml", first.as_bytes()), ("word/header2.xml", later.as_bytes())];
    let paper = word(&body, &pointers, &parts);
    assert_eq!(codes(&desk, &paper), Vec::<String>::new());
    let (_, apart) = panelclerk::paper::word::read::open(&paper).unwrap();
    assert_eq!(apart.running, "Continued from the first page of this very document\n");
    let pages = desk.pages("paper.docx", &paper);
    assert!(pages.contains("Confidential documents") && !pages.contains("Continued"), "{pages}");
}

/// Legal numbering: the engine drops the first part of every number but the first.
#[test]
fn numbers_of_a_list_that_come_out_otherwise_are_named() {
    let desk = desk(20, &[]);
    let numbering = "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum w:abstractNumId=\"1\">\
        <w:multiLevelType w:val=\"multilevel\"/>\
        <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"upperRoman\"/><w:lvlText w:val=\"Part %1\"/></w:lvl>\
        <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:isLgl/><w:lvlText w:val=\"%1.%2\"/></w:lvl>\
        </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>";
    let point = |level: usize, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let pointers = [("n", "numbering", "numbering.xml")];
    let parts = [("word/numbering.xml", numbering.as_bytes())];
    let plain = [point(0, "The placement"), point(0, "The cost of it"), point(0, "The review")].concat();
    assert_eq!(codes(&desk, &word(&plain, &pointers, &parts)), Vec::<String>::new());
    let between = paragraph("Some words stand between.");
    let nested =
        [point(0, "The placement"), point(1, "is near"), between, point(1, "is registered")].concat();
    let paper = word(&nested, &pointers, &parts);
    let expected = "list-numbers: 1 of 3 numbers of its lists are missing or different on its pages, the first `1.2` before `is registered`\n";
    assert_eq!(desk.said("paper.docx", &paper), expected);
}

#[test]
fn the_number_of_a_note_stuck_to_its_word_loses_nothing() {
    let desk = desk(20, &[]);
    let notes = "<w:footnotes xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:footnote w:id=\"1\"><w:p>\
        <w:r><w:footnoteRef/></w:r><w:r><w:t>Seen</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let body = "<w:p><w:r><w:t>Test</w:t></w:r><w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:footnoteReference w:id=\"1\"/></w:r>\
        <w:r><w:t xml:space=\"preserve\"> cell</w:t></w:r></w:p>";
    let paper =
        word(body, &[("f", "footnotes", "footnotes.xml")], &[("word/footnotes.xml", notes.as_bytes())]);
    assert_eq!(codes(&desk, &paper), Vec::<String>::new());
}

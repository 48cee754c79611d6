//! Whatever is dropped is answered: with pages and what it says, or with a plain sentence saying what is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};
use panelclerk::paper::job::{Answer, RENDITION};
use panelclerk::pdf::text;
use panelclerk::worker::pool::Answered;

use crate::built::{
    Desk, OFFICE, RELATIONS, WORD, desk, docx, package, paragraph, protected_office, word, xlsx, zipped,
};
use crate::corpus;

/// A PDF of so many pages.
fn pdf(pages: usize) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let content =
        document.add_object(Stream::new(dictionary! {}, b"BT /F 12 Tf 72 700 Td (Care plan) Tj ET".to_vec()));
    let kids: Vec<Object> = (0..pages)
        .map(|_| {
            document
                .add_object(dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content })
                .into()
        })
        .collect();
    let count = i64::try_from(pages).unwrap();
    document.objects.insert(
        tree,
        Object::Dictionary(dictionary! {
            "Type" => "Pages", "Kids" => kids, "Count" => count,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        }),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document.trailer.set(
        "ID",
        vec![Object::string_literal("0123456789abcdef"), Object::string_literal("0123456789abcdef")],
    );
    document
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn locked_pdf(user_password: &str) -> Vec<u8> {
    let mut document = pdf(1);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password,
        key_length: 128,
        permissions: Permissions::PRINTABLE,
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    saved(document)
}

/// An Office file whose main part unpacks to more than anybody has.
fn bomb(main: &str) -> Vec<u8> {
    let kind = if main.starts_with("word") { "wordprocessingml.document" } else { "spreadsheetml.sheet" };
    package(main, kind, &[(main, &vec![b' '; 80 << 20])])
}

/// A Word document with a picture and a template kept elsewhere.
fn points_outside() -> Vec<u8> {
    let picture = "<w:p><w:r><w:pict><v:shape style=\"width:9pt;height:9pt\"><v:imagedata r:id=\"p\"/></v:shape></w:pict></w:r></w:p>";
    let pointers = [
        ("p", "image", "http://example.org/logo.png"),
        ("t", "attachedTemplate", "file://server/share/panel.dotm"),
    ];
    word(&(paragraph("hello") + picture), &pointers, &[])
}

/// A picture that says it is 30,000 dots each way, in a few bytes.
fn vast_picture() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend(30_000_u32.to_be_bytes());
    header.extend(30_000_u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    for chunk in [header, b"IDATx".to_vec(), b"IEND".to_vec()] {
        let mut sum = flate2::Crc::new();
        sum.update(&chunk);
        png.extend(u32::try_from(chunk.len() - 4).unwrap().to_be_bytes());
        png.extend(chunk);
        png.extend(sum.sum().to_be_bytes());
    }
    png
}

/// A page with nothing on it.
fn blank_pdf() -> Document {
    let mut document = pdf(1);
    let nothing = document.add_object(Stream::new(dictionary! {}, Vec::new()));
    let page = *document.get_pages().values().next().unwrap();
    document.get_dictionary_mut(page).unwrap().set("Contents", nothing);
    document
}

/// A form only Adobe's program can show: its page says to wait.
fn dynamic_form() -> Vec<u8> {
    let mut document = pdf(1);
    let notice = document
        .add_object(Stream::new(dictionary! {}, b"BT /F 12 Tf 72 700 Td (Please wait...) Tj ET".to_vec()));
    let page = *document.get_pages().values().next().unwrap();
    document.get_dictionary_mut(page).unwrap().set("Contents", notice);
    let form = dictionary! { "Fields" => Object::Array(vec![]), "XFA" => Object::Array(vec![]) };
    document.catalog_mut().unwrap().set("AcroForm", form);
    saved(document)
}

#[test]
fn each_bad_file_is_told_its_own_sentence() {
    let desk = desk(20, &[]);
    let good = docx("", &paragraph("hello"));
    let laughs = (1..10).fold("<!DOCTYPE a [<!ENTITY a0 \"ha\">".to_owned(), |text, depth| {
        format!("{text}<!ENTITY a{depth} \"{}\">", format!("&a{};", depth - 1).repeat(10))
    });
    let nested =
        format!("{}<w:p/>{}", "<w:tbl><w:tr><w:tc>".repeat(5000), "</w:tc></w:tr></w:tbl>".repeat(5000));
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("empty.docx", Vec::new()),
        ("zeros.docx", vec![0; 5000]),
        ("cut.docx", good[..good.len() / 2].to_vec()),
        ("cut.pdf", saved(pdf(3))[..600].to_vec()),
        ("random.docx", (0..4000_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect()),
        ("plan.pdf", good.clone()),
        ("password.docx", protected_office()),
        ("password.xlsx", protected_office()),
        ("password.pdf", locked_pdf("secret")),
        ("owner-password.pdf", locked_pdf("")),
        ("xfa.pdf", dynamic_form()),
        ("bomb.docx", bomb("word/document.xml")),
        ("bomb.xlsx", bomb("xl/workbook.xml")),
        ("outside.docx", points_outside()),
        ("laughs.docx", docx(&format!("{laughs}]>"), &paragraph("&a9;"))),
        ("nested.docx", docx("", &nested)),
        ("far.xlsx", xlsx(far)),
        ("vast.png", vast_picture()),
        ("blank.pdf", saved(blank_pdf())),
        ("long.pdf", saved(pdf(5000))),
        ("papers.zip", zipped(&[("plan.docx", &good)])),
        ("plan.lnk", b"L\0\0\0\x01\x14\x02\0".to_vec()),
        ("~$plan.docx", vec![1; 162]),
        ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
    ];
    let mut said = String::new();
    for (name, content) in &files {
        let _ = write!(
            said,
            "{name}\n  {}",
            desk.said(name, content).replace('\n', "\n  ").trim_end_matches(' ')
        );
    }
    let expected = include_str!("any_paper.txt");
    assert_eq!(said, expected, "\n{said}");
}

#[test]
fn a_pdf_locked_only_for_its_owner_is_opened() {
    let answered = desk(20, &[]).read("plan.pdf", &locked_pdf(""));
    assert!(answered.answer.reading.facts.owner_locked);
    assert_eq!(answered.answer.reading.text.trim(), "Care plan");
    assert_eq!(answered.answer.rendition.unwrap().pages, 1);
}

#[test]
fn the_same_paper_gives_the_same_bytes_and_its_own_words() {
    let desk = desk(20, &[]);
    let paper = docx("", &(paragraph("Care plan for Łukasz Sample") + &paragraph("a fictional child")));
    let bytes = |answered: &Answered<Answer>| answered.files.read(RENDITION).unwrap();
    let (once, again) = (bytes(&desk.read("a.docx", &paper)), bytes(&desk.read("b.docx", &paper)));
    assert_eq!(once, again);
    let pages = text::words(&once).unwrap();
    assert_eq!(pages[0].text(), "Care plan for Łukasz Sample a fictional child");
}

#[test]
fn ticks_and_choices_of_older_forms_can_be_seen_on_the_pages() {
    let sign = |code: &str| format!("<w:r><w:sym w:font=\"Wingdings\" w:char=\"{code}\"/></w:r>");
    let text = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let field = |form: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData>{form}</w:ffData></w:fldChar></w:r>\
             <w:r><w:instrText xml:space=\"preserve\"> FORMCHECKBOX </w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let list = "<w:ddList><w:result w:val=\"1\"/><w:listEntry w:val=\"Fostering\"/><w:listEntry w:val=\"Residential\"/></w:ddList>";
    let body = [
        format!("<w:p>{}{}{}{}</w:p>", sign("F0FE"), text(" Yes "), sign("F0A8"), text(" No")),
        format!(
            "<w:p>{}{}</w:p>",
            field("<w:checkBox><w:default w:val=\"0\"/><w:checked/></w:checkBox>"),
            text(" Emergency")
        ),
        format!(
            "<w:p>{}{}</w:p>",
            field("<w:checkBox><w:default w:val=\"0\"/></w:checkBox>"),
            text(" Planned")
        ),
        format!("<w:p>{}{}</w:p>", text("Placement: "), field(list)),
        paragraph("Agreed \u{2714} Heard \u{2718}"),
    ]
    .concat();
    let desk = desk(20, &[]);
    let answered = desk.read("form.docx", &docx("", &body));
    let pages = text::words(&answered.files.read(RENDITION).unwrap()).unwrap();
    assert_eq!(pages[0].text(), "☑ Yes ☐ No ☒ Emergency ☐ Planned Placement: Residential Agreed ✔ Heard ✗");
    assert_eq!(pages[0].boxed, 0, "a sign shows as an empty box");
    assert!(answered.answer.findings.is_empty(), "{:?}", answered.answer.findings);
}

#[test]
fn what_is_hidden_in_a_paper_is_not_on_its_pages() {
    let desk = desk(20, &[]);
    let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>12 Secret Lane</w:t></w:r>";
    let paper = docx("", &format!("<w:p><w:r><w:t>Placed with carers </w:t></w:r>{hidden}</w:p>"));
    let cell =
        |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = format!(
        "<row r=\"1\">{}</row><row r=\"2\" hidden=\"1\">{}</row>",
        cell("A1", "Placed"),
        cell("A2", "Secret Lane")
    );
    for (name, content, seen) in [("plan.docx", paper, "carers"), ("costs.xlsx", xlsx(&rows), "Placed")] {
        let answered = desk.read(name, &content);
        let text = text::words(&answered.files.read(RENDITION).unwrap()).unwrap()[0].text();
        assert!(text.contains(seen) && !text.contains("Secret"), "{name}: {text}");
        let said = answered.answer.reading.findings.iter().any(|finding| finding.code == "hidden-text");
        assert!(said, "{name}: {:?}", answered.answer.reading.findings);
    }
}

#[test]
fn letters_no_typeface_has_are_said_not_to_show() {
    let said = desk(20, &[]).said("plan.docx", &docx("", &paragraph("Care plan for বাংলা and ⟁")));
    assert_eq!(said, "letters-not-shown: 6 letters or signs show as an empty box: no typeface here has it\n");
}

#[test]
fn an_address_in_a_paper_is_never_called() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/spy.png", listener.local_addr().unwrap());
    let drawing = "<w:p><w:r><w:pict><v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\" style=\"width:9pt;height:9pt\">\
                   <v:imagedata r:id=\"x\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"/>\
                   </v:shape></w:pict></w:r></w:p>";
    let document = format!(
        "<w:document xmlns:w=\"{WORD}\"><w:body>{}{drawing}</w:body></w:document>",
        paragraph("hello")
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\">\
         <Relationship Id=\"x\" Type=\"{OFFICE}/image\" Target=\"{address}\" TargetMode=\"External\"/>\
         <Relationship Id=\"t\" Type=\"{OFFICE}/attachedTemplate\" Target=\"{address}\" TargetMode=\"External\"/></Relationships>"
    );
    let parts =
        [("word/document.xml", document.as_bytes()), ("word/_rels/document.xml.rels", relations.as_bytes())];
    let paper = package("word/document.xml", "wordprocessingml.document", &parts);
    let answer = desk(20, &[]).read("spy.docx", &paper).answer;
    assert!(listener.accept().is_err(), "somebody called {address}");
    assert!(answer.reading.findings.iter().any(|finding| finding.code == "external-content"), "{answer:?}");
}

#[test]
fn every_file_of_the_corpus_is_answered() {
    let Some(files) = corpus::files(&[], 1000) else { return };
    let files: Vec<PathBuf> = files.into_iter().step_by(corpus::one_in(41)).collect();
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    let desk = desk(25, &folders.into_iter().collect::<Vec<_>>());
    let outcomes: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let queue = Mutex::new(files.iter());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = { queue.lock().unwrap().next() } {
                    let outcome = answered(&desk, file);
                    *outcomes.lock().unwrap().entry(outcome).or_default() += 1;
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    for (outcome, count) in &outcomes {
        println!("{count:6}  {outcome}");
    }
    let shown =
        outcomes.iter().filter(|(outcome, _)| outcome.contains(": shown")).map(|(_, count)| count).sum();
    corpus::enough("files with pages", shown, 25, 41);
    assert!(most_memory_mb() < 300, "the main process took {} MB", most_memory_mb());
}

/// Reads one real file; says in a few words what became of it.
fn answered(desk: &Desk, file: &Path) -> String {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let start = Instant::now();
    let Answered { answer, files } = desk.read_file(file, &name);
    assert!(start.elapsed() < Duration::from_mins(1), "{name} took {:?}", start.elapsed());
    let format = answer.reading.format;
    let Some(rendition) = answer.rendition else {
        let mut findings = answer.reading.findings.iter().chain(&answer.findings);
        assert!(
            findings.any(|finding| finding.hint.is_some()),
            "{name}: no pages and nobody told what to do"
        );
        return format!("{format:?}: told what to do");
    };
    let pages = Document::load_mem(&files.read(RENDITION).unwrap()).unwrap().get_pages().len();
    assert_eq!(u32::try_from(pages).unwrap(), rendition.pages, "{name}");
    assert!(0 < pages, "{name}");
    let short = answer.findings.iter().any(|finding| finding.code == "words-lost");
    format!("{format:?}: shown{}", if short { ", words lost and named" } else { "" })
}

/// The most memory this process ever held.
fn most_memory_mb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

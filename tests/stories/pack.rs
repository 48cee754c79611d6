//! What a member holds: every paper with its own words, in its place, looking as it came, in whatever reader.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use lopdf::{Document, Object, Stream, dictionary};
use panelclerk::pack::facts::PackFacts;
use panelclerk::pack::manifest::How;
use panelclerk::pack::plan::plan;
use panelclerk::pack::press::{Materials, Pressed, press};
use panelclerk::pack::source::Source;
use panelclerk::panel::ids::{PaperNumber, Sha256};
use panelclerk::panel::paper::{Paper, Rendition};
use panelclerk::paper::job::{Job, RENDITION, Want};
use panelclerk::pdf::text;
use panelclerk::stationery::fonts;
use panelclerk::worker::pool::{Pool, Program};
use panelclerk::worker::terms::Terms;
use sha2::Digest;
use tempfile::TempDir;

use crate::corpus;
use crate::harness::tool;
use crate::sample_meeting::{self, Sample};

/// Dropped files, made into renditions by workers as the intake does it, and pressed as the papers of one case.
pub(crate) struct Bench {
    pub home: TempDir,
    pub sample: Sample,
    pub renditions: BTreeMap<Sha256, PathBuf>,
    pub papers: Vec<Paper>,
}

impl Bench {
    pub fn new() -> Self {
        let sample = sample_meeting::sample();
        Bench { home: TempDir::new().unwrap(), sample, renditions: BTreeMap::new(), papers: Vec::new() }
    }

    /// Reads these files; those of which no pages can be made are papers without a rendition.
    pub fn drop_all(&mut self, files: &[(String, Vec<u8>)]) {
        let home = self.home.path();
        let faces = fonts::lay_out(home).unwrap();
        let inbox = home.join("dropped");
        fs::create_dir_all(&inbox).unwrap();
        let program =
            Program { path: env!("CARGO_BIN_EXE_panelclerk").into(), arguments: vec!["worker".into()] };
        let pool = Pool::new(program, Terms::reading(1500, 60, vec![inbox.clone(), faces.clone()]), 2, home);
        let template = self.sample.casebook.listed().next().unwrap().papers[0].clone();
        for (number, (name, content)) in (500..).zip(files) {
            let dropped = inbox.join(format!("{number}"));
            fs::write(&dropped, content).unwrap();
            let job = Job {
                content: dropped,
                name: name.clone(),
                fonts: faces.clone(),
                most_pages: 400,
                blackened_as_pictures: true,
                want: Want::Everything,
            };
            let answered = pool.ask(&job).ok();
            let made = answered.as_ref().and_then(|answered| {
                let rendition = answered.answer.rendition.as_ref()?;
                Some((answered.files.read(RENDITION).unwrap(), rendition.pages))
            });
            let rendition = made.map(|(pdf, pages)| {
                let sha256 = Sha256::from_digest(sha2::Sha256::digest(&pdf).into());
                let path = home.join(format!("{number}.pdf"));
                fs::write(&path, pdf).unwrap();
                self.renditions.insert(sha256.clone(), path);
                Rendition { sha256, pages, without_text: Vec::new() }
            });
            self.papers.push(Paper {
                number: PaperNumber::new(number),
                title: format!("Document {number}"),
                file: name.clone(),
                rendition,
                in_use: true,
                version: 1,
                ..template.clone()
            });
        }
    }

    pub fn press(&mut self) -> (Pressed, PathBuf) {
        let mut casebook = self.sample.casebook.clone();
        for case in &mut casebook.cases {
            case.papers.clear();
        }
        let first = casebook.listed().next().unwrap().id.clone();
        let case = casebook.cases.iter_mut().find(|case| case.id == first).unwrap();
        case.papers.clone_from(&self.papers);
        let facts = PackFacts::new(
            self.sample.heading.clone(),
            self.sample.words.clone(),
            Sha256::from_digest([9; 32]),
        );
        let materials = Materials {
            template: include_str!("../../templates/pack.typ").to_owned(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        let out = self.home.path().join("pack.pdf");
        let pressed = press(plan(&casebook, &self.sample.agenda, facts), &materials, &out).unwrap();
        (pressed, out)
    }
}

/// A PDF form with one field, `child_name`, and its value.
fn pdf_form(value: &str) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let content = Stream::new(dictionary! {}, b"BT /F 12 Tf 60 700 Td (Name of child) Tj ET".to_vec());
    let content = document.add_object(content);
    let page = document.new_object_id();
    let field = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx",
        "T" => Object::string_literal("child_name"), "V" => Object::string_literal(value),
        "DA" => Object::string_literal("/F 12 Tf 0 g"), "P" => page, "F" => 4,
        "Rect" => vec![180.into(), 690.into(), 500.into(), 715.into()],
    });
    document.objects.insert(
        page,
        Object::Dictionary(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Annots" => vec![field.into()],
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        }),
    );
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![page.into()] }),
    );
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages,
        "AcroForm" => dictionary! {
            "Fields" => vec![field.into()], "NeedAppearances" => true,
            "DR" => dictionary! { "Font" => dictionary! { "F" => font } },
        },
    });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A Word form with one content control, `child_name`, and its answer.
fn word_form(value: &str) -> Vec<u8> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p>\
         <w:r><w:t xml:space=\"preserve\">Name of child: </w:t></w:r><w:sdt><w:sdtPr><w:tag w:val=\"child_name\"/>\
         <w:text/></w:sdtPr><w:sdtContent><w:r><w:t>{value}</w:t></w:r></w:sdtContent></w:sdt></w:p></w:body></w:document>"
    );
    let parts = [
        (
            "[Content_Types].xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
             <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Override PartName=\"/word/document.xml\" ContentType=\
             \"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
             <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"r1\" Type=\
             \"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
             Target=\"word/document.xml\"/></Relationships>",
        ),
        ("word/document.xml", body.as_str()),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn ten_filled_forms_of_one_template_each_show_their_own_values() {
    let mut bench = Bench::new();
    let value = |at: usize| format!("Fictional{at}Child");
    // Ten of one Word template, then ten of one PDF form.
    let forms = (0..20).map(|at| match at {
        0..10 => (format!("form {at}.docx"), word_form(&value(at))),
        _ => (format!("form {at}.pdf"), pdf_form(&value(at))),
    });
    bench.drop_all(&forms.collect::<Vec<_>>());
    let (pressed, pack) = bench.press();
    assert!(pressed.findings.is_empty(), "{:?}", pressed.findings);
    let pages = text::words(&fs::read(pack).unwrap()).unwrap();
    for (at, entry) in pressed.manifest.entries.iter().enumerate() {
        assert_eq!(entry.outcome, How::Included, "{:?}", entry.reason);
        let page = usize::try_from(entry.first_page - 1).unwrap();
        let shown: Vec<usize> = (0..20).filter(|other| pages[page].text().contains(&value(*other))).collect();
        assert_eq!(shown, [at], "page {}", entry.first_page);
    }
}

#[test]
fn other_readers_find_it_in_order() {
    let mut bench = Bench::new();
    bench.drop_all(&[
        ("one.pdf".to_owned(), pdf_form("Fictional")),
        ("two.docx".to_owned(), word_form("Łukasz")),
    ]);
    let (pressed, pack) = bench.press();
    let path = pack.to_string_lossy().into_owned();
    if let Some(checked) = tool("qpdf", &["--check", &path]) {
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
    if let Some(text) = tool("pdftotext", &["-layout", &path, "-"]) {
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        for (number, page) in (1..).zip(text.trim_end_matches('\u{c}').split('\u{c}')) {
            let last = page.trim_end().lines().last().unwrap_or_default();
            assert!(last.ends_with(&format!("{number} of {}", pressed.manifest.pages)), "{last}");
            assert!(last.contains(&bench.sample.heading.marking), "{last}");
        }
    }
    if let Some(outline) = tool("mutool", &["show", &path, "outline"]) {
        let outline = String::from_utf8_lossy(&outline.stdout).into_owned();
        assert!(outline.lines().count() > 5, "{outline}");
        for line in outline.lines() {
            let printed = line.rsplit("(p ").next().and_then(|rest| rest.split(')').next()).unwrap();
            assert!(
                line.contains(&format!("#page={printed}&")) || line.ends_with(&format!("#page={printed}")),
                "{line}"
            );
        }
    }
}

/// A picture in shades of grey.
pub(crate) struct Grey {
    pub width: usize,
    pub height: usize,
    pub shades: Vec<u8>,
}

impl Grey {
    /// A page as poppler draws it, so many pixels to an inch.
    pub fn of(pdf: &Path, page: u32, resolution: f32) -> Option<Self> {
        let (page, resolution) = (page.to_string(), resolution.to_string());
        let path = pdf.to_string_lossy().into_owned();
        // Some broken files keep poppler drawing for ever.
        let patience = ["20", "pdftoppm", "-gray", "-cropbox", "-singlefile", "-r", &resolution];
        let drawn = tool("timeout", &[&patience[..], &["-f", &page, "-l", &page, &path]].concat())?.stdout;
        let mut fields = drawn.splitn(4, |byte| byte.is_ascii_whitespace());
        let _magic = fields.next()?;
        let mut number = || std::str::from_utf8(fields.next()?).ok()?.parse().ok();
        let (width, height): (usize, usize) = (number()?, number()?);
        let shades = drawn[drawn.len().checked_sub(width * height)?..].to_vec();
        Some(Grey { width, height, shades })
    }

    /// Mean shade of a block of eight by eight.
    pub fn block(&self, left: usize, top: usize) -> i32 {
        let mut sum = 0;
        for y in top..top + 8 {
            for x in left..left + 8 {
                sum += i32::from(self.shades[y.min(self.height - 1) * self.width + x.min(self.width - 1)]);
            }
        }
        sum / 64
    }
}

/// The share of blocks in which a pack's page looks unlike its source.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "points on a page")]
pub(crate) fn unlike(pack: &Path, number: u32, rendition: &Path, page: u32, source: &Source) -> Option<f64> {
    let seen = source.pages[usize::try_from(page - 1).unwrap()].seen;
    let placed = seen.onto_a4();
    let [left, bottom, right, top] = seen.shown;
    let scale = placed.matrix[0].abs() + placed.matrix[1].abs();
    let turned = seen.turn.rem_euclid(180) == 90;
    let wide = scale * if turned { top - bottom } else { right - left };
    // Pages stand in the middle from side to side, and at the top.
    let x = (placed.width - wide) / 2.0;
    let mine = Grey::of(pack, number, 72.0)?;
    let theirs = Grey::of(rendition, page, 72.0 * scale)?;
    let x = x.round() as usize;
    let (mut all, mut other) = (0_u32, 0_u32);
    for top in (0..theirs.height.saturating_sub(8)).step_by(8) {
        for left in (0..theirs.width.saturating_sub(8)).step_by(8) {
            all += 1;
            other += u32::from((theirs.block(left, top) - mine.block(x + left, top)).abs() > 48);
        }
    }
    Some(f64::from(other) / f64::from(all.max(1)))
}

#[test]
fn real_pages_look_as_they_came() {
    let Some(names) = corpus::files(&["pdf"], 500) else { return };
    let files: Vec<(String, Vec<u8>)> = names
        .iter()
        .step_by(corpus::one_in(40))
        .map(|name| (name.display().to_string(), fs::read(name).unwrap()))
        .collect();
    let mut bench = Bench::new();
    bench.drop_all(&files);
    let (pressed, pack) = bench.press();
    let (mut compared, mut differing) = (0, String::new());
    for (entry, paper) in pressed.manifest.entries.iter().zip(&bench.papers) {
        let Some(path) = entry.rendition_sha256.as_ref().and_then(|sha| bench.renditions.get(sha)) else {
            assert!(entry.reason.is_some(), "{} is missing without a reason", entry.number);
            continue;
        };
        let source = Source::open(&fs::read(path).unwrap()).unwrap();
        for (page, number) in (1..).zip(entry.first_page..=entry.last_page).take(3) {
            let Some(share) = unlike(&pack, number, path, page, &source) else { continue };
            compared += 1;
            if share > 0.02 {
                writeln!(differing, "{} page {page}: {:.1} % of it", paper.file, share * 100.0).unwrap();
            }
        }
    }
    println!("{} files, {compared} pages compared", files.len());
    if tool("pdftoppm", &["-v"]).is_some() {
        corpus::enough("pages", compared, 20, 40);
    }
    for finding in &pressed.findings {
        println!("{}", finding.message);
    }
    assert!(differing.is_empty(), "pages that look unlike their source:\n{differing}");
}

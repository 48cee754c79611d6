//! Every real PDF goes the whole way: no page is lost, other readers take what was made of it, the pack holds it, and it looks
//! as it came.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use lopdf::Document;
use panelclerk::finding::Finding;
use panelclerk::pack::manifest::How;
use panelclerk::pack::source::Source;
use panelclerk::panel::ids::{PaperNumber, Sha256};
use panelclerk::panel::paper::{Paper, Rendition};
use panelclerk::paper::job::{Answer, Job, RENDITION, Want};
use panelclerk::stationery::fonts;
use panelclerk::worker::pool::{Pool, Program};
use panelclerk::worker::terms::Terms;
use sha2::Digest;

use crate::corpus;
use crate::harness::tool;
use crate::pack::{Bench, Grey, unlike};

/// Papers in one pack.
const PACKFUL: usize = 100;

/// Pages compared of one paper: spread over it.
const LOOKED_AT: u32 = 3;

/// The share of a page's blocks that may differ by 48 of 255 shades or more between what was made of the paper and the pack.
///
/// The same page scaled by a few per cent for the pack differs in up to about 1 % of its blocks, where small print or a hairline
/// falls on other dots; a page that is put elsewhere, cut or covered differs in far more.
const ALIKE: f64 = 0.02;

/// Blocks of eight by eight dots, at 72 dots an inch, in which a page made of a paper may differ from the page as dropped.
///
/// One program draws both at one size, so a page that was copied as it is differs nowhere; a word in a form field covers about
/// ten blocks.
const UNCHANGED: usize = 3;

/// The beginning of a file's name, the hundredths of its page's blocks in the pack, and the blocks that differ.
type Otherwise = (&'static str, f64, usize);

/// Files whose pages look other than poppler draws them, each looked at: why that is right, and how much of a page may: the
/// beginning of the file's name, the hundredths of the page's blocks in the pack, and the blocks that differ from the page as
/// dropped. One that looks alike again does not belong here.
const OTHERWISE: [(&str, &[Otherwise]); 7] = [
    ("poppler draws a frame round a link that asks for none", &[("182dc163", 0.0, 0)]),
    (
        "a page that does not say how large it is: A4 here, Letter or nothing there",
        &[
            ("0233db11", 0.0, 0),
            ("128536a0", 0.0, 0),
            ("24035fea", 0.0, 0),
            ("3d9f7d6f", 0.0, 0),
            ("565be606", 0.0, 0),
        ],
    ),
    ("what is for print only is shown, as on a print", &[("0664e85b", 0.0, 0)]),
    (
        "a list shows what is chosen in it, not all it offers; letters and ticks that poppler has no face for are shown",
        &[
            ("0a1d151d", 0.0, 0),
            ("0cd13bf7", 0.0, 0),
            ("189bdff0", 0.0, 0),
            ("1b078595", 0.0, 0),
            ("25a5d476", 0.0, 0),
            ("31e82e93", 0.0, 0),
            ("3df12983", 0.0, 0),
            ("488dccf1", 0.0, 0),
            ("49a7e0ba", 0.0, 0),
            ("5d9bddb6", 0.0, 0),
        ],
    ),
    (
        "the ends of a marker's strokes are square here and round there",
        &[("15ac6c9e", 0.0, 0), ("1c0f8198", 0.0, 0)],
    ),
    (
        "turned to be read: letters and hairlines fall on other dots, and signs of notes are drawn upright",
        &[("133ecacd", 0.0, 0), ("29c99d60", 0.0, 0), ("4bc230d0", 0.0, 0), ("5fb09376", 0.0, 0)],
    ),
    (
        "a test file whose content ends in rubbish that neither of our readers can pass",
        &[("07d22200", 0.0, 0), ("48eb1f6e", 0.0, 0), ("5836711e", 0.0, 0)],
    ),
];

/// One file of the corpus and what was made of it.
pub(crate) struct Made {
    pub file: PathBuf,
    pub answer: Option<Answer>,
    pub rendition: Option<(PathBuf, u32)>,
}

/// Reads every file as the intake does, two at a time.
pub(crate) fn make_all(files: Vec<PathBuf>, home: &Path) -> Vec<Made> {
    let faces = fonts::lay_out(home).unwrap();
    let corpus = files.iter().filter_map(|file| Some(file.parent()?.to_owned()));
    let readable = corpus.chain([faces.clone()]).collect();
    let program = Program { path: env!("CARGO_BIN_EXE_panelclerk").into(), arguments: vec!["worker".into()] };
    let pool = Pool::new(program, Terms::reading(1500, 60, readable), 2, home);
    let queue = Mutex::new(files.into_iter().enumerate());
    let made: Mutex<BTreeMap<usize, Made>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((number, file)) = { queue.lock().unwrap().next() } {
                    let one = make(&pool, &faces, home, number, file);
                    made.lock().unwrap().insert(number, one);
                }
            });
        }
    });
    made.into_inner().unwrap().into_values().collect()
}

fn make(pool: &Pool, faces: &Path, home: &Path, number: usize, file: PathBuf) -> Made {
    let job = Job {
        content: file.clone(),
        name: file.file_name().unwrap().to_string_lossy().into_owned(),
        fonts: faces.to_owned(),
        most_pages: 1000,
        blackened_as_pictures: true,
        want: Want::Everything,
    };
    let Ok(answered) = pool.ask(&job) else { return Made { file, answer: None, rendition: None } };
    let rendition = answered.answer.rendition.as_ref().map(|rendition| {
        let kept = home.join(format!("made-{number}.pdf"));
        fs::write(&kept, answered.files.read(RENDITION).unwrap()).unwrap();
        (kept, rendition.pages)
    });
    Made { file, answer: Some(answered.answer), rendition }
}

impl Made {
    fn is_pdf(&self) -> bool {
        fs::read(&self.file)
            .is_ok_and(|bytes| bytes[..bytes.len().min(1024)].windows(5).any(|part| part == b"%PDF-"))
    }

    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.answer.iter().flat_map(|answer| answer.reading.findings.iter().chain(&answer.findings))
    }

    fn codes(&self) -> String {
        self.findings().map(|finding| finding.code.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Whether somebody is told that pages cannot be shown, or that their number is in doubt.
    fn says_why(&self) -> bool {
        let blocked = || self.findings().any(|finding| finding.hint.is_some());
        let doubted = || self.findings().any(|finding| finding.code == "page-count");
        self.answer.is_none() || (self.rendition.is_none() && blocked()) || doubted()
    }

    fn name(&self) -> String {
        self.file.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// Whether somebody is told that a page may look other than it did.
    fn says_how_it_looks(&self) -> bool {
        self.findings()
            .any(|finding| matches!(finding.code.as_str(), "marks-not-shown" | "pages-as-pictures"))
    }

    /// How much of a page may look other than poppler draws it, where that is known and right.
    fn may_look_otherwise(&self) -> Option<(f64, usize)> {
        let mut known = OTHERWISE.iter().flat_map(|(_, files)| files.iter());
        known.find(|(file, ..)| self.name().starts_with(file)).map(|(_, share, blocks)| (*share, *blocks))
    }

    /// What is wrong with the pages made of it, in a line; nothing where all is well.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let name = self.name();
        let wanted = Some(()).filter(|()| self.is_pdf()).and_then(|()| page_count(&self.file));
        let got = self.rendition.as_ref().map(|(_, pages)| *pages);
        if let Some(wanted) = wanted
            && got != Some(wanted)
            && !self.says_why()
        {
            faults.push(format!("{name}: {wanted} pages came in, {got:?} went out ({})", self.codes()));
        }
        let Some((rendition, pages)) = &self.rendition else { return faults };
        let read = Document::load(rendition).map(|document| document.get_pages().len());
        if read.as_ref().ok() != usize::try_from(*pages).ok().as_ref() {
            faults.push(format!("{name}: its rendition of {pages} pages reads as {read:?}"));
        }
        if let Some(checked) = tool("qpdf", &["--check", &rendition.to_string_lossy()])
            && !checked.status.success()
        {
            let said = String::from_utf8_lossy(&checked.stderr).into_owned();
            faults.push(format!("{name}: qpdf finds fault: {}", said.lines().next().unwrap_or_default()));
        }
        faults
    }
}

/// In how many blocks the page made of a paper differs from the page as dropped; one that was turned to be read is held against
/// the page turned the same way. What lies in `signs` is left out.
fn changed(dropped: &Path, made: &Path, page: u32, signs: &[[f32; 4]]) -> Option<usize> {
    let (one, other) = (Grey::of(dropped, page, 72.0)?, Grey::of(made, page, 72.0)?);
    let alike = |one: &Grey| one.width.abs_diff(other.width) <= 1 && one.height.abs_diff(other.height) <= 1;
    let as_dropped = alike(&one).then(|| differing(&one, &other, signs));
    // Only where it must: a page that is as it was is not turned to make it fit.
    let turned = || {
        let clockwise = turned(&one);
        let back = turned(&turned(&clockwise));
        [clockwise, back].iter().filter(|one| alike(one)).map(|one| differing(one, &other, &[])).min()
    };
    Some(
        as_dropped.filter(|blocks| *blocks <= UNCHANGED).or_else(turned).or(as_dropped).unwrap_or(usize::MAX),
    )
}

#[expect(clippy::cast_precision_loss, reason = "dots of a page")]
fn differing(one: &Grey, other: &Grey, signs: &[[f32; 4]]) -> usize {
    let is_sign = |left: usize, top: usize| {
        let (x, y) = (left as f32, (one.height - top) as f32);
        signs
            .iter()
            .any(|sign| sign[0] - 12.0 < x && x < sign[2] + 4.0 && sign[1] - 4.0 < y && y < sign[3] + 12.0)
    };
    let rows = (0..one.height.saturating_sub(8)).step_by(8);
    let places =
        rows.flat_map(|top| (0..one.width.saturating_sub(8)).step_by(8).map(move |left| (left, top)));
    let unlike = places.filter(|(left, top)| {
        (one.block(*left, *top) - other.block(*left, *top)).abs() > 24 && !is_sign(*left, *top)
    });
    unlike.count()
}

/// Where a page has things that poppler draws as on a screen and a print does not have: frames round links, signs of notes and
/// attachments, buttons to press, what is hidden on one of the two.
fn signs(dropped: &Path, page: u32, shown: [f32; 4]) -> Vec<[f32; 4]> {
    let Ok(document) = Document::load(dropped) else { return Vec::new() };
    let Some(id) = document.get_pages().get(&page).copied() else { return Vec::new() };
    let Ok(annotations) = document.get_page_annotations(id) else { return Vec::new() };
    let found = annotations.into_iter().filter_map(|annotation| {
        let kind = annotation.get(b"Subtype").and_then(lopdf::Object::as_name).unwrap_or_default();
        let number =
            |key: &[u8]| annotation.get_deref(key, &document).and_then(lopdf::Object::as_i64).unwrap_or(0);
        let button = number(b"Ff") & (1 << 16) != 0 && number(b"F") & 4 == 0;
        let drawn_otherwise = matches!(kind, b"Link" | b"Text" | b"FileAttachment" | b"Popup")
            || number(b"F") & 32 != 0
            || button;
        let rect = annotation.get_deref(b"Rect", &document).and_then(lopdf::Object::as_array).ok()?;
        let sides: Vec<f32> = rect.iter().filter_map(|side| side.as_float().ok()).collect();
        let [x0, y0, x1, y1] = sides.as_slice() else { return None };
        let (left, bottom) = (shown[0].min(shown[2]), shown[1].min(shown[3]));
        let moved = [x0.min(*x1) - left, y0.min(*y1) - bottom, x0.max(*x1) - left, y0.max(*y1) - bottom];
        drawn_otherwise.then_some(moved)
    });
    found.collect()
}

/// A quarter clockwise.
fn turned(one: &Grey) -> Grey {
    let (width, height) = (one.height, one.width);
    let shade = |at: usize| one.shades[(one.height - 1 - at % width) * one.width + at / width];
    Grey { width, height, shades: (0..width * height).map(shade).collect() }
}

/// How many pages a file has, where qpdf can tell.
fn page_count(file: &Path) -> Option<u32> {
    let counted = tool("qpdf", &["--show-npages", "--no-warn", &file.to_string_lossy()])?;
    String::from_utf8_lossy(&counted.stdout).trim().parse().ok().filter(|pages| 0 < *pages)
}

/// Presses some papers into a pack; gives what is wrong with it and how many pages were compared.
fn pressed(made: &[&Made], faults: &mut Vec<String>) -> (usize, usize) {
    let mut bench = Bench::new();
    let template = bench.sample.casebook.listed().next().unwrap().papers[0].clone();
    for (number, one) in (500..).zip(made) {
        let rendition = one.rendition.as_ref().map(|(path, pages)| {
            let sha256 = Sha256::from_digest(sha2::Sha256::digest(fs::read(path).unwrap()).into());
            bench.renditions.insert(sha256.clone(), path.clone());
            Rendition { sha256, pages: *pages, without_text: Vec::new() }
        });
        bench.papers.push(Paper {
            number: PaperNumber::new(number),
            title: format!("Document {number}"),
            file: one.file.file_name().unwrap().to_string_lossy().into_owned(),
            rendition,
            in_use: true,
            version: 1,
            ..template.clone()
        });
    }
    let (pressed, pack) = bench.press();
    let (mut compared, mut alike) = (0, 0);
    for entry in &pressed.manifest.entries {
        let one = made[usize::try_from(entry.number.get() - 500).unwrap()];
        let name = one.name();
        let mut most: Option<(f64, usize)> = None;
        let Some((path, pages)) = &one.rendition else { continue };
        if entry.outcome != How::Included {
            faults.push(format!("{name}: not in the pack: {:?}", entry.reason));
            continue;
        }
        assert_eq!(entry.last_page + 1 - entry.first_page, *pages, "{name}");
        if !one.is_pdf() {
            continue;
        }
        let source = Source::open(&fs::read(path).unwrap()).unwrap();
        let step = pages.div_ceil(LOOKED_AT).max(1);
        for page in (1..=*pages).step_by(usize::try_from(step).unwrap()) {
            let at = usize::try_from(page - 1).unwrap();
            let Some(share) = unlike(&pack, entry.first_page + page - 1, path, page, &source) else {
                continue;
            };
            let blocks = changed(&one.file, path, page, &signs(&one.file, page, source.pages[at].seen.shown))
                .unwrap_or(0);
            compared += 1;
            let (hundredths, seen) = (share * 100.0, most.unwrap_or_default());
            most = Some((seen.0.max(hundredths), seen.1.max(blocks)));
            if share <= ALIKE && blocks <= UNCHANGED {
                alike += 1;
            } else if one.says_how_it_looks() {
                println!("{name} page {page}: {hundredths:.1} %, {blocks} blocks ({})", one.codes());
            } else if one.may_look_otherwise().is_none() {
                faults.push(format!(
                    "{name} page {page} looks other than its source: {hundredths:.1} %, {blocks} blocks ({})",
                    one.codes()
                ));
            }
        }
        if let (Some((share, blocks)), Some(bounds)) = (most, one.may_look_otherwise()) {
            println!("{name}: {share:.1} %, {blocks} blocks at most, known to look otherwise");
            if share <= ALIKE * 100.0 && blocks <= UNCHANGED {
                faults.push(format!("{name} looks as it came; it is no longer to be listed"));
            } else if bounds.0 < share || bounds.1 < blocks {
                faults.push(format!(
                    "{name} looks more otherwise than {bounds:?}: {share:.1} %, {blocks} blocks"
                ));
            }
        }
    }
    (compared, alike)
}

#[test]
fn every_pdf_of_the_corpus_goes_the_whole_way() {
    let home = tempfile::TempDir::new().unwrap();
    let Some(files) = corpus::files(&["pdf", "image"], 600) else { return };
    for (file, ..) in OTHERWISE.iter().flat_map(|(_, known)| known.iter()) {
        let there = files.iter().any(|there| there.file_name().unwrap().to_string_lossy().starts_with(file));
        assert!(there, "{file} is not in the corpus");
    }
    let made = make_all(files.into_iter().step_by(corpus::one_in(53)).collect(), home.path());
    let mut faults: Vec<String> = made.iter().flat_map(Made::faults).collect();
    let shown: Vec<&Made> = made.iter().filter(|one| one.rendition.is_some()).collect();
    let (mut compared, mut alike) = (0, 0);
    for packful in shown.chunks(PACKFUL) {
        let (more, agreeing) = pressed(packful, &mut faults);
        compared += more;
        alike += agreeing;
    }
    let counted =
        made.iter().filter(|one| one.is_pdf()).filter_map(|one| Some((one, page_count(&one.file)?)));
    let (counted, kept) = counted.fold((0, 0), |(counted, kept), (one, pages)| {
        let same = one.rendition.as_ref().is_some_and(|(_, got)| *got == pages);
        (counted + 1, kept + usize::from(same))
    });
    println!(
        "{counted} PDFs that qpdf can count, {kept} with as many pages out as in, the others with a reason"
    );
    println!(
        "{} files, {} with pages, {compared} pages compared with their source, {alike} alike",
        made.len(),
        shown.len()
    );
    corpus::enough("files with pages", shown.len(), 10, 53);
    if tool("pdftoppm", &["-v"]).is_some() {
        corpus::enough("pages", compared, 12, 53);
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

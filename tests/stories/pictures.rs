//! What is made for people, looked at: every Word template, blank form, kind of front page, the receipt and the board, drawn small
//! and compared with the pictures in `tests/pictures/`.
//!
//! `just pictures-anew` draws them again; look at each before it is committed. They were drawn with the programs and faces of
//! Debian 12 (LibreOffice, poppler, Chromium, Liberation, Carlito); another version may put a letter a dot further, which is allowed,
//! and a machine without those faces skips what needs them. What was seen and is not as it was is left in `target/pictures/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use image::{GrayImage, Luma};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Week, project, skipped, tool, tree};
use crate::{demo, documents, own_copies, sample_meeting};

/// Dots to an inch of a printed page: A4 is 413 by 585.
const RESOLUTION: &str = "50";

/// Dots on a side of the squares that are compared.
const SQUARE: u32 = 8;

/// How far the mean shade of a square may be from what it was, of 255: a line of print on white paper is 60 to 120.
const SHADE: i32 = 28;

/// How many dots a square's content may have moved.
const MOVED: i32 = 1;

/// How many squares may differ by more, in a thousand: a row of a table is 10 and more, and what stands below it moves with it.
const DIFFERING: usize = 4;

/// The pictures of one folder of `tests/pictures/`.
struct Pictures {
    folder: PathBuf,
    taken: BTreeSet<String>,
    faults: Vec<String>,
}

impl Pictures {
    fn of(folder: &str) -> Self {
        let folder = project().join("tests/pictures").join(folder);
        Pictures { folder, taken: BTreeSet::new(), faults: Vec::new() }
    }

    fn take(&mut self, name: &str, seen: &GrayImage) {
        let file = format!("{name}.png");
        let kept = self.folder.join(&file);
        assert!(self.taken.insert(file.clone()), "`{name}` is taken twice");
        if is_anew() {
            fs::create_dir_all(&self.folder).unwrap();
            few_shades(seen).save(&kept).unwrap();
            return;
        }
        let Ok(known) = image::open(&kept) else {
            self.faults.push(format!("{} is not there: `just pictures-anew`", kept.display()));
            return;
        };
        if let Some(fault) = unlike(&known.to_luma8(), seen) {
            let left = project().join("target/pictures");
            fs::create_dir_all(&left).unwrap();
            seen.save(left.join(&file)).unwrap();
            self.faults.push(format!("{name}: {fault}; see {}", left.join(&file).display()));
        }
    }

    fn finish(mut self) {
        for file in tree(&self.folder) {
            if !self.taken.contains(&file) {
                if is_anew() {
                    fs::remove_file(self.folder.join(&file)).unwrap();
                } else {
                    self.faults.push(format!("{file} is a picture of nothing"));
                }
            }
        }
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
    }
}

fn is_anew() -> bool {
    std::env::var_os("PANELCLERK_PICTURES").is_some_and(|how| how == "anew")
}

/// Sixteen shades are enough to be compared, and a third of the bytes.
fn few_shades(picture: &GrayImage) -> GrayImage {
    let mut few = picture.clone();
    few.pixels_mut().for_each(|dot| *dot = Luma([dot.0[0] / 17 * 17]));
    few
}

/// How a picture differs from the one that is kept; nothing where it is as it was.
fn unlike(known: &GrayImage, seen: &GrayImage) -> Option<String> {
    let (width, height) = known.dimensions();
    if width.abs_diff(seen.width()) > 2 || height.abs_diff(seen.height()) > 2 {
        return Some(format!("{width} by {height} dots once, {} by {} now", seen.width(), seen.height()));
    }
    let (mut all, mut differing, mut first) = (0, 0, None);
    for top in (0..height.saturating_sub(SQUARE)).step_by(SQUARE as usize) {
        for left in (0..width.saturating_sub(SQUARE)).step_by(SQUARE as usize) {
            all += 1;
            if !is_found(known, seen, left, top) || !is_found(seen, known, left, top) {
                differing += 1;
                first = first.or(Some((left, top)));
            }
        }
    }
    let (left, top) = first?;
    (differing * 1000 > all * DIFFERING)
        .then(|| format!("{differing} of {all} squares differ, the first at {left}, {top}"))
}

/// Whether a square of `one` has its shade in `other`, where it was or a dot beside.
fn is_found(one: &GrayImage, other: &GrayImage, left: u32, top: u32) -> bool {
    let wanted = shade(one, left.into(), top.into());
    let beside = || (-MOVED..=MOVED).flat_map(|x| (-MOVED..=MOVED).map(move |y| (x, y)));
    beside().any(|(x, y)| {
        (shade(other, i64::from(left) + i64::from(x), i64::from(top) + i64::from(y)) - wanted).abs() <= SHADE
    })
}

/// The mean shade of a square.
fn shade(picture: &GrayImage, left: i64, top: i64) -> i32 {
    let clamp = |at: i64, end: u32| u32::try_from(at.clamp(0, i64::from(end) - 1)).unwrap();
    let mut sum = 0;
    for y in 0..i64::from(SQUARE) {
        for x in 0..i64::from(SQUARE) {
            let at = (clamp(left + x, picture.width()), clamp(top + y, picture.height()));
            sum += i32::from(picture.get_pixel(at.0, at.1).0[0]);
        }
    }
    sum / i32::try_from(SQUARE * SQUARE).unwrap()
}

/// The pages of a PDF as poppler draws them.
fn pages(pdf: &Path, numbers: std::ops::RangeInclusive<usize>) -> Option<Vec<GrayImage>> {
    let folder = TempDir::new().unwrap();
    let (first, last) = (numbers.start().to_string(), numbers.end().to_string());
    let to = folder.path().join("page");
    let (pdf, to) = (pdf.to_string_lossy(), to.to_string_lossy());
    tool("pdftoppm", &["-gray", "-png", "-r", RESOLUTION, "-f", &first, "-l", &last, &pdf, &to])?;
    let files = tree(folder.path()).into_iter();
    Some(files.map(|file| image::open(folder.path().join(file)).unwrap().to_luma8()).collect())
}

/// Whether a family of faces is on this machine, which another would stand in for.
fn has_face(family: &str) -> bool {
    tool("fc-list", &[family]).is_some_and(|found| !found.stdout.is_empty())
}

/// Word files as LibreOffice lays them out.
struct Layout {
    home: TempDir,
}

impl Layout {
    fn new() -> Option<Self> {
        if !has_face("Liberation Sans") || !has_face("Carlito") {
            skipped("the faces Liberation and Carlito");
            return None;
        }
        tool("soffice", &["--version"])?;
        tool("pdftoppm", &["-v"])?;
        Some(Layout { home: TempDir::new().unwrap() })
    }

    fn pages(&self, name: &str, docx: &[u8]) -> Vec<GrayImage> {
        let home = self.home.path();
        let file = home.join(format!("{name}.docx"));
        fs::write(&file, docx).unwrap();
        let profile = format!("-env:UserInstallation=file://{}/profile", home.display());
        let made = Command::new("soffice")
            .args([&*profile, "--headless", "--convert-to", "pdf", "--outdir"])
            .arg(home)
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "{name}");
        pages(&home.join(format!("{name}.pdf")), 1..=20).unwrap()
    }

    fn take(&self, pictures: &mut Pictures, name: &str, docx: &[u8]) {
        for (number, page) in (1..).zip(self.pages(name, docx)) {
            pictures.take(&format!("{name}-{number}"), &page);
        }
    }
}

#[test]
fn the_word_templates_look_as_they_did() {
    let Some(layout) = Layout::new() else { return };
    let mut pictures = Pictures::of("word");
    let sample = sample_meeting::sample();
    layout.take(&mut pictures, "agenda", &documents::agenda_document(&sample));
    for document in documents::records(&sample, &documents::outcome()) {
        let note = document.file_name.contains("note 1048213") || document.file_name.contains("note 1050333");
        if document.file_name.contains("minutes.docx") || note {
            let name = document.file_name.trim_start_matches("NELC 2026-11-23 ").trim_end_matches(".docx");
            layout.take(&mut pictures, &name.replace(' ', "-"), &document.bytes);
        }
    }
    pictures.finish();
}

#[test]
fn the_blank_forms_look_as_they_did() {
    let Some(layout) = Layout::new() else { return };
    let mut pictures = Pictures::of("forms");
    for panel in ["nelc", "redbridge"] {
        let week = Week::new(panel);
        for file in week.tree("forms").iter().filter(|file| file.ends_with(".docx")) {
            let name = format!("{panel}-{}", file.trim_end_matches(".docx").replace(' ', "-"));
            layout.take(&mut pictures, &name, &fs::read(week.root().join("forms").join(file)).unwrap());
        }
        for file in tree(&project().join("templates/forms").join(panel)) {
            let name = format!("sample-{panel}-{}", file.trim_end_matches(".docx").replace(' ', "-"));
            let form = fs::read(project().join("templates/forms").join(panel).join(&file)).unwrap();
            layout.take(&mut pictures, &name, &form);
        }
    }
    pictures.finish();
}

/// Pages of a pack that the program itself sets: before the first paper, the first divider, what stands in for a paper, and the end.
fn own_pages(manifest: &Path) -> Vec<(String, usize)> {
    let manifest: Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let entries = manifest["entries"].as_array().unwrap();
    let first = number(&entries[0]["first_page"]);
    let mut pages: Vec<(String, usize)> = (1..first).map(|page| (format!("front-{page}"), page)).collect();
    for entry in entries.iter().filter(|entry| entry["outcome"] != "included") {
        let name = format!("{}-{}", entry["outcome"].as_str().unwrap(), entry["number"].as_str().unwrap());
        pages.push((name, number(&entry["first_page"])));
    }
    let last = number(&entries.last().unwrap()["last_page"]);
    pages.extend((last + 1..=number(&manifest["pages"])).map(|page| (format!("end-{}", page - last), page)));
    pages
}

#[test]
fn the_front_pages_of_a_pack_look_as_they_did() {
    if tool("pdftoppm", &["-v"]).is_none() {
        return;
    }
    let mut pictures = Pictures::of("pack");
    let office = demo::demo().join("office/2026-11-23");
    let pack = office.join("NELC Placement Panel 2026-11-23 pack.pdf");
    for (name, page) in own_pages(&pack.with_extension("manifest.json")) {
        pictures.take(&name, &pages(&pack, page..=page).unwrap()[0]);
    }
    let week = own_copies::week();
    let go = week.says(&["send", "pack", "2026-11-23", "--go"]);
    go.ends(0);
    let copy = own_copies::members_pack(&week);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("copy.pdf");
    fs::write(&file, copy).unwrap();
    for (number, page) in (1..).zip(pages(&file, 1..=12).unwrap()) {
        pictures.take(&format!("members-copy-{number}"), &page);
    }
    pictures.finish();
}

/// A page as Chromium shows it in a window so wide, its first `height` dots.
fn browsed(page: &Path, width: u32, height: u32) -> Option<GrayImage> {
    tool("chromium", &["--version"])?;
    let folder = TempDir::new().unwrap();
    let picture = folder.path().join("page.png");
    let shown = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--hide-scrollbars",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--force-device-scale-factor=1", "--font-render-hinting=none"])
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", page.display().to_string().replace(' ', "%20")))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(shown.is_ok(), "{}", page.display());
    Some(image::open(picture).unwrap().to_luma8())
}

#[test]
fn receipt_and_board_look_as_they_did_on_a_desk_and_on_a_telephone() {
    if !has_face("DejaVu Sans") && !has_face("Liberation Sans") {
        skipped("the faces Liberation or DejaVu");
        return;
    }
    let mut pictures = Pictures::of("pages");
    let receipts = demo::demo().join("receipts");
    let receipt = |case: &str| {
        let file = tree(&receipts).into_iter().find(|file| file.contains(case)).unwrap();
        receipts.join(file)
    };
    let pages = [
        ("board", demo::demo().join("office/board.html")),
        ("receipt-complete", receipt("1204417")),
        ("receipt-incomplete", receipt("1219420")),
        ("receipt-emergency", receipt("1221960")),
    ];
    for (name, page) in pages {
        for (on, width, height) in [("desk", 1200, 1600), ("telephone", 390, 1400)] {
            let Some(seen) = browsed(&page, width, height) else { return };
            let half =
                image::imageops::resize(&seen, width / 2, height / 2, image::imageops::FilterType::Triangle);
            pictures.take(&format!("{name}-{on}"), if on == "desk" { &half } else { &seen });
        }
    }
    pictures.finish();
}

/// Rows of dots `from..to` gone, and what is below moved up.
fn without_rows(picture: &GrayImage, from: u32, to: u32) -> GrayImage {
    let at = |y: u32| if y < from { y } else { y + to - from };
    let (width, height) = picture.dimensions();
    GrayImage::from_fn(
        width,
        height,
        |x, y| {
            if at(y) < height { *picture.get_pixel(x, at(y)) } else { Luma([255]) }
        },
    )
}

#[test]
fn a_lost_row_a_moved_block_and_a_covered_line_are_seen_on_every_picture() {
    let folder = project().join("tests/pictures");
    let files = tree(&folder);
    assert!(30 < files.len(), "{} pictures", files.len());
    for file in files {
        let known = image::open(folder.join(&file)).unwrap().to_luma8();
        let (width, height) = known.dimensions();
        assert_eq!(unlike(&known, &known), None, "{file}");
        // A dot to the side, and the grain of another engine.
        let beside = GrayImage::from_fn(width, height, |x, y| {
            let dot = known.get_pixel(x.saturating_sub(1), y).0[0];
            Luma([dot.saturating_sub(u8::try_from((x * 7 + y * 13) % 9).unwrap())])
        });
        assert_eq!(unlike(&known, &beside), None, "{file}: the grain of another engine is a fault");
        // The fullest band of the page, as high as a row of a table.
        let ink = |top: u32| -> u32 {
            (top..top + 12)
                .flat_map(|y| (0..width).map(move |x| (x, y)))
                .map(|(x, y)| u32::from(255 - known.get_pixel(x, y).0[0]))
                .sum()
        };
        let fullest = (0..height / 2).step_by(4).max_by_key(|top| ink(*top)).unwrap();
        let lost = without_rows(&known, fullest, fullest + 12);
        assert!(unlike(&known, &lost).is_some(), "{file}: a lost row is not seen");
        let mut covered = known.clone();
        for y in fullest..fullest + 12 {
            (0..width).for_each(|x| covered.put_pixel(x, y, Luma([255])));
        }
        assert!(unlike(&known, &covered).is_some(), "{file}: a covered line is not seen");
        let mut moved = covered;
        for y in fullest..fullest + 12 {
            for x in 0..width {
                let from = known.get_pixel(x, y).0[0];
                let to = moved.get_pixel(x, y + 16).0[0];
                moved.put_pixel(x, y + 16, Luma([from.min(to)]));
            }
        }
        assert!(unlike(&known, &moved).is_some(), "{file}: a moved block is not seen");
    }
}

//! What is made for people, looked at: every Word template, blank form, kind of front page, the receipt and the board, drawn small
//! and compared with the pictures in `tests/pictures/`.
//!
//! `just pictures-anew` draws them again; look at each before it is committed. They were drawn by LibreOffice, poppler and Chromium of
//! Debian 12 in the faces that come with the program, which are the only ones those programs are shown; another version may put a
//! letter a dot further, which is allowed. What was seen and is not as it was is left in `target/pictures/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use image::{GrayImage, Luma};
use panelclerk::stationery::fonts;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Week, project, tool, tree};
use crate::{demo, documents, own_copies, sample_meeting};

/// Dots to an inch of a printed page: A4 is 413 by 585.
const RESOLUTION: &str = "50";

/// Dots on a side of the squares that are compared.
const SQUARE: u32 = 8;

/// How far the mean shade of a square may be from what it was, of 255: a line of print on white paper is 60 to 120.
const SHADE: i32 = 18;

/// How many dots a square's content may have moved.
const MOVED: i32 = 1;

/// How many squares may differ by more: two, and this many of a thousand with print on them. A lost row is its own squares and those
/// of all that moves up with it.
const DIFFERING: usize = 8;

/// A square darker than this has print on it.
const PRINTED: i32 = 248;

/// Dots at the foot of a browser's window that are not looked at.
const FOOT: u32 = 200;

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
            let square = |picture: &GrayImage| shade(picture, left.into(), top.into());
            all += usize::from(square(known).min(square(seen)) < PRINTED);
            if !is_found(known, seen, left, top) || !is_found(seen, known, left, top) {
                differing += 1;
                first = first.or(Some((left, top)));
            }
        }
    }
    let (left, top) = first?;
    (differing > 2 + all * DIFFERING / 1000)
        .then(|| format!("{differing} of {all} printed squares differ, the first at {left}, {top}"))
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

/// A home for another program in which the only faces are those that come with this one.
struct Studio {
    home: TempDir,
}

impl Studio {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let faces = fonts::lay_out(home.path()).unwrap();
        let alias = |family: &str, face: &str| {
            format!(
                "<alias binding=\"same\"><family>{family}</family><prefer><family>{face}</family></prefer></alias>"
            )
        };
        let stand_in = [
            ("Arial", "Liberation Sans"),
            ("Helvetica", "Liberation Sans"),
            ("Calibri", "Carlito"),
            ("Cambria", "Caladea"),
            ("Times New Roman", "Liberation Serif"),
            ("sans-serif", "Liberation Sans"),
            ("serif", "Liberation Serif"),
            ("monospace", "Liberation Mono"),
            ("system-ui", "Liberation Sans"),
        ];
        let aliases: String = stand_in.iter().map(|(family, face)| alias(family, face)).collect();
        let (faces, cache) = (faces.display(), home.path().join("cache").display().to_string());
        let config =
            format!("<fontconfig><dir>{faces}</dir><cachedir>{cache}</cachedir>{aliases}</fontconfig>");
        fs::write(home.path().join("fonts.conf"), config).unwrap();
        Studio { home }
    }

    fn run(&self, program: &str, args: &[&str]) {
        let ran = Command::new(program)
            .args(args)
            .env("FONTCONFIG_FILE", self.home.path().join("fonts.conf"))
            .env("HOME", self.home.path())
            .env("LANG", "C.UTF-8")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(ran.is_ok_and(|status| status.success()), "{program} {args:?}");
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_string_lossy().into_owned()
    }

    /// The pages of a Word file as LibreOffice lays them out.
    fn word(&self, pictures: &mut Pictures, name: &str, docx: &[u8]) {
        let file = self.path(&format!("{name}.docx"));
        fs::write(&file, docx).unwrap();
        let profile = format!("-env:UserInstallation=file://{}", self.path("profile"));
        self.run(
            "soffice",
            &[&profile, "--headless", "--convert-to", "pdf", "--outdir", &self.path(""), &file],
        );
        let pages = pages(Path::new(&self.path(&format!("{name}.pdf"))), 1..=20).unwrap();
        assert!(!pages.is_empty(), "{name}");
        for (number, page) in (1..).zip(pages) {
            pictures.take(&format!("{name}-{number}"), &page);
        }
    }

    /// A page as Chromium shows it in a window so wide, its first `height` dots. The window is higher: Chromium does not always
    /// paint the foot of a window, as high as the bars it would have with a screen.
    fn browse(&self, page: &Path, width: u32, height: u32) -> GrayImage {
        let picture = self.path("page.png");
        let args = [
            "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars",
            "--disable-background-networking --disable-component-update --disable-sync",
            "--force-device-scale-factor=1 --font-render-hinting=none --disable-lcd-text",
        ];
        let size = format!("--window-size={width},{}", height + FOOT);
        let (to, home) =
            (format!("--screenshot={picture}"), format!("--user-data-dir={}", self.path("browser")));
        let address = format!("file://{}", page.display().to_string().replace(' ', "%20"));
        let mut args: Vec<&str> = args.iter().flat_map(|line| line.split(' ')).collect();
        args.extend([size.as_str(), &to, &home, &address]);
        self.run("chromium", &args);
        let seen = image::open(picture).unwrap().to_luma8();
        image::imageops::crop_imm(&seen, 0, 0, width, height).to_image()
    }
}

/// Whether these programs are here.
fn has_all(programs: &[(&str, &str)]) -> bool {
    programs.iter().all(|(program, flag)| tool(program, &[flag]).is_some())
}

#[test]
fn the_word_templates_look_as_they_did() {
    if !has_all(&[("soffice", "--version"), ("pdftoppm", "-v")]) {
        return;
    }
    let studio = Studio::new();
    let mut pictures = Pictures::of("word");
    let sample = sample_meeting::sample();
    studio.word(&mut pictures, "agenda", &documents::agenda_document(&sample));
    for document in documents::records(&sample, &documents::outcome()) {
        let note = document.file_name.contains("note 1048213") || document.file_name.contains("note 1050333");
        if document.file_name.contains("minutes.docx") || note {
            let name = document.file_name.trim_start_matches("NELC 2026-11-23 ").trim_end_matches(".docx");
            studio.word(&mut pictures, &name.replace(' ', "-"), &document.bytes);
        }
    }
    pictures.finish();
}

#[test]
fn the_blank_forms_look_as_they_did() {
    if !has_all(&[("soffice", "--version"), ("pdftoppm", "-v")]) {
        return;
    }
    let studio = Studio::new();
    let mut pictures = Pictures::of("forms");
    for panel in ["nelc", "redbridge"] {
        let shipped = project().join("templates/forms").join(panel);
        let week = Week::new(panel);
        week.says(&["forms", &week.root().join("made").to_string_lossy()]).ends(0);
        for (from, prefix) in
            [(shipped, panel.to_owned()), (week.root().join("made"), format!("made-{panel}"))]
        {
            for file in tree(&from) {
                let name = format!("{prefix}-{}", file.trim_end_matches(".docx").replace(' ', "-"));
                studio.word(&mut pictures, &name, &fs::read(from.join(&file)).unwrap());
            }
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
    if !has_all(&[("pdftoppm", "-v")]) {
        return;
    }
    let mut pictures = Pictures::of("pack");
    let office = demo::demo().join("office/2026-11-23");
    let pack = office.join("NELC Placement and Commissioning Panel 2026-11-23 pack.pdf");
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
    for (number, page) in (1..).zip(pages(&file, 1..=4).unwrap()) {
        pictures.take(&format!("members-copy-{number}"), &page);
    }
    pictures.finish();
}

#[test]
fn receipt_and_board_look_as_they_did_on_a_desk_and_on_a_telephone() {
    if !has_all(&[("chromium", "--version")]) {
        return;
    }
    let studio = Studio::new();
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
        for (on, width, height) in [("desk", 1200, 1500), ("telephone", 390, 1300)] {
            let seen = studio.browse(&page, width, height);
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
        // The fullest band of the upper half, as high as a row of a table.
        let ink: Vec<u32> = known.rows().map(|row| row.map(|dot| u32::from(255 - dot.0[0])).sum()).collect();
        let fullest =
            (0..height / 2).step_by(4).max_by_key(|top| ink[*top as usize..][..12].iter().sum::<u32>());
        let fullest = fullest.unwrap();
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

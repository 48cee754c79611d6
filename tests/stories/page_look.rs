//! The pages made of real files beside those of LibreOffice, or beside the PDF itself, as poppler reads both: what is lost, what
//! is said, and what is said without anything being lost.
//!
//! A run looks at sixty files; `just page-look` at all of them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::corpus;
use crate::harness::tool;
use crate::pdf_corpus::{Made, make_all};

/// What is said of pages that lack something.
const SAID: [&str; 20] = [
    "words-lost",
    "pictures-lost",
    "embedded-files",
    "drawing-lost",
    "list-numbers",
    "ticks-lost",
    "letters-not-shown",
    "words-overlap",
    "words-cut",
    "numbers-not-shown",
    "covered-words",
    "words-under-picture",
    "set-plainly",
    "left-out",
    "damaged",
    "pages-as-pictures",
    "too-much",
    "not-rendered",
    "blank-pages",
    "sheet-unreadable",
];

/// Files LibreOffice is given at once.
const AT_ONCE: usize = 10;

/// Words that may differ: hyphens, list numbers, page numbers, fields that are worked out anew.
const A_FEW: usize = 3;
const IN_A_HUNDRED: usize = 3;

/// A word as poppler places it: page, left, top, right, bottom.
type Placed = (String, usize, [f64; 4]);

#[derive(Debug, Default)]
struct Seen {
    words: Vec<Placed>,
    outside: usize,
    pictures: usize,
}

fn attribute(line: &str, name: &str) -> Option<f64> {
    line.split_once(&format!("{name}=\""))?.1.split_once('"')?.0.parse().ok()
}

/// What poppler sees in a PDF.
fn seen(pdf: &Path) -> Option<Seen> {
    let file = pdf.to_string_lossy();
    let output = tool("pdftotext", &["-bbox", &file, "-"])?;
    let mut seen = Seen::default();
    let (mut page, mut size) = (0, [0.0; 2]);
    for line in String::from_utf8_lossy(&output.stdout).lines().map(str::trim) {
        if line.starts_with("<page ") {
            page += 1;
            size = [attribute(line, "width")?, attribute(line, "height")?];
        } else if line.starts_with("<word ") {
            let place = ["xMin", "yMin", "xMax", "yMax"].map(|side| attribute(line, side).unwrap_or(0.0));
            let text = line.split_once('>')?.1.trim_end_matches("</word>");
            let letters: String =
                text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            let (across, down) = (f64::midpoint(place[0], place[2]), f64::midpoint(place[1], place[3]));
            let inside = (0.0..=size[0]).contains(&across) && (0.0..=size[1]).contains(&down);
            seen.outside += usize::from(!inside && !letters.is_empty());
            if inside && !letters.is_empty() {
                seen.words.push((letters, page, place));
            }
        }
    }
    let listed = tool("pdfimages", &["-list", &file])?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let large = |line: &&str| {
        let mut cells = line.split_whitespace().skip(3);
        let side = |cell: Option<&str>| cell.and_then(|cell| cell.parse::<u32>().ok()).unwrap_or(0);
        16 < side(cells.next()) && 16 < side(cells.next())
    };
    seen.pictures = listed.lines().skip(2).filter(large).count();
    Some(seen)
}

impl Seen {
    /// Words of at least three letters that are in another's pages more often than here.
    fn lacks(&self, other: &Seen) -> (usize, usize) {
        let mut left: HashMap<&str, usize> = HashMap::new();
        for (word, ..) in &self.words {
            *left.entry(word).or_default() += 1;
        }
        let all: String = self.words.iter().map(|(word, ..)| word.as_str()).collect();
        let told = |word: &&str| 2 < word.chars().filter(|letter| letter.is_alphabetic()).count();
        let wanted: Vec<&str> = other.words.iter().map(|(word, ..)| word.as_str()).filter(told).collect();
        let mut lacking = 0;
        for word in &wanted {
            match left.get_mut(word) {
                Some(count) if 0 < *count => *count -= 1,
                _ => lacking += usize::from(!all.contains(word)),
            }
        }
        (lacking, wanted.len())
    }

    /// Words half of which, or more, lies on another word.
    fn piled(&self) -> usize {
        let mut piled = 0;
        for (at, (text, page, a)) in self.words.iter().enumerate() {
            let others = self.words[at + 1..].iter().take(400).take_while(|(_, other, _)| other == page);
            let lies = |(other, _, b): &&Placed| {
                let across = a[2].min(b[2]) - a[0].max(b[0]);
                let down = a[3].min(b[3]) - a[1].max(b[1]);
                let area = |place: &[f64; 4]| (place[2] - place[0]) * (place[3] - place[1]);
                let share = across.max(0.0) * down.max(0.0) / area(a).min(area(b)).max(0.01);
                0.5 < share && text != other && 1 < text.len().min(other.len())
            };
            piled += others.filter(lies).count();
        }
        piled
    }
}

/// What of a source its pages lose, in words; nothing where all is well.
fn lost(ours: &Seen, source: &Seen) -> Vec<String> {
    let mut lost = Vec::new();
    let (lacking, wanted) = ours.lacks(source);
    if A_FEW < lacking && wanted < lacking * 100 / IN_A_HUNDRED {
        lost.push(format!("{lacking} of {wanted} words missing"));
    }
    let (piled, there) = (ours.piled(), source.piled());
    if there * 2 + A_FEW < piled {
        lost.push(format!("{piled} words on words, {there} in the source"));
    }
    if source.outside + A_FEW < ours.outside {
        lost.push(format!("{} words outside the page", ours.outside));
    }
    if ours.pictures == 0 && 0 < source.pictures {
        lost.push(format!("none of {} pictures", source.pictures));
    }
    lost
}

/// LibreOffice's pages of these files, by the file; none where there is no LibreOffice.
fn by_libreoffice(files: &[&Path], home: &Path) -> Option<BTreeMap<PathBuf, PathBuf>> {
    tool("soffice", &["--version"])?;
    let mut made = BTreeMap::new();
    for (number, some) in files.chunks(AT_ONCE).enumerate() {
        let place = home.join(format!("lo-{number}"));
        let profile = format!("-env:UserInstallation=file://{}/lo-profile", home.display());
        let given = some.iter().map(|file| file.as_os_str());
        let _ = Command::new("timeout")
            .args(["-k", "5", "150", "soffice", &profile, "--headless", "--convert-to", "pdf", "--outdir"])
            .arg(&place)
            .args(given)
            .output();
        for file in some {
            let pdf = place.join(Path::new(file.file_stem().unwrap_or_default()).with_extension("pdf"));
            let pdf = if pdf.exists() {
                pdf
            } else {
                place.join(format!("{}.pdf", file.file_stem().unwrap_or_default().to_string_lossy()))
            };
            if pdf.exists() {
                made.insert(file.to_path_buf(), pdf);
            }
        }
    }
    Some(made)
}

fn class(file: &Path) -> Option<&'static str> {
    let ending = file.extension()?.to_string_lossy().to_lowercase();
    Some(match ending.as_str() {
        "docx" | "docm" | "dotx" => "Word",
        "xlsx" | "xlsm" => "workbook",
        "pdf" => "PDF",
        _ => return None,
    })
}

#[test]
fn what_real_files_lose_on_their_pages_is_said() {
    let home = tempfile::TempDir::new().unwrap();
    let Some(files) = corpus::files(&["word", "excel", "pdf"], 1000) else { return };
    let mut chosen: Vec<PathBuf> = Vec::new();
    for wanted in ["Word", "workbook", "PDF"] {
        let of_class: Vec<&PathBuf> = files.iter().filter(|file| class(file) == Some(wanted)).collect();
        let step = if corpus::is_whole() { 1 } else { of_class.len().div_ceil(20).max(1) };
        chosen.extend(of_class.into_iter().step_by(step).cloned());
    }
    let made = make_all(chosen, home.path());
    let office: Vec<&Path> =
        made.iter().map(|one| one.file.as_path()).filter(|file| class(file) != Some("PDF")).collect();
    let Some(references) = by_libreoffice(&office, home.path()) else { return };
    let mut table: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut unsaid = Vec::new();
    for one in &made {
        let Some(class) = class(&one.file) else { continue };
        let source = if class == "PDF" { Some(&one.file) } else { references.get(&one.file) };
        let Some((said, lost)) = source.and_then(|source| judged(one, source)) else {
            *table.entry(class).or_default().entry("not compared").or_default() += 1;
            continue;
        };
        let outcome = match (lost.is_empty(), said.is_empty()) {
            (true, true) => "nothing lost, nothing said",
            (true, false) => "said, nothing found lost",
            (false, false) => "lost and said",
            (false, true) => "lost, not said",
        };
        *table.entry(class).or_default().entry(outcome).or_default() += 1;
        if outcome != "nothing lost, nothing said" {
            let name = one.file.file_name().unwrap_or_default().to_string_lossy();
            println!("{class}: {name}: {outcome}: {} {said:?}", lost.join(", "));
        }
        if outcome == "lost, not said" {
            unsaid.push(one.file.clone());
        }
    }
    for (class, outcomes) in &table {
        println!("{class}: {outcomes:?}");
    }
    let most = made.len().div_ceil(if corpus::is_whole() { 100 } else { 15 });
    assert!(unsaid.len() <= most, "{} files lose something and nothing is said: {unsaid:#?}", unsaid.len());
}

/// What is said of a file's pages, and what they lose; none where there is nothing to compare.
fn judged(one: &Made, source: &Path) -> Option<(Vec<String>, Vec<String>)> {
    let said: Vec<String> = one
        .findings()
        .filter(|finding| SAID.contains(&finding.code.as_str()))
        .map(|finding| finding.code.clone())
        .collect();
    let (rendition, _) = one.rendition.as_ref()?;
    let source = seen(source).filter(|_| fs::metadata(source).is_ok())?;
    Some((said, lost(&seen(rendition)?, &source)))
}

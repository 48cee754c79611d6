//! Packs made at random from real files, with names, titles, languages and lengths nobody would choose: every one is made, passes
//! its own check, and shows every paper that has pages.
//!
//! `PANELCLERK_PACKS` says how many, `PANELCLERK_SEED` from which seed on; `just long` makes 500. Without the corpus the sample
//! inbox has to do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use panelclerk::finding::Finding;
use panelclerk::pack::facts::PackFacts;
use panelclerk::pack::manifest::How;
use panelclerk::pack::plan::plan;
use panelclerk::pack::press::{Materials, press};
use panelclerk::pack::verify::verify;
use panelclerk::panel::agenda::{CaseLine, Item, What};
use panelclerk::panel::case::Case;
use panelclerk::panel::form::{Filled, Value};
use panelclerk::panel::ids::{PaperNumber, Sha256};
use panelclerk::panel::paper::{Paper, PaperState, Rendition};
use sha2::Digest;
use tempfile::TempDir;

use crate::corpus;
use crate::harness::{project, tool};
use crate::pdf_corpus;
use crate::sample_meeting::{self, Sample, time};

/// Packs where nobody says how many.
const FEW: usize = 12;

/// Files that are made into pages for so many packs, and the longest of them that is used.
const FILES_A_PACK: usize = 3;
const MOST_FILES: usize = 300;
const LONGEST: u32 = 40;

/// A stream of choices that a seed fixes.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// Words of many languages and what people and programs put into names.
const WORDS: [&str; 48] = [
    "care plan",
    "Łukasz",
    "Siân Ŵyn",
    "O'Connor",
    "\"quoted\"",
    "naïve ﬁle",
    "خطة الرعاية",
    "محمد علي",
    "תוכנית טיפול",
    "שרה",
    "हिन्दी योजना",
    "ภาษาไทยไม่มีช่องว่าง",
    "李雷的照顾计划",
    "ひらがなとカタカナ",
    "한국어 계획",
    "Жанна Дмитриевна",
    "Ωμέγα",
    "👩‍👩‍👧‍👦",
    "😀😀",
    "🇬🇧",
    "e\u{301}\u{302}\u{303}\u{304}",
    "a\u{200B}b\u{200D}c",
    "\u{202E}desrever\u{202C}",
    "\u{2067}x\u{2069}",
    "...",
    "..",
    "—–-",
    "#panic()",
    "*bold* _under_ $x^2$",
    "<b>&amp;</b>",
    "\\u{0}",
    "%PDF-1.7",
    "endobj 5 0 obj",
    "pack:12",
    "Contents",
    "Agenda",
    "(p 3)",
    "12–15",
    "2025-",
    "1048213",
    "20-clusterfuzz-testcase-minimized-POIFuzzer-5040805309710336.docx",
    "a\tb\nc\rd\u{7}e",
    "C:\\temp\\x",
    "../../etc/passwd",
    "con.aux.nul",
    "\u{FEFF}bom",
    "\u{E000}\u{F8FF}",
    "ﷺ ﷽",
];

/// A text that somebody, or something, might have typed.
fn hostile(chance: &mut Chance) -> String {
    let word = |chance: &mut Chance| (*chance.of(&WORDS)).to_owned();
    match chance.below(10) {
        0 => word(chance).repeat(1000).chars().take(1000).collect(),
        1 => (0..1000).map(|_| char::from(b'!' + u8::try_from(chance.below(94)).unwrap())).collect(),
        2 => ".".repeat(1 + chance.below(300)),
        3 => format!("{}-{}.docx", word(chance).repeat(1 + chance.below(8)), chance.below(1_000_000)),
        4 => (0..40).map(|_| word(chance)).collect::<Vec<_>>().join(" "),
        5 => format!("{}{}", word(chance), chance.below(3000)),
        6 => (0..=chance.below(60))
            .filter_map(|_| char::from_u32(u32::try_from(chance.below(0x1_F000)).unwrap()))
            .collect(),
        7 => " ".repeat(chance.below(4)),
        _ => (0..=chance.below(5)).map(|_| word(chance)).collect::<Vec<_>>().join(" "),
    }
}

/// A case number as the field writes them, or as long and odd as they may be.
fn case_number(chance: &mut Chance, at: usize) -> String {
    match chance.below(5) {
        0 => format!("{}-ABCDEFGHIJ-KLMNOP-{at}", chance.below(999)),
        1 => format!("C{at}"),
        2 => format!("{}", 1 + at),
        _ => format!("{}", 1_000_000 + chance.below(900_000) * 10 + at),
    }
}

/// Files of the corpus, spread over it by the seed; the sample inbox where there is none.
fn files(chance: &mut Chance, wanted: usize) -> Vec<PathBuf> {
    let mut all = corpus::files(&[], 1000).unwrap_or_else(|| {
        let inbox = walkdir::WalkDir::new(project().join("sample-inbox")).sort_by_file_name().into_iter();
        let inbox = inbox.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
        inbox.map(walkdir::DirEntry::into_path).collect()
    });
    for at in (1..all.len()).rev() {
        all.swap(at, chance.below(at + 1));
    }
    all.truncate(wanted);
    all
}

/// A file's pages, made once for all packs.
struct Pages {
    file: String,
    rendition: Option<(PathBuf, Rendition)>,
    findings: Vec<Finding>,
}

fn make_pages(files: Vec<PathBuf>, home: &Path) -> Vec<Pages> {
    let made = pdf_corpus::make_all(files, home);
    let pages = made.into_iter().map(|made| {
        let short = made.rendition.as_ref().filter(|(_, pages)| *pages <= LONGEST);
        let rendition = short.map(|(path, pages)| {
            let sha256 = Sha256::from_digest(sha2::Sha256::digest(fs::read(path).unwrap()).into());
            (path.clone(), Rendition { sha256, pages: *pages, without_text: Vec::new() })
        });
        let findings = made.findings().cloned().collect();
        Pages { file: made.file.file_name().unwrap().to_string_lossy().into_owned(), rendition, findings }
    });
    pages.collect()
}

/// A meeting with cases and papers that chance chose, its texts hostile.
fn meeting(chance: &mut Chance, pool: &[Pages]) -> Sample {
    let mut sample = sample_meeting::sample();
    let template = sample.casebook.listed().next().unwrap().clone();
    let (mut cases, mut items, mut number) = (Vec::new(), Vec::new(), 1);
    items.push(Item {
        number: "1".to_owned(),
        starts: time(13, 0),
        minutes: 5,
        what: What::Standing { title: hostile(chance), note: hostile(chance) },
    });
    let mut starts = time(13, 5);
    let mut seen = BTreeSet::new();
    for at in 0..=chance.below(6) {
        let id = case_number(chance, at);
        if !seen.insert(id.clone()) {
            continue;
        }
        let papers = (0..chance.below(7)).map(|_| {
            number += 1;
            paper(chance, pool, &template.papers[0], number, &id)
        });
        let papers = papers.collect();
        let mut case = Case { id: id.parse().unwrap(), papers, findings: Vec::new(), ..template.clone() };
        for key in ["reason", "legal_status", "cost_total"] {
            let raw = hostile(chance);
            let filled = Filled { raw: raw.clone(), label: key.to_owned(), value: Value::Text(raw) };
            case.form.fields.insert(key.parse().unwrap(), filled);
        }
        if chance.one_in(3) {
            case.findings.push(Finding::blocks("missing-paper", hostile(chance)));
            case.findings.push(Finding::warning("old", hostile(chance)));
        }
        let line = CaseLine {
            case: case.id.clone(),
            section: if chance.one_in(2) { "New placement requests".to_owned() } else { hostile(chance) },
            child: hostile(chance),
            age: chance.one_in(2).then_some(11),
            request: hostile(chance),
            presenters: (0..chance.below(4)).map(|_| hostile(chance)).collect(),
            flags: if chance.one_in(3) {
                vec!["EMERGENCY".to_owned(), format!("INCOMPLETE: {}", hostile(chance))]
            } else {
                Vec::new()
            },
            note: if chance.one_in(3) { hostile(chance) } else { String::new() },
            permission: String::new(),
            for_noting: false,
        };
        if !chance.one_in(5) {
            items.push(Item { number: format!("3.{at}"), starts, minutes: 10, what: What::Case(line) });
            starts += TimeDelta::minutes(10);
        }
        cases.push(case);
    }
    sample.casebook.cases = cases;
    sample.agenda.items = items;
    if chance.one_in(4) {
        sample.heading.venue = hostile(chance);
        sample.heading.panel = hostile(chance);
        sample.heading.short = hostile(chance).chars().take(40).collect();
    }
    sample
}

fn paper(chance: &mut Chance, pool: &[Pages], template: &Paper, number: u32, case: &str) -> Paper {
    let pages = chance.of(pool);
    let has_pages = pages.rendition.is_some();
    let mut title = if chance.one_in(3) { format!("{number}-{}", pages.file) } else { hostile(chance) };
    if chance.one_in(9) {
        title = format!("{case} {title}");
    }
    Paper {
        number: PaperNumber::new(number),
        file: format!("{case}/{title}"),
        title,
        sha256: Sha256::from_digest([u8::try_from(number % 256).unwrap(); 32]),
        case: Some(case.parse().unwrap()),
        rendition: pages.rendition.as_ref().map(|(_, rendition)| rendition.clone()),
        findings: pages.findings.clone(),
        state: if has_pages { PaperState::Accepted } else { PaperState::NeedsAttention },
        in_use: has_pages,
        version: 1,
        reason: if has_pages { None } else { Some(hostile(chance)) },
        ..template.clone()
    }
}

#[test]
fn every_pack_is_made_and_verified_whatever_is_in_it() {
    let said = |name: &str| std::env::var(name).ok().and_then(|said| said.parse::<u64>().ok());
    let packs = said("PANELCLERK_PACKS").map_or(FEW, |packs| usize::try_from(packs).unwrap());
    let seed = said("PANELCLERK_SEED").unwrap_or(20_261_123);
    println!(
        "{packs} packs from seed {seed}; PANELCLERK_PACKS=1 PANELCLERK_SEED=N makes the one that begins with N alone"
    );
    let home = TempDir::new().unwrap();
    // The files are the same whichever packs are made again, so that one can be made by itself.
    let files = files(&mut Chance(7), (packs * FILES_A_PACK).clamp(40, MOST_FILES));
    let pool = make_pages(files, home.path());
    let with_pages = pool.iter().filter(|pages| pages.rendition.is_some()).count();
    assert!(with_pages > 10, "pages could be made of {with_pages} of {} files", pool.len());
    let renditions: BTreeMap<Sha256, PathBuf> = pool
        .iter()
        .filter_map(|pages| pages.rendition.as_ref())
        .map(|(path, rendition)| (rendition.sha256.clone(), path.clone()))
        .collect();
    let (mut wrong, mut pages, mut papers) = (String::new(), 0, 0);
    for own in (seed..).take(packs) {
        match one(own, &pool, &renditions, home.path()) {
            Ok((with, holding)) => {
                pages += with;
                papers += holding;
            }
            Err(said) => {
                println!("seed {own}: {said}");
                writeln!(wrong, "seed {own}: {said}").unwrap();
            }
        }
    }
    println!("{packs} packs, {papers} documents, {pages} pages, made from {with_pages} files");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Presses one pack and checks it; gives its pages and papers.
fn one(
    seed: u64,
    pool: &[Pages],
    renditions: &BTreeMap<Sha256, PathBuf>,
    home: &Path,
) -> Result<(u32, usize), String> {
    let mut chance = Chance(seed);
    let sample = meeting(&mut chance, pool);
    let facts = PackFacts::new(sample.heading, sample.words, Sha256::from_digest([9; 32]));
    let materials = Materials {
        template: include_str!("../../templates/pack.typ").to_owned(),
        files: BTreeMap::new(),
        renditions: renditions.clone(),
    };
    let out = home.join("pack.pdf");
    let plan = plan(&sample.casebook, &sample.agenda, facts);
    let made = press(plan, &materials, &out).map_err(|fault| format!("not made: {fault:#}"))?;
    if let Ok(folder) = std::env::var("PANELCLERK_LOOK") {
        fs::copy(&out, Path::new(&folder).join(format!("pack-{seed}.pdf"))).unwrap();
    }
    let manifest = made.manifest;
    if !manifest.verified || !manifest.found.is_empty() || !manifest.left_out.is_empty() {
        return Err(format!("not verified: {:?} {:?}", manifest.found, manifest.left_out));
    }
    if let Some(lost) = made.findings.iter().find(|finding| finding.code != "pack-letters") {
        return Err(format!("something was left out: {}", lost.message));
    }
    let shown = |entry: &&panelclerk::pack::manifest::Entry| entry.outcome == How::Included;
    let wanted =
        sample.casebook.cases.iter().flat_map(|case| &case.papers).filter(|paper| paper.in_use).count();
    if manifest.entries.iter().filter(shown).count() != wanted {
        return Err("a document with pages is not shown".to_owned());
    }
    let bytes = fs::read(&out).unwrap();
    if let Some(fault) = verify(bytes, None, &manifest, renditions).first() {
        return Err(format!("looked at again: {}", fault.finding.message));
    }
    // Another program's count, of one in ten.
    if seed.is_multiple_of(10)
        && let Some(counted) = tool("qpdf", &["--show-npages", &out.to_string_lossy()])
        && String::from_utf8_lossy(&counted.stdout).trim() != manifest.pages.to_string()
    {
        return Err("qpdf counts other pages".to_owned());
    }
    Ok((manifest.pages, manifest.entries.len()))
}

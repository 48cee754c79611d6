//! Pressing a pack of real papers, against bare merges by the tools that are installed.
//!
//! Not a micro-benchmark: every contender is a process of its own, timed from outside, so start-up counts for all of them. What our
//! own process spends where is said by its own clock on the lines below it. `assembling alone` sets blank sheets, so that it
//! does what the others do, and still stamps, links and bookmarks each page.
//!
//! Needs a folder of real files: `PANELCLERK_CORPUS=../shared/corpus cargo bench --bench pack`. `PANELCLERK_BENCH_PAGES=200`
//! takes other sizes than 200,2000,10000; `PDFBOX_JAR` names `pdfbox-app-3.x.jar` to have PDFBox in the contest.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads its settings from the environment and looks at the time"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use chrono::{NaiveDate, TimeZone};
use chrono_tz::Europe::London;
use panelclerk::pack::assemble::{Outcome, assemble};
use panelclerk::pack::facts::PackFacts;
use panelclerk::pack::fault::Whose;
use panelclerk::pack::front;
use panelclerk::pack::job::PressJob;
use panelclerk::pack::manifest::Manifest;
use panelclerk::pack::plan::{Plan, PlannedCase, PlannedPaper, Shown, Which};
use panelclerk::pack::protect::protect_file;
use panelclerk::pack::source::Source;
use panelclerk::pack::verify::verify;
use panelclerk::panel::ids::{PaperNumber, Sha256};
use panelclerk::panel::meeting::Meeting;
use panelclerk::panel::paper::{Rendition, Verdict};
use panelclerk::panel::words::{Heading, Words};
use panelclerk::paper::job::{Job, RENDITION, Want};
use panelclerk::stationery::fonts;
use panelclerk::worker::pool::{Pool, Program};
use panelclerk::worker::serve::Hands;
use panelclerk::worker::terms::Terms;
use sha2::Digest;

type Outcomes<T> = Result<T, Box<dyn Error>>;

/// Papers a case is given.
const PAPERS: usize = 8;

/// Runs of each contender; the best counts.
const RUNS: usize = 3;

/// Pages below which a pack is small, and how far apart its papers are taken from.
const SMALL: u32 = 1000;
const SCATTER: usize = 11;

/// A rendition on disk.
#[derive(Debug, Clone)]
struct Paper {
    path: PathBuf,
    pages: u32,
    sha256: Sha256,
}

fn main() -> Outcomes<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("--worker") => Ok(Hands::default().able::<Job>().serve()?),
        Some("--press") => press(&arguments[1], &arguments[2], &arguments[3]),
        _ => compare(),
    }
}

fn compare() -> Outcomes<()> {
    let corpus = std::env::var("PANELCLERK_CORPUS").unwrap_or_else(|_| "../shared/corpus".to_owned());
    let corpus = Path::new(&corpus).join("pdf");
    if !corpus.is_dir() {
        println!("skipped: needs the corpus");
        return Ok(());
    }
    let kept = std::env::var("PANELCLERK_BENCH_FOLDER")
        .map_or_else(|_| std::env::temp_dir().join("panelclerk-bench"), PathBuf::from);
    let sizes = std::env::var("PANELCLERK_BENCH_PAGES").unwrap_or_else(|_| "200,2000,10000".to_owned());
    let sizes: Vec<u32> = sizes.split(',').map(|size| size.trim().parse()).collect::<Result<_, _>>()?;
    // A small pack takes papers from all over the corpus; where only small ones are asked for, the others need not be made.
    let every = if sizes.iter().all(|size| *size < SMALL) { SCATTER } else { 1 };
    let papers = renditions(&corpus.canonicalize()?, &kept, every)?;
    let pages: u32 = papers.iter().map(|paper| paper.pages).sum();
    println!("{} renditions, {pages} pages", papers.len());
    for wanted in sizes {
        let step = if wanted < SMALL { SCATTER / every } else { 1 };
        contest(&take(&papers, wanted, step), &kept)?;
    }
    Ok(())
}

/// Renditions of every PDF of the corpus, or every so many, as the intake makes them; made once and kept.
fn renditions(corpus: &Path, kept: &Path, every: usize) -> Outcomes<Vec<Paper>> {
    let folder = kept.join("renditions");
    fs::create_dir_all(&folder)?;
    let faces = fonts::lay_out(kept)?;
    let program = Program { path: std::env::current_exe()?, arguments: vec![OsString::from("--worker")] };
    let pool = Pool::new(program, Terms::reading(1500, 60, vec![corpus.to_owned(), faces.clone()]), 2, kept);
    let mut names: Vec<PathBuf> =
        fs::read_dir(corpus)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    names.sort();
    let mut papers = Vec::new();
    for name in names.into_iter().step_by(every) {
        let kept_as = folder.join(name.file_name().unwrap_or_default());
        let none = kept_as.with_extension("none");
        if !kept_as.exists() && !none.exists() {
            let job = Job {
                content: name.clone(),
                name: name.display().to_string(),
                fonts: faces.clone(),
                most_pages: 1000,
                blackened_as_pictures: true,
                want: Want::Everything,
            };
            match pool.ask(&job) {
                Ok(answered) if answered.answer.rendition.is_some() => {
                    std::io::Write::write_all(
                        &mut fs::File::create(&kept_as)?,
                        &answered.files.read(RENDITION)?,
                    )?;
                }
                _ => drop(fs::File::create(&none)?),
            }
        }
        if kept_as.exists() {
            let bytes = fs::read(&kept_as)?;
            let Ok(source) = Source::open(&bytes) else { continue };
            let pages = u32::try_from(source.pages.len())?;
            let sha256 = Sha256::from_digest(sha2::Sha256::digest(&bytes).into());
            papers.push(Paper { path: kept_as, pages, sha256 });
        }
    }
    Ok(papers)
}

/// As many papers as make about `wanted` pages, over again where there are not enough.
fn take(papers: &[Paper], wanted: u32, step: usize) -> Vec<Paper> {
    let mut taken = Vec::new();
    let mut pages = 0;
    for paper in papers.iter().cycle().step_by(step) {
        if pages >= wanted {
            break;
        }
        pages += paper.pages;
        taken.push(paper.clone());
    }
    taken
}

fn contest(papers: &[Paper], kept: &Path) -> Outcomes<()> {
    let pages: u32 = papers.iter().map(|paper| paper.pages).sum();
    let bytes: u64 =
        papers.iter().filter_map(|paper| fs::metadata(&paper.path).ok()).map(|data| data.len()).sum();
    println!("\n{} documents, {pages} pages, {} KB", papers.len(), bytes / 1024);
    let job = serde_json::to_vec(&job(papers))?;
    let job_file = kept.join("job.json");
    fs::File::create(&job_file).and_then(|mut file| std::io::Write::write_all(&mut file, &job))?;
    let files: Vec<OsString> = papers.iter().map(|paper| paper.path.clone().into()).collect();
    let out = |name: &str| -> OsString { kept.join(name).into() };
    let us: OsString = std::env::current_exe()?.into();
    let ours = |stage: &str| {
        let arguments = vec!["--press".into(), stage.into(), job_file.clone().into(), out("ours.pdf")];
        (us.clone(), arguments)
    };
    let mut mutool: Vec<OsString> = vec!["merge".into(), "-o".into(), out("mutool.pdf")];
    mutool.extend(files.clone());
    let mut qpdf: Vec<OsString> =
        vec!["--warning-exit-0".into(), "--no-warn".into(), "--empty".into(), "--pages".into()];
    qpdf.extend(files.clone());
    qpdf.extend(["--".into(), out("qpdf.pdf")]);
    let mut contenders = vec![
        ("mutool merge", ("mutool".into(), mutool)),
        ("qpdf --empty --pages", ("qpdf".into(), qpdf)),
        ("panelclerk, assembling alone", ours("assemble")),
        ("panelclerk, whole pack", ours("pack")),
        ("panelclerk, protecting it", ours("protect")),
        ("panelclerk, verifying it", ours("verify")),
    ];
    if let Some(jar) = std::env::var_os("PDFBOX_JAR") {
        let mut pdfbox: Vec<OsString> = vec!["-jar".into(), jar, "merge".into()];
        pdfbox.extend(files.iter().flat_map(|file| ["-i".into(), file.clone()]));
        pdfbox.extend(["-o".into(), out("pdfbox.pdf")]);
        contenders.insert(2, ("PDFBox merge", ("java".into(), pdfbox)));
    }
    let mut first = None;
    for (name, (program, arguments)) in contenders {
        let Some(Timed { seconds, megabytes, clocks }) = best(&program, &arguments) else {
            println!("{name:<30} skipped: not installed, or it failed");
            continue;
        };
        let base = *first.get_or_insert(seconds);
        println!("{name:<30} {seconds:7.2} s  {:6.2} of the first  {megabytes:6} MB", seconds / base);
        for (what, seconds) in clocks {
            println!("    {what:<26} {seconds:7.2} s");
        }
    }
    Ok(())
}

/// The quickest of some runs, and the most memory any of them took.
struct Timed {
    seconds: f64,
    megabytes: u64,
    /// What our own process says of itself.
    clocks: BTreeMap<String, f64>,
}

fn best(program: &OsString, arguments: &[OsString]) -> Option<Timed> {
    let mut timed = Timed { seconds: f64::INFINITY, megabytes: 0, clocks: BTreeMap::new() };
    for _ in 0..RUNS {
        let mut command = Command::new("/usr/bin/time");
        command.args(["-f", "peak %M"]).arg(program).args(arguments).stdout(Stdio::piped());
        let start = Instant::now();
        let ran = command.output().ok()?;
        timed.seconds = timed.seconds.min(start.elapsed().as_secs_f64());
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        let peak =
            said.lines().rev().find_map(|line| line.strip_prefix("peak ")?.trim().parse::<u64>().ok())?;
        if !ran.status.success() {
            eprintln!("{}", said.lines().rev().take(5).collect::<Vec<_>>().join("\n"));
            return None;
        }
        timed.megabytes = timed.megabytes.max(peak / 1024);
        for line in String::from_utf8_lossy(&ran.stdout).lines() {
            if let Some((what, seconds)) = line.strip_prefix("clock ").and_then(|line| line.rsplit_once(' '))
            {
                let seconds: f64 = seconds.parse().ok()?;
                let least = timed.clocks.entry(what.to_owned()).or_insert(seconds);
                *least = least.min(seconds);
            }
        }
    }
    Some(timed)
}

/// Does something and says how long it took.
fn clocked<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("clock {what} {:.4}", start.elapsed().as_secs_f64());
    done
}

/// Sheets with nothing on them.
const BLANK: &str = "#let data = json(\"data.json\")\n\
    #for (at, sheet) in data.sheets.enumerate() { if at > 0 { pagebreak() }; [#metadata(sheet.name) <sheet>] }";

/// One contender's process: assembles with blank sheets, presses the whole pack, or protects or verifies the one pressed before.
fn press(stage: &str, job: &str, out: &str) -> Outcomes<()> {
    let out = Path::new(out);
    let manifest_file = out.with_extension("json");
    if stage == "protect" {
        let copy = out.with_extension("protected.pdf");
        fs::copy(out, &copy)?;
        clocked("protecting", || protect_file(&copy, "a password of the bench"))?;
        return Ok(());
    }
    let job: PressJob =
        clocked("reading the plan", || Ok::<_, Box<dyn Error>>(serde_json::from_slice(&fs::read(job)?)?))?;
    if stage == "verify" {
        let manifest: Manifest = serde_json::from_slice(&fs::read(manifest_file)?)?;
        let faults = clocked("verifying", || {
            Ok::<_, std::io::Error>(verify(fs::read(out)?, None, &manifest, &job.renditions))
        })?;
        for fault in faults {
            let entry = match fault.whose {
                Whose::Entry(at) => manifest.entries.get(at),
                _ => None,
            };
            let entry = entry.and_then(|entry| entry.rendition_sha256.as_ref());
            let path = entry.and_then(|hash| job.renditions.get(hash));
            eprintln!("{path:?} {}", fault.finding.message);
        }
        return Ok(());
    }
    let template = if stage == "assemble" { BLANK } else { &job.template };
    let front = clocked("setting the sheets", || front::set(&job.plan, template, &BTreeMap::new()))?;
    let whole = front.paging.whole();
    let written = match clocked("assembling", || assemble(&job.plan, &front, whole, &job.renditions, out))? {
        Outcome::Written(written) => written,
        Outcome::Faulty(faults) => return Err(format!("{faults:?}").into()),
    };
    if stage == "pack" {
        let manifest = serde_json::to_vec(&Manifest::of(&job.plan, &front.paging, written.sha256))?;
        fs::File::create(manifest_file)
            .and_then(|mut file| std::io::Write::write_all(&mut file, &manifest))?;
    }
    Ok(())
}

fn job(papers: &[Paper]) -> PressJob {
    let renditions = papers.iter().map(|paper| (paper.sha256.clone(), paper.path.clone())).collect();
    PressJob { plan: plan(papers), template: include_str!("../templates/pack.typ").to_owned(), renditions }
}

fn plan(papers: &[Paper]) -> Plan {
    let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
    let at = |day, hour| {
        London.with_ymd_and_hms(2026, 11, day, hour, 0, 0).single().expect("a November noon exists once")
    };
    let meeting = Meeting {
        date,
        usual_date: date,
        starts: at(23, 13),
        ends: None,
        cutoff: at(18, 15),
        agenda_due: None,
        record_due: None,
    };
    let heading = Heading {
        panel: "Placement Panel (benchmark)".to_owned(),
        short: "Bench".to_owned(),
        council: "Nowhere Council".to_owned(),
        venue: String::new(),
        marking: "OFFICIAL-SENSITIVE".to_owned(),
        category: None,
        record_system: "Liquidlogic".to_owned(),
        record_type: String::new(),
        record_heading: String::new(),
        record_by: None,
        case_label: "LCS ID".to_owned(),
        escalation: String::new(),
        file_stem: "{what}".to_owned(),
    };
    let numbered: Vec<(u32, &Paper)> = (1..).zip(papers).collect();
    let cases = (100_000..).zip(numbered.chunks(PAPERS)).map(|(id, papers)| case(id, papers)).collect();
    Plan {
        facts: PackFacts::new(heading, Words::default(), Sha256::from_digest([7; 32])),
        meeting,
        next_meeting: None,
        timetable: Vec::new(),
        cases,
        left_out: Vec::new(),
        unfiled: 0,
        supplements: Vec::new(),
        withheld: BTreeSet::new(),
        omitted: BTreeMap::new(),
        extract: false,
        unverified: Vec::new(),
        shipped_sheets: false,
        frozen: BTreeMap::new(),
    }
}

fn case(id: u32, papers: &[(u32, &Paper)]) -> PlannedCase {
    let papers = papers.iter().map(|(number, paper)| PlannedPaper {
        which: Which { number: PaperNumber::new(*number), version: 1 },
        title: format!("Document {number}"),
        kind: None,
        sha256: paper.sha256.clone(),
        dated: None,
        late: false,
        unconfirmed: false,
        shown: Shown::Included(Rendition {
            sha256: paper.sha256.clone(),
            pages: paper.pages,
            without_text: Vec::new(),
        }),
    });
    PlannedCase {
        id: id.to_string().parse().expect("six digits are a case number"),
        section: format!("Section {}", id / 10),
        item: String::new(),
        starts: None,
        minutes: 0,
        child: "AB".to_owned(),
        age: None,
        request: "New placement".to_owned(),
        presenters: Vec::new(),
        flags: Vec::new(),
        note: String::new(),
        arrival: Verdict::InTime,
        follows: false,
        key_fields: Vec::new(),
        costs: Vec::new(),
        split: Vec::new(),
        missing: Vec::new(),
        warnings: Vec::new(),
        earlier: Vec::new(),
        papers: papers.collect(),
    }
}

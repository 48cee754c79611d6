//! Reading one paper, start to end: what it is, what it says, and its rendition. Runs inside a worker.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::panel::seen::{FileFormat, Reading};
use crate::paper::by_format::{self, Depth, Opened, Pages};
use crate::paper::format::{self, Family};
use crate::paper::office;
use crate::paper::said::apart::Apart;
use crate::paper::said::sentences;
use crate::paper::said::ticks;
use crate::paper::said::unseen;
use crate::paper::said::words::{self, WordCheck};
use crate::paper::sniff;
use crate::pdf::text::{self, PageWords, page_numbers};
use crate::stationery::fonts;
use crate::worker::given;
use crate::worker::work::Work;

/// One paper to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The content, in the store.
    pub content: PathBuf,
    /// What it was dropped as; only its ending and shape are looked at.
    pub name: String,
    /// The folder of bundled faces.
    pub fonts: PathBuf,
    /// Pages a paper may have.
    pub most_pages: u32,
    pub want: Want,
}

/// How much is to be done: less is asked where more has killed a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    Everything,
    /// The same without the engine: pages of what was read, set plainly.
    Plain,
    /// What it says, without a rendition.
    Reading,
    /// What it is, without opening it further.
    Look,
}

impl Want {
    fn pages(self) -> Pages {
        match self {
            Want::Everything => Pages::Engine,
            Want::Plain => Pages::Plain,
            Want::Reading | Want::Look => Pages::None,
        }
    }
}

/// What became of a paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub reading: Reading,
    /// The PDF made of it; none where there is nothing that could be shown.
    pub rendition: Option<Rendition>,
    /// Papers inside the paper: a mail's attachments.
    pub attachments: Vec<Attachment>,
    /// What is looked for on its pages besides its text.
    pub apart: Apart,
    /// Words and numbers that are not there.
    pub missing: usize,
    /// What is to be said about the rendition; what is wrong with the paper itself is in the reading.
    pub findings: Vec<Finding>,
}

/// The numbers of a rendition and of the first attachment among the files that come with the answer.
pub const RENDITION: u32 = 1;
pub const FIRST_ATTACHMENT: u32 = 2;

/// A PDF of page content only: [`RENDITION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    pub sha256: Sha256,
    pub pages: u32,
    /// Pages from 1 that show nothing at all.
    pub blank_pages: Vec<u32>,
    /// Pages from 1 without words.
    pub pages_without_text: Vec<u32>,
    /// What made it: engine and faces. A rendition is made once for each and kept.
    pub made_by: String,
}

/// A file that came inside another: they are numbered from [`FIRST_ATTACHMENT`] on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    pub sha256: Sha256,
}

/// What makes renditions today: part of the key they are kept under.
pub fn made_by() -> String {
    format!("{}, faces {}, pages 4", office::ENGINE, fonts::fingerprint())
}

impl Work for Job {
    const NAME: &'static str = "paper";
    type Answer = Answer;

    /// Each lesser try gets less time, so that all together, with a second engine's, end within the limit.
    fn share(&self) -> u64 {
        match self.want {
            Want::Everything => 50,
            Want::Plain => 13,
            Want::Reading => 7,
            Want::Look => 5,
        }
    }

    fn given(&self) -> Vec<PathBuf> {
        vec![self.content.clone()]
    }

    fn carry_out(&self, out: &Path) -> Result<Answer, String> {
        fonts::lie_in(&self.fonts);
        let bytes = given::read(&self.content)
            .map_err(|error| format!("the stored content cannot be read: {error}"))?;
        answer(self, &bytes, out)
    }
}

/// Reads `bytes` as far as the job wants; files go to `out`.
///
/// Fails when `out` cannot be written; what is wrong with the paper is a finding.
pub fn answer(job: &Job, bytes: &[u8], out: &Path) -> Result<Answer, String> {
    let sniffed = sniff::content::sniff(bytes, &job.name);
    let mut paper = Opened::nothing(sniffed.format);
    if job.want != Want::Look && sniffed.readable {
        let depth = Depth { fonts: &job.fonts, most_pages: job.most_pages, pages: job.want.pages() };
        paper = by_format::open(bytes, sniffed.format, &depth);
        if depth.pages == Pages::Engine && is_cut_workbook(&paper) {
            paper = by_format::open(bytes, sniffed.format, &Depth { pages: Pages::Plain, ..depth });
        }
    }
    // What the first look found comes first.
    let mut findings = sniffed.findings;
    findings.append(&mut paper.reading.findings);
    paper.reading.findings = findings;
    let mut answer = Answer {
        reading: paper.reading,
        rendition: None,
        attachments: Vec::new(),
        apart: paper.apart,
        missing: 0,
        findings: paper.findings,
    };
    if let Some(pdf) = paper.pdf {
        keep(&pdf, job, out, &mut answer)?;
    }
    if matches!(job.want, Want::Everything | Want::Plain) {
        answer.attachments = attach(paper.attached, out)?;
    }
    Ok(answer)
}

/// Whether the engine let rows, columns or numbers of a workbook run off its pages: all words set plainly are better than some in place.
fn is_cut_workbook(paper: &Opened) -> bool {
    let workbook = matches!(paper.reading.format, FileFormat::Excel | FileFormat::ExcelMacro);
    let pages = paper.pdf.as_deref().filter(|_| workbook).and_then(text::words);
    pages.map(|pages| shown(&pages)).is_some_and(|shown| {
        // A number too wide for its column is printed as a row of hashes.
        let hashed = shown.contains("###") && !paper.reading.text.contains("###");
        let other = 0 < words::check_values(&paper.apart.values, &shown).missing;
        hashed || other || word_check(&paper.reading, &paper.apart, &shown).is_short()
    })
}

/// All that can be read on the pages.
fn shown(pages: &[PageWords]) -> String {
    pages.iter().map(PageWords::text).collect::<Vec<_>>().join("\n")
}

/// Checks a rendition against what the paper says, and writes it out.
fn keep(pdf: &[u8], job: &Job, out: &Path, answer: &mut Answer) -> Result<(), String> {
    let Some(pages) = text::words(pdf) else {
        answer.findings.push(sentences::not_rendered(answer.reading.format));
        return Ok(());
    };
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    if job.most_pages < count {
        answer.findings.push(sentences::too_many_pages(count, job.most_pages));
        return Ok(());
    }
    let shown = shown(&pages);
    // Pages that are pictures have no words in the PDF to look for.
    if !answer.reading.findings.iter().any(|finding| finding.code == "pages-as-pictures") {
        let lost = lost(&answer.reading, &answer.apart, &shown);
        answer.missing = lost.missing;
        answer.findings.extend(lost.findings);
    }
    // A PDF brings its own faces: a letter that shows as a box was a box before.
    if answer.reading.format != FileFormat::Pdf {
        answer.findings.extend(ticks::lost(&answer.reading, &shown).map(sentences::ticks_lost));
        answer.findings.extend(sentences::letters_not_shown(text::boxed(&pages)));
    }
    answer.findings.extend(unseen::findings(&pages));
    let blank_pages = page_numbers(&pages, PageWords::is_blank);
    if blank_pages.len() == pages.len() {
        answer.findings.push(sentences::blank_pages());
    }
    write(&out.join(RENDITION.to_string()), pdf)?;
    answer.rendition = Some(Rendition {
        sha256: hash(pdf),
        pages: count,
        blank_pages,
        pages_without_text: page_numbers(&pages, |page| page.words.is_empty()),
        made_by: made_by(),
    });
    Ok(())
}

/// What of a paper is not on pages made of it.
#[derive(Debug)]
pub(crate) struct Lost {
    /// Words and numbers, whether that is worth saying or not.
    pub missing: usize,
    pub findings: Vec<Finding>,
}

/// Looks for a paper's words, drawings and list numbers on pages made of it.
pub(crate) fn lost(reading: &Reading, apart: &Apart, shown: &str) -> Lost {
    let check = word_check(reading, apart, shown);
    let mut lost = Lost { missing: check.missing, findings: Vec::new() };
    if check.is_short() {
        lost.findings.push(sentences::words_lost(&check));
    }
    for (drawing, check) in words::check_drawn(&apart.drawn, shown) {
        lost.findings.push(sentences::drawing_lost(drawing.what, &check));
    }
    let numbers = words::check_numbers(&apart.numbered, shown);
    lost.missing += numbers.missing;
    lost.findings.extend(sentences::numbers_lost(&numbers));
    let values = words::check_values(&apart.values, shown);
    lost.missing += values.missing;
    lost.findings.extend(sentences::values_lost(&values));
    lost
}

/// Looks for the words of a paper on pages made of it.
fn word_check(reading: &Reading, apart: &Apart, shown: &str) -> WordCheck {
    match format::of(reading.format).family {
        Family::Cells => words::check_workbook(&reading.text, &apart.running, shown),
        Family::Text | Family::Other => words::check(&reading.text, &apart.running, shown),
    }
}

/// Writes attachments out under plain numbers: their names are somebody else's.
fn attach(attached: Vec<(String, Vec<u8>)>, out: &Path) -> Result<Vec<Attachment>, String> {
    let mut written = Vec::new();
    for (number, (name, content)) in (FIRST_ATTACHMENT..).zip(attached) {
        write(&out.join(number.to_string()), &content)?;
        written.push(Attachment { name: plain_name(&name), sha256: hash(&content) });
    }
    Ok(written)
}

/// A name out of a mail as one file's name: no folders, and nothing that hides or turns what follows.
fn plain_name(name: &str) -> String {
    const LONGEST: usize = 150;
    let hides = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let plain: String = name
        .chars()
        .map(|letter| if hides(letter) || matches!(letter, '/' | '\\') { '_' } else { letter })
        .collect();
    let plain = plain.trim();
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 5 => (stem, format!(".{ending}")),
        _ => (plain, String::new()),
    };
    format!("{}{ending}", stem.chars().take(LONGEST).collect::<String>())
}

/// What the main process compares a file with before it keeps it.
pub(crate) fn hash(bytes: &[u8]) -> Sha256 {
    Sha256::from_digest(sha2::Sha256::digest(bytes).into())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let written = File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

//! Reading one paper, start to end: what it is, what it says, and its rendition. Runs inside a worker.

use std::borrow::Cow;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::panel::seen::{FileFormat, Reading};
use crate::paper::by_format::{Depth, Pages};
use crate::paper::compare::Compared;
use crate::paper::office;
use crate::paper::pdf::raster;
use crate::paper::said::apart::Apart;
use crate::paper::said::sentences;
use crate::paper::said::unseen;
use crate::paper::sniff;
use crate::paper::tries::{self, Try};
use crate::pdf::text::{PageWords, page_numbers};
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
    /// Whether pages on which words are blackened are made pictures, without those words.
    pub blackened_as_pictures: bool,
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
    /// Words and numbers that are not there, or cannot be read there.
    pub faults: usize,
    /// What is to be said about the rendition; what is wrong with the paper itself is in the reading.
    pub findings: Vec<Finding>,
}

impl Answer {
    /// A paper without pages.
    fn of(reading: Reading, apart: Apart) -> Self {
        Answer { reading, rendition: None, attachments: Vec::new(), apart, faults: 0, findings: Vec::new() }
    }
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
    format!("{}, faces {}, pages 5", office::ENGINE, fonts::fingerprint())
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
    if job.want == Want::Look || !sniffed.readable {
        let reading = Reading { findings: sniffed.findings, ..Reading::empty(sniffed.format) };
        return Ok(Answer::of(reading, Apart::default()));
    }
    let depth = Depth { fonts: &job.fonts, most_pages: job.most_pages, pages: job.want.pages() };
    let Try { mut paper, pages, compared, .. } = tries::best(bytes, sniffed.format, &depth);
    // What the first look found comes first.
    let mut findings = sniffed.findings;
    findings.append(&mut paper.reading.findings);
    paper.reading.findings = findings;
    let mut answer = Answer { findings: paper.findings, ..Answer::of(paper.reading, paper.apart) };
    if let Some(pdf) = paper.pdf {
        match pages {
            Some(pages) => keep(&pdf, &pages, compared, job, out, &mut answer)?,
            None => answer.findings.push(sentences::not_rendered(answer.reading.format)),
        }
    }
    if matches!(job.want, Want::Everything | Want::Plain) {
        answer.attachments = attach(paper.attached, out)?;
    }
    Ok(answer)
}

/// Writes a rendition out, and says what is to be said of it.
fn keep(
    pdf: &[u8],
    pages: &[PageWords],
    compared: Compared,
    job: &Job,
    out: &Path,
    answer: &mut Answer,
) -> Result<(), String> {
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    if job.most_pages < count {
        answer.findings.push(sentences::too_many_pages(count, job.most_pages));
        return Ok(());
    }
    answer.faults = compared.faults;
    answer.findings.extend(compared.findings);
    answer.findings.extend(unseen::findings(pages));
    let is_pdf = answer.reading.format == FileFormat::Pdf;
    let Pictured { pdf, numbers, findings } = pictured(pdf, pages, is_pdf, job);
    answer.findings.extend(findings);
    let blank_pages = page_numbers(pages, PageWords::is_blank);
    if blank_pages.len() == pages.len() {
        answer.findings.push(sentences::blank_pages());
    }
    write(&out.join(RENDITION.to_string()), &pdf)?;
    answer.rendition = Some(Rendition {
        sha256: hash(&pdf),
        pages: count,
        blank_pages,
        pages_without_text: without_text(pages, &numbers),
        made_by: made_by(),
    });
    Ok(())
}

/// Pages some of which became pictures.
pub(crate) struct Pictured<'p> {
    pub pdf: Cow<'p, [u8]>,
    /// Their numbers, from 1.
    pub numbers: Vec<u32>,
    pub findings: Vec<Finding>,
}

/// Makes the pages on which words are blackened pictures, where that is wanted: whatever covers words does not keep them from
/// being copied out of a pack. Of a PDF as dropped, those as well on which words lie where they are not seen.
pub(crate) fn pictured<'p>(pdf: &'p [u8], pages: &[PageWords], as_dropped: bool, job: &Job) -> Pictured<'p> {
    let as_they_are = |pdf| Pictured { pdf: Cow::Borrowed(pdf), numbers: Vec::new(), findings: Vec::new() };
    let hides = |page: &PageWords| 0 < page.unseen.blackened || (as_dropped && 0 < page.off);
    let numbers = page_numbers(pages, hides);
    if !job.blackened_as_pictures || numbers.is_empty() {
        return as_they_are(pdf);
    }
    let at = pages.iter().enumerate().filter(|(_, page)| hides(page)).map(|(at, _)| at).collect();
    match raster::instead(pdf, &at) {
        Ok(pdf) => {
            let findings = vec![unseen::as_pictures(&numbers)];
            Pictured { pdf: Cow::Owned(pdf), numbers, findings }
        }
        Err(_) => as_they_are(pdf),
    }
}

/// The pages without words, and those that became pictures.
pub(crate) fn without_text(pages: &[PageWords], pictured: &[u32]) -> Vec<u32> {
    let mut without = page_numbers(pages, |page| page.words.is_empty());
    without.extend(pictured);
    without.sort_unstable();
    without.dedup();
    without
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

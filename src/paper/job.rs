//! Reading one paper, start to end: what it is, what it says, and its rendition. Runs inside a worker.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::panel::seen::{Reading, Sort};
use crate::paper::office;
use crate::paper::pdf_text::{self, PageWords};
use crate::paper::sniff::{self, Sniffed};
use crate::paper::{image, pdf, pdf_open, plain, sentences, words};
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
    /// What it says, without a rendition.
    Reading,
    /// What it is, without opening it further.
    Look,
}

/// What became of a paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub reading: Reading,
    /// The PDF made of it; none where there is nothing that could be shown.
    pub rendition: Option<Rendition>,
    /// Papers inside the paper: a mail's attachments.
    pub attachments: Vec<Attachment>,
    /// What is to be said about the rendition; what is wrong with the paper itself is in the reading.
    pub findings: Vec<Finding>,
}

/// A PDF of page content only, in the folder of files that comes with the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    pub file: PathBuf,
    pub pages: u32,
    /// Pages from 1 that show nothing at all.
    pub blank_pages: Vec<u32>,
    /// Pages from 1 without words.
    pub pages_without_text: Vec<u32>,
    /// What made it: engine and faces. A rendition is made once for each and kept.
    pub made_by: String,
}

/// A file that came inside another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    pub file: PathBuf,
}

/// What makes renditions today: part of the key they are kept under.
pub fn made_by() -> String {
    format!("{}, faces {}, pages 1", office::ENGINE, crate::stationery::fonts::fingerprint())
}

impl Work for Job {
    const NAME: &'static str = "paper";
    type Answer = Answer;

    fn carry_out(&self, out: &Path) -> Result<Answer, String> {
        let bytes = std::fs::read(&self.content)
            .map_err(|error| format!("the stored content cannot be read: {error}"))?;
        answer(self, &bytes, out)
    }
}

/// A page-content PDF made of a paper, before it is checked.
struct Made {
    pdf: Vec<u8>,
    findings: Vec<Finding>,
}

/// Reads `bytes` as far as the job wants; files go to `out`.
pub fn answer(job: &Job, bytes: &[u8], out: &Path) -> Result<Answer, String> {
    let sniffed = sniff::sniff(bytes, &job.name);
    let mut answer = Answer {
        reading: plain::empty(sniffed.sort),
        rendition: None,
        attachments: Vec::new(),
        findings: Vec::new(),
    };
    if job.want != Want::Look && sniffed.readable {
        let made = read(job, bytes, &sniffed, &mut answer);
        if let Some(made) = made.filter(|_| job.want == Want::Everything) {
            answer.findings.extend(made.findings);
            keep(made.pdf, job, out, &mut answer)?;
        }
    }
    // What the first look found comes first, once.
    let mut findings = sniffed.findings;
    findings.append(&mut answer.reading.findings);
    answer.reading.findings = findings;
    Ok(answer)
}

/// Reads one sort of paper; gives its pages where there are any.
fn read(job: &Job, bytes: &[u8], sniffed: &Sniffed, answer: &mut Answer) -> Option<Made> {
    let everything = job.want == Want::Everything;
    match sniffed.sort {
        Sort::Pdf => read_pdf(job, bytes, answer),
        Sort::Word | Sort::WordMacro | Sort::Excel | Sort::ExcelMacro | Sort::PowerPoint => {
            read_office(bytes, sniffed.sort, &mut answer.reading);
            everything.then(|| render_office(job, bytes, sniffed.sort, &mut answer.findings)).flatten()
        }
        Sort::Png | Sort::Jpeg | Sort::Tiff | Sort::Gif | Sort::Bmp | Sort::WebP => {
            match image::render(bytes, sniffed.sort) {
                Ok((pdf, _)) => Some(Made { pdf, findings: Vec::new() }),
                Err(finding) => {
                    answer.reading.findings.push(*finding);
                    None
                }
            }
        }
        other => {
            answer.findings.push(sentences::no_engine(other));
            None
        }
    }
}

fn read_office(bytes: &[u8], sort: Sort, reading: &mut Reading) {
    if let (Sort::Word | Sort::WordMacro, Some(text)) = (sort, plain::word(bytes)) {
        *reading = plain::of_text(sort, &text);
    }
}

fn render_office(job: &Job, bytes: &[u8], sort: Sort, findings: &mut Vec<Finding>) -> Option<Made> {
    let rendered = match office::render(bytes, sort, &job.fonts) {
        Ok(rendered) => rendered,
        Err(_) => {
            findings.push(sentences::not_rendered(sort));
            return None;
        }
    };
    let opened = pdf_open::open(&rendered.pdf).ok()?;
    let normalised = pdf::normalise(&opened).ok()?;
    Some(Made { pdf: normalised.pdf, findings: Vec::new() })
}

fn read_pdf(job: &Job, bytes: &[u8], answer: &mut Answer) -> Option<Made> {
    let reading = &mut answer.reading;
    let opened = match pdf_open::open(bytes) {
        Ok(opened) => opened,
        Err(finding) => {
            // Cut short and damaged are one thing to whoever dropped it.
            reading.findings.push(*finding);
            return None;
        }
    };
    let count = opened.objects.as_ref().map_or(0, |(_, pages)| pages.len());
    let count = u32::try_from(count.max(opened.second.as_ref().map_or(0, |pdf| pdf.pages().len())))
        .unwrap_or(u32::MAX);
    reading.facts.pages = Some(count);
    reading.facts.owner_locked = opened.owner_locked;
    if job.most_pages < count {
        reading.findings.push(sentences::too_many_pages(count, job.most_pages));
        return None;
    }
    reading.findings.extend(opened.findings.iter().cloned());
    let normalised = match pdf::normalise(&opened) {
        Ok(normalised) => normalised,
        Err(_) => {
            reading.findings.push(sentences::unreadable_pdf());
            return None;
        }
    };
    let pages = pdf_text::words(&normalised.pdf).unwrap_or_default();
    let text = pages.iter().map(PageWords::text).collect::<Vec<_>>().join("\n");
    let findings = std::mem::take(&mut reading.findings);
    let facts = std::mem::take(&mut reading.facts);
    *reading = plain::of_text(Sort::Pdf, &text);
    reading.facts = crate::panel::seen::Facts { words: reading.facts.words, ..facts };
    reading.facts.comments = normalised.comments;
    reading.facts.external.clone_from(&normalised.links);
    reading.facts.embedded.clone_from(&normalised.files);
    reading.facts.pages_without_text = page_numbers(&pages, |page| page.words.is_empty());
    reading.findings = findings;
    reading.findings.extend(normalised.findings.iter().cloned());
    Some(Made { pdf: normalised.pdf, findings: Vec::new() })
}

/// Checks a rendition against what the paper says, and writes it out.
fn keep(made: Vec<u8>, job: &Job, out: &Path, answer: &mut Answer) -> Result<(), String> {
    let Some(pages) = pdf_text::words(&made) else {
        answer.findings.push(sentences::not_rendered(answer.reading.sort));
        return Ok(());
    };
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    if job.most_pages < count {
        answer.findings.push(sentences::too_many_pages(count, job.most_pages));
        return Ok(());
    }
    let shown = pages.iter().map(PageWords::text).collect::<Vec<_>>().join("\n");
    let check = words::check(&answer.reading.text, &shown);
    if check.is_short() {
        answer.findings.push(sentences::words_lost(&check));
    }
    let file = PathBuf::from("rendition.pdf");
    let path = out.join(&file);
    File::create(&path)
        .and_then(|mut file| file.write_all(&made))
        .map_err(|error| format!("cannot write the rendition: {error}"))?;
    answer.rendition = Some(Rendition {
        file,
        pages: count,
        blank_pages: page_numbers(&pages, PageWords::is_blank),
        pages_without_text: page_numbers(&pages, |page| page.words.is_empty()),
        made_by: made_by(),
    });
    Ok(())
}

fn page_numbers(pages: &[PageWords], holds: impl Fn(&PageWords) -> bool) -> Vec<u32> {
    (1..).zip(pages).filter(|(_, page)| holds(page)).map(|(number, _)| number).collect()
}

//! Having a paper read by the pool, whatever it does to the workers: every paper gets an answer.
//!
//! The only part of this room that runs in the main process. It sees answers, never content.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::clock::Stopwatch;
use crate::finding::Finding;
use crate::panel::seen::{PaperFacts, Reading};
use crate::paper::compare::compare;
use crate::paper::format::{self, Family};
use crate::paper::job::{self, Answer, Job, Want};
use crate::paper::plain;
use crate::paper::said::sentences;
use crate::paper::said::wording;
use crate::paper::second_engine::{self, Convert, Converted};
use crate::worker::error::WorkerError;
use crate::worker::pool::{Answered, Pool, Program};
use crate::worker::terms::Terms;

/// Everything that opens papers: the readers, and the second engine where there is one.
#[derive(Debug)]
pub struct Readers {
    first: Pool,
    second: Option<SecondEngine>,
}

/// A pool whose workers may run the second engine, and where that is.
#[derive(Debug)]
struct SecondEngine {
    pool: Pool,
    program: PathBuf,
    /// What one paper may take altogether.
    seconds: u64,
    /// What it calls itself: asked with the first paper, for LibreOffice takes most of a second to say it.
    made_by: OnceLock<String>,
}

/// Hundredths of a paper's time that the second engine gets however long the first tried.
const LEAST_SHARE: u64 = 15;

/// Hundredths of a paper's time that starting and ending workers may take.
const MARGIN: u64 = 12;

impl Readers {
    /// So many readers running `program` within `terms`, and as many for the engine at `second`.
    pub fn new(
        program: Program,
        terms: &Terms,
        workers: usize,
        workplace: &Path,
        second: Option<&Path>,
    ) -> Self {
        let first = Pool::new(program.clone(), terms.clone(), workers, workplace);
        let second = second.map(|engine| SecondEngine {
            pool: Pool::new(program, second_engine::terms(terms, engine), workers, workplace),
            program: engine.to_owned(),
            seconds: terms.seconds,
            made_by: OnceLock::new(),
        });
        Readers { first, second }
    }

    /// What this system cannot enforce on those who open papers, in words.
    pub fn gaps(&self) -> Result<Vec<String>, WorkerError> {
        let mut gaps = self.first.gaps()?;
        if let Some(second) = &self.second {
            gaps.extend(second.pool.gaps()?.into_iter().map(|gap| format!("second engine: {gap}")));
        }
        Ok(gaps)
    }

    /// What would make a rendition today. A rendition made by something else is kept, one that was not made is tried again.
    /// It is another where pages on which words are blackened keep those words.
    pub fn made_by(&self, blackened_as_pictures: bool) -> String {
        let second = if self.second.is_some() { ", second engine" } else { "" };
        let words = if blackened_as_pictures { "" } else { ", blackened words kept" };
        format!("{}{second}{words}", job::made_by())
    }
}

/// Reads and renders a paper, asking the second engine where the first could not show it or lost words of it.
///
/// An error means that no worker could be had at all, or that the stored content is gone.
pub fn ask(readers: &Readers, job: &Job) -> Result<Answered<Answer>, WorkerError> {
    let watch = Stopwatch::start();
    let first = ask_first(&readers.first, job)?;
    let Some(second) = readers.second.as_ref().filter(|_| could_be_better(&first.answer)) else {
        return Ok(first);
    };
    let share = watch.hundredths_left(second.seconds).saturating_sub(MARGIN).max(LEAST_SHARE);
    let format = first.answer.reading.format;
    let made_by = second.made_by.get().cloned();
    let convert = Convert { program: second.program.clone(), job: job.clone(), format, share, made_by };
    match second.pool.ask(&convert) {
        Ok(converted) => {
            // Whichever was first: they all say the same.
            let _ = second.made_by.set(converted.answer.rendition.made_by.clone());
            Ok(better(first, converted))
        }
        // LibreOffice could not do it: the embedded engine's answer stands, and it says what is missing.
        Err(_) => Ok(first),
    }
}

/// Asks the readers. When a paper is too much for a worker, less is asked, and a finding says so.
fn ask_first(pool: &Pool, job: &Job) -> Result<Answered<Answer>, WorkerError> {
    let trouble = match pool.ask(job) {
        Err(error) if !matches!(error, WorkerError::Unavailable(_) | WorkerError::Refused(_)) => error,
        done => return done,
    };
    let try_with = |want| pool.ask(&Job { want, ..job.clone() });
    let looked = try_with(Want::Look)?;
    // Only these formats can be opened in a cheaper way: their words without the engine's pages.
    let layered = format::of(looked.answer.reading.format).family != Family::Other;
    let less = if layered {
        try_with(Want::Plain).or_else(|_| try_with(Want::Reading))
    } else {
        Err(trouble.clone())
    };
    let mut answered = less.unwrap_or(looked);
    let shown = answered.answer.rendition.is_some();
    answered.answer.findings.insert(0, too_much(&trouble, shown));
    Ok(answered)
}

/// Whether the second engine may do better with a paper.
fn could_be_better(answer: &Answer) -> bool {
    let says = |findings: &[Finding], codes: &[&str]| {
        findings.iter().any(|finding| codes.contains(&finding.code.as_str()))
    };
    let over = says(&answer.findings, &["covered-words"]) && !answer.apart.in_front.is_empty();
    let lacking = answer.rendition.is_none() || over || answer.findings.iter().any(is_lacking);
    lacking && second_engine::can(answer.reading.format) && !says(&answer.reading.findings, &USELESS)
}

/// What no engine can mend.
const USELESS: [&str; 4] = ["password", "truncated", "bomb", "too-many-pages"];

/// What is said of pages with a fault; the second engine may make them better.
const FAULTS: [&str; 10] = [
    "words-lost",
    "pictures-lost",
    "drawing-lost",
    "list-numbers",
    "values-lost",
    "ticks-lost",
    "letters-not-shown",
    "words-overlap",
    "words-cut",
    "numbers-not-shown",
];

/// What is said where there are no pages, or none with the paper's layout.
const NO_LAYOUT: [&str; 4] = ["not-rendered", "no-engine", "set-plainly", "too-much"];

fn is_lacking(finding: &Finding) -> bool {
    let code = finding.code.as_str();
    FAULTS.contains(&code) || NO_LAYOUT.contains(&code)
}

/// The first answer with the second engine's pages, where those show more of what the paper says. Pages that were set plainly
/// are given up for pages that have its layout and no more fault than a word or two.
fn better(first: Answered<Answer>, second: Answered<Converted>) -> Answered<Answer> {
    let Answered { mut answer, files } = first;
    let Answered { answer: made, files: made_files } = second;
    let compared = compare(&answer.reading, &answer.apart, &made.shown);
    let faulty =
        |findings: &[Finding]| findings.iter().any(|finding| FAULTS.contains(&finding.code.as_str()));
    let sound = !faulty(&compared.findings) && !faulty(&made.findings);
    // The second engine sets a shape where the document has it: what it covers there is what it is meant to cover.
    let said = |shapes| sentences::shape_over_words(shapes);
    let over = (1..=answer.apart.in_front.len()).map(said).find(|over| answer.findings.contains(over));
    if over.is_some() && !sound && !answer.findings.iter().any(is_lacking) {
        return Answered { answer, files };
    }
    if answer.rendition.is_some() && !sound && answer.faults <= compared.faults {
        return Answered { answer, files };
    }
    answer.findings.retain(|finding| !is_lacking(finding) && Some(finding) != over.as_ref());
    answer.findings.push(sentences::by_second_engine());
    answer.faults = compared.faults;
    answer.findings.extend(compared.findings);
    // What one engine shows covered is held, whatever the other makes of it.
    let news = made.findings.into_iter().filter(|finding| !answer.findings.contains(finding));
    answer.findings.extend(news.collect::<Vec<_>>());
    if answer.reading.text.trim().is_empty() {
        let read = plain::of_text(answer.reading.format, &made.shown.text);
        let pages = Some(made.rendition.pages);
        let facts = PaperFacts { words: read.facts.words, pages, ..answer.reading.facts };
        let opening = wording::opening_of(&wording::text_of(&made.body));
        let (body, findings) = (made.body, answer.reading.findings);
        answer.reading = Reading { body, opening, facts, findings, ..read };
    }
    answer.rendition = Some(made.rendition);
    Answered { answer, files: made_files }
}

/// What is said of a paper that could not be shown, or not as it looks, because of what it does to a reader.
fn too_much(error: &WorkerError, shown: bool) -> Finding {
    let finding = if shown {
        Finding::warning("too-much", format!("the document could not be shown as it looks: it {error}"))
    } else {
        Finding::blocks("too-much", format!("the document could not be turned into pages: it {error}"))
    };
    finding.hint("save it as PDF where it came from, and drop that")
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::worker::serve::Hands;

    /// The test program itself, told to run only the test below, is the worker.
    #[test]
    #[ignore = "this is the worker process of the other tests"]
    fn worker_process() {
        Hands::default().able::<Job>().able::<Convert>().serve().unwrap();
    }

    fn this_program() -> Program {
        let arguments =
            ["--exact", "paper::ask::tests::worker_process", "--ignored", "--nocapture", "--test-threads=1"];
        Program { path: std::env::current_exe().unwrap(), arguments: arguments.map(Into::into).to_vec() }
    }

    /// A program of that name on this machine, if there is one.
    fn soffice() -> Option<PathBuf> {
        ["/usr/bin/soffice", "/usr/local/bin/soffice"].iter().map(PathBuf::from).find(|path| path.exists())
    }

    fn job(content: &Path, name: &str, fonts: &Path) -> Job {
        let (content, fonts) = (content.to_owned(), fonts.to_owned());
        Job {
            content,
            name: name.to_owned(),
            fonts,
            most_pages: 100,
            blackened_as_pictures: true,
            want: Want::Everything,
        }
    }

    #[test]
    fn the_second_engine_shows_what_the_first_cannot() {
        let Some(program) = soffice() else {
            println!("skipped: needs LibreOffice");
            return;
        };
        let (workplace, store) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let fonts = crate::stationery::fonts::lay_out(store.path()).unwrap();
        let blob = store.path().join("blob");
        let text = r"{\rtf1\ansi Care plan for a fictional child\par Second line}";
        std::io::Write::write_all(&mut std::fs::File::create(&blob).unwrap(), text.as_bytes()).unwrap();
        let terms = Terms::reading(1024, 60, vec![store.path().to_owned()]);
        let readers = Readers::new(this_program(), &terms, 1, workplace.path(), Some(&program));
        let answer = ask(&readers, &job(&blob, "plan.rtf", &fonts)).unwrap().answer;
        assert_eq!(answer.reading.text, "Care plan for a fictional child Second line");
        assert_eq!(answer.rendition.unwrap().pages, 1);
    }
}

//! Shows what becomes of each file of a folder: for looking at, not a check.
//!
//! `cargo run --example look_at_papers FOLDER [KEEP [SOFFICE]]`. What is read of each file and the pages made of it are put into
//! the folder KEEP; with the program SOFFICE the second engine is asked too. `benches/word_check.py` compares what is kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use panelclerk::clock::Stopwatch;
use panelclerk::paper::ask::{Readers, ask};
use panelclerk::paper::job::{Job, RENDITION, Want};
use panelclerk::paper::second_engine::Convert;
use panelclerk::stationery::fonts;
use panelclerk::worker::pool::{Answered, Program};
use panelclerk::worker::serve::Hands;
use panelclerk::worker::terms::Terms;

/// How this program is started to be a worker of itself.
const WORKER: &str = "worker";

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().context("which folder? `look_at_papers FOLDER [KEEP [SOFFICE]]`")?;
    if folder == Path::new(WORKER) {
        return Hands::default().able::<Job>().able::<Convert>().serve();
    }
    let folder = folder.canonicalize().with_context(|| format!("cannot open `{}`", folder.display()))?;
    let (keep, second) = (arguments.next(), arguments.next());
    let workplace = tempfile::TempDir::new()?;
    let faces = fonts::lay_out(workplace.path())?;
    let terms = Terms::reading(1024, 25, vec![folder.clone(), faces.clone()]);
    let program = Program { path: std::env::current_exe()?, arguments: vec![WORKER.into()] };
    let readers = Readers::new(program, &terms, 2, workplace.path(), second.as_deref());
    let counts: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let queue = Mutex::new(files(&folder)?.into_iter());
    std::thread::scope(|scope| {
        let hands = [(); 2].map(|()| {
            scope.spawn(|| -> Result<()> {
                while let Some(file) = next(&queue) {
                    let outcome = look(&readers, &faces, &file, keep.as_deref())?;
                    *counts.lock().expect("nobody panics holding it").entry(outcome).or_default() += 1;
                }
                Ok(())
            })
        });
        hands.into_iter().try_for_each(|hand| hand.join().expect("a thread here does not panic"))
    })?;
    for (outcome, count) in counts.into_inner().expect("nobody panicked") {
        println!("{count:5}  {outcome}");
    }
    Ok(())
}

fn next(queue: &Mutex<std::vec::IntoIter<PathBuf>>) -> Option<PathBuf> {
    queue.lock().expect("nobody panics holding it").next()
}

/// Every file below `folder`, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        found.extend(entry.file_type().is_file().then(|| entry.into_path()));
    }
    Ok(found)
}

/// Reads one file, keeps and prints what became of it; says it in a few words.
fn look(readers: &Readers, faces: &Path, file: &Path, keep: Option<&Path>) -> Result<String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (content, fonts) = (file.to_owned(), faces.to_owned());
    let job = Job {
        content,
        name: name.clone(),
        fonts,
        most_pages: 1500,
        blackened_as_pictures: true,
        want: Want::Everything,
    };
    let start = Stopwatch::start();
    let answered = ask(readers, &job);
    let took = start.elapsed().as_millis();
    let Answered { answer, files } = match answered {
        Ok(answered) => answered,
        Err(error) => {
            println!("{took:6} ms  {name}  ERROR {error}");
            return Ok("error".to_owned());
        }
    };
    if let Some(keep) = keep {
        fs::create_dir_all(keep)?;
        let mut read = fs::File::create(keep.join(format!("{name}.txt")))?;
        read.write_all(answer.reading.text.as_bytes())?;
        if answer.rendition.is_some() {
            fs::File::create(keep.join(format!("{name}.pdf")))?.write_all(&files.read(RENDITION)?)?;
        }
    }
    let findings = || answer.reading.findings.iter().chain(&answer.findings);
    let said: Vec<String> =
        findings().map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    let codes: Vec<&str> = findings().map(|finding| finding.code.as_str()).collect();
    let (format, words) = (answer.reading.format, answer.reading.facts.words);
    let pages = answer.rendition.as_ref().map(|made| made.pages);
    println!("{took:6} ms  {name}  {format:?} pages={pages:?} words={words} {said:?}");
    let shown = if pages.is_some() { "shown" } else { "not shown" };
    Ok(format!("{format:?} {shown} {}", codes.join("+")))
}

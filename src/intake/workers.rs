//! The workers that read papers: what they may see, and one paper read by them.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::config::Config;
use crate::finding::Finding;
use crate::paper::ask::{self, Readers};
use crate::paper::job::{Answer, Job, Want};
use crate::register::readings::Made;
use crate::share::open;
use crate::stationery::fonts;
use crate::worker::pool::Program;
use crate::worker::terms::Terms;

/// Workers within the configured limits. They see the store and the faces, and write beside the store.
///
/// Fails when the faces or the workers' folder cannot be made in the data folder.
pub fn hire(config: &Config, program: Program) -> Result<Readers> {
    let data = &config.folders.data;
    let limits = &config.limits;
    let readable = vec![data.join("store"), faces(data)?];
    let workplace = data.join("work");
    crate::register::place::make_private_folder(&workplace)?;
    let terms = Terms::reading(limits.memory_mb, limits.seconds, readable);
    Ok(Readers::new(program, &terms, limits.workers, &workplace, config.second_engine.as_deref()))
}

/// The folder of bundled faces, laid out in the data folder.
///
/// Fails when they cannot be written there.
pub fn faces(data: &Path) -> Result<PathBuf> {
    fonts::lay_out(&data.join("fonts"))
}

/// Has the content read that was dropped as `name`.
///
/// Fails when no worker can be started, or what one made is not where it says.
pub fn read(readers: &Readers, faces: &Path, most_pages: u32, content: &Path, name: &str) -> Result<Made> {
    let job = Job {
        content: content.to_owned(),
        name: name.to_owned(),
        fonts: faces.to_owned(),
        most_pages,
        want: Want::Everything,
    };
    let answered = ask::ask(readers, &job)?;
    let folder = answered.files.path();
    let Answer { mut reading, rendition, attachments, findings, .. } = answered.answer;
    let failed = findings.iter().any(|finding: &Finding| finding.code == "too-much");
    reading.findings.extend(findings);
    if let Some(made) = &rendition {
        // An empty page is no scan.
        let shows = |page: &u32| !made.blank_pages.contains(page);
        reading.facts.pages_without_text = made.pages_without_text.iter().copied().filter(shows).collect();
    }
    let rendition = rendition.map(|made| Ok::<_, anyhow::Error>((bytes(folder, &made.file)?, made.pages)));
    let parts = attachments.into_iter().map(|part| Ok((part.name, bytes(folder, &part.file)?)));
    Ok(Made { reading, failed, rendition: rendition.transpose()?, parts: parts.collect::<Result<_>>()? })
}

/// A file the worker left in its folder. Its name comes out of the worker, so it can name nothing else, and no link is
/// followed.
fn bytes(folder: &Path, file: &Path) -> Result<Vec<u8>> {
    let path = folder.join(file.file_name().unwrap_or(OsStr::new("")));
    let mut bytes = Vec::new();
    let read = open::to_read(&path).and_then(|mut file| file.read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read the worker's answer `{}`", path.display()))?;
    Ok(bytes)
}

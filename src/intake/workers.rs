//! The workers that read papers: what they may see, and one paper read by them.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use sha2::Digest;

use crate::config::Config;
use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::paper::ask::{self, Readers};
use crate::paper::job::{Answer, FIRST_ATTACHMENT, Job, RENDITION, Want};
use crate::register::readings::Made;
use crate::stationery::fonts;
use crate::worker::files::Files;
use crate::worker::pool::Program;
use crate::worker::terms::Terms;

/// Workers within the configured limits. They see the faces, are given one paper at a time, and write beside the store.
///
/// Fails when the faces or the workers' folder cannot be made in the data folder.
pub fn hire(config: &Config, program: Program) -> Result<Readers> {
    let data = &config.folders.data;
    let limits = &config.limits;
    let readable = vec![faces(config)?];
    let workplace = data.join("work");
    crate::register::place::make_private_folder(&workplace)?;
    let terms = Terms::reading(limits.memory_mb, limits.seconds, readable);
    Ok(Readers::new(program, &terms, limits.workers, &workplace, config.second_engine.as_deref()))
}

/// The folder of faces, laid out in the data folder: the bundled, the council's own, and Debian's Noto where it is installed.
///
/// Fails when one cannot be read, or they cannot be written there.
pub fn faces(config: &Config) -> Result<PathBuf> {
    let further = fonts::further(config.faces.as_deref());
    let place = fonts::lay_out_with(&config.folders.data.join("fonts"), &further)?;
    fonts::lie_in(&place);
    Ok(place)
}

/// Has the content read that was dropped as `name`.
///
/// Fails when no worker can be started, or what one made is not where it says.
pub fn read(
    readers: &Readers,
    faces: &Path,
    (most_pages, blackened_as_pictures): (u32, bool),
    content: &Path,
    name: &str,
) -> Result<Made> {
    let job = Job {
        content: content.to_owned(),
        name: name.to_owned(),
        fonts: faces.to_owned(),
        most_pages,
        blackened_as_pictures,
        want: Want::Everything,
    };
    let answered = ask::ask(readers, &job)?;
    let files = &answered.files;
    let Answer { mut reading, rendition, attachments, findings, .. } = answered.answer;
    let failed = findings.iter().any(|finding: &Finding| finding.code == "too-much");
    reading.findings.extend(findings);
    if let Some(made) = &rendition {
        // An empty page is no scan.
        let shows = |page: &u32| !made.blank_pages.contains(page);
        reading.facts.pages_without_text = made.pages_without_text.iter().copied().filter(shows).collect();
    }
    let rendition = rendition.map(|made| anyhow::Ok((kept(files, RENDITION, &made.sha256)?, made.pages)));
    let parts = (FIRST_ATTACHMENT..).zip(attachments);
    let parts = parts.map(|(number, part)| Ok((part.name, kept(files, number, &part.sha256)?)));
    Ok(Made { reading, failed, rendition: rendition.transpose()?, parts: parts.collect::<Result<_>>()? })
}

/// A file of an answer, known to be the one the answer is about.
fn kept(files: &Files, number: u32, sha256: &Sha256) -> Result<Vec<u8>> {
    let bytes = files.read(number)?;
    if Sha256::from_digest(sha2::Sha256::digest(&bytes).into()) != *sha256 {
        bail!("file {number} of a worker's answer is not the one the answer is about");
    }
    Ok(bytes)
}

//! Opens a pack again and holds it against its manifest; without a file, checks everything held.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

use crate::commands::house::{House, Settings};
use crate::commands::screen::{self, Exit, Usage};
use crate::commands::shipped;
use crate::finding::Finding;
use crate::pack::job::VerifyJob;
use crate::pack::manifest::Manifest;
use crate::panel::ids::Sha256;
use crate::register::Register;

#[derive(Debug, Args)]
pub struct Verify {
    /// A pack with its manifest beside it; left out, everything held is checked
    file: Option<PathBuf>,
}

pub fn run(settings: &Settings, args: &Verify) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let (what, findings) = match &args.file {
        Some(file) => (file.display().to_string(), pack(&house, &register, file)?),
        None => held(&house, &register)?,
    };
    if house.json {
        screen::json(&json!({ "verified": what, "ok": findings.is_empty(), "findings": findings }))?;
    } else if findings.is_empty() {
        screen::line(format!("{what}: as it must be"));
    } else {
        for finding in &findings {
            screen::line(format!("{}: {}", finding.subject, finding.message));
        }
    }
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Look })
}

/// The pack at `file` against the manifest beside it.
fn pack(house: &House, register: &Register, file: &Path) -> Result<Vec<Finding>> {
    let beside = file.with_extension("manifest.json");
    let text = fs::read(&beside).map_err(|error| {
        Usage::new(format!("`{}` cannot be read: {error}", beside.display()))
            .hint("keep the manifest in the folder of its pack")
    })?;
    let manifest: Manifest =
        serde_json::from_slice(&text).with_context(|| format!("`{}` is no manifest", beside.display()))?;
    // The worker sees the data folder only, so what lies elsewhere is brought to it.
    let copy = house.pressed_folder().join("to-verify.pdf");
    let bytes = fs::read(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    let press = house.press()?;
    shipped::put(&copy, &bytes)?;
    let job = VerifyJob {
        pack: copy.clone(),
        renditions: renditions(register, &manifest),
        cut: manifest.whole(),
        manifest,
    };
    let answered = press.ask(&job).with_context(|| format!("`{}`", file.display()));
    fs::remove_file(&copy).with_context(|| format!("`{}`", copy.display()))?;
    Ok(answered?.answer)
}

fn renditions(register: &Register, manifest: &Manifest) -> BTreeMap<Sha256, PathBuf> {
    let held = manifest.entries.iter().filter_map(|entry| {
        let sha = entry.rendition_sha256.as_ref()?;
        register.store().holds(sha).then(|| (sha.clone(), register.store().path(sha)))
    });
    held.collect()
}

/// Every content, every link of the chain.
fn held(house: &House, register: &Register) -> Result<(String, Vec<Finding>)> {
    let contents = register.store().list()?.len();
    let stage = house.progress.stage("checking what is held", contents);
    let audit = register.check_everything(&mut || stage.step())?;
    Ok((format!("{} contents and {} facts", audit.contents, audit.facts), audit.findings))
}

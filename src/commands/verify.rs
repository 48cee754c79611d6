//! Opens a pack again and holds it against its manifest; without a file, checks everything held.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

use crate::clerk::house::{self, House, Settings};
use crate::clerk::letters::passwords::Passwords;
use crate::commands::screen::{self, Exit};
use crate::finding::Finding;
use crate::pack::job::VerifyJob;
use crate::pack::manifest::Manifest;
use crate::panel::ids::Sha256;
use crate::panel::{london, when};
use crate::register::Register;
use crate::register::store;

#[derive(Debug, Args)]
pub struct Verify {
    /// A pack, a part of one or a member's copy that went out, or a pack with its manifest beside it; left out, everything held
    /// is checked
    file: Option<PathBuf>,
    /// Ask for the password of a protected copy, instead of reading it from the panel's files
    #[arg(long, requires = "file")]
    ask_password: bool,
}

pub fn run(settings: &Settings, args: &Verify) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let (what, findings) = match &args.file {
        Some(file) => (file.display().to_string(), pack(&house, &register, file, args.ask_password)?),
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

/// The file against the manifest kept with the very same file, or else against the one beside it.
fn pack(house: &House, register: &Register, file: &Path, ask: bool) -> Result<Vec<Finding>> {
    let bytes = house.read(file)?;
    let known = KnownPack::find(register, &store::hash_bytes(&bytes))?;
    let beside = beside(house, file)?;
    let mut findings = Vec::new();
    let Some(manifest) = known.as_ref().map(|known| &known.manifest).or(beside.as_ref()) else {
        let finding = Finding::blocks("pack-unknown", "no pack, part or copy that went out is this file")
            .hint("it was changed, it never went out, or its manifest is not in the same folder");
        return Ok(vec![finding.about(name(file))]);
    };
    let manifest = manifest.clone();
    if let (Some(known), Some(beside)) = (&known, beside)
        && !same(&known.manifest, &beside)
    {
        let finding = Finding::blocks("pack-manifest", "the manifest beside it is not the one kept with it");
        findings.push(finding.about(name(file)));
    }
    if !in_chain(register, &manifest)? {
        let said = "the record of evidence it was made from is not in this register";
        findings.push(Finding::blocks("pack-evidence", said).about(name(file)));
    }
    if !manifest.verified {
        findings.push(not_verified(register, &manifest)?.about(name(file)));
    }
    let password = known.map(|known| known.password(house, ask)).transpose()?.flatten();
    let password = match password {
        None if ask => Some(screen::ask_secret("Password of the file: ")?),
        password => password,
    };
    // The worker is given local files only, so what lies elsewhere is copied in.
    let press = house.press()?;
    let copy = house.copied_in(&bytes)?;
    let pack = copy.path().to_owned();
    let job = VerifyJob { pack, password, renditions: renditions(register, &manifest), manifest };
    findings.extend(press.ask(&job).with_context(|| format!("`{}`", file.display()))?.answer);
    Ok(findings)
}

/// A pack is no better for having been accepted.
fn not_verified(register: &Register, manifest: &Manifest) -> Result<Finding> {
    let packs = register.packs(manifest.meeting)?;
    let master =
        packs.iter().find(|pack| pack.version == manifest.version).map_or(&manifest.sha256, |pack| &pack.sha);
    let accepted = register.pack_accepted(master)?.map(|done| {
        let day = when::day(london::wall(done.at).date_naive());
        format!("; {} accepted it as it is on {day}: {}", done.hand.by, done.hand.reason)
    });
    let said = "it did not pass its own check when it was pressed, and says so on each page";
    Ok(Finding::blocks("pack-not-verified", format!("{said}{}", accepted.unwrap_or_default())))
}

/// A file that went out, found by its hash.
struct KnownPack {
    manifest: Manifest,
    /// Whose it is, where it opens with a password only.
    protected_for: Option<String>,
}

impl KnownPack {
    fn find(register: &Register, sha256: &Sha256) -> Result<Option<Self>> {
        if let Some(copy) = register.copy_with(sha256)? {
            let manifest = serde_json::from_str(&copy.manifest).context("the manifest kept with a copy")?;
            let protected_for = copy.protected.then_some(copy.recipient);
            return Ok(Some(KnownPack { manifest, protected_for }));
        }
        let Some(manifest) = register.pack_with(sha256)? else { return Ok(None) };
        let manifest = serde_json::from_str(&manifest).context("the manifest kept with a pack")?;
        Ok(Some(KnownPack { manifest, protected_for: None }))
    }

    fn password(self, house: &House, ask: bool) -> Result<Option<String>> {
        let Some(recipient) = self.protected_for else { return Ok(None) };
        if ask {
            return Ok(Some(screen::ask_secret("Password of the file: ")?));
        }
        Ok(Passwords::read(house, None)?.of(&recipient)?.map(str::to_owned))
    }
}

/// The manifest in the same folder, where there is one.
fn beside(house: &House, file: &Path) -> Result<Option<Manifest>> {
    let beside = file.with_extension("manifest.json");
    let beside = house::absolute(&beside)?;
    let Some(text) = house.shares.read(&beside)? else { return Ok(None) };
    let manifest =
        serde_json::from_slice(&text).with_context(|| format!("`{}` is no manifest", beside.display()))?;
    Ok(Some(manifest))
}

/// But for the list of copies, which grows.
fn same(kept: &Manifest, beside: &Manifest) -> bool {
    let bare = |manifest: &Manifest| Manifest { copies: Vec::new(), ..manifest.clone() };
    bare(kept) == bare(beside)
}

/// Whether the head that the manifest names is one that this register's chain once had.
fn in_chain(register: &Register, manifest: &Manifest) -> Result<bool> {
    Ok(register.had_head(manifest.evidence_head.as_str())?)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
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

//! Packs that were pressed: kept in the data folder until they are issued, and in the register from then on.
//!
//! A pressed pack may be pressed again under the same version until the first letter with it is written; then it is frozen.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::pack::manifest::Manifest;
use crate::pack::plan::Plan;
use crate::panel::ids::Sha256;
use crate::register::Register;
use crate::register::packs::Issue;
use crate::share::put;

/// One version of one meeting's pack.
#[derive(Debug)]
pub struct Pressing {
    pub manifest: Manifest,
    /// The master.
    pub pack: PathBuf,
    pub issued: bool,
}

impl Pressing {
    /// The newest version, issued or not.
    pub fn latest(house: &House, register: &Register, day: NaiveDate) -> Result<Option<Self>> {
        let version = newest(house, day);
        let Some(version) = version else { return Ok(None) };
        let folder = folder(house, day, version);
        let issued = register.packs(day)?.iter().any(|issued| issued.version == version);
        let manifest = read_json(&folder.join(MANIFEST))?;
        Ok(Some(Pressing { manifest, pack: folder.join(PACK), issued }))
    }

    /// The newest version that has gone out.
    pub fn last_issued(house: &House, register: &Register, day: NaiveDate) -> Result<Option<Self>> {
        let Some(version) = register.packs(day)?.iter().map(|issued| issued.version).max() else {
            return Ok(None);
        };
        let folder = folder(house, day, version);
        let manifest = read_json(&folder.join(MANIFEST))?;
        Ok(Some(Pressing { manifest, pack: folder.join(PACK), issued: true }))
    }

    /// Keeps what was pressed.
    pub fn keep(house: &House, plan: &Plan, manifest: &Manifest, pack: &Path) -> Result<PathBuf> {
        let folder = folder(house, manifest.meeting, manifest.version);
        let bytes = fs::read(pack).with_context(|| format!("`{}`", pack.display()))?;
        put::put(&folder.join(PACK), &bytes)?;
        put::put(&folder.join(PLAN), &serde_json::to_vec(plan)?)?;
        put::put(&folder.join(MANIFEST), &serde_json::to_vec_pretty(manifest)?)?;
        Ok(folder.join(PACK))
    }

    pub fn plan(&self) -> Result<Plan> {
        read_json(&self.pack.with_file_name(PLAN))
    }

    /// Keeps the manifest with the copies now listed in it, beside the pack in its folder too.
    pub fn list_copies(&self, house: &House, sitting: &Sitting) -> Result<()> {
        let manifest = serde_json::to_vec_pretty(&self.manifest)?;
        put::put(&self.pack.with_file_name(MANIFEST), &manifest)?;
        house.shares.put(&placed(sitting, self.manifest.version).1, &manifest)?;
        Ok(())
    }

    /// Freezes it: from now on there are only further versions.
    pub fn issue(&self, register: &mut Register, now: DateTime<Utc>) -> Result<()> {
        let master = fs::read(&self.pack).with_context(|| format!("`{}`", self.pack.display()))?;
        let manifest = serde_json::to_string(&self.manifest)?;
        let issue = Issue {
            meeting: self.manifest.meeting,
            version: self.manifest.version,
            master: &master,
            manifest: &manifest,
            evidence_head: self.manifest.evidence_head.as_str(),
        };
        register.issue_pack(&issue, now)?;
        Ok(())
    }
}

/// Where a version of the pack and its manifest lie in the meeting's folder.
pub fn placed(sitting: &Sitting, version: u32) -> (PathBuf, PathBuf) {
    let what = if version == 1 { "pack".to_owned() } else { format!("pack v{version}") };
    let pack = sitting.file(&what, "pdf");
    let manifest = pack.with_extension("manifest.json");
    (pack, manifest)
}

const PACK: &str = "pack.pdf";
const PLAN: &str = "plan.json";
const MANIFEST: &str = "manifest.json";

fn folder(house: &House, day: NaiveDate, version: u32) -> PathBuf {
    house.pressed_folder().join(day.to_string()).join(version.to_string())
}

fn newest(house: &House, day: NaiveDate) -> Option<u32> {
    let inside = fs::read_dir(house.pressed_folder().join(day.to_string())).ok()?;
    let whole = |folder: &Path| folder.join(MANIFEST).exists();
    let folders = inside.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| whole(path));
    folders.filter_map(|path| path.file_name()?.to_str()?.parse().ok()).max()
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).with_context(|| format!("`{}`", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("`{}`", path.display()))
}

/// Where the renditions are that a plan shows, by their hash.
pub fn renditions(register: &Register, plan: &Plan) -> BTreeMap<Sha256, PathBuf> {
    plan.renditions()
        .map(|rendition| (rendition.sha256.clone(), register.store().path(&rendition.sha256)))
        .collect()
}

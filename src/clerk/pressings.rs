//! Packs that were pressed: kept in the store, and frozen from the moment they are issued.
//!
//! A pressed pack may be pressed again under the same version until the first letter with it is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::pack::manifest::Manifest;
use crate::pack::plan::Plan;
use crate::panel::ids::Sha256;
use crate::register::Register;
use crate::register::packs::Issue;
use crate::register::pressings::Pressed;

/// One version of one meeting's pack.
#[derive(Debug)]
pub struct Pressing {
    pub manifest: Manifest,
    /// The master, in the store.
    pub pack: PathBuf,
    pub issued: bool,
    /// As JSON; none where only the pack itself is kept.
    plan: Option<String>,
}

impl Pressing {
    /// The newest version, issued or not.
    ///
    /// Fails when what was pressed is there and cannot be read back.
    pub fn latest(register: &Register, day: NaiveDate) -> Result<Option<Self>> {
        let issued = register.packs(day)?.iter().map(|issued| issued.version).max();
        match register.newest_pressing(day)? {
            Some(pressed) if issued.is_none_or(|issued| issued <= pressed.version) => {
                let issued = issued == Some(pressed.version);
                Ok(Some(Pressing::read(register, &pressed, issued)?))
            }
            _ => Pressing::last_issued(register, day),
        }
    }

    /// The newest version that has gone out.
    ///
    /// Fails when what was issued cannot be read back.
    pub fn last_issued(register: &Register, day: NaiveDate) -> Result<Option<Self>> {
        let Some(issued) = register.packs(day)?.into_iter().max_by_key(|issued| issued.version) else {
            return Ok(None);
        };
        if let Some(pressed) = register.pressing(day, issued.version)?.filter(|it| it.sha == issued.sha) {
            return Ok(Some(Pressing::read(register, &pressed, true)?));
        }
        let manifest = serde_json::from_str(&issued.manifest).context("the manifest kept with a pack")?;
        let pack = register.store().path(&issued.sha);
        Ok(Some(Pressing { manifest, pack, issued: true, plan: None }))
    }

    fn read(register: &Register, pressed: &Pressed, issued: bool) -> Result<Self> {
        Ok(Pressing {
            manifest: serde_json::from_str(&pressed.manifest).context("the manifest kept with a pack")?,
            pack: register.store().path(&pressed.sha),
            issued,
            plan: Some(pressed.plan.clone()),
        })
    }

    /// Keeps what was pressed; says where.
    ///
    /// Fails when it cannot be kept in the store and the register.
    pub fn keep(
        register: &mut Register,
        plan: &Plan,
        manifest: &Manifest,
        pack: &[u8],
        now: DateTime<Utc>,
    ) -> Result<PathBuf> {
        let pressed = Pressed {
            meeting: manifest.meeting,
            version: manifest.version,
            sha: manifest.sha256.clone(),
            plan: serde_json::to_string(plan)?,
            manifest: serde_json::to_string(manifest)?,
        };
        register.keep_pressing(&pressed, pack, now)?;
        Ok(register.store().path(&manifest.sha256))
    }

    /// Fails when what was pressed cannot be read back.
    pub fn plan(&self) -> Result<Plan> {
        let Manifest { meeting, version, .. } = &self.manifest;
        let plan = self.plan.as_ref().with_context(|| {
            format!("what version {version} of the pack for {meeting} was made from is not kept")
        })?;
        serde_json::from_str(plan).context("the plan kept with a pack")
    }

    /// Keeps the manifest with the copies now listed in it, beside the pack in its folder too.
    ///
    /// Fails when a manifest cannot be written.
    pub fn list_copies(&self, house: &House, register: &Register, sitting: &Sitting) -> Result<()> {
        let Manifest { meeting, version, .. } = &self.manifest;
        register.list_copies(*meeting, *version, &serde_json::to_string(&self.manifest)?)?;
        let beside = placed(sitting, *version).1;
        house.shares.put(&beside, &serde_json::to_vec_pretty(&self.manifest)?)?;
        Ok(())
    }

    /// Freezes it: from now on there are only further versions.
    ///
    /// Fails when the register cannot be written, or holds another pack under this version.
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

/// Where the renditions are that a plan shows, by their hash.
pub fn renditions(register: &Register, plan: &Plan) -> BTreeMap<Sha256, PathBuf> {
    plan.renditions()
        .map(|rendition| (rendition.sha256.clone(), register.store().path(&rendition.sha256)))
        .collect()
}

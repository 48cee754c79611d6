//! Pressing and verifying as jobs for a worker process: everything by path, nothing by handle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::pack::manifest::Manifest;
use crate::pack::paging::Cut;
use crate::pack::plan::Plan;
use crate::pack::press::{Materials, Part, Pressed, press, press_part};
use crate::pack::verify::verify;
use crate::panel::ids::Sha256;
use crate::worker::work::Work;

/// What the pack is called in the folder of files that comes with the answer.
pub const PACK: &str = "pack.pdf";

/// A pack to be pressed and verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PressJob {
    pub plan: Plan,
    /// The text of the Typst template.
    pub template: String,
    /// Rendition blobs in the store, by hash.
    pub renditions: BTreeMap<Sha256, PathBuf>,
}

/// A pack to be held against its manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerifyJob {
    pub pack: PathBuf,
    pub manifest: Manifest,
    /// The pages it has; the whole pack's are from 1 to the manifest's count.
    pub cut: Cut,
    /// Those that are still held; the others' words are not compared.
    pub renditions: BTreeMap<Sha256, PathBuf>,
}

/// Some pages of an issued pack, to be pressed into a file of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartJob {
    /// As it was pressed.
    pub plan: Plan,
    pub part: Part,
    pub template: String,
    pub renditions: BTreeMap<Sha256, PathBuf>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPressed {
    /// Of the whole pack, with the part's own hash.
    pub manifest: Manifest,
    pub cut: Cut,
}

impl Work for PartJob {
    const NAME: &'static str = "press-part";
    /// The file itself is [`PACK`].
    type Answer = PartPressed;

    fn carry_out(&self, out: &Path) -> Result<PartPressed, String> {
        let materials = Materials {
            template: self.template.clone(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        let pressed = press_part(&self.plan, &materials, self.part, &out.join(PACK));
        pressed.map(|(manifest, cut)| PartPressed { manifest, cut }).map_err(|fault| format!("{fault:#}"))
    }
}

impl Work for PressJob {
    const NAME: &'static str = "press";
    /// The pack itself is [`PACK`].
    type Answer = Pressed;

    fn carry_out(&self, out: &Path) -> Result<Pressed, String> {
        let materials = Materials {
            template: self.template.clone(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        press(self.plan.clone(), &materials, &out.join(PACK)).map_err(|fault| format!("{fault:#}"))
    }
}

impl Work for VerifyJob {
    const NAME: &'static str = "verify";
    /// What is not as it must be; empty where all is well.
    type Answer = Vec<Finding>;

    fn carry_out(&self, _: &Path) -> Result<Vec<Finding>, String> {
        let bytes = std::fs::read(&self.pack)
            .map_err(|fault| format!("cannot read `{}`: {fault}", self.pack.display()))?;
        let faults = verify(bytes, &self.manifest, self.cut, &self.renditions);
        Ok(faults.into_iter().map(|fault| fault.finding).collect())
    }
}

//! Pressing and verifying as jobs for a worker process: everything by path, nothing by handle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::pack::manifest::Manifest;
use crate::pack::plan::Plan;
use crate::pack::press::{Materials, Pressed, press};
use crate::pack::verify::verify;
use crate::panel::ids::PaperNumber;
use crate::worker::work::Work;

/// What the pack is called in the folder of files that comes with the answer.
pub const PACK: &str = "pack.pdf";

/// A pack to be pressed and verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PressJob {
    pub plan: Plan,
    /// The text of the Typst template.
    pub template: String,
    /// Rendition blobs in the store, by paper.
    pub renditions: BTreeMap<PaperNumber, PathBuf>,
}

/// A pack to be held against its manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerifyJob {
    pub pack: PathBuf,
    pub manifest: Manifest,
    /// Those that are still held; the others' words are not compared.
    pub renditions: BTreeMap<PaperNumber, PathBuf>,
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
        let faults = verify(bytes, &self.manifest, &self.renditions);
        Ok(faults.into_iter().map(|fault| fault.finding).collect())
    }
}

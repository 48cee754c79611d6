//! Pressing and verifying as jobs for a worker process: everything by path, nothing by handle.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::finding::Finding;
use crate::pack::manifest::Manifest;
use crate::pack::paging::Cut;
use crate::pack::plan::Plan;
use crate::pack::press::{Materials, Part, Pressed, press, press_part};
use crate::pack::protect::protect;
use crate::pack::split::{PartFile, split};
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

/// An issued pack in parts that fit a mailbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitJob {
    /// As it was pressed.
    pub plan: Plan,
    /// Bytes of a letter, encoded.
    pub limit: u64,
    pub template: String,
    pub renditions: BTreeMap<Sha256, PathBuf>,
}

/// A copy to be opened with a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectJob {
    pub pack: PathBuf,
    pub password: String,
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

impl Work for SplitJob {
    const NAME: &'static str = "split";
    /// In order; the files are in the folder that comes with the answer, under these names.
    type Answer = Vec<PartFile>;

    fn carry_out(&self, out: &Path) -> Result<Vec<PartFile>, String> {
        let materials = Materials {
            template: self.template.clone(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        let parts = split(&self.plan, &materials, self.limit, out).map_err(|fault| format!("{fault:#}"))?;
        let named = |part: PartFile| PartFile {
            file: part.file.file_name().map(PathBuf::from).unwrap_or_default(),
            ..part
        };
        Ok(parts.into_iter().map(named).collect())
    }
}

impl Work for ProtectJob {
    const NAME: &'static str = "protect";
    /// The hash of the protected copy, which is [`PACK`].
    type Answer = Sha256;

    fn carry_out(&self, out: &Path) -> Result<Sha256, String> {
        let bytes = std::fs::read(&self.pack)
            .map_err(|fault| format!("cannot read `{}`: {fault}", self.pack.display()))?;
        let protected = protect(&bytes, &self.password).map_err(|fault| format!("{fault:#}"))?;
        let file = out.join(PACK);
        let written = File::create_new(&file).and_then(|mut file| file.write_all(&protected));
        written.map_err(|fault| format!("cannot write `{}`: {fault}", file.display()))?;
        Ok(Sha256::from_digest(sha2::Sha256::digest(&protected).into()))
    }
}

impl fmt::Debug for ProtectJob {
    /// Without the password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ProtectJob").field("pack", &self.pack).finish_non_exhaustive()
    }
}

//! Pressing and verifying as jobs for a worker process: everything by path, nothing by handle.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::pack::manifest::Manifest;
use crate::pack::paging::Cut;
use crate::pack::plan::Plan;
use crate::pack::press::{Materials, Part, PartFile, Pressed, press, press_part};
use crate::pack::protect::protect_file;
use crate::pack::split::{Parts, TooLarge, split};
use crate::pack::verify::verify;
use crate::panel::ids::Sha256;
use crate::pdf::search::opens;
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
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct VerifyJob {
    pub pack: PathBuf,
    /// Of a protected copy.
    pub password: Option<String>,
    pub manifest: Manifest,
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

/// Pages of an issued pack in parts that fit a mailbox.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitJob {
    /// As it was pressed.
    pub plan: Plan,
    pub cut: Cut,
    /// Bytes of a letter, encoded.
    pub limit: u64,
    /// Each part opens with it only.
    pub password: Option<String>,
    pub template: String,
    pub renditions: BTreeMap<Sha256, PathBuf>,
}

/// A copy to be opened with a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectJob {
    pub pack: PathBuf,
    pub password: String,
}

/// Whether a file opens with a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpensJob {
    pub file: PathBuf,
    pub password: String,
}

impl Work for OpensJob {
    const NAME: &'static str = "opens";
    type Answer = bool;

    fn carry_out(&self, _: &Path) -> Result<bool, String> {
        let bytes = std::fs::read(&self.file)
            .map_err(|fault| format!("cannot read `{}`: {fault}", self.file.display()))?;
        Ok(opens(&bytes, Some(&self.password)))
    }
}

impl Work for PartJob {
    const NAME: &'static str = "press-part";
    /// The file itself is [`PACK`], in the folder that comes with the answer.
    type Answer = PartFile;

    fn carry_out(&self, out: &Path) -> Result<PartFile, String> {
        let materials = Materials {
            template: self.template.clone(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        let pressed = press_part(&self.plan, &materials, self.part, &out.join(PACK));
        pressed.map(named).map_err(|fault| format!("{fault:#}"))
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
        let faults = verify(bytes, self.password.as_deref(), &self.manifest, &self.renditions);
        Ok(faults.into_iter().map(|fault| fault.finding).collect())
    }
}

impl Work for SplitJob {
    const NAME: &'static str = "split";
    /// The files are in the folder that comes with the answer.
    type Answer = Parts;

    fn carry_out(&self, out: &Path) -> Result<Parts, String> {
        let materials = Materials {
            template: self.template.clone(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        let pack = TooLarge {
            plan: &self.plan,
            materials: &materials,
            cut: self.cut,
            limit: self.limit,
            password: self.password.as_deref(),
        };
        let Parts { parts, held_back } = split(pack, out).map_err(|fault| format!("{fault:#}"))?;
        Ok(Parts { parts: parts.into_iter().map(named).collect(), held_back })
    }
}

/// By its name alone: the folder is another one on the other side.
fn named(part: PartFile) -> PartFile {
    PartFile { file: part.file.file_name().map(PathBuf::from).unwrap_or_default(), ..part }
}

impl Work for ProtectJob {
    const NAME: &'static str = "protect";
    /// The hash of the protected copy, which is [`PACK`].
    type Answer = Sha256;

    fn carry_out(&self, out: &Path) -> Result<Sha256, String> {
        let file = out.join(PACK);
        std::fs::copy(&self.pack, &file)
            .map_err(|fault| format!("cannot copy `{}`: {fault}", self.pack.display()))?;
        protect_file(&file, &self.password).map_err(|fault| format!("{fault:#}"))
    }
}

impl fmt::Debug for ProtectJob {
    /// Without the password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ProtectJob").field("pack", &self.pack).finish_non_exhaustive()
    }
}

impl fmt::Debug for OpensJob {
    /// Without the password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("OpensJob").field("file", &self.file).finish_non_exhaustive()
    }
}

impl fmt::Debug for SplitJob {
    /// Without the password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SplitJob")
            .field("cut", &self.cut)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for VerifyJob {
    /// Without the password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("VerifyJob").field("pack", &self.pack).finish_non_exhaustive()
    }
}

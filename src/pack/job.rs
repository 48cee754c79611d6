//! Pressing and verifying as jobs for a worker process. The files they need are given to them one by one.

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
use crate::worker::given;
use crate::worker::work::Work;

/// The number of the pack among the files that come with the answer.
pub const PACK: u32 = 1;

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

    fn given(&self) -> Vec<PathBuf> {
        vec![self.file.clone()]
    }

    fn carry_out(&self, _: &Path) -> Result<bool, String> {
        let bytes = given::read(&self.file)
            .map_err(|fault| format!("cannot read `{}`: {fault}", self.file.display()))?;
        Ok(opens(&bytes, Some(&self.password)))
    }
}

impl Work for PartJob {
    const NAME: &'static str = "press-part";
    /// The file itself is [`PACK`] of those that come with the answer.
    type Answer = PartFile;

    fn given(&self) -> Vec<PathBuf> {
        self.renditions.values().cloned().collect()
    }

    fn carry_out(&self, out: &Path) -> Result<PartFile, String> {
        let materials = Materials {
            template: self.template.clone(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        let pressed = press_part(&self.plan, &materials, self.part, &out.join(PACK.to_string()));
        pressed.map_err(|fault| format!("{fault:#}"))
    }
}

impl Work for PressJob {
    const NAME: &'static str = "press";
    /// The pack itself is [`PACK`].
    type Answer = Pressed;

    fn given(&self) -> Vec<PathBuf> {
        self.renditions.values().cloned().collect()
    }

    fn carry_out(&self, out: &Path) -> Result<Pressed, String> {
        let materials = Materials {
            template: self.template.clone(),
            files: BTreeMap::new(),
            renditions: self.renditions.clone(),
        };
        press(self.plan.clone(), &materials, &out.join(PACK.to_string()))
            .map_err(|fault| format!("{fault:#}"))
    }
}

impl Work for VerifyJob {
    const NAME: &'static str = "verify";
    /// What is not as it must be; empty where all is well.
    type Answer = Vec<Finding>;

    fn given(&self) -> Vec<PathBuf> {
        self.renditions.values().chain([&self.pack]).cloned().collect()
    }

    fn carry_out(&self, _: &Path) -> Result<Vec<Finding>, String> {
        let bytes = given::read(&self.pack)
            .map_err(|fault| format!("cannot read `{}`: {fault}", self.pack.display()))?;
        let faults = verify(bytes, self.password.as_deref(), &self.manifest, &self.renditions);
        Ok(faults.into_iter().map(|fault| fault.finding).collect())
    }
}

impl Work for SplitJob {
    const NAME: &'static str = "split";
    /// The files of the parts come with the answer, numbered in their order.
    type Answer = Parts;

    fn given(&self) -> Vec<PathBuf> {
        self.renditions.values().cloned().collect()
    }

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
        let split = split(pack, out).map_err(|fault| format!("{fault:#}"))?;
        for (number, part) in (PACK..).zip(&split.parts) {
            let to = out.join(number.to_string());
            std::fs::rename(&part.file, &to)
                .map_err(|fault| format!("cannot write `{}`: {fault}", to.display()))?;
        }
        Ok(split)
    }
}

impl Work for ProtectJob {
    const NAME: &'static str = "protect";
    /// The hash of the protected copy, which is [`PACK`].
    type Answer = Sha256;

    fn given(&self) -> Vec<PathBuf> {
        vec![self.pack.clone()]
    }

    fn carry_out(&self, out: &Path) -> Result<Sha256, String> {
        let file = out.join(PACK.to_string());
        let copied = given::open(&self.pack)
            .and_then(|mut pack| std::io::copy(&mut pack, &mut std::fs::File::create(&file)?));
        copied.map_err(|fault| format!("cannot copy `{}`: {fault}", self.pack.display()))?;
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

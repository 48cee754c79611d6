//! Pressing and verifying as jobs for a worker process: everything by path, nothing by handle.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::pack::manifest::Manifest;
use crate::pack::plan::Plan;
use crate::pack::press::{Materials, press};
use crate::pack::verify::verify;
use crate::panel::ids::PaperNumber;

/// What a worker is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    Press {
        plan: Box<Plan>,
        /// The template's text.
        template: String,
        /// Rendition blobs by paper.
        renditions: BTreeMap<PaperNumber, PathBuf>,
        out: PathBuf,
    },
    Verify {
        pack: PathBuf,
        manifest: Box<Manifest>,
        /// Those that are still held; the others' words are not compared.
        renditions: BTreeMap<PaperNumber, PathBuf>,
    },
}

/// What it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Pressed {
        manifest: Box<Manifest>,
        /// The plan as it was pressed, substitutes and all.
        plan: Box<Plan>,
        bytes: u64,
        findings: Vec<Finding>,
    },
    /// Nothing found: the pack is as its manifest says.
    Verified { findings: Vec<Finding> },
    /// It could not be done.
    Failed { reason: String },
}

/// Does the job.
pub fn answer(job: &Job) -> Answer {
    carry_out(job).unwrap_or_else(|fault| Answer::Failed { reason: format!("{fault:#}") })
}

fn carry_out(job: &Job) -> Result<Answer> {
    match job {
        Job::Press { plan, template, renditions, out } => {
            let materials = Materials {
                template: template.clone(),
                files: BTreeMap::new(),
                renditions: renditions.clone(),
            };
            let pressed = press(Plan::clone(plan), &materials, out)?;
            Ok(Answer::Pressed {
                manifest: Box::new(pressed.manifest),
                plan: Box::new(pressed.plan),
                bytes: pressed.bytes,
                findings: pressed.findings,
            })
        }
        Job::Verify { pack, manifest, renditions } => {
            let bytes = std::fs::read(pack).with_context(|| format!("cannot read {}", pack.display()))?;
            let faults = verify(bytes, manifest, renditions);
            Ok(Answer::Verified { findings: faults.into_iter().map(|fault| fault.finding).collect() })
        }
    }
}

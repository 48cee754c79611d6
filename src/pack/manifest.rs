//! The manifest beside a pack: what is on which page, and the hashes that prove it. Its JSON is a documented interface.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::pack::paging::{Cut, Held, Paging, Piece};
use crate::pack::plan::{Plan, Shown};
use crate::panel::ids::{CaseId, DocumentType, PaperNumber, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub panel: String,
    pub meeting: NaiveDate,
    pub version: u32,
    pub pages: u32,
    /// Of the pack itself, unprotected.
    pub sha256: Sha256,
    pub entries: Vec<Entry>,
    pub evidence_head: Sha256,
    pub copies: Vec<OwnCopy>,
    /// Whether the pack passed its own check.
    #[serde(default = "passed")]
    pub verified: bool,
    /// What the check found, where it did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Finding>,
    /// Cases that one sheet stands for; their papers are not among the entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutCase>,
    /// Of a file that has some of the pack's pages only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Cut>,
    /// Of an extract: the stretches of the pack that are not in the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Cut>,
}

/// A case that the pack's own check could not be sure of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutCase {
    pub case_id: CaseId,
    /// Of the sheet in its place.
    pub page: u32,
    pub reason: String,
}

/// One paper, in the order of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub number: PaperNumber,
    pub case_id: CaseId,
    pub title: String,
    pub kind: Option<DocumentType>,
    /// Of the file as received.
    pub sha256: Sha256,
    /// Of the pages copied into the pack; none where a sheet stands for the paper.
    pub rendition_sha256: Option<Sha256>,
    pub first_page: u32,
    pub last_page: u32,
    /// Those of its pages in the pack that hold no words: scans, which no search finds.
    #[serde(default)]
    pub pages_without_text: Vec<u32>,
    pub outcome: How,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Included,
    Substituted,
    Withdrawn,
}

/// A file made for one person: with cases withheld, with a password, in parts, the supplement or the agenda by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCopy {
    /// The address it goes to.
    pub recipient: String,
    pub sha256: Sha256,
    /// `pack`, `supplement` or `agenda`.
    #[serde(default = "of_the_pack")]
    pub what: String,
    /// The pages it has, where it has not all of them.
    #[serde(default)]
    pub pages: Option<Cut>,
    /// Opens with a password only.
    #[serde(default)]
    pub protected: bool,
}

/// Before this was said, no pack was made that had not.
fn passed() -> bool {
    true
}

fn of_the_pack() -> String {
    "pack".to_owned()
}

impl Manifest {
    /// All pages of the pack.
    pub fn whole(&self) -> Cut {
        Cut { first: 1, last: self.pages }
    }

    /// The pages of the file it belongs to.
    pub fn cut(&self) -> Cut {
        self.part.unwrap_or_else(|| self.whole())
    }

    /// The same without what an extract leaves out.
    pub fn held(&self) -> Held {
        Held::of(self.cut(), &self.absent)
    }

    /// The same for a file of these pages.
    #[must_use]
    pub fn of_part(self, cut: Cut) -> Self {
        let part = Some(cut).filter(|cut| *cut != self.whole());
        Manifest { part, ..self }
    }

    pub fn of(plan: &Plan, paging: &Paging, sha256: Sha256) -> Self {
        // A copy's manifest does not tell of what is withheld.
        let entries = plan.papers().filter_map(|(case, paper)| {
            let placed = paging.of_paper(paper.which)?;
            let (outcome, rendition, reason) = match &paper.shown {
                Shown::Included(rendition) => (How::Included, Some(rendition.sha256.clone()), None),
                Shown::Substituted { reason } => (How::Substituted, None, Some(reason.clone())),
                Shown::Withdrawn { reason, .. } => (How::Withdrawn, None, Some(reason.clone())),
            };
            Some(Entry {
                number: paper.which.number,
                case_id: case.id.clone(),
                title: paper.title.clone(),
                kind: paper.kind.clone(),
                sha256: paper.sha256.clone(),
                rendition_sha256: rendition,
                first_page: placed.first,
                last_page: placed.last,
                pages_without_text: paper.pages_without_text(placed.first),
                outcome,
                reason,
            })
        });
        let left_out = plan.omitted.iter().filter_map(|(case, reason)| {
            let page = paging.find(&Piece::Omitted(case.clone()))?.first;
            Some(LeftOutCase { case_id: case.clone(), page, reason: reason.clone() })
        });
        let left_out = left_out.collect();
        Manifest {
            panel: plan.facts.heading.panel.clone(),
            meeting: plan.meeting.date,
            version: plan.facts.version,
            pages: paging.total,
            sha256,
            entries: entries.collect(),
            evidence_head: plan.facts.evidence_head.clone(),
            copies: Vec::new(),
            verified: plan.unverified.is_empty(),
            found: Vec::new(),
            left_out,
            part: None,
            absent: paging.absent(plan),
        }
    }
}

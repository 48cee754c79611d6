//! What goes into a pack, in which order, and what is left out of it. Pure.
//!
//! A plan is a value: it can be stored with an issued pack and pressed again later. Page numbers are
//! [`crate::pack::paging`]'s business, because they depend on how long the typeset sheets turn out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Severity};
use crate::pack::facts::{Group, PackFacts};
use crate::pack::reasons;
use crate::panel::agenda::{Agenda, CaseLine, Item};
use crate::panel::case::{Case, Casebook, Disposition};
use crate::panel::form::Value;
use crate::panel::ids::{CaseId, DocumentType, PaperNumber, Sha256};
use crate::panel::meeting::Meeting;
use crate::panel::paper::{Confirmed, Paper, PaperState, Rendition, Verdict};
use crate::panel::so_far;
use crate::panel::words::capitalised;

/// Section of listed cases that found no slot.
const NOT_SLOTTED: &str = "Listed without a slot";

/// One pack, planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub facts: PackFacts,
    pub meeting: Meeting,
    pub next_meeting: Option<Meeting>,
    /// The agenda's lines as they are printed.
    pub timetable: Vec<Item>,
    pub cases: Vec<PlannedCase>,
    pub left_out: Vec<LeftOut>,
    /// Files in the inbox that no case could be found for.
    pub unfiled: usize,
    /// What came after the pack was issued, one for each version that brought some.
    pub supplements: Vec<Supplement>,
    /// Cases whose pages this copy withholds.
    pub withheld: BTreeSet<CaseId>,
    /// The pages withheld are not in the copy at all: its reader is consulted on a few cases of many.
    #[serde(default, skip_serializing_if = "is_false")]
    pub extract: bool,
    /// Cases that one sheet stands for, and why: the pack's own check could not be sure of whom their pages are about.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub omitted: BTreeMap<CaseId, String>,
    /// What the pack's own check finds and no paper can be blamed for. A pack with any says so on its cover and on every page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    /// The sheets are set with the shipped template: the panel's own cannot be used.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shipped_sheets: bool,
    /// How long each sheet of the pressed pack is. A later version keeps these lengths, so that no number ever moves.
    pub frozen: BTreeMap<String, u32>,
}

/// Late papers, by case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Supplement {
    pub version: u32,
    /// Cases with what is new of them.
    pub cases: Vec<PlannedCase>,
}

/// One content of one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Which {
    pub number: PaperNumber,
    pub version: u32,
}

/// A case with its divider and its papers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedCase {
    pub id: CaseId,
    pub section: String,
    /// The agenda's number; empty where it has no slot.
    pub item: String,
    pub starts: Option<NaiveTime>,
    pub minutes: u32,
    /// As the panel's configuration shows children.
    pub child: String,
    pub age: Option<u32>,
    pub request: String,
    pub presenters: Vec<String>,
    pub flags: Vec<String>,
    pub note: String,
    pub arrival: Verdict,
    /// Its papers may follow: that they are late or still to come is no reproach.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follows: bool,
    /// Answered fields: label and what was written.
    pub key_fields: Vec<(String, String)>,
    pub costs: Vec<(String, String)>,
    pub split: Vec<(String, String)>,
    /// What blocks: the panel's own procedure asks for it.
    pub missing: Vec<String>,
    pub warnings: Vec<String>,
    /// Earlier decisions.
    pub earlier: Vec<String>,
    pub papers: Vec<PlannedPaper>,
}

/// A paper in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedPaper {
    pub which: Which,
    pub title: String,
    pub kind: Option<DocumentType>,
    pub sha256: Sha256,
    pub dated: Option<NaiveDate>,
    pub late: bool,
    /// Nobody has confirmed that the paper is about this child.
    pub unconfirmed: bool,
    pub shown: Shown,
}

/// How a paper is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Its rendition's pages.
    Included(Rendition),
    /// One sheet that says why not.
    Substituted { reason: String },
    /// Taken out after issue: a sheet in place of each of its pages.
    Withdrawn { pages: u32, reason: String },
}

/// Something a reader might expect and will not find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub case: CaseId,
    /// The kind of paper; none where it is the whole case.
    pub kind: Option<String>,
    pub reason: String,
}

impl PlannedPaper {
    /// Those of its pages that hold no words, by their number in the pack, where its first page is `first`.
    pub fn pages_without_text(&self, first: u32) -> Vec<u32> {
        match &self.shown {
            Shown::Included(rendition) => {
                rendition.without_text.iter().map(|page| first + page - 1).collect()
            }
            Shown::Substituted { .. } | Shown::Withdrawn { .. } => Vec::new(),
        }
    }
}

impl Plan {
    /// Every case of the pack, those of the supplements last.
    pub fn all_cases(&self) -> impl Iterator<Item = &PlannedCase> {
        self.cases.iter().chain(self.supplements.iter().flat_map(|late| late.cases.iter()))
    }

    /// Every paper, in the order of the pack.
    pub fn papers(&self) -> impl Iterator<Item = (&PlannedCase, &PlannedPaper)> {
        self.all_cases().flat_map(|case| case.papers.iter().map(move |paper| (case, paper)))
    }

    pub fn paper(&self, which: Which) -> Option<(&PlannedCase, &PlannedPaper)> {
        self.papers().find(|(_, paper)| paper.which == which)
    }

    /// The renditions that are needed to press it.
    pub fn renditions(&self) -> impl Iterator<Item = &Rendition> {
        self.papers().filter_map(|(case, paper)| match &paper.shown {
            Shown::Included(rendition) if !self.leaves_out(&case.id) => Some(rendition),
            _ => None,
        })
    }

    /// Whether the case's pages are not in the pack, whatever the reason.
    pub fn leaves_out(&self, case: &CaseId) -> bool {
        self.withheld.contains(case) || self.omitted.contains_key(case)
    }

    /// The papers whose own pages are in the pack.
    pub fn shown(&self) -> Vec<Which> {
        let shown = self
            .papers()
            .filter(|(case, paper)| matches!(paper.shown, Shown::Included(_)) && !self.leaves_out(&case.id));
        shown.map(|(_, paper)| paper.which).collect()
    }

    /// The same plan with a sheet in a paper's place. In a pack that was issued before, its pages keep their numbers: there is
    /// a sheet for each.
    #[must_use]
    pub fn without(self, which: Which, reason: &str) -> Self {
        let issued = self.facts.version > 1;
        let instead = match self.paper(which).map(|(_, paper)| &paper.shown) {
            Some(Shown::Included(rendition)) if issued => {
                Shown::Withdrawn { pages: rendition.pages, reason: reason.to_owned() }
            }
            _ => Shown::Substituted { reason: reason.to_owned() },
        };
        self.showing(which, &instead)
    }

    /// The same plan with a paper shown in another way.
    #[must_use]
    pub fn showing(mut self, which: Which, shown: &Shown) -> Self {
        let late = self.supplements.iter_mut().flat_map(|late| late.cases.iter_mut());
        for paper in self.cases.iter_mut().chain(late).flat_map(|case| case.papers.iter_mut()) {
            if paper.which == which {
                paper.shown = shown.clone();
            }
        }
        self
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl fmt::Display for Which {
    /// `P12`, or `P12 version 2`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            1 => write!(out, "{}", self.number),
            version => write!(out, "{} version {version}", self.number),
        }
    }
}

/// Lays out the pack of one meeting.
pub fn plan(casebook: &Casebook, agenda: &Agenda, facts: PackFacts) -> Plan {
    let mut cases: Vec<PlannedCase> = Vec::new();
    let mut seen = BTreeSet::new();
    for (item, line) in agenda.cases() {
        if let Some(case) = casebook.case(&line.case)
            && seen.insert(case.id.clone())
        {
            cases.push(slotted(case, item, line, &facts));
        }
    }
    for case in casebook.listed().filter(|case| !seen.contains(&case.id)) {
        cases.push(unslotted(case, &facts));
    }
    let left_out = left_out(casebook, &facts);
    Plan {
        meeting: agenda.meeting.clone(),
        next_meeting: agenda.next_meeting.clone(),
        timetable: agenda.items.clone(),
        cases,
        left_out,
        unfiled: casebook.unfiled.len(),
        supplements: Vec::new(),
        withheld: BTreeSet::new(),
        extract: false,
        omitted: BTreeMap::new(),
        unverified: Vec::new(),
        shipped_sheets: false,
        frozen: BTreeMap::new(),
        facts,
    }
}

fn slotted(case: &Case, item: &Item, line: &CaseLine, facts: &PackFacts) -> PlannedCase {
    PlannedCase {
        section: line.section.clone(),
        item: item.number.clone(),
        starts: Some(item.starts),
        minutes: item.minutes,
        child: line.child.clone(),
        age: line.age,
        request: line.request.clone(),
        presenters: line.presenters.clone(),
        flags: line.flags.clone(),
        note: line.note.clone(),
        ..unslotted(case, facts)
    }
}

/// The case by itself. Its child is not named: the agenda says how children are shown.
fn unslotted(case: &Case, facts: &PackFacts) -> PlannedCase {
    let said = |severity| {
        let all = case.findings.iter().filter(move |finding: &&Finding| finding.severity == severity);
        all.map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    let request = case.request.map(|request| facts.words.request(request).to_owned());
    let follows = so_far::papers_may_follow(case);
    let papers = case.papers.iter().filter(|paper| belongs(paper)).map(planned);
    let papers = papers.map(|paper| PlannedPaper { late: paper.late && !follows, ..paper }).collect();
    PlannedCase {
        id: case.id.clone(),
        section: NOT_SLOTTED.to_owned(),
        item: String::new(),
        starts: None,
        minutes: 0,
        child: String::new(),
        age: None,
        request: request.unwrap_or_else(|| "Request not yet known".to_owned()),
        presenters: Vec::new(),
        flags: Vec::new(),
        note: String::new(),
        arrival: case.arrival,
        follows,
        key_fields: answered(case, facts, Group::Key),
        costs: answered(case, facts, Group::Cost),
        split: answered(case, facts, Group::Split),
        missing: said(Severity::Blocks),
        warnings: said(Severity::Warning),
        earlier: facts.earlier.get(&case.id).cloned().unwrap_or_default(),
        papers,
    }
}

fn answered(case: &Case, facts: &PackFacts, group: Group) -> Vec<(String, String)> {
    let wanted = facts.glance.iter().filter(|glance| glance.group == group);
    let found = wanted.filter_map(|glance| {
        let text = case.form.text(glance.field.as_str())?.trim();
        let shown = match case.form.get(glance.field.as_str())?.value {
            // A sum out of a worksheet is a bare number.
            Value::Money { pence, .. } if is_bare(text) => pence.to_string(),
            _ => text.to_owned(),
        };
        (!text.is_empty()).then_some((glance.label.clone(), shown))
    });
    found.collect()
}

/// Digits and points, and nothing that says of what.
fn is_bare(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

/// Papers in use, and papers of the case that nobody could open: their place is kept by a sheet that says so.
fn belongs(paper: &Paper) -> bool {
    paper.in_use || (paper.state == PaperState::NeedsAttention && paper.rendition.is_none())
}

fn planned(paper: &Paper) -> PlannedPaper {
    let shown = match &paper.rendition {
        // What is held is not shown before a person has looked at it.
        Some(rendition) if rendition.pages > 0 && paper.state != PaperState::NeedsAttention => {
            Shown::Included(rendition.clone())
        }
        _ => Shown::Substituted { reason: reasons::why_not_shown(paper) },
    };
    PlannedPaper {
        which: Which { number: paper.number, version: paper.version },
        title: capitalised(&paper.title),
        kind: paper.kind.clone(),
        sha256: paper.sha256.clone(),
        dated: paper.dated,
        late: paper.received.verdict == Verdict::Late,
        unconfirmed: paper.child_confirmed == Confirmed::Not,
        shown,
    }
}

/// Why a paper's pages are not in the pack; none where they are. `case` is the one it is filed under.
pub fn why_not_in_pack(case: Option<&Case>, paper: &Paper) -> Option<String> {
    match case {
        None => Some("no case could be found for it".to_owned()),
        Some(case) if case.disposition != Disposition::Listed => {
            Some("its case is not considered at this meeting".to_owned())
        }
        Some(_) if !belongs(paper) => Some(reasons::why_left_out(paper)),
        Some(_) => match planned(paper).shown {
            Shown::Included(_) | Shown::Withdrawn { .. } => None,
            Shown::Substituted { reason } => Some(reason),
        },
    }
}

fn left_out(casebook: &Casebook, facts: &PackFacts) -> Vec<LeftOut> {
    let mut list = Vec::new();
    for case in &casebook.cases {
        if case.disposition == Disposition::Listed {
            let out = case.papers.iter().filter(|paper| !belongs(paper));
            list.extend(out.map(|paper| LeftOut {
                case: case.id.clone(),
                kind: Some(kind_label(paper.kind.as_ref(), facts)),
                reason: reasons::why_left_out(paper),
            }));
        } else {
            let reason = match case.disposition {
                Disposition::NextMeeting => "goes to the next meeting",
                Disposition::Withdrawn => "withdrawn",
                Disposition::Deferred | Disposition::Listed => "deferred",
                Disposition::Waiting => "on the agenda of an earlier meeting, and not decided",
                // An earlier meeting has dealt with it, and nobody looks for it here.
                Disposition::Decided => continue,
            };
            list.push(LeftOut { case: case.id.clone(), kind: None, reason: reason.to_owned() });
        }
    }
    list
}

fn kind_label(kind: Option<&DocumentType>, facts: &PackFacts) -> String {
    capitalised(kind.map_or("document of unknown kind", |kind| facts.words.kind(kind)))
}

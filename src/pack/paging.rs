//! Which pages each piece of a pack stands on: one sequence, whatever the pieces are. Pure.
//!
//! The sheets' own lengths are found by setting them ([`crate::pack::front`]); a paper's is its rendition's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::pack::plan::{Plan, PlannedCase, Shown, Which};
use crate::panel::ids::CaseId;

/// A stretch of the pack that is either one typeset sheet (of one or more pages) or one paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    Cover,
    Agenda,
    Contents,
    Divider(CaseId),
    Paper(Which),
    /// Stands for a paper that cannot be shown.
    Substitute(Which),
    /// Stands for a paper taken out, once for each of its pages.
    Withdrawn(Which),
    /// Stands for a piece that this copy's reader must not see, once for each of its pages.
    Withheld(Box<Piece>),
    /// Stands for a case that is left out, divider and papers.
    Omitted(CaseId),
    LeftOut,
    /// The contents of the supplement that came with this version.
    Supplement(u32),
}

/// A piece and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub piece: Piece,
    /// Whose it is; none for a sheet of the whole pack and for what is withheld.
    pub case: Option<CaseId>,
    /// Numbered from 1.
    pub first: u32,
    pub last: u32,
}

/// The whole sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    pub placed: Vec<Placed>,
    pub total: u32,
    /// Where in `placed` each paper is.
    papers: BTreeMap<Which, usize>,
}

/// Pages that go into one file: all of them, or some that keep their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    pub first: u32,
    pub last: u32,
}

/// The pages that are in one file: those of a cut, without the stretches that an extract leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    cut: Cut,
    /// In order; each within the cut.
    absent: Vec<Cut>,
}

impl Piece {
    /// The name under which the template sets the piece; none for a paper, which is not typeset.
    pub fn sheet(&self) -> Option<String> {
        match self {
            Piece::Cover => Some("cover".to_owned()),
            Piece::Agenda => Some("agenda".to_owned()),
            Piece::Contents => Some("contents".to_owned()),
            Piece::Divider(case) => Some(format!("divider {case}")),
            Piece::Substitute(which) => Some(format!("substitute {which}")),
            Piece::Withdrawn(which) => Some(format!("withdrawn {which}")),
            Piece::Withheld(inner) => Some(match inner.as_ref() {
                Piece::Paper(which) => format!("withheld {which}"),
                inner => format!("withheld {}", inner.sheet().unwrap_or_default()),
            }),
            Piece::Omitted(case) => Some(format!("omitted {case}")),
            Piece::LeftOut => Some("left-out".to_owned()),
            Piece::Supplement(version) => Some(format!("supplement {version}")),
            Piece::Paper(_) => None,
        }
    }

    /// The paper that stands here, or should.
    pub fn paper(&self) -> Option<Which> {
        match self {
            Piece::Paper(which) | Piece::Substitute(which) | Piece::Withdrawn(which) => Some(*which),
            _ => None,
        }
    }
}

impl Placed {
    pub fn pages(&self) -> u32 {
        self.last + 1 - self.first
    }
}

impl Cut {
    pub fn holds(&self, page: u32) -> bool {
        (self.first..=self.last).contains(&page)
    }
}

impl Held {
    pub fn of(cut: Cut, absent: &[Cut]) -> Self {
        let within = absent.iter().filter(|stretch| stretch.first <= cut.last && cut.first <= stretch.last);
        let clipped = within
            .map(|stretch| Cut { first: stretch.first.max(cut.first), last: stretch.last.min(cut.last) });
        Held { cut, absent: clipped.collect() }
    }

    pub fn holds(&self, page: u32) -> bool {
        self.cut.holds(page) && !self.absent.iter().any(|stretch| stretch.holds(page))
    }

    /// The numbers of the pages, in order.
    pub fn pages(&self) -> impl Iterator<Item = u32> + '_ {
        self.runs().into_iter().flat_map(|run| run.first..=run.last)
    }

    /// The first page there is; where there is none, the first of the cut.
    pub fn first(&self) -> u32 {
        self.pages().next().unwrap_or(self.cut.first)
    }

    pub fn count(&self) -> usize {
        self.pages().count()
    }

    /// Where a page is among those of the file, from 0.
    pub fn index(&self, page: u32) -> Option<usize> {
        let before = |run: &Cut| (run.first.min(page)..=run.last.min(page)).filter(|one| *one < page).count();
        self.holds(page).then(|| self.runs().iter().map(before).sum())
    }

    /// Pages that follow one another.
    pub fn runs(&self) -> Vec<Cut> {
        let mut runs = Vec::new();
        let mut next = self.cut.first;
        for stretch in &self.absent {
            if next < stretch.first {
                runs.push(Cut { first: next, last: stretch.first - 1 });
            }
            next = next.max(stretch.last + 1);
        }
        if next <= self.cut.last {
            runs.push(Cut { first: next, last: self.cut.last });
        }
        runs
    }

    /// `1 to 4, 31 to 52`.
    pub fn said(&self) -> String {
        let run = |run: &Cut| {
            if run.first == run.last {
                run.first.to_string()
            } else {
                format!("{} to {}", run.first, run.last)
            }
        };
        self.runs().iter().map(run).collect::<Vec<_>>().join(", ")
    }
}

impl Paging {
    /// Numbers the plan's pieces; a sheet not in `lengths` is taken to be one page.
    pub fn of(plan: &Plan, lengths: &BTreeMap<String, u32>) -> Self {
        let mut placed = Vec::new();
        let mut next = 1;
        for (piece, case, fixed) in pieces(plan) {
            let pages = fixed.or_else(|| lengths.get(&piece.sheet()?).copied()).unwrap_or(1);
            placed.push(Placed { piece, case, first: next, last: next + pages - 1 });
            next += pages;
        }
        let papers = placed.iter().enumerate().filter_map(|(at, placed)| Some((placed.piece.paper()?, at)));
        let papers = papers.collect();
        Paging { placed, total: next - 1, papers }
    }

    pub fn find(&self, piece: &Piece) -> Option<&Placed> {
        self.placed.iter().find(|placed| &placed.piece == piece)
    }

    /// Where a paper stands, shown or not.
    pub fn of_paper(&self, which: Which) -> Option<&Placed> {
        self.papers.get(&which).and_then(|at| self.placed.get(*at))
    }

    /// The cases that have pages in `cut`, in order; those withheld are not told.
    pub fn cases(&self, cut: Cut) -> Vec<CaseId> {
        let within = self.placed.iter().filter(|placed| cut.holds(placed.first));
        let mut cases: Vec<CaseId> = within.filter_map(|placed| placed.case.clone()).collect();
        let mut seen = BTreeSet::new();
        cases.retain(|case| seen.insert(case.clone()));
        cases
    }

    pub fn whole(&self) -> Cut {
        Cut { first: 1, last: self.total }
    }

    /// The stretches that are not in an extract: what its reader must not see. In any other copy a sheet stands for each page.
    pub fn absent(&self, plan: &Plan) -> Vec<Cut> {
        let mut absent: Vec<Cut> = Vec::new();
        let hidden =
            self.placed.iter().filter(|placed| plan.extract && matches!(placed.piece, Piece::Withheld(_)));
        for placed in hidden {
            match absent.last_mut() {
                Some(before) if before.last + 1 == placed.first => before.last = placed.last,
                _ => absent.push(Cut { first: placed.first, last: placed.last }),
            }
        }
        absent
    }

    /// The pages of one supplement.
    pub fn supplement(&self, version: u32) -> Option<Cut> {
        let begins = self.find(&Piece::Supplement(version))?;
        let next = self
            .placed
            .iter()
            .find(|placed| placed.first > begins.first && matches!(placed.piece, Piece::Supplement(_)));
        Some(Cut { first: begins.first, last: next.map_or(self.total, |next| next.first - 1) })
    }

    /// Cover and agenda: what an observer gets.
    pub fn agenda_only(&self) -> Option<Cut> {
        Some(Cut { first: 1, last: self.find(&Piece::Agenda)?.last })
    }
}

/// A piece, whose it is, and its length where that is known.
type Wanted = (Piece, Option<CaseId>, Option<u32>);

/// The pieces in order.
fn pieces(plan: &Plan) -> Vec<Wanted> {
    let sheet = |piece: Piece| (piece, None, None);
    let mut pieces = [Piece::Cover, Piece::Agenda, Piece::Contents].map(sheet).to_vec();
    let mut divided = BTreeSet::new();
    for case in &plan.cases {
        divided.insert(&case.id);
        of_case(plan, case, true, &mut pieces);
    }
    pieces.push(sheet(Piece::LeftOut));
    for late in &plan.supplements {
        pieces.push(sheet(Piece::Supplement(late.version)));
        for case in &late.cases {
            of_case(plan, case, divided.insert(&case.id), &mut pieces);
        }
    }
    pieces
}

fn of_case(plan: &Plan, case: &PlannedCase, divider: bool, pieces: &mut Vec<Wanted>) {
    let withheld = plan.withheld.contains(&case.id);
    let mut put = |piece: Piece, length: Option<u32>| {
        if withheld {
            let frozen = piece.sheet().and_then(|sheet| plan.frozen.get(&sheet).copied());
            pieces.push((Piece::Withheld(Box::new(piece)), None, length.or(frozen).or(Some(1))));
        } else {
            pieces.push((piece, Some(case.id.clone()), length));
        }
    };
    if plan.omitted.contains_key(&case.id) {
        put(Piece::Omitted(case.id.clone()), None);
        return;
    }
    if divider {
        put(Piece::Divider(case.id.clone()), None);
    }
    for paper in &case.papers {
        match &paper.shown {
            Shown::Included(rendition) => put(Piece::Paper(paper.which), Some(rendition.pages)),
            Shown::Substituted { .. } => put(Piece::Substitute(paper.which), None),
            Shown::Withdrawn { pages, .. } => put(Piece::Withdrawn(paper.which), Some(*pages)),
        }
    }
}

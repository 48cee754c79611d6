//! Which pages each piece of a pack stands on: one sequence, whatever the pieces are. Pure.
//!
//! The sheets' own lengths are found by setting them ([`crate::pack::front`]); a paper's is its rendition's.

use std::collections::BTreeMap;

use crate::pack::plan::{Plan, Shown};
use crate::panel::ids::{CaseId, PaperNumber};

/// A stretch of the pack that is either one typeset sheet (of one or more pages) or one paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    Cover,
    Agenda,
    Contents,
    Divider(CaseId),
    Paper(PaperNumber),
    /// Stands for a paper that cannot be shown.
    Substitute(PaperNumber),
    /// Stands for a paper taken out, once for each of its pages.
    Withdrawn(PaperNumber),
    LeftOut,
}

/// A piece and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub piece: Piece,
    /// Numbered from 1.
    pub first: u32,
    pub last: u32,
}

/// The whole sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    pub placed: Vec<Placed>,
    pub total: u32,
}

impl Piece {
    /// The name under which the template sets the piece; none for a paper, which is not typeset.
    pub fn sheet(&self) -> Option<String> {
        match self {
            Piece::Cover => Some("cover".to_owned()),
            Piece::Agenda => Some("agenda".to_owned()),
            Piece::Contents => Some("contents".to_owned()),
            Piece::Divider(case) => Some(format!("divider {case}")),
            Piece::Substitute(number) => Some(format!("substitute {number}")),
            Piece::Withdrawn(number) => Some(format!("withdrawn {number}")),
            Piece::LeftOut => Some("left-out".to_owned()),
            Piece::Paper(_) => None,
        }
    }

    pub fn paper(&self) -> Option<PaperNumber> {
        match self {
            Piece::Paper(number) | Piece::Substitute(number) | Piece::Withdrawn(number) => Some(*number),
            _ => None,
        }
    }
}

impl Placed {
    pub fn pages(&self) -> u32 {
        self.last + 1 - self.first
    }
}

impl Paging {
    /// Numbers the plan's pieces; a sheet not in `lengths` is taken to be one page.
    pub fn of(plan: &Plan, lengths: &BTreeMap<String, u32>) -> Self {
        let mut placed = Vec::new();
        let mut next = 1;
        for piece in pieces(plan) {
            let pages = match piece.sheet() {
                Some(sheet) => lengths.get(&sheet).copied().unwrap_or(1),
                None => rendered(plan, &piece),
            };
            placed.push(Placed { piece, first: next, last: next + pages - 1 });
            next += pages;
        }
        Paging { placed, total: next - 1 }
    }

    pub fn find(&self, piece: &Piece) -> Option<&Placed> {
        self.placed.iter().find(|placed| &placed.piece == piece)
    }

    /// Where a paper stands, shown or not.
    pub fn of_paper(&self, number: PaperNumber) -> Option<&Placed> {
        self.placed.iter().find(|placed| placed.piece.paper() == Some(number))
    }
}

/// The pieces in order. A paper taken out is one piece, set to its pages' number.
fn pieces(plan: &Plan) -> Vec<Piece> {
    let mut pieces = vec![Piece::Cover, Piece::Agenda, Piece::Contents];
    for case in &plan.cases {
        pieces.push(Piece::Divider(case.id.clone()));
        pieces.extend(case.papers.iter().map(|paper| match paper.shown {
            Shown::Included(_) => Piece::Paper(paper.number),
            Shown::Substituted { .. } => Piece::Substitute(paper.number),
            Shown::Withdrawn { .. } => Piece::Withdrawn(paper.number),
        }));
    }
    pieces.push(Piece::LeftOut);
    pieces
}

fn rendered(plan: &Plan, piece: &Piece) -> u32 {
    let paper = piece.paper().and_then(|number| plan.paper(number));
    match paper.map(|(_, paper)| &paper.shown) {
        Some(Shown::Included(rendition)) => rendition.pages,
        _ => 1,
    }
}

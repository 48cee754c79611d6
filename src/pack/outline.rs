//! The bookmark panel: section, case, paper, each with its page number.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::pack::paging::{Held, Paging, Piece};
use crate::pack::plan::{Plan, PlannedCase, Which};
use crate::pdf::outline;
use crate::pdf::spell;
use crate::pdf::writer::PdfWriter;

/// A bookmark and those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    pub title: String,
    /// From 1.
    pub page: u32,
    pub below: Vec<Bookmark>,
    /// Shown unfolded.
    pub open: bool,
}

/// The bookmarks of a pack; `own` are those that papers brought with them.
pub fn bookmarks(plan: &Plan, paging: &Paging, own: &BTreeMap<Which, Vec<Bookmark>>) -> Vec<Bookmark> {
    let sheet = |name: &str, piece: &Piece| {
        paging.find(piece).map(|placed| Bookmark::new(name, placed.first, Vec::new()))
    };
    let mut marks: Vec<Bookmark> = Vec::new();
    marks.extend(sheet("Cover", &Piece::Cover));
    marks.extend(sheet("Agenda", &Piece::Agenda));
    marks.extend(sheet("Contents", &Piece::Contents));
    let mut section = None;
    for case in &plan.cases {
        let Some(mark) = of_case(plan, case, paging, own) else { continue };
        if section != Some(&case.section) {
            marks.push(Bookmark { open: true, ..Bookmark::new(&case.section, mark.page, Vec::new()) });
            section = Some(&case.section);
        }
        if let Some(last) = marks.last_mut() {
            last.below.push(mark);
        }
    }
    marks.extend(sheet("Not included, and why", &Piece::LeftOut));
    for late in &plan.supplements {
        let begins = paging.find(&Piece::Supplement(late.version)).map_or(1, |placed| placed.first);
        let cases = late.cases.iter().filter_map(|case| of_late(plan, case, paging, own)).collect();
        let title = format!("Supplement, version {}", late.version);
        marks.push(Bookmark { open: true, ..Bookmark::new(&title, begins, cases) });
    }
    marks
}

/// A case of the first issue; its late papers stand under it too.
fn of_case(
    plan: &Plan,
    case: &PlannedCase,
    paging: &Paging,
    own: &BTreeMap<Which, Vec<Bookmark>>,
) -> Option<Bookmark> {
    let divider = Piece::Divider(case.id.clone());
    if plan.withheld.contains(&case.id) {
        let page = paging.find(&Piece::Withheld(Box::new(divider)))?.first;
        return Some(Bookmark::new("Withheld", page, Vec::new()));
    }
    let page = paging.find(&divider)?.first;
    let every = plan.all_cases().filter(|other| other.id == case.id);
    let papers = every.flat_map(|case| papers_of(case, paging, own)).collect();
    Some(Bookmark::new(&named(case), page, papers))
}

/// A case as far as it came late.
fn of_late(
    plan: &Plan,
    case: &PlannedCase,
    paging: &Paging,
    own: &BTreeMap<Which, Vec<Bookmark>>,
) -> Option<Bookmark> {
    if plan.leaves_out(&case.id) {
        return None;
    }
    let papers = papers_of(case, paging, own);
    let first = plan.cases.iter().any(|first| first.id == case.id);
    let divider = paging.find(&Piece::Divider(case.id.clone())).filter(|_| !first);
    let page = divider.map(|placed| placed.first).or_else(|| papers.first().map(|mark| mark.page))?;
    Some(Bookmark::new(&named(case), page, papers))
}

fn named(case: &PlannedCase) -> String {
    let child = if case.child.is_empty() { String::new() } else { format!(" {}", case.child) };
    format!("{}{child}", case.id)
}

fn papers_of(case: &PlannedCase, paging: &Paging, own: &BTreeMap<Which, Vec<Bookmark>>) -> Vec<Bookmark> {
    let papers = case.papers.iter().filter_map(|paper| {
        let placed = paging.of_paper(paper.which)?;
        let below = own.get(&paper.which).cloned().unwrap_or_default();
        Some(Bookmark::new(&paper.title, placed.first, below))
    });
    papers.collect()
}

/// The bookmarks that lead to pages of the file; where one above them does not, they take its place.
pub fn within(marks: Vec<Bookmark>, held: &Held) -> Vec<Bookmark> {
    let mut kept = Vec::new();
    for mark in marks {
        let below = within(mark.below.clone(), held);
        if held.holds(mark.page) {
            kept.push(Bookmark { below, ..mark });
        } else {
            kept.extend(below);
        }
    }
    kept
}

/// A paper's own bookmarks, moved to where the paper begins in the pack.
pub(crate) fn moved(own: &[outline::Bookmark], first: u32) -> Vec<Bookmark> {
    let Some(top) = own.iter().map(|mark| mark.depth).min() else { return Vec::new() };
    let mut marks = Vec::new();
    let mut rest = own;
    while let Some((mark, after)) = rest.split_first() {
        let end = after.iter().position(|next| next.depth <= mark.depth.max(top)).unwrap_or(after.len());
        let page = u32::try_from(mark.page).unwrap_or_default().saturating_add(first);
        marks.push(Bookmark::new(&mark.title, page, moved(&after[..end], first)));
        rest = &after[end..];
    }
    marks
}

impl Bookmark {
    fn new(title: &str, page: u32, below: Vec<Bookmark>) -> Self {
        Bookmark { title: format!("{title} (p {page})"), page, below, open: false }
    }

    /// How many lines it adds below itself when unfolded.
    fn lines(&self) -> usize {
        self.below.iter().map(|mark| 1 + if mark.open { mark.lines() } else { 0 }).sum()
    }
}

/// Writes the bookmarks; `pages` are the pages' object numbers. Gives the outline's object number.
///
/// Fails when the file cannot be written.
pub fn write<W: Write>(
    writer: &mut PdfWriter<W>,
    marks: &[Bookmark],
    held: &Held,
    pages: &[u32],
) -> io::Result<u32> {
    let root = writer.number();
    let (first, last) = level(writer, marks, root, held, pages)?;
    let count: usize = marks.iter().map(|mark| 1 + if mark.open { mark.lines() } else { 0 }).sum();
    let body = format!("<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {count}>>");
    writer.object(root, body.into_bytes())?;
    Ok(root)
}

/// Writes siblings and all below them; gives the first's and the last's object number.
fn level<W: Write>(
    writer: &mut PdfWriter<W>,
    marks: &[Bookmark],
    parent: u32,
    held: &Held,
    pages: &[u32],
) -> io::Result<(u32, u32)> {
    let numbers: Vec<u32> = marks.iter().map(|_| writer.number()).collect();
    for (at, mark) in marks.iter().enumerate() {
        let mut body = b"<</Title ".to_vec();
        spell::text(&mut body, &mark.title);
        let page = held.index(mark.page).and_then(|at| pages.get(at)).copied();
        let page = page.unwrap_or_default();
        write!(body, "/Parent {parent} 0 R/Dest[{page} 0 R/XYZ null null null]")?;
        if at > 0 {
            write!(body, "/Prev {} 0 R", numbers[at - 1])?;
        }
        if let Some(next) = numbers.get(at + 1) {
            write!(body, "/Next {next} 0 R")?;
        }
        if !mark.below.is_empty() {
            let (first, last) = level(writer, &mark.below, numbers[at], held, pages)?;
            let sign = if mark.open { "" } else { "-" };
            write!(body, "/First {first} 0 R/Last {last} 0 R/Count {sign}{}", mark.lines())?;
        }
        body.extend_from_slice(b">>");
        writer.object(numbers[at], body)?;
    }
    let first = numbers.first().copied().unwrap_or(parent);
    Ok((first, numbers.last().copied().unwrap_or(parent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_papers_own_bookmarks_keep_their_order_and_depth() {
        let own = |title: &str, depth, page| outline::Bookmark { title: title.to_owned(), depth, page };
        let marks = moved(&[own("A", 0, 0), own("A1", 1, 1), own("A2", 2, 1), own("B", 0, 4)], 31);
        let shown: Vec<&str> = marks.iter().map(|mark| mark.title.as_str()).collect();
        assert_eq!(shown, ["A (p 31)", "B (p 35)"]);
        assert_eq!(marks[0].below[0].title, "A1 (p 32)");
        assert_eq!(marks[0].below[0].below[0].title, "A2 (p 32)");
    }
}

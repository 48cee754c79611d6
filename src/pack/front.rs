//! The typeset sheets of a pack: set again until the page numbers they print are the ones they have.
//!
//! The contents' length moves everything after it, and its length depends on what it lists; numbers are settled as soon as no
//! sheet changed its length, which is nearly always the second time.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::pack::fit::fit;
use crate::pack::paging::{Paging, Piece, Placed};
use crate::pack::plan::Plan;
use crate::pack::sheets;
use crate::stationery::letters;
use crate::stationery::typst::{Typeset, typeset};

/// Rounds before a template is taken to be one that never settles.
const ROUNDS: usize = 6;

/// The template that a panel has which has none of its own, or one that cannot be used.
pub const SHIPPED: &str = include_str!("../../templates/pack.typ");

const NOT_SET: &str = "the pack's template cannot be set";

/// The sheets of a pack, set and numbered.
#[derive(Debug)]
pub struct Front {
    pub paging: Paging,
    /// Each sheet's first page in `pdf`, from 0.
    pub starts: BTreeMap<String, u32>,
    /// Pages of each sheet.
    pub lengths: BTreeMap<String, u32>,
    pub pdf: Vec<u8>,
    /// Texts with letters that no bundled face has.
    pub spelt: usize,
}

/// Sets the sheets of `plan` with the administrator's template. Sheets of an issued pack keep their lengths: one that would
/// become shorter is padded, one that would become longer is refused.
///
/// Fails when the template cannot be set, when a sheet of an issued pack has become longer, and when the sheets do not settle.
pub fn set(plan: &Plan, template: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Front> {
    let template = if plan.shipped_sheets { SHIPPED } else { template };
    let mut lengths = lists(plan, template, files)?;
    let mut pads: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..ROUNDS {
        lengths.extend(plan.frozen.clone());
        let paging = Paging::of(plan, &lengths);
        let mut data = sheets::data(plan, &paging);
        pad(&mut data, &pads);
        let spelt = letters::spell_out(&mut data);
        fit(&mut data);
        let set = typeset(template, &data, files).context(NOT_SET)?;
        let names: Vec<String> = paging.placed.iter().filter_map(|placed| placed.piece.sheet()).collect();
        let spans = spans(&set, &names)?;
        let found = lengths_of(&spans);
        if Paging::of(plan, &found) == paging && paging.placed.iter().all(|placed| fits(placed, &found)) {
            let starts = spans.into_iter().map(|(name, span)| (name, span.start)).collect();
            let pdf = set.pdf().context("the pack's sheets cannot be written")?;
            return Ok(Front { paging, starts, lengths: found, pdf, spelt });
        }
        for (name, length) in &found {
            match plan.frozen.get(name) {
                Some(frozen) if length > frozen => {
                    bail!("`{name}` would need more pages than it has in the issued pack, whose numbers stay")
                }
                Some(frozen) => *pads.entry(name.clone()).or_default() += frozen - length,
                None => {}
            }
        }
        lengths = found;
    }
    bail!("the pack's template never settles: its sheets change their length each time they are set")
}

/// Whether a sheet whose place is given fills it.
fn fits(placed: &Placed, found: &BTreeMap<String, u32>) -> bool {
    placed.piece.sheet().is_none_or(|name| found.get(&name) == Some(&placed.pages()))
}

/// Tells the template how many empty pages to end a sheet with.
fn pad(data: &mut Value, pads: &BTreeMap<String, u32>) {
    for sheet in data["sheets"].as_array_mut().into_iter().flatten() {
        if let Some(pages) = sheet["name"].as_str().and_then(|name| pads.get(name)) {
            sheet["pad"] = (*pages).into();
        }
    }
}

/// The lengths of the sheets that are lists, set by themselves: nearly every other sheet is one page, so the first full round
/// is nearly always the last.
fn lists(plan: &Plan, template: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<BTreeMap<String, u32>> {
    let guess = Paging::of(plan, &BTreeMap::new());
    let chosen = |piece: &Piece| {
        matches!(piece, Piece::Agenda | Piece::Contents | Piece::LeftOut | Piece::Supplement(_))
    };
    let pieces = guess.placed.iter().map(|placed| &placed.piece).filter(|piece| chosen(piece));
    let names: Vec<String> = pieces.filter_map(Piece::sheet).collect();
    let mut data = sheets::data(plan, &guess);
    data["sheets"] = sheets::sheets(plan, &guess, chosen);
    letters::spell_out(&mut data);
    fit(&mut data);
    let set = typeset(template, &data, files).context(NOT_SET)?;
    Ok(lengths_of(&spans(&set, &names)?))
}

fn lengths_of(spans: &BTreeMap<String, Span>) -> BTreeMap<String, u32> {
    spans.iter().map(|(name, span)| (name.clone(), span.pages)).collect()
}

struct Span {
    start: u32,
    pages: u32,
}

/// Where each sheet begins and how long it is, from the `<sheet>` marks the template leaves.
fn spans(set: &Typeset, wanted: &[String]) -> Result<BTreeMap<String, Span>> {
    let marks = set.marks("sheet");
    let pages = u32::try_from(set.pages()).context("too many sheets")?;
    let got: Vec<&String> = marks.iter().map(|mark| &mark.value).collect();
    if !got.iter().copied().eq(wanted.iter()) {
        bail!(
            "the pack's template must begin each of its sheets with `#metadata(sheet.name) <sheet>`, in the order given: \
             it set {} of {}",
            got.len(),
            wanted.len()
        );
    }
    let mut spans = BTreeMap::new();
    for (at, mark) in marks.iter().enumerate() {
        let start = u32::try_from(mark.page - 1).context("too many sheets")?;
        let next = match marks.get(at + 1) {
            Some(next) => u32::try_from(next.page - 1).context("too many sheets")?,
            None => pages,
        };
        if next <= start {
            bail!("the pack's template must begin the sheet `{}` on a new page", marks[at + 1].value);
        }
        spans.insert(mark.value.clone(), Span { start, pages: next - start });
    }
    Ok(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::plan::plan;
    use crate::pack::sample;

    const TEMPLATE: &str = include_str!("../../templates/pack.typ");

    #[test]
    fn the_shipped_template_settles_and_numbers_every_sheet() {
        let casebook = sample::casebook();
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let front = set(&plan, TEMPLATE, &BTreeMap::new()).unwrap();
        let papers: u32 = 11 * (4 + 11 + 6) - 11 - 6;
        assert_eq!(front.paging.placed.last().unwrap().last, front.paging.total);
        assert_eq!(front.paging.total - papers, u32::try_from(front.starts.len()).unwrap());
    }

    #[test]
    fn a_template_without_marks_is_refused_in_words() {
        let casebook = sample::casebook();
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let fault = set(&plan, "nothing", &BTreeMap::new()).unwrap_err();
        assert!(fault.to_string().contains("must begin each of its sheets"), "{fault:#}");
    }
}

//! The typeset sheets of a pack: set again until the page numbers they print are the ones they have.
//!
//! The contents' length moves everything after it, and its length depends on what it lists; numbers are settled as soon as no
//! sheet changed its length, which is nearly always the second time.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use crate::pack::paging::Paging;
use crate::pack::plan::Plan;
use crate::pack::sheets;
use crate::stationery::typst::{Typeset, typeset};

/// Rounds before a template is taken to be one that never settles.
const ROUNDS: usize = 6;

/// The sheets of a pack, set and numbered.
#[derive(Debug)]
pub struct Front {
    pub paging: Paging,
    /// Each sheet's first page in `pdf`, from 0.
    pub starts: BTreeMap<String, u32>,
    pub pdf: Vec<u8>,
}

/// Sets the sheets of `plan` with the administrator's template.
pub fn set(plan: &Plan, template: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Front> {
    let mut lengths = BTreeMap::new();
    for _ in 0..ROUNDS {
        let paging = Paging::of(plan, &lengths);
        let data = sheets::data(plan, &paging);
        let set = typeset(template, &data, files).context("the pack's template cannot be set")?;
        let spans = spans(&set, &paging)?;
        let found: BTreeMap<String, u32> =
            spans.iter().map(|(name, span)| (name.clone(), span.pages)).collect();
        if Paging::of(plan, &found) == paging {
            let starts = spans.into_iter().map(|(name, span)| (name, span.start)).collect();
            let pdf = set.pdf().context("the pack's sheets cannot be written")?;
            return Ok(Front { paging, starts, pdf });
        }
        lengths = found;
    }
    bail!("the pack's template never settles: its sheets change their length each time they are set")
}

struct Span {
    start: u32,
    pages: u32,
}

/// Where each sheet begins and how long it is, from the `<sheet>` marks the template leaves.
fn spans(set: &Typeset, paging: &Paging) -> Result<BTreeMap<String, Span>> {
    let marks = set.marks("sheet");
    let pages = u32::try_from(set.pages()).context("too many sheets")?;
    let wanted: Vec<String> = paging.placed.iter().filter_map(|placed| placed.piece.sheet()).collect();
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
        if let Some(dir) = option_env!("PACK_LOOK") {
            std::fs::write(format!("{dir}/front.pdf"), &front.pdf).unwrap();
        }
    }

    #[test]
    fn a_template_without_marks_is_refused_in_words() {
        let casebook = sample::casebook();
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let fault = set(&plan, "nothing", &BTreeMap::new()).unwrap_err();
        assert!(fault.to_string().contains("must begin each of its sheets"), "{fault:#}");
    }
}

//! Pressing: set the sheets, copy the papers, open the result again, and go round until it is right.
//!
//! A paper at fault is replaced by a sheet that says why, and the pack is pressed again; a pack that is itself at fault is not
//! handed out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::pack::assemble::{Outcome, assemble};
use crate::pack::book::Fault;
use crate::pack::front::{self, Front};
use crate::pack::manifest::Manifest;
use crate::pack::paging::Cut;
use crate::pack::plan::{Plan, Shown, Which};
use crate::pack::verify::verify;
use crate::panel::ids::{CaseId, Sha256};
use crate::stationery::letters;

/// A pack that was verified, and what had to be said on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pressed {
    pub manifest: Manifest,
    /// The plan as it was pressed, substitutes and all: what an issue freezes.
    pub plan: Plan,
    pub bytes: u64,
    /// About papers that had to be replaced by a sheet.
    pub findings: Vec<Finding>,
}

/// What a pack is made with besides its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Materials {
    /// The Typst template.
    pub template: String,
    /// Files the template may read by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Where each rendition is, by its hash.
    pub renditions: BTreeMap<Sha256, PathBuf>,
}

/// Presses `plan` into `out` and verifies it.
pub fn press(mut plan: Plan, materials: &Materials, out: &Path) -> Result<Pressed> {
    let mut findings = Vec::new();
    // Each round replaces at least one paper that was shown, so this ends.
    loop {
        let front = front::set(&plan, &materials.template, &materials.files)?;
        let whole = front.paging.whole();
        let faults = match assemble(&plan, &front, whole, &materials.renditions, out)? {
            Outcome::Faulty(faults) => faults,
            Outcome::Written(written) => {
                let manifest = Manifest::of(&plan, &front.paging, written.sha256);
                let faults =
                    blamed(verify(read(out)?, None, &manifest, &materials.renditions), &plan, &front)?;
                if faults.is_empty() {
                    findings.extend(unprintable(&front, &plan));
                    plan.frozen = front.lengths;
                    return Ok(Pressed { manifest, plan, bytes: written.bytes, findings });
                }
                faults
            }
        };
        for (which, reason) in faults {
            let shown = plan.paper(which).map(|(_, paper)| &paper.shown);
            if !matches!(shown, Some(Shown::Included(_))) {
                bail!("the sheet that stands for {which} did not pass the pack's own check: {reason}");
            }
            findings.push(
                Finding::warning("pack-substituted", format!("{which} is replaced by a sheet: {reason}"))
                    .about(which.to_string())
                    .hint("look at the paper and ask for it again if need be"),
            );
            plan = plan.showing(which, &Shown::Substituted { reason });
        }
    }
}

/// What is said of letters that the bundled faces have not. Whose they are is not told: they may be a child's name.
fn unprintable(front: &Front, plan: &Plan) -> Option<Finding> {
    // The panel's short name stands in the stamp alone.
    let texts = front.spelt + usize::from(letters::spelt(&plan.facts.heading.short).is_some());
    let said = format!(
        "{texts} texts of the pack have letters of a script no bundled face has; they are spelt in Latin letters"
    );
    let finding = Finding::note("pack-letters", said);
    (texts > 0)
        .then(|| finding.hint("look whether names can still be recognised; bookmarks have them as written"))
}

/// Presses some pages of an issued plan into a file of their own, with the numbers they have, and verifies it.
pub fn press_part(plan: &Plan, materials: &Materials, choose: Part, out: &Path) -> Result<PartFile> {
    let front = front::set(plan, &materials.template, &materials.files)?;
    let cut = match choose {
        Part::Supplement(version) => front.paging.supplement(version),
        Part::Agenda => front.paging.agenda_only(),
        Part::Pages(cut) => Some(cut),
    };
    let cut = cut.context("the pack has no such part")?;
    let manifest = press_cut(plan, &front, materials, cut, out)?;
    let bytes = std::fs::metadata(out).with_context(|| format!("cannot read {}", out.display()))?.len();
    Ok(PartFile { file: out.to_owned(), cases: front.paging.cases(cut), manifest, bytes })
}

/// Some pages of a pack, in a file of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    pub file: PathBuf,
    pub bytes: u64,
    /// The cases on its pages, as far as the reader may see them.
    pub cases: Vec<CaseId>,
    /// Of the whole pack, with this file's pages and hash.
    pub manifest: Manifest,
}

/// The same with the sheets set already.
pub fn press_cut(
    plan: &Plan,
    front: &Front,
    materials: &Materials,
    cut: Cut,
    out: &Path,
) -> Result<Manifest> {
    match assemble(plan, front, cut, &materials.renditions, out)? {
        Outcome::Faulty(faults) => {
            let said: Vec<String> = faults.iter().map(|(which, fault)| format!("{which}: {fault}")).collect();
            bail!("a part of the pack cannot be pressed: {}", said.join("; "))
        }
        Outcome::Written(written) => {
            let manifest = Manifest::of(plan, &front.paging, written.sha256).of_part(cut);
            let faults = verify(read(out)?, None, &manifest, &materials.renditions);
            if let Some(fault) = faults.first() {
                bail!("a part of the pack did not pass its own check: {}", fault.finding.message);
            }
            Ok(manifest)
        }
    }
}

/// Some of a pack's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What this version added, to be sent by itself.
    Supplement(u32),
    /// Cover and agenda, for observers.
    Agenda,
    Pages(Cut),
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The papers at fault, or an error where the pack itself is.
fn blamed(faults: Vec<Fault>, plan: &Plan, front: &Front) -> Result<BTreeMap<Which, String>> {
    // A manifest has an entry for each paper that has a place, in the plan's order.
    let order: Vec<Which> = plan
        .papers()
        .map(|(_, paper)| paper.which)
        .filter(|which| front.paging.of_paper(*which).is_some())
        .collect();
    let mut papers = BTreeMap::new();
    let mut said = Vec::new();
    for fault in faults {
        match fault.entry.and_then(|at| order.get(at)) {
            Some(which) => {
                papers.entry(*which).or_insert(fault.finding.message);
            }
            None => said.push(fault.finding.message),
        }
    }
    if papers.is_empty() && !said.is_empty() {
        bail!("the pack was pressed but did not pass its own check: {}", said.join("; "));
    }
    Ok(papers)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test may write files")]
mod tests {
    use super::*;
    use crate::pack::manifest::How;
    use crate::pack::plan::plan;
    use crate::pack::sample;

    const TEMPLATE: &str = include_str!("../../templates/pack.typ");

    fn materials(renditions: BTreeMap<Sha256, PathBuf>) -> Materials {
        Materials { template: TEMPLATE.to_owned(), files: BTreeMap::new(), renditions }
    }

    #[test]
    fn a_pack_passes_its_own_check() {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let pressed = press(plan, &materials(renditions), &folder.path().join("pack.pdf")).unwrap();
        assert_eq!(pressed.findings, Vec::new());
        assert_eq!(pressed.manifest.entries.len(), 32);
        assert_eq!(pressed.manifest.entries[4].outcome, How::Substituted);
    }

    #[test]
    fn a_damaged_rendition_costs_its_paper_its_place_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let hurt = crate::panel::ids::PaperNumber::new(3);
        let rendition = casebook.cases[0].papers[2].rendition.as_ref().unwrap();
        std::fs::write(&renditions[&rendition.sha256], b"%PDF-1.7 not any more").unwrap();
        let pressed = press(plan, &materials(renditions), &folder.path().join("pack.pdf")).unwrap();
        assert_eq!(pressed.findings.len(), 1);
        let entry = pressed.manifest.entries.iter().find(|entry| entry.number == hurt).unwrap();
        assert_eq!((entry.outcome, entry.first_page), (How::Substituted, entry.last_page));
        assert_eq!(entry.reason.as_deref(), Some("its stored pages are not the ones made when it arrived"));
    }

    /// A pressed sample pack in `folder`.
    fn issued(folder: &Path) -> (Pressed, Materials) {
        let (casebook, renditions) = sample::with_renditions(folder);
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let materials = materials(renditions);
        let pressed = press(plan, &materials, &folder.join("v1.pdf")).unwrap();
        (pressed, materials)
    }

    /// First and last page of each paper.
    fn places(manifest: &Manifest) -> Vec<(u32, u32)> {
        manifest.entries.iter().map(|entry| (entry.first_page, entry.last_page)).collect()
    }

    fn look(folder: &Path, name: &str) {
        if let Some(to) = option_env!("PACK_LOOK") {
            std::fs::copy(folder.join(name), Path::new(to).join(name)).unwrap();
        }
    }

    #[test]
    fn a_supplement_goes_on_from_the_last_number_and_moves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (first, mut materials) = issued(folder.path());
        let (mut casebook, _) = sample::with_renditions(folder.path());
        let pdf = sample::rendition_pdf(90, "Late care plan", 5, "\"a4\"");
        let sha256 = Sha256::from_digest(<sha2::Sha256 as sha2::Digest>::digest(&pdf).into());
        std::fs::write(folder.path().join("late.pdf"), pdf).unwrap();
        materials.renditions.insert(sha256.clone(), folder.path().join("late.pdf"));
        let mut late = sample::paper(90, "210899", "care_plan", "Late care plan", 5);
        late.rendition = Some(crate::panel::paper::Rendition { sha256, pages: 5, without_text: Vec::new() });
        casebook.cases[2].papers.push(late);
        let fresh = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let next = crate::pack::versions::supplement(first.plan.clone(), &fresh).unwrap();
        let second = press(next, &materials, &folder.path().join("v2.pdf")).unwrap();
        let (before, after) = (places(&first.manifest), places(&second.manifest));
        assert_eq!(after[..before.len()], before[..]);
        // One page of contents, then the paper.
        assert_eq!(after.last(), Some(&(first.manifest.pages + 2, first.manifest.pages + 6)));
        let alone = folder.path().join("supplement.pdf");
        let cut = press_part(&second.plan, &materials, Part::Supplement(2), &alone).unwrap().manifest.cut();
        assert_eq!((cut.first, cut.last), (first.manifest.pages + 1, first.manifest.pages + 6));
        let again = crate::pack::versions::supplement(second.plan, &fresh);
        assert_eq!(again, Err(crate::pack::versions::NoVersion::NothingNew));
        look(folder.path(), "v2.pdf");
        look(folder.path(), "supplement.pdf");
    }

    #[test]
    fn a_paper_taken_out_leaves_a_sheet_for_each_of_its_pages() {
        let folder = tempfile::tempdir().unwrap();
        let (first, materials) = issued(folder.path());
        let number = first.manifest.entries[1].number;
        let head = first.manifest.evidence_head.clone();
        let next =
            crate::pack::versions::withdraw(first.plan, number, "it is about another child", head).unwrap();
        let second = press(next, &materials, &folder.path().join("v2.pdf")).unwrap();
        assert_eq!(places(&second.manifest), places(&first.manifest));
        assert_eq!(second.manifest.entries[1].outcome, How::Withdrawn);
        assert_eq!(second.manifest.version, 2);
    }

    #[test]
    fn a_copy_without_a_case_has_the_same_numbers_and_none_of_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let (first, materials) = issued(folder.path());
        let hidden = first.plan.cases[1].id.clone();
        let copy = crate::pack::versions::withholding(first.plan.clone(), &[hidden.clone()].into());
        let out = folder.path().join("copy.pdf");
        let second = press(copy, &materials, &out).unwrap();
        assert_eq!(second.manifest.pages, first.manifest.pages);
        let gone = |entry: &&crate::pack::manifest::Entry| entry.case_id != hidden;
        let kept: Vec<_> = first.manifest.entries.iter().filter(gone).cloned().collect();
        assert_eq!(second.manifest.entries, kept);
        let words = crate::pdf::text::words(&std::fs::read(&out).unwrap()).unwrap();
        let everything: String = words.iter().map(|page| page.text()).collect::<Vec<_>>().join(" ");
        assert!(!everything.contains(hidden.as_str()), "the case is still named");
        assert!(
            !everything.contains("number4 ") && everything.contains("number1 "),
            "its papers are still there"
        );
        look(folder.path(), "copy.pdf");
        let agenda = folder.path().join("agenda.pdf");
        let cut = press_part(&first.plan, &materials, Part::Agenda, &agenda).unwrap().manifest.cut();
        assert_eq!((cut.first, cut.last), (1, 2));
    }
}

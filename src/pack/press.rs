//! Pressing: set the sheets, copy the papers, open the result again, and go round until it is right.
//!
//! A paper at fault is replaced by a sheet that says why, a case whose pages are not surely its own is left out, and the pack is
//! pressed again. Where nothing names the paper at fault it is looked for; where none is, the pack is made all the same and says
//! on each page that it is not verified.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::pack::assemble::{Outcome, Written, assemble};
use crate::pack::blame::culprits;
use crate::pack::fault::{Fault, Whose};
use crate::pack::front::{self, Front, SHIPPED};
use crate::pack::manifest::Manifest;
use crate::pack::paging::Cut;
use crate::pack::plan::{Plan, Which};
use crate::pack::verify::verify;
use crate::panel::ids::{CaseId, Sha256};
use crate::stationery::letters;

/// A pack, whether it was verified, and what had to be said on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pressed {
    pub manifest: Manifest,
    /// The plan as it was pressed, substitutes and all: what an issue freezes.
    pub plan: Plan,
    pub bytes: u64,
    /// About papers and cases that had to be replaced by a sheet, and a template that could not be used.
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

/// Presses `plan` into `out` and verifies it; gives a pack whatever its papers are.
///
/// A paper or a case at fault is left out. What no paper can be blamed for leaves a pack that is marked as not verified.
///
/// Fails when the sheets cannot be set even by the shipped template, or `out` cannot be written.
pub fn press(mut plan: Plan, materials: &Materials, out: &Path) -> Result<Pressed> {
    let mut findings = Vec::new();
    let mut sought = false;
    // What the version before this one was found to be says nothing about this one.
    plan.unverified.clear();
    // Each round leaves out something that was shown, or does one of the things that are done once, so this ends.
    loop {
        let (said, fault) = match attempt(&plan, materials, out) {
            Came::Written(made) => {
                let Made { front, manifest, bytes, faults } = *made;
                let (blamed, rest) = blamed(&faults, &plan, &front);
                if !blamed.is_empty() {
                    plan = replaced(plan, blamed, &mut findings);
                    continue;
                }
                if rest.is_empty() || !plan.unverified.is_empty() {
                    findings.extend(unprintable(&front, &plan));
                    plan.frozen = front.lengths;
                    let found = rest.into_iter().map(|fault| fault.finding).collect();
                    return Ok(Pressed { manifest: Manifest { found, ..manifest }, plan, bytes, findings });
                }
                (rest, None)
            }
            Came::Faulty(faults) => {
                plan = replaced(plan, faults, &mut findings);
                continue;
            }
            Came::Broken(fault) => (Vec::new(), Some(fault)),
        };
        let why = match (&fault, said.first()) {
            (Some(fault), _) => format!("{fault:#}"),
            (None, Some(first)) => first.finding.message.clone(),
            (None, None) => String::new(),
        };
        if !plan.shipped_sheets && materials.template != SHIPPED {
            plan.shipped_sheets = true;
            findings.push(
                Finding::warning(
                    "pack-template",
                    format!("the panel's own template `pack.typ` could not be used: {why}"),
                )
                .hint(
                    "the sheets are set with the shipped template; mend `pack.typ` and create the pack again",
                ),
            );
        } else if let Some((case, reason)) = unsure(&said, &plan) {
            findings.push(
                Finding::warning("pack-case-left-out", format!("case {case} is left out: {reason}"))
                    .about(case.to_string())
                    .hint("look at its documents, and whose child each is about"),
            );
            // In a pack that was issued before, every page keeps its number.
            if plan.facts.version > 1 {
                plan.withheld.insert(case);
            } else {
                plan.omitted.insert(case, reason);
            }
        } else if !sought {
            sought = true;
            let reason = format!("the pack did not pass its own check with it: {why}");
            let found = culprits(&plan.shown(), &mut |shown| passes(&plan, shown, materials, out));
            plan = replaced(
                plan,
                found.into_iter().map(|which| (which, reason.clone())).collect(),
                &mut findings,
            );
        } else if let Some(fault) = fault {
            return Err(fault);
        } else {
            plan.unverified = said.iter().map(|fault| fault.finding.message.clone()).collect();
            plan.unverified.dedup();
        }
    }
}

/// A pack on disk, and what its check found.
struct Made {
    front: Front,
    manifest: Manifest,
    bytes: u64,
    faults: Vec<Fault>,
}

/// What came of pressing once.
enum Came {
    Written(Box<Made>),
    /// These papers cannot be copied.
    Faulty(BTreeMap<Which, String>),
    /// The sheets could not be set, or a reader gave up.
    Broken(anyhow::Error),
}

fn attempt(plan: &Plan, materials: &Materials, out: &Path) -> Came {
    let once = || -> Result<Came> {
        let front = front::set(plan, &materials.template, &materials.files)?;
        let whole = front.paging.whole();
        Ok(match assemble(plan, &front, whole, &materials.renditions, out)? {
            Outcome::Faulty(faults) => Came::Faulty(faults),
            Outcome::Written(Written { sha256, bytes }) => {
                let manifest = Manifest::of(plan, &front.paging, sha256);
                let faults = verify(read(out)?, None, &manifest, &materials.renditions);
                Came::Written(Box::new(Made { front, manifest, bytes, faults }))
            }
        })
    };
    // A reader that panics on a paper must not cost the pack: the paper is looked for.
    match catch_unwind(AssertUnwindSafe(once)) {
        Ok(came) => came.unwrap_or_else(Came::Broken),
        Err(_) => Came::Broken(anyhow!("a reader stopped in the middle of a page")),
    }
}

/// Whether the pack is sound but for single papers when no other papers than these are shown.
fn passes(plan: &Plan, shown: &[Which], materials: &Materials, out: &Path) -> bool {
    let others = plan.shown().into_iter().filter(|which| !shown.contains(which));
    let less =
        others.fold(plan.clone(), |plan, which| plan.without(which, "left out to find what is at fault"));
    match attempt(&less, materials, out) {
        Came::Written(made) => blamed(&made.faults, &less, &made.front).1.is_empty(),
        Came::Faulty(_) => true,
        Came::Broken(_) => false,
    }
}

/// The plan with a sheet for each of these papers, which is said.
fn replaced(plan: Plan, papers: BTreeMap<Which, String>, findings: &mut Vec<Finding>) -> Plan {
    papers.into_iter().fold(plan, |plan, (which, reason)| {
        findings.push(
            Finding::warning("pack-substituted", format!("{which} is replaced by a sheet: {reason}"))
                .about(which.to_string())
                .hint("look at the document and ask for it again if need be"),
        );
        plan.without(which, &reason)
    })
}

/// A case that the check could not be sure of and that is still in the pack.
fn unsure(faults: &[Fault], plan: &Plan) -> Option<(CaseId, String)> {
    faults.iter().find_map(|fault| match &fault.whose {
        Whose::Case(case) if !plan.leaves_out(case) => Some((
            case.clone(),
            format!("the pack's own check could not be sure of its pages: {}", fault.finding.message),
        )),
        _ => None,
    })
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
///
/// Fails like [`press`], and when the plan has no such part.
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
///
/// Fails when `out` cannot be written, or the part is not what it must be.
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
            bail!("a part of the pack cannot be created: {}", said.join("; "))
        }
        Outcome::Written(written) => {
            let manifest = Manifest::of(plan, &front.paging, written.sha256).of_part(cut);
            let faults = verify(read(out)?, None, &manifest, &materials.renditions);
            if let Some(fault) = faults.iter().find(|fault| !is_accepted(fault, plan)) {
                bail!("a part of the pack did not pass its own check: {}", fault.finding.message);
            }
            Ok(Manifest { found: faults.into_iter().map(|fault| fault.finding).collect(), ..manifest })
        }
    }
}

/// Whether a part of a pack that goes out unverified may have this fault too: what is no paper's and about no child.
pub fn is_accepted(fault: &Fault, plan: &Plan) -> bool {
    !plan.unverified.is_empty() && fault.whose == Whose::Pack
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

/// The papers at fault whose pages are shown, and all that is no shown paper's.
fn blamed(faults: &[Fault], plan: &Plan, front: &Front) -> (BTreeMap<Which, String>, Vec<Fault>) {
    // A manifest has an entry for each paper that has a place, in the plan's order.
    let order: Vec<Which> = plan
        .papers()
        .map(|(_, paper)| paper.which)
        .filter(|which| front.paging.of_paper(*which).is_some())
        .collect();
    let shown = plan.shown();
    let (mut papers, mut rest) = (BTreeMap::new(), Vec::new());
    for fault in faults {
        let entry = match fault.whose {
            Whose::Entry(at) => order.get(at).filter(|which| shown.contains(which)),
            _ => None,
        };
        match entry {
            Some(which) => {
                papers.entry(*which).or_insert_with(|| fault.finding.message.clone());
            }
            None => rest.push(fault.clone()),
        }
    }
    (papers, rest)
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

    #[test]
    fn a_template_that_cannot_be_set_gives_way_to_the_shipped_one() {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let wrong_numbers = TEMPLATE.replace(
            "#let range(first, last) = ",
            "#let range(first, last) = if first == none [] else [0]\n#let other(first, last) = ",
        );
        for template in ["#nonsense", wrong_numbers.as_str()] {
            let materials = Materials { template: template.to_owned(), ..materials(renditions.clone()) };
            let pressed = press(plan.clone(), &materials, &folder.path().join("pack.pdf")).unwrap();
            let codes: Vec<&str> = pressed.findings.iter().map(|finding| finding.code.as_str()).collect();
            assert_eq!((codes.as_slice(), pressed.manifest.verified), (&["pack-template"][..], true));
            let again =
                press_part(&pressed.plan, &materials, Part::Agenda, &folder.path().join("agenda.pdf"));
            assert!(again.is_ok(), "a part is set as the pack was: {again:?}");
        }
    }

    #[test]
    fn what_no_paper_can_be_blamed_for_leaves_a_pack_that_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let mut facts = sample::facts();
        facts.heading.marking = String::new();
        let plan = plan(&casebook, &sample::agenda(&casebook), facts);
        let materials = materials(renditions);
        let out = folder.path().join("unverified.pdf");
        let pressed = press(plan, &materials, &out).unwrap();
        assert!(!pressed.manifest.verified && pressed.findings.is_empty(), "{:?}", pressed.findings);
        let found: Vec<&str> = pressed.manifest.found.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(found, ["pack-marking"]);
        let words = crate::pdf::text::words(&std::fs::read(&out).unwrap()).unwrap();
        assert!(words[0].text().contains("NOT VERIFIED: this pack did not pass its own check"));
        assert!(words[0].text().contains("The pack does not say its marking"), "{}", words[0].text());
        assert!(words.iter().all(|page| page.text().contains("NOT VERIFIED")));
        assert!(press_part(&pressed.plan, &materials, Part::Agenda, &folder.path().join("part.pdf")).is_ok());
        look(folder.path(), "unverified.pdf");
    }

    #[test]
    fn a_paper_that_nothing_names_is_found_and_the_rest_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let (mut casebook, mut renditions) = sample::with_renditions(folder.path());
        // Something that acts, where a page keeps how its lines are drawn.
        let rendition = casebook.cases[3].papers[1].rendition.as_mut().unwrap();
        let mut document = lopdf::Document::load(&renditions[&rendition.sha256]).unwrap();
        let acting = document.add_object(lopdf::dictionary! { "S" => "Launch" });
        let page = document.get_pages()[&2];
        let states = lopdf::dictionary! { "Extra" => acting };
        let resources = lopdf::dictionary! { "ExtGState" => states };
        document.get_dictionary_mut(page).unwrap().set("Resources", resources);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        rendition.sha256 = Sha256::from_digest(<sha2::Sha256 as sha2::Digest>::digest(&bytes).into());
        let path = folder.path().join("acting.pdf");
        std::fs::write(&path, bytes).unwrap();
        renditions.insert(rendition.sha256.clone(), path);
        let hurt = casebook.cases[3].papers[1].number;
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let pressed = press(plan, &materials(renditions), &folder.path().join("pack.pdf")).unwrap();
        assert!(pressed.manifest.verified);
        let subjects: Vec<&str> = pressed.findings.iter().map(|finding| finding.subject.as_str()).collect();
        assert_eq!(subjects, [hurt.to_string()]);
        let left: Vec<_> =
            pressed.manifest.entries.iter().filter(|entry| entry.outcome != How::Included).collect();
        assert_eq!(left.len(), 2, "it and the one that is behind a password");
    }

    #[test]
    fn a_case_that_is_left_out_has_one_sheet_and_is_nowhere_led_to() {
        let folder = tempfile::tempdir().unwrap();
        let (casebook, renditions) = sample::with_renditions(folder.path());
        let mut plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let (out, case) = (folder.path().join("omitted.pdf"), plan.cases[2].id.clone());
        plan.omitted.insert(case.clone(), "the pack's own check could not be sure of its pages".to_owned());
        let pressed = press(plan, &materials(renditions), &out).unwrap();
        assert!(pressed.manifest.verified && pressed.findings.is_empty(), "{:?}", pressed.findings);
        let [left] = pressed.manifest.left_out.as_slice() else { panic!("{:?}", pressed.manifest.left_out) };
        assert_eq!(left.case_id, case);
        assert!(pressed.manifest.entries.iter().all(|entry| entry.case_id != case));
        let words = crate::pdf::text::words(&std::fs::read(&out).unwrap()).unwrap();
        let sheet = words[usize::try_from(left.page - 1).unwrap()].text();
        assert!(sheet.contains("left out") || sheet.contains("LEFT OUT"), "{sheet}");
        look(folder.path(), "omitted.pdf");
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
            "its documents are still there"
        );
        look(folder.path(), "copy.pdf");
        let agenda = folder.path().join("agenda.pdf");
        let cut = press_part(&first.plan, &materials, Part::Agenda, &agenda).unwrap().manifest.cut();
        assert_eq!((cut.first, cut.last), (1, 2));
    }

    #[test]
    fn an_extract_has_its_own_pages_under_the_packs_numbers_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let (first, materials) = issued(folder.path());
        let own = first.plan.cases[2].id.clone();
        let extract = crate::pack::versions::only(first.plan.clone(), &[own.clone()].into());
        let out = folder.path().join("extract.pdf");
        let part = press_part(&extract, &materials, Part::Pages(first.manifest.whole()), &out).unwrap();
        let (manifest, held) = (&part.manifest, part.manifest.held());
        assert_eq!((manifest.pages, part.cases), (first.manifest.pages, vec![own.clone()]));
        let theirs: Vec<_> =
            first.manifest.entries.iter().filter(|entry| entry.case_id == own).cloned().collect();
        assert_eq!(manifest.entries, theirs, "their documents, on the pages they have in the pack");
        let words = crate::pdf::text::words(&std::fs::read(&out).unwrap()).unwrap();
        assert_eq!(words.len(), held.count());
        assert!(held.count() < usize::try_from(manifest.pages).unwrap() / 2, "{}", held.said());
        for (number, page) in held.pages().zip(&words) {
            assert!(page.text().contains(&format!("{number} of {}", manifest.pages)), "{}", page.text());
            assert!(!page.text().contains("Withheld from this copy"), "page {number}");
        }
        let contents = words.iter().find(|page| page.text().contains("An extract of the pack")).unwrap();
        assert!(contents.text().contains(&format!("pages {} of {}", held.said(), manifest.pages)));
        // What a reader shows as the page's label is what is printed on it.
        let document = lopdf::Document::load(&out).unwrap();
        let labels = document.catalog().unwrap().get(b"PageLabels").unwrap().as_dict().unwrap();
        let labels = labels.get(b"Nums").unwrap().as_array().unwrap();
        assert_eq!(labels.len(), 2 * held.runs().len());
        for other in first.plan.cases.iter().filter(|case| case.id != own) {
            assert!(words.iter().all(|page| !page.text().contains(other.id.as_str())), "{}", other.id);
        }
        look(folder.path(), "extract.pdf");
    }
}

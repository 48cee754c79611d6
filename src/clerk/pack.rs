//! Presses the pack of a meeting and puts it, with its manifest, into the meeting's folder; beside a pack that is not verified
//! lies what to look at.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::clerk::history;
use crate::clerk::house::House;
use crate::clerk::letters::holders;
use crate::clerk::letters::taken_back;
use crate::clerk::losses;
use crate::clerk::pack_worker;
use crate::clerk::pressings::{Pressing, placed, renditions};
use crate::clerk::sitting::Sitting;
use crate::clerk::templates;
use crate::clerk::usage::Usage;
use crate::finding::Finding;
use crate::pack::beside;
use crate::pack::facts::PackFacts;
use crate::pack::fault::WHOSE;
use crate::pack::job::{PACK, PartJob};
use crate::pack::manifest::Manifest;
use crate::pack::plan::{self, Plan};
use crate::pack::press::Part;
use crate::pack::versions;
use crate::panel::acts::{Act, Hand};
use crate::panel::ids::{PaperNumber, Sha256};
use crate::post::kind::LetterKind;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// A pack in its folder.
#[derive(Debug)]
pub struct Made {
    pub pack: PathBuf,
    pub manifest_file: PathBuf,
    pub manifest: Manifest,
    pub findings: Vec<Finding>,
    /// Cases that lost papers since the agenda was made, and an inbox that could not be seen.
    pub losses: Vec<Finding>,
    /// Who holds a pack with a paper that was taken out, where one was.
    pub recall: Option<PathBuf>,
    /// What to look at before the pack is accepted, where it is not verified.
    pub to_look_at: Option<PathBuf>,
}

impl Made {
    /// In a few words, for the administrator's workbook.
    pub fn said(&self) -> String {
        let Manifest { version, pages, meeting, .. } = &self.manifest;
        let mut said = match self.to_look_at.as_deref().and_then(|list| list.file_name()) {
            None => format!("version {version} has {pages} pages and is verified"),
            Some(list) => format!(
                "version {version} has {pages} pages and is NOT verified: look at `{}`; it is sent only after it is \
                 accepted: the task `Accept the pack unverified`, or `panelclerk accept {meeting} --by NAME --reason TEXT`",
                list.to_string_lossy()
            ),
        };
        for loss in &self.losses {
            said.push_str(&format!("; {}", loss.message));
        }
        said
    }

    fn with(self, losses: Vec<Finding>) -> Self {
        Made { losses, ..self }
    }
}

/// Presses the pack; a version that has gone out is frozen.
///
/// Fails when the pack cannot be made, or its folder cannot be written to.
pub fn press(house: &House, register: &mut Register, sitting: &Sitting) -> Result<Made> {
    let day = sitting.day();
    if let Some(latest) = Pressing::last_issued(register, day)? {
        let version = latest.manifest.version;
        return Err(Usage::new(format!(
            "version {version} of the pack for {day} has gone out and is frozen"
        ))
        .hint("late documents go into a supplement: `panelclerk pack --supplement`")
        .into());
    }
    let losses = losses::of(register, sitting)?;
    register.freeze_agenda(&sitting.agenda, house.now())?;
    let plan = plan::plan(&sitting.casebook, &sitting.agenda, facts(house, register, sitting)?);
    Ok(press_plan(house, register, sitting, plan)?.with(losses))
}

/// The next version, with what has come since the last one went out; the supplement by itself beside it.
///
/// Fails when no pack has gone out, and when nothing has come since.
pub fn supplement(house: &House, register: &mut Register, sitting: &Sitting) -> Result<Made> {
    let losses = losses::of(register, sitting)?;
    let mut issued = gone_out(register, sitting)?;
    // A supplement that nobody was sent is pressed afresh, with what has come since.
    if let Some(last) = Pressing::last_issued(register, sitting.day())? {
        issued.supplements.retain(|late| late.version <= last.manifest.version);
        issued.frozen = last.plan()?.frozen;
    }
    let fresh = plan::plan(&sitting.casebook, &sitting.agenda, facts(house, register, sitting)?);
    let plan = versions::supplement(issued, &fresh).map_err(|refused| Usage::new(refused.to_string()))?;
    let made = press_plan(house, register, sitting, plan)?;
    let version = made.manifest.version;
    let plan = Pressing::latest(register, sitting.day())?
        .context("the version created is not where it was put")?
        .plan()?;
    let template = templates::of_pack(house, &plan)?;
    let renditions = renditions(register, &plan);
    let job = PartJob { plan, part: Part::Supplement(version), template, renditions };
    let answered = house.press()?.ask(&job).context("the supplement could not be created")?;
    let bytes = answered.files.read(PACK)?;
    let supplement = sitting.file(&format!("supplement v{version}"), "pdf");
    let manifest = serde_json::to_vec_pretty(&answered.answer.manifest)?;
    house.shares.put(&supplement, &bytes)?;
    house.shares.put(&supplement.with_extension("manifest.json"), &manifest)?;
    Ok(made.with(losses))
}

/// The next version without a paper, the order in the audit trail, and the list of those who hold the paper.
///
/// Fails when no pack has gone out, or the paper is not in it.
pub fn withdraw(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    paper: PaperNumber,
    hand: &Hand,
) -> Result<Made> {
    let issued = gone_out(register, sitting)?;
    // What cannot be taken out is refused before anything is recorded.
    let mut plan = versions::withdraw(issued, paper, &hand.reason, head(register)?)
        .map_err(|refused| Usage::new(refused.to_string()))?;
    register.act(&Act::Exclude { paper }, hand, house.now())?;
    plan.facts.evidence_head = head(register)?;
    let sitting = Sitting::draw(house, register, Some(&sitting.day().to_string()))?;
    let made = press_plan(house, register, &sitting, plan)?;
    let list = sitting.file("recall list", "csv");
    let recalls = holders::recalls(&holders::held(register, sitting.day())?, &made.manifest);
    let shows: BTreeSet<&str> =
        recalls.iter().flat_map(|recall| recall.files.iter().map(|held| held.copy.letter.as_str())).collect();
    let unsent: Vec<LetterRow> = register
        .letters(sitting.day())?
        .into_iter()
        .filter(|row| row.state.may_go())
        .filter(|row| row.kind == LetterKind::Pack.word() || shows.contains(row.draft.as_str()))
        .collect();
    taken_back::take_back(house, register, &sitting, unsent, "a document was taken out of the pack")?;
    house.shares.put(&list, beside::recall(&holders::table(&recalls)).as_bytes())?;
    Ok(Made { recall: Some(list), ..made })
}

fn head(register: &Register) -> Result<Sha256> {
    register.evidence_head()?.parse().context("the head of the evidence")
}

/// What the next version is made of: the newest plan, whether it has gone out or not, so that a paper taken out stays out. Its
/// version is that of the newest that has gone out.
fn gone_out(register: &Register, sitting: &Sitting) -> Result<Plan> {
    let day = sitting.day();
    match Pressing::last_issued(register, day)? {
        Some(issued) => {
            let latest = Pressing::latest(register, day)?.context("the issued version is not kept")?;
            let mut plan = latest.plan()?;
            plan.facts.version = issued.manifest.version;
            Ok(plan)
        }
        None => Err(Usage::new(format!("no pack for {day} has gone out yet"))
            .hint("create it again as it stands: `panelclerk pack`")
            .into()),
    }
}

fn press_plan(house: &House, register: &mut Register, sitting: &Sitting, plan: Plan) -> Result<Made> {
    let renditions = renditions(register, &plan);
    let stage = house.progress.stage("creating and verifying the pack", 1);
    let (answered, mut findings) = pack_worker::ask(house, plan, renditions)?;
    stage.step();
    let pressed = answered.answer;
    findings.extend(pressed.findings);
    let pack = answered.files.read(PACK)?;
    let kept = Pressing::keep(register, &pressed.plan, &pressed.manifest, &pack, house.now())?;
    let (pack, manifest_file) = place(house, sitting, &kept, &pressed.manifest)?;
    let to_look_at = look_at(house, sitting, &pressed.manifest)?;
    house.shares.put(
        &sitting.file("not in the pack", "csv"),
        beside::list(&sitting.casebook, &sitting.words).as_bytes(),
    )?;
    Ok(Made {
        pack,
        manifest_file,
        manifest: pressed.manifest,
        findings,
        losses: Vec::new(),
        recall: None,
        to_look_at,
    })
}

/// The list of what to look at in a pack that is not verified; none where it is, and an older one is removed.
fn look_at(house: &House, sitting: &Sitting, manifest: &Manifest) -> Result<Option<PathBuf>> {
    let pack = placed(sitting, manifest.version).0;
    let stem = pack.file_stem().unwrap_or_default().to_string_lossy();
    let list = pack.with_file_name(format!("{stem} NOT VERIFIED.txt"));
    if !manifest.verified {
        house.shares.put(&list, beside::to_look_at(manifest).as_bytes())?;
        return Ok(Some(list));
    }
    house.shares.remove(&list)?;
    Ok(None)
}

/// Accepts the newest pack although it did not pass its own check, or takes that back; says which version it was.
///
/// Fails when there is no pack, or it passed its check and needs nobody's word.
pub fn accept(
    house: &House,
    register: &mut Register,
    day: NaiveDate,
    hand: &Hand,
    accepted: bool,
) -> Result<u32> {
    let Some(Pressing { manifest, .. }) = Pressing::latest(register, day)? else {
        return Err(Usage::new(format!("there is no pack for {day}"))
            .hint("create it with `panelclerk pack`")
            .into());
    };
    let Manifest { version, sha256, found, .. } = manifest;
    if manifest.verified {
        return Err(Usage::new(format!("version {version} of the pack for {day} is verified"))
            .hint("there is nothing to accept")
            .into());
    }
    if let Some(fault) = found.iter().find(|fault| fault.code == WHOSE).filter(|_| accepted) {
        return Err(Usage::new(format!("this cannot be accepted: {}", fault.message))
            .hint("look at whose child the page is about, and create the pack again")
            .into());
    }
    register.act(&Act::AcceptPack { meeting: day, version, sha256, accepted }, hand, house.now())?;
    Ok(version)
}

/// Puts the pack and its manifest into the meeting's folder.
fn place(
    house: &House,
    sitting: &Sitting,
    kept: &std::path::Path,
    manifest: &Manifest,
) -> Result<(PathBuf, PathBuf)> {
    let (pack, manifest_file) = placed(sitting, manifest.version);
    let bytes = fs::read(kept).with_context(|| format!("`{}`", kept.display()))?;
    house.shares.put(&pack, &bytes)?;
    house.shares.put(&manifest_file, &serde_json::to_vec_pretty(manifest)?)?;
    Ok((pack, manifest_file))
}

/// What the pack prints besides its cases.
fn facts(house: &House, register: &Register, sitting: &Sitting) -> Result<PackFacts> {
    let history = history::before(register, sitting.day())?;
    Ok(PackFacts {
        rehearsal: house.config.rehearsal,
        version: 1,
        earlier: history::decisions(&history, &sitting.words),
        ..PackFacts::new(sitting.heading.clone(), sitting.words.clone(), head(register)?)
    })
}

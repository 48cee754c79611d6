//! Presses the pack of a meeting and puts it, with its manifest, into the meeting's folder.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

use crate::commands::history;
use crate::commands::house::{House, Settings, shown};
use crate::commands::pressed::{Pressing, renditions};
use crate::commands::screen::{self, Exit, Usage};
use crate::commands::sitting::Sitting;
use crate::commands::{shipped, templates};
use crate::finding::Finding;
use crate::pack::beside;
use crate::pack::facts::{Facts, Funding};
use crate::pack::job::{PACK, PartJob, PressJob};
use crate::pack::manifest::{How, Manifest};
use crate::pack::plan::{self, Plan};
use crate::pack::press::Part;
use crate::pack::versions;
use crate::panel::funding::Asked;
use crate::panel::ids::PaperNumber;
use crate::register::Register;

#[derive(Debug, Args)]
pub struct Pack {
    /// The meeting's date; left out, the next meeting
    meeting: Option<String>,
    /// Late papers: a supplement to the pack that has gone out, and the pack with it at its end
    #[arg(long, conflicts_with = "withdraw")]
    supplement: bool,
    /// Takes a paper out of the pack that has gone out, leaving a sheet for each of its pages
    #[arg(long, value_name = "PAPER", requires = "reason")]
    withdraw: Option<PaperNumber>,
    /// Why the paper is taken out; printed on the sheets
    #[arg(long)]
    reason: Option<String>,
}

/// A pack in its folder.
#[derive(Debug)]
pub struct Made {
    pub pack: PathBuf,
    pub manifest_file: PathBuf,
    pub manifest: Manifest,
    pub findings: Vec<Finding>,
}

pub fn run(settings: &Settings, args: &Pack) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let sitting = Sitting::draw(&house, &register, args.meeting.as_deref())?;
    let made = match (args.supplement, args.withdraw) {
        (true, _) => supplement(&house, &mut register, &sitting)?,
        (false, Some(paper)) => {
            withdraw(&house, &mut register, &sitting, paper, args.reason.as_deref().unwrap_or_default())?
        }
        (false, None) => press(&house, &mut register, &sitting)?,
    };
    let substituted = made.manifest.entries.iter().filter(|entry| entry.outcome == How::Substituted).count();
    if house.json {
        screen::json(&json!({
            "pack": shown(&made.pack, &house.config),
            "manifest_file": shown(&made.manifest_file, &house.config),
            "manifest": made.manifest,
            "findings": made.findings,
        }))?;
    } else {
        let Manifest { pages, version, .. } = made.manifest;
        screen::line(format!("pressed version {version}: {pages} pages, verified"));
        screen::line(format!("pack: {}", shown(&made.pack, &house.config)));
        for entry in made.manifest.entries.iter().filter(|entry| entry.outcome == How::Substituted) {
            let reason = entry.reason.as_deref().unwrap_or("it could not be shown");
            screen::line(format!(
                "{} {}: a sheet stands in its place: {reason}",
                entry.number, entry.case_id
            ));
        }
    }
    Ok(if substituted == 0 { Exit::Done } else { Exit::Look })
}

/// Presses the pack; a version that has gone out is frozen.
pub fn press(house: &House, register: &mut Register, sitting: &Sitting) -> Result<Made> {
    let day = sitting.day();
    if let Some(latest) = Pressing::last_issued(house, register, day)? {
        let version = latest.manifest.version;
        return Err(Usage::new(format!(
            "version {version} of the pack for {day} has gone out and is frozen"
        ))
        .hint("late papers go into a supplement: `panelclerk pack --supplement`")
        .into());
    }
    register.freeze_agenda(&sitting.agenda, house.now())?;
    let plan = plan::plan(&sitting.casebook, &sitting.agenda, facts(house, register, sitting)?);
    press_plan(house, register, sitting, plan)
}

/// The next version, with what has come since the last one went out; the supplement by itself beside it.
pub fn supplement(house: &House, register: &mut Register, sitting: &Sitting) -> Result<Made> {
    let issued = gone_out(house, register, sitting)?;
    let fresh = plan::plan(&sitting.casebook, &sitting.agenda, facts(house, register, sitting)?);
    let plan = versions::supplement(issued, &fresh).map_err(|refused| Usage::new(refused.to_string()))?;
    let made = press_plan(house, register, sitting, plan)?;
    let version = made.manifest.version;
    let plan = Pressing::latest(house, register, sitting.day())?
        .context("the pressed version is not where it was put")?
        .plan()?;
    let template = templates::text(house, "pack.typ", shipped::text("pack.typ")?)?;
    let renditions = renditions(register, &plan);
    let job = PartJob { plan, part: Part::Supplement(version), template, renditions };
    let answered = house.press()?.ask(&job).context("the supplement could not be pressed")?;
    let file = answered.files.path().join(PACK);
    let bytes = fs::read(&file).with_context(|| format!("`{}`", file.display()))?;
    shipped::put(&sitting.file(&format!("supplement v{version}"), "pdf"), &bytes)?;
    Ok(made)
}

/// The next version without a paper.
pub fn withdraw(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    paper: PaperNumber,
    reason: &str,
) -> Result<Made> {
    let issued = gone_out(house, register, sitting)?;
    let head = register.evidence_head()?.parse().context("the head of the evidence")?;
    let plan =
        versions::withdraw(issued, paper, reason, head).map_err(|refused| Usage::new(refused.to_string()))?;
    press_plan(house, register, sitting, plan)
}

/// The plan of the newest version that has gone out.
fn gone_out(house: &House, register: &Register, sitting: &Sitting) -> Result<Plan> {
    let day = sitting.day();
    match Pressing::last_issued(house, register, day)? {
        Some(issued) => issued.plan(),
        None => Err(Usage::new(format!("no pack for {day} has gone out yet"))
            .hint("press it again as it stands: `panelclerk pack`")
            .into()),
    }
}

fn press_plan(house: &House, register: &Register, sitting: &Sitting, plan: Plan) -> Result<Made> {
    let template = templates::text(house, "pack.typ", shipped::text("pack.typ")?)?;
    let renditions = renditions(register, &plan);
    let stage = house.progress.stage("pressing and verifying the pack", 1);
    let job = PressJob { plan, template, renditions };
    let answered = house.press()?.ask(&job).context("the pack could not be pressed")?;
    stage.step();
    let pressed = answered.answer;
    let kept = Pressing::keep(house, &pressed.plan, &pressed.manifest, &answered.files.path().join(PACK))?;
    let (pack, manifest_file) = place(sitting, &kept, &pressed.manifest)?;
    shipped::put(
        &sitting.file("not in the pack", "csv"),
        beside::list(&sitting.casebook, &sitting.words).as_bytes(),
    )?;
    Ok(Made { pack, manifest_file, manifest: pressed.manifest, findings: pressed.findings })
}

/// Puts the pack and its manifest into the meeting's folder.
fn place(sitting: &Sitting, kept: &std::path::Path, manifest: &Manifest) -> Result<(PathBuf, PathBuf)> {
    let what = if manifest.version == 1 { "pack".to_owned() } else { format!("pack v{}", manifest.version) };
    let pack = sitting.file(&what, "pdf");
    let manifest_file = pack.with_extension("manifest.json");
    let bytes = fs::read(kept).with_context(|| format!("`{}`", kept.display()))?;
    shipped::put(&pack, &bytes)?;
    shipped::put(&manifest_file, &serde_json::to_vec_pretty(manifest)?)?;
    Ok((pack, manifest_file))
}

/// What the pack prints besides its cases.
fn facts(house: &House, register: &Register, sitting: &Sitting) -> Result<Facts> {
    let history = history::before(register, sitting.day())?;
    let head = register.evidence_head()?.parse().context("the head of the evidence")?;
    Ok(Facts {
        rehearsal: house.config.rehearsal,
        version: 1,
        funding: funding_lines(house, sitting, &history),
        actions: history::open_actions(&history),
        earlier: history::decisions(&history, &sitting.words),
        ..Facts::new(sitting.heading.clone(), sitting.words.clone(), head)
    })
}

fn funding_lines(house: &House, sitting: &Sitting, history: &history::History) -> Vec<Funding> {
    let line = |asked: Asked| Funding {
        funder: asked.funder.plain().to_owned(),
        weekly: asked.weekly,
        remaining: asked.remaining,
    };
    history::funding(house.rules(), &sitting.casebook, history).into_iter().map(line).collect()
}

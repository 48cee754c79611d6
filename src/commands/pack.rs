//! `pack`: presses the pack, a supplement, or a version with a paper taken out, and says where it is.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::clerk::house::{Settings, shown};
use crate::clerk::pack;
use crate::clerk::sitting::Sitting;
use crate::commands::screen::{self, Exit};
use crate::finding::Finding;
use crate::pack::manifest::{How, Manifest};
use crate::panel::ids::PaperNumber;

#[derive(Debug, Args)]
pub struct Pack {
    /// The meeting's date; left out, the next meeting
    meeting: Option<String>,
    /// Late documents: a supplement to the pack that has gone out, and the pack with it at its end
    #[arg(long, conflicts_with = "withdraw")]
    supplement: bool,
    /// Takes a document out of the pack that has gone out, leaving a sheet for each of its pages, and lists who must be asked to
    /// delete it
    #[arg(long, value_name = "PAPER", requires_all = ["by", "reason"])]
    withdraw: Option<PaperNumber>,
    /// With `--withdraw`, your name; your login is recorded as well
    #[arg(long, value_name = "NAME", requires = "withdraw", value_parser = screen::said)]
    by: Option<String>,
    /// With `--withdraw`, why; printed on the sheets and kept in the audit trail
    #[arg(long, value_name = "TEXT", requires = "withdraw", value_parser = screen::said)]
    reason: Option<String>,
}

pub fn run(settings: &Settings, args: &Pack) -> Result<Exit> {
    let house = settings.open()?;
    let mut register = house.register()?;
    let sitting = Sitting::draw(&house, &register, args.meeting.as_deref())?;
    let made = match (args.supplement, args.withdraw) {
        (true, _) => pack::supplement(&house, &mut register, &sitting)?,
        (false, Some(paper)) => {
            let (by, reason) = (args.by.as_deref(), args.reason.as_deref());
            let hand = house.hand(by.unwrap_or_default(), reason.unwrap_or_default());
            pack::withdraw(&house, &mut register, &sitting, paper, &hand)?
        }
        (false, None) => pack::press(&house, &mut register, &sitting)?,
    };
    let substituted = made.manifest.entries.iter().filter(|entry| entry.outcome == How::Substituted).count();
    let nothing = sitting.agenda.cases().next().is_none();
    if house.json {
        screen::json(&json!({
            "pack": shown(&made.pack, &house.config),
            "manifest_file": shown(&made.manifest_file, &house.config),
            "manifest": made.manifest,
            "findings": made.findings,
            "losses": made.losses,
            "recall_list": made.recall.as_deref().map(|list| shown(list, &house.config)),
            "to_look_at": made.to_look_at.as_deref().map(|list| shown(list, &house.config)),
        }))?;
    } else {
        let Manifest { pages, version, .. } = made.manifest;
        let verified = if made.manifest.verified { "verified" } else { "NOT verified" };
        screen::line(format!("pack version {version} created: {pages} pages, {verified}"));
        screen::line(format!("pack: {}", shown(&made.pack, &house.config)));
        if let Some(list) = &made.to_look_at {
            made.manifest
                .found
                .iter()
                .for_each(|found| screen::line(format!("look at it: {}", found.message)));
            screen::line(format!("what to look at: {}", shown(list, &house.config)));
            let day = sitting.day();
            screen::line(format!(
                "it is sent only after a person has accepted it: `panelclerk accept {day} --by NAME --reason TEXT`"
            ));
        }
        if let Some(list) = &made.recall {
            screen::line(format!("who was sent the document: {}", shown(list, &house.config)));
            let day = sitting.day();
            screen::line(format!("ask them to delete it: `panelclerk send recall {day} --go`"));
        }
        made.losses.iter().map(remark).for_each(screen::line);
        remarks(&made.findings).for_each(screen::line);
        if nothing {
            screen::line("no case is on the agenda: the pack holds no document");
        }
        for entry in made.manifest.entries.iter().filter(|entry| entry.outcome == How::Substituted) {
            let reason = entry.reason.as_deref().unwrap_or("it could not be shown");
            screen::line(format!(
                "{} {}: a sheet stands in its place: {reason}",
                entry.number, entry.case_id
            ));
        }
        for case in &made.manifest.left_out {
            screen::line(format!("{}: a sheet stands in its place: {}", case.case_id, case.reason));
        }
    }
    let whole = substituted == 0 && made.manifest.left_out.is_empty();
    let whole = whole && made.losses.is_empty();
    Ok(if whole && !nothing && made.manifest.verified { Exit::Done } else { Exit::Look })
}

/// What was found that is not about a single document, which the entries tell.
fn remarks(findings: &[Finding]) -> impl Iterator<Item = String> {
    let general = findings.iter().filter(|finding| finding.subject.is_empty());
    general.map(remark)
}

fn remark(finding: &Finding) -> String {
    match &finding.hint {
        Some(hint) => format!("{}; {hint}", finding.message),
        None => finding.message.clone(),
    }
}

//! Why a paper is not in a pack, or is but cannot be shown, in the words printed there. Pure.

use crate::panel::paper::{Paper, PaperState, Verdict};

/// The reason without the file's name, which may hold the child's.
pub(crate) fn why_not_shown(paper: &Paper) -> String {
    let worst = paper.findings.iter().min_by_key(|finding| finding.severity);
    let said = paper.reason.clone().or_else(|| worst.map(|finding| finding.message.clone()));
    let said = said.unwrap_or_else(|| "no pages could be made of it".to_owned());
    let name = paper.file.rsplit('/').next().unwrap_or(&paper.file);
    said.replace(&format!("`{}`", paper.file), "the file")
        .replace(&format!("`{name}`"), "the file")
        .replace(name, "the file")
}

/// Why a paper of a listed case is left out.
pub(crate) fn why_left_out(paper: &Paper) -> String {
    match paper.state {
        PaperState::Arriving => "was still being copied",
        PaperState::Accepted if paper.received.verdict == Verdict::Late => {
            "received after the deadline; the version in time is used"
        }
        PaperState::Accepted => "not chosen for the pack",
        PaperState::Superseded => "replaced by a newer version",
        PaperState::Excluded => "taken out by the administrator",
        PaperState::Removed => "no longer in the folder at the cutoff",
        PaperState::NeedsAttention => "held until a person has looked at it",
    }
    .to_owned()
}

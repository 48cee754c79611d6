//! A case and its papers as facts for a template.

use serde_json::{Value, json};

use crate::finding::{Finding, Severity};
use crate::panel::case::{Case, Casebook, Disposition, Ignored, Standing};
use crate::panel::london;
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::shown::ChildShown;
use crate::panel::so_far::{self, Weight};
use crate::panel::when;
use crate::panel::words::{Heading, Words};
use crate::report::said;

/// What the pages need besides the casebook.
#[derive(Debug, Clone, Copy)]
pub struct PageLook<'a> {
    pub heading: &'a Heading,
    pub words: &'a Words,
}

impl PageLook<'_> {
    pub fn child(&self, case: &Case) -> String {
        self.words.child(&case.child)
    }

    pub fn request(&self, case: &Case) -> &str {
        case.request.map_or("not known yet", |request| self.words.request(request))
    }
}

/// The head of every page.
pub fn head(casebook: &Casebook, look: PageLook<'_>) -> Value {
    let now = london::wall(casebook.now);
    let meeting = &casebook.meeting;
    look.heading.beside(json!({
        "meeting": when::long_date(meeting.date),
        "starts": when::hour(meeting.starts.time()),
        "cutoff": when::moment(meeting.cutoff),
        "until": when::until(&meeting.cutoff, &now),
        "passed": meeting.cutoff < now,
        "now": when::moment(now),
    }))
}

pub fn case(case: &Case, look: PageLook<'_>) -> Value {
    let attention = case.papers.iter().filter(|paper| paper.state == PaperState::NeedsAttention).count();
    let pages: u32 = case.papers_in_use().filter_map(|paper| paper.rendition.as_ref()).map(|r| r.pages).sum();
    let missing = of(&case.findings, Severity::Blocks);
    let besides = case.findings.iter().filter(|found| found.code != so_far::NOTHING_SINCE).cloned();
    let besides = of(&besides.collect::<Vec<_>>(), Severity::Blocks);
    let follows = so_far::papers_may_follow(case) || case.is_decided();
    let (standing, weight) = so_far::standing(case);
    let sort = match weight {
        Weight::Good => "good",
        Weight::Bad => "bad",
        Weight::Neither => "alert",
    };
    json!({
        "id": case.id,
        "child": look.child(case),
        "request": look.request(case),
        "complete": case.standing() == Standing::Complete,
        "standing": standing,
        "sort": sort,
        "said": so_far::said(case).iter().map(|line| said::sentence(line)).collect::<Vec<_>>(),
        "decided": case.is_decided(),
        "waiting": case.disposition == Disposition::Waiting,
        "elsewhere": matches!(case.disposition, Disposition::Decided | Disposition::Waiting),
        "follows": follows,
        "papers_received": case.so_far.papers_received,
        "not_presented": case.so_far.not_presented.is_some(),
        "missing": missing,
        "missing_count": missing.len(),
        "missing_besides": besides,
        "emergency": case.emergency.claimed || case.emergency.confirmed,
        "emergency_said": if case.emergency.confirmed { "emergency" } else { "emergency claimed" },
        "arrival": said::arrival(case),
        "late": !follows && case.arrival == Verdict::Late,
        "unsure": !follows && case.arrival == Verdict::CannotTell,
        "disposition": said::disposition(case),
        "listed": case.disposition == Disposition::Listed,
        "papers_said": said::count(case.papers.len(), "document"),
        "pages_said": said::count(usize::try_from(pages).unwrap_or(usize::MAX), "page"),
        "attention": attention,
    })
}

pub fn paper(paper: &Paper) -> Value {
    let pages = paper.rendition.as_ref().map(|rendition| rendition.pages);
    let (folder, name) = paper.file.rsplit_once('/').unwrap_or(("", &paper.file));
    json!({
        "number": paper.number.to_string(),
        "file": name,
        "folder": folder,
        "title": if paper.kind.is_some() { paper.title.as_str() } else { "not recognised" },
        "dated": paper.dated.map_or_else(String::new, when::short_date),
        "pages": pages.map_or_else(|| "–".to_owned(), |pages| pages.to_string()),
        "received": when::short_said(london::wall(paper.received.present_at)),
        "verdict": said::verdict(paper.received.verdict),
        "late": paper.received.verdict == Verdict::Late,
        "state": said::state(paper),
        "attention": paper.state == PaperState::NeedsAttention,
        "reason": reason(paper),
        "findings": all(&paper.findings),
    })
}

pub fn ignored(ignored: &Ignored) -> Value {
    let name = ignored.file.rsplit('/').next().unwrap_or(&ignored.file);
    json!({ "file": ignored.file, "name": name, "reason": said::sentence(&ignored.reason) })
}

/// Why it is in the state it is in, unless a finding says the same at more length.
fn reason(paper: &Paper) -> String {
    let reason = paper.reason.as_deref().unwrap_or_default();
    let said = paper.findings.iter().any(|finding| finding.message.contains(reason));
    if reason.is_empty() || said { String::new() } else { said::sentence(reason) }
}

/// The folder as it may be shown: what follows the case number is often the child's name.
pub fn folder(case: &Case, look: PageLook<'_>) -> String {
    let folder = case.folder.as_deref().unwrap_or_default();
    match folder.rfind(case.id.as_str()) {
        Some(at) if look.words.child_shown == ChildShown::Initials => {
            let (shown, rest) = folder.split_at(at + case.id.as_str().len());
            if rest.is_empty() { shown.to_owned() } else { format!("{shown} …") }
        }
        _ => folder.to_owned(),
    }
}

/// All findings, the gravest first.
pub fn all(findings: &[Finding]) -> Vec<Value> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.severity);
    sorted.into_iter().map(finding).collect()
}

pub fn of(findings: &[Finding], severity: Severity) -> Vec<Value> {
    findings.iter().filter(|finding| finding.severity == severity).map(finding).collect()
}

fn finding(finding: &Finding) -> Value {
    json!({
        "severity": said::severity(finding.severity),
        "blocks": finding.severity == Severity::Blocks,
        "warning": finding.severity == Severity::Warning,
        "message": said::sentence(&finding.message),
        "hint": finding.hint.as_deref().map_or_else(String::new, said::sentence),
    })
}

//! Papers as the rules see them: whose each is, what state it is in and why, and which of several of a kind is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Severity};
use crate::panel::case::Child;
use crate::panel::casebook::draft::{Came, Draft};
use crate::panel::casebook::hands::Hands;
use crate::panel::casebook::versions::{self, Sort};
use crate::panel::ids::{CaseId, DocumentType, PaperNumber};
use crate::panel::paper::{Confirmed, DEEPEST_MAIL, Paper, PaperState, Verdict};
use crate::panel::rules::Rules;
use crate::panel::seen::{FileFormat, Reading};
use crate::panel::whose::{self, Crowd, KnownCase, Whose};

/// What is asked of several papers of one kind that are all used.
pub(super) const SEVERAL: &str = "several-of-a-kind";

/// What is said of a paper in which words are hidden.
const COVERED: &str = "covered-words";

/// A paper and what its case needs to know of it besides.
#[derive(Debug, Clone)]
pub struct Filed {
    pub paper: Paper,
    /// Whose its folder, a person or it itself says it is, also while it is held.
    pub about: Option<CaseId>,
    /// Folder below the inbox that says whose it is.
    pub folder: Option<String>,
    /// When each of its contents came.
    pub arrivals: Vec<Came>,
    /// By what it is told whether it is a version of another.
    pub sort: Sort,
}

/// A paper in a case's folder that belongs to no case until a person has looked at it.
#[derive(Debug, Clone)]
pub struct Held {
    pub number: PaperNumber,
    pub folder: String,
    /// Why it is held.
    pub reason: String,
    pub arrivals: Vec<Came>,
}

impl Filed {
    /// The case whose folder it lies in although it is not filed there, where it is not gone or taken out.
    pub fn held(&self) -> Option<(CaseId, Held)> {
        let waits = matches!(self.paper.state, PaperState::NeedsAttention | PaperState::Arriving);
        let (case, folder) = (self.about.clone()?, self.folder.clone()?);
        let reason = self.paper.reason.clone().unwrap_or_default();
        let held = Held { number: self.paper.number, folder, reason, arrivals: self.arrivals.clone() };
        (waits && self.paper.case.is_none()).then_some((case, held))
    }
}

/// Files every draft.
pub fn file(rules: &Rules, hands: &Hands, drafts: Vec<Draft>) -> Vec<Filed> {
    let known = children(rules, hands, &drafts);
    let crowd = Crowd::of(&known);
    let mut filed: Vec<Filed> = Vec::new();
    let mut cases: BTreeMap<PaperNumber, CaseId> = BTreeMap::new();
    let mut depths: BTreeMap<PaperNumber, usize> = BTreeMap::new();
    for mut draft in drafts {
        // A mail has a smaller number than what came in it.
        let mail = draft.part_of.and_then(|mail| cases.get(&mail));
        let depth = draft.part_of.map_or(0, |mail| depths.get(&mail).map_or(1, |depth| depth + 1));
        depths.insert(draft.number, depth);
        if DEEPEST_MAIL <= depth {
            draft.content.findings.extend(not_followed(&draft.content.thin));
        }
        let one = one(rules, &crowd, mail, draft);
        cases.extend(one.paper.case.clone().map(|case| (one.paper.number, case)));
        filed.push(one);
    }
    supersede(rules, &mut filed);
    filed
}

/// A mail so deep within mails that what is attached to it is not taken in.
fn not_followed(reading: &Reading) -> Option<Finding> {
    let mail = matches!(reading.format, FileFormat::Mail | FileFormat::OutlookMail);
    let attached = &reading.facts.embedded;
    let (first, more) = attached.split_first().filter(|_| mail)?;
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let message = format!(
        "the mail lies {DEEPEST_MAIL} mails deep, and what is attached to it was not taken in: `{first}`{more}"
    );
    Some(Finding::warning("mails-too-deep", message).hint("save what is attached to it into the folder"))
}

/// Every case and its child, as far as forms in its own folder and the administrator say.
fn children(rules: &Rules, hands: &Hands, drafts: &[Draft]) -> Vec<KnownCase> {
    let mut children: BTreeMap<CaseId, Child> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| draft.own_state().is_none()) {
        let folder = || whose::folder_case(&draft.file, |case| rules.case_ids.fits(case));
        let Some(case) = draft.given.clone().or_else(folder) else { continue };
        let child = children.entry(case.clone()).or_default();
        let said = draft.content.said();
        // A form that gives another case's number says nothing about this child.
        if draft.content.view.form.is_some() && said.case.as_ref().is_none_or(|said| *said == case) {
            child.name = said.name.or(child.name.take());
            child.born = said.born.or(child.born);
        }
    }
    for case in hands.expected() {
        let expected = hands.case(case).expected.map(|(_, _, expected)| expected.child).unwrap_or_default();
        let child = children.entry(case.clone()).or_default();
        child.name = child.name.take().or(expected.name);
        child.born = child.born.or(expected.born);
    }
    children.into_iter().map(|(case, child)| KnownCase { case, name: child.name, born: child.born }).collect()
}

fn one(rules: &Rules, crowd: &Crowd<'_>, mail: Option<&CaseId>, draft: Draft) -> Filed {
    let mut whose = whose_is(rules, crowd, &draft);
    if let (None, Some(mail)) = (&whose.case, mail) {
        whose.case = Some(mail.clone());
        whose.held = false;
        whose.findings.clear();
    }
    let (state, reason) = state(&draft, &whose);
    let held = whose.held && !draft.decided();
    let unreadable = state == PaperState::NeedsAttention && !held;
    let findings = findings(&draft, &whose);
    let folder = folder(rules, &draft.file);
    let about = whose.case.clone();
    let sort = Sort::of(&draft.file, &draft.content.thin, draft.part_of);
    let Draft { number, part_of, file, version, sha256, size, received, arrivals, content, .. } = draft;
    let paper = Paper {
        number,
        title: title(rules, content.view.kind.as_ref(), content.title.as_deref(), &file),
        file,
        sha256,
        size,
        case: whose.case.filter(|_| !held),
        child_confirmed: whose.confirmed,
        kind: content.view.kind,
        dated: content.view.dated,
        state,
        version,
        part_of,
        reason,
        received,
        in_use: state == PaperState::Accepted || unreadable,
        form: content.view.form,
        rendition: content.rendition,
        findings,
    };
    Filed { paper, about, folder, arrivals, sort }
}

/// Whose it is: a person says, else its folder and the paper itself.
fn whose_is(rules: &Rules, crowd: &Crowd<'_>, draft: &Draft) -> Whose {
    if let Some(case) = &draft.given {
        let by_person =
            draft.hand.assigned.is_some() || draft.hand.received.is_some() || draft.hand.child_confirmed;
        return Whose {
            case: Some(case.clone()),
            confirmed: if by_person { Confirmed::ByPerson } else { Confirmed::Not },
            held: false,
            reason: "a person said so".to_owned(),
            findings: Vec::new(),
        };
    }
    let content = &draft.content;
    let mut whose =
        whose::whose(&draft.file, &content.thin, &content.said(), crowd, |case| rules.case_ids.fits(case));
    if draft.hand.child_confirmed && whose.case.is_some() {
        whose.confirmed = Confirmed::ByPerson;
        whose
            .findings
            .retain(|finding| finding.code != "child-not-confirmed" && finding.code != "another-child");
    }
    whose
}

fn state(draft: &Draft, whose: &Whose) -> (PaperState, Option<String>) {
    if let Some((state, reason)) = draft.own_state() {
        return (state, Some(reason));
    }
    let blocking = draft.content.findings.iter().find(|finding| finding.severity == Severity::Blocks);
    match blocking {
        _ if whose.case.is_none() || (whose.held && !draft.decided()) => {
            (PaperState::NeedsAttention, Some(whose.reason.clone()))
        }
        Some(finding) if !draft.hand.accepted => (PaperState::NeedsAttention, Some(finding.message.clone())),
        _ => (PaperState::Accepted, None),
    }
}

/// What is to be said about the paper, each finding about its number.
fn findings(draft: &Draft, whose: &Whose) -> Vec<Finding> {
    let mut findings = draft.content.findings.clone();
    // What a person has looked at and taken blocks nothing any more.
    for looked_at in findings.iter_mut().filter(|finding| draft.hand.accepted && finding.code == COVERED) {
        looked_at.severity = Severity::Note;
        looked_at.hint = Some("a person has looked at it and taken it".to_owned());
    }
    findings.extend(whose.findings.iter().cloned());
    if let Some(newer) = draft.newer {
        let message = format!(
            "version {} is used; version {newer} received after the deadline, or nobody can tell whether before",
            draft.version
        );
        findings.push(Finding::note("newer-version", message).hint("a person may take the newer one"));
    }
    if let Some((_, at)) = &draft.hand.excluded
        && draft.arrivals.iter().any(|(_, present)| present > at)
    {
        let message = "a newer version has come since it was taken out";
        findings.push(Finding::note("newer-than-excluded", message).hint("look whether it can be used now"));
    }
    if draft.content.view.kind.is_none() {
        let message = format!("nobody can tell what kind of document it is: {}", draft.content.view.because);
        findings.push(Finding::warning("kind-not-known", message).hint("say what it is in its file name"));
    }
    if let Some(trouble) = &draft.trouble {
        findings.push(Finding::warning("not-readable-now", format!("the file in the inbox {trouble}")));
    }
    for finding in findings.iter_mut().filter(|finding| finding.subject.is_empty()) {
        finding.subject = draft.number.to_string();
    }
    findings
}

/// The innermost folder above the file that is named like a case.
fn folder(rules: &Rules, file: &str) -> Option<String> {
    let case = whose::folder_case(file, |case| rules.case_ids.fits(case))?;
    let mut folder = file;
    loop {
        folder = folder.rsplit_once('/')?.0;
        let name = folder.rsplit('/').next().unwrap_or(folder);
        if name.starts_with(case.as_str()) {
            return Some(folder.to_owned());
        }
    }
}

/// Of several versions of one paper only the newest is used, where the panel wants one of its kind: forms, assessments, plans.
///
/// One that came later than the cutoff does not push out one that came in time. Papers of one kind that are not versions of each other,
/// such as two homes' costings, are all used, and a person is asked.
fn supersede(rules: &Rules, filed: &mut [Filed]) {
    let forms: BTreeSet<&DocumentType> =
        rules.kinds.iter().filter(|kind| kind.form.is_some()).map(|kind| &kind.key).collect();
    let wanted: BTreeSet<&DocumentType> =
        rules.needs.iter().flat_map(|need| &need.any_of).chain(forms.iter().copied()).collect();
    let mut used: BTreeMap<(CaseId, DocumentType), Vec<usize>> = BTreeMap::new();
    for at in 0..filed.len() {
        let paper = &filed[at].paper;
        let (Some(case), Some(kind)) = (&paper.case, &paper.kind) else { continue };
        if paper.state != PaperState::Accepted || !wanted.contains(kind) || filed[at].sort.is_mail {
            continue;
        }
        let form = forms.contains(kind);
        let key = (case.clone(), kind.clone());
        let others = used.entry(key).or_default();
        let mut replaced = None;
        for (place, other) in others.iter().copied().enumerate() {
            let at_is_newer = is_newer(&filed[at].paper, &filed[other].paper);
            let (older, newer) = if at_is_newer { (other, at) } else { (at, other) };
            let version = form || versions::replaces(&filed[newer].sort, &filed[older].sort);
            if !version || punctual(&filed[newer].paper) < punctual(&filed[older].paper) {
                continue;
            }
            let by = filed[newer].paper.number;
            let paper = &mut filed[older].paper;
            paper.state = PaperState::Superseded;
            paper.in_use = false;
            paper.reason = Some(format!("{by} is newer and is used"));
            replaced = Some((place, newer));
            break;
        }
        match replaced {
            Some((place, newer)) => others[place] = newer,
            None => others.push(at),
        }
    }
    for ((_, kind), papers) in used {
        ask_which(rules, &kind, &papers, filed);
    }
}

/// Says of papers of one kind that are all used that there are several.
fn ask_which(rules: &Rules, kind: &DocumentType, papers: &[usize], filed: &mut [Filed]) {
    let in_time: Vec<usize> =
        papers.iter().copied().filter(|at| filed[*at].paper.received.verdict != Verdict::Late).collect();
    let Some((last, others)) = in_time.split_last().filter(|(_, others)| !others.is_empty()) else { return };
    let others = others.iter().map(|at| filed[*at].paper.number.to_string()).collect::<Vec<_>>().join(", ");
    let message = format!(
        "the case has more than one document of the kind {}, {others} too: all are used",
        rules.kind_label(kind)
    );
    let mut finding = Finding::warning(SEVERAL, message)
        .hint("where one replaces another, take the older one out of the folder, or exclude it");
    finding.subject = filed[*last].paper.number.to_string();
    filed[*last].paper.findings.push(finding);
}

/// By the date the papers give themselves where both do, else by when they came.
fn is_newer(one: &Paper, other: &Paper) -> bool {
    let came = |paper: &Paper| (paper.received.present_at, paper.number);
    match (one.dated, other.dated) {
        (Some(day), Some(other_day)) if day != other_day => day > other_day,
        _ => came(one) > came(other),
    }
}

const fn punctual(paper: &Paper) -> u8 {
    match paper.received.verdict {
        Verdict::Late => 0,
        Verdict::CannotTell => 1,
        Verdict::InTime => 2,
    }
}

/// What the pack calls it.
fn title(rules: &Rules, kind: Option<&DocumentType>, own: Option<&str>, file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match (kind, own) {
        (Some(kind), _) => rules.kind_label(kind).to_owned(),
        (None, Some(own)) => own.to_owned(),
        (None, None) => stem.to_owned(),
    }
}

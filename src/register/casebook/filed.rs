//! One paper as the rules see it: which version is used, whose it is, what state it is in and why.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::finding::{Finding, Severity};
use crate::panel::arrival;
use crate::panel::ids::{CaseId, Kind, PaperNumber};
use crate::panel::meeting::Meeting;
use crate::panel::paper::{Confirmed, Paper, PaperState, Received, Verdict};
use crate::panel::rules::Rules;
use crate::register::Register;
use crate::register::casebook::hands::{Hands, PaperHand};
use crate::register::casebook::known::{self, Known};
use crate::register::moment::Moment;
use crate::register::papers::{File, PaperRow, Version};

/// A paper and what the case needs to know of it besides.
#[derive(Debug, Clone)]
pub struct Filed {
    pub paper: Paper,
    /// Folder below the inbox that says whose it is.
    pub folder: Option<String>,
    /// When each of its contents came.
    pub arrivals: Vec<(Option<DateTime<Utc>>, DateTime<Utc>)>,
}

/// Everything the papers are made from.
struct Source<'s> {
    register: &'s Register,
    rules: &'s Rules,
    files: BTreeMap<i64, &'s File>,
    rows: BTreeMap<PaperNumber, PaperRow>,
    versions: BTreeMap<PaperNumber, Vec<Version>>,
    hands: &'s Hands,
    cutoff: DateTime<Utc>,
}

/// All papers, in order of number.
pub fn all(
    register: &Register,
    rules: &Rules,
    files: &[File],
    hands: &Hands,
    meeting: &Meeting,
) -> Result<Vec<Filed>> {
    let mut versions: BTreeMap<PaperNumber, Vec<Version>> = BTreeMap::new();
    for version in register.versions()? {
        versions.entry(version.paper).or_default().push(version);
    }
    let source = Source {
        register,
        rules,
        files: files.iter().map(|file| (file.id, file)).collect(),
        rows: register.papers()?.into_iter().map(|row| (row.number, row)).collect(),
        versions,
        hands,
        cutoff: meeting.cutoff.to_utc(),
    };
    let mut filed = Vec::new();
    for row in source.rows.values() {
        filed.extend(source.paper(row)?);
    }
    supersede(rules, &mut filed);
    Ok(filed)
}

/// The version that is used, and whether a newer one waits.
struct Choice<'v> {
    version: &'v Version,
    verdict: Verdict,
    newer: Option<&'v Version>,
}

impl Source<'_> {
    fn paper(&self, row: &PaperRow) -> Result<Option<Filed>> {
        let hand = self.hands.paper(row.number);
        let versions = self.versions.get(&row.number).map_or(&[][..], Vec::as_slice);
        let Some(choice) = self.choose(versions, &hand) else { return Ok(self.arriving(row)) };
        let file = self.name(row);
        let folder = self.folder(row);
        let case = self.case(row);
        let known = match self.register.reading(&choice.version.sha)? {
            Some(kept) => known::content(self.rules, kept, &file, hand.kind.as_ref(), case.as_ref()),
            None => known::content(self.rules, unread(), &file, hand.kind.as_ref(), case.as_ref()),
        };
        let contradiction = contradiction(case.as_ref(), &known, &hand);
        let (state, reason) = self.state(row, &hand, &known, case.as_ref(), contradiction.as_deref());
        let findings = self.findings(row, &choice, &hand, &known);
        let held = contradiction.is_some();
        let child_confirmed = match () {
            () if hand.child_confirmed || hand.assigned.is_some() => Confirmed::ByPerson,
            () if !held && (known.names_case || known.says.is_some()) => Confirmed::ByPaper,
            () => Confirmed::Not,
        };
        let readable = state == PaperState::NeedsAttention && !held && case.is_some();
        let paper = Paper {
            number: row.number,
            title: title(self.rules, known.kind.as_ref(), known.title.as_deref(), &file),
            file,
            sha256: choice.version.sha.clone(),
            size: u64::try_from(choice.version.size).unwrap_or_default(),
            case: case.filter(|_| !held),
            child_confirmed,
            kind: known.kind,
            dated: known.dated,
            state,
            version: choice.version.version,
            part_of: row.part_of,
            reason,
            received: Received {
                absent_at: choice.version.absent_at.map(Moment::get),
                present_at: choice.version.present_at.get(),
                verdict: choice.verdict,
            },
            in_use: state == PaperState::Accepted || readable,
            form: known.form,
            rendition: known.rendition,
            findings,
        };
        let arrivals =
            versions.iter().map(|version| (version.absent_at.map(Moment::get), version.present_at.get()));
        Ok(Some(Filed { paper, folder, arrivals: arrivals.collect() }))
    }

    /// The last version seen in time stays in use until a person takes a newer one.
    fn choose<'v>(&self, versions: &'v [Version], hand: &PaperHand) -> Option<Choice<'v>> {
        let verdict = |version: &Version| {
            let absent = version.absent_at.map(Moment::get);
            let verdict = arrival::verdict(absent, version.present_at.get(), self.cutoff);
            if hand.accepted && verdict == Verdict::CannotTell { Verdict::InTime } else { verdict }
        };
        let verdicts: Vec<Verdict> = versions.iter().map(verdict).collect();
        let by_rule = arrival::version_in_use(&verdicts)?;
        let taken = hand.taken.and_then(|taken| versions.iter().position(|version| version.version == taken));
        let at = taken.map_or(by_rule, |taken| taken.max(by_rule));
        let newer = versions.last().filter(|last| last.version > versions[at].version);
        Some(Choice { version: &versions[at], verdict: verdicts[at], newer })
    }

    /// A paper of which nothing is complete yet.
    fn arriving(&self, row: &PaperRow) -> Option<Filed> {
        let file = self.files.get(&row.file?).filter(|file| row.present && file.ignored.is_none())?;
        let (sha256, present_at) = (file.sha.clone()?, file.present_at?.get());
        let absent_at = file.absent_at.map(Moment::get);
        let verdict = arrival::verdict(absent_at, present_at, self.cutoff);
        let paper = Paper {
            number: row.number,
            file: file.shown.clone(),
            sha256,
            size: u64::try_from(file.size).unwrap_or_default(),
            case: self.case(row),
            child_confirmed: Confirmed::Not,
            kind: None,
            title: stem(&file.shown).to_owned(),
            dated: None,
            state: PaperState::Arriving,
            version: 1,
            part_of: None,
            reason: Some("is still being copied, or has only just been".to_owned()),
            received: Received { absent_at, present_at, verdict },
            in_use: false,
            form: None,
            rendition: None,
            findings: Vec::new(),
        };
        Some(Filed { paper, folder: self.folder(row), arrivals: vec![(absent_at, present_at)] })
    }

    /// Where it lies, or what it was called: an attachment is `MAIL/attachment name`.
    fn name(&self, row: &PaperRow) -> String {
        let own = row.name.clone().unwrap_or_default();
        match (
            row.file.and_then(|file| self.files.get(&file)),
            row.part_of.and_then(|whole| self.rows.get(&whole)),
        ) {
            (Some(file), _) => file.shown.clone(),
            (None, Some(whole)) => format!("{}/{own}", self.name(whole)),
            (None, None) => own,
        }
    }

    fn present(&self, row: &PaperRow) -> bool {
        let whole = row.part_of.and_then(|whole| self.rows.get(&whole));
        row.present && whole.is_none_or(|whole| self.present(whole))
    }

    /// Whose it is: a person says, else the folder; an attachment is its mail's.
    fn case(&self, row: &PaperRow) -> Option<CaseId> {
        let hand = self.hands.paper(row.number);
        let whole = || row.part_of.and_then(|whole| self.rows.get(&whole));
        hand.assigned
            .or(hand.received)
            .or_else(|| whole().and_then(|whole| self.case(whole)))
            .or_else(|| self.folder_and_case(row).map(|(_, case)| case))
    }

    fn folder(&self, row: &PaperRow) -> Option<String> {
        self.folder_and_case(row).map(|(folder, _)| folder)
    }

    /// The innermost folder above the file that is named like a case.
    fn folder_and_case(&self, row: &PaperRow) -> Option<(String, CaseId)> {
        let file = self.files.get(&row.file?)?;
        let (mut folder, _) = file.shown.rsplit_once('/')?;
        loop {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            if let Some(case) = self.rules.case_ids.at_start_of(name) {
                return Some((folder.to_owned(), case));
            }
            folder = folder.rsplit_once('/')?.0;
        }
    }

    fn state(
        &self,
        row: &PaperRow,
        hand: &PaperHand,
        known: &Known,
        case: Option<&CaseId>,
        contradiction: Option<&str>,
    ) -> (PaperState, Option<String>) {
        let blocking = known.findings.iter().find(|finding| finding.severity == Severity::Blocks);
        match () {
            () if !self.present(row) => (PaperState::Removed, Some("is no longer in the inbox".to_owned())),
            () if hand.excluded.is_some() => {
                (PaperState::Excluded, hand.excluded.as_ref().map(|(reason, _)| reason.clone()))
            }
            () if contradiction.is_some() => (PaperState::NeedsAttention, contradiction.map(str::to_owned)),
            () if case.is_none() => {
                let why = "nobody can tell whose it is: it lies in no case's folder";
                (PaperState::NeedsAttention, Some(why.to_owned()))
            }
            () if blocking.is_some() && !hand.accepted => {
                (PaperState::NeedsAttention, blocking.map(|finding| finding.message.clone()))
            }
            () => (PaperState::Accepted, None),
        }
    }

    fn findings(&self, row: &PaperRow, choice: &Choice<'_>, hand: &PaperHand, known: &Known) -> Vec<Finding> {
        let mut findings = known.findings.clone();
        let number = row.number;
        if let Some(newer) = choice.newer {
            let message = format!(
                "version {} is used; version {} came after the cutoff or cannot be said to have come in time",
                choice.version.version, newer.version
            );
            findings.push(Finding::note("newer-version", message).hint("a person may take the newer one"));
        }
        if let Some((_, at)) = &hand.excluded
            && self
                .versions
                .get(&number)
                .is_some_and(|all| all.iter().any(|version| version.present_at.get() > *at))
        {
            let message = "a newer version has come since it was taken out";
            findings
                .push(Finding::note("newer-than-excluded", message).hint("look whether it can be used now"));
        }
        if let Some(trouble) = row.file.and_then(|file| self.files.get(&file)?.trouble.clone()) {
            findings.push(Finding::warning("not-readable-now", format!("the file in the inbox {trouble}")));
        }
        for finding in &mut findings {
            if finding.subject.is_empty() {
                finding.subject = number.to_string();
            }
        }
        findings
    }
}

/// A content nobody has read yet: its scan was interrupted.
fn unread() -> crate::register::readings::KeptReading {
    let finding = Finding::blocks("not-read-yet", "has not been read yet").hint("the next scan reads it");
    crate::register::readings::KeptReading {
        reading: crate::panel::seen::Reading {
            sort: crate::panel::seen::Sort::Unknown,
            title: None,
            body: Vec::new(),
            fields: Vec::new(),
            text: String::new(),
            opening: String::new(),
            facts: crate::panel::seen::Facts::default(),
            findings: vec![finding],
        },
        rendition: None,
    }
}

/// The paper says one case, its folder another, and nobody has decided.
fn contradiction(case: Option<&CaseId>, known: &Known, hand: &PaperHand) -> Option<String> {
    let (folder, says) = (case?, known.says.as_ref()?);
    let decided = hand.assigned.is_some() || hand.child_confirmed || hand.accepted;
    (folder != says && !decided)
        .then(|| format!("the folder says case {folder}, the paper itself says {says}"))
}

/// Of several papers of one kind in one case only the newest is used, where the panel wants one: forms, assessments, plans.
///
/// One that came later than the cutoff does not push out one that came in time.
fn supersede(rules: &Rules, filed: &mut [Filed]) {
    let wanted: BTreeSet<&Kind> = rules
        .needs
        .iter()
        .flat_map(|need| &need.any_of)
        .chain(rules.kinds.iter().filter(|kind| kind.form.is_some()).map(|kind| &kind.key))
        .collect();
    let mut newest: BTreeMap<(CaseId, Kind), usize> = BTreeMap::new();
    for at in 0..filed.len() {
        let paper = &filed[at].paper;
        let (Some(case), Some(kind)) = (&paper.case, &paper.kind) else { continue };
        if paper.state != PaperState::Accepted || !wanted.contains(kind) {
            continue;
        }
        let key = (case.clone(), kind.clone());
        let Some(&other) = newest.get(&key) else {
            newest.insert(key, at);
            continue;
        };
        let (older, newer) =
            if is_newer(&filed[at].paper, &filed[other].paper) { (other, at) } else { (at, other) };
        newest.insert(key, newer);
        if punctual(&filed[newer].paper) >= punctual(&filed[older].paper) {
            let by = filed[newer].paper.number;
            let paper = &mut filed[older].paper;
            paper.state = PaperState::Superseded;
            paper.in_use = false;
            paper.reason = Some(format!("{by} is newer and is used"));
        }
    }
}

fn is_newer(one: &Paper, other: &Paper) -> bool {
    let age = |paper: &Paper| (paper.dated, paper.received.present_at, paper.number);
    age(one) > age(other)
}

const fn punctual(paper: &Paper) -> u8 {
    match paper.received.verdict {
        Verdict::Late => 0,
        Verdict::CannotTell => 1,
        Verdict::InTime => 2,
    }
}

fn title(rules: &Rules, kind: Option<&Kind>, own: Option<&str>, file: &str) -> String {
    match (kind, own) {
        (Some(kind), _) => rules.kind_label(kind).to_owned(),
        (None, Some(own)) => own.to_owned(),
        (None, None) => stem(file).to_owned(),
    }
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

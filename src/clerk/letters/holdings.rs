//! Who was sent a case's pages: when, which version, by which road, with what outcome, and whether it was asked back.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::clerk::letters::holders::{self, Held};
use crate::clerk::letters::recalls::{self, Recalled};
use crate::clerk::letters::told::Told;
use crate::pack::manifest::{How, Manifest};
use crate::pack::paging::Cut;
use crate::panel::ids::CaseId;
use crate::panel::letter_state::{LetterState, Was};
use crate::panel::post_times;
use crate::post::kind::LetterKind;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// By which road a letter went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Went {
    /// It lies in the outbox, or was taken out of it; nobody has said that it was sent.
    Draft,
    ByHand,
    MailServer,
}

/// One letter by which somebody was sent something about a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    pub name: String,
    pub email: String,
    pub meeting: NaiveDate,
    /// `L12`.
    pub letter: String,
    /// `pack`, `supplement`, `agenda` (pages of the pack), `decisions` (a letter about the case).
    pub what: String,
    /// Of the pack; none where no pages went with it.
    pub version: Option<u32>,
    /// The case's papers in it, by their pages in the pack.
    pub pages: Vec<Cut>,
    pub protected: bool,
    /// The file lies where a link in the letter opens it, and did not go with it.
    pub linked: bool,
    /// When what the link led to was removed, because its time was over.
    pub link_ended: Option<NaiveDate>,
    pub road: Went,
    pub state: LetterState,
    /// When it came to that.
    pub at: DateTime<Utc>,
    /// When it left; none where nobody knows that it did.
    pub sent: Option<DateTime<Utc>>,
    /// Whether its reader has it or may have it.
    pub may_have: bool,
    /// What the mail server answered, or who sent it by hand.
    pub said: String,
    /// The letter that asked it back, if one did.
    pub recall: Option<Recalled>,
}

/// Every letter that holds pages of the case, or is about it alone, by meeting and reader.
///
/// Fails when the register cannot be read.
pub fn of_case(register: &Register, case: &CaseId) -> Result<Vec<Holding>> {
    let mut days: BTreeMap<NaiveDate, Vec<LetterRow>> = BTreeMap::new();
    for row in register.all_letters()? {
        days.entry(row.meeting).or_default().push(row);
    }
    let mut holdings = Vec::new();
    for (day, letters) in days {
        let told = Told::of(register, day)?;
        let held = holders::held(register, day)?;
        let all_recalls = recalls::all(register, Some(day))?;
        // The last that asks a whole email back has the last word on it.
        let whole = |row: &LetterRow| all_recalls.iter().rfind(|recall| recall.of.contains(&row.id));
        let recalls = recalls_of_case(register, day, case, &all_recalls)?;
        for row in &letters {
            let name = told.holds.get(&row.draft).map_or(&row.recipient, |holds| &holds.name);
            let files: Vec<&Held> = held.iter().filter(|held| held.copy.letter == row.draft).collect();
            for one in files.iter().filter(|held| shows(held, case)) {
                let recall = recalls
                    .iter()
                    .find(|recall| recall.email == row.recipient && one.copy.version < recall.version);
                let pages = pages(one, case);
                let mut holding = holding(register, row, name, whole(row).or(recall))?;
                holding.what.clone_from(&one.copy.what);
                holding.version = Some(one.copy.version);
                holding.protected = one.copy.protected;
                holding.linked = told.holds.get(&row.draft).is_some_and(|holds| !holds.links.is_empty());
                holding.link_ended = told.links_ended.filter(|_| holding.linked);
                holding.pages = pages;
                holdings.push(holding);
            }
            let has_pages = files.iter().any(|held| shows(held, case));
            let is_decision = row.kind == LetterKind::Decisions.word();
            // What went to the wrong person is told even where it only names the case.
            if !has_pages && (is_decision || whole(row).is_some()) && tells_of(&told, row, case) {
                holdings.push(holding(register, row, name, whole(row))?);
            }
        }
    }
    holdings.sort_by(|one, other| {
        (one.meeting, &one.name, one.version, &one.letter).cmp(&(
            other.meeting,
            &other.name,
            other.version,
            &other.letter,
        ))
    });
    Ok(holdings)
}

/// Whether a letter without pages of the case is about it: alone, among the cases it names, or as a line of its agenda.
fn tells_of(told: &Told, row: &LetterRow, case: &CaseId) -> bool {
    let Some(holds) = told.holds.get(&row.draft) else { return false };
    let on_agenda =
        || told.agenda.as_ref().is_some_and(|agenda| agenda.cases().any(|(_, line)| line.case == *case));
    let is_agenda = row.kind == LetterKind::Agenda.word() && !holds.withheld.contains(case);
    holds.case.as_ref() == Some(case) || holds.cases.contains(case) || (is_agenda && on_agenda())
}

fn holding(register: &Register, row: &LetterRow, name: &str, recall: Option<&Recalled>) -> Result<Holding> {
    let history = register.history_of(row)?;
    let last = |state: LetterState| history.iter().rfind(|was| was.state == state);
    let by_hand = last(LetterState::SentByHand);
    let road = match (by_hand, last(LetterState::Queued)) {
        (Some(_), _) => Went::ByHand,
        (None, Some(_)) => Went::MailServer,
        (None, None) => Went::Draft,
    };
    let left = post_times::left(&history);
    // What came back had left before.
    let came_back = matches!(row.state, LetterState::Returned);
    let had_left =
        || by_hand.or_else(|| last(LetterState::Accepted)).or_else(|| last(LetterState::DataBegun));
    let sent = left.or_else(|| had_left().filter(|_| came_back).map(|was| was.at));
    let said = history.iter().rev().map(|was: &Was| &was.said).find(|said| !said.is_empty());
    Ok(Holding {
        name: name.to_owned(),
        email: row.recipient.clone(),
        meeting: row.meeting,
        letter: row.id.clone(),
        what: row.kind.clone(),
        version: None,
        pages: Vec::new(),
        protected: false,
        linked: false,
        link_ended: None,
        road,
        state: row.state,
        at: row.at,
        sent,
        may_have: left.is_some(),
        said: said.cloned().unwrap_or_default(),
        recall: recall.cloned(),
    })
}

/// Whether anything of the case is to be read in this file.
fn shows(held: &Held, case: &CaseId) -> bool {
    !held.copy.withheld.contains(case) && (held.copy.cases.contains(case) || !pages(held, case).is_empty())
}

/// The pages of the case's papers in this file, adjoining ones together.
fn pages(held: &Held, case: &CaseId) -> Vec<Cut> {
    let cut = held.manifest.cut();
    let theirs = held.manifest.entries.iter().filter(|entry| {
        entry.case_id == *case && entry.outcome != How::Withdrawn && !held.copy.withheld.contains(case)
    });
    let mut found: BTreeSet<u32> = BTreeSet::new();
    for entry in theirs {
        found.extend(entry.first_page.max(cut.first)..=entry.last_page.min(cut.last));
    }
    let mut spans: Vec<Cut> = Vec::new();
    for page in found {
        match spans.last_mut() {
            Some(last) if last.last + 1 == page => last.last = page,
            _ => spans.push(Cut { first: page, last: page }),
        }
    }
    spans
}

/// The recalls of a meeting by which papers of this case were asked back.
fn recalls_of_case(
    register: &Register,
    day: NaiveDate,
    case: &CaseId,
    all: &[Recalled],
) -> Result<Vec<Recalled>> {
    let mut of_case = Vec::new();
    let mut known: BTreeMap<u32, bool> = BTreeMap::new();
    for recall in all.iter().filter(|recall| recall.of.is_empty()) {
        let is_of_case = match known.get(&recall.version) {
            Some(known) => *known,
            None => {
                let manifest = manifest(register, day, recall.version)?;
                let taken_out = manifest.is_some_and(|manifest| {
                    let out = |entry: &crate::pack::manifest::Entry| {
                        entry.case_id == *case && entry.outcome == How::Withdrawn
                    };
                    manifest.entries.iter().any(out)
                });
                known.insert(recall.version, taken_out);
                taken_out
            }
        };
        if is_of_case {
            of_case.push(recall.clone());
        }
    }
    Ok(of_case)
}

/// What a version of a pack holds, issued or only pressed.
fn manifest(register: &Register, day: NaiveDate, version: u32) -> Result<Option<Manifest>> {
    let pressed = register.pressing(day, version)?.map(|pressed| pressed.manifest);
    let text = match pressed {
        Some(text) => Some(text),
        None => {
            register.packs(day)?.into_iter().find(|issued| issued.version == version).map(|it| it.manifest)
        }
    };
    text.map(|text| serde_json::from_str(&text).context("the manifest kept with a pack")).transpose()
}

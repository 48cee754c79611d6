//! Meetings that have been held, as far as what is owed is worked out from them: drawn up once, and kept.
//!
//! A kept book holds the cases heard at the meeting and nothing else. It is drawn up again when something about one of them
//! has changed: a paper, something done by hand, a decision, the configuration. So what is owed costs what changed and not
//! the panel's whole history.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::clerk::history::History;
use crate::clerk::house::House;
use crate::panel::calendar;
use crate::panel::case::{Case, Casebook};
use crate::panel::ids::{CaseId, PaperNumber};
use crate::panel::rules::Rules;
use crate::register::Register;
use crate::register::casebook::{Ledger, Only};
use crate::register::store::hash_bytes;
use crate::register::views;

/// What the books of meetings held depend on.
#[derive(Debug)]
pub struct Held<'h> {
    house: &'h House,
    register: &'h Register,
    /// A hash of the configuration, the program, and what each meeting and those before it came to.
    before: BTreeMap<NaiveDate, String>,
    /// The cases of each meeting: decided there, or listed there and not decided yet.
    cases: BTreeMap<NaiveDate, BTreeSet<CaseId>>,
    /// The papers of each case, as the book of the meeting to come has them.
    papers: BTreeMap<CaseId, BTreeSet<PaperNumber>>,
    /// What books are drawn up from, loaded when the first has to be.
    ledger: OnceCell<Ledger>,
    /// A hash of what is known of each case.
    signs: BTreeMap<CaseId, String>,
}

impl<'h> Held<'h> {
    /// Of the meetings in `heard`, oldest first; `coming` is the book of a meeting to come.
    ///
    /// Fails when the register cannot be read.
    pub fn of(house: &'h House, register: &'h Register, coming: &Casebook, heard: &History) -> Result<Self> {
        let mut so_far = views::eye(house.rules());
        let mut before = BTreeMap::new();
        let mut cases: BTreeMap<NaiveDate, BTreeSet<CaseId>> = BTreeMap::new();
        let mut papers = BTreeMap::new();
        for case in &coming.cases {
            cases.entry(case.meeting).or_default().insert(case.id.clone());
            papers.insert(case.id.clone(), case.papers.iter().map(|paper| paper.number).collect());
        }
        for (held, outcome) in heard {
            so_far = hash_bytes(format!("{so_far} {held} {outcome:?}").as_bytes()).to_string();
            before.insert(*held, so_far.clone());
            let decided = outcome.decisions.iter().map(|decision| decision.case.clone());
            cases.entry(*held).or_default().extend(decided);
        }
        Ok(Held {
            house,
            register,
            before,
            cases,
            papers,
            ledger: OnceCell::new(),
            signs: signs(register, coming)?,
        })
    }

    pub fn rules(&self) -> &'h Rules {
        self.house.rules()
    }

    pub const fn register(&self) -> &'h Register {
        self.register
    }

    /// The cases heard at a meeting; none where the calendar has it no longer.
    ///
    /// Fails when the register cannot be read.
    pub fn book(&self, held: NaiveDate) -> Result<Option<Casebook>> {
        if calendar::meeting_meant(self.house.rules(), held).is_none() {
            return Ok(None);
        }
        if let Some((basis, book)) = self.register.held_book::<Casebook>(held)?
            && basis == self.basis(held, &book.cases)
        {
            return Ok(Some(book));
        }
        let drawn = self.draw(held)?;
        let wanted = self.cases.get(&held);
        let here = |case: &Case| wanted.is_some_and(|wanted| wanted.contains(&case.id));
        let cases: Vec<Case> = drawn.cases.into_iter().filter(here).map(thin).collect();
        let book = Casebook { cases, unfiled: Vec::new(), ignored: Vec::new(), ..drawn };
        // Only time is lost with a book that cannot be kept.
        let _ = self.register.keep_held_book(held, &self.basis(held, &book.cases), &book);
        Ok(Some(book))
    }

    /// The book of the meeting's own cases.
    fn draw(&self, held: NaiveDate) -> Result<Casebook> {
        if self.ledger.get().is_none() {
            // Nobody else can have put one in: a cell belongs to one thread.
            let _ = self.ledger.set(Ledger::read(self.register)?);
        }
        let ledger = self.ledger.get().context("what books are drawn up from")?;
        let nobody = BTreeSet::new();
        let cases = self.cases.get(&held).unwrap_or(&nobody);
        let papers = cases.iter().filter_map(|case| self.papers.get(case)).flatten().copied().collect();
        let only = Only { cases, papers: &papers };
        ledger.draw(self.register, &self.house.config, Some(held), self.house.now(), Some(only))
    }

    fn basis(&self, held: NaiveDate, cases: &[Case]) -> String {
        let mut text = self.before.get(&held).cloned().unwrap_or_default();
        for case in cases {
            let sign = self.signs.get(&case.id).map_or("gone", String::as_str);
            text.push_str(&format!(" {} {sign}", case.id));
        }
        hash_bytes(text.as_bytes()).to_string()
    }
}

/// What is known of each case, as a hash: its papers, and what was done by hand.
fn signs(register: &Register, coming: &Casebook) -> Result<BTreeMap<CaseId, String>> {
    let mut owners: BTreeMap<PaperNumber, &CaseId> = BTreeMap::new();
    let mut texts: BTreeMap<CaseId, String> = BTreeMap::new();
    for case in &coming.cases {
        let text = texts.entry(case.id.clone()).or_default();
        for paper in &case.papers {
            owners.insert(paper.number, &case.id);
            let (number, version, sha) = (paper.number, paper.version, &paper.sha256);
            text.push_str(&format!("{number} {version} {sha} {:?} {:?} ", paper.kind, paper.state));
        }
    }
    for done in register.acts()? {
        let owner = done.act.paper().and_then(|paper| owners.get(&paper).copied());
        if let Some(case) = done.act.case().or(owner) {
            texts.entry(case.clone()).or_default().push_str(&format!("{:?} ", done.act));
        }
    }
    Ok(texts.into_iter().map(|(case, text)| (case, hash_bytes(text.as_bytes()).to_string())).collect())
}

/// The case without what is read out of its papers: that is in its own form and findings.
fn thin(mut case: Case) -> Case {
    for paper in &mut case.papers {
        paper.form = None;
        paper.findings = Vec::new();
    }
    case
}

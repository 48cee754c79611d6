//! Meetings that have been held, as far as what is owed is worked out from them: drawn up once, and kept.
//!
//! A kept book holds the cases heard at the meeting and nothing else. It is drawn up again when something about one of them
//! has changed: a paper, something done by hand, a decision, the configuration. So what is owed costs what changed and not
//! the panel's whole history.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::history::History;
use crate::clerk::house::House;
use crate::panel::calendar;
use crate::panel::case::{Case, Casebook};
use crate::panel::ids::{CaseId, PaperNumber};
use crate::register::Register;
use crate::register::casebook;
use crate::register::store::hash_bytes;
use crate::register::views;

/// What the books of meetings held depend on.
#[derive(Debug)]
pub struct Held<'h> {
    house: &'h House,
    register: &'h Register,
    /// A hash of the configuration, the program, and what each meeting and those before it came to.
    before: BTreeMap<NaiveDate, String>,
    decided: BTreeSet<(NaiveDate, CaseId)>,
    /// A hash of what is known of each case.
    signs: BTreeMap<CaseId, String>,
}

impl<'h> Held<'h> {
    /// Of the meetings in `heard`, oldest first; `coming` is the book of a meeting to come.
    ///
    /// Fails when the register cannot be read.
    pub fn of(house: &'h House, register: &'h Register, coming: &Casebook, heard: &History) -> Result<Self> {
        let mut so_far = views::eye(house.rules(), NaiveDate::MIN);
        let (mut before, mut decided) = (BTreeMap::new(), BTreeSet::new());
        for (held, outcome) in heard {
            so_far = hash_bytes(format!("{so_far} {held} {outcome:?}").as_bytes()).to_string();
            before.insert(*held, so_far.clone());
            decided.extend(outcome.decisions.iter().map(|decision| (*held, decision.case.clone())));
        }
        Ok(Held { house, register, before, decided, signs: signs(register, coming)? })
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
        let drawn = casebook::draw(self.register, &self.house.config, Some(held), self.house.now())?;
        let here = |case: &Case| case.meeting == held || self.decided.contains(&(held, case.id.clone()));
        let cases: Vec<Case> = drawn.cases.into_iter().filter(here).map(thin).collect();
        let book = Casebook { cases, unfiled: Vec::new(), ignored: Vec::new(), ..drawn };
        // Only time is lost with a book that cannot be kept.
        let _ = self.register.keep_held_book(held, &self.basis(held, &book.cases), &book);
        Ok(Some(book))
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

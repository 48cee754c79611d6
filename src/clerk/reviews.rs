//! What must come back to the panel: reviews, deferred cases, emergencies not yet presented, agreements that run out.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::held::Held;
use crate::clerk::history;
use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::finding::Severity;
use crate::panel::acts::{Act, Done};
use crate::panel::case::{ByHand, Case, Casebook, Child, DecidedOutside, Disposition, Emergency};
use crate::panel::completeness;
use crate::panel::deadlines::{Tick, Ticked};
use crate::panel::form::Form;
use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::panel::look::{CaseLook, Context};
use crate::panel::obligations::{self, History, KnownChild, Obligation, Outside, OutsideWhat, Past};
use crate::panel::paper::{Paper, Verdict};
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::register::Register;

/// What is owed on `today`, looked at from a meeting to come.
///
/// Fails when the register cannot be read.
pub fn owed(
    house: &House,
    register: &Register,
    coming: &Casebook,
    today: NaiveDate,
) -> Result<Vec<Obligation>> {
    let mut heard = register.outcomes()?;
    heard.retain(|(held, _)| *held <= today);
    let books = Held::of(house, register, coming, &heard)?;
    due(&books, coming, &heard, today)
}

/// The same from meetings that are read already.
///
/// Fails when the register cannot be read.
pub fn owed_of(
    books: &Held<'_>,
    coming: &Casebook,
    heard: &history::History,
    today: NaiveDate,
) -> Result<Vec<Obligation>> {
    let heard: history::History = heard.iter().filter(|(held, _)| *held <= today).cloned().collect();
    due(books, coming, &heard, today)
}

/// What has to come back before the meeting after this one, and is not on its agenda.
///
/// Fails when the register cannot be read, or the meeting after this one cannot be worked out.
pub fn proposed(house: &House, register: &Register, sitting: &Sitting) -> Result<Vec<Obligation>> {
    let day = sitting.day();
    let heard = history::before(register, day)?;
    let books = Held::of(house, register, &sitting.casebook, &heard)?;
    let mut owed = due(&books, &sitting.casebook, &heard, day)?;
    let today = london::wall(house.now()).date_naive();
    for one in &mut owed {
        one.overdue = one.due < today;
    }
    let next = sitting.agenda.next_meeting.as_ref().map(|next| next.date);
    owed.retain(|one| next.is_none_or(|next| one.due < next) && !is_listed(&sitting.casebook, &one.case));
    Ok(owed)
}

pub fn is_listed(book: &Casebook, case: &CaseId) -> bool {
    book.listed().any(|listed| listed.id == *case)
}

/// What is owed on `today`, from the meetings `heard` and what is known of the cases to come.
fn due(
    books: &Held<'_>,
    coming: &Casebook,
    heard: &history::History,
    today: NaiveDate,
) -> Result<Vec<Obligation>> {
    let (rules, register) = (books.rules(), books.register());
    let mut known = KnownOfCases::default();
    let mut past = Vec::new();
    let latest = latest(heard);
    let to_do = history::follow_ups(register, heard)?;
    for (held, outcome) in heard {
        let book = if latest.contains(held) { books.book(*held)? } else { None };
        for decision in &outcome.decisions {
            let id = &decision.case;
            let case = book.as_ref().and_then(|book| book.case(id)).cloned();
            let actions = to_do.iter().filter(|one| one.is_open() && one.action.case.as_ref() == Some(id));
            past.push(Past {
                held: *held,
                case: case.unwrap_or_else(|| only_a_number(id, *held)),
                decision: Some(decision.clone()),
                actions: actions.map(|one| one.action.clone()).collect(),
                plan_seen: coming.case(id).is_some_and(|case| plan_came_after(rules, case, *held)),
            });
        }
        if let Some(book) = &book {
            known.take(rules, book);
        }
    }
    known.take(rules, coming);
    known.by_hand(register)?;
    let options = |case: &Case| case.request == Some(Request::LeavingCare16plus);
    known.children.retain(|case, _| !coming.listed().any(|listed| listed.id == *case && options(listed)));
    let emergencies: BTreeSet<CaseId> = known
        .outside
        .keys()
        .filter(|(_, why)| *why == Why::Emergency)
        .map(|(case, _)| case.clone())
        .collect();
    known.outside.retain(|(case, why), _| *why != Why::Court || !emergencies.contains(case));
    let outside: Vec<Outside> = known.outside.into_values().filter(|one| one.on <= today).collect();
    let children: Vec<KnownChild> = known.children.into_values().collect();
    Ok(obligations::due(rules, &History { past: &past, outside: &outside, children: &children }, today))
}

/// Whether a paper that brings a permanence plan, or a form that tells of one, came after the meeting.
fn plan_came_after(rules: &Rules, case: &Case, held: NaiveDate) -> bool {
    let tells = |paper: &Paper| {
        let brings =
            paper.kind.as_ref().is_some_and(|kind| rules.obligations.permanence_papers.contains(kind));
        brings || paper.form.as_ref().is_some_and(|form| form.text("permanence_plan").is_some())
    };
    case.papers_in_use()
        .any(|paper| london::wall(paper.received.present_at).date_naive() > held && tells(paper))
}

/// Meetings that were the last to decide some case; only of these the cases have to be drawn up again.
fn latest(heard: &history::History) -> BTreeSet<NaiveDate> {
    let decided =
        heard.iter().flat_map(|(held, outcome)| outcome.decisions.iter().map(|one| (&one.case, *held)));
    let latest: BTreeMap<&CaseId, NaiveDate> = decided.collect();
    latest.into_values().collect()
}

/// A case of which nothing is left but what was decided.
fn only_a_number(id: &CaseId, held: NaiveDate) -> Case {
    Case {
        id: id.clone(),
        folder: None,
        child: Child::default(),
        request: None,
        form: Form::default(),
        papers: Vec::new(),
        emergency: Emergency::default(),
        by_hand: ByHand::default(),
        arrival: Verdict::CannotTell,
        disposition: Disposition::Listed,
        meeting: held,
        so_far: crate::panel::case::SoFar::default(),
        findings: Vec::new(),
    }
}

/// Why a case must be presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Emergency,
    Decided,
    Court,
}

/// What is known of cases besides what was decided.
#[derive(Debug, Default)]
struct KnownOfCases {
    /// Emergencies confirmed or claimed, decisions taken outside the panel, placements by order of a court; the newest that is known
    /// of each.
    outside: BTreeMap<(CaseId, Why), Outside>,
    children: BTreeMap<CaseId, KnownChild>,
}

impl KnownOfCases {
    fn take(&mut self, rules: &Rules, book: &Casebook) {
        let context = Context { meeting: &book.meeting, now: book.now, previous: None };
        for case in &book.cases {
            self.emergency(rules, case);
            self.court(case);
            if let Some(decided) = &case.by_hand.decided_outside {
                self.decided(&case.id, decided, case.written_authority().is_some());
            }
            if let Some(born) = case.child.born {
                let looked_after = CaseLook::at(rules, case, &context).looked_after();
                let child = KnownChild { case: case.id.clone(), born, looked_after, options_seen: false };
                self.children.insert(case.id.clone(), child);
            }
        }
    }

    /// An emergency by its form or by telephone; of a claim without a day, the day its first paper came.
    fn emergency(&mut self, rules: &Rules, case: &Case) {
        let emergency = &case.emergency;
        let came = || case.papers_in_use().map(|paper| paper.received.present_at).min();
        let (on, what) = match (emergency.confirmed, emergency.claimed) {
            (true, _) => (emergency.placed_on, OutsideWhat::EmergencyPlacement),
            (false, true) => {
                let day = emergency.placed_on.or_else(|| Some(london::wall(came()?).date_naive()));
                (day, OutsideWhat::EmergencyClaimed)
            }
            (false, false) => return,
        };
        let blocks = case.findings.iter().filter(|finding| finding.severity == Severity::Blocks);
        let lacking = blocks.map(|finding| completeness::short_name(rules, &finding.code)).collect();
        if let Some(on) = on {
            let outside = Outside { case: case.id.clone(), on, what, lacking };
            self.outside.insert((case.id.clone(), Why::Emergency), outside);
        }
    }

    /// A placement by order of a court, unless it is only tracked: from the day it was made, or its first paper came.
    fn court(&mut self, case: &Case) {
        if case.request != Some(Request::CourtOrdered) || case.by_hand.tracking_only {
            return;
        }
        let came = || case.papers_in_use().map(|paper| paper.received.present_at).min();
        let on = case.form.date("placed_on").or_else(|| Some(london::wall(came()?).date_naive()));
        if let Some(on) = on {
            self.by_court(&case.id, on);
        }
    }

    fn by_court(&mut self, case: &CaseId, on: NaiveDate) {
        let outside = Outside { case: case.clone(), on, what: OutsideWhat::CourtOrder, lacking: Vec::new() };
        self.outside.entry((case.clone(), Why::Court)).or_insert(outside);
    }

    /// A decision taken outside the panel, and whether its written authority lies among the case's documents; seen once, it is there.
    fn decided(&mut self, case: &CaseId, decided: &DecidedOutside, filed: bool) {
        let what = OutsideWhat::DecisionWithAuthority(decided.authority.clone());
        let key = (case.clone(), Why::Decided);
        let seen = |known: &Outside| known.on == decided.on && known.lacking.is_empty();
        let filed = filed || self.outside.get(&key).is_some_and(seen);
        let lacking = if filed { Vec::new() } else { vec!["written authority".to_owned()] };
        self.outside.insert(key, Outside { case: case.clone(), on: decided.on, what, lacking });
    }

    /// What was entered by hand, whose papers may never have come.
    fn by_hand(&mut self, register: &Register) -> Result<()> {
        let mut placed: BTreeMap<CaseId, NaiveDate> = BTreeMap::new();
        let mut decided: BTreeMap<CaseId, DecidedOutside> = BTreeMap::new();
        let mut ordered: BTreeMap<CaseId, NaiveDate> = BTreeMap::new();
        let mut ticked: BTreeMap<CaseId, bool> = BTreeMap::new();
        for Done { at, act, .. } in register.acts()? {
            match act {
                Act::Tick { tick: Tick { what: Ticked::CareLeaver, case: Some(case), .. }, done } => {
                    ticked.insert(case, done);
                }
                Act::Expect { case, expected, .. } => {
                    if expected.request == Some(Request::CourtOrdered) && !expected.tracking_only {
                        ordered.insert(case.clone(), london::wall(at).date_naive());
                    } else {
                        ordered.remove(&case);
                    }
                    placed.extend(expected.emergency.map(|emergency| (case, emergency.placed_on)));
                }
                Act::Unexpect { case, .. } => {
                    placed.remove(&case);
                    ordered.remove(&case);
                }
                Act::ConfirmEmergency { case, confirmed: false } => {
                    placed.remove(&case);
                }
                Act::DecideOutside { case, decided: Some(what) } => {
                    decided.insert(case, what);
                }
                Act::DecideOutside { case, decided: None } => {
                    decided.remove(&case);
                }
                _ => {}
            }
        }
        for child in self.children.values_mut() {
            child.options_seen = ticked.get(&child.case) == Some(&true);
        }
        for (case, on) in &ordered {
            self.by_court(case, *on);
        }
        for (case, on) in placed {
            let what = OutsideWhat::EmergencyPlacement;
            let outside = Outside { case: case.clone(), on, what, lacking: vec!["any document".to_owned()] };
            self.outside.entry((case, Why::Emergency)).or_insert(outside);
        }
        for (case, what) in &decided {
            self.decided(case, what, false);
        }
        Ok(())
    }
}

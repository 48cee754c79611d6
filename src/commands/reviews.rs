//! What must come back to the panel: reviews, deferred cases, emergencies not yet presented, agreements that run out.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::commands::history;
use crate::commands::house::{House, Settings};
use crate::commands::screen::{self, Exit};
use crate::commands::sitting::Sitting;
use crate::panel::calendar;
use crate::panel::case::{Case, Casebook, Child, Disposition, Emergency};
use crate::panel::form::Form;
use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::panel::look::{Context, Look};
use crate::panel::obligations::{self, History, KnownChild, Obligation, Outside, OutsideWhat, Past};
use crate::panel::paper::Verdict;
use crate::panel::rules::Rules;
use crate::panel::words;
use crate::register::Register;
use crate::register::acts::Act;
use crate::register::casebook;

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let register = house.register()?;
    let sitting = Sitting::draw(&house, &register, None)?;
    let today = london::wall(house.now()).date_naive();
    let mut heard = register.outcomes()?;
    heard.retain(|(held, _)| *held <= today);
    let owed = due(&house, &register, &sitting.casebook, &heard, today)?;
    if house.json {
        let owed: Vec<Value> = owed.iter().map(|one| told(one, &sitting.casebook)).collect();
        screen::json(&json!({
            "panel": house.rules().name, "today": today, "next_meeting": sitting.day(), "obligations": owed,
        }))?;
    } else {
        for one in &owed {
            screen::line(line(one, &sitting.casebook));
        }
        if owed.is_empty() {
            let days = house.rules().obligations.notice_days;
            screen::line(format!("nothing has to come back to the panel in the next {days} days"));
        }
    }
    Ok(if owed.iter().any(|one| one.overdue) { Exit::Look } else { Exit::Done })
}

/// What has to come back before the meeting after this one, and is not on its agenda.
pub fn proposed(house: &House, register: &Register, sitting: &Sitting) -> Result<Vec<Obligation>> {
    let day = sitting.day();
    let heard = history::before(register, day)?;
    let mut owed = due(house, register, &sitting.casebook, &heard, day)?;
    let next = sitting.agenda.next_meeting.as_ref().map(|next| next.date);
    owed.retain(|one| next.is_none_or(|next| one.due < next) && !is_listed(&sitting.casebook, &one.case));
    Ok(owed)
}

fn told(owed: &Obligation, book: &Casebook) -> Value {
    json!({
        "case_id": owed.case,
        "what": owed.what,
        "due": owed.due,
        "overdue": owed.overdue,
        "message": owed.message,
        "listed_for": is_listed(book, &owed.case).then_some(book.meeting.date),
    })
}

fn line(owed: &Obligation, book: &Casebook) -> String {
    let overdue = if owed.overdue { "overdue" } else { "" };
    let listed = if is_listed(book, &owed.case) {
        format!("; it is on the agenda of {}", words::day(book.meeting.date))
    } else {
        String::new()
    };
    format!("{}  {overdue:<7}  {:<10} {}{listed}", owed.due, owed.case.as_str(), owed.message)
}

fn is_listed(book: &Casebook, case: &CaseId) -> bool {
    book.listed().any(|listed| listed.id == *case)
}

/// What is owed on `today`, from the meetings `heard` and what is known of the cases to come.
fn due(
    house: &House,
    register: &Register,
    coming: &Casebook,
    heard: &history::History,
    today: NaiveDate,
) -> Result<Vec<Obligation>> {
    let rules = house.rules();
    let mut known = Known::default();
    let mut past = Vec::new();
    let latest = latest(heard);
    for (held, outcome) in heard {
        let book = if latest.contains(held) { book_of(house, register, *held)? } else { None };
        for decision in &outcome.decisions {
            let case = book.as_ref().and_then(|book| book.case(&decision.case)).cloned();
            let case = case.unwrap_or_else(|| only_a_number(&decision.case, *held));
            past.push(Past { held: *held, case, decision: Some(decision.clone()) });
        }
        if let Some(book) = &book {
            known.take(rules, book);
        }
    }
    known.take(rules, coming);
    known.telephoned(register)?;
    known.children.retain(|case, _| !is_listed(coming, case));
    let outside: Vec<Outside> =
        known.emergencies.into_iter().filter(|(_, on)| *on <= today).map(outside).collect();
    let children: Vec<KnownChild> = known.children.into_values().collect();
    Ok(obligations::due(rules, &History { past: &past, outside: &outside, children: &children }, today))
}

/// Meetings that were the last to decide some case; only of these the cases have to be drawn up again.
fn latest(heard: &history::History) -> BTreeSet<NaiveDate> {
    let decided =
        heard.iter().flat_map(|(held, outcome)| outcome.decisions.iter().map(|one| (&one.case, *held)));
    let latest: BTreeMap<&CaseId, NaiveDate> = decided.collect();
    latest.into_values().collect()
}

/// The cases of a meeting held; none where the calendar has it no longer.
fn book_of(house: &House, register: &Register, held: NaiveDate) -> Result<Option<Casebook>> {
    if calendar::meeting_meant(house.rules(), held).is_none() {
        return Ok(None);
    }
    Ok(Some(casebook::draw(register, &house.config, Some(held), house.now())?))
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
        arrival: Verdict::CannotTell,
        disposition: Disposition::Listed,
        meeting: held,
        findings: Vec::new(),
    }
}

fn outside((case, on): (CaseId, NaiveDate)) -> Outside {
    Outside { case, on, what: OutsideWhat::EmergencyPlacement }
}

/// What is known of cases besides what was decided.
#[derive(Debug, Default)]
struct Known {
    /// Confirmed emergency placements and the day of each.
    emergencies: BTreeSet<(CaseId, NaiveDate)>,
    children: BTreeMap<CaseId, KnownChild>,
}

impl Known {
    fn take(&mut self, rules: &Rules, book: &Casebook) {
        let context = Context { meeting: &book.meeting, now: book.now, previous: None };
        for case in &book.cases {
            if let Some(on) = case.emergency.placed_on.filter(|_| case.emergency.confirmed) {
                self.emergencies.insert((case.id.clone(), on));
            }
            if let Some(born) = case.child.born {
                let looked_after = Look::at(rules, case, &context).looked_after();
                let child = KnownChild { case: case.id.clone(), born, looked_after };
                self.children.insert(case.id.clone(), child);
            }
        }
    }

    /// Emergencies entered by telephone, whose papers may never have come.
    fn telephoned(&mut self, register: &Register) -> Result<()> {
        let mut said: BTreeMap<CaseId, NaiveDate> = BTreeMap::new();
        for done in register.acts()? {
            match done.act {
                Act::Expect { case, expected, .. } => {
                    let placed = expected.emergency.map(|emergency| emergency.placed_on);
                    said.extend(placed.map(|placed| (case, placed)));
                }
                Act::Unexpect { case, .. } | Act::ConfirmEmergency { case, confirmed: false } => {
                    said.remove(&case);
                }
                _ => {}
            }
        }
        self.emergencies.extend(said);
        Ok(())
    }
}

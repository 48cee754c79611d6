//! Who is heard when: the timed agenda, from the cases and the panel's slot rules.
//!
//! Deterministic and stable. With an agenda that is already out, nobody on it moves: a late case takes a free slot, or
//! comes after the last one; over-run is listed, never squeezed. Whoever wants a fresh order asks for one without it.

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

use crate::panel::agenda::{Agenda, CaseLine, Item, What};
use crate::panel::agenda_rules::StandingItem;
use crate::panel::calendar;
use crate::panel::case::{Case, Casebook};
use crate::panel::completeness;
use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;
use crate::panel::paper::Verdict;
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::standing;

/// What the administrator typed about one case's slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub case: CaseId,
    pub starts: Option<NaiveTime>,
    pub minutes: Option<u32>,
    /// Place among the cases, smallest first; cases without one keep the panel's order after them.
    pub order: Option<u32>,
    pub note: Option<String>,
}

/// Cases that are heard one after the other: siblings, else a presenter's.
#[derive(Debug, Clone)]
struct Group<'c> {
    cases: Vec<&'c Case>,
    wanted: Option<NaiveTime>,
}

/// The agenda of the casebook's meeting. `previous` is the one already out, if the cases on it are to keep their times.
pub fn agenda(rules: &Rules, book: &Casebook, wishes: &[Wish], previous: Option<&Agenda>) -> Agenda {
    let mut plan = Plan::new(rules, book, wishes);
    match previous {
        Some(previous) => plan.keep(previous),
        None => plan.open(),
    }
    plan.place_groups();
    plan.finish()
}

/// An agenda being made.
#[derive(Debug)]
struct Plan<'c> {
    rules: &'c Rules,
    book: &'c Casebook,
    wishes: &'c [Wish],
    meeting: &'c Meeting,
    /// Without numbers.
    items: Vec<Item>,
    /// Minutes since midnight at which the next new item would start.
    at: u32,
    paused: bool,
    placed: BTreeSet<CaseId>,
    left_over: Vec<CaseId>,
}

impl<'c> Plan<'c> {
    fn new(rules: &'c Rules, book: &'c Casebook, wishes: &'c [Wish]) -> Self {
        let at = minute(book.meeting.starts.time());
        let paused = rules.slots.pause.is_none();
        let (meeting, items) = (&book.meeting, Vec::new());
        Plan {
            rules,
            book,
            wishes,
            meeting,
            items,
            at,
            paused,
            placed: BTreeSet::new(),
            left_over: Vec::new(),
        }
    }

    fn open(&mut self) {
        for item in &self.rules.slots.opening {
            self.push(item.minutes, standing_item(item));
        }
    }

    /// The items of an agenda that is out, as they were, less the cases that are gone and the closing items.
    fn keep(&mut self, previous: &Agenda) {
        let closing: BTreeSet<&str> =
            self.rules.slots.closing.iter().map(|item| item.title.as_str()).collect();
        for item in &previous.items {
            let what = match &item.what {
                What::Case(line) => match self.book.listed().find(|case| case.id == line.case) {
                    Some(case) => {
                        self.placed.insert(case.id.clone());
                        What::Case(self.line(case))
                    }
                    None => continue,
                },
                What::Standing { title, .. } if closing.contains(title.as_str()) => continue,
                What::Break => {
                    self.paused = true;
                    What::Break
                }
                standing @ What::Standing { .. } => standing.clone(),
            };
            let moved = match &what {
                What::Case(line) => self.wish(&line.case),
                _ => None,
            };
            let starts = moved.and_then(|wish| wish.starts).unwrap_or(item.starts);
            let minutes = moved.and_then(|wish| wish.minutes).unwrap_or(item.minutes);
            self.items.push(Item { number: String::new(), starts, minutes, what });
            self.at = self.at.max(minute(starts) + minutes);
        }
    }

    fn push(&mut self, minutes: u32, what: What) {
        self.items.push(Item { number: String::new(), starts: time(self.at), minutes, what });
        self.at += minutes;
    }

    fn wish(&self, case: &CaseId) -> Option<&'c Wish> {
        self.wishes.iter().find(|wish| &wish.case == case)
    }

    fn minutes_of(&self, case: &Case) -> u32 {
        let rule = standing::demands_of(self.rules, case).minutes;
        let usual = if is_emergency(case) { rule.max(self.rules.slots.emergency_minutes) } else { rule };
        self.wish(&case.id).and_then(|wish| wish.minutes).unwrap_or(usual)
    }

    /// Where the panel hears the case.
    fn section_of(&self, case: &Case) -> &'c str {
        let slots = &self.rules.slots;
        let emergency = slots.emergency_section.as_deref().filter(|_| is_emergency(case));
        emergency.unwrap_or_else(|| &standing::demands_of(self.rules, case).section)
    }

    fn section_place(&self, case: &Case) -> usize {
        let key = self.section_of(case);
        let sections = &self.rules.slots.sections;
        sections.iter().position(|section| section.key == key).unwrap_or(sections.len())
    }

    fn place_groups(&mut self) {
        let mut waiting = self.groups();
        while !waiting.is_empty() {
            self.pause_if_due();
            let due =
                waiting.iter().position(|group| group.wanted.is_some_and(|wanted| minute(wanted) <= self.at));
            let fits = |group: &Group<'_>| {
                let next = waiting
                    .iter()
                    .filter_map(|other| other.wanted)
                    .map(minute)
                    .filter(|wanted| *wanted > self.at)
                    .min();
                group.wanted.is_none() && next.is_none_or(|next| self.at + self.length(group) <= next)
            };
            let next = due.or_else(|| waiting.iter().position(fits));
            let chosen = match next {
                Some(index) => waiting.remove(index),
                None => self.step_to_wanted(&mut waiting),
            };
            self.place(&chosen);
        }
    }

    /// Nothing fits before the next requested time: the panel waits for it, or the requests come where they can.
    fn step_to_wanted(&mut self, waiting: &mut Vec<Group<'c>>) -> Group<'c> {
        let first =
            waiting.iter().enumerate().filter_map(|(index, group)| Some((group.wanted?, index))).min();
        let (wanted, index) = first.unwrap_or((time(self.at), 0));
        let fits_today = self.ends().is_none_or(|ends| minute(wanted) < ends);
        if fits_today {
            self.at = self.at.max(minute(wanted));
        }
        waiting.remove(index)
    }

    fn length(&self, group: &Group<'_>) -> u32 {
        group.cases.iter().map(|case| self.minutes_of(case)).sum()
    }

    fn place(&mut self, group: &Group<'c>) {
        for case in &group.cases {
            self.pause_if_due();
            let minutes = self.minutes_of(case);
            let wanted = self.wish(&case.id).and_then(|wish| wish.starts);
            if let Some(free) = self.gap(minutes, wanted) {
                let what = What::Case(self.line(case));
                self.items.push(Item { number: String::new(), starts: time(free), minutes, what });
            } else if self.ends().is_some_and(|ends| self.at + minutes + self.closing_minutes() > ends) {
                self.left_over.push(case.id.clone());
            } else {
                let what = What::Case(self.line(case));
                self.push(minutes, what);
            }
        }
    }

    /// Room between items that are already there, where a case was taken off.
    fn gap(&self, minutes: u32, wanted: Option<NaiveTime>) -> Option<u32> {
        if wanted.is_some() {
            return None;
        }
        let mut taken: Vec<(u32, u32)> =
            self.items.iter().map(|item| (minute(item.starts), minute(item.starts) + item.minutes)).collect();
        taken.sort_unstable();
        taken
            .windows(2)
            .map(|pair| (pair[0].1, pair[1].0))
            .find(|(from, to)| from + minutes <= *to)
            .map(|(from, _)| from)
    }

    fn pause_if_due(&mut self) {
        let Some(pause) = self.rules.slots.pause.filter(|_| !self.paused) else { return };
        if minute(pause.not_before) <= self.at {
            self.paused = true;
            self.push(pause.minutes, What::Break);
        }
    }

    fn ends(&self) -> Option<u32> {
        self.meeting.ends.map(|ends| minute(ends.time()))
    }

    fn closing_minutes(&self) -> u32 {
        self.rules.slots.closing.iter().map(|item| item.minutes).sum()
    }

    /// The cases still to be placed, in the panel's order, siblings and presenters together.
    fn groups(&self) -> Vec<Group<'c>> {
        let mut cases: Vec<&Case> =
            self.book.listed().filter(|case| !self.placed.contains(&case.id)).collect();
        cases.sort_by_key(|case| {
            let order = self.wish(&case.id).and_then(|wish| wish.order);
            (order.is_none(), order, self.section_place(case), presenter(case), case.id.clone())
        });
        let mut groups: Vec<Group<'_>> = Vec::new();
        for case in cases {
            let wanted = self.wish(&case.id).and_then(|wish| wish.starts).or_else(|| asked_for(case));
            let ordered = self.wish(&case.id).is_some_and(|wish| wish.order.is_some());
            let sibling = groups
                .iter_mut()
                .find(|group| !ordered && group.cases.iter().any(|other| are_siblings(other, case)));
            match sibling {
                Some(group) => {
                    group.cases.push(case);
                    group.wanted = group.wanted.or(wanted);
                }
                None => groups.push(Group { cases: vec![case], wanted }),
            }
        }
        groups
    }

    fn line(&self, case: &Case) -> CaseLine {
        let key = self.section_of(case);
        let title = self
            .rules
            .slots
            .sections
            .iter()
            .find(|section| section.key == key)
            .map(|section| section.title.clone());
        let note = self.wish(&case.id).and_then(|wish| wish.note.clone()).unwrap_or_default();
        CaseLine {
            case: case.id.clone(),
            section: title.unwrap_or_default(),
            child: standing::child_shown(self.rules, &case.child),
            age: case.child.born.and_then(|born| standing::age_on(born, self.meeting.date)),
            request: match case.request {
                Some(request) => self.rules.request(request).label.clone(),
                None => "Not said yet".to_owned(),
            },
            presenters: presenters(case),
            flags: flags(self.rules, case),
            note,
        }
    }

    fn finish(mut self) -> Agenda {
        self.pause_if_due();
        self.items.sort_by_key(|item| (item.starts, matches!(item.what, What::Case(_))));
        for item in &self.rules.slots.closing {
            self.push(item.minutes, standing_item(item));
        }
        number(&mut self.items);
        Agenda {
            meeting: self.meeting.clone(),
            next_meeting: calendar::meeting_after(self.rules, self.meeting.date),
            items: self.items,
            not_slotted: self.left_over,
        }
    }
}

fn standing_item(item: &StandingItem) -> What {
    What::Standing { title: item.title.clone(), note: item.note.clone() }
}

/// Standing items are numbered as they come; cases below their section: `4.2`.
fn number(items: &mut [Item]) {
    let mut main = 0;
    let mut section: Option<String> = None;
    let mut below = 0;
    for item in items {
        item.number = match &item.what {
            What::Break => String::new(),
            What::Standing { .. } => {
                main += 1;
                section = None;
                main.to_string()
            }
            What::Case(line) => {
                if section.as_ref() != Some(&line.section) {
                    main += 1;
                    below = 0;
                    section = Some(line.section.clone());
                }
                below += 1;
                format!("{main}.{below}")
            }
        };
    }
}

fn is_emergency(case: &Case) -> bool {
    case.emergency.claimed
        || case.emergency.confirmed
        || case.request == Some(Request::EmergencyRetrospective)
}

/// `EMERGENCY`, `RETROSPECTIVE`, `INCOMPLETE: care plan`, `LATE`: what the chair must see beside the case.
pub fn flags(rules: &Rules, case: &Case) -> Vec<String> {
    let mut flags = Vec::new();
    if is_emergency(case) {
        flags.push("EMERGENCY".to_owned());
        if case.emergency.placed_on.is_some() {
            flags.push("RETROSPECTIVE".to_owned());
        }
    }
    let lacking: Vec<String> = case
        .findings
        .iter()
        .filter(|finding| finding.severity == crate::finding::Severity::Blocks)
        .map(|finding| completeness::short_name(rules, &finding.code))
        .collect();
    if !lacking.is_empty() {
        flags.push(format!("INCOMPLETE: {}", lacking.join(", ")));
    }
    match case.arrival {
        Verdict::Late => flags.push("LATE".to_owned()),
        Verdict::CannotTell => flags.push("ARRIVAL TO BE CONFIRMED".to_owned()),
        Verdict::InTime => {}
    }
    flags
}

/// Who brings the case, social worker before manager.
pub fn presenters(case: &Case) -> Vec<String> {
    let form = &case.form;
    let named = |text: &str| -> Vec<String> {
        let parts = text.split([',', ';', '\n', '&']).flat_map(|part| part.split(" and "));
        parts.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    if let Some(said) = form.text("presenters") {
        return named(said);
    }
    let both = ["social_worker", "team_manager"].into_iter().filter_map(|key| form.text(key));
    both.filter_map(|text| text.lines().next()).map(|name| name.trim().to_owned()).collect()
}

/// The one whose cases are heard together: the social worker, as named on the form.
fn presenter(case: &Case) -> String {
    let worker = case.form.text("social_worker").and_then(|text| text.lines().next());
    worker
        .map_or_else(|| presenters(case).into_iter().next().unwrap_or_default(), str::to_owned)
        .trim()
        .to_lowercase()
}

/// One form names the other child's case number.
fn are_siblings(one: &Case, other: &Case) -> bool {
    let names = |form: &Case, id: &CaseId| {
        form.form.text("sibling_ids").is_some_and(|text| {
            text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == id.as_str())
        })
    };
    names(one, &other.id) || names(other, &one.id)
}

/// A time the form asks for: "10:30", "at 10.30 please".
fn asked_for(case: &Case) -> Option<NaiveTime> {
    let text = case.form.text("slot_requested")?;
    let is_time = |c: char| c.is_ascii_digit() || c == ':' || c == '.';
    text.split(|c| !is_time(c)).find_map(|word| {
        let word = word.trim_matches('.').replace('.', ":");
        NaiveTime::parse_from_str(&word, "%H:%M").ok()
    })
}

fn minute(time: NaiveTime) -> u32 {
    time.hour() * 60 + time.minute()
}

fn time(minute: u32) -> NaiveTime {
    NaiveTime::MIN + TimeDelta::minutes(i64::from(minute.min(24 * 60 - 1)))
}

//! An agenda being made: cases are put one after the other into the time there is.

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

use crate::panel::agenda::{Agenda, CaseLine, Item, What};
use crate::panel::agenda_lines;
use crate::panel::agenda_rules::StandingItem;
use crate::panel::calendar;
use crate::panel::case::{Case, Casebook};
use crate::panel::demands::RequestRule;
use crate::panel::heard;
use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::so_far;
use crate::panel::standing;
use crate::panel::when;

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

/// An agenda being made.
#[derive(Debug)]
pub(crate) struct Plan<'c> {
    pub(crate) rules: &'c Rules,
    pub(crate) book: &'c Casebook,
    wishes: &'c [Wish],
    pub(crate) meeting: &'c Meeting,
    /// Without numbers.
    pub(crate) items: Vec<Item>,
    /// Minutes since midnight at which the next new item would start.
    pub(crate) at: u32,
    pub(crate) paused: bool,
    pub(crate) placed: BTreeSet<CaseId>,
    pub(crate) left_over: Vec<CaseId>,
}

impl<'c> Plan<'c> {
    pub(crate) fn new(rules: &'c Rules, book: &'c Casebook, wishes: &'c [Wish]) -> Self {
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

    pub(crate) fn open(&mut self) {
        for item in &self.rules.slots.opening {
            self.push(item.minutes, standing_item(item));
        }
    }

    fn push(&mut self, minutes: u32, what: What) {
        self.items.push(Item { number: String::new(), starts: time(self.at), minutes, what });
        self.at += minutes;
    }

    pub(crate) fn wish(&self, case: &CaseId) -> Option<&'c Wish> {
        self.wishes.iter().find(|wish| &wish.case == case)
    }

    /// When the case is to be heard: as the administrator typed, else as its form asks.
    fn wanted(&self, case: &Case) -> Option<NaiveTime> {
        self.wish(&case.id).and_then(|wish| wish.starts).or_else(|| heard::asked_for(case))
    }

    /// What the case asks for; one that is only kept in sight is heard like one that a court has ordered, and what was ratified
    /// already like a review once its papers are there.
    fn asks(&self, case: &Case) -> &'c RequestRule {
        if case.by_hand.tracking_only {
            self.rules.request(Request::CourtOrdered)
        } else if case.so_far.papers_received {
            self.rules.request(Request::Review)
        } else {
            standing::demands_of(self.rules, case)
        }
    }

    pub(crate) fn minutes_of(&self, case: &Case) -> u32 {
        let rule = self.asks(case).minutes;
        let emergency = so_far::is_emergency(case) && !case.by_hand.tracking_only;
        let usual = if emergency { rule.max(self.rules.slots.emergency_minutes) } else { rule };
        self.wish(&case.id).and_then(|wish| wish.minutes).unwrap_or(usual)
    }

    /// Where the panel hears the case.
    fn section_of(&self, case: &Case) -> &'c str {
        let slots = &self.rules.slots;
        let ratified = so_far::is_for_ratification(case) && !case.by_hand.tracking_only;
        let section = slots.emergency_section.as_deref().filter(|_| ratified);
        section.unwrap_or_else(|| &self.asks(case).section)
    }

    fn section_place(&self, case: &Case) -> usize {
        let key = self.section_of(case);
        let sections = &self.rules.slots.sections;
        sections.iter().position(|section| section.key == key).unwrap_or(sections.len())
    }

    pub(crate) fn place_groups(&mut self) {
        let mut waiting = self.groups();
        while !waiting.is_empty() {
            let next = waiting
                .iter()
                .filter_map(|group| group.wanted)
                .map(minute)
                .filter(|wanted| *wanted > self.at)
                .min();
            self.pause_if_due(next);
            let due =
                waiting.iter().position(|group| group.wanted.is_some_and(|wanted| minute(wanted) <= self.at));
            let fits = |group: &Group<'_>| {
                group.wanted.is_none() && next.is_none_or(|next| self.at + self.length(group) <= next)
            };
            let chosen = match due.or_else(|| waiting.iter().position(fits)) {
                Some(index) => waiting.remove(index),
                None => self.step_to_wanted(&mut waiting),
            };
            self.place(&chosen);
        }
    }

    /// Nothing fits before the next requested time: the panel has its break, if there is room, and waits.
    fn step_to_wanted(&mut self, waiting: &mut Vec<Group<'c>>) -> Group<'c> {
        let first =
            waiting.iter().enumerate().filter_map(|(index, group)| Some((group.wanted?, index))).min();
        let (wanted, index) = first.unwrap_or((time(self.at), 0));
        if self.ends().is_none_or(|ends| minute(wanted) < ends) {
            if let Some(pause) = self.rules.slots.pause.filter(|_| !self.paused) {
                let from = self.at.max(minute(pause.not_before));
                if from + pause.minutes <= minute(wanted) {
                    self.at = from;
                    self.pause_if_due(None);
                }
            }
            self.at = self.at.max(minute(wanted));
        }
        waiting.remove(index)
    }

    fn length(&self, group: &Group<'_>) -> u32 {
        group.cases.iter().map(|case| self.minutes_of(case)).sum()
    }

    fn place(&mut self, group: &Group<'c>) {
        for (index, case) in group.cases.iter().enumerate() {
            let minutes = self.minutes_of(case);
            let wanted = group.wanted.filter(|_| index == 0).map(minute);
            let free = match wanted {
                Some(wanted) if self.at <= wanted => None,
                Some(wanted) if self.is_free(wanted, minutes) => Some(wanted),
                _ => self.gap(minutes),
            };
            let what = What::Case(self.line(case));
            match free {
                Some(free) => {
                    self.items.push(Item { number: String::new(), starts: time(free), minutes, what });
                }
                None if self.is_over(self.at, minutes) => {
                    self.left_over.push(case.id.clone());
                }
                None => self.push(minutes, what),
            }
        }
    }

    /// Whether an item would run into the end of the meeting.
    pub(crate) fn is_over(&self, from: u32, minutes: u32) -> bool {
        self.ends().is_some_and(|ends| from + minutes + self.closing_minutes() > ends)
    }

    /// Whether a time before the end of what is placed is free.
    fn is_free(&self, from: u32, minutes: u32) -> bool {
        minute(self.meeting.starts.time()) <= from
            && from + minutes <= self.at
            && !self.items.iter().any(|item| meets(item, from, minutes))
    }

    /// Room between items that are already there, where a case was taken off.
    fn gap(&self, minutes: u32) -> Option<u32> {
        let mut taken: Vec<(u32, u32)> =
            self.items.iter().map(|item| (minute(item.starts), minute(item.starts) + item.minutes)).collect();
        taken.sort_unstable();
        taken
            .windows(2)
            .map(|pair| (pair[0].1, pair[1].0))
            .find(|(from, to)| from + minutes <= *to)
            .map(|(from, _)| from)
    }

    /// Cases that found no time before the end take what is still free between the others.
    pub(crate) fn place_left_over(&mut self) {
        for id in std::mem::take(&mut self.left_over) {
            let case = self.book.listed().find(|case| case.id == id);
            let free = case.and_then(|case| Some((case, self.gap(self.minutes_of(case))?)));
            match free {
                Some((case, starts)) => {
                    let (minutes, what) = (self.minutes_of(case), What::Case(self.line(case)));
                    self.items.push(Item { number: String::new(), starts: time(starts), minutes, what });
                }
                None => self.left_over.push(id),
            }
        }
    }

    /// The break, once its time has come and if it does not run into a requested time.
    fn pause_if_due(&mut self, next_wanted: Option<u32>) {
        let Some(pause) = self.rules.slots.pause.filter(|_| !self.paused) else { return };
        let fits = next_wanted.is_none_or(|next| self.at + pause.minutes <= next);
        if minute(pause.not_before) <= self.at && fits {
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
            (order.is_none(), order, self.section_place(case), heard::presenter(case), case.id.clone())
        });
        let mut groups: Vec<Group<'_>> = Vec::new();
        for case in cases {
            let wanted = self.wanted(case);
            let ordered = self.wish(&case.id).is_some_and(|wish| wish.order.is_some());
            let together = |group: &Group<'_>| {
                let one_time = wanted.is_none() || wanted == group.wanted;
                !ordered && one_time && group.cases.iter().any(|other| heard::are_siblings(other, case))
            };
            match groups.iter_mut().find(|group| together(group)) {
                Some(group) => group.cases.push(case),
                None => groups.push(Group { cases: vec![case], wanted }),
            }
        }
        groups
    }

    pub(crate) fn line(&self, case: &Case) -> CaseLine {
        let key = self.section_of(case);
        let title = self
            .rules
            .slots
            .sections
            .iter()
            .find(|section| section.key == key)
            .map(|section| section.title.clone());
        let typed = self.wish(&case.id).and_then(|wish| wish.note.clone());
        let notes = [Some(heard::note(self.rules, case)).filter(|note| !note.is_empty()), typed];
        CaseLine {
            case: case.id.clone(),
            section: title.unwrap_or_default(),
            child: self.rules.child_shown.child(&case.child),
            age: case.child.born.and_then(|born| standing::age_on(born, self.meeting.date)),
            request: match case.request {
                Some(_) if case.so_far.papers_received => self.asks(case).label.clone(),
                Some(request) => self.rules.request(request).label.clone(),
                None if case.by_hand.tracking_only => "Kept in sight".to_owned(),
                None => "Not said yet".to_owned(),
            },
            presenters: heard::presenters(case),
            flags: heard::flags(self.rules, case),
            note: notes.into_iter().flatten().collect::<Vec<_>>().join("; "),
            permission: heard::permission(case),
            for_noting: case.by_hand.tracking_only,
        }
    }

    pub(crate) fn finish(mut self) -> Agenda {
        self.items.sort_by_key(|item| (item.starts, matches!(item.what, What::Case(_))));
        let ends = self.items.last().map(|item| minute(item.starts) + item.minutes);
        self.at = ends.unwrap_or(self.at);
        for item in &self.rules.slots.closing {
            self.push(item.minutes, standing_item(item));
        }
        agenda_lines::number(&mut self.items);
        self.say_what_was_asked();
        Agenda {
            meeting: self.meeting.clone(),
            next_meeting: calendar::meeting_after(self.rules, self.meeting.date),
            items: self.items,
            not_slotted: self.left_over,
        }
    }
}

impl Plan<'_> {
    /// A time that could not be given is said beside the case.
    fn say_what_was_asked(&mut self) {
        let mut items = std::mem::take(&mut self.items);
        for item in &mut items {
            let What::Case(line) = &mut item.what else { continue };
            let case = self.book.listed().find(|case| case.id == line.case);
            let wanted = case.and_then(|case| self.wanted(case)).filter(|wanted| *wanted != item.starts);
            line.flags.extend(wanted.map(|wanted| format!("ASKED FOR {}", when::hour(wanted))));
        }
        self.items = items;
    }
}

fn standing_item(item: &StandingItem) -> What {
    What::Standing { title: item.title.clone(), note: item.note.clone() }
}

/// Whether an item takes up any of this time.
pub(crate) fn meets(item: &Item, from: u32, minutes: u32) -> bool {
    minute(item.starts) < from + minutes && from < minute(item.starts) + item.minutes
}

pub(crate) fn minute(time: NaiveTime) -> u32 {
    time.hour() * 60 + time.minute()
}

pub(crate) fn time(minute: u32) -> NaiveTime {
    NaiveTime::MIN + TimeDelta::minutes(i64::from(minute.min(24 * 60 - 1)))
}

//! One case: its papers in order, what it asks for, which meeting it goes to, what it lacks.
//!
//! A case comes to the panel in rounds: each hearing ends one, and papers that come afterwards begin the next. Within a round
//! its meeting is the first whose cutoff it kept; an emergency goes to the meeting before that; a person may say otherwise.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::finding::Finding;
use crate::panel::arrival;
use crate::panel::calendar;
use crate::panel::case::{ByHand, Case, Child, Disposition, Emergency};
use crate::panel::completeness::{self, Context, Previous};
use crate::panel::form::Form;
use crate::panel::ids::CaseId;
use crate::panel::meeting::Meeting;
use crate::panel::outcome::{DecisionWord, Outcome};
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::rules::Rules;
use crate::panel::standing;
use crate::register::acts::Expected;
use crate::register::casebook::filed::Filed;
use crate::register::casebook::hands::{CaseHand, Hands};

/// What all cases of a casebook share.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'s> {
    pub rules: &'s Rules,
    pub meeting: &'s Meeting,
    pub now: DateTime<Utc>,
    pub hands: &'s Hands,
    pub outcomes: &'s [(NaiveDate, Outcome)],
    /// Why files in a case's folder cannot be read.
    pub closed: &'s BTreeMap<CaseId, Vec<String>>,
}

/// The last hearing of a case before this meeting.
#[derive(Debug, Clone, Copy)]
struct Heard {
    on: NaiveDate,
    word: DecisionWord,
    weekly: Option<crate::panel::money::Pence>,
}

/// The case as it stands; none if it was heard before and nothing of it is left in the inbox.
pub fn case(scene: &Scene<'_>, id: CaseId, filed: Vec<Filed>) -> Option<Case> {
    let hand = scene.hands.case(&id);
    let heard = heard(scene, &id);
    let home = home(scene, &filed, &hand, heard);
    let gone = filed.iter().all(|one| one.paper.state == PaperState::Removed);
    if gone && home.is_none_or(|home| home < scene.meeting.date) {
        return None;
    }
    let folder =
        filed.iter().filter(|one| one.paper.state != PaperState::Removed).find_map(|one| one.folder.clone());
    let mut papers: Vec<Paper> = filed.into_iter().map(|one| one.paper).collect();
    sort(scene.rules, &mut papers);
    let mut case = fill(scene, id, folder, papers, &hand);
    let home = home.unwrap_or(scene.meeting.date);
    case.meeting = home;
    case.disposition = match () {
        () if hand.withdrawn.contains(&home) => Disposition::Withdrawn,
        () if home > scene.meeting.date => Disposition::NextMeeting,
        () if home < scene.meeting.date
            && heard.is_some_and(|heard| heard.word == DecisionWord::Deferred) =>
        {
            Disposition::Deferred
        }
        () => Disposition::Listed,
    };
    case.arrival = standing::case_arrival(scene.rules, &case, scene.meeting, scene.now);
    let previous = heard.map(|heard| Previous { decided_on: heard.on, weekly: heard.weekly });
    let context = Context { meeting: scene.meeting, now: scene.now, previous };
    case.findings = completeness::judge(scene.rules, &case, &context);
    case.findings.extend(about_papers(&case));
    case.findings.extend(about_files(scene, &case.id));
    if case.by_hand.tracking_only {
        let message = "booked so that the panel keeps it in sight, not for a decision";
        case.findings.push(Finding::note("tracking-only", message).about(case.id.as_str()));
    }
    case.findings.sort_by_key(|finding| finding.severity);
    Some(case)
}

/// The case as its form and the administrator describe it.
fn fill(scene: &Scene<'_>, id: CaseId, folder: Option<String>, papers: Vec<Paper>, hand: &CaseHand) -> Case {
    let stands = standing::standing_form(scene.rules, &papers);
    let form = stands.and_then(|paper| paper.form.clone()).unwrap_or_default();
    let kind = stands.and_then(|paper| paper.kind.clone());
    let expected = hand.expected.as_ref().map(|(_, _, expected)| expected.clone()).unwrap_or_default();
    let request = standing::request_of(scene.rules, kind.as_ref(), &form).or(expected.request);
    let by_hand = by_hand(hand, &expected);
    Case {
        id,
        folder,
        child: child(&form, expected.child),
        emergency: emergency(&form, request, hand),
        by_hand,
        request,
        form,
        papers,
        arrival: Verdict::CannotTell,
        disposition: Disposition::Listed,
        meeting: scene.meeting.date,
        findings: Vec::new(),
    }
}

/// What was booked, and what was decided between meetings.
fn by_hand(hand: &CaseHand, expected: &Expected) -> ByHand {
    ByHand {
        presenters: expected.presenters.clone(),
        tracking_only: expected.tracking_only,
        decided_outside: hand.decided_outside.clone(),
    }
}

fn child(form: &Form, expected: Child) -> Child {
    let said = standing::child_of(form);
    Child {
        name: said.name.or(expected.name),
        known_as: said.known_as.or(expected.known_as),
        born: said.born.or(expected.born),
    }
}

/// What the form claims, what was telephoned, what the administrator confirmed.
fn emergency(form: &Form, request: Option<crate::panel::request::Request>, hand: &CaseHand) -> Emergency {
    let mut emergency = standing::emergency_claimed(form, request);
    let telephoned = hand.expected.as_ref().and_then(|(_, _, expected)| expected.emergency.as_ref());
    if let Some(telephoned) = telephoned {
        emergency.claimed = true;
        emergency.confirmed = true;
        emergency.placed_on = Some(telephoned.placed_on);
        emergency.authorised_by = Some(telephoned.authorised_by.clone());
    }
    match hand.emergency_confirmed {
        Some(true) => emergency.confirmed = true,
        Some(false) => (emergency.claimed, emergency.confirmed) = (false, false),
        None => {}
    }
    emergency
}

fn heard(scene: &Scene<'_>, id: &CaseId) -> Option<Heard> {
    let before = scene.outcomes.iter().rev().filter(|(on, _)| *on < scene.meeting.date);
    before.flat_map(|(on, outcome)| outcome.decisions.iter().map(move |decision| (*on, decision))).find_map(
        |(on, decision)| {
            let this = decision.case == *id && decision.word != DecisionWord::Withdrawn;
            this.then_some(Heard { on, word: decision.word, weekly: decision.weekly })
        },
    )
}

/// The meeting this round of the case goes to; none where there is no meeting to come.
fn home(scene: &Scene<'_>, filed: &[Filed], hand: &CaseHand, heard: Option<Heard>) -> Option<NaiveDate> {
    let since = heard.and_then(|heard| calendar::meeting_meant(scene.rules, heard.on));
    let this_round = |at: DateTime<Utc>| since.as_ref().is_none_or(|held| at > held.starts);
    if let Some((date, _)) = hand.moved.filter(|(_, at)| this_round(*at)) {
        return Some(date);
    }
    let arrivals = || {
        let accepted = filed.iter().filter(|one| one.paper.state != PaperState::Excluded);
        accepted.flat_map(|one| &one.arrivals).copied().filter(|(_, present)| this_round(*present))
    };
    let booked = hand.expected.as_ref().filter(|(_, at, _)| this_round(*at)).map(|(date, ..)| *date);
    let first = arrivals().map(|(_, present)| present).min();
    let by_papers = first.and_then(|first| {
        let next = calendar::meeting_open_at(scene.rules, first)?;
        let before = calendar::meeting_before(scene.rules, next.date).filter(|before| first < before.starts);
        let kept = |meeting: &Meeting| {
            let cutoff = meeting.cutoff.to_utc();
            arrivals().any(|(absent, present)| arrival::verdict(absent, present, cutoff) != Verdict::Late)
        };
        let emergency = is_emergency(filed, hand);
        Some(before.filter(|before| emergency || kept(before)).unwrap_or(next).date)
    });
    let deferred = heard.filter(|heard| heard.word == DecisionWord::Deferred);
    let again =
        deferred.and_then(|heard| calendar::meeting_after(scene.rules, heard.on)).map(|meeting| meeting.date);
    let outside = hand.decided_outside.as_ref().map(|decided| decided.on);
    let outside = outside.filter(|on| heard.is_none_or(|heard| heard.on < *on));
    let ratified =
        outside.and_then(|on| calendar::meeting_after(scene.rules, on)).map(|meeting| meeting.date);
    let coming = [booked, by_papers, again, ratified].into_iter().flatten().min();
    coming.or(heard.map(|heard| heard.on))
}

fn is_emergency(filed: &[Filed], hand: &CaseHand) -> bool {
    let forms =
        filed.iter().filter(|one| standing::counts(&one.paper)).filter_map(|one| one.paper.form.as_ref());
    let claimed = forms
        .map(|form| emergency(form, None, hand))
        .any(|emergency| emergency.claimed || emergency.confirmed);
    claimed || hand.emergency_confirmed == Some(true)
}

/// In the order of the pack: by kind, the newest first, attachments after their mail.
fn sort(rules: &Rules, papers: &mut [Paper]) {
    let place = |paper: &Paper| {
        let rule = paper.kind.as_ref().and_then(|kind| rules.kinds.iter().find(|rule| rule.key == *kind));
        rule.map_or(u32::MAX, |rule| rule.order)
    };
    papers.sort_by_key(|paper| (place(paper), std::cmp::Reverse(paper.dated), paper.number));
}

/// Files that could not even be opened. Their names may be a child's, so they are only counted.
fn about_files(scene: &Scene<'_>, id: &CaseId) -> Vec<Finding> {
    let closed = scene.closed.get(id).map_or(&[][..], Vec::as_slice);
    let finding = |sentence: &String| {
        let (what, hint) = sentence.split_once("; hint: ").unwrap_or((sentence, "look at the folder"));
        Finding::warning("file-not-read", what).about(id.as_str()).hint(hint)
    };
    closed.iter().map(finding).collect()
}

/// What the case's people must hear about its papers.
fn about_papers(case: &Case) -> Vec<Finding> {
    let mut found = Vec::new();
    for paper in &case.papers {
        if paper.state == PaperState::NeedsAttention {
            let why = paper.reason.as_deref().unwrap_or("needs a person to look at it");
            let finding =
                Finding::warning("paper-held", format!("{} cannot be used yet: {why}", paper.number));
            found.push(finding.about(paper.number.to_string()));
        }
    }
    found
}

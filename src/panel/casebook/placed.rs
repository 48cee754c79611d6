//! One case: its papers in order, what it asks for, which meeting it goes to, what it lacks.

use chrono::{DateTime, NaiveDate, Utc};

use crate::finding::{Finding, Severity};
use crate::panel::acts::Expected;
use crate::panel::calendar;
use crate::panel::case::{ByHand, Case, Child, Disposition, Emergency, SoFar};
use crate::panel::casebook::draft::Came;
use crate::panel::casebook::filed::{Filed, Held, SEVERAL};
use crate::panel::casebook::hands::CaseHand;
use crate::panel::casebook::scene::Scene;
use crate::panel::casebook::which_meeting::{self, Grounds};
use crate::panel::completeness::{self, Context, Previous};
use crate::panel::form::Form;
use crate::panel::ids::CaseId;
use crate::panel::outcome::DecisionWord;
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::rules::Rules;
use crate::panel::so_far::{self, Heard};
use crate::panel::standing;

/// The case as it stands, of the papers filed under it and of those `held` that lie in its folder; none if it was heard before and
/// nothing of it is left in the inbox.
pub fn case(scene: &Scene<'_>, id: CaseId, filed: Vec<Filed>, held: &[Held]) -> Option<Case> {
    let hand = scene.hands.case(&id);
    let heard = so_far::last(scene.outcomes, scene.meeting.date, &id);
    let here = scene.meeting.date;
    let gone = held.is_empty() && filed.iter().all(|one| one.paper.state == PaperState::Removed);
    let folder = filed.iter().filter(|one| one.paper.state != PaperState::Removed);
    let folder = folder.filter_map(|one| one.folder.clone()).chain(held.iter().map(|one| one.folder.clone()));
    let folder = folder.into_iter().next();
    let not_taken_out = filed.iter().filter(|one| one.paper.state != PaperState::Excluded);
    let arrivals =
        not_taken_out.flat_map(|one| &one.arrivals).chain(held.iter().flat_map(|one| &one.arrivals));
    let arrivals = arrivals.copied().collect();
    let claims = is_emergency(&filed, &hand);
    let mut papers: Vec<Paper> = filed.into_iter().map(|one| one.paper).collect();
    sort(scene.rules, &mut papers);
    let mut case = fill(scene, id, folder, papers, &hand, heard.as_ref());
    let urgent = claims && (heard.is_none() || case.emergency.claimed || case.emergency.confirmed);
    let home = which_meeting::goes_to(scene.rules, &grounds(&hand, heard.as_ref(), urgent, arrivals));
    let heard = heard.map(|heard| (heard.on, heard.decision.word));
    // A folder in which nothing can be read yet is of the next meeting, whichever is drawn.
    let coming = || calendar::next_meeting(scene.rules, scene.now).map(|meeting| meeting.date);
    let planned = home.or_else(coming).unwrap_or(here);
    let is_open = heard.is_none_or(|(on, _)| on < planned) && !hand.withdrawn.contains(&planned);
    let home = if is_open && so_far::must_be_presented(&case) {
        which_meeting::carried_on(scene.rules, planned, here, scene.now)
    } else {
        planned
    };
    if gone && home < here && !is_fresh(scene, heard) {
        return None;
    }
    if planned < home {
        case.so_far.not_presented = Some(so_far::not_presented(scene.rules, planned, scene.outcomes));
    }
    case.meeting = home;
    case.disposition = which_meeting::disposition(home, here, &hand.withdrawn, heard);
    if case.disposition == Disposition::Waiting && case.by_hand.tracking_only {
        case.disposition = Disposition::Decided;
    }
    case.arrival = standing::case_arrival(scene.rules, &case, scene.meeting, scene.now);
    let previous = previous(scene, &case.id);
    let context = Context { meeting: scene.meeting, now: scene.now, previous };
    case.findings = completeness::judge(scene.rules, &case, &context);
    if case.disposition == Disposition::Decided {
        // What the panel has decided lacks nothing any more but the papers that an emergency still owes.
        let owed = case.so_far.decided.as_ref().is_some_and(|decided| decided.afterwards);
        case.findings.retain(|finding| owed && finding.severity == Severity::Blocks);
    }
    case.findings.extend(about_papers(&case));
    case.findings.extend(about_held(&case, held));
    case.findings.extend(about_files(scene, &case.id));
    let by_hand: Vec<Finding> = by_hand_said(&case).collect();
    case.findings.extend(by_hand);
    if case.by_hand.tracking_only {
        let message = "booked so that the panel keeps it in sight, not for a decision";
        case.findings.push(Finding::note("tracking-only", message).about(case.id.as_str()));
    }
    case.findings.sort_by_key(|finding| finding.severity);
    Some(case)
}

/// Whether the last meeting held is the one that decided it: it is still told then, whatever is left of its papers.
fn is_fresh(scene: &Scene<'_>, heard: Option<(NaiveDate, DecisionWord)>) -> bool {
    let before = calendar::meeting_before(scene.rules, scene.meeting.date);
    before.zip(heard).is_some_and(|(before, (on, _))| before.date <= on)
}

/// The case as its form and the administrator describe it, and as the panel has left it.
fn fill(
    scene: &Scene<'_>,
    id: CaseId,
    folder: Option<String>,
    papers: Vec<Paper>,
    hand: &CaseHand,
    heard: Option<&Heard<'_>>,
) -> Case {
    let rules = scene.rules;
    let stands = standing::standing_form(rules, &papers);
    let mut form = stands.and_then(|paper| paper.form.clone()).unwrap_or_default();
    let kind = stands.and_then(|paper| paper.kind.clone());
    let since = stands.map(|paper| paper.received.present_at);
    let expected = hand.expected.as_ref().map(|(_, _, expected)| expected.clone()).unwrap_or_default();
    let mut request = standing::request_of(rules, kind.as_ref(), &form).or(expected.request);
    let began =
        heard.and_then(|heard| calendar::meeting_meant(rules, heard.on)).map(|held| held.starts.to_utc());
    let then = |at: DateTime<Utc>| began.is_some_and(|began| at <= began);
    if heard.is_some_and(|heard| heard.is_deferred()) && since.is_some_and(|since| !then(since)) {
        (form, request) = so_far::with_what_was_asked(rules, &papers, then, form, request);
    }
    let mut emergency = emergency(&form, request, hand);
    let mut by_hand = by_hand(hand, &expected);
    let mut so_far = SoFar::default();
    if let Some(heard) = heard {
        let booked = hand.expected.as_ref().map(|(_, at, _)| *at);
        let known_then = since.or(booked).is_none_or(then);
        let seen =
            (emergency.claimed || emergency.confirmed) && heard.has_seen(emergency.placed_on, known_then);
        let outside = by_hand.decided_outside.as_ref();
        let outside = outside.is_some_and(|decided| heard.has_seen(Some(decided.on), true));
        if seen {
            (emergency.claimed, emergency.confirmed) = (false, false);
        }
        by_hand.decided_outside = by_hand.decided_outside.filter(|_| !outside);
        by_hand.tracking_only &= heard.is_deferred() || !booked.is_some_and(then);
        so_far.came_since = so_far::came_since(&papers, then);
        so_far.papers_received = (seen || outside && known_then) && !so_far.came_since.is_empty();
        so_far.decided = Some(heard.told(rules, seen || outside));
    }
    Case {
        id,
        folder,
        child: child(&form, expected.child),
        emergency,
        by_hand,
        request,
        form,
        papers,
        arrival: Verdict::CannotTell,
        disposition: Disposition::Listed,
        meeting: scene.meeting.date,
        so_far,
        findings: Vec::new(),
    }
}

/// That it is restricted, or its address not to be disclosed.
fn by_hand_said(case: &Case) -> impl Iterator<Item = Finding> + use<> {
    let restricted = case.by_hand.restricted_to.as_ref().map(|named| {
        Finding::note("restricted", format!("restricted: only {} may hear of it", named.join(", ")))
    });
    let hidden =
        case.by_hand.address_hidden_from.as_ref().map(|from| {
            Finding::note("address-hidden", format!("its address is not to be disclosed to {from}"))
        });
    let id = case.id.to_string();
    restricted.into_iter().chain(hidden).map(move |finding| finding.about(&id))
}

/// What was booked, and what was decided between meetings.
fn by_hand(hand: &CaseHand, expected: &Expected) -> ByHand {
    ByHand {
        presenters: expected.presenters.clone(),
        tracking_only: expected.tracking_only,
        decided_outside: hand.decided_outside.clone(),
        restricted_to: hand.restricted_to.clone(),
        address_hidden_from: hand.address_hidden_from.clone(),
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

/// The last decision that was one: a case withdrawn leaves the one before it standing.
fn previous(scene: &Scene<'_>, id: &CaseId) -> Option<Previous> {
    let before = scene.outcomes.iter().rev().filter(|(on, _)| *on < scene.meeting.date);
    let decisions = before.flat_map(|(on, outcome)| outcome.decisions.iter().map(move |one| (*on, one)));
    let mut decisions = decisions.filter(|(_, one)| one.case == *id && one.word != DecisionWord::Withdrawn);
    decisions.next().map(|(on, one)| Previous { decided_on: on, weekly: one.weekly })
}

/// What decides which meeting the case goes to.
fn grounds(hand: &CaseHand, heard: Option<&Heard<'_>>, emergency: bool, arrivals: Vec<Came>) -> Grounds {
    Grounds {
        heard: heard.map(|heard| (heard.on, heard.decision.word)),
        back_on: heard.and_then(|heard| heard.decision.review.filter(|review| *review > heard.on)),
        moved: hand.moved,
        booked: hand.expected.as_ref().map(|(date, at, _)| (*date, *at)),
        decided_outside: hand.decided_outside.as_ref().map(|decided| decided.on),
        emergency,
        arrivals,
    }
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

/// Papers in the case's folder that are held: whoever dropped them looks for them here.
fn about_held(case: &Case, held: &[Held]) -> Vec<Finding> {
    let finding = |one: &Held| {
        let message = format!("{} lies in this folder and cannot be used yet: {}", one.number, one.reason);
        let finding = Finding::warning("paper-held", message).about(one.number.to_string());
        finding.hint("move it to the right folder, or ask the administrator to assign it")
    };
    if case.papers.is_empty() { held.iter().map(finding).collect() } else { Vec::new() }
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
        // Which of several is meant is asked of the case, not only said of the document.
        found.extend(paper.findings.iter().filter(|finding| finding.code == SEVERAL).cloned());
    }
    found
}

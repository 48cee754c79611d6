//! One case: its papers in order, what it asks for, which meeting it goes to, what it lacks.

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::acts::Expected;
use crate::panel::case::{ByHand, Case, Child, Disposition, Emergency};
use crate::panel::casebook::filed::Filed;
use crate::panel::casebook::hands::CaseHand;
use crate::panel::casebook::scene::Scene;
use crate::panel::casebook::which_meeting::{self, Grounds};
use crate::panel::completeness::{self, Context, Previous};
use crate::panel::form::Form;
use crate::panel::ids::CaseId;
use crate::panel::outcome::DecisionWord;
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::rules::Rules;
use crate::panel::standing;

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
    let home = which_meeting::goes_to(scene.rules, &grounds(&filed, &hand, heard));
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
    case.disposition =
        which_meeting::disposition(home, scene.meeting.date, &hand.withdrawn, heard.map(|heard| heard.word));
    case.arrival = standing::case_arrival(scene.rules, &case, scene.meeting, scene.now);
    let previous = heard.map(|heard| Previous { decided_on: heard.on, weekly: heard.weekly });
    let context = Context { meeting: scene.meeting, now: scene.now, previous };
    case.findings = completeness::judge(scene.rules, &case, &context);
    case.findings.extend(about_papers(&case));
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

fn heard(scene: &Scene<'_>, id: &CaseId) -> Option<Heard> {
    let before = scene.outcomes.iter().rev().filter(|(on, _)| *on < scene.meeting.date);
    before.flat_map(|(on, outcome)| outcome.decisions.iter().map(move |decision| (*on, decision))).find_map(
        |(on, decision)| {
            let this = decision.case == *id && decision.word != DecisionWord::Withdrawn;
            this.then_some(Heard { on, word: decision.word, weekly: decision.weekly })
        },
    )
}

/// What decides which meeting the case goes to.
fn grounds(filed: &[Filed], hand: &CaseHand, heard: Option<Heard>) -> Grounds {
    let not_taken_out = filed.iter().filter(|one| one.paper.state != PaperState::Excluded);
    Grounds {
        heard: heard.map(|heard| (heard.on, heard.word)),
        moved: hand.moved,
        booked: hand.expected.as_ref().map(|(date, at, _)| (*date, *at)),
        decided_outside: hand.decided_outside.as_ref().map(|decided| decided.on),
        emergency: is_emergency(filed, hand),
        arrivals: not_taken_out.flat_map(|one| &one.arrivals).copied().collect(),
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

//! What the panel has made of a case so far: decided, deferred and with what asked, or not presented when it had to be.

use chrono::{DateTime, NaiveDate, Utc};

use crate::finding::{Finding, Severity};
use crate::panel::case::{Case, Disposition, LastDecision, NotPresented, Standing};
use crate::panel::form::Form;
use crate::panel::ids::{CaseId, PaperNumber};
use crate::panel::look::{self, CaseLook};
use crate::panel::outcome::{Action, Decision, DecisionWord, Outcome};
use crate::panel::paper::Paper;
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::standing;
use crate::panel::when;

/// Of a deferred case: nothing has come since.
pub const NOTHING_SINCE: &str = "nothing-since-deferred";

/// Of a deferred case: something has come, and no update form.
const WITHOUT_UPDATE: &str = "deferred-without-update";

/// The last hearing of a case before a meeting.
#[derive(Debug, Clone)]
pub struct Heard<'o> {
    pub on: NaiveDate,
    pub decision: &'o Decision,
    /// What that meeting said must be done about the case.
    pub actions: Vec<&'o Action>,
}

/// The last hearing of `case` before the meeting on `day`; `outcomes` in order of time.
pub fn last<'o>(outcomes: &'o [(NaiveDate, Outcome)], day: NaiveDate, case: &CaseId) -> Option<Heard<'o>> {
    outcomes.iter().rev().filter(|(on, _)| *on < day).find_map(|(on, outcome)| {
        let decision = outcome.decisions.iter().find(|decision| decision.case == *case)?;
        let actions = outcome.actions.iter().filter(|action| action.case.as_ref() == Some(case)).collect();
        Some(Heard { on: *on, decision, actions })
    })
}

impl Heard<'_> {
    pub fn is_deferred(&self) -> bool {
        self.decision.word == DecisionWord::Deferred
    }

    /// Whether what happened outside the panel on `day` was before it then and is settled. `known`: it was known of when the
    /// meeting began.
    pub fn has_seen(&self, day: Option<NaiveDate>, known: bool) -> bool {
        !self.is_deferred() && day.map_or(known, |day| day < self.on || (known && day == self.on))
    }

    /// As the panel's pages tell of it.
    pub fn told(&self, rules: &Rules, afterwards: bool) -> LastDecision {
        let word = self.decision.word;
        let label = rules.decisions.words.get(&word).map_or(word.plain(), String::as_str);
        let conditions = self.decision.conditions.lines().map(str::trim).filter(|line| !line.is_empty());
        let actions = self.actions.iter().map(|action| action.what.trim());
        LastDecision {
            on: self.on,
            word,
            said: format!("{label} on {}", when::day(self.on)),
            reason: self.decision.reason.trim().to_owned(),
            asked: conditions.chain(actions).map(str::to_owned).collect(),
            review: self.decision.review,
            afterwards,
        }
    }
}

/// A placement made in an emergency that the panel has not looked at yet.
pub fn is_emergency(case: &Case) -> bool {
    let seen = case.so_far.decided.as_ref().is_some_and(|last| last.word != DecisionWord::Deferred);
    let asks = case.request == Some(Request::EmergencyRetrospective) && !seen;
    case.emergency.claimed || case.emergency.confirmed || asks
}

/// What happened between meetings and the panel looks at afterwards.
pub fn is_for_ratification(case: &Case) -> bool {
    is_emergency(case) || case.by_hand.decided_outside.is_some()
}

/// Whether its papers may follow and nobody is told that they are late: an emergency, a decision already taken with written
/// authority, the papers of either that have come since, and what is only tracked.
pub fn papers_may_follow(case: &Case) -> bool {
    is_for_ratification(case) || case.by_hand.tracking_only || case.so_far.papers_received
}

/// Whether the case has to be presented to the next panel, whatever happens: it was placed in an emergency or by a court, or
/// decided outside the panel.
pub fn must_be_presented(case: &Case) -> bool {
    let seen = case.so_far.decided.as_ref().is_some_and(|last| last.word != DecisionWord::Deferred);
    let ordered = case.request == Some(Request::CourtOrdered) && !seen;
    !case.by_hand.tracking_only && (is_for_ratification(case) || ordered)
}

/// That the meeting on `on` went by without it.
pub fn not_presented(rules: &Rules, on: NaiveDate, outcomes: &[(NaiveDate, Outcome)]) -> NotPresented {
    let recorded = outcomes.iter().any(|(day, outcome)| *day == on && !outcome.decisions.is_empty());
    let still = if recorded { "" } else { "; nothing is recorded of that meeting yet" };
    let said = format!("{} (meeting of {}{still})", rules.obligations.not_presented, when::day(on));
    NotPresented { on, said }
}

/// What is known now and was not when the meeting began, oldest first.
pub fn came_since(papers: &[Paper], then: impl Fn(DateTime<Utc>) -> bool) -> Vec<PaperNumber> {
    let came = papers.iter().filter(|paper| standing::counts(paper) && !then(paper.received.present_at));
    let mut came: Vec<&Paper> = came.collect();
    came.sort_by_key(|paper| (paper.received.present_at, paper.number));
    came.into_iter().map(|paper| paper.number).collect()
}

/// A deferred case keeps its request and what was answered before; a form that came since adds to it.
pub fn with_what_was_asked(
    rules: &Rules,
    papers: &[Paper],
    then: impl Fn(DateTime<Utc>) -> bool,
    newer: Form,
    asks: Option<Request>,
) -> (Form, Option<Request>) {
    let earlier: Vec<Paper> =
        papers.iter().filter(|paper| then(paper.received.present_at)).cloned().collect();
    let Some(earlier) = standing::standing_form(rules, &earlier) else { return (newer, asks) };
    let mut form = earlier.form.clone().unwrap_or_default();
    let asked = standing::request_of(rules, earlier.kind.as_ref(), &form);
    let own = newer.code("request_type").is_some() && asks != Some(Request::Review);
    for (key, filled) in newer.fields {
        if look::is_answered(Some(&filled)) || !form.fields.contains_key(&key) {
            form.fields.insert(key, filled);
        }
    }
    form.findings = newer.findings;
    (form, if own { asks } else { asked.or(asks) })
}

/// What has been put right since it was deferred, or has not.
pub fn findings(look: &CaseLook<'_>) -> Vec<Finding> {
    let so_far = &look.case.so_far;
    let Some(deferred) = so_far.decided.as_ref().filter(|last| last.word == DecisionWord::Deferred) else {
        return Vec::new();
    };
    let forms = &look.rules.request(Request::Review).forms;
    let update = forms.iter().rfind(|kind| look.rules.form_of(kind).is_some());
    let form = update.map_or("form", |kind| look.rules.kind_label(kind));
    let came = |paper: &&Paper| so_far.came_since.contains(&paper.number);
    let has_update = look.case.papers.iter().filter(came).any(|paper| paper.kind.as_ref() == update);
    let (code, message) = match so_far.came_since.is_empty() {
        true => (NOTHING_SINCE, format!("{}; nothing has been received since", deferred.said)),
        false if has_update => return Vec::new(),
        false => (WITHOUT_UPDATE, format!("{}; {form} not received", deferred.said)),
    };
    let Some(severity) = look.rules.weights.of(code) else { return Vec::new() };
    let asked = if deferred.asked.is_empty() {
        String::new()
    } else {
        format!(", with {}", deferred.asked.join("; "))
    };
    let hint = format!("please save the {form} in the case's folder{asked}");
    vec![Finding::new(severity, code, message).about(look.case.id.as_str()).hint(hint)]
}

/// A few words for the agenda's line of what keeps a deferred case incomplete.
pub fn short_name(code: &str) -> Option<&'static str> {
    (code == NOTHING_SINCE).then_some("nothing received since deferred")
}

/// Where a case is that is not on the agenda it is looked at from: decided, or left over from an earlier one.
pub fn place(case: &Case) -> Option<String> {
    let last = case.so_far.decided.as_ref();
    match case.disposition {
        Disposition::Decided => {
            Some(last.map_or_else(
                || format!("For noting on {}", when::day(case.meeting)),
                |last| last.said.clone(),
            ))
        }
        Disposition::Deferred => last.map(|last| last.said.clone()),
        Disposition::Waiting => {
            Some(format!("On the agenda of {}; no decision is recorded", when::day(case.meeting)))
        }
        Disposition::Listed | Disposition::NextMeeting | Disposition::Withdrawn => None,
    }
}

/// How complete it is, in the words of a page, and whether that is good, bad or neither.
pub fn standing(case: &Case) -> (&'static str, Weight) {
    let complete = case.standing() == Standing::Complete;
    let afterwards = case.so_far.decided.as_ref().is_some_and(|last| last.afterwards);
    match (case.is_decided(), complete) {
        (true, false) => ("papers outstanding", Weight::Neither),
        (true, true) if afterwards && !case.so_far.came_since.is_empty() => ("papers received", Weight::Good),
        (true, true) => ("decided", Weight::Good),
        (false, true) if case.so_far.papers_received => ("papers received", Weight::Good),
        (false, true) => ("complete", Weight::Good),
        (false, false) if papers_may_follow(case) => ("papers to follow", Weight::Neither),
        (false, false) => ("incomplete", Weight::Bad),
    }
}

/// Whether a word on a page is a good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Good,
    Bad,
    Neither,
}

/// What is said of a case beside it: why it was deferred and what has come since, that its papers have come, that it was not
/// presented. A sentence each, without a full stop.
pub fn said(case: &Case) -> Vec<String> {
    let so_far = &case.so_far;
    let mut said: Vec<String> = so_far.not_presented.iter().map(|missed| missed.said.clone()).collect();
    let Some(last) = &so_far.decided else { return said };
    let received = || {
        let came = |number: &PaperNumber| {
            let paper = case.papers.iter().find(|paper| paper.number == *number)?;
            let day = crate::panel::london::wall(paper.received.present_at).date_naive();
            Some(format!("{} ({number}, {})", paper.title, when::day(day)))
        };
        so_far.came_since.iter().filter_map(came).collect::<Vec<_>>().join(", ")
    };
    if last.word == DecisionWord::Deferred {
        let why = if last.reason.is_empty() { String::new() } else { format!(": {}", last.reason) };
        said.push(format!("{}{why}", last.said));
        if !last.asked.is_empty() {
            said.push(format!("Asked for: {}", last.asked.join("; ")));
        }
        said.push(if so_far.came_since.is_empty() {
            "Nothing received since".to_owned()
        } else {
            format!("Received since: {}", received())
        });
    } else if so_far.papers_received {
        said.push(format!("{}; papers received: {}", last.said, received()));
        said.extend(last.review.map(|review| format!("Review set for {}", when::day(review))));
    } else if case.is_decided() && last.afterwards {
        let lacks = case.findings.iter().any(|finding| finding.severity == Severity::Blocks);
        said.extend(lacks.then(|| "Documents still outstanding".to_owned()));
    }
    said
}

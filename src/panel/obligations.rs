//! What must come back to the panel: worked out from what it decided and what it was asked, nothing else.
//!
//! A list of things owed, the most pressing first; `reviews` shows it and the next agenda proposes from it.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::panel::calendar;
use crate::panel::case::Case;
use crate::panel::connected_carers;
use crate::panel::ids::CaseId;
use crate::panel::look;
use crate::panel::outcome::{Action, Decision, DecisionWord};
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::standing;
use crate::panel::when;

/// One case at one past meeting, with what was decided of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    pub held: NaiveDate,
    pub case: Case,
    /// None while the meeting's outcome is not in.
    pub decision: Option<Decision>,
    /// What is still to be done about the case since.
    pub actions: Vec<Action>,
    /// A permanence plan has come since.
    pub plan_seen: bool,
}

/// A placement made between meetings, or a decision taken outside the panel: it must be presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    pub case: CaseId,
    pub on: NaiveDate,
    /// What it was: the sentence says it.
    pub what: OutsideWhat,
    /// What the procedure demands and has not come.
    pub lacking: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutsideWhat {
    EmergencyPlacement,
    /// A tick on a form that nobody has confirmed.
    EmergencyClaimed,
    /// Redbridge: taken with the written authority of somebody.
    DecisionWithAuthority(String),
    CourtOrder,
}

/// A child the panel has to know of: a care leaver's birthday is enough to be due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownChild {
    pub case: CaseId,
    pub born: NaiveDate,
    pub looked_after: bool,
    /// Somebody has said, with a name, that independent and other options were looked at.
    pub options_seen: bool,
}

/// Everything the list is made from.
#[derive(Debug, Clone, Default)]
pub struct History<'h> {
    /// In order of time.
    pub past: &'h [Past],
    pub outside: &'h [Outside],
    pub children: &'h [KnownChild],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    pub case: CaseId,
    pub what: Owed,
    pub due: NaiveDate,
    /// Past its day, or an alarm from the start.
    pub overdue: bool,
    /// The sentence.
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    /// A claim of emergency that the administrator has neither confirmed nor refused.
    Confirmation,
    /// An emergency or a decision outside the panel, at the next meeting after it.
    Presentation,
    /// The papers of an emergency that was seen without them.
    Paperwork,
    /// The document that holds the written authority for a decision taken outside the panel.
    WrittenAuthority,
    DeferredCase,
    PermanencePlan,
    RetainerEnds,
    RatioEnds,
    ContractEnds,
    TemporaryApproval,
    Review,
    JointReview,
    CareLeaver,
}

impl Owed {
    pub const fn plain(self) -> &'static str {
        match self {
            Owed::Confirmation => "emergency to confirm",
            Owed::Presentation => "to be presented",
            Owed::Paperwork => "papers outstanding",
            Owed::WrittenAuthority => "written authority",
            Owed::DeferredCase => "deferred",
            Owed::PermanencePlan => "permanence plan",
            Owed::RetainerEnds => "retainer ends",
            Owed::RatioEnds => "staffing ratio ends",
            Owed::ContractEnds => "contract ends",
            Owed::TemporaryApproval => "temporary approval ends",
            Owed::Review => "review",
            Owed::JointReview => "joint review",
            Owed::CareLeaver => "care leaver",
        }
    }

    /// What the case would ask for, brought back for this.
    pub const fn request(self) -> Option<Request> {
        match self {
            Owed::Confirmation | Owed::Presentation | Owed::Paperwork => {
                Some(Request::EmergencyRetrospective)
            }
            Owed::DeferredCase | Owed::WrittenAuthority => None,
            Owed::RetainerEnds => Some(Request::Retainer),
            Owed::RatioEnds => Some(Request::StaffingRatio),
            Owed::ContractEnds => Some(Request::Extension),
            Owed::PermanencePlan | Owed::TemporaryApproval | Owed::Review | Owed::JointReview => {
                Some(Request::Review)
            }
            Owed::CareLeaver => Some(Request::LeavingCare16plus),
        }
    }
}

/// From this birthday on nobody is reminded of a care leaver any more.
const OF_AGE: i32 = 18;

/// What is owed on `today`, looked ahead as far as the rules say, by day.
pub fn due(rules: &Rules, history: &History<'_>, today: NaiveDate) -> Vec<Obligation> {
    let horizon = today + Days::new(u64::from(rules.obligations.notice_days));
    let mut latest: BTreeMap<&CaseId, &Past> = BTreeMap::new();
    let mut reviews: BTreeMap<&CaseId, (NaiveDate, NaiveDate)> = BTreeMap::new();
    for past in history.past {
        // What was withdrawn leaves an agreement before it as it stands.
        let stands = latest.get(&past.case.id).and_then(|before| before.decision.as_ref());
        let is_withdrawn = past.decision.as_ref().is_some_and(|one| one.word == DecisionWord::Withdrawn);
        if is_withdrawn && stands.is_some_and(Decision::goes_on) {
            continue;
        }
        latest.insert(&past.case.id, past);
        let Some(decision) = &past.decision else { continue };
        match decision.review {
            Some(review) => reviews.insert(&past.case.id, (past.held, review)),
            // What is only noted leaves the review that was set before.
            None if decision.word == DecisionWord::Noted => continue,
            None => reviews.remove(&past.case.id),
        };
    }
    let mut found: Vec<Obligation> = Vec::new();
    for past in latest.values() {
        found.extend(after_decision(rules, past, reviews.get(&past.case.id).copied(), today));
        found.extend(endings(rules, past, today));
    }
    for outside in history.outside.iter().filter(|outside| !is_presented(history, outside)) {
        found.extend(presentation(rules, outside));
        found.extend(paperwork(rules, outside));
    }
    found.extend(history.outside.iter().filter_map(|outside| written_authority(rules, outside)));
    let of_age = |child: &KnownChild| standing::birthday(child.born, OF_AGE).is_some_and(|day| day <= today);
    let children = history.children.iter().filter(|child| !of_age(child));
    found.extend(children.filter_map(|child| care_leaver(rules, history, child)));
    found.retain(|owed| owed.due <= horizon);
    for owed in &mut found {
        owed.overdue = owed.due < today;
        if owed.overdue && owed.what == Owed::Presentation {
            owed.message = format!("{}; {}", rules.obligations.not_presented, owed.message);
        }
    }
    found.sort_by(|one, other| (one.due, one.what, &one.case).cmp(&(other.due, other.what, &other.case)));
    found
}

fn owed(case: &CaseId, what: Owed, due: NaiveDate, message: String) -> Obligation {
    Obligation { case: case.clone(), what, due, overdue: false, message }
}

/// Reviews, deferrals, paperwork and permanence plans.
fn after_decision(
    rules: &Rules,
    past: &Past,
    review: Option<(NaiveDate, NaiveDate)>,
    today: NaiveDate,
) -> Vec<Obligation> {
    let Some(decision) = &past.decision else { return Vec::new() };
    let case = &past.case.id;
    let mut found = Vec::new();
    let next = calendar::meeting_after(rules, past.held).map_or(past.held, |meeting| meeting.date);
    if decision.word == DecisionWord::Deferred {
        let due = decision.review.unwrap_or(next);
        found.push(owed(
            case,
            Owed::DeferredCase,
            due,
            format!("deferred on {}: to return to panel", when::day(past.held)),
        ));
    } else if let Some((held, review)) = review.filter(|_| decision.goes_on()) {
        let message = format!("review of what was decided on {}", when::day(held));
        found.push(owed(case, Owed::Review, review, message));
    }
    found.extend(joint_review(rules, past, decision));
    let lacking: Vec<String> = past
        .case
        .findings
        .iter()
        .filter(|finding| finding.severity == crate::finding::Severity::Blocks)
        .map(|finding| crate::panel::completeness::short_name(rules, &finding.code))
        .collect();
    if past.case.emergency.confirmed && !lacking.is_empty() {
        found.push(owed(
            case,
            Owed::Paperwork,
            next,
            format!(
                "presented as an emergency on {}; outstanding: {}",
                when::day(past.held),
                lacking.join(", ")
            ),
        ));
    }
    if past.held < today && !past.plan_seen {
        let message = permanence_plan(rules, past, decision);
        found.extend(message.map(|message| owed(case, Owed::PermanencePlan, next, message)));
    }
    found
}

/// A permanence plan that the panel asked for, or that it did not have before it.
fn permanence_plan(rules: &Rules, past: &Past, decision: &Decision) -> Option<String> {
    let names = |text: &str| {
        let text = text.to_lowercase();
        rules.obligations.permanence_words.iter().any(|words| text.contains(&words.to_lowercase()))
    };
    if names(&decision.conditions) || past.actions.iter().any(|action| names(&action.what)) {
        return Some(format!(
            "a permanence plan was asked for on {} and has not been seen",
            when::day(past.held)
        ));
    }
    let none = past.case.findings.iter().any(|finding| finding.code == "missing-permanence-plan");
    (none && decision.goes_on()).then(|| format!("no permanence plan was seen on {}", when::day(past.held)))
}

/// A placement that several partners pay for, where its own review is later than the panel's rule.
fn joint_review(rules: &Rules, past: &Past, decision: &Decision) -> Option<Obligation> {
    let months = rules.obligations.joint_review_months?;
    let payers = decision.split.iter().filter(|(_, pence)| pence.0 > 0).count();
    if payers < 2 || !decision.goes_on() {
        return None;
    }
    let due = past.held.checked_add_months(Months::new(months))?;
    if decision.review.is_some_and(|review| review <= due) || decision.to.is_some_and(|to| to <= due) {
        return None;
    }
    Some(owed(
        &past.case.id,
        Owed::JointReview,
        due,
        format!("{payers} partners pay for it, and it is reviewed every {months} months"),
    ))
}

/// Retainers, staffing ratios and contracts that run out.
fn endings(rules: &Rules, past: &Past, today: NaiveDate) -> Vec<Obligation> {
    let case = &past.case;
    let Some(decision) = past.decision.as_ref().filter(|decision| decision.goes_on()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let ends = |field: &str| decision.to.or_else(|| case.form.date(field));
    if case.request == Some(Request::Retainer)
        && let Some(end) = ends("retainer_to")
    {
        found.push(owed(
            &case.id,
            Owed::RetainerEnds,
            end,
            format!("the retainer runs out on {}", when::day(end)),
        ));
    }
    if case.request == Some(Request::StaffingRatio)
        && let Some(end) = decision.to.or(look::ratio_dates(&case.form, past.held).1)
    {
        found.push(owed(
            &case.id,
            Owed::RatioEnds,
            end,
            format!("the staffing ratio runs out on {}", when::day(end)),
        ));
    }
    // What was extended runs until the day decided, and its end cannot be due before the meeting that decided it.
    let next = calendar::meeting_after(rules, past.held).map_or(past.held, |meeting| meeting.date);
    let contract = case.form.date("contract_end").map(|end| decision.to.map_or(end, |to| to.max(end)));
    if let Some(end) = contract.filter(|end| *end >= past.held.max(today)) {
        let notice = end - Days::new(u64::from(rules.obligations.contract_weeks) * 7);
        found.push(owed(
            &case.id,
            Owed::ContractEnds,
            notice.max(next),
            format!("the contract ends on {}", when::day(end)),
        ));
    }
    let approval = connected_carers::due(&rules.connected_carers, &case.form, next);
    found.extend(approval.map(|(due, message)| owed(&case.id, Owed::TemporaryApproval, due, message)));
    found
}

fn is_presented(history: &History<'_>, outside: &Outside) -> bool {
    let decided = |past: &Past| past.held >= outside.on && past.decision.is_some();
    history.past.iter().any(|past| past.case.id == outside.case && decided(past))
}

/// What happened outside the panel comes to the first meeting after it; that it was late there is still owed until it is.
fn presentation(rules: &Rules, outside: &Outside) -> Option<Obligation> {
    let due = calendar::meeting_after(rules, outside.on)?.date;
    let (on, by) = (when::day(outside.on), when::day(due));
    let (what, message) = match &outside.what {
        OutsideWhat::EmergencyPlacement => {
            (Owed::Presentation, format!("placed in an emergency on {on}, it must be presented on {by}"))
        }
        OutsideWhat::EmergencyClaimed => (
            Owed::Confirmation,
            format!("its form claims an emergency on {on}: confirm it before {by}, or say that it is none"),
        ),
        OutsideWhat::DecisionWithAuthority(whose) => (
            Owed::Presentation,
            format!(
                "decided outside the panel on {on} with the written authority of {whose}, it must be ratified on {by}"
            ),
        ),
        OutsideWhat::CourtOrder => (
            Owed::Presentation,
            format!("placed by order of a court, known on {on}, to be presented on {by}"),
        ),
    };
    Some(owed(&outside.case, what, due, message))
}

/// The document of a written authority is owed until it is filed with the case, whatever the panel has made of the decision since.
fn written_authority(rules: &Rules, outside: &Outside) -> Option<Obligation> {
    let OutsideWhat::DecisionWithAuthority(whose) = &outside.what else { return None };
    let due = calendar::meeting_after(rules, outside.on).filter(|_| !outside.lacking.is_empty())?.date;
    let on = when::day(outside.on);
    let message =
        format!("the written authority of {whose} for what was decided on {on} has not been received");
    Some(owed(&outside.case, Owed::WrittenAuthority, due, message))
}

/// The papers of an emergency follow, and by the meeting after the one that hears of it.
fn paperwork(rules: &Rules, outside: &Outside) -> Option<Obligation> {
    if outside.what != OutsideWhat::EmergencyPlacement || outside.lacking.is_empty() {
        return None;
    }
    let first = calendar::meeting_after(rules, outside.on)?;
    let due = calendar::meeting_after(rules, first.date).map_or(first.date, |meeting| meeting.date);
    let lacking = outside.lacking.join(", ");
    let message = format!("placed in an emergency on {}; outstanding: {lacking}", when::day(outside.on));
    Some(owed(&outside.case, Owed::Paperwork, due, message))
}

/// A looked-after child who reaches the age without the panel having looked at independent and other options since the year before it,
/// and without anybody having said that they were looked at.
fn care_leaver(rules: &Rules, history: &History<'_>, child: &KnownChild) -> Option<Obligation> {
    let age = rules.obligations.care_leaver_age.filter(|_| child.looked_after && !child.options_seen)?;
    let due = standing::birthday(child.born, i32::try_from(age).ok()?)?;
    let since = due.checked_sub_months(Months::new(12))?;
    let looked_at = |past: &Past| {
        let decided = past.decision.as_ref().map(|decision| decision.word);
        let word =
            decided.is_some_and(|word| !matches!(word, DecisionWord::Deferred | DecisionWord::Withdrawn));
        word && past.held >= since && past.case.request == Some(Request::LeavingCare16plus)
    };
    let seen = history.past.iter().any(|past| past.case.id == child.case && looked_at(past));
    (!seen).then(|| {
        let day = when::day(due);
        let message =
            format!("reaches {age} on {day}: independent and other care options have not been to panel");
        owed(&child.case, Owed::CareLeaver, due, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, day, told};
    use crate::panel::money::Pence;
    use crate::panel::outcome::Funder;

    fn decision(case: &Case, word: DecisionWord, review: Option<&str>) -> Decision {
        Decision {
            weekly: Some(Pence(100_000)),
            split: vec![(Funder::SocialCare, Pence(100_000))],
            review: review.map(day),
            ..Decision::of(case.id.clone(), word)
        }
    }

    fn past(case: Case, word: DecisionWord, review: Option<&str>) -> Past {
        let decision = decision(&case, word, review);
        Past {
            held: day("2026-11-23"),
            case,
            decision: Some(decision),
            actions: Vec::new(),
            plan_seen: false,
        }
    }

    fn outside(what: OutsideWhat, lacking: &[&str]) -> Outside {
        let lacking = lacking.iter().map(|what| (*what).to_owned()).collect();
        Outside { case: "1234567".parse().unwrap(), on: day("2026-11-19"), what, lacking }
    }

    fn said(history: &History<'_>, today: &str) -> Vec<String> {
        let found = due(&sample::nelc(), history, day(today));
        found
            .into_iter()
            .map(|owed| {
                format!("{} {}{}", owed.due, if owed.overdue { "OVERDUE " } else { "" }, owed.message)
            })
            .collect()
    }

    #[test]
    fn a_review_is_proposed_four_weeks_ahead_and_overdue_after_its_day() {
        let rules = sample::nelc();
        let past = [past(told(&rules, "referral").case(), DecisionWord::Agreed, Some("2027-02-22"))];
        let history = History { past: &past, ..History::default() };
        assert_eq!(said(&history, "2027-01-24"), [""; 0]);
        assert_eq!(
            said(&history, "2027-01-25"),
            ["2027-02-22 review of what was decided on 23 November 2026"]
        );
        assert_eq!(
            said(&history, "2027-02-23"),
            ["2027-02-22 OVERDUE review of what was decided on 23 November 2026"]
        );
    }

    #[test]
    fn what_happened_outside_the_panel_comes_to_the_next_meeting() {
        let outside = [outside(OutsideWhat::EmergencyPlacement, &[])];
        let history = History { outside: &outside, ..History::default() };
        assert_eq!(
            said(&history, "2026-11-20"),
            [
                "2026-11-23 placed in an emergency on 19 November 2026, it must be presented on 23 November 2026"
            ]
        );
        assert!(said(&history, "2026-11-24")[0].contains("OVERDUE"));
        let rules = sample::nelc();
        let past = [past(told(&rules, "referral").case(), DecisionWord::Ratified, None)];
        assert_eq!(
            said(&History { past: &past, outside: &outside, ..History::default() }, "2026-11-24"),
            [""; 0]
        );
    }

    #[test]
    fn an_emergency_owes_its_presentation_and_its_papers_apart() {
        let outside = [outside(OutsideWhat::EmergencyPlacement, &["care plan", "referral form"])];
        let history = History { outside: &outside, ..History::default() };
        assert_eq!(
            said(&history, "2026-11-20"),
            [
                "2026-11-23 placed in an emergency on 19 November 2026, it must be presented on 23 November 2026",
                "2026-11-30 placed in an emergency on 19 November 2026; outstanding: care plan, referral form"
            ]
        );
        let late = said(&history, "2026-12-01");
        assert!(late.iter().all(|line| line.contains("OVERDUE")) && late.len() == 2, "{late:?}");
    }

    #[test]
    fn a_claim_that_nobody_confirmed_is_an_alarm_once_its_meeting_has_passed() {
        let outside = [outside(OutsideWhat::EmergencyClaimed, &["care plan"])];
        let history = History { outside: &outside, ..History::default() };
        let due = |today| {
            let found = due(&sample::nelc(), &history, day(today));
            found.into_iter().map(|owed| (owed.what, owed.overdue)).collect::<Vec<_>>()
        };
        assert_eq!(due("2026-11-20"), [(Owed::Confirmation, false)]);
        assert_eq!(due("2026-11-23"), [(Owed::Confirmation, false)]);
        assert_eq!(due("2026-11-24"), [(Owed::Confirmation, true)]);
    }

    #[test]
    fn a_decision_outside_the_panel_names_whose_authority_it_had() {
        let outside = [outside(OutsideWhat::DecisionWithAuthority("C. Officer".to_owned()), &[])];
        let found = due(
            &sample::redbridge(),
            &History { outside: &outside, ..History::default() },
            day("2026-11-20"),
        );
        assert_eq!(
            (found[0].due, found[0].message.as_str()),
            (
                day("2026-11-24"),
                "decided outside the panel on 19 November 2026 with the written authority of C. Officer, it must be ratified on 24 November 2026"
            )
        );
    }

    #[test]
    fn a_written_authority_is_owed_until_it_is_filed_though_the_panel_has_ratified() {
        let rules = sample::redbridge();
        let past = [past(told(&rules, "referral").case(), DecisionWord::Ratified, None)];
        let what = || OutsideWhat::DecisionWithAuthority("C. Officer".to_owned());
        let owed = |lacking: &[&str]| {
            let outside = [outside(what(), lacking)];
            let history = History { past: &past, outside: &outside, ..History::default() };
            due(&rules, &history, day("2026-12-02"))
                .into_iter()
                .map(|one| (one.what, one.overdue))
                .collect::<Vec<_>>()
        };
        assert_eq!(owed(&["written authority"]), [(Owed::WrittenAuthority, true)]);
        assert_eq!(owed(&[]), []);
    }

    #[test]
    fn a_permanence_plan_asked_for_is_owed_until_it_is_seen() {
        let rules = sample::nelc();
        let asked = |actions: &[&str], conditions: &str, plan_seen| {
            let mut past = past(told(&rules, "referral").case(), DecisionWord::Agreed, None);
            let action = |what: &&str| Action {
                case: Some(past.case.id.clone()),
                what: (*what).to_owned(),
                owner: "Priya Nair".to_owned(),
                due: None,
            };
            past.actions = actions.iter().map(action).collect();
            conditions.clone_into(&mut past.decision.as_mut().unwrap().conditions);
            past.plan_seen = plan_seen;
            let past = [past];
            said(&History { past: &past, ..History::default() }, "2026-11-24")
        };
        let owed = ["2026-11-30 a permanence plan was asked for on 23 November 2026 and has not been seen"];
        assert_eq!(asked(&["Bring the Permanence Plan to panel"], "", false), owed);
        assert_eq!(asked(&[], "a permanency plan by January", false), owed);
        assert_eq!(asked(&["Bring the permanence plan"], "", true), [""; 0]);
        assert_eq!(asked(&["Submit the care plan"], "", false), [""; 0]);
    }

    #[test]
    fn an_emergency_seen_without_papers_owes_them() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").without("assessment").case();
        case.emergency.confirmed = true;
        let meeting = sample::meeting(&rules);
        case.findings = crate::panel::completeness::judge(&rules, &case, &sample::context(&meeting));
        let past = [past(case, DecisionWord::Ratified, None)];
        let history = History { past: &past, ..History::default() };
        assert_eq!(
            said(&history, "2026-11-24"),
            ["2026-11-30 presented as an emergency on 23 November 2026; outstanding: up-to-date assessment"]
        );
    }

    #[test]
    fn a_deferred_case_comes_back_to_the_next_meeting() {
        let rules = sample::nelc();
        let past = [past(told(&rules, "referral").case(), DecisionWord::Deferred, None)];
        let history = History { past: &past, ..History::default() };
        assert_eq!(
            said(&history, "2026-11-24"),
            ["2026-11-30 deferred on 23 November 2026: to return to panel"]
        );
    }

    #[test]
    fn only_the_latest_decision_on_a_case_counts() {
        let rules = sample::nelc();
        let first = past(told(&rules, "referral").case(), DecisionWord::Deferred, None);
        let mut second = past(told(&rules, "referral").case(), DecisionWord::NotAgreed, None);
        second.held = day("2026-11-30");
        let past = [first, second];
        assert_eq!(said(&History { past: &past, ..History::default() }, "2026-12-01"), [""; 0]);
    }

    #[test]
    fn retainers_ratios_and_contracts_are_said_before_they_run_out() {
        let rules = sample::nelc();
        let ratio = past(
            told(&rules, "referral").id("1000001").say("request_type", "2:1").case(),
            DecisionWord::Agreed,
            None,
        );
        let mut retainer = past(
            told(&rules, "referral").id("1000002").say("request_type", "Retainer").case(),
            DecisionWord::Agreed,
            None,
        );
        retainer.decision.as_mut().unwrap().to = Some(day("2026-12-07"));
        let contract = past(
            told(&rules, "update").id("1000003").say("contract_end", "01/02/2027").case(),
            DecisionWord::Extended,
            None,
        );
        let past = [ratio, retainer, contract];
        assert_eq!(
            said(&History { past: &past, ..History::default() }, "2026-11-24"),
            [
                "2026-11-26 the staffing ratio runs out on 26 November 2026",
                "2026-12-07 the retainer runs out on 7 December 2026",
                "2026-12-07 the contract ends on 1 February 2027",
            ]
        );
    }

    /// Sixteen weeks from the approval, or as long as it was extended; due four weeks before, and at the next meeting at the earliest.
    #[test]
    fn a_connected_carers_temporary_approval_comes_back_before_it_ends() {
        let rules = sample::nelc();
        let of = |given: &str, extended: &str| {
            let case =
                told(&rules, "referral").say("reg24_on", given).say("reg24_extended_to", extended).case();
            let past = [past(case, DecisionWord::Ratified, None)];
            let history = History { past: &past, ..History::default() };
            let due = due(&rules, &history, day("2026-11-24"));
            let due = due.into_iter().filter(|owed| owed.what == Owed::TemporaryApproval);
            due.map(|owed| format!("{} {}", owed.due, owed.message)).collect::<Vec<_>>()
        };
        let ends = "the connected carer's temporary approval ends on";
        assert_eq!(of("28/09/2026", ""), [format!("2026-12-21 {ends} 18 January 2027")]);
        assert_eq!(of("02/11/2026", ""), [""; 0], "not yet");
        assert_eq!(of("10/08/2026", ""), [format!("2026-11-30 {ends} 30 November 2026")]);
        let last = "the connected carer's extended temporary approval ends on 18 January 2027, and cannot be extended again";
        assert_eq!(of("03/08/2026", "18/01/2027"), [format!("2026-12-21 {last}")]);
        assert_eq!(of("", ""), [""; 0]);
    }

    #[test]
    fn a_request_that_is_withdrawn_leaves_the_review_of_the_placement() {
        let rules = sample::nelc();
        let agreed = past(told(&rules, "referral").case(), DecisionWord::Agreed, Some("2026-12-14"));
        let mut withdrawn = past(told(&rules, "referral").case(), DecisionWord::Withdrawn, None);
        withdrawn.held = day("2026-11-30");
        let both = [agreed, withdrawn];
        let of_both = said(&History { past: &both, ..History::default() }, "2026-12-01");
        assert!(of_both.iter().any(|owed| owed.starts_with("2026-12-14 ")), "{of_both:?}");
        let alone = [past(told(&rules, "referral").case(), DecisionWord::Withdrawn, None)];
        assert_eq!(said(&History { past: &alone, ..History::default() }, "2026-12-01"), [""; 0]);
    }

    #[test]
    fn an_extended_contract_ends_when_the_panel_said() {
        let rules = sample::nelc();
        let extended = |to| {
            let case = told(&rules, "update").say("contract_end", "30/11/2026").case();
            let mut past = past(case, DecisionWord::Extended, None);
            past.decision.as_mut().unwrap().to = to;
            [past]
        };
        let (longer, no_longer) = (extended(Some(day("2027-05-31"))), extended(None));
        let history = |past| History { past, ..History::default() };
        assert_eq!(said(&history(&longer), "2026-11-24"), [""; 0]);
        assert_eq!(said(&history(&longer), "2027-03-20"), ["2027-04-05 the contract ends on 31 May 2027"]);
        let next = ["2026-11-30 the contract ends on 30 November 2026"];
        assert_eq!(said(&history(&no_longer), "2026-11-24"), next);
    }

    #[test]
    fn what_several_partners_pay_for_is_reviewed_more_often() {
        let rules = sample::nelc();
        let mut joint = past(told(&rules, "referral").case(), DecisionWord::Agreed, Some("2027-11-22"));
        joint.decision.as_mut().unwrap().split =
            vec![(Funder::SocialCare, Pence(70_000)), (Funder::Health, Pence(30_000))];
        let past = [joint];
        assert_eq!(
            said(&History { past: &past, ..History::default() }, "2027-05-01"),
            ["2027-05-23 2 partners pay for it, and it is reviewed every 6 months"]
        );
    }

    #[test]
    fn a_looked_after_child_reaching_sixteen_is_proposed_unless_seen() {
        let child = |looked_after| {
            let case = "1234567".parse().unwrap();
            [KnownChild { case, born: day("2010-12-10"), looked_after, options_seen: false }]
        };
        let (theirs, others) = (child(true), child(false));
        let history = |children| History { children, ..History::default() };
        assert_eq!(
            said(&history(&theirs), "2026-11-20"),
            [
                "2026-12-10 reaches 16 on 10 December 2026: independent and other care options have not been to panel"
            ]
        );
        assert_eq!(said(&history(&others), "2026-11-20"), [""; 0]);
        assert_eq!(said(&history(&theirs), "2026-11-01"), [""; 0]);
        let rules = sample::nelc();
        let owed = |request: &str, word| {
            let past = [past(told(&rules, "referral").say("request_type", request).case(), word, None)];
            said(&History { past: &past, children: &theirs, ..History::default() }, "2026-11-24").len()
        };
        assert_eq!(owed("Taxi", DecisionWord::Noted), 1, "a taxi is no look at the options");
        assert_eq!(owed("Leaving care / 16+", DecisionWord::Agreed), 0);
        assert_eq!(owed("Leaving care / 16+", DecisionWord::Withdrawn), 1);
        let ticked = [KnownChild { options_seen: true, ..theirs[0].clone() }];
        assert_eq!(said(&history(&ticked), "2026-11-20"), [""; 0]);
    }

    #[test]
    fn what_is_only_noted_leaves_the_review_that_was_set() {
        let rules = sample::nelc();
        let first = past(told(&rules, "referral").case(), DecisionWord::Ratified, Some("2026-12-21"));
        let mut second = past(told(&rules, "referral").case(), DecisionWord::Noted, None);
        second.held = day("2026-11-30");
        let past = [first, second];
        let history = History { past: &past, ..History::default() };
        assert_eq!(
            said(&history, "2026-12-01"),
            ["2026-12-21 review of what was decided on 23 November 2026"]
        );
    }

    #[test]
    fn what_was_not_presented_is_not_approved_until_the_panel_decides() {
        let outside = [outside(OutsideWhat::CourtOrder, &[])];
        let history = History { outside: &outside, ..History::default() };
        assert_eq!(
            said(&history, "2026-11-23"),
            [
                "2026-11-23 placed by order of a court, known on 19 November 2026, to be presented on 23 November 2026"
            ]
        );
        let late = said(&history, "2026-11-24");
        assert!(
            late[0].starts_with("2026-11-23 OVERDUE Not presented: agreement/continuation not approved; "),
            "{late:?}"
        );
    }
}

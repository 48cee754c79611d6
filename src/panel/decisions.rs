//! The words a panel decides with, and what each decision needs before it can be minuted (docs/domain.md: Decisions).

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::agenda::Agenda;
use crate::panel::audience::same_name;
use crate::panel::ids::CaseId;
use crate::panel::money::Pence;
use crate::panel::outcome::{Attendee, Decision, DecisionWord, Outcome, Presence};
use crate::panel::people::Person;
use crate::panel::roles::{self, PanelRole};
use crate::panel::rules::Rules;
use crate::panel::when;

/// What this panel calls a decision.
pub fn label(rules: &Rules, word: DecisionWord) -> &str {
    rules.decisions.words.get(&word).map_or(word.plain(), String::as_str)
}

/// The word that the administrator chose from the drop-down, by its label.
pub fn word(rules: &Rules, chosen: &str) -> Option<DecisionWord> {
    let chosen = chosen.trim();
    rules.decisions.words.iter().find(|(_, label)| label.eq_ignore_ascii_case(chosen)).map(|(word, _)| *word)
}

/// What is wrong with one decision taken on `held`.
pub fn check(rules: &Rules, decision: &Decision, held: NaiveDate) -> Vec<Finding> {
    let decided = &rules.decisions;
    let name = label(rules, decision.word);
    let mut found = Vec::new();
    let mut say = |finding: Finding| found.push(finding.about(decision.case.as_str()));
    if !decided.words.contains_key(&decision.word) {
        say(Finding::blocks("decision-not-used", format!("this panel does not decide `{name}`"))
            .hint("choose a word from the list"));
    }
    if decided.reason_needed.contains(&decision.word) && decision.reason.trim().is_empty() {
        say(Finding::blocks("decision-without-reason", format!("`{name}` needs a reason"))
            .hint("type it beside the decision"));
    }
    if decision.word == DecisionWord::AgreedWithConditions && decision.conditions.trim().is_empty() {
        say(Finding::blocks("decision-without-conditions", format!("`{name}` needs its conditions"))
            .hint("type them beside the decision, or decide `agreed`"));
    }
    match decision.review {
        None if decided.review_needed.contains(&decision.word) => {
            say(Finding::blocks("decision-without-review", format!("`{name}` needs a review date"))
                .hint("type the date on which the panel looks at it again"));
        }
        Some(review) if review <= held => {
            say(Finding::warning(
                "review-not-after-meeting",
                format!("the review date {} is not after the meeting", when::day(review)),
            )
            .hint("check the year"));
        }
        _ => {}
    }
    if let (Some(from), Some(to)) = (decision.from, decision.to)
        && to < from
    {
        say(Finding::warning(
            "decision-ends-before-it-starts",
            format!("it runs from {} to {}", when::day(from), when::day(to)),
        )
        .hint("check both dates"));
    }
    if let Some(weekly) = decision.weekly.filter(|_| !decision.split.is_empty()) {
        let split: i64 = decision.split.iter().map(|(_, pence)| pence.0).sum();
        if (split - weekly.0).abs() > 1 {
            let message = format!("the shares come to {}, but {weekly} a week was decided", Pence(split));
            say(Finding::warning("decision-split-differs", message).hint("correct the shares or the amount"));
        }
    }
    found
}

/// What is wrong with the meeting's outcome as a whole: each decision, cases without one, quorum, interests, actions.
pub fn check_all(rules: &Rules, outcome: &Outcome, agenda: &Agenda) -> Vec<Finding> {
    let held = agenda.meeting.date;
    let mut found: Vec<Finding> =
        outcome.decisions.iter().flat_map(|decision| check(rules, decision, held)).collect();
    let on_agenda: Vec<&CaseId> =
        agenda.cases().map(|(_, line)| &line.case).chain(&agenda.not_slotted).collect();
    let noted: Vec<&CaseId> =
        agenda.cases().filter(|(_, line)| line.for_noting).map(|(_, line)| &line.case).collect();
    for case in on_agenda.iter().filter(|case| !noted.contains(case)) {
        if !outcome.decisions.iter().any(|decision| &decision.case == *case) {
            found.push(
                Finding::warning("no-decision", "was on the agenda and has no decision")
                    .about(case.as_str())
                    .hint("choose one; a case that was not reached is `deferred`"),
            );
        }
    }
    for decision in outcome.decisions.iter().filter(|decision| !on_agenda.contains(&&decision.case)) {
        found.push(
            Finding::note("decision-off-agenda", "was decided without being on the agenda")
                .about(decision.case.as_str()),
        );
    }
    found.extend(quorum(rules, outcome));
    for action in &outcome.actions {
        let about = action.case.as_ref().map_or("panel", CaseId::as_str);
        if action.owner.trim().is_empty() {
            found.push(
                Finding::warning("action-without-owner", "an action has nobody to do it")
                    .about(about)
                    .hint("type a name in its row"),
            );
        }
        if action.due.is_none() {
            found.push(Finding::note("action-without-date", "an action has no date").about(about));
        }
    }
    found
}

/// What is missing before minutes can be confirmed, each with where it is typed: who was in the chair, who was there, and of each case
/// whether and by whom it was decided.
pub fn unrecorded(outcome: &Outcome, agenda: &Agenda) -> Vec<Finding> {
    let missing = |message: &str, hint: &str| Finding::blocks("not-recorded", message.to_owned()).hint(hint);
    let mut found = Vec::new();
    if outcome.chair.is_none() {
        found.push(missing("who was in the chair", "sheet `Meeting`, `In the chair`").about("meeting"));
    }
    if outcome.attendance.is_empty() {
        found.push(missing("who was there", "sheet `Attendance`, `Presence`").about("attendance"));
    }
    for case in agenda.cases().filter(|(_, line)| !line.for_noting).map(|(_, line)| &line.case) {
        if !outcome.decisions.iter().any(|decision| decision.case == *case) {
            found.push(missing("what was decided", "sheet `Decisions`, `Decision`").about(case.as_str()));
        }
    }
    for decision in outcome.decisions.iter().filter(|decision| decision.decided_by.is_none()) {
        found.push(missing("who decided", "sheet `Decisions`, `Decided by`").about(decision.case.as_str()));
    }
    found
}

/// A role counts where somebody who sits for it, or stands in, was there.
fn quorum(rules: &Rules, outcome: &Outcome) -> Option<Finding> {
    if outcome.attendance.is_empty() {
        let message = "who was there is not recorded, and so not whether the panel was quorate";
        return (!rules.decisions.quorum.is_empty()).then(|| {
            Finding::warning("no-quorum", message).about("attendance").hint("fill in the sheet `Attendance`")
        });
    }
    let is_of = |one: &Attendee, role: &str| one.role.to_lowercase().contains(&role.to_lowercase());
    let stands_for = |one: &Attendee, role: &str| {
        let named = one.standing_for.as_deref().unwrap_or_default();
        outcome.attendance.iter().any(|other| same_name(&other.name, named) && is_of(other, role))
    };
    let there = |role: &String| {
        outcome.attendance.iter().any(|one| {
            matches!(one.presence, Presence::Present | Presence::Substitute)
                && (is_of(one, role) || stands_for(one, role))
        })
    };
    let absent: Vec<&str> =
        rules.decisions.quorum.iter().filter(|role| !there(role)).map(String::as_str).collect();
    (!absent.is_empty()).then(|| {
        Finding::warning("no-quorum", format!("nobody was there for {}", absent.join(", ")))
            .about("attendance")
            .hint("mark a substitute, or minute that the decisions are the chair's")
    })
}

/// Those of the roles for which nobody was at the meeting: neither somebody who holds it nor a substitute for one of the `people` who does. None
/// are named where nobody's presence is recorded.
pub fn unrepresented<'r>(roles: &'r [PanelRole], outcome: &Outcome, people: &[Person]) -> Vec<&'r str> {
    if outcome.attendance.is_empty() {
        return Vec::new();
    }
    let there = outcome
        .attendance
        .iter()
        .filter(|one| matches!(one.presence, Presence::Present | Presence::Substitute));
    let held = there.flat_map(|one| {
        let stood_for = one.standing_for.as_deref().unwrap_or_default();
        let listed = people.iter().filter(|person| same_name(&person.name, stood_for));
        let listed = listed.map(|person| person.role.as_str());
        let entered = outcome.attendance.iter().filter(|other| same_name(&other.name, stood_for));
        listed.chain(entered.map(|other| other.role.as_str())).chain([one.role.as_str()])
    });
    roles::missing(roles, &held.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, day, told};
    use crate::panel::outcome::{Action, DecidedBy, Funder};
    use crate::panel::slots;

    fn decided(word: DecisionWord) -> Decision {
        Decision {
            reason: "Enough is known".to_owned(),
            decided_by: Some(DecidedBy::Consensus),
            weekly: Some(Pence(100_000)),
            split: vec![(Funder::SocialCare, Pence(80_000)), (Funder::Health, Pence(20_000))],
            from: Some(day("2026-12-14")),
            to: Some(day("2027-05-31")),
            review: Some(day("2027-05-24")),
            conditions: "A visit first".to_owned(),
            ..Decision::of("1234567".parse().unwrap(), word)
        }
    }

    fn said(rules: &Rules, decision: &Decision) -> Vec<String> {
        check(rules, decision, day("2026-11-23")).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_whole_decision_has_nothing_to_mend() {
        for rules in [sample::nelc(), sample::redbridge()] {
            for word in rules.decisions.words.keys() {
                assert_eq!(said(&rules, &decided(*word)), [""; 0]);
            }
        }
    }

    #[test]
    fn each_panel_asks_for_what_its_procedure_says() {
        let (nelc, redbridge) = (sample::nelc(), sample::redbridge());
        let without_review = |word| Decision { review: None, ..decided(word) };
        assert_eq!(said(&nelc, &without_review(DecisionWord::Agreed)), ["`Agreed` needs a review date"]);
        assert_eq!(said(&nelc, &without_review(DecisionWord::Noted)), [""; 0]);
        assert_eq!(said(&redbridge, &without_review(DecisionWord::Noted)), ["`Noted` needs a review date"]);
        let without_reason = Decision { reason: " ".to_owned(), ..decided(DecisionWord::Deferred) };
        assert_eq!(said(&nelc, &without_reason), ["`Deferred` needs a reason"]);
        assert_eq!(
            said(&redbridge, &decided(DecisionWord::Escalated)),
            ["this panel does not decide `Escalated`"]
        );
        assert_eq!(label(&nelc, DecisionWord::Escalated), "Escalated to the Director of Children's Services");
        assert_eq!(word(&nelc, "agreed WITH conditions"), Some(DecisionWord::AgreedWithConditions));
    }

    #[test]
    fn dates_shares_and_conditions_are_checked() {
        let rules = sample::nelc();
        let wrong = Decision {
            split: vec![(Funder::SocialCare, Pence(80_000))],
            to: Some(day("2026-12-01")),
            review: Some(day("2026-05-24")),
            conditions: String::new(),
            ..decided(DecisionWord::AgreedWithConditions)
        };
        assert_eq!(
            said(&rules, &wrong),
            [
                "`Agreed with conditions` needs its conditions",
                "the review date 24 May 2026 is not after the meeting",
                "it runs from 14 December 2026 to 1 December 2026",
                "the shares come to £800.00, but £1,000.00 a week was decided",
            ]
        );
    }

    #[test]
    fn a_meeting_is_checked_as_a_whole() {
        let text = include_str!("../../config.toml")
            .replace("[decisions]\n", "[decisions]\nquorum = [\"commissioning\", \"health\"]\n");
        let rules = sample::rules(&text);
        let book = sample::book(
            &rules,
            vec![told(&rules, "referral").case(), told(&rules, "referral").id("7654321").case()],
        );
        let agenda = slots::agenda(&rules, &book, &[], None);
        let attendee = |role: &str, presence| Attendee {
            name: "Pat".to_owned(),
            role: role.to_owned(),
            agency: String::new(),
            presence,
            standing_for: None,
            interests: Vec::new(),
            kept_out: Vec::new(),
        };
        let outcome = Outcome {
            attendance: vec![
                attendee("Commissioning manager", Presence::Substitute),
                attendee("Health lead", Presence::Apologies),
            ],
            decisions: vec![decided(DecisionWord::Agreed)],
            actions: vec![Action { case: None, what: "Write".to_owned(), owner: String::new(), due: None }],
            ..Outcome::default()
        };
        let codes: Vec<String> =
            check_all(&rules, &outcome, &agenda).into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["no-decision", "no-quorum", "action-without-owner", "action-without-date"]);
    }
}

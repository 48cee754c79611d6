//! How a case stands: what it asks for, and whether it came in time (docs/domain.md: Standing).
//!
//! Nothing is ever rejected. Each function looks at one fact at a time; a person may overrule all of them, and that is
//! kept elsewhere.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::panel::arrival;
use crate::panel::case::{Case, Casebook, Child, Emergency};
use crate::panel::demands::PaperNeed;
use crate::panel::form::Form;
use crate::panel::ids::DocumentType;
use crate::panel::meeting::Meeting;
use crate::panel::paper::{Paper, PaperState, Verdict};
use crate::panel::request::Request;
use crate::panel::rules::Rules;

/// Whether a paper counts towards what a case needs.
pub fn counts(paper: &Paper) -> bool {
    paper.in_use && paper.state == PaperState::Accepted
}

/// The form that stands for a case: of its papers in use the newest that carries a form. The first kind of form in the
/// rules goes before the others when they came together.
pub fn standing_form<'p>(rules: &Rules, papers: &'p [Paper]) -> Option<&'p Paper> {
    let carries = |paper: &&Paper| paper.kind.as_ref().is_some_and(|kind| rules.form_of(kind).is_some());
    let forms = papers.iter().filter(|paper| counts(paper)).filter(carries);
    forms.max_by_key(|paper| {
        (paper.form.is_some(), paper.received.present_at, std::cmp::Reverse(paper.number))
    })
}

/// The cases as the panel had them before it: of a form that came after `then`, the one before it, and no document that came later but the
/// written authority of a decision outside the panel. Where no form had come, the one that followed says who the child is.
pub fn as_known(rules: &Rules, book: &Casebook, then: DateTime<Utc>) -> Casebook {
    let mut known = book.clone();
    for case in &mut known.cases {
        let authority = case.written_authority().map(|paper| paper.number);
        case.papers.retain(|paper| paper.received.present_at <= then || Some(paper.number) == authority);
        if let Some(form) = standing_form(rules, &case.papers).and_then(|paper| paper.form.clone()) {
            case.form = form;
        }
    }
    known
}

/// What the newest form that came until `then` says of `field`, of those that say something.
pub fn said_until<'c>(rules: &Rules, case: &'c Case, field: &str, then: DateTime<Utc>) -> Option<&'c str> {
    let came = case.papers.iter().filter(|paper| counts(paper) && paper.received.present_at <= then);
    let forms = came.filter(|paper| paper.kind.as_ref().is_some_and(|kind| rules.form_of(kind).is_some()));
    let said = forms.filter_map(|paper| Some((paper.received.present_at, paper.form.as_ref()?.text(field)?)));
    said.max_by_key(|(at, _)| *at).map(|(_, said)| said)
}

/// What the case asks for: what the form says, else what a form of its kind always asks.
pub fn request_of(rules: &Rules, kind: Option<&DocumentType>, form: &Form) -> Option<Request> {
    let said = form
        .code("request_type")
        .and_then(|code| Request::ALL.into_iter().find(|request| request.key() == code));
    said.or_else(|| {
        let carried = rules.form_of(kind?)?;
        rules.form_requests.get(&carried.key).copied()
    })
}

/// The child, as the form says.
pub fn child_of(form: &Form) -> Child {
    let said = |key: &str| form.text(key).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Child { name: said("child_name"), known_as: said("child_aka"), born: form.date("dob") }
}

/// What the form claims; only a person confirms it.
pub fn emergency_claimed(form: &Form, request: Option<Request>) -> Emergency {
    Emergency {
        claimed: form.yes("emergency") == Some(true) || request == Some(Request::EmergencyRetrospective),
        confirmed: false,
        placed_on: form.date("placed_on"),
        authorised_by: None,
    }
}

/// Whole years on `day`; none before birth.
pub fn age_on(born: NaiveDate, day: NaiveDate) -> Option<u32> {
    day.years_since(born)
}

/// The papers of `case` that meet a need; a child's age widens or drops it.
pub fn meeting_need<'c>(need: &PaperNeed, case: &'c Case, age: Option<u32>) -> Vec<&'c Paper> {
    let older = need.or_from_age.as_ref().filter(|(from, _)| age.is_some_and(|age| age >= *from));
    let also = older.map(|(_, kinds)| kinds.as_slice()).unwrap_or_default();
    let fits = |paper: &&Paper| {
        paper.kind.as_ref().is_some_and(|kind| need.any_of.contains(kind) || also.contains(kind))
    };
    case.papers.iter().filter(|paper| counts(paper)).filter(fits).collect()
}

/// Whether a need is one of this case's, with the form it came with, at the child's age.
pub fn is_needed(need: &PaperNeed, form: Option<&DocumentType>, age: Option<u32>) -> bool {
    need.from_age.is_none_or(|from| age.is_some_and(|age| age >= from))
        && !form.is_some_and(|form| need.not_with.contains(form))
}

/// The rules of what this case asks for; of a case that does not say, those of any other request.
pub fn demands_of<'r>(rules: &'r Rules, case: &Case) -> &'r crate::panel::demands::RequestRule {
    rules.request(case.request.unwrap_or(Request::Other))
}

/// Verdicts on what the panel's procedure demands of the case: the form, and each blocking need that was met.
fn demanded(rules: &Rules, case: &Case, meeting: NaiveDate) -> Vec<Verdict> {
    let age = case.child.born.and_then(|born| age_on(born, meeting));
    let demands = demands_of(rules, case);
    let mut found = Vec::new();
    let standing = standing_form(rules, &case.papers).and_then(|paper| paper.kind.as_ref());
    let forms = case.papers.iter().filter(|paper| counts(paper));
    let forms = forms.filter(|paper| paper.kind.as_ref().is_some_and(|kind| demands.forms.contains(kind)));
    found.extend(arrival::any_of(forms.map(|paper| paper.received.verdict)));
    for need in demands.needs.iter().filter_map(|name| rules.need(name)) {
        let blocks = rules.weights.of(&need.rule()) == Some(crate::finding::Severity::Blocks);
        if blocks && is_needed(need, standing, age) {
            let papers = meeting_need(need, case, age);
            found.extend(arrival::any_of(papers.iter().map(|paper| paper.received.verdict)));
        }
    }
    found
}

/// Whether the required papers that have come were in time; of a case without any, whether there is still time.
pub fn case_arrival(rules: &Rules, case: &Case, meeting: &Meeting, now: DateTime<Utc>) -> Verdict {
    let open = if now <= meeting.cutoff { Verdict::InTime } else { Verdict::Late };
    arrival::all_of(demanded(rules, case, meeting.date)).unwrap_or(open)
}

/// The child's birthday in a given year, 29 February kept on the 28th in other years.
pub fn birthday(born: NaiveDate, age: i32) -> Option<NaiveDate> {
    let year = born.year() + age;
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, at, day, told};

    const BEFORE: &str = "2026-11-18T14:00:00Z";
    const AFTER: &str = "2026-11-18T16:00:00Z";

    fn came(rules: &Rules, case: &Case, now: &str) -> Verdict {
        case_arrival(rules, case, &sample::meeting(rules), at(now))
    }

    #[test]
    fn a_case_is_as_late_as_the_papers_it_needs() {
        let rules = sample::nelc();
        for verdict in [Verdict::InTime, Verdict::CannotTell, Verdict::Late] {
            let case = told(&rules, "referral").came(verdict).case();
            assert_eq!(came(&rules, &case, AFTER), verdict);
        }
        let lacking = told(&rules, "referral").without("care_plan").case();
        assert_eq!(came(&rules, &lacking, AFTER), Verdict::InTime, "what it lacks is said elsewhere");
    }

    #[test]
    fn a_late_paper_that_was_not_needed_makes_nobody_late() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").with("chronology", "2026-11-01").case();
        case.papers.last_mut().unwrap().received.verdict = Verdict::Late;
        assert_eq!(came(&rules, &case, AFTER), Verdict::InTime);
    }

    #[test]
    fn of_a_needed_paper_that_came_twice_the_one_in_time_is_enough() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").case();
        case.papers[1].received.verdict = Verdict::Late;
        assert_eq!(came(&rules, &case, AFTER), Verdict::Late);
        let earlier = case.papers[1].clone();
        case.papers.push(Paper {
            received: crate::panel::paper::Received { verdict: Verdict::InTime, ..earlier.received.clone() },
            ..earlier
        });
        assert_eq!(came(&rules, &case, AFTER), Verdict::InTime);
    }

    #[test]
    fn a_case_without_papers_is_in_time_while_there_is_time() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").case();
        case.papers.clear();
        assert_eq!(came(&rules, &case, BEFORE), Verdict::InTime);
        assert_eq!(came(&rules, &case, AFTER), Verdict::Late);
    }

    #[test]
    fn a_form_that_does_not_say_what_it_asks_for_asks_for_what_its_kind_always_does() {
        let rules = sample::nelc();
        assert_eq!(told(&rules, "update").case().request, Some(Request::Review));
        assert_eq!(
            told(&rules, "update").say("request_type", "Extension").case().request,
            Some(Request::Extension)
        );
        assert_eq!(told(&rules, "taxi_request").case().request, Some(Request::Taxi));
        assert_eq!(told(&rules, "referral").say("request_type", "").case().request, None);
    }

    #[test]
    fn age_turns_on_the_birthday() {
        assert_eq!(age_on(day("2010-11-23"), day("2026-11-23")), Some(16));
        assert_eq!(age_on(day("2010-11-24"), day("2026-11-23")), Some(15));
        assert_eq!(age_on(day("2027-01-01"), day("2026-11-23")), None);
        assert_eq!(birthday(day("2012-02-29"), 16), Some(day("2028-02-29")));
        assert_eq!(birthday(day("2012-02-29"), 15), Some(day("2027-02-28")));
    }
}

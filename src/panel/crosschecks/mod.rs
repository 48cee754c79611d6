//! What contradicts what on a form: every check by its name, run over what was answered.
//!
//! A question the form does not ask, or that nobody answered, is not contradicted by anything; what is missing is
//! `completeness`'s business. What each check weighs, and where it comes from, stands in `data/checks.toml`.

mod check;
mod asked;
mod child;
mod people;
mod placement;
mod dates;
mod costs;
mod special;

use crate::finding::Finding;
use crate::panel::crosschecks::check::Check;
use crate::panel::look::CaseLook;

const GROUPS: [&[Check]; 6] =
    [child::CHECKS, people::CHECKS, placement::CHECKS, dates::CHECKS, costs::CHECKS, special::CHECKS];

/// Every check over one case.
pub fn run(look: &CaseLook<'_>) -> Vec<Finding> {
    let mut found = child::codes(look);
    for check in GROUPS.iter().copied().flatten() {
        let Some(severity) = look.rules.weights.of(check.name) else { continue };
        if let Some(say) = (check.run)(look) {
            let hint = match look.rules.weights.source(check.name) {
                Some(source) => format!("{} ({source})", say.hint),
                None => say.hint,
            };
            found.push(Finding::new(severity, check.name, say.message).about(say.field).hint(hint));
        }
    }
    found
}

/// The names of all checks, for the test that every one is described and every description has one.
pub fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().copied().flatten().map(|check| check.name).chain(child::CODE_CHECKS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use super::*;
    use crate::config::sample::{self, Told, told};
    use crate::panel::completeness;
    use crate::panel::look::{Context, Previous};
    use crate::panel::money::Pence;
    use crate::panel::rules::Rules;

    type Answers = &'static [(&'static str, &'static str)];

    /// Check, form, answers that break it, answers nearly the same that do not.
    const TABLE: &[(&str, &str, Answers, Answers)] = &[
        (
            "retired-code",
            "referral",
            &[("placement_type", "P2"), ("dob", "14/03/2009")],
            &[("placement_type", "K3"), ("dob", "14/03/2009")],
        ),
        ("code-assumed", "referral", &[("legal_status", "s31")], &[("legal_status", "FCO")]),
        ("born-in-future", "referral", &[("dob", "14/03/2029")], &[("dob", "14/02/2027")]),
        ("age-out-of-range", "referral", &[("dob", "14/03/1984")], &[("dob", "14/03/2003")]),
        ("age-disagrees", "referral", &[("age", "11")], &[("age", "12")]),
        ("nhs-number-wrong", "referral", &[("nhs_no", "943 476 5918")], &[("nhs_no", "9434765919")]),
        ("upn-wrong", "referral", &[("upn", "A12345678901")], &[("upn", "A12345678901B")]),
        (
            "home-postcode-wrong",
            "referral",
            &[("home_postcode", "12 High Street, Grimsby")],
            &[("home_postcode", "12 High Street, Grimsby, dn311hu")],
        ),
        (
            "legal-status-before-birth",
            "referral",
            &[("legal_status_date", "14/03/2013")],
            &[("legal_status_date", "15/03/2014")],
        ),
        (
            "police-protection-over-72-hours",
            "referral",
            &[("legal_status", "Police protection"), ("legal_status_date", "18/11/2026")],
            &[("legal_status", "Police protection"), ("legal_status_date", "21/11/2026")],
        ),
        (
            "emergency-order-over-8-days",
            "referral",
            &[("legal_status", "EPO"), ("legal_status_date", "10/11/2026")],
            &[("legal_status", "EPO"), ("legal_status_date", "17/11/2026")],
        ),
        (
            "section-20-with-parents",
            "referral",
            &[("legal_status", "s20"), ("placement_type", "Placed with parents")],
            &[("legal_status", "C2"), ("placement_type", "Placed with parents")],
        ),
        (
            "remanded-under-10",
            "referral",
            &[("legal_status", "Remand"), ("dob", "14/03/2018")],
            &[("legal_status", "Remand"), ("dob", "14/03/2012")],
        ),
        (
            "supported-accommodation-under-16",
            "referral",
            &[("placement_type", "Semi-independent"), ("dob", "25/11/2010")],
            &[("placement_type", "Semi-independent"), ("dob", "23/11/2010")],
        ),
        (
            "manager-is-social-worker",
            "referral",
            &[("team_manager", "Alex WORKER")],
            &[("team_manager", "Alex Workman")],
        ),
        (
            "presenter-missing",
            "referral",
            &[("presenters", "Alex Worker")],
            &[("presenters", "Alex Worker and team manager")],
        ),
        (
            "permission-after-search",
            "referral",
            &[("permission_date", "04/11/2026")],
            &[("permission_date", "03/11/2026")],
        ),
        (
            "permission-after-placement",
            "referral",
            &[("emergency", "Yes"), ("placed_on", "01/11/2026")],
            &[("emergency", "Yes"), ("placed_on", "02/11/2026")],
        ),
        (
            "permission-by-other",
            "referral",
            &[("permission_by", "Alan Pike, team manager")],
            &[("permission_by", "Alan Pike, AD, and Deputy Chief Children and Families Officer")],
        ),
        ("permission-by-other", "referral", &[("permission_by", "Alan Pike")], &[]),
        (
            "manager-not-satisfied",
            "referral",
            &[("manager_declaration", "No")],
            &[("manager_declaration", "Yes")],
        ),
        (
            "connected-carer-approval-too-long",
            "referral",
            &[("reg24_on", "05/10/2026"), ("reg24_extended_to", "23/03/2027")],
            &[("reg24_on", "05/10/2026"), ("reg24_extended_to", "22/03/2027")],
        ),
        (
            "connected-carer-approval-ends",
            "referral",
            &[("reg24_on", "30/08/2026")],
            &[("reg24_on", "03/09/2026")],
        ),
        (
            "permission-in-future",
            "referral",
            &[("permission_date", "02/12/2026")],
            &[("permission_date", "02/11/2026")],
        ),
        (
            "start-before-permission",
            "referral",
            &[("start_date", "01/11/2026")],
            &[("start_date", "02/11/2026")],
        ),
        ("emergency-not-confirmed", "referral", &[("emergency", "Yes")], &[("emergency", "No")]),
        (
            "emergency-contradicted",
            "referral",
            &[("request_type", "Emergency placement (retrospective)")],
            &[("request_type", "Emergency placement (retrospective)"), ("emergency", "Yes")],
        ),
        (
            "emergency-in-future",
            "referral",
            &[("emergency", "Yes"), ("placed_on", "30/11/2026")],
            &[("emergency", "Yes"), ("placed_on", "19/11/2026")],
        ),
        (
            "emergency-missed-a-meeting",
            "referral",
            &[("emergency", "Yes"), ("placed_on", "12/11/2026")],
            &[("emergency", "Yes"), ("placed_on", "19/11/2026")],
        ),
        (
            "court-order-contradicted",
            "referral",
            &[("request_type", "Court-ordered placement")],
            &[("request_type", "Court-ordered placement"), ("court_ordered", "Yes")],
        ),
        (
            "out-of-area-without-approval",
            "referral",
            &[("distance_class", "Out of area"), ("reg11_by", "Nel Officer")],
            &[("distance_class", "Out of area"), ("reg11_by", "Nel Officer"), ("reg11_date", "10/11/2026")],
        ),
        (
            "at-distance-without-approval",
            "referral",
            &[("distance_class", "At a distance")],
            &[
                ("distance_class", "At a distance"),
                ("reg11_by", "Dee Director"),
                ("reg11_date", "10/11/2026"),
            ],
        ),
        (
            "approval-after-start",
            "referral",
            &[("reg11_by", "Dee Director"), ("reg11_date", "15/12/2026")],
            &[("reg11_by", "Dee Director"), ("reg11_date", "14/12/2026")],
        ),
        (
            "key-stage-4-without-approval",
            "referral",
            &[("ks4", "Yes")],
            &[("ks4", "Yes"), ("reg11_by", "Nel Officer"), ("reg11_date", "10/11/2026")],
        ),
        (
            "provider-type-and-placement",
            "referral",
            &[("placement_type", "Foster"), ("provider_type", "PR3")],
            &[("placement_type", "Hospital"), ("provider_type", "PR3")],
        ),
        (
            "provider-type-and-placement",
            "referral",
            &[("placement_type", "K2"), ("provider_type", "Parents")],
            &[("placement_type", "P1"), ("provider_type", "Parents")],
        ),
        (
            "provider-type-and-placement",
            "referral",
            &[("placement_type", "R2"), ("provider_type", "PR1")],
            &[("placement_type", "R1"), ("provider_type", "PR1")],
        ),
        (
            "provider-type-and-placement",
            "referral",
            &[("placement_type", "P1"), ("provider_type", "Voluntary")],
            &[("placement_type", "K2"), ("provider_type", "Voluntary")],
        ),
        (
            "deprivation-of-liberty-placement",
            "referral",
            &[("dol", "Yes"), ("placement_type", "K1")],
            &[("dol", "Yes"), ("placement_type", "K2")],
        ),
        ("urn-missing", "referral", &[("urn", "")], &[("urn", ""), ("placement_type", "Hospital")]),
        ("urn-unusual", "referral", &[("urn", "yes")], &[("urn", "1234567")]),
        ("unregistered-placement", "referral", &[("urn", "unregistered")], &[("urn", "SC123456")]),
        (
            "adoption-without-placement-order",
            "referral",
            &[("placement_type", "A6")],
            &[("placement_type", "A6"), ("legal_status", "Placement order")],
        ),
        (
            "temporary-too-long",
            "referral",
            &[("placement_type", "T4"), ("end_date", "22/12/2026")],
            &[("placement_type", "T4"), ("end_date", "21/12/2026")],
        ),
        (
            "temporary-too-long",
            "referral",
            &[("placement_type", "T3"), ("end_date", "05/01/2027")],
            &[("placement_type", "T3"), ("end_date", "04/01/2027")],
        ),
        (
            "placement-postcode-wrong",
            "referral",
            &[("placement_postcode", "Grimsby")],
            &[("placement_postcode", "Grimsby DN32")],
        ),
        (
            "home-and-placement-postcode-same",
            "referral",
            &[("placement_postcode", "DN31 1HU")],
            &[("placement_postcode", "DN31 1HU"), ("placement_type", "P1")],
        ),
        (
            "referral-in-future",
            "referral",
            &[("referral_date", "20/11/2026")],
            &[("referral_date", "16/11/2026")],
        ),
        ("referral-old", "referral", &[("referral_date", "20/10/2026")], &[("referral_date", "28/10/2026")]),
        ("panel-date-not-a-meeting", "referral", &[("panel_date", "26/11/2026")], &[]),
        (
            "current-placement-in-future",
            "referral",
            &[("cur_start", "01/12/2026")],
            &[("cur_start", "01/11/2026")],
        ),
        ("end-before-start", "referral", &[("end_date", "13/12/2026")], &[("end_date", "15/12/2026")]),
        ("no-end-or-review", "referral", &[("end_date", ""), ("review_requested", "")], &[("end_date", "")]),
        (
            "review-not-after-panel",
            "update",
            &[("review_new", "23/11/2025")],
            &[("review_new", "25/11/2026")],
        ),
        ("previous-panel-not-a-meeting", "update", &[("previous_panel", "30/04/2026")], &[]),
        (
            "contract-ends-soon",
            "update",
            &[("contract_end", "15/01/2027")],
            &[("contract_end", "22/01/2027")],
        ),
        (
            "cost-parts-differ",
            "referral",
            &[("cost_core", "£950.00")],
            &[("cost_core", "£850.00"), ("cost_other", "£50.00")],
        ),
        (
            "cost-unusual",
            "referral",
            &[("cost_total", "£99.99"), ("cost_core", ""), ("cost_additional", "")],
            &[("cost_total", "£100.00"), ("cost_core", ""), ("cost_additional", "")],
        ),
        (
            "cost-not-weekly",
            "referral",
            &[("cost_total", "£1,000.00 per month")],
            &[("cost_total", "£1,000.00 per week")],
        ),
        ("split-differs", "referral", &[("split_sc", "£699.98")], &[("split_sc", "£699.99")]),
        (
            "split-differs",
            "referral",
            &[("split_sc", "60%"), ("split_health", "30%"), ("split_edu", "20%")],
            &[("split_sc", "60%"), ("split_health", "30%"), ("split_edu", "10%")],
        ),
        (
            "split-differs",
            "referral",
            &[("split_sc", "60%"), ("split_health", "£200.00"), ("split_edu", "£100.00")],
            &[("split_sc", "70%"), ("split_health", "£200.00"), ("split_edu", "£100.00")],
        ),
        (
            "taxi-cost-differs",
            "taxi_request",
            &[("cost_week", "£120.00")],
            &[("journeys_week", "8"), ("cost_week", "£100.00")],
        ),
        ("retainer-long", "referral", &[("retainer_weeks", "2")], &[("retainer_weeks", "1")]),
        (
            "staffing-ratio-ends-before-start",
            "referral",
            &[("ratio_to", "23/11/2026")],
            &[("ratio_to", "24/11/2026")],
        ),
        ("staffing-ratio-long", "referral", &[("ratio_to", "27/11/2026")], &[("ratio_to", "26/11/2026")]),
        (
            "staffing-ratio-long",
            "referral",
            &[("ratio_from", ""), ("ratio_to", ""), ("staffing_ratio", "2:1, 24/11/2026 to 08/12/2026")],
            &[("ratio_from", ""), ("ratio_to", ""), ("staffing_ratio", "2:1, 24/11/2026 to 26/11/2026")],
        ),
        (
            "staffing-ratio-without-end",
            "referral",
            &[("request_type", "2:1"), ("ratio_to", "")],
            &[("request_type", "2:1")],
        ),
        ("risks-not-answered", "referral", &[("risk_fire", "")], &[("risk_fire", "Risk present")]),
        ("one-off-taxi", "taxi_request", &[("one_off", "Yes")], &[("one_off", "No")]),
        (
            "taxi-without-risk-assessment",
            "taxi_request",
            &[("escort", "Yes"), ("escort_name", "Jo")],
            &[("driver_requirement", "None")],
        ),
        (
            "attachment-not-arrived",
            "referral",
            &[("attachments", "care plan, chronology")],
            &[("attachments", "care plan, assessment")],
        ),
        (
            "attachment-not-arrived",
            "referral",
            &[("attachments", "☒ Assessment ☐ Care plan ☒ Chronology ☐ Costing")],
            &[("attachments", "☒ Assessment ☐ Chronology ☒ Care plan ☐ Risk assessment")],
        ),
    ];

    fn found(rules: &Rules, told: &Told<'_>) -> Vec<Finding> {
        let meeting = sample::meeting(rules);
        let previous = Some(Previous { decided_on: sample::day("2026-04-27"), weekly: Some(Pence(100_000)) });
        let context =
            Context { previous: previous.filter(|_| rules.short == "NELC"), ..sample::context(&meeting) };
        let case = told.case();
        completeness::judge(rules, &case, &context)
    }

    fn codes_of(rules: &Rules, told: &Told<'_>) -> BTreeSet<String> {
        found(rules, told).into_iter().map(|finding| finding.code).collect()
    }

    /// Both panels, each with every limit that a panel may set.
    fn panels() -> [Rules; 2] {
        [sample::nelc(), sample::redbridge()].map(|mut rules| {
            let all = (Some(28), Some(1), Some(3));
            let limits = &mut rules.thresholds;
            (limits.referral_days, limits.retainer_weeks, limits.staffing_ratio_days) = all;
            rules
        })
    }

    /// NELC: more staff is for a few days. Redbridge: a retainer is for a week. Neither limits taxis or the age of a referral.
    #[test]
    fn a_panel_limits_what_its_own_procedure_limits() {
        let limits = |rules: Rules| {
            let limits = rules.thresholds;
            (limits.referral_days, limits.retainer_weeks, limits.staffing_ratio_days)
        };
        assert_eq!(limits(sample::nelc()), (None, None, Some(3)));
        assert_eq!(limits(sample::redbridge()), (None, Some(1), None));
        let year =
            |rules: &Rules| codes_of(rules, &told(rules, "taxi_request").say("end_date", "23/11/2027"));
        assert_eq!(year(&sample::nelc()), BTreeSet::new());
        assert_eq!(year(&sample::redbridge()), BTreeSet::new());
    }

    #[test]
    fn the_sentence_of_every_check() {
        let mut sentences = String::new();
        for (check, form, breaks, _) in TABLE {
            for rules in panels() {
                if !breaks.iter().all(|(field, _)| asks(&rules, form, field)) {
                    continue;
                }
                let told =
                    breaks.iter().fold(told(&rules, form), |told, (field, answer)| told.say(field, answer));
                let said = found(&rules, &told).into_iter().filter(|finding| finding.code == *check);
                for finding in said {
                    let hint = finding.hint.unwrap_or_default();
                    let _ = write!(
                        sentences,
                        "{check} ({})\n  {}\n  hint: {hint}\n",
                        rules.short, finding.message
                    );
                }
            }
        }
        insta::assert_snapshot!(sentences);
    }

    /// Only what the panel's form asks can be answered wrong.
    fn asks(rules: &Rules, form: &str, field: &str) -> bool {
        let form = rules.form_of(&form.parse().unwrap()).unwrap();
        form.fields.iter().any(|rule| rule.key.as_str() == field)
    }

    #[test]
    fn every_check_has_a_form_that_breaks_it_and_one_that_does_not() {
        let mut wrong = Vec::new();
        let mut tried = BTreeSet::new();
        for rules in panels() {
            for (check, form, breaks, passes) in TABLE {
                let with = |answers: Answers| {
                    answers.iter().fold(told(&rules, form), |told, (field, answer)| told.say(field, answer))
                };
                if !breaks.iter().chain(*passes).all(|(field, _)| asks(&rules, form, field)) {
                    continue;
                }
                tried.insert(*check);
                // Redbridge's manager presents, and the social worker may come too.
                let breaks = if *check == "presenter-missing" && rules.short == "Redbridge" {
                    &[("presenters", "Alex Worker")][..]
                } else {
                    breaks
                };
                if !codes_of(&rules, &with(breaks)).contains(*check) {
                    wrong.push(format!("{}: {breaks:?} should say {check}", rules.short));
                }
                if codes_of(&rules, &with(passes)).contains(*check) {
                    wrong.push(format!("{}: {passes:?} should not say {check}", rules.short));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let all: BTreeSet<&str> = TABLE.iter().map(|(check, ..)| *check).collect();
        assert_eq!(tried, all, "each is tried on a form of at least one panel");
    }

    #[test]
    fn a_code_is_not_used_before_its_first_day() {
        let codes = "[codes.placement_type]\ncodes = [\n  { code = \"K8\", label = \"New sort of home\", from = 2026-12-01 },\n  { code = \"K9\", label = \"Other sort of home\", from = 2026-11-01 },\n]\n";
        let rules = sample::rules(&format!("{}\n{codes}", include_str!("../../../config.toml")));
        let with = |code: &str| codes_of(&rules, &told(&rules, "referral").say("placement_type", code));
        assert!(with("K8").contains("code-not-yet-used"), "{:?}", with("K8"));
        assert!(!with("K9").contains("code-not-yet-used"), "{:?}", with("K9"));
    }

    #[test]
    fn what_a_thorough_form_asks_is_missed_where_it_asks() {
        let more = [
            "home_address",
            "iro_name",
            "consent_date",
            "court_order_reason",
            "siblings_together",
            "sibling_views",
            "culture_match",
            "needed_by",
            "location_local",
            "distance_reason",
            "communication_needs",
            "adaptation",
            "alongside",
            "pets",
            "support",
            "suits_foster",
            "suits_residential",
            "suits_supported",
            "dol_date",
            "cost_period",
        ];
        let asked: String = more.iter().map(|field| format!("\"{field}\", ")).collect();
        let text = include_str!("../../../config.toml").replacen(
            "\"attachments\",",
            &format!("{asked}\"attachments\","),
            1,
        );
        let rules = sample::rules(&text);
        let before = || {
            told(&rules, "referral")
                .say("legal_status", "s20")
                .say("parental_agreement", "yes")
                .say("pr_holders", "mother")
                .say("siblings_n", "2")
                .say("dol", "Yes")
                .say("court_ordered", "Yes")
                .say("distance_class", "at a distance")
        };
        let optional = ["pets", "suits_foster", "suits_residential", "suits_supported", "cost_period"];
        let code = |field: &str| format!("missing-{}", field.replace('_', "-"));
        let found = codes_of(&rules, &before());
        for field in more {
            assert_eq!(found.contains(&code(field)), !optional.contains(&field), "{field}: {found:?}");
        }
        let answers = [
            ("home_address", "12 Fictional Road, Grimsby DN31 1HU"),
            ("iro_name", "Iris Officer"),
            ("consent_date", "02/11/2026"),
            ("court_order_reason", "Placed with an aunt until the next hearing"),
            ("siblings_together", "Yes"),
            ("sibling_views", "Both wish to stay together"),
            ("culture_match", "Muslim, halal food, a mosque nearby"),
            ("needed_by", "< 5 days"),
            ("location_local", "Yes"),
            ("distance_reason", "Bail"),
            ("communication_needs", "Makaton"),
            ("adaptation", "None"),
            ("alongside", "Older children only"),
            ("support", "Therapy"),
            ("dol_date", "02/11/2026"),
        ];
        let told = answers.iter().fold(before(), |told, (field, answer)| told.say(field, answer));
        let left: Vec<String> = codes_of(&rules, &told)
            .into_iter()
            .filter(|found| more.iter().any(|field| *found == code(field)))
            .collect();
        assert_eq!(left, [""; 0]);
        let case = told.case();
        assert_eq!(case.form.code("needed_by"), Some("under_5_days"), "the code is what is kept");
        assert_eq!(case.form.code("distance_reason"), Some("bail"));
    }

    #[test]
    fn every_check_is_described_and_every_description_is_a_check() {
        let rules = sample::nelc();
        let elsewhere = [
            "missing-form",
            "says-too-little",
            "nothing-since-deferred",
            "deferred-without-update",
            "late-paper",
        ];
        let described: BTreeSet<&str> = rules
            .weights
            .iter()
            .map(|(name, _)| name)
            .filter(|name| {
                !elsewhere.contains(name)
                    && (*name == "urn-missing" || !name.starts_with("missing-"))
                    && !name.starts_with("old-")
            })
            .collect();
        assert_eq!(described, names().collect::<BTreeSet<_>>());
        let tested: BTreeSet<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
        let by_themselves = [
            "cost-changed",
            "previous-decision-unknown",
            "case-number-unusual",
            "names-differ",
            "births-differ",
            "code-not-yet-used",
        ];
        let untested: Vec<&&str> = described
            .iter()
            .filter(|name| !tested.contains(**name) && !by_themselves.contains(*name))
            .collect();
        assert_eq!(untested, [&""; 0]);
    }

    #[test]
    fn a_form_is_compared_with_the_last_decision() {
        let rules = sample::nelc();
        let same = told(&rules, "update").say("previous_panel", "27/04/2026");
        assert!(codes_of(&rules, &same).is_empty());
        let other = same
            .clone()
            .say("cost_total", "£1,100.00")
            .say("split_sc", "£800.00")
            .say("previous_panel", "20/04/2026");
        let said: Vec<String> = codes_of(&rules, &other).into_iter().collect();
        assert_eq!(said, ["cost-changed", "previous-decision-unknown"]);
    }

    #[test]
    fn two_papers_about_two_children_are_noticed() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").case();
        let other =
            told(&rules, "referral").say("child_name", "Robyn Fictional").say("dob", "14/03/2015").case();
        let mut paper = other.papers[0].clone();
        paper.number = crate::panel::ids::PaperNumber::new(9);
        paper.received.present_at = sample::at("2026-11-01T10:00:00Z");
        case.papers.push(paper);
        let meeting = sample::meeting(&rules);
        let said: Vec<String> = completeness::judge(&rules, &case, &sample::context(&meeting))
            .into_iter()
            .map(|finding| finding.message)
            .collect();
        assert_eq!(
            said,
            [
                "P9 gives the child another name than the case's form does",
                "P9 gives another date of birth than the case's form does"
            ]
        );
        let swapped = told(&rules, "referral").say("child_name", "FICTIONAL, Robin").case();
        case.papers.pop();
        case.papers.push(swapped.papers[0].clone());
        assert_eq!(completeness::judge(&rules, &case, &sample::context(&meeting)), []);
    }

    #[test]
    fn a_case_number_outside_the_councils_pattern_is_said() {
        let rules = sample::nelc();
        let found = codes_of(&rules, &told(&rules, "referral").id("12"));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["case-number-unusual"]);
    }

    #[test]
    fn the_finding_names_the_rule_it_comes_from() {
        let rules = sample::nelc();
        let meeting = sample::meeting(&rules);
        let case = told(&rules, "referral")
            .say("legal_status", "s20")
            .say("placement_type", "PWP")
            .say("provider_type", "")
            .case();
        let found = completeness::judge(&rules, &case, &sample::context(&meeting));
        let finding = found.iter().find(|finding| finding.code == "section-20-with-parents").unwrap();
        assert_eq!(finding.hint.as_deref(), Some("check the legal status (SSDA903 check 378)"));
    }
}

//! Who is heard when: the timed agenda, from the cases and the panel's slot rules.
//!
//! Deterministic and stable. With an agenda that is already out, nobody on it moves: a late case takes a free slot, or
//! comes after the last one; over-run is listed, never squeezed. Whoever wants a fresh order asks for one without it.

mod plan;
mod keep;

use crate::panel::agenda::{Agenda, CaseLine, Item, What};
use crate::panel::agenda_lines;
use crate::panel::case::Casebook;
use crate::panel::outcome::Outcome;
use crate::panel::rules::Rules;
use crate::panel::slots::plan::Plan;

pub use crate::panel::slots::plan::Wish;

/// The agenda of the casebook's meeting. `previous` is the one already out, if the cases on it are to keep their times.
///
/// A wish may come free only because another was met; so it is made until nothing changes any more.
pub fn agenda(rules: &Rules, book: &Casebook, wishes: &[Wish], previous: Option<&Agenda>) -> Agenda {
    let mut made = make(rules, book, wishes, previous);
    for _ in 0..MOST_ROUNDS {
        let again = make(rules, book, wishes, Some(&made));
        if again == made {
            break;
        }
        made = again;
    }
    made
}

/// Rounds after which wishes that chase each other are left as they stand.
const MOST_ROUNDS: usize = 8;

fn make(rules: &Rules, book: &Casebook, wishes: &[Wish], previous: Option<&Agenda>) -> Agenda {
    let mut plan = Plan::new(rules, book, wishes);
    match previous {
        Some(previous) => plan.keep(previous),
        None => plan.open(),
    }
    plan.place_groups();
    plan.place_left_over();
    plan.finish()
}

/// The agenda as the meeting went, for its records: every case that was decided although it had no time stands below those of its kind.
#[must_use]
pub fn as_considered(rules: &Rules, book: &Casebook, agenda: &Agenda, outcome: &Outcome) -> Agenda {
    let plan = Plan::new(rules, book, &[]);
    let mut considered = agenda.clone();
    for decision in &outcome.decisions {
        if considered.cases().any(|(_, line)| line.case == decision.case) {
            continue;
        }
        let case = book.case(&decision.case);
        let line = case.map_or_else(|| CaseLine::of(decision.case.clone()), |case| plan.line(case));
        let items = &mut considered.items;
        let of_its_kind =
            |item: &Item| matches!(&item.what, What::Case(other) if other.section == line.section);
        let is_case = |item: &Item| matches!(item.what, What::Case(_));
        let last = items.iter().rposition(of_its_kind).or_else(|| items.iter().rposition(is_case));
        let at = last.map_or(items.len(), |last| last + 1);
        let starts = decision.heard.unwrap_or_else(|| agenda.meeting.starts.time());
        items.insert(at, Item { number: String::new(), starts, minutes: 0, what: What::Case(line) });
    }
    agenda_lines::number(&mut considered.items);
    considered
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{NaiveTime, TimeDelta};

    use super::*;
    use crate::config::sample::{self, told};
    use crate::panel::agenda::{Item, What};
    use crate::panel::case::{Case, Disposition};
    use crate::panel::completeness;
    use crate::panel::heard;
    use crate::panel::ids::CaseId;
    use crate::panel::paper::Verdict;
    use crate::panel::slots::plan::{minute, time};

    const REQUESTS: [&str; 5] = ["New placement", "Review", "Taxi", "Placement move", "New placement"];

    /// `count` cases: every fifth pair are siblings, five social workers bring them.
    fn cases(rules: &Rules, count: usize) -> Vec<Case> {
        let case = |index: usize| {
            let request = REQUESTS[index % REQUESTS.len()];
            let form = match request {
                "Review" => "update",
                "Taxi" => "taxi_request",
                _ => "referral",
            };
            let told = told(rules, form)
                .id(&format!("{}", 1_000_000 + index))
                .say("request_type", request)
                .say("presenters", "")
                .say(
                    "social_worker",
                    ["Ann Ash", "Ben Birch", "Cy Cedar", "Di Dale", "Ed Elm"][index % 5 * 3 % 5],
                );
            // 1000000 and 1000004 ask for new placements and belong together.
            if index == 0 {
                told.say("sibling_ids", "1000009").say("siblings_n", "2").case()
            } else {
                told.case()
            }
        };
        (0..count).map(case).collect()
    }

    fn lines(agenda: &Agenda) -> Vec<String> {
        let line = |item: &Item| {
            let what = match &item.what {
                What::Standing { title, .. } => title.clone(),
                What::Break => "Break".to_owned(),
                What::Case(line) => format!("{} {}", line.case, line.request),
            };
            format!("{} {} {} {what}", item.starts.format("%H:%M"), item.minutes, item.number)
        };
        agenda.items.iter().map(line).collect()
    }

    fn start_of(agenda: &Agenda, case: &str) -> Option<String> {
        agenda
            .cases()
            .find(|(_, line)| line.case.as_str() == case)
            .map(|(item, _)| item.starts.format("%H:%M").to_string())
    }

    #[track_caller]
    fn no_overlap(agenda: &Agenda) {
        for pair in agenda.items.windows(2) {
            assert!(
                minute(pair[0].starts) + pair[0].minutes <= minute(pair[1].starts),
                "{:#?}",
                lines(agenda)
            );
        }
    }

    #[test]
    fn twenty_new_placements_fit_a_nelc_afternoon() {
        let rules = sample::nelc();
        let all = (0..20)
            .map(|index| told(&rules, "referral").id(&format!("{}", 2_000_000 + index)).case())
            .collect();
        let agenda = agenda(&rules, &sample::book(&rules, all), &[], None);
        no_overlap(&agenda);
        assert_eq!(agenda.cases().count(), 20);
        assert_eq!(agenda.not_slotted, []);
        let lines = lines(&agenda);
        assert_eq!(lines[0], "13:00 5 1 Welcome, apologies, substitutes and declarations of interest");
        assert_eq!(lines[2], "13:10 10 3.1 2000000 New placement");
        assert!(lines.iter().any(|line| line.starts_with("14:50 10  Break")), "{lines:#?}");
        assert_eq!(lines.last().unwrap(), "16:40 5 4 Any other business and next meeting");
    }

    #[test]
    fn twenty_five_cases_in_the_panels_order_siblings_and_presenters_together() {
        let rules = sample::nelc();
        let book = sample::book(&rules, cases(&rules, 25));
        let made = agenda(&rules, &book, &[], None);
        no_overlap(&made);
        assert_eq!(made, agenda(&rules, &book, &[], None), "the same cases give the same agenda");
        let mut shuffled = book.clone();
        shuffled.cases.reverse();
        assert_eq!(made.items, agenda(&rules, &shuffled, &[], None).items);
        assert_eq!(made.not_slotted, []);
        let sections: Vec<&str> = made.cases().map(|(_, line)| line.section.as_str()).collect();
        let mut runs = sections.clone();
        runs.dedup();
        assert_eq!(runs, ["New placement requests", "Placement moves", "Taxi requests", "Reviews due"]);
        let heard: Vec<&str> = made.cases().map(|(_, line)| line.case.as_str()).collect();
        let place = |id: &str| heard.iter().position(|case| *case == id).unwrap();
        assert_eq!(place("1000000").abs_diff(place("1000009")), 1, "siblings one after the other: {heard:?}");
        let workers: Vec<String> = made
            .cases()
            .filter(|(_, line)| line.section == "Reviews due")
            .filter_map(|(_, line)| line.presenters.first().cloned())
            .collect();
        let mut by_worker = workers.clone();
        by_worker.dedup();
        let distinct: BTreeSet<&String> = workers.iter().collect();
        assert_eq!(by_worker.len(), distinct.len(), "each worker's cases together: {workers:?}");
    }

    #[test]
    fn forty_cases_run_over_and_are_listed_not_squeezed() {
        let rules = sample::nelc();
        let made = agenda(&rules, &sample::book(&rules, cases(&rules, 40)), &[], None);
        no_overlap(&made);
        assert_eq!(made.cases().count() + made.not_slotted.len(), 40);
        assert!(!made.not_slotted.is_empty());
        let last = made.items.last().unwrap();
        assert!(minute(last.starts) + last.minutes <= 17 * 60, "{:#?}", lines(&made));
        let redbridge = sample::redbridge();
        let open_ended = agenda(&redbridge, &sample::book(&redbridge, cases(&redbridge, 40)), &[], None);
        assert_eq!(open_ended.cases().count(), 40);
        assert_eq!(open_ended.not_slotted, []);
    }

    #[test]
    fn a_late_emergency_moves_nobody() {
        let rules = sample::nelc();
        let mut book = sample::book(&rules, cases(&rules, 20));
        let before = agenda(&rules, &book, &[], None);
        let mut late = told(&rules, "referral")
            .id("9999999")
            .say("emergency", "Yes")
            .say("placed_on", "20/11/2026")
            .case();
        late.emergency.confirmed = true;
        late.arrival = Verdict::Late;
        book.cases.push(late);
        let after = agenda(&rules, &book, &[], Some(&before));
        no_overlap(&after);
        for (item, line) in before.cases() {
            assert_eq!(start_of(&after, line.case.as_str()), Some(item.starts.format("%H:%M").to_string()));
        }
        let (item, line) = after.cases().find(|(_, line)| line.case.as_str() == "9999999").unwrap();
        assert_eq!(line.flags, ["EMERGENCY", "RETROSPECTIVE"], "nobody is told that an emergency is late");
        assert_eq!(item.minutes, 15);
        assert_eq!(line.section, "Emergency placements for ratification");
        assert_eq!(
            agenda(&rules, &book, &[], Some(&after)).items,
            after.items,
            "asked again, nothing changes"
        );
    }

    #[test]
    fn a_case_taken_off_leaves_its_slot_to_the_next_that_fits() {
        let rules = sample::nelc();
        let mut book = sample::book(&rules, cases(&rules, 10));
        let before = agenda(&rules, &book, &[], None);
        let (free, gone) =
            before.cases().nth(1).map(|(item, line)| (item.starts, line.case.clone())).unwrap();
        book.cases.iter_mut().find(|case| case.id == gone).unwrap().disposition = Disposition::Withdrawn;
        book.cases.push(told(&rules, "referral").id("8888888").case());
        let after = agenda(&rules, &book, &[], Some(&before));
        assert_eq!(start_of(&after, "8888888"), Some(free.format("%H:%M").to_string()));
        assert_eq!(start_of(&after, gone.as_str()), None);
    }

    #[test]
    fn requested_times_are_kept_by_form_and_by_the_administrator() {
        let redbridge = sample::redbridge();
        let mut all = cases(&redbridge, 8);
        all.push(
            told(&redbridge, "referral")
                .id("7777777")
                .say("slot_requested", "10.30 please, school run")
                .case(),
        );
        let wish = Wish {
            case: "1000003".parse().unwrap(),
            starts: NaiveTime::from_hms_opt(11, 30, 0),
            minutes: Some(20),
            order: None,
            note: Some("by video".to_owned()),
        };
        let made = agenda(&redbridge, &sample::book(&redbridge, all), &[wish], None);
        no_overlap(&made);
        assert_eq!(start_of(&made, "7777777").as_deref(), Some("10:30"), "{:#?}", lines(&made));
        assert_eq!(start_of(&made, "1000003").as_deref(), Some("11:30"));
        let (item, line) = made.cases().find(|(_, line)| line.case.as_str() == "1000003").unwrap();
        assert_eq!((item.minutes, line.note.as_str()), (20, "by video"));
    }

    #[test]
    fn a_time_that_is_taken_is_said_beside_the_case_that_asked_for_it() {
        let rules = sample::redbridge();
        let asking = |id: &str| told(&rules, "referral").id(id).say("slot_requested", "10:30").case();
        let mut all = cases(&rules, 8);
        all.extend([asking("7000001"), asking("7000002")]);
        let made = agenda(&rules, &sample::book(&rules, all), &[], None);
        no_overlap(&made);
        let flags = |id: &str| {
            made.cases()
                .find(|(_, line)| line.case.as_str() == id)
                .map(|(_, line)| line.flags.clone())
                .unwrap()
        };
        assert_eq!(start_of(&made, "7000001").as_deref(), Some("10:30"));
        assert_eq!(flags("7000001"), [""; 0]);
        assert_eq!(flags("7000002"), ["ASKED FOR 10.30 am"]);
    }

    #[test]
    fn what_is_kept_in_sight_and_what_was_decided_outside_have_their_own_sections() {
        let rules = sample::redbridge();
        let mut tracked = told(&rules, "referral").id("7000001").case();
        tracked.by_hand.tracking_only = true;
        let mut decided = told(&rules, "referral").id("7000002").case();
        decided.by_hand.decided_outside = Some(crate::panel::case::DecidedOutside {
            on: sample::day("2026-11-23"),
            authority: "C. Officer".to_owned(),
            what: None,
        });
        let made = agenda(&rules, &sample::book(&rules, vec![tracked, decided]), &[], None);
        let shown: Vec<(&str, &str, u32, bool)> = made
            .cases()
            .map(|(item, line)| (line.case.as_str(), line.section.as_str(), item.minutes, line.for_noting))
            .collect();
        assert_eq!(
            shown,
            [
                ("7000002", "Emergency placements for ratification", 10, false),
                ("7000001", "For noting", 5, true)
            ]
        );
    }

    /// Wishes of some of the cases, and which of the cases are taken off.
    type Asked = (Vec<(usize, u32, Option<u32>)>, Vec<usize>);

    fn asked() -> impl proptest::strategy::Strategy<Value = Asked> {
        use proptest::collection::vec;
        let wish = (0_usize..12, 0_u32..60, proptest::option::of(1_u32..45));
        (vec(wish, 0..7), vec(0_usize..12, 0..4))
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

        #[test]
        fn nothing_overlaps_nothing_is_lost_and_wishes_are_kept_or_said(asked in asked()) {
            wishes_hold(&asked)?;
        }
    }

    #[test]
    fn a_wish_that_comes_free_because_another_was_met_is_met_at_once() {
        let chasing =
            [vec![(9, 2, None), (0, 3, Some(26))], vec![(0, 41, Some(31)), (7, 16, Some(35)), (2, 17, None)]];
        for wished in chasing {
            wishes_hold(&(wished, Vec::new())).unwrap();
        }
    }

    /// Whatever is asked for: no two items at one time, no case lost, a time given or its refusal said; and with an agenda
    /// that is out nobody moves whose own wish does not say so.
    fn wishes_hold((wished, gone): &Asked) -> Result<(), proptest::test_runner::TestCaseError> {
        for rules in [sample::nelc(), sample::redbridge()] {
            let mut book = sample::book(&rules, cases(&rules, 12));
            let from = minute(book.meeting.starts.time());
            let wish = |(case, at, minutes): &(usize, u32, Option<u32>)| Wish {
                case: format!("{}", 1_000_000 + case).parse().unwrap(),
                starts: Some(time(from + at * 5)),
                minutes: *minutes,
                order: None,
                note: None,
            };
            let mut wishes: Vec<Wish> = wished.iter().map(wish).collect();
            wishes.sort_by(|one, other| one.case.cmp(&other.case));
            wishes.dedup_by(|one, other| one.case == other.case);
            let first = agenda(&rules, &book, &[], None);
            for at in gone {
                book.cases[*at].disposition = Disposition::Withdrawn;
            }
            book.cases.push(told(&rules, "referral").id("9000000").case());
            for previous in [None, Some(&first)] {
                let made = agenda(&rules, &book, &wishes, previous);
                no_overlap(&made);
                let listed = book.listed().count();
                proptest::prop_assert_eq!(made.cases().count() + made.not_slotted.len(), listed);
                for wish in &wishes {
                    let Some((item, line)) = made.cases().find(|(_, line)| line.case == wish.case) else {
                        continue;
                    };
                    let said = line.flags.iter().any(|flag| flag.starts_with("ASKED FOR"));
                    proptest::prop_assert_eq!(Some(item.starts) == wish.starts, !said);
                }
                let again = agenda(&rules, &book, &wishes, Some(&made));
                proptest::prop_assert_eq!(lines(&again), lines(&made), "asked again, nothing changes");
            }
            let late = agenda(&rules, &book, &[], Some(&first));
            for (item, line) in
                first.cases().filter(|(_, line)| book.listed().any(|case| case.id == line.case))
            {
                let now = late.cases().find(|(_, now)| now.case == line.case).map(|(now, _)| now.starts);
                proptest::prop_assert_eq!(now, Some(item.starts));
            }
        }
        Ok(())
    }

    #[test]
    fn two_cases_change_places_and_a_longer_slot_moves_only_those_after_it() {
        let rules = sample::nelc();
        let book = sample::book(&rules, cases(&rules, 12));
        let before = agenda(&rules, &book, &[], None);
        let slots: Vec<(CaseId, NaiveTime, u32)> =
            before.cases().map(|(item, line)| (line.case.clone(), item.starts, item.minutes)).collect();
        let to = |from: usize, at: usize| Wish {
            case: slots[from].0.clone(),
            starts: Some(slots[at].1),
            minutes: None,
            order: None,
            note: None,
        };
        let swapped = agenda(&rules, &book, &[to(1, 3), to(3, 1)], Some(&before));
        no_overlap(&swapped);
        let shown = |at: usize| Some(slots[at].1.format("%H:%M").to_string());
        assert_eq!(start_of(&swapped, slots[1].0.as_str()), shown(3));
        assert_eq!(start_of(&swapped, slots[3].0.as_str()), shown(1));
        assert_eq!(start_of(&swapped, slots[2].0.as_str()), shown(2));
        let longer = Wish {
            case: slots[2].0.clone(),
            starts: None,
            minutes: Some(slots[2].2 + 10),
            order: None,
            note: None,
        };
        let stretched = agenda(&rules, &book, &[longer], Some(&before));
        no_overlap(&stretched);
        assert_eq!(start_of(&stretched, slots[1].0.as_str()), shown(1));
        assert_eq!(
            start_of(&stretched, slots[3].0.as_str()),
            Some((slots[3].1 + TimeDelta::minutes(10)).format("%H:%M").to_string())
        );
    }

    #[test]
    fn the_administrators_order_goes_first() {
        let rules = sample::nelc();
        let book = sample::book(&rules, cases(&rules, 6));
        let wish = |case: &str, order| Wish {
            case: case.parse().unwrap(),
            starts: None,
            minutes: None,
            order: Some(order),
            note: None,
        };
        let made = agenda(&rules, &book, &[wish("1000001", 2), wish("1000002", 1)], None);
        let heard: Vec<&str> = made.cases().map(|(_, line)| line.case.as_str()).take(2).collect();
        assert_eq!(heard, ["1000002", "1000001"]);
    }

    #[test]
    fn what_is_missing_stands_beside_the_case() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").without("care_plan").say("alternatives", "").case();
        let meeting = sample::meeting(&rules);
        case.findings = completeness::judge(&rules, &case, &sample::context(&meeting));
        assert_eq!(
            heard::flags(&rules, &case),
            ["INCOMPLETE: care plan, child in need plan or child protection plan, Alternatives considered"]
        );
    }
}

//! A restricted case left out of what others see: the board, receipts, minutes.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::panel::case::Casebook;
use crate::panel::outcome::Outcome;
use crate::panel::telltale::Telltale;

/// Said in place of a finding that tells of a restricted case.
const INSTEAD: &str = "something here is about a case that is restricted";

/// What tells of the restricted cases of a meeting.
pub fn telltales(book: &Casebook) -> Vec<Telltale> {
    let restricted = book.cases.iter().filter(|case| case.is_restricted());
    restricted.map(|case| Telltale::of(case, &BTreeSet::new())).collect()
}

/// The casebook for whoever may hear of no restricted case: neither the cases nor a file in their folders, nor what is said of them
/// elsewhere.
pub fn left_out(book: &Casebook) -> Casebook {
    let restricted = book.restricted();
    if restricted.is_empty() {
        return book.clone();
    }
    let telltales = telltales(book);
    let tells = |text: &str| telltales.iter().any(|case| case.is_in(text));
    let folders: Vec<&str> = book
        .cases
        .iter()
        .filter(|case| case.is_restricted())
        .filter_map(|case| case.folder.as_deref())
        .collect();
    let theirs = |file: &str| folders.iter().any(|folder| file.starts_with(folder)) || tells(file);
    let mut left = book.clone();
    left.cases.retain(|case| !restricted.contains(&case.id));
    left.known.retain(|case| !restricted.contains(case));
    left.unfiled.retain(|paper| !theirs(&paper.file));
    left.ignored.retain(|one| !theirs(&one.file));
    for case in &mut left.cases {
        hide(&mut case.findings, &tells);
        for paper in &mut case.papers {
            hide(&mut paper.findings, &tells);
            paper.reason = paper.reason.take().map(|reason| instead(reason, &tells));
        }
    }
    for paper in &mut left.unfiled {
        hide(&mut paper.findings, &tells);
        paper.reason = paper.reason.take().map(|reason| instead(reason, &tells));
    }
    left
}

fn hide(findings: &mut [Finding], tells: &dyn Fn(&str) -> bool) {
    for finding in findings {
        let hint = finding.hint.as_deref().unwrap_or_default();
        if tells(&finding.message) || tells(hint) {
            INSTEAD.clone_into(&mut finding.message);
            finding.hint = Some("ask the administrator".to_owned());
        }
    }
}

fn instead(text: String, tells: &dyn Fn(&str) -> bool) -> String {
    if tells(&text) { INSTEAD.to_owned() } else { text }
}

/// What a meeting came to, without its restricted cases.
pub fn outcome_without(outcome: &Outcome, book: &Casebook) -> Outcome {
    let restricted = book.restricted();
    let telltales = telltales(book);
    let mut left = outcome.clone();
    left.decisions.retain(|decision| !restricted.contains(&decision.case));
    left.actions.retain(|action| {
        let tells = telltales.iter().any(|case| case.is_in(&action.what));
        !tells && action.case.as_ref().is_none_or(|case| !restricted.contains(case))
    });
    for person in &mut left.attendance {
        person.interests.retain(|case| !restricted.contains(case));
        person.kept_out.retain(|case| !restricted.contains(case));
    }
    left
}

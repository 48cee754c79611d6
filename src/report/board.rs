//! The board: all cases of one meeting at a glance, the share's health, and every file that belongs to no case.

use chrono::Days;
use serde_json::{Value, json};

use crate::panel::case::{Case, Casebook, Disposition};
use crate::panel::deadlines::Deadline;
use crate::panel::london;
use crate::panel::paper::PaperState;
use crate::panel::so_far::{self, Weight};
use crate::panel::when;
use crate::register::troubles::OpenTrouble;
use crate::report::{said, view};

pub use crate::report::view::PageLook;

/// The template as it is shipped; `templates/board.hbs`.
pub const TEMPLATE: &str = include_str!("../../templates/board.hbs");

/// What the template is filled with; `amiss` is what cannot be done now, `due` what must be seen to by when,
/// `unfilled` the panel's roles that nobody holds.
pub fn facts(
    casebook: &Casebook,
    look: PageLook<'_>,
    amiss: &[OpenTrouble],
    due: &[Deadline],
    unfilled: &[&str],
) -> Value {
    let listed: Vec<&Case> = casebook.listed().collect();
    let others: Vec<&Case> = casebook
        .cases
        .iter()
        .filter(|case| case.disposition != Disposition::Listed && !case.is_decided())
        .collect();
    let decided = lately_decided(casebook);
    let of = |wanted: Weight| listed.iter().filter(|case| so_far::standing(case).1 == wanted).count();
    let (complete, incomplete, follow) = (of(Weight::Good), of(Weight::Bad), of(Weight::Neither));
    let rows = |cases: &[&Case]| cases.iter().map(|case| view::case(case, look)).collect::<Vec<_>>();
    json!({
        "head": view::head(casebook, look),
        "share": share(casebook),
        "amiss": amiss.iter().map(trouble).collect::<Vec<_>>(),
        "has_amiss": !amiss.is_empty(),
        "deadlines": due.iter().map(deadline).collect::<Vec<_>>(),
        "has_deadlines": !due.is_empty(),
        "unfilled": unfilled.join(", "),
        "tiles": [
            tile(listed.len(), "on the agenda", ""),
            tile(complete, "complete", "good"),
            tile(incomplete, "incomplete", if incomplete == 0 { "" } else { "bad" }),
            tile(follow, "with papers to follow", ""),
            tile(emergencies(&listed), "emergency", if emergencies(&listed) == 0 { "" } else { "alert" }),
            tile(casebook.cases.iter().map(|case| case.papers.len()).sum(), "documents", ""),
            tile(attention(casebook), "documents need attention", if attention(casebook) == 0 { "" } else { "bad" }),
        ],
        "listed": rows(&listed),
        "has_listed": !listed.is_empty(),
        "others": rows(&others),
        "has_others": !others.is_empty(),
        "decided": rows(&decided),
        "has_decided": !decided.is_empty(),
        "unfiled": casebook.unfiled.iter().map(view::paper).collect::<Vec<_>>(),
        "has_unfiled": !casebook.unfiled.is_empty(),
        "ignored": casebook.ignored.iter().map(view::ignored).collect::<Vec<_>>(),
        "has_ignored": !casebook.ignored.is_empty(),
    })
}

fn deadline(one: &Deadline) -> Value {
    json!({
        "said": said::sentence(&one.said),
        "overdue": one.overdue,
        "done": one.done.as_ref().map_or_else(String::new, |(by, on)| format!("{by}, {}", when::day(*on))),
    })
}

/// Cases decided in the last four weeks, the newest first: nobody looks for older ones here.
fn lately_decided(casebook: &Casebook) -> Vec<&Case> {
    let since = london::wall(casebook.now).date_naive() - Days::new(28);
    let on = |case: &&Case| case.so_far.decided.as_ref().map_or(case.meeting, |last| last.on);
    let mut decided: Vec<&Case> =
        casebook.cases.iter().filter(|case| case.is_decided() && since <= on(case)).collect();
    decided.sort_by_key(|case| std::cmp::Reverse(on(case)));
    decided
}

fn trouble(trouble: &OpenTrouble) -> Value {
    json!({
        "path": trouble.path,
        "message": said::sentence(&trouble.message),
        "hint": if trouble.hint.is_empty() { String::new() } else { said::sentence(&trouble.hint) },
        "since": when::short_said(london::wall(trouble.since)),
    })
}

fn tile(number: usize, label: &str, sort: &str) -> Value {
    json!({ "number": number, "label": label, "sort": sort })
}

fn emergencies(cases: &[&Case]) -> usize {
    cases.iter().filter(|case| case.emergency.claimed || case.emergency.confirmed).count()
}

/// Papers somebody has to look at, filed or not.
fn attention(casebook: &Casebook) -> usize {
    let filed = casebook.cases.iter().flat_map(|case| &case.papers);
    let all = filed.chain(&casebook.unfiled);
    all.filter(|paper| paper.state == PaperState::NeedsAttention).count()
}

fn share(casebook: &Casebook) -> Value {
    let share = &casebook.share;
    let since = share
        .since
        .map_or_else(String::new, |since| format!(" since {}", when::short_said(london::wall(since))));
    let looked = share.last_scan.map_or("never".to_owned(), |at| when::short_said(london::wall(at)));
    let said = if share.healthy {
        format!("The shared folder has been readable{since}; last looked at {looked}.")
    } else {
        format!(
            "The shared folder cannot be read{since}; last looked at {looked}. Nothing that arrives meanwhile is seen."
        )
    };
    json!({ "healthy": share.healthy, "said": said })
}

#[cfg(test)]
mod tests {
    use crate::panel::shown::ChildShown;
    use crate::panel::words::Words;
    use crate::register::troubles::OpenTrouble;
    use crate::report::board::{PageLook, TEMPLATE, facts};
    use crate::report::sample;
    use crate::stationery::html;

    fn board(child_shown: ChildShown) -> String {
        let (heading, words) = (sample::heading(), Words { child_shown, ..sample::words() });
        let look = PageLook { heading: &heading, words: &words };
        html::page(TEMPLATE, "board.hbs", &facts(&sample::casebook(), look, &[], &[], &[])).unwrap()
    }

    #[test]
    fn the_board_says_what_cannot_be_done_and_since_when() {
        let (heading, words) = (sample::heading(), sample::words());
        let look = PageLook { heading: &heading, words: &words };
        let amiss = OpenTrouble {
            step: "workbook 2025-11-24".to_owned(),
            path: "office/2025-11-24/workbook.xlsx".to_owned(),
            message: "cannot be read: it is cut short".to_owned(),
            hint: "put back a copy".to_owned(),
            since: sample::casebook().now,
        };
        let html =
            html::page(TEMPLATE, "board.hbs", &facts(&sample::casebook(), look, &[amiss], &[], &[])).unwrap();
        for part in [
            "What cannot be done now",
            "office/2025-11-24/workbook.xlsx",
            "it is cut short.",
            "Put back a copy.",
        ] {
            assert!(html.contains(part), "`{part}` is not on the board");
        }
        assert!(!board(ChildShown::Initials).contains("What cannot be done now"), "nothing is amiss");
    }

    #[test]
    fn the_board_shows_each_case_where_it_stands() {
        let html = board(ChildShown::Initials);
        for part in [
            "Documents by 3 pm Wednesday 18 November 2026 <strong>today</strong>",
            "<b>3</b> on the agenda",
            "<b>1</b> incomplete",
            "An up-to-date assessment is missing.",
            "emergency claimed",
            "next meeting, Mon 30 Nov 2026",
            "Nothing says which child it is about.",
            "~$ferral form.docx",
        ] {
            assert!(html.contains(part), "`{part}` is not on the board");
        }
    }

    #[test]
    fn the_board_names_children_only_where_the_panel_wants_it() {
        assert!(!board(ChildShown::Initials).contains("Kowalczyk"));
        assert!(board(ChildShown::Initials).contains("<td>ŁK</td>"));
        assert!(board(ChildShown::Name).contains("<td>Łukasz Kowalczyk</td>"));
    }

    #[test]
    fn the_board_fetches_nothing_and_runs_nothing() {
        let html = board(ChildShown::Name);
        for forbidden in ["<script", "http://", "https://", "src=", "@import", "url("] {
            assert!(!html.contains(forbidden), "`{forbidden}` on the board");
        }
    }
}

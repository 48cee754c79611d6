//! From what was typed to what is asked for, row by row.
//!
//! An act is made only when everything it needs is there: who, and where it overrules, why.

use crate::desk::answers::Answers;
use crate::desk::entries::{Act, Entries, Entry, Expected, Order, OrderWord, Place};
use crate::desk::layout::{AGENDA, CASES, EXPECTED, ORDERS, PAPERS, folded};
use crate::desk::mistake::Mistake;
use crate::desk::typed::{Typed, TypedRow};
use crate::panel::ids::{CaseId, Kind, PaperNumber};
use crate::panel::request::Request;
use crate::panel::words::Words;

/// No slot is longer.
const LONGEST_SLOT: u32 = 240;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CaseWord {
    Accept,
    Move,
    Withdraw,
    Reinstate,
    Emergency,
    NoEmergency,
}

const CASE_WORDS: [(&str, CaseWord); 6] = [
    ("accept as it is", CaseWord::Accept),
    ("move to another meeting", CaseWord::Move),
    ("withdraw", CaseWord::Withdraw),
    ("reinstate", CaseWord::Reinstate),
    ("confirm the emergency", CaseWord::Emergency),
    ("not an emergency", CaseWord::NoEmergency),
];

const EXCLUDE_WORDS: [(&str, bool); 2] = [("exclude", true), ("put back", false)];

/// The choices of *What to do*.
pub fn case_words() -> Vec<String> {
    CASE_WORDS.iter().map(|(words, _)| (*words).to_owned()).collect()
}

/// The choices of *Exclude*.
pub fn exclude_words() -> Vec<String> {
    EXCLUDE_WORDS.iter().map(|(words, _)| (*words).to_owned()).collect()
}

/// Everything asked for in a workbook, and what is wrong with the rest.
pub fn entries(typed: &Typed, words: &Words) -> (Entries, Vec<Mistake>) {
    let mut entries = Entries::default();
    let mut mistakes = Vec::new();
    for row in &typed.rows {
        let mut answers = Answers::of(row);
        let acts = match row.sheet.as_str() {
            name if name == CASES.name => case_act(&mut answers).into_iter().collect(),
            name if name == PAPERS.name => paper_acts(&mut answers, words),
            name if name == AGENDA.name => slot(&mut answers).into_iter().collect(),
            name if name == EXPECTED.name => expected(&mut answers, words).into_iter().collect(),
            name if name == ORDERS.name => {
                entries.orders.extend(order(&mut answers));
                Vec::new()
            }
            _ => continue,
        };
        let overrules = matches!(row.sheet.as_str(), name if name == CASES.name || name == PAPERS.name);
        let signature = signed(&mut answers, !acts.is_empty(), overrules && needs_reason(&acts));
        if let Some((by, reason)) = signature
            && answers.mistakes.is_empty()
        {
            let entry = |act| Entry { place: place(row), by: by.clone(), reason: reason.clone(), act };
            entries.acts.extend(acts.into_iter().map(entry));
        }
        mistakes.append(&mut answers.mistakes);
    }
    (entries, mistakes)
}

fn place(row: &TypedRow) -> Place {
    Place { sheet: row.sheet.clone(), key: row.key.clone() }
}

/// Whether an act goes against what the rules or the paper say.
fn needs_reason(acts: &[Act]) -> bool {
    !acts.iter().all(|act| matches!(act, Act::ConfirmChild(_) | Act::TakeNewer(_) | Act::Kind { .. }))
}

/// Name and reason of a row that asks for something; none where the name is missing.
fn signed(answers: &mut Answers<'_>, asked: bool, overrules: bool) -> Option<(String, String)> {
    let (by, reason) = (answers.text("By"), answers.text("Reason"));
    if !asked {
        let lonely = !by.is_empty() || !reason.is_empty();
        if lonely && answers.mistakes.is_empty() && answers.row.sheet != ORDERS.name {
            answers.wrong(
                "By",
                "there is a name or reason, but nothing to do",
                "choose what to do, or clear the row",
            );
        }
        return None;
    }
    if by.is_empty() {
        answers.wrong("By", "nobody's name stands beside it", "type your name in `By`");
    }
    if overrules && reason.is_empty() {
        answers.wrong("Reason", "no reason is given", "type why in `Reason`");
    }
    Some((by, reason))
}

fn case_act(answers: &mut Answers<'_>) -> Option<Act> {
    let word = answers.choice("What to do", &CASE_WORDS);
    let to = answers.date("To meeting");
    let case = key_case(answers)?;
    match word {
        None if to.is_some() => {
            let hint = "choose `move to another meeting`, or clear the date";
            answers.wrong("What to do", "a meeting is named, but not what to do", hint);
            None
        }
        None => None,
        Some(CaseWord::Move) => {
            if to.is_none() && !answers.has("To meeting") {
                answers.wrong("To meeting", "no meeting to move it to", "choose its date in `To meeting`");
            }
            Some(Act::MoveCase { case, to: to.unwrap_or_default() })
        }
        Some(word) => {
            if to.is_some() {
                let hint = "clear `To meeting`, or choose `move to another meeting`";
                answers.wrong("To meeting", "a meeting is named, but the case is not to be moved", hint);
            }
            Some(match word {
                CaseWord::Accept => Act::AcceptCase(case),
                CaseWord::Withdraw => Act::WithdrawCase(case),
                CaseWord::Reinstate => Act::ReinstateCase(case),
                CaseWord::NoEmergency => Act::NotAnEmergency(case),
                CaseWord::Emergency | CaseWord::Move => Act::ConfirmEmergency(case),
            })
        }
    }
}

/// The case a row is about, by its key.
fn key_case(answers: &mut Answers<'_>) -> Option<CaseId> {
    let case = answers.row.key.parse().ok();
    if case.is_none() {
        let hint = "type in a row that has a case, or on the sheet `Expected`";
        answers.wrong("", "the row belongs to no case", hint);
    }
    case
}

fn paper_acts(answers: &mut Answers<'_>, words: &Words) -> Vec<Act> {
    let Ok(paper) = answers.row.key.parse::<PaperNumber>() else {
        answers.wrong("", "the row belongs to no paper", "type in a row that has a paper's number");
        return Vec::new();
    };
    let mut acts = Vec::new();
    acts.extend(answers.case("Belongs to case").map(|case| Act::Assign { paper, case }));
    acts.extend(kind(answers, words).map(|kind| Act::Kind { paper, kind }));
    if answers.yes("Child is confirmed") {
        acts.push(Act::ConfirmChild(paper));
    }
    acts.extend(
        answers
            .choice("Exclude", &EXCLUDE_WORDS)
            .map(|out| if out { Act::Exclude(paper) } else { Act::PutBack(paper) }),
    );
    if answers.yes("Take newer") {
        acts.push(Act::TakeNewer(paper));
    }
    acts
}

fn kind(answers: &mut Answers<'_>, words: &Words) -> Option<Kind> {
    let text = answers.text("Kind is");
    if text.is_empty() {
        return None;
    }
    let asked = folded(&text);
    let found =
        words.kinds.iter().find(|(kind, label)| folded(label) == asked || folded(kind.as_str()) == asked);
    if found.is_none() {
        answers.wrong("Kind is", format!("`{text}` is not a kind of paper"), "choose one of the list");
    }
    found.map(|(kind, _)| kind.clone())
}

fn slot(answers: &mut Answers<'_>) -> Option<Act> {
    let order = answers.whole("Order", 99);
    let time = answers.time("Time");
    let minutes = answers.whole("Minutes", LONGEST_SLOT);
    let note = answers.text("Note");
    let asked = order.is_some() || time.is_some() || minutes.is_some() || !note.is_empty();
    asked.then(|| Act::Slot { line: answers.row.key.clone(), order, time, minutes, note })
}

fn expected(answers: &mut Answers<'_>, words: &Words) -> Option<Act> {
    let case = answers.case("Case");
    if case.is_none() && !answers.has("Case") {
        answers.wrong("Case", "no case number", "type the child's number; a booking needs one");
    }
    let emergency = answers.yes("Emergency");
    let expected = Expected {
        case: case?,
        child: answers.text("Child"),
        request: request(answers, words),
        emergency,
        placed_on: answers.date("Placed on"),
        authorised_by: answers.text("Authorised by"),
        authorised_on: answers.date("Authorised on"),
        tracking_only: answers.yes("Tracking only"),
        note: answers.text("Note"),
    };
    if emergency && expected.placed_on.is_none() && !answers.has("Placed on") {
        answers.wrong(
            "Placed on",
            "an emergency without the day of the placement",
            "type the day in `Placed on`",
        );
    }
    if emergency && expected.authorised_by.is_empty() {
        answers.wrong("Authorised by", "an emergency that nobody authorised", "type who agreed to it");
    }
    Some(Act::Expect(expected))
}

fn request(answers: &mut Answers<'_>, words: &Words) -> Option<Request> {
    let text = answers.text("Request");
    if text.is_empty() {
        return None;
    }
    let asked = folded(&text);
    let found = Request::ALL
        .into_iter()
        .find(|request| folded(words.request(*request)) == asked || folded(request.key()) == asked);
    if found.is_none() {
        answers.wrong("Request", format!("`{text}` is not a kind of request"), "choose one of the list");
    }
    found
}

fn order(answers: &mut Answers<'_>) -> Option<Order> {
    let wanted = answers.yes("Do it");
    let (by, reason) = (answers.text("By"), answers.text("Reason"));
    let asked = folded(&answers.row.key);
    let what = OrderWord::ALL.into_iter().find(|what| folded(what.words()) == asked);
    if !wanted {
        return None;
    }
    let Some(what) = what else {
        answers.wrong("", format!("`{}` is not an order", answers.row.key), "use the orders that are listed");
        return None;
    };
    if by.is_empty() {
        answers.wrong("By", "nobody's name stands beside the order", "type your name in `By`");
        return None;
    }
    answers.mistakes.is_empty().then(|| Order { place: place(answers.row), what, by, reason })
}

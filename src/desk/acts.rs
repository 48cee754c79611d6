//! From what was typed to what is asked for, row by row.
//!
//! An act is made only when everything it needs is there: who, and where it overrules, why.

use std::collections::BTreeMap;

use crate::desk::answers::Answers;
use crate::desk::bookings;
use crate::desk::entries::{Entries, Entry};
use crate::desk::layout::{
    AGENDA, CASES, DEADLINES, DUE, EXPECTED, LETTERS, OPEN_ACTIONS, ORDERS, PAPERS, folded,
};
use crate::desk::mistake::Mistake;
use crate::desk::posted::{self, LetterLine};
use crate::desk::typed::Typed;
use crate::desk::{coming, orders, ticks, whom, wishes};
use crate::panel::acts::{Act, Expected};
use crate::panel::case::{Casebook, Child};
use crate::panel::deadlines::Deadline;
use crate::panel::follow_up::FollowUp;
use crate::panel::ids::{CaseId, DocumentType, PaperNumber};
use crate::panel::obligations::Obligation;
use crate::panel::people::Person;
use crate::panel::words::Words;

/// What an entry is understood by.
#[derive(Debug)]
pub struct DeskKnown<'a> {
    pub words: &'a Words,
    pub casebook: &'a Casebook,
    /// The newest version of each paper.
    pub newest: &'a BTreeMap<PaperNumber, u32>,
    /// What must come back to the panel.
    pub due: &'a [Obligation],
    /// What earlier meetings said must be done.
    pub follow_ups: &'a [FollowUp],
    /// What must be seen to by when.
    pub deadlines: &'a [Deadline],
    /// The letters of the meeting.
    pub letters: &'a [LetterLine],
    /// Who is in `People.xlsx`.
    pub people: &'a [Person],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CaseWord {
    Accept,
    Move,
    Withdraw,
    Reinstate,
    Emergency,
    NoEmergency,
    Unexpect,
    NotOutside,
    Restrict,
    Lift,
    HideAddress,
    TellAddress,
}

const CASE_WORDS: [(&str, CaseWord); 12] = [
    ("consider it at this meeting", CaseWord::Accept),
    ("move to another meeting", CaseWord::Move),
    ("withdraw", CaseWord::Withdraw),
    ("reinstate", CaseWord::Reinstate),
    ("confirm the emergency", CaseWord::Emergency),
    ("not an emergency", CaseWord::NoEmergency),
    ("cancel the booking", CaseWord::Unexpect),
    ("not decided outside the panel", CaseWord::NotOutside),
    ("restrict to the people named", CaseWord::Restrict),
    ("lift the restriction", CaseWord::Lift),
    ("do not disclose the address", CaseWord::HideAddress),
    ("the address may be disclosed", CaseWord::TellAddress),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PaperWord {
    Exclude,
    TakeIn,
    TakeNewer,
    KeepOlder,
}

const PAPER_WORDS: [(&str, PaperWord); 4] = [
    ("exclude", PaperWord::Exclude),
    ("take in", PaperWord::TakeIn),
    ("take the newer version", PaperWord::TakeNewer),
    ("keep the older version", PaperWord::KeepOlder),
];

/// The same on the sheet *Due*.
const DUE_BACK: &str = "due back to panel";

/// Chosen instead of a case or kind: what the folder or the paper itself says holds again.
const AS_FOUND: &str = "as found";

/// The choices of *What to do* with a case.
pub fn case_words() -> Vec<String> {
    CASE_WORDS.iter().map(|(words, _)| (*words).to_owned()).collect()
}

/// The choices of *What to do* with a paper.
pub fn paper_words() -> Vec<String> {
    PAPER_WORDS.iter().map(|(words, _)| (*words).to_owned()).collect()
}

/// `choices`, and the one that takes a choice back.
pub fn or_as_found(choices: impl Iterator<Item = String>) -> Vec<String> {
    choices.chain([AS_FOUND.to_owned()]).collect()
}

/// Everything asked for in a workbook, and what is wrong with the rest.
pub fn entries(typed: &Typed, known: &DeskKnown<'_>) -> (Entries, Vec<Mistake>) {
    let mut entries = Entries::default();
    let mut mistakes = Vec::new();
    for row in &typed.rows {
        let mut answers = Answers::of(row, known.casebook.meeting.date);
        let acts = match row.sheet.as_str() {
            name if name == CASES.name => {
                let attending = ticks::attending(&mut answers, known.casebook.meeting.date);
                case_act(&mut answers, known).into_iter().chain(attending).collect()
            }
            name if name == PAPERS.name => paper_acts(&mut answers, known),
            name if name == AGENDA.name => wishes::slot(&mut answers, known.casebook).into_iter().collect(),
            name if name == EXPECTED.name => expected(&mut answers, known),
            name if name == DUE.name => {
                coming::take_on(&mut answers, known.due, known.casebook).into_iter().collect()
            }
            name if name == OPEN_ACTIONS.name => {
                coming::close(&mut answers, known.follow_ups).into_iter().collect()
            }
            name if name == LETTERS.name => {
                posted::mark(&mut answers, known.letters, known.casebook.meeting.date).into_iter().collect()
            }
            name if name == DEADLINES.name => {
                ticks::tick(&mut answers, known.deadlines).into_iter().collect()
            }
            name if name == ORDERS.name => {
                entries.orders.extend(orders::order(&mut answers));
                Vec::new()
            }
            _ => continue,
        };
        if let Some((by, reason)) = signed(&mut answers, &acts)
            && answers.mistakes.is_empty()
        {
            let entry = |act| Entry { place: row.place(), by: by.clone(), reason: reason.clone(), act };
            entries.acts.extend(acts.into_iter().map(entry));
        }
        mistakes.append(&mut answers.mistakes);
    }
    (entries, mistakes)
}

/// Whether an act goes against what the rules or the papers say.
const fn overrules(act: &Act) -> bool {
    !matches!(
        act,
        Act::ConfirmChild { .. }
            | Act::SetKind { .. }
            | Act::Expect { .. }
            | Act::Alert { .. }
            | Act::Slot { .. }
            | Act::CloseAction { .. }
            | Act::Tick { .. }
            | Act::SentByHand { .. }
            | Act::RecallAnswered { on: Some(_), .. }
            | Act::DecideOutside { decided: Some(_), .. }
    )
}

/// Name and reason of a row that asks for something; none where nothing is asked for.
fn signed(answers: &mut Answers<'_>, acts: &[Act]) -> Option<(String, String)> {
    let (by, reason) = (answers.text("By"), answers.text("Reason"));
    if acts.is_empty() {
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
    // What is due comes back because it is due.
    let is_due = answers.row.sheet == DUE.name;
    if !is_due && acts.iter().any(overrules) && reason.is_empty() {
        answers.wrong("Reason", "no reason is given", "type why in `Reason`");
    }
    let usual = if is_due { DUE_BACK } else { orders::UNREASONED };
    let reason = if reason.is_empty() { usual.to_owned() } else { reason };
    Some((by, reason))
}

fn case_act(answers: &mut Answers<'_>, known: &DeskKnown<'_>) -> Option<Act> {
    let word = answers.choice("What to do", &CASE_WORDS);
    let to = answers.date("To meeting");
    let Ok(case) = answers.row.key.parse::<CaseId>() else {
        let hint = "type in a row that has a case, or on the sheet `Expected`";
        answers.wrong("", "the row belongs to no case", hint);
        return None;
    };
    let meeting = known.casebook.meeting.date;
    let word = match word {
        Some(word) => word,
        None => {
            if to.is_some() && !answers.has("What to do") {
                let hint = "choose `move to another meeting`, or clear the date";
                answers.wrong("What to do", "a meeting is named, but not what to do", hint);
            }
            return None;
        }
    };
    if word == CaseWord::Move {
        return moved(answers, case, to, known).filter(|act| answers.is_about_somebody(act, known.casebook));
    }
    if to.is_some() {
        let hint = "clear `To meeting`, or choose `move to another meeting`";
        answers.wrong("To meeting", "a meeting is named, but the case is not to be moved", hint);
    }
    let act = match word {
        CaseWord::Accept | CaseWord::Move => Act::AcceptCase { case, meeting },
        CaseWord::Withdraw => Act::Withdraw { case, meeting },
        CaseWord::Reinstate => Act::Reinstate { case, meeting },
        CaseWord::Unexpect => Act::Unexpect { case, meeting },
        CaseWord::Emergency => Act::ConfirmEmergency { case, confirmed: true },
        CaseWord::NoEmergency => Act::ConfirmEmergency { case, confirmed: false },
        CaseWord::NotOutside => Act::DecideOutside { case, decided: None },
        CaseWord::Restrict => Act::Restrict { case, to: Some(whom::restricted_to(answers, known.people)?) },
        CaseWord::Lift => Act::Restrict { case, to: None },
        CaseWord::HideAddress => Act::HideAddress { case, from: Some(whom::hidden_from(answers)?) },
        CaseWord::TellAddress => Act::HideAddress { case, from: None },
    };
    answers.is_about_somebody(&act, known.casebook).then_some(act)
}

fn moved(
    answers: &mut Answers<'_>,
    case: CaseId,
    to: Option<chrono::NaiveDate>,
    known: &DeskKnown<'_>,
) -> Option<Act> {
    if !answers.has("To meeting") {
        answers.wrong("To meeting", "it is not said to which meeting", "choose its date in `To meeting`");
    }
    let to = to?;
    if to == known.casebook.meeting.date {
        answers.wrong(
            "To meeting",
            "that is this meeting",
            "choose another date, or `consider it at this meeting`",
        );
        return None;
    }
    Some(Act::Move { case, meeting: to })
}

fn paper_acts(answers: &mut Answers<'_>, known: &DeskKnown<'_>) -> Vec<Act> {
    let Ok(paper) = answers.row.key.parse::<PaperNumber>() else {
        answers.wrong("", "the row belongs to no document", "type in a row that has a document's number");
        return Vec::new();
    };
    let mut acts = Vec::new();
    if folded(&answers.text("Belongs to case")) == folded(AS_FOUND) {
        acts.push(Act::Assign { paper, case: None });
    } else if let Some(case) = known_case(answers, known) {
        acts.push(Act::Assign { paper, case: Some(case) });
    }
    if folded(&answers.text("Kind is")) == folded(AS_FOUND) {
        acts.push(Act::SetKind { paper, kind: None });
    } else if let Some(kind) = kind(answers, known.words) {
        acts.push(Act::SetKind { paper, kind: Some(kind) });
    }
    acts.extend(answers.yes("Child is confirmed").map(|confirmed| Act::ConfirmChild { paper, confirmed }));
    match answers.choice("What to do", &PAPER_WORDS) {
        Some(PaperWord::Exclude) => acts.push(Act::Exclude { paper }),
        Some(PaperWord::TakeIn) => acts.push(Act::AcceptPaper { paper }),
        Some(PaperWord::KeepOlder) => acts.push(Act::KeepOlder { paper }),
        Some(PaperWord::TakeNewer) => acts.extend(newer(answers, paper, known)),
        None => {}
    }
    acts
}

fn newer(answers: &mut Answers<'_>, paper: PaperNumber, known: &DeskKnown<'_>) -> Option<Act> {
    let papers = known.casebook.cases.iter().flat_map(|case| &case.papers).chain(&known.casebook.unfiled);
    let used = papers.filter(|it| it.number == paper).map(|it| it.version).max().unwrap_or(0);
    let newest = known.newest.get(&paper).copied().unwrap_or(used);
    if newest <= used {
        answers.wrong("What to do", format!("{paper} has no newer version"), "clear the cell");
        return None;
    }
    Some(Act::TakeNewer { paper, version: newest })
}

fn known_case(answers: &mut Answers<'_>, known: &DeskKnown<'_>) -> Option<CaseId> {
    let case = answers.case("Belongs to case")?;
    if known.casebook.known.contains(&case) {
        return Some(case);
    }
    let hint = "choose a case of the list; a new one is booked on the sheet `Expected` first";
    answers.wrong("Belongs to case", format!("there is no case `{case}`"), hint);
    None
}

fn kind(answers: &mut Answers<'_>, words: &Words) -> Option<DocumentType> {
    let text = answers.text("Kind is");
    if text.is_empty() {
        return None;
    }
    let asked = folded(&text);
    let found =
        words.kinds.iter().find(|(kind, label)| folded(label) == asked || folded(kind.as_str()) == asked);
    if found.is_none() {
        answers.wrong("Kind is", format!("`{text}` is not a kind of document"), "choose one of the list");
    }
    found.map(|(kind, _)| kind.clone())
}

fn expected(answers: &mut Answers<'_>, known: &DeskKnown<'_>) -> Vec<Act> {
    let case = answers.case("Case");
    if !answers.has("Case") {
        answers.wrong("Case", "no case number", "type the child's number; a booking needs one");
    }
    let name = answers.text("Child");
    let expected = Expected {
        child: Child { name: (!name.is_empty()).then_some(name), ..Child::default() },
        request: bookings::request(answers, known.words),
        emergency: bookings::telephoned(answers),
        tracking_only: answers.yes("Tracking only") == Some(true),
        presenters: whom::people(&answers.text("Presented by")),
    };
    let decided = bookings::outside(answers);
    let alerted = bookings::alert_act(answers, case.as_ref(), &expected, decided.is_some());
    let Some(case) = case else { return Vec::new() };
    let mut acts = Vec::new();
    if let Some(alert) = alerted {
        return vec![alert];
    }
    if decided.is_none() || expected != Expected::default() {
        acts.push(Act::Expect { case: case.clone(), meeting: known.casebook.meeting.date, expected });
    }
    if decided.is_some() {
        acts.push(Act::DecideOutside { case: case.clone(), decided });
    }
    acts.extend(ticks::booked(answers, &case, known.casebook.meeting.date));
    acts
}

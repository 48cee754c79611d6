//! From the sheets *Meeting*, *Attendance*, *Decisions* and *Actions* to what the meeting came to.
//!
//! A half-filled sheet is no mistake: what is not there yet is simply not decided yet.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::desk::answers::Answers;
use crate::desk::layout::{ACTIONS, ATTENDANCE, DECISIONS, MEETING, folded};
use crate::desk::mistake::Mistake;
use crate::desk::typed::{Typed, TypedRow};
use crate::finding::{Finding, Severity};
use crate::panel::agenda::Agenda;
use crate::panel::audience::same_name;
use crate::panel::decisions;
use crate::panel::ids::CaseId;
use crate::panel::kept::{KeptFrom, names_near};
use crate::panel::known::cases_near;
use crate::panel::money::Pence;
use crate::panel::outcome::{Action, Attendee, DecidedBy, Decision, DecisionWord, Funder, Outcome, Presence};
use crate::panel::people::Person;
use crate::panel::rules::Rules;
use crate::panel::words::Words;

pub const STARTED: &str = "Meeting started";
pub const ENDED: &str = "Meeting ended";

/// The web address under which the meeting is joined (Teams).
pub const LINK: &str = "Link to join online";

pub const PRESENCE: [(&str, Presence); 4] = [
    ("Present", Presence::Present),
    ("Apologies", Presence::Apologies),
    ("Substitute", Presence::Substitute),
    ("Observer", Presence::Observer),
];

/// The column of the attendance sheet in which interests are declared.
pub const INTERESTS: &str = "Interest in cases";

/// The column in which the chair keeps somebody out of cases.
pub const KEPT_OUT: &str = "Kept out of by the chair";

pub const DECIDED_BY: [(&str, DecidedBy); 2] =
    [("Consensus", DecidedBy::Consensus), ("Chair", DecidedBy::Chair)];

/// What was typed, in the order the cases were heard.
pub fn outcome(typed: &Typed, words: &Words, agenda: &Agenda) -> (Outcome, Vec<Mistake>) {
    let mut outcome = Outcome::default();
    let mut mistakes = Vec::new();
    for row in &typed.rows {
        let mut answers = Answers::of(row, agenda.meeting.date);
        match row.sheet.as_str() {
            name if name == MEETING.name => match row.key.as_str() {
                STARTED => outcome.started = answers.time("Fill in"),
                ENDED => outcome.ended = answers.time("Fill in"),
                LINK => drop(web_address(&mut answers)),
                _ => answers.wrong("Fill in", "nothing is asked for here", "clear the cell"),
            },
            name if name == ATTENDANCE.name => outcome.attendance.extend(attendee(&mut answers)),
            name if name == DECISIONS.name => outcome.decisions.extend(decision(&mut answers, words)),
            name if name == ACTIONS.name => outcome.actions.extend(action(&mut answers)),
            _ => {}
        }
        mistakes.append(&mut answers.mistakes);
    }
    if let (Some(started), Some(ended)) = (outcome.started, outcome.ended)
        && ended < started
        && let Some(row) = typed.row(MEETING.name, ENDED)
    {
        mistakes.push(row.mistake(
            "Fill in",
            "the meeting ends before it starts",
            "correct one of the two times",
        ));
    }
    let heard: Vec<&CaseId> = agenda.cases().map(|(_, line)| &line.case).collect();
    outcome
        .decisions
        .sort_by_key(|decision| heard.iter().position(|case| **case == decision.case).unwrap_or(usize::MAX));
    (outcome, mistakes)
}

/// The web address under which the meeting is joined, where one is typed, and what is wrong with it.
pub fn link(typed: &Typed, day: NaiveDate) -> (Option<String>, Option<Mistake>) {
    let Some(row) = typed.row(MEETING.name, LINK) else { return (None, None) };
    let mut answers = Answers::of(row, day);
    let link = web_address(&mut answers);
    (link, answers.mistakes.pop())
}

/// Mail programs make a link of it, and a diary keeps it: nothing else may be in it.
fn web_address(answers: &mut Answers<'_>) -> Option<String> {
    let link = answers.text("Fill in");
    let is_plain = |letter: char| letter.is_ascii_graphic() && !matches!(letter, '"' | '<' | '>' | '\\');
    let host = link.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if link.is_empty() {
        return None;
    }
    if !host.contains('.') || !link.chars().all(is_plain) || 1000 < link.len() {
        answers.wrong(
            "Fill in",
            "this is not a web address",
            "copy the link out of the Teams meeting; it begins with https://",
        );
        return None;
    }
    Some(link)
}

fn attendee(answers: &mut Answers<'_>) -> Option<Attendee> {
    let presence = answers.choice("Presence", &PRESENCE);
    let standing_for = answers.text("Standing in for");
    let interests = cases(answers, INTERESTS);
    let kept_out = cases(answers, KEPT_OUT);
    let name = answers.text("Name");
    // An interest is declared days before anybody can be present.
    let told = presence.is_some() || !standing_for.is_empty();
    if name.is_empty() {
        if (told || !interests.is_empty() || !kept_out.is_empty()) && answers.mistakes.is_empty() {
            answers.wrong("", "the row has no name", "type the person's name in `Name`");
        }
        return None;
    }
    if presence.is_none() && told && answers.mistakes.is_empty() {
        let hint = "choose `Present`, `Apologies`, `Substitute` or `Observer`";
        answers.wrong("Presence", "it is not said whether the person was there", hint);
    }
    let presence = presence?;
    if presence == Presence::Substitute && standing_for.is_empty() {
        answers.wrong(
            "Standing in for",
            "it is not said for whom",
            "type the member's name in `Standing in for`",
        );
    }
    Some(Attendee {
        name,
        role: answers.text("Role"),
        agency: answers.text("Agency"),
        presence,
        standing_for: (!standing_for.is_empty()).then_some(standing_for),
        interests,
        kept_out,
    })
}

/// Who takes no part in which case, by their own word or the chair's, whether or not it is known yet who will be there. A name that is not
/// among `people` and a number that is not among the `known` cases are mistakes: whoever was meant would not be kept from the case.
pub fn kept_from(
    typed: &Typed,
    on: NaiveDate,
    people: &[Person],
    known: &BTreeSet<CaseId>,
) -> (BTreeSet<KeptFrom>, Vec<Mistake>) {
    let mut found = BTreeSet::new();
    let mut mistakes = Vec::new();
    for row in typed.on(ATTENDANCE.name) {
        let mut answers = Answers::of(row, on);
        let person = answers.text("Name");
        let mut named = false;
        for (column, by_chair) in [(INTERESTS, false), (KEPT_OUT, true)] {
            for case in cases(&mut answers, column) {
                named = true;
                if !known.contains(&case) {
                    let near = cases_near(&case, known).unwrap_or_else(|| "no case is known yet".to_owned());
                    answers.wrong(column, format!("there is no case `{case}`"), near);
                }
                found.insert(KeptFrom { person: person.clone(), case, by_chair });
            }
        }
        if named {
            named_person(&mut answers, &person, people);
        }
        mistakes.append(&mut answers.mistakes);
    }
    (found, mistakes)
}

/// Whether whoever is kept from a case is on the list of people. One who sits in for somebody gets no letters and need not be.
fn named_person(answers: &mut Answers<'_>, person: &str, people: &[Person]) {
    if person.is_empty() {
        answers.wrong("", "the row has no name", "type the person's name in `Name`");
        return;
    }
    let listed = |name: &str| people.iter().any(|one| same_name(&one.name, name));
    if listed(person) || listed(&answers.text("Standing in for")) {
        return;
    }
    let near = names_near(person, people).unwrap_or_else(|| "nobody is in `People.xlsx`".to_owned());
    answers.wrong("", format!("nobody in `People.xlsx` is called `{person}`"), near);
}

fn cases(answers: &mut Answers<'_>, column: &str) -> Vec<CaseId> {
    let text = answers.text(column);
    let words =
        text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut cases = Vec::new();
    for word in words {
        match word.parse() {
            Ok(case) => cases.push(case),
            Err(_) => answers.wrong(
                column,
                format!("`{word}` is not a case number"),
                "type case numbers with commas between",
            ),
        }
    }
    cases
}

fn decision(answers: &mut Answers<'_>, words: &Words) -> Option<Decision> {
    let word = decision_word(answers, words);
    let decided_by = answers.choice("Decided by", &DECIDED_BY);
    let weekly = answers.money("A week");
    let split: Vec<(Funder, Pence)> =
        Funder::ALL.into_iter().filter_map(|funder| Some((funder, answers.money(funder.plain())?))).collect();
    let survey_done = answers.yes("Provider survey done");
    let (from, to, review) = (answers.date("From"), answers.date("To"), answers.date("Review"));
    let Ok(case) = answers.row.key.parse::<CaseId>() else {
        answers.wrong("", "the row belongs to no case", "type in a row that has a case");
        return None;
    };
    let word = match word {
        Some(word) => word,
        None => {
            if !answers.has("Decision") && answers.row.cells.iter().any(|cell| cell.column != "Discussion") {
                answers.wrong("Decision", "the decision itself is missing", "choose it in `Decision`");
            }
            return None;
        }
    };
    if weekly.is_none() && !split.is_empty() && !answers.has("A week") {
        let sum = Pence(split.iter().map(|(_, pence)| pence.0).sum());
        let hint = format!("type the amount; the shares come to {sum}");
        answers.wrong("A week", "there are shares but no amount", hint);
    }
    Some(Decision {
        case,
        word,
        reason: answers.text("Reason"),
        decided_by: decided_by.unwrap_or(DecidedBy::Consensus),
        weekly,
        split,
        from,
        to,
        review,
        conditions: answers.text("Conditions"),
        discussion: answers.text("Discussion"),
        dissent: answers.text("Dissent"),
        survey_done,
    })
}

fn decision_word(answers: &mut Answers<'_>, words: &Words) -> Option<DecisionWord> {
    let text = answers.text("Decision");
    if text.is_empty() {
        return None;
    }
    let asked = folded(&text);
    let used =
        words.decisions.iter().find(|(word, label)| folded(label) == asked || folded(word.plain()) == asked);
    if used.is_none() {
        let known = DecisionWord::ALL.into_iter().any(|word| folded(word.plain()) == asked);
        let message = if known {
            format!("this panel does not use `{text}`")
        } else {
            format!("`{text}` is not a decision this panel knows")
        };
        let choices: Vec<String> = words.decisions.values().map(|label| format!("`{label}`")).collect();
        answers.wrong("Decision", message, format!("choose one of {}", choices.join(", ")));
    }
    used.map(|(word, _)| *word)
}

fn action(answers: &mut Answers<'_>) -> Option<Action> {
    let case = answers.case("Case");
    let (what, owner, due) = (answers.text("What"), answers.text("Owner"), answers.date("Due"));
    if what.is_empty() {
        answers.wrong("What", "it is not said what must be done", "type it in `What`, or clear the row");
        return None;
    }
    if owner.is_empty() {
        answers.wrong("Owner", "nobody is to do it", "type who does it in `Owner`");
    }
    Some(Action { case, what, owner, due })
}

/// The same, with what the panel's rules miss in it beside the rows. Once the minutes have been `written`, what is not there
/// yet is missed as well.
pub fn checked(
    typed: &Typed,
    words: &Words,
    rules: &Rules,
    agenda: &Agenda,
    written: bool,
) -> (Outcome, Vec<Mistake>) {
    let (outcome, mut mistakes) = outcome(typed, words, agenda);
    let findings = decisions::check_all(rules, &outcome, agenda);
    mistakes.extend(beside(&findings, typed));
    if written {
        mistakes.extend(findings.iter().filter_map(|finding| still_missing(finding, typed)));
    }
    (outcome, mistakes)
}

/// What nobody has typed: a case without a decision, a role that was not there.
fn still_missing(finding: &Finding, typed: &Typed) -> Option<Mistake> {
    let (sheet, key, message) = match finding.code.as_str() {
        "no-decision" if typed.row(DECISIONS.name, &finding.subject).is_none() => {
            let message = format!("case {} {}", finding.subject, finding.message);
            (DECISIONS.name, finding.subject.clone(), message)
        }
        "no-quorum" => (ATTENDANCE.name, String::new(), finding.message.clone()),
        _ => return None,
    };
    Some(Mistake {
        sheet: sheet.to_owned(),
        key,
        cell: String::new(),
        column: String::new(),
        message,
        hint: finding.hint.clone().unwrap_or_default(),
    })
}

/// What the panel's rules say about the decisions, beside the rows they are about. Without a row, or where it is only
/// worth knowing, nothing is said here; an action says itself that nobody is to do it.
pub fn beside(findings: &[Finding], typed: &Typed) -> Vec<Mistake> {
    let told = findings.iter().filter(|finding| finding.severity != Severity::Note);
    let told = told.filter(|finding| finding.code != "action-without-owner");
    let mistake = |finding: &Finding| {
        let row = typed.row(DECISIONS.name, &finding.subject)?;
        let column = match finding.code.as_str() {
            "decision-without-reason" => "Reason",
            "decision-without-conditions" => "Conditions",
            "decision-without-review" | "review-not-after-meeting" => "Review",
            "decision-ends-before-it-starts" => "To",
            "decision-split-differs" => "A week",
            _ => "Decision",
        };
        Some(row.mistake(column, finding.message.clone(), finding.hint.clone().unwrap_or_default()))
    };
    told.filter_map(mistake).collect()
}

/// Whether a row on the attendance sheet says more than who somebody is.
pub fn says_presence(row: &TypedRow) -> bool {
    row.cells
        .iter()
        .any(|cell| ["Presence", "Standing in for", INTERESTS, KEPT_OUT].contains(&cell.column.as_str()))
}

//! From the sheets *Meeting*, *Attendance*, *Decisions* and *Actions* to what the meeting came to.
//!
//! A half-filled sheet is no mistake: what is not there yet is simply not decided yet.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use crate::desk::answers::Answers;
use crate::desk::layout::{ACTIONS, ATTENDANCE, DECISIONS, MEETING, folded};
use crate::desk::mistake::Mistake;
use crate::desk::typed::{Typed, TypedRow};
use crate::finding::{Finding, Severity};
use crate::panel::agenda::{Agenda, CaseLine, Item};
use crate::panel::audience::same_name;
use crate::panel::decisions;
use crate::panel::ids::CaseId;
use crate::panel::kept::{KeptFrom, names_near};
use crate::panel::known::cases_near;
use crate::panel::money::Pence;
use crate::panel::outcome::{
    Action, Attendee, DecidedBy, Decision, DecisionWord, Funder, Outcome, PanelOn, Presence,
};
use crate::panel::people::Person;
use crate::panel::rules::Rules;
use crate::panel::words::Words;

pub const STARTED: &str = "Meeting started";
pub const ENDED: &str = "Meeting ended";
pub const IN_THE_CHAIR: &str = "In the chair";
pub const DECLARED: &str = "Interests declared";

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

/// Takes over what the agenda says: until somebody chooses it, a plan is no record.
pub const AS_PLANNED: &str = "as planned";

/// The word for a meeting at which nobody declared an interest.
const NONE: [&str; 4] = ["none", "none declared", "no", "nil"];

/// What the sheets are read against.
#[derive(Debug, Clone, Copy)]
pub struct Meant<'a> {
    pub words: &'a Words,
    /// The agenda that the panel had before it.
    pub agenda: &'a Agenda,
    /// Every case that anybody ever heard of.
    pub known: &'a BTreeSet<CaseId>,
}

/// What was typed, in the order the cases were heard. What has a mistake beside it is not in it.
pub fn outcome(typed: &Typed, meant: &Meant<'_>) -> (Outcome, Vec<Mistake>) {
    let mut outcome = Outcome::default();
    let mut mistakes = Vec::new();
    for row in &typed.rows {
        let mut answers = Answers::of(row, meant.agenda.meeting.date);
        let mut read = Outcome::default();
        match row.sheet.as_str() {
            name if name == MEETING.name => of_meeting(&mut answers, &mut read),
            name if name == ATTENDANCE.name => read.attendance.extend(attendee(&mut answers, meant)),
            name if name == DECISIONS.name => read.decisions.extend(decision(&mut answers, meant)),
            name if name == ACTIONS.name => read.actions.extend(action(&mut answers, meant)),
            _ => {}
        }
        mistakes.append(&mut answers.mistakes);
        // Of two rows of one name nobody can say which is right; that they are two is said beside them.
        if !is_twice(typed, row) {
            take(&mut outcome, read);
        }
    }
    mistakes.extend(across_rows(typed, &mut outcome));
    let heard: Vec<&CaseId> = meant.agenda.cases().map(|(_, line)| &line.case).collect();
    outcome
        .decisions
        .sort_by_key(|decision| heard.iter().position(|case| **case == decision.case).unwrap_or(usize::MAX));
    (outcome, mistakes)
}

fn is_twice(typed: &Typed, row: &TypedRow) -> bool {
    typed.rows.iter().filter(|other| other.sheet == row.sheet && other.key == row.key).count() > 1
}

fn take(outcome: &mut Outcome, read: Outcome) {
    outcome.started = outcome.started.or(read.started);
    outcome.ended = outcome.ended.or(read.ended);
    outcome.chair = outcome.chair.take().or(read.chair);
    outcome.no_interests |= read.no_interests;
    outcome.attendance.extend(read.attendance);
    outcome.decisions.extend(read.decisions);
    outcome.actions.extend(read.actions);
}

fn of_meeting(answers: &mut Answers<'_>, read: &mut Outcome) {
    match answers.row.key.as_str() {
        STARTED => read.started = answers.time("Fill in"),
        ENDED => read.ended = answers.time("Fill in"),
        IN_THE_CHAIR => {
            let name = answers.text("Fill in");
            read.chair = (!name.is_empty()).then_some(name);
        }
        DECLARED => {
            let said = answers.text("Fill in").to_lowercase();
            read.no_interests = NONE.contains(&said.as_str());
            if !said.is_empty() && !read.no_interests {
                let hint = "type `none` where nobody declared any; an interest is typed beside its member's name on `Attendance`";
                answers.wrong("Fill in", format!("`{said}` says not whose interest it is"), hint);
            }
        }
        _ => answers.wrong("Fill in", "nothing is asked for here", "clear the cell"),
    }
}

/// What two cells say against each other; neither is taken.
fn across_rows(typed: &Typed, outcome: &mut Outcome) -> Vec<Mistake> {
    let mut found = Vec::new();
    let mut say = |key: &str, message: String, hint: &str| {
        found.extend(typed.row(MEETING.name, key).map(|row| row.mistake("Fill in", message, hint)));
    };
    if let (Some(started), Some(ended)) = (outcome.started, outcome.ended)
        && ended < started
    {
        say(ENDED, "the meeting ends before it starts".to_owned(), "correct one of the two times");
        (outcome.started, outcome.ended) = (None, None);
    }
    if let Some(chair) = outcome.chair.clone().filter(|_| !outcome.attendance.is_empty()) {
        let was_there = |one: &Attendee| {
            matches!(one.presence, Presence::Present | Presence::Substitute) && same_name(&one.name, &chair)
        };
        if !outcome.attendance.iter().any(was_there) {
            let message = format!("`{chair}` is not marked present on `Attendance`");
            say(IN_THE_CHAIR, message, "type the name as it stands there, or mark the person present");
            outcome.chair = None;
        }
    }
    if outcome.no_interests && outcome.attendance.iter().any(|person| !person.interests.is_empty()) {
        say(DECLARED, "an interest is typed on `Attendance`".to_owned(), "clear one of the two");
        outcome.no_interests = false;
    }
    found
}

fn attendee(answers: &mut Answers<'_>, meant: &Meant<'_>) -> Option<Attendee> {
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
        interests: meant.those_known(interests),
        kept_out: meant.those_known(kept_out),
    })
}

impl Meant<'_> {
    fn is_known(&self, case: &CaseId) -> bool {
        let listed = self.agenda.cases().any(|(_, line)| line.case == *case);
        listed || self.agenda.not_slotted.contains(case) || self.known.contains(case)
    }

    /// Numbers of cases that nobody has heard of are mistakes ([`kept_from`]) and no interests.
    fn those_known(&self, mut cases: Vec<CaseId>) -> Vec<CaseId> {
        cases.retain(|case| self.is_known(case));
        cases
    }

    fn planned(&self, case: &CaseId) -> Option<(&Item, &CaseLine)> {
        self.agenda.cases().find(|(_, line)| line.case == *case)
    }
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

fn decision(answers: &mut Answers<'_>, meant: &Meant<'_>) -> Option<Decision> {
    let word = decision_word(answers, meant.words);
    let decided_by = answers.choice("Decided by", &DECIDED_BY);
    let weekly = answers.money("A week");
    let mut split: Vec<(Funder, Pence)> = Funder::ALL
        .into_iter()
        .filter_map(|funder| Some((funder, answers.share(funder.plain(), weekly)?)))
        .collect();
    let (once, parents) = (answers.money("Paid once"), answers.money("From parents a week"));
    let survey_done = answers.yes("Provider survey done");
    let names_siblings = answers.yes("Name brothers and sisters").unwrap_or(false);
    let (from, to, review) = (answers.date("From"), answers.date("To"), answers.date("Review"));
    let Ok(case) = answers.row.key.parse::<CaseId>() else {
        answers.wrong("", "the row belongs to no case", "type in a row that has a case");
        return None;
    };
    if !meant.is_known(&case) {
        let near = cases_near(&case, meant.known).unwrap_or_else(|| "no case is known yet".to_owned());
        answers.wrong("", format!("there is no case `{case}`"), near);
        return None;
    }
    let heard = heard(answers, meant, &case);
    let presented_by = presented_by(answers, meant, &case);
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
    let whole = Funder::ALL
        .into_iter()
        .all(|funder| !answers.has(funder.plain()) || split.iter().any(|(payer, _)| *payer == funder));
    if weekly.is_none() || !whole {
        split.clear();
    }
    Some(Decision {
        reason: answers.text("Reason"),
        decided_by,
        presented_by,
        heard,
        placement: answers.text("Placement agreed"),
        weekly,
        split,
        once,
        parents,
        from,
        to,
        review,
        conditions: answers.text("Conditions"),
        discussion: answers.text("Discussion"),
        panel_on: PanelOn {
            health: answers.text("Panel on health"),
            education: answers.text("Panel on education"),
            other: answers.text("Panel on other needs"),
        },
        achieved: answers.text("Achieved?"),
        dissent: answers.text("Dissent"),
        survey_done,
        names_siblings,
        ..Decision::of(case, word)
    })
}

/// When the case was considered: as typed, or as planned where she says so.
fn heard(answers: &mut Answers<'_>, meant: &Meant<'_>, case: &CaseId) -> Option<NaiveTime> {
    if folded(&answers.text("Time heard")) != folded(AS_PLANNED) {
        return answers.time("Time heard");
    }
    let planned = meant.planned(case).map(|(item, _)| item.starts);
    if planned.is_none() {
        answers.wrong("Time heard", "the agenda has no time for it", "type the time at which it was heard");
    }
    planned
}

fn presented_by(answers: &mut Answers<'_>, meant: &Meant<'_>, case: &CaseId) -> String {
    let said = answers.text("Presented by");
    if folded(&said) != folded(AS_PLANNED) {
        return said;
    }
    let planned = meant.planned(case).map(|(_, line)| line.presenters.join(", ")).unwrap_or_default();
    if planned.is_empty() {
        answers.wrong("Presented by", "the agenda names nobody", "type who presented it");
    }
    planned
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

fn action(answers: &mut Answers<'_>, meant: &Meant<'_>) -> Option<Action> {
    let case = answers.case("Case");
    let (what, owner, due) = (answers.text("What"), answers.text("Owner"), answers.date("Due"));
    let unknown = case.as_ref().filter(|case| !meant.is_known(case));
    if let Some(case) = unknown {
        let near = cases_near(case, meant.known).unwrap_or_else(|| "no case is known yet".to_owned());
        answers.wrong("Case", format!("there is no case `{case}`"), near);
    }
    let of_nobody = unknown.is_some() || (case.is_none() && !answers.text("Case").is_empty());
    if what.is_empty() {
        answers.wrong("What", "it is not said what must be done", "type it in `What`, or clear the row");
        return None;
    }
    if owner.is_empty() {
        answers.wrong("Owner", "nobody is to do it", "type who does it in `Owner`");
    }
    (!of_nobody).then_some(Action { case, what, owner, due })
}

/// The same, with what the panel's rules miss in it beside the rows, and without what is contradicted there. Once the minutes have been
/// `written`, what is not there yet is missed as well.
pub fn checked(typed: &Typed, meant: &Meant<'_>, rules: &Rules, written: bool) -> (Outcome, Vec<Mistake>) {
    let (mut outcome, mut mistakes) = outcome(typed, meant);
    let findings = decisions::check_all(rules, &outcome, meant.agenda);
    mistakes.extend(beside(&findings, typed));
    if written {
        mistakes.extend(findings.iter().filter_map(|finding| still_missing(finding, typed)));
    }
    for decision in &mut outcome.decisions {
        let about = |code: &str| {
            findings.iter().any(|finding| finding.code == code && finding.subject == decision.case.as_str())
        };
        if about("decision-split-differs") {
            decision.weekly = None;
            decision.split.clear();
        }
        if about("review-not-after-meeting") {
            decision.review = None;
        }
        if about("decision-ends-before-it-starts") {
            (decision.from, decision.to) = (None, None);
        }
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

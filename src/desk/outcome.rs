//! From the sheets *Meeting*, *Attendance*, *Decisions* and *Actions* to what the meeting came to.
//!
//! A half-filled sheet is no mistake: what is not there yet is simply not decided yet.

use chrono::NaiveDate;

use crate::desk::answers::Answers;
use crate::desk::attendance::attendee;
use crate::desk::decided::decision;
use crate::desk::layout::{ACTIONS, ATTENDANCE, DECISIONS, MEETING};
use crate::desk::meant::Meant;
use crate::desk::mistake::Mistake;
use crate::desk::typed::{Typed, TypedRow};
use crate::finding::{Finding, Severity};
use crate::panel::audience::same_name;
use crate::panel::decisions;
use crate::panel::ids::CaseId;
use crate::panel::known::cases_near;
use crate::panel::outcome::{Action, Attendee, Outcome, Presence};
use crate::panel::rules::Rules;

pub const STARTED: &str = "Meeting started";
pub const ENDED: &str = "Meeting ended";
pub const IN_THE_CHAIR: &str = "In the chair";
pub const DECLARED: &str = "Interests declared";

/// The web address under which the meeting is joined (Teams).
pub const LINK: &str = "Link to join online";

/// The word for a meeting at which nobody declared an interest.
const NONE: [&str; 4] = ["none", "none declared", "no", "nil"];

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
        LINK => drop(web_address(answers)),
        DECLARED => {
            let said = answers.text("Fill in");
            read.no_interests = NONE.contains(&said.to_lowercase().as_str());
            if !said.is_empty() && !read.no_interests {
                let hint = "type `none` where nobody declared any; an interest is typed beside its member's name on `Attendance`";
                answers.wrong("Fill in", format!("`{said}` does not say whose interest it is"), hint);
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

fn action(answers: &mut Answers<'_>, meant: &Meant<'_>) -> Option<Action> {
    let case = answers.case("Case");
    let (what, owner, due) = (answers.text("What"), answers.text("Owner"), answers.date("Due"));
    let unknown = case.as_ref().filter(|case| !meant.is_known(case));
    if let Some(case) = unknown {
        let near = cases_near(case, meant.known()).unwrap_or_else(|| "no case is known yet".to_owned());
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

//! The fields of the minutes and of one case's record, as the Word templates name them.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::agenda::document::next_meeting;
use crate::minutes::facts::MinutesFacts;
use crate::panel::agenda::{CaseLine, Item};
use crate::panel::case::Case;
use crate::panel::form::Form;
use crate::panel::ids::CaseId;
use crate::panel::outcome::{Action, Attendee, DecidedBy, Decision, Presence};
use crate::panel::paper::Paper;
use crate::panel::shown;
use crate::panel::undisclosed;
use crate::panel::when::{day, hour, long_date};

/// What stands where nothing was written.
const NOTHING: &str = "–";

/// The fields of the minutes.
pub fn minutes(facts: &MinutesFacts<'_>) -> Value {
    let mut fields = meeting(facts);
    let cases: Vec<Value> = facts.agenda.cases().map(|(item, line)| case(facts, item, line)).collect();
    let actions: Vec<Value> = facts.outcome.actions.iter().map(action).collect();
    fields["cases"] = json!(cases);
    fields["actions"] = json!(actions);
    fields["next_meeting"] = json!(facts.agenda.next_meeting.as_ref().map(next_meeting));
    fields
}

/// The fields of the decision note of one case.
pub fn note(facts: &MinutesFacts<'_>, item: &Item, line: &CaseLine) -> Value {
    let mut fields = meeting(facts);
    fields["case"] = case(facts, item, line);
    if let Some(case) = facts.casebook.case(&line.case) {
        undisclose(case, &mut fields["case"]);
    }
    fields
}

/// Leaves out of everything the family may see where the child lives, if that is not to be disclosed.
fn undisclose(case: &Case, fields: &mut Value) {
    match fields {
        Value::String(text) => *text = undisclosed::left_out(case, text),
        Value::Array(items) => items.iter_mut().for_each(|item| undisclose(case, item)),
        Value::Object(inside) => inside.values_mut().for_each(|item| undisclose(case, item)),
        _ => {}
    }
}

fn meeting(facts: &MinutesFacts<'_>) -> Value {
    let time = |time: Option<chrono::NaiveTime>| time.map_or(String::new(), hour);
    let there = |presence: Presence| -> Vec<Value> {
        facts.outcome.attendance.iter().filter(|person| person.presence == presence).map(attendee).collect()
    };
    let mut present = there(Presence::Present);
    present.extend(there(Presence::Substitute));
    let interests: Vec<Value> = facts
        .outcome
        .attendance
        .iter()
        .filter(|person| !person.interests.is_empty() || !person.kept_out.is_empty())
        .map(|person| json!({ "name": person.name, "role": person.role, "cases": without(person) }))
        .collect();
    facts.heading.beside(json!({
        "status": facts.status,
        "date": long_date(facts.agenda.meeting.date),
        "started": time(facts.outcome.started),
        "ended": time(facts.outcome.ended),
        "present": present,
        "apologies": there(Presence::Apologies),
        "substitutes": there(Presence::Substitute),
        "observers": there(Presence::Observer),
        "interests": interests,
        "quorum": facts.quorum,
    }))
}

fn attendee(person: &Attendee) -> Value {
    json!({ "name": person.name, "role": person.role, "agency": person.agency, "standing_for": person.standing_for })
}

/// The cases a person takes no part in; those by the chair's word are said to be so.
fn without(person: &Attendee) -> String {
    let kept_out = joined(&person.kept_out);
    let parts = [joined(&person.interests), format!("{kept_out} (by the chair's word)")];
    let said = [!person.interests.is_empty(), !person.kept_out.is_empty()];
    let parts = parts.iter().zip(said).filter(|(_, said)| *said).map(|(part, _)| part.as_str());
    parts.collect::<Vec<_>>().join(", ")
}

fn joined(cases: &[CaseId]) -> String {
    cases.iter().map(CaseId::as_str).collect::<Vec<_>>().join(", ")
}

fn action(action: &Action) -> Value {
    json!({
        "ref": action.case.as_ref().map_or("Panel", CaseId::as_str),
        "what": action.what,
        "owner": action.owner,
        "due": action.due.map_or(NOTHING.to_owned(), day),
    })
}

fn case(facts: &MinutesFacts<'_>, item: &Item, line: &CaseLine) -> Value {
    let nothing = Form::default();
    let case = facts.casebook.case(&line.case);
    let form = case.map_or(&nothing, |case| &case.form);
    let decision = facts.outcome.decisions.iter().find(|decision| decision.case == line.case);
    let actions = facts.outcome.actions.iter().filter(|action| action.case.as_ref() == Some(&line.case));
    let papers =
        case.map(|case| case.papers_in_use().map(|paper| paper_line(facts, paper)).collect::<Vec<_>>());
    let written = |key: &str| form.text(key).map_or(NOTHING.to_owned(), str::to_owned);
    let mut fields = json!({
        "number": item.number,
        "ref": line.case,
        "child": child(case, line),
        "born": case.and_then(|case| case.child.born).map_or(NOTHING.to_owned(), day),
        "age": line.age,
        "legal_status": written("legal_status"),
        "request": line.request,
        "presenters": or_nothing(&line.presenters.join(", ")),
        "social_worker": written("social_worker"),
        "team_manager": written("team_manager"),
        "heard": hour(item.starts),
        "flags": line.flags.join(", "),
        "alternatives": written("alternatives"),
        "child_views": written("child_views"),
        "parent_views": written("parent_views"),
        "needs": needs(form),
        "permanence": written("permanence_plan"),
        "took_no_part": took_no_part(facts, &line.case),
        "actions": actions.map(action).collect::<Vec<_>>(),
        "papers": papers.unwrap_or_default(),
    });
    if let (Value::Object(fields), Value::Object(decided)) = (&mut fields, decided(facts, decision)) {
        fields.extend(decided);
    }
    fields
}

/// The child's full name; as the agenda has it where nobody gave one.
fn child(case: Option<&Case>, line: &CaseLine) -> String {
    case.and_then(|case| shown::in_full(&case.child)).unwrap_or_else(|| line.child.clone())
}

fn needs(form: &Form) -> String {
    let said: Vec<&str> =
        ["health", "education", "needs"].into_iter().filter_map(|key| form.text(key)).collect();
    or_nothing(&said.join("\n"))
}

fn took_no_part(facts: &MinutesFacts<'_>, case: &CaseId) -> String {
    let declared = facts.outcome.attendance.iter().filter(|person| person.is_out_of(case));
    declared.map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn paper_line(facts: &MinutesFacts<'_>, paper: &Paper) -> Value {
    let pages = facts.pages.papers.get(&paper.number);
    json!({
        "title": paper.title,
        "dated": paper.dated.map_or(NOTHING.to_owned(), day),
        "pages": pages.map_or(NOTHING.to_owned(), |span| span.shown()),
        "fingerprint": paper.sha256.short(),
    })
}

fn decided(facts: &MinutesFacts<'_>, decision: Option<&Decision>) -> Value {
    let Some(decision) = decision else {
        return json!({
            "decision": "Not recorded", "reason": NOTHING, "decided_by": NOTHING, "weekly": null, "split": [],
            "period": null, "review": NOTHING, "conditions": "", "discussion": NOTHING, "dissent": "", "survey": "",
        });
    };
    let split: Vec<Value> = decision
        .split
        .iter()
        .map(|(funder, pence)| json!({ "funder": funder.plain(), "amount": pence.to_string() }))
        .collect();
    json!({
        "decision": facts.words.decision(decision.word),
        "reason": or_nothing(&decision.reason),
        "decided_by": match decision.decided_by {
            DecidedBy::Consensus => "Consensus of the panel",
            DecidedBy::Chair => "The chair, the panel having reached no consensus",
        },
        "weekly": decision.weekly.map(|pence| format!("{pence} a week")),
        "split": split,
        "period": period(decision.from, decision.to),
        "review": decision.review.map_or(NOTHING.to_owned(), day),
        "conditions": decision.conditions,
        "discussion": or_nothing(&decision.discussion),
        "dissent": decision.dissent,
        "survey": decision.survey_done.map_or("", |done| if done { "Done" } else { "Not done" }),
    })
}

fn period(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{} to {}", day(from), day(to))),
        (Some(from), None) => Some(format!("from {}", day(from))),
        (None, Some(to)) => Some(format!("until {}", day(to))),
        (None, None) => None,
    }
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() { NOTHING.to_owned() } else { text.to_owned() }
}

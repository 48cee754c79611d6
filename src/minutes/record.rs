//! The fields of the minutes and of one case's record, as the Word templates name them.

use serde_json::{Value, json};

use crate::agenda::document::next_meeting;
use crate::minutes::facts::MinutesFacts;
use crate::minutes::item::{self, Line, NOT_RECORDED, OnRecord, with_role};
use crate::panel::agenda::{CaseLine, Item};
use crate::panel::case::Case;
use crate::panel::form::Form;
use crate::panel::ids::CaseId;
use crate::panel::outcome::{Action, Attendee, Outcome, Presence};
use crate::panel::paper::{Paper, PaperState};
use crate::panel::shown;
use crate::panel::when::{day, hour, long_date};
use crate::panel::words::capitalised;

/// What stands where a form or a document says nothing.
const NOTHING: &str = "–";

/// Stands where nobody was entered as such.
const NONE_RECORDED: &str = "None recorded";

/// Beside it, where a template has room for a role or a case.
const NOBODY_ENTERED: &str = "nobody was entered";

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
    fields
}

fn meeting(facts: &MinutesFacts<'_>) -> Value {
    let outcome = facts.outcome;
    let time = |time: Option<chrono::NaiveTime>| time.map_or(NOT_RECORDED.to_owned(), hour);
    let there = |presence: Presence| -> Vec<&Attendee> {
        outcome.attendance.iter().filter(|person| person.presence == presence).collect()
    };
    let said = |people: &[&Attendee]| match people {
        [] if outcome.attendance.is_empty() => NOT_RECORDED.to_owned(),
        [] => NONE_RECORDED.to_owned(),
        people => people.iter().map(|person| with_role(person)).collect::<Vec<_>>().join("; "),
    };
    let listed = |people: &[&Attendee]| people.iter().map(|person| attendee(person)).collect::<Vec<_>>();
    // A template that has a word of its own for an empty list would say that there were none, where nobody said so.
    let entered = |people: &[&Attendee]| match people {
        [] => {
            vec![json!({ "name": said(people), "role": NOBODY_ENTERED, "agency": "", "standing_for": null })]
        }
        people => listed(people),
    };
    let (apologies, substitutes, observers) =
        (there(Presence::Apologies), there(Presence::Substitute), there(Presence::Observer));
    let mut present = there(Presence::Present);
    present.extend(&substitutes);
    let mut interests: Vec<Value> = outcome
        .attendance
        .iter()
        .filter(|person| !person.interests.is_empty() || !person.kept_out.is_empty())
        .map(|person| json!({ "name": person.name, "role": person.role, "cases": without(person) }))
        .collect();
    if interests.is_empty() && !outcome.no_interests {
        interests.push(json!({ "name": NOT_RECORDED, "role": "", "cases": NOBODY_ENTERED }));
    }
    facts.heading.beside(json!({
        "status": facts.status,
        "date": long_date(facts.agenda.meeting.date),
        "started": time(outcome.started),
        "ended": time(outcome.ended),
        "chair": outcome.chair.as_deref().unwrap_or(NOT_RECORDED),
        "present": listed(&present),
        "present_said": said(&present),
        "apologies": entered(&apologies),
        "apologies_said": said(&apologies),
        "substitutes": entered(&substitutes),
        "substitutes_said": said(&substitutes),
        "observers": entered(&observers),
        "observers_said": said(&observers),
        "interests": interests,
        "interests_said": interests_said(outcome),
        "quorum": facts.quorum,
        "unrepresented": facts.unrepresented,
    }))
}

/// Who declared an interest in what; that nobody did only where somebody said so.
fn interests_said(outcome: &Outcome) -> String {
    let told = outcome
        .attendance
        .iter()
        .filter(|person| !person.interests.is_empty() || !person.kept_out.is_empty());
    let told: Vec<String> = told.map(|person| format!("{}: {}", person.name, without(person))).collect();
    let declared = outcome.attendance.iter().any(|person| !person.interests.is_empty());
    match (declared, outcome.no_interests) {
        (false, true) => [vec!["None declared".to_owned()], told].concat().join("; "),
        (false, false) => [vec![NOT_RECORDED.to_owned()], told].concat().join("; "),
        (true, _) => told.join("; "),
    }
}

fn attendee(person: &Attendee) -> Value {
    json!({ "name": person.name, "role": person.role, "agency": person.agency, "standing_for": person.standing_for })
}

/// The cases a person takes no part in; those by the chair's word are said to be so.
fn without(person: &Attendee) -> String {
    let kept_out = joined(&person.kept_out);
    let parts = [joined(&person.interests), format!("{kept_out} (excluded by the Chair)")];
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
        "owner": if action.owner.is_empty() { NOT_RECORDED } else { &action.owner },
        "due": action.due.map_or(NOT_RECORDED.to_owned(), day),
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
    let said = |key: &str| form.text(key).unwrap_or_default().trim();
    let written = |key: &str| if said(key).is_empty() { NOTHING } else { said(key) };
    let split = decision.map(|decision| decision.split.as_slice()).unwrap_or_default();
    let split: Vec<Value> = split
        .iter()
        .map(|(funder, pence)| json!({ "funder": funder.plain(), "amount": pence.to_string() }))
        .collect();
    let mut fields = json!({
        "number": item.number,
        "ref": line.case,
        "child": child(case, line),
        "born": case.and_then(|case| case.child.born).map_or(NOTHING.to_owned(), day),
        "age": line.age,
        "legal_status": written("legal_status"),
        "request": line.request,
        "social_worker": written("social_worker"),
        "team_manager": written("team_manager"),
        "flags": line.flags.join(", "),
        "alternatives": said("alternatives"),
        "child_views": said("child_views"),
        "parent_views": said("parent_views"),
        "needs": needs(form),
        "health": said("health"),
        "education": said("education"),
        "other_needs": said("needs"),
        "permanence": said("permanence_plan"),
        "survey_label": facts.words.survey_done,
        "promised": facts.promised.get(&line.case).map_or("", String::as_str),
        "took_no_part": took_no_part(facts, &line.case),
        "split": split,
        "actions": actions.map(action).collect::<Vec<_>>(),
        "papers": papers.unwrap_or_default(),
    });
    let mut lines = item::decided(&line.case, decision, facts.words);
    let requested = item::requested(case);
    fields["asked"] = json!(requested.iter().any(|line| !line.value.is_empty()));
    lines.extend(requested);
    lines.extend(item::attendance(facts.outcome, &line.case, facts.quorum));
    for Line { key, value, .. } in lines {
        fields[key] = json!(value);
    }
    let on_record = OnRecord::of(facts.casebook, &line.case, decision);
    for (key, value) in fields.as_object_mut().into_iter().flatten() {
        if !["ref", "child", "number"].contains(&key.as_str()) {
            leave_out(&on_record, value);
        }
    }
    fields
}

/// Leaves out of a field whatever may not stand on this child's record.
fn leave_out(on_record: &OnRecord<'_>, field: &mut Value) {
    match field {
        Value::String(text) => *text = on_record.text(text),
        Value::Array(items) => items.iter_mut().for_each(|item| leave_out(on_record, item)),
        Value::Object(inside) => {
            inside
                .iter_mut()
                .filter(|(key, _)| *key != "ref")
                .for_each(|(_, item)| leave_out(on_record, item));
        }
        _ => {}
    }
}

/// The child's full name; as the agenda has it where nobody gave one.
fn child(case: Option<&Case>, line: &CaseLine) -> String {
    case.and_then(|case| shown::in_full(&case.child)).unwrap_or_else(|| line.child.clone())
}

fn needs(form: &Form) -> String {
    let said: Vec<&str> =
        ["health", "education", "needs"].into_iter().filter_map(|key| form.text(key)).collect();
    said.join("\n")
}

fn took_no_part(facts: &MinutesFacts<'_>, case: &CaseId) -> String {
    let declared = facts.outcome.attendance.iter().filter(|person| person.is_out_of(case));
    declared.map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn paper_line(facts: &MinutesFacts<'_>, paper: &Paper) -> Value {
    let pages = facts.pages.papers.get(&paper.number);
    // What could not be opened was not read by anybody.
    let unread = if paper.state == PaperState::NeedsAttention { " (could not be read)" } else { "" };
    json!({
        "title": format!("{}{unread}", capitalised(&paper.title)),
        "dated": paper.dated.map_or(NOTHING.to_owned(), day),
        "pages": pages.map_or(NOTHING.to_owned(), |span| span.shown()),
        "fingerprint": paper.sha256.short(),
    })
}

//! The timed agenda as a Word document.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::agenda::pages::{Pages, Span};
use crate::panel::agenda::{Agenda, CaseLine, Item, What};
use crate::panel::case::Casebook;
use crate::panel::follow_up::FollowUp;
use crate::panel::funding::Asked;
use crate::panel::london;
use crate::panel::meeting::Meeting;
use crate::panel::money::Pence;
use crate::panel::obligations::Obligation;
use crate::panel::people::{Capacity, Person};
use crate::panel::when::{self, day, hour, long_date};
use crate::panel::words::{Heading, Words};
use crate::stationery::word::{self, WordError};

/// What an agenda is made of.
#[derive(Debug)]
pub struct AgendaFacts<'a> {
    pub heading: &'a Heading,
    pub words: &'a Words,
    pub agenda: &'a Agenda,
    /// How many cases the panel considers, whether or not this reader hears of them.
    pub case_count: usize,
    pub casebook: &'a Casebook,
    pub people: &'a [Person],
    pub pages: &'a Pages,
    /// "Draft", "Version 2" ...; may be empty.
    pub status: &'a str,
    pub before: &'a Before,
}

/// What the panel must have before it besides the cases.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Of earlier meetings, still open.
    pub actions: Vec<FollowUp>,
    /// Asked of each partner by all the cases together.
    pub funding: Vec<Asked>,
    /// What must come back by now and is not on the agenda.
    pub due_back: Vec<Obligation>,
}

/// The agenda, from the council's template.
pub fn document(facts: &AgendaFacts<'_>, template: &[u8]) -> Result<Vec<u8>, WordError> {
    word::fill(template, "agenda.docx", &fields(facts))
}

/// The fields a template may use.
fn fields(facts: &AgendaFacts<'_>) -> Value {
    let meeting = &facts.agenda.meeting;
    let today = london::wall(facts.casebook.now).date_naive();
    let not_slotted: Vec<Value> = facts
        .agenda
        .not_slotted
        .iter()
        .map(|id| {
            let case = facts.casebook.case(id);
            let child = case.map_or(String::new(), |case| facts.words.child(&case.child));
            let request = case
                .and_then(|case| case.request)
                .map_or("not yet known", |request| facts.words.request(request));
            json!({ "ref": id, "child": child, "request": request })
        })
        .collect();
    facts.heading.beside(json!({
        "status": facts.status,
        "date": long_date(meeting.date),
        "starts": hour(meeting.starts.time()),
        "ends": meeting.ends.map_or(String::new(), |ends| hour(ends.time())),
        "cutoff": cutoff(meeting),
        "chair": named(facts.people, Capacity::Chair),
        "administrator": named(facts.people, Capacity::Administrator),
        "case_count": facts.case_count,
        "lines": lines(facts),
        "not_slotted": not_slotted,
        "open_actions": facts.before.actions.iter().map(|one| action(one, today)).collect::<Vec<_>>(),
        "funding": facts.before.funding.iter().map(funding).collect::<Vec<_>>(),
        "funding_total": Pence(facts.before.funding.iter().map(|asked| asked.weekly.0).sum()).to_string(),
        "due_back": facts.before.due_back.iter().map(due_back).collect::<Vec<_>>(),
        "next_meeting": facts.agenda.next_meeting.as_ref().map(next_meeting),
    }))
}

fn action(one: &FollowUp, today: NaiveDate) -> Value {
    json!({
        "ref": one.action.case,
        "what": one.action.what,
        "owner": one.action.owner,
        "due": one.action.due.map(day),
        "overdue": one.is_overdue(today),
        "from": day(one.held),
    })
}

fn funding(asked: &Asked) -> Value {
    json!({
        "funder": asked.funder.plain(),
        "weekly": asked.weekly.to_string(),
        "remaining": asked.remaining.map_or_else(|| "–".to_owned(), |left| left.to_string()),
    })
}

fn due_back(owed: &Obligation) -> Value {
    json!({ "ref": owed.case, "what": owed.message, "due": day(owed.due), "overdue": owed.overdue })
}

/// The next meeting's fields; minutes show the same.
pub fn next_meeting(meeting: &Meeting) -> Value {
    json!({ "date": long_date(meeting.date), "starts": hour(meeting.starts.time()), "cutoff": cutoff(meeting) })
}

fn cutoff(meeting: &Meeting) -> String {
    when::moment(meeting.cutoff)
}

/// Names of the people who hold an office, or a dash.
pub fn named(people: &[Person], capacity: Capacity) -> String {
    let names: Vec<&str> = people
        .iter()
        .filter(|person| person.capacity == capacity)
        .map(|person| person.name.as_str())
        .collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

fn lines(facts: &AgendaFacts<'_>) -> Vec<Value> {
    let mut section = "";
    let mut lines = Vec::new();
    for item in &facts.agenda.items {
        let mut heading = String::new();
        if let What::Case(case) = &item.what {
            if case.section != section {
                heading = match item.number.split_once('.') {
                    Some((number, _)) => format!("{number}  {}", case.section),
                    None => case.section.clone(),
                };
            }
            section = &case.section;
        } else {
            section = "";
        }
        lines.push(line(item, &heading, facts.pages));
    }
    lines
}

fn line(item: &Item, heading: &str, pages: &Pages) -> Value {
    let until = item.starts.overflowing_add_signed(TimeDelta::minutes(i64::from(item.minutes))).0;
    let empty = CaseLine::of("0".parse().expect("a digit is a case number"));
    let (sort, title, note, case) = match &item.what {
        What::Standing { title, note } => ("standing", title.as_str(), note.clone(), &empty),
        What::Break => ("pause", "", String::new(), &empty),
        What::Case(case) => ("case", "", case.notes(), case),
    };
    json!({
        "heading": heading,
        "standing": sort == "standing",
        "pause": sort == "pause",
        "case": sort == "case",
        "number": item.number,
        "starts": hour(item.starts),
        "until": hour(until),
        "minutes": item.minutes,
        "title": title,
        "note": note,
        "ref": case.case,
        "child": case.child,
        "age": case.age,
        "request": case.request,
        "presenters": case.presenters.join("\n"),
        "flags": case.flags.join(" · "),
        "pages": pages.cases.get(&case.case).map(|span: &Span| span.shown()),
    })
}

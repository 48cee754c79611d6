//! What the typeset sheets of a pack show, as the data its template reads. Pure.
//!
//! Everything is worded here (dates, money, page ranges), so that the template only places it. Nothing in the cover, the agenda
//! or the contents comes from a form, so no address can get there.

use chrono::{DateTime, NaiveTime};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::pack::paging::{Paging, Piece};
use crate::pack::plan::{LeftOut, Plan, PlannedCase, PlannedPaper, Shown};
use crate::panel::agenda::{CaseLine, Item, What};
use crate::panel::ids::{CaseId, PaperNumber};
use crate::panel::money::Pence;
use crate::panel::paper::Verdict;
use crate::panel::words::{day, long_date};

/// The data of `templates/pack.typ`, with every page number as `paging` has it.
pub fn data(plan: &Plan, paging: &Paging) -> Value {
    let facts = &plan.facts;
    let meeting = &plan.meeting;
    let papers: usize = plan.cases.iter().map(|case| case.papers.len()).sum();
    json!({
        "council": facts.heading.council,
        "panel": facts.heading.panel,
        "marking": facts.heading.marking,
        "venue": facts.heading.venue,
        "case_label": facts.heading.case_label,
        "rehearsal": facts.rehearsal,
        "version": facts.version,
        "evidence_head": facts.evidence_head,
        "date": long_date(meeting.date),
        "starts": clock(meeting.starts.time()),
        "ends": meeting.ends.map(|ends| clock(ends.time())),
        "cutoff": moment(&meeting.cutoff),
        "next": plan.next_meeting.as_ref().map(|next| json!({ "date": long_date(next.date), "cutoff": moment(&next.cutoff) })),
        "total": paging.total,
        "cases": plan.cases.len(),
        "papers": papers,
        "pages": {
            "agenda": first(paging, &Piece::Agenda),
            "contents": first(paging, &Piece::Contents),
            "left_out": first(paging, &Piece::LeftOut),
        },
        "timetable": plan.timetable.iter().map(|item| line(plan, paging, item)).collect::<Vec<_>>(),
        "unslotted": unslotted(plan, paging),
        "funding": funding(plan),
        "actions": facts.actions,
        "sections": sections(plan, paging),
        "sheets": sheets(plan, paging),
    })
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

fn moment(moment: &DateTime<Tz>) -> String {
    format!("{} at {}", long_date(moment.date_naive()), clock(moment.time()))
}

fn first(paging: &Paging, piece: &Piece) -> Option<u32> {
    paging.find(piece).map(|placed| placed.first)
}

fn line(plan: &Plan, paging: &Paging, item: &Item) -> Value {
    let (sort, shown) = match &item.what {
        What::Standing { title, note } => ("standing", json!({ "title": title, "note": note })),
        What::Break => ("break", json!({ "title": "Break", "note": "" })),
        What::Case(line) => ("case", case_line(plan, paging, line)),
    };
    json!({
        "sort": sort,
        "number": item.number,
        "time": clock(item.starts),
        "minutes": item.minutes,
        "shown": shown,
    })
}

fn case_line(plan: &Plan, paging: &Paging, line: &CaseLine) -> Value {
    json!({
        "section": line.section,
        "case": line.case,
        "child": line.child,
        "age": line.age,
        "request": line.request,
        "presenters": line.presenters,
        "flags": line.flags,
        "note": line.note,
        "pages": case_pages(plan, paging, &line.case),
    })
}

/// First and last page of a case, its divider among them.
fn case_pages(plan: &Plan, paging: &Paging, id: &CaseId) -> Value {
    let Some(divider) = paging.find(&Piece::Divider(id.clone())) else { return Value::Null };
    let case = plan.cases.iter().find(|case| &case.id == id);
    let last_paper = case.and_then(|case| case.papers.last());
    let last =
        last_paper.and_then(|paper| paging.of_paper(paper.number)).map_or(divider.last, |placed| placed.last);
    json!({ "first": divider.first, "last": last })
}

fn unslotted(plan: &Plan, paging: &Paging) -> Value {
    let without = plan.cases.iter().filter(|case| case.starts.is_none());
    let lines = without.map(|case| {
        json!({ "case": case.id, "request": case.request, "pages": case_pages(plan, paging, &case.id) })
    });
    lines.collect()
}

/// Funders with what is asked and what is left; `over` where more is asked than is left.
fn funding(plan: &Plan) -> Value {
    let facts = &plan.facts;
    if facts.funding.is_empty() {
        return Value::Null;
    }
    let total = facts.funding.iter().map(|line| line.weekly.0).sum();
    let lines = facts.funding.iter().map(|line| {
        json!({
            "funder": line.funder,
            "weekly": line.weekly.to_string(),
            "remaining": line.remaining.map(|left| left.to_string()),
            "over": line.remaining.is_some_and(|left| line.weekly > left),
        })
    });
    json!({ "lines": lines.collect::<Vec<_>>(), "total": Pence(total).to_string() })
}

/// The contents: cases under the agenda's headings, in the order of the pack.
fn sections(plan: &Plan, paging: &Paging) -> Value {
    let mut sections: Vec<(String, Vec<Value>)> = Vec::new();
    for case in &plan.cases {
        if sections.last().is_none_or(|(title, _)| title != &case.section) {
            sections.push((case.section.clone(), Vec::new()));
        }
        if let Some((_, cases)) = sections.last_mut() {
            cases.push(json!({
                "case": case.id,
                "child": case.child,
                "request": case.request,
                "flags": case.flags,
                "pages": case_pages(plan, paging, &case.id),
                "papers": case.papers.iter().map(|paper| paper_line(paging, paper)).collect::<Vec<_>>(),
            }));
        }
    }
    sections.into_iter().map(|(title, cases)| json!({ "title": title, "cases": cases })).collect()
}

fn paper_line(paging: &Paging, paper: &PlannedPaper) -> Value {
    let placed = paging.of_paper(paper.number);
    let shown = match paper.shown {
        Shown::Included(_) => "included",
        Shown::Substituted { .. } => "substituted",
        Shown::Withdrawn { .. } => "withdrawn",
    };
    json!({
        "number": paper.number,
        "title": paper.title,
        "dated": paper.dated.map(day),
        "late": paper.late,
        "unconfirmed": paper.unconfirmed,
        "shown": shown,
        "sha256": paper.sha256.short(),
        "first": placed.map(|placed| placed.first),
        "last": placed.map(|placed| placed.last),
    })
}

/// The sheets in the order in which they are set, each with its name.
fn sheets(plan: &Plan, paging: &Paging) -> Value {
    let typeset = paging.placed.iter().filter_map(|placed| {
        let name = placed.piece.sheet()?;
        let (sort, shown) = match &placed.piece {
            Piece::Cover => ("cover", Value::Null),
            Piece::Agenda => ("agenda", Value::Null),
            Piece::Contents => ("contents", Value::Null),
            Piece::Divider(id) => ("divider", divider(plan, paging, id)),
            Piece::Substitute(number) => ("substitute", stand_in(plan, paging, *number)),
            Piece::Withdrawn(number) => ("withdrawn", stand_in(plan, paging, *number)),
            Piece::LeftOut => ("left-out", left_out(plan)),
            Piece::Paper(_) => return None,
        };
        Some(json!({ "name": name, "sort": sort, "first": placed.first, "shown": shown }))
    });
    typeset.collect()
}

fn divider(plan: &Plan, paging: &Paging, id: &CaseId) -> Value {
    let Some(case) = plan.cases.iter().find(|case| &case.id == id) else { return Value::Null };
    json!({
        "case": case.id,
        "section": case.section,
        "item": case.item,
        "time": case.starts.map(clock),
        "minutes": case.minutes,
        "child": case.child,
        "age": case.age,
        "request": case.request,
        "presenters": case.presenters,
        "flags": case.flags,
        "note": case.note,
        "arrival": arrival(case),
        "key_fields": case.key_fields,
        "costs": case.costs,
        "split": case.split,
        "missing": case.missing,
        "warnings": case.warnings,
        "earlier": case.earlier,
        "pages": case_pages(plan, paging, id),
        "papers": case.papers.iter().map(|paper| paper_line(paging, paper)).collect::<Vec<_>>(),
    })
}

fn arrival(case: &PlannedCase) -> &'static str {
    match case.arrival {
        Verdict::InTime => "Required papers in time for the cutoff",
        Verdict::Late => "Required papers came after the cutoff",
        Verdict::CannotTell => "Cannot tell whether the required papers were in time",
    }
}

fn stand_in(plan: &Plan, paging: &Paging, number: PaperNumber) -> Value {
    let Some((case, paper)) = plan.paper(number) else { return Value::Null };
    let (pages, reason) = match &paper.shown {
        Shown::Substituted { reason } => (1, reason.as_str()),
        Shown::Withdrawn { pages, reason } => (*pages, reason.as_str()),
        Shown::Included(_) => (0, ""),
    };
    json!({ "case": case.id, "paper": paper_line(paging, paper), "pages": pages, "reason": reason })
}

fn left_out(plan: &Plan) -> Value {
    let lines = |whole: bool| {
        let chosen = plan.left_out.iter().filter(move |line| line.kind.is_none() == whole);
        chosen
            .map(|LeftOut { case, kind, reason }| json!({ "case": case, "kind": kind, "reason": reason }))
            .collect::<Vec<_>>()
    };
    json!({ "papers": lines(false), "cases": lines(true), "unfiled": plan.unfiled })
}

//! What the typeset sheets of a pack show, as the data its template reads. Pure.
//!
//! Everything is worded here (dates, money, page ranges), so that the template only places it. Nothing in the cover, the agenda
//! or the contents comes from a form, so no address can get there.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::pack::fit;
use crate::pack::paging::{Held, Paging, Piece};
use crate::pack::plan::{LeftOut, Plan, PlannedCase, PlannedPaper, Shown, Which};
use crate::panel::agenda::{CaseLine, Item, What};
use crate::panel::ids::CaseId;
use crate::panel::paper::Verdict;
use crate::panel::when::{day, hour, long_date, moment};

/// What the agenda says of a case that is left out.
const LEFT_OUT: &str = "left out of this pack; see the sheet in its place";

/// The data of `templates/pack.typ`, with every page number as `paging` has it.
pub fn data(plan: &Plan, paging: &Paging) -> Value {
    let facts = &plan.facts;
    let meeting = &plan.meeting;
    let papers = plan.papers().count();
    json!({
        "council": facts.heading.council,
        "panel": facts.heading.panel,
        "marking": facts.heading.marking,
        "venue": facts.heading.venue,
        "case_label": facts.heading.case_label,
        "rehearsal": facts.rehearsal,
        "unverified": said_of(&plan.unverified),
        "version": facts.version,
        "evidence_head": facts.evidence_head,
        "date": long_date(meeting.date),
        "starts": hour(meeting.starts.time()),
        "ends": meeting.ends.map(|ends| hour(ends.time())),
        "cutoff": moment(meeting.cutoff),
        "next": plan.next_meeting.as_ref().map(|next| json!({ "date": long_date(next.date), "cutoff": moment(next.cutoff) })),
        "total": paging.total,
        "extract": plan.extract.then(|| Held::of(paging.whole(), &paging.absent(plan)).said()),
        "cases": plan.cases.len(),
        "papers": papers,
        "pages": {
            "agenda": first(paging, &Piece::Agenda),
            "contents": first(paging, &Piece::Contents),
            "left_out": first(paging, &Piece::LeftOut),
        },
        "timetable": plan.timetable.iter().map(|item| line(plan, paging, item)).collect::<Vec<_>>(),
        "unslotted": unslotted(plan, paging),
        // What is for the chair stands in the chair's agenda alone; a panel's own template may still ask for it here.
        "funding": Value::Null,
        "actions": Vec::<String>::new(),
        "sections": sections(plan, paging, &plan.cases),
        "changes": changes(plan, paging),
        "sheets": sheets(plan, paging, |_| true),
    })
}

/// The first of what was found, and how many more there are.
fn said_of(found: &[String]) -> Vec<String> {
    const MOST: usize = 4;
    let mut said: Vec<String> = found.iter().take(MOST).cloned().collect();
    if found.len() > MOST {
        said.push(format!("and {} more", found.len() - MOST));
    }
    said
}

fn first(paging: &Paging, piece: &Piece) -> Option<u32> {
    paging.find(piece).map(|placed| placed.first)
}

fn line(plan: &Plan, paging: &Paging, item: &Item) -> Value {
    let (sort, shown) = match &item.what {
        What::Standing { title, note } => ("standing", json!({ "title": title, "note": note })),
        What::Break => ("break", json!({ "title": "Break", "note": "" })),
        What::Case(line) if plan.omitted.contains_key(&line.case) && !plan.withheld.contains(&line.case) => {
            ("standing", json!({ "title": format!("Case {}", line.case), "note": LEFT_OUT }))
        }
        What::Case(line) => ("case", case_line(plan, paging, line)),
    };
    json!({
        "sort": sort,
        "number": item.number,
        "time": hour(item.starts),
        "minutes": item.minutes,
        "shown": shown,
    })
}

fn case_line(plan: &Plan, paging: &Paging, line: &CaseLine) -> Value {
    if plan.withheld.contains(&line.case) {
        return withheld_line(plan, paging, &line.case, &line.section);
    }
    json!({
        "section": line.section,
        "case": line.case,
        "child": fit::title(&line.child),
        "age": line.age,
        "request": fit::title(&line.request),
        "presenters": titles(&line.presenters),
        "flags": line.flags,
        "note": line.notes(),
        "pages": case_pages(plan, paging, &line.case),
    })
}

/// A case this copy's reader must not see, in the agenda.
fn withheld_line(plan: &Plan, paging: &Paging, id: &CaseId, section: &str) -> Value {
    let none: [&str; 0] = [];
    json!({
        "section": section, "case": "Withheld", "child": "", "age": null, "request": "", "presenters": none,
        "flags": none, "note": "", "pages": if plan.extract { Value::Null } else { case_pages(plan, paging, id) },
    })
}

/// First and last page of a case where it stands first, its divider among them.
fn case_pages(plan: &Plan, paging: &Paging, id: &CaseId) -> Value {
    let divider = Piece::Divider(id.clone());
    let hidden = Piece::Withheld(Box::new(divider.clone()));
    let Some(at) = paging.placed.iter().position(|placed| placed.piece == divider || placed.piece == hidden)
    else {
        return Value::Null;
    };
    let papers = plan.all_cases().find(|case| &case.id == id).map_or(0, |case| case.papers.len());
    let last = paging.placed.get(at + papers).map(|placed| placed.last);
    json!({ "first": paging.placed[at].first, "last": last })
}

fn unslotted(plan: &Plan, paging: &Paging) -> Value {
    let shown = plan.cases.iter().filter(|case| !plan.leaves_out(&case.id));
    let without = shown.filter(|case| case.starts.is_none());
    let lines = without.map(|case| {
        json!({ "case": case.id, "request": fit::title(&case.request), "pages": case_pages(plan, paging, &case.id) })
    });
    lines.collect()
}

/// The contents: cases under the agenda's headings, in the order of the pack.
fn sections(plan: &Plan, paging: &Paging, cases: &[PlannedCase]) -> Value {
    let mut sections: Vec<(String, Vec<Value>)> = Vec::new();
    let not_there =
        |id: &CaseId| plan.omitted.contains_key(id) || (plan.extract && plan.withheld.contains(id));
    for case in cases.iter().filter(|case| !not_there(&case.id)) {
        let withheld = plan.withheld.contains(&case.id);
        if sections.last().is_none_or(|(title, _)| title != &case.section) {
            sections.push((case.section.clone(), Vec::new()));
        }
        if let Some((_, lines)) = sections.last_mut() {
            lines.push(if withheld {
                let none: [&str; 0] = [];
                json!({
                    "case": "Withheld", "child": "", "request": "", "flags": none, "papers": none,
                    "pages": case_pages(plan, paging, &case.id),
                })
            } else {
                json!({
                    "case": case.id,
                    "child": fit::title(&case.child),
                    "request": fit::title(&case.request),
                    "flags": case.flags.iter().map(|flag| fit::title(flag)).collect::<Vec<_>>(),
                    "pages": case_pages(plan, paging, &case.id),
                    "papers": case.papers.iter().map(|paper| paper_line(paging, paper)).collect::<Vec<_>>(),
                })
            });
        }
    }
    sections
        .into_iter()
        .map(|(title, cases)| json!({ "title": fit::title(&title), "cases": cases }))
        .collect()
}

/// What this version has that the first had not.
fn changes(plan: &Plan, paging: &Paging) -> Value {
    let mut changes = Vec::new();
    for late in &plan.supplements {
        if let Some(cut) = paging.supplement(late.version) {
            let said = format!("Version {}: supplement added", late.version);
            changes.push(json!({ "said": said, "first": cut.first, "last": cut.last }));
        }
    }
    for (case, paper) in plan.papers() {
        let taken = matches!(paper.shown, Shown::Withdrawn { .. }) && !plan.leaves_out(&case.id);
        if let Some(placed) = paging.of_paper(paper.which).filter(|_| taken) {
            let said = format!("A document of case {} has been taken out", case.id);
            changes.push(json!({ "said": said, "first": placed.first, "last": placed.last }));
        }
    }
    changes.into()
}

fn titles(all: &[String]) -> Vec<Cow<'_, str>> {
    all.iter().map(|one| fit::title(one)).collect()
}

fn paper_line(paging: &Paging, paper: &PlannedPaper) -> Value {
    let placed = paging.of_paper(paper.which);
    let shown = match paper.shown {
        Shown::Included(_) => "included",
        Shown::Substituted { .. } => "substituted",
        Shown::Withdrawn { .. } => "withdrawn",
    };
    json!({
        "number": paper.which.to_string(),
        "title": fit::title(&paper.title),
        "dated": paper.dated.map(day),
        "late": paper.late,
        "unconfirmed": paper.unconfirmed,
        "shown": shown,
        "sha256": paper.sha256.short(),
        "first": placed.map(|placed| placed.first),
        "last": placed.map(|placed| placed.last),
    })
}

/// The chosen sheets in the order in which they are set, each with its name.
pub fn sheets(plan: &Plan, paging: &Paging, chosen: impl Fn(&Piece) -> bool) -> Value {
    let wanted = paging.placed.iter().filter(|placed| chosen(&placed.piece));
    let typeset = wanted.filter_map(|placed| {
        let name = placed.piece.sheet()?;
        let (sort, shown) = match &placed.piece {
            Piece::Cover => ("cover", Value::Null),
            Piece::Agenda => ("agenda", Value::Null),
            Piece::Contents => ("contents", Value::Null),
            Piece::Divider(id) => ("divider", divider(plan, paging, id)),
            Piece::Substitute(which) => ("substitute", stand_in(plan, paging, *which)),
            Piece::Withdrawn(which) => ("withdrawn", stand_in(plan, paging, *which)),
            Piece::Omitted(case) => (
                "omitted",
                json!({ "case": case, "reason": plan.omitted.get(case).cloned().unwrap_or_default() }),
            ),
            Piece::Withheld(_) => ("withheld", json!({ "pages": placed.pages() })),
            Piece::Supplement(version) => ("supplement", late(plan, paging, *version)),
            Piece::LeftOut => ("left-out", left_out(plan, paging)),
            Piece::Paper(_) => return None,
        };
        Some(json!({ "name": name, "sort": sort, "first": placed.first, "pad": 0, "shown": shown }))
    });
    typeset.collect()
}

fn divider(plan: &Plan, paging: &Paging, id: &CaseId) -> Value {
    let Some(case) = plan.all_cases().find(|case| &case.id == id) else { return Value::Null };
    json!({
        "case": case.id,
        "section": fit::title(&case.section),
        "item": case.item,
        "time": case.starts.map(hour),
        "minutes": case.minutes,
        "child": fit::title(&case.child),
        "age": case.age,
        "request": fit::title(&case.request),
        "presenters": titles(&case.presenters),
        "flags": case.flags,
        "note": case.note,
        "arrival": arrival(case),
        "key_fields": case.key_fields,
        "costs": case.costs,
        "split": case.split,
        "missing": if case.follows { &[][..] } else { case.missing.as_slice() },
        "to_follow": if case.follows { case.missing.as_slice() } else { &[][..] },
        "warnings": gathered(&case.warnings),
        "earlier": case.earlier,
        "pages": case_pages(plan, paging, id),
        "papers": case.papers.iter().map(|paper| paper_line(paging, paper)).collect::<Vec<_>>(),
    })
}

/// What is empty on one form in one line, in place of the first of them.
fn gathered(warnings: &[String]) -> Vec<String> {
    let parts = |said: &str| -> Option<(String, String)> {
        let (field, form) = said.split_once(" not recorded on the ")?;
        Some((form.to_owned(), field.trim_matches(['“', '”', '"', '`']).to_owned()))
    };
    let of = |wanted: &str| -> Vec<String> {
        let empty = warnings.iter().filter_map(|said| parts(said));
        empty.filter(|(form, _)| form == wanted).map(|(_, field)| field).collect()
    };
    let mut lines = Vec::new();
    for said in warnings {
        let line = match parts(said).map(|(form, _)| (of(&form), form)) {
            Some((fields, form)) if fields.len() > 1 => {
                format!("not recorded on the {form}: {}", fields.join(", "))
            }
            _ => said.clone(),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn arrival(case: &PlannedCase) -> &'static str {
    match case.arrival {
        _ if case.follows => "Papers may follow",
        Verdict::InTime => "Received before the deadline",
        Verdict::Late => "required documents received after the deadline",
        Verdict::CannotTell => "Received close to the deadline: administrator to confirm",
    }
}

/// The contents of a supplement.
fn late(plan: &Plan, paging: &Paging, version: u32) -> Value {
    let Some(late) = plan.supplements.iter().find(|late| late.version == version) else { return Value::Null };
    let cut = paging.supplement(version);
    json!({
        "version": version,
        "first": cut.map(|cut| cut.first),
        "last": cut.map(|cut| cut.last),
        "sections": sections(plan, paging, &late.cases),
    })
}

fn stand_in(plan: &Plan, paging: &Paging, which: Which) -> Value {
    let Some((case, paper)) = plan.paper(which) else { return Value::Null };
    let (pages, reason) = match &paper.shown {
        Shown::Substituted { reason } => (1, reason.as_str()),
        Shown::Withdrawn { pages, reason } => (*pages, reason.as_str()),
        Shown::Included(_) => (0, ""),
    };
    json!({ "case": case.id, "paper": paper_line(paging, paper), "pages": pages, "reason": reason })
}

fn left_out(plan: &Plan, paging: &Paging) -> Value {
    let told = plan.omitted.keys().filter(|case| !plan.withheld.contains(case));
    let omitted = told.map(|case| LeftOut {
        case: case.clone(),
        kind: Some("All its documents".to_owned()),
        reason: LEFT_OUT.to_owned(),
    });
    let all: Vec<LeftOut> = omitted.chain(plan.left_out.iter().cloned()).collect();
    let lines = |whole: bool| {
        let chosen = all.iter().filter(move |line| line.kind.is_none() == whole);
        chosen
            .map(|LeftOut { case, kind, reason }| json!({ "case": case, "kind": kind, "reason": reason }))
            .collect::<Vec<_>>()
    };
    json!({ "papers": lines(false), "cases": lines(true), "unfiled": plan.unfiled, "scans": scans(plan, paging) })
}

/// The pages that no search finds, a line for each case. What a supplement brought is not among them: this sheet keeps its length.
fn scans(plan: &Plan, paging: &Paging) -> Value {
    let shown = plan.cases.iter().filter(|case| !plan.leaves_out(&case.id));
    let lines = shown.filter_map(|case| {
        let placed = case.papers.iter().filter_map(|paper| Some((paper, paging.of_paper(paper.which)?)));
        let pages: Vec<u32> =
            placed.flat_map(|(paper, placed)| paper.pages_without_text(placed.first)).collect();
        (!pages.is_empty()).then(|| json!({ "case": case.id, "pages": runs(&pages) }))
    });
    lines.collect()
}

/// Page numbers in order as people write them: `12–14, 20`.
fn runs(pages: &[u32]) -> String {
    let runs = pages.chunk_by(|one, next| one + 1 == *next);
    let written = runs.map(|run| match run {
        [only] => only.to_string(),
        [first, .., last] => format!("{first}–{last}"),
        [] => String::new(),
    });
    written.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::plan::plan;
    use crate::pack::sample;

    #[test]
    fn pages_that_no_search_finds_are_listed_by_case() {
        let mut casebook = sample::casebook();
        let mut rendition = |paper: usize, pages: &[u32]| {
            let rendition = casebook.cases[0].papers[paper].rendition.as_mut().unwrap();
            rendition.without_text = pages.to_vec();
        };
        rendition(0, &[2]);
        rendition(1, &[1, 2, 3, 9, 11]);
        let plan = plan(&casebook, &sample::agenda(&casebook), sample::facts());
        let paging = Paging::of(&plan, &std::collections::BTreeMap::new());
        let first = |paper: usize| paging.of_paper(plan.cases[0].papers[paper].which).unwrap().first;
        let (form, assessment) = (first(0), first(1));
        let said = format!(
            "{}, {}–{}, {}, {}",
            form + 1,
            assessment,
            assessment + 2,
            assessment + 8,
            assessment + 10
        );
        assert_eq!(scans(&plan, &paging), json!([{ "case": plan.cases[0].id, "pages": said }]));
        let entry = crate::pack::manifest::Manifest::of(&plan, &paging, sample::sha(1)).entries.remove(1);
        assert_eq!(entry.pages_without_text, [0, 1, 2, 8, 10].map(|page| assessment + page));
        let hidden = crate::pack::versions::withholding(plan.clone(), &[plan.cases[0].id.clone()].into());
        assert_eq!(scans(&hidden, &Paging::of(&hidden, &std::collections::BTreeMap::new())), json!([]));
    }
}

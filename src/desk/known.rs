//! What we know, row by row: the cells of the workbook she cannot change.

use crate::desk::coming;
use crate::desk::entries::OrderWord;
use crate::desk::layout::{
    AGENDA, ATTENDANCE, CASES, DEADLINES, DECISIONS, DUE, LETTERS, MEETING, OPEN_ACTIONS, ORDERS, PAPERS,
    SheetPlan, WRONG,
};
use crate::desk::outcome::{DECLARED, ENDED, IN_THE_CHAIR, LINK, STARTED};
use crate::desk::posted;
use crate::desk::roles;
use crate::desk::ticks;
use crate::desk::view::DeskView;
use crate::finding::{Finding, Severity};
use crate::panel::agenda::{Item, What};
use crate::panel::case::{Case, Disposition, Standing};
use crate::panel::funding::Requested;
use crate::panel::heard;
use crate::panel::ids::CaseId;
use crate::panel::paper::{Confirmed, Paper, PaperState, Verdict};
use crate::panel::people::Capacity;
use crate::panel::so_far;
use crate::panel::when::moment;
use crate::stationery::excel::Value;

/// Warnings shown beside a case or paper.
const MOST_WARNINGS: usize = 5;

/// The row that tells of mistakes belonging to no row.
const TROUBLE: &str = "Trouble with this workbook";

/// One of our rows: its key and the values of our columns by header.
pub struct OurRow {
    pub key: String,
    pub values: Vec<(&'static str, Value)>,
    /// Our columns of this row that she may type into as well.
    pub open: &'static [&'static str],
    /// Nothing is asked for in this row.
    pub closed: bool,
    /// What it was about is no longer part of the meeting.
    pub gone: bool,
}

impl OurRow {
    pub fn new(key: impl Into<String>, values: Vec<(&'static str, Value)>) -> Self {
        OurRow { key: key.into(), values, open: &[], closed: false, gone: false }
    }

    pub fn value(&self, header: &str) -> Value {
        let value = self.values.iter().find(|(column, _)| *column == header);
        value.map_or(Value::Empty, |(_, value)| value.clone())
    }

    fn closed(mut self) -> Self {
        self.closed = true;
        self
    }
}

/// The rows a sheet has of itself.
pub fn our_rows(plan: &SheetPlan, view: &DeskView<'_>) -> Vec<OurRow> {
    match plan.name {
        name if name == MEETING.name => meeting_rows(view),
        name if name == CASES.name => here(view).map(|case| case_row(case, view)).collect(),
        name if name == PAPERS.name => paper_rows(view),
        name if name == AGENDA.name => agenda_rows(view),
        name if name == DUE.name => known(coming::due_rows(view.due, view.casebook)),
        name if name == DEADLINES.name => known(ticks::rows(view.deadlines)),
        name if name == OPEN_ACTIONS.name => known(coming::action_rows(view.follow_ups, view.casebook)),
        name if name == ATTENDANCE.name => attendance_rows(view),
        name if name == DECISIONS.name => decision_rows(view),
        name if name == LETTERS.name => known(posted::rows(view.letters)),
        name if name == ORDERS.name => order_rows(view),
        _ => Vec::new(),
    }
}

fn known(rows: Vec<coming::Known>) -> Vec<OurRow> {
    rows.into_iter().map(|(key, values)| OurRow::new(key, values)).collect()
}

/// A row of a sheet that takes more rows, by its place.
pub fn numbered(position: usize) -> OurRow {
    let number = u32::try_from(position + 1).unwrap_or(u32::MAX);
    OurRow::new(number.to_string(), vec![("No.", Value::Number(f64::from(number)))])
}

fn text(words: impl Into<String>) -> Value {
    let words = words.into();
    if words.is_empty() { Value::Empty } else { Value::Text(words) }
}

fn count(number: u32) -> Value {
    Value::Number(f64::from(number))
}

fn meeting_rows(view: &DeskView<'_>) -> Vec<OurRow> {
    let meeting = &view.casebook.meeting;
    let incomplete = view.casebook.listed().filter(|case| case.standing() == Standing::Incomplete).count();
    let facts = [
        ("Panel", view.heading.panel.clone()),
        ("Meeting", format!("{} at {}", moment(meeting.starts), view.heading.venue)),
        ("Deadline for documents", moment(meeting.cutoff)),
        (
            "Cases",
            format!("{} on the agenda, {incomplete} of them incomplete", view.casebook.listed().count()),
        ),
        ("Files nobody could file", view.casebook.unfiled.len().to_string()),
        ("Roles that nobody holds", roles::unfilled(view)),
        ("Roles not represented at the meeting", roles::unrepresented(view)),
        ("Marking", view.heading.marking.clone()),
        ("This edition", view.edition.to_string()),
    ];
    let whole_sheets: Vec<String> =
        view.mistakes.iter().filter(|mistake| mistake.key.is_empty()).map(ToString::to_string).collect();
    let mut rows: Vec<OurRow> = facts
        .into_iter()
        .map(|(about, known)| {
            OurRow::new(about, vec![("About", text(about)), ("What we know", text(known))]).closed()
        })
        .collect();
    if !whole_sheets.is_empty() {
        let said = text(whole_sheets.join("\n"));
        rows.push(OurRow::new(TROUBLE, vec![("About", text(TROUBLE)), (WRONG, said)]).closed());
    }
    let asked = [
        (LINK, "goes into invitations, agenda and pack emails; copy it out of the Teams meeting".to_owned()),
        (STARTED, "when the chair opened it".to_owned()),
        (ENDED, "when the chair closed it".to_owned()),
        (IN_THE_CHAIR, usual_chair(view)),
        (
            DECLARED,
            "`none` where nobody declared one; what is declared stands on the sheet Attendance".to_owned(),
        ),
    ];
    for (about, known) in asked {
        rows.push(OurRow::new(about, vec![("About", text(about)), ("What we know", text(known))]));
    }
    rows
}

/// Who usually takes the chair: a suggestion, until a name is typed beside it.
fn usual_chair(view: &DeskView<'_>) -> String {
    let chairs = view.people.iter().filter(|person| person.capacity == Capacity::Chair);
    let names: Vec<&str> = chairs.map(|person| person.name.as_str()).collect();
    match names.as_slice() {
        [] => "who was in the chair".to_owned(),
        names => format!("who was in the chair; usually {}", names.join(" or ")),
    }
}

/// The cases of the meeting, and those that wait for it or for a later one: what an earlier meeting has dealt with is gone.
fn here<'v>(view: &DeskView<'v>) -> impl Iterator<Item = &'v Case> {
    let day = view.casebook.meeting.date;
    let gone = move |case: &Case| {
        case.is_decided() || (case.disposition == Disposition::Withdrawn && case.meeting < day)
    };
    view.casebook.cases.iter().filter(move |case| !gone(case))
}

fn case_row(case: &Case, view: &DeskView<'_>) -> OurRow {
    let standing = match so_far::standing(case) {
        ("incomplete", _) => "INCOMPLETE",
        (standing, _) => standing,
    };
    let listed = match case.disposition {
        Disposition::Listed => "on the agenda".to_owned(),
        Disposition::NextMeeting => "next meeting".to_owned(),
        Disposition::Withdrawn => "withdrawn".to_owned(),
        Disposition::Deferred | Disposition::Decided | Disposition::Waiting => {
            so_far::place(case).unwrap_or_else(|| "deferred".to_owned())
        }
    };
    let arrived = if so_far::papers_may_follow(case) { "papers may follow" } else { arrived(case.arrival) };
    let mut look = so_far::said(case);
    let found = said(&case.findings);
    let found =
        if so_far::papers_may_follow(case) { found.replace("MISSING: ", "to follow: ") } else { found };
    look.extend(Some(found).filter(|found| !found.is_empty()));
    let emergency = match (case.emergency.confirmed, case.emergency.claimed) {
        (true, _) => "confirmed",
        (false, true) => "claimed",
        (false, false) => "",
    };
    OurRow::new(
        case.id.as_str(),
        vec![
            ("Case", text(case.id.as_str())),
            ("Child", text(case.child.name.clone().unwrap_or_default())),
            ("Request", text(case.request.map_or("not yet known", |request| view.words.request(request)))),
            ("Status", text(standing)),
            ("What is missing or to be looked at", text(look.join("\n"))),
            ("Received", text(arrived)),
            ("Listed", text(listed)),
            ("Emergency", text(emergency)),
            ("Attendance", text(ticks::attendance(view.deadlines, case.meeting, &case.id))),
        ],
    )
}

/// All that blocks and the first of what warns, one to a line; the receipt says the rest.
fn said(findings: &[Finding]) -> String {
    let lines = |severity: Severity, before: &str| -> Vec<String> {
        let found = findings.iter().filter(|finding| finding.severity == severity);
        found.map(|finding| format!("{before}{}", finding.message)).collect()
    };
    let mut said = lines(Severity::Blocks, "MISSING: ");
    let warnings = lines(Severity::Warning, "");
    let shown = if warnings.len() > MOST_WARNINGS { MOST_WARNINGS - 1 } else { warnings.len() };
    said.extend(warnings.iter().take(shown).cloned());
    if shown < warnings.len() {
        said.push(format!("and {} more, on the receipt", warnings.len() - shown));
    }
    said.join("\n")
}

const fn arrived(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::InTime => "before the deadline",
        Verdict::Late => "LATE",
        Verdict::CannotTell => "close to the deadline: please confirm",
    }
}

fn paper_rows(view: &DeskView<'_>) -> Vec<OurRow> {
    let filed = here(view).flat_map(|case| &case.papers);
    let mut papers: Vec<&Paper> = view.casebook.unfiled.iter().chain(filed).collect();
    papers.sort_by_key(|paper| (paper.case.is_some(), paper.case.clone(), paper.number));
    papers.dedup_by_key(|paper| paper.number);
    papers.into_iter().map(|paper| paper_row(paper, view)).collect()
}

fn paper_row(paper: &Paper, view: &DeskView<'_>) -> OurRow {
    let state = match paper.state {
        PaperState::Arriving => "arriving",
        PaperState::Accepted => "accepted",
        PaperState::Superseded => "superseded",
        PaperState::Excluded => "excluded",
        PaperState::Removed => "removed",
        PaperState::NeedsAttention => "LOOK AT THIS",
    };
    let confirmed = match paper.child_confirmed {
        Confirmed::ByPaper => "by the document",
        Confirmed::ByPerson => "by a person",
        Confirmed::Not => "not yet",
    };
    let mut look = said(&paper.findings);
    if let Some(reason) = &paper.reason {
        look = if look.is_empty() { reason.clone() } else { format!("{reason}\n{look}") };
    }
    OurRow::new(
        paper.number.to_string(),
        vec![
            ("Document", text(paper.number.to_string())),
            ("Case", text(paper.case.as_ref().map_or("not known", |case| case.as_str()))),
            ("Kind", text(paper.kind.as_ref().map_or("not known", |kind| view.words.kind(kind)))),
            ("File", text(paper.file.clone())),
            ("Version", count(paper.version)),
            ("Pages", paper.rendition.as_ref().map_or(Value::Empty, |rendition| count(rendition.pages))),
            ("Received", text(arrived(paper.received.verdict))),
            ("State", text(state)),
            ("Child confirmed", text(confirmed)),
            ("To be looked at", text(look)),
        ],
    )
}

fn agenda_rows(view: &DeskView<'_>) -> Vec<OurRow> {
    let mut standing = 0;
    let mut rows: Vec<OurRow> =
        view.agenda.items.iter().map(|item| agenda_row(item, &mut standing)).collect();
    for case in &view.agenda.not_slotted {
        let child = view.casebook.case(case).map_or(String::new(), |case| view.words.child(&case.child));
        rows.push(OurRow::new(
            case.as_str(),
            vec![
                ("Line", text(case.as_str())),
                ("Item", text("did not fit before the end of the meeting")),
                ("Child", text(child)),
                ("Marked", text("NO TIME")),
            ],
        ));
    }
    rows
}

fn agenda_row(item: &Item, standing: &mut u32) -> OurRow {
    let mut named = |title: &str| {
        *standing += 1;
        (format!("item {standing}"), title.to_owned(), String::new(), String::new(), String::new())
    };
    let (line, what, child, presenters, marked) = match &item.what {
        What::Standing { title, .. } => named(title),
        What::Break => named("Break"),
        What::Case(case) => (
            case.case.to_string(),
            format!("{} – {}", case.section, case.request),
            case.child.clone(),
            case.presenters.join(", "),
            case.flags.join(", "),
        ),
    };
    OurRow::new(
        line.clone(),
        vec![
            ("Line", text(line)),
            ("Now at", Value::Time(item.starts)),
            ("Now minutes", count(item.minutes)),
            ("Item", text(what)),
            ("Child", text(child)),
            ("Presented by", text(presenters)),
            ("Marked", text(marked)),
        ],
    )
}

fn attendance_rows(view: &DeskView<'_>) -> Vec<OurRow> {
    let sits = |capacity: Capacity| capacity != Capacity::Officer;
    let people = view.people.iter().filter(|person| sits(person.capacity));
    people
        .map(|person| {
            OurRow::new(
                person.name.clone(),
                vec![
                    ("Name", text(person.name.clone())),
                    ("Role", text(person.role.clone())),
                    ("Agency", text(person.agency.clone())),
                ],
            )
        })
        .collect()
}

/// The cases with a time in the order of the agenda, then those without.
fn decision_rows(view: &DeskView<'_>) -> Vec<OurRow> {
    let timed = view.agenda.cases().map(|(item, line)| {
        let (child, request) = (line.child.clone(), line.request.clone());
        decision_row(view, &line.case, Value::Time(item.starts), [child, request, line.presenters.join(", ")])
    });
    let untimed = view.agenda.not_slotted.iter().map(|id| {
        let case = view.casebook.case(id);
        let child = case.map_or(String::new(), |case| view.words.child(&case.child));
        let request = case.and_then(|case| case.request);
        let request = request.map_or("not yet known", |request| view.words.request(request)).to_owned();
        let presenters = case.map_or_else(Vec::new, heard::presenters).join(", ");
        decision_row(view, id, text("no time"), [child, request, presenters])
    });
    timed.chain(untimed).collect()
}

fn decision_row(view: &DeskView<'_>, id: &CaseId, planned: Value, said: [String; 3]) -> OurRow {
    let asked = view.casebook.case(id).map(Requested::of).unwrap_or_default();
    let [child, request, presenters] = said;
    OurRow::new(
        id.as_str(),
        vec![
            ("Planned for", planned),
            ("Case", text(id.as_str())),
            ("Child", text(child)),
            ("Request", text(request)),
            ("Cost requested", text(asked.said())),
            ("To present it", text(presenters)),
            ("Outcomes promised", text(view.promised.get(id).cloned().unwrap_or_default())),
        ],
    )
}

fn order_rows(view: &DeskView<'_>) -> Vec<OurRow> {
    let row = |order: OrderWord| {
        let done = view.done.iter().find(|done| done.order == order);
        OurRow::new(
            order.words(),
            vec![
                ("Task", text(order.words())),
                ("What happens", text(order.what_happens())),
                ("Last done", text(done.map_or("", |done| done.when.as_str()))),
                ("Result", text(done.map_or("", |done| done.result.as_str()))),
            ],
        )
    };
    OrderWord::ALL.into_iter().map(row).collect()
}

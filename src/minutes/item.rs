//! What the records say of one case: each line said by a cell that somebody typed or by a document that came in, and by nothing else.
//!
//! Minutes, note and letter say the same lines; the templates have them as fields, the letter as label and value.

use chrono::NaiveDate;

use crate::panel::case::{Case, Casebook};
use crate::panel::heard;
use crate::panel::ids::CaseId;
use crate::panel::money::Pence;
use crate::panel::outcome::{Attendee, Decision, DecisionWord, Outcome, Presence};
use crate::panel::siblings::Others;
use crate::panel::undisclosed;
use crate::panel::when::{day, hour};
use crate::panel::words::Words;

/// Stands where nobody typed what is asked for.
pub const NOT_RECORDED: &str = "Not recorded";

/// One line of a case's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The field of the Word templates.
    pub key: &'static str,
    pub label: String,
    pub value: String,
}

fn line(key: &'static str, label: &str, value: impl Into<String>) -> Line {
    Line { key, label: label.to_owned(), value: value.into() }
}

fn recorded(text: &str) -> String {
    if text.is_empty() { NOT_RECORDED.to_owned() } else { text.to_owned() }
}

/// Everything recorded of a case, as it may stand on its child's record: what was decided, what was asked for, who was there.
pub fn lines(words: &Words, book: &Casebook, outcome: &Outcome, quorum: &str, case: &CaseId) -> Vec<Line> {
    let decision = outcome.decisions.iter().find(|decision| decision.case == *case);
    let mut lines = decided(case, decision, words);
    lines.extend(requested(book.case(case)));
    lines.extend(attendance(outcome, case, quorum));
    OnRecord::of(book, case, decision).lines(lines)
}

/// What was decided. Where there is no decision, that none is recorded.
pub fn decided(case: &CaseId, decision: Option<&Decision>, words: &Words) -> Vec<Line> {
    let nothing = Decision::of(case.clone(), DecisionWord::Noted);
    let word = decision.map_or(NOT_RECORDED, |decision| words.decision(decision.word));
    let review = review(decision, words);
    let decision = decision.unwrap_or(&nothing);
    let pence = |pence: Option<Pence>, of: &str| pence.map_or(String::new(), |pence| format!("{pence}{of}"));
    let shares: Vec<String> =
        decision.split.iter().map(|(funder, part)| format!("{} {part}", funder.plain())).collect();
    let survey = decision.survey_done.map_or("", |done| if done { "Yes" } else { "No" });
    vec![
        line("decision", "Decision", word),
        line("reason", "Reason", recorded(&decision.reason)),
        line("decided_by", "Decided by", decision.decided_by.map_or(NOT_RECORDED, |by| by.plain())),
        line("presenters", "Presented by", recorded(&decision.presented_by)),
        line("heard", "Considered at", decision.heard.map_or(NOT_RECORDED.to_owned(), hour)),
        line("placement", "Placement agreed", &*decision.placement),
        line("period", "Agreed period", period(decision.from, decision.to)),
        line("weekly", "Weekly cost", pence(decision.weekly, " a week")),
        line("shares", "Funding split", shares.join(", ")),
        line("once", "Paid once", pence(decision.once, "")),
        line("parents", "Parents' contribution", pence(decision.parents, " a week")),
        line("review", "Review date", review),
        line("conditions", "Conditions", &*decision.conditions),
        line("discussion", "Discussion", recorded(&decision.discussion)),
        line("panel_health", "The panel on health", &*decision.panel_on.health),
        line("panel_education", "The panel on education", &*decision.panel_on.education),
        line("panel_needs", "The panel on other needs", &*decision.panel_on.other),
        line("achieved", "Outcomes achieved?", &*decision.achieved),
        line("dissent", "Dissent", &*decision.dissent),
        line("survey", &words.survey_done, survey),
    ]
}

/// When the case is looked at again. A decision that needs no such day has none, unless one was typed.
fn review(decision: Option<&Decision>, words: &Words) -> String {
    let is_needed = decision.is_none_or(|decision| words.reviewed.contains(&decision.word));
    let unsaid = if is_needed { NOT_RECORDED } else { "" };
    decision.and_then(|decision| decision.review).map_or_else(|| unsaid.to_owned(), day)
}

fn period(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{} to {}", day(from), day(to)),
        (Some(from), None) => format!("from {}", day(from)),
        (None, Some(to)) => format!("until {}", day(to)),
        (None, None) => String::new(),
    }
}

/// What was asked for, as the form says it, and whose permission it has.
pub fn requested(case: Option<&Case>) -> Vec<Line> {
    let Some(case) = case else {
        return ASKED.into_iter().map(|(key, label)| line(key, label, "")).collect();
    };
    let form = &case.form;
    let said = |key: &str| form.text(key).unwrap_or_default().trim();
    let on = |key: &str| form.date(key).map_or_else(|| said(key).to_owned(), day);
    let placed = case.emergency.placed_on.map_or_else(|| on("placed_on"), day);
    let values = [
        said("placement_type").to_owned(),
        without_address(said("provider")).to_owned(),
        without_address(said("establishment")).to_owned(),
        said("distance_class").to_owned(),
        on("start_date"),
        placed,
        permission(case),
        outside(case),
        cost(case),
        said("cost_oneoff").to_owned(),
        said("parental_contribution").to_owned(),
    ];
    ASKED.into_iter().zip(values).map(|((key, label), value)| line(key, label, value)).collect()
}

/// The lines of what was asked for.
const ASKED: [(&str, &str); 11] = [
    ("placement_type", "Placement type"),
    ("provider", "Provider"),
    ("home", "Home or carer"),
    ("area", "In or out of area"),
    ("start", "Start date"),
    ("placed", "Date placed"),
    ("permission", "Permission"),
    ("outside", "Decided outside the panel"),
    ("asked_weekly", "Weekly cost requested"),
    ("asked_once", "One-off cost requested"),
    ("asked_parents", "Contribution by parents, on the form"),
];

/// The cost as the form gives it, with who is asked to pay.
fn cost(case: &Case) -> String {
    let total = case.form.text("cost_total").or_else(|| case.form.text("cost_week")).unwrap_or_default();
    let shares = [
        ("split_sc", "Social care"),
        ("split_health", "Health"),
        ("split_edu", "Education"),
        ("split_other", "Other"),
    ];
    let shares: Vec<String> = shares
        .into_iter()
        .filter_map(|(key, who)| Some(format!("{who} {}", case.form.text(key)?.trim())))
        .collect();
    match (total.trim(), shares.is_empty()) {
        (total, true) => total.to_owned(),
        ("", false) => shares.join(", "),
        (total, false) => format!("{total}: {}", shares.join(", ")),
    }
}

/// Names of homes and carers are recorded; an address is not.
fn without_address(said: &str) -> &str {
    let name = said.split([',', '\n', ';']).next().unwrap_or_default().trim();
    if name.chars().next().is_some_and(|first| first.is_ascii_digit()) { "" } else { name }
}

/// Whose permission, when, and by which route it is known.
fn permission(case: &Case) -> String {
    if let Some(said) = heard::permission_on_form(case, "date not recorded") {
        return format!("{said} (on the form)");
    }
    if let Some(by) = &case.emergency.authorised_by {
        return format!("{by} (entered by the administrator)");
    }
    if let Some(decided) = &case.by_hand.decided_outside {
        return format!("{}, {} (written authority, outside the panel)", decided.authority, day(decided.on));
    }
    if let Some(paper) = case.written_authority() {
        return format!("in writing, document {}", paper.number);
    }
    let asked = case.form.get("permission_by").is_some();
    if asked { NOT_RECORDED.to_owned() } else { String::new() }
}

/// A decision taken outside the panel: when, on whose written authority, what; and whether the authority has come.
fn outside(case: &Case) -> String {
    let Some(decided) = &case.by_hand.decided_outside else { return String::new() };
    let what = decided.what.as_deref().map_or("what was decided is not recorded", str::trim);
    let document = case
        .written_authority()
        .map_or("it has not been received".to_owned(), |paper| format!("it is document {}", paper.number));
    format!(
        "On {}, with the written authority of {} ({document}): {what}",
        day(decided.on),
        decided.authority
    )
}

/// Who was there for one case, in whose chair, and who took no part.
pub fn attendance(outcome: &Outcome, case: &CaseId, quorum: &str) -> Vec<Line> {
    let took_part = |person: &&Attendee| {
        matches!(person.presence, Presence::Present | Presence::Substitute) && !person.is_out_of(case)
    };
    let present: Vec<String> = outcome.attendance.iter().filter(took_part).map(with_role).collect();
    let declared = outcome.attendance.iter().filter(|person| person.interests.contains(case));
    let declared: Vec<String> = declared.map(with_role).collect();
    let excluded = outcome.attendance.iter().filter(|person| person.kept_out.contains(case));
    let excluded: Vec<String> = excluded.map(with_role).collect();
    let interests = match declared.is_empty() {
        false => declared.join("; "),
        true if outcome.no_interests => "None declared".to_owned(),
        true => NOT_RECORDED.to_owned(),
    };
    vec![
        line("chair", "In the chair", outcome.chair.as_deref().unwrap_or(NOT_RECORDED)),
        line("present_for_it", "Present for this item", recorded(&present.join("; "))),
        line("interests_in_it", "Interests in this item", interests),
        line("excluded", "Excluded by the Chair", excluded.join("; ")),
        line("quorum", "Quorum", quorum),
    ]
}

pub fn with_role(person: &Attendee) -> String {
    let role = if person.role.is_empty() { String::new() } else { format!(" ({})", person.role) };
    let standing = person.standing_for.as_ref().map_or(String::new(), |member| format!(", for {member}"));
    format!("{}{role}{standing}", person.name)
}

/// A text as it may stand on the record of this case's child: without where the child lives where that is not to be disclosed, and
/// without other children.
#[derive(Debug)]
pub struct OnRecord<'c> {
    case: Option<&'c Case>,
    others: Others,
}

impl<'c> OnRecord<'c> {
    pub fn of(book: &'c Casebook, id: &CaseId, decision: Option<&Decision>) -> Self {
        let case = book.case(id);
        let names_siblings = decision.is_some_and(|decision| decision.names_siblings);
        let others = case.map(|case| Others::of(book, case, names_siblings)).unwrap_or_default();
        OnRecord { case, others }
    }

    pub fn text(&self, text: &str) -> String {
        let text = self.others.left_out(text);
        self.case.map_or(text.clone(), |case| undisclosed::left_out(case, &text))
    }

    pub fn lines(&self, mut lines: Vec<Line>) -> Vec<Line> {
        for line in &mut lines {
            line.value = self.text(&line.value);
        }
        lines
    }
}

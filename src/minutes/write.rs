//! Everything written after a meeting: minutes, a note for each child and its text to paste, the actions, the filing list.
//!
//! File names hold the panel's short name, the date and case numbers, never a child's name.

use anyhow::{Context, Result};

use crate::minutes::facts::{Document, Filed, MinutesFacts, Sort, Templates, extract};
use crate::minutes::{case_note, lists, record};
use crate::panel::{restricted, undisclosed};
use crate::stationery::marks::Marked;
use crate::stationery::word;

/// The list of the minutes that gives each case a part of its own, to be cut out once they are confirmed.
const PARTS: Marked<'static> = Marked { list: "cases", named_by: "ref" };

/// Writes the records: the minutes first, then note and text per case in the order heard, the actions, the filing list. `head` is that of the
/// evidence chain: the minutes carry it among their properties, and not in their text.
///
/// Fails when a template names a field that is not there, or is no Word file.
pub fn write(facts: &MinutesFacts<'_>, templates: Templates<'_>, head: &str) -> Result<Vec<Document>> {
    let named = |what: &str, ending: &str| format!("{}.{ending}", facts.heading.file_name(what));
    let mut filed: Vec<Filed> = Vec::new();
    // A restricted case has its note, and is in nothing that others read.
    let restricted = facts.casebook.restricted();
    let agenda = facts.agenda.without(&restricted);
    let outcome = restricted::outcome_without(facts.outcome, facts.casebook);
    let shared = MinutesFacts { agenda: &agenda, outcome: &outcome, ..*facts };
    let bytes = word::fill_marked(templates.minutes, "minutes.docx", &record::minutes(&shared), Some(PARTS))?;
    let bytes = word::identified(&bytes, "minutes.docx", head)?;
    filed.push(Filed::new(None, Sort::Minutes, named("minutes", "docx"), bytes));
    for (_, line) in agenda.cases() {
        let file_name = format!("{}.docx", facts.heading.file_name(&extract(&line.case)));
        filed.push(Filed::new(Some(&line.case), Sort::Extract, file_name, Vec::new()));
    }
    for (item, line) in facts.agenda.cases() {
        let decided = facts.outcome.decisions.iter().any(|decision| decision.case == line.case);
        if !decided {
            continue;
        }
        let facts = if restricted.contains(&line.case) { facts } else { &shared };
        let mut bytes =
            word::fill(templates.decision_note, "decision_note.docx", &record::note(facts, item, line))?;
        if let Some(warning) = facts.casebook.case(&line.case).and_then(undisclosed::warning) {
            bytes = word::begin_with(&bytes, "decision_note.docx", &warning)?;
        }
        let file_name = named(&format!("decision note {}", line.case), "docx");
        filed.push(Filed::new(Some(&line.case), Sort::Note, file_name, bytes));
        let text = case_note::text(facts, line).replace('\n', "\r\n").into_bytes();
        let file_name = named(&format!("case note {}", line.case), "txt");
        filed.push(Filed::new(Some(&line.case), Sort::CaseNote, file_name, text));
    }
    let actions = lists::actions(&shared).context("cannot write the list of actions")?;
    let listed: Vec<&Filed> =
        filed.iter().filter(|one| one.case.as_ref().is_none_or(|case| !restricted.contains(case))).collect();
    let filing = lists::filing(&shared, &listed).context("cannot write the filing list")?;
    let made = filed.into_iter().filter(|one| one.sort != Sort::Extract);
    let mut documents: Vec<Document> = made.map(|one| one.document).collect();
    documents.push(Document { file_name: named("actions", "xlsx"), bytes: actions });
    documents.push(Document { file_name: named("filing list", "xlsx"), bytes: filing });
    Ok(documents)
}

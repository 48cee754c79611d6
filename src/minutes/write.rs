//! Everything written after a meeting: minutes, a note for each child, the actions, the filing list.
//!
//! File names hold the panel's short name, the date and case numbers, never a child's name.

use anyhow::{Context, Result};

use crate::minutes::facts::{Document, MinutesFacts, Templates};
use crate::minutes::{lists, record};
use crate::panel::ids::CaseId;
use crate::panel::{restricted, undisclosed};
use crate::stationery::word;

/// Writes the records: the minutes first, then a note per case in the order heard, the actions, the filing list. `head` is that of the
/// evidence chain: the minutes carry it among their properties, and not in their text.
///
/// Fails when a template names a field that is not there, or is no Word file.
pub fn write(facts: &MinutesFacts<'_>, templates: Templates<'_>, head: &str) -> Result<Vec<Document>> {
    let named = |what: &str, ending: &str| format!("{}.{ending}", facts.heading.file_name(what));
    let mut filed: Vec<(Option<CaseId>, Document)> = Vec::new();
    // A restricted case has its note, and is in nothing that others read.
    let restricted = facts.casebook.restricted();
    let agenda = facts.agenda.without(&restricted);
    let outcome = restricted::outcome_without(facts.outcome, facts.casebook);
    let shared = MinutesFacts { agenda: &agenda, outcome: &outcome, ..*facts };
    let bytes = word::fill(templates.minutes, "minutes.docx", &record::minutes(&shared))?;
    let bytes = word::identified(&bytes, "minutes.docx", head)?;
    filed.push((None, Document { file_name: named("minutes", "docx"), bytes }));
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
        filed.push((Some(line.case.clone()), Document { file_name, bytes }));
    }
    let actions = lists::actions(&shared).context("cannot write the list of actions")?;
    let listed: Vec<(Option<CaseId>, Document)> = filed
        .iter()
        .filter(|(case, _)| case.as_ref().is_none_or(|case| !restricted.contains(case)))
        .cloned()
        .collect();
    let filing = lists::filing(&shared, &listed).context("cannot write the filing list")?;
    let mut documents: Vec<Document> = filed.into_iter().map(|(_, document)| document).collect();
    documents.push(Document { file_name: named("actions", "xlsx"), bytes: actions });
    documents.push(Document { file_name: named("filing list", "xlsx"), bytes: filing });
    Ok(documents)
}

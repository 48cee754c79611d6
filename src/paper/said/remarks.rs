//! The findings that follow from what was counted in a paper.

use crate::finding::Finding;
use crate::panel::seen::PaperFacts;

/// As many names as one sentence lists.
const MOST_NAMES: usize = 3;

/// What a person should know about a paper with these facts.
pub fn remarks(facts: &PaperFacts) -> Vec<Finding> {
    let mut said = Vec::new();
    if facts.insertions + facts.deletions > 0 {
        let insertions = counted(facts.insertions, "insertion");
        let deletions = counted(facts.deletions, "deletion");
        said.push(
            Finding::warning(
                "tracked-changes",
                format!("the document still holds tracked changes ({insertions}, {deletions})"),
            )
            .hint("the pack shows the text with all changes accepted; check that this is meant"),
        );
    }
    if facts.comments > 0 {
        let comments = counted(facts.comments, "comment");
        said.push(Finding::note(
            "comments",
            format!("the document holds {comments}, which the pack does not show"),
        ));
    }
    said.extend(hidden_words(facts.hidden_words));
    if !facts.hidden_sheets.is_empty() {
        let names = listed(&facts.hidden_sheets);
        said.push(Finding::note("hidden-sheets", format!("hidden sheets are not in the pack: {names}")));
    }
    if !facts.embedded.is_empty() {
        let names = listed(&facts.embedded);
        said.push(
            Finding::warning("embedded-files", format!("there are files inside the file: {names}"))
                .hint("they are not in the pack; save each into the folder as a document of its own"),
        );
    }
    if facts.macros {
        said.push(Finding::note("macros", "the file carries macros, which are never run"));
    }
    if facts.signatures > 0 {
        let signatures = counted(facts.signatures, "digital signature");
        said.push(Finding::note("signed", format!("the file carries {signatures}, which were not checked")));
    }
    said
}

/// Says that a document holds words its readers do not see.
pub fn hidden_words(words: u32) -> Option<Finding> {
    let finding = Finding::warning(
        "hidden-text",
        format!("the document holds hidden text ({})", counted(words, "word")),
    );
    (0 < words).then(|| finding.hint("hidden text is not read and not in the pack; take it out or show it"))
}

/// What a person should know about content that is fetched from elsewhere when the file is opened.
pub fn fetches(addresses: &[String]) -> Option<Finding> {
    if addresses.is_empty() {
        return None;
    }
    let names = listed(addresses);
    let finding = Finding::warning(
        "external-content",
        format!("the file points at content outside it, which was not fetched: {names}"),
    );
    Some(finding.hint("put the picture or text itself into the document"))
}

fn counted(number: u32, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> =
        names.iter().take(MOST_NAMES).map(|name| format!("`{}`", shortened(name))).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

fn shortened(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    if name.chars().count() > 80 { format!("{plain}...") } else { plain }
}

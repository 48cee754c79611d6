//! The receipt: one page per case folder that tells the team what came, what each paper is, what is wrong and what is missing.

use serde_json::{Value, json};

use crate::finding::Severity;
use crate::panel::case::{Case, Casebook};
use crate::panel::ids::CaseId;
use crate::report::{said, view};

pub use crate::report::view::PageLook;

/// The template as it is shipped; `templates/receipt.hbs`.
pub const TEMPLATE: &str = include_str!("../../templates/receipt.hbs");

/// Name of a case's receipt in the receipts folder: its number, never the child's name.
pub fn file_name(case: &CaseId) -> String {
    format!("{case} receipt.html")
}

/// What the template of one case's page is filled with.
pub fn facts(casebook: &Casebook, case: &Case, look: PageLook<'_>) -> Value {
    // A held paper belongs to no case yet, but whoever dropped it looks for it here.
    let here = |file: &str| case.folder.as_ref().is_some_and(|folder| lies_in(file, folder));
    let held = casebook.unfiled.iter().filter(|paper| here(&paper.file));
    let papers: Vec<Value> = case.papers.iter().chain(held).map(view::paper).collect();
    let ignored: Vec<Value> =
        casebook.ignored.iter().filter(|ignored| here(&ignored.file)).map(view::ignored).collect();
    let warnings = view::of(&case.findings, Severity::Warning);
    let notes = view::of(&case.findings, Severity::Note);
    json!({
        "head": view::head(casebook, look),
        "case": view::case(case, look),
        "folder": view::folder(case, look),
        "papers": papers,
        "has_papers": !papers.is_empty(),
        "has_ignored": !ignored.is_empty(),
        "ignored": ignored,
        "has_warnings": !warnings.is_empty(),
        "warnings": warnings,
        "has_notes": !notes.is_empty(),
        "notes": notes,
        "to_do": said::count(view::of(&case.findings, Severity::Blocks).len(), "item"),
    })
}

fn lies_in(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use crate::report::receipt::{PageLook, TEMPLATE, facts};
    use crate::report::sample;
    use crate::stationery::html;

    fn receipt(id: &str) -> String {
        let (heading, words, book) = (sample::heading(), sample::words(), sample::casebook());
        let case = book.case(&id.parse().unwrap()).unwrap();
        let look = PageLook { heading: &heading, words: &words };
        html::page(TEMPLATE, "receipt.hbs", &facts(&book, case, look)).unwrap()
    }

    #[test]
    fn an_incomplete_case_is_told_what_to_do_and_by_when() {
        let html = receipt("1219420");
        for part in [
            "2 items outstanding",
            "Please send it by 3 pm Wednesday 18 November 2026 (today).",
            "An up-to-date assessment is missing.",
            "Save it into this case&#x27;s folder.",
            "The file is protected by a password and cannot be opened.",
            "take the password out",
            "10.04 am Tue 17 Nov",
            "come to £936.50",
            "two tracked changes",
        ] {
            assert!(html.contains(part), "`{part}` is not on the receipt");
        }
    }

    #[test]
    fn a_complete_case_is_told_so() {
        let html = receipt("1204417");
        assert!(html.contains("<h2>Complete</h2>") && !html.contains("outstanding</h2>"));
        assert!(html.contains("<td data-head=\"Pages\">11</td>"), "pages of the assessment");
    }

    #[test]
    fn a_held_paper_and_a_lock_file_are_on_the_receipt_of_their_folder() {
        let html = receipt("1219420");
        assert!(
            html.contains("Health assessment.docx") && html.contains("but the document gives case “1176345”")
        );
        assert!(html.contains("~$ferral form.docx"));
        assert!(!receipt("1204417").contains("Health assessment.docx"));
    }

    #[test]
    fn a_hostile_file_name_is_shown_as_it_is_written() {
        let html = receipt("1221960");
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;alert(1)"), "{html}");
    }
}

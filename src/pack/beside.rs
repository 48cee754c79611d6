//! Tables beside the pack, for the administrator alone: what is not in it, file by file, and who holds it. Pure.

use crate::pack::manifest::Manifest;
use crate::pack::plan;
use crate::panel::case::Casebook;
use crate::panel::paper::Paper;
use crate::panel::words::Words;

/// A table that Excel opens: case, paper, file, kind and why it is not shown.
pub fn list(casebook: &Casebook, words: &Words) -> String {
    let mut table = String::from("\u{FEFF}Case,Paper,File,Kind,Why\r\n");
    let listed =
        casebook.cases.iter().flat_map(|case| case.papers.iter().map(move |paper| (Some(case), paper)));
    for (case, paper) in listed.chain(casebook.unfiled.iter().map(|paper| (None, paper))) {
        let Some(why) = plan::why_not_in_pack(case, paper) else { continue };
        let kind = paper.kind.as_ref().map(|kind| words.kind(kind)).unwrap_or_default();
        let case = case.map(|case| case.id.to_string()).unwrap_or_default();
        row(&mut table, [&case, &paper_number(paper), &paper.file, kind, &why]);
    }
    for ignored in &casebook.ignored {
        row(&mut table, ["", "", &ignored.file, "", &ignored.reason]);
    }
    table
}

/// What to look at in a pack that did not pass its own check, in words.
pub fn to_look_at(manifest: &Manifest) -> String {
    let Manifest { panel, meeting, version, found, .. } = manifest;
    let mut said = format!(
        "{panel}, {meeting}, version {version}: this pack did not pass its own check.\r\n\r\nLook at:\r\n"
    );
    for finding in found {
        said.push_str(&format!("- {}\r\n", finding.message));
    }
    said.push_str(&format!(
        "\r\nPress it again once it is mended. To send it as it is, a person must accept it by name:\r\n\
         panelclerk accept {meeting} --by NAME --reason TEXT\r\n"
    ));
    said
}

/// Somebody to whom a pack was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// An address.
    pub recipient: String,
    pub version: u32,
    /// `pack`, `supplement` or `agenda`.
    pub what: String,
    pub pages: String,
    pub letter: String,
    pub state: String,
    /// When it came to that, as a person reads it.
    pub when: String,
}

/// A table that Excel opens: who must be asked to delete a pack, with an empty column for the answers.
pub fn recall(holders: &[Holder]) -> String {
    let mut table = String::from("\u{FEFF}Recipient,Version,What,Pages,Letter,State,Since,Deleted\r\n");
    for holder in holders {
        let Holder { recipient, version, what, pages, letter, state, when } = holder;
        row(&mut table, [recipient, &version.to_string(), what, pages, letter, state, when, ""]);
    }
    table
}

fn paper_number(paper: &Paper) -> String {
    paper.number.to_string()
}

/// One row; text that Excel would take for a formula is made plain.
fn row<const COLUMNS: usize>(table: &mut String, cells: [&str; COLUMNS]) {
    let spelt = cells.map(|cell| {
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    });
    table.push_str(&spelt.join(","));
    table.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;
    use crate::panel::case::Ignored;

    #[test]
    fn every_file_that_is_not_shown_is_named_once_and_no_formula_runs() {
        let mut casebook = sample::casebook();
        casebook.cases[0].papers[1].in_use = false;
        casebook.cases[0].papers[1].file = "=cmd|'/c calc'!A1".to_owned();
        casebook.ignored =
            vec![Ignored { file: "~$form.docx".to_owned(), reason: "Word's lock file".to_owned() }];
        let table = list(&casebook, &sample::facts().words);
        let rows: Vec<&str> = table.lines().collect();
        assert!(rows[1].starts_with("\"204117\",\"P2\",\"'=cmd"), "{}", rows[1]);
        // The head, that paper, the one behind a password, three of a case that is not heard, the lock file.
        assert_eq!(rows.len(), 7, "{table}");
    }
}

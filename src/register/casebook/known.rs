//! What one content says about itself under this panel's configuration: its kind, its form, its date, whose it is.

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::form::Form;
use crate::panel::ids::{CaseId, Kind};
use crate::panel::paper::Rendition;
use crate::panel::rules::Rules;
use crate::panel::seen::Reading;
use crate::register::readings::KeptReading;

/// A content under a file name.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub kind: Option<Kind>,
    pub form: Option<Form>,
    pub title: Option<String>,
    pub dated: Option<NaiveDate>,
    /// The case number written in its form.
    pub says: Option<CaseId>,
    /// The case number of the folder stands somewhere in it.
    pub names_case: bool,
    pub rendition: Option<Rendition>,
    pub findings: Vec<Finding>,
}

/// What `kept` says, dropped as `file`; `kind` is what a person called it, `case` whose folder it is in.
pub fn content(
    rules: &Rules,
    kept: KeptReading,
    file: &str,
    kind: Option<&Kind>,
    case: Option<&CaseId>,
) -> Known {
    let KeptReading { reading, rendition } = kept;
    let kind = kind.cloned().or_else(|| recognise(rules, &reading, file));
    let form: Option<Form> = None;
    let says = form.as_ref().and_then(|form: &Form| form.text("case_id")?.trim().parse().ok());
    let names_case = case.is_some_and(|case| mentions(&reading.text, case.as_str()));
    Known {
        kind,
        title: reading.title.filter(|title| !title.trim().is_empty()),
        dated: form.as_ref().and_then(|form| form.date("referral_date")),
        form,
        says,
        names_case,
        rendition,
        findings: reading.findings,
    }
}

/// The kind whose words stand in the file name, else in the title, else in the opening.
fn recognise(rules: &Rules, reading: &Reading, file: &str) -> Option<Kind> {
    let name = file.rsplit('/').next().unwrap_or(file).to_lowercase().replace(['_', '-', '.'], " ");
    let title = reading.title.clone().unwrap_or_default().to_lowercase();
    let opening = reading.opening.to_lowercase();
    let says = |text: &str, words: &[String]| words.iter().any(|words| text.contains(&words.to_lowercase()));
    let by = |fits: &dyn Fn(&crate::panel::kinds::KindRule) -> bool| {
        rules.kinds.iter().find(|rule| fits(rule)).map(|rule| rule.key.clone())
    };
    by(&|rule| says(&name, &rule.in_name))
        .or_else(|| by(&|rule| says(&title, &rule.in_title)))
        .or_else(|| by(&|rule| says(&opening, &rule.in_opening)))
}

/// Whether the number stands in the text on its own.
fn mentions(text: &str, number: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    text.match_indices(number)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + number.len()..].chars().next()))
}

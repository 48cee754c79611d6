//! Which child a paper is about: the folder says, and the paper itself must not contradict it.
//!
//! Nothing is guessed: where folder, file name and paper disagree it is held with both readings shown. Messages name
//! cases by their number, never children.

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::crowd::{both_orders, plain, whole_words};
use crate::panel::dates;
use crate::panel::form::{Form, Value};
use crate::panel::ids::CaseId;
use crate::panel::paper::Confirmed;
use crate::panel::seen::Reading;
use crate::panel::values::words;

pub use crate::panel::crowd::{Crowd, KnownCase};

/// Whose paper it was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// None: it stays unfiled.
    pub case: Option<CaseId>,
    pub confirmed: Confirmed,
    /// A person must look before the paper is used: the readings disagree.
    pub held: bool,
    /// Why it is where it is.
    pub reason: String,
    pub findings: Vec<Finding>,
}

/// What a paper says about its child.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    pub case: Option<CaseId>,
    pub name: Option<String>,
    pub born: Option<NaiveDate>,
}

impl Said {
    /// What the form's fields `case_id`, `child_name` and `dob` say.
    pub fn by(form: &Form) -> Self {
        let text = |key: &str| match form.get(key).map(|filled| &filled.value) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        Said {
            case: text("case_id").and_then(|number| number.parse().ok()),
            name: text("child_name"),
            born: form.date("dob"),
        }
    }

    fn is_silent(&self) -> bool {
        self.case.is_none() && (self.name.is_none() || self.born.is_none())
    }
}

/// The case whose folder `path` (below the inbox, `/` between its parts) lies in: the innermost folder named
/// `CASE-ID anything`.
pub fn folder_case(path: &str, is_number: impl Fn(&CaseId) -> bool) -> Option<CaseId> {
    let (folders, _) = path.rsplit_once('/')?;
    folders.rsplit('/').find_map(|folder| {
        let first = folder.split([' ', '_', ',']).next().unwrap_or(folder);
        first.parse().ok().filter(|case| is_number(case))
    })
}

/// Decides whose paper the file at `path` is.
///
/// `said` is what its labels say, `crowd` every case of the panel, `is_number` the council's pattern of case numbers.
pub fn whose(
    path: &str,
    reading: &Reading,
    said: &Said,
    crowd: &Crowd<'_>,
    is_number: impl Fn(&CaseId) -> bool,
) -> Whose {
    let file = path.rsplit('/').next().unwrap_or(path);
    let mut said = said.clone();
    said.case = said.case.filter(|case| is_number(case));
    let paper = Paper { said, named: crowd.numbered(&whole_words(file)), text: &reading.text };
    match folder_case(path, &is_number) {
        Some(folder) => in_folder(folder, &paper, crowd),
        None => loose(&paper, crowd),
    }
}

/// What the paper itself gives away.
struct Paper<'k> {
    said: Said,
    /// Case numbers of the panel in its file name.
    named: Vec<&'k CaseId>,
    text: &'k str,
}

impl<'k> Paper<'k> {
    /// Case numbers of the panel anywhere in its text.
    fn numbers(&self, crowd: &Crowd<'k>) -> Vec<&'k CaseId> {
        crowd.numbered(&whole_words(self.text))
    }

    /// Whether its text speaks of the case, by its number or by its child.
    fn mentions(&self, case: &CaseId, here: Option<&KnownCase>) -> bool {
        if whole_words(self.text).iter().any(|word| word.eq_ignore_ascii_case(case.as_str())) {
            return here.is_some();
        }
        let Some((name, born)) = here.and_then(|here| Some((here.name.as_deref()?, here.born?))) else {
            return false;
        };
        let in_text = words(&plain(self.text));
        let [one, other] = both_orders(name);
        !one.is_empty()
            && in_text.windows(one.len()).any(|window| window == one || window == other)
            && dates::says(self.text, born)
    }
}

fn in_folder<'k>(folder: CaseId, paper: &Paper<'k>, crowd: &Crowd<'k>) -> Whose {
    if let Some(case) = &paper.said.case
        && *case != folder
    {
        return held(folder.clone(), &format!("the document gives case `{case}`"));
    }
    if let [other] = paper.named.as_slice()
        && **other != folder
    {
        return held(folder.clone(), &format!("its file name gives case `{other}`"));
    }
    let here = crowd.find(&folder);
    let named = paper.said.case.is_some();
    if let Some(contradiction) = here.and_then(|here| contradicts(here, &paper.said, crowd.known, named)) {
        return held(folder, &contradiction);
    }
    let mentioned = !named && paper.mentions(&folder, here);
    if !named
        && !mentioned
        && paper.said.is_silent()
        && let [other] = others(paper, crowd).as_slice()
    {
        return held(folder, &format!("the document speaks of case `{other}` only"));
    }
    let mut findings = Vec::new();
    if let Some(here) = here {
        findings.extend(differing_name(here, &paper.said));
    }
    let same_child = here.is_some_and(|here| is_child(here, &paper.said));
    let confirmed = named || same_child || mentioned;
    if !confirmed {
        let message = format!("the document itself does not say that it is about case `{folder}`");
        findings
            .push(Finding::note("child-not-confirmed", message).hint(
                "the administrator confirms it; a case number on the first page would do it by itself",
            ));
    }
    Whose {
        reason: format!("it lies in the folder of case `{folder}`"),
        case: Some(folder),
        confirmed: if confirmed { Confirmed::ByPaper } else { Confirmed::Not },
        held: false,
        findings,
    }
}

/// A file that lies in no case's folder is filed only where it names one known case beyond doubt.
fn loose<'k>(paper: &Paper<'k>, crowd: &Crowd<'k>) -> Whose {
    let known = crowd.known;
    let by_number: Vec<&CaseId> = match &paper.said.case {
        Some(case) => match known.iter().find(|known| known.case == *case) {
            Some(known) => vec![&known.case],
            None => return unfiled(format!("it gives case `{case}`, which is not known yet")),
        },
        None => paper.numbers(crowd),
    };
    let by_labels = known.iter().filter(|known| is_child(known, &paper.said)).map(|known| &known.case);
    let by_child: Vec<&CaseId> =
        if paper.said.is_silent() { crowd.spoken_of(paper.text) } else { by_labels.collect() };
    let found = match (by_number.as_slice(), by_child.as_slice()) {
        ([number], [child]) if number == child => (*number).clone(),
        ([number], [child]) => {
            let both = format!("it gives the number of case `{number}` and the child of case `{child}`");
            return unfiled(both);
        }
        ([number], []) => {
            let here = known.iter().find(|known| known.case == **number);
            if here.is_some_and(|here| contradicts(here, &paper.said, known, false).is_some()) {
                return unfiled(format!("it gives the number of case `{number}` and another child"));
            }
            (*number).clone()
        }
        ([], [child]) => (*child).clone(),
        ([], []) => {
            return unfiled("it lies in no case's folder and does not say which case it is about".to_owned());
        }
        (numbers, children) => {
            let mut cases: Vec<&str> = numbers.iter().chain(children).map(|case| case.as_str()).collect();
            cases.sort_unstable();
            cases.dedup();
            return unfiled(format!("it speaks of several cases: `{}`", cases.join("`, `")));
        }
    };
    if let [other] = paper.named.as_slice()
        && **other != found
    {
        return unfiled(format!("its file name gives case `{other}`, the document itself case `{found}`"));
    }
    Whose {
        reason: format!("it lies in no case's folder; the document itself names case `{found}`"),
        case: Some(found),
        confirmed: Confirmed::ByPaper,
        held: false,
        findings: Vec::new(),
    }
}

fn held(folder: CaseId, paper: &str) -> Whose {
    let message = format!("the folder says case `{folder}`, but {paper}");
    let finding = Finding::warning("another-child", message.clone())
        .hint("move it to the right folder, or assign it by hand if the folder is right");
    Whose {
        case: Some(folder),
        confirmed: Confirmed::Not,
        held: true,
        reason: message,
        findings: vec![finding],
    }
}

fn unfiled(reason: String) -> Whose {
    let finding = Finding::warning("unfiled", format!("the document could not be filed: {reason}"))
        .hint("put it into the folder of its case, named with the case number first");
    Whose { case: None, confirmed: Confirmed::Not, held: true, reason, findings: vec![finding] }
}

/// Cases other than the folder's that the paper names by number or by child.
fn others<'k>(paper: &Paper<'k>, crowd: &Crowd<'k>) -> Vec<&'k CaseId> {
    let mut others: Vec<&CaseId> = paper.numbers(crowd);
    others.extend(crowd.spoken_of(paper.text));
    others.sort_unstable();
    others.dedup();
    others
}

/// Why what the paper says cannot be about this child.
fn contradicts(here: &KnownCase, said: &Said, known: &[KnownCase], named: bool) -> Option<String> {
    let (name, born) = (here.name.as_deref()?, here.born?);
    let said_born = said.born?;
    if said_born == born {
        return None;
    }
    let same_name = said.name.as_deref().is_some_and(|said| is_same_name(said, name));
    let other = known.iter().find(|known| known.case != here.case && is_child(known, said));
    if let Some(other) = other {
        return Some(format!("the document gives the name and date of birth of case `{}`", other.case));
    }
    // With the right case number another date of birth is for the cross-checks to report; it is still this child's paper.
    if named {
        return None;
    }
    let what = if same_name { "another date of birth" } else { "another name and date of birth" };
    Some(format!("the document gives {what}"))
}

fn differing_name(here: &KnownCase, said: &Said) -> Option<Finding> {
    let (name, other) = (here.name.as_deref()?, said.name.as_deref()?);
    if is_same_name(name, other) {
        return None;
    }
    let message = format!("the child's name on the document is not the one case `{}` has", here.case);
    Some(
        Finding::warning("child-name-differs", message)
            .hint("write the name alike in every document of the case"),
    )
}

fn is_child(known: &KnownCase, said: &Said) -> bool {
    match (&known.name, known.born, &said.name, said.born) {
        (Some(name), Some(born), Some(said_name), Some(said_born)) => {
            born == said_born && is_same_name(name, said_name)
        }
        _ => false,
    }
}

/// The same words in any order: `Smith, Ada` and `Ada Smith`; accents make no difference.
fn is_same_name(one: &str, other: &str) -> bool {
    let sorted = |name: &str| {
        let mut words = words(&plain(name));
        words.sort_unstable();
        words
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use crate::panel::seen::FileFormat;

    use super::*;

    fn reading(text: &str) -> Reading {
        Reading { text: text.to_owned(), opening: text.to_owned(), ..Reading::empty(FileFormat::Word) }
    }

    /// Fictional children; two of them have the same name.
    fn known() -> Vec<KnownCase> {
        let child = |case: &str, name: &str, born: &str| KnownCase {
            case: case.parse().unwrap(),
            name: Some(name.to_owned()),
            born: born.parse().ok(),
        };
        vec![
            child("123456", "Ada Fictional", "2012-02-14"),
            child("654321", "Łukasz Invented", "2014-03-01"),
            child("777777", "Ada Fictional", "2015-06-30"),
        ]
    }

    fn said(case: Option<&str>, name: Option<&str>, born: Option<&str>) -> Said {
        Said {
            case: case.map(|case| case.parse().unwrap()),
            name: name.map(str::to_owned),
            born: born.map(|born| born.parse().unwrap()),
        }
    }

    #[track_caller]
    fn ask(path: &str, text: &str, said: &Said) -> Whose {
        let known = known();
        whose(path, &reading(text), said, &Crowd::of(&known), |case| case.as_str().len() == 6)
    }

    fn outcome(whose: &Whose) -> (Option<&str>, Confirmed, bool) {
        (whose.case.as_ref().map(CaseId::as_str), whose.confirmed, whose.held)
    }

    const FOLDER: &str = "Team 3/123456 AF/Paper.docx";

    #[test]
    fn the_folder_says_and_the_paper_confirms() {
        let nothing = Said::default();
        for (text, said) in [
            ("LCS ID 123456", &nothing),
            ("Assessment of Ada Fictional, born 14th February 2012", &nothing),
            ("FICTIONAL Ada, d.o.b. 14.2.12", &nothing),
            ("", &said(Some("123456"), None, None)),
            ("", &said(None, Some("Fictional, Ada"), Some("2012-02-14"))),
            ("", &said(Some("123456"), Some("Ada Fictional"), Some("2012-04-14"))),
        ] {
            assert_eq!(
                outcome(&ask(FOLDER, text, said)),
                (Some("123456"), Confirmed::ByPaper, false),
                "{text}"
            );
        }
        let silent = ask(FOLDER, "a scan", &nothing);
        assert_eq!(outcome(&silent), (Some("123456"), Confirmed::Not, false));
        assert_eq!(silent.findings[0].code, "child-not-confirmed");
    }

    #[test]
    fn disagreement_is_held_with_both_readings() {
        for (path, text, said, message) in [
            (
                FOLDER,
                "",
                said(Some("654321"), None, None),
                "the folder says case `123456`, but the document gives case `654321`",
            ),
            (
                FOLDER,
                "",
                said(Some("999999"), None, None),
                "the folder says case `123456`, but the document gives case `999999`",
            ),
            (
                FOLDER,
                "",
                said(None, Some("Lukasz Invented"), Some("2014-03-01")),
                "the folder says case `123456`, but the document gives the name and date of birth of case `654321`",
            ),
            (
                FOLDER,
                "",
                said(None, Some("Ada Fictional"), Some("2015-06-30")),
                "the folder says case `123456`, but the document gives the name and date of birth of case `777777`",
            ),
            (
                FOLDER,
                "",
                said(None, Some("Somebody Else"), Some("2010-01-01")),
                "the folder says case `123456`, but the document gives another name and date of birth",
            ),
            (
                FOLDER,
                "about Łukasz Invented, 1 March 2014",
                Said::default(),
                "the folder says case `123456`, but the document speaks of case `654321` only",
            ),
            (
                "123456 AF/Care plan 654321.docx",
                "",
                Said::default(),
                "the folder says case `123456`, but its file name gives case `654321`",
            ),
        ] {
            let found = ask(path, text, &said);
            assert_eq!(outcome(&found), (Some("123456"), Confirmed::Not, true), "{message}");
            assert_eq!(found.findings[0].code, "another-child");
            assert_eq!(found.findings[0].message, message);
        }
        // A sibling mentioned beside the child is no contradiction.
        let both = ask(FOLDER, "cases 123456 and 654321", &Said::default());
        assert_eq!(outcome(&both), (Some("123456"), Confirmed::ByPaper, false));
    }

    #[test]
    fn a_loose_file_is_filed_only_where_it_names_one_case_beyond_doubt() {
        for (text, said, case) in [
            ("", said(Some("654321"), None, None), Some("654321")),
            ("for LCS 654321, urgent", Said::default(), Some("654321")),
            ("", said(None, Some("Ada Fictional"), Some("2015-06-30")), Some("777777")),
            // A name or a date alone, an unknown case number, or two cases: not enough to say whose it is.
            ("Ada Fictional", said(None, Some("Ada Fictional"), None), None),
            ("born 14/02/2012", Said::default(), None),
            ("", said(Some("111111"), None, None), None),
            ("123456 and 654321", Said::default(), None),
            ("", said(Some("123456"), Some("Łukasz Invented"), Some("2014-03-01")), None),
            ("a scan", Said::default(), None),
        ] {
            let found = ask("Paper.docx", text, &said);
            assert_eq!(found.case.as_ref().map(CaseId::as_str), case, "{text} {said:?}");
            assert_eq!(found.held, case.is_none());
            let names = ["Ada", "ukasz"];
            assert!(!names.iter().any(|name| found.reason.contains(name)), "{}", found.reason);
        }
    }

    #[test]
    fn folders_are_named_with_the_case_number_first() {
        let number = |path: &str| folder_case(path, |case| case.as_str().len() == 6);
        for path in
            ["123456/x.docx", "123456 Ada F/x.docx", "Team 3/123456_AF/x.docx", "123456 AF/old/x.docx"]
        {
            assert_eq!(number(path).as_ref().map(CaseId::as_str), Some("123456"), "{path}");
        }
        for path in ["x.docx", "123456.docx", "Ada 123456/x.docx", "Team 3/x.docx", "2026 papers/x.docx"] {
            assert_eq!(number(path), None, "{path}");
        }
    }
}

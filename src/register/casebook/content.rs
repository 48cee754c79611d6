//! What one content says about itself under this panel's configuration: its kind, its form, its date, its child.

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::dated::dated;
use crate::panel::filling;
use crate::panel::form::Form;
use crate::panel::ids::Kind;
use crate::panel::kinds;
use crate::panel::labels::FormRule;
use crate::panel::paper::Rendition;
use crate::panel::rules::Rules;
use crate::panel::seen::{Facts, Reading, Sort};
use crate::panel::whose::Said;
use crate::register::readings::KeptReading;

/// A content under a file name.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    pub kind: Option<Kind>,
    /// Why it was taken for that kind, or for none.
    pub because: String,
    /// Its fields, where its kind carries a form.
    pub form: Option<Form>,
    pub title: Option<String>,
    pub dated: Option<NaiveDate>,
    /// Whose it says it is.
    pub said: Said,
    /// The reading without its body: what the checks across cases need.
    pub thin: Reading,
    pub rendition: Option<Rendition>,
    pub findings: Vec<Finding>,
}

/// What the readings are seen by.
#[derive(Debug, Clone)]
pub struct Eye<'r> {
    pub rules: &'r Rules,
    /// The day two-digit years and dated codes are seen from.
    pub on: NaiveDate,
    /// The labels by which any paper names its child.
    identity: FormRule,
}

impl<'r> Eye<'r> {
    pub fn new(rules: &'r Rules, on: NaiveDate) -> Self {
        let naming = ["case_id", "child_name", "dob"];
        let mut fields: Vec<_> = rules
            .forms
            .iter()
            .flat_map(|form| &form.fields)
            .filter(|field| naming.contains(&field.key.as_str()))
            .cloned()
            .collect();
        fields.sort_by(|one, other| one.key.cmp(&other.key));
        fields.dedup_by(|one, other| one.key == other.key);
        for field in &mut fields {
            field.required = false;
        }
        let identity = FormRule { key: "identity".to_owned(), fields, ..FormRule::default() };
        Eye { rules, on, identity }
    }

    /// What `kept` says, dropped as `file`; `kind` is what a person called it.
    pub fn see(&self, kept: KeptReading, file: &str, kind: Option<&Kind>) -> Content {
        let KeptReading { mut reading, rendition } = kept;
        let name = file.rsplit('/').next().unwrap_or(file);
        let (kind, because) = match kind {
            Some(kind) => (Some(kind.clone()), "a person said so".to_owned()),
            None => {
                let recognised = kinds::recognise(&self.rules.kinds, &self.rules.forms, name, &reading);
                (recognised.kind, recognised.because)
            }
        };
        let rule = kind.as_ref().and_then(|kind| self.rules.form_of(kind));
        let form = rule.map(|rule| filling::fill(&reading, rule, &self.rules.codes, self.on));
        let said = match &form {
            Some(form) => Said::by(form),
            None => Said::by(&filling::fill(&reading, &self.identity, &self.rules.codes, self.on)),
        };
        let by_form = form.as_ref().and_then(|form| form.date("referral_date"));
        let mut findings = std::mem::take(&mut reading.findings);
        findings.extend(form.iter().flat_map(|form| form.findings.clone()));
        reading.body = Vec::new();
        Content {
            kind,
            because,
            form,
            title: reading.title.clone().filter(|title| !title.trim().is_empty()),
            dated: by_form.or_else(|| dated(&reading.text, self.on)),
            said,
            thin: reading,
            rendition,
            findings,
        }
    }
}

/// A content nobody has read yet: its scan was interrupted.
pub fn unread() -> KeptReading {
    let finding = Finding::blocks("not-read-yet", "has not been read yet").hint("the next scan reads it");
    let reading = Reading {
        sort: Sort::Unknown,
        title: None,
        body: Vec::new(),
        fields: Vec::new(),
        text: String::new(),
        opening: String::new(),
        facts: Facts::default(),
        findings: vec![finding],
    };
    KeptReading { reading, rendition: None }
}

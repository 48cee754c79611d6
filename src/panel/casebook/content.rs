//! What one content says about itself under this panel's configuration: its kind, its form, its date, its child.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::panel::dated::dated;
use crate::panel::document_types;
use crate::panel::filling;
use crate::panel::form::Form;
use crate::panel::ids::{CaseId, DocumentType, Sha256};
use crate::panel::labels::FormRule;
use crate::panel::paper::Rendition;
use crate::panel::rules::Rules;
use crate::panel::seen::Reading;
use crate::panel::seen_from::{SameDays, SeenFrom};
use crate::panel::whose::Said;

/// A content under a file name.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    pub view: View,
    pub title: Option<String>,
    /// The reading without its body: what the checks across cases need.
    pub thin: Reading,
    pub rendition: Option<Rendition>,
    pub findings: Vec<Finding>,
}

/// What was made out under the configuration; costly, and kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    pub kind: Option<DocumentType>,
    /// Why it was taken for that kind, or for none.
    pub because: String,
    /// Its fields, where its kind carries a form.
    pub form: Option<Form>,
    pub dated: Option<NaiveDate>,
    /// The days from which it is seen so.
    pub same: SameDays,
    /// The case number, name and date of birth it gives.
    pub said: (Option<CaseId>, Option<String>, Option<NaiveDate>),
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

    /// The name under which a view of this content is kept.
    pub fn key(sha: &Sha256, file: &str, kind: Option<&DocumentType>) -> String {
        let name = file.rsplit('/').next().unwrap_or(file);
        format!("{sha} {} {name}", kind.map_or("-", DocumentType::as_str))
    }

    /// Looks at a reading, dropped as `file`; `kind` is what a person called it.
    pub fn look(&self, reading: &Reading, file: &str, kind: Option<&DocumentType>) -> View {
        let name = file.rsplit('/').next().unwrap_or(file);
        let (kind, because) = match kind {
            Some(kind) => (Some(kind.clone()), "a person said so".to_owned()),
            None => {
                let recognised =
                    document_types::recognise(&self.rules.kinds, &self.rules.forms, name, reading);
                (recognised.kind, recognised.because)
            }
        };
        let rule = kind.as_ref().and_then(|kind| self.rules.form_of(kind));
        let from = SeenFrom::new(self.on);
        let form = rule.map(|rule| filling::fill(reading, rule, &self.rules.codes, &from));
        let said = match &form {
            Some(form) => Said::by(form),
            None => Said::by(&filling::fill(reading, &self.identity, &self.rules.codes, &from)),
        };
        let by_form = form.as_ref().and_then(|form| form.date("referral_date"));
        let dated = by_form.or_else(|| dated(&reading.text, &self.rules.dating, &from));
        View { kind, because, form, dated, same: from.same(), said: (said.case, said.name, said.born) }
    }
}

impl Content {
    /// Whose it says it is.
    pub fn said(&self) -> Said {
        let (case, name, born) = self.view.said.clone();
        Said { case, name, born }
    }
}

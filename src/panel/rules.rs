//! One panel's rules, resolved: everything that makes it this panel and no other.
//!
//! Made from a configuration by [`crate::config`], which also checks it; nothing here can be wrong or missing.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use regex_lite::Regex;

use crate::panel::agenda_rules::{Budget, DecisionRules, ObligationRules, SlotRules, VirtualRule};
use crate::panel::calendar_rules::CalendarRules;
use crate::panel::codes::Codes;
use crate::panel::connected_carers::ApprovalRule;
use crate::panel::dated::DatingWords;
use crate::panel::demands::{FieldNeed, PaperNeed, Permission, RequestRule, Thresholds, Weights};
use crate::panel::document_types::DocumentTypeRule;
use crate::panel::ids::{CaseId, DocumentType, FieldKey};
use crate::panel::labels::FormRule;
use crate::panel::request::Request;
use crate::panel::shown::ChildShown;

#[derive(Debug, Clone)]
pub struct Rules {
    /// "North East Lincolnshire Placement Panel".
    pub name: String,
    /// "NELC".
    pub short: String,
    pub council: String,
    /// What is inside and outside: "North East Lincolnshire".
    pub area: String,
    pub venue: String,
    /// Printed on every page and at the head of every subject: "OFFICIAL-SENSITIVE".
    pub marking: String,
    /// Where the minutes are filed; see [`Rules::category_on`].
    pub category: Option<String>,
    /// Heading of the note on the child's record: "PLACEMENT PANEL".
    pub record_heading: String,
    /// The council's system: "Liquidlogic", "Protocol".
    pub record_system: String,
    /// The type of the case note in that system: "Management decision/discussion"; empty where it has none.
    pub record_type: String,
    /// How a decision is questioned: "with the Director of Children's Services"; empty where the configuration does not say.
    pub escalation: String,
    /// See [`Rules::file_stem`].
    pub file_name: String,
    pub case_ids: CaseIds,
    /// The fields that name those who must present a case (NELC: social worker and manager; Redbridge: manager).
    pub presented_by: Vec<FieldKey>,
    /// Titles of those who may present in a manager's absence: "senior practitioner".
    pub stands_in: Vec<String>,
    pub permission: Permission,
    pub child_shown: ChildShown,
    pub calendar: CalendarRules,
    pub codes: Codes,
    /// In the order of the pack.
    pub kinds: Vec<DocumentTypeRule>,
    pub forms: Vec<FormRule>,
    /// By which words a paper's own date is known.
    pub dating: DatingWords,
    /// What a case asks for, by its form, when the form does not say.
    pub form_requests: BTreeMap<String, Request>,
    /// When an answer is expected in a field, on whichever form asks for it.
    pub answers: BTreeMap<FieldKey, FieldNeed>,
    /// One for each of [`Request::ALL`], in that order.
    pub requests: Vec<RequestRule>,
    pub needs: Vec<PaperNeed>,
    pub weights: Weights,
    pub thresholds: Thresholds,
    pub slots: SlotRules,
    pub decisions: DecisionRules,
    pub audience: Vec<VirtualRule>,
    /// The office of whoever must agree to an observer: "Chair", "Head of Service".
    pub observers_agreed_by: String,
    pub obligations: ObligationRules,
    /// How long a connected carer's temporary approval holds.
    pub connected_carers: Vec<ApprovalRule>,
    pub budgets: Vec<Budget>,
}

/// How the council numbers its cases.
#[derive(Debug, Clone)]
pub struct CaseIds {
    /// "LCS ID".
    pub label: String,
    /// Matches a whole case number.
    pub pattern: Regex,
}

impl CaseIds {
    pub fn fits(&self, id: &CaseId) -> bool {
        self.pattern.is_match(id.as_str())
    }

    /// The case number at the start of a folder's name: `1234567 anything`.
    pub fn at_start_of(&self, folder: &str) -> Option<CaseId> {
        let first = folder.trim().split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next()?;
        let id: CaseId = first.trim_end_matches('-').parse().ok()?;
        self.fits(&id).then_some(id)
    }
}

impl Rules {
    pub fn request(&self, request: Request) -> &RequestRule {
        self.requests
            .iter()
            .find(|rule| rule.request == request)
            .expect("the configuration has a rule for every request")
    }

    pub fn kind(&self, kind: &DocumentType) -> Option<&DocumentTypeRule> {
        self.kinds.iter().find(|rule| &rule.key == kind)
    }

    /// The form that papers of this kind carry.
    pub fn form_of(&self, kind: &DocumentType) -> Option<&FormRule> {
        let key = self.kind(kind)?.form.as_ref()?;
        self.forms.iter().find(|form| &form.key == key)
    }

    /// What a person calls this kind of paper.
    pub fn kind_label<'r>(&'r self, kind: &'r DocumentType) -> &'r str {
        self.kind(kind).map_or(kind.as_str(), |rule| rule.label.as_str())
    }

    pub fn need(&self, name: &str) -> Option<&PaperNeed> {
        self.needs.iter().find(|need| need.name == name)
    }

    /// The filing category of the meeting on `day`: text for a person to paste, not a file name.
    pub fn category_on(&self, day: NaiveDate) -> Option<String> {
        self.category.as_deref().map(|category| dated(category, day))
    }

    /// The name, without extension, of a file about the meeting on `day`; `what` is "pack", "agenda" ...
    pub fn file_stem(&self, day: NaiveDate, what: &str) -> String {
        let name = dated(&self.file_name, day).replace("{short}", &self.short).replace("{what}", what);
        let allowed = |c: char| if c.is_control() || r#"<>:"/\|?*"#.contains(c) { '-' } else { c };
        name.chars().map(allowed).collect::<String>().trim_end_matches(['.', ' ']).to_owned()
    }
}

/// `{yyyy}`, `{mm}` and `{dd}` filled in.
fn dated(template: &str, day: NaiveDate) -> String {
    template
        .replace("{yyyy}", &format!("{:04}", day.year()))
        .replace("{mm}", &format!("{:02}", day.month()))
        .replace("{dd}", &format!("{:02}", day.day()))
}

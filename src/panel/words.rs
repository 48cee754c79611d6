//! The panel's own words, as documents and the workbook use them.

use chrono::{Datelike as _, NaiveDate};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::panel::calendar;
use crate::panel::case::Child;
use crate::panel::ids::DocumentType;
use crate::panel::outcome::DecisionWord;
use crate::panel::request::Request;
use crate::panel::rules::Rules;
use crate::panel::shown::ChildShown;
use crate::panel::when;

/// What every document of one meeting says at its head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// "North East Lincolnshire Placement Panel".
    pub panel: String,
    /// "NELC".
    pub short: String,
    pub council: String,
    pub venue: String,
    /// "OFFICIAL-SENSITIVE".
    pub marking: String,
    /// The filing category with the meeting's date in it; text, not a file name.
    pub category: Option<String>,
    /// The council's system: "Liquidlogic". Nothing of a pack, and so no part of what is kept of one.
    #[serde(skip)]
    pub record_system: String,
    /// The type of the case note in that system: "Management decision/discussion".
    #[serde(skip)]
    pub record_type: String,
    /// Heading of the note on the child's record: "PLACEMENT PANEL".
    pub record_heading: String,
    /// Until when decision and actions are on the child's record: "by 4 pm Friday 4 December 2026". None where the panel's procedure sets no day.
    #[serde(skip)]
    pub record_by: Option<String>,
    /// What the council calls a case number: "LCS ID".
    pub case_label: String,
    /// How a decision is questioned.
    pub escalation: String,
    /// The name of the meeting's files without extension, with `{what}` for what the file is.
    pub file_stem: String,
}

impl Heading {
    /// As the rules have it for the meeting on `day`.
    pub fn of(rules: &Rules, day: NaiveDate) -> Self {
        Heading {
            panel: rules.name.clone(),
            short: rules.short.clone(),
            council: rules.council.clone(),
            venue: rules.venue.clone(),
            marking: rules.marking.clone(),
            category: rules.category_on(day),
            record_system: rules.record_system.clone(),
            record_type: rules.record_type.clone(),
            record_heading: rules.record_heading.clone(),
            record_by: record_by(rules, day),
            case_label: rules.case_ids.label.clone(),
            escalation: rules.escalation.clone(),
            file_stem: rules.file_stem(day, "{what}"),
        }
    }

    /// What a template is filled with: the heading's own fields beside those of one document. The document's win.
    pub fn beside(&self, own: Value) -> Value {
        let heading = json!({
            "panel": self.panel,
            "short": self.short,
            "council": self.council,
            "venue": self.venue,
            "marking": self.marking,
            "category": self.category,
            "record_system": self.record_system,
            "record_type": self.record_type,
            "record_heading": self.record_heading,
            "record_by": self.record_by,
            "case_label": self.case_label,
            "escalation": self.escalation,
        });
        match (heading, own) {
            (Value::Object(mut fields), Value::Object(own)) => {
                fields.extend(own);
                Value::Object(fields)
            }
            (_, own) => own,
        }
    }

    /// The name, without extension, of one of the meeting's files.
    pub fn file_name(&self, what: &str) -> String {
        self.file_stem.replace("{what}", what)
    }
}

fn record_by(rules: &Rules, day: NaiveDate) -> Option<String> {
    let due = calendar::meeting_on(rules, day)?.record_due?;
    Some(format!("{} {}", when::by(due, rules.calendar.record_time), due.year()))
}

/// What the panel calls things, in the order of its lists.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Words {
    pub requests: IndexMap<Request, String>,
    pub kinds: IndexMap<DocumentType, String>,
    /// Only the words this panel uses.
    pub decisions: IndexMap<DecisionWord, String>,
    /// What is said of a survey of placement providers that was filled in: "White Rose placement survey completed". A pack says nothing of it.
    #[serde(skip)]
    pub survey_done: String,
    /// The decisions that need a day on which the panel looks at the case again.
    #[serde(skip)]
    pub reviewed: Vec<DecisionWord>,
    /// How children are shown on everything that is handed round. A pack has them from its agenda, and keeps nothing of this.
    #[serde(skip)]
    pub child_shown: ChildShown,
}

impl Words {
    pub fn of(rules: &Rules) -> Self {
        Words {
            requests: rules.requests.iter().map(|rule| (rule.request, rule.label.clone())).collect(),
            kinds: rules.kinds.iter().map(|rule| (rule.key.clone(), capitalised(&rule.label))).collect(),
            decisions: rules.decisions.words.clone(),
            survey_done: format!(
                "{} completed",
                rules.obligations.survey.as_deref().unwrap_or("Placement survey")
            ),
            reviewed: rules.decisions.review_needed.clone(),
            child_shown: rules.child_shown,
        }
    }

    /// The child as everything that is handed round shows it.
    pub fn child(&self, child: &Child) -> String {
        self.child_shown.child(child)
    }

    pub fn request(&self, request: Request) -> &str {
        self.requests.get(&request).map_or(request.key(), String::as_str)
    }

    pub fn kind<'a>(&'a self, kind: &'a DocumentType) -> &'a str {
        self.kinds.get(kind).map_or(kind.as_str(), String::as_str)
    }

    pub fn decision(&self, word: DecisionWord) -> &str {
        self.decisions.get(&word).map_or(word.plain(), String::as_str)
    }
}

/// With a capital at its beginning, whatever the script.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

//! What the files beside this program say: forms, cases and their papers.
//!
//! `forms/*.toml` are a council's forms, `nelc/*.toml` and `redbridge/*.toml` the cases. All words are in them; this program
//! only lays them out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::mark::Answers;
use crate::word::Look;

/// A blank form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The panel that hands it out: its configuration has the wording of the questions.
    #[serde(default)]
    pub panel: String,
    pub title: String,
    pub under: String,
    /// How to fill it in: paragraphs below the title.
    #[serde(default)]
    pub intro: Vec<String>,
    pub answers: Answers,
    pub look: Look,
    #[serde(default)]
    pub section: Vec<Section>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub title: String,
    #[serde(default)]
    pub note: String,
    pub layout: Layout,
    #[serde(default)]
    pub landscape: bool,
    pub fields: Vec<Field>,
}

/// Where the answers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Label, answer.
    Two,
    /// Label, answer, label, answer.
    Four,
    /// A row of labels, the answers in the row below.
    Below,
    /// Label and answer in one cell, two to a row.
    OneCell,
    /// The question right across, the answer in the row below.
    Prompt,
    /// No table: `Label: answer` on lines.
    Lines,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub key: String,
    /// Empty: as the panel's configuration words it.
    #[serde(default)]
    pub label: String,
    /// Below the question, in brackets.
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub options: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Text,
    /// Paragraphs.
    Long,
    Date,
    /// A drop-down.
    Choice,
    /// Boxes, one ticked; several where the answer has several parted by `; `.
    Ticks,
    /// "Yes / No, delete as appropriate".
    Delete,
    /// Columns are the options; the answer is rows of ` | `.
    Table,
}

/// One child's folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Below the inbox.
    pub folder: String,
    /// Answers any of its papers may use.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    #[serde(default)]
    pub paper: Vec<Paper>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    pub file: String,
    /// `form`, `document`, `pdf`, `photo`, `sheet` ...
    pub make: String,
    /// The form of `make = "form"` and its like; the template of others.
    #[serde(default)]
    pub form: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub under: String,
    #[serde(default)]
    pub author: String,
    pub saved: String,
    #[serde(default)]
    pub look: Option<Look>,
    /// Rows of label and answer under the title.
    #[serde(default)]
    pub head: Vec<[String; 2]>,
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Label and value of PDF form fields; `[x]` and `[ ]` are boxes.
    #[serde(default)]
    pub fields: Vec<[String; 2]>,
    /// Prose: `# `, `## ` headings, `- ` bullets, `|` tables, `>>>` landscape, `<<<` portrait, blank lines between paragraphs.
    #[serde(default)]
    pub text: String,
}

impl Case {
    /// The answers of `paper`: the case's facts, and its own above them.
    pub fn answers(&self, paper: &Paper) -> BTreeMap<String, String> {
        let mut answers = self.facts.clone();
        answers.extend(paper.values.clone());
        answers
    }
}

/// All TOML files of a folder, by their names.
pub fn read_all<T: for<'de> Deserialize<'de>>(folder: &Path) -> Result<BTreeMap<String, T>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))? {
        let path = entry?.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let read = toml::from_str(&text).with_context(|| format!("in `{}`", path.display()))?;
        all.insert(stem.to_owned(), read);
    }
    Ok(all)
}

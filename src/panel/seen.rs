//! What a reader saw in one paper: its text, cells and ticks, before any of it means anything.
//!
//! This is what is kept for a content hash. Which label means which field is decided later, from the
//! configuration, so that changing an alias needs no second reading.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// One paper as read. Lives as long as its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Kept as `sort` in every reading stored so far.
    #[serde(rename = "sort")]
    pub format: FileFormat,
    /// The document's own title property, where it has one.
    pub title: Option<String>,
    /// What is on the page, in order: insertions counted, deletions not.
    pub body: Vec<Block>,
    /// Named form fields that belong to no cell (PDF forms).
    pub fields: Vec<NamedField>,
    /// All words in reading order, one line per paragraph or cell.
    pub text: String,
    /// The words of the first page or so, for recognising what it is.
    pub opening: String,
    pub facts: PaperFacts,
    /// What is wrong with the paper, each without a subject.
    pub findings: Vec<Finding>,
}

impl Reading {
    /// One that holds nothing yet.
    pub fn empty(format: FileFormat) -> Self {
        Reading {
            format,
            title: None,
            body: Vec::new(),
            fields: Vec::new(),
            text: String::new(),
            opening: String::new(),
            facts: PaperFacts::default(),
            findings: Vec::new(),
        }
    }
}

/// Declares the formats and the list of them all, so that no list can forget one.
macro_rules! file_formats {
    ($($(#[$about:meta])* $format:ident,)*) => {
        /// What the content is, whatever its name says. How each is called, told and treated: `paper/format.rs`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FileFormat {
            $($(#[$about])* $format,)*
        }

        impl FileFormat {
            pub const ALL: &[FileFormat] = &[$(FileFormat::$format,)*];
        }
    };
}

file_formats! {
    Word,
    WordMacro,
    WordOld,
    Excel,
    ExcelMacro,
    ExcelBinary,
    ExcelOld,
    PowerPoint,
    OldOffice,
    ProtectedOffice,
    Rtf,
    OpenText,
    OpenSheet,
    Pdf,
    Png,
    Jpeg,
    Tiff,
    Gif,
    Bmp,
    WebP,
    Heic,
    Mail,
    OutlookMail,
    PlainText,
    Html,
    Archive,
    Shortcut,
    LockFile,
    /// A cloud drive's stand-in for a file that was never downloaded.
    Placeholder,
    Empty,
    Zeros,
    Unknown,
}

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    Line(Line),
    Table(Table),
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Line {
    /// 1 for the largest heading; none for running text.
    pub heading: Option<u8>,
    pub spans: Vec<Span>,
}

/// A run of text, all of one format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    pub text: String,
    pub mark: Mark,
}

/// What a run of text is besides its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Plain,
    /// Crossed out: the answer is what remains.
    Struck,
    /// A check box of any mechanism (content control, legacy field, typed character), ticked.
    Ticked,
    /// The same, not ticked.
    Unticked,
    /// What was put into a content control, form field or drop-down.
    Answer,
    /// "Click or tap to enter text": an empty answer.
    Placeholder,
    /// What a date control holds behind what it shows: the day as `2026-02-01`, then the control's format. Not on the page.
    Stored,
}

/// A table, or a worksheet. Rows hold real cells only, once each.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Table {
    /// The worksheet's name; none in a Word table.
    pub name: Option<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// One real cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Grid column it starts in, from 0.
    pub column: u32,
    /// Grid columns it covers, at least 1.
    pub across: u32,
    /// Continues the cell above (vertical merge).
    pub continued: bool,
    pub blocks: Vec<Block>,
}

/// A form field known by name: a PDF form's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedField {
    pub name: String,
    /// The text shown for it (`/TU`), or the words printed beside it.
    pub label: Option<String>,
    pub value: FieldState,
    /// Page it stands on, from 1.
    pub page: Option<u32>,
}

/// What a named field holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldState {
    Text(String),
    Ticked(bool),
    Chosen(Vec<String>),
}

/// What can be counted in a paper.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaperFacts {
    /// As the reader counts them; the rendition's count is the rendition's.
    pub pages: Option<u32>,
    pub words: u32,
    /// Pages (from 1) of what was made of it that show something but hold no text.
    pub pages_without_text: Vec<u32>,
    pub insertions: u32,
    pub deletions: u32,
    pub comments: u32,
    /// Words formatted as hidden.
    pub hidden_words: u32,
    pub hidden_sheets: Vec<String>,
    /// Names of files inside the file.
    pub embedded: Vec<String>,
    /// Addresses the file points at; never followed.
    pub external: Vec<String>,
    pub macros: bool,
    pub signatures: u32,
    /// Opens without a password although it is encrypted (owner password only).
    pub owner_locked: bool,
    /// The date the file says it was last saved; evidence of nothing.
    pub saved_on: Option<NaiveDate>,
}

impl Line {
    /// The paragraph's letters without its ticks; crossed-out text and placeholders left out.
    pub fn text(&self) -> String {
        let shown = |span: &&Span| matches!(span.mark, Mark::Plain | Mark::Answer);
        self.spans.iter().filter(shown).map(|span| span.text.as_str()).collect()
    }

    /// Adds to the last span where the mark is the same; ticks stay apart.
    pub fn put(&mut self, text: &str, mark: Mark) {
        match self.spans.last_mut() {
            Some(last) if last.mark == mark && !matches!(mark, Mark::Ticked | Mark::Unticked) => {
                last.text.push_str(text);
            }
            _ => self.spans.push(Span { text: text.to_owned(), mark }),
        }
    }

    /// Whether anything but space stands on it.
    pub fn has_words(&self) -> bool {
        self.spans.iter().any(|span| !span.text.trim().is_empty())
    }
}

impl Cell {
    /// The cell's paragraphs, nested tables left out, one per line.
    pub fn text(&self) -> String {
        let lines = self.blocks.iter().filter_map(|block| match block {
            Block::Line(line) => Some(line.text()),
            Block::Table(_) => None,
        });
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

//! What belongs on a paper's pages besides its running text, and is looked for there in a way of its own.

use serde::{Deserialize, Serialize};

/// The words and numbers that stand apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// Headers and footers of pages that may not exist: not missed where they are not shown.
    pub running: String,
    /// Drawn or brought in rather than typed; part of the text as well, and named where it is not shown.
    pub drawn: Vec<Drawn>,
    /// What Word counts and nobody typed.
    pub numbered: Vec<Numbered>,
    /// The numbers and dates of a workbook, as Excel shows them.
    pub values: Vec<Value>,
}

/// A number or a date of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// Sheet and cell: `Costs!B4`.
    pub place: String,
    /// What Excel shows.
    pub text: String,
}

/// The words of one drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    pub what: Drawing,
    pub text: String,
}

/// What sort of drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawing {
    Chart,
    /// SmartArt: boxes and arrows with words in them.
    Diagram,
    /// WordArt: words drawn as a picture.
    Lettering,
    /// A text box on a sheet.
    TextBox,
    /// The text of another file, taken in when the document is opened.
    Import,
}

impl Drawing {
    /// As messages name it.
    pub fn called(self) -> &'static str {
        match self {
            Drawing::Chart => "a chart",
            Drawing::Diagram => "a diagram (SmartArt)",
            Drawing::Lettering => "drawn lettering (WordArt)",
            Drawing::TextBox => "a text box",
            Drawing::Import => "a text taken in from another file",
        }
    }
}

/// A paragraph of a numbered list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// Its number as Word shows it: `1.2`, `(a)`.
    pub number: String,
    /// The words it stands before; may be none.
    pub beside: String,
}

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
    /// Pictures that its pages must show.
    pub pictures: u32,
    /// Shapes that lie over the text and let nothing through.
    pub in_front: Vec<InFront>,
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

/// A shape that lies over the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFront {
    /// How wide and tall it is, in points.
    pub size: [u32; 2],
    /// How many words stand in it.
    pub words: u32,
}

/// The words of one drawing, or of one piece that stands apart from the running text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    pub what: Drawing,
    pub text: String,
}

/// What sort of drawing or piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawing {
    Chart,
    /// SmartArt: boxes and arrows with words in them.
    Diagram,
    /// WordArt: words drawn as a picture.
    Lettering,
    TextBox,
    /// The text of another file, taken in when the document is opened.
    Import,
    Head,
    Foot,
    Footnote,
    Endnote,
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
            Drawing::Head => "a page header",
            Drawing::Foot => "a page footer",
            Drawing::Footnote => "a footnote",
            Drawing::Endnote => "an endnote",
        }
    }

    /// Whether its words stand on the pages in the order in which they are read.
    pub fn runs_on(self) -> bool {
        !matches!(self, Drawing::Chart | Drawing::Diagram)
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

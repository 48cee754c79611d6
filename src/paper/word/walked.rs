//! What a Word part is read with, and what comes out of it.

use std::collections::BTreeSet;

use crate::panel::seen::Block;
use crate::paper::ooxml::xml::{Element, Stopped};
use crate::paper::said::apart::{Drawing, Drawn, Numbered};
use crate::paper::word::insets::Insets;
use crate::paper::word::margins::Margin;
use crate::paper::word::numbering::Numbering;
use crate::paper::word::styles::Styles;

/// What came out of one part.
#[derive(Debug, Default)]
pub struct Walked {
    pub blocks: Vec<Block>,
    /// The first paragraph in the title style.
    pub title: Option<String>,
    pub insertions: u32,
    pub deletions: u32,
    pub hidden_words: u32,
    /// Addresses that field codes point at.
    pub external: Vec<String>,
    /// The headers and footers that are shown, in order.
    pub margins: Vec<Margin>,
    /// What is drawn or taken in; it stands among the blocks too.
    pub drawn: Vec<Drawn>,
    /// The notes that are referred to, by their identifiers.
    pub notes: BTreeSet<NoteId>,
    /// The paragraphs of numbered lists.
    pub numbered: Vec<Numbered>,
    /// Entities the document defines itself, left out.
    pub entities: u32,
    /// Tables or boxes nested too deeply to be kept as such.
    pub flattened: u32,
    pub stopped: Option<Stopped>,
}

/// What a part is read with.
#[derive(Debug, Clone, Copy)]
pub struct Around<'s> {
    pub styles: &'s Styles,
    pub insets: &'s Insets,
    /// None where lists are not counted.
    pub numbering: Option<&'s Numbering>,
    pub even_pages_differ: bool,
    /// The notes that are referred to: only those are read; all where none.
    pub notes: Option<&'s BTreeSet<NoteId>>,
}

/// A footnote or an endnote: which of the two, and its identifier.
pub type NoteId = (Drawing, String);

/// Which note an element is, or refers to.
pub fn note(element: &Element<'_>) -> NoteId {
    let what = if element.name().starts_with(b"endnote") { Drawing::Endnote } else { Drawing::Footnote };
    (what, element.attribute("id").unwrap_or_default())
}

//! What is being put together while a Word part is read: the open table, row, cell, paragraph.
//!
//! Everything lies on a stack of our own, never on the thread's, and what ends up inside each other is bounded, so that
//! neither building nor dropping a document can overflow.

use crate::panel::seen::{Block, Cell, Line, Mark, Span, Table};
use crate::paper::ooxml::xml::Element;
use crate::paper::said::apart::Numbered;
use crate::paper::said::wording;
use crate::paper::word::numbering::{Numbering, Place};
use crate::paper::word::styles::{Looks, Style};

/// Tables inside each other; what is deeper is read as text of the deepest cell.
const MOST_TABLES: usize = 8;
/// Text boxes inside each other.
const MOST_BOXES: usize = 8;

/// The pieces that are open, innermost last; the first is always the body.
#[derive(Debug)]
pub struct Frames {
    open: Vec<Frame>,
    tables: usize,
    boxes: usize,
    /// Tables or boxes that stood too deep to be kept as such.
    pub flattened: u32,
}

#[derive(Debug)]
enum Frame {
    Flow(Flow),
    Table(Vec<Vec<Cell>>),
    Row(Row),
    Cell(OpenCell),
    Paragraph(Box<Paragraph>),
}

/// A sequence of blocks.
#[derive(Debug, Default)]
struct Flow {
    blocks: Vec<Block>,
    /// Text of a paragraph whose mark was deleted: it goes on in the next one.
    carried: Vec<Span>,
}

/// A row so far.
#[derive(Debug, Default)]
pub struct Row {
    cells: Vec<Cell>,
    next_column: u32,
    pub deleted: bool,
}

/// A cell so far.
#[derive(Debug)]
pub struct OpenCell {
    flow: Flow,
    pub across: u32,
    pub continued: bool,
    /// The old way of merging to the left.
    pub merged_left: bool,
    pub deleted: bool,
}

/// A paragraph so far.
#[derive(Debug, Default)]
pub struct Paragraph {
    pub line: Line,
    /// Text boxes anchored here; they follow the paragraph.
    floats: Vec<Block>,
    pub style: Style,
    /// The outline level set on the paragraph itself.
    pub outline: Option<u8>,
    /// The list set on the paragraph itself.
    pub place: Place,
    /// The paragraph's end was deleted.
    pub mark_deleted: bool,
    pub run: Looks,
    pub run_style: Looks,
}

impl Frames {
    pub fn new() -> Self {
        Frames { open: vec![Frame::Flow(Flow::default())], tables: 0, boxes: 0, flattened: 0 }
    }

    pub fn paragraph(&mut self) -> Option<&mut Paragraph> {
        match self.open.last_mut() {
            Some(Frame::Paragraph(paragraph)) => Some(paragraph),
            _ => None,
        }
    }

    pub fn row(&mut self) -> Option<&mut Row> {
        match self.open.last_mut() {
            Some(Frame::Row(row)) => Some(row),
            _ => None,
        }
    }

    pub fn cell(&mut self) -> Option<&mut OpenCell> {
        match self.open.last_mut() {
            Some(Frame::Cell(cell)) => Some(cell),
            _ => None,
        }
    }

    fn flows(&self) -> bool {
        matches!(self.open.last(), Some(Frame::Flow(_) | Frame::Cell(_)))
    }

    /// Opens a table, if one may stand here.
    pub fn open_table(&mut self) -> bool {
        let fits = self.flows() && self.tables < MOST_TABLES;
        if fits {
            self.tables += 1;
            self.open.push(Frame::Table(Vec::new()));
        } else {
            self.flattened += 1;
        }
        fits
    }

    pub fn open_row(&mut self) -> bool {
        let fits = matches!(self.open.last(), Some(Frame::Table(_)));
        if fits {
            self.open.push(Frame::Row(Row::default()));
        }
        fits
    }

    pub fn open_cell(&mut self) -> bool {
        let fits = self.row().is_some();
        if fits {
            self.open.push(Frame::Cell(OpenCell {
                flow: Flow::default(),
                across: 1,
                continued: false,
                merged_left: false,
                deleted: false,
            }));
        }
        fits
    }

    /// Opens a paragraph, if one may stand here; inside another it only breaks the line.
    pub fn open_paragraph(&mut self, usual: &Style) -> bool {
        let fits = self.flows();
        if fits {
            let carried = self.flow().map(|flow| std::mem::take(&mut flow.carried)).unwrap_or_default();
            let line = Line { heading: None, spans: carried };
            let paragraph = Paragraph { line, style: usual.clone(), ..Paragraph::default() };
            self.open.push(Frame::Paragraph(Box::new(paragraph)));
        } else {
            self.put("\n", Mark::Plain);
        }
        fits
    }

    pub fn open_box(&mut self) -> bool {
        let fits = self.boxes < MOST_BOXES && self.paragraph().is_some();
        if fits {
            self.boxes += 1;
            self.open.push(Frame::Flow(Flow::default()));
        } else {
            self.flattened += 1;
        }
        fits
    }

    /// Writes at the end of the open paragraph, or as a line of its own where none is open.
    pub fn put(&mut self, text: &str, mark: Mark) {
        if let Some(paragraph) = self.paragraph() {
            paragraph.line.put(text, mark);
        } else if !text.trim().is_empty() {
            let mut line = Line::default();
            line.put(text, mark);
            self.settle(Block::Line(line));
        }
    }

    /// Settles blocks from elsewhere after the open paragraph, or here where none is open.
    pub fn inset(&mut self, blocks: &[Block]) {
        match self.paragraph() {
            Some(paragraph) => paragraph.floats.extend_from_slice(blocks),
            None => blocks.iter().for_each(|block| self.settle(block.clone())),
        }
    }

    pub fn close_paragraph(&mut self) {
        let Some(Frame::Paragraph(paragraph)) = self.pop_if(|frame| matches!(frame, Frame::Paragraph(_)))
        else {
            return;
        };
        let Paragraph { mut line, floats, style, outline, mark_deleted, .. } = *paragraph;
        line.heading = outline.or(style.heading).filter(|_| line.has_words());
        if mark_deleted {
            if let Some(flow) = self.flow() {
                flow.carried = line.spans;
            }
        } else {
            self.settle(Block::Line(line));
        }
        for block in floats {
            self.settle(block);
        }
    }

    /// Closes a box; gives what it says.
    pub fn close_box(&mut self) -> String {
        let boxed = matches!(self.open.last(), Some(Frame::Flow(_))) && self.open.len() > 1;
        let mut says = String::new();
        if !boxed {
            return says;
        }
        if let Some(Frame::Flow(flow)) = self.open.pop() {
            self.boxes -= 1;
            let blocks = flow.finish();
            says = wording::text_of(&blocks);
            match self.paragraph() {
                Some(paragraph) => paragraph.floats.extend(blocks),
                None => blocks.into_iter().for_each(|block| self.settle(block)),
            }
        }
        says
    }

    /// How many blocks of the body are settled, and what those after the first `from` say.
    pub fn settled(&self, from: usize) -> (usize, String) {
        match self.open.first() {
            Some(Frame::Flow(flow)) => {
                let rest = flow.blocks.get(from..).unwrap_or_default();
                (flow.blocks.len(), wording::text_of(rest))
            }
            _ => (0, String::new()),
        }
    }

    pub fn close_cell(&mut self) {
        let Some(Frame::Cell(cell)) = self.pop_if(|frame| matches!(frame, Frame::Cell(_))) else { return };
        let Some(row) = self.row() else { return };
        let column = row.next_column;
        row.next_column = column.saturating_add(cell.across);
        if cell.deleted {
            return;
        }
        if cell.merged_left
            && let Some(left) = row.cells.last_mut()
        {
            left.across = left.across.saturating_add(cell.across);
            return;
        }
        let blocks = cell.flow.finish();
        row.cells.push(Cell { column, across: cell.across, continued: cell.continued, blocks });
    }

    pub fn close_row(&mut self) {
        let Some(Frame::Row(row)) = self.pop_if(|frame| matches!(frame, Frame::Row(_))) else { return };
        if !row.deleted
            && let Some(Frame::Table(rows)) = self.open.last_mut()
        {
            rows.push(row.cells);
        }
    }

    pub fn close_table(&mut self) {
        let Some(Frame::Table(rows)) = self.pop_if(|frame| matches!(frame, Frame::Table(_))) else { return };
        self.tables -= 1;
        if !rows.is_empty() {
            self.settle(Block::Table(Table { name: None, rows }));
        }
    }

    /// Closes whatever is still open; used at the end and where the part turned out damaged.
    pub fn finish(mut self) -> Vec<Block> {
        while self.open.len() > 1 {
            match self.open.last() {
                Some(Frame::Paragraph(_)) => self.close_paragraph(),
                Some(Frame::Cell(_)) => self.close_cell(),
                Some(Frame::Row(_)) => self.close_row(),
                Some(Frame::Table(_)) => self.close_table(),
                Some(Frame::Flow(_)) | None => {
                    self.close_box();
                }
            }
        }
        match self.open.pop() {
            Some(Frame::Flow(flow)) => flow.finish(),
            _ => Vec::new(),
        }
    }

    fn pop_if(&mut self, wanted: impl Fn(&Frame) -> bool) -> Option<Frame> {
        self.open.pop_if(|frame| wanted(frame))
    }

    /// The innermost sequence of blocks.
    fn flow(&mut self) -> Option<&mut Flow> {
        self.open.iter_mut().rev().find_map(|frame| match frame {
            Frame::Flow(flow) => Some(flow),
            Frame::Cell(cell) => Some(&mut cell.flow),
            Frame::Table(_) | Frame::Row(_) | Frame::Paragraph(_) => None,
        })
    }

    fn settle(&mut self, block: Block) {
        if let Some(flow) = self.flow() {
            flow.blocks.push(block);
        }
    }
}

impl Flow {
    fn finish(mut self) -> Vec<Block> {
        if !self.carried.is_empty() {
            self.blocks.push(Block::Line(Line { heading: None, spans: self.carried }));
        }
        self.blocks
    }
}

impl Paragraph {
    /// Its number, where it belongs to a numbered list and its end was not deleted.
    pub fn numbered(&self, numbering: &mut Numbering) -> Option<Numbered> {
        let place = self.place.over(&self.style.place);
        let number = if self.mark_deleted { None } else { numbering.next(&place) }?;
        let beside = self
            .line
            .spans
            .iter()
            .filter(|span| span.mark != Mark::Stored)
            .map(|span| span.text.as_str())
            .collect();
        Some(Numbered { number, beside })
    }
}

impl Row {
    /// Takes in one property of `w:trPr`.
    pub fn take(&mut self, property: &Element<'_>) {
        match property.name() {
            b"gridBefore" => self.skip(property.number("val").unwrap_or(0).min(1_000)),
            b"del" => self.deleted = true,
            _ => {}
        }
    }

    fn skip(&mut self, columns: u32) {
        self.next_column = self.next_column.saturating_add(columns);
    }
}

impl OpenCell {
    /// Takes in one property of `w:tcPr`.
    pub fn take(&mut self, property: &Element<'_>) {
        let goes_on = || property.attribute("val").is_none_or(|value| value == "continue");
        match property.name() {
            b"gridSpan" => self.across = property.number("val").unwrap_or(1).clamp(1, 1_000),
            b"vMerge" => self.continued = goes_on(),
            b"hMerge" => self.merged_left = goes_on(),
            b"cellDel" => self.deleted = true,
            _ => {}
        }
    }
}

//! Cells and rows of a form's table, with the labels in them.

use crate::panel::label_text::{self, Flat, Labelled};
use crate::panel::labels::{FieldType, LabelIndex, Target};
use crate::panel::pieces::{self, Piece};
use crate::panel::seen::{Block, Cell, Mark, Table};

/// A cell with its labels found.
#[derive(Debug)]
pub struct View<'c> {
    pub cell: &'c Cell,
    pub flat: Flat,
    pub labelled: Vec<Labelled>,
}

impl View<'_> {
    pub fn is_blank(&self) -> bool {
        self.flat.is_blank() && !self.cell.blocks.iter().any(|block| matches!(block, Block::Table(_)))
    }

    /// A label and nothing else.
    pub fn is_label(&self) -> bool {
        !self.labelled.is_empty() && self.labelled.iter().all(Labelled::is_bare)
    }

    /// Labels with their answers in the same cell.
    pub fn is_filled(&self) -> bool {
        self.labelled.iter().any(|labelled| !labelled.is_bare())
    }

    pub fn is_plain(&self) -> bool {
        self.labelled.is_empty()
    }

    /// `Date of order: 4 July`: a cell with a label of its own that we do not know.
    pub fn names_itself(&self) -> bool {
        const LONGEST_OWN_LABEL: usize = 8;
        let text = self.flat.text();
        text.split_once(':').is_some_and(|(label, _)| {
            label.split_whitespace().count() <= LONGEST_OWN_LABEL
                && !label.ends_with(|c: char| c.is_ascii_digit())
        })
    }

    /// Something with a figure in it: an amount, a date, a number.
    fn is_figure(&self) -> bool {
        let text = self.flat.text();
        text.len() <= 40 && text.chars().any(|c| c.is_ascii_digit())
    }

    pub fn whole(&self) -> Vec<Piece> {
        Flat::of_blocks(&self.cell.blocks, true).pieces()
    }

    pub fn covers(&self, column: u32) -> bool {
        (self.cell.column..self.cell.column.saturating_add(self.cell.across)).contains(&column)
    }
}

/// Looks at rows and cells with a form's labels in mind.
#[derive(Debug)]
pub struct Eye<'i, 'r> {
    pub index: &'i LabelIndex<'r>,
    /// The heading we are under.
    pub section: String,
}

impl Eye<'_, '_> {
    /// The rows before the first that holds a label.
    pub fn rows_without_labels(&self, table: &Table) -> Vec<Piece> {
        let plain = |row: &&Vec<Cell>| self.views(row).iter().all(View::is_plain);
        let mut pieces = Vec::new();
        for row in table.rows.iter().take_while(plain) {
            pieces.extend(row_pieces(row));
            pieces.push(Piece::Break);
        }
        pieces
    }

    pub fn has_labels(&self, table: &Table) -> bool {
        let labelled = |cell: &Cell| !Flat::of_blocks(&cell.blocks, true).labelled(self.index, "").is_empty();
        table.rows.iter().flatten().any(labelled)
    }

    pub fn view<'c>(&self, cell: &'c Cell, first: bool) -> View<'c> {
        let flat = Flat::of_blocks(&cell.blocks, false);
        let mut labelled = flat.labelled(self.index, &self.section);
        if labelled.is_empty() && first {
            labelled.extend(label_text::beginning(&flat, self.index, &self.section));
        }
        View { cell, flat, labelled }
    }

    pub fn views<'c>(&self, row: &'c [Cell]) -> Vec<View<'c>> {
        let own = row.iter().filter(|cell| !cell.continued).enumerate();
        own.map(|(at, cell)| self.view(cell, at == 0)).collect()
    }

    pub fn is_long(&self, labelled: &Labelled) -> bool {
        match labelled.means.target {
            Target::Field(field) => self.index.rule().fields[field].field_type == FieldType::Long,
            Target::Other => false,
        }
    }

    pub fn takes_many(&self, labelled: &Labelled) -> bool {
        match labelled.means.target {
            Target::Field(field) => self.index.rule().fields[field].allows_many,
            Target::Other => false,
        }
    }

    /// Whether a row names what stands in the row below it.
    pub fn is_header(&self, table: &Table, at: usize, views: &[View<'_>]) -> bool {
        let labels = views.iter().filter(|view| view.is_label()).count();
        let filled = views.iter().filter(|view| !view.is_blank()).count();
        if labels == 0 || views.iter().any(View::is_filled) {
            return false;
        }
        let mostly_labels = labels >= 2 && labels * 2 > filled;
        // A row of labels with blank cells between them is filled in beside the labels, not in the row below.
        if filled < views.len() && table.name.is_none() {
            return false;
        }
        let Some(below) = table.rows.get(at + 1) else { return false };
        let below_views = self.views(below);
        if below_views.iter().any(|view| !view.is_plain()) {
            return false;
        }
        let starts = |row: &[View<'_>]| row.iter().map(|view| view.cell.column).collect::<Vec<_>>();
        // A row of words above a row of figures is a row of headings, even if no word of it is a known label.
        let figures = below_views.iter().filter(|view| view.is_figure()).count();
        let over_figures = filled >= 3
            && filled == views.len()
            && figures * 2 > filled
            && !views.iter().any(View::is_figure);
        if !mostly_labels && !over_figures {
            return false;
        }
        if table.name.is_some() {
            let heads = starts(views);
            return below_views.iter().all(|view| heads.contains(&view.cell.column));
        }
        starts(views) == starts(&below_views)
    }

    /// How many rows hang under row `at` as a list, some of whose heads happen to be labels: "Provider | Date approached |
    /// Reply". What stands beside such a head is another head, not its answer.
    pub fn list_below(&self, table: &Table, at: usize, views: &[View<'_>]) -> Option<usize> {
        let own_cells = |row: &Vec<Cell>| row.iter().filter(|cell| !cell.continued).count();
        let begins = at == 0 || own_cells(&table.rows[at - 1]) <= 1;
        let labels = views.iter().filter(|view| view.is_label()).count();
        if !begins || !are_heads(views) || labels == 0 || labels == views.len() {
            return None;
        }
        let heads: Vec<u32> = views.iter().map(|view| view.cell.column).collect();
        let below = table.rows[at + 1..].iter().map(|row| self.views(row));
        let rows: Vec<Vec<View<'_>>> = below
            .take_while(|row| match table.name {
                // In a worksheet empty cells are not stored, so a row may have fewer cells than there are headings.
                Some(_) => !row.is_empty() && row.iter().all(|view| heads.contains(&view.cell.column)),
                None => row.iter().map(|view| view.cell.column).eq(heads.iter().copied()),
            })
            .collect();
        let plain = rows.iter().flatten().all(View::is_plain);
        let empty = !rows.is_empty() && rows.iter().flatten().all(View::is_blank);
        (plain && (empty || 2 <= rows.len())).then_some(rows.len())
    }

    /// The answer in the rows under row `at`, where those hold no labels; and how many rows it takes.
    pub fn rows_below(&self, table: &Table, at: usize, long: bool) -> Option<(Vec<Piece>, usize)> {
        let first = table.rows.get(at + 1)?;
        let plain = |row: &[Cell]| self.views(row).iter().all(View::is_plain);
        // The answer may be a table whose heads happen to be labels: "Provider", "Date", "Reply".
        let second = table.rows.get(at + 2);
        let headed = long
            && first.len() >= 3
            && second.is_some_and(|second| second.len() == first.len() && plain(second));
        if first.is_empty() || !(plain(first) || headed) {
            return None;
        }
        let mut pieces = row_pieces(first);
        let mut rows = 1;
        // A grid of answers, or a list of boxes, goes on until the next label.
        let grid = first.len() > 1 || pieces.iter().any(|piece| matches!(piece, Piece::Tick(_)));
        let more = if grid || long { table.rows.get(at + 2..).unwrap_or_default() } else { &[] };
        for row in more {
            if row.is_empty() || !plain(row) || row.len() != first.len() {
                break;
            }
            pieces.push(Piece::Break);
            pieces.extend(row_pieces(row));
            rows += 1;
        }
        let blank = |row: &Vec<Cell>| self.views(row).iter().all(View::is_blank);
        if 1 < rows && are_heads(&self.views(first)) && table.rows[at + 2..=at + rows].iter().all(blank) {
            // A list nobody filled in: its heads are no answer.
            pieces.clear();
        }
        Some((pieces, rows))
    }

    /// The answer in the cells after a label: boxes under column heads, or the first cell.
    pub fn beside(&self, table: &Table, at: usize, answers: &[View<'_>]) -> Vec<Piece> {
        let boxes = |view: &View<'_>| view.is_blank() || is_mark(&view.flat);
        if answers.len() > 1 && answers.iter().all(boxes) && answers.iter().any(|view| !view.is_blank()) {
            let heads: Option<Vec<String>> =
                answers.iter().map(|view| head_above(table, at, view.cell.column)).collect();
            if let Some(heads) = heads {
                let mut pieces = Vec::new();
                for (view, head) in answers.iter().zip(heads) {
                    let on = !view.is_blank() && !view.flat.pieces().contains(&Piece::Tick(false));
                    pieces.extend([Piece::Text(head, Mark::Plain), Piece::Tick(on), Piece::Break]);
                }
                return pieces;
            }
        }
        let ticked = |view: &View<'_>| view.flat.pieces().iter().any(|piece| matches!(piece, Piece::Tick(_)));
        if answers.iter().any(ticked) {
            let mut pieces = Vec::new();
            for view in answers {
                pieces.extend(view.whole());
                trim_end(&mut pieces);
                pieces.push(Piece::Edge);
            }
            return pieces;
        }
        answers.first().map(View::whole).unwrap_or_default()
    }

    /// Rows beside a label that reaches down over them, where they hold no labels of their own.
    pub fn rows_beside(&self, table: &Table, at: usize, label: &View<'_>, taken: &mut [bool]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (row, cells) in table.rows.iter().enumerate().skip(at + 1) {
            let reaches = cells.iter().any(|cell| cell.continued && cell.column == label.cell.column);
            let own = self.views(cells);
            if !reaches || own.iter().any(|view| !view.is_plain()) {
                break;
            }
            pieces.push(Piece::Break);
            for view in &own {
                pieces.extend(view.whole());
                trim_end(&mut pieces);
                pieces.push(Piece::Edge);
            }
            taken[row] = true;
        }
        pieces
    }

    /// The cell under a label that has nothing to its right.
    pub fn cell_below(
        &self,
        table: &Table,
        at: usize,
        label: &View<'_>,
        taken: &mut [bool],
    ) -> Option<Vec<Piece>> {
        let row = table.rows.get(at + 1)?;
        let own = self.views(row);
        if own.iter().any(|view| !view.is_plain()) {
            return None;
        }
        let under = own.iter().find(|view| view.cell.column == label.cell.column)?;
        taken[at + 1] = own.len() == 1;
        Some(under.whole())
    }
}

/// Cells that may stand at the head of a list: at least three, short, printed, without figures.
fn are_heads(views: &[View<'_>]) -> bool {
    const FEWEST: usize = 3;
    const LONGEST: usize = 4;
    let head = |view: &View<'_>| {
        !view.is_blank()
            && !view.is_filled()
            && !view.is_figure()
            && view.flat.text().split_whitespace().count() <= LONGEST
            && view.flat.pieces().iter().all(is_printed)
    };
    FEWEST <= views.len() && views.iter().all(head)
}

/// Printed text rather than something filled in.
pub fn is_printed(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(_, Mark::Plain) | Piece::Break | Piece::Edge)
}

/// A cell that holds a tick or a cross and nothing else.
pub fn is_mark(flat: &Flat) -> bool {
    let text = flat.text();
    let boxes = flat.pieces().iter().filter(|piece| matches!(piece, Piece::Tick(_))).count();
    (text.is_empty() && boxes == 1) || matches!(text.as_str(), "x" | "X")
}

/// The words above a cell, in the nearest row that has any there.
pub fn head_above(table: &Table, at: usize, column: u32) -> Option<String> {
    table.rows[..at].iter().rev().find_map(|row| {
        let cell = row.iter().find(|cell| {
            (cell.column..cell.column.saturating_add(cell.across)).contains(&column) && !cell.continued
        })?;
        let flat = Flat::of_blocks(&cell.blocks, false);
        let text = flat.text();
        (!text.is_empty() && !is_mark(&flat)).then_some(text)
    })
}

pub fn row_pieces(row: &[Cell]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for cell in row.iter().filter(|cell| !cell.continued) {
        pieces.extend(Flat::of_blocks(&cell.blocks, true).pieces());
        trim_end(&mut pieces);
        pieces.push(Piece::Edge);
    }
    pieces
}

pub fn table_pieces(table: &Table) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for row in &table.rows {
        pieces.extend(row_pieces(row));
        pieces.push(Piece::Break);
    }
    pieces
}

pub fn trim_end(pieces: &mut Vec<Piece>) {
    while pieces.last() == Some(&Piece::Break) {
        pieces.pop();
    }
}

/// One answer cell for several labels in the cell before it.
pub fn split(pieces: &[Piece], labels: usize) -> Vec<Vec<Piece>> {
    let text = pieces::text_of(pieces);
    let parts: Vec<&str> = text.split(['/', '\n']).map(str::trim).collect();
    if parts.len() == labels {
        return parts.iter().map(|part| vec![Piece::Text((*part).to_owned(), Mark::Plain)]).collect();
    }
    vec![pieces.to_vec(); labels]
}

//! Which answer stands beside which label, in every layout panels' forms come in.
//!
//! Label left and answer right, several to a row; a row of labels above a row of answers; label and answer in one cell;
//! a label row with the answer row below; paragraphs; a grid of Yes and No columns.

use crate::panel::answers::Piece;
use crate::panel::label_text::{self, Flat, Labelled};
use crate::panel::labels::{FieldType, LabelIndex, Recognised, Target};
use crate::panel::seen::{Block, Cell, Mark, Table};

/// Words of a line that may be a heading.
const LONGEST_HEADING: usize = 12;
/// Tables inside each other that are looked into.
const DEEPEST: usize = 10;

/// A label and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// As it stands on the paper.
    pub label: String,
    pub means: Recognised,
    pub pieces: Vec<Piece>,
}

/// Everything seen on a paper that looks like part of a form.
#[derive(Debug, Default)]
pub struct Seen {
    pub sightings: Vec<Sighting>,
    /// Texts that look like labels and are none we know.
    pub unknown: Vec<String>,
}

/// A cell with its labels found.
struct View<'c> {
    cell: &'c Cell,
    flat: Flat,
    labelled: Vec<Labelled>,
}

/// Finds labels and answers in the body of a paper.
pub fn look(body: &[Block], index: &LabelIndex<'_>) -> Seen {
    let mut looker = Looker { index, seen: Seen::default(), section: String::new() };
    looker.blocks(body, 0);
    looker.seen
}

struct Looker<'i, 'r> {
    index: &'i LabelIndex<'r>,
    seen: Seen,
    /// The heading we are under.
    section: String,
}

impl<'c> View<'c> {
    fn is_blank(&self) -> bool {
        self.flat.is_blank() && !self.cell.blocks.iter().any(|block| matches!(block, Block::Table(_)))
    }

    /// A label and nothing else.
    fn is_label(&self) -> bool {
        !self.labelled.is_empty() && self.labelled.iter().all(Labelled::is_bare)
    }

    /// Labels with their answers in the same cell.
    fn is_filled(&self) -> bool {
        self.labelled.iter().any(|labelled| !labelled.is_bare())
    }

    fn is_plain(&self) -> bool {
        self.labelled.is_empty()
    }

    fn whole(&self) -> Vec<Piece> {
        Flat::of_blocks(&self.cell.blocks, true).pieces()
    }

    fn covers(&self, column: u32) -> bool {
        (self.cell.column..self.cell.column.saturating_add(self.cell.across)).contains(&column)
    }
}

impl Looker<'_, '_> {
    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        let mut at = 0;
        while let Some(block) = blocks.get(at) {
            at += 1;
            match block {
                Block::Line(line) => {
                    let flat = Flat::of_line(line);
                    let labelled = flat.labelled(self.index, &self.section);
                    if labelled.is_empty() {
                        self.unlabelled(&flat, line.heading.is_some());
                        continue;
                    }
                    let last = labelled.len() - 1;
                    for (place, labelled) in labelled.into_iter().enumerate() {
                        if place == last && labelled.is_bare() {
                            let (pieces, taken) =
                                self.below(&blocks[at..], &labelled, line.heading.is_some());
                            at += taken;
                            self.section = labelled.label.clone();
                            self.sight(&labelled, pieces);
                        } else {
                            let pieces = labelled.rest.clone();
                            self.sight(&labelled, pieces);
                        }
                    }
                }
                Block::Table(table) => self.table(table, depth),
            }
        }
    }

    /// A line without a label: a heading, perhaps, or a label we do not know.
    fn unlabelled(&mut self, flat: &Flat, heading: bool) {
        let text = flat.text();
        let words = text.split_whitespace().count();
        if words == 0 {
            return;
        }
        if let Some((label, _)) = text.split_once(':')
            && label.split_whitespace().count() <= LONGEST_HEADING
        {
            self.seen.unknown.push(label.to_owned());
        }
        if heading || (words <= LONGEST_HEADING && !text.ends_with(['.', ',', ';'])) {
            self.section = text;
        }
    }

    /// What stands under a line that is a label and nothing else, and how many blocks that takes.
    fn below(&self, blocks: &[Block], labelled: &Labelled, heading: bool) -> (Vec<Piece>, usize) {
        let Target::Field(field) = labelled.means.target else { return (Vec::new(), 0) };
        let field = &self.index.rule().fields[field];
        let long = field.field_type == FieldType::Long
            || (field.field_type == FieldType::Choice)
            || (field.allows_many && heading);
        let mut pieces = Vec::new();
        let mut taken = 0;
        for (at, block) in blocks.iter().enumerate() {
            match block {
                Block::Line(line) => {
                    let flat = Flat::of_line(line);
                    if !line.has_words() {
                        continue;
                    }
                    if line.heading.is_some() || !flat.labelled(self.index, &labelled.label).is_empty() {
                        break;
                    }
                    if !long && !labelled.closed && !heading {
                        break;
                    }
                    pieces.extend(flat.pieces());
                    pieces.push(Piece::Break);
                    taken = at + 1;
                    if !long {
                        break;
                    }
                }
                Block::Table(table) if pieces.is_empty() && !self.has_labels(table) => {
                    pieces = table_pieces(table);
                    taken = at + 1;
                    break;
                }
                Block::Table(_) => break,
            }
        }
        (pieces, taken)
    }

    fn has_labels(&self, table: &Table) -> bool {
        let labelled = |cell: &Cell| !Flat::of_blocks(&cell.blocks, true).labelled(self.index, "").is_empty();
        table.rows.iter().flatten().any(labelled)
    }

    fn sight(&mut self, labelled: &Labelled, pieces: Vec<Piece>) {
        self.seen.sightings.push(Sighting { label: labelled.label.clone(), means: labelled.means, pieces });
    }

    fn view<'c>(&self, cell: &'c Cell, first: bool) -> View<'c> {
        let flat = Flat::of_blocks(&cell.blocks, false);
        let mut labelled = flat.labelled(self.index, &self.section);
        if labelled.is_empty() && first {
            labelled.extend(label_text::beginning(&flat, self.index, &self.section));
        }
        View { cell, flat, labelled }
    }

    fn views<'c>(&self, row: &'c [Cell]) -> Vec<View<'c>> {
        let own = row.iter().filter(|cell| !cell.continued).enumerate();
        own.map(|(at, cell)| self.view(cell, at == 0)).collect()
    }

    fn table(&mut self, table: &Table, depth: usize) {
        let mut taken = vec![false; table.rows.len()];
        for at in 0..table.rows.len() {
            if taken[at] {
                continue;
            }
            let views = self.views(&table.rows[at]);
            let filled: Vec<&View<'_>> = views.iter().filter(|view| !view.is_blank()).collect();
            match filled.as_slice() {
                [] => {}
                [only] if views.len() == 1 => self.single(table, at, only, &mut taken),
                [only] if only.is_plain() && only.cell.column == 0 && table.name.is_some() => {
                    self.unlabelled(&only.flat, false);
                }
                _ if self.is_header(table, at, &views) => self.read_down(table, at, &views, &mut taken),
                _ => self.read_across(table, at, &views, &mut taken),
            }
            if depth < DEEPEST {
                self.nested(&table.rows[at], depth);
            }
        }
    }

    fn nested(&mut self, row: &[Cell], depth: usize) {
        for cell in row {
            for block in &cell.blocks {
                if let Block::Table(table) = block {
                    self.table(table, depth + 1);
                }
            }
        }
    }

    /// A row of one cell: a heading, a label whose answer is the row below, or both in one.
    fn single(&mut self, table: &Table, at: usize, view: &View<'_>, taken: &mut [bool]) {
        let Some(last) = view.labelled.last() else {
            self.unlabelled(&view.flat, false);
            return;
        };
        for labelled in &view.labelled[..view.labelled.len() - 1] {
            self.sight(labelled, labelled.rest.clone());
        }
        let long = self.is_long(last);
        let below = if last.is_bare() || long { self.rows_below(table, at, long) } else { None };
        let pieces = match below {
            Some((pieces, rows)) => {
                taken[at + 1..=at + rows].fill(true);
                pieces
            }
            None => last.rest.clone(),
        };
        if last.is_bare() {
            self.section = last.label.clone();
        }
        self.sight(last, pieces);
    }

    fn is_long(&self, labelled: &Labelled) -> bool {
        match labelled.means.target {
            Target::Field(field) => self.index.rule().fields[field].field_type == FieldType::Long,
            Target::Other => false,
        }
    }

    /// The answer in the rows under row `at`, where those hold no labels; and how many rows it takes.
    fn rows_below(&self, table: &Table, at: usize, long: bool) -> Option<(Vec<Piece>, usize)> {
        let first = table.rows.get(at + 1)?;
        let plain = |row: &[Cell]| self.views(row).iter().all(View::is_plain);
        if first.is_empty() || !plain(first) {
            return None;
        }
        let mut pieces = row_pieces(first);
        let mut rows = 1;
        // A grid of answers, or a list of boxes, goes on until the next label.
        let grid = first.len() > 1 || pieces.iter().any(|piece| matches!(piece, Piece::Tick(_)));
        while grid || long {
            let Some(row) = table.rows.get(at + 1 + rows) else { break };
            if row.is_empty() || !plain(row) || row.len() != first.len() {
                break;
            }
            pieces.push(Piece::Break);
            pieces.extend(row_pieces(row));
            rows += 1;
        }
        Some((pieces, rows))
    }

    /// Whether a row names what stands in the row below it.
    fn is_header(&self, table: &Table, at: usize, views: &[View<'_>]) -> bool {
        let labels = views.iter().filter(|view| view.is_label()).count();
        let filled = views.iter().filter(|view| !view.is_blank()).count();
        if labels < 2 || labels * 2 <= filled || views.iter().any(View::is_filled) {
            return false;
        }
        // With blank cells between, the answers belong beside the labels, not under them.
        if filled < views.len() && table.name.is_none() {
            return false;
        }
        let Some(below) = table.rows.get(at + 1) else { return false };
        let below_views = self.views(below);
        if below_views.iter().any(|view| !view.is_plain()) {
            return false;
        }
        let starts = |row: &[View<'_>]| row.iter().map(|view| view.cell.column).collect::<Vec<_>>();
        if table.name.is_some() {
            let heads = starts(views);
            return below_views.iter().all(|view| heads.contains(&view.cell.column));
        }
        starts(views) == starts(&below_views)
    }

    fn read_down(&mut self, table: &Table, at: usize, views: &[View<'_>], taken: &mut [bool]) {
        let below = self.views(&table.rows[at + 1]);
        taken[at + 1] = true;
        for view in views {
            let Some(labelled) = view.labelled.first() else { continue };
            let answer = below.iter().find(|under| under.covers(view.cell.column));
            let mut pieces = answer.map(View::whole).unwrap_or_default();
            // More rows of the same grid belong to fields that take several.
            if self.is_long(labelled) || self.takes_many(labelled) {
                for row in table.rows.iter().skip(at + 2).take_while(|row| row.len() == views.len()) {
                    let more = self.views(row);
                    if more.iter().any(|view| !view.is_plain()) {
                        break;
                    }
                    if let Some(under) = more.iter().find(|under| under.covers(view.cell.column)) {
                        pieces.push(Piece::Break);
                        pieces.extend(under.whole());
                    }
                }
            }
            self.sight(labelled, pieces);
        }
    }

    fn takes_many(&self, labelled: &Labelled) -> bool {
        match labelled.means.target {
            Target::Field(field) => self.index.rule().fields[field].allows_many,
            Target::Other => false,
        }
    }

    /// Labels with their answers to the right, several to a row.
    fn read_across(&mut self, table: &Table, at: usize, views: &[View<'_>], taken: &mut [bool]) {
        let mut here = 0;
        while here < views.len() {
            let view = &views[here];
            if view.is_plain() {
                self.plain_cell(view, views.get(here + 1));
                here += 1;
                continue;
            }
            if view.is_filled() {
                here += self.filled_cell(view, views.get(here + 1));
                continue;
            }
            let labels = views[here..].iter().take_while(|view| view.is_label()).count();
            let answers = &views[here + labels..];
            let answers = &answers[..answers.iter().take_while(|view| view.is_plain()).count()];
            self.pair(table, at, &views[here..here + labels], answers, taken);
            here += labels + answers.len();
        }
    }

    fn plain_cell(&mut self, view: &View<'_>, next: Option<&View<'_>>) {
        let text = view.flat.text();
        let short = !text.is_empty() && text.split_whitespace().count() <= LONGEST_HEADING;
        if short && (next.is_some_and(View::is_plain) || text.ends_with(':')) {
            self.seen.unknown.push(text);
        }
    }

    /// A cell with label and answer, or with a label and guidance whose answer is the next cell; cells used.
    fn filled_cell(&mut self, view: &View<'_>, next: Option<&View<'_>>) -> usize {
        let guided = match (view.labelled.as_slice(), next) {
            ([only], Some(next)) if next.is_plain() => {
                !next.is_blank() && only.rest.iter().all(is_printed)
                    || next.is_blank() && self.is_long(only) && only.rest.iter().all(is_printed)
            }
            _ => false,
        };
        if let (true, Some(next)) = (guided, next) {
            self.sight(&view.labelled[0], next.whole());
            return 2;
        }
        for labelled in &view.labelled {
            self.sight(labelled, labelled.rest.clone());
        }
        1
    }

    fn pair(
        &mut self,
        table: &Table,
        at: usize,
        labels: &[View<'_>],
        answers: &[View<'_>],
        taken: &mut [bool],
    ) {
        let several: Vec<&Labelled> = labels.iter().flat_map(|view| &view.labelled).collect();
        if several.len() > 1 && several.len() == answers.len() {
            for (labelled, answer) in several.iter().zip(answers) {
                self.sight(labelled, answer.whole());
            }
            return;
        }
        if let ([view], [answer]) = (labels, answers)
            && view.labelled.len() > 1
        {
            for (labelled, pieces) in view.labelled.iter().zip(split(&answer.whole(), view.labelled.len())) {
                self.sight(labelled, pieces);
            }
            return;
        }
        let Some((last, before)) = several.split_last() else { return };
        for labelled in before {
            self.sight(labelled, Vec::new());
        }
        let last_view = &labels[labels.len() - 1];
        let mut pieces = self.beside(table, at, answers);
        pieces.extend(self.rows_beside(table, at, last_view, taken));
        if answers.is_empty()
            && let Some(under) = self.cell_below(table, at, last_view, taken)
        {
            pieces = under;
        }
        self.sight(last, pieces);
    }

    /// The answer in the cells after a label: boxes under column heads, or the first cell.
    fn beside(&self, table: &Table, at: usize, answers: &[View<'_>]) -> Vec<Piece> {
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
    fn rows_beside(&self, table: &Table, at: usize, label: &View<'_>, taken: &mut [bool]) -> Vec<Piece> {
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
    fn cell_below(
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

/// Printed text rather than something filled in.
fn is_printed(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(_, Mark::Plain) | Piece::Break | Piece::Edge)
}

/// A cell that holds a tick or a cross and nothing else.
fn is_mark(flat: &Flat) -> bool {
    let text = flat.text();
    let boxes = flat.pieces().iter().filter(|piece| matches!(piece, Piece::Tick(_))).count();
    (text.is_empty() && boxes == 1) || matches!(text.as_str(), "x" | "X")
}

/// The words above a cell, in the nearest row that has any there.
fn head_above(table: &Table, at: usize, column: u32) -> Option<String> {
    table.rows[..at].iter().rev().find_map(|row| {
        let cell = row.iter().find(|cell| {
            (cell.column..cell.column.saturating_add(cell.across)).contains(&column) && !cell.continued
        })?;
        let flat = Flat::of_blocks(&cell.blocks, false);
        let text = flat.text();
        (!text.is_empty() && !is_mark(&flat)).then_some(text)
    })
}

fn row_pieces(row: &[Cell]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for cell in row.iter().filter(|cell| !cell.continued) {
        pieces.extend(Flat::of_blocks(&cell.blocks, true).pieces());
        trim_end(&mut pieces);
        pieces.push(Piece::Edge);
    }
    pieces
}

fn table_pieces(table: &Table) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for row in &table.rows {
        pieces.extend(row_pieces(row));
        pieces.push(Piece::Break);
    }
    pieces
}

fn trim_end(pieces: &mut Vec<Piece>) {
    while pieces.last() == Some(&Piece::Break) {
        pieces.pop();
    }
}

/// One answer cell for several labels in the cell before it.
fn split(pieces: &[Piece], labels: usize) -> Vec<Vec<Piece>> {
    let text = crate::panel::answers::text_of(pieces);
    let parts: Vec<&str> = text.split(['/', '\n']).map(str::trim).collect();
    if parts.len() == labels {
        return parts.iter().map(|part| vec![Piece::Text((*part).to_owned(), Mark::Plain)]).collect();
    }
    vec![pieces.to_vec(); labels]
}

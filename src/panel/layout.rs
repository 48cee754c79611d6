//! Which answer stands beside which label, in every layout panels' forms come in.
//!
//! Label left and answer right, several to a row; a row of labels above a row of answers; label and answer in one cell;
//! a label row with the answer row below; paragraphs; a grid of Yes and No columns.

use crate::panel::grid::{self, Eye, View};
use crate::panel::label_text::{Flat, Labelled};
use crate::panel::labels::{FieldType, LabelIndex, Recognised, Target};
use crate::panel::pieces::{self, Piece};
use crate::panel::seen::{Block, Cell, Table};

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
    /// What answers instead where `pieces` turn out to be no answer: the cell after a label with guidance.
    pub otherwise: Option<Vec<Piece>>,
}

/// Everything seen on a paper that looks like part of a form.
#[derive(Debug, Default)]
pub struct Seen {
    pub sightings: Vec<Sighting>,
    /// Texts that look like labels and are none we know.
    pub unknown: Vec<String>,
}

/// Finds labels and answers in the body of a paper.
pub fn look(body: &[Block], index: &LabelIndex<'_>) -> Seen {
    let stacked = is_stacked(body, index);
    let mut looker = Looker { eye: Eye { index, section: String::new() }, stacked, seen: Seen::default() };
    looker.blocks(body, 0);
    looker.seen
}

/// Labels with one line under them, from which a paper has its answers there.
const FEWEST_STACKED: usize = 3;

/// Whether a paper has its short answers on the line below their labels, one line each: in boxes, or just typed there.
fn is_stacked(body: &[Block], index: &LabelIndex<'_>) -> bool {
    let lines: Vec<(bool, bool)> = body
        .iter()
        .filter_map(|block| match block {
            Block::Line(line) if !line.has_words() => None,
            Block::Line(line) => {
                let labelled = Flat::of_line(line).labelled(index, "");
                let bare = labelled.last().is_some_and(Labelled::is_bare);
                Some((bare && line.heading.is_none(), labelled.is_empty() && line.heading.is_none()))
            }
            Block::Table(_) => Some((false, false)),
        })
        .collect();
    let stacked = lines.windows(3).filter(|three| matches!(three, [(true, _), (_, true), (true, _)]));
    FEWEST_STACKED <= stacked.count()
}

struct Looker<'i, 'r> {
    eye: Eye<'i, 'r>,
    /// Short answers stand on the line below their labels.
    stacked: bool,
    seen: Seen,
}

impl Looker<'_, '_> {
    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        let mut at = 0;
        while let Some(block) = blocks.get(at) {
            at += 1;
            match block {
                Block::Line(line) => {
                    let flat = Flat::of_line(line);
                    let labelled = flat.labelled(self.eye.index, &self.eye.section);
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
                            self.eye.section = labelled.label.clone();
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
            self.eye.section = text;
        }
    }

    /// What stands under a line that is a label and nothing else, and how many blocks that takes.
    fn below(&self, blocks: &[Block], labelled: &Labelled, heading: bool) -> (Vec<Piece>, usize) {
        let Target::Field(field) = labelled.means.target else { return (Vec::new(), 0) };
        let field = &self.eye.index.rule().fields[field];
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
                    if line.heading.is_some() || !flat.labelled(self.eye.index, &labelled.label).is_empty() {
                        break;
                    }
                    let below = self.stacked && self.stands_alone(&blocks[at + 1..]);
                    if !long && !labelled.closed && !heading && !below {
                        break;
                    }
                    pieces.extend(flat.pieces());
                    pieces.push(Piece::Break);
                    taken = at + 1;
                    if !long {
                        break;
                    }
                }
                Block::Table(table) if pieces.is_empty() && !self.eye.has_labels(table) => {
                    pieces = grid::table_pieces(table);
                    taken = at + 1;
                    break;
                }
                Block::Table(table) => {
                    // A table under a heading may hold other labels further down.
                    if pieces.is_empty() && field.field_type == FieldType::Long {
                        pieces = self.eye.rows_without_labels(table);
                    }
                    break;
                }
            }
        }
        (pieces, taken)
    }

    /// Whether what follows a line is a label or a heading, or nothing: the line belongs to the label before it.
    fn stands_alone(&self, rest: &[Block]) -> bool {
        let next = rest.iter().find(|block| !matches!(block, Block::Line(line) if !line.has_words()));
        match next {
            Some(Block::Line(line)) => {
                line.heading.is_some()
                    || !Flat::of_line(line).labelled(self.eye.index, &self.eye.section).is_empty()
            }
            Some(Block::Table(_)) | None => true,
        }
    }

    fn sight(&mut self, labelled: &Labelled, pieces: Vec<Piece>) {
        self.sight_either(labelled, pieces, None);
    }

    fn sight_either(&mut self, labelled: &Labelled, pieces: Vec<Piece>, otherwise: Option<Vec<Piece>>) {
        let label = labelled.label.clone();
        self.seen.sightings.push(Sighting { label, means: labelled.means, pieces, otherwise });
    }

    fn table(&mut self, table: &Table, depth: usize) {
        let mut taken = vec![false; table.rows.len()];
        for at in 0..table.rows.len() {
            if taken[at] {
                continue;
            }
            let views = self.eye.views(&table.rows[at]);
            let filled: Vec<&View<'_>> = views.iter().filter(|view| !view.is_blank()).collect();
            let list = self.eye.list_below(table, at, &views);
            match filled.as_slice() {
                [] => {}
                [only] if views.len() == 1 => self.single(table, at, only, &mut taken),
                [only] if only.is_plain() && only.cell.column == 0 && table.name.is_some() => {
                    self.unlabelled(&only.flat, false);
                }
                _ if list.is_some() => taken[at + 1..=at + list.unwrap_or_default()].fill(true),
                _ if self.eye.is_header(table, at, &views) => self.read_down(table, at, &views, &mut taken),
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
        let long = self.eye.is_long(last);
        let below = if last.is_bare() || long { self.eye.rows_below(table, at, long) } else { None };
        let pieces = match below {
            Some((pieces, rows)) => {
                taken[at + 1..=at + rows].fill(true);
                pieces
            }
            None => last.rest.clone(),
        };
        if last.is_bare() {
            self.eye.section = last.label.clone();
        }
        self.sight(last, pieces);
    }

    fn read_down(&mut self, table: &Table, at: usize, views: &[View<'_>], taken: &mut [bool]) {
        let below = self.eye.views(&table.rows[at + 1]);
        taken[at + 1] = true;
        for view in views {
            let Some(labelled) = view.labelled.first() else { continue };
            let answer = below.iter().find(|under| under.covers(view.cell.column));
            let mut pieces = answer.map(View::whole).unwrap_or_default();
            // More rows of the same grid belong to fields that take several.
            if self.eye.is_long(labelled) || self.eye.takes_many(labelled) {
                for row in table.rows.iter().skip(at + 2).take_while(|row| row.len() == views.len()) {
                    let more = self.eye.views(row);
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
            if labels == 1 && self.heads_a_table(view, answers) {
                // The table in the cell beside it has labels of its own: this one is only their heading.
                self.eye.section = view.flat.text();
                here += 1 + answers.len();
                continue;
            }
            self.pair(table, at, &views[here..here + labels], answers, taken);
            here += labels + answers.len();
        }
    }

    /// Whether the cells beside a short label hold a table with labels of its own.
    fn heads_a_table(&self, label: &View<'_>, answers: &[View<'_>]) -> bool {
        let long = label.labelled.iter().any(|labelled| self.eye.is_long(labelled));
        let tables = answers.iter().flat_map(|answer| &answer.cell.blocks);
        let labels = |block: &Block| matches!(block, Block::Table(table) if self.eye.has_labels(table));
        !long && tables.into_iter().any(labels)
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
        if let ([only], Some(next)) = (view.labelled.as_slice(), next)
            && next.is_plain()
            && !next.names_itself()
            && only.rest.iter().all(grid::is_printed)
        {
            let long = self.eye.is_long(only);
            // Guidance may stand after a label; a long answer never stands before an empty cell.
            if long {
                self.sight(only, next.whole());
                return 2;
            }
            if !next.is_blank() {
                let (first, second) = (only.rest.clone(), next.whole());
                // "Manager's approval: name" begins small, as guidance does and names do not.
                let guides = pieces::text_of(&first).starts_with(char::is_lowercase);
                let (first, second) = if guides { (second, first) } else { (first, second) };
                self.sight_either(only, first, Some(second));
                return 2;
            }
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
            for (labelled, pieces) in
                view.labelled.iter().zip(grid::split(&answer.whole(), view.labelled.len()))
            {
                self.sight(labelled, pieces);
            }
            return;
        }
        let Some((last, before)) = several.split_last() else { return };
        for labelled in before {
            self.sight(labelled, Vec::new());
        }
        let last_view = &labels[labels.len() - 1];
        let mut pieces = self.eye.beside(table, at, answers);
        pieces.extend(self.eye.rows_beside(table, at, last_view, taken));
        if answers.is_empty()
            && let Some(under) = self.eye.cell_below(table, at, last_view, taken)
        {
            pieces = under;
        }
        self.sight(last, pieces);
    }
}

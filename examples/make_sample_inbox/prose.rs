//! Assessments, plans and letters: a title block, a head of facts and pages of prose.

use anyhow::{Context, Result};

use crate::plan::Paper;
use crate::word::{Sort, Spec, Word};

/// One piece of a paper's text.
#[derive(Debug)]
pub enum Piece<'a> {
    Heading(usize, &'a str),
    Paragraph(&'a str),
    Bullet(&'a str),
    /// The first row is the heads.
    Table(Vec<Vec<&'a str>>),
    Turn(bool),
    NewPage,
}

/// The pieces of a text in the small markup of the case files.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let piece = match line {
            ">>>" => Piece::Turn(true),
            "<<<" => Piece::Turn(false),
            "---" => Piece::NewPage,
            _ if line.starts_with("## ") => Piece::Heading(2, &line[3..]),
            _ if line.starts_with("# ") => Piece::Heading(1, &line[2..]),
            _ if line.starts_with("- ") => Piece::Bullet(&line[2..]),
            _ if line.starts_with('|') => {
                let row: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
                if let Some(Piece::Table(rows)) = pieces.last_mut() {
                    rows.push(row);
                    continue;
                }
                Piece::Table(vec![row])
            }
            _ => Piece::Paragraph(line),
        };
        pieces.push(piece);
    }
    pieces
}

/// The paper as a Word document.
pub fn document(paper: &Paper, footer: &str) -> Result<Vec<u8>> {
    let look = paper.look.as_ref().with_context(|| format!("`{}` has no look", paper.file))?;
    let reference = paper.head.iter().find(|[label, _]| label.ends_with("ID")).map_or("", |[_, value]| value);
    let mut word = Word::new(look, &format!("{}  {reference}", paper.title), footer);
    word.title(&paper.title, &paper.under);
    let head: Vec<_> = paper.head.chunks(2).map(head_row).collect();
    if !head.is_empty() {
        word.table(&[22, 28, 22, 28], &head);
    }
    for piece in pieces(&paper.text) {
        match piece {
            Piece::Heading(level, text) => word.heading(level, text),
            Piece::Paragraph(text) => word.paragraph(text),
            Piece::Bullet(text) => word.bullet(text),
            Piece::Turn(landscape) => word.turn(landscape),
            Piece::NewPage => word.new_page(),
            Piece::Table(rows) => word.table(&shares(&rows), &table(&rows)),
        }
    }
    word.finish(&paper.title, &paper.author, &paper.saved)
}

fn head_row(pairs: &[[String; 2]]) -> Vec<Spec> {
    let mut row = Vec::new();
    for [label, value] in pairs {
        row.push(Spec::new(label, Sort::Label));
        row.push(Spec::new(value, Sort::Answer));
    }
    if row.len() == 2 {
        row[1].across = 3;
    }
    row
}

fn table(rows: &[Vec<&str>]) -> Vec<Vec<Spec>> {
    let sort = |at: usize| if at == 0 { Sort::Head } else { Sort::Answer };
    let row =
        |(at, cells): (usize, &Vec<&str>)| cells.iter().map(|cell| Spec::new(*cell, sort(at))).collect();
    rows.iter().enumerate().map(row).collect()
}

/// Wider columns for longer cells, between one part and five.
pub fn shares(rows: &[Vec<&str>]) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let longest =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    (0..columns).map(|at| (longest(at).unwrap_or(0) / 6).clamp(3, 14)).collect()
}

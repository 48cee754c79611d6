//! Rows and columns of a workbook that its reader does not see.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::paper::ooxml::package::{Package, ReadError};
use crate::paper::ooxml::xml::{Element, Ns, Piece, Xml};

/// What one sheet hides, counted from 0.
#[derive(Debug, Default)]
pub struct Hidden {
    rows: Vec<RangeInclusive<u32>>,
    columns: Vec<RangeInclusive<u32>>,
}

impl Hidden {
    pub fn holds(&self, (row, column): (u32, u32)) -> bool {
        // Rows come in order, one after the other, so that the last range below `row` is the one to ask.
        let at = self.rows.partition_point(|rows| *rows.end() < row);
        self.rows.get(at).is_some_and(|rows| rows.contains(&row))
            || self.columns.iter().any(|columns| columns.contains(&column))
    }

    /// Takes in rows `from` to `to`, which come in order.
    pub fn rows(&mut self, rows: Option<(u32, u32)>) {
        self.rows.extend(rows.map(|(from, to)| from..=to));
    }

    /// Takes in columns `from` to `to`.
    pub fn columns(&mut self, columns: Option<(u32, u32)>) {
        self.columns.extend(columns.map(|(from, to)| from..=to));
    }

    fn take(&mut self, element: &Element<'_>, next_row: &mut u32) {
        let hidden = matches!(element.attribute("hidden").as_deref(), Some("1" | "true"));
        match element.name() {
            b"row" => {
                let row = element.number("r").map_or(*next_row, |row| row.saturating_sub(1));
                *next_row = row.saturating_add(1);
                match self.rows.last_mut() {
                    Some(last) if hidden && last.end().saturating_add(1) == row => {
                        *last = *last.start()..=row;
                    }
                    Some(last) if hidden && *last.end() >= row => {}
                    _ if hidden => self.rows.push(row..=row),
                    _ => {}
                }
            }
            b"col" if hidden => {
                let from = element.number("min").unwrap_or(1).saturating_sub(1);
                let to = element.number("max").unwrap_or(1).saturating_sub(1);
                self.columns.push(from..=to);
            }
            _ => {}
        }
    }
}

/// What each sheet of an xlsx hides, by the sheet's name.
pub fn of_workbook(package: &mut Package<'_>) -> Result<BTreeMap<String, Hidden>, ReadError> {
    let mut hidden = BTreeMap::new();
    for (name, sheet) in sheet_parts(package)? {
        if let Some(part) = package.part(&sheet)? {
            hidden.insert(name, of_sheet(&part));
        }
    }
    Ok(hidden)
}

/// The sheets of an xlsx by name, each with its part.
pub fn sheet_parts(package: &mut Package<'_>) -> Result<Vec<(String, String)>, ReadError> {
    let book = package.relations("")?.into_iter().find(|other| other.kind == "officeDocument");
    let book = book.map_or_else(|| "xl/workbook.xml".to_owned(), |book| book.target);
    let relations = package.relations(&book)?;
    let Some(part) = package.part(&book)? else { return Ok(Vec::new()) };
    let part_of = |id: &str| relations.iter().find(|other| other.id == id && !other.external);
    let named = sheets(&part).into_iter();
    Ok(named.filter_map(|(name, id)| Some((name, part_of(&id)?.target.clone()))).collect())
}

/// Names of the sheets and the relations they stand for.
fn sheets(workbook: &[u8]) -> Vec<(String, String)> {
    let mut sheets = Vec::new();
    let mut xml = Xml::new(workbook);
    while let Ok(Some(piece)) = xml.next() {
        if let Piece::Open(element) = piece
            && element.is(Ns::Sheet, "sheet")
            && let (Some(name), Some(id)) = (element.attribute("name"), element.attribute("id"))
        {
            sheets.push((name, id));
        }
    }
    sheets
}

fn of_sheet(part: &[u8]) -> Hidden {
    let mut hidden = Hidden::default();
    let mut next_row = 0;
    let mut xml = Xml::new(part);
    while let Ok(Some(piece)) = xml.next() {
        if let Piece::Open(element) = piece
            && element.ns == Ns::Sheet
        {
            hidden.take(&element, &mut next_row);
        }
    }
    hidden
}

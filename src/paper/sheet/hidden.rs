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

    fn take(&mut self, element: &Element<'_>, next_row: &mut u32, usual: &mut Usual) {
        let asked = |name: &str| element.attribute(name);
        let hidden = usual.hides(element.name(), &asked);
        match element.name() {
            b"sheetFormatPr" => *usual = Usual::of(&asked),
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

/// Characters across, and points down, below which nobody can read what a column or row holds.
const NARROWEST: f64 = 0.3;
const LOWEST: f64 = 1.5;

/// What a sheet does with rows that say nothing of themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usual {
    rows_hidden: bool,
}

impl Usual {
    /// What `sheetFormatPr` says; `asked` gives its attributes.
    pub fn of(asked: &dyn Fn(&str) -> Option<String>) -> Self {
        Usual { rows_hidden: asked("zeroHeight").as_deref().is_some_and(is_on) }
    }

    /// Whether a row or column with these attributes is hidden: because it says so, or by having no height or width.
    pub fn hides(self, name: &[u8], asked: &dyn Fn(&str) -> Option<String>) -> bool {
        let size = |name: &str| asked(name).and_then(|size| size.trim().parse::<f64>().ok());
        let hidden = asked("hidden");
        let none = match name {
            b"row" => {
                let own = size("ht");
                own.is_some_and(|points| points < LOWEST)
                    || (self.rows_hidden && own.is_none() && hidden.is_none())
            }
            b"col" => size("width").is_some_and(|wide| wide < NARROWEST),
            _ => return false,
        };
        none || hidden.as_deref().is_some_and(is_on)
    }
}

fn is_on(value: &str) -> bool {
    matches!(value, "1" | "true")
}

/// Whether a number format shows nothing of a number, and nothing of a text: `;;;` and its like.
pub(crate) fn shows_nothing(code: &str) -> (bool, bool) {
    let mut sections = vec![true];
    let mut letters = code.chars();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        let blank = match letter {
            '"' => {
                quoted = !quoted;
                true
            }
            ';' if !quoted => {
                sections.push(true);
                true
            }
            _ if quoted => letter.is_whitespace(),
            // The next letter is a gap as wide as it, or fills the cell.
            '_' | '*' => {
                letters.next();
                true
            }
            '[' => {
                letters.by_ref().find(|letter| *letter == ']');
                true
            }
            letter => letter.is_whitespace(),
        };
        if let (false, Some(section)) = (blank, sections.last_mut()) {
            *section = false;
        }
    }
    let numbers = 1 < sections.len() && sections.iter().take(3).all(|blank| *blank);
    (numbers, sections.get(3) == Some(&true))
}

/// Of each format of an xlsx's cells, in order, whether it shows nothing of a number, and nothing of a text.
pub(crate) fn blank_formats(package: &mut Package<'_>) -> Result<Vec<(bool, bool)>, ReadError> {
    let Some(part) = package.part("xl/styles.xml")? else { return Ok(Vec::new()) };
    let mut codes: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    let mut formats = Vec::new();
    let mut of_cells = false;
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut xml = Xml::new(&part);
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => {
                match element.name() {
                    b"numFmt" => {
                        let code = element.attribute("formatCode").unwrap_or_default();
                        codes.insert(element.attribute("numFmtId").unwrap_or_default(), shows_nothing(&code));
                    }
                    b"cellXfs" => of_cells = true,
                    b"xf" if of_cells => {
                        let id = element.attribute("numFmtId").unwrap_or_default();
                        formats.push(codes.get(&id).copied().unwrap_or_default());
                    }
                    _ => {}
                }
                open.push(element.name().to_vec());
            }
            Piece::Close => of_cells &= open.pop().is_none_or(|name| name != b"cellXfs"),
            Piece::Text(_) => {}
        }
    }
    Ok(formats)
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
    let mut usual = Usual::default();
    let mut xml = Xml::new(part);
    while let Ok(Some(piece)) = xml.next() {
        if let Piece::Open(element) = piece
            && element.ns == Ns::Sheet
        {
            hidden.take(&element, &mut next_row, &mut usual);
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_nothing_are_told_from_those_that_show_something() {
        for code in [";;;", " ; ; ; ", "\"\";\"\";\"\";\"\"", "[Red];_(;* ;"] {
            assert_eq!(shows_nothing(code), (true, true), "{code}");
        }
        assert_eq!(shows_nothing(";;"), (true, false));
        assert_eq!(shows_nothing(";;;@"), (true, false));
        assert_eq!(shows_nothing("0;-0;;"), (false, true));
        for code in ["General", "", "0.00", "0;;", "dd/mm/yyyy", "\";\"0", "\"none\";;;@"] {
            assert_eq!(shows_nothing(code), (false, false), "{code}");
        }
    }

    #[test]
    fn a_row_or_column_without_size_is_hidden() {
        let hides = |usual: Usual, name: &str, attributes: &[(&str, &str)]| {
            let asked = |name: &str| {
                attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
            };
            usual.hides(name.as_bytes(), &asked)
        };
        let usual = Usual::default();
        assert!(hides(usual, "row", &[("ht", "0")]) && hides(usual, "col", &[("width", "0")]));
        assert!(hides(usual, "row", &[("hidden", "1")]));
        assert!(!hides(usual, "row", &[("ht", "15")]) && !hides(usual, "col", &[("width", "9.1")]));
        let without = Usual { rows_hidden: true };
        assert!(hides(without, "row", &[]) && !hides(without, "row", &[("ht", "15")]));
        assert!(!hides(without, "row", &[("hidden", "0")]));
    }
}

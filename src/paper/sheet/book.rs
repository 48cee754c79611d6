//! What a workbook says of itself: its sheets in order, which of them a reader sees, from which year it counts days, what it prints.

use std::ops::RangeInclusive;

use crate::paper::ooxml::package::{Package, ReadError};
use crate::paper::ooxml::xml::{Piece, Xml};

/// The workbook part of an xlsx.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub sheets: Vec<Sheet>,
    /// Days are counted from 1904, as Excel for Mac did, and not from 1900.
    pub from_1904: bool,
}

/// One sheet of cells, chart or dialog.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub name: String,
    pub part: String,
    /// The last word of its relation: `worksheet`, `chartsheet`, `dialogsheet`.
    pub kind: String,
    pub hidden: bool,
    /// The areas that are printed; none where all of it is.
    pub printed: Vec<Area>,
}

/// Rows and columns from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Area {
    pub rows: RangeInclusive<u32>,
    pub columns: RangeInclusive<u32>,
}

impl Sheet {
    /// Whether a cell comes on paper when the sheet is printed.
    pub fn prints(&self, (row, column): (u32, u32)) -> bool {
        let within = |area: &Area| area.rows.contains(&row) && area.columns.contains(&column);
        self.printed.is_empty() || self.printed.iter().any(within)
    }
}

/// Reads the workbook part; an empty book where there is none.
pub(crate) fn read(package: &mut Package<'_>) -> Result<Book, ReadError> {
    let book = package.relations("")?.into_iter().find(|other| other.kind == "officeDocument");
    let book = book.map_or_else(|| "xl/workbook.xml".to_owned(), |book| book.target);
    let relations = package.relations(&book)?;
    let Some(part) = package.part(&book)? else { return Ok(Book::default()) };
    let mut read = Book::default();
    let mut area_of: Option<usize> = None;
    let mut areas: Vec<(usize, String)> = Vec::new();
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut xml = Xml::new(&part);
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => match element.name() {
                b"workbookPr" => {
                    let from = element.attribute("date1904");
                    // An extension may have an element of the same name, which says nothing of it.
                    read.from_1904 |= matches!(from.as_deref(), Some("1" | "true" | "on"));
                }
                b"sheet" => {
                    let part = element
                        .attribute("id")
                        .and_then(|id| relations.iter().find(|other| other.id == id && !other.external));
                    let sheet = part.zip(element.attribute("name")).map(|(part, name)| Sheet {
                        name,
                        part: part.target.clone(),
                        kind: part.kind.clone(),
                        hidden: element.attribute("state").is_some_and(|state| state != "visible"),
                        printed: Vec::new(),
                    });
                    places.push(sheet.is_some().then_some(read.sheets.len()));
                    read.sheets.extend(sheet);
                }
                b"definedName" => {
                    let prints = element
                        .attribute("name")
                        .is_some_and(|name| name.eq_ignore_ascii_case("_xlnm.Print_Area"));
                    let sheet = element.number("localSheetId").filter(|_| prints);
                    area_of = sheet.and_then(|sheet| usize::try_from(sheet).ok());
                }
                _ => area_of = None,
            },
            Piece::Text(text) => {
                if let Some(sheet) = area_of {
                    match areas.last_mut() {
                        Some((of, areas)) if *of == sheet => areas.push_str(&text),
                        _ => areas.push((sheet, text.into_owned())),
                    }
                }
            }
            Piece::Close => area_of = None,
        }
    }
    for (sheet, areas) in areas {
        let place = places.get(sheet).copied().flatten();
        if let Some(sheet) = place.and_then(|place| read.sheets.get_mut(place)) {
            sheet.printed = printed(&areas);
        }
    }
    Ok(read)
}

/// Formulas of a sheet that were never worked out: programs other than Excel write them so, and a reader sees empty cells.
pub(crate) fn uncalculated(part: &[u8]) -> usize {
    let text = String::from_utf8_lossy(part);
    let cells = text.split("<c ").skip(1).map(|rest| rest.split("</c>").next().unwrap_or(rest));
    let without_value = |cell: &&str| {
        let (_, after) = cell.split_once("<f").unwrap_or_default();
        let value = after.split_once("<v>").map(|(_, value)| value.trim_start());
        !after.is_empty() && value.is_none_or(|value| value.starts_with('<'))
    };
    let text_of_nothing =
        |cell: &&str| cell.split('>').next().is_some_and(|start| start.contains("t=\"str\""));
    cells.filter(without_value).filter(|cell| !text_of_nothing(cell)).count()
}

/// Notes on a sheet's cells.
pub(crate) fn notes(package: &mut Package<'_>, sheet: &Sheet) -> Result<u32, ReadError> {
    let mut count = 0;
    for relation in package.relations(&sheet.part)?.iter().filter(|other| other.kind == "comments") {
        let Some(part) = package.part(&relation.target)? else { continue };
        let mut xml = Xml::new(&part);
        while let Ok(Some(piece)) = xml.next() {
            count += u32::from(matches!(piece, Piece::Open(element) if element.name() == b"comment"));
        }
    }
    Ok(count)
}

/// Areas such as `Costs!$A$1:$D$20,Costs!$F$1:$G$9`; none where one cannot be made out, because then nothing is known.
fn printed(areas: &str) -> Vec<Area> {
    let all: Option<Vec<Area>> = split_outside_quotes(areas)
        .iter()
        .map(|area| {
            let (from, to) = {
                let place = area.rsplit('!').next().unwrap_or_default().replace('$', "");
                let (from, to) = place.split_once(':').unwrap_or((&place, &place));
                (from.to_owned(), to.to_owned())
            };
            let ((from_row, from_column), (to_row, to_column)) = (corner(&from, 0)?, corner(&to, u32::MAX)?);
            Some(Area { rows: from_row..=to_row, columns: from_column..=to_column })
        })
        .collect();
    all.unwrap_or_default()
}

/// A comma may stand in a sheet's name, in quotes.
fn split_outside_quotes(areas: &str) -> Vec<&str> {
    let mut quoted = false;
    areas
        .split(move |letter| {
            quoted ^= letter == '\'';
            letter == ',' && !quoted
        })
        .collect()
}

/// A corner of an area; whole rows (`3`) and whole columns (`C`) have `open` for what they leave out.
fn corner(place: &str, open: u32) -> Option<(u32, u32)> {
    let split = place.find(|letter: char| letter.is_ascii_digit()).unwrap_or(place.len());
    let (letters, digits) = place.split_at(split);
    let column = if letters.is_empty() { open } else { column(letters)? - 1 };
    let row = if digits.is_empty() { open } else { digits.parse::<u32>().ok()?.checked_sub(1)? };
    (!place.is_empty()).then_some((row, column))
}

/// The column of a place such as `AB12`, from 1.
pub(crate) fn column(place: &str) -> Option<u32> {
    let mut letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.try_fold(0_u32, |column, letter| {
        column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    (0 < column).then_some(column)
}

/// The row and column of a place such as `AB12`, from 0.
pub(crate) fn place(place: &str) -> Option<(u32, u32)> {
    let digits = place.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column(place)? - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn print_areas_are_rows_and_columns() {
        let areas = printed("'Costs, old'!$A$1:$D$20,'Costs, old'!$F:$G");
        assert_eq!(
            areas,
            [Area { rows: 0..=19, columns: 0..=3 }, Area { rows: 0..=u32::MAX, columns: 5..=6 }]
        );
        assert_eq!(printed("#REF!"), []);
        assert_eq!(place("AB12"), Some((11, 27)));
    }

    #[test]
    fn formulas_without_a_value_are_counted() {
        let sheet = "<c r=\"A1\"><f>1+1</f><v>2</v></c><c r=\"A2\"><f>A1</f><v></v></c><c r=\"A3\"><f>A1</f><v/></c>\
            <c r=\"A4\" t=\"str\"><f>\"\"</f><v></v></c><c r=\"A5\"><f t=\"shared\" si=\"0\"/></c><c r=\"A6\"/>";
        assert_eq!(uncalculated(sheet.as_bytes()), 3);
    }
}

//! Rows and columns hidden in workbooks that are not the usual xlsx: old (.xls), binary (.xlsb) and OpenDocument (.ods).
//!
//! Only the few records that say so are looked at; where a file ends in the middle of one, what was found up to there counts.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use crate::paper::ooxml::package::{Package, ReadError};
use crate::paper::ooxml::xml::{Piece, Xml};
use crate::paper::sheet::hidden::Hidden;

/// The most that is read of an old workbook.
const LARGEST_BOOK: u64 = 256 << 20;
/// Rows or columns one element of an OpenDocument sheet may stand for.
const MOST_REPEATED: u32 = 2_000_000;

/// What each sheet of an old workbook hides, by the sheet's name.
pub fn of_old(bytes: &[u8]) -> BTreeMap<String, Hidden> {
    const SHEET: u16 = 0x0085;
    let mut hidden = BTreeMap::new();
    let Some(book) = old_book(bytes) else { return hidden };
    for (kind, record) in old_records(&book, 0) {
        if kind != SHEET {
            continue;
        }
        let Some(place) = long(record, 0).and_then(|place| usize::try_from(place).ok()) else { continue };
        if let Some(name) = old_name(record.get(6..).unwrap_or_default()) {
            hidden.insert(name, of_old_sheet(&book, place));
        }
    }
    hidden
}

fn old_book(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name))?;
    let mut book = Vec::new();
    file.open_stream(name).ok()?.take(LARGEST_BOOK).read_to_end(&mut book).ok()?;
    Some(book)
}

/// Records from `place` to the end of what began there.
fn old_records(book: &[u8], place: usize) -> impl Iterator<Item = (u16, &[u8])> {
    const END: u16 = 0x000A;
    let mut at = place;
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let kind = short(book, at)?;
        let start = at.checked_add(4)?;
        let record = book.get(start..start.checked_add(usize::from(short(book, at + 2)?))?)?;
        at = start + record.len();
        ended = kind == END;
        Some((kind, record))
    })
}

/// A sheet's name: how many letters, how wide, then the letters.
fn old_name(record: &[u8]) -> Option<String> {
    let count = usize::from(*record.first()?);
    let wide = record.get(1)? & 1 == 1;
    let letters = record.get(2..)?;
    Some(if wide {
        encoding_rs::UTF_16LE.decode(letters.get(..count * 2)?).0.into_owned()
    } else {
        letters.get(..count)?.iter().map(|letter| char::from(*letter)).collect()
    })
}

fn of_old_sheet(book: &[u8], place: usize) -> Hidden {
    const ROW: u16 = 0x0208;
    const COLUMNS: u16 = 0x007D;
    let mut hidden = Hidden::default();
    for (kind, record) in old_records(book, place) {
        match kind {
            ROW if short(record, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                hidden.rows(short(record, 0).map(|row| (row.into(), row.into())));
            }
            COLUMNS if short(record, 8).is_some_and(|flags| flags & 1 != 0) => {
                hidden.columns(
                    short(record, 0).zip(short(record, 2)).map(|(from, to)| (from.into(), to.into())),
                );
            }
            _ => {}
        }
    }
    hidden
}

/// What a sheet of a binary workbook hides, from its part.
pub fn of_binary_sheet(part: &[u8]) -> Hidden {
    const ROW: u32 = 0;
    const COLUMNS: u32 = 60;
    let mut hidden = Hidden::default();
    for (kind, record) in binary_records(part) {
        match kind {
            ROW if record.get(11).is_some_and(|flags| flags & 0x10 != 0) => {
                hidden.rows(long(record, 0).map(|row| (row, row)));
            }
            COLUMNS if record.get(16).is_some_and(|flags| flags & 1 != 0) => {
                hidden.columns(long(record, 0).zip(long(record, 4)));
            }
            _ => {}
        }
    }
    hidden
}

/// What each sheet of a binary workbook hides, by the sheet's name.
pub fn of_binary(package: &mut Package<'_>) -> Result<BTreeMap<String, Hidden>, ReadError> {
    const SHEET: u32 = 156;
    let mut hidden = BTreeMap::new();
    let book = "xl/workbook.bin";
    let relations = package.relations(book)?;
    let Some(part) = package.part(book)? else { return Ok(hidden) };
    for (kind, record) in binary_records(&part) {
        let named = || {
            let (id, after) = wide_text(record, 8)?;
            Some((id, wide_text(record, after)?.0))
        };
        let Some((id, name)) = (kind == SHEET).then(named).flatten() else { continue };
        let Some(sheet) = relations.iter().find(|other| other.id == id && !other.external) else { continue };
        if let Some(part) = package.part(&sheet.target)? {
            hidden.insert(name, of_binary_sheet(&part));
        }
    }
    Ok(hidden)
}

/// Records of a binary part: kind and length in bytes of seven bits, then the content.
fn binary_records(part: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut number = |most: usize| {
            let mut value = 0_u32;
            for place in 0..most {
                let byte = *part.get(at)?;
                at += 1;
                // Seven bits of each byte count; the eighth says that another byte follows.
                value |= u32::from(byte & 0x7F) << (7 * place);
                if byte & 0x80 == 0 {
                    break;
                }
            }
            Some(value)
        };
        let kind = number(2)?;
        let length = usize::try_from(number(4)?).ok()?;
        let record = part.get(at..at.checked_add(length)?)?;
        at += length;
        Some((kind, record))
    })
}

/// A text of a binary record: how many letters, then the letters; and where it ends.
fn wide_text(record: &[u8], at: usize) -> Option<(String, usize)> {
    let count = usize::try_from(long(record, at)?).ok()?;
    let end = at.checked_add(4)?.checked_add(count.checked_mul(2)?)?;
    Some((encoding_rs::UTF_16LE.decode(record.get(at + 4..end)?).0.into_owned(), end))
}

/// What each sheet of an OpenDocument spreadsheet hides, by the sheet's name.
pub fn of_open(package: &mut Package<'_>) -> Result<BTreeMap<String, Hidden>, ReadError> {
    let mut hidden = BTreeMap::new();
    let Some(part) = package.part("content.xml")? else { return Ok(hidden) };
    let mut xml = Xml::new(&part);
    let mut sheet: Option<(String, Hidden, u32, u32)> = None;
    let mut open: Vec<bool> = Vec::new();
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => {
                let begins =
                    element.name() == b"table" && element.attribute("name").is_some() && sheet.is_none();
                open.push(begins);
                if begins {
                    sheet = element.attribute("name").map(|name| (name, Hidden::default(), 0, 0));
                } else if let Some((_, hidden, row, column)) = &mut sheet {
                    let gone = element.attribute("visibility").is_some_and(|seen| seen != "visible");
                    let count = |name: &str| element.number(name).unwrap_or(1).clamp(1, MOST_REPEATED);
                    let stretch = |at: &mut u32, count: u32| {
                        let from = *at;
                        *at = at.saturating_add(count);
                        gone.then_some((from, at.saturating_sub(1)))
                    };
                    match element.name() {
                        b"table-row" => hidden.rows(stretch(row, count("number-rows-repeated"))),
                        b"table-column" => hidden.columns(stretch(column, count("number-columns-repeated"))),
                        _ => {}
                    }
                }
            }
            Piece::Close => {
                if open.pop() == Some(true)
                    && let Some((name, found, ..)) = sheet.take()
                {
                    hidden.insert(name, found);
                }
            }
            Piece::Text(_) => {}
        }
    }
    Ok(hidden)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_sheet_says_which_rows_and_columns_it_hides() {
        let row = |number: u8, hidden: bool| {
            let mut record =
                vec![0, 17, number, 0, 0, 0, 0, 0, 0, 0, 0x2C, 1, 0, if hidden { 0x10 } else { 0 }];
            record.extend([0; 5]);
            record
        };
        let mut part = vec![60, 18, 2, 0, 0, 0, 3, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 0];
        part.extend([row(0, false), row(4, true), row(5, true)].concat());
        let hidden = of_binary_sheet(&part);
        assert!(!hidden.holds((0, 0)) && !hidden.holds((6, 1)));
        assert!(hidden.holds((4, 0)) && hidden.holds((5, 0)) && hidden.holds((0, 2)) && hidden.holds((0, 3)));
    }

    #[test]
    fn an_old_sheet_says_which_rows_and_columns_it_hides() {
        let record = |kind: u16, content: &[u8]| {
            let mut record = kind.to_le_bytes().to_vec();
            record.extend(u16::try_from(content.len()).unwrap().to_le_bytes());
            record.extend(content);
            record
        };
        let mut book = record(0x0809, &[0; 16]);
        let mut name = u32::try_from(book.len() + 4 + 9 + 4).unwrap().to_le_bytes().to_vec();
        name.extend([0, 0, 1, 0, b'S']);
        book.extend(record(0x0085, &name));
        book.extend(record(0x000A, &[]));
        book.extend(record(0x0809, &[0; 16]));
        book.extend(record(0x007D, &[1, 0, 1, 0, 0, 9, 0, 0, 1, 0]));
        book.extend(record(0x0208, &[3, 0, 0, 0, 9, 0, 0, 1, 0, 0, 0, 0, 0x20, 0, 0, 0]));
        book.extend(record(0x0208, &[4, 0, 0, 0, 9, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]));
        book.extend(record(0x000A, &[]));
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        std::io::Write::write_all(&mut file.create_stream("/Workbook").unwrap(), &book).unwrap();
        let hidden = of_old(&file.into_inner().into_inner());
        let sheet = &hidden["S"];
        assert!(sheet.holds((3, 0)) && sheet.holds((0, 1)) && !sheet.holds((4, 0)), "{sheet:?}");
    }
}

//! A workbook made ready for the embedded engine: hidden rows and columns, which it would print, are emptied and made flat, and
//! so are cells whose format shows nothing; numbers and dates say what Excel shows. Where it is to be looser, rows are as high as what
//! they hold.
//!
//! Only the copy given to the engine is changed; what is read is always the paper itself.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

use crate::paper::ooxml::package::Package;
use crate::paper::ooxml::xml::attribute;
use crate::paper::said::apart::Value;
use crate::paper::sheet::book;
use crate::paper::sheet::hidden::{self, Usual};
use crate::paper::sheet::styles::Styles;
use crate::paper::sheet::values::Values;

/// Height and width of what is hidden, in the units of each.
const FLAT: &str = "0.1";

/// The part of formats, by its name in lower case.
const STYLES: &str = "xl/styles.xml";

/// The workbook as the engine gets it.
#[derive(Debug, Default)]
pub(crate) struct Ready {
    /// None where nothing had to be changed, or it could not be.
    pub bytes: Option<Vec<u8>>,
    /// The numbers and dates its pages must show.
    pub values: Vec<Value>,
}

/// The workbook without what it hides, its numbers and dates as Excel shows them; with higher rows where it is to be `loose`.
pub(crate) fn ready(bytes: &[u8], loose: bool) -> Ready {
    attempt(bytes, loose).unwrap_or_default()
}

fn attempt(bytes: &[u8], loose: bool) -> Option<Ready> {
    let mut package = Package::open(bytes).ok()?;
    let formats = hidden::blank_formats(&mut package).unwrap_or_default();
    let book = book::read(&mut package).ok()?;
    let styles = package.part(STYLES).ok()?.unwrap_or_default();
    let mut values = Values::new(book.from_1904, Styles::read(&styles));
    let mut changed = BTreeMap::new();
    for sheet in book.sheets.iter().filter(|sheet| sheet.kind == "worksheet") {
        let Ok(Some(part)) = package.part(&sheet.part) else { continue };
        let without_hidden = rewrite(&part, &formats, loose);
        let with_values = values.rewrite(sheet, without_hidden.as_deref().unwrap_or(&part));
        changed.extend(with_values.or(without_hidden).map(|part| (sheet.part.to_lowercase(), part)));
    }
    let styles = values.styles.written();
    changed.extend(styles.map(|part| (STYLES.to_owned(), part)));
    let bytes = if changed.is_empty() { None } else { package.with_parts(&changed).ok() };
    Some(Ready { bytes, values: values.shown })
}

/// Where the rewriting stands.
#[derive(Debug, Default)]
struct Pass<'f> {
    /// Of each format, whether it shows nothing of a number, and nothing of a text.
    formats: &'f [(bool, bool)],
    /// Rows are to be as high as what they hold.
    loose: bool,
    usual: Usual,
    /// First and last of each range of hidden columns, from 1.
    columns: Vec<(u32, u32)>,
    in_hidden_row: bool,
    /// The column after the last cell, from 1.
    next_column: u32,
    changed: bool,
}

fn rewrite(part: &[u8], formats: &[(bool, bool)], loose: bool) -> Option<Vec<u8>> {
    let mut reader = Reader::from_reader(part);
    let mut writer = Writer::new(Vec::with_capacity(part.len()));
    let mut pass = Pass { formats, loose, ..Pass::default() };
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(start) if pass.hides_cell(&start) => {
                reader.read_to_end(start.name()).ok()?;
            }
            Event::Empty(start) if pass.hides_cell(&start) => {}
            Event::Start(start) => writer.write_event(Event::Start(pass.look(start))).ok()?,
            Event::Empty(start) => writer.write_event(Event::Empty(pass.look(start))).ok()?,
            event => writer.write_event(event).ok()?,
        }
    }
    pass.changed.then(|| writer.into_inner())
}

impl Pass<'_> {
    /// Whether a cell stands in a hidden row or column.
    fn hides_cell(&mut self, element: &BytesStart<'_>) -> bool {
        if element.local_name().as_ref() != b"c" {
            return false;
        }
        let column =
            attribute(element, b"r").and_then(|place| book::column(&place)).unwrap_or(self.next_column);
        self.next_column = column + 1;
        let hidden =
            self.in_hidden_row || self.columns.iter().any(|(first, last)| (*first..=*last).contains(&column));
        let blank = self.is_blank(element);
        self.changed |= blank;
        hidden || blank
    }

    /// Whether a cell's format shows nothing of it.
    fn is_blank(&self, cell: &BytesStart<'_>) -> bool {
        let format = attribute(cell, b"s").and_then(|format| format.parse::<usize>().ok()).unwrap_or(0);
        let (numbers, texts) = self.formats.get(format).copied().unwrap_or_default();
        match attribute(cell, b"t").as_deref() {
            Some("s" | "str" | "inlineStr") => texts,
            Some("b" | "e") => false,
            _ => numbers,
        }
    }

    /// Notes what an element hides; hidden rows and columns come back flat.
    fn look<'x>(&mut self, element: BytesStart<'x>) -> BytesStart<'x> {
        let asked = |name: &str| attribute(&element, name.as_bytes());
        let hidden = self.usual.hides(element.local_name().as_ref(), &asked);
        match element.local_name().as_ref() {
            b"sheetFormatPr" => {
                self.usual = Usual::of(&asked);
                element
            }
            b"row" => {
                self.in_hidden_row = hidden;
                self.next_column = 1;
                let high = self.loose && asked("customHeight").is_some();
                match (hidden, high) {
                    (true, _) => self.sized(&element, ("ht", "customHeight"), Some(FLAT)),
                    (false, true) => self.sized(&element, ("ht", "customHeight"), None),
                    _ => element,
                }
            }
            b"col" if hidden => {
                let number = |name| attribute(&element, name).and_then(|number| number.parse().ok());
                let first = number(b"min".as_slice()).unwrap_or(1);
                self.columns.push((first, number(b"max").unwrap_or(first)));
                self.sized(&element, ("width", "customWidth"), Some(FLAT))
            }
            _ => element,
        }
    }

    /// The same row or column with another size, or none of its own.
    fn sized<'x>(
        &mut self,
        element: &BytesStart<'x>,
        (size, own): (&str, &str),
        to: Option<&str>,
    ) -> BytesStart<'x> {
        self.changed = true;
        let mut sized = BytesStart::new(String::from_utf8_lossy(element.name().as_ref()).into_owned());
        let mut kept = element.attributes();
        for attribute in kept.with_checks(false).filter_map(Result::ok) {
            let name = attribute.key.as_ref();
            if name != size.as_bytes() && name != own.as_bytes() && name != b"hidden" {
                sized.push_attribute(attribute);
            }
        }
        if let Some(to) = to {
            sized.push_attribute((size, to));
            sized.push_attribute((own, "1"));
        }
        sized
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sheet: &str) -> Option<String> {
        rewrite(sheet.as_bytes(), &[], false).map(|part| String::from_utf8(part).unwrap())
    }

    #[test]
    fn hidden_rows_and_columns_are_emptied_and_flat() {
        let cells =
            |row: u32| format!("<c r=\"A{row}\"><v>1</v></c><c r=\"B{row}\"/><c r=\"C{row}\"><v>3</v></c>");
        let sheet = format!(
            "<worksheet><cols><col min=\"2\" max=\"3\" hidden=\"1\" width=\"9\"/></cols><sheetData>\
             <row r=\"1\">{}</row><row r=\"2\" hidden=\"true\" ht=\"15\">{}</row></sheetData></worksheet>",
            cells(1),
            cells(2)
        );
        assert_eq!(
            said(&sheet).as_deref(),
            Some(
                "<worksheet><cols><col min=\"2\" max=\"3\" width=\"0.1\" customWidth=\"1\"/></cols><sheetData>\
                 <row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\" ht=\"0.1\" customHeight=\"1\"></row></sheetData></worksheet>"
            )
        );
        assert_eq!(said("<worksheet><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></worksheet>"), None);
    }

    #[test]
    fn cells_without_a_place_are_counted() {
        let sheet = "<s><cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols><row><c><v>1</v></c><c><v>2</v></c></row></s>";
        assert!(said(sheet).unwrap().ends_with("<row><c><v>1</v></c></row></s>"));
        assert_eq!(book::column("AB12"), Some(28));
    }
}

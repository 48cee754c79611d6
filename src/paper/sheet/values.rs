//! The cells of an xlsx made ready for the embedded engine: each number and date gets the words Excel shows for it, where the engine
//! would show others.
//!
//! A cell keeps its number, so that what depends on it (alignment, hashes where it is too wide, colours by value) stays; only its format
//! becomes one that says those words and nothing else. Only the copy given to the engine is changed.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use crate::paper::ooxml::xml::attribute;
use crate::paper::said::apart::Value;
use crate::paper::sheet::book::{self, Sheet};
use crate::paper::sheet::formats::{self, Formats, Kind};
use crate::paper::sheet::styles::Styles;

/// Formats the engine is right about for any number.
const TRUSTED: [&str; 6] = ["0", "0.00", "#,##0", "#,##0.00", "0%", "0.00%"];

/// The width of a column that says nothing of its own, in digits.
const USUAL_WIDTH: f64 = 9.14;
/// What of a column's width is its margins.
const MARGINS: f64 = 0.71;

/// The cells of one workbook, sheet by sheet.
#[derive(Debug)]
pub(crate) struct Values {
    formats: Formats,
    pub styles: Styles,
    /// What is shown for each number and date so far.
    pub shown: Vec<Value>,
}

impl Values {
    pub fn new(from_1904: bool, styles: Styles) -> Self {
        Values { formats: Formats::new(from_1904), styles, shown: Vec::new() }
    }

    /// Rewrites the cells of one sheet; none where nothing needs another format, or the part is damaged.
    pub fn rewrite(&mut self, sheet: &Sheet, part: &[u8]) -> Option<Vec<u8>> {
        let mut reader = Reader::from_reader(part);
        let mut writer = Writer::new(Vec::with_capacity(part.len()));
        let mut columns = Columns { merged: merged(part), ..Columns::default() };
        let mut next = (0, 0);
        let mut changed = false;
        loop {
            match reader.read_event().ok()? {
                Event::Eof => break,
                Event::Start(start) if start.local_name().as_ref() == b"c" => {
                    let place = attribute(&start, b"r").and_then(|place| book::place(&place)).unwrap_or(next);
                    next = (place.0, place.1 + 1);
                    let cell = Cell::read(start, &mut reader)?;
                    let other = self.cell(sheet, place, &columns, &cell);
                    changed |= other.is_some();
                    for event in other.unwrap_or(cell.events) {
                        writer.write_event(event).ok()?;
                    }
                }
                event => {
                    if let Event::Start(start) | Event::Empty(start) = &event {
                        match start.local_name().as_ref() {
                            b"row" => {
                                let row = attribute(start, b"r").and_then(|row| row.parse::<u32>().ok());
                                next = (row.map_or(next.0, |row| row.saturating_sub(1)), 0);
                            }
                            b"c" => next.1 += 1,
                            _ => columns.take(start),
                        }
                    } else if let Event::End(end) = &event
                        && end.local_name().as_ref() == b"row"
                    {
                        next.0 += 1;
                    }
                    writer.write_event(event).ok()?;
                }
            }
        }
        changed.then(|| writer.into_inner())
    }

    /// A cell as it is to be written; none where it stays as it is.
    fn cell<'x>(
        &mut self,
        sheet: &Sheet,
        place: (u32, u32),
        columns: &Columns,
        cell: &Cell<'x>,
    ) -> Option<Vec<Event<'x>>> {
        if 1 < cell.runs {
            return Some(cell.flat());
        }
        let number = cell.number()?;
        let (id, code) = match self.styles.code_of(cell.style) {
            (id, code) if cell.kind != "d" || formats::kind(id, &code) != Kind::Number => (id, code),
            // A date written in words of its own, in a cell whose format says nothing of dates.
            _ if number.fract() == 0.0 => (None, "dd/mm/yyyy".to_owned()),
            _ => (None, "dd/mm/yyyy hh:mm".to_owned()),
        };
        let mut shown = self.formats.shown(id, &code, number)?;
        let general = formats::is_general(&code) && id.is_none_or(|id| id == 0 || 164 <= id);
        if general && let Some(fitted) = formats::fitted(number, &shown, columns.digits(place)) {
            shown = fitted;
        }
        let trusted = if general { shown == number.to_string() } else { TRUSTED.contains(&code.as_str()) };
        if !shown.is_empty() && !sheet.hidden && sheet.prints(place) {
            self.shown.push(Value { place: format!("{}!{}", sheet.name, named(place)), text: shown.clone() });
        }
        // Without cell formats there is none to copy: what the engine makes of the number is compared like everything else.
        if self.styles.is_empty() || trusted && cell.kind != "d" && !(general && code != "General") {
            return None;
        }
        Some(cell.in_format(self.styles.saying(cell.style, &shown), number))
    }
}

/// One cell with all that is in it.
#[derive(Debug)]
struct Cell<'x> {
    events: Vec<Event<'x>>,
    kind: String,
    style: usize,
    /// What stands in it as its value.
    value: String,
    /// Text that stands in the cell itself: how many pieces, and what they say.
    runs: usize,
    said: Vec<Event<'x>>,
}

impl<'x> Cell<'x> {
    /// Reads on to the end of the cell; none where the part ends before.
    fn read(start: BytesStart<'x>, reader: &mut Reader<&'x [u8]>) -> Option<Self> {
        let mut cell = Cell {
            kind: attribute(&start, b"t").unwrap_or_default(),
            style: attribute(&start, b"s").and_then(|style| style.parse().ok()).unwrap_or(0),
            events: vec![Event::Start(start)],
            value: String::new(),
            runs: 0,
            said: Vec::new(),
        };
        let (mut in_value, mut in_text, mut in_reading_aid, mut deep) = (false, false, false, 1);
        while 0 < deep {
            let event = reader.read_event().ok()?;
            match &event {
                Event::Eof => return None,
                Event::Start(start) => {
                    deep += 1;
                    match start.local_name().as_ref() {
                        b"v" => in_value = true,
                        b"rPh" => in_reading_aid = true,
                        b"t" if !in_reading_aid => {
                            in_text = true;
                            cell.runs += 1;
                        }
                        _ => {}
                    }
                }
                Event::End(end) => {
                    deep -= 1;
                    match end.local_name().as_ref() {
                        b"v" => in_value = false,
                        b"rPh" => in_reading_aid = false,
                        b"t" => in_text = false,
                        _ => {}
                    }
                }
                Event::Text(text) if in_value => cell.value.push_str(&text.decode().ok()?),
                Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) if in_text => {
                    cell.said.push(event.clone());
                }
                _ => {}
            }
            cell.events.push(event);
        }
        Some(cell)
    }

    /// The number in it, or the serial of the date.
    fn number(&self) -> Option<f64> {
        match self.kind.as_str() {
            "" | "n" => self.value.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            "d" => serial(self.value.trim()),
            _ => None,
        }
    }

    /// The same cell with text of several pieces in one.
    fn flat(&self) -> Vec<Event<'x>> {
        let (Some(start), Some(end)) = (self.events.first(), self.events.last()) else { return Vec::new() };
        let prefix = match start {
            Event::Start(start) => start.name().prefix().map(|prefix| prefix.into_inner().to_vec()),
            _ => None,
        };
        let name = |local: &str| match &prefix {
            Some(prefix) => format!("{}:{local}", String::from_utf8_lossy(prefix)),
            None => local.to_owned(),
        };
        let text = BytesStart::new(name("t")).with_attributes([("xml:space", "preserve")]);
        let mut flat = vec![start.clone(), Event::Start(BytesStart::new(name("is"))), Event::Start(text)];
        flat.extend(self.said.iter().cloned());
        flat.extend([
            Event::End(BytesEnd::new(name("t"))),
            Event::End(BytesEnd::new(name("is"))),
            end.clone(),
        ]);
        flat
    }

    /// The same cell in another format; a date in words of its own becomes the number it is for Excel.
    fn in_format(&self, style: usize, number: f64) -> Vec<Event<'x>> {
        let mut events = self.events.clone();
        let Some(Event::Start(start)) = self.events.first() else { return events };
        let mut other = BytesStart::new(String::from_utf8_lossy(start.name().as_ref()).into_owned());
        let mut kept = start.attributes();
        for attribute in kept.with_checks(false).filter_map(Result::ok) {
            if !matches!(attribute.key.as_ref(), b"s" | b"t") {
                other.push_attribute(attribute);
            }
        }
        other.push_attribute(("s", style.to_string().as_str()));
        events[0] = Event::Start(other);
        if self.kind == "d" {
            let text = events.iter_mut().find(|event| matches!(event, Event::Text(text) if text.decode().is_ok_and(|text| text.trim() == self.value.trim())));
            if let Some(text) = text {
                *text = Event::Text(BytesText::new(&number.to_string()).into_owned());
            }
        }
        events
    }
}

/// How wide the columns of a sheet are.
#[derive(Debug, Default)]
struct Columns {
    usual: Option<f64>,
    /// First and last from 0, and the width.
    wide: Vec<(u32, u32, f64)>,
    /// Corners of cells that go over more than one.
    merged: HashSet<(u32, u32)>,
}

impl Columns {
    fn take(&mut self, element: &BytesStart<'_>) {
        let number = |name: &[u8]| attribute(element, name).and_then(|number| number.parse::<f64>().ok());
        let place = |name: &[u8]| attribute(element, name).and_then(|place| place.parse::<u32>().ok());
        match element.local_name().as_ref() {
            b"sheetFormatPr" => self.usual = number(b"defaultColWidth"),
            b"col" => {
                let from = place(b"min").unwrap_or(1).saturating_sub(1);
                let to = place(b"max").unwrap_or(1).saturating_sub(1);
                self.wide.extend(number(b"width").map(|width| (from, to, width)));
            }
            _ => {}
        }
    }

    /// Digits a cell has room for.
    fn digits(&self, place: (u32, u32)) -> usize {
        if self.merged.contains(&place) {
            return usize::MAX;
        }
        let own = self.wide.iter().find(|(from, to, _)| (*from..=*to).contains(&place.1));
        let width = own.map(|(.., width)| *width).or(self.usual).unwrap_or(USUAL_WIDTH);
        let digits = (width - MARGINS).clamp(0.0, 255.0);
        (0..=255).take_while(|many| f64::from(*many) <= digits).count().saturating_sub(1)
    }
}

/// The corners of merged cells; they are listed behind the cells themselves.
fn merged(part: &[u8]) -> HashSet<(u32, u32)> {
    let text = String::from_utf8_lossy(part);
    let areas = text.split("mergeCell ").skip(1).filter_map(|rest| {
        let (_, area) = rest.split_once("ref=")?;
        let area = area.get(1..)?.split(['"', '\'']).next()?;
        book::place(area.split(':').next()?)
    });
    areas.collect()
}

/// The serial of an ISO date or moment.
fn serial(text: &str) -> Option<f64> {
    let text = text.trim_end_matches('Z');
    let day = |text: &str| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
    let moment = text.parse::<NaiveDateTime>().ok().or_else(|| day(text))?;
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    let seconds = i32::try_from((moment - zero).num_seconds() % 86_400).ok()?;
    let days = i32::try_from((moment - zero).num_days()).ok()?;
    Some(f64::from(days) + f64::from(seconds) / 86_400.0)
}

/// A place as Excel names it.
pub(crate) fn named((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while 0 < left {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: &str = "<styleSheet><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"[h]:mm\"/></numFmts>\
        <cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" fontId=\"2\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>";

    fn sheet() -> Sheet {
        Sheet {
            name: "Costs".to_owned(),
            part: String::new(),
            kind: "worksheet".to_owned(),
            hidden: false,
            printed: Vec::new(),
        }
    }

    fn said(cells: &str) -> (Vec<String>, Option<String>, String) {
        let mut values = Values::new(false, Styles::read(STYLES.as_bytes()));
        let part = format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>");
        let written = values.rewrite(&sheet(), part.as_bytes()).map(|part| String::from_utf8(part).unwrap());
        let shown = values.shown.iter().map(|value| format!("{} {}", value.place, value.text)).collect();
        let styles = values.styles.written().map(|part| String::from_utf8(part).unwrap());
        (shown, written, styles.unwrap_or_default())
    }

    #[test]
    fn a_date_says_what_excel_says_and_stays_a_number() {
        let (shown, written, styles) =
            said("<c r=\"A1\" s=\"1\"><v>46338</v></c><c s=\"1\"><v>46338</v></c>");
        assert_eq!(shown, ["Costs!A1 12/11/2026", "Costs!B1 12/11/2026"]);
        assert!(written.unwrap().contains("<c r=\"A1\" s=\"3\"><v>46338</v></c><c s=\"3\"><v>46338</v></c>"));
        assert!(
            styles.contains("<xf fontId=\"2\" numFmtId=\"165\" applyNumberFormat=\"1\"/></cellXfs>"),
            "{styles}"
        );
        assert!(styles.contains("formatCode=\"&quot;12/11/2026&quot;;"), "{styles}");
        assert!(styles.contains("count=\"4\""), "{styles}");
    }

    #[test]
    fn a_number_the_engine_is_right_about_is_left() {
        let (shown, written, _) = said("<c r=\"A1\"><v>42</v></c><c r=\"B1\" t=\"s\"><v>0</v></c>");
        assert_eq!((shown, written), (vec!["Costs!A1 42".to_owned()], None));
    }

    #[test]
    fn text_in_pieces_and_dates_in_words_are_made_plain() {
        let (shown, written, _) = said(
            "<c r=\"A1\" t=\"inlineStr\"><is><r><t>Core &amp; </t></r><r><t>extra</t></r></is></c>\
             <c r=\"B1\" t=\"d\"><v>2026-11-12T00:00:00</v></c>",
        );
        let written = written.unwrap();
        assert!(written.contains("<is><t xml:space=\"preserve\">Core &amp; extra</t></is>"), "{written}");
        assert!(written.contains("<c r=\"B1\" s=\"3\"><v>46338</v></c>"), "{written}");
        assert_eq!(shown, ["Costs!B1 12/11/2026"]);
    }

    #[test]
    fn places_are_named_as_excel_names_them() {
        assert_eq!([named((0, 0)), named((11, 27)), named((0, 701))], ["A1", "AB12", "ZZ1"]);
    }
}

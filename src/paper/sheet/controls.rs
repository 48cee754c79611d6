//! Check boxes, option buttons and lists that lie on a workbook's sheets: no cell holds them, and the engine does not draw them.
//!
//! Each is put as words into the cell it lies on (`☒ Yes`), in a copy that is read and set like any other workbook.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use crate::paper::ooxml::package::{Package, ReadError};
use crate::paper::ooxml::xml::{Piece, Xml, attribute};
use crate::paper::said::html;
use crate::paper::sheet::book;
use crate::paper::sheet::values::named;

/// Controls of one sheet that are placed; a form has some dozens.
const MOST_CONTROLS: usize = 2000;

/// Dots into a row from which a control lies on the next one; a usual row has twenty.
const FOOT: u32 = 12;

/// What the controls of a sheet say, by row and column from 0.
type Placed = BTreeMap<u32, BTreeMap<u32, String>>;

/// The workbook with its controls in its cells; untouched where it has none.
pub(crate) fn placed(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ReadError> {
    let mut package = Package::open(bytes)?;
    if !package.names().any(|name| name.ends_with(".vml")) {
        return Ok(Cow::Borrowed(bytes));
    }
    let book = book::read(&mut package)?;
    let mut parts = BTreeMap::new();
    let mut texts = None;
    for sheet in book.sheets.iter().filter(|sheet| sheet.kind == "worksheet" && !sheet.hidden) {
        let relations = package.relations(&sheet.part)?;
        let mut placed = Placed::new();
        for drawing in relations.iter().filter(|other| other.kind == "vmlDrawing" && !other.external) {
            let Some(part) = package.part(&drawing.target)? else { continue };
            for control in controls(&String::from_utf8_lossy(&part)) {
                let said = control.said(|area, at| listed(bytes, &sheet.name, area, at));
                let cell = placed.entry(control.row).or_default().entry(control.column).or_default();
                if !cell.is_empty() {
                    cell.push_str("  ");
                }
                cell.push_str(&said);
            }
        }
        if placed.is_empty() {
            continue;
        }
        let texts = match &texts {
            Some(texts) => texts,
            None => {
                let part = package.part("xl/sharedStrings.xml")?.unwrap_or_default();
                texts.insert(shared_texts(&part))
            }
        };
        if let Some(part) = package.part(&sheet.part)?.and_then(|part| written(&part, placed, texts)) {
            parts.insert(sheet.part.to_lowercase(), part);
        }
    }
    if parts.is_empty() { Ok(Cow::Borrowed(bytes)) } else { Ok(Cow::Owned(package.with_parts(&parts)?)) }
}

/// One control.
#[derive(Debug, PartialEq)]
struct Control {
    row: u32,
    column: u32,
    caption: String,
    state: State,
}

#[derive(Debug, PartialEq)]
enum State {
    Box(bool),
    /// The area its choices stand in, and which of them was chosen, from 1.
    List {
        area: String,
        chosen: usize,
    },
}

impl Control {
    fn said(&self, choice: impl FnOnce(&str, usize) -> Option<String>) -> String {
        match &self.state {
            State::Box(on) => {
                let sign = if *on { '☒' } else { '☐' };
                format!("{sign} {}", self.caption).trim_end().to_owned()
            }
            State::List { chosen: 0, .. } => self.caption.clone(),
            State::List { area, chosen } => {
                choice(area, *chosen).unwrap_or_else(|| format!("choice {chosen} of a list"))
            }
        }
    }
}

/// The controls of an old drawing (VML), in which Excel keeps them. Its captions are no proper XML, so that it is read as text.
fn controls(drawing: &str) -> Vec<Control> {
    let shapes =
        drawing.split("<v:shape ").skip(1).map(|rest| rest.split("</v:shape>").next().unwrap_or(rest));
    shapes.filter_map(control).take(MOST_CONTROLS).collect()
}

fn control(shape: &str) -> Option<Control> {
    let (_, data) = shape.split_once("<x:ClientData")?;
    let kind = data.split_once("ObjectType=\"")?.1.split('"').next()?;
    let element = |name: &str| {
        let (_, rest) = data.split_once(&format!("<x:{name}>"))?;
        Some(rest.split('<').next().unwrap_or_default().trim().to_owned())
    };
    let anchor: Vec<u32> =
        element("Anchor")?.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let caption = shape.split_once("<v:textbox").and_then(|(_, rest)| rest.split_once('>'));
    let caption = caption.map(|(_, rest)| rest.split("</v:textbox").next().unwrap_or_default());
    let caption =
        html::read(caption.unwrap_or_default()).text.split_whitespace().collect::<Vec<_>>().join(" ");
    let state = match kind {
        "Checkbox" | "Radio" => State::Box(element("Checked").is_some_and(|checked| checked == "1")),
        "Drop" | "List" => State::List {
            area: element("FmlaRange").unwrap_or_default(),
            chosen: element("Sel").and_then(|chosen| chosen.parse().ok()).unwrap_or(0),
        },
        _ => return None,
    };
    // Column, dots into it, row, dots into it: one that begins at the foot of a row lies on the next.
    let (column, top) = (*anchor.first()?, *anchor.get(2)?);
    let row = top + u32::from(anchor.get(3).is_some_and(|into| FOOT <= *into));
    (!matches!(&state, State::List { chosen: 0, .. }) || !caption.is_empty()).then_some(Control {
        row,
        column,
        caption,
        state,
    })
}

/// The chosen line of the area that a list takes its choices from.
fn listed(bytes: &[u8], sheet: &str, area: &str, chosen: usize) -> Option<String> {
    let (sheet, area) =
        area.rsplit_once('!').map_or((sheet, area), |(sheet, area)| (sheet.trim_matches('\''), area));
    let first = area.split(':').next()?.replace('$', "");
    let (row, column) = book::place(&first)?;
    let mut workbook: Xlsx<Cursor<&[u8]>> = Xlsx::new(Cursor::new(bytes)).ok()?;
    let range = workbook.worksheet_range(sheet).ok()?;
    let at = row.checked_add(u32::try_from(chosen.checked_sub(1)?).ok()?)?;
    range.get_value((at, column)).map(ToString::to_string).filter(|text| !text.is_empty())
}

/// The texts that cells share, by their number.
fn shared_texts(part: &[u8]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let (mut in_text, mut aids) = (Vec::new(), 0_usize);
    let mut xml = Xml::new(part);
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => {
                match element.name() {
                    b"si" => texts.push(String::new()),
                    b"rPh" => aids += 1,
                    _ => {}
                }
                in_text.push(element.name().to_vec());
            }
            Piece::Close => {
                if in_text.pop().as_deref() == Some(b"rPh") {
                    aids -= 1;
                }
            }
            Piece::Text(text) if aids == 0 && in_text.last().is_some_and(|name| name == b"t") => {
                if let Some(last) = texts.last_mut() {
                    last.push_str(&text);
                }
            }
            Piece::Text(_) => {}
        }
    }
    texts
}

/// A sheet with words put into its cells; none where the part is damaged.
fn written(part: &[u8], placed: Placed, texts: &[String]) -> Option<Vec<u8>> {
    let mut reader = Reader::from_reader(part);
    let mut pen = Pen { writer: Writer::new(Vec::with_capacity(part.len())), placed, row: 0, next: 0 };
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Empty(start) if start.local_name().as_ref() == b"sheetData" => {
                let end = start.to_end().into_owned();
                pen.put(Event::Start(start.borrow()))?;
                pen.rows_before(u32::MAX)?;
                pen.put(Event::End(end))?;
            }
            Event::End(end) if end.local_name().as_ref() == b"sheetData" => {
                pen.rows_before(u32::MAX)?;
                pen.put(Event::End(end))?;
            }
            Event::Start(start) if start.local_name().as_ref() == b"row" => pen.open_row(start)?,
            Event::Empty(start) if start.local_name().as_ref() == b"row" => {
                let end = start.to_end().into_owned();
                pen.open_row(start.borrow())?;
                pen.close_row(end)?;
            }
            Event::End(end) if end.local_name().as_ref() == b"row" => pen.close_row(end)?,
            Event::Start(start) if start.local_name().as_ref() == b"c" => {
                let (text, events) = cell(&start, &mut reader, texts)?;
                pen.cell(&start, text.as_deref(), events)?;
            }
            Event::Empty(start) if start.local_name().as_ref() == b"c" => {
                pen.cell(&start, Some(""), vec![Event::Empty(start.borrow())])?;
            }
            event => pen.put(event)?,
        }
    }
    Some(pen.writer.into_inner())
}

/// What a cell says, as far as words can be put before it, and all of it.
fn cell<'x>(
    start: &BytesStart<'x>,
    reader: &mut Reader<&'x [u8]>,
    texts: &[String],
) -> Option<(Option<String>, Vec<Event<'x>>)> {
    let mut events = vec![Event::Start(start.clone())];
    let (mut said, mut deep) = (String::new(), 1);
    while 0 < deep {
        let event = reader.read_event().ok()?;
        match &event {
            Event::Eof => return None,
            Event::Start(_) => deep += 1,
            Event::End(_) => deep -= 1,
            Event::Text(text) => said.push_str(&text.decode().ok()?),
            Event::GeneralRef(_) => said.push(' '),
            _ => {}
        }
        events.push(event);
    }
    let said = said.trim().to_owned();
    let text = match attribute(start, b"t").as_deref() {
        Some("s") => said.parse::<usize>().ok().and_then(|at| texts.get(at).cloned()),
        Some("inlineStr" | "str") => Some(said),
        // The cell a box writes its state into lies under it.
        Some("b") => Some(String::new()),
        _ if said.is_empty() => Some(said),
        _ => None,
    };
    Some((text, events))
}

/// Writes a sheet, putting the controls where they belong.
struct Pen {
    writer: Writer<Vec<u8>>,
    placed: Placed,
    /// The row that is open, and the column after its last cell.
    row: u32,
    next: u32,
}

impl Pen {
    fn put(&mut self, event: Event<'_>) -> Option<()> {
        self.writer.write_event(event).ok()
    }

    /// Rows that the sheet does not have.
    fn rows_before(&mut self, row: u32) -> Option<()> {
        while let Some((&first, _)) = self.placed.first_key_value().filter(|(first, _)| **first < row) {
            let number = (first + 1).to_string();
            self.put(Event::Start(BytesStart::new("row").with_attributes([("r", number.as_str())])))?;
            self.row = first;
            self.cells_before(u32::MAX)?;
            self.placed.remove(&first);
            self.put(Event::End(BytesEnd::new("row")))?;
        }
        Some(())
    }

    fn open_row(&mut self, start: BytesStart<'_>) -> Option<()> {
        let row = attribute(&start, b"r").and_then(|row| row.parse::<u32>().ok());
        let row = row.map_or(self.row + 1, |row| row.saturating_sub(1));
        self.rows_before(row)?;
        (self.row, self.next) = (row, 0);
        self.put(Event::Start(start))
    }

    fn close_row(&mut self, end: BytesEnd<'_>) -> Option<()> {
        self.cells_before(u32::MAX)?;
        self.placed.remove(&self.row);
        self.put(Event::End(end))
    }

    /// Cells of the open row that the sheet does not have.
    fn cells_before(&mut self, column: u32) -> Option<()> {
        let Some(row) = self.placed.get_mut(&self.row) else { return Some(()) };
        let later = row.split_off(&column);
        let now = std::mem::replace(row, later);
        for (column, said) in now {
            let place = named((self.row, column));
            self.words(BytesStart::new("c").with_attributes([("r", place.as_str())]), &said)?;
        }
        Some(())
    }

    fn words(&mut self, start: BytesStart<'_>, said: &str) -> Option<()> {
        let mut start = start;
        start.push_attribute(("t", "inlineStr"));
        let end = start.to_end().into_owned();
        self.put(Event::Start(start))?;
        self.put(Event::Start(BytesStart::new("is")))?;
        self.put(Event::Start(BytesStart::new("t").with_attributes([("xml:space", "preserve")])))?;
        self.put(Event::Text(BytesText::from_escaped(escape(said))))?;
        self.put(Event::End(BytesEnd::new("t")))?;
        self.put(Event::End(BytesEnd::new("is")))?;
        self.put(Event::End(end))
    }

    /// A cell of the sheet, with the control that lies on it before its words; where it holds a number, in the next one.
    fn cell(&mut self, start: &BytesStart<'_>, text: Option<&str>, events: Vec<Event<'_>>) -> Option<()> {
        let place = attribute(start, b"r").and_then(|place| book::place(&place));
        let column = place.map_or(self.next, |(_, column)| column);
        self.next = column + 1;
        self.cells_before(column)?;
        let control = self.placed.get_mut(&self.row).and_then(|row| row.remove(&column));
        match (control, text) {
            (Some(said), Some(text)) => {
                let mut other = BytesStart::new(String::from_utf8_lossy(start.name().as_ref()).into_owned());
                for kept in start.attributes().with_checks(false).filter_map(Result::ok) {
                    if kept.key.as_ref() != b"t" {
                        other.push_attribute(kept);
                    }
                }
                let text = unescape(text).map_or_else(|_| text.to_owned(), Cow::into_owned);
                return self.words(other, format!("{said} {text}").trim_end());
            }
            (Some(said), None) => {
                let next = self.placed.entry(self.row).or_default().entry(column + 1).or_default();
                *next = format!("{said}  {next}").trim_end().to_owned();
            }
            (None, _) => {}
        }
        for event in events {
            self.put(event)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(kind: &str, anchor: &str, caption: &str, more: &str) -> String {
        format!(
            "<v:shape id=\"s\" style=\"x\"><v:textbox style='y'><div><font size=\"160\">{caption}<br></font></div></v:textbox>\
             <x:ClientData ObjectType=\"{kind}\"><x:Anchor>{anchor}</x:Anchor>{more}</x:ClientData></v:shape>"
        )
    }

    #[test]
    fn controls_are_read_from_an_old_drawing() {
        let drawing =
            shape("Checkbox", "1, 10, 1, 2, 2, 0, 2, 0", "Yes &amp; agreed", "<x:Checked>1</x:Checked>")
                + &shape("Radio", "2, 10, 1, 2, 3, 0, 2, 0", "No", "")
                + &shape("Button", "3, 10, 1, 2, 3, 0, 2, 0", "Print", "");
        let said: Vec<(u32, u32, String)> = controls(&drawing)
            .into_iter()
            .map(|control| (control.row, control.column, control.said(|_, _| None)))
            .collect();
        assert_eq!(said, [(1, 1, "☒ Yes & agreed".to_owned()), (1, 2, "☐ No".to_owned())]);
    }

    #[test]
    fn they_stand_in_the_cells_they_lie_on() {
        let mut placed = Placed::new();
        for (row, column, said) in [(0, 1, "☒"), (0, 3, "☐ No"), (1, 0, "☒ Boxed"), (4, 0, "☐ Last")]
        {
            placed.entry(row).or_default().insert(column, said.to_owned());
        }
        let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\" s=\"2\" t=\"s\"><v>0</v></c></row>\
            <row r=\"3\"><c r=\"A3\"><v>3</v></c></row></sheetData></worksheet>";
        let made =
            String::from_utf8(written(sheet.as_bytes(), placed, &["Yes".to_owned()]).unwrap()).unwrap();
        assert_eq!(
            made,
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\" s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">☒ Yes</t></is></c>\
             <c r=\"D1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">☐ No</t></is></c></row>\
             <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">☒ Boxed</t></is></c></row>\
             <row r=\"3\"><c r=\"A3\"><v>3</v></c></row>\
             <row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t xml:space=\"preserve\">☐ Last</t></is></c></row></sheetData></worksheet>"
        );
    }
}

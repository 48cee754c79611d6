//! The layout of a Word file eased for the embedded engine, which keeps a row whole that has a height or may not be divided, and
//! writes its lines on top of each other where they are more than a page; and which shows only notes that are marked as usual.
//!
//! Where pages made so still have words on words, or lack some, a looser copy is made: rows as high as what they hold, boxes and
//! frames in the line of the text, tables no wider than the page. Only the copy given to the engine is changed.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

use crate::paper::ooxml::xml::attribute;
use crate::paper::word::room::Rooms;

/// How far the layout is eased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ease {
    /// What the engine cannot do otherwise.
    Needed,
    /// Whatever can bring words onto words or off the page.
    Loose,
}

/// A line of the smallest print that is read with ease, in twentieths of a point.
const LEAST_LINE: f64 = 200.0;

/// How tall the heads and the feet of pages are, in points.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Margins {
    pub head: f64,
    pub foot: f64,
}

/// A line between two tables, hardly to be seen.
const GAP: &str =
    r#"<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>"#;

/// A part with its layout eased; none where nothing is to be done or it is no XML.
pub(crate) fn eased(part: &[u8], ease: Ease, margins: Margins) -> Option<Vec<u8>> {
    let mut reader = Reader::from_reader(part);
    reader.config_mut().allow_dangling_amp = true;
    let mut pass = Pass {
        ease,
        margins,
        rooms: Rooms::of(part)?,
        writer: Writer::new(Vec::with_capacity(part.len() + part.len() / 16)),
        open: Vec::new(),
        rows: Vec::new(),
        next_row: 0,
        tables: Vec::new(),
        next_table: 0,
        paragraphs: Vec::new(),
        note_style: false,
        deleted: 0,
        changed: false,
    };
    loop {
        let from = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(start) if pass.leaves_out(&start) => {
                reader.read_to_end(start.name()).ok()?;
                pass.changed = true;
            }
            Event::Empty(start) if pass.leaves_out(&start) => pass.changed = true,
            Event::Start(start) if pass.may_hold_boxes(&start) => {
                reader.read_to_end(start.name()).ok()?;
                let to = usize::try_from(reader.buffer_position()).ok()?;
                pass.drawing(part.get(from..to)?);
            }
            Event::Start(start) => pass.start(start)?,
            Event::Empty(start) => pass.empty(start)?,
            Event::End(end) => {
                let name = end.name().as_ref().to_vec();
                pass.open.pop();
                pass.writer.write_event(Event::End(end)).ok()?;
                pass.end(&name);
            }
            event => pass.writer.write_event(event).ok()?,
        }
    }
    pass.changed.then(|| pass.writer.into_inner())
}

/// Where the rewriting stands.
struct Pass<'p> {
    ease: Ease,
    margins: Margins,
    rooms: Rooms,
    writer: Writer<Vec<u8>>,
    /// Elements that are open, innermost last.
    open: Vec<Vec<u8>>,
    /// The rows and tables that are open, by their number in the part.
    rows: Vec<usize>,
    next_row: usize,
    tables: Vec<usize>,
    next_table: usize,
    /// Of each paragraph that is open, what stood in boxes anchored in it.
    paragraphs: Vec<Vec<&'p [u8]>>,
    /// The open run has a note's usual style.
    note_style: bool,
    /// Deletions that are open.
    deleted: usize,
    changed: bool,
}

impl<'p> Pass<'p> {
    fn is_loose(&self) -> bool {
        self.ease == Ease::Loose
    }

    /// Whether an element that begins here stands in the way.
    fn leaves_out(&self, element: &BytesStart<'_>) -> bool {
        match element.name().as_ref() {
            b"w:cantSplit" | b"w:trHeight" if self.is_in(b"w:trPr") => {
                let height = |name| attribute(element, name).and_then(|number| number.parse::<f64>().ok());
                let own = height(b"w:val".as_slice()).map(|twips| twips / 20.0);
                let row = self.rows.last().copied().unwrap_or(usize::MAX);
                self.is_loose() || self.rooms.outgrows(row, own)
            }
            b"w:framePr" | b"w:tblpPr" => self.is_loose(),
            _ => false,
        }
    }

    fn is_in(&self, parent: &[u8]) -> bool {
        self.open.last().is_some_and(|open| open == parent)
    }

    fn may_hold_boxes(&self, element: &BytesStart<'_>) -> bool {
        let name = element.name();
        let drawing = [&b"w:drawing"[..], b"w:pict", b"mc:AlternateContent"].contains(&name.as_ref());
        self.is_loose() && drawing && !self.paragraphs.is_empty()
    }

    /// Passes a drawing through, or takes what stands in its boxes out of it.
    fn drawing(&mut self, drawing: &'p [u8]) {
        let boxes = boxes(drawing);
        if boxes.is_empty() {
            self.writer.get_mut().extend_from_slice(drawing);
            return;
        }
        self.changed = true;
        if self.deleted == 0
            && let Some(paragraph) = self.paragraphs.last_mut()
        {
            paragraph.extend(boxes);
        }
    }

    fn start(&mut self, start: BytesStart<'_>) -> Option<()> {
        match start.name().as_ref() {
            b"w:tr" => {
                self.rows.push(self.next_row);
                self.next_row += 1;
            }
            b"w:tbl" => {
                self.tables.push(self.next_table);
                self.next_table += 1;
            }
            b"w:p" => self.paragraphs.push(Vec::new()),
            b"w:r" => self.note_style = false,
            b"w:del" | b"w:moveFrom" => self.deleted += 1,
            _ => {}
        }
        self.open.push(start.name().as_ref().to_vec());
        let start = self.fitted(start);
        self.writer.write_event(Event::Start(start)).ok()
    }

    fn empty(&mut self, element: BytesStart<'_>) -> Option<()> {
        match element.name().as_ref() {
            b"w:rStyle" => {
                let usual = ["FootnoteReference", "EndnoteReference"];
                self.note_style |= attribute(&element, b"w:val").is_some_and(|id| usual.contains(&&*id));
            }
            name @ (b"w:footnoteReference" | b"w:endnoteReference")
                if self.is_in(b"w:r") && !self.note_style =>
            {
                let style = if name == b"w:footnoteReference" { "Footnote" } else { "Endnote" };
                let run = format!("</w:r><w:r><w:rPr><w:rStyle w:val=\"{style}Reference\"/></w:rPr>");
                self.writer.get_mut().extend_from_slice(run.as_bytes());
                self.writer.write_event(Event::Empty(element)).ok()?;
                self.writer.get_mut().extend_from_slice(b"</w:r><w:r>");
                self.changed = true;
                return Some(());
            }
            _ => {}
        }
        let element = self.fitted(element);
        self.writer.write_event(Event::Empty(element)).ok()
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"w:tr" => {
                self.rows.pop();
            }
            b"w:tbl" => {
                self.tables.pop();
            }
            b"w:p" => {
                let boxes = self.paragraphs.pop().unwrap_or_default();
                // What stands inside a box is a part of its own, with boxes inside no more.
                for content in boxes {
                    self.put_box(content);
                }
            }
            b"w:del" | b"w:moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            _ => {}
        }
    }

    /// Sets what stood in a box: framed, or as it is where it stood in a table or at the head or foot of pages.
    fn put_box(&mut self, content: &[u8]) {
        let running = self.open.first().is_some_and(|root| root == b"w:hdr" || root == b"w:ftr");
        let out = self.writer.get_mut();
        if running || !self.tables.is_empty() {
            out.extend_from_slice(content);
            return;
        }
        let wide = self.rooms.across_at(self.next_table);
        let edge =
            |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>");
        let edges: String = ["top", "left", "bottom", "right"].map(edge).concat();
        let head = format!(
            "<w:tbl><w:tblPr><w:tblW w:w=\"{wide}\" w:type=\"dxa\"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>\
             <w:tblGrid><w:gridCol w:w=\"{wide}\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w=\"{wide}\" w:type=\"dxa\"/></w:tcPr>"
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(content);
        out.extend_from_slice(format!("</w:tc></w:tr></w:tbl>{GAP}").as_bytes());
    }

    /// The same element, its measures such that nothing lies beyond the margins or is set too close; where the layout is loose.
    fn fitted<'x>(&mut self, element: BytesStart<'x>) -> BytesStart<'x> {
        match element.name().as_ref() {
            b"w:pgMar" => return self.with_margins(element),
            // The engine takes a least height for a fixed one: one that is less than any line says nothing.
            b"w:spacing" if attribute(&element, b"w:lineRule").as_deref() == Some("atLeast") => {
                let line = attribute(&element, b"w:line").and_then(|line| line.parse::<f64>().ok());
                if self.is_loose() || line.is_some_and(|line| line < LEAST_LINE) {
                    return self
                        .with(&element, &[("w:lineRule", "auto".to_owned()), ("w:line", "240".to_owned())]);
                }
            }
            _ => {}
        }
        if !self.is_loose() {
            return element;
        }
        let number = |name: &[u8]| attribute(&element, name).and_then(|number| number.parse::<f64>().ok());
        match element.name().as_ref() {
            b"w:gridCol" | b"w:tcW" | b"w:tblW" => {
                let scale = self.tables.first().map_or(1.0, |table| self.rooms.scale(*table));
                let twips = attribute(&element, b"w:type").is_none_or(|kind| kind == "dxa");
                match number(b"w:w").filter(|_| twips && scale < 1.0) {
                    Some(wide) => self.with(&element, &[("w:w", format!("{:.0}", wide * scale))]),
                    None => element,
                }
            }
            b"w:tblInd" if number(b"w:w").is_some_and(|indent| indent < 0.0) => {
                self.with(&element, &[("w:w", "0".to_owned())])
            }
            b"w:ind" => {
                let sides = ["w:left", "w:start", "w:right", "w:end"];
                let beyond =
                    sides.into_iter().filter(|side| number(side.as_bytes()).is_some_and(|at| at < 0.0));
                let inside: Vec<(&str, String)> = beyond.map(|side| (side, "0".to_owned())).collect();
                if inside.is_empty() { element } else { self.with(&element, &inside) }
            }
            b"w:spacing" if attribute(&element, b"w:lineRule").as_deref() == Some("exact") => {
                self.with(&element, &[("w:lineRule", "auto".to_owned()), ("w:line", "240".to_owned())])
            }
            _ => element,
        }
    }

    /// A page's margins: what is negative means the same measure to the engine, and, where the layout is loose, heads and feet
    /// have room.
    fn with_margins<'x>(&mut self, element: BytesStart<'x>) -> BytesStart<'x> {
        let number =
            |name: &str| attribute(&element, name.as_bytes()).and_then(|twips| twips.parse::<f64>().ok());
        let loose = self.is_loose();
        let room = |side: &str, from: &str, tall: f64| {
            let margin = number(side)?;
            let least = if loose && 0.0 < tall { number(from).unwrap_or(0.0) + tall * 20.0 } else { 0.0 };
            let least = least.min(number(side)?.abs() + 6000.0);
            (margin < least || margin < 0.0).then(|| margin.abs().max(least))
        };
        let sides = [
            ("w:top", room("w:top", "w:header", self.margins.head)),
            ("w:bottom", room("w:bottom", "w:footer", self.margins.foot)),
        ];
        let values: Vec<(&str, String)> =
            sides.into_iter().filter_map(|(side, twips)| Some((side, format!("{:.0}", twips?)))).collect();
        if values.is_empty() { element } else { self.with(&element, &values) }
    }

    /// An element with other values of some of its attributes.
    fn with(&mut self, element: &BytesStart<'_>, values: &[(&str, String)]) -> BytesStart<'static> {
        self.changed = true;
        let mut other = BytesStart::new(String::from_utf8_lossy(element.name().as_ref()).into_owned());
        let mut attributes = element.attributes();
        for attribute in attributes.with_checks(false).filter_map(Result::ok) {
            match values.iter().find(|(name, _)| name.as_bytes() == attribute.key.as_ref()) {
                Some((name, value)) => other.push_attribute((*name, value.as_str())),
                None => other.push_attribute(attribute),
            }
        }
        other
    }
}

/// What stands in the boxes of a drawing; of a drawing stored twice, for older and newer programs, the first.
fn boxes(drawing: &[u8]) -> Vec<&[u8]> {
    const OPEN: &[u8] = b"<w:txbxContent";
    const CLOSE: &[u8] = b"</w:txbxContent>";
    let end = find(drawing, b"<mc:Fallback").unwrap_or(drawing.len());
    let first = &drawing[..end];
    let newer = find(first, OPEN).is_some();
    let mut rest = if newer { first } else { drawing };
    let mut found = Vec::new();
    while let Some(from) = find(rest, OPEN) {
        let Some(begins) = find(&rest[from..], b">").map(|at| from + at + 1) else { break };
        let Some(ends) = find(&rest[begins..], CLOSE).map(|at| begins + at) else { break };
        found.push(&rest[begins..ends]);
        rest = &rest[ends + CLOSE.len()..];
    }
    found
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

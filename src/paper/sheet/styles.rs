//! The formats of an xlsx: which code each cell format has, and new ones that say given words.

use std::collections::{BTreeMap, HashMap};

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

use crate::paper::ooxml::xml::attribute;

/// Codes of a workbook's own begin here.
const FIRST_OWN: u32 = 164;

/// What the part of styles says.
#[derive(Debug, Default)]
pub(crate) struct Styles {
    part: Vec<u8>,
    /// The codes the workbook writes out, by their number.
    codes: BTreeMap<u32, String>,
    /// Whether it has a list of codes.
    listed: bool,
    /// The cell formats: each one's own elements, and the number of its code.
    formats: Vec<(Vec<Event<'static>>, u32)>,
    /// New cell formats: of which one each is a copy, and the words it says.
    added: Vec<(usize, String)>,
    known: HashMap<(usize, String), usize>,
}

impl Styles {
    pub fn read(part: &[u8]) -> Self {
        let mut styles = Styles { part: part.to_vec(), ..Styles::default() };
        let mut reader = Reader::from_reader(part);
        let (mut within, mut inside) = (false, false);
        while let Ok(event) = reader.read_event() {
            match &event {
                Event::Eof => break,
                Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                    b"numFmts" => styles.listed |= matches!(event, Event::Start(_)),
                    b"numFmt" => {
                        let id = attribute(start, b"numFmtId").and_then(|id| id.parse().ok());
                        let code = attribute(start, b"formatCode").map(|code| match unescape(&code) {
                            Ok(plain) => plain.into_owned(),
                            Err(_) => code,
                        });
                        styles.codes.extend(id.zip(code));
                    }
                    b"cellXfs" => within = true,
                    b"xf" if within => {
                        let id = attribute(start, b"numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                        inside = matches!(event, Event::Start(_));
                        styles.formats.push((vec![event.clone().into_owned()], id));
                        continue;
                    }
                    _ => {}
                },
                Event::End(end) if end.local_name().as_ref() == b"cellXfs" => within = false,
                _ => {}
            }
            if let Some((format, _)) = styles.formats.last_mut().filter(|_| inside) {
                inside = !matches!(&event, Event::End(end) if end.local_name().as_ref() == b"xf");
                format.push(event.into_owned());
            }
        }
        styles
    }

    /// Number and code of a cell format.
    pub fn code_of(&self, style: usize) -> (Option<u32>, String) {
        let id = self.formats.get(style).map_or(0, |(_, id)| *id);
        let code = self.codes.get(&id).map(String::as_str).or_else(|| built_in(id)).unwrap_or("General");
        (Some(id), code.to_owned())
    }

    /// Whether there is any cell format to make another of.
    pub fn is_empty(&self) -> bool {
        self.formats.is_empty()
    }

    /// The cell format that looks like `style` and says these words for any number.
    pub fn saying(&mut self, style: usize, words: &str) -> usize {
        let next = self.formats.len() + self.added.len();
        let key = (style, words.to_owned());
        *self.known.entry(key).or_insert_with_key(|key| {
            self.added.push(key.clone());
            next
        })
    }

    /// The part with what was added; none where nothing was.
    pub fn written(&self) -> Option<Vec<u8>> {
        if self.added.is_empty() {
            return None;
        }
        let mut reader = Reader::from_reader(self.part.as_slice());
        let mut writer = Writer::new(Vec::with_capacity(self.part.len()));
        loop {
            match reader.read_event().ok()? {
                Event::Eof => break,
                Event::Start(start) if !self.listed && start.local_name().as_ref() == b"styleSheet" => {
                    let codes = BytesStart::new(beside(&start, "numFmts"));
                    writer.write_event(Event::Start(start)).ok()?;
                    writer.write_event(Event::Start(codes.clone())).ok()?;
                    self.write_codes(&codes, &mut writer)?;
                    writer.write_event(Event::End(codes.to_end())).ok()?;
                }
                Event::Empty(start) if start.local_name().as_ref() == b"numFmts" => {}
                Event::End(end) if end.local_name().as_ref() == b"numFmts" => {
                    let codes = BytesStart::new(String::from_utf8_lossy(end.name().as_ref()).into_owned());
                    self.write_codes(&codes, &mut writer)?;
                    writer.write_event(Event::End(end)).ok()?;
                }
                Event::Start(start) if start.local_name().as_ref() == b"numFmts" => {
                    writer.write_event(Event::Start(self.counted(&start, self.codes.len()))).ok()?;
                }
                Event::Start(start) if start.local_name().as_ref() == b"cellXfs" => {
                    writer.write_event(Event::Start(self.counted(&start, self.formats.len()))).ok()?;
                }
                Event::End(end) if end.local_name().as_ref() == b"cellXfs" => {
                    self.write_formats(&mut writer)?;
                    writer.write_event(Event::End(end)).ok()?;
                }
                event => writer.write_event(event).ok()?,
            }
        }
        Some(writer.into_inner())
    }

    fn counted(&self, list: &BytesStart<'_>, before: usize) -> BytesStart<'static> {
        let name = String::from_utf8_lossy(list.name().as_ref()).into_owned();
        let count = (before + self.added.len()).to_string();
        BytesStart::new(name).with_attributes([("count", count.as_str())]).into_owned()
    }

    /// The number of the first code that is added.
    fn first_added(&self) -> u32 {
        self.codes.keys().last().map_or(FIRST_OWN, |last| FIRST_OWN.max(last.saturating_add(1)))
    }

    fn write_codes(&self, list: &BytesStart<'_>, writer: &mut Writer<Vec<u8>>) -> Option<()> {
        let name = beside(list, "numFmt");
        for (id, (_, words)) in (self.first_added()..).zip(&self.added) {
            let (id, code) = (id.to_string(), saying(words));
            let code = [("numFmtId", id.as_str()), ("formatCode", code.as_str())];
            writer.write_event(Event::Empty(BytesStart::new(name.as_str()).with_attributes(code))).ok()?;
        }
        Some(())
    }

    fn write_formats(&self, writer: &mut Writer<Vec<u8>>) -> Option<()> {
        for (id, (style, _)) in (self.first_added()..).zip(&self.added) {
            let mut events = self.formats.get(*style).or_else(|| self.formats.first())?.0.clone();
            let (Event::Start(own) | Event::Empty(own)) = events.first()? else { return None };
            let mut format = BytesStart::new(String::from_utf8_lossy(own.name().as_ref()).into_owned());
            for attribute in own.attributes().with_checks(false).filter_map(Result::ok) {
                if !matches!(attribute.key.as_ref(), b"numFmtId" | b"applyNumberFormat") {
                    format.push_attribute(attribute);
                }
            }
            format.push_attribute(("numFmtId", id.to_string().as_str()));
            format.push_attribute(("applyNumberFormat", "1"));
            events[0] = match events.first()? {
                Event::Start(_) => Event::Start(format),
                _ => Event::Empty(format),
            };
            for event in events {
                writer.write_event(event).ok()?;
            }
        }
        Some(())
    }
}

/// An element's name with the prefix of another.
fn beside(other: &BytesStart<'_>, local: &str) -> String {
    match other.name().prefix() {
        Some(prefix) => format!("{}:{local}", String::from_utf8_lossy(prefix.into_inner())),
        None => local.to_owned(),
    }
}

/// A code that says words and nothing else, whatever the number and its sign.
fn saying(words: &str) -> String {
    let quoted = words.split('"').map(|piece| format!("\"{piece}\"")).collect::<Vec<_>>().join("\\\"");
    [quoted.as_str(); 3].join(";")
}

/// The codes of ECMA-376, 18.8.30, that a workbook need not write out.
fn built_in(id: u32) -> Option<&'static str> {
    match id {
        41 => Some("_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)"),
        42 => Some("_($* #,##0_);_($* (#,##0);_($* \"-\"_);_(@_)"),
        43 => Some("_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)"),
        44 => Some("_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)"),
        _ => ssfmt::format_code_from_id(id),
    }
}

//! What the styles of a Word document say that changes its words: crossed out, hidden, a heading.

use std::collections::BTreeMap;

use crate::paper::ooxml::xml::{Element, Ns, Piece, Xml};
use crate::paper::word::numbering::Place;

/// How many styles may be based on each other before we take it for a circle.
const LONGEST_LINEAGE: usize = 20;

/// Formatting of characters as far as it changes what is read; none where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looks {
    pub struck: Option<bool>,
    pub struck_twice: Option<bool>,
    pub hidden: Option<bool>,
    pub font: Option<String>,
}

/// One style, its ancestors' word included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    pub looks: Looks,
    /// 1 for the largest heading.
    pub heading: Option<u8>,
    /// The style of a document's title.
    pub is_title: bool,
    /// The list its paragraphs belong to.
    pub place: Place,
}

/// The styles of a document by identifier.
#[derive(Debug, Clone, Default)]
pub struct Styles {
    raw: BTreeMap<String, Raw>,
    resolved: BTreeMap<String, Style>,
    /// The style of paragraphs that name none.
    usual: Style,
}

#[derive(Debug, Clone, Default)]
struct Raw {
    name: String,
    based_on: Option<String>,
    looks: Looks,
    outline: Option<u8>,
    place: Place,
    is_usual: bool,
}

impl Looks {
    /// These looks, and what they do not say from `below`.
    pub fn over(&self, below: &Looks) -> Looks {
        Looks {
            struck: self.struck.or(below.struck),
            struck_twice: self.struck_twice.or(below.struck_twice),
            hidden: self.hidden.or(below.hidden),
            font: self.font.clone().or_else(|| below.font.clone()),
        }
    }

    /// Takes in one property of `w:rPr`.
    pub fn take(&mut self, property: &Element<'_>) {
        if property.ns != Ns::Word {
            return;
        }
        match property.name() {
            b"strike" => self.struck = Some(property.on()),
            b"dstrike" => self.struck_twice = Some(property.on()),
            b"vanish" | b"specVanish" => self.hidden = Some(property.on()),
            b"rFonts" => {
                if let Some(font) = property.attribute("ascii").or_else(|| property.attribute("hAnsi")) {
                    self.font = Some(font);
                }
            }
            _ => {}
        }
    }

    pub fn is_struck(&self) -> bool {
        self.struck == Some(true) || self.struck_twice == Some(true)
    }
}

impl Styles {
    /// Reads `styles.xml`; what is damaged in it is left out.
    pub fn read(part: &[u8]) -> Self {
        let mut styles = Styles::default();
        let mut xml = Xml::new(part);
        let mut current: Option<(String, Raw)> = None;
        let mut open: Vec<Vec<u8>> = Vec::new();
        while let Ok(Some(piece)) = xml.next() {
            match piece {
                Piece::Open(element) => {
                    if element.is(Ns::Word, "style") {
                        let id = element.attribute("styleId").unwrap_or_default();
                        let is_usual = element.attribute("type").as_deref() == Some("paragraph")
                            && element.attribute("default").is_some_and(|value| value != "0");
                        current = Some((id, Raw { is_usual, ..Raw::default() }));
                    } else if let Some((_, raw)) = &mut current {
                        raw.take(&element, open.last().map_or(&[], Vec::as_slice));
                    }
                    open.push(element.name().to_vec());
                }
                Piece::Close => {
                    if open.pop().is_some_and(|name| name == b"style")
                        && let Some((id, raw)) = current.take()
                    {
                        styles.raw.insert(id, raw);
                    }
                }
                Piece::Text(_) => {}
            }
        }
        styles.resolve();
        styles
    }

    pub fn get(&self, id: &str) -> Option<&Style> {
        self.resolved.get(id)
    }

    pub fn usual(&self) -> &Style {
        &self.usual
    }

    fn resolve(&mut self) {
        for id in self.raw.keys() {
            self.resolved.insert(id.clone(), self.lineage(id));
        }
        if let Some((id, _)) = self.raw.iter().find(|(_, raw)| raw.is_usual) {
            self.usual = self.resolved.get(id).cloned().unwrap_or_default();
        }
    }

    fn lineage(&self, id: &str) -> Style {
        let mut style = Style::default();
        let mut next = Some(id);
        for _ in 0..LONGEST_LINEAGE {
            let Some(raw) = next.and_then(|id| self.raw.get(id)) else { break };
            style.looks = style.looks.over(&raw.looks);
            style.heading = style.heading.or(raw.heading());
            if style.place.list.is_none() && raw.place.list.is_some() {
                style.place =
                    style.place.over(&Place { style: next.map(str::to_owned), ..raw.place.clone() });
            }
            style.is_title |= raw.name.eq_ignore_ascii_case("title");
            next = raw.based_on.as_deref();
        }
        style
    }
}

impl Raw {
    fn take(&mut self, element: &Element<'_>, parent: &[u8]) {
        if element.ns != Ns::Word {
            return;
        }
        match (element.name(), parent) {
            (b"name", b"style") => self.name = element.attribute("val").unwrap_or_default(),
            (b"basedOn", b"style") => self.based_on = element.attribute("val"),
            (b"outlineLvl", b"pPr") => self.outline = outline(element),
            (_, b"numPr") => self.place.take(element),
            (_, b"rPr") => self.looks.take(element),
            _ => {}
        }
    }

    fn heading(&self) -> Option<u8> {
        let name = self.name.to_lowercase();
        if name == "title" {
            return Some(1);
        }
        let named = name.strip_prefix("heading ").and_then(|level| level.parse().ok());
        named.filter(|level| (1..=9).contains(level)).or(self.outline)
    }
}

/// `w:outlineLvl` as a heading level; 9 means running text.
pub fn outline(element: &Element<'_>) -> Option<u8> {
    let level = element.number("val").and_then(|level| u8::try_from(level).ok())?;
    (level < 9).then_some(level + 1)
}

//! XML events of an Office part, by namespace and local name.
//!
//! Entities are never expanded beyond the five of XML itself, nothing external is read, and nesting is bounded, so that
//! no document can make this use more than its own length.

use std::borrow::Cow;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

/// Elements inside each other; honest documents stay below a hundred.
const DEEPEST: usize = 3_000;

/// Elements in one part; a paper of a thousand pages has a tenth of it.
const MOST_ELEMENTS: usize = 3_000_000;

/// The namespaces that mean something to a reader; transitional and strict alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ns {
    Word,
    Word2010,
    Sheet,
    Compatibility,
    Drawing,
    Math,
    Other,
}

/// One event.
#[derive(Debug)]
pub enum Piece<'x> {
    Open(Element<'x>),
    Close,
    Text(Cow<'x, str>),
}

/// An element's start.
#[derive(Debug)]
pub struct Element<'x> {
    pub ns: Ns,
    start: BytesStart<'x>,
}

/// Why reading stopped before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Not XML from here on.
    Damaged,
    /// Elements inside elements without end.
    TooDeep,
    /// More elements than anybody can have written.
    TooMany,
}

/// A part being read.
#[derive(Debug)]
pub struct Xml<'x> {
    reader: NsReader<&'x [u8]>,
    depth: usize,
    elements: usize,
    /// References to entities that the document defines itself; left out.
    pub entities: u32,
}

impl<'x> Xml<'x> {
    pub fn new(part: &'x [u8]) -> Self {
        let mut reader = NsReader::from_reader(part);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Xml { reader, depth: 0, elements: 0, entities: 0 }
    }

    /// The next event; none at the end.
    pub fn next(&mut self) -> Result<Option<Piece<'x>>, Stopped> {
        loop {
            match self.reader.read_event().map_err(|_| Stopped::Damaged)? {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(Stopped::TooDeep);
                    }
                    self.elements += 1;
                    if self.elements > MOST_ELEMENTS {
                        return Err(Stopped::TooMany);
                    }
                    let ns = match self.reader.resolver().resolve_element(start.name()).0 {
                        ResolveResult::Bound(Namespace(uri)) => meaning(uri),
                        ResolveResult::Unbound | ResolveResult::Unknown(_) => Ns::Other,
                    };
                    return Ok(Some(Piece::Open(Element { ns, start })));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Piece::Close));
                }
                Event::Text(text) => return Ok(Some(Piece::Text(lossy(text.into_inner())))),
                Event::CData(text) => return Ok(Some(Piece::Text(lossy(text.into_inner())))),
                Event::GeneralRef(reference) => match Self::resolved(&reference) {
                    Some(letter) => return Ok(Some(Piece::Text(Cow::Owned(letter.to_string())))),
                    None => self.entities += 1,
                },
                Event::Eof if self.depth > 0 => return Err(Stopped::Damaged),
                Event::Eof => return Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn resolved(reference: &BytesRef<'_>) -> Option<char> {
        match &**reference {
            b"amp" => Some('&'),
            b"lt" => Some('<'),
            b"gt" => Some('>'),
            b"quot" => Some('"'),
            b"apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten(),
        }
    }
}

/// An attribute of a part that is passed through, by its name with prefix, as it stands there.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut attributes = element.attributes();
    let found = attributes
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.as_ref() == name)?;
    Some(String::from_utf8_lossy(&found.value).into_owned())
}

impl Element<'_> {
    /// The name without its prefix.
    pub fn name(&self) -> &[u8] {
        self.start.local_name().into_inner()
    }

    pub fn is(&self, ns: Ns, name: &str) -> bool {
        self.ns == ns && self.name() == name.as_bytes()
    }

    /// An attribute by its name without prefix, unescaped.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let found = self
            .start
            .attributes()
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.local_name().into_inner() == name.as_bytes())?;
        let raw = lossy(found.value);
        match quick_xml::escape::unescape(&raw) {
            Ok(value) => Some(value.into_owned()),
            Err(_) => Some(raw.into_owned()),
        }
    }

    /// `w:val` as an on/off property: present without a value means on.
    pub fn on(&self) -> bool {
        !matches!(self.attribute("val").as_deref(), Some("0" | "false" | "off"))
    }

    pub fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }
}

fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

fn meaning(uri: &[u8]) -> Ns {
    match uri {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | b"http://purl.oclc.org/ooxml/wordprocessingml/main" => Ns::Word,
        b"http://schemas.microsoft.com/office/word/2010/wordml" => Ns::Word2010,
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        | b"http://purl.oclc.org/ooxml/spreadsheetml/main" => Ns::Sheet,
        b"http://schemas.openxmlformats.org/markup-compatibility/2006" => Ns::Compatibility,
        b"http://schemas.openxmlformats.org/drawingml/2006/main"
        | b"http://purl.oclc.org/ooxml/drawingml/main" => Ns::Drawing,
        b"http://schemas.openxmlformats.org/officeDocument/2006/math"
        | b"http://purl.oclc.org/ooxml/officeDocument/math" => Ns::Math,
        _ => Ns::Other,
    }
}

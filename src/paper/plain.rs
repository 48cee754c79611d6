//! Words out of an Office file without its structure.

use std::io::{Cursor, Read};

use quick_xml::events::Event;

use crate::panel::seen::{Block, Facts, Line, Mark, Reading, Sort, Span};

/// The most that is read of a document's main part.
const LARGEST_PART: u64 = 64 << 20;

/// A reading that holds nothing yet.
pub(crate) fn empty(sort: Sort) -> Reading {
    Reading {
        sort,
        title: None,
        body: Vec::new(),
        fields: Vec::new(),
        text: String::new(),
        opening: String::new(),
        facts: Facts::default(),
        findings: Vec::new(),
    }
}

/// A reading of nothing but text, a line each.
pub(crate) fn of_text(sort: Sort, text: &str) -> Reading {
    let line = |line: &str| {
        let spans = vec![Span { text: line.to_owned(), mark: Mark::Plain }];
        Block::Line(Line { heading: None, spans })
    };
    let mut reading = empty(sort);
    reading.body = text.lines().map(line).collect();
    text.clone_into(&mut reading.text);
    reading.opening = opening(text);
    reading.facts.words = count_words(text);
    reading
}

/// Text in whichever of the usual encodings it is.
pub(crate) fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    let (text, broken) = encoding_rs::UTF_8.decode_without_bom_handling(bytes);
    if broken { encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned() } else { text.into_owned() }
}

/// The first page or so of a text.
pub(crate) fn opening(text: &str) -> String {
    text.chars().take(3000).collect()
}

pub(crate) fn count_words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

/// The text of a Word document's body.
pub(crate) fn word(bytes: &[u8]) -> Option<String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut xml = String::new();
    zip.by_name("word/document.xml").ok()?.take(LARGEST_PART).read_to_string(&mut xml).ok()?;
    let mut reader = quick_xml::Reader::from_str(&xml);
    let mut text = String::new();
    let mut in_text = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.local_name().as_ref() == b"t" => in_text = true,
            Event::End(tag) if tag.local_name().as_ref() == b"t" => in_text = false,
            Event::End(tag) if tag.local_name().as_ref() == b"p" => text.push('\n'),
            Event::Empty(tag) if tag.local_name().as_ref() == b"tab" => text.push(' '),
            Event::Text(part) if in_text => text.push_str(&part.decode().ok()?),
            Event::Eof => return Some(text),
            _ => {}
        }
    }
}

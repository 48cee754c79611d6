//! Readings of papers without structure: text in any of the usual encodings, a line each.

use crate::panel::seen::{Block, FileFormat, Line, Mark, Reading, Span};
use crate::paper::said::wording;

/// A reading of nothing but text, a line each.
pub(crate) fn of_text(format: FileFormat, text: &str) -> Reading {
    let line = |line: &str| {
        let spans = vec![Span { text: line.to_owned(), mark: Mark::Plain }];
        Block::Line(Line { heading: None, spans })
    };
    let mut reading = Reading::empty(format);
    reading.body = text.lines().map(line).collect();
    text.clone_into(&mut reading.text);
    reading.opening = wording::opening_of(text);
    reading.facts.words = wording::count(text);
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

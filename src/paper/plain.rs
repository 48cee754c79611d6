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
    if let Some(text) = wide(bytes) {
        return text;
    }
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    let (text, broken) = encoding_rs::UTF_8.decode_without_bom_handling(bytes);
    if broken { encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned() } else { text.into_owned() }
}

/// Text of two bytes a letter, marked as such or seen by its noughts; none where it is something else.
pub(crate) fn wide(bytes: &[u8]) -> Option<String> {
    /// Letters looked at.
    const LOOKED_AT: usize = 200;
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if let Some(encoding) = marked {
        let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
        return wide.then(|| encoding.decode(bytes).0.into_owned());
    }
    let pairs: Vec<&[u8]> = bytes.chunks_exact(2).take(LOOKED_AT).collect();
    let western = |high: usize| {
        let fits = pairs.iter().filter(|pair| pair[high] == 0 && pair[1 - high] != 0).count();
        16 <= pairs.len() && pairs.len() * 9 <= fits * 10
    };
    let encoding = match () {
        () if western(1) => encoding_rs::UTF_16LE,
        () if western(0) => encoding_rs::UTF_16BE,
        () => return None,
    };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_two_bytes_a_letter_is_known_without_its_mark() {
        let text = "From: a worker\nSubject: two documents";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(wide(&little).as_deref(), Some(text));
        assert_eq!(wide(&big).as_deref(), Some(text));
        assert_eq!(wide(text.as_bytes()), None);
        assert_eq!(decode(b"\xff\xfeh\0i\0"), "hi");
    }
}

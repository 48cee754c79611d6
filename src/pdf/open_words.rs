//! Words in the open: bytes of a file that a reader which looks for objects, and does not go by the file's own table, would take
//! for the file's structure.
//!
//! Readers look so when a table is damaged, and some always do. A paper's stream copied as it is may hold such words by chance or
//! on purpose; whatever is written goes past [`found`] first.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What begins or ends objects, trailers, tables and files, and the names that say what an object is to the whole file.
const WORDS: [&str; 15] = [
    "endstream",
    "endobj",
    "trailer",
    "xref",
    "%%EOF",
    "%PDF-",
    OBJECT,
    DICTIONARY,
    "/Root",
    "/Catalog",
    "/Page",
    "/ObjStm",
    "/XRef",
    "/Encrypt",
    "/Linearized",
];

/// Stands after the two numbers of an object; by itself it is no word.
const OBJECT: &str = "obj";

/// Begins a dictionary, where it stands by itself and something is in it.
const DICTIONARY: &str = "<<";

static ALL: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new(WORDS).expect("fifteen short words are few enough"));

/// The places of such words.
pub fn found(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    ALL.find_iter(bytes).map(|found| found.range()).filter(|place| is_in_the_open(bytes, place))
}

/// Whether there are any.
pub fn are_in(bytes: &[u8]) -> bool {
    found(bytes).next().is_some()
}

fn is_in_the_open(bytes: &[u8], place: &Range<usize>) -> bool {
    let (before, after) = (&bytes[..place.start], &bytes[place.end..]);
    if bytes[place.clone()] == *OBJECT.as_bytes() {
        let number = before.iter().rposition(|byte| !is_blank(*byte));
        let between = &before[number.map_or(0, |at| at + 1)..];
        // A comment may stand between the numbers and the word; then the word begins a line.
        let begins_a_line = between.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
        return begins_a_line || number.is_some_and(|at| before[at].is_ascii_digit());
    }
    if bytes[place.clone()] == *DICTIONARY.as_bytes() {
        let inside = after.iter().find(|byte| !is_blank(**byte));
        return before.last().is_none_or(|byte| is_blank(*byte))
            && inside.is_some_and(|byte| matches!(byte, b'/' | b'%'));
    }
    true
}

/// White space as the standard has it.
fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_would_take_for_structure_is_found_and_ordinary_content_is_not() {
        let open: [&[u8]; 10] = [
            b"5 0 %\n obj",
            b"x\r566 0 obj\r",
            b"\r\nendstream\rendobj",
            b"1 0obj<<>>",
            b"xref\n0 1",
            b"startxref\n17\n%%EOF",
            b"%PDF-1.7",
            b" << /Type/Font >>",
            b"<</Root 1 0 R>>",
            b"q <<%\n/A 1>>",
        ];
        for bytes in open {
            assert!(are_in(bytes), "{}", String::from_utf8_lossy(bytes));
        }
        let ordinary: [&[u8]; 5] =
            [b"q /P Do Q", b"BT <0041> Tj ET", b"(an object) Tj", b"\x00<<\x01\x02", b"/Pattern cs"];
        for bytes in ordinary {
            assert!(!are_in(bytes), "{}", String::from_utf8_lossy(bytes));
        }
    }
}

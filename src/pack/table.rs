//! The table of a pack pressed before November 2026, in widths that the second reader knows.
//!
//! Those packs say where their objects are in five bytes each, as the standard allows. The second reader does not know that width:
//! it gives the table up and looks for objects instead, and so takes whatever a paper holds for the pack's own. The same table is
//! added at the end in eight bytes; nothing that was there is changed.

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::pdf::packing::deflate;

/// What the writer of those packs put before its table, and after its dictionary.
const WIDTHS: &str = "/W[1 5 4]";
const STREAM: &[u8] = b">>\nstream\n";

/// Bytes of an entry then and now.
const NARROW: usize = 10;
const ADDED: usize = 3;

/// No table inflates to more.
const LARGEST: u64 = 256 << 20;

/// The file with its table said again; itself where its table is another.
pub fn readable(mut pack: Vec<u8>) -> Vec<u8> {
    if let Some(again) = said_again(&pack) {
        pack.extend_from_slice(&again);
    }
    pack
}

fn said_again(pack: &[u8]) -> Option<Vec<u8>> {
    let tail = pack.len().saturating_sub(64);
    let last = tail + pack[tail..].windows(9).rposition(|bytes| bytes == b"startxref")?;
    let place: usize =
        std::str::from_utf8(&pack[last + 9..]).ok()?.split_whitespace().next()?.parse().ok()?;
    let object = pack.get(place..last)?;
    let begins = object.windows(STREAM.len()).position(|bytes| bytes == STREAM)?;
    let (head, packed) = (std::str::from_utf8(&object[..begins]).ok()?, &object[begins + STREAM.len()..]);
    let (number, entries) = head.split_once(" 0 obj\n<</Length ")?;
    let entries = entries.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if !entries.contains(WIDTHS) {
        return None;
    }
    let mut narrow = Vec::new();
    ZlibDecoder::new(packed).take(LARGEST).read_to_end(&mut narrow).ok()?;
    let mut wide = Vec::with_capacity(narrow.len() / NARROW * (NARROW + ADDED));
    for entry in narrow.chunks_exact(NARROW) {
        wide.push(entry[0]);
        wide.extend_from_slice(&[0; ADDED]);
        wide.extend_from_slice(&entry[1..]);
    }
    let table = deflate(&wide).ok()?;
    let entries = entries.replace(WIDTHS, "/W[1 8 4]");
    let mut again = format!("{number} 0 obj\n<</Length {}{entries}", table.len()).into_bytes();
    again.extend_from_slice(STREAM);
    again.extend_from_slice(&table);
    again.extend_from_slice(format!("\nendstream\nendobj\nstartxref\n{}\n%%EOF\n", pack.len()).as_bytes());
    Some(again)
}

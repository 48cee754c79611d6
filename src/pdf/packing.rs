//! How a stream's bytes are packed, and how they are packed once more where they hold words in the open.
//!
//! A stream in a way of packing that is not ours to undo (a JPEG, a fax) keeps it: what is added comes off before it.

use std::borrow::Cow;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object};

use crate::pdf::open_words;
use crate::pdf::spell::{self, Renumber};

/// A stream's filters, the first to come off first, each with its parameters as they are written (`null` for none).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packing(Vec<(Vec<u8>, Vec<u8>)>);

const FLATE: &[u8] = b"FlateDecode";
const HEXADECIMAL: &[u8] = b"ASCIIHexDecode";
const NONE: &[u8] = b"null";

impl Packing {
    /// Bytes that [`deflate`] gave.
    pub fn deflated() -> Self {
        Packing::default().and_before(FLATE)
    }

    /// As a stream's dictionary says, wherever in `document` it says it.
    pub fn of(document: &Document, dict: &Dictionary, renumber: Renumber<'_>) -> Self {
        let listed = |key: &[u8]| match dict.get_deref(key, document).ok() {
            Some(Object::Array(items)) => items.iter().map(|item| resolved(document, item)).collect(),
            Some(single) => vec![single],
            None => Vec::new(),
        };
        let mut parameters = listed(b"DecodeParms").into_iter();
        let filters = listed(b"Filter").into_iter().filter_map(|filter| {
            let own = parameters.next();
            let name = filter.as_name().ok()?.to_vec();
            let mut spelt = Vec::new();
            match own {
                Some(own @ Object::Dictionary(_)) => spell::object(&mut spelt, own, renumber),
                _ => spelt.extend_from_slice(NONE),
            }
            Some((name, spelt))
        });
        Packing(filters.collect())
    }

    /// With one more, which comes off first.
    fn and_before(mut self, filter: &[u8]) -> Self {
        self.0.insert(0, (filter.to_vec(), NONE.to_vec()));
        self
    }

    /// The entries of the stream's dictionary that say so.
    pub fn entries(&self, out: &mut Vec<u8>) {
        let (open, close) = if self.0.len() == 1 { ("", "") } else { ("[", "]") };
        if self.0.is_empty() {
            return;
        }
        out.extend_from_slice(b"/Filter");
        out.extend_from_slice(open.as_bytes());
        for (filter, _) in &self.0 {
            spell::name(out, filter);
        }
        out.extend_from_slice(close.as_bytes());
        if self.0.iter().all(|(_, parameters)| parameters == NONE) {
            return;
        }
        out.extend_from_slice(b"/DecodeParms");
        out.extend_from_slice(open.as_bytes());
        for (_, parameters) in &self.0 {
            out.push(b' ');
            out.extend_from_slice(parameters);
        }
        out.extend_from_slice(close.as_bytes());
    }
}

/// The content without words in the open: as it is where it has none, else packed once more.
///
/// Fails only where memory ends.
pub fn covered(content: &[u8], packing: Packing) -> io::Result<(Cow<'_, [u8]>, Packing)> {
    if !open_words::are_in(content) {
        return Ok((Cow::Borrowed(content), packing));
    }
    let packing = packing.and_before(FLATE);
    let flat = deflate_apart(content)?;
    if !open_words::are_in(&flat) {
        return Ok((Cow::Owned(flat), packing));
    }
    // Bytes chosen so that packing them brings words about: no digit is part of any.
    let mut digits: Vec<u8> = Vec::with_capacity(flat.len() * 2 + 1);
    for byte in flat {
        write!(digits, "{byte:02X}")?;
    }
    digits.push(b'>');
    Ok((Cow::Owned(digits), packing.and_before(HEXADECIMAL)))
}

/// zlib at its fastest: most of what is compressed here is small.
///
/// Fails only where memory ends.
pub fn deflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The same, with a seam in the middle of each word: what cannot be made smaller is stored as it is, and a word would be again.
fn deflate_apart(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    let mut written = 0;
    for word in open_words::found(bytes) {
        let seam = word.start + word.len() / 2;
        encoder.write_all(&bytes[written..seam])?;
        encoder.flush()?;
        written = seam;
    }
    encoder.write_all(&bytes[written..])?;
    encoder.finish()
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).map_or(object, |(_, found)| found)
}

#[cfg(test)]
mod tests {
    use lopdf::{Stream, dictionary};

    use super::*;

    /// Bytes that no packing makes smaller, with words among them.
    fn noise() -> Vec<u8> {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut bytes = Vec::new();
        for at in 0..40_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.push(state.to_le_bytes()[3]);
            if at % 9000 == 0 {
                bytes.extend_from_slice(b"\nendstream\nendobj\n7 0 obj\n<</Type/Page>>\nstartxref\n%%EOF\n");
            }
        }
        bytes
    }

    #[test]
    fn no_word_is_left_in_the_open_and_the_bytes_come_back() {
        let filter = |name: &str| dictionary! { "Filter" => name };
        let fax = dictionary! { "Filter" => "CCITTFaxDecode", "DecodeParms" => dictionary! { "K" => -1, "Columns" => 99 } };
        for (dict, said) in [
            (Dictionary::new(), "/Filter/FlateDecode"),
            (filter("DCTDecode"), "/Filter[/FlateDecode/DCTDecode]"),
            (fax, "/Filter[/FlateDecode/CCITTFaxDecode]/DecodeParms[ null <</K -1/Columns 99>>]"),
        ] {
            let document = Document::new();
            let packing = Packing::of(&document, &dict, &|_| None);
            let content = noise();
            let (packed, packing) = covered(&content, packing).unwrap();
            assert!(!open_words::are_in(&packed));
            let mut entries = Vec::new();
            packing.entries(&mut entries);
            assert_eq!(String::from_utf8(entries).unwrap(), said);
            assert!(packed.len() < content.len() * 11 / 10, "{} of {}", packed.len(), content.len());
            let stream = Stream::new(dictionary! { "Filter" => "FlateDecode" }, packed.into_owned());
            assert_eq!(stream.get_plain_content().unwrap(), content);
        }
        let (same, packing) = covered(b"q Q", Packing::default()).unwrap();
        assert_eq!((same, packing), (Cow::Borrowed(b"q Q".as_slice()), Packing::default()));
    }
}

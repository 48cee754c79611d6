//! Streams and page content that are damaged, made ones that any reader takes.
//!
//! What can be had of them is kept as a viewer would show it; what is sound is not touched.

use std::borrow::Cow;
use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};
use lopdf::{Dictionary, Document, Object, Stream};

use crate::pdf::content::{Step, Steps};
use crate::pdf::objects::{follow, value};

/// What one stream may hold, looked through or mended.
const LARGEST: usize = 256 << 20;

/// Deepest nesting of arrays in content that is looked through.
const DEEPEST: usize = 20;

/// Digits of a whole number that every reader can hold.
const MOST_DIGITS: usize = 18;

/// What became of a stream.
#[derive(Debug)]
pub(crate) enum Mended {
    Sound,
    /// The same, packed in a way that every reader knows.
    Repacked(Stream),
    /// What could be had of it.
    InPart(Stream),
    /// Nothing of it can be read.
    Lost,
}

/// Looks whether a stream can be decoded as it says.
pub(crate) fn stream(document: &Document, stream: &Stream) -> Mended {
    let filters = filters(document, &stream.dict);
    let filters: Vec<&[u8]> = filters.iter().map(Vec::as_slice).collect();
    let named = match stream.dict.get(b"Filter") {
        Ok(Object::Array(items)) => items.iter().all(|item| item.as_name().is_ok()),
        _ => true,
    };
    match filters.as_slice() {
        [] => Mended::Sound,
        [b"FlateDecode" | b"Fl"] if named => inflatable(stream),
        [b"DCTDecode" | b"DCT"] if named => {
            if stream.content.starts_with(&[0xFF, 0xD8]) {
                Mended::Sound
            } else {
                Mended::Lost
            }
        }
        several if several.iter().all(|filter| is_general(filter)) => decoded(document, stream, several),
        _ => Mended::Sound,
    }
}

/// A page's content without what no reader understands; none where it is sound.
pub(crate) fn content(content: &[u8]) -> Option<Vec<u8>> {
    let mut steps = Steps::of(content);
    let mut end = 0;
    let sound = steps.by_ref().all(|step| {
        end = step.place.end;
        is_sound(content, &step)
    });
    if sound && Steps::of(&content[end..]).holds_nothing() {
        return None;
    }
    let mut kept = Vec::with_capacity(content.len());
    for step in Steps::of(content) {
        let operands: Option<Vec<_>> = step.operands.iter().map(|operand| usable(operand)).collect();
        let Some(operands) = operands.filter(|_| is_whole(content, &step)) else { continue };
        for operand in &operands {
            kept.extend_from_slice(operand);
            kept.push(b' ');
        }
        match step.operator {
            b"BI" => kept.extend_from_slice(&content[step.place.clone()]),
            operator => kept.extend_from_slice(operator),
        }
        kept.push(b'\n');
    }
    Some(kept)
}

fn filters(document: &Document, dictionary: &Dictionary) -> Vec<Vec<u8>> {
    let one = |object: &Object| follow(document, object)?.as_name().ok().map(<[u8]>::to_vec);
    match value(document, dictionary, b"Filter") {
        Some(Object::Array(items)) => items.iter().filter_map(one).collect(),
        Some(single) => one(single).into_iter().collect(),
        None => Vec::new(),
    }
}

fn is_general(filter: &[u8]) -> bool {
    matches!(
        filter,
        b"FlateDecode"
            | b"Fl"
            | b"LZWDecode"
            | b"LZW"
            | b"ASCII85Decode"
            | b"A85"
            | b"ASCIIHexDecode"
            | b"AHx"
            | b"RunLengthDecode"
            | b"RL"
    )
}

fn inflatable(stream: &Stream) -> Mended {
    if stream.content.is_empty() {
        return Mended::Sound;
    }
    let mut none = Vec::new();
    if inflate(&stream.content, false, &mut none) {
        return Mended::Sound;
    }
    let mut plain = Vec::new();
    inflate(&stream.content, true, &mut plain);
    let Ok(content) = deflate(&plain) else { return Mended::Lost };
    let mut dict = stream.dict.clone();
    dict.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    Mended::InPart(Stream::new(dict, content))
}

/// Whether `bytes` inflate to their end; what they inflate to as far as it goes, where it is wanted.
fn inflate(bytes: &[u8], wanted: bool, plain: &mut Vec<u8>) -> bool {
    let mut inflater = Decompress::new(true);
    let mut room = vec![0; 64 << 10];
    let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    while place(inflater.total_out()) < LARGEST {
        let (taken, given) = (place(inflater.total_in()), place(inflater.total_out()));
        let status = inflater.decompress(&bytes[taken..], &mut room, FlushDecompress::None);
        let more = place(inflater.total_out()) - given;
        if wanted {
            plain.extend_from_slice(&room[..more]);
        }
        match status {
            Ok(Status::StreamEnd) => return true,
            Ok(_) if 0 < more || taken < place(inflater.total_in()) => {}
            _ => return false,
        }
    }
    true
}

fn deflate(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(plain)?;
    packed.finish()
}

/// Older ways of packing, and several one after another: unpacked and packed again in the one that all readers agree on.
fn decoded(document: &Document, stream: &Stream, filters: &[&[u8]]) -> Mended {
    let mut plain = stream.clone();
    let names = filters.iter().map(|filter| Object::Name(filter.to_vec())).collect();
    plain.dict.set("Filter", Object::Array(names));
    if let Some(options) = value(document, &stream.dict, b"DecodeParms") {
        plain.dict.set("DecodeParms", options.clone());
    }
    let Ok(content) = plain.get_plain_content_with_limit(LARGEST) else { return Mended::Lost };
    let Ok(content) = deflate(&content) else { return Mended::Lost };
    let mut dict = stream.dict.clone();
    dict.remove(b"DecodeParms");
    dict.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    Mended::Repacked(Stream::new(dict, content))
}

/// Whether an operation is one that any reader can take apart.
fn is_sound(content: &[u8], step: &Step) -> bool {
    is_whole(content, step) && step.operands.iter().all(|operand| is_sound_operand(operand, 0))
}

/// The same of the operator alone.
fn is_whole(content: &[u8], step: &Step) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'\'' | b'"');
    step.operator.iter().all(is_letter)
        && (step.operator != b"BI" || content[step.place.clone()].ends_with(b"EI"))
}

/// An operand as it is, or of an array what is sound in it; none where nothing can be made of it.
fn usable(operand: &[u8]) -> Option<Cow<'_, [u8]>> {
    if is_sound_operand(operand, 0) {
        return Some(Cow::Borrowed(operand));
    }
    let inner = operand.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let sound: Vec<&[u8]> = Steps::of(inner).tokens().filter(|token| is_sound_operand(token, 1)).collect();
    Some(Cow::Owned([b"[".as_slice(), &sound.join(b" ".as_slice()), b"]"].concat()))
}

fn is_sound_operand(operand: &[u8], depth: usize) -> bool {
    match operand {
        [b'(', inner @ .., b')'] => is_balanced(inner),
        [b'<', b'<', inner @ .., b'>', b'>'] | [b'[', inner @ .., b']'] => {
            depth < DEEPEST && Steps::of(inner).tokens().all(|token| is_sound_operand(token, depth + 1))
        }
        [b'<', inner @ .., b'>'] => {
            inner.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace())
        }
        [b'/', ..] => true,
        [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => {
            operand.iter().take_while(|byte| **byte != b'.').count() <= MOST_DIGITS
        }
        b"true" | b"false" | b"null" => true,
        _ => false,
    }
}

/// Whether every bracket in a string is closed, so that its last byte is its end.
fn is_balanced(inner: &[u8]) -> bool {
    let (mut depth, mut escaped) = (0_u32, false);
    for byte in inner {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' if depth == 0 => return false,
            b')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0 && !escaped
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn sound_content_is_left_alone() {
        let sound: [&[u8]; 3] = [
            b"q 1 0 0 1 5 5 cm [(a)-3<4A>]TJ (a(b)\\)) Tj Q",
            b"BI/W 1 ID xx EI\nQ % end (",
            b"11.87999999999999900 w",
        ];
        for content in sound {
            assert_eq!(super::content(content), None, "{}", String::from_utf8_lossy(content));
        }
    }

    #[test]
    fn broken_content_keeps_what_can_be_understood() {
        let mended = |content: &[u8]| String::from_utf8(super::content(content).unwrap()).unwrap();
        assert_eq!(mended(b"q ) (a) Tj Q"), "q\n(a) Tj\nQ\n");
        assert_eq!(mended(b"(a) Tj [(b) > (c)] TJ 1 g (never closed"), "(a) Tj\n[(b) (c)] TJ\n1 g\n");
        assert_eq!(mended(b"346531362769151227144 w 2 w"), "2 w\n");
        assert_eq!(mended(b"[(Grandes ) Tj (Client) 3]TJ"), "[(Grandes ) (Client) 3] TJ\n");
        assert_eq!(mended(b"1 g BI /W 1 ID abc"), "1 g\n");
    }

    #[test]
    fn a_stream_cut_short_keeps_its_beginning() {
        let words = "Care plan ".repeat(2000);
        let whole = deflate(words.as_bytes()).unwrap();
        let document = Document::new();
        let flate = |content: &[u8]| Stream::new(dictionary! { "Filter" => "FlateDecode" }, content.to_vec());
        assert!(matches!(stream(&document, &flate(&whole)), Mended::Sound));
        let Mended::InPart(mended) = stream(&document, &flate(&whole[..whole.len() - 12])) else {
            panic!("it is cut short");
        };
        let plain = mended.get_plain_content().unwrap();
        assert!(words.as_bytes().starts_with(&plain) && 100 < plain.len(), "{}", plain.len());
        let hex = Stream::new(dictionary! { "Filter" => "ASCIIHexDecode" }, b"4a4B>".to_vec());
        let Mended::Repacked(again) = stream(&document, &hex) else { panic!("it is packed another way") };
        assert_eq!(again.get_plain_content().unwrap(), b"JK");
        let photo = Stream::new(dictionary! { "Filter" => "DCTDecode" }, b"no JPEG".to_vec());
        assert!(matches!(stream(&document, &photo), Mended::Lost));
    }
}

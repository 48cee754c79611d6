//! PDF objects as bytes, with every reference sent through a map. Pure.
//!
//! Nothing that is spelt here can be read as words in the open ([`crate::pdf::open_words`]): strings are written in hexadecimal
//! digits, and so is a name that holds such a word.

use std::io::Write;

use lopdf::{Dictionary, Object, ObjectId};

use crate::pdf::open_words;

/// Entries of a stream that its writer says itself, or that lead out of the file.
const OF_THE_WRITER: [&[u8]; 7] =
    [b"Length", b"Filter", b"DecodeParms", b"DP", b"F", b"FFilter", b"FDecodeParms"];

/// What a stream is to the whole file; none that is copied is any of it.
const OF_THE_FILE: [&[u8]; 5] = [b"ObjStm", b"XRef", b"Catalog", b"Pages", b"Page"];

/// New object numbers for references; none where the target is not copied.
pub type Renumber<'a> = &'a dyn Fn(ObjectId) -> Option<u32>;

/// The object's own bytes. A stream's dictionary alone is spelt, see [`entries`].
pub fn object(out: &mut Vec<u8>, object: &Object, renumber: Renumber<'_>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => push(out, format_args!("{value}")),
        Object::Real(value) => real(out, *value),
        Object::Name(name) => self::name(out, name),
        Object::String(bytes, _) => string(out, bytes),
        Object::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b' ');
                }
                self::object(out, item, renumber);
            }
            out.push(b']');
        }
        Object::Dictionary(dict) => dictionary(out, dict, renumber),
        Object::Stream(stream) => dictionary(out, &stream.dict, renumber),
        Object::Reference(id) => match renumber(*id) {
            Some(number) => push(out, format_args!("{number} 0 R")),
            None => out.extend_from_slice(b"null"),
        },
    }
}

/// One of the file's own objects (its catalog, a page), whose names say what it is and so stand as they are.
pub fn own_dictionary(out: &mut Vec<u8>, dict: &Dictionary, renumber: Renumber<'_>) {
    out.extend_from_slice(b"<<");
    for (key, value) in dict {
        plain_name(out, key);
        out.push(b' ');
        match value {
            Object::Name(sort) if key == b"Type" => plain_name(out, sort),
            value => object(out, value, renumber),
        }
    }
    out.extend_from_slice(b">>");
}

/// Whether an object is one of the file's own.
pub fn is_of_the_file(object: &Object) -> bool {
    object.as_dict().and_then(Dictionary::get_type).is_ok_and(|sort| OF_THE_FILE.contains(&sort))
}

fn dictionary(out: &mut Vec<u8>, dict: &Dictionary, renumber: Renumber<'_>) {
    out.extend_from_slice(b"<<");
    entries(out, dict, &[], renumber);
    out.extend_from_slice(b">>");
}

/// A dictionary's entries without its brackets and without the keys to be left out.
pub fn entries(out: &mut Vec<u8>, dict: &Dictionary, without: &[&[u8]], renumber: Renumber<'_>) {
    for (key, value) in dict {
        if without.contains(&key.as_slice()) {
            continue;
        }
        name(out, key);
        out.push(b' ');
        object(out, value, renumber);
    }
}

/// The entries of a copied stream but for how it is packed and for the keys to be left out.
pub fn stream_entries(out: &mut Vec<u8>, dict: &Dictionary, without: &[&[u8]], renumber: Renumber<'_>) {
    let mut without = [without, &OF_THE_WRITER].concat();
    if dict.get(b"Type").and_then(Object::as_name).is_ok_and(|sort| OF_THE_FILE.contains(&sort)) {
        without.push(b"Type");
    }
    entries(out, dict, &without, renumber);
}

/// A text string: as it is where it is ASCII, UTF-16 where it is not.
pub fn text(out: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        string(out, text.as_bytes());
        return;
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    string(out, &bytes);
}

/// A number with at most three decimals.
pub fn number(out: &mut Vec<u8>, value: f32) {
    let spelt = format!("{value:.3}");
    let spelt = spelt.trim_end_matches('0').trim_end_matches('.');
    out.extend_from_slice(if spelt == "-0" { b"0" } else { spelt.as_bytes() });
}

fn push(out: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a vector takes every byte");
}

fn real(out: &mut Vec<u8>, value: f32) {
    if !value.is_finite() {
        out.push(b'0');
        return;
    }
    let start = out.len();
    push(out, format_args!("{value}"));
    if !out[start..].contains(&b'.') {
        out.extend_from_slice(b".0");
    }
}

/// A name.
pub fn name(out: &mut Vec<u8>, name: &[u8]) {
    if open_words::are_in(&[b"/", name].concat()) {
        out.push(b'/');
        for byte in name {
            push(out, format_args!("#{byte:02X}"));
        }
    } else {
        plain_name(out, name);
    }
}

fn plain_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            out.push(byte);
        } else {
            push(out, format_args!("#{byte:02X}"));
        }
    }
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'<');
    for byte in bytes {
        push(out, format_args!("{byte:02X}"));
    }
    out.push(b'>');
}

/// Numbers with blanks between them.
pub(crate) fn numbers(out: &mut Vec<u8>, numbers: &[f32]) {
    for (at, value) in numbers.iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        number(out, *value);
    }
}

/// With more decimals than lengths: a factor's error grows across the page.
pub(crate) fn matrix(out: &mut Vec<u8>, matrix: &[f32; 6]) {
    let spelt: Vec<String> = matrix.iter().map(|value| format!("{value:.6}")).collect();
    out.extend_from_slice(spelt.join(" ").as_bytes());
}

#[cfg(test)]
mod tests {
    use lopdf::{StringFormat, dictionary};

    use super::*;

    #[test]
    fn names_strings_and_numbers_are_spelt_so_that_any_reader_gets_them_back() {
        let mut out = Vec::new();
        let array = Object::Array(vec![
            Object::Name(b"A B#".to_vec()),
            Object::String(b"a(b\\".to_vec(), StringFormat::Literal),
            Object::Real(0.000_012),
            Object::Real(3.0),
            Object::Reference((7, 0)),
            Object::Reference((9, 0)),
        ]);
        object(&mut out, &array, &|id| (id.0 == 7).then_some(70));
        assert_eq!(String::from_utf8(out).unwrap(), "[/A#20B#23 <6128625C> 0.000012 3.0 70 0 R null]");
    }

    #[test]
    fn no_name_is_taken_for_structure_and_no_stream_for_a_part_of_the_file() {
        let mut out = Vec::new();
        name(&mut out, b"Page");
        name(&mut out, b"startxref");
        name(&mut out, b"Pattern");
        let dict =
            dictionary! { "Type" => "ObjStm", "N" => 3, "Length" => 9, "F" => "x", "Subtype" => "Image" };
        stream_entries(&mut out, &dict, &[], &|_| None);
        assert!(!open_words::are_in(&out));
        let spelt = String::from_utf8(out).unwrap();
        assert_eq!(spelt, "/#50#61#67#65/#73#74#61#72#74#78#72#65#66/Pattern/N 3/Subtype /Image");
    }

    #[test]
    fn text_outside_ascii_is_utf_16() {
        let mut out = Vec::new();
        text(&mut out, "Ł");
        assert_eq!(out, b"<FEFF0141>");
    }
}
